#include "data/write_reports.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "data/outside_range.hpp"

namespace dabiao::data {
namespace {

using exact::Rational;
using model::InputId;
using model::LevelId;
using text::Diagnostic;
using text::kind;
using value::Reason;

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

  /// Whether the range of the input has a value. Doubles strictly between the nearest doubles of
  /// the ends are certainly inside.
  bool has(const CellValue& value) const {
    return (low < value.number && value.number < high) || has_exactly(value);
  }

 private:
  bool has_exactly(const CellValue& value) const {
    if (!declared.type.is_number()) return true;
    return declared.range.contains(value.exact_number() * declared.type.unit.scale());
  }
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

bool needs_many_digits(const TableColumn& column, std::uint64_t at, const CellValue& value) {
  if (column.type == CellType::float64) {
    const double number = column.float64(at);
    return number != std::trunc(number) && shortest_digits(number) >= 16;
  }
  const std::string_view text = column.text(at);
  if (text.size() < 17 || text.find('.') == std::string_view::npos) return false;
  return value.bare && shortest_digits(value.number) >= 16;
}

/// Whether the cells of a column are of a type in which computed numbers show as such.
bool shows_digits(const OpenedTable& opened, std::size_t column) {
  for (const TableBatch& batch : opened.table->table.batches) {
    const CellType type = batch.columns[column].type;
    return type == CellType::text || type == CellType::float64;
  }
  return false;
}

class ReportWriter {
 public:
  ReportWriter(const CubeLayout& layout, const ReadOptions& options, bool keeps_provenance,
               Cube& cube, TableProblems& problems)
      : plan_(*cube.plan),
        layout_(layout),
        options_(options),
        keeps_provenance_(keeps_provenance),
        cube_(cube),
        problems_(problems) {}

  void write_column(const OpenedTable& opened, const ValueColumn& values) {
    for (const TableBatch& batch : opened.table->table.batches) {
      const TableColumn& column = batch.columns[values.column];
      if (column.type != CellType::other) continue;
      problems_.add_to_column(opened.number, values.column,
                              Diagnostic(kind("column_type_not_read"))
                                  .with("column", opened.heading(values.column))
                                  .with("type", column.type_name));
      return;
    }
    std::vector<std::unique_ptr<InputReader>> readers(plan_.inputs.size());
    const auto reader_of = [&](InputId input) -> InputReader& {
      if (readers[input] == nullptr) {
        readers[input] =
            std::make_unique<InputReader>(plan_, input, opened.layout.roles[values.column].unit);
      }
      return *readers[input];
    };
    const std::uint64_t stride = opened.table->table.rows() / 4096 + 1;
    const bool may_be_computed = shows_digits(opened, values.column);
    Diagnostic problem;
    // Of a row that has no place the cells are read all the same: one mistake does not hide the
    // next.
    const auto misplaced = [&](std::uint64_t row, const TableColumn& column, std::uint64_t at,
                               InputId input) {
      const InputReader& reader = reader_of(input);
      const CellValue value = reader.cells.read(column, at, problem);
      const TableCell place{opened.number, row, values.column};
      if (!value.known()) {
        if (value.reason == Reason::bad_cell) problems_.add(place, problem);
      } else if (!reader.has(value)) {
        say_outside(place, reader, value, column.shown(at));
      }
    };
    for_each_cell(
        plan_, opened, values,
        [&](std::uint64_t row, const TableColumn& column, std::uint64_t at, InputId input,
            const EntityAt& entity, PeriodSlot period) {
          InputReader& reader = reader_of(input);
          const TableCell place{opened.number, row, values.column};
          const std::uint32_t which = layout_.block(input, entity.level, period.grain);
          if (which == CubeLayout::no_block) {
            if (reader.counts.below_level++ == 0) {
              say_below_level(place, reader.declared, entity.level);
            }
            return;
          }
          ReportBlock& block = cube_.inputs[input].blocks[which];
          const CubeCell cell{input, which, block.cell(period.index, entity.entity)};
          const CellValue value = reader.cells.read(column, at, problem);
          if (may_be_computed && row % stride == 0 && value.known()) {
            ++reader.counts.sampled;
            if (needs_many_digits(column, at, value)) ++reader.counts.long_numbers;
          }
          put(opened, place, reader, block, cell, value, problem, column, at);
        },
        misplaced);
    for (const auto& reader : readers) {
      if (reader != nullptr) conclude(opened.number, values.column, *reader);
    }
  }

  std::vector<SecondReport>& seconds() { return seconds_; }

 private:
  void put(const OpenedTable& opened, const TableCell& place, InputReader& reader,
           ReportBlock& block, const CubeCell& cell, const CellValue& value,
           const Diagnostic& problem, const TableColumn& column, std::uint64_t at) {
    if (!value.known()) {
      if (value.reason == Reason::bad_cell) problems_.add(place, problem);
      if (value.reason != Reason::not_reported && !block.values.known(cell.index)) {
        block.values.set_missing(cell.index, value.reason);
      }
      return;
    }
    if (reader.watches_fractions && value.bare) {
      ++reader.counts.bare;
      if (std::fabs(value.number) <= 1) ++reader.counts.at_most_one;
      if (value.number != 0) ++reader.counts.nonzero;
    }
    if (!reader.has(value)) {
      say_outside(place, reader, value, column.shown(at));
      if (!block.values.known(cell.index)) {
        block.values.set_missing(cell.index, Reason::out_of_range);
      }
      return;
    }
    if (block.values.known(cell.index)) {
      meet_again(place, reader, block, cell, value, column.shown(at));
      return;
    }
    block.values.set(cell.index, value.number);
    if (value.exact) block.exact.emplace(cell.index, *value.exact);
    if (keeps_provenance_) {
      block.provenance.emplace(
          cell.index, Provenance{Provenance::Kind::data, opened.number,
                                 static_cast<std::uint32_t>(opened.table->row_number(place.row))});
    }
  }

  void say_outside(const TableCell& place, const InputReader& reader, const CellValue& value,
                   const std::string& seen) {
    problems_.add(place, outside_range(reader.declared, value.number, seen));
  }

  void say_below_level(const TableCell& place, const model::Input& input, LevelId level) {
    Diagnostic diagnostic(kind("reported_below_level"));
    diagnostic.with("input", input.name)
        .with("level", plan_.levels[level].name)
        .with("declared", plan_.levels[input.level].name);
    problems_.add(place, diagnostic);
  }

  void meet_again(const TableCell& place, InputReader& reader, const ReportBlock& block,
                  const CubeCell& cell, const CellValue& value, std::string seen) {
    bool same = block.values.value(cell.index) == (value.number == 0 ? 0 : value.number);
    if (same) {
      const auto written = block.exact.find(cell.index);
      same = written == block.exact.end() ? !value.exact
                                          : value.exact && *value.exact == written->second;
    }
    if (same) {
      if (reader.counts.repeated++ > 0) return;
    } else {
      if (seconds_.size() >= options_.most_diagnostics) {
        problems_.count_unlisted();
        return;
      }
    }
    seconds_.push_back({cell, place, same, 0, std::move(seen)});
  }

  /// What is to be said when all cells of a column are read.
  void conclude(std::uint32_t table, std::size_t column, const InputReader& reader) {
    const ColumnCounts& counts = reader.counts;
    const auto warn = [&](const text::DiagnosticKind& what) -> Diagnostic& {
      return problems_.add_to_column(table, column,
                                     Diagnostic(what).with("input", reader.declared.name));
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
    for (SecondReport& each : seconds_) {
      if (each.same && each.at.table == table && each.at.column == column &&
          each.cell.input == reader.input) {
        each.count = counts.repeated;
      }
    }
  }

  const model::Plan& plan_;
  const CubeLayout& layout_;
  const ReadOptions& options_;
  bool keeps_provenance_;
  Cube& cube_;
  TableProblems& problems_;
  std::vector<SecondReport> seconds_;
};

}  // namespace

std::vector<SecondReport> write_reports(const std::vector<OpenedTable>& tables,
                                        const CubeLayout& layout, const ReadOptions& options,
                                        Cube& cube, TableProblems& problems) {
  std::uint64_t reports = 0;
  for (const OpenedTable& opened : tables)
    reports += opened.table->table.rows() * opened.value_columns().size();
  ReportWriter writer(layout, options, reports <= options.keep_provenance, cube, problems);
  for (const OpenedTable& opened : tables) {
    for (const ValueColumn& values : opened.value_columns()) writer.write_column(opened, values);
  }
  return std::move(writer.seconds());
}

}  // namespace dabiao::data
