#pragma once

#include <vector>

#include "dabiao/data/entity_register.hpp"
#include "dabiao/engine/frame.hpp"
#include "dabiao/model/plan.hpp"

namespace dabiao::assessment {

/// Where some of a target's cells stand: entities of one level, or groups as wholes.
struct Place {
  model::LevelId level = 0;
  std::vector<data::EntityIndex> entities;
  std::vector<model::GroupId> groups;  // where not empty, the cells are these
};

/// The places of a target; each entity stands in one of them once.
std::vector<Place> places_of(const model::Plan& plan, const data::EntityRegister& entities,
                             const model::Target& target);

/// The cells of a place over some spans.
engine::Frame frame_of(const data::EntityRegister& entities, const Place& place,
                       std::vector<engine::FrameSpan> spans);

}  // namespace dabiao::assessment
