#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dabiao/data/output_column.hpp"
#include "dabiao/data/table.hpp"
#include "dabiao/engine/compiled_plan.hpp"
#include "dabiao/engine/row_scenarios.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::engine {

/// Tables of records, run through a compiled plan batch by batch. Numbers of 64 bits are read where
/// they stand; other types are converted as data is read. Columns go by an input's name or label,
/// with a unit in brackets where one is given; those that belong to no input are passed over.
class RecordTables {
 public:
  /// Finds the column of every input in tables with these headings; `name` is what messages call
  /// them. An input without a column is an error.
  static Checked<RecordTables> bind(CompiledPlan plan, std::string name,
                                    const std::vector<std::string>& headings);

  struct Outcome {
    /// A column per output: float64 for numbers, yes/no for truths.
    std::vector<data::OutputColumn> columns;
    RowTally tally;
  };

  /// All outputs of the rows of a batch; `first_row` is the number of its first row in messages.
  /// Bad cells and values that a declaration rules out are errors, all of them (the first hundred
  /// of the latter).
  Checked<Outcome> run(const data::TableBatch& batch, std::uint64_t first_row,
                       const RowRun& settings) const;

  /// What a run came across, and the sums of the numbers, without any results.
  Checked<RowTally> totals(const data::TableBatch& batch, std::uint64_t first_row,
                           const RowRun& settings) const;

  /// Scenarios over the rows of a batch (`run_scenarios`); errors as in `run`.
  Checked<std::vector<RowTally>> run(const data::TableBatch& batch, std::uint64_t first_row,
                                     std::span<const RowScenario> scenarios,
                                     const RowRun& settings) const;

  /// The columns of `run` without rows.
  std::vector<data::OutputColumn> shape() const;

 private:
  RecordTables() = default;
  struct Given {
    std::size_t column = 0;
    std::string heading;
    units::Unit unit;  // of bare numbers
  };
  struct Columns;
  /// The columns of a batch as doubles; bad cells are diagnostics.
  void read(const data::TableBatch& batch, std::uint64_t first_row, Columns& columns,
            text::Diagnostics& diagnostics) const;
  void say_out_of_range(const data::TableBatch& batch, std::uint64_t first_row,
                        const Columns& columns, const RowTally& tally,
                        text::Diagnostics& diagnostics) const;
  text::Diagnostic at(text::Diagnostic problem, std::uint64_t row, const std::string& column) const;

  std::optional<CompiledPlan> plan_;
  std::string name_;
  std::vector<Given> given_;              // by input
  std::vector<model::InputId> declared_;  // by input
};

}  // namespace dabiao::engine
