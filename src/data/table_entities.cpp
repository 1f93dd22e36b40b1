#include "data/table_entities.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/nearest.hpp"
#include "data/row_levels.hpp"

namespace dabiao::data {

using model::InputId;
using model::LevelId;
using text::Diagnostic;
using text::kind;

namespace {

/// What the last row of a table is often called.
bool names_total(std::string_view name) {
  constexpr std::string_view names[] = {
      "合计",  "合計",  "总计",  "總計",   "小计",  "小計",  "共计",     "共計",     "总和",
      "total", "Total", "TOTAL", "Total:", "总计:", "合计:", "subtotal", "Subtotal", "Grand total"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

TableEntities::TableEntities(const model::Plan& plan, RegisterBuilder& builder,
                             TableProblems& problems)
    : plan_(plan), builder_(builder), problems_(problems), entity_cells_(plan) {}

/// The level that the inputs of a table are declared at, where it is one.
LevelId TableEntities::level_of_inputs(const OpenedTable& opened) const {
  LevelId level = model::none;
  const auto include = [&](InputId input) {
    const LevelId declared = plan_.inputs[input].level;
    if (level == model::none) level = declared;
    return level == declared;
  };
  for (const std::size_t column : opened.layout.inputs) {
    if (!include(opened.layout.roles[column].index)) return model::none;
  }
  for (const InputId input : opened.inputs) {
    if (input != model::none && !include(input)) return model::none;
  }
  return level;
}

void TableEntities::mention(OpenedTable& opened) {
  const TableLayout& layout = opened.layout;
  const Table& table = opened.table->table;
  Grouping& groups = opened.entity_groups;
  for (const std::size_t column : layout.levels) {
    groups = Grouping::of(groups, Grouping::of(table, column));
  }
  const LevelId common = level_of_inputs(opened);
  bool by_input = false;
  if (layout.entity) {
    groups = Grouping::of(groups, Grouping::of(table, *layout.entity));
    if (layout.level_name) {
      groups = Grouping::of(groups, Grouping::of(table, *layout.level_name));
    }
    if (common == model::none && layout.is_long() && layout.inputs.empty()) {
      // The input of the row helps to tell the level.
      by_input = true;
      groups = Grouping::of(groups, opened.input_groups);
    }
  }
  opened.mentions.resize(groups.size());
  if (table.rows() == 0) return;
  for (std::uint32_t group = 0; group < groups.size(); ++group) {
    const std::uint64_t row = groups.first_rows[group];
    LevelId likely = common;
    if (by_input) {
      const InputId input = opened.inputs[opened.input_groups.group(row)];
      if (input != model::none) likely = plan_.inputs[input].level;
    }
    if (const std::optional<Mention> mention = mention_of(opened, group, row, likely)) {
      opened.mentions[group] = builder_.mention(*mention);
    }
  }
}

/// What the row says about its entity; nothing, with a diagnostic, where that makes no sense.
std::optional<Mention> TableEntities::mention_of(const OpenedTable& opened, std::uint32_t group,
                                                 std::uint64_t row, LevelId likely) {
  const TableLayout& layout = opened.layout;
  const auto say = [&](std::size_t column, const Diagnostic& diagnostic) {
    problems_.add_to_names(opened.number, column, opened.entity_groups, group, diagnostic);
  };
  const auto entity_at = [&](std::size_t column) {
    return opened.word_at(column, row,
                          [&](std::string_view cell) { return entity_cells_.is_blank(cell); });
  };
  Mention mention;
  std::vector<LevelId> filled;
  for (const std::size_t column : layout.levels) {
    std::string name = entity_at(column);
    if (name.empty()) continue;
    filled.push_back(layout.roles[column].index);
    mention.ancestors.emplace_back(layout.roles[column].index, std::move(name));
  }
  std::optional<LevelId> deepest;
  if (!filled.empty()) {
    deepest = detail::deepest_level(plan_, filled);
    if (!deepest) {
      const auto& levels = plan_.levels;
      say(layout.levels.front(), Diagnostic(kind("two_branches"))
                                     .with("first", levels[filled[0]].name)
                                     .with("second", levels[filled[1]].name));
      return std::nullopt;
    }
  }
  const std::string entity = layout.entity ? entity_at(*layout.entity) : std::string();
  const std::string level =
      layout.level_name ? opened.word_at(*layout.level_name, row) : std::string();
  mention.likely = likely;
  if (!level.empty()) {
    const std::optional<LevelId> named = level_named(plan_, level);
    if (!named) {
      say(*layout.level_name, unknown_level(plan_, level));
      return std::nullopt;
    }
    mention.level = *named;
  }
  if (!entity.empty()) {
    if (names_total(entity)) totals_.push_back({opened.number, *layout.entity, group, entity});
    mention.name = entity;
    return mention;
  }
  if (mention.level != model::none && (!deepest || *deepest != mention.level)) {
    // The row says at which level its entity stands, but not which it is.
    if (mention.level != 0) {
      say(*layout.level_name, Diagnostic(kind("no_entity_named")).with("level", level));
      return std::nullopt;
    }
    return mention;
  }
  if (!deepest) return mention;
  mention.level = *deepest;
  const auto own = std::find_if(mention.ancestors.begin(), mention.ancestors.end(),
                                [&](const auto& each) { return each.first == *deepest; });
  mention.name = own->second;
  mention.ancestors.erase(own);
  if (names_total(mention.name)) {
    const auto column =
        std::find_if(layout.levels.begin(), layout.levels.end(),
                     [&](std::size_t each) { return layout.roles[each].index == *deepest; });
    totals_.push_back({opened.number, *column, group, mention.name});
  }
  return mention;
}

/// The column that a problem lies in: in a column per level, the one of the level that it names.
std::size_t TableEntities::column_of(const OpenedTable& opened, const Diagnostic& problem) const {
  const TableLayout& layout = opened.layout;
  if (layout.entity) return *layout.entity;
  if (layout.levels.empty()) return opened.table->table.headings.size();
  std::size_t column = layout.levels.front();
  for (const std::size_t each : layout.levels) {
    const LevelId level = layout.roles[each].index;
    for (const auto& [name, argument] : problem.arguments) {
      if (name == "level" && argument == plan_.levels[level].name) column = each;
    }
  }
  return column;
}

void TableEntities::settle(OpenedTable& opened) {
  opened.entities.resize(opened.mentions.size());
  const Diagnostic nobody = Diagnostic(kind("no_entity_named")).with("level", plan_.levels[0].name);
  // What is wrong above is wrong with all that stands below, and is said once.
  std::vector<const Diagnostic*> problems;
  std::unordered_map<const Diagnostic*, std::uint32_t> numbers;
  std::vector<std::optional<std::uint32_t>> problem_of(opened.mentions.size());  // by group
  for (std::uint32_t group = 0; group < opened.mentions.size(); ++group) {
    if (!opened.mentions[group]) continue;
    opened.entities[group] = builder_.found(*opened.mentions[group]);
    if (opened.entities[group]) continue;
    const Diagnostic* problem = builder_.problem(*opened.mentions[group]);
    if (problem == nullptr) problem = &nobody;
    const auto [number, added] =
        numbers.emplace(problem, static_cast<std::uint32_t>(problems.size()));
    if (added) problems.push_back(problem);
    problem_of[group] = number->second;
  }
  for (const Total& each : totals_) {
    if (each.table != opened.number) continue;
    const std::optional<EntityAt>& read = opened.entities[each.group];
    if (!read || read->level == 0) continue;
    problems_.add_to_names(each.table, each.column, opened.entity_groups, each.group,
                           Diagnostic(kind("total_as_entity")).with("name", each.name));
  }
  if (problems.empty()) return;

  const auto sound = static_cast<std::uint32_t>(problems.size());
  Grouping& rows = opened.problem_groups;
  rows.first_rows.assign(problems.size() + 1, opened.table->table.rows());
  for (std::uint64_t row = 0; row < opened.table->table.rows(); ++row) {
    const std::uint32_t number = problem_of[opened.entity_groups.group(row)].value_or(sound);
    rows.groups.push_back(number);
    rows.first_rows[number] = std::min(rows.first_rows[number], row);
  }
  for (std::uint32_t number = 0; number < sound; ++number) {
    problems_.add_to_group(opened.number, column_of(opened, *problems[number]), rows, number,
                           *problems[number]);
  }
}

}  // namespace dabiao::data
