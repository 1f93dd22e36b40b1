#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dabiao/engine/row_program.hpp"
#include "dabiao/ir/program.hpp"
#include "row_passes.hpp"

// Formulas as instructions over doubles, each result with a proven bound of its error. The bounds
// are derived in docs/exactness.md; the letters are those of that page.
namespace dabiao::engine::detail {

using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;

/// More than what second-order terms and the rounding of the bounds themselves add to them.
constexpr double slack = 1 + 0x1p-20;

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

/// The reach of what rises with a and with b.
inline Reach together(const Reach& a, const Reach& b) {
  return {a.leaves | b.leaves,     a.rising | b.rising,  a.falling | b.falling,
          a.divisors | b.divisors, a.strict && b.strict, a.simple && b.simple};
}

inline Reach turned(Reach reach) {
  std::swap(reach.rising, reach.falling);
  return reach;
}

/// What goes no one way.
inline Reach tangled(Reach reach) {
  reach.simple = false;
  return reach;
}
inline Reach tangled(const Reach& a, const Reach& b) {
  return tangled(together(a, b));
}

/// What may have a value although something that it reads has none.
inline Reach lenient(Reach reach) {
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

}  // namespace dabiao::engine::detail
