#include "dabiao/data/read_tables.hpp"

#include <cassert>
#include <string>
#include <utility>

#include "dabiao/data/register_builder.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "data/cube_layout.hpp"
#include "data/given_reports.hpp"
#include "data/headings.hpp"
#include "data/opened_table.hpp"
#include "data/second_reports.hpp"
#include "data/table_entities.hpp"
#include "data/table_periods.hpp"
#include "data/table_problems.hpp"
#include "data/write_reports.hpp"

namespace dabiao::data {
namespace {

using model::InputId;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;

/// Finds the inputs that the rows of a long table name.
void name_inputs(const model::Plan& plan, OpenedTable& opened, TableProblems& problems) {
  const std::size_t column = *opened.layout.input_name;
  opened.input_groups = Grouping::of(opened.table->table, column);
  for (std::uint32_t group = 0; group < opened.input_groups.size(); ++group) {
    const std::string name = opened.word_at(column, opened.input_groups.first_rows[group]);
    const Meant meant = input_meant_by(plan, name);
    opened.inputs.push_back(meant.input().value_or(model::none));
    if (meant.input()) continue;
    problems.add_to_names(
        opened.number, column, opened.input_groups, group,
        meant.count() > 1 ? means_several(plan, name, meant) : unknown_input(plan, name));
  }
}

CubeLayout lay_out(const model::Plan& plan, const std::vector<OpenedTable>& tables,
                   const std::vector<GivenReport>& givens) {
  CubeLayout layout(plan);
  for (const OpenedTable& opened : tables) {
    for (const ValueColumn& values : opened.value_columns()) {
      for_each_cell(plan, opened, values,
                    [&](std::uint64_t, const TableColumn&, std::uint64_t, InputId input,
                        const EntityAt& entity,
                        PeriodSlot period) { layout.include(input, entity.level, period); });
    }
  }
  for (const GivenReport& given : givens) {
    layout.include(given.input, given.entity.level, given.period);
  }
  return layout;
}

}  // namespace

Checked<Cube> read_tables(std::shared_ptr<const model::Plan> plan,
                          const std::vector<NamedTable>& tables, const ReadOptions& options) {
  assert(plan != nullptr && !plan->levels.empty() && "a plan has at least one level");
  Cube cube;
  cube.plan = plan;
  Diagnostics diagnostics;  // about plan, register and headings; then about cells
  TableProblems problems(tables, options.most_diagnostics);

  RegisterBuilder builder(*plan);
  if (options.entities) builder.add_register(*options.entities, diagnostics);
  TableEntities entities(*plan, builder, problems);
  std::vector<OpenedTable> opened(tables.size());
  for (std::uint32_t number = 0; number < tables.size(); ++number) {
    cube.files.push_back(tables[number].name);
    OpenedTable& each = opened[number];
    each.table = &tables[number];
    each.number = number;
    TableLayout layout = read_headings(*plan, tables[number], diagnostics);
    if (layout.inputs.empty() && !layout.is_long()) continue;
    each.layout = std::move(layout);
    if (each.layout.is_long()) name_inputs(*plan, each, problems);
    entities.mention(each);
    name_periods(each, problems);
  }
  cube.entities = builder.build(diagnostics);
  for (OpenedTable& each : opened) entities.settle(each);
  for (OpenedTable& each : opened) settle_periods(*plan, each, problems);

  const std::vector<GivenReport> givens = read_givens(*plan, cube.entities, diagnostics);
  CubeLayout layout = lay_out(*plan, opened, givens);
  const bool laid_out = layout.make_blocks(cube, options.most_cells, diagnostics);
  if (laid_out) {
    const std::vector<SecondReport> seconds =
        write_reports(opened, layout, options, cube, problems);
    const std::vector<DifferingGiven> differing = write_givens(givens, layout, cube, diagnostics);
    const FirstReports firsts(seconds, differing, cube, layout, opened);
    explain_second_reports(seconds, firsts, cube, problems);
    if (options.keep_going) drop_conflicts(seconds, cube);
    explain_differing_givens(differing, firsts, cube, problems, diagnostics);
  }

  problems.move_to(diagnostics);
  if (!laid_out || (diagnostics.has_errors() && !options.keep_going)) return diagnostics;
  cube.warnings = diagnostics;
  return Checked<Cube>(std::move(cube), std::move(diagnostics));
}

}  // namespace dabiao::data
