#include "row_steps.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "row_instruction.hpp"
#include "row_units.hpp"

namespace dabiao::engine {

namespace {

// clang-format off
/// What a step does. The operand called last is the result of the step before, which is at hand
/// without going through memory.
#define DABIAO_STEPS(M) \
  M(add) M(add_last) M(subtract) M(subtract_last) M(subtract_from_last) M(multiply) \
  M(multiply_last) M(divide) M(divide_last) M(divide_by_last) M(least) M(least_last) \
  M(least_of_last) M(greatest) M(greatest_last) M(greatest_of_last) M(multiply_add) \
  M(multiply_last_add) M(multiply_add_last) M(divide_least) M(divide_last_least) \
  M(divide_multiply) M(divide_last_multiply) M(divide_least_multiply) \
  M(divide_last_least_multiply) M(divide_least_multiply_add) \
  M(divide_last_least_multiply_add) M(less) M(less_equal) M(above) M(above_last) M(below) \
  M(below_last)

/// Quotients with what follows them, by the number of their shape.
#define DABIAO_JOINTS(M) \
  M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15) \
  M(16) M(17) M(18) M(19) M(20) M(21) M(22) M(23) M(24) M(25) M(26) M(27) M(28) M(29) M(30) \
  M(31) M(32) M(33) M(34) M(35) M(36) M(37) M(38) M(39) M(40) M(41) M(42) M(43) M(44) M(45) \
  M(46) M(47) M(48) M(49) M(50) M(51) M(52) M(53) M(54) M(55) M(56) M(57) M(58) M(59) M(60) \
  M(61) M(62) M(63) M(64) M(65) M(66) M(67) M(68) M(69) M(70) M(71)
// clang-format on

/// What follows a quotient, and how.
struct Shape {
  enum Compared { nothing, above, below };
  enum Scored { none, points, points_add, points_add_last, weighted_add, weighted_add_last };
  static constexpr int count = 2 * 2 * 3 * 6;

  bool is_capped = false, is_scaled = false;
  Compared compared = nothing;
  Scored scored = none;

  static constexpr Shape of(int number) {
    return {number % 2 != 0, number / 2 % 2 != 0, static_cast<Compared>(number / 4 % 3),
            static_cast<Scored>(number / 12)};
  }
  constexpr int number() const { return is_capped + 2 * is_scaled + 4 * compared + 12 * scored; }
};

enum What {
#define DABIAO_NAME(name) name,
  DABIAO_STEPS(DABIAO_NAME)
#undef DABIAO_NAME
      joint,                     // the first of them
  other = joint + Shape::count,  // what is rarer, instruction by instruction
  end,
};

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

RowSteps::RowSteps(const RowProgram& rows, double* numbers, std::uint8_t* truths)
    : no_doubt_(std::make_unique<std::uint8_t>()), numbers_(numbers), truths_(truths) {
  const void* places[end + 1];
  go(nullptr, places);
  const std::vector<Unit> units = units_of(rows);
  joints_.reserve(units.size());
  Register last = no_register;
  for (const Unit* unit : in_chains(rows, units)) {
    Step& step = steps_.emplace_back();
    if (unit->is_joint()) {
      step.go = places[joint + shape_of(*unit, last).number()];
      step.joint = &joints_.emplace_back(joint_of(unit->all, unit->next));
      last = (unit->next.score != nullptr ? *unit->next.score : unit->all.front()).target;
      continue;
    }
    Instruction each = unit->all.front();
    const What what = what_of(each, last);
    step.go = places[what];
    step.instruction = &unit->all.front();
    step.doubt = each.doubt == no_register ? no_doubt_.get() : truths + each.doubt;
    if (what != other) {
      if (gives_number(each)) {
        step.target = numbers + each.target;
      } else {
        step.truth = truths + each.target;
      }
      step.x = numbers + each.x;
      step.y = numbers + each.y;
      if (each.z != no_register) step.z = numbers + each.z;
      step.limit = each.limit;
      step.factor = each.factor;
    }
    if (gives_number(each)) last = what == other ? no_register : each.target;
  }
  steps_.emplace_back().go = places[end];
}

RowSteps::Joint RowSteps::joint_of(std::span<const Instruction> all, const Followers& next) const {
  const Instruction& quotient = all.front();
  Joint each{};
  each.numbers = next.numbers(quotient, [&](Register number) { return numbers_[number]; });
  each.x = numbers_ + quotient.x;
  each.y = numbers_ + quotient.y;
  each.own = numbers_ + quotient.target;
  each.doubt = no_doubt_.get();
  if (next.scaled != nullptr) each.scaled = numbers_ + next.scaled->target;
  if (next.score != nullptr) {
    each.scored = numbers_ + next.score->target;
    if (next.score->z != no_register) each.more = numbers_ + next.score->z;
  }
  if (next.compared != nullptr) {
    each.truth = truths_ + next.compared->target;
    if (next.compared->doubt != no_register) each.doubt = truths_ + next.compared->doubt;
  }
  return each;
}

using detail::greatest_of;
using detail::least_of;

template <int number>
inline bool RowSteps::run_joint(const Joint& each, double& last) {
  constexpr Shape shape = Shape::of(number);
  double quotient = *each.x / *each.y;
  if (shape.is_capped) quotient = least_of(quotient, each.numbers.cap);
  *each.own = quotient;
  if (shape.is_scaled) *each.scaled = quotient * each.numbers.factor;
  bool in_doubt = false;
  if (shape.compared != Shape::nothing) {
    const bool over = quotient >= each.numbers.high, under = quotient <= each.numbers.low;
    in_doubt = !(over | under);
    *each.truth = shape.compared == Shape::above ? over : under;
    *each.doubt = in_doubt;
  }
  if (shape.scored == Shape::none) {
    last = quotient;
    return in_doubt;
  }
  const bool is_weighted =
      shape.scored == Shape::weighted_add || shape.scored == Shape::weighted_add_last;
  const bool adds_last =
      shape.scored == Shape::points_add_last || shape.scored == Shape::weighted_add_last;
  const double worth =
      (is_weighted ? quotient : least_of(quotient / each.numbers.divisor, each.numbers.limit)) *
      each.numbers.worth;
  last = shape.scored == Shape::points ? worth : worth + (adds_last ? last : *each.more);
  *each.scored = last;
  return in_doubt;
}

bool RowSteps::go(const Step* s, const void** places) const {
  // Every step goes to the next by a jump of its own, which the processor learns to foresee.
#define DABIAO_PLACE(name) &&name##_,
#define DABIAO_JOINT_PLACE(number) &&joint_##number,
  __extension__ static const void* const to[] = {
      DABIAO_STEPS(DABIAO_PLACE) DABIAO_JOINTS(DABIAO_JOINT_PLACE) && other_, &&end_};
#undef DABIAO_PLACE
#undef DABIAO_JOINT_PLACE
  if (places != nullptr) {
    std::copy(std::begin(to), std::end(to), places);
    return false;
  }
  double last = 0;
  bool doubt = false;
#define DABIAO_NEXT \
  ++s;              \
  __extension__({ goto * s->go; })
#define DABIAO_GIVE(value) \
  last = (value);          \
  *s->target = last;       \
  DABIAO_NEXT
#define DABIAO_JOINT(number)                                    \
  joint_##number : doubt |= run_joint<number>(*s->joint, last); \
  DABIAO_NEXT;
  __extension__({ goto * s->go; });
add_:
  DABIAO_GIVE(*s->x + *s->y);
add_last_:
  DABIAO_GIVE(last + *s->y);
subtract_:
  DABIAO_GIVE(*s->x - *s->y);
subtract_last_:
  DABIAO_GIVE(last - *s->y);
subtract_from_last_:
  DABIAO_GIVE(*s->x - last);
multiply_:
  DABIAO_GIVE(*s->x * *s->y);
multiply_last_:
  DABIAO_GIVE(last * *s->y);
divide_:
  DABIAO_GIVE(*s->x / *s->y);
divide_last_:
  DABIAO_GIVE(last / *s->y);
divide_by_last_:
  DABIAO_GIVE(*s->x / last);
least_:
  DABIAO_GIVE(least_of(*s->x, *s->y));
least_last_:
  DABIAO_GIVE(least_of(last, *s->y));
least_of_last_:
  DABIAO_GIVE(least_of(*s->x, last));
greatest_:
  DABIAO_GIVE(greatest_of(*s->x, *s->y));
greatest_last_:
  DABIAO_GIVE(greatest_of(last, *s->y));
greatest_of_last_:
  DABIAO_GIVE(greatest_of(*s->x, last));
multiply_add_:
  DABIAO_GIVE(*s->x * *s->y + *s->z);
multiply_last_add_:
  DABIAO_GIVE(last * *s->y + *s->z);
multiply_add_last_:
  DABIAO_GIVE(*s->x * *s->y + last);
divide_least_:
  DABIAO_GIVE(least_of(*s->x / *s->y, *s->z));
divide_last_least_:
  DABIAO_GIVE(least_of(last / *s->y, *s->z));
divide_multiply_:
  DABIAO_GIVE(*s->x / *s->y * s->factor);
divide_last_multiply_:
  DABIAO_GIVE(last / *s->y * s->factor);
divide_least_multiply_:
  DABIAO_GIVE(least_of(*s->x / *s->y, s->limit) * s->factor);
divide_last_least_multiply_:
  DABIAO_GIVE(least_of(last / *s->y, s->limit) * s->factor);
divide_least_multiply_add_:
  DABIAO_GIVE(least_of(*s->x / *s->y, s->limit) * s->factor + *s->z);
divide_last_least_multiply_add_:
  DABIAO_GIVE(least_of(last / *s->y, s->limit) * s->factor + *s->z);
less_:
  *s->truth = *s->x < *s->y;
  DABIAO_NEXT;
less_equal_:
  *s->truth = *s->x <= *s->y;
  DABIAO_NEXT;
above_ : {
  const double x = *s->x;
  const bool holds = x >= *s->z;
  *s->truth = holds;
  doubt |= * s->doubt = !(holds | (x <= *s->y));
}
  DABIAO_NEXT;
above_last_ : {
  const double x = last;
  const bool holds = x >= *s->z;
  *s->truth = holds;
  doubt |= * s->doubt = !(holds | (x <= *s->y));
}
  DABIAO_NEXT;
below_ : {
  const double x = *s->x;
  const bool holds = x <= *s->y;
  *s->truth = holds;
  doubt |= * s->doubt = !(holds | (x >= *s->z));
}
  DABIAO_NEXT;
below_last_ : {
  const double x = last;
  const bool holds = x <= *s->y;
  *s->truth = holds;
  doubt |= * s->doubt = !(holds | (x >= *s->z));
}
  DABIAO_NEXT;
  DABIAO_JOINTS(DABIAO_JOINT)
other_:
  run_instruction(*s->instruction, numbers_, truths_);
  doubt |= *s->doubt != 0;
  DABIAO_NEXT;
end_:
  return doubt;
#undef DABIAO_GIVE
#undef DABIAO_JOINT
#undef DABIAO_NEXT
}

}  // namespace dabiao::engine
