#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dabiao/engine/row_batch.hpp"
#include "dabiao/engine/row_program.hpp"
#include "dabiao/engine/row_record.hpp"
#include "dabiao/engine/row_session.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::engine {

/// What is compiled of a plan.
struct CompileOptions {
  /// Names of indicators and targets; all that are formulas of one record where empty.
  std::vector<std::string> outputs;
  /// After each target that is one comparison of numbers, also by how much it holds (at least 0) or
  /// fails (below 0): the output `NAME.gap`, in the unit of the comparison.
  bool gaps = false;
};

class OutputMemory;

/// Indicators and targets of a plan as functions of one record: a value for each input, all about
/// the same entity and span. A target is judged as when it is due. Cheap to copy, immutable, safe
/// to share among threads; what runs it (`record`, `run`) is not.
class CompiledPlan {
 public:
  struct Column {
    std::string name;
    std::string label;
    std::string unit;  // in which numbers stand; empty for what has none
    value::Type type;  // a yes/no is 1 or 0, a stage its rank from 0, a date its day number
  };

  /// The outputs as instructions, or why they are none: an aggregate, a bracket, a reference to a
  /// target needs more than one record.
  static Checked<CompiledPlan> compile(std::shared_ptr<const ir::Program> program,
                                       const CompileOptions& options = {});

  /// The inputs that the outputs read, in the order of the plan.
  std::span<const Column> inputs() const { return inputs_; }
  /// The outputs in the order asked for, or that of the plan: indicators, then targets.
  std::span<const Column> outputs() const { return outputs_; }
  bool is_truth(std::size_t output) const {
    return rows_->outputs[output].kind == RowOutput::Kind::truth;
  }

  /// Where tables of results take their memory.
  const std::shared_ptr<OutputMemory>& memory() const { return memory_; }

  const RowProgram& rows() const { return *rows_; }
  const ir::Program& program() const { return *program_; }

  /// An evaluator of single records; it must not outlive the compiled plan.
  RowRecord record() const { return RowRecord(*rows_, *program_, context()); }

  /// A live record; it must not outlive the compiled plan.
  RowSession session() const { return RowSession(*rows_, *program_, context()); }

  /// All outputs over columns of records (`run_rows`).
  RowTally run(std::span<const RowColumn> columns, std::span<const RowColumnOut> outputs,
               const RowRun& run) const {
    return run_rows(*rows_, *program_, columns, outputs, run, context());
  }

 private:
  function::Context context() const {
    const auto& holidays = program_->plan->holidays;
    return {holidays ? &*holidays : nullptr, {}};
  }

  std::shared_ptr<const ir::Program> program_;
  std::shared_ptr<const RowProgram> rows_;
  std::shared_ptr<OutputMemory> memory_;
  std::vector<Column> inputs_, outputs_;
};

}  // namespace dabiao::engine
