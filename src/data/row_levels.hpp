#pragma once

#include <optional>
#include <vector>

#include "dabiao/model/plan.hpp"

namespace dabiao::data::detail {

/// The deepest of the levels whose cells a row fills in; nothing where two of them stand side by
/// side, neither above the other. The list is not empty.
inline std::optional<model::LevelId> deepest_level(const model::Plan& plan,
                                                   const std::vector<model::LevelId>& filled) {
  model::LevelId deepest = filled.front();
  for (const model::LevelId each : filled) {
    if (plan.levels[each].depth > plan.levels[deepest].depth) deepest = each;
  }
  for (const model::LevelId each : filled) {
    model::LevelId at = deepest;
    while (at != each && at != model::none) at = plan.levels[at].parent;
    if (at == model::none) return std::nullopt;
  }
  return deepest;
}

}  // namespace dabiao::data::detail
