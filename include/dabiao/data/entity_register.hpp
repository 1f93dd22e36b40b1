#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dabiao/calendar/span.hpp"
#include "dabiao/model/plan.hpp"

namespace dabiao::data {

/// The number of an entity within its level: siblings stand in code-point order under their
/// parent, parents in their own order, so that the descendants of an entity at any level are one
/// run and a roll-up is a reduction over segments.
using EntityIndex = std::uint32_t;
inline constexpr EntityIndex no_entity = 0xffffffff;

/// A run of entities of one level: [first, last).
struct EntityRun {
  EntityIndex first = 0;
  EntityIndex last = 0;
  std::uint32_t size() const { return last - first; }
};

/// The members of one level, as columns.
struct LevelRegister {
  std::vector<std::string> names;
  std::vector<EntityIndex> parents;             // in the parent level; empty at the top
  std::vector<std::optional<calendar::Date>> opened, closed;  // empty where nobody has a life span
  /// How many members each entity of the parent level should have and nobody has named; empty where
  /// none is missing. Such members count as unreported.
  std::vector<std::int64_t> unnamed;  // by parent index (one element, index 0, for a level with no parent)
  std::uint32_t size() const { return static_cast<std::uint32_t>(names.size()); }
};

/// Every entity of the plan, in hierarchy order.
class EntityRegister {
 public:
  const LevelRegister& level(model::LevelId id) const { return levels_[id]; }
  std::size_t level_count() const { return levels_.size(); }

  /// The run of descendants at `lower` of an entity of `upper` (itself where the levels are the same).
  EntityRun descendants(model::LevelId upper, EntityIndex entity, model::LevelId lower) const;
  /// The ancestor of an entity at a level at or above its own.
  EntityIndex ancestor(model::LevelId level, EntityIndex entity, model::LevelId upper) const;
  /// How many members at `lower` below that entity are known to exist but not named.
  std::int64_t unnamed(model::LevelId upper, EntityIndex entity, model::LevelId lower) const;
  /// True while the entity exists on that day (inclusive of both ends); lives need not be declared.
  bool alive(model::LevelId level, EntityIndex entity, calendar::Date day) const;
  /// The path from below the top to the entity: "三宝街道/黄旗村".
  std::string path(model::LevelId level, EntityIndex entity) const;
  /// By name or path (nearest ancestor last); nothing where it is unknown or namesakes leave it open.
  std::optional<EntityIndex> find(model::LevelId level, std::string_view name_or_path) const;
  /// Entities of a group, sorted by index.
  const std::vector<EntityIndex>& group(model::GroupId id) const { return groups_[id]; }

  /// True where the plan or a file named the entities; false where the data alone did.
  bool declared() const { return declared_; }

 private:
  friend class RegisterBuilder;
  std::vector<LevelRegister> levels_;
  std::vector<model::LevelId> parent_levels_;
  std::vector<std::vector<EntityIndex>> groups_;
  std::vector<std::unordered_map<std::string, std::vector<EntityIndex>>> by_name_;
  bool declared_ = false;
};

}  // namespace dabiao::data
