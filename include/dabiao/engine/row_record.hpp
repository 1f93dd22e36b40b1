#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/row_limits.hpp"
#include "dabiao/engine/row_program.hpp"
#include "dabiao/engine/row_settler.hpp"

namespace dabiao::engine {

class RowFractions;
struct RowEnds;
class RowSteps;
class RowTies;

/// Evaluates a program for one row at a time. Prepared once; a run allocates nothing while the
/// doubles decide. Not shared among threads: each has its own.
class RowRecord {
 public:
  RowRecord(const RowProgram& rows, const ir::Program& program, function::Context context = {});
  RowRecord(RowRecord&&) noexcept;
  ~RowRecord();

  /// Gives a leaf its value, in its own unit; NaN and infinities are missing (not_finite).
  void set(std::size_t leaf, double value) {
    numbers_[leaf] = value;
    if (has_more_) forget(leaf);
  }
  /// Gives all leaves their values, in their order.
  void set(std::span<const double> values) {
    if (!values.empty()) std::memcpy(numbers_.data(), values.data(), values.size_bytes());
    if (!has_more_) return;
    for (std::size_t leaf = 0; leaf < values.size(); ++leaf) forget(leaf);
  }
  void set_missing(std::size_t leaf, value::Reason reason = value::Reason::not_reported);
  /// Gives a leaf an exact value in its own unit, of which a double may not be the shortest
  /// decimal.
  void set_exact(std::size_t leaf, const exact::Rational& value);

  /// Evaluates all outputs.
  void run();

  /// An output of the last run.
  RowResult result(std::size_t output) const {
    if (settled_any_ && settled_[output].there) return settled_[output].result;
    const Place& place = places_[output];
    if (place.applies != nullptr && *place.applies == 0) {
      return {0, value::Reason::not_applicable};
    }
    if (place.number != nullptr) return {*place.number + 0.0};
    return {static_cast<double>(*place.truth)};
  }
  /// All outputs of the last run, in their order: NaN where one is missing, 1 or 0 for a truth.
  void values(std::span<double> to) const {
    if (settled_any_ || !all_numbers_) return values_one_by_one(to);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = *places_[i].number + 0.0;
  }
  /// Whether the output was settled exactly, because the doubles did not decide it.
  bool was_settled(std::size_t output) const { return settled_any_ && settled_[output].there; }
  /// The first leaf of the last run whose value its declaration rules out.
  std::optional<std::size_t> out_of_range() const { return out_of_range_; }

 private:
  struct Settled {
    bool there = false;
    bool exactly = false;  // doubles do not say it
    RowResult result;
  };
  /// Where an output stands after a run.
  struct Place {
    const double* number = nullptr;  // or
    const std::uint8_t* truth = nullptr;
    const std::uint8_t* applies = nullptr;  // null: to all rows
  };
  /// A truth whose corners are looked at.
  struct Cornered {
    std::size_t output = 0;
    std::uint64_t lacks = 0;                      // leaves that are missing and that it reads
    bool all = true, any = false, doubt = false;  // what the corners so far say
  };
  /// Drops what was said of a leaf beside its number.
  void forget(std::size_t leaf);
  void values_one_by_one(std::span<double> to) const;
  bool ordinary() const;
  void begin_anew();
  void settle_what_is(unsigned left);
  bool in_doubt(const RowOutput& output) const {
    return output.doubt != no_register && truths_[output.doubt] != 0;
  }
  void settle_odd();
  void settle(bool all);
  void settle_missing(std::uint64_t missing);
  void run_corners();
  RowResult decided(std::size_t output);
  RowResult exactly(std::size_t output);
  value::Reason reason_of(std::uint64_t missing) const;
  bool is_one_reason(std::uint64_t missing) const;

  const RowProgram& rows_;
  std::vector<double> numbers_;
  std::vector<std::uint8_t> truths_;
  std::vector<RowLimits> limits_;
  std::vector<Place> places_;
  unsigned left_ = 0;        // to look at whatever the steps leave
  bool all_numbers_ = true;  // outputs, for all rows
  bool has_more_ = false;    // something may be said of leaves beside numbers
  std::vector<value::Reason> reasons_;
  std::vector<RowGiven> given_;
  std::vector<std::optional<exact::Rational>> exact_;  // in base scale; empty while there are none
  RowSettler settler_;
  std::unique_ptr<RowSteps> steps_;
  std::unique_ptr<RowTies> ties_;
  std::unique_ptr<RowFractions> fractions_;
  std::vector<RowEnds> ends_;       // by leaf
  std::vector<Cornered> cornered_;  // outputs of the row that is run
  std::vector<Settled> settled_;
  bool settled_any_ = false;
  bool begun_ = false;  // the settler has the row
  std::optional<std::size_t> out_of_range_;
};

}  // namespace dabiao::engine
