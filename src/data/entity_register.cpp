#include "dabiao/data/entity_register.hpp"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <numeric>

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

struct EntityRegister::NameIndex {
  std::mutex making;
  std::vector<std::optional<std::vector<EntityIndex>>> levels;
};

EntityRegister::EntityRegister() : names_(std::make_shared<NameIndex>()) {}

const std::vector<EntityIndex>& EntityRegister::by_name(model::LevelId level) const {
  const std::lock_guard lock(names_->making);
  // Copies of a register share what is found: nobody changes it once it is built.
  if (names_->levels.size() != levels_.size()) names_->levels.resize(levels_.size());
  auto& sorted = names_->levels[level];
  if (!sorted) {
    const std::vector<std::string>& names = levels_[level].names;
    sorted.emplace(names.size());
    std::iota(sorted->begin(), sorted->end(), EntityIndex{0});
    std::sort(sorted->begin(), sorted->end(), [&](EntityIndex a, EntityIndex b) {
      const int order = names[a].compare(names[b]);
      return order != 0 ? order < 0 : a < b;
    });
  }
  return *sorted;
}

void EntityRegister::find_children(model::LevelId level) {
  if (parent_levels_[level] == model::none) return;
  std::vector<EntityIndex>& first = first_children_[level];
  first.assign(levels_[parent_levels_[level]].size() + 1, 0);
  for (const EntityIndex above : levels_[level].parents) ++first[above + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
}

EntityRegister EntityRegister::listed(const model::Plan& plan,
                                      const std::vector<ListedLevel>& levels,
                                      std::vector<std::vector<EntityIndex>>& numbers) {
  EntityRegister entities;
  const std::size_t count = plan.levels.size();
  entities.levels_.resize(count);
  entities.first_children_.resize(count);
  entities.groups_.resize(plan.groups.size());
  numbers.assign(count, {});
  bool all_declared = true;
  for (model::LevelId level = 0; level < count; ++level) {
    const model::LevelId above = plan.levels[level].parent;
    entities.parent_levels_.push_back(above);
    entities.depths_.push_back(plan.levels[level].depth);
    const ListedLevel& given = levels[level];
    const std::size_t size = given.names.size();
    std::vector<EntityIndex> order(size);
    std::iota(order.begin(), order.end(), EntityIndex{0});
    const auto parent_of = [&](EntityIndex each) {
      return above == model::none ? 0 : numbers[above][given.parents[each]];
    };
    const auto before = [&](EntityIndex a, EntityIndex b) {
      const EntityIndex above_a = parent_of(a), above_b = parent_of(b);
      if (above_a != above_b) return above_a < above_b;
      return given.names[a] < given.names[b];
    };
    if (!std::is_sorted(order.begin(), order.end(), before)) {
      std::stable_sort(order.begin(), order.end(), before);
    }
    LevelRegister& out = entities.levels_[level];
    out.declared = size > 0;
    out.names.reserve(size);
    numbers[level].resize(size);
    if (above != model::none) out.parents.reserve(size);
    for (const EntityIndex each : order) {
      numbers[level][each] = out.size();
      if (above != model::none) out.parents.push_back(parent_of(each));
      out.names.push_back(given.names[each]);
    }
    all_declared &= level == 0 || size > 0;
    entities.find_children(level);
  }
  entities.declared_ = all_declared;
  return entities;
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

std::int64_t EntityRegister::unplaced(model::LevelId upper, EntityIndex entity,
                                      model::LevelId between, model::LevelId lower) const {
  std::int64_t count = unnamed(upper, entity, lower);
  if (count == 0 || between == lower) return 0;
  if (levels_[lower].unnamed_below[depths_[between]].empty()) return count;
  const EntityRun parts = descendants(upper, entity, between);
  for (EntityIndex part = parts.first; part < parts.last; ++part) {
    count -= unnamed(between, part, lower);
  }
  assert(count >= 0 && "a whole lacks at least what its parts lack");
  return count;
}

std::vector<CountAt> EntityRegister::unplaced_below(model::LevelId upper, EntityIndex entity,
                                                    model::LevelId between) const {
  std::vector<CountAt> found;
  for (model::LevelId level = 0; level < levels_.size(); ++level) {
    model::LevelId at = level;
    while (at != model::none && at != between) at = parent_levels_[at];
    if (at == model::none || level == between) continue;
    const std::int64_t count = unplaced(upper, entity, between, level);
    if (count > 0) found.push_back({level, count});
  }
  return found;
}

bool EntityRegister::counted(model::LevelId upper, EntityIndex entity, model::LevelId lower) const {
  const auto& counted = levels_[lower].counted_below;
  const std::uint32_t depth = depths_[upper];
  return depth < counted.size() && entity < counted[depth].size() && counted[depth][entity];
}

bool EntityRegister::countless(model::LevelId upper, EntityIndex entity,
                               model::LevelId lower) const {
  if (upper == lower || counted(upper, entity, lower)) return false;
  for (model::LevelId level = parent_levels_[lower]; level != upper && level != model::none;
       level = parent_levels_[level]) {
    if (unnamed(upper, entity, level) > 0) return true;
  }
  return false;
}

bool EntityRegister::alive(model::LevelId level, EntityIndex entity, calendar::Date day) const {
  return calendar::intersect(calendar::Span{day, day}, levels_[level].life(entity)).has_value();
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
  const std::vector<std::string>& names = levels_[level].names;
  const std::vector<EntityIndex>& sorted = by_name(level);
  auto each = std::lower_bound(
      sorted.begin(), sorted.end(), path.back(),
      [&](EntityIndex member, std::string_view name) { return names[member] < name; });
  std::optional<EntityIndex> found;
  for (; each != sorted.end() && names[*each] == path.back(); ++each) {
    if (!below(level, *each, path)) continue;
    if (found) return std::nullopt;
    found = *each;
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
