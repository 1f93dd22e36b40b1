#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/data/read_tables.hpp"
#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::worked {

/// A plan read from text, with everything that is wrong with it.
struct PlanText {
  std::shared_ptr<const text::Source> source;
  std::shared_ptr<const model::Plan> model;
  std::shared_ptr<const ir::Program> program;
  text::Diagnostics diagnostics;

  explicit PlanText(std::string text) {
    source = std::make_shared<const text::Source>("plan.biao", std::move(text));
    syntax::Parsed parsed = syntax::parse(source);
    diagnostics = std::move(parsed.diagnostics);
    auto ast = std::make_shared<const syntax::Ast>(std::move(parsed.ast));
    model::Resolved resolved = model::resolve(source, ast);
    diagnostics.append(resolved.diagnostics);
    model = resolved.plan;
    const text::Diagnostics cycles = graph::cycle_diagnostics(graph::build(*model), *model);
    diagnostics.append(cycles);
    if (cycles.has_errors()) return;
    ir::Lowered lowered = ir::lower(model);
    diagnostics.append(lowered.diagnostics);
    program = std::move(lowered.program);
  }

  std::string rendered() const { return text::render_all(diagnostics, text::Language::english); }
  /// "kind line:column" of every diagnostic, in the order in which they were found.
  std::vector<std::string> problems() const {
    std::vector<std::string> found;
    for (const text::Diagnostic& each : diagnostics) {
      std::string line(each.kind->name);
      if (each.place) {
        const text::Position position = source->position(each.place->begin);
        line += " " + std::to_string(position.line) + ":" + std::to_string(position.column);
      }
      // Every message can be written in both languages, whatever the test looks at.
      text::render(each, text::Language::english);
      text::render(each, text::Language::chinese);
      found.push_back(std::move(line));
    }
    return found;
  }
};

/// A table from lines of cells between commas; the first line has the headings. Blanks around a
/// cell do not count.
inline data::Table table(std::string_view csv) {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines{std::string(csv)};
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    std::vector<std::string> cells;
    std::size_t begin = 0;
    while (true) {
      const std::size_t end = std::min(line.find(',', begin), line.size());
      std::string cell = line.substr(begin, end - begin);
      const std::size_t first = cell.find_first_not_of(" \t");
      cell = first == std::string::npos
                 ? std::string()
                 : cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
      cells.push_back(std::move(cell));
      if (end == line.size()) break;
      begin = end + 1;
    }
    (headings.empty() ? headings : rows.emplace_back()) = std::move(cells);
  }
  return data::Table::from_rows(std::move(headings), rows);
}

inline std::string shown(const exact::Rational& value) {
  return value.to_finite_decimal().value_or(value.to_string());
}

/// A plan with data, assessed as of a day. Cells are looked at as text, so that a test reads as
/// the table that someone worked out by hand.
class Worked {
 public:
  Worked(std::string plan_text, std::vector<std::string> tables, std::string_view as_of,
         std::optional<std::string> entities = std::nullopt)
      : plan_(std::move(plan_text)) {
    EXPECT_FALSE(plan_.diagnostics.has_errors()) << plan_.rendered();
    if (plan_.diagnostics.has_errors()) return;
    std::vector<data::NamedTable> named;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      named.push_back({"data" + std::to_string(i + 1) + ".csv", table(tables[i]), 2, {}});
    }
    data::ReadOptions read;
    read.keep_going = true;
    if (entities) read.entities = data::NamedTable{"entities.csv", table(*entities), 2, {}};
    Checked<data::Cube> cube = data::read_tables(plan_.model, named, read);
    reading_ = text::render_all(cube.diagnostics(), text::Language::english);
    EXPECT_TRUE(cube) << reading_;
    if (!cube) return;
    assessment::Options options;
    options.as_of = *calendar::Date::parse(as_of);
    assessment_ = assessment::assess(plan_.program,
                                     std::make_shared<const data::Cube>(std::move(*cube)), options);
  }

  const assessment::Assessment& assessment() const { return *assessment_; }
  const PlanText& plan() const { return plan_; }
  const std::string& reading() const { return reading_; }

  /// The wanted columns of every cell of a target, one cell per line.
  std::string says(std::string_view target, std::string_view columns) const {
    if (!assessment_) return "nothing was assessed";
    std::string all;
    for (const assessment::Cell& cell : assessment_->cells(target)) {
      std::string line;
      std::istringstream words{std::string(columns)};
      for (std::string column; words >> column;) {
        if (!line.empty()) line += ' ';
        line += field(cell, column);
      }
      if (!all.empty()) all += '\n';
      all += line;
    }
    return all;
  }

  /// The kinds of the warnings.
  std::vector<std::string> warnings() const {
    std::vector<std::string> kinds;
    if (!assessment_) return kinds;
    for (const text::Diagnostic& each : assessment_->warnings) {
      kinds.emplace_back(each.kind->name);
    }
    return kinds;
  }

  std::string field(const assessment::Cell& cell, std::string_view name) const {
    const auto date = [](const std::optional<calendar::Date>& day) {
      return day ? day->to_string() : std::string("-");
    };
    const auto plain = [](const std::optional<exact::Rational>& value) {
      return value ? shown(*value) : std::string("-");
    };
    if (name == "entity") return assessment_->entity_name(cell);
    if (name == "path") return assessment_->entity_path(cell);
    if (name == "level") return assessment_->level_name(cell);
    if (name == "span") return cell.span.to_string();
    if (name == "due") return date(cell.due);
    if (name == "status") return std::string(assessment::name(cell.status));
    if (name == "reason") {
      return cell.reason == value::Reason::known ? "-" : std::string(value::name(cell.reason));
    }
    if (name == "attained") return plain(cell.attained);
    if (name == "reached") return date(cell.reached_on);
    if (name == "complete") {
      return std::to_string(cell.reported) + "/" + std::to_string(cell.expected);
    }
    if (name == "whatever") return cell.whatever ? "whatever" : "-";
    if (name == "tight") return cell.tight ? "tight" : "loose";
    if (name == "binding") return std::to_string(cell.binding);
    if (name == "statuses") {
      std::string all;
      for (const auto& each : cell.comparisons) {
        if (!all.empty()) all += ',';
        all += assessment::name(each.status);
      }
      return all;
    }
    const assessment::ComparisonResult* result = cell.shown();
    if (result == nullptr) return "-";
    const auto number = [&](const std::optional<exact::Rational>& value) {
      return value ? shown(result->shown(*value)) : std::string("-");
    };
    const auto bound = [&](const exact::Bound& value) {
      return value.is_finite() ? shown(result->shown(value.finite())) : value.to_string();
    };
    if (name == "value") {
      if (result->type.is_date() && result->value) {
        return calendar::Date(static_cast<std::int32_t>(*result->value->to_int64())).to_string();
      }
      return number(result->value);
    }
    if (name == "range") {
      return (result->bounds.low_open ? "(" : "[") + bound(result->bounds.low) + ".." +
             bound(result->bounds.high) + (result->bounds.high_open ? ")" : "]");
    }
    if (name == "threshold") return number(result->threshold);
    if (name == "gap") return number(result->gap);
    if (name == "unit") return result->type.unit.text();
    if (name == "progress") return plain(result->progress);
    if (name == "start") return number(result->start);
    if (name == "expected") return number(result->expected);
    if (name == "projected") return number(result->projected);
    if (name == "reaches") return date(result->projected_date);
    if (name == "data") return date(result->data_day);
    ADD_FAILURE() << "no column " << name;
    return "?";
  }

 private:
  PlanText plan_;
  std::string reading_;
  std::optional<assessment::Assessment> assessment_;
};

}  // namespace dabiao::worked
