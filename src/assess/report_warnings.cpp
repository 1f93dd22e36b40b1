#include "report_warnings.hpp"

#include <string>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::assessment {

using calendar::Date;
using calendar::Span;
using data::EntityIndex;
using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;

namespace {

/// Looks at every report above its input's own level. A total that no target asks about at its own
/// period would else go unnoticed.
void evaluate_reports(const ir::Program& program, const data::Cube& cube, Date as_of,
                      engine::Evaluator& evaluator) {
  const model::Plan& plan = *program.plan;
  for (NodeId id = 0; id < program.nodes.size(); ++id) {
    const Node& node = program.at(id);
    if (node.operation != Operation::input) continue;
    const model::Input& input = plan.inputs[node.index];
    for (const data::ReportBlock& block : cube.inputs[node.index].blocks) {
      if (block.level == input.level || !block.grain) continue;
      for (std::uint32_t i = 0; i < block.periods; ++i) {
        const calendar::Period period{*block.grain,
                                      block.first_period + static_cast<std::int32_t>(i)};
        if (period.last_day() > as_of) break;
        Place place{block.level, {}, {}};
        for (EntityIndex entity = 0; entity < block.entities; ++entity) {
          if (block.known(block.cell(period.index, entity))) place.entities.push_back(entity);
        }
        if (place.entities.empty()) continue;
        evaluator.evaluate(
            id, evaluator.frames().intern(
                    frame_of(cube.entities, place, {{Span::of(period), std::nullopt, false}})));
      }
    }
  }
}

}  // namespace

void reconcile_reports(const ir::Program& program, const data::Cube& cube, Date as_of,
                       engine::Evaluator& evaluator, text::Diagnostics& diagnostics) {
  evaluate_reports(program, cube, as_of, evaluator);
  const model::Plan& plan = *program.plan;
  std::set<std::string> said;
  for (const engine::Reconciliation& each : evaluator.reconciliations()) {
    const model::Input& input = plan.inputs[each.input];
    const auto shown = [&](const Rational& base) {
      return units::format(base, input.type.unit, 6);
    };
    const std::string entity = cube.entities.level(each.level).names[each.entity];
    // The same difference shows at every span that contains it; it is said once per pair of
    // figures.
    std::string key = std::to_string(each.input) + "/" + std::to_string(each.level) + "/" +
                      std::to_string(each.entity) + "/" + each.reported.to_string() + "/" +
                      each.summed.to_string();
    if (!said.insert(key).second) continue;
    diagnostics
        .add(each.over_parts ? text::kind("parts_differ_from_report")
                             : text::kind("periods_differ_from_report"))
        .with("input", input.shown())
        .with("entity", entity)
        .with("span", each.span.to_string())
        .with("reported", shown(each.reported))
        .with("summed", shown(each.summed))
        .with("difference", shown(each.reported - each.summed));
  }
}

void MixedBasis::look(const ir::Program& program, const data::Cube& cube, model::TargetId id,
                      const Place& place, engine::FrameId frame, engine::Evaluator& evaluator,
                      text::Diagnostics& diagnostics) {
  const model::Plan& plan = *program.plan;
  const std::size_t width = evaluator.frames().at(frame).width();
  for (const ir::Comparison& comparison : program.targets[id].comparisons) {
    // The inputs that the value reads at the cell itself.
    std::vector<NodeId> inputs, work{comparison.value};
    std::set<NodeId> seen;
    while (!work.empty()) {
      const NodeId node_id = work.back();
      work.pop_back();
      if (!seen.insert(node_id).second) continue;
      const Node& node = program.at(node_id);
      if (node.operation == Operation::input) {
        if (plan.inputs[node.index].level != place.level) inputs.push_back(node_id);
      } else if (node.operation == Operation::call || node.operation == Operation::indicator) {
        work.insert(work.end(), node.arguments.begin(), node.arguments.end());
      }
    }
    if (inputs.size() < 2) continue;
    for (std::size_t column = 0; column < width; ++column) {
      const NodeId* own = nullptr;
      const NodeId* parts = nullptr;
      for (const NodeId& input : inputs) {
        const engine::Cells& cells = evaluator.evaluate(input, frame);
        for (std::size_t i = column; i < cells.size(); i += width) {
          if (!cells[i].known()) continue;
          if (cells[i].origin == engine::Origin::own) own = &input;
          if (cells[i].origin == engine::Origin::parts) parts = &input;
        }
      }
      if (own == nullptr || parts == nullptr) continue;
      if (!said_.insert({id, place.entities[column]}).second) continue;
      diagnostics.add(text::kind("mixed_basis"))
          .with("target", plan.targets[id].shown())
          .with("entity", cube.entities.level(place.level).names[place.entities[column]])
          .with("own", plan.inputs[program.at(*own).index].shown())
          .with("parts", plan.inputs[program.at(*parts).index].shown());
    }
  }
}

}  // namespace dabiao::assessment
