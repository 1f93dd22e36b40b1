#pragma once

#include <optional>

#include "explain/one_cell.hpp"

namespace dabiao::explain {

/// The reports that a cell's verdict waits for, and what each of them could make of it; nothing
/// where none is missing.
std::optional<Missing> missing_reports(OneCell& one);

}  // namespace dabiao::explain
