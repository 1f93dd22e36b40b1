#include "dabiao/data/arrow.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dabiao::data {
namespace {

using text::Diagnostics;
using text::kind;

/// Owns an Arrow array and releases it once.
struct ArrayOwner {
  ArrowArray array{};
  explicit ArrayOwner(ArrowArray& taken) : array(taken) { taken.release = nullptr; }
  ArrayOwner(const ArrayOwner&) = delete;
  ArrayOwner& operator=(const ArrayOwner&) = delete;
  ~ArrayOwner() {
    if (array.release != nullptr) array.release(&array);
  }
};

struct SchemaOwner {
  ArrowSchema schema{};
  explicit SchemaOwner(ArrowSchema& taken) : schema(taken) { taken.release = nullptr; }
  SchemaOwner(const SchemaOwner&) = delete;
  SchemaOwner& operator=(const SchemaOwner&) = delete;
  ~SchemaOwner() {
    if (schema.release != nullptr) schema.release(&schema);
  }
};

/// One column to import: which array, and the rows [offset, offset + size) of it.
struct Slice {
  const ArrowSchema* schema;
  const ArrowArray* array;
  std::uint64_t offset;
  std::uint64_t size;
  std::shared_ptr<const void> owner;

  template <class Cell>
  const Cell* buffer(std::size_t index) const {
    return static_cast<const Cell*>(array->buffers[index]);
  }
  /// The cells of a column of fixed width, from the first row.
  template <class Cell>
  const Cell* cells() const {
    const Cell* all = buffer<Cell>(1);
    return all == nullptr ? nullptr : all + offset;
  }
};

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
void convert_integers(TableColumn& column, const Slice& slice) {
  const Cell* from = slice.cells<Cell>();
  std::vector<std::int64_t> cells(slice.size);
  for (std::uint64_t row = 0; row < slice.size; ++row) {
    cells[row] = static_cast<std::int64_t>(from[row]);
  }
  set_owned(column, CellType::integer, std::move(cells));
}

/// Unsigned 64-bit integers: as decimals, since not all of them fit 64 signed bits.
void convert_unsigned(TableColumn& column, const Slice& slice) {
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
void convert_halves(TableColumn& column, const Slice& slice) {
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
void convert_instants(TableColumn& column, const Slice& slice, std::int64_t per_day,
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

bool import_timestamp(TableColumn& column, const Slice& slice, std::string_view format) {
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

bool import_decimal(TableColumn& column, const Slice& slice, std::string_view format) {
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
  if (count < 2 || at != end || numbers[2] != 128) return false;
  column.type = CellType::decimal;
  column.scale = numbers[1];
  const auto* bytes = slice.buffer<char>(1);
  column.values = bytes == nullptr ? nullptr : bytes + slice.offset * 16;
  return true;
}

/// Text as views of 16 bytes: a length, then the text itself or a prefix and where the rest is.
void convert_text_views(TableColumn& column, const Slice& slice) {
  struct Text {
    std::shared_ptr<const void> owner;
    std::string bytes;
    std::vector<std::int64_t> offsets{0};
  };
  auto kept = std::make_shared<Text>();
  kept->offsets.reserve(slice.size + 1);
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
      kept->bytes.append(bytes, static_cast<std::size_t>(length));
    }
    kept->offsets.push_back(static_cast<std::int64_t>(kept->bytes.size()));
  }
  column.type = CellType::text;
  column.entries = slice.size;
  column.values = kept->bytes.data();
  column.long_offsets = kept->offsets.data();
  column.owner = std::move(kept);
}

TableColumn import_column(const Slice& slice);

template <class Code>
std::vector<std::int32_t> dictionary_codes(const TableColumn& column, const Slice& slice,
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

bool import_dictionary(TableColumn& column, const Slice& slice, std::string_view format) {
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
bool import_cells(TableColumn& column, const Slice& slice, std::string_view format) {
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

TableColumn import_column(const Slice& slice) {
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

/// The headings of a struct schema; nothing where it is none.
std::optional<std::vector<std::string>> headings(const ArrowSchema& schema,
                                                 Diagnostics& diagnostics) {
  if (schema.format == nullptr || std::string_view(schema.format) != "+s") {
    diagnostics.add(kind("no_table"))
        .with("seen", schema.format == nullptr ? "" : schema.format)
        .expect("a struct array: a column per heading");
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const char* name = schema.children[i]->name;
    names.emplace_back(name == nullptr ? "" : name);
  }
  return names;
}

TableBatch import_batch(const ArrowSchema& schema, ArrowArray& taken) {
  auto owner = std::make_shared<ArrayOwner>(taken);
  const ArrowArray& array = owner->array;
  TableBatch batch;
  batch.rows = static_cast<std::uint64_t>(array.length);
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowArray* child = array.children[i];
    batch.columns.push_back(import_column({schema.children[i], child,
                                           static_cast<std::uint64_t>(array.offset + child->offset),
                                           batch.rows, owner}));
  }
  return batch;
}

}  // namespace

Checked<Table> import_arrow(ArrowSchema* schema, ArrowArray* array) {
  const SchemaOwner owned_schema(*schema);
  Diagnostics diagnostics;
  std::optional<std::vector<std::string>> names = headings(owned_schema.schema, diagnostics);
  if (!names) {
    const ArrayOwner unused(*array);
    return diagnostics;
  }
  Table table;
  table.headings = std::move(*names);
  table.batches.push_back(import_batch(owned_schema.schema, *array));
  return table;
}

Checked<Table> import_arrow(ArrowArrayStream* taken) {
  struct StreamOwner {
    ArrowArrayStream stream;
    ~StreamOwner() {
      if (stream.release != nullptr) stream.release(&stream);
    }
  } owner{*taken};
  taken->release = nullptr;
  ArrowArrayStream& stream = owner.stream;

  Diagnostics diagnostics;
  const auto fail = [&](int code) {
    const char* message = stream.get_last_error(&stream);
    diagnostics.add(kind("stream_broke_off"))
        .with("message", message == nullptr ? std::strerror(code) : message);
    return diagnostics;
  };
  ArrowSchema schema{};
  if (const int code = stream.get_schema(&stream, &schema); code != 0) return fail(code);
  const SchemaOwner owned_schema(schema);
  std::optional<std::vector<std::string>> names = headings(owned_schema.schema, diagnostics);
  if (!names) return diagnostics;
  Table table;
  table.headings = std::move(*names);
  while (true) {
    ArrowArray array{};
    if (const int code = stream.get_next(&stream, &array); code != 0) return fail(code);
    if (array.release == nullptr) break;
    table.batches.push_back(import_batch(owned_schema.schema, array));
  }
  return table;
}

// ---- handing out -----------------------------------------------------------------------------

OutputColumn OutputColumn::dictionary(std::string name, std::vector<std::string> entries) {
  OutputColumn column(Type::dictionary, std::move(name));
  column.entries_ = std::move(entries);
  return column;
}

OutputColumn OutputColumn::list(std::string name, OutputColumn items) {
  OutputColumn column(Type::list, std::move(name));
  column.children_.push_back(std::move(items));
  return column;
}

OutputColumn OutputColumn::structure(std::string name, std::vector<OutputColumn> fields) {
  OutputColumn column(Type::structure, std::move(name));
  column.children_ = std::move(fields);
  return column;
}

OutputColumn OutputColumn::of_numbers(std::string name, std::vector<double> cells,
                                      std::vector<std::uint8_t> validity) {
  OutputColumn column(Type::float64, std::move(name));
  column.size_ = cells.size();
  column.numbers_ = std::move(cells);
  column.validity_ = std::move(validity);
  if (!column.validity_.empty()) {
    assert(column.validity_.size() >= (column.size_ + 7) / 8 && "one validity bit per cell");
    for (std::uint64_t row = 0; row < column.size_; ++row) {
      if ((column.validity_[row / 8] >> (row % 8) & 1) == 0) ++column.nulls_;
    }
  }
  return column;
}

OutputColumn OutputColumn::of_memory(std::string name, Type type, std::uint64_t size,
                                     const void* cells, const std::uint8_t* validity,
                                     std::uint64_t nulls, std::shared_ptr<const void> owner) {
  assert((type == Type::float64 || type == Type::yesno) && "only these are lent");
  OutputColumn column(type, std::move(name));
  column.size_ = size;
  column.nulls_ = nulls;
  column.lent_cells_ = cells;
  column.lent_validity_ = nulls == 0 ? nullptr : validity;
  column.owner_ = std::move(owner);
  return column;
}

void OutputColumn::mark(bool there) {
  if (!there && validity_.empty()) {
    validity_.assign(size_ / 8 + 1, 0xff);
  }
  if (!validity_.empty()) {
    if (size_ / 8 >= validity_.size()) validity_.push_back(0xff);
    if (!there) {
      validity_[size_ / 8] = static_cast<std::uint8_t>(validity_[size_ / 8] & ~(1u << (size_ % 8)));
      ++nulls_;
    }
  }
  ++size_;
}

void OutputColumn::append(std::string_view cell) {
  assert(type_ == Type::text && "a text goes into a column of text");
  if (offsets_.empty()) offsets_.push_back(0);
  bytes_ += cell;
  if (bytes_.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw std::length_error("a text column of a result passes 2 GiB");
  }
  offsets_.push_back(static_cast<std::int32_t>(bytes_.size()));
  mark(true);
}

void OutputColumn::append(double cell) {
  assert(type_ == Type::float64 && "a float goes into a column of float64");
  numbers_.push_back(cell);
  mark(true);
}

void OutputColumn::append(std::int64_t cell) {
  if (type_ == Type::int64) {
    long_integers_.push_back(cell);
  } else {
    assert((type_ == Type::int32 || type_ == Type::date || type_ == Type::dictionary) &&
           "an integer goes into a column of integers, dates or entries");
    assert((type_ != Type::dictionary ||
            (cell >= 0 && cell < static_cast<std::int64_t>(entries_.size()))) &&
           "a dictionary has the entry");
    integers_.push_back(static_cast<std::int32_t>(cell));
  }
  mark(true);
}

void OutputColumn::append(bool cell) {
  assert(type_ == Type::yesno && "a yes or no goes into a column of yes/no");
  if (size_ / 8 >= bits_.size()) bits_.push_back(0);
  if (cell) bits_[size_ / 8] = static_cast<std::uint8_t>(bits_[size_ / 8] | 1u << (size_ % 8));
  mark(true);
}

void OutputColumn::append() {
  if (type_ == Type::list) {
    if (offsets_.empty()) offsets_.push_back(0);
    offsets_.push_back(static_cast<std::int32_t>(children_.front().size()));
  } else {
    assert(type_ == Type::structure && "only lists and structures are ended");
    for ([[maybe_unused]] const OutputColumn& each : children_) {
      assert(each.size() == size_ + 1 && "every field of a structure has its cell");
    }
  }
  mark(true);
}

void OutputColumn::append_null() {
  switch (type_) {
    case Type::text:
    case Type::list:
      if (offsets_.empty()) offsets_.push_back(0);
      offsets_.push_back(offsets_.back());
      break;
    case Type::float64:
      numbers_.push_back(0);
      break;
    case Type::int64:
      long_integers_.push_back(0);
      break;
    case Type::int32:
    case Type::date:
    case Type::dictionary:
      integers_.push_back(0);
      break;
    case Type::yesno:
      if (size_ / 8 >= bits_.size()) bits_.push_back(0);
      break;
    case Type::structure:
      for (OutputColumn& each : children_) each.append_null();
      break;
  }
  mark(false);
}

/// Turns output columns into Arrow's structures. Every structure owns what it points at through
/// `private_data`, so that a receiver may move children out and release them on their own.
class ArrowExport {
 public:
  /// The same column without its cells.
  static OutputColumn shape(const OutputColumn& column) {
    OutputColumn empty(column.type_, column.name_);
    for (const OutputColumn& each : column.children_) empty.children_.push_back(shape(each));
    return empty;
  }

  static void schema(const OutputColumn& column, ArrowSchema* out) {
    auto* kept = new SchemaParts;
    kept->name = column.name_;
    kept->format = format(column.type_);
    for (const OutputColumn& each : column.children_) schema(each, kept->add_child());
    fill(kept, out, ARROW_FLAG_NULLABLE);
    if (column.type_ == OutputColumn::Type::dictionary) {
      auto* entries = new SchemaParts;
      entries->format = "u";
      kept->dictionary = std::make_unique<ArrowSchema>();
      fill(entries, kept->dictionary.get(), ARROW_FLAG_NULLABLE);
      out->dictionary = kept->dictionary.get();
    }
  }

  static void array(OutputColumn column, ArrowArray* out) {
    auto* kept = new ArrayParts(std::move(column));
    OutputColumn& cells = kept->column;
    if (cells.owner_ != nullptr) {
      kept->buffers = {cells.lent_validity_, cells.lent_cells_};
      fill(kept, out, cells.size_, cells.nulls_);
      return;
    }
    kept->buffers.push_back(cells.validity_.empty() ? nullptr : cells.validity_.data());
    switch (cells.type_) {
      case OutputColumn::Type::text:
        if (cells.offsets_.empty()) cells.offsets_.push_back(0);
        kept->buffers.push_back(cells.offsets_.data());
        kept->buffers.push_back(cells.bytes_.data());
        break;
      case OutputColumn::Type::float64:
        kept->buffers.push_back(cells.numbers_.data());
        break;
      case OutputColumn::Type::int64:
        kept->buffers.push_back(cells.long_integers_.data());
        break;
      case OutputColumn::Type::int32:
      case OutputColumn::Type::date:
      case OutputColumn::Type::dictionary:
        kept->buffers.push_back(cells.integers_.data());
        break;
      case OutputColumn::Type::yesno:
        kept->buffers.push_back(cells.bits_.data());
        break;
      case OutputColumn::Type::list:
        if (cells.offsets_.empty()) cells.offsets_.push_back(0);
        kept->buffers.push_back(cells.offsets_.data());
        break;
      case OutputColumn::Type::structure:
        break;
    }
    for (OutputColumn& each : cells.children_) array(std::move(each), kept->add_child());
    fill(kept, out, cells.size_, cells.nulls_);
    if (cells.type_ == OutputColumn::Type::dictionary) {
      OutputColumn entries = OutputColumn::text("");
      for (const std::string& entry : cells.entries_) entries.append(std::string_view(entry));
      kept->dictionary = std::make_unique<ArrowArray>();
      array(std::move(entries), kept->dictionary.get());
      out->dictionary = kept->dictionary.get();
    }
  }

 private:
  struct SchemaParts {
    std::string name;
    std::string format;
    std::vector<std::unique_ptr<ArrowSchema>> children;
    std::vector<ArrowSchema*> child_pointers;
    std::unique_ptr<ArrowSchema> dictionary;
    ArrowSchema* add_child() {
      children.push_back(std::make_unique<ArrowSchema>());
      child_pointers.push_back(children.back().get());
      return child_pointers.back();
    }
  };

  struct ArrayParts {
    explicit ArrayParts(OutputColumn cells) : column(std::move(cells)) {}
    OutputColumn column;
    std::vector<const void*> buffers;
    std::vector<std::unique_ptr<ArrowArray>> children;
    std::vector<ArrowArray*> child_pointers;
    std::unique_ptr<ArrowArray> dictionary;
    ArrowArray* add_child() {
      children.push_back(std::make_unique<ArrowArray>());
      child_pointers.push_back(children.back().get());
      return child_pointers.back();
    }
  };

  template <class Structure, class Parts>
  static void release(Structure* structure) {
    for (std::int64_t i = 0; i < structure->n_children; ++i) {
      Structure* child = structure->children[i];
      if (child->release != nullptr) child->release(child);
    }
    if (structure->dictionary != nullptr && structure->dictionary->release != nullptr) {
      structure->dictionary->release(structure->dictionary);
    }
    delete static_cast<Parts*>(structure->private_data);
    structure->release = nullptr;
  }

  static void fill(SchemaParts* kept, ArrowSchema* out, std::int64_t flags) {
    *out = {};
    out->format = kept->format.c_str();
    out->name = kept->name.c_str();
    out->flags = flags;
    out->n_children = static_cast<std::int64_t>(kept->children.size());
    out->children = kept->child_pointers.data();
    out->release = &release<ArrowSchema, SchemaParts>;
    out->private_data = kept;
  }

  static void fill(ArrayParts* kept, ArrowArray* out, std::uint64_t size, std::uint64_t nulls) {
    *out = {};
    out->length = static_cast<std::int64_t>(size);
    out->null_count = static_cast<std::int64_t>(nulls);
    out->n_buffers = static_cast<std::int64_t>(kept->buffers.size());
    out->buffers = kept->buffers.data();
    out->n_children = static_cast<std::int64_t>(kept->children.size());
    out->children = kept->child_pointers.data();
    out->release = &release<ArrowArray, ArrayParts>;
    out->private_data = kept;
  }

  static const char* format(OutputColumn::Type type) {
    switch (type) {
      case OutputColumn::Type::text:
        return "u";
      case OutputColumn::Type::float64:
        return "g";
      case OutputColumn::Type::int32:
      case OutputColumn::Type::dictionary:
        return "i";
      case OutputColumn::Type::int64:
        return "l";
      case OutputColumn::Type::yesno:
        return "b";
      case OutputColumn::Type::date:
        return "tdD";
      case OutputColumn::Type::list:
        return "+l";
      case OutputColumn::Type::structure:
        return "+s";
    }
    return "n";
  }
};

namespace {

OutputColumn record(std::vector<OutputColumn> columns) {
  [[maybe_unused]] const std::uint64_t rows = columns.empty() ? 0 : columns.front().size();
  std::vector<OutputColumn> fields;
  for (OutputColumn& each : columns) {
    assert(each.size() == rows && "the columns of a table have one size");
    fields.push_back(std::move(each));
  }
  return OutputColumn::structure("", std::move(fields));
}

void export_record(OutputColumn table, std::uint64_t rows, ArrowArray* array) {
  ArrowExport::array(std::move(table), array);
  array->length = static_cast<std::int64_t>(rows);
}

}  // namespace

void export_arrow(std::vector<OutputColumn> columns, ArrowSchema* schema, ArrowArray* array) {
  const std::uint64_t rows = columns.empty() ? 0 : columns.front().size();
  OutputColumn table = record(std::move(columns));
  ArrowExport::schema(table, schema);
  schema->flags = 0;
  export_record(std::move(table), rows, array);
}

void export_arrow(std::vector<OutputColumn> columns, ArrowArrayStream* stream) {
  struct Batch {
    OutputColumn table;
    OutputColumn shape;  // the same columns without cells
    std::uint64_t rows;
    bool given = false;
  };
  const std::uint64_t rows = columns.empty() ? 0 : columns.front().size();
  OutputColumn table = record(std::move(columns));
  OutputColumn shape = ArrowExport::shape(table);
  auto* batch = new Batch{std::move(table), std::move(shape), rows};
  *stream = {};
  stream->private_data = batch;
  stream->get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    ArrowExport::schema(static_cast<Batch*>(self->private_data)->shape, out);
    out->flags = 0;
    return 0;
  };
  stream->get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    auto* kept = static_cast<Batch*>(self->private_data);
    *out = {};
    if (kept->given) return 0;
    kept->given = true;
    export_record(std::move(kept->table), kept->rows, out);
    return 0;
  };
  stream->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  stream->release = [](ArrowArrayStream* self) {
    delete static_cast<Batch*>(self->private_data);
    self->release = nullptr;
  };
}

}  // namespace dabiao::data
