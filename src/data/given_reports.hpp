#pragma once

#include <cstdint>
#include <vector>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "data/cube_layout.hpp"
#include "data/period_slot.hpp"

// What a plan gives, as reports among those of the tables.
namespace dabiao::data {

/// A given value with its cell.
struct GivenReport {
  std::uint32_t given = 0;  // index into Plan::givens
  model::InputId input = 0;
  EntityAt entity;
  PeriodSlot period;
  CellValue value;
};

/// A given whose cell a table reports with another value.
struct DifferingGiven {
  CubeCell cell;
  std::uint32_t given = 0;
};

/// Finds the cells of what the plan gives.
std::vector<GivenReport> read_givens(const model::Plan& plan, const EntityRegister& entities,
                                     text::Diagnostics& diagnostics);

/// Writes them where no table has reported; those that differ from what is reported are returned.
std::vector<DifferingGiven> write_givens(const std::vector<GivenReport>& givens,
                                         const CubeLayout& layout, Cube& cube,
                                         text::Diagnostics& diagnostics);

/// Adds a diagnostic whose place is a given.
void say_about_given(const model::Plan& plan, const model::Given& given,
                     text::Diagnostic diagnostic, text::Diagnostics& diagnostics);

}  // namespace dabiao::data
