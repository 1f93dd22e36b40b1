#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/exact/rational.hpp"

namespace dabiao::data {

/// What the cells of a column are.
enum class CellType : std::uint8_t {
  empty,    // every cell is null
  text,     // UTF-8
  float64,  // numbers that stand for their shortest decimal
  float32,  // likewise, as a float32 prints
  integer,  // 64 bits
  decimal,  // 128-bit integers times a power of ten
  yesno,
  date,   // days since 1970-01-01
  other,  // of a type that is not read; `type_name` says which
};

/// The cells of one column of one batch, in memory that `owner` keeps alive.
struct TableColumn {
  CellType type = CellType::empty;
  std::uint64_t size = 0;
  std::shared_ptr<const void> owner;
  std::string type_name;  // for people, where type is `other`

  /// One bit per cell, least significant first, 1 where the cell is there; null where all are.
  const std::uint8_t* validity = nullptr;
  std::uint64_t validity_offset = 0;  // in bits

  /// The cells: double, float, int64, int32 days or 16-byte little-endian decimals, by type; the
  /// text's bytes; or the bits of yes/no from `bit_offset`.
  const void* values = nullptr;
  std::uint64_t bit_offset = 0;
  std::int32_t scale = 0;  // decimal: the value is integer / 10^scale

  // Text: where each entry begins, one more than there are entries; one of the two is null.
  const std::int32_t* offsets = nullptr;
  const std::int64_t* long_offsets = nullptr;
  // Text as a dictionary: the entry of each cell, negative where it is null. Without, cell i is
  // entry i.
  const std::int32_t* codes = nullptr;
  std::uint64_t entries = 0;

  bool is_null(std::uint64_t row) const {
    if (type == CellType::empty) return true;
    if (validity != nullptr) {
      const std::uint64_t bit = row + validity_offset;
      if ((validity[bit >> 3] >> (bit & 7) & 1) == 0) return true;
    }
    return codes != nullptr && codes[row] < 0;
  }
  /// The entry of a text that is not null.
  std::uint64_t entry(std::uint64_t row) const {
    return codes == nullptr ? row : static_cast<std::uint64_t>(codes[row]);
  }
  std::string_view entry_text(std::uint64_t entry) const {
    const char* bytes = static_cast<const char*>(values);
    if (offsets != nullptr) {
      return {bytes + offsets[entry],
              static_cast<std::size_t>(offsets[entry + 1] - offsets[entry])};
    }
    return {bytes + long_offsets[entry],
            static_cast<std::size_t>(long_offsets[entry + 1] - long_offsets[entry])};
  }
  std::string_view text(std::uint64_t row) const { return entry_text(entry(row)); }
  double float64(std::uint64_t row) const { return static_cast<const double*>(values)[row]; }
  float float32(std::uint64_t row) const { return static_cast<const float*>(values)[row]; }
  std::int64_t integer(std::uint64_t row) const {
    return static_cast<const std::int64_t*>(values)[row];
  }
  std::int32_t day(std::uint64_t row) const {
    return static_cast<const std::int32_t*>(values)[row];
  }
  bool yesno(std::uint64_t row) const {
    const std::uint64_t bit = row + bit_offset;
    return (static_cast<const std::uint8_t*>(values)[bit >> 3] >> (bit & 7) & 1) != 0;
  }
  exact::Rational decimal(std::uint64_t row) const;

  /// The cell as people would write it; empty where it is null.
  std::string shown(std::uint64_t row) const;

  // Columns that own their cells.
  static TableColumn of_text(const std::vector<std::string>& cells);
  /// A cell without a text is null.
  static TableColumn of_text(const std::vector<std::optional<std::string>>& cells);
  static TableColumn of_numbers(std::vector<double> cells);
  static TableColumn of_floats(std::vector<float> cells);
  static TableColumn of_integers(std::vector<std::int64_t> cells);
  static TableColumn of_yesno(const std::vector<bool>& cells);
  static TableColumn of_days(std::vector<std::int32_t> cells);
  /// The same column with some cells null; one flag per cell, true where the cell is there.
  TableColumn with_validity(const std::vector<bool>& there) const;
};

/// Some rows of a table: a column per heading, all of one size.
struct TableBatch {
  std::uint64_t rows = 0;
  std::vector<TableColumn> columns;
};

/// A table in memory: headings, and rows in one or more batches.
struct Table {
  std::vector<std::string> headings;
  std::vector<TableBatch> batches;

  std::uint64_t rows() const;
  /// Adds a column to a table of one batch (or none yet); its size is that of the others.
  Table& add(std::string heading, TableColumn column);
  /// A table of texts; a row with fewer cells than headings is filled up with empty ones.
  static Table from_rows(std::vector<std::string> headings,
                         const std::vector<std::vector<std::string>>& rows);
};

/// A table and the name that messages about it give.
struct NamedTable {
  std::string name;
  Table table;
  /// The number of the first row, the header being row 1.
  std::uint64_t first_row = 2;
  /// The number of every row where they are not consecutive; else empty.
  std::vector<std::uint32_t> row_numbers;

  std::uint64_t row_number(std::uint64_t row) const {
    return row < row_numbers.size() ? row_numbers[row] : row + first_row;
  }
};

}  // namespace dabiao::data
