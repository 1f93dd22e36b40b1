#include "data/table_periods.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/data/cell_text.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::data {

using calendar::Grain;
using calendar::Period;
using model::InputId;
using text::Diagnostic;
using text::kind;

namespace {

std::optional<Period> period_at(const OpenedTable& opened, std::size_t column, std::uint64_t row,
                                const std::string& seen) {
  const BatchRow at = locate(opened.table->table, row);
  const TableColumn& cells = opened.table->table.batches[at.batch].columns[column];
  if (cells.type == CellType::date) {
    const auto date = calendar::Date::from_days(cells.day(at.row));
    return date ? std::optional(Period::day(*date)) : std::nullopt;
  }
  return Period::parse_loosely(seen);
}

/// The digits of "Q3" or "8月" as a number; 0 where there are none.
int number_in(std::string_view text) {
  const std::string plain = plain_heading(text);
  int digits = 0;
  for (const char c : plain) {
    if (c < '0' || c > '9') continue;
    digits = std::min(digits * 10 + (c - '0'), 1000);
  }
  return digits;
}

/// A year, with a quarter or a month or neither: "2023", "2023年", "3", "Q3", "8月".
std::optional<Period> period_of_parts(std::string_view year, std::string_view quarter,
                                      std::string_view month) {
  const std::optional<Period> whole = Period::parse_loosely(year);
  if (!whole || whole->grain != Grain::year) return std::nullopt;
  if (!month.empty()) {
    const int which = number_in(month);
    if (which < 1 || which > 12) return std::nullopt;
    const Period period = Period::month(whole->index, which);
    if (!quarter.empty() && number_in(quarter) != (which + 2) / 3) return std::nullopt;
    return period;
  }
  if (quarter.empty()) return whole;
  const int which = number_in(quarter);
  if (which >= 1 && which <= 4) return Period::quarter(whole->index, which);
  return Period::parse_loosely(std::string(year) + std::string(quarter));
}

void warn_of_dates(const model::Plan& plan, const OpenedTable& opened, Grain grain, bool first_days,
                   TableProblems& problems) {
  for (const ValueColumn& values : opened.value_columns()) {
    std::vector<InputId> inputs{values.input};
    if (values.input == model::none) inputs = opened.inputs;
    for (const InputId input : inputs) {
      if (input == model::none || plan.inputs[input].each != grain) continue;
      Diagnostic diagnostic(kind("dates_read_as_periods"));
      diagnostic.with("which", first_days ? "first" : "last", first_days ? "第一天" : "最后一天")
          .with("grain", std::string(calendar::name_of(grain).english),
                std::string(calendar::name_of(grain).chinese))
          .with("input", plan.inputs[input].name);
      problems.add_to_column(opened.number, opened.layout.period.value_or(values.column),
                             diagnostic);
      return;
    }
  }
}

}  // namespace

void name_periods(OpenedTable& opened, TableProblems& problems) {
  const TableLayout& layout = opened.layout;
  const Table& table = opened.table->table;
  std::size_t column = 0;
  if (layout.period) {
    column = *layout.period;
    opened.period_groups = Grouping::of(table, column);
  } else if (layout.year) {
    column = *layout.year;
    opened.period_groups = Grouping::of(table, column);
    for (const auto& finer : {layout.quarter, layout.month}) {
      if (finer)
        opened.period_groups = Grouping::of(opened.period_groups, Grouping::of(table, *finer));
    }
  }
  opened.periods.resize(opened.period_groups.size());
  opened.bad_periods.resize(opened.period_groups.size());
  if ((!layout.period && !layout.year) || table.rows() == 0) return;
  for (std::uint32_t group = 0; group < opened.period_groups.size(); ++group) {
    const std::uint64_t row = opened.period_groups.first_rows[group];
    std::string seen = opened.word_at(column, row);
    if (layout.period) {
      if (seen.empty()) continue;
      opened.periods[group] = period_at(opened, column, row, seen);
    } else {
      const std::string quarter = layout.quarter ? opened.word_at(*layout.quarter, row) : "";
      const std::string month = layout.month ? opened.word_at(*layout.month, row) : "";
      if (seen.empty() && quarter.empty() && month.empty()) continue;
      opened.periods[group] = period_of_parts(seen, quarter, month);
      for (const std::string& part : {quarter, month}) {
        if (!part.empty()) seen += " " + part;
      }
    }
    if (opened.periods[group] && opened.periods[group]->exists()) continue;
    opened.bad_periods[group] = true;
    problems.add_to_names(opened.number, column, opened.period_groups, group,
                          Diagnostic(kind("unknown_period")).with("seen", seen));
  }
}

void settle_periods(const model::Plan& plan, OpenedTable& opened, TableProblems& problems) {
  for (std::uint32_t each = 0; each < PeriodSlot::grains; ++each) {
    std::vector<PeriodSlot>& slots = opened.slots[each];
    slots.resize(opened.periods.size());
    for (std::size_t group = 0; group < slots.size(); ++group) {
      if (opened.bad_periods[group]) {
        slots[group].grain = PeriodSlot::unusable;
      } else if (opened.periods[group]) {
        slots[group] = PeriodSlot::of(*opened.periods[group]);
      }
    }
    if (each >= static_cast<std::uint32_t>(Grain::day)) continue;
    const auto grain = static_cast<Grain>(each);
    bool some = false;
    bool all_first = true;
    bool all_last = true;
    for (const std::optional<Period>& period : opened.periods) {
      if (!period || period->grain != Grain::day || !period->exists()) continue;
      some = true;
      const calendar::Date day = period->first_day();
      const Period around = Period::containing(day, grain);
      all_first = all_first && around.first_day() == day;
      all_last = all_last && around.last_day() == day;
    }
    if (!some || (!all_first && !all_last)) continue;
    for (std::size_t group = 0; group < slots.size(); ++group) {
      const std::optional<Period>& period = opened.periods[group];
      if (!period || period->grain != Grain::day || !period->exists()) continue;
      slots[group] = PeriodSlot::of(Period::containing(period->first_day(), grain));
    }
    warn_of_dates(plan, opened, grain, all_first, problems);
  }
}

}  // namespace dabiao::data
