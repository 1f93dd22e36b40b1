#include "dabiao/ir/lower.hpp"

#include <string>
#include <utility>

#include "dabiao/graph/dependency_graph.hpp"
#include "lowering.hpp"

namespace dabiao::ir {

namespace detail {

Lowering::Lowering(std::shared_ptr<const model::Plan> plan)
    : plan_(*plan), ast_(*plan->ast), diagnostics_(plan->source) {
  program_.plan = std::move(plan);
  program_.nodes.reserve(ast_.expressions.size());
  program_.needs.emplace_back();
  needs_.emplace(Needs(), 0);
  lowered_.assign(ast_.expressions.size(), no_node);
  tried_.assign(ast_.expressions.size(), false);
}

Lowered Lowering::run(const std::vector<model::IndicatorId>& order) {
  program_.indicators.assign(plan_.indicators.size(), no_node);
  program_.targets.resize(plan_.targets.size());
  program_.stated.resize(plan_.stated.size());
  if (plan_.levels.size() > 64) {
    diagnostics_.add(kind("too_many_levels"), plan_.levels.back().place)
        .with("count", std::to_string(plan_.levels.size()));
    return {lowered_program_, std::move(diagnostics_)};
  }
  for (const model::IndicatorId id : order) lower_indicator(id);
  // Targets in the order of the text, so that diagnostics are too; they only name one another.
  for (model::TargetId id = 0; id < plan_.targets.size(); ++id) lower_target(id);
  lower_stated();
  return {lowered_program_, std::move(diagnostics_)};
}

}  // namespace detail

Lowered lower(std::shared_ptr<const model::Plan> plan) {
  const graph::Ordered ordered = graph::in_order(*plan);
  return lower(std::move(plan), ordered.indicators);
}

Lowered lower(std::shared_ptr<const model::Plan> plan,
              const std::vector<model::IndicatorId>& order) {
  return detail::Lowering(std::move(plan)).run(order);
}

}  // namespace dabiao::ir
