#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  bool operator==(const EntityRun&) const = default;
};

/// An entity of any level.
struct EntityAt {
  model::LevelId level = 0;
  EntityIndex entity = 0;
  bool operator==(const EntityAt&) const = default;
};

/// So many members of a level.
struct CountAt {
  model::LevelId level = 0;
  std::int64_t count = 0;
  bool operator==(const CountAt&) const = default;
};

/// The members of one level, as columns.
struct LevelRegister {
  std::vector<std::string> names;
  std::vector<EntityIndex> parents;  // in the parent level, ascending; empty at the top
  std::vector<std::optional<calendar::Date>> opened, closed;  // empty where nobody has a life span
  /// How many members each entity of the parent level should have and nobody has named; empty where
  /// none is missing. Such members count as unreported.
  std::vector<std::int64_t>
      unnamed;  // by parent index (one element, index 0, for a level with no parent)
  /// The same below each entity of every level above, by that level's depth; empty where none is
  /// missing. A total is more than the sum of its parts where nobody knows under which part the
  /// members that were not named belong.
  std::vector<std::vector<std::int64_t>> unnamed_below;
  /// Whether it is said how many there are below each of these entities; empty where of none.
  std::vector<std::vector<bool>> counted_below;
  /// True where the plan's `entities` or a register file says which members there are.
  bool declared = false;
  std::uint32_t size() const { return static_cast<std::uint32_t>(names.size()); }
  bool has_lives() const { return !opened.empty() || !closed.empty(); }
  /// The days on which an entity is there.
  calendar::Span life(EntityIndex entity) const {
    return {opened.empty() ? std::nullopt : opened[entity],
            closed.empty() ? std::nullopt : closed[entity]};
  }
};

/// The members of a level as somebody lists them: names, and the place of each one's parent in the
/// list of the level above (empty at the top).
struct ListedLevel {
  std::vector<std::string> names;
  std::vector<EntityIndex> parents;
};

/// Every entity of the plan, in hierarchy order.
class EntityRegister {
 public:
  EntityRegister();

  /// Registers what is listed, by level. `numbers[level][i]` becomes the number of the i-th member
  /// listed; namesakes of one parent get numbers of their own.
  static EntityRegister listed(const model::Plan& plan, const std::vector<ListedLevel>& levels,
                               std::vector<std::vector<EntityIndex>>& numbers);

  const LevelRegister& level(model::LevelId id) const { return levels_[id]; }
  std::size_t level_count() const { return levels_.size(); }

  /// The run of descendants at `lower` of an entity of `upper` (itself where the levels are the
  /// same); empty where `upper` is not above `lower`.
  EntityRun descendants(model::LevelId upper, EntityIndex entity, model::LevelId lower) const;
  /// The ancestor of an entity at a level at or above its own; `no_entity` for other levels.
  EntityIndex ancestor(model::LevelId level, EntityIndex entity, model::LevelId upper) const;
  /// How many members at `lower` below that entity are known to exist but not named.
  std::int64_t unnamed(model::LevelId upper, EntityIndex entity, model::LevelId lower) const;
  /// How many of these are not known to be below one of the entity's parts at `between`; never
  /// below 0, for a whole has at least what its parts have, whatever is said of it.
  std::int64_t unplaced(model::LevelId upper, EntityIndex entity, model::LevelId between,
                        model::LevelId lower) const;
  /// The same at every level below `between` where there are such members, those above first.
  std::vector<CountAt> unplaced_below(model::LevelId upper, EntityIndex entity,
                                      model::LevelId between) const;
  /// Whether it is said how many members at `lower` there are below that entity.
  bool counted(model::LevelId upper, EntityIndex entity, model::LevelId lower) const;
  /// Whether nobody knows how many these are: some members of a level in between are not named, and
  /// no count says it.
  bool countless(model::LevelId upper, EntityIndex entity, model::LevelId lower) const;
  /// True while the entity exists on that day (inclusive of both ends); lives need not be declared.
  bool alive(model::LevelId level, EntityIndex entity, calendar::Date day) const;
  /// The path from below the top to the entity: "三宝街道/黄旗村".
  std::string path(model::LevelId level, EntityIndex entity) const;
  /// By name or path (nearest ancestor last; a path may leave out ancestors); nothing where it is
  /// unknown or namesakes leave it open.
  std::optional<EntityIndex> find(model::LevelId level, std::string_view name_or_path) const;
  /// The same at whichever level has it; where several have it, at `preferred` or nothing.
  std::optional<EntityAt> find(std::string_view name_or_path,
                               model::LevelId preferred = model::none) const;
  /// Entities of a group, sorted by index.
  const std::vector<EntityIndex>& group(model::GroupId id) const { return groups_[id]; }

  /// True where the plan or a file named the entities; false where the data alone did.
  bool declared() const { return declared_; }

  /// The level above; `model::none` at the top.
  model::LevelId parent_level(model::LevelId level) const { return parent_levels_[level]; }

 private:
  friend class RegisterBuilder;
  /// Where the children of each entity begin, from their parents.
  void find_children(model::LevelId level);
  bool below(model::LevelId level, EntityIndex entity,
             const std::vector<std::string_view>& path) const;

  std::vector<LevelRegister> levels_;
  std::vector<model::LevelId> parent_levels_;
  std::vector<std::uint32_t> depths_;
  // By level: where the children of each entity of the parent level begin, and where the last end.
  std::vector<std::vector<EntityIndex>> first_children_;
  std::vector<std::vector<EntityIndex>> groups_;
  struct NameIndex;
  /// The members of a level by name, made when somebody first looks for one.
  const std::vector<EntityIndex>& by_name(model::LevelId level) const;

  std::shared_ptr<NameIndex> names_;
  bool declared_ = false;
};

/// Parts a path at its slashes and trims the parts; a name without slashes is one part.
std::vector<std::string_view> path_parts(std::string_view name_or_path);

}  // namespace dabiao::data
