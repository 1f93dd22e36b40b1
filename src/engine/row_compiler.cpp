#include "row_compiler.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string_view>
#include <utility>

namespace dabiao::engine {

namespace detail {

namespace {

/// A number handed out has at least about this relative accuracy, or it is computed exactly.
constexpr double accuracy = 0x1p-44;
/// Numbers without cancellation stay within two to the power of this, up or down.
constexpr int most_exponent = 900;
constexpr int most_degree = 20;
constexpr double most_bits = 400;
/// Bounds beyond this serve nobody.
constexpr double largest_error = 0x1p-30;

int exponent_of(double value) {
  return value == 0 ? 0 : std::abs(std::ilogb(value)) + 1;
}

}  // namespace

void Compiler::collect_cone() {
  std::vector<NodeId> work;
  work.reserve(source_.nodes.size());
  program_.cone.reserve(source_.nodes.size());
  for (const RowOutput& output : program_.outputs) {
    work.push_back(output.node);
    if (output.subtracted != ir::no_node) work.push_back(output.subtracted);
    if (output.filter != ir::no_node) work.push_back(output.filter);
  }
  std::vector<bool> seen(source_.nodes.size(), false);
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    program_.cone.push_back(id);
    if (leaf_of_[id] != no_register) continue;
    const syntax::Operands& arguments = source_.at(id).arguments;
    work.insert(work.end(), arguments.begin(), arguments.end());
  }
  std::sort(program_.cone.begin(), program_.cone.end());
}

Value Compiler::value_of(NodeId id) {
  const Node& node = source_.at(id);
  if (leaf_of_[id] != no_register) return leaf(leaf_of_[id], node);
  switch (node.operation) {
    case Operation::constant:
      return constant(node.constant, node.type);
    case Operation::indicator:
      return values_[node.arguments[0]];
    case Operation::call:
      return call(node);
    default:
      assert(false && "what is no function of one cell's leaves was to be a leaf");
      return slow();
  }
}

Value Compiler::leaf(Register index, const Node& node) {
  const RowLeaf& leaf = program_.leaves[index];
  // An end of the range that does not belong to it is no corner.
  const exact::Interval range = leaf.where_missing();
  const bool closed =
      (!range.low.is_finite() || !range.low_open) && (!range.high.is_finite() || !range.high_open);
  const std::uint64_t bit = index < 64 ? std::uint64_t{1} << index : ~std::uint64_t{0};
  const Reach reach{bit, bit, 0, 0, true, index < 64 && closed};
  if (node.type.is_yesno()) {
    Value value =
        of_truth(truth({.opcode = Opcode::not_equal, .x = index, .y = constant_number(0)}));
    value.reach = reach;
    return value;
  }
  Value value;
  value.compiled = true;
  value.reach = reach;
  value.leaf = index;
  value.number = index;
  value.error = leaf.error;
  value.sign = {leaf.range.low<exact::Bound(0), leaf.range.high> exact::Bound(0)};
  value.degree = 1;
  if (leaf.error == 0 && leaf.largest > 0) value.whole_bits = std::ilogb(leaf.largest) + 1;
  if (leaf.scale != Rational(1)) {
    // The column stands in `leaf`; formulas read base units.
    const double factor = leaf.scale.to_double();
    const bool is_exact = Rational::from_double_exact(factor) == leaf.scale;
    value.number = times_constant(index, factor);
    value.error = (leaf.error + (is_exact ? 1 : 2) * unit_roundoff) * slack;
    value.bits = exponent_of(factor);
    value.whole_bits = -1;
  }
  return settled(value);
}

Value Compiler::constant(const Rational& given, const value::Type& type) {
  if (type.is_yesno()) {
    Value value = of_truth(constant_truth(!given.is_zero()));
    value.constant = given;
    value.reach.strict = value.reach.simple = true;
    return value;
  }
  Value value;
  value.compiled = true;
  const double nearest = given.to_double();
  if (!std::isfinite(nearest) || (!given.is_zero() && std::fabs(nearest) < 0x1p-1000)) {
    return slow();
  }
  value.number = constant_number(nearest);
  value.constant = given;
  value.reach.strict = value.reach.simple = true;
  value.error = Rational::from_double_exact(nearest) == given ? 0 : unit_roundoff;
  value.sign = {given.sign() < 0, given.sign() > 0};
  value.bits = exponent_of(nearest);
  if (given.is_integer() && value.bits <= 52) value.whole_bits = static_cast<int>(value.bits);
  return settled(value);
}

/// What a plan has beyond the reach of the bounds is left to exact arithmetic.
Value Compiler::settled(Value value) {
  if (value.slow || value.is_truth) return value;
  // Infinity less infinity is nothing that corners tell.
  if (value.has_spread()) value.reach.simple = false;
  if (!value.has_spread() && !value.wide) {
    if (value.degree > most_degree || value.bits > most_bits || value.error > largest_error) {
      return slow();
    }
    degree_ = std::max(degree_, value.degree);
    bits_ = std::max(bits_, value.bits);
  }
  value.compiled = true;
  return value;
}

// ---- calls ----------------------------------------------------------------------------------

Value Compiler::call(const Node& node) {
  const std::size_t count = node.arguments.size();
  const auto a = [&](std::size_t i) -> const Value& { return values_[node.arguments[i]]; };
  bool all_constant = true;
  for (std::size_t i = 0; i < count; ++i) {
    if (a(i).slow) return slow();
    all_constant = all_constant && a(i).constant.has_value();
  }
  const std::string_view name = node.function->info.name;
  if (all_constant && node.function->info.family != "dates") {
    std::vector<Rational> numbers;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(*a(i).constant);
    const function::Outcome outcome = node.function->exact(numbers, {});
    if (outcome.reason != value::Reason::known) return slow();
    return constant(outcome.value, node.type);
  }
  if (name == "add") return sum(a(0), a(1));
  if (name == "subtract") return sum(a(0), negated(a(1)));
  if (name == "multiply") return product(a(0), a(1));
  if (name == "divide") return quotient(a(0), a(1));
  if (name == "power") {
    const auto exponent = a(1).constant ? a(1).constant->to_int64() : std::nullopt;
    return exponent ? power(a(0), static_cast<int>(std::clamp<std::int64_t>(*exponent, -100, 100)))
                    : slow();
  }
  if (name == "negate") return negated(a(0));
  if (name == "abs") {
    Value value = a(0);
    value.leaf = no_register;
    value.number = magnitude(a(0));
    value.sign = {false, true};
    if (a(0).sign.negative) value.reach = tangled(a(0).reach);
    return value;
  }
  if (name == "min" || name == "max") {
    Value value = a(0);
    for (std::size_t i = 1; i < count && !value.slow; ++i) {
      value = extreme(name == "min" ? Opcode::least : Opcode::greatest, value, a(i));
    }
    return value;
  }
  if (name == "clamp") {
    const Value raised = extreme(Opcode::greatest, a(0), a(1));
    return raised.slow ? raised : extreme(Opcode::least, raised, a(2));
  }
  const Value* const step = count > 1 ? &a(1) : nullptr;
  if (name == "floor") return in_steps(Opcode::floor, a(0), step);
  if (name == "ceil") return in_steps(Opcode::ceil, a(0), step);
  if (name == "round") return in_steps(Opcode::round, a(0), step);
  if (name == "truncate") return in_steps(Opcode::truncate, a(0), step);
  if (name == "less") return compared(Opcode::less, a(0), a(1));
  if (name == "greater") return compared(Opcode::less, a(1), a(0));
  if (name == "less_equal") return compared(Opcode::less_equal, a(0), a(1));
  if (name == "greater_equal") return compared(Opcode::less_equal, a(1), a(0));
  if (name == "equal") return compared(Opcode::equal, a(0), a(1));
  if (name == "not_equal") return compared(Opcode::not_equal, a(0), a(1));
  if (name == "within") {
    const Value above = compared(Opcode::less_equal, a(1), a(0));
    return joined(Opcode::both, above, compared(Opcode::less_equal, a(0), a(2)));
  }
  if (name == "and" || name == "or") {
    Value value = a(0);
    for (std::size_t i = 1; i < count; ++i) {
      value = joined(name == "and" ? Opcode::both : Opcode::either, value, a(i));
    }
    return value;
  }
  if (name == "not") return opposite(a(0));
  if (name == "if") return chosen(a(0), a(1), a(2));
  // What may have no value is in doubt, and then settled exactly.
  if (name == "known") {
    Value value = of_truth(constant_truth(true), a(0).doubt);
    value.reach = lenient(a(0).reach);
    return value;
  }
  return slow();
}

// ---- outputs --------------------------------------------------------------------------------

void Compiler::compile(RowOutput& output) {
  Value value = values_[output.node];
  if (!value.slow && output.subtracted != ir::no_node) {
    const Value other = as_number(values_[output.subtracted]);
    value = as_number(value);
    if (!other.slow) {
      value = output.mirrored ? sum(other, negated(value)) : sum(value, negated(other));
    } else {
      value = other;
    }
  }
  if (value.slow) {
    output.exact_only = true;
    output.reach.leaves = ~std::uint64_t{0};
    return;
  }
  output.reach = value.reach;
  if ((output.reach.rising & output.reach.falling) != 0) output.reach.simple = false;
  if (output.kind == RowOutput::Kind::truth) {
    output.result = value.truth;
    output.doubt = value.doubt;
    if (output.filter == ir::no_node) return;
    const Value& filter = values_[output.filter];
    output.reach = tangled(output.reach, filter.reach);
    output.exact_only = filter.slow;
    output.applies = filter.truth;
    output.doubt = either(output.doubt, filter.doubt);
    return;
  }
  value = as_number(value);
  output.reach = value.reach;
  output.doubt = value.doubt;
  // Where the comparison is in doubt, so is the sign of its margin; which rows it concerns does not
  // matter.
  if (output.decided_by != no_register) {
    const Value& comparison = values_[program_.outputs[output.decided_by].node];
    output.exact_only = comparison.slow;
    output.doubt = either(output.doubt, comparison.doubt);
  }
  if (value.has_spread() || value.wide) {
    output.doubt =
        either(output.doubt, truth({.opcode = Opcode::not_near,
                                    .x = value.number,
                                    .y = value.has_spread() ? value.spread : constant_number(0),
                                    .x_error = accuracy}));
  }
  if (value.leaf != no_register && program_.leaves[value.leaf].scale == output.scale) {
    output.result = value.leaf;
  } else if (output.scale == Rational(1)) {
    output.result = value.number;
  } else if (const Rational inverse = output.scale.reciprocal(); inverse.is_integer()) {
    output.result = times_constant(value.number, inverse.to_double());
  } else {
    output.result = divided(value, constant_number(output.scale.to_double()));
  }
}

void Compiler::set_magnitudes() {
  const int exponent =
      std::min(300, (most_exponent - static_cast<int>(std::ceil(bits_))) / degree_);
  for (RowLeaf& leaf : program_.leaves) {
    if (leaf.error == 0 && leaf.largest > 0) {
      leaf.smallest = 1;
      continue;
    }
    leaf.smallest = std::ldexp(1.0, -exponent);
    leaf.largest = std::ldexp(1.0, exponent);
  }
}

void Compiler::number_registers() {
  const Register leaves = program_.first_constant();
  const Register results = program_.first_result();
  // While compiling, leaves are below `leaves`, constants are marked, results count from `leaves`.
  const auto renumber = [&](Register& number) {
    if (number == no_register) return;
    if ((number & constant_mark) != 0) {
      number = leaves + (number & ~constant_mark);
    } else if (number >= leaves) {
      number += results - leaves;
    }
  };
  for (Instruction& each : program_.instructions) {
    for_each_operand(each, [&](Register& read, bool is_truth) {
      if (!is_truth) renumber(read);
    });
    if (gives_number(each)) renumber(each.target);
  }
  for (RowOutput& output : program_.outputs) {
    if (output.kind == RowOutput::Kind::number && !output.exact_only) renumber(output.result);
  }
  program_.numbers = results_ - leaves + results;
  program_.truths = truths_;
}

}  // namespace detail

using ir::NodeId;
using ir::Operation;

std::vector<NodeId> reads_beyond_cell(const ir::Program& program) {
  std::vector<NodeId> beyond(program.nodes.size(), ir::no_node);
  for (NodeId id = 0; id < program.nodes.size(); ++id) {
    const ir::Node& node = program.at(id);
    switch (node.operation) {
      case Operation::constant:
      case Operation::input:
        break;
      case Operation::indicator:
      case Operation::call:
        for (const NodeId argument : node.arguments) {
          if (beyond[id] == ir::no_node) beyond[id] = beyond[argument];
        }
        break;
      default:
        beyond[id] = id;
    }
  }
  return beyond;
}

RowProgram compile_rows(const ir::Program& program, std::vector<RowLeaf> leaves,
                        std::vector<RowOutput> outputs) {
  return detail::Compiler(program, std::move(leaves), std::move(outputs)).run();
}

}  // namespace dabiao::engine
