#pragma once

#include <optional>
#include <vector>

#include "explain/one_cell.hpp"

namespace dabiao::explain {

/// The reports that a cell's verdict waits for, and what each of them could make of it; nothing
/// where none is missing.
std::optional<Missing> missing_reports(OneCell& one);

/// The reports that a cell lacks, without what each of them could make of it.
struct AbsentReports {
  std::vector<MissingReport> reports;  // in the order in which they were found
  bool more_exist = false;             // beyond those that were counted
};
AbsentReports absent_reports(OneCell& one);

}  // namespace dabiao::explain
