#include "dabiao/engine/record_table.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/nearest.hpp"
#include "data/headings.hpp"
#include "data/outside_range.hpp"
#include "output_memory.hpp"

namespace dabiao::engine {

using data::CellType;
using data::CellValue;
using data::OutputColumn;
using data::TableBatch;
using data::TableColumn;
using exact::Rational;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;
using value::Reason;

namespace {

/// A column of another type than float64, as doubles with the exact numbers beside them.
struct Converted {
  std::vector<double> values;
  std::vector<std::uint8_t> validity, inexact;
  std::vector<Reason> reasons;
  std::vector<std::pair<std::uint64_t, Rational>> exact;  // by row, in the input's own unit
};

void set(std::vector<std::uint8_t>& bits, std::uint64_t row) {
  bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | 1U << (row % 8));
}

}  // namespace

Diagnostic RecordTables::at(Diagnostic problem, std::uint64_t row,
                            const std::string& column) const {
  problem.in_data({name_, static_cast<std::size_t>(row), column});
  return problem;
}

Checked<RecordTables> RecordTables::bind(CompiledPlan plan, std::string name,
                                         const std::vector<std::string>& headings) {
  const model::Plan& model = *plan.program().plan;
  RecordTables bound;
  bound.name_ = std::move(name);
  Diagnostics diagnostics;
  data::NamedTable shape;
  shape.name = bound.name_;
  for (const std::string& heading : headings) shape.table.add(heading, TableColumn());
  Diagnostics said;
  const data::TableLayout layout = data::read_headings(model, shape, said);
  for (const Diagnostic& each : said) {
    // A record needs neither entity nor period, and may carry columns of its own.
    const std::string_view which = each.kind->name;
    if (each.is_error() && which != "no_level_columns" && which != "no_input_columns") {
      diagnostics.list().push_back(each);
    }
  }
  for (const CompiledPlan::Column& input : plan.inputs()) {
    const model::InputId id = model.find(input.name).index;
    Given given;
    bool found = false;
    for (std::size_t column = 0; column < headings.size(); ++column) {
      const data::ColumnRole& role = layout.roles[column];
      if (role.kind != data::ColumnRole::Kind::input || role.index != id) continue;
      given = {column, headings[column], role.unit.value_or(model.inputs[id].type.unit)};
      found = true;
    }
    bound.given_.push_back(given);
    bound.declared_.push_back(id);
    if (found) continue;
    Diagnostic absent(kind("input_column_absent"));
    absent.with("input", model.inputs[id].shown());
    if (const auto near = text::nearest(input.name, headings)) absent.suggest(*near);
    diagnostics.list().push_back(bound.at(std::move(absent), 1, ""));
  }
  bound.plan_ = std::move(plan);
  if (diagnostics.has_errors()) return diagnostics;
  return bound;
}

std::vector<OutputColumn> RecordTables::shape() const {
  std::vector<OutputColumn> columns;
  for (std::size_t i = 0; i < plan_->outputs().size(); ++i) {
    const std::string& name = plan_->outputs()[i].name;
    columns.push_back(plan_->is_truth(i) ? OutputColumn::yesno(name) : OutputColumn::float64(name));
  }
  return columns;
}

struct RecordTables::Columns {
  std::vector<RowColumn> columns;
  std::vector<Converted> converted;
};

void RecordTables::read(const TableBatch& batch, std::uint64_t first_row, Columns& read,
                        Diagnostics& diagnostics) const {
  const model::Plan& model = *plan_->program().plan;
  std::vector<RowColumn>& columns = read.columns;
  std::vector<Converted>& converted = read.converted;
  columns.resize(given_.size());
  converted.resize(given_.size());
  for (std::size_t i = 0; i < given_.size(); ++i) {
    const TableColumn& column = batch.columns[given_[i].column];
    const model::Input& input = model.inputs[declared_[i]];
    const data::CellReader reader(model, input.type, given_[i].unit);
    RowColumn& out = columns[i];
    if (column.type == CellType::other) {
      diagnostics.list().push_back(at(Diagnostic(kind("column_type_not_read"))
                                          .with("column", given_[i].heading)
                                          .with("type", column.type_name),
                                      1, given_[i].heading));
      continue;
    }
    if (column.type == CellType::float64 && reader.reads_plain_numbers()) {
      out.values = static_cast<const double*>(column.values);
      out.validity = column.validity;
      out.validity_offset = column.validity_offset;
      continue;
    }
    Converted& made = converted[i];
    made.values.assign(batch.rows, 0);
    made.reasons.assign(batch.rows, Reason::known);
    made.validity.assign(batch.rows / 8 + 1, 0);
    made.inexact.assign(batch.rows / 8 + 1, 0);
    for (std::uint64_t row = 0; row < batch.rows; ++row) {
      Diagnostic problem;
      const CellValue value = reader.read(column, row, problem);
      made.reasons[row] = value.reason;
      if (!value.known()) {
        if (value.reason == Reason::bad_cell) {
          diagnostics.list().push_back(at(std::move(problem), first_row + row, given_[i].heading));
        }
        continue;
      }
      set(made.validity, row);
      made.values[row] = value.number;
      if (value.exact) {
        set(made.inexact, row);
        made.exact.emplace_back(row, *value.exact);
      }
    }
    out.values = made.values.data();
    out.validity = made.validity.data();
    out.reasons = made.reasons.data();
    if (made.exact.empty()) continue;
    out.inexact = made.inexact.data();
    out.exact = [&made, scale = input.type.is_number() ? input.type.unit.scale() : Rational(1)](
                    std::uint64_t row) -> std::optional<Rational> {
      const auto found = std::lower_bound(
          made.exact.begin(), made.exact.end(), row,
          [](const auto& each, std::uint64_t wanted) { return each.first < wanted; });
      if (found == made.exact.end() || found->first != row) return std::nullopt;
      return found->second * scale;
    };
  }
}

void RecordTables::say_out_of_range(const TableBatch& batch, std::uint64_t first_row,
                                    const Columns& read, const RowTally& tally,
                                    Diagnostics& diagnostics) const {
  const model::Plan& model = *plan_->program().plan;
  for (const auto& [row, leaf] : tally.first_out_of_range) {
    const TableColumn& column = batch.columns[given_[leaf].column];
    const model::Input& input = model.inputs[declared_[leaf]];
    diagnostics.list().push_back(
        at(data::outside_range(input, read.columns[leaf].values[row], column.shown(row)),
           first_row + row, given_[leaf].heading));
  }
}

Checked<std::vector<RowTally>> RecordTables::run(const TableBatch& batch, std::uint64_t first_row,
                                                 std::span<const RowScenario> scenarios,
                                                 const RowRun& settings) const {
  Diagnostics diagnostics;
  Columns columns;
  read(batch, first_row, columns, diagnostics);
  if (diagnostics.has_errors()) return diagnostics;
  RowRun run = settings;
  run.rows = batch.rows;
  Checked<std::vector<RowTally>> tallies =
      run_scenarios(*plan_, columns.columns, scenarios, run, first_row);
  if (!tallies) return tallies;
  for (const RowTally& each : *tallies) {
    say_out_of_range(batch, first_row, columns, each, diagnostics);
    if (diagnostics.has_errors()) return diagnostics;
  }
  return tallies;
}

Checked<RowTally> RecordTables::totals(const TableBatch& batch, std::uint64_t first_row,
                                       const RowRun& settings) const {
  Diagnostics diagnostics;
  Columns columns;
  read(batch, first_row, columns, diagnostics);
  if (diagnostics.has_errors()) return diagnostics;
  std::vector<RowColumnOut> out(plan_->outputs().size());
  for (RowColumnOut& each : out) each.sum = true;
  RowRun run = settings;
  run.rows = batch.rows;
  RowTally tally = plan_->run(columns.columns, out, run);
  say_out_of_range(batch, first_row, columns, tally, diagnostics);
  if (diagnostics.has_errors()) return diagnostics;
  return tally;
}

Checked<RecordTables::Outcome> RecordTables::run(const TableBatch& batch, std::uint64_t first_row,
                                                 const RowRun& settings) const {
  Diagnostics diagnostics;
  Columns columns;
  read(batch, first_row, columns, diagnostics);
  if (diagnostics.has_errors()) return diagnostics;

  Outcome outcome;
  const std::size_t count = plan_->outputs().size();
  const std::size_t words = static_cast<std::size_t>((batch.rows + 63) / 64);
  std::vector<RowColumnOut> out(count);
  std::vector<std::shared_ptr<void>> kept(count), known(count);
  for (std::size_t i = 0; i < count; ++i) {
    known[i] = plan_->memory()->take(words * sizeof(std::uint64_t));
    out[i].known = static_cast<std::uint64_t*>(known[i].get());
    if (plan_->is_truth(i)) {
      kept[i] = plan_->memory()->take(words * sizeof(std::uint64_t));
      out[i].truths = static_cast<std::uint64_t*>(kept[i].get());
    } else {
      kept[i] = plan_->memory()->take(static_cast<std::size_t>(batch.rows) * sizeof(double));
      out[i].numbers = static_cast<double*>(kept[i].get());
    }
  }
  RowRun run = settings;
  run.rows = batch.rows;
  outcome.tally = plan_->run(columns.columns, out, run);
  say_out_of_range(batch, first_row, columns, outcome.tally, diagnostics);
  if (diagnostics.has_errors()) return diagnostics;
  for (std::size_t i = 0; i < count; ++i) {
    struct Both {
      std::shared_ptr<void> cells, known;
    };
    const OutputColumn::Type type =
        plan_->is_truth(i) ? OutputColumn::Type::yesno : OutputColumn::Type::float64;
    outcome.columns.push_back(OutputColumn::of_memory(
        plan_->outputs()[i].name, type, batch.rows, kept[i].get(),
        static_cast<const std::uint8_t*>(known[i].get()), outcome.tally.nulls[i],
        std::make_shared<Both>(Both{kept[i], known[i]})));
  }
  return outcome;
}

}  // namespace dabiao::engine
