#include "data/mention_register.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "data/entity_cells.hpp"
#include "data/headings.hpp"
#include "data/row_levels.hpp"

namespace dabiao::data {

using model::LevelId;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;

void mention_register(const model::Plan& plan, const NamedTable& named, Mentions& mentions,
                      Diagnostics& diagnostics) {
  const Table& table = named.table;
  constexpr std::string_view opened_headings[] = {"opened", "设立日期", "成立日期", "启用日期",
                                                  "設立日期"};
  constexpr std::string_view closed_headings[] = {"closed", "撤销日期", "关闭日期", "停用日期",
                                                  "撤銷日期"};
  const auto one_of = [](std::string_view heading, const auto& headings) {
    return std::find(std::begin(headings), std::end(headings), heading) != std::end(headings);
  };
  std::vector<LevelId> levels(table.headings.size(), model::none);
  std::size_t opened = table.headings.size();
  std::size_t closed = table.headings.size();
  bool some = false;
  for (std::size_t column = 0; column < table.headings.size(); ++column) {
    if (const auto level = meant_by(plan, table.headings[column]).level()) {
      levels[column] = *level;
      mentions.closed_levels[*level] = true;
      some = true;
      continue;
    }
    const std::string heading = plain_heading(table.headings[column]);
    if (one_of(heading, opened_headings)) opened = column;
    if (one_of(heading, closed_headings)) closed = column;
  }
  if (!some) {
    Diagnostic& diagnostic = diagnostics.add(kind("no_level_columns"));
    diagnostic.data_place = text::DataPlace{named.name, 1, ""};
    for (const model::Level& level : plan.levels) diagnostic.expect(level.name);
    return;
  }
  const CellReader dates(plan, value::Type::date());
  const EntityCells entity_cells(plan);
  std::uint64_t first = 0;
  for (const TableBatch& batch : table.batches) {
    for (std::uint64_t row = 0; row < batch.rows; ++row) {
      const auto place = [&](std::size_t column) {
        return text::DataPlace{named.name, named.row_number(first + row),
                               column < table.headings.size() ? table.headings[column] : ""};
      };
      std::vector<LevelId> filled;
      std::vector<std::pair<LevelId, std::string>> cells;
      for (std::size_t column = 0; column < levels.size(); ++column) {
        if (levels[column] == model::none) continue;
        const std::string cell = batch.columns[column].shown(row);
        if (entity_cells.is_blank(cell)) continue;
        filled.push_back(levels[column]);
        cells.emplace_back(levels[column], std::string(trimmed(cell)));
      }
      if (filled.empty()) continue;
      const std::optional<LevelId> deepest = detail::deepest_level(plan, filled);
      if (!deepest) {
        Diagnostic& diagnostic = diagnostics.add(kind("two_branches"));
        diagnostic.data_place = place(table.headings.size());
        diagnostic.with("first", plan.levels[filled[0]].name)
            .with("second", plan.levels[filled[1]].name);
        continue;
      }
      Mention mention;
      mention.level = *deepest;
      for (auto& [level, name] : cells) {
        if (level == *deepest) {
          mention.name = name;
        } else {
          mention.ancestors.emplace_back(level, name);
        }
      }
      PlacedMention& placed =
          mentions.list[mentions.add(std::move(mention), Origin::declared, std::nullopt)];
      placed.data_place = place(table.headings.size());
      const auto read_day = [&](std::size_t column) -> std::optional<calendar::Date> {
        if (column == table.headings.size()) return std::nullopt;
        Diagnostic problem;
        const TableColumn& cell = batch.columns[column];
        if (cell.is_null(row)) return std::nullopt;
        const CellValue value = cell.type == CellType::date ? dates.read_day(cell.day(row), problem)
                                                            : dates.read(cell.shown(row), problem);
        if (value.known()) return calendar::Date(static_cast<std::int32_t>(value.number));
        if (value.reason == value::Reason::bad_cell) {
          problem.data_place = place(column);
          diagnostics.list().push_back(std::move(problem));
        }
        return std::nullopt;
      };
      placed.opened = read_day(opened);
      placed.closed = read_day(closed);
    }
    first += batch.rows;
  }
}

}  // namespace dabiao::data
