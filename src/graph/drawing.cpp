#include "dabiao/graph/drawing.hpp"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "dabiao/model/words.hpp"
#include "dabiao/text/utf8.hpp"

namespace dabiao::graph {

namespace {

/// How a kind of thing looks.
struct Look {
  Node::Kind kind;
  std::string_view id;
  std::string_view dot_shape;
  std::string_view dot_style;
  std::string_view fill;
  std::string_view line;
  std::string_view mermaid_open;
  std::string_view mermaid_close;
};

constexpr Look looks[] = {
    {Node::Kind::input, "input", "box", "filled", "#eaf2fb", "#5b7fa6", "[", "]"},
    {Node::Kind::table, "table", "note", "filled", "#f2f2f2", "#808080", "[(", ")]"},
    {Node::Kind::indicator, "indicator", "box", "rounded,filled", "#fdf6e3", "#b58900", "(", ")"},
    {Node::Kind::target, "target", "box", "filled,bold", "#2e7d5b", "#1b4d38", "[[", "]]"},
};

const Look& look_of(Node::Kind kind) {
  return looks[static_cast<std::size_t>(kind)];
}

constexpr std::string_view cycle_colour = "#c0392b";
constexpr std::string_view part_colour = "#2e7d5b";

/// What an input, table or indicator is measured in; a target is only met or not.
std::string type_of(const model::Plan& plan, Node node) {
  const value::Type* type = nullptr;
  switch (node.kind) {
    case Node::Kind::input:
      type = &plan.inputs[node.index].type;
      break;
    case Node::Kind::table:
      type = &plan.tables[node.index].type;
      break;
    case Node::Kind::indicator:
      type = &plan.indicators[node.index].type;
      break;
    case Node::Kind::target:
      return {};
  }
  switch (type->kind) {
    case value::Type::Kind::number:
      return type->unit.text();
    case value::Type::Kind::yesno:
      return "是否";
    case value::Type::Kind::date:
      return "日期";
    case value::Type::Kind::stage:
      return plan.scales[type->scale].name;
  }
  return {};
}

std::string group_of(const model::Plan& plan, Node node) {
  if (node.kind == Node::Kind::input) return plan.levels[plan.inputs[node.index].level].shown();
  if (node.kind != Node::Kind::target) return {};
  const std::uint32_t clause = plan.targets[node.index].clause;
  if (clause == model::none) return {};
  const model::Clause& heading = plan.clauses[clause];
  return heading.title.empty() ? heading.number : heading.number + " " + heading.title;
}

/// The text in lines of about so many columns, broken between characters of Chinese and at spaces.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const text::Decoded decoded = text::decode(text, at);
    const std::size_t wide = text::display_width(decoded.code_point);
    const bool may_break = wide == 2 || decoded.code_point == U' ';
    if (width + wide > columns && may_break) {
      lines.push_back(std::move(line));
      line.clear();
      width = 0;
    }
    if (width > 0 || decoded.code_point != U' ') {
      text::append_utf8(line, decoded.code_point);
      width += wide;
    }
    at += decoded.bytes;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

/// The lines of a node: its label, then its name where that is another, and its type.
std::vector<std::string> lines_of(const DrawnNode& node) {
  constexpr std::size_t columns = 26;
  std::vector<std::string> lines = wrapped(node.label, columns);
  std::string below = node.label == node.name ? "" : node.name;
  if (!node.type.empty()) below += (below.empty() ? "" : " · ") + node.type;
  if (!below.empty()) {
    for (std::string& line : wrapped(below, columns)) lines.push_back(std::move(line));
  }
  return lines;
}

/// Calls add(code_point) for what can be shown; controls and the like become spaces.
template <class Add>
void for_each_shown(std::string_view text, Add add) {
  for (std::size_t at = 0; at < text.size();) {
    const text::Decoded decoded = text::decode(text, at);
    add(text::is_invisible(decoded.code_point) ? U' ' : decoded.code_point);
    at += decoded.bytes;
  }
}

/// For the inside of double quotes in Graphviz's language, which also reads HTML's entities.
std::string dot_escaped(std::string_view text) {
  std::string escaped;
  for_each_shown(text, [&](char32_t code_point) {
    switch (code_point) {
      case U'"':
        escaped += "\\\"";
        break;
      case U'\\':
        escaped += "\\\\";
        break;
      case U'&':
        escaped += "&amp;";
        break;
      default:
        text::append_utf8(escaped, code_point);
    }
  });
  return escaped;
}

/// For the inside of double quotes in Mermaid, where anything may be written as #number;.
std::string mermaid_escaped(std::string_view text) {
  constexpr std::u32string_view meaningful = U"\"#&<>`%\\{}[]|;";
  std::string escaped;
  for_each_shown(text, [&](char32_t code_point) {
    if (meaningful.find(code_point) != std::u32string_view::npos) {
      escaped += "#" + std::to_string(static_cast<std::uint32_t>(code_point)) + ";";
    } else {
      text::append_utf8(escaped, code_point);
    }
  });
  return escaped;
}

std::string quoted(std::string_view text) {
  return "\"" + dot_escaped(text) + "\"";
}

/// Nodes by kind and by the frame they stand in, in the order in which these are first seen.
struct Frame {
  Node::Kind kind = Node::Kind::input;
  std::string title;
  std::vector<const DrawnNode*> nodes;
};
std::vector<Frame> frames_of(const Drawing& drawing) {
  std::vector<Frame> frames;
  std::map<std::pair<Node::Kind, std::string>, std::size_t> known;
  for (const DrawnNode& node : drawing.nodes) {
    const auto [found, is_new] =
        known.emplace(std::pair(node.node.kind, node.group), frames.size());
    if (is_new) frames.push_back({node.node.kind, node.group, {}});
    frames[found->second].nodes.push_back(&node);
  }
  return frames;
}

}  // namespace

Drawing draw(const DependencyGraph& graph, const model::Plan& plan,
             const std::optional<std::vector<model::TargetId>>& targets) {
  Drawing drawing;
  drawing.title = plan.shown();

  std::vector<Node> nodes;
  if (targets) {
    nodes = graph.needed_for(*targets);
  } else {
    for (std::uint32_t i = 0; i < plan.inputs.size(); ++i) nodes.push_back({Node::Kind::input, i});
    for (std::uint32_t i = 0; i < plan.tables.size(); ++i) nodes.push_back({Node::Kind::table, i});
    nodes.insert(nodes.end(), graph.order().begin(), graph.order().end());
  }

  std::map<std::pair<Node::Kind, std::uint32_t>, std::size_t> index;
  std::set<std::pair<std::uint32_t, std::uint32_t>> cycle_places;
  for (const Cycle& cycle : graph.cycles()) {
    for (const Edge& step : cycle.steps) cycle_places.emplace(step.place.begin, step.place.end);
  }
  for (const Node node : nodes) {
    index.emplace(std::pair(node.kind, node.index), drawing.nodes.size());
    const model::Named& thing = named(plan, node);
    DrawnNode drawn;
    drawn.node = node;
    drawn.id = std::string(look_of(node.kind).id) + "_" + std::to_string(node.index);
    drawn.name = thing.name;
    drawn.label = thing.shown();
    drawn.type = type_of(plan, node);
    drawn.group = group_of(plan, node);
    drawing.nodes.push_back(std::move(drawn));
  }
  for (const Node node : nodes) {
    const std::size_t user = index.at({node.kind, node.index});
    for (const Edge& edge : graph.needs_of(node)) {
      const auto needed = index.find({edge.to.kind, edge.to.index});
      if (needed == index.end()) continue;
      DrawnEdge drawn{needed->second, user, edge.kind, edge.place, false};
      if (edge.kind == Edge::Kind::allocates) std::swap(drawn.from, drawn.to);
      drawn.in_cycle = edge.kind != Edge::Kind::allocates &&
                       cycle_places.contains({edge.place.begin, edge.place.end});
      if (drawn.in_cycle) {
        drawing.nodes[drawn.from].in_cycle = true;
        drawing.nodes[drawn.to].in_cycle = true;
      }
      drawing.edges.push_back(drawn);
    }
  }
  return drawing;
}

std::string to_dot(const Drawing& drawing) {
  const std::string font =
      "fontname=\"Noto Sans CJK SC,Source Han Sans SC,Microsoft YaHei,PingFang SC,"
      "WenQuanYi Micro Hei,sans-serif\"";
  std::string dot = "digraph plan {\n";
  dot += "  graph [rankdir=LR, label=" + quoted(drawing.title) +
         ", labelloc=t, fontsize=18, nodesep=0.25, ranksep=0.9, " + font + "];\n";
  dot += "  node [fontsize=12, margin=\"0.15,0.08\", " + font + "];\n";
  dot += "  edge [color=\"#8a8a8a\", arrowsize=0.7, " + font + "];\n";

  std::size_t number = 0;
  for (const Frame& frame : frames_of(drawing)) {
    const std::string indent = frame.title.empty() ? "  " : "    ";
    if (!frame.title.empty()) {
      dot += "  subgraph cluster_" + std::to_string(number++) + " {\n";
      dot += "    label=" + quoted(frame.title) +
             "; labeljust=l; fontsize=12; color=\"#c8c8c8\"; fontcolor=\"#606060\"; "
             "style=rounded;\n";
    }
    for (const DrawnNode* node : frame.nodes) {
      const Look& look = look_of(node->node.kind);
      std::string label;
      for (const std::string& line : lines_of(*node)) {
        if (!label.empty()) label += "\\n";
        label += dot_escaped(line);
      }
      dot += indent + node->id + " [label=\"" + label + "\", shape=" + std::string(look.dot_shape) +
             ", style=\"" + std::string(look.dot_style) + "\", fillcolor=\"" +
             std::string(look.fill) + "\", color=\"" +
             std::string(node->in_cycle ? cycle_colour : look.line) + "\"";
      if (node->node.kind == Node::Kind::target) dot += ", fontcolor=white";
      if (node->in_cycle) dot += ", penwidth=2.5";
      dot += ", tooltip=" + quoted(node->name) + "];\n";
    }
    if (!frame.title.empty()) dot += "  }\n";
  }
  // What is not computed stands at the left, however far away it is used.
  std::string leaves;
  for (const DrawnNode& node : drawing.nodes) {
    if (node.node.kind == Node::Kind::input || node.node.kind == Node::Kind::table) {
      leaves += " " + node.id;
    }
  }
  if (!leaves.empty()) {
    dot += "  left [shape=point, style=invis];\n";
    dot += "  left -> {" + leaves + " } [style=invis, weight=100];\n";
  }
  for (const DrawnEdge& edge : drawing.edges) {
    dot += "  " + drawing.nodes[edge.from].id + " -> " + drawing.nodes[edge.to].id;
    if (edge.in_cycle) {
      dot += " [color=\"" + std::string(cycle_colour) + "\", penwidth=2]";
    } else if (edge.kind == Edge::Kind::allocates) {
      // A part points to its whole, and does not push it to the right.
      dot += " [style=dashed, arrowhead=odiamond, constraint=false, color=\"" +
             std::string(part_colour) + "\"]";
    } else if (edge.kind == Edge::Kind::weighs) {
      dot += " [style=dotted, constraint=false]";
    }
    dot += ";\n";
  }
  dot += "}\n";
  return dot;
}

std::string to_mermaid(const Drawing& drawing) {
  std::string mermaid = "flowchart LR\n";
  std::size_t number = 0;
  for (const Frame& frame : frames_of(drawing)) {
    const std::string indent = frame.title.empty() ? "  " : "    ";
    if (!frame.title.empty()) {
      mermaid += "  subgraph frame_" + std::to_string(number++) + "[\"" +
                 mermaid_escaped(frame.title) + "\"]\n";
    }
    for (const DrawnNode* node : frame.nodes) {
      const Look& look = look_of(node->node.kind);
      std::string label;
      for (const std::string& line : lines_of(*node)) {
        if (!label.empty()) label += "<br/>";
        label += mermaid_escaped(line);
      }
      mermaid += indent + node->id + std::string(look.mermaid_open) + "\"" + label + "\"" +
                 std::string(look.mermaid_close) + ":::" + std::string(look.id) + "\n";
    }
    if (!frame.title.empty()) mermaid += "  end\n";
  }
  std::vector<std::size_t> in_cycle;
  for (std::size_t i = 0; i < drawing.edges.size(); ++i) {
    const DrawnEdge& edge = drawing.edges[i];
    const std::string_view arrow = edge.kind == Edge::Kind::needs ? "-->" : "-.->";
    mermaid += "  " + drawing.nodes[edge.from].id + " " + std::string(arrow) + " " +
               drawing.nodes[edge.to].id + "\n";
    if (edge.in_cycle) in_cycle.push_back(i);
  }
  for (const Look& look : looks) {
    mermaid += "  classDef " + std::string(look.id) + " fill:" + std::string(look.fill) +
               ",stroke:" + std::string(look.line) +
               ",color:" + (look.kind == Node::Kind::target ? "#ffffff" : "#222222") + "\n";
  }
  if (!in_cycle.empty()) {
    mermaid += "  linkStyle ";
    for (std::size_t i = 0; i < in_cycle.size(); ++i) {
      mermaid += (i == 0 ? "" : ",") + std::to_string(in_cycle[i]);
    }
    mermaid += " stroke:" + std::string(cycle_colour) + ",stroke-width:2px\n";
  }
  return mermaid;
}

}  // namespace dabiao::graph
