#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "checks.hpp"
#include "dabiao/data/register_builder.hpp"

namespace dabiao::check::detail {

using model::LevelId;
using text::kind;

namespace {

/// What no further data or register can put right.
constexpr std::array<std::string_view, 3> beyond_repair = {"unknown_entity", "path_too_long",
                                                           "two_ancestors"};

void check_names(const model::Plan& plan, text::Diagnostics& diagnostics) {
  text::Diagnostics found(plan.source);
  data::RegisterBuilder(plan).build(found);
  for (const text::Diagnostic& diagnostic : found) {
    if (std::find(beyond_repair.begin(), beyond_repair.end(), diagnostic.kind->name) !=
        beyond_repair.end()) {
      diagnostics.list().push_back(diagnostic);
    }
  }
}

void check_count(const model::Plan& plan, LevelId id, text::Diagnostics& diagnostics) {
  const model::Level& level = plan.levels[id];
  if (!level.count) return;
  const auto named = std::count_if(plan.entities.begin(), plan.entities.end(),
                                   [&](const auto& entity) { return entity.level == id; });
  if (named > 0 && named != *level.count) {
    const auto first = std::find_if(plan.entities.begin(), plan.entities.end(),
                                    [&](const auto& entity) { return entity.level == id; });
    diagnostics.add(kind("entity_count_differs"), level.place)
        .with("named", std::to_string(named))
        .with("level", level.name)
        .with("count", std::to_string(*level.count))
        .label(first->place, "named from here", "自此列出");
  }
  for (const model::Given& given : plan.givens) {
    const bool of_all = given.where.levels == std::vector<LevelId>{0} &&
                        given.where.entities.empty() && given.where.groups.empty() &&
                        given.where.group_cells.empty();
    if (given.counted_level != id) continue;
    const exact::Rational declared(*level.count);
    // A part may have fewer than the whole, but not more.
    if (given.value.value == declared || (!of_all && given.value.value < declared)) continue;
    diagnostics.add(kind("counts_contradict"), given.place)
        .with("count", std::to_string(*level.count))
        .with("level", level.name)
        .with("given", given.value.value.to_string())
        .label(level.place, "declared here", "在此声明");
  }
}

}  // namespace

void check_entities(Inspection& inspection, text::Diagnostics& diagnostics) {
  check_names(inspection.plan, diagnostics);
  for (LevelId level = 0; level < inspection.plan.levels.size(); ++level) {
    check_count(inspection.plan, level, diagnostics);
  }
}

}  // namespace dabiao::check::detail
