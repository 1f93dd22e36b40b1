#pragma once

#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/data/output_column.hpp"

namespace dabiao::python {

/// An assessment as columns, one row per cell.
///
/// Numbers are in `unit`. What is compared may be no number: then `value` and `threshold` are a
/// date's day number, a stage's rank, or 1 and 0 for yes and no, and the columns `value_text`,
/// `threshold_text` and `gap_text` say it in words.
std::vector<data::OutputColumn> result_columns(const assessment::Assessment& assessment);

}  // namespace dabiao::python
