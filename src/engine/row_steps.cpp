#include "row_steps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "row_instruction.hpp"
#include "row_step_kinds.hpp"
#include "row_units.hpp"

namespace dabiao::engine {

namespace {

/// How a unit of several instructions goes where `last` is the register of the step before.
Shape shape_of(const Unit& unit, Register last) {
  Shape shape;
  shape.is_capped = unit.all.front().opcode == Opcode::divide_least;
  shape.is_scaled = unit.next.scaled != nullptr;
  if (unit.next.compared != nullptr) {
    shape.compared = unit.next.is_above() ? Shape::above : Shape::below;
  }
  if (const Instruction* const score = unit.next.score) {
    const bool adds = score->z != no_register, adds_last = adds && score->z == last;
    if (!Followers::divides(*score)) {
      shape.scored = adds_last ? Shape::weighted_add_last : Shape::weighted_add;
    } else if (adds) {
      shape.scored = adds_last ? Shape::points_add_last : Shape::points_add;
    } else {
      shape.scored = Shape::points;
    }
  }
  return shape;
}

/// What an instruction does where `last` is the register of the step before. Operands that change
/// places give the same.
What what_of(Instruction& each, Register last) {
  if (last == no_register) last = no_register - 1;
  const auto to_front = [&] {
    if (each.y == last && each.x != last) std::swap(each.x, each.y);
    return each.x == last;
  };
  switch (each.opcode) {
    case Opcode::add:
      return to_front() ? add_last : add;
    case Opcode::subtract:
      return each.x == last ? subtract_last : each.y == last ? subtract_from_last : subtract;
    case Opcode::multiply:
      return to_front() ? multiply_last : multiply;
    case Opcode::divide:
      return each.x == last ? divide_last : each.y == last ? divide_by_last : divide;
    case Opcode::least:
      return each.x == last ? least_last : each.y == last ? least_of_last : least;
    case Opcode::greatest:
      return each.x == last ? greatest_last : each.y == last ? greatest_of_last : greatest;
    case Opcode::multiply_add:
      return each.z == last ? multiply_add_last : to_front() ? multiply_last_add : multiply_add;
    case Opcode::divide_least:
      return each.x == last ? divide_last_least : divide_least;
    case Opcode::divide_multiply:
      return each.x == last ? divide_last_multiply : divide_multiply;
    case Opcode::divide_least_multiply:
      return each.x == last ? divide_last_least_multiply : divide_least_multiply;
    case Opcode::divide_least_multiply_add:
      return each.x == last ? divide_last_least_multiply_add : divide_least_multiply_add;
    case Opcode::less:
      return less;
    case Opcode::less_equal:
      return less_equal;
    case Opcode::above:
      return each.x == last ? above_last : above;
    case Opcode::below:
      return each.x == last ? below_last : below;
    default:
      return other;
  }
}

}  // namespace

RowSteps::RowSteps(const RowProgram& rows, std::span<const RowLimits> limits, double* numbers,
                   std::uint8_t* truths)
    : go_(best_go()),
      no_doubt_(std::make_unique<std::uint8_t>()),
      numbers_(numbers),
      truths_(truths) {
  const void* places[end + 1];
  go_(nullptr, nothing, places);
  const std::vector<Unit> units = units_of(rows);
  Register last = no_register;
  for (const Unit* unit : in_chains(rows, units)) {
    if (unit->is_joint()) {
      Step& step = steps_.emplace_back(step_of(unit->all, unit->next));
      step.go = places[joint + shape_of(*unit, last).number()];
      last = (unit->next.score != nullptr ? *unit->next.score : unit->all.front()).target;
      continue;
    }
    Instruction each = unit->all.front();
    const What what = what_of(each, last);
    Step& step = steps_.emplace_back(what == other ? Step() : step_of(each));
    step.go = places[what];
    step.instruction = &unit->all.front();
    step.doubt = each.doubt == no_register ? no_doubt_.get() : truths + each.doubt;
    if (what == other) {
      last = no_register;  // what is at hand is lost where steps stop
    } else if (gives_number(each)) {
      last = each.target;
    }
  }
  add_checks(limits, places[check]);
  add_doubts(rows, places[doubts]);
  steps_.emplace_back().go = places[end];
}

RowSteps::Step RowSteps::step_of(const Instruction& each) const {
  Step step;
  if (gives_number(each)) {
    step.target = numbers_ + each.target;
  } else {
    step.truth = truths_ + each.target;
  }
  step.x = numbers_ + each.x;
  step.y = numbers_ + each.y;
  if (each.z != no_register) step.z = numbers_ + each.z;
  step.numbers.limit = each.limit;
  step.numbers.worth = each.factor;
  return step;
}

RowSteps::Step RowSteps::step_of(std::span<const Instruction> all, const Followers& next) const {
  const Instruction& quotient = all.front();
  Step step;
  step.numbers = next.numbers(quotient, [&](Register number) { return numbers_[number]; });
  step.x = numbers_ + quotient.x;
  step.y = numbers_ + quotient.y;
  step.target = numbers_ + quotient.target;
  step.doubt = no_doubt_.get();
  if (next.scaled != nullptr) step.scaled = numbers_ + next.scaled->target;
  if (next.score != nullptr) {
    step.scored = numbers_ + next.score->target;
    if (next.score->z != no_register) step.z = numbers_ + next.score->z;
  }
  if (next.compared != nullptr) {
    step.truth = truths_ + next.compared->target;
    if (next.compared->doubt != no_register) step.doubt = truths_ + next.compared->doubt;
  }
  return step;
}

/// Looks at leaves without a branch; those of the other sign are looked at one by one after a run.
void RowSteps::add_checks(std::span<const RowLimits> limits, const void* place) {
  checks_.reserve((limits.size() + check_size - 1) / check_size);
  for (std::size_t first = 0; first < limits.size(); first += check_size) {
    // The last ones may be looked at twice, rather than what stands behind them.
    if (limits.size() >= check_size) first = std::min(first, limits.size() - check_size);
    Check& each = checks_.emplace_back();
    each.values = numbers_ + first;
    for (std::size_t i = 0; i < check_size; ++i) {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      each.low[i] = -infinity;
      each.high[i] = infinity;
      each.zero[i] = 0;
      if (first + i >= limits.size()) continue;
      const RowLimits& limit = limits[first + i];
      each.low[i] = std::max(limit.low, limit.smallest);
      each.high[i] = limit.high;
      each.zero[i] = limit.allow(0) ? 0 : std::nan("");
    }
    Step& step = steps_.emplace_back();
    step.go = place;
    step.check = &each;
  }
}

/// Doubts of outputs that are not those of an instruction's own result, which say themselves.
void RowSteps::add_doubts(const RowProgram& rows, const void* place) {
  std::vector<bool> said(rows.truths, false);
  for (const Instruction& each : rows.instructions) {
    if (each.doubt != no_register) said[each.doubt] = true;
  }
  for (const RowOutput& output : rows.outputs) {
    if (output.doubt == no_register || said[output.doubt]) continue;
    said[output.doubt] = true;
    Step& step = steps_.emplace_back();
    step.go = place;
    step.doubt = truths_ + output.doubt;
  }
}

unsigned RowSteps::finish(Stop stop) const {
  while (stop.at != nullptr) {
    run_instruction(*stop.at->instruction, numbers_, truths_);
    if (*stop.at->doubt != 0) stop.left |= doubt;
    stop = go_(stop.at + 1, stop.left, nullptr);
  }
  return stop.left;
}

}  // namespace dabiao::engine
