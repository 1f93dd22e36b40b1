#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dabiao/data/table.hpp"

namespace dabiao::data {

/// A place in a table: which batch, and which row of it.
struct BatchRow {
  std::size_t batch = 0;
  std::uint64_t row = 0;
};
BatchRow locate(const Table& table, std::uint64_t row);

/// Rows that are alike in some columns: each distinct combination of cells is one group, so that
/// what they mean is found out once.
struct Grouping {
  std::vector<std::uint32_t> groups;      // by row; empty where all rows are group 0
  std::vector<std::uint64_t> first_rows;  // by group

  std::uint32_t group(std::uint64_t row) const { return groups.empty() ? 0 : groups[row]; }
  std::size_t size() const { return first_rows.size(); }

  /// All rows alike.
  static Grouping one() { return {{}, {0}}; }
  /// By the cells of one column; nulls are alike.
  static Grouping of(const Table& table, std::size_t column);
  /// By what both distinguish.
  static Grouping of(const Grouping& a, const Grouping& b);
};

}  // namespace dabiao::data
