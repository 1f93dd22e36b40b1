#pragma once

#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/explain/explanation.hpp"

namespace dabiao::explain {

/// An indicator as of an assessment's day; its one child is its formula, plain numbers included.
/// It stands at the cells of the targets that measure it, and where none does, over the plan's
/// window at every entity of one level: the deepest at which the indicator has a value, or, where
/// it reads nothing but ancestors, the highest.
std::vector<Node> indicator_trees(const assessment::Assessment& assessment,
                                  model::IndicatorId indicator, const Options& options = {});

}  // namespace dabiao::explain
