#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "row_compiler.hpp"

// Numbers and how far they may be from what they stand for.
namespace dabiao::engine::detail {

namespace {

/// What underflow can add to the error of one product or quotient.
constexpr double underflow = 0x1p-1060;

/// The binary logarithm of 2^a + 2^b, rounded up.
double bits_of_sum(double a, double b) {
  const double larger = std::max(a, b), smaller = std::min(a, b);
  return larger + std::log2(1 + std::exp2(smaller - larger)) + 0x1p-30;
}

/// What is known of a value that is one of two; errors only where neither has a spread.
void take_either(Value& value, const Value& a, const Value& b) {
  value.degree = std::max(a.degree, b.degree);
  value.bits = std::max(a.bits, b.bits);
  value.wide = a.wide || b.wide;
  if (a.has_spread() || b.has_spread()) return;
  value.error = std::max(a.error, b.error);
  if (a.whole_bits >= 0 && b.whole_bits >= 0) {
    value.whole_bits = std::max(a.whole_bits, b.whole_bits);
  }
}

}  // namespace

Register Compiler::magnitude(const Value& value) {
  if (!value.sign.negative) return value.number;
  const auto [entry, fresh] = magnitudes_.emplace(value.number, no_register);
  if (fresh) entry->second = number(Opcode::absolute, value.number);
  return entry->second;
}

Register Compiler::spread(const Value& value) {
  if (value.has_spread()) return value.spread;
  if (value.error == 0) return constant_number(0);
  // |register − exact| <= error · |exact| <= error / (1 − error) · |register|.
  return times_constant(magnitude(value), value.error * slack);
}

Value Compiler::sum(const Value& a, const Value& b) {
  if (a.wide || b.wide) return slow();
  Value value;
  value.number = number(Opcode::add, a.number, b.number);
  value.reach = together(a.reach, b.reach);
  value.doubt = either(a.doubt, b.doubt);
  value.sign = {a.sign.negative || b.sign.negative, a.sign.positive || b.sign.positive};
  value.degree = std::max(a.degree, b.degree);
  value.bits = bits_of_sum(a.bits, b.bits);
  if (a.whole_bits >= 0 && b.whole_bits >= 0 && std::max(a.whole_bits, b.whole_bits) < 52 &&
      a.error == 0 && b.error == 0) {
    value.whole_bits = std::max(a.whole_bits, b.whole_bits) + 1;
    return settled(value);
  }
  if (value.sign.known() && !a.has_spread() && !b.has_spread()) {
    value.error = (std::max(a.error, b.error) + unit_roundoff) * slack;
    return settled(value);
  }
  Register bound = times_constant(magnitude(value), unit_roundoff * slack);
  for (const Value* each : {&a, &b}) {
    if (each->has_spread() || each->error > 0) bound = number(Opcode::add, bound, spread(*each));
  }
  value.spread = bound;
  return settled(value);
}

Value Compiler::negated(const Value& a) {
  Value value = a;
  value.leaf = no_register;
  value.constant.reset();
  value.number = number(Opcode::negate, a.number);
  value.reach = turned(a.reach);
  value.sign = {a.sign.positive, a.sign.negative};
  return settled(value);
}

Value Compiler::product(const Value& a, const Value& b) {
  if (a.wide || b.wide) return slow();
  Value value;
  value.number = number(Opcode::multiply, a.number, b.number);
  // Infinity times zero is nothing that corners tell.
  value.reach = tangled(a.reach, b.reach);
  for (const auto& [factor, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    if (!factor->constant || factor->constant->is_zero()) continue;
    value.reach = factor->constant->sign() > 0 ? other->reach : turned(other->reach);
  }
  value.doubt = either(a.doubt, b.doubt);
  value.sign = {(a.sign.negative && b.sign.positive) || (a.sign.positive && b.sign.negative),
                (a.sign.negative && b.sign.negative) || (a.sign.positive && b.sign.positive)};
  value.degree = a.degree + b.degree;
  value.bits = a.bits + b.bits;
  if (a.error == 0 && b.error == 0 && a.whole_bits >= 0 && b.whole_bits >= 0 &&
      a.whole_bits + b.whole_bits <= 52) {
    value.whole_bits = a.whole_bits + b.whole_bits;
    return settled(value);
  }
  if (!a.has_spread() && !b.has_spread()) {
    value.error = (a.error + b.error + unit_roundoff) * slack;
    return settled(value);
  }
  // |a|·eb + (|b| + eb)·ea, the rounding, and what underflow takes.
  const Register ea = spread(a), eb = spread(b);
  const Register first = number(Opcode::multiply, magnitude(a), eb);
  const Register second = number(Opcode::multiply, number(Opcode::add, magnitude(b), eb), ea);
  const Register rounding = times_constant(magnitude(value), unit_roundoff * slack);
  value.spread = number(Opcode::add, number(Opcode::add, first, second),
                        number(Opcode::add, rounding, constant_number(underflow)));
  return settled(value);
}

Value Compiler::quotient(const Value& a, const Value& b) {
  if (b.constant && b.constant->is_zero()) return slow();
  if (a.wide || b.wide) return slow();
  Value value;
  value.number = divided(a, b.number);
  value.reach = tangled(a.reach, b.reach);
  if (b.constant) {
    value.reach = b.constant->sign() > 0 ? a.reach : turned(a.reach);
  } else if (b.leaf != no_register && !b.sign.negative && (a.reach.leaves & b.reach.leaves) == 0) {
    // Downwards in the divisor from above zero, upwards from below.
    value.reach = a.reach;
    value.reach.leaves |= b.reach.leaves;
    if (a.sign.positive) value.reach.falling |= b.reach.leaves;
    if (a.sign.negative) value.reach.rising |= b.reach.leaves;
    value.reach.simple = a.reach.simple && b.reach.simple;
    if (program_.leaves[b.leaf].range.contains(Rational(0))) {
      value.reach.divisors |= b.reach.leaves;
    }
  }
  value.doubt = either(a.doubt, b.doubt);
  value.sign = {(a.sign.negative && b.sign.positive) || (a.sign.positive && b.sign.negative),
                (a.sign.negative && b.sign.negative) || (a.sign.positive && b.sign.positive)};
  value.degree = a.degree + b.degree;
  value.bits = a.bits + b.bits;
  if (b.leaf != no_register && !b.has_spread()) {
    // A column that divides is not ordinary where it is zero.
    program_.leaves[b.leaf].divides = true;
  } else if (!b.constant && !b.has_spread()) {
    // Without cancellation a register is zero exactly where its value is.
    value.doubt = either(value.doubt,
                         truth({.opcode = Opcode::equal, .x = b.number, .y = constant_number(0)}));
  }
  if (!a.has_spread() && !b.has_spread()) {
    value.error = (a.error + b.error + unit_roundoff) * slack;
    return settled(value);
  }
  const Register size = magnitude(value);
  const Register rounding = number(Opcode::add, times_constant(size, 2 * unit_roundoff * slack),
                                   constant_number(underflow));
  if (!b.has_spread()) {
    const Register above = number(Opcode::divide, spread(a), magnitude(b));
    const Register below = times_constant(size, b.error * slack);
    value.spread =
        number(Opcode::add, times_constant(number(Opcode::add, above, below), slack), rounding);
    return settled(value);
  }
  // Where |b| > 2·eb, the exact denominator is at least half of the register.
  value.doubt = either(
      value.doubt, truth({.opcode = Opcode::not_far, .x = b.number, .y = b.spread, .x_error = 2}));
  const Register above = number(Opcode::add, spread(a), number(Opcode::multiply, size, b.spread));
  value.spread =
      number(Opcode::add, number(Opcode::divide, times_constant(above, 2 * slack), magnitude(b)),
             rounding);
  return settled(value);
}

Value Compiler::power(const Value& a, int exponent) {
  if (std::abs(exponent) > 64) return slow();
  if (exponent == 0) {
    // One, where what it is taken of has a value.
    Value one = constant(1, value::Type::number());
    one.constant.reset();
    one.doubt = a.doubt;
    one.reach = tangled(a.reach);
    return one;
  }
  Value result;
  Value square = a;
  bool begun = false;
  for (int left = std::abs(exponent); left > 0 && !square.slow; left /= 2) {
    if (left % 2 == 1) {
      result = begun ? product(result, square) : square;
      begun = true;
      if (result.slow) return slow();
    }
    if (left > 1) square = product(square, square);
  }
  if (square.slow) return slow();
  if (exponent % 2 == 0) result.sign.negative = false;
  if (exponent < 0) result = quotient(constant(1, value::Type::number()), result);
  return result;
}

Value Compiler::extreme(Opcode opcode, const Value& a, const Value& b) {
  Value value;
  value.number = number(opcode, a.number, b.number);
  value.reach = together(a.reach, b.reach);
  value.doubt = either(a.doubt, b.doubt);
  const bool least = opcode == Opcode::least;
  value.sign = {least ? a.sign.negative || b.sign.negative : a.sign.negative && b.sign.negative,
                least ? a.sign.positive && b.sign.positive : a.sign.positive || b.sign.positive};
  take_either(value, a, b);
  if (a.has_spread() || b.has_spread()) {
    // The greater of both would do, but lose what is no number.
    value.spread = number(Opcode::add, spread(a), spread(b));
  }
  return settled(value);
}

Value Compiler::chosen(const Value& condition, const Value& a, const Value& b) {
  const Register branch =
      a.doubt == no_register && b.doubt == no_register
          ? no_register
          : truth({.opcode = Opcode::pick,
                   .x = condition.truth,
                   .y = a.doubt == no_register ? constant_truth(false) : a.doubt,
                   .z = b.doubt == no_register ? constant_truth(false) : b.doubt});
  const Register doubt = either(condition.doubt, branch);
  const Reach reach = lenient(together(condition.reach, together(a.reach, b.reach)));
  if (a.is_truth) {
    Value value = of_truth(
        truth({.opcode = Opcode::pick, .x = condition.truth, .y = a.truth, .z = b.truth}), doubt);
    value.reach = reach;
    return value;
  }
  Value value;
  value.reach = reach;
  value.number = number(Opcode::choose, condition.truth, a.number, b.number);
  value.doubt = doubt;
  value.sign = {a.sign.negative || b.sign.negative, a.sign.positive || b.sign.positive};
  take_either(value, a, b);
  if (a.has_spread() || b.has_spread()) {
    value.spread = number(Opcode::choose, condition.truth, spread(a), spread(b));
  }
  return settled(value);
}

Value Compiler::whole(Opcode opcode, const Value& a) {
  Value value;
  value.reach = tangled(a.reach);
  Instruction instruction{.opcode = opcode, .x = a.number};
  if (a.has_spread() || a.error > 0) {
    instruction.doubt = truths_++;
    // The ends are rounded once more.
    instruction.x_error = ((a.has_spread() ? 0 : a.error) + unit_roundoff) * slack;
    if (a.has_spread()) instruction.z = times_constant(a.spread, slack);
  }
  value.number = emit(instruction);
  value.doubt = either(a.doubt, instruction.doubt);
  value.sign = a.sign;
  value.degree = a.degree;
  value.bits = a.bits + 1;
  value.whole_bits = a.whole_bits;
  value.wide = a.wide || a.has_spread();
  return settled(value);
}

Value Compiler::in_steps(Opcode opcode, const Value& a, const Value* step) {
  if (step == nullptr) return whole(opcode, a);
  if (!step->constant || step->constant->sign() <= 0) return slow();
  const Value steps = quotient(a, *step);
  if (steps.slow) return steps;
  const Value count = whole(opcode, steps);
  return count.slow ? count : product(count, *step);
}

Value Compiler::as_number(const Value& value) {
  if (!value.is_truth) return value;
  Value number;
  number.compiled = true;
  number.number = this->number(Opcode::number_of, value.truth);
  number.doubt = value.doubt;
  number.sign = {false, true};
  number.whole_bits = 1;
  number.constant = value.constant;
  number.reach = lenient(value.reach);
  return number;
}

}  // namespace dabiao::engine::detail
