#include "dabiao/json/graph_json.hpp"

#include <string_view>

#include "document.hpp"

namespace dabiao::json {
namespace {

std::string_view name(graph::Node::Kind kind) {
  switch (kind) {
    case graph::Node::Kind::input:
      return "input";
    case graph::Node::Kind::table:
      return "table";
    case graph::Node::Kind::indicator:
      return "indicator";
    case graph::Node::Kind::target:
      return "target";
  }
  return "";
}

std::string_view name(graph::Edge::Kind kind) {
  switch (kind) {
    case graph::Edge::Kind::needs:
      return "needs";
    case graph::Edge::Kind::weighs:
      return "weighs";
    case graph::Edge::Kind::allocates:
      return "allocates";
  }
  return "";
}

}  // namespace

std::string graph_json(const graph::Drawing& drawing, const text::Source& source) {
  Document document;
  document["title"] = drawing.title;
  document["nodes"] = Document::array();
  for (const graph::DrawnNode& node : drawing.nodes) {
    Document entry;
    entry["id"] = node.id;
    entry["kind"] = name(node.node.kind);
    entry["name"] = node.name;
    entry["label"] = node.label;
    entry["type"] = node.type;
    entry["group"] = node.group;
    entry["in_cycle"] = node.in_cycle;
    document["nodes"].push_back(std::move(entry));
  }
  document["edges"] = Document::array();
  for (const graph::DrawnEdge& edge : drawing.edges) {
    const text::Position position = source.position(edge.place.begin);
    Document entry;
    entry["from"] = drawing.nodes[edge.from].id;
    entry["to"] = drawing.nodes[edge.to].id;
    entry["kind"] = name(edge.kind);
    entry["line"] = position.line;
    entry["column"] = position.column;
    entry["in_cycle"] = edge.in_cycle;
    document["edges"].push_back(std::move(entry));
  }
  return written(document, 2);
}

}  // namespace dabiao::json
