#include "dabiao/data/template.hpp"

#include <algorithm>
#include <set>

#include "dabiao/calendar/span.hpp"
#include "dabiao/data/register_builder.hpp"

namespace dabiao::data {
namespace {

using calendar::Period;
using model::LevelId;

// Longer lists help nobody who fills in a table.
constexpr std::int32_t most_periods = 400;

std::vector<std::string> periods_of(const model::Plan& plan, LevelId level) {
  if (!plan.window || plan.window->is_open()) return {};
  std::set<Period> periods;
  for (const model::Input& input : plan.inputs) {
    if (input.level != level || input.kind == model::InputKind::constant) continue;
    if (input.each) {
      const calendar::PeriodRun run = calendar::touched_periods(*plan.window, *input.each);
      for (std::int32_t i = 0; i < std::min(run.count(), most_periods); ++i) periods.insert(run[i]);
    } else if (input.kind == model::InputKind::stock) {
      if (const auto before = calendar::add_days(*plan.window->first, -1)) {
        periods.insert(Period::day(*before));
      }
      periods.insert(Period::day(*plan.window->last));
    }
  }
  std::vector<Period> ordered(periods.begin(), periods.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Period& a, const Period& b) { return a.last_day() < b.last_day(); });
  std::vector<std::string> texts;
  for (const Period& each : ordered) texts.push_back(each.to_string());
  return texts;
}

}  // namespace

std::string heading_of(const model::Input& input) {
  const std::string& unit = input.type.unit.text();
  if (!input.type.is_number() || unit.empty()) return input.name;
  return input.name + " (" + unit + ")";
}

std::vector<TemplateSheet> template_sheets(const model::Plan& plan) {
  text::Diagnostics unused;
  const EntityRegister entities = RegisterBuilder(plan).build(unused);
  std::vector<TemplateSheet> sheets;
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    const auto is_here = [&](const model::Input& input) { return input.level == level; };
    if (std::none_of(plan.inputs.begin(), plan.inputs.end(), is_here)) continue;

    TemplateSheet sheet;
    sheet.level = level;
    std::vector<LevelId> path;
    for (LevelId at = level; at != model::none; at = plan.levels[at].parent) {
      // The top goes without saying where it is one entity.
      if (plan.levels[at].parent != model::none || entities.level(at).size() > 1)
        path.push_back(at);
    }
    std::reverse(path.begin(), path.end());
    for (const LevelId each : path) sheet.columns.push_back(plan.levels[each].name);
    sheet.level_columns = path.size();
    sheet.has_period = std::any_of(plan.inputs.begin(), plan.inputs.end(), [&](const auto& input) {
      return is_here(input) && input.kind != model::InputKind::constant;
    });
    if (sheet.has_period) sheet.columns.emplace_back("period");
    for (const model::Input& input : plan.inputs) {
      if (is_here(input)) sheet.columns.push_back(heading_of(input));
    }
    sheet.periods = periods_of(plan, level);
    if (!path.empty()) {
      for (EntityIndex entity = 0; entity < entities.level(level).size(); ++entity) {
        std::vector<std::string> row(sheet.columns.size());
        for (std::size_t i = 0; i < path.size(); ++i) {
          row[i] = entities.level(path[i]).names[entities.ancestor(level, entity, path[i])];
        }
        sheet.rows.push_back(std::move(row));
      }
    }
    sheets.push_back(std::move(sheet));
  }
  return sheets;
}

}  // namespace dabiao::data
