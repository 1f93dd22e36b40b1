#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dabiao/function/function.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "interning.hpp"

namespace dabiao::ir::detail {

using exact::Rational;
using model::LevelId;
using model::Symbol;
using syntax::Expression;
using syntax::ExpressionId;
using syntax::ExpressionKind;
using syntax::no_expression;
using text::kind;
using text::Language;
using text::Place;
using value::Type;

/// The set of that level alone.
inline std::uint64_t bit(LevelId level) {
  return std::uint64_t{1} << level;
}

struct NeedsHash {
  std::size_t operator()(const Needs& needs) const {
    std::size_t hash = 0;
    for (const std::uint64_t part : {needs.own, needs.exact, needs.parts, needs.ancestors}) {
      hash = (hash ^ part) * 0x9e3779b97f4a7c15U;
    }
    return hash ^ (hash >> 32U);
  }
};

/// Makes the program of a plan. Its work is divided by what is lowered: nodes.cpp (nodes and what
/// they ask of their cells), expressions.cpp, aggregates.cpp, levels.cpp (whether nodes fit the
/// levels where they are read), indicators.cpp and targets.cpp (targets and stated figures).
class Lowering {
 public:
  explicit Lowering(std::shared_ptr<const model::Plan> plan);

  Lowered run(const std::vector<model::IndicatorId>& order);

 private:
  // Expressions.
  NodeId lower(ExpressionId root);
  NodeId lower_one(ExpressionId id);
  NodeId lower_number(const Expression& expression);
  NodeId lower_name(ExpressionId id, const Expression& expression);
  /// The node of an indicator; of its type alone where its formula is wrong.
  NodeId indicator_node(model::IndicatorId id);
  NodeId lower_call(const Expression& expression);
  NodeId lower_function(const Expression& expression, const function::Elementwise& function,
                        syntax::Operands arguments);
  NodeId lower_target_reference(const Expression& expression, Operation operation);
  NodeId lower_aggregate(ExpressionId id, const Expression& expression);
  NodeId aggregate_over(const Expression& expression, const function::Aggregate& function,
                        const Symbol& over, std::optional<NodeId> x, std::optional<NodeId> filter);
  NodeId lower_rank(ExpressionId id, const Expression& expression);
  NodeId lower_bracket(ExpressionId id, const Expression& expression);
  std::uint32_t span_index(const calendar::Span& span);
  std::uint32_t entity_index(std::string_view entity);
  bool is_deferred(ExpressionId id) const;

  // Nodes.
  NodeId add(Node&& node);
  NodeId constant(Rational value, Type type, Place place, ExpressionId origin);
  NodeId call(const function::Elementwise& function, syntax::Operands arguments, Type type,
              Place place, ExpressionId origin);
  NodeId input_node(model::InputId input, Place place, ExpressionId origin);
  void inherit(Node& node, NodeId child) const;
  void pass_needs(Node& node, NodeId child);
  void add_needs(Node& node, const Node& child);
  void add_needs(Node& node, const Needs& more);
  const Node& at(NodeId id) const { return program_.nodes[id]; }

  // Checks.
  [[gnu::cold]] void report(const function::Mismatch& mismatch, Place place, ExpressionId at);
  NodeId as_stage_of(NodeId node, ExpressionId expression, std::uint32_t scale);
  void check_level(NodeId node, LevelId level, Place cell_place);
  bool check_formula_type(const model::Indicator& indicator, NodeId formula);
  NodeId completed(NodeId formula, const std::optional<Rational>& share, Place place);

  // Statements.
  void lower_indicator(model::IndicatorId id);
  void lower_target(model::TargetId id);
  void lower_stated();
  void complete_comparisons(Target& target, const Rational& share);
  std::uint32_t clauses_of(Target& target, NodeId condition, bool negated);
  std::uint32_t comparison_of(Target& target, NodeId node, bool negated);
  std::string level_name(LevelId level) const { return plan_.levels[level].name; }

  const std::shared_ptr<Program> lowered_program_ = std::make_shared<Program>();
  Program& program_ = *lowered_program_;
  const model::Plan& plan_;
  const syntax::Ast& ast_;
  text::Diagnostics diagnostics_;
  std::vector<NodeId> lowered_;
  std::vector<bool> tried_;
  std::vector<ExpressionId> work_;                             // of `lower`
  std::vector<function::Argument> described_;                  // of `lower_function`
  std::unordered_map<Needs, std::uint32_t, NeedsHash> needs_;  // places in program_.needs
  std::map<std::pair<std::optional<calendar::Date>, std::optional<calendar::Date>>, std::uint32_t>
      span_indices_;
  std::unordered_map<std::string_view, std::uint32_t> entity_indices_;
  Interning interning_;
};

}  // namespace dabiao::ir::detail
