#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dabiao/engine/compiled_plan.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::engine {

/// One change of an input in every record, in the input's own unit: set to a number, raised by one,
/// or multiplied by one.
struct RowChange {
  enum class How : std::uint8_t { set, add, scale };
  std::string input;
  How how = How::set;
  double value = 0;  // stands for its shortest decimal
  /// The number itself where `value`, the double nearest to it, does not print as it.
  std::optional<exact::Rational> exact;
};

/// Named changes; what they do not touch stays as it is.
struct RowScenario {
  std::string name;
  std::vector<RowChange> changes;
};

/// Runs many scenarios over the same columns. What no scenario touches is computed once per row;
/// the rest is computed scenario after scenario while the row is at hand. Results are those of
/// changing the columns exactly and running them anew; a tally says, by output, in how many records
/// a truth holds and in how many there is no value. Unknown inputs, and numbers that an input is
/// set to, raised to or scaled to although its declaration rules them out, are diagnostics; these
/// count records from `first_row`. Scenarios whose numbers are doubles go together; one with
/// another number is decided exactly, row by row.
Checked<std::vector<RowTally>> run_scenarios(const CompiledPlan& plan,
                                             std::span<const RowColumn> columns,
                                             std::span<const RowScenario> scenarios,
                                             const RowRun& run, std::uint64_t first_row);

}  // namespace dabiao::engine
