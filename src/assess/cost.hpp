#pragma once

#include <cstdint>
#include <optional>

#include "dabiao/calendar/date.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::assessment {

/// How many cells of nodes the assessment of a target computes at most: nodes × entities × periods
/// at the finest grain that it names, times log2 of the entities for medians and ranks.
double cost_of(const ir::Program& program, const data::Cube& cube, model::TargetId target,
               calendar::Date as_of, std::optional<calendar::Date> earliest);

}  // namespace dabiao::assessment
