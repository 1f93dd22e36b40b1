#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/explain/explanation.hpp"

namespace dabiao::explain {

/// What a cell measures, at each entity right below its own.
struct Breakdown {
  std::string level;        // of these entities
  std::vector<Part> parts;  // in the order of the register
};

/// The measured side of the comparison that binds, at the entities right below a cell's own over
/// the same span. Nothing where no level below has its own value of it (the cell is a group or at
/// the lowest level, what is measured is no number, or it is made of parts that lie deeper).
std::optional<Breakdown> breakdown(const assessment::Assessment& assessment,
                                   const assessment::Cell& cell);

}  // namespace dabiao::explain
