#pragma once

#include "dabiao/model/plan.hpp"
#include "data/opened_table.hpp"
#include "data/table_problems.hpp"

// Which periods the rows of a table are about.
namespace dabiao::data {

/// Groups the rows by what they say about their period, and reads that.
void name_periods(OpenedTable& opened, TableProblems& problems);

/// Finds where the periods of each group stand for inputs reported by each grain. Days that all
/// begin or all end a period of the input's grain stand for that period.
void settle_periods(const model::Plan& plan, OpenedTable& opened, TableProblems& problems);

}  // namespace dabiao::data
