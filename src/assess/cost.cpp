#include "cost.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "schedule.hpp"

namespace dabiao::assessment {

using ir::Node;
using ir::NodeId;
using ir::Operation;

namespace {

/// Everything that the target is computed from, once each.
std::vector<NodeId> nodes_of(const ir::Program& program, const ir::Target& target) {
  std::vector<bool> seen(program.nodes.size(), false);
  std::vector<NodeId> found;
  const auto add = [&](NodeId node) {
    if (node == ir::no_node || seen[node]) return;
    seen[node] = true;
    found.push_back(node);
  };
  add(target.condition);
  add(target.filter);
  for (const NodeId date : target.dates) add(date);
  for (const ir::Comparison& comparison : target.comparisons) {
    add(comparison.value);
    add(comparison.threshold);
    add(comparison.upper);
    add(comparison.truth);
  }
  for (const ir::Milestone& milestone : target.milestones) add(milestone.value);
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const NodeId argument : program.at(found[i]).arguments) add(argument);
  }
  return found;
}

}  // namespace

double cost_of(const ir::Program& program, const data::Cube& cube, model::TargetId id,
               calendar::Date as_of, std::optional<calendar::Date> earliest) {
  const model::Plan& plan = *program.plan;
  const model::Target& declared = plan.targets[id];
  const std::vector<NodeId> nodes = nodes_of(program, program.targets[id]);

  // Whoever stands at a level that is asked about, or at one that is read on the way down to it.
  double entities = 0;
  std::uint64_t levels = 0;
  for (const model::LevelId level : declared.where.levels) levels |= std::uint64_t{1} << level;
  for (const NodeId node : nodes) {
    const ir::Needs& needs = program.needs_of(node);
    levels |= needs.own | needs.parts | needs.exact | needs.ancestors;
  }
  for (model::LevelId level = 0; level < plan.levels.size(); ++level) {
    if ((levels >> level & 1) != 0) entities += cube.entities.level(level).size();
  }
  entities = std::max(entities, 1.0);

  auto periods = static_cast<double>(slot_count(plan, declared, as_of, earliest));
  double steps = 0;
  for (const NodeId node : nodes) {
    const Node& of = program.at(node);
    const bool sorts = of.operation == Operation::rank ||
                       (of.aggregate != nullptr && of.aggregate->info.name == "median");
    steps += sorts ? std::max(1.0, std::log2(entities)) : 1.0;
    if (of.operation != Operation::over_periods) continue;
    double finer = 0;
    for (const calendar::Span& span : asked_spans(plan, declared, as_of, earliest)) {
      finer += calendar::whole_periods(span, of.grain).count();
    }
    periods = std::max(periods, finer);
  }
  return steps * entities * periods;
}

}  // namespace dabiao::assessment
