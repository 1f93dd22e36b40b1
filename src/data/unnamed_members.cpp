#include "data/unnamed_members.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::data {
namespace {

using model::LevelId;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;

/// Counts the unnamed members of one level.
class UnnamedCounter {
 public:
  UnnamedCounter(const model::Plan& plan, const EntityRegister& entities,
                 const std::vector<std::optional<EntityAt>>& meant, LevelId lower,
                 Diagnostics& diagnostics)
      : plan_(plan), entities_(entities), meant_(meant), lower_(lower), diagnostics_(diagnostics) {}

  UnnamedMembers count(const std::vector<MemberCount>& counts) {
    UnnamedMembers members;
    std::vector<const MemberCount*> of_level;
    for (const MemberCount& count : counts) {
      if (count.lower == lower_) of_level.push_back(&count);
    }
    if (of_level.empty()) return members;
    std::vector<LevelId> above;  // nearest first
    for (LevelId at = plan_.levels[lower_].parent; at != model::none; at = plan_.levels[at].parent)
      above.push_back(at);
    if (above.empty()) {
      const std::int64_t named = entities_.level(lower_).size();
      for (const MemberCount* count : of_level) {
        const std::int64_t missing = count->count - named;
        if (missing > 0) members.by_parent.assign(1, missing);
        if (missing < 0) say_too_many(*count, named, "");
      }
      return members;
    }
    // From the parents upward: what is known to be missing below each entity is at least what is
    // missing below its parts, and what its own count says where that is more.
    members.below.assign(plan_.levels[above.front()].depth + 1, {});
    members.counted.assign(members.below.size(), {});
    LevelId below = model::none;
    for (const LevelId upper : above) {
      std::vector<std::int64_t> missing(entities_.level(upper).size());
      if (below != model::none) {
        const std::vector<std::int64_t>& parts = members.below[plan_.levels[below].depth];
        for (std::size_t part = 0; part < parts.size(); ++part) {
          missing[entities_.level(below).parents[part]] += parts[part];
        }
      }
      std::vector<bool>& counted = members.counted[plan_.levels[upper].depth];
      counted.assign(missing.size(), false);
      for (const MemberCount* count : of_level) apply(*count, upper, below, missing, counted);
      members.below[plan_.levels[upper].depth] = std::move(missing);
      below = upper;
    }
    for (std::vector<std::int64_t>& missing : members.below) {
      if (std::all_of(missing.begin(), missing.end(),
                      [](std::int64_t each) { return each == 0; })) {
        missing.clear();
      }
    }
    members.by_parent = members.below[plan_.levels[above.front()].depth];
    if (std::all_of(members.below.begin(), members.below.end(),
                    [](const auto& each) { return each.empty(); })) {
      members.below.clear();
    }
    return members;
  }

 private:
  /// Takes a count into account for the entities of a level above; `below` is the level under that
  /// on the way to the members.
  void apply(const MemberCount& count, LevelId upper, LevelId below,
             std::vector<std::int64_t>& missing, std::vector<bool>& counted) {
    const auto apply_to = [&](EntityIndex entity) {
      counted[entity] = true;
      const std::int64_t named = entities_.descendants(upper, entity, lower_).size();
      if (count.count < named) say_too_many(count, named, entities_.level(upper).names[entity]);
      missing[entity] = std::max(missing[entity], count.count - named);
    };
    if (count.below) {
      const std::optional<EntityAt>& entity = meant_[*count.below];
      if (entity && entity->level == upper) apply_to(entity->entity);
    } else if (count.group != model::none) {
      if (plan_.groups[count.group].level != upper) return;
      for (const EntityIndex each : entities_.group(count.group)) apply_to(each);
    } else if (count.each != model::none) {
      if (count.each != upper) return;
      for (EntityIndex each = 0; each < missing.size(); ++each) apply_to(each);
    } else if (missing.size() == 1) {
      // A total: it belongs to the lowest ancestor that holds them all.
      const std::int64_t named = entities_.level(lower_).size();
      missing[0] = std::max(missing[0], count.count - named);
      counted[0] = true;
      // Said once: at the lowest level that has a single entity.
      const bool lowest = below == model::none || entities_.level(below).size() != 1;
      if (count.count < named && lowest) {
        say_too_many(count, named, entities_.level(upper).names[0]);
      }
    }
  }

  void say_too_many(const MemberCount& count, std::int64_t named, const std::string& where) {
    Diagnostic& diagnostic =
        count.place ? diagnostics_.add(kind("more_entities_than_declared"), *count.place)
                    : diagnostics_.add(kind("more_entities_than_declared"));
    diagnostic.source = plan_.source;
    diagnostic.with("level", plan_.levels[lower_].name)
        .with("count", std::to_string(count.count))
        .with("named", std::to_string(named))
        .with("where_clause", where.empty() ? "" : " in " + where,
              where.empty() ? "" : where + " ");
  }

  const model::Plan& plan_;
  const EntityRegister& entities_;
  const std::vector<std::optional<EntityAt>>& meant_;
  LevelId lower_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<UnnamedMembers> count_unnamed(const model::Plan& plan, const EntityRegister& entities,
                                          const std::vector<MemberCount>& counts,
                                          const std::vector<std::optional<EntityAt>>& meant,
                                          Diagnostics& diagnostics) {
  std::vector<UnnamedMembers> levels;
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    levels.push_back(UnnamedCounter(plan, entities, meant, level, diagnostics).count(counts));
  }
  return levels;
}

}  // namespace dabiao::data
