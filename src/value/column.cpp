#include "dabiao/value/column.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dabiao::value {

ColumnView ColumnView::slice(std::size_t begin, std::size_t count) const {
  assert(begin % Validity::word_bits == 0 && begin + count <= size && "whole words of the column");
  return {values + begin, validity ? validity + begin / Validity::word_bits : nullptr,
          reasons ? reasons + begin : nullptr, count};
}

Column::Column(std::size_t size, Reason reason) : values_(size, 0.0) {
  if (reason != Reason::known && size > 0) {
    validity_ = Validity(size, false);
    reasons_.assign(size, reason);
  }
}

Column::Column(std::vector<double> values) : values_(std::move(values)) {
  for (std::size_t row = 0; row < values_.size(); ++row) {
    if (std::isfinite(values_[row])) {
      values_[row] += 0.0;  // −0 + 0 is 0
    } else {
      set_missing(row, Reason::not_finite);
    }
  }
}

Column Column::borrowed(std::span<const double> values, Validity validity,
                        std::shared_ptr<const void> owner) {
  assert(owner != nullptr && "somebody keeps what is borrowed");
  assert((validity.empty() || validity.size() == values.size()) && "a bit per row");
  Column column;
  column.borrowed_ = values;
  column.validity_ = std::move(validity);
  column.owner_ = std::move(owner);
  return column;
}

void Column::own() {
  if (owner_ == nullptr) return;
  values_.assign(borrowed_.begin(), borrowed_.end());
  if (!validity_.empty()) {
    validity_.for_each_clear([&](std::size_t row) { values_[row] = 0.0; });
    reasons_.assign(values_.size(), Reason::known);
    validity_.for_each_clear([&](std::size_t row) { reasons_[row] = Reason::not_reported; });
  }
  for (double& each : values_) each += 0.0;  // −0 + 0 is 0
  borrowed_ = {};
  owner_.reset();
}

void Column::reserve(std::size_t rows) {
  own();
  values_.reserve(rows);
}

void Column::remember_missing() {
  if (!reasons_.empty()) return;
  validity_ = Validity(values_.size(), true);
  reasons_.assign(values_.size(), Reason::known);
}

void Column::set(std::size_t row, double value) {
  own();
  assert(row < size() && "a row of the column");
  if (!std::isfinite(value)) {
    set_missing(row, Reason::not_finite);
    return;
  }
  values_[row] = value + 0.0;  // −0 + 0 is 0
  if (!reasons_.empty()) {
    validity_.set(row);
    reasons_[row] = Reason::known;
  }
}

void Column::set_missing(std::size_t row, Reason reason) {
  own();
  assert(row < size() && "a row of the column");
  assert(reason != Reason::known && "a missing row has a reason");
  remember_missing();
  values_[row] = 0.0;
  validity_.clear(row);
  reasons_[row] = reason;
}

void Column::push_back(double value) {
  own();
  values_.push_back(0.0);
  if (!reasons_.empty()) {
    validity_.push_back(true);
    reasons_.push_back(Reason::known);
  }
  set(values_.size() - 1, value);
}

void Column::push_back_missing(Reason reason) {
  own();
  values_.push_back(0.0);
  if (!reasons_.empty()) {
    validity_.push_back(true);
    reasons_.push_back(Reason::known);
  }
  set_missing(values_.size() - 1, reason);
}

void Column::resize(std::size_t new_size, Reason reason) {
  own();
  if (new_size > size() && reason != Reason::known) remember_missing();
  const bool tracked = !reasons_.empty() || (new_size > size() && reason != Reason::known);
  values_.resize(new_size, 0.0);
  if (tracked) {
    validity_.resize(new_size, reason == Reason::known);
    reasons_.resize(new_size, reason);
  }
}

ColumnView Column::view() const {
  return {values().data(), validity_.empty() ? nullptr : validity_.words().data(),
          reasons_.empty() ? nullptr : reasons_.data(), size()};
}

bool operator==(const Column& a, const Column& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t row = 0; row < a.size(); ++row) {
    if (a.reason(row) != b.reason(row)) return false;
    if (a.known(row) && a.value(row) != b.value(row)) return false;
  }
  return true;
}

}  // namespace dabiao::value
