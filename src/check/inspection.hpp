#pragma once

#include <functional>
#include <string>
#include <vector>

#include "asked_cells.hpp"
#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "ranges.hpp"
#include "wording.hpp"

namespace dabiao::check::detail {

/// A plan under inspection: what several checks look at, computed once.
class Inspection {
 public:
  explicit Inspection(const ir::Program& inspected)
      : program(inspected),
        plan(*inspected.plan),
        ranges(inspected),
        graph_(graph::build(*inspected.plan)) {
    for (model::TargetId id = 0; id < plan.targets.size(); ++id) {
      cells_.push_back(cells_of(program, id));
      if (program.targets[id].condition != ir::no_node) targets_.push_back(id);
    }
  }
  Inspection(const Inspection&) = delete;
  Inspection& operator=(const Inspection&) = delete;

  const ir::Program& program;
  const model::Plan& plan;
  Ranges ranges;

  const graph::DependencyGraph& dependencies() const { return graph_; }
  /// The targets that can be looked at: all those of a plan without errors.
  const std::vector<model::TargetId>& targets() const { return targets_; }
  /// The kinds of cells that a target has.
  const std::vector<AskedCell>& cells(model::TargetId target) const { return cells_[target]; }

  const ir::Node& at(ir::NodeId id) const { return program.at(id); }
  /// The value of a node that is a constant; null for others.
  const exact::Rational* constant(ir::NodeId id) const;
  /// The node without the names it has as an indicator.
  ir::NodeId unnamed(ir::NodeId id) const;
  /// Where a target says what a node stands for; its condition where the text of the node stands
  /// elsewhere, since equal expressions are one node.
  text::Place place_in(model::TargetId target, text::Place place) const;
  /// The text of a place in one line and in backquotes.
  std::string written(text::Place place) const;
  /// What a node is called: its text in the plan, without backquotes.
  std::string called(ir::NodeId id) const;

 private:
  graph::DependencyGraph graph_;
  std::vector<std::vector<AskedCell>> cells_;
  std::vector<model::TargetId> targets_;
};

}  // namespace dabiao::check::detail
