#include "dabiao/data/output_column.hpp"

#include <cassert>
#include <limits>
#include <stdexcept>
#include <utility>

namespace dabiao::data {

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

}  // namespace dabiao::data
