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

void Column::remember_missing() {
  if (!reasons_.empty()) return;
  validity_ = Validity(values_.size(), true);
  reasons_.assign(values_.size(), Reason::known);
}

void Column::set(std::size_t row, double value) {
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
  assert(row < size() && "a row of the column");
  assert(reason != Reason::known && "a missing row has a reason");
  remember_missing();
  values_[row] = 0.0;
  validity_.clear(row);
  reasons_[row] = reason;
}

void Column::push_back(double value) {
  values_.push_back(0.0);
  if (!reasons_.empty()) {
    validity_.push_back(true);
    reasons_.push_back(Reason::known);
  }
  set(values_.size() - 1, value);
}

void Column::push_back_missing(Reason reason) {
  values_.push_back(0.0);
  if (!reasons_.empty()) {
    validity_.push_back(true);
    reasons_.push_back(Reason::known);
  }
  set_missing(values_.size() - 1, reason);
}

void Column::resize(std::size_t new_size, Reason reason) {
  if (new_size > size() && reason != Reason::known) remember_missing();
  const bool tracked = !reasons_.empty() || (new_size > size() && reason != Reason::known);
  values_.resize(new_size, 0.0);
  if (tracked) {
    validity_.resize(new_size, reason == Reason::known);
    reasons_.resize(new_size, reason);
  }
}

ColumnView Column::view() const {
  if (reasons_.empty()) return {values_.data(), nullptr, nullptr, values_.size()};
  return {values_.data(), validity_.words().data(), reasons_.data(), values_.size()};
}

bool operator==(const Column& a, const Column& b) {
  if (a.values_ != b.values_) return false;
  for (std::size_t row = 0; row < a.size(); ++row) {
    if (a.reason(row) != b.reason(row)) return false;
  }
  return true;
}

}  // namespace dabiao::value
