#include "dabiao/engine/row_record.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "row_corners.hpp"
#include "row_decide.hpp"
#include "row_fractions.hpp"
#include "row_instruction.hpp"
#include "row_steps.hpp"
#include "row_ties.hpp"

namespace dabiao::engine {

using value::Reason;

RowRecord::RowRecord(const RowProgram& rows, const ir::Program& program, function::Context context)
    : rows_(rows),
      numbers_(rows.numbers + RowSteps::check_size, 0.0),
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
    ends_.emplace_back(leaf);
    limits_.emplace_back(leaf);
  }
  static constexpr std::uint8_t never = 0;
  for (const RowOutput& output : rows.outputs) {
    if (output.exact_only) left_ |= RowSteps::doubt;
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
  steps_ = std::make_unique<RowSteps>(rows, limits_, numbers_.data(), truths_.data());
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
  left_ |= RowSteps::unusual;
  exact_[leaf] = value * rows_.leaves[leaf].scale;
}

bool RowRecord::ordinary() const {
  bool fine = true;
  for (const auto& each : exact_) fine &= !each.has_value();
  for (std::size_t i = 0; i < limits_.size(); ++i) fine &= limits_[i].allow(numbers_[i]);
  return fine;
}

void RowRecord::run() {
  if (settled_any_) begin_anew();
  const unsigned left = steps_->run(left_);
  if (left != RowSteps::nothing) settle_what_is(left);
}

void RowRecord::begin_anew() {
  settled_any_ = begun_ = false;
  out_of_range_.reset();
}

/// Settles what steps left. What comes of leaves that are out of the ordinary they have not looked
/// at.
void RowRecord::settle_what_is(unsigned left) {
  if ((left & RowSteps::unusual) != 0 && !ordinary()) {
    settle_odd();
  } else if ((left & RowSteps::doubt) != 0) {
    settle(false);
  }
}

void RowRecord::settle_odd() {
  std::uint64_t missing = 0;
  bool all = given_.size() > 64;
  for (std::size_t i = 0; i < given_.size(); ++i) {
    if (!std::isfinite(numbers_[i])) {
      missing |= std::uint64_t{1} << (i % 64);
      all = all || rows_.leaves[i].assumed.has_value();
    } else {
      all = all || !limits_[i].allow(numbers_[i]) || (!exact_.empty() && exact_[i]);
    }
  }
  if (all) {
    settle(true);
  } else {
    settle_missing(missing);
  }
}

/// Why what reads these leaves, all of which are missing, has no value.
Reason RowRecord::reason_of(std::uint64_t missing) const {
  Reason reason = Reason::known;
  for (; missing != 0; missing &= missing - 1) {
    const Reason said = reasons_[static_cast<std::size_t>(std::countr_zero(missing))];
    reason = value::combine(reason, said == Reason::known ? Reason::not_finite : said);
  }
  return reason;
}

/// What is missing is all that is out of the ordinary.
void RowRecord::settle_missing(std::uint64_t missing) {
  settled_any_ = true;
  fractions_->begin({numbers_.data(), given_.size()});
  cornered_.clear();
  for (std::size_t i = 0; i < settled_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    const Reach& reach = output.reach;
    Settled& settled = settled_[i];
    const std::uint64_t lacks = reach.leaves & missing;
    settled = {
        .there = output.exact_only || lacks != 0, .exactly = output.exact_only, .result = {}};
    if (lacks == 0 || output.exact_only) continue;
    const Reason reason = reason_of(lacks);
    settled.result.reason = reason;
    const bool is_gone = (lacks & fatal_leaves(output)) != 0;
    if (output.kind == RowOutput::Kind::number) {
      settled.exactly = !is_gone;
    } else if (!reach.simple || value::is_not_applicable(reason) || !is_one_reason(lacks)) {
      // Of several reasons only those of the parts that stay open count.
      settled.exactly = true;
    } else if (!is_gone) {
      settled.exactly = !corners_serve(lacks, ends_);
      if (!settled.exactly) cornered_.push_back({i, lacks});
    }
  }
  if (!cornered_.empty()) run_corners();
  for (std::size_t i = 0; i < settled_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    Settled& settled = settled_[i];
    if (!settled.there) {
      if (in_doubt(output)) settled = {.there = true, .result = decided(i)};
      continue;
    }
    // A part of a number in doubt may have no value for a reason of its own.
    const bool is_unsure = output.kind == RowOutput::Kind::number && in_doubt(output);
    if (settled.exactly || is_unsure) settled.result = exactly(i);
  }
}

bool RowRecord::is_one_reason(std::uint64_t missing) const {
  const Reason first = reason_of(missing & (~missing + 1));
  for (std::uint64_t left = missing; left != 0; left &= left - 1) {
    if (reason_of(left & (~left + 1)) != first) return false;
  }
  return true;
}

/// Whether conditions are the same at all corners of what they lack.
void RowRecord::run_corners() {
  for (std::size_t first = 0; first < cornered_.size(); ++first) {
    const std::uint64_t lacks = cornered_[first].lacks;
    if (lacks == 0) continue;  // looked at with one before
    const unsigned corners = 1U << std::popcount(lacks);
    for (unsigned corner = 0; corner < corners; ++corner) {
      unsigned bit = 1;
      for (std::uint64_t left = lacks; left != 0; left &= left - 1, bit <<= 1) {
        const auto leaf = static_cast<std::size_t>(std::countr_zero(left));
        numbers_[leaf] = (corner & bit) != 0 ? ends_[leaf].high : ends_[leaf].low;
      }
      steps_->run(RowSteps::nothing);
      for (std::size_t k = first; k < cornered_.size(); ++k) {
        Cornered& each = cornered_[k];
        if (each.lacks != lacks) continue;
        const RowOutput& output = rows_.outputs[each.output];
        const bool holds = truths_[output.result] != 0;
        each.all = each.all && holds;
        each.any = each.any || holds;
        each.doubt = each.doubt || in_doubt(output);
      }
    }
    for (std::uint64_t left = lacks; left != 0; left &= left - 1) {
      numbers_[static_cast<std::size_t>(std::countr_zero(left))] = std::nan("");
    }
    for (std::size_t k = first; k < cornered_.size(); ++k) {
      Cornered& each = cornered_[k];
      if (each.lacks != lacks) continue;
      each.lacks = 0;
      Settled& settled = settled_[each.output];
      if (each.doubt) {
        settled.exactly = true;
      } else if (each.all || !each.any) {
        settled.result = {each.all ? 1.0 : 0.0};
      }
    }
  }
}

void RowRecord::settle(bool all) {
  settled_any_ = true;
  fractions_->begin({numbers_.data(), given_.size()});
  for (std::size_t i = 0; i < settled_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    settled_[i].there = all || output.exact_only || in_doubt(output);
    if (settled_[i].there) settled_[i].result = all ? exactly(i) : decided(i);
  }
  if (begun_) out_of_range_ = settler_.out_of_range();
}

/// An output that reads nothing out of the ordinary.
RowResult RowRecord::decided(std::size_t output) {
  const auto found = decide(rows_, output, *ties_, *fractions_, numbers_);
  return found ? *found : exactly(output);
}

RowResult RowRecord::exactly(std::size_t output) {
  if (!begun_) {
    for (std::size_t i = 0; i < given_.size(); ++i) {
      given_[i] = {numbers_[i], reasons_[i], exact_.empty() || !exact_[i] ? nullptr : &*exact_[i]};
    }
    settler_.begin(given_);
    begun_ = true;
  }
  return settler_.output(output);
}

}  // namespace dabiao::engine
