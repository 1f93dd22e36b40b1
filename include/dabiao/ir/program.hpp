#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dabiao/calendar/span.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/function/function.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/syntax/operands.hpp"

// A plan as typed nodes: names, units and types are settled, equal expressions are one node, and
// children stand before their parents, so that every pass is a loop.
namespace dabiao::ir {

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = 0xffffffff;

enum class Operation : std::uint8_t {
  constant,         // `constant`
  input,            // `index`: an input at the cell, rolled up as it declares; the argument, if
                    // there is one, is the input that its average is weighted by
  indicator,        // `index`: the value of its formula, the argument, in its own unit
  table,            // `index`: the table's entry for the cell
  call,             // `function` over `arguments`
  over_parts,       // `aggregate` over the descendants at `level` (or members of `group`)
  over_periods,     // `aggregate` over the whole periods of `grain` in the cell's span
  rank,             // among the siblings of the cell at `level`, 1 is the largest
  at_start,         // the argument on the day before the window
  at_end,           // the argument over the window's whole span
  at_previous,      // the argument in the period before, of the same grain
  at_span,          // the argument over the span that has that `index` in Program::spans
  at_ancestor,      // the argument at the ancestor at `level`
  at_group,         // the argument of the group `group` as a whole
  at_entity,        // the argument at the entity of `level` with that `index` in Program::entities
  due,              // the cell's deadline
  target_met,       // whether target `index` is met at this cell
  target_attained,  // how far target `index` is attained at this cell
  complete,         // the argument over the parts of `level` where all its inputs are known,
                    // where these are at least the share `constant`
};

/// What a node asks of the level of its cell, as sets of levels (bit i is level i).
struct Needs {
  std::uint64_t own = 0;        // read at the cell: the cell stands at or above each
  std::uint64_t exact = 0;      // the cell stands at each
  std::uint64_t parts = 0;      // aggregated over: the cell stands strictly above each
  std::uint64_t ancestors = 0;  // read in brackets: the cell stands at or below each

  bool operator==(const Needs&) const = default;
};

struct Node {
  Operation operation = Operation::constant;
  calendar::Grain grain = calendar::Grain::year;
  bool filtered = false;
  // What follows from the children.
  bool reads_flow = false;                 // some flow is read at the cell's own span
  bool reads_stock = false;                // some stock, stage, date or constant is
  bool reads_data = false;                 // anything but constants and tables
  bool is_share_difference = false;        // counted in 百分点
  std::optional<calendar::Grain> periods;  // the coarsest grain that it aggregates over
  std::uint32_t needs = 0;                 // index into Program::needs

  value::Type type;
  text::Place place;
  exact::Rational constant;
  const function::Elementwise* function = nullptr;
  const function::Aggregate* aggregate = nullptr;
  syntax::Operands arguments;  // aggregates: [x] or [], then the filter if `filtered`
  std::uint32_t index = model::none;
  model::LevelId level = model::none;
  model::GroupId group = model::none;
  syntax::ExpressionId origin = syntax::no_expression;  // what was written, for explanations
};

/// How a comparison of a target is judged.
enum class Comparator : std::uint8_t {
  at_least,
  more_than,
  at_most,
  less_than,
  equal,
  not_equal,
  within,
  holds,
  holds_not
};

/// One comparison of a target's condition, the measured side first.
struct Comparison {
  Comparator comparator = Comparator::holds;
  NodeId value = no_node;      // for `holds` and `holds_not` the condition itself
  NodeId threshold = no_node;  // none for `holds`
  NodeId upper = no_node;      // only for `within`
  NodeId truth = no_node;      // the comparison as a yes/no
  text::Place place;
  bool numeric = false;  // has a path; false for yes/no, stages and dates
};

/// The condition as `and` and `or` over comparisons; children before parents, the root last.
struct Clause {
  enum class Kind : std::uint8_t { comparison, all, any };
  Kind kind = Kind::comparison;
  std::uint32_t comparison = 0;
  std::vector<std::uint32_t> parts;
};

struct Milestone {
  calendar::Date due;
  NodeId value = no_node;
  text::Place place;
};

/// A target as nodes.
struct Target {
  NodeId condition = no_node;
  NodeId filter = no_node;  // which cells it concerns
  std::vector<Comparison> comparisons;
  std::vector<Clause> clauses;
  std::vector<NodeId> dates;  // of `by`: date-valued
  NodeId offset = no_node;    // of `by end + …`: days or months as a constant
  std::vector<Milestone> milestones;
};

struct Stated {
  NodeId figure = no_node;
  NodeId value = no_node;
};

/// Everything that is evaluated.
struct Program {
  std::shared_ptr<const model::Plan> plan;
  std::vector<Node> nodes;
  std::vector<Needs> needs;           // what nodes ask, each once
  std::vector<calendar::Span> spans;  // of at_span
  std::vector<std::string> entities;  // of at_entity
  std::vector<NodeId> indicators;     // by IndicatorId
  std::vector<Target> targets;        // by TargetId
  std::vector<Stated> stated;

  const Node& at(NodeId id) const { return nodes[id]; }
  const Needs& needs_of(NodeId id) const { return needs[nodes[id].needs]; }
};

/// The unit in which a comparison is shown: that of the measured value where it has one of its own;
/// that of the threshold, which someone wrote, where it only follows from a product or a quotient.
value::Type shown_type(const Program& program, const Comparison& comparison);

}  // namespace dabiao::ir
