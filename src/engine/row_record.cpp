#include "dabiao/engine/row_record.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "row_fractions.hpp"
#include "row_steps.hpp"
#include "row_ties.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

/// x, half away from zero; right also just below a half.
double rounded(double x) {
  return std::trunc(x + std::copysign(0.49999999999999994, x));
}

template <double (*whole)(double)>
void make_whole(const Instruction& each, double* numbers, std::uint8_t* truths) {
  const double x = numbers[each.x];
  if (each.doubt == no_register) {
    numbers[each.target] = whole(x);
    return;
  }
  double error = each.x_error * std::fabs(x);
  if (each.z != no_register) error += numbers[each.z];
  const double low = whole(x - error), high = whole(x + error);
  numbers[each.target] = high;
  truths[each.doubt] = !(low == high);
}

double error_of(const Instruction& each, double x, double y, const double* numbers) {
  double error = each.x_error * std::fabs(x) + each.y_error * std::fabs(y);
  if (each.z != no_register) error += numbers[each.z];
  return error;
}

}  // namespace

void run_instructions(std::span<const Instruction> instructions, double* n, std::uint8_t* t) {
  for (const Instruction& each : instructions) {
    switch (each.opcode) {
      case Opcode::add:
        n[each.target] = n[each.x] + n[each.y];
        break;
      case Opcode::subtract:
        n[each.target] = n[each.x] - n[each.y];
        break;
      case Opcode::multiply:
        n[each.target] = n[each.x] * n[each.y];
        break;
      case Opcode::divide:
        n[each.target] = n[each.x] / n[each.y];
        break;
      case Opcode::least:
        n[each.target] = n[each.x] < n[each.y] ? n[each.x] : n[each.y];
        break;
      case Opcode::greatest:
        n[each.target] = n[each.x] > n[each.y] ? n[each.x] : n[each.y];
        break;
      case Opcode::negate:
        n[each.target] = -n[each.x];
        break;
      case Opcode::absolute:
        n[each.target] = std::fabs(n[each.x]);
        break;
      case Opcode::multiply_add:
        n[each.target] = n[each.x] * n[each.y] + n[each.z];
        break;
      case Opcode::divide_least: {
        const double quotient = n[each.x] / n[each.y];
        n[each.target] = quotient < n[each.z] ? quotient : n[each.z];
        break;
      }
      case Opcode::floor:
        make_whole<std::floor>(each, n, t);
        break;
      case Opcode::ceil:
        make_whole<std::ceil>(each, n, t);
        break;
      case Opcode::round:
        make_whole<rounded>(each, n, t);
        break;
      case Opcode::truncate:
        make_whole<std::trunc>(each, n, t);
        break;
      case Opcode::choose:
        n[each.target] = t[each.x] != 0 ? n[each.y] : n[each.z];
        break;
      case Opcode::number_of:
        n[each.target] = t[each.x];
        break;
      case Opcode::less:
        t[each.target] = n[each.x] < n[each.y];
        break;
      case Opcode::less_equal:
        t[each.target] = n[each.x] <= n[each.y];
        break;
      case Opcode::equal:
        t[each.target] = n[each.x] == n[each.y];
        break;
      case Opcode::not_equal:
        t[each.target] = n[each.x] != n[each.y];
        break;
      case Opcode::less_filtered:
      case Opcode::equal_filtered:
      case Opcode::not_equal_filtered: {
        const double x = n[each.x], y = n[each.y];
        t[each.target] = each.opcode == Opcode::less_filtered
                             ? x < y
                             : each.opcode == Opcode::not_equal_filtered;
        const double apart = std::fabs(x - y), error = error_of(each, x, y, n) + smallest_error;
        t[each.doubt] = each.z == no_register ? !(apart >= error) : !(apart > error);
        break;
      }
      case Opcode::above:
        t[each.target] = n[each.x] >= n[each.z];
        t[each.doubt] = (t[each.target] | (n[each.x] <= n[each.y])) ^ 1;
        break;
      case Opcode::below:
        t[each.target] = n[each.x] <= n[each.y];
        t[each.doubt] = (t[each.target] | (n[each.x] >= n[each.z])) ^ 1;
        break;
      case Opcode::not_far:
        t[each.target] = !(std::fabs(n[each.x]) > each.x_error * n[each.y]);
        break;
      case Opcode::not_near:
        t[each.target] = !(n[each.y] <= each.x_error * std::fabs(n[each.x]) &&
                           std::fabs(n[each.x]) < largest_number);
        break;
      case Opcode::both:
        t[each.target] = t[each.x] & t[each.y];
        break;
      case Opcode::either:
        t[each.target] = t[each.x] | t[each.y];
        break;
      case Opcode::opposite:
        t[each.target] = t[each.x] ^ 1;
        break;
      case Opcode::pick:
        t[each.target] = t[each.x] != 0 ? t[each.y] : t[each.z];
        break;
    }
  }
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
  }
  steps_ = std::make_unique<RowSteps>(rows, numbers_.data(), truths_.data());
}

RowRecord::RowRecord(RowRecord&&) noexcept = default;
RowRecord::~RowRecord() = default;

void RowRecord::set_missing(std::size_t leaf, Reason reason) {
  numbers_[leaf] = std::nan("");
  reasons_[leaf] = reason;
  if (!exact_.empty()) exact_[leaf].reset();
  has_missing_ = true;
}

void RowRecord::set_exact(std::size_t leaf, const exact::Rational& value) {
  const double nearest = value.to_double();
  set(leaf, nearest);
  if (exact::Rational::from_double_shortest(nearest) == value) return;
  exact_.resize(rows_.leaves.size());
  exact_[leaf] = value * rows_.leaves[leaf].scale;
}

bool RowRecord::ordinary() const {
  bool fine = true;
  for (const auto& each : exact_) fine &= !each.has_value();
  // All leaves without a branch; those of the other sign are looked at one by one.
  using Two = double __attribute__((vector_size(16)));
  const auto two = [](const double* from) {
    Two pair;
    std::memcpy(&pair, from, sizeof pair);
    return pair;
  };
  using Both = std::int64_t __attribute__((vector_size(16)));
  Both usual = {-1, -1};
  const double* x = numbers_.data();
  for (const Usual& each : usual_) {
    const Two pair = two(x);
    usual &= ((pair >= two(each.low)) & (pair <= two(each.high))) | (pair == two(each.zero));
    x += 2;
  }
  if ((usual[0] & usual[1]) != 0) return fine;
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
    given_[i] = {numbers_[i], has_missing_ ? reasons_[i] : Reason::known,
                 exact_.empty() || !exact_[i] ? nullptr : &*exact_[i]};
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
