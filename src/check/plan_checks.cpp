#include "dabiao/check/plan_checks.hpp"

#include <algorithm>

#include "checks.hpp"

namespace dabiao::check {

namespace {

constexpr PlanCheck checks[] = {
    {"conditions",
     "targets that ranges, units and 0 <= share <= 1 rule out, that always hold, or whose "
     "conditions contradict one another",
     "因取值范围、单位或占比范围而不可能成立、必然成立或自相矛盾的目标", detail::check_conditions},
    {"wholes", "shares of a whole above 100 %", "要求超过 100 % 的占比", detail::check_wholes},
    {"milestones", "milestones that do not lead to the threshold by the deadline",
     "不能在限期前通向阈值的节点", detail::check_milestones},
    {"allocations", "parts that do not add up to what they allocate",
     "合计不等于所分解目标的各部分", detail::check_allocations},
    {"flows_by_stocks", "ratios of a flow and a stock over more than one reporting period",
     "跨多个填报期的流量与存量之比", detail::check_flows_by_stocks},
    {"reporting_periods", "deadlines inside a reporting period, and periods shorter than reported",
     "填报期之内的限期,以及比填报期更短的期间", detail::check_reporting_periods},
    {"times", "targets outside the plan's window, and periodic ones without a period",
     "计划期限之外的目标,以及没有任何一期的定期目标", detail::check_times},
    {"unused", "declarations that nothing uses", "没有被使用的声明", detail::check_unused},
    {"citations", "targets that do not say where they stand in the source", "没有标明依据的目标",
     detail::check_citations},
    {"repetitions", "what is said twice", "重复的内容", detail::check_repetitions},
    {"entities", "entities and numbers of entities that contradict one another",
     "相互矛盾的对象及其数量", detail::check_entities},
    {"declared_ranges", "levers, scenarios and freshness that do not fit their input",
     "与数据声明不符的抓手、情景和有效期", detail::check_declared_ranges},
};

}  // namespace

std::span<const PlanCheck> plan_checks() {
  return checks;
}

text::Diagnostics check_plan(const ir::Program& program) {
  text::Diagnostics diagnostics(program.plan->source);
  detail::Inspection inspection(program);
  for (const PlanCheck& check : checks) check.run(inspection, diagnostics);
  const auto begin = [](const text::Diagnostic& diagnostic) {
    return diagnostic.place ? diagnostic.place->begin : 0;
  };
  std::stable_sort(diagnostics.list().begin(), diagnostics.list().end(),
                   [&](const auto& a, const auto& b) { return begin(a) < begin(b); });
  return diagnostics;
}

}  // namespace dabiao::check
