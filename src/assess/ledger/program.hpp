#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "dabiao/ir/program.hpp"
#include "leaves.hpp"
#include "ledger.hpp"
#include "values.hpp"

namespace dabiao::assessment::ledger {

enum class Relation : std::uint8_t { at_least, above, at_most, below, same, other };

/// One loop over a chunk of rows.
struct Step {
  enum class Kind : std::uint8_t {
    leaf,              // an input at its own level
    number_column,     // a column of this level, or of the level of an ancestor
    truth_column,      //
    constant,          // x
    scale,             // a · x
    shift,             // a + x
    negate,            //
    absolute,          //
    add,               //
    subtract,          //
    multiply,          //
    divide,            //
    least,             //
    greatest,          //
    choose,            // b where truth a holds, else c
    masked,            // b where truth a holds, else 0
    later,             // what the future makes of a, as a leaf says
    truth_of,          // a number that is 1 or 0
    compare,           // a against x
    compare_quotient,  // a · x against b · y, by the sign of b
    negation,          //
    conjunction,       // of `many`
    disjunction,       //
    choose_truth,      //
    votes,             // of the truths `many` with the filters `filters`, as `out`, …
  };
  /// What `votes` counts.
  enum class Vote : std::uint8_t { count, share, any, all };

  Kind kind = Kind::constant;
  Relation relation = Relation::at_least;
  Vote vote = Vote::count;
  bool guarded = false;     // compare: the numbers are not exact, `relative` and `absolute` say how
  bool open_ends = false;   // compare: an end of a range may be one that is not reached
  bool below_part = false;  // number_column: the denominators
  bool may_lack = false;    // choose: where the condition is open, it may not exist
  Register out = no_register;
  Register out_below = no_register;  // of a share: the denominator
  Register a = no_register, b = no_register, c = no_register;
  double x = 0, y = 0;
  double relative = 0, absolute = 0;
  const Leaf* leaf = nullptr;
  const Column* column = nullptr;
  const std::vector<data::EntityIndex>* ancestors = nullptr;  // by row of this level; null: itself
  std::vector<Register> many, filters;
  /// compare: where the outcome is open and one of these is not known, it is unsure: the same
  /// unknown is read twice, or whole numbers may pass over the limit.
  std::vector<Register> suspects;
};

/// The value of a node over the rows of a frame.
struct Value {
  enum class Shape : std::uint8_t { constant, number, quotient, truth };
  Shape shape = Shape::constant;
  Rational constant;
  Register above = no_register, below = no_register;
  Facts facts, below_facts;
  std::vector<Use> uses;
};

/// Compiles nodes at one level to steps over chunks of its entities.
class Compiler {
 public:
  /// While planning nothing is made: which columns are read is written down in `wanted`.
  Compiler(Ledger& ledger, model::LevelId level, bool planning)
      : ledger_(ledger), level_(level), planning_(planning) {}

  /// Throws Unfit where the node is left to the exact evaluation.
  Value compile(ir::NodeId node, engine::FrameSpan span, engine::Horizon horizon);
  /// An input as a number, also where it is a yes/no.
  Value compile_input(ir::NodeId node, const engine::FrameSpan& span, engine::Horizon horizon);
  Register truth(const Value& value);
  /// A number as one register; a quotient is divided, a constant stands in every row.
  Value number(Value value);
  Register masked(Register filter, Register number);

  const std::vector<Step>& steps() const { return steps_; }
  Register registers() const { return next_; }
  std::vector<ColumnKey> wanted;

 private:
  using Key = std::pair<ColumnKey, bool>;

  Value compile_call(const ir::Node& node, const engine::FrameSpan& span, engine::Horizon horizon);
  Value compile_periods(const ir::Node& node, const engine::FrameSpan& span,
                        engine::Horizon horizon);
  /// `may_lack`: where the condition is open, it may not exist.
  Value compile_choice(const Value& condition, Value a, Value b, bool may_lack);
  Value leaf(const model::Input& input, ir::NodeId node, const engine::FrameSpan& span,
             engine::Horizon horizon);
  Value column(const ColumnKey& key, model::LevelId from);
  Value load(const Column& column, const std::vector<Use>& uses,
             const std::vector<data::EntityIndex>* ancestors);

  Value add(Value a, Value b);
  /// The step of two numbers that stand in registers.
  Value of_two(Step::Kind kind, const Value& a, const Value& b, const Facts& facts);
  Value subtract(Value a, Value b);
  Value multiply(Value a, Value b);
  Value divide(Value a, Value b);
  Value negate(Value a);
  Value absolute(Value a);
  Value extreme(Value a, Value b, bool least);
  /// Whether whole numbers may pass over a limit that lies within their range: then whether some
  /// completion meets it is left to the exact evaluation.
  bool may_leave_gaps(const Value& left, const Rational& limit) const;
  /// Whether a limit is one of the two ends of a range, and these are surely in order.
  enum class RangeEnd : std::uint8_t { no, in_order, any_order };
  Value compare(const Value& a, const Value& b, Relation relation, RangeEnd end = RangeEnd::no);
  Value logic(Step::Kind kind, std::vector<Value> parts);
  /// The same value stored in a finer factor: stored · times.
  Value refined(Value a, const Rational& times);
  /// Brings two numbers to one factor.
  void align(Value& a, Value& b);
  Register emit(Step step);
  std::vector<Register> suspects_of(const std::vector<Use>& uses) const;

  Ledger& ledger_;
  model::LevelId level_;
  bool planning_;
  Register next_ = 0;
  int depth_ = 0;
  std::vector<Step> steps_;
  std::map<Key, Value> done_;
  std::deque<Leaf> leaves_;
};

}  // namespace dabiao::assessment::ledger
