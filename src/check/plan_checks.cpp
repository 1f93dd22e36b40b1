#include "dabiao/check/plan_checks.hpp"

#include <algorithm>
#include <utility>

#include "checks.hpp"
#include "sound_targets.hpp"

namespace dabiao::check {

namespace {

using Rests = PlanCheck::Rests;

constexpr PlanCheck checks[] = {
    {"conditions",
     "targets that ranges, units and 0 <= share <= 1 rule out, that always hold, or whose "
     "conditions contradict one another",
     "因取值范围、单位或占比范围而不可能成立、必然成立或自相矛盾的目标", Rests::on_entities,
     detail::check_conditions},
    {"wholes", "shares of a whole above 100 %", "要求超过 100 % 的占比", Rests::on_target,
     detail::check_wholes},
    {"milestones", "milestones that do not lead to the threshold by the deadline",
     "不能在限期前通向阈值的节点", Rests::on_target, detail::check_milestones},
    {"allocations", "parts that do not add up to what they allocate",
     "合计不等于所分解目标的各部分", Rests::on_plan, detail::check_allocations},
    {"flows_by_stocks", "ratios of a flow and a stock over more than one reporting period",
     "跨多个填报期的流量与存量之比", Rests::on_target, detail::check_flows_by_stocks},
    {"reporting_periods", "deadlines inside a reporting period, and periods shorter than reported",
     "填报期之内的限期,以及比填报期更短的期间", Rests::on_target, detail::check_reporting_periods},
    {"times", "targets outside the plan's window, and periodic ones without a period",
     "计划期限之外的目标,以及没有任何一期的定期目标", Rests::on_target, detail::check_times},
    {"unused", "declarations that nothing uses", "没有被使用的声明", Rests::on_plan,
     detail::check_unused},
    {"citations", "targets that do not say where they stand in the source", "没有标明依据的目标",
     Rests::on_target, detail::check_citations},
    {"repetitions", "what is said twice", "重复的内容", Rests::on_target,
     detail::check_repetitions},
    {"entities", "entities and numbers of entities that contradict one another",
     "相互矛盾的对象及其数量", Rests::on_plan, detail::check_entities},
    {"declared_ranges", "levers, scenarios and freshness that do not fit their input",
     "与数据声明不符的抓手、情景和有效期", Rests::on_plan, detail::check_declared_ranges},
};

/// What the checks find that rest on no more than what is sound, in the order of the text.
text::Diagnostics run(detail::Inspection& inspection, Rests sound) {
  text::Diagnostics diagnostics(inspection.plan.source);
  for (const PlanCheck& check : checks) {
    if (check.rests <= sound) check.run(inspection, diagnostics);
  }
  const auto begin = [](const text::Diagnostic& diagnostic) {
    return diagnostic.place ? diagnostic.place->begin : 0;
  };
  std::stable_sort(diagnostics.list().begin(), diagnostics.list().end(),
                   [&](const auto& a, const auto& b) { return begin(a) < begin(b); });
  return diagnostics;
}

}  // namespace

std::span<const PlanCheck> plan_checks() {
  return checks;
}

text::Diagnostics check_plan(const ir::Program& program) {
  detail::Inspection inspection(program);
  return run(inspection, Rests::on_plan);
}

text::Diagnostics check_sound_parts(const ir::Program& program, const text::Diagnostics& errors) {
  graph::DependencyGraph dependencies = graph::build(*program.plan);
  detail::SoundTargets sound = detail::sound_targets(program, dependencies, errors);
  if (sound.targets.empty()) return {};
  detail::Inspection inspection(program, std::move(dependencies), std::move(sound.targets));
  return run(inspection, sound.entities ? Rests::on_entities : Rests::on_target);
}

}  // namespace dabiao::check
