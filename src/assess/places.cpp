#include "places.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace dabiao::assessment {

using data::EntityIndex;

std::vector<Place> places_of(const model::Plan& plan, const data::EntityRegister& entities,
                             const model::Target& target) {
  std::vector<Place> result;
  const model::Where& where = target.where;
  const auto at_level = [&](model::LevelId level) -> Place& {
    for (Place& place : result) {
      if (place.level == level && place.groups.empty()) return place;
    }
    result.push_back({level, {}, {}});
    return result.back();
  };
  const auto all_of = [&](model::LevelId level) {
    Place& place = at_level(level);
    for (EntityIndex entity = 0; entity < entities.level(level).size(); ++entity) {
      place.entities.push_back(entity);
    }
  };
  for (const model::LevelId level : where.levels) all_of(level);
  for (const model::GroupId group : where.groups) {
    Place& place = at_level(plan.groups[group].level);
    const auto& members = entities.group(group);
    place.entities.insert(place.entities.end(), members.begin(), members.end());
  }
  for (const std::string& name : where.entities) {
    for (model::LevelId level = 0; level < plan.levels.size(); ++level) {
      if (const auto entity = entities.find(level, name)) {
        at_level(level).entities.push_back(*entity);
        break;
      }
    }
  }
  for (const model::GroupId group : where.group_cells) {
    Place place;
    place.level = plan.groups[group].level;
    place.groups.push_back(group);
    result.push_back(std::move(place));
  }
  if (where.levels.empty() && where.groups.empty() && where.entities.empty() &&
      where.group_cells.empty()) {
    all_of(0);
  }
  for (Place& place : result) {
    std::sort(place.entities.begin(), place.entities.end());
    place.entities.erase(std::unique(place.entities.begin(), place.entities.end()),
                         place.entities.end());
  }
  return result;
}

engine::Frame frame_of(const data::EntityRegister& entities, const Place& place,
                       std::vector<engine::FrameSpan> spans) {
  engine::Frame frame;
  frame.level = place.level;
  frame.spans = std::move(spans);
  if (place.groups.empty()) {
    frame.entities = place.entities;
    return frame;
  }
  frame.sets.push_back(0);
  for (const model::GroupId group : place.groups) {
    const auto& members = entities.group(group);
    frame.entities.insert(frame.entities.end(), members.begin(), members.end());
    frame.sets.push_back(static_cast<std::uint32_t>(frame.entities.size()));
  }
  return frame;
}

}  // namespace dabiao::assessment
