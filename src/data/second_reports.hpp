#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dabiao/data/cube.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "data/cube_layout.hpp"
#include "data/given_reports.hpp"
#include "data/opened_table.hpp"
#include "data/table_problems.hpp"

// What is said where a cell of the cube is reported more than once.
namespace dabiao::data {

/// A report of a cell that was reported before.
struct SecondReport {
  CubeCell cell;
  TableCell at;
  /// The same value again: `count` says how many such reports the input has in this column, of
  /// which this is the first. Otherwise `seen` is the other value as it is written.
  bool same = false;
  std::uint64_t count = 0;
  std::string seen;
};

/// Where the first reports of some cells stand. They are looked for when it is known of which
/// cells there is something to say: to keep the place of every report would cost too much.
class FirstReports {
 public:
  FirstReports(const std::vector<SecondReport>& seconds, const std::vector<DifferingGiven>& givens,
               const Cube& cube, const CubeLayout& layout, const std::vector<OpenedTable>& tables);

  /// The place of the first report of one of the cells; nothing where no table reports it.
  const std::optional<TableCell>& of(const CubeCell& cell) const { return places_.at(cell); }

 private:
  std::unordered_map<CubeCell, std::optional<TableCell>, HashCubeCell> places_;
};

void explain_second_reports(const std::vector<SecondReport>& seconds, const FirstReports& firsts,
                            const Cube& cube, TableProblems& problems);

/// Makes the cells missing that are reported with different values.
void drop_conflicts(const std::vector<SecondReport>& seconds, Cube& cube);

/// `problems` knows the places of cells.
void explain_differing_givens(const std::vector<DifferingGiven>& givens, const FirstReports& firsts,
                              const Cube& cube, const TableProblems& problems,
                              text::Diagnostics& diagnostics);

}  // namespace dabiao::data
