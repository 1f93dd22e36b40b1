#include "inspection.hpp"

namespace dabiao::check::detail {

using ir::NodeId;
using ir::Operation;
using text::Place;

const exact::Rational* Inspection::constant(NodeId id) const {
  if (id == ir::no_node || at(id).operation != Operation::constant) return nullptr;
  return &at(id).constant;
}

NodeId Inspection::unnamed(NodeId id) const {
  while (at(id).operation == Operation::indicator || at(id).operation == Operation::complete) {
    id = at(id).arguments[0];
  }
  return id;
}

Place Inspection::place_in(model::TargetId target, Place place) const {
  const Place statement = plan.targets[target].statement;
  if (statement.begin <= place.begin && place.end <= statement.end) return place;
  return plan.ast->at(plan.targets[target].condition).place;
}

std::string Inspection::written(Place place) const {
  return quoted_shortly(plan.source->slice(place));
}

std::string Inspection::called(NodeId id) const {
  const ir::Node& node = at(id);
  if (node.operation == Operation::indicator) return plan.indicators[node.index].name;
  if (node.operation == Operation::input) return plan.inputs[node.index].name;
  if (node.operation == Operation::table) return plan.tables[node.index].name;
  if (node.operation == Operation::complete) return called(node.arguments[0]);
  const std::string text = quoted_shortly(plan.source->slice(node.place));
  return text.substr(1, text.size() - 2);
}

}  // namespace dabiao::check::detail
