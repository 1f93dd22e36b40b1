#include "data/opened_table.hpp"

#include <algorithm>
#include <cmath>

namespace dabiao::data {

std::vector<ValueColumn> OpenedTable::value_columns() const {
  std::vector<ValueColumn> columns;
  for (const std::size_t column : layout.inputs) {
    columns.push_back({column, layout.roles[column].index});
  }
  if (layout.is_long()) columns.push_back({*layout.value, model::none});
  return columns;
}

std::string OpenedTable::shown_at(std::size_t column, std::uint64_t row) const {
  const BatchRow at = locate(table->table, row);
  const TableColumn& cells = table->table.batches[at.batch].columns[column];
  if (cells.is_null(at.row)) return {};
  if (cells.type == CellType::float64 && !std::isfinite(cells.float64(at.row))) return {};
  if (cells.type == CellType::float32 && !std::isfinite(cells.float32(at.row))) return {};
  return cells.shown(at.row);
}

bool names_stage(const model::Plan& plan, const model::Input& input, std::string_view text) {
  if (!input.type.is_stage()) return false;
  const std::string plain = plain_heading(text);
  const std::vector<std::string>& stages = plan.scales[input.type.scale].stages;
  return !plain.empty() && std::any_of(stages.begin(), stages.end(), [&](const auto& stage) {
    return plain_heading(stage) == plain;
  });
}

}  // namespace dabiao::data
