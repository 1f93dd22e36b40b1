#include "soundness.hpp"

#include <algorithm>
#include <variant>

#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/syntax/ast.hpp"

namespace dabiao::check::detail {

using ir::NodeId;
using model::TargetId;
using text::Place;

namespace {

class Errors {
 public:
  Errors(const model::Plan& plan, const text::Diagnostics& errors) : plan_(plan) {
    const std::vector<syntax::Statement>& statements = plan.ast->statements;
    wrong_.resize(statements.size());
    for (const text::Diagnostic& each : errors) {
      if (each.is_error() && each.place) mark(*each.place);
    }
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (statements[i].damaged) wrong_[i] = true;
    }
    // Of a cycle only one place is reported.
    for (const graph::Cycle& cycle : graph::build(plan).cycles()) {
      for (const graph::Edge& step : cycle.steps) mark(step.place);
    }
  }

  /// Whether the statement that stands there has an error.
  bool at(Place place) const {
    const std::size_t index = statement_at(place);
    return index < wrong_.size() && wrong_[index];
  }
  /// Whether some statement of one of these kinds has an error.
  template <class... Bodies>
  bool in_any() const {
    for (std::size_t i = 0; i < wrong_.size(); ++i) {
      const auto& body = plan_.ast->statements[i].body;
      if (wrong_[i] && (std::holds_alternative<Bodies>(body) || ...)) return true;
    }
    return false;
  }

 private:
  void mark(Place place) {
    const std::size_t index = statement_at(place);
    if (index < wrong_.size()) wrong_[index] = true;
  }
  std::size_t statement_at(Place place) const {
    const std::vector<syntax::Statement>& statements = plan_.ast->statements;
    const auto after = std::upper_bound(
        statements.begin(), statements.end(), place.begin,
        [](std::uint32_t at, const syntax::Statement& each) { return at < each.place.begin; });
    return static_cast<std::size_t>(after - statements.begin()) - 1;
  }

  const model::Plan& plan_;
  std::vector<bool> wrong_;
};

/// The nodes below which nothing is missing. An indicator without a formula stands for one that is
/// wrong.
std::vector<bool> whole_nodes(const ir::Program& program) {
  std::vector<bool> whole;  // children stand before their parents
  for (const ir::Node& node : program.nodes) {
    whole.push_back((node.operation != ir::Operation::indicator || !node.arguments.empty()) &&
                    std::all_of(node.arguments.begin(), node.arguments.end(),
                                [&](NodeId argument) { return whole[argument]; }));
  }
  return whole;
}

/// The targets that are wrong or depend on something that is.
std::vector<bool> touched_targets(const model::Plan& plan, const Errors& wrong) {
  using Kind = graph::Node::Kind;
  const graph::DependencyGraph graph = graph::build(plan);
  std::vector<bool> touched[4];
  std::vector<graph::Node> work;
  const auto touch = [&](graph::Node node) {
    std::vector<bool>& those = touched[static_cast<std::size_t>(node.kind)];
    if (those[node.index]) return;
    those[node.index] = true;
    work.push_back(node);
  };
  const auto begin = [&](Kind kind, std::size_t count) {
    touched[static_cast<std::size_t>(kind)].assign(count, false);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (wrong.at(graph::named(plan, {kind, i}).place)) touch({kind, i});
    }
  };
  begin(Kind::input, plan.inputs.size());
  begin(Kind::table, plan.tables.size());
  begin(Kind::indicator, plan.indicators.size());
  begin(Kind::target, plan.targets.size());
  while (!work.empty()) {
    const graph::Node node = work.back();
    work.pop_back();
    for (const graph::Edge& edge : graph.users_of(node)) {
      if (edge.kind != graph::Edge::Kind::allocates) touch(edge.from);
    }
  }
  return touched[static_cast<std::size_t>(Kind::target)];
}

}  // namespace

Soundness soundness(const ir::Program& program, const text::Diagnostics& errors) {
  const model::Plan& plan = *program.plan;
  const Errors wrong(plan, errors);
  Soundness result;
  result.targets.assign(plan.targets.size(), false);
  result.allocations = std::none_of(plan.targets.begin(), plan.targets.end(),
                                    [](const auto& each) { return each.allocates_unknown; });
  // Which cells a target has, and how many parts they have, follows from these.
  if (wrong.in_any<syntax::PlanStatement, syntax::LevelStatement, syntax::GroupStatement,
                   syntax::EntitiesStatement>()) {
    return result;
  }
  result.entities = !wrong.in_any<syntax::TableStatement>();
  if (wrong.in_any<syntax::UnitStatement, syntax::StagesStatement, syntax::HolidaysStatement>()) {
    return result;
  }
  const std::vector<bool> whole = whole_nodes(program);
  const auto is_whole = [&](NodeId node) { return node != ir::no_node && whole[node]; };
  const std::vector<bool> touched = touched_targets(plan, wrong);
  for (TargetId id = 0; id < plan.targets.size(); ++id) {
    const model::Target& target = plan.targets[id];
    const ir::Target& lowered = program.targets[id];
    if (touched[id] || target.where.has_unknown) continue;
    if (target.clause != model::none && wrong.at(plan.clauses[target.clause].place)) continue;
    if (!is_whole(lowered.condition)) continue;
    if (target.where.filter != syntax::no_expression && !is_whole(lowered.filter)) continue;
    if (!std::all_of(lowered.dates.begin(), lowered.dates.end(), is_whole)) continue;
    result.targets[id] = true;
  }
  return result;
}

}  // namespace dabiao::check::detail
