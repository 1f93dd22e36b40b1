#include "dabiao/data/read_tables.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/data/register_builder.hpp"
#include "dabiao/model/words.hpp"
#include "dabiao/text/nearest.hpp"
#include "data/entity_cells.hpp"
#include "data/grouping.hpp"
#include "data/headings.hpp"
#include "data/outside_range.hpp"
#include "data/row_levels.hpp"

namespace dabiao::data {
namespace {

using calendar::Grain;
using calendar::Period;
using exact::Rational;
using model::InputId;
using model::LevelId;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;
using value::Reason;

// Reports without a period stand after those of every grain.
constexpr std::uint32_t no_grain = 5;
constexpr std::uint32_t grain_slots = 6;
constexpr std::uint32_t unusable = 0xffffffff;

/// What the cell of a level, entity, period or input column says; empty where it says nothing.
template <class IsBlank>
std::string word(const TableColumn& column, std::uint64_t row, IsBlank is_blank) {
  if (column.is_null(row)) return {};
  if (column.type == CellType::float64 && !std::isfinite(column.float64(row))) return {};
  if (column.type == CellType::float32 && !std::isfinite(column.float32(row))) return {};
  const std::string shown = column.shown(row);
  const std::string_view text = trimmed(shown);
  return is_blank(text) ? std::string() : std::string(text);
}

/// Where the rows of one period group belong, for an input that is reported by a certain grain.
struct PeriodSlot {
  std::uint32_t grain = no_grain;  // or unusable
  std::int32_t index = 0;
};

/// Which periods reports of one input, level and grain stand in.
struct Extent {
  std::int32_t first = std::numeric_limits<std::int32_t>::max();
  std::int32_t last = std::numeric_limits<std::int32_t>::min();
  bool empty() const { return first > last; }
  void include(std::int32_t period) {
    first = std::min(first, period);
    last = std::max(last, period);
  }
};

/// A table with what its headings, entities, periods and input names were found to mean.
struct Source {
  const NamedTable* table = nullptr;
  std::uint32_t file = 0;
  TableLayout layout;
  Grouping entity_groups = Grouping::one();
  Grouping period_groups = Grouping::one();
  Grouping input_groups = Grouping::one();
  std::vector<std::optional<MentionId>> mentions;  // by entity group
  std::vector<std::optional<EntityAt>> entities;   // by entity group
  std::vector<std::optional<Period>> periods;      // by period group
  std::vector<bool> bad_periods;
  std::vector<InputId> inputs;  // by input group; model::none where it is not known
  // By Input::each (no_grain where there is none) and period group.
  std::array<std::vector<PeriodSlot>, grain_slots> slots;

  const std::string& heading(std::size_t column) const { return table->table.headings[column]; }
};

/// A column of values: a wide input column, or the value column of a long table.
struct ValueColumn {
  std::size_t column = 0;
  InputId input = model::none;  // model::none in a long table: each row says
};

/// A cell of the cube, across inputs.
struct CellKey {
  InputId input;
  std::uint32_t block;
  std::uint64_t cell;
  bool operator==(const CellKey&) const = default;
};
struct HashCellKey {
  std::size_t operator()(const CellKey& key) const {
    return std::hash<std::uint64_t>()((key.cell * 31 + key.block) * 0x9e3779b97f4a7c15u +
                                      key.input);
  }
};
struct Writer {
  std::uint32_t source = 0;
  std::uint64_t row = 0;
  std::size_t column = 0;
};

/// A second report of a cell.
struct Collision {
  CellKey key;
  Writer second;
  bool same = false;
  std::string seen;
};

/// Something wrong, with where it stands, so that all of it can be sorted as a reader meets it.
struct Found {
  std::uint32_t source = 0;
  std::uint64_t row = 0;
  std::size_t column = 0;
  Diagnostic diagnostic;
};

/// A given value with its cell.
struct GivenReport {
  std::uint32_t given = 0;
  InputId input = 0;
  EntityAt entity;
  PeriodSlot period;
  CellValue value;
};

/// What is counted while one column of values is read.
struct ColumnCounts {
  std::uint64_t bare = 0;
  std::uint64_t at_most_one = 0;
  std::uint64_t nonzero = 0;
  std::uint64_t sampled = 0;
  std::uint64_t long_numbers = 0;  // that need 16 or more digits
  std::uint64_t below_level = 0;   // reports below the input's level
  std::uint64_t repeated = 0;      // identical reports of a cell already reported
};

/// How many significant digits the shortest decimal of a number has.
std::size_t shortest_digits(double number) {
  std::array<char, 40> buffer{};
  const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                        std::chars_format::scientific)
                              .ptr;
  return static_cast<std::size_t>(
      std::count_if(static_cast<const char*>(buffer.data()),
                    std::find(static_cast<const char*>(buffer.data()), end, 'e'),
                    [](char c) { return c >= '0' && c <= '9'; }));
}

class TableReader {
 public:
  TableReader(std::shared_ptr<const model::Plan> plan, const std::vector<NamedTable>& tables,
              const ReadOptions& options)
      : plan_(std::move(plan)),
        options_(options),
        tables_(tables),
        builder_(*plan_),
        entity_cells_(*plan_) {}

  Checked<Cube> read() {
    cube_.plan = plan_;
    if (options_.entities) builder_.add_register(*options_.entities, general_);
    sources_.reserve(tables_.size());
    for (std::uint32_t file = 0; file < tables_.size(); ++file) {
      cube_.files.push_back(tables_[file].name);
      open(tables_[file], file);
    }
    cube_.entities = builder_.build(general_);
    for (Source& source : sources_) settle_entities(source);
    for (Source& source : sources_) settle_periods(source);
    read_givens();
    measure();
    if (lay_out()) {
      write();
      write_givens();
      explain_collisions();
    }
    return finish();
  }

 private:
  // ---- headings, entities, periods -----------------------------------------------------------

  void open(const NamedTable& table, std::uint32_t file) {
    Source source;
    source.table = &table;
    source.file = file;
    source.layout = read_headings(*plan_, table, general_);
    if (!source.layout.inputs.empty() || source.layout.is_long()) {
      if (source.layout.is_long()) name_inputs(source);
      mention_entities(source);
      name_periods(source);
    } else {
      source.layout = {};
    }
    sources_.push_back(std::move(source));
  }

  Diagnostic& report(std::uint32_t source, std::uint64_t row, std::size_t column,
                     const Diagnostic& diagnostic) {
    const Source& which = sources_[source];
    Diagnostic placed = diagnostic;
    placed.data_place =
        text::DataPlace{which.table->name, static_cast<std::size_t>(which.table->row_number(row)),
                        column < which.table->table.headings.size() ? which.heading(column) : ""};
    if (found_.size() >= options_.most_diagnostics) {
      ++unlisted_;
      scratch_ = std::move(placed);
      return scratch_;
    }
    found_.push_back({source, row, column, std::move(placed)});
    return found_.back().diagnostic;
  }

  /// The diagnostics of a table that is still being opened: its number is the next.
  Diagnostic& report_opening(const Source& source, std::uint64_t row, std::size_t column,
                             const Diagnostic& diagnostic) {
    Diagnostic& placed = opening_
                             .emplace_back(Found{static_cast<std::uint32_t>(sources_.size()), row,
                                                 column, diagnostic})
                             .diagnostic;
    placed.data_place =
        text::DataPlace{source.table->name, static_cast<std::size_t>(source.table->row_number(row)),
                        source.heading(column)};
    return placed;
  }

  const TableColumn& cell_column(const Source& source, std::size_t column, BatchRow at) const {
    return source.table->table.batches[at.batch].columns[column];
  }

  std::string word_at(const Source& source, std::size_t column, std::uint64_t row) const {
    const BatchRow at = locate(source.table->table, row);
    return word(cell_column(source, column, at), at.row, is_missing_mark);
  }
  /// The same of a column of entities.
  std::string entity_at(const Source& source, std::size_t column, std::uint64_t row) const {
    const BatchRow at = locate(source.table->table, row);
    return word(cell_column(source, column, at), at.row,
                [this](std::string_view cell) { return entity_cells_.is_blank(cell); });
  }

  /// The rows of each group after its first: how many, and the first few.
  struct FurtherRows {
    static constexpr std::size_t most_shown = 5;
    struct Rows {
      std::uint64_t count = 0;
      std::array<std::uint64_t, most_shown> shown{};
    };
    const std::uint32_t* of = nullptr;  // the grouping that was counted
    std::vector<Rows> rows;             // by group
  };

  const FurtherRows::Rows& further_rows(const Grouping& groups, std::uint32_t group) {
    if (further_.of != groups.groups.data() || further_.rows.size() != groups.size()) {
      further_.of = groups.groups.data();
      further_.rows.assign(groups.size(), {});
      for (std::uint64_t row = 0; row < groups.groups.size(); ++row) {
        const std::uint32_t at = groups.groups[row];
        if (groups.first_rows[at] == row) continue;
        FurtherRows::Rows& rows = further_.rows[at];
        if (rows.count < FurtherRows::most_shown) rows.shown[rows.count] = row;
        ++rows.count;
      }
    }
    return further_.rows[group];
  }

  /// Adds a note that names the other rows of a group.
  void note_rows(Diagnostic& diagnostic, const Source& source, const Grouping& groups,
                 std::uint32_t group) {
    if (groups.groups.empty()) return;
    const FurtherRows::Rows& further = further_rows(groups, group);
    if (further.count == 0) return;
    const std::uint64_t shown = std::min<std::uint64_t>(further.count, FurtherRows::most_shown);
    std::string rows;
    for (std::uint64_t i = 0; i < shown; ++i) {
      rows += (i > 0 ? ", " : "") + std::to_string(source.table->row_number(further.shown[i]));
    }
    const std::string more = std::to_string(further.count - shown);
    const bool some_more = further.count > shown;
    diagnostic.note("also in " + std::string(further.count == 1 ? "row " : "rows ") + rows +
                        (some_more ? " and " + more + " more" : ""),
                    "另见第 " + rows + " 行" + (some_more ? "及其他 " + more + " 行" : ""));
  }

  void name_inputs(Source& source) {
    const std::size_t column = *source.layout.input_name;
    source.input_groups = Grouping::of(source.table->table, column);
    for (std::uint32_t group = 0; group < source.input_groups.size(); ++group) {
      const std::uint64_t row = source.input_groups.first_rows[group];
      const std::string name = word_at(source, column, row);
      const Meant meant = input_meant_by(*plan_, name);
      source.inputs.push_back(meant.input().value_or(model::none));
      if (meant.input()) continue;
      Diagnostic diagnostic = meant.count() > 1 ? means_several(*plan_, name, meant)
                                                : Diagnostic(kind("unknown_input"));
      if (meant.count() == 0) {
        diagnostic.with("seen", name);
        if (const auto near = nearest_input(*plan_, name)) diagnostic.suggest(*near);
      }
      note_rows(report_opening(source, row, column, diagnostic), source, source.input_groups,
                group);
    }
  }

  /// The level that the inputs of a table are declared at, where it is one.
  LevelId level_of_inputs(const Source& source) const {
    LevelId level = model::none;
    const auto include = [&](InputId input) {
      const LevelId declared = plan_->inputs[input].level;
      if (level == model::none) level = declared;
      return level == declared;
    };
    for (const std::size_t column : source.layout.inputs) {
      if (!include(source.layout.roles[column].index)) return model::none;
    }
    for (const InputId input : source.inputs) {
      if (input != model::none && !include(input)) return model::none;
    }
    return level;
  }

  void mention_entities(Source& source) {
    const TableLayout& layout = source.layout;
    for (const std::size_t column : layout.levels) {
      source.entity_groups =
          Grouping::of(source.entity_groups, Grouping::of(source.table->table, column));
    }
    const LevelId common = level_of_inputs(source);
    bool by_input = false;
    if (layout.entity) {
      source.entity_groups =
          Grouping::of(source.entity_groups, Grouping::of(source.table->table, *layout.entity));
      if (layout.level_name) {
        source.entity_groups = Grouping::of(source.entity_groups,
                                            Grouping::of(source.table->table, *layout.level_name));
      }
      if (common == model::none && layout.is_long() && layout.inputs.empty()) {
        // The input of the row helps to tell the level.
        by_input = true;
        source.entity_groups = Grouping::of(source.entity_groups, source.input_groups);
      }
    }
    source.mentions.resize(source.entity_groups.size());
    for (std::uint32_t group = 0; group < source.entity_groups.size(); ++group) {
      const std::uint64_t row = source.entity_groups.first_rows[group];
      if (source.table->table.rows() == 0) break;
      LevelId likely = common;
      if (by_input) {
        const InputId input = source.inputs[source.input_groups.group(row)];
        if (input != model::none) likely = plan_->inputs[input].level;
      }
      if (const std::optional<Mention> mention = mention_of(source, group, row, likely)) {
        source.mentions[group] = builder_.mention(*mention);
      }
    }
  }

  /// What the row says about its entity; nothing, with a diagnostic, where that makes no sense.
  std::optional<Mention> mention_of(const Source& source, std::uint32_t group, std::uint64_t row,
                                    LevelId likely) {
    const TableLayout& layout = source.layout;
    Mention mention;
    std::vector<LevelId> filled;
    for (const std::size_t column : layout.levels) {
      std::string name = entity_at(source, column, row);
      if (name.empty()) continue;
      filled.push_back(layout.roles[column].index);
      mention.ancestors.emplace_back(layout.roles[column].index, std::move(name));
    }
    std::optional<LevelId> deepest;
    if (!filled.empty()) {
      deepest = detail::deepest_level(*plan_, filled);
      if (!deepest) {
        const auto& levels = plan_->levels;
        Diagnostic diagnostic(kind("two_branches"));
        diagnostic.with("first", levels[filled[0]].name).with("second", levels[filled[1]].name);
        note_rows(report_opening(source, row, layout.levels.front(), diagnostic), source,
                  source.entity_groups, group);
        return std::nullopt;
      }
    }
    const std::string entity =
        layout.entity ? entity_at(source, *layout.entity, row) : std::string();
    const std::string level =
        layout.level_name ? word_at(source, *layout.level_name, row) : std::string();
    mention.likely = likely;
    if (!level.empty()) {
      const std::optional<LevelId> named = level_named(*plan_, level);
      if (!named) {
        Diagnostic diagnostic = Diagnostic(kind("unknown_level_in_data")).with("seen", level);
        text::Nearest near(level);
        for (const model::Level& each : plan_->levels) {
          near.consider(each.name);
          diagnostic.expect(each.name);
        }
        if (near.name()) diagnostic.suggest(*near.name());
        note_rows(report_opening(source, row, *layout.level_name, diagnostic), source,
                  source.entity_groups, group);
        return std::nullopt;
      }
      mention.level = *named;
    }
    if (!entity.empty()) {
      mention.name = entity;
      return mention;
    }
    if (mention.level != model::none && (!deepest || *deepest != mention.level)) {
      // The row says at which level its entity stands, but not which it is.
      if (mention.level != 0) {
        Diagnostic diagnostic = Diagnostic(kind("no_entity_named")).with("level", level);
        note_rows(report_opening(source, row, *layout.level_name, diagnostic), source,
                  source.entity_groups, group);
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
    return mention;
  }

  void name_periods(Source& source) {
    const TableLayout& layout = source.layout;
    const Table& table = source.table->table;
    std::size_t column = 0;
    if (layout.period) {
      column = *layout.period;
      source.period_groups = Grouping::of(table, column);
    } else if (layout.year) {
      column = *layout.year;
      source.period_groups = Grouping::of(table, column);
      for (const auto& finer : {layout.quarter, layout.month}) {
        if (finer)
          source.period_groups = Grouping::of(source.period_groups, Grouping::of(table, *finer));
      }
    }
    source.periods.resize(source.period_groups.size());
    source.bad_periods.resize(source.period_groups.size());
    if ((!layout.period && !layout.year) || table.rows() == 0) return;
    for (std::uint32_t group = 0; group < source.period_groups.size(); ++group) {
      const std::uint64_t row = source.period_groups.first_rows[group];
      std::string seen = word_at(source, column, row);
      if (layout.period) {
        if (seen.empty()) continue;
        source.periods[group] = period_at(source, column, row, seen);
      } else {
        const std::string quarter = layout.quarter ? word_at(source, *layout.quarter, row) : "";
        const std::string month = layout.month ? word_at(source, *layout.month, row) : "";
        if (seen.empty() && quarter.empty() && month.empty()) continue;
        source.periods[group] = period_of_parts(seen, quarter, month);
        for (const std::string& part : {quarter, month}) {
          if (!part.empty()) seen += " " + part;
        }
      }
      if (source.periods[group] && source.periods[group]->exists()) continue;
      source.bad_periods[group] = true;
      const Diagnostic diagnostic = Diagnostic(kind("unknown_period")).with("seen", seen);
      note_rows(report_opening(source, row, column, diagnostic), source, source.period_groups,
                group);
    }
  }

  std::optional<Period> period_at(const Source& source, std::size_t column, std::uint64_t row,
                                  const std::string& seen) const {
    const BatchRow at = locate(source.table->table, row);
    const TableColumn& cells = cell_column(source, column, at);
    if (cells.type == CellType::date) {
      const auto date = calendar::Date::from_days(cells.day(at.row));
      return date ? std::optional(Period::day(*date)) : std::nullopt;
    }
    return Period::parse_loosely(seen);
  }

  /// A year, with a quarter or a month or neither: "2023", "2023年", "3", "Q3", "8月".
  static std::optional<Period> period_of_parts(std::string_view year, std::string_view quarter,
                                               std::string_view month) {
    const std::optional<Period> whole = Period::parse_loosely(year);
    if (!whole || whole->grain != Grain::year) return std::nullopt;
    const auto number = [](std::string_view text) -> int {
      const std::string plain = plain_heading(text);
      int digits = 0;
      bool some = false;
      for (const char c : plain) {
        if (c < '0' || c > '9') continue;
        digits = std::min(digits * 10 + (c - '0'), 1000);
        some = true;
      }
      return some ? digits : 0;
    };
    if (!month.empty()) {
      const int which = number(month);
      if (which < 1 || which > 12) return std::nullopt;
      const Period period = Period::month(whole->index, which);
      if (!quarter.empty() && number(quarter) != (which + 2) / 3) return std::nullopt;
      return period;
    }
    if (quarter.empty()) return whole;
    const int which = number(quarter);
    if (which >= 1 && which <= 4) return Period::quarter(whole->index, which);
    return Period::parse_loosely(std::string(year) + std::string(quarter));
  }

  void settle_entities(Source& source) {
    const auto number = static_cast<std::uint32_t>(&source - sources_.data());
    source.entities.resize(source.mentions.size());
    const std::size_t column = source.layout.entity           ? *source.layout.entity
                               : source.layout.levels.empty() ? source.table->table.headings.size()
                                                              : source.layout.levels.front();
    for (std::uint32_t group = 0; group < source.mentions.size(); ++group) {
      if (!source.mentions[group]) continue;
      const std::uint64_t row = source.entity_groups.first_rows[group];
      source.entities[group] = builder_.found(*source.mentions[group]);
      if (source.entities[group]) continue;
      const Diagnostic* problem = builder_.problem(*source.mentions[group]);
      const Diagnostic nobody =
          Diagnostic(kind("no_entity_named")).with("level", plan_->levels[0].name);
      std::size_t where = column;
      // In a column per level, the one of the entity itself.
      if (!source.layout.entity && problem != nullptr) {
        for (const std::size_t each : source.layout.levels) {
          const LevelId level = source.layout.roles[each].index;
          for (const auto& [name, argument] : problem->arguments) {
            if (name == "level" && argument == plan_->levels[level].name) where = each;
          }
        }
      }
      note_rows(report(number, row, where, problem != nullptr ? *problem : nobody), source,
                source.entity_groups, group);
    }
  }

  /// Where the periods of each group stand for inputs reported by each grain. Days that all begin
  /// or all end a period of the input's grain stand for that period.
  void settle_periods(Source& source) {
    for (std::uint32_t each = 0; each < grain_slots; ++each) {
      std::vector<PeriodSlot>& slots = source.slots[each];
      slots.resize(source.periods.size());
      for (std::size_t group = 0; group < slots.size(); ++group) {
        if (source.bad_periods[group]) {
          slots[group].grain = unusable;
        } else if (source.periods[group]) {
          slots[group] = {static_cast<std::uint32_t>(source.periods[group]->grain),
                          source.periods[group]->index};
        }
      }
      if (each >= static_cast<std::uint32_t>(Grain::day)) continue;
      const auto grain = static_cast<Grain>(each);
      bool some = false;
      bool all_first = true;
      bool all_last = true;
      for (const std::optional<Period>& period : source.periods) {
        if (!period || period->grain != Grain::day || !period->exists()) continue;
        some = true;
        const calendar::Date day = period->first_day();
        const Period around = Period::containing(day, grain);
        all_first = all_first && around.first_day() == day;
        all_last = all_last && around.last_day() == day;
      }
      if (!some || (!all_first && !all_last)) continue;
      for (std::size_t group = 0; group < slots.size(); ++group) {
        const std::optional<Period>& period = source.periods[group];
        if (!period || period->grain != Grain::day || !period->exists()) continue;
        slots[group] = {each, Period::containing(period->first_day(), grain).index};
      }
      warn_of_dates(source, grain, all_first);
    }
  }

  void warn_of_dates(const Source& source, Grain grain, bool first_days) {
    const auto number = static_cast<std::uint32_t>(&source - sources_.data());
    for (const ValueColumn& values : value_columns(source)) {
      std::vector<InputId> inputs{values.input};
      if (values.input == model::none) inputs = source.inputs;
      for (const InputId input : inputs) {
        if (input == model::none || plan_->inputs[input].each != grain) continue;
        Diagnostic diagnostic(kind("dates_read_as_periods"));
        diagnostic.with("which", first_days ? "first" : "last", first_days ? "第一天" : "最后一天")
            .with("grain", std::string(calendar::name_of(grain).english),
                  std::string(calendar::name_of(grain).chinese))
            .with("input", plan_->inputs[input].name);
        report(number, 0, source.layout.period.value_or(values.column), diagnostic)
            .data_place->row = 1;
        return;
      }
    }
  }

  // ---- which cells there are -----------------------------------------------------------------

  std::vector<ValueColumn> value_columns(const Source& source) const {
    std::vector<ValueColumn> columns;
    for (const std::size_t column : source.layout.inputs) {
      columns.push_back({column, source.layout.roles[column].index});
    }
    if (source.layout.is_long()) columns.push_back({*source.layout.value, model::none});
    return columns;
  }

  std::uint32_t slot_of(const model::Input& input) const {
    return input.each ? static_cast<std::uint32_t>(*input.each) : no_grain;
  }

  std::size_t extent_number(InputId input, LevelId level, std::uint32_t grain) const {
    return (static_cast<std::size_t>(input) * plan_->levels.size() + level) * grain_slots + grain;
  }

  bool may_stand_at(InputId input, LevelId level) const {
    return plan_->is_at_or_above(level, plan_->inputs[input].level);
  }

  /// Calls visit(row, batch column, row in the batch, input, entity, period) for every row of a
  /// column of values whose entity, period and input are known and whose cell may hold something.
  template <class Visit>
  void for_each_cell(const Source& source, const ValueColumn& values, Visit visit) const {
    for_each_cell(source, values, visit,
                  [](std::uint64_t, const TableColumn&, std::uint64_t, InputId) {});
  }
  /// Whether a text that elsewhere says nothing is a stage of the input's scale.
  bool names_stage(const model::Input& input, std::string_view text) const {
    if (!input.type.is_stage()) return false;
    const std::string plain = plain_heading(text);
    const std::vector<std::string>& stages = plan_->scales[input.type.scale].stages;
    return !plain.empty() && std::any_of(stages.begin(), stages.end(), [&](const auto& stage) {
      return plain_heading(stage) == plain;
    });
  }
  /// The same; `misplaced` sees the cells of rows whose entity or period was not understood.
  template <class Visit, class Misplaced>
  void for_each_cell(const Source& source, const ValueColumn& values, Visit visit,
                     Misplaced misplaced) const {
    std::uint64_t row = 0;
    const std::vector<PeriodSlot>* slots =
        values.input == model::none ? nullptr : &source.slots[slot_of(plan_->inputs[values.input])];
    for (const TableBatch& batch : source.table->table.batches) {
      const TableColumn& column = batch.columns[values.column];
      const bool is_text = column.type == CellType::text;
      for (std::uint64_t at = 0; at < batch.rows; ++at, ++row) {
        if (column.is_null(at)) continue;
        const bool blank = is_text && is_missing_mark(column.text(at));
        InputId input = values.input;
        if (slots == nullptr) {
          input = source.inputs[source.input_groups.group(row)];
          if (input == model::none) continue;
        }
        if (blank && !names_stage(plan_->inputs[input], column.text(at))) continue;
        const std::optional<EntityAt>& entity = source.entities[source.entity_groups.group(row)];
        if (!entity) {
          misplaced(row, column, at, input);
          continue;
        }
        const std::uint32_t period_group = source.period_groups.group(row);
        const PeriodSlot period = slots != nullptr
                                      ? (*slots)[period_group]
                                      : source.slots[slot_of(plan_->inputs[input])][period_group];
        if (period.grain == unusable) {
          misplaced(row, column, at, input);
          continue;
        }
        visit(row, column, at, input, *entity, period);
      }
    }
  }

  void measure() {
    extents_.resize(plan_->inputs.size() * plan_->levels.size() * grain_slots);
    for (const Source& source : sources_) {
      for (const ValueColumn& values : value_columns(source)) {
        for_each_cell(
            source, values,
            [&](std::uint64_t, const TableColumn&, std::uint64_t, InputId input,
                const EntityAt& entity, PeriodSlot period) {
              extents_[extent_number(input, entity.level, period.grain)].include(period.index);
            });
      }
    }
    for (const GivenReport& given : givens_) {
      extents_[extent_number(given.input, given.entity.level, given.period.grain)].include(
          given.period.index);
    }
  }

  /// Makes the blocks; false, with a diagnostic, where there would be too many cells.
  bool lay_out() {
    std::uint64_t cells = 0;
    blocks_.assign(extents_.size(), unusable);
    cube_.inputs.resize(plan_->inputs.size());
    for (InputId input = 0; input < plan_->inputs.size(); ++input) {
      for (LevelId level = 0; level < plan_->levels.size(); ++level) {
        if (!may_stand_at(input, level)) continue;
        for (std::uint32_t grain = 0; grain < grain_slots; ++grain) {
          const std::size_t number = extent_number(input, level, grain);
          const Extent& extent = extents_[number];
          if (extent.empty()) continue;
          ReportBlock block;
          block.level = level;
          if (grain != no_grain) block.grain = static_cast<Grain>(grain);
          block.first_period = extent.first;
          block.periods =
              static_cast<std::uint32_t>(static_cast<std::int64_t>(extent.last) - extent.first + 1);
          block.entities = cube_.entities.level(level).size();
          const std::uint64_t size = static_cast<std::uint64_t>(block.periods) * block.entities;
          cells += size;
          if (cells > options_.most_cells) {
            general_.add(kind("cube_too_large"))
                .with("input", plan_->inputs[input].name)
                .with("entities", std::to_string(block.entities))
                .with("periods", std::to_string(block.periods))
                .with("most", std::to_string(options_.most_cells));
            cube_.inputs.clear();
            return false;
          }
          block.values = value::Column(size, Reason::not_reported);
          blocks_[number] = static_cast<std::uint32_t>(cube_.inputs[input].blocks.size());
          cube_.inputs[input].blocks.push_back(std::move(block));
        }
      }
    }
    return true;
  }

  // ---- values --------------------------------------------------------------------------------

  /// What is needed to read the cells of one input from one column.
  struct InputReader {
    InputReader(const model::Plan& plan, InputId which, const std::optional<units::Unit>& unit)
        : input(which),
          declared(plan.inputs[which]),
          cells(plan, declared.type, unit ? *unit : declared.type.unit) {
      if (!declared.type.is_number()) return;
      const exact::Interval& range = declared.range;
      const Rational& scale = declared.type.unit.scale();
      if (range.low.is_finite()) low = (range.low.finite() / scale).to_double();
      if (range.high.is_finite()) high = (range.high.finite() / scale).to_double();
      watches_fractions = declared.type.unit.dimensionless() && scale == Rational(1, 100);
    }

    InputId input;
    const model::Input& declared;
    CellReader cells;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool watches_fractions = false;
    ColumnCounts counts;

    /// Doubles strictly between the nearest doubles of the ends are certainly inside.
    bool certainly_inside(double number) const { return low < number && number < high; }
  };

  void write() {
    std::uint64_t reports = 0;
    for (const Source& source : sources_)
      reports += source.table->table.rows() * value_columns(source).size();
    keeps_provenance_ = reports <= options_.keep_provenance;
    for (std::uint32_t number = 0; number < sources_.size(); ++number) {
      const Source& source = sources_[number];
      for (const ValueColumn& values : value_columns(source)) write_column(number, source, values);
    }
  }

  void write_column(std::uint32_t number, const Source& source, const ValueColumn& values) {
    for (const TableBatch& batch : source.table->table.batches) {
      const TableColumn& column = batch.columns[values.column];
      if (column.type != CellType::other) continue;
      report(number, 0, values.column,
             Diagnostic(kind("column_type_not_read"))
                 .with("column", source.heading(values.column))
                 .with("type", column.type_name))
          .data_place->row = 1;
      return;
    }
    std::vector<std::unique_ptr<InputReader>> readers(plan_->inputs.size());
    const auto reader_of = [&](InputId input) -> InputReader& {
      if (readers[input] == nullptr) {
        readers[input] =
            std::make_unique<InputReader>(*plan_, input, source.layout.roles[values.column].unit);
      }
      return *readers[input];
    };
    const std::uint64_t stride = source.table->table.rows() / 4096 + 1;
    const bool may_be_computed = computed_type(source, values.column);
    Diagnostic problem;
    // Of a row that has no place the cells are read all the same: one mistake does not hide the
    // next.
    const auto misplaced = [&](std::uint64_t row, const TableColumn& column, std::uint64_t at,
                               InputId input) {
      InputReader& reader = reader_of(input);
      const CellValue value = reader.cells.read(column, at, problem);
      if (!value.known()) {
        if (value.reason == Reason::bad_cell) report(number, row, values.column, problem);
      } else if (!reader.certainly_inside(value.number) && !inside_range(reader, value)) {
        say_outside(number, row, values.column, reader, value, column.shown(at));
      }
    };
    for_each_cell(
        source, values,
        [&](std::uint64_t row, const TableColumn& column, std::uint64_t at, InputId input,
            const EntityAt& entity, PeriodSlot period) {
          InputReader& reader = reader_of(input);
          const std::size_t extent = extent_number(input, entity.level, period.grain);
          if (blocks_[extent] == unusable) {
            if (reader.counts.below_level++ == 0) {
              say_below_level(number, row, values.column, reader.declared, entity.level);
            }
            return;
          }
          ReportBlock& block = cube_.inputs[input].blocks[blocks_[extent]];
          const std::uint64_t cell = block.cell(period.index, entity.entity);
          const CellValue value = reader.cells.read(column, at, problem);
          if (may_be_computed && row % stride == 0 && value.known()) {
            ++reader.counts.sampled;
            if (needs_many_digits(column, at, value)) ++reader.counts.long_numbers;
          }
          put(number, row, values.column, reader, block, {input, blocks_[extent], cell}, value,
              problem, column, at);
        },
        misplaced);
    for (const auto& reader : readers) {
      if (reader != nullptr) conclude(number, values.column, *reader);
    }
  }

  bool computed_type(const Source& source, std::size_t column) const {
    for (const TableBatch& batch : source.table->table.batches) {
      const CellType type = batch.columns[column].type;
      return type == CellType::text || type == CellType::float64;
    }
    return false;
  }

  static bool needs_many_digits(const TableColumn& column, std::uint64_t at,
                                const CellValue& value) {
    if (column.type == CellType::float64) {
      const double number = column.float64(at);
      return number != std::trunc(number) && shortest_digits(number) >= 16;
    }
    const std::string_view text = column.text(at);
    if (text.size() < 17 || text.find('.') == std::string_view::npos) return false;
    return value.bare && shortest_digits(value.number) >= 16;
  }

  void put(std::uint32_t source, std::uint64_t row, std::size_t column, InputReader& reader,
           ReportBlock& block, const CellKey& key, const CellValue& value,
           const Diagnostic& problem, const TableColumn& cells, std::uint64_t at) {
    if (!value.known()) {
      if (value.reason == Reason::bad_cell) report(source, row, column, problem);
      if (value.reason != Reason::not_reported && !block.values.known(key.cell)) {
        block.values.set_missing(key.cell, value.reason);
      }
      return;
    }
    if (reader.watches_fractions && value.bare) {
      ++reader.counts.bare;
      if (std::fabs(value.number) <= 1) ++reader.counts.at_most_one;
      if (value.number != 0) ++reader.counts.nonzero;
    }
    if (!reader.certainly_inside(value.number) && !inside_range(reader, value)) {
      say_outside(source, row, column, reader, value, cells.shown(at));
      if (!block.values.known(key.cell)) block.values.set_missing(key.cell, Reason::out_of_range);
      return;
    }
    if (block.values.known(key.cell)) {
      meet_again(source, row, column, reader, block, key, value, cells.shown(at));
      return;
    }
    block.values.set(key.cell, value.number);
    if (value.exact) block.exact.emplace(key.cell, *value.exact);
    if (keeps_provenance_) {
      block.provenance.emplace(
          key.cell,
          Provenance{Provenance::Kind::data, sources_[source].file,
                     static_cast<std::uint32_t>(sources_[source].table->row_number(row))});
    }
  }

  static bool inside_range(const InputReader& reader, const CellValue& value) {
    if (!reader.declared.type.is_number()) return true;
    return reader.declared.range.contains(value.exact_number() * reader.declared.type.unit.scale());
  }

  void say_outside(std::uint32_t source, std::uint64_t row, std::size_t column,
                   const InputReader& reader, const CellValue& value, const std::string& seen) {
    report(source, row, column, outside_range(reader.declared, value.number, seen));
  }

  void say_below_level(std::uint32_t source, std::uint64_t row, std::size_t column,
                       const model::Input& input, LevelId level) {
    Diagnostic diagnostic(kind("reported_below_level"));
    diagnostic.with("input", input.name)
        .with("level", plan_->levels[level].name)
        .with("declared", plan_->levels[input.level].name);
    report(source, row, column, diagnostic);
  }

  void meet_again(std::uint32_t source, std::uint64_t row, std::size_t column, InputReader& reader,
                  ReportBlock& block, const CellKey& key, const CellValue& value,
                  std::string seen) {
    bool same = block.values.value(key.cell) == (value.number == 0 ? 0 : value.number);
    if (same) {
      const auto written = block.exact.find(key.cell);
      same = written == block.exact.end() ? !value.exact
                                          : value.exact && *value.exact == written->second;
    }
    if (same) {
      if (reader.counts.repeated++ > 0) return;
    } else {
      if (collisions_.size() >= options_.most_diagnostics) {
        ++unlisted_;
        return;
      }
    }
    collisions_.push_back({key, {source, row, column}, same, std::move(seen)});
  }

  void conclude(std::uint32_t source, std::size_t column, const InputReader& reader) {
    const ColumnCounts& counts = reader.counts;
    const auto warn = [&](const text::DiagnosticKind& what) -> Diagnostic& {
      Diagnostic& diagnostic =
          report(source, 0, column, Diagnostic(what).with("input", reader.declared.name));
      diagnostic.data_place->row = 1;
      return diagnostic;
    };
    if (counts.nonzero > 0 && counts.at_most_one == counts.bare) {
      warn(kind("looks_like_fraction"))
          .with("count", std::to_string(counts.bare))
          .with("unit", reader.declared.type.unit.text());
    }
    if (counts.long_numbers >= 3 && counts.long_numbers * 10 >= counts.sampled) {
      warn(kind("looks_computed"))
          .with("count", std::to_string(counts.long_numbers))
          .with("of", std::to_string(counts.sampled));
    }
    for (Collision& collision : collisions_) {
      if (collision.same && collision.second.source == source &&
          collision.second.column == column && collision.key.input == reader.input) {
        collision.seen = std::to_string(counts.repeated);
      }
    }
  }

  // ---- givens --------------------------------------------------------------------------------

  void say_about_given(const model::Given& given, Diagnostic diagnostic) {
    diagnostic.place = given.place;
    diagnostic.source = plan_->source;
    general_.list().push_back(std::move(diagnostic));
  }

  void read_givens() {
    for (std::uint32_t number = 0; number < plan_->givens.size(); ++number) {
      const model::Given& given = plan_->givens[number];
      if (given.input == model::none) continue;
      const model::Input& input = plan_->inputs[given.input];
      PeriodSlot slot;
      if (given.when) {
        const std::optional<Period> period = given.when->as_period();
        if (!period) {
          say_about_given(given, Diagnostic(kind("given_not_in_a_period"))
                                     .with("span", given.when->to_string())
                                     .with("input", input.name));
          continue;
        }
        slot = {static_cast<std::uint32_t>(period->grain), period->index};
      }
      const CellValue value = CellValue::of(
          input.type.is_number() ? given.value.value / input.type.unit.scale() : given.value.value);
      for (const EntityAt& entity : cells_of(given)) {
        if (!may_stand_at(given.input, entity.level)) {
          say_about_given(given, Diagnostic(kind("reported_below_level"))
                                     .with("input", input.name)
                                     .with("level", plan_->levels[entity.level].name)
                                     .with("declared", plan_->levels[input.level].name));
          break;
        }
        givens_.push_back({number, given.input, entity, slot, value});
      }
    }
  }

  std::vector<EntityAt> cells_of(const model::Given& given) {
    const model::Where& where = given.where;
    std::vector<EntityAt> cells;
    const auto add_level = [&](LevelId level) {
      for (EntityIndex entity = 0; entity < cube_.entities.level(level).size(); ++entity) {
        cells.push_back({level, entity});
      }
    };
    if (!where.group_cells.empty()) {
      say_about_given(given, Diagnostic(kind("given_at_group"))
                                 .with("group", plan_->groups[where.group_cells.front()].name)
                                 .with("input", plan_->inputs[given.input].name));
      return cells;
    }
    for (const model::GroupId group : where.groups) {
      for (const EntityIndex entity : cube_.entities.group(group)) {
        cells.push_back({plan_->groups[group].level, entity});
      }
    }
    for (const std::string& name : where.entities) {
      // An entity that was not found has its diagnostic already.
      if (const auto entity = where.levels.size() == 1
                                  ? named_at(where.levels.front(), name)
                                  : cube_.entities.find(name, plan_->inputs[given.input].level)) {
        cells.push_back(*entity);
      }
    }
    if (where.entities.empty()) {
      for (const LevelId level : where.levels) add_level(level);
      if (where.levels.empty() && where.groups.empty()) add_level(0);
    }
    return cells;
  }

  std::optional<EntityAt> named_at(LevelId level, const std::string& name) const {
    const std::optional<EntityIndex> entity = cube_.entities.find(level, name);
    return entity ? std::optional(EntityAt{level, *entity}) : std::nullopt;
  }

  void write_givens() {
    for (const GivenReport& given : givens_) {
      const std::uint32_t which =
          blocks_[extent_number(given.input, given.entity.level, given.period.grain)];
      ReportBlock& block = cube_.inputs[given.input].blocks[which];
      const std::uint64_t cell = block.cell(given.period.index, given.entity.entity);
      if (!block.values.known(cell)) {
        block.values.set(cell, given.value.number);
        if (given.value.exact) block.exact.insert_or_assign(cell, *given.value.exact);
        block.provenance.insert_or_assign(cell,
                                          Provenance{Provenance::Kind::given, given.given, 0});
        continue;
      }
      if (block.exact_value(cell) == given.value.exact_number()) continue;
      const auto source = block.provenance.find(cell);
      if (source != block.provenance.end() && source->second.kind == Provenance::Kind::given) {
        say_about_given(plan_->givens[given.given],
                        Diagnostic(kind("given_twice"))
                            .with("input", plan_->inputs[given.input].name)
                            .label(plan_->givens[source->second.file].place, "given here first",
                                   "先在此处给出"));
        continue;
      }
      differing_givens_.push_back({{given.input, which, cell}, given.given});
    }
  }

  // ---- two reports of one cell ---------------------------------------------------------------

  /// The first report of each of those cells.
  std::unordered_map<CellKey, Writer, HashCellKey> first_writers() const {
    std::unordered_map<CellKey, Writer, HashCellKey> writers;
    for (const Collision& each : collisions_) writers.emplace(each.key, Writer{unusable, 0, 0});
    for (const auto& [key, given] : differing_givens_) writers.emplace(key, Writer{unusable, 0, 0});
    if (writers.empty()) return writers;
    for (std::uint32_t number = 0; number < sources_.size(); ++number) {
      for (const ValueColumn& values : value_columns(sources_[number])) {
        for_each_cell(sources_[number], values,
                      [&](std::uint64_t row, const TableColumn&, std::uint64_t, InputId input,
                          const EntityAt& entity, PeriodSlot period) {
                        const std::uint32_t block =
                            blocks_[extent_number(input, entity.level, period.grain)];
                        if (block == unusable) return;
                        const auto writer = writers.find(
                            {input, block,
                             cube_.inputs[input].blocks[block].cell(period.index, entity.entity)});
                        if (writer != writers.end() && writer->second.source == unusable) {
                          writer->second = {number, row, values.column};
                        }
                      });
      }
    }
    return writers;
  }

  /// The entity and period of a cell in words: "兴庆区, 2023-08".
  std::string cell_words(const CellKey& key) const {
    const ReportBlock& block = cube_.inputs[key.input].blocks[key.block];
    std::string words =
        cube_.entities.path(block.level, static_cast<EntityIndex>(key.cell % block.entities));
    if (block.grain) {
      const Period period{
          *block.grain, block.first_period + static_cast<std::int32_t>(key.cell / block.entities)};
      words += ", " + period.to_string();
    }
    return words;
  }

  /// A value in base scale in words.
  model::Words value_words(const value::Type& type, const Rational& value) const {
    switch (type.kind) {
      case value::Type::Kind::number: {
        const std::string text = units::format(value, type.unit, 12);
        return {text, text};
      }
      case value::Type::Kind::yesno:
        return value.is_zero() ? model::Words{"no", "否"} : model::Words{"yes", "是"};
      case value::Type::Kind::date: {
        const auto date = calendar::Date::from_days(value.to_int64().value_or(0));
        const std::string text = date ? date->to_string() : value.to_string();
        return {text, text};
      }
      case value::Type::Kind::stage: {
        const std::vector<std::string>& stages = plan_->scales[type.scale].stages;
        const auto rank = static_cast<std::size_t>(value.to_int64().value_or(0));
        const std::string text = rank < stages.size() ? stages[rank] : value.to_string();
        return {text, text};
      }
    }
    return {value.to_string(), value.to_string()};
  }

  /// What a cell of the cube holds.
  model::Words words_of(const CellKey& key) const {
    const ReportBlock& block = cube_.inputs[key.input].blocks[key.block];
    if (!block.values.known(key.cell)) return {"different values", "不同的值"};
    const value::Type& type = plan_->inputs[key.input].type;
    const Rational value = block.exact_value(key.cell);
    return value_words(type, type.is_number() ? value * type.unit.scale() : value);
  }

  std::string place_words(const Writer& writer) const {
    if (writer.source == unusable) return "";
    const Source& source = sources_[writer.source];
    return text::data_place_name(
        {source.table->name, source.table->row_number(writer.row), source.heading(writer.column)},
        text::Language::english);
  }
  std::string place_words_chinese(const Writer& writer) const {
    if (writer.source == unusable) return "";
    const Source& source = sources_[writer.source];
    return text::data_place_name(
        {source.table->name, source.table->row_number(writer.row), source.heading(writer.column)},
        text::Language::chinese);
  }

  void explain_collisions() {
    const auto writers = first_writers();
    for (const Collision& each : collisions_) {
      const Writer& first = writers.at(each.key);
      const model::Input& input = plan_->inputs[each.key.input];
      Diagnostic diagnostic(each.same ? kind("repeated_report") : kind("conflicting_reports"));
      diagnostic.with("input", input.name)
          .with("cell", cell_words(each.key))
          .with("first", place_words(first), place_words_chinese(first));
      if (each.same) {
        diagnostic.with("count", each.seen);
      } else {
        const model::Words other = words_of(each.key);
        diagnostic.with("seen", each.seen).with("other", other.english, other.chinese);
      }
      report(each.second.source, each.second.row, each.second.column, diagnostic);
    }
    if (options_.keep_going) {
      for (const Collision& each : collisions_) {
        if (each.same) continue;
        ReportBlock& block = cube_.inputs[each.key.input].blocks[each.key.block];
        block.values.set_missing(each.key.cell, Reason::conflicting_reports);
        block.exact.erase(each.key.cell);
      }
    }
    for (const auto& [key, number] : differing_givens_) {
      const model::Given& given = plan_->givens[number];
      const Writer& writer = writers.at(key);
      const value::Type& type = plan_->inputs[key.input].type;
      const model::Words given_words = value_words(type, given.value.value);
      const model::Words reported = words_of(key);
      Diagnostic diagnostic(kind("given_differs"));
      diagnostic.with("input", plan_->inputs[key.input].name)
          .with("cell", cell_words(key))
          .with("given", given_words.english, given_words.chinese)
          .with("reported", reported.english, reported.chinese)
          .with("where", place_words(writer), place_words_chinese(writer));
      say_about_given(given, std::move(diagnostic));
    }
  }

  // ---- the end -------------------------------------------------------------------------------

  Checked<Cube> finish() {
    for (Found& each : opening_) {
      if (found_.size() >= options_.most_diagnostics) {
        ++unlisted_;
      } else {
        found_.push_back(std::move(each));
      }
    }
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
      return std::tie(a.source, a.row, a.column) < std::tie(b.source, b.row, b.column);
    });
    Diagnostics diagnostics = general_;
    for (Found& each : found_) diagnostics.list().push_back(std::move(each.diagnostic));
    if (unlisted_ > 0) {
      diagnostics.add(kind("more_not_listed")).with("count", std::to_string(unlisted_));
    }
    const bool no_cube = cube_.inputs.size() != plan_->inputs.size();
    if (no_cube || (diagnostics.has_errors() && !options_.keep_going)) return diagnostics;
    cube_.warnings = diagnostics;
    return Checked<Cube>(std::move(cube_), std::move(diagnostics));
  }

  std::shared_ptr<const model::Plan> plan_;
  const ReadOptions& options_;
  const std::vector<NamedTable>& tables_;
  RegisterBuilder builder_;
  EntityCells entity_cells_;
  Cube cube_;
  std::vector<Source> sources_;
  std::vector<Extent> extents_;        // by extent_number
  std::vector<std::uint32_t> blocks_;  // by extent_number: which block of its input
  std::vector<GivenReport> givens_;
  std::vector<std::pair<CellKey, std::uint32_t>> differing_givens_;
  std::vector<Collision> collisions_;
  bool keeps_provenance_ = false;

  Diagnostics general_;         // about plan, register and headings
  std::vector<Found> opening_;  // about names in cells
  std::vector<Found> found_;    // about other cells
  Diagnostic scratch_;
  FurtherRows further_;
  std::uint64_t unlisted_ = 0;
};

}  // namespace

Checked<Cube> read_tables(std::shared_ptr<const model::Plan> plan,
                          const std::vector<NamedTable>& tables, const ReadOptions& options) {
  assert(plan != nullptr && !plan->levels.empty() && "a plan has at least one level");
  return TableReader(std::move(plan), tables, options).read();
}

}  // namespace dabiao::data
