#pragma once

#include <vector>

#include "explain/one_cell.hpp"

namespace dabiao::explain {

/// For each value that the condition reads at the cell's own entity, the smallest change of it that
/// turns the verdict, all else as it is. Nothing where there is no verdict to turn.
std::vector<Change> smallest_changes(OneCell& one);

}  // namespace dabiao::explain
