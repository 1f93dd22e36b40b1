#pragma once

#include "dabiao/model/plan.hpp"
#include "data/mentions.hpp"

namespace dabiao::data {

/// Takes over the entities that a plan mentions and how many it says there are.
void mention_plan(const model::Plan& plan, Mentions& mentions);

}  // namespace dabiao::data
