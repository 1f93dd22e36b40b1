#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/place.hpp"

// What needs what in a plan. Vertices are inputs, tables, indicators and targets; an edge leads
// from a thing to one that it needs and carries the place in the text where it names it.
namespace dabiao::graph {

using text::Place;

/// A thing of the plan, by its index in the plan's vector of that kind.
struct Node {
  enum class Kind : std::uint8_t { input, table, indicator, target };
  Kind kind = Kind::input;
  std::uint32_t index = model::none;

  bool operator==(const Node&) const = default;
};

/// `from` needs `to`, because it names it at `place`.
struct Edge {
  enum class Kind : std::uint8_t {
    needs,      // the value of one is computed from the other
    weighs,     // an input's roll-up is weighted by the other
    allocates,  // a target is a part of the other; nothing is computed from it
  };
  Node from;
  Node to;
  Place place;
  Kind kind = Kind::needs;

  bool operator==(const Edge&) const = default;
};

/// A way through the plan back to where it began: each step leads to where the next begins, the
/// last to the beginning of the first.
struct Cycle {
  std::vector<Edge> steps;
};

/// What nothing in the plan makes use of, each in the order of the plan.
struct Unused {
  std::vector<model::InputId> inputs;
  std::vector<model::IndicatorId> indicators;
  std::vector<model::TableId> tables;
  std::vector<model::GroupId> groups;
};

/// The dependencies of a plan; copies share them. It does not refer to the plan it was built from.
class DependencyGraph {
 public:
  DependencyGraph();

  /// How many things the graph has, and how many edges.
  std::size_t node_count() const;
  std::size_t edge_count() const;

  /// Every edge, in the order of the plan: by what needs, then by what is said first. Of several
  /// mentions of the same thing in one formula the first is kept.
  std::vector<Edge> edges() const;
  /// The edges of one thing to what it needs, and those of what needs it.
  std::vector<Edge> needs_of(Node node) const;
  std::vector<Edge> users_of(Node node) const;

  /// Indicators and targets, each after everything that it is computed from. Those that stand in a
  /// cycle have no such order; they stand together where the cycle is reached.
  const std::vector<Node>& order() const;

  /// One cycle for each set of things that all need one another: the shortest through the one of
  /// them that the text names first. `allocates` makes none.
  const std::vector<Cycle>& cycles() const;

  /// What no formula, target, stated figure or weight names, and the groups that nothing names.
  const Unused& unused() const;

  /// The indicators and targets whose value can change with this input, in their order. What a
  /// target allocates is not among them.
  std::vector<Node> affected_by(model::InputId input) const;
  /// Everything that the target is computed from, itself left out: inputs, then tables, then
  /// indicators and targets in their order.
  std::vector<Node> needed_for(model::TargetId target) const;
  /// Everything that any of them is computed from, themselves included, in the same order.
  std::vector<Node> needed_for(const std::vector<model::TargetId>& targets) const;

 private:
  friend DependencyGraph build(const model::Plan& plan);
  struct Implementation;
  std::shared_ptr<const Implementation> implementation_;
};

/// The graph of a plan, in time linear in its text. Names that could not be resolved make no edge.
DependencyGraph build(const model::Plan& plan);

/// A `dependency_cycle` for each cycle, its labels walking the way through the text.
text::Diagnostics cycle_diagnostics(const DependencyGraph& graph, const model::Plan& plan);

/// The indicators of a plan, each after those that it is computed from, and what is wrong where
/// there is no such order.
struct Ordered {
  std::vector<model::IndicatorId> indicators;
  text::Diagnostics cycles;
};
/// The order of the graph; the graph itself is not made where the plan's own order is that.
Ordered in_order(const model::Plan& plan);

/// The thing itself in its plan: its name, label and place.
const model::Named& named(const model::Plan& plan, Node node);

}  // namespace dabiao::graph
