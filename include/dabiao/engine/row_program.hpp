#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/ir/program.hpp"

// Formulas of one cell as a program over doubles: what record, batch, incremental and scenario runs
// have in common. docs/exactness.md derives the bounds.
namespace dabiao::engine {

/// Half a unit in the last place: what one rounding does to a double at most, relatively.
inline constexpr double unit_roundoff = 0x1p-53;

/// What the error of a comparison is at least: below every number that cancellation leaves, so that
/// it only keeps equal registers apart from decided ones.
inline constexpr double smallest_error = 0x1p-1000;

/// Numbers of this size and more are not handed out from doubles.
inline constexpr double largest_number = 0x1p900;

/// A register of a program; numbers and truths are counted apart.
using Register = std::uint32_t;
inline constexpr Register no_register = 0xffffffff;

/// What an instruction does. `target`, `doubt` and operands are registers of numbers or of truths,
/// as the names say; x, y, z are the first, second and third operand.
enum class Opcode : std::uint8_t {
  // Numbers from numbers.
  add,
  subtract,
  multiply,
  divide,
  least,
  greatest,
  negate,
  absolute,
  multiply_add,  // x · y + z, both roundings done
  divide_least,  // least(x / y, z)
  // The usual shapes of indicators: shares in another unit, points for what was reached.
  divide_multiply,            // x / y · factor
  divide_least_multiply,      // least(x / y, limit) · factor
  divide_least_multiply_add,  // least(x / y, limit) · factor + z, all roundings done
  // Whole numbers; the doubt is set where x may lie on either side of a step: x ± (x_error·|x| +
  // z).
  floor,
  ceil,
  round,
  truncate,
  // Numbers from truths.
  choose,     // truth x ? number y : number z
  number_of,  // truth x ? 1 : 0
  // Truths from numbers. A comparison with errors is in doubt unless
  // |x − y| >= x_error·|x| + y_error·|y|, or, with a z, unless |x − y| > x_error·|x| + y_error·|y|
  // + z.
  // (Without cancellation a register is zero only where its value is, and infinite only at a corner
  // that is.)
  less,
  less_equal,
  equal,
  not_equal,
  less_filtered,
  equal_filtered,
  not_equal_filtered,
  above,     // x >= z; in doubt between y and z
  below,     // x <= y; in doubt between y and z
  not_far,   // !(|x| > x_error · y): whether x may be zero, given its error y; NaN may be
  not_near,  // !(y <= x_error·|x| and |x| < largest_number): whether too little is said of x
  // Truths from truths.
  both,
  either,
  opposite,
  pick,  // truth x ? truth y : truth z
};

struct Instruction {
  Opcode opcode = Opcode::add;
  bool bounded = false;  // a division: in ordinary rows its x is 0 or of a size within 2^±900
  bool inverts = false;  // such a one by a constant: in ordinary rows multiplying does as well
  Register target = no_register;
  Register doubt = no_register;  // a truth
  Register x = no_register, y = no_register, z = no_register;
  double x_error = 0, y_error = 0;
  double limit = 0, factor = 0;
};

/// Whether an instruction's target is a number; else it is a truth.
constexpr bool gives_number(const Instruction& each) {
  return each.opcode <= Opcode::number_of;
}

/// Calls visit(register, is_truth) for every register that an instruction reads.
template <class AnInstruction, class Visit>
void for_each_operand(AnInstruction& each, Visit visit) {
  const bool from_truth = each.opcode == Opcode::choose || each.opcode >= Opcode::number_of;
  const bool from_truths = each.opcode == Opcode::number_of || each.opcode >= Opcode::both;
  const bool compares = each.opcode >= Opcode::less && each.opcode <= Opcode::not_near;
  if (each.x != no_register) visit(each.x, from_truth && !compares);
  if (each.y != no_register) visit(each.y, from_truths);
  if (each.z != no_register) visit(each.z, from_truths);
}

/// What is known of a column of doubles before its rows are.
struct RowLeaf {
  ir::NodeId node = ir::no_node;
  exact::Rational scale = 1;     // base units per unit of the column
  exact::Interval range;         // what the exact value can be, in base scale
  double error = unit_roundoff;  // |double − exact| <= error · |exact|; 0: doubles are exact
  bool decimal = true;           // a double stands for its shortest decimal
  std::optional<double>
      assumed;  // in the column's unit: what a report that is missing is taken for
  double smallest = 0, largest = 0;  // magnitudes between which the bounds hold, 0 apart
  bool divides = false;              // set by the compiler: where it is 0, something has no value
  bool whole = false;                // what is missing is a whole number

  /// The number that a double of the column stands for, in the column's unit; nothing for what is
  /// not finite.
  std::optional<exact::Rational> number_of(double shown) const {
    return decimal ? exact::Rational::from_double_shortest(shown)
                   : exact::Rational::from_double_exact(shown);
  }
  /// What the exact value can be where it is missing.
  exact::Interval where_missing() const {
    const auto integers = whole ? exact::integers_in(range) : std::nullopt;
    return integers ? *integers : range;
  }
};

/// How a result depends on leaves, as sets of leaves (bit i is leaf i), where this is simple.
struct Reach {
  std::uint64_t leaves = 0;    // that it reads
  std::uint64_t rising = 0;    // in these it may rise where they rise,
  std::uint64_t falling = 0;   // or fall
  std::uint64_t divisors = 0;  // where one of these can be zero, there may be no value
  bool strict = false;         // where a leaf that it reads is missing, so is it
  /// It is made of steps that go one way in each leaf: its least and its greatest value over a box
  /// stand at corners, and the comparisons there say what all completions say.
  bool simple = false;
};

/// What a program is asked for.
struct RowOutput {
  enum class Kind : std::uint8_t { number, truth };
  Kind kind = Kind::number;
  ir::NodeId node = ir::no_node;
  /// A number is handed out in this unit.
  exact::Rational scale = 1;
  /// Set for the margin by which a comparison holds: node − subtracted, negated where `mirrored`.
  ir::NodeId subtracted = ir::no_node;
  bool mirrored = false;
  /// The output that says whether the comparison holds, which stands before; the margin agrees with
  /// it in sign.
  std::uint32_t decided_by = 0xffffffff;
  /// Which rows a truth concerns; it does not apply to the others.
  ir::NodeId filter = ir::no_node;

  Register result = no_register;   // of a number or a truth
  Register doubt = no_register;    // a truth: rows that the doubles do not settle
  Register applies = no_register;  // a truth, of the filter
  bool exact_only = false;         // no doubles serve: every row is settled exactly
  Reach reach;
};

/// A program in single-assignment form: every register is set once, by the instruction that stands
/// before all that read it. Number registers are the leaves, then the constants, then results.
struct RowProgram {
  std::vector<RowLeaf> leaves;
  std::vector<double> constants;
  std::vector<Instruction> instructions;
  std::vector<RowOutput> outputs;
  Register numbers = 0;  // how many registers there are
  Register truths = 0;
  /// The nodes behind the outputs, children first: what is evaluated where doubles do not do.
  std::vector<ir::NodeId> cone;

  Register first_constant() const { return static_cast<Register>(leaves.size()); }
  Register first_result() const { return static_cast<Register>(leaves.size() + constants.size()); }
  bool is_constant(Register number) const {
    return number >= first_constant() && number < first_result();
  }
};

/// By node, the first node below it (or itself) that is no function of the inputs at one cell: an
/// aggregate, a bracket, a reference to a target. `no_node` where the whole formula is.
std::vector<ir::NodeId> reads_beyond_cell(const ir::Program& program);

/// Compiles outputs over leaves. Every node that the outputs read is a leaf, a constant, an
/// indicator or a call; the leaves that nothing reads stay.
RowProgram compile_rows(const ir::Program& program, std::vector<RowLeaf> leaves,
                        std::vector<RowOutput> outputs);

}  // namespace dabiao::engine
