#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/data/cell_text.hpp"
#include "dabiao/data/entity_register.hpp"
#include "dabiao/data/register_builder.hpp"
#include "dabiao/data/table.hpp"
#include "dabiao/model/plan.hpp"
#include "data/grouping.hpp"
#include "data/headings.hpp"
#include "data/period_slot.hpp"

namespace dabiao::data {

/// A column of values: a wide input column, or the value column of a long table.
struct ValueColumn {
  std::size_t column = 0;
  model::InputId input = model::none;  // model::none in a long table: each row says
};

/// A table with what its headings, entities, periods and input names were found to mean.
struct OpenedTable {
  const NamedTable* table = nullptr;
  std::uint32_t number = 0;  // among the tables that are read
  TableLayout layout;
  Grouping entity_groups = Grouping::one();
  Grouping period_groups = Grouping::one();
  Grouping input_groups = Grouping::one();
  Grouping problem_groups;  // by what is wrong with their entity, those that are sound together
  std::vector<std::optional<MentionId>> mentions;        // by entity group
  std::vector<std::optional<EntityAt>> entities;         // by entity group
  std::vector<std::optional<calendar::Period>> periods;  // by period group
  std::vector<bool> bad_periods;
  std::vector<model::InputId> inputs;  // by input group; model::none where it is not known
  // By Input::each (no_grain where there is none) and period group.
  std::array<std::vector<PeriodSlot>, PeriodSlot::grains> slots;

  const std::string& heading(std::size_t column) const { return table->table.headings[column]; }
  std::vector<ValueColumn> value_columns() const;

  /// A cell as people would write it; empty where it holds nothing, or no finite number.
  std::string shown_at(std::size_t column, std::uint64_t row) const;
  /// What the cell of a level, period or input column says; empty where it says nothing.
  std::string word_at(std::size_t column, std::uint64_t row) const {
    return word_at(column, row, is_missing_mark);
  }
  /// The same of a column in which other cells say nothing.
  template <class IsBlank>
  std::string word_at(std::size_t column, std::uint64_t row, IsBlank is_blank) const {
    const std::string shown = shown_at(column, row);
    const std::string_view text = trimmed(shown);
    return is_blank(text) ? std::string() : std::string(text);
  }
};

/// Whether a text that elsewhere says nothing is a stage of the input's scale.
bool names_stage(const model::Plan& plan, const model::Input& input, std::string_view text);

/// Calls visit(row, batch column, row in the batch, input, entity, period) for every row of a
/// column of values whose entity, period and input are known and whose cell may hold something;
/// misplaced(row, batch column, row in the batch, input) for the cells of rows whose entity or
/// period was not understood.
template <class Visit, class Misplaced>
void for_each_cell(const model::Plan& plan, const OpenedTable& opened, const ValueColumn& values,
                   Visit visit, Misplaced misplaced) {
  std::uint64_t row = 0;
  const std::vector<PeriodSlot>* slots =
      values.input == model::none ? nullptr
                                  : &opened.slots[declared_grain(plan.inputs[values.input])];
  for (const TableBatch& batch : opened.table->table.batches) {
    const TableColumn& column = batch.columns[values.column];
    const bool is_text = column.type == CellType::text;
    for (std::uint64_t at = 0; at < batch.rows; ++at, ++row) {
      if (column.is_null(at)) continue;
      const bool blank = is_text && is_missing_mark(column.text(at));
      model::InputId input = values.input;
      if (slots == nullptr) {
        input = opened.inputs[opened.input_groups.group(row)];
        if (input == model::none) continue;
      }
      if (blank && !names_stage(plan, plan.inputs[input], column.text(at))) continue;
      const std::optional<EntityAt>& entity = opened.entities[opened.entity_groups.group(row)];
      if (!entity) {
        misplaced(row, column, at, input);
        continue;
      }
      const std::uint32_t period_group = opened.period_groups.group(row);
      const PeriodSlot period =
          slots != nullptr ? (*slots)[period_group]
                           : opened.slots[declared_grain(plan.inputs[input])][period_group];
      if (period.grain == PeriodSlot::unusable) {
        misplaced(row, column, at, input);
        continue;
      }
      visit(row, column, at, input, *entity, period);
    }
  }
}
template <class Visit>
void for_each_cell(const model::Plan& plan, const OpenedTable& opened, const ValueColumn& values,
                   Visit visit) {
  for_each_cell(plan, opened, values, visit,
                [](std::uint64_t, const TableColumn&, std::uint64_t, model::InputId) {});
}

}  // namespace dabiao::data
