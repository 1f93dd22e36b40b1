#include "dabiao/engine/row_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "row_fractions.hpp"
#include "row_instruction.hpp"
#include "row_steps.hpp"
#include "row_ties.hpp"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace dabiao::engine {

using value::Reason;

void run_instructions(std::span<const Instruction> instructions, double* n, std::uint8_t* t) {
  for (const Instruction& each : instructions) run_instruction(each, n, t);
}

RowRecord::RowRecord(const RowProgram& rows, const ir::Program& program, function::Context context)
    : rows_(rows),
      numbers_(rows.numbers + 1, 0.0),  // leaves are read two and two
      truths_(rows.truths, 0),
      reasons_(rows.leaves.size(), Reason::known),
      given_(rows.leaves.size()),
      settler_(rows, program, context),
      ties_(std::make_unique<RowTies>(rows, program)),
      fractions_(std::make_unique<RowFractions>(rows, program)),
      settled_(rows.outputs.size()) {
  std::copy(rows.constants.begin(), rows.constants.end(),
            numbers_.begin() + static_cast<std::ptrdiff_t>(rows.leaves.size()));
  for (const RowLeaf& leaf : rows.leaves) {
    const RowLimits& limits = limits_.emplace_back(leaf);
    const std::size_t side = (limits_.size() - 1) % 2;
    if (side == 0) {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      usual_.push_back({{-infinity, -infinity}, {infinity, infinity}, {0, 0}});
    }
    Usual& usual = usual_.back();
    usual.low[side] = std::max(limits.low, limits.smallest);
    usual.high[side] = limits.high;
    usual.zero[side] = limits.allow(0) ? 0 : std::nan("");
  }
  static constexpr std::uint8_t never = 0;
  for (const RowOutput& output : rows.outputs) {
    if (output.exact_only) always_settles_ = true;
    if (output.doubt != no_register) {
      const std::uint8_t* doubt = &truths_[output.doubt];
      if (std::find(doubts_.begin(), doubts_.end(), doubt) == doubts_.end()) {
        doubts_.push_back(doubt);
      }
    }
    // What is always settled has no register.
    Place& place = places_.emplace_back();
    if (output.exact_only) {
      place.truth = &never;
    } else if (output.kind == RowOutput::Kind::number) {
      place.number = &numbers_[output.result];
    } else {
      place.truth = &truths_[output.result];
    }
    if (output.applies != no_register) place.applies = &truths_[output.applies];
    if (place.number == nullptr || place.applies != nullptr) all_numbers_ = false;
  }
  steps_ = std::make_unique<RowSteps>(rows, numbers_.data(), truths_.data());
}

RowRecord::RowRecord(RowRecord&&) noexcept = default;
RowRecord::~RowRecord() = default;

void RowRecord::forget(std::size_t leaf) {
  reasons_[leaf] = Reason::known;
  if (!exact_.empty()) exact_[leaf].reset();
}

void RowRecord::values_one_by_one(std::span<double> to) const {
  for (std::size_t i = 0; i < to.size(); ++i) {
    const RowResult found = result(i);
    to[i] = found.known() ? found.value : std::nan("");
  }
}

void RowRecord::set_missing(std::size_t leaf, Reason reason) {
  numbers_[leaf] = std::nan("");
  reasons_[leaf] = reason;
  if (!exact_.empty()) exact_[leaf].reset();
  has_more_ = true;
}

void RowRecord::set_exact(std::size_t leaf, const exact::Rational& value) {
  const double nearest = value.to_double();
  set(leaf, nearest);
  if (exact::Rational::from_double_shortest(nearest) == value) return;
  exact_.resize(rows_.leaves.size());
  has_more_ = true;
  exact_[leaf] = value * rows_.leaves[leaf].scale;
}

bool RowRecord::usual() const {
  const double* x = numbers_.data();
#ifdef __SSE2__
  // Compilers take masks of wide integers, which this processor cannot compare, to pieces.
  __m128d all = _mm_castsi128_pd(_mm_set1_epi64x(-1));
  for (const Usual& each : usual_) {
    const __m128d pair = _mm_loadu_pd(x);
    const __m128d between = _mm_and_pd(_mm_cmpge_pd(pair, _mm_loadu_pd(each.low)),
                                       _mm_cmple_pd(pair, _mm_loadu_pd(each.high)));
    all = _mm_and_pd(all, _mm_or_pd(between, _mm_cmpeq_pd(pair, _mm_loadu_pd(each.zero))));
    x += 2;
  }
  return _mm_movemask_pd(all) == 3;
#else
  bool all = true;
  for (const Usual& each : usual_) {
    for (std::size_t side = 0; side < 2; ++side) {
      const bool between = (x[side] >= each.low[side]) & (x[side] <= each.high[side]);
      all &= between | (x[side] == each.zero[side]);
    }
    x += 2;
  }
  return all;
#endif
}

bool RowRecord::ordinary() const {
  bool fine = true;
  for (const auto& each : exact_) fine &= !each.has_value();
  // All leaves without a branch; those of the other sign are looked at one by one.
  if (usual()) return fine;
  for (std::size_t i = 0; i < limits_.size(); ++i) fine &= limits_[i].allow(numbers_[i]);
  return fine;
}

void RowRecord::run() {
  settled_any_ = false;
  out_of_range_.reset();
  if (!ordinary()) {
    settle_odd();
    return;
  }
  steps_->run();
  std::uint8_t doubt = always_settles_ ? 1 : 0;
  for (const std::uint8_t* each : doubts_) doubt |= *each;
  if (doubt != 0) settle(false, 0);
}

void RowRecord::settle_odd() {
  std::uint64_t missing = 0;
  bool all = false;
  for (std::size_t i = 0; i < given_.size(); ++i) {
    if (!std::isfinite(numbers_[i])) {
      missing |= i < 64 ? std::uint64_t{1} << i : ~std::uint64_t{0};
      all = all || rows_.leaves[i].assumed.has_value();
    } else {
      all = all || !limits_[i].allow(numbers_[i]) || (!exact_.empty() && exact_[i]);
    }
  }
  if (!all) steps_->run();
  settle(all, missing);
}

void RowRecord::begin_settling(bool complete) {
  for (std::size_t i = 0; i < given_.size(); ++i) {
    given_[i] = {numbers_[i], reasons_[i], exact_.empty() || !exact_[i] ? nullptr : &*exact_[i]};
  }
  settler_.begin(given_);
  if (complete) fractions_->begin({numbers_.data(), given_.size()});
}

void RowRecord::settle(bool all, std::uint64_t missing) {
  const bool complete = !all && missing == 0;
  bool begun = false;
  settled_any_ = true;
  for (std::size_t i = 0; i < settled_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    settled_[i].there = all || output.exact_only || (output.reach.leaves & missing) != 0 ||
                        (output.doubt != no_register && truths_[output.doubt] != 0);
    if (!settled_[i].there) continue;
    if (complete) {
      const auto holds = ties_->truth(i, [&](std::uint32_t leaf) { return numbers_[leaf]; });
      if (holds) {
        settled_[i].result = {*holds ? 1.0 : 0.0, Reason::known};
        continue;
      }
    }
    if (!begun) begin_settling(complete);
    begun = true;
    settled_[i].result = complete ? settle_one(i) : settler_.output(i);
  }
  if (begun) out_of_range_ = settler_.out_of_range();
}

void RowRecord::begin_settling(std::span<const double> numbers) {
  for (std::size_t i = 0; i < given_.size(); ++i) given_[i] = {numbers[i], Reason::known, nullptr};
  settler_.begin(given_);
  fractions_->begin(numbers.first(given_.size()));
}

RowResult RowRecord::settle_one(std::size_t output) {
  if (rows_.outputs[output].kind == RowOutput::Kind::truth) {
    if (const auto holds = fractions_->truth(output)) return {*holds ? 1.0 : 0.0, Reason::known};
  } else if (const auto value = fractions_->number(output)) {
    return {*value, Reason::known};
  }
  return settler_.output(output);
}

}  // namespace dabiao::engine
