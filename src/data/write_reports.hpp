#pragma once

#include <vector>

#include "dabiao/data/cube.hpp"
#include "dabiao/data/read_tables.hpp"
#include "data/cube_layout.hpp"
#include "data/opened_table.hpp"
#include "data/second_reports.hpp"
#include "data/table_problems.hpp"

namespace dabiao::data {

/// Reads the values of tables and writes them into the blocks of the cube. The first report of a
/// cell is the one that stands; what is reported again is returned.
std::vector<SecondReport> write_reports(const std::vector<OpenedTable>& tables,
                                        const CubeLayout& layout, const ReadOptions& options,
                                        Cube& cube, TableProblems& problems);

}  // namespace dabiao::data
