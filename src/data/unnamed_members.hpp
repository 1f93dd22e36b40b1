#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dabiao/data/entity_register.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "data/mentions.hpp"

namespace dabiao::data {

/// How many members of a level are said to exist and nobody has named, as `LevelRegister` has it.
struct UnnamedMembers {
  std::vector<std::int64_t> by_parent;
  std::vector<std::vector<std::int64_t>> below;
  std::vector<std::vector<bool>> counted;
};

/// Compares what is said about how many members the levels have with those that are named; more
/// named than said is a diagnostic. `meant` has the entity of each mention.
std::vector<UnnamedMembers> count_unnamed(const model::Plan& plan, const EntityRegister& entities,
                                          const std::vector<MemberCount>& counts,
                                          const std::vector<std::optional<EntityAt>>& meant,
                                          text::Diagnostics& diagnostics);

}  // namespace dabiao::data
