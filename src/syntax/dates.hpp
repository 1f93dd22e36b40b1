#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dabiao/calendar/span.hpp"

namespace dabiao::syntax {

/// A period literal at the beginning of a text.
struct DateReading {
  std::size_t bytes = 0;  // 0 where there is none
  calendar::Span span;
  bool exists = true;     // false for 2023-02-30
  std::string canonical;  // how it should have been written, where it was not
};

/// Reads 2023-08-31, 2023-08, 2024-Q3, 2024-H1, 2023年, 2023年8月, 2023年8月31日, 2024年三季度,
/// 2024年上半年 and 2023年底; full-width forms too. What is surely meant as a date but written
/// otherwise (2023-8-5, 2023/8/31) is read with `canonical` set.
DateReading read_date(std::string_view text);

/// The span of a year.
calendar::Span span_of_year(int year);

/// A span written in its canonical form: 2023-08, 2024-04.., 2023-09-01..2023-12-31.
std::string written(const calendar::Span& span);

}  // namespace dabiao::syntax
