#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/value/reason.hpp"
#include "dabiao/value/validity.hpp"

namespace dabiao::value {

/// The rows [0, size) of a column for a kernel to read. `validity` is null where every row is
/// known, `reasons` where no row needs one.
struct ColumnView {
  const double* values = nullptr;
  const std::uint64_t* validity = nullptr;
  const Reason* reasons = nullptr;
  std::size_t size = 0;

  bool known(std::size_t row) const {
    return validity == nullptr ||
           ((validity[row / Validity::word_bits] >> (row % Validity::word_bits)) & 1U) != 0;
  }
  Reason reason(std::size_t row) const { return reasons ? reasons[row] : Reason::known; }
  /// The rows [begin, begin + count); `begin` is a multiple of 64, so that words stay whole.
  ColumnView slice(std::size_t begin, std::size_t count) const;
};

/// Numbers, one per row, of which each is known or missing with a reason. A yes/no is 1 or 0, a
/// stage its rank, a date its day number. Every known value is finite and is never −0; the value
/// stored for a missing row is 0. Validity and reasons take memory only once a row is missing. A
/// column may read numbers that stand elsewhere; it copies them before it changes one.
class Column {
 public:
  Column() = default;
  /// Rows that are all missing for the same reason, or, with Reason::known, all 0.
  explicit Column(std::size_t size, Reason reason = Reason::not_reported);
  /// Takes over numbers; those that are not finite become missing (not_finite), −0 becomes 0.
  explicit Column(std::vector<double> values);
  /// Reads numbers where they stand, as long as `owner` lives. They are finite where `validity` has
  /// a bit (everywhere, where it is empty); what stands in the other rows, which are not reported,
  /// is not looked at.
  static Column borrowed(std::span<const double> values, Validity validity,
                         std::shared_ptr<const void> owner);
  bool is_borrowed() const { return owner_ != nullptr; }

  std::size_t size() const { return values().size(); }
  bool empty() const { return values().empty(); }

  bool known(std::size_t row) const {
    assert(row < size() && "a row of the column");
    return validity_.empty() || validity_.get(row);
  }
  /// The value of a known row.
  double value(std::size_t row) const {
    assert(known(row) && "only a known row has a value");
    return values()[row];
  }
  std::optional<double> get(std::size_t row) const {
    return known(row) ? std::optional<double>(values_[row]) : std::nullopt;
  }
  /// Reason::known where the row has a value.
  Reason reason(std::size_t row) const {
    assert(row < size() && "a row of the column");
    if (!reasons_.empty()) return reasons_[row];
    return known(row) ? Reason::known : Reason::not_reported;
  }

  /// Gives a row a value; NaN and infinity make it missing (not_finite), −0 is stored as 0.
  void set(std::size_t row, double value);
  /// Takes a row's value away; the reason must not be Reason::known.
  void set_missing(std::size_t row, Reason reason);
  void push_back(double value);
  void push_back_missing(Reason reason);
  void reserve(std::size_t rows);
  /// New rows are missing for that reason, or 0 with Reason::known.
  void resize(std::size_t size, Reason reason = Reason::not_reported);

  std::size_t known_count() const { return validity_.empty() ? size() : validity_.count(); }
  std::size_t missing_count() const { return size() - known_count(); }

  /// What stands at missing rows means nothing.
  std::span<const double> values() const {
    return owner_ ? borrowed_ : std::span<const double>(values_);
  }
  /// Empty where no row was ever missing: then all are known.
  const Validity& validity() const { return validity_; }
  /// One per row; empty where no row was ever missing, or all that are were not reported.
  std::span<const Reason> reasons() const { return reasons_; }
  ColumnView view() const;

  /// Equal rows: the same values and the same reasons, however they are stored.
  friend bool operator==(const Column& a, const Column& b);

 private:
  void remember_missing();
  /// Copies what is borrowed, so that it can be changed.
  void own();

  std::vector<double> values_;
  std::span<const double> borrowed_;
  std::shared_ptr<const void> owner_;  // not null: the values are those that are borrowed
  Validity validity_;
  std::vector<Reason> reasons_;
};

}  // namespace dabiao::value
