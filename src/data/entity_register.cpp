#include "dabiao/data/entity_register.hpp"

#include <algorithm>
#include <cassert>

#include "dabiao/data/cell_text.hpp"

namespace dabiao::data {

std::vector<std::string_view> path_parts(std::string_view name_or_path) {
  std::vector<std::string_view> parts;
  std::string_view rest = name_or_path;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = trimmed(rest.substr(0, slash));
    if (!part.empty()) parts.push_back(part);
    if (slash == std::string_view::npos) return parts;
    rest.remove_prefix(slash + 1);
  }
}

EntityRun EntityRegister::descendants(model::LevelId upper, EntityIndex entity,
                                      model::LevelId lower) const {
  // The levels between, nearest to `lower` first; few, so that no memory is needed for most plans.
  std::vector<model::LevelId> chain;
  for (model::LevelId at = lower; at != upper; at = parent_levels_[at]) {
    chain.push_back(at);
    if (parent_levels_[at] == model::none) return {};
  }
  EntityRun run{entity, entity + 1};
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    const std::vector<EntityIndex>& first = first_children_[*at];
    run = {first[run.first], first[run.last]};
  }
  return run;
}

EntityIndex EntityRegister::ancestor(model::LevelId level, EntityIndex entity,
                                     model::LevelId upper) const {
  while (level != upper) {
    if (parent_levels_[level] == model::none) return no_entity;
    entity = levels_[level].parents[entity];
    level = parent_levels_[level];
  }
  return entity;
}

std::int64_t EntityRegister::unnamed(model::LevelId upper, EntityIndex entity,
                                     model::LevelId lower) const {
  const LevelRegister& members = levels_[lower];
  if (upper == lower) return 0;
  const std::uint32_t depth = depths_[upper];
  if (depth >= members.unnamed_below.size() || members.unnamed_below[depth].empty()) return 0;
  return members.unnamed_below[depth][entity];
}

bool EntityRegister::alive(model::LevelId level, EntityIndex entity, calendar::Date day) const {
  const LevelRegister& members = levels_[level];
  if (!members.opened.empty() && members.opened[entity] && day < *members.opened[entity]) {
    return false;
  }
  return members.closed.empty() || !members.closed[entity] || !(*members.closed[entity] < day);
}

std::string EntityRegister::path(model::LevelId level, EntityIndex entity) const {
  std::string path = levels_[level].names[entity];
  while (parent_levels_[level] != model::none) {
    entity = levels_[level].parents[entity];
    level = parent_levels_[level];
    if (parent_levels_[level] == model::none) break;
    path = levels_[level].names[entity] + "/" + path;
  }
  return path;
}

bool EntityRegister::below(model::LevelId level, EntityIndex entity,
                           const std::vector<std::string_view>& path) const {
  // The last part is the entity's own name; the others are ancestors in order, some left out.
  std::size_t left = path.size() - 1;
  while (left > 0 && parent_levels_[level] != model::none) {
    entity = levels_[level].parents[entity];
    level = parent_levels_[level];
    if (levels_[level].names[entity] == path[left - 1]) --left;
  }
  return left == 0;
}

std::optional<EntityIndex> EntityRegister::find(model::LevelId level,
                                                std::string_view name_or_path) const {
  const std::vector<std::string_view> path = path_parts(name_or_path);
  if (path.empty()) return std::nullopt;
  const auto namesakes = by_name_[level].find(std::string(path.back()));
  if (namesakes == by_name_[level].end()) return std::nullopt;
  std::optional<EntityIndex> found;
  for (const EntityIndex each : namesakes->second) {
    if (!below(level, each, path)) continue;
    if (found) return std::nullopt;
    found = each;
  }
  return found;
}

std::optional<EntityAt> EntityRegister::find(std::string_view name_or_path,
                                             model::LevelId preferred) const {
  if (preferred != model::none) {
    if (const auto entity = find(preferred, name_or_path)) return EntityAt{preferred, *entity};
  }
  std::optional<EntityAt> found;
  for (model::LevelId level = 0; level < levels_.size(); ++level) {
    const auto entity = find(level, name_or_path);
    if (!entity) continue;
    if (found) return std::nullopt;
    found = EntityAt{level, *entity};
  }
  return found;
}

}  // namespace dabiao::data
