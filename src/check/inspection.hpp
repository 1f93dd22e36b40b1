#pragma once

#include <functional>
#include <string>
#include <utility>
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
  /// A plan without errors.
  explicit Inspection(const ir::Program& inspected)
      : Inspection(inspected, graph::build(*inspected.plan), lowered(inspected)) {}
  /// Some of its targets.
  Inspection(const ir::Program& inspected, graph::DependencyGraph dependencies,
             std::vector<model::TargetId> targets)
      : program(inspected),
        plan(*inspected.plan),
        ranges(inspected),
        graph_(std::move(dependencies)),
        cells_(plan.targets.size()),
        targets_(std::move(targets)) {
    for (const model::TargetId id : targets_) cells_[id] = cells_of(program, id);
  }
  Inspection(const Inspection&) = delete;
  Inspection& operator=(const Inspection&) = delete;

  const ir::Program& program;
  const model::Plan& plan;
  Ranges ranges;

  const graph::DependencyGraph& dependencies() const { return graph_; }
  /// The targets to look at: all those of a plan without errors, else those that none reaches.
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
  static std::vector<model::TargetId> lowered(const ir::Program& program) {
    std::vector<model::TargetId> all;
    for (model::TargetId id = 0; id < program.targets.size(); ++id) {
      if (program.targets[id].condition != ir::no_node) all.push_back(id);
    }
    return all;
  }

  graph::DependencyGraph graph_;
  std::vector<std::vector<AskedCell>> cells_;
  std::vector<model::TargetId> targets_;
};

}  // namespace dabiao::check::detail
