#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/calendar/span.hpp"

namespace dabiao::calendar {

/// What came of entering days into `Holidays`.
enum class HolidayEntry {
  entered,
  not_covered,  // a day lies outside what the table covers; nothing was entered
  contradicts,  // a day off is also a make-up day; nothing was entered
};

/// Which days are worked: Monday to Friday, without the days off, with the make-up days.
///
/// A table that covers nothing knows no holidays and answers everywhere by weekends alone. Once it
/// covers some days it answers only questions that those days decide, so that a year without
/// published holidays is not taken for a year without holidays.
class Holidays {
 public:
  Holidays() = default;

  /// Declares that the table is complete for these days (commonly a year).
  void cover(const Span& span);

  /// Enters days that are not worked, weekends among them or not.
  HolidayEntry add_days_off(const Span& span);

  /// Enters days that are worked though they may lie on a weekend.
  HolidayEntry add_make_up_days(const Span& span);

  /// What is covered, in order, without touching spans; nothing where no cover was declared.
  const std::vector<Span>& covered() const { return covered_; }

  /// Whether the table can say of all these days whether they are worked.
  bool covers(const Span& span) const;

  /// Whether a day is worked; nothing where it is not covered.
  std::optional<bool> is_workday(Date date) const;

  /// The n-th working day after the date; before it where n is negative; the date itself, worked
  /// or not, where n is 0. Nothing where days that are not covered would have to be counted.
  std::optional<Date> workday(Date from, std::int64_t n) const;

  /// How many working days lie after `from` up to and including `to`; where `to` lies before
  /// `from`, minus the number from `to` to `from`. Nothing where one of these days is not covered.
  std::optional<std::int64_t> workdays(Date from, Date to) const;

 private:
  /// A day that differs from what its weekday says.
  struct Exception {
    std::int32_t day;
    std::int32_t change;      // -1: off, +1: worked
    std::int32_t cumulative;  // the changes up to and including this day
  };

  HolidayEntry enter(const Span& span, std::vector<Span>& days, const std::vector<Span>& others);
  void index_exceptions();
  std::int64_t count_up_to(std::int32_t day) const;
  std::optional<Span> covered_around(Date date) const;

  std::vector<Span> covered_;
  std::vector<Span> days_off_;
  std::vector<Span> make_up_days_;
  std::vector<Exception> exceptions_;  // by day
};

}  // namespace dabiao::calendar
