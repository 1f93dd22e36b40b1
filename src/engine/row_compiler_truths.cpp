#include <cmath>
#include <compare>
#include <limits>
#include <optional>

#include "row_compiler.hpp"

// Comparisons and what joins them.
namespace dabiao::engine::detail {

namespace {

bool holds(Opcode opcode, std::strong_ordering order) {
  switch (opcode) {
    case Opcode::less:
      return order < 0;
    case Opcode::less_equal:
      return order <= 0;
    case Opcode::equal:
      return order == 0;
    default:
      return order != 0;
  }
}

}  // namespace

std::optional<Value> Compiler::compared_with_constant(Opcode opcode, const Value& a,
                                                      const Rational& limit) {
  // Rounding to the nearest double keeps the order, so a column of decimals is compared with the
  // double nearest to the limit; where they are equal, the decimal is that double's shortest.
  const RowLeaf& column = program_.leaves[a.leaf];
  if (!column.decimal) return std::nullopt;
  const Rational in_column = limit / column.scale;
  const double nearest = in_column.to_double();
  const auto shortest = Rational::from_double_shortest(nearest);
  if (!shortest) return std::nullopt;
  const std::strong_ordering tie = *shortest <=> in_column;
  Instruction instruction{.opcode = opcode, .x = a.leaf, .y = constant_number(nearest)};
  Value value;
  if (opcode == Opcode::equal || opcode == Opcode::not_equal) {
    value = tie != 0 ? of_truth(constant_truth(opcode == Opcode::not_equal), a.doubt)
                     : of_truth(truth(instruction), a.doubt);
    value.reach = tangled(a.reach);
    return value;
  }
  instruction.opcode = holds(opcode, tie) ? Opcode::less_equal : Opcode::less;
  value = of_truth(truth(instruction), a.doubt);
  value.reach = turned(a.reach);
  return value;
}

Value Compiler::compared(Opcode opcode, const Value& given_a, const Value& given_b) {
  const Value a = as_number(given_a), b = as_number(given_b);
  const Register doubt = either(a.doubt, b.doubt);
  if (a.leaf != no_register && b.constant) {
    if (auto value = compared_with_constant(opcode, a, *b.constant)) return *value;
  }
  if (b.leaf != no_register && a.constant && program_.leaves[b.leaf].decimal) {
    // K < x is not (x <= K).
    const Opcode turned = opcode == Opcode::less         ? Opcode::less_equal
                          : opcode == Opcode::less_equal ? Opcode::less
                                                         : opcode;
    if (auto value = compared_with_constant(turned, b, *a.constant)) {
      return turned == opcode ? *value : opposite(*value);
    }
  }
  const Reach reach = together(turned(a.reach), b.reach);
  const auto exactly = [&](Register x, Register y) {
    Value value = of_truth(truth({.opcode = opcode, .x = x, .y = y}), doubt);
    value.reach = tangled(reach);
    return value;
  };
  if (a.leaf != no_register && b.leaf != no_register) {
    const RowLeaf& left = program_.leaves[a.leaf];
    const RowLeaf& right = program_.leaves[b.leaf];
    if (left.decimal && right.decimal && left.scale == right.scale) {
      return exactly(a.leaf, b.leaf);
    }
  }
  const bool plain = !a.has_spread() && !b.has_spread();
  if (plain && a.error == 0 && b.error == 0) return exactly(a.number, b.number);
  // Without cancellation a register has the sign of its value.
  if (plain && ((a.constant && a.constant->is_zero()) || (b.constant && b.constant->is_zero()))) {
    return exactly(a.number, b.number);
  }
  const bool is_order = opcode == Opcode::less || opcode == Opcode::less_equal;
  if (plain && is_order && (a.constant || b.constant)) {
    Value value = a.constant ? set_apart(b, *a.constant, true, doubt)
                             : set_apart(a, *b.constant, false, doubt);
    value.reach = reach;
    return value;
  }
  Instruction instruction{.opcode = opcode == Opcode::equal       ? Opcode::equal_filtered
                                    : opcode == Opcode::not_equal ? Opcode::not_equal_filtered
                                                                  : Opcode::less_filtered,
                          .x = a.number,
                          .y = b.number};
  instruction.doubt = truths_++;
  // The difference of the registers is rounded once.
  constexpr double wider = slack * (1 + 4 * unit_roundoff);
  if (!a.has_spread()) instruction.x_error = a.error * wider;
  if (!b.has_spread()) instruction.y_error = b.error * wider;
  if (!plain) {
    Register bound = no_register;
    if (a.has_spread()) bound = a.spread;
    if (b.has_spread()) {
      bound = bound == no_register ? b.spread : number(Opcode::add, bound, b.spread);
    }
    instruction.z = times_constant(bound, wider);
  }
  const Register result = truth(instruction);
  Value value = of_truth(result, either(doubt, instruction.doubt));
  // Beside a spread, infinity less infinity is nothing that corners tell.
  value.reach = plain && is_order ? reach : tangled(reach);
  return value;
}

/// Whether a value is above or below a limit other than zero, in doubt where its error reaches it.
Value Compiler::set_apart(const Value& a, const Rational& limit, bool above, Register doubt) {
  const double nearest = limit.to_double();
  // The limit is not its nearest double, and what is computed here is rounded.
  const double reach = std::fabs(nearest) * ((a.error + 2 * unit_roundoff) * slack);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double low = std::nextafter(nearest - reach, -infinity);
  const double high = std::nextafter(nearest + reach, infinity);
  const Instruction instruction{.opcode = above ? Opcode::above : Opcode::below,
                                .doubt = truths_++,
                                .x = a.number,
                                .y = constant_number(low),
                                .z = constant_number(high)};
  const Register result = truth(instruction);
  return of_truth(result, either(doubt, instruction.doubt));
}

Value Compiler::joined(Opcode opcode, const Value& a, const Value& b) {
  Value value =
      of_truth(truth({.opcode = opcode, .x = a.truth, .y = b.truth}), either(a.doubt, b.doubt));
  value.reach = together(a.reach, b.reach);
  // Of what may have no value, the parts are judged apart.
  value.reach.simple = value.reach.simple && value.reach.divisors == 0;
  return value;
}

Value Compiler::opposite(const Value& a) {
  Value value = of_truth(truth({.opcode = Opcode::opposite, .x = a.truth}), a.doubt);
  value.reach = turned(a.reach);
  return value;
}

}  // namespace dabiao::engine::detail
