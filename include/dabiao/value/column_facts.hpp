#pragma once

#include <cstdint>
#include <optional>

#include "dabiao/value/column.hpp"

namespace dabiao::value {

/// What holds of all known values of a column.
struct ColumnFacts {
  double lowest = 0;  // 0 where no value is known
  double highest = 0;
  std::uint64_t known = 0;
  /// The fewest fraction digits with which every value is a decimal of at most 15 digits, so that
  /// value · 10^decimals is an integer that a double holds exactly; nothing beyond `most_decimals`.
  std::optional<int> decimals = 0;

  static constexpr int most_decimals = 6;
};

/// One pass over the column, shared among threads (0: one per core).
ColumnFacts facts_of(const Column& column, unsigned threads = 0);

}  // namespace dabiao::value
