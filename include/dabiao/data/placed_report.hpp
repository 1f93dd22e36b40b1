#pragma once

#include <optional>

#include "dabiao/calendar/period.hpp"
#include "dabiao/data/cell_text.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/data/dataset.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::data {

/// A report whose words are understood: where it stands in a cube and what it says.
struct PlacedReport {
  model::InputId input = 0;
  EntityAt entity;
  std::optional<calendar::Period> period;  // none: it holds at any time
  CellValue value;
};

/// Finds where a report stands among the entities of a cube, and reads its value as a table's cell
/// is read; or says what is wrong with it. An entity that the cube does not have is a mistake.
Checked<PlacedReport> place(const Cube& cube, const Report& report);

/// What putting a report into a cube did to it.
enum class Put {
  nothing,   // it said so before
  replaced,  // one cell is another
  reshaped,  // reports of an input begin or end with another period than before
};

/// Puts a report into a cube in the place of the one that stands there, if any; one that is missing
/// takes it away. The cube is then as if it had been read with that report.
Put put(Cube& cube, const PlacedReport& report);

}  // namespace dabiao::data
