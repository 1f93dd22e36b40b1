#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "checks.hpp"

namespace dabiao::check::detail {

using calendar::Grain;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using text::kind;

namespace {

/// How a value depends on how long the span is that it is asked for.
struct Dependence {
  bool flow = false;              // grows with the span
  bool stock = false;             // is what there is at its end
  std::optional<Grain> reported;  // how often the flow is reported, the coarsest
};

std::vector<Dependence> dependences(const Inspection& inspection) {
  std::vector<Dependence> result;
  for (const Node& node : inspection.program.nodes) {
    Dependence own;
    const auto from = [&](NodeId child) {
      const Dependence& other = result[child];
      own.flow |= other.flow;
      own.stock |= other.stock;
      if (other.reported &&
          (!own.reported || calendar::is_coarser(*other.reported, *own.reported))) {
        own.reported = other.reported;
      }
    };
    switch (node.operation) {
      case Operation::input: {
        const model::Input& input = inspection.plan.inputs[node.index];
        if (!input.type.is_number()) break;
        own.flow = input.kind == model::InputKind::flow && input.over_periods == model::RollUp::sum;
        own.stock = input.kind == model::InputKind::stock;
        if (own.flow) own.reported = input.each;
        break;
      }
      case Operation::call:
        // A truth, a date or a stage has no size that could grow.
        if (!node.type.is_number()) break;
        for (const NodeId child : node.arguments) from(child);
        break;
      case Operation::over_periods:
        // A total over periods grows with their number; an average or an extreme does not.
        if (node.aggregate->info.name == "sum" && !node.arguments.empty()) from(node.arguments[0]);
        break;
      case Operation::indicator:
      case Operation::complete:
      case Operation::over_parts:
      case Operation::at_ancestor:
      case Operation::at_group:
      case Operation::at_entity:
        if (!node.type.is_number()) break;
        for (const NodeId child : node.arguments) from(child);
        break;
      default:
        break;  // fixed in time, or no number that is measured
    }
    result.push_back(own);
  }
  return result;
}

/// Whether a cell's span is longer than one period.
bool is_longer(const AskedCell& cell, Grain grain) {
  if (cell.period) return calendar::is_coarser(*cell.period, grain);
  if (!cell.span || cell.span->is_open()) return true;
  return calendar::touched_periods(*cell.span, grain).count() > 1;
}

Words span_words(const AskedCell& cell) {
  if (cell.period) {
    const Words grain = words(*cell.period);
    return {"each " + grain.english, "每" + grain.chinese};
  }
  if (cell.span) {
    const std::string span = quoted(cell.span->to_string());
    return {span, span};
  }
  return {"its whole time", "整个期间"};
}

}  // namespace

void check_flows_by_stocks(Inspection& inspection, text::Diagnostics& diagnostics) {
  const std::vector<Dependence> depends = dependences(inspection);
  std::unordered_set<NodeId> reported;
  for (const model::TargetId id : inspection.targets()) {
    for (const AskedCell& cell : inspection.cells(id)) {
      for_each_node(
          inspection.program, inspection.program.targets[id].condition, cell,
          [&](NodeId node_id, const AskedCell& here) {
            const Node& node = inspection.at(node_id);
            if (node.operation != Operation::call || node.function->info.name != "divide") return;
            const Dependence& above = depends[node.arguments[0]];
            const Dependence& below = depends[node.arguments[1]];
            const bool mixed = (above.flow && !above.stock && below.stock && !below.flow) ||
                               (above.stock && !above.flow && below.flow && !below.stock);
            if (!mixed) return;
            const auto grain = above.flow ? above.reported : below.reported;
            if (!grain || !is_longer(here, *grain) || !reported.insert(node_id).second) return;
            text::Diagnostic& diagnostic = diagnostics.add(kind("flow_by_stock"), node.place)
                                               .with("seen", inspection.written(node.place))
                                               .with("name", inspection.plan.targets[id].name);
            with(with(diagnostic, "span", span_words(here)), "grain", words(*grain));
            const text::Place asked = inspection.place_in(
                id, inspection.plan.ast->at(inspection.plan.targets[id].condition).place);
            if (asked.end <= node.place.begin || node.place.end <= asked.begin) {
              diagnostic.label(asked, "asked here", "要求在此");
            }
          });
    }
  }
}

}  // namespace dabiao::check::detail
