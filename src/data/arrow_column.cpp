#include "arrow_column.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dabiao::data {
namespace {

template <class Cell>
void set_owned(TableColumn& column, CellType type, std::vector<Cell> cells) {
  auto kept = std::make_shared<const std::pair<std::shared_ptr<const void>, std::vector<Cell>>>(
      column.owner, std::move(cells));
  column.type = type;
  column.values = kept->second.data();
  column.owner = std::move(kept);
}

/// The column as 64-bit integers.
template <class Cell>
void convert_integers(TableColumn& column, const ArrowSlice& slice) {
  const Cell* from = slice.cells<Cell>();
  std::vector<std::int64_t> cells(slice.size);
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    cells[row] = static_cast<std::int64_t>(from[row]);
  }
  set_owned(column, CellType::integer, std::move(cells));
}

/// Unsigned 64-bit integers: as decimals, since not all of them fit 64 signed bits.
void convert_unsigned(TableColumn& column, const ArrowSlice& slice) {
  const auto* from = slice.cells<std::uint64_t>();
  std::vector<std::array<std::uint64_t, 2>> cells(slice.size);
  for (std::uint64_t row = 0; row < slice.size; ++row) cells[row] = {from[row], 0};
  set_owned(column, CellType::decimal, std::move(cells));
  column.scale = 0;
}

/// The magnitude of a half that is finite: its lower 15 bits.
double half_magnitude(int bits) {
  const int exponent = bits >> 10;
  const int mantissa = bits & 1023;
  return exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
}

/// The double that prints as the half does: as the shortest decimal that no other half is nearer
/// to, of several the nearest.
double half_as_printed(std::uint16_t half) {
  constexpr int beyond = 31 << 10;
  const int bits = half & 0x7fff;
  const auto with_sign = [&](double magnitude) { return half >> 15 != 0 ? -magnitude : magnitude; };
  if (bits >= beyond) {
    return with_sign(bits == beyond ? std::numeric_limits<double>::infinity()
                                    : std::numeric_limits<double>::quiet_NaN());
  }
  if (bits == 0) return with_sign(0);
  const double value = half_magnitude(bits);
  // Halfway to the neighbours; what lies there is read as the half whose mantissa is even.
  const double low = (half_magnitude(bits - 1) + value) / 2;
  const double high = (value + (bits + 1 == beyond ? 65536.0 : half_magnitude(bits + 1))) / 2;
  const bool even = bits % 2 == 0;
  std::array<char, 40> buffer{};
  for (int digits = 0; digits < 5; ++digits) {
    const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific, digits)
                                .ptr;
    double nearest = 0;
    std::from_chars(buffer.data(), end, nearest);
    // Below a power of two the halves are closer to each other than above: a decimal above it may
    // be its own although the nearest of as many digits lies below and is not.
    const double step = std::pow(10.0, std::floor(std::log10(nearest)) - digits);
    std::array<char, 40> above_text{};
    const char* const above_end =
        std::to_chars(above_text.data(), above_text.data() + above_text.size(), nearest + step,
                      std::chars_format::scientific, digits)
            .ptr;
    double above = 0;
    std::from_chars(above_text.data(), above_end, above);
    for (const double candidate : {nearest, above}) {
      const bool is_low = even ? candidate >= low : candidate > low;
      const bool is_high = even ? candidate <= high : candidate < high;
      if (is_low && is_high) return with_sign(candidate);
    }
  }
  return with_sign(value);
}

/// Numbers of 16 bits: as doubles that print alike.
void convert_halves(TableColumn& column, const ArrowSlice& slice) {
  const auto* from = slice.cells<std::uint16_t>();
  std::vector<double> cells(slice.size);
  std::transform(from, from + slice.size, cells.begin(), half_as_printed);
  set_owned(column, CellType::float64, std::move(cells));
}

std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

/// The day of each instant; days that 32 bits do not hold become the farthest that they hold,
/// which lies outside every calendar.
template <class Cell>
void convert_instants(TableColumn& column, const ArrowSlice& slice, std::int64_t per_day,
                      std::int64_t shift) {
  const Cell* from = slice.cells<Cell>();
  std::vector<std::int32_t> cells(slice.size);
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    std::int64_t instant = 0;
    if (column.is_null(row)) continue;
    if (__builtin_add_overflow(static_cast<std::int64_t>(from[row]), shift, &instant)) {
      instant = from[row];
    }
    cells[row] = static_cast<std::int32_t>(
        std::clamp(floor_divide(instant, per_day),
                   static_cast<std::int64_t>(std::numeric_limits<std::int32_t>::min()),
                   static_cast<std::int64_t>(std::numeric_limits<std::int32_t>::max())));
  }
  set_owned(column, CellType::date, std::move(cells));
}

/// How many seconds a time zone is ahead of UTC, where that is the same all year in every year
/// that plans speak of.
std::optional<std::int64_t> seconds_ahead(std::string_view zone) {
  if (zone.empty() || zone == "UTC" || zone == "Etc/UTC" || zone == "GMT" || zone == "Z") return 0;
  for (const std::string_view eight :
       {"Asia/Shanghai", "PRC", "Asia/Chongqing", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei",
        "Asia/Singapore", "Etc/GMT-8"}) {
    if (zone == eight) return 8 * 3600;
  }
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
    int hours = 0;
    int minutes = 0;
    const auto read = [&](std::size_t at, int& number) {
      const auto result = std::from_chars(zone.data() + at, zone.data() + at + 2, number);
      return result.ec == std::errc() && result.ptr == zone.data() + at + 2;
    };
    if (read(1, hours) && read(4, minutes)) {
      return (zone[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    }
  }
  return std::nullopt;
}

bool import_timestamp(TableColumn& column, const ArrowSlice& slice, std::string_view format) {
  // "tss:", "tsm:", "tsu:", "tsn:" and a time zone.
  if (format.size() < 4 || format[3] != ':') return false;
  std::int64_t per_second = 0;
  switch (format[2]) {
    case 's':
      per_second = 1;
      break;
    case 'm':
      per_second = 1'000;
      break;
    case 'u':
      per_second = 1'000'000;
      break;
    case 'n':
      per_second = 1'000'000'000;
      break;
    default:
      return false;
  }
  const std::optional<std::int64_t> ahead = seconds_ahead(format.substr(4));
  if (!ahead) return false;
  convert_instants<std::int64_t>(column, slice, per_second * 86'400, *ahead * per_second);
  return true;
}

/// Texts that the column owns.
struct OwnedTexts {
  std::shared_ptr<const void> owner;  // what the column owned before
  std::string bytes;
  std::vector<std::int64_t> offsets{0};

  void end_one() { offsets.push_back(static_cast<std::int64_t>(bytes.size())); }
};

void set_owned(TableColumn& column, std::uint64_t size, std::shared_ptr<const OwnedTexts> texts) {
  column.type = CellType::text;
  column.entries = size;
  column.values = texts->bytes.data();
  column.long_offsets = texts->offsets.data();
  column.owner = std::move(texts);
}

/// Decimals of 32 or 64 bits: in 128.
template <class Cell>
void widen_decimals(TableColumn& column, const ArrowSlice& slice) {
  const Cell* from = slice.cells<Cell>();
  std::vector<std::array<std::int64_t, 2>> cells(slice.size);
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    cells[row] = {from[row], from[row] < 0 ? -1 : 0};
  }
  set_owned(column, CellType::decimal, std::move(cells));
}

/// What four words of 64 bits, the lowest first, are as one integer with a sign, in decimal.
std::string shown_decimal(const std::array<std::uint64_t, 4>& words, int scale) {
  const bool negative = words[3] >> 63 != 0;
  const exact::Rational word = exact::Rational(2).pow(64);
  exact::Rational value;
  for (std::size_t i = words.size(); i-- > 0;) {
    value = value * word + exact::Rational(words[i]);
  }
  if (negative) value = value - exact::Rational(2).pow(256);
  value = value * exact::Rational(10).pow(-scale);
  return *value.to_finite_decimal();
}

/// Decimals of 256 bits: in 128 where all of them fit; as texts where one does not.
void narrow_decimals(TableColumn& column, const ArrowSlice& slice) {
  const auto* from = slice.cells<std::array<std::uint64_t, 4>>();
  std::vector<std::array<std::uint64_t, 2>> cells(slice.size);
  bool fit = true;
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    if (column.is_null(row)) continue;
    cells[row] = {from[row][0], from[row][1]};
    const std::uint64_t sign = from[row][1] >> 63 != 0 ? ~std::uint64_t{0} : 0;
    fit = fit && from[row][2] == sign && from[row][3] == sign;
  }
  if (fit) {
    set_owned(column, CellType::decimal, std::move(cells));
    return;
  }
  auto texts = std::make_shared<OwnedTexts>();
  texts->owner = column.owner;
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    if (!column.is_null(row)) texts->bytes += shown_decimal(from[row], column.scale);
    texts->end_one();
  }
  set_owned(column, slice.size, std::move(texts));
}

bool import_decimal(TableColumn& column, const ArrowSlice& slice, std::string_view format) {
  // "d:precision,scale" or "d:precision,scale,bits".
  std::array<int, 3> numbers{0, 0, 128};
  std::size_t count = 0;
  const char* at = format.data() + 2;
  const char* const end = format.data() + format.size();
  while (at < end && count < numbers.size()) {
    const auto result = std::from_chars(at, end, numbers[count]);
    if (result.ec != std::errc()) return false;
    ++count;
    at = result.ptr;
    if (at < end && *at == ',') ++at;
  }
  if (count < 2 || at != end) return false;
  column.scale = numbers[1];
  switch (numbers[2]) {
    case 32:
      widen_decimals<std::int32_t>(column, slice);
      return true;
    case 64:
      widen_decimals<std::int64_t>(column, slice);
      return true;
    case 128:
      column.type = CellType::decimal;
      column.values = slice.cells<std::array<std::uint64_t, 2>>();
      return true;
    case 256:
      narrow_decimals(column, slice);
      return true;
    default:
      return false;
  }
}

/// Text as views of 16 bytes: a length, then the text itself or a prefix and where the rest is.
void convert_text_views(TableColumn& column, const ArrowSlice& slice) {
  auto texts = std::make_shared<OwnedTexts>();
  texts->owner = column.owner;
  texts->offsets.reserve(slice.size + 1);
  const char* views = slice.buffer<char>(1) + slice.offset * 16;
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    if (!column.is_null(row)) {
      const char* view = views + row * 16;
      std::int32_t length = 0;
      std::memcpy(&length, view, 4);
      const char* bytes = view + 4;
      if (length > 12) {
        std::int32_t which = 0;
        std::int32_t offset = 0;
        std::memcpy(&which, view + 8, 4);
        std::memcpy(&offset, view + 12, 4);
        bytes = slice.buffer<char>(2 + static_cast<std::size_t>(which)) + offset;
      }
      texts->bytes.append(bytes, static_cast<std::size_t>(length));
    }
    texts->end_one();
  }
  set_owned(column, slice.size, std::move(texts));
}

template <class Code>
std::vector<std::int32_t> dictionary_codes(const TableColumn& column, const ArrowSlice& slice,
                                           const TableColumn& entries) {
  const Code* from = slice.cells<Code>();
  std::vector<std::int32_t> codes(slice.size);
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    const bool there =
        !column.is_null(row) && !entries.is_null(static_cast<std::uint64_t>(from[row]));
    codes[row] = there ? static_cast<std::int32_t>(from[row]) : -1;
  }
  return codes;
}

template <class Cell>
void gather(TableColumn& column, const TableColumn& entries,
            const std::vector<std::int32_t>& codes) {
  const auto* from = static_cast<const Cell*>(entries.values);
  std::vector<Cell> cells(codes.size());
  std::vector<bool> there(codes.size());
  for (std::size_t row = 0; row < codes.size(); ++row) {
    there[row] = codes[row] >= 0;
    if (there[row]) cells[row] = from[codes[row]];
  }
  const std::int32_t scale = entries.scale;
  set_owned(column, entries.type, std::move(cells));
  column.validity = nullptr;
  column.scale = scale;
  column = column.with_validity(there);
}

bool import_dictionary(TableColumn& column, const ArrowSlice& slice, std::string_view format) {
  const ArrowArray* array = slice.array->dictionary;
  if (array == nullptr || format.size() != 1) return false;
  const TableColumn entries =
      import_column({slice.schema->dictionary, array, static_cast<std::uint64_t>(array->offset),
                     static_cast<std::uint64_t>(array->length), slice.owner});
  std::vector<std::int32_t> codes;
  switch (format[0]) {
    case 'c':
      codes = dictionary_codes<std::int8_t>(column, slice, entries);
      break;
    case 'C':
      codes = dictionary_codes<std::uint8_t>(column, slice, entries);
      break;
    case 's':
      codes = dictionary_codes<std::int16_t>(column, slice, entries);
      break;
    case 'S':
      codes = dictionary_codes<std::uint16_t>(column, slice, entries);
      break;
    case 'i':
      codes = dictionary_codes<std::int32_t>(column, slice, entries);
      break;
    case 'I':
      codes = dictionary_codes<std::uint32_t>(column, slice, entries);
      break;
    case 'l':
      codes = dictionary_codes<std::int64_t>(column, slice, entries);
      break;
    case 'L':
      codes = dictionary_codes<std::uint64_t>(column, slice, entries);
      break;
    default:
      return false;
  }
  const std::shared_ptr<const void> owner = column.owner;
  switch (entries.type) {
    case CellType::text: {
      struct Kept {
        std::shared_ptr<const void> owner, entries;
        std::vector<std::int32_t> codes;
      };
      auto kept = std::make_shared<const Kept>(Kept{owner, entries.owner, std::move(codes)});
      column = entries;
      column.size = slice.size;
      column.validity = nullptr;
      column.codes = kept->codes.data();
      column.owner = std::move(kept);
      return true;
    }
    case CellType::float64:
      gather<double>(column, entries, codes);
      return true;
    case CellType::float32:
      gather<float>(column, entries, codes);
      return true;
    case CellType::integer:
      gather<std::int64_t>(column, entries, codes);
      return true;
    case CellType::date:
      gather<std::int32_t>(column, entries, codes);
      return true;
    case CellType::decimal:
      gather<std::array<std::uint64_t, 2>>(column, entries, codes);
      return true;
    case CellType::empty:
      column.type = CellType::empty;
      return true;
    case CellType::yesno:
    case CellType::other:
      break;
  }
  return false;
}

/// Sets the column's type and cells; false where the type is not read.
bool import_cells(TableColumn& column, const ArrowSlice& slice, std::string_view format) {
  if (slice.schema->dictionary != nullptr) return import_dictionary(column, slice, format);
  if (format.starts_with("d:")) return import_decimal(column, slice, format);
  if (format.starts_with("ts")) return import_timestamp(column, slice, format);
  if (format == "tdD") {
    column.type = CellType::date;
    column.values = slice.cells<std::int32_t>();
    return true;
  }
  if (format == "tdm") {
    convert_instants<std::int64_t>(column, slice, 86'400'000, 0);
    return true;
  }
  if (format == "vu") {
    convert_text_views(column, slice);
    return true;
  }
  if (format.size() != 1) return false;
  switch (format[0]) {
    case 'n':
      column.type = CellType::empty;
      return true;
    case 'b':
      column.type = CellType::yesno;
      column.values = slice.buffer<std::uint8_t>(1);
      column.bit_offset = slice.offset;
      return true;
    case 'c':
      convert_integers<std::int8_t>(column, slice);
      return true;
    case 'C':
      convert_integers<std::uint8_t>(column, slice);
      return true;
    case 's':
      convert_integers<std::int16_t>(column, slice);
      return true;
    case 'S':
      convert_integers<std::uint16_t>(column, slice);
      return true;
    case 'i':
      convert_integers<std::int32_t>(column, slice);
      return true;
    case 'I':
      convert_integers<std::uint32_t>(column, slice);
      return true;
    case 'l':
      column.type = CellType::integer;
      column.values = slice.cells<std::int64_t>();
      return true;
    case 'L':
      convert_unsigned(column, slice);
      return true;
    case 'e':
      convert_halves(column, slice);
      return true;
    case 'f':
      column.type = CellType::float32;
      column.values = slice.cells<float>();
      return true;
    case 'g':
      column.type = CellType::float64;
      column.values = slice.cells<double>();
      return true;
    case 'u':
      column.type = CellType::text;
      column.entries = slice.size;
      column.values = slice.buffer<char>(2);
      column.offsets = slice.cells<std::int32_t>();
      return true;
    case 'U':
      column.type = CellType::text;
      column.entries = slice.size;
      column.values = slice.buffer<char>(2);
      column.long_offsets = slice.cells<std::int64_t>();
      return true;
    default:
      return false;
  }
}

}  // namespace

TableColumn import_column(const ArrowSlice& slice) {
  TableColumn column;
  column.size = slice.size;
  column.owner = slice.owner;
  if (slice.size == 0) return column;  // buffers of nothing may be absent
  column.type = CellType::other;       // until the cells are read
  if (slice.array->n_buffers > 0 && slice.array->null_count != 0 &&
      std::string_view(slice.schema->format) != "n") {
    column.validity = slice.buffer<std::uint8_t>(0);
    column.validity_offset = slice.offset;
  }
  if (!import_cells(column, slice, slice.schema->format)) {
    column.type_name = slice.schema->format;
    if (column.type_name.empty() && slice.schema->dictionary != nullptr) {
      column.type_name = slice.schema->dictionary->format;
    }
  }
  return column;
}

}  // namespace dabiao::data
