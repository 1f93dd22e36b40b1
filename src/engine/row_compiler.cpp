#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "dabiao/engine/row_program.hpp"
#include "row_passes.hpp"

// Formulas as instructions over doubles, each result with a proven bound of its error. The bounds
// are derived in docs/exactness.md; the letters are those of that page.
namespace dabiao::engine {

using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;

namespace {

/// More than what second-order terms and the rounding of the bounds themselves add to them.
constexpr double slack = 1 + 0x1p-20;
/// What underflow can add to the error of one product or quotient.
constexpr double underflow = 0x1p-1060;
/// Bounds beyond this serve nobody.
constexpr double largest_error = 0x1p-30;
/// A number handed out has at least about this relative accuracy, or it is computed exactly.
constexpr double accuracy = 0x1p-44;
/// Numbers without cancellation stay within two to the power of this, up or down.
constexpr int most_exponent = 900;
constexpr int most_degree = 20;
constexpr double most_bits = 400;

constexpr Register constant_mark = 0x80000000;

struct Sign {
  bool negative = true;  // it can be
  bool positive = true;
  bool known() const { return !(negative && positive); }
};

/// A node as registers.
struct Value {
  bool compiled = false;
  bool slow = false;  // no instruction computes it
  bool is_truth = false;
  Register number = no_register;  // in base scale
  Register truth = no_register;
  Register doubt = no_register;
  /// |register − exact| <= error · |exact|, unless there is a spread.
  double error = 0;
  Register spread = no_register;  // bounds |register − exact| row by row
  Sign sign;
  /// Of what has no spread: magnitudes lie within 2^±(degree · E + bits), or are 0.
  int degree = 0;
  double bits = 0;
  int whole_bits = -1;  // whole numbers below 2^whole_bits; -1: not known to be
  /// Of any size, and so only compared, chosen and handed out.
  bool wide = false;
  std::optional<Rational> constant;
  Register leaf = no_register;  // the column itself
  Reach reach;

  bool has_spread() const { return spread != no_register; }
};

/// The binary logarithm of 2^a + 2^b, rounded up.
double bits_of_sum(double a, double b) {
  const double larger = std::max(a, b), smaller = std::min(a, b);
  return larger + std::log2(1 + std::exp2(smaller - larger)) + 0x1p-30;
}

int exponent_of(double value) {
  return value == 0 ? 0 : std::abs(std::ilogb(value)) + 1;
}

/// The reach of what rises with a and with b.
Reach together(const Reach& a, const Reach& b) {
  return {a.leaves | b.leaves,     a.rising | b.rising,  a.falling | b.falling,
          a.divisors | b.divisors, a.strict && b.strict, a.simple && b.simple};
}

Reach turned(Reach reach) {
  std::swap(reach.rising, reach.falling);
  return reach;
}

/// What goes no one way.
Reach tangled(Reach reach) {
  reach.simple = false;
  return reach;
}
Reach tangled(const Reach& a, const Reach& b) {
  return tangled(together(a, b));
}

/// What may have a value although something that it reads has none.
Reach lenient(Reach reach) {
  reach.strict = false;
  reach.simple = false;
  return reach;
}

class Compiler {
 public:
  Compiler(const ir::Program& source, std::vector<RowLeaf> leaves, std::vector<RowOutput> outputs)
      : source_(source), values_(source.nodes.size()), leaf_of_(source.nodes.size(), no_register) {
    program_.leaves = std::move(leaves);
    program_.outputs = std::move(outputs);
    for (Register i = 0; i < program_.leaves.size(); ++i) leaf_of_[program_.leaves[i].node] = i;
    results_ = program_.first_constant();
    program_.instructions.reserve(source.nodes.size());
    program_.constants.reserve(16);
  }

  RowProgram run() {
    collect_cone();
    for (const NodeId id : program_.cone) values_[id] = value_of(id);
    for (RowOutput& output : program_.outputs) compile(output);
    set_magnitudes();
    number_registers();
    program_.instructions = needed_instructions(program_, true);
    fuse(program_);
    gather(program_);
    find_inverses(program_);
    return std::move(program_);
  }

 private:
  void collect_cone();
  Value value_of(NodeId id);
  Value leaf(Register index, const Node& node);
  Value constant(const Rational& value, const value::Type& type);
  Value call(const Node& node);
  void compile(RowOutput& output);
  void set_magnitudes();
  void number_registers();

  // Instructions.
  Register emit(Instruction instruction) {
    if (instruction.target == no_register) instruction.target = results_++;
    program_.instructions.push_back(instruction);
    return instruction.target;
  }
  Register number(Opcode opcode, Register x, Register y = no_register, Register z = no_register) {
    return emit({.opcode = opcode, .x = x, .y = y, .z = z});
  }
  Register truth(Instruction instruction) {
    instruction.target = truths_++;
    program_.instructions.push_back(instruction);
    return instruction.target;
  }
  Register constant_number(double value) {
    const auto [entry, fresh] = constants_.emplace(std::bit_cast<std::uint64_t>(value),
                                                   static_cast<Register>(constants_.size()));
    if (fresh) program_.constants.push_back(value);
    return entry->second | constant_mark;
  }
  Register constant_truth(bool holds) {
    const Register zero = constant_number(0);
    return truth({.opcode = holds ? Opcode::equal : Opcode::not_equal, .x = zero, .y = zero});
  }
  Register either(Register a, Register b) {
    if (a == no_register || a == b) return b;
    if (b == no_register) return a;
    return truth({.opcode = Opcode::either, .x = a, .y = b});
  }

  // Numbers with their errors.
  Register magnitude(const Value& value);
  Register spread(const Value& value);
  Register times_constant(Register number, double factor) {
    return this->number(Opcode::multiply, number, constant_number(factor));
  }
  Register divided(const Value& a, Register by) {
    return emit(
        {.opcode = Opcode::divide, .bounded = !a.has_spread() && !a.wide, .x = a.number, .y = by});
  }
  Value sum(const Value& a, const Value& b);
  Value negated(const Value& a);
  Value product(const Value& a, const Value& b);
  Value quotient(const Value& a, const Value& b);
  Value power(const Value& a, int exponent);
  Value extreme(Opcode opcode, const Value& a, const Value& b);
  Value chosen(const Value& condition, const Value& a, const Value& b);
  Value whole(Opcode opcode, const Value& a);
  /// `step` is null where nothing is said of it: whole numbers.
  Value in_steps(Opcode opcode, const Value& a, const Value* step);
  Value as_number(const Value& value);
  Value compared(Opcode opcode, const Value& a, const Value& b);
  std::optional<Value> compared_with_constant(Opcode opcode, const Value& a, const Rational& limit);
  Value set_apart(const Value& a, const Rational& limit, bool above, Register doubt);
  Value joined(Opcode opcode, const Value& a, const Value& b);
  Value opposite(const Value& a);
  Value settled(Value value);

  static Value slow() {
    Value value;
    value.compiled = value.slow = true;
    return value;
  }
  static Value of_truth(Register truth, Register doubt = no_register) {
    Value value;
    value.compiled = value.is_truth = true;
    value.truth = truth;
    value.doubt = doubt;
    return value;
  }

  const ir::Program& source_;
  RowProgram program_;
  std::vector<Value> values_;
  std::vector<Register> leaf_of_;  // by node
  std::unordered_map<std::uint64_t, Register> constants_;
  std::unordered_map<Register, Register> magnitudes_;
  Register results_ = 0, truths_ = 0;
  int degree_ = 1;
  double bits_ = 0;
};

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

// ---- errors ---------------------------------------------------------------------------------

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
  value.degree = std::max(a.degree, b.degree);
  value.bits = std::max(a.bits, b.bits);
  value.wide = a.wide || b.wide;
  if (!a.has_spread() && !b.has_spread()) {
    value.error = std::max(a.error, b.error);
    if (a.whole_bits >= 0 && b.whole_bits >= 0) {
      value.whole_bits = std::max(a.whole_bits, b.whole_bits);
    }
  } else {
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
  value.degree = std::max(a.degree, b.degree);
  value.bits = std::max(a.bits, b.bits);
  value.wide = a.wide || b.wide;
  if (!a.has_spread() && !b.has_spread()) {
    value.error = std::max(a.error, b.error);
    if (a.whole_bits >= 0 && b.whole_bits >= 0) {
      value.whole_bits = std::max(a.whole_bits, b.whole_bits);
    }
  } else {
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

// ---- comparisons ----------------------------------------------------------------------------

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
  // Where the comparison is in doubt, so is the sign of its margin.
  if (output.decided_by != no_register) {
    const RowOutput& comparison = program_.outputs[output.decided_by];
    output.exact_only = comparison.exact_only;
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

}  // namespace

std::vector<NodeId> reads_beyond_cell(const ir::Program& program) {
  std::vector<NodeId> beyond(program.nodes.size(), ir::no_node);
  for (NodeId id = 0; id < program.nodes.size(); ++id) {
    const Node& node = program.at(id);
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
  return Compiler(program, std::move(leaves), std::move(outputs)).run();
}

}  // namespace dabiao::engine
