#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "dabiao/graph/dependency_graph.hpp"

// The dependency graph as a picture: what is drawn, and its text for Graphviz and Mermaid.
namespace dabiao::graph {

/// A thing as it is drawn.
struct DrawnNode {
  Node node;
  std::string id;     // unique in the drawing, ASCII: input_3
  std::string name;   // as formulas write it
  std::string label;  // as people read it; the name where it has none
  std::string type;  // 张/千人; 是否 and the like where it is no number; empty for a plain number
  std::string group;  // the title of the frame that it stands in, empty for none
  bool in_cycle = false;
};

/// An arrow, from what is needed to what needs it: the way that numbers flow.
struct DrawnEdge {
  std::size_t from = 0;  // index into Drawing::nodes
  std::size_t to = 0;
  Edge::Kind kind = Edge::Kind::needs;
  Place place;  // in the text
  bool in_cycle = false;
};

struct Drawing {
  std::string title;
  std::vector<DrawnNode> nodes;  // inputs, tables, then indicators and targets in their order
  std::vector<DrawnEdge> edges;
};

/// The whole plan, or where targets are given only what they need.
Drawing draw(const DependencyGraph& graph, const model::Plan& plan,
             const std::optional<std::vector<model::TargetId>>& targets = std::nullopt);

/// The drawing in Graphviz's language, left to right: inputs framed by their level, targets by
/// their clause. Any text may stand in names and labels.
std::string to_dot(const Drawing& drawing);

/// The drawing as a Mermaid flowchart, likewise.
std::string to_mermaid(const Drawing& drawing);

}  // namespace dabiao::graph
