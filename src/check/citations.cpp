#include "checks.hpp"

namespace dabiao::check::detail {

void check_citations(Inspection& inspection, text::Diagnostics& diagnostics) {
  if (inspection.plan.sources.empty()) return;
  for (const model::TargetId id : inspection.targets()) {
    const model::Target& target = inspection.plan.targets[id];
    if (!target.cite.empty()) continue;
    diagnostics.add(text::kind("target_without_citation"), target.place).with("name", target.name);
  }
}

}  // namespace dabiao::check::detail
