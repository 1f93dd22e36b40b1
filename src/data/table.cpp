#include "dabiao/data/table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <utility>

namespace dabiao::data {
namespace {

template <class Cell>
TableColumn own(CellType type, std::vector<Cell> cells) {
  auto kept = std::make_shared<const std::vector<Cell>>(std::move(cells));
  TableColumn column;
  column.type = type;
  column.size = kept->size();
  column.values = kept->data();
  column.owner = std::move(kept);
  return column;
}

std::vector<std::uint8_t> bits(const std::vector<bool>& flags) {
  std::vector<std::uint8_t> packed(flags.size() / 8 + 1);
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i]) packed[i / 8] = static_cast<std::uint8_t>(packed[i / 8] | 1u << (i % 8));
  }
  return packed;
}

struct OwnedText {
  std::string bytes;
  std::vector<std::int64_t> offsets{0};
};

TableColumn own(OwnedText text) {
  auto kept = std::make_shared<const OwnedText>(std::move(text));
  TableColumn column;
  column.type = CellType::text;
  column.size = kept->offsets.size() - 1;
  column.entries = column.size;
  column.values = kept->bytes.data();
  column.long_offsets = kept->offsets.data();
  column.owner = std::move(kept);
  return column;
}

}  // namespace

exact::Rational TableColumn::decimal(std::uint64_t row) const {
  __extension__ using Wide = __int128;
  __extension__ using UnsignedWide = unsigned __int128;
  Wide value = 0;
  std::memcpy(&value, static_cast<const char*>(values) + row * 16, 16);
  exact::Rational number;
  if (value >= INT64_MIN && value <= INT64_MAX) {
    number = exact::Rational(static_cast<std::int64_t>(value));
  } else {
    // Two halves of 64 bits: high * 2^64 + low.
    const bool negative = value < 0;
    const UnsignedWide magnitude = negative ? UnsignedWide{0} - static_cast<UnsignedWide>(value)
                                            : static_cast<UnsignedWide>(value);
    number =
        exact::Rational(static_cast<std::uint64_t>(magnitude >> 64)) * exact::Rational(2).pow(64) +
        exact::Rational(static_cast<std::uint64_t>(magnitude));
    if (negative) number = -number;
  }
  if (scale == 0) return number;
  return number * exact::Rational(10).pow(-scale);
}

std::string TableColumn::shown(std::uint64_t row) const {
  if (is_null(row)) return {};
  std::array<char, 64> buffer{};
  const auto print = [&](auto value) {
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return std::string(buffer.data(), end);
  };
  switch (type) {
    case CellType::text:
      return std::string(text(row));
    case CellType::float64:
      return print(float64(row));
    case CellType::float32:
      return print(float32(row));
    case CellType::integer:
      return print(integer(row));
    case CellType::decimal: {
      const exact::Rational value = decimal(row);
      return value.to_finite_decimal().value_or(value.to_string());
    }
    case CellType::yesno:
      return yesno(row) ? "true" : "false";
    case CellType::date: {
      const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day(row)}}};
      const int length = std::snprintf(
          buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
      return std::string(buffer.data(), static_cast<std::size_t>(length));
    }
    case CellType::empty:
    case CellType::other:
      break;
  }
  return {};
}

TableColumn TableColumn::of_text(const std::vector<std::string>& cells) {
  OwnedText text;
  text.offsets.reserve(cells.size() + 1);
  for (const std::string& cell : cells) {
    text.bytes += cell;
    text.offsets.push_back(static_cast<std::int64_t>(text.bytes.size()));
  }
  return own(std::move(text));
}

TableColumn TableColumn::of_text(const std::vector<std::optional<std::string>>& cells) {
  std::vector<std::string> texts;
  std::vector<bool> there;
  for (const std::optional<std::string>& cell : cells) {
    texts.push_back(cell.value_or(""));
    there.push_back(cell.has_value());
  }
  return of_text(texts).with_validity(there);
}

TableColumn TableColumn::of_numbers(std::vector<double> cells) {
  return own(CellType::float64, std::move(cells));
}

TableColumn TableColumn::of_floats(std::vector<float> cells) {
  return own(CellType::float32, std::move(cells));
}

TableColumn TableColumn::of_integers(std::vector<std::int64_t> cells) {
  return own(CellType::integer, std::move(cells));
}

TableColumn TableColumn::of_yesno(const std::vector<bool>& cells) {
  TableColumn column = own(CellType::yesno, bits(cells));
  column.size = cells.size();
  return column;
}

TableColumn TableColumn::of_days(std::vector<std::int32_t> cells) {
  return own(CellType::date, std::move(cells));
}

TableColumn TableColumn::with_validity(const std::vector<bool>& there) const {
  assert(there.size() == size && "one flag stands for every cell");
  TableColumn column = *this;
  auto kept =
      std::make_shared<const std::pair<std::shared_ptr<const void>, std::vector<std::uint8_t>>>(
          owner, bits(there));
  column.validity = kept->second.data();
  column.validity_offset = 0;
  column.owner = std::move(kept);
  return column;
}

std::uint64_t Table::rows() const {
  std::uint64_t count = 0;
  for (const TableBatch& batch : batches) count += batch.rows;
  return count;
}

Table& Table::add(std::string heading, TableColumn column) {
  if (batches.empty()) batches.push_back({column.size, {}});
  assert(batches.size() == 1 && batches[0].rows == column.size && "columns have one size");
  headings.push_back(std::move(heading));
  batches[0].columns.push_back(std::move(column));
  return *this;
}

Table Table::from_rows(std::vector<std::string> headings,
                       const std::vector<std::vector<std::string>>& rows) {
  Table table;
  table.batches.push_back({rows.size(), {}});
  std::vector<std::string> cells(rows.size());
  for (std::size_t column = 0; column < headings.size(); ++column) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      cells[row] = column < rows[row].size() ? rows[row][column] : std::string();
    }
    table.batches[0].columns.push_back(TableColumn::of_text(cells));
  }
  table.headings = std::move(headings);
  return table;
}

}  // namespace dabiao::data
