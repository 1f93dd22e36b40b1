#pragma once

#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/ir/program.hpp"
#include "schedule.hpp"

// On which days a condition may have come true.
namespace dabiao::assessment {

/// The days with which the periods of the reports end that a node reads, up to a day, in order.
std::vector<calendar::Date> data_days(const ir::Program& program, const data::Cube& cube,
                                      ir::NodeId node, calendar::Date as_of);

/// Those of them on which a target of a slot may have been reached.
std::vector<calendar::Date> reached_days(const model::Target& target, const Slot& slot,
                                         const std::vector<calendar::Date>& days,
                                         calendar::Date as_of);

}  // namespace dabiao::assessment
