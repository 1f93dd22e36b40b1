#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/calendar/date.hpp"
#include "dabiao/data/read_tables.hpp"
#include "dabiao/explain/explanation.hpp"
#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::explain {

/// A plan and its data, both as text, assessed as of a day.
class Explained {
 public:
  /// `table` is comma-separated with a heading line; empty for no data.
  Explained(std::string plan, const std::string& table, const std::string& as_of) {
    auto source = std::make_shared<const text::Source>("plan.biao", std::move(plan));
    syntax::Parsed parsed = syntax::parse(source);
    text::Diagnostics diagnostics = parsed.diagnostics;
    auto ast = std::make_shared<const syntax::Ast>(std::move(parsed.ast));
    model::Resolved resolved = model::resolve(source, ast);
    diagnostics.append(resolved.diagnostics);
    auto model = resolved.plan;
    ir::Lowered lowered = ir::lower(model);
    diagnostics.append(lowered.diagnostics);
    EXPECT_FALSE(diagnostics.has_errors())
        << text::render_all(diagnostics, text::Language::english);

    std::vector<data::NamedTable> tables;
    if (!table.empty()) tables.push_back({"data.csv", rows_of(table), 2, {}});
    auto cube = data::read_tables(model, tables, {});
    EXPECT_TRUE(bool(cube)) << text::render_all(cube.diagnostics(), text::Language::english);

    assessment::Options options;
    options.as_of = *calendar::Date::parse_iso(as_of);
    assessment_ = assessment::assess(std::move(lowered.program),
                                     std::make_shared<const data::Cube>(*cube), options);
  }

  /// The cell of a target at an entity (any where empty) and a span (any where empty).
  Explanation of(const std::string& target, const std::string& entity = "",
                 const std::string& span = "", const Options& options = {}) const {
    for (const assessment::Cell& cell : assessment_.cells(target)) {
      if (!entity.empty() && assessment_.entity_name(cell) != entity) continue;
      if (!span.empty() && cell.span.to_string() != span) continue;
      return explain(assessment_, cell, options);
    }
    ADD_FAILURE() << "no cell of " << target << " " << entity << " " << span;
    return {};
  }

  const assessment::Assessment& assessment() const { return assessment_; }

 private:
  static std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (const char each : text) {
      if (each == at) {
        parts.emplace_back();
      } else {
        parts.back() += each;
      }
    }
    return parts;
  }

  static data::Table rows_of(const std::string& table) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& line : split(table, '\n')) {
      if (!line.empty()) rows.push_back(split(line, ','));
    }
    std::vector<std::string> headings = rows.front();
    rows.erase(rows.begin());
    return data::Table::from_rows(std::move(headings), rows);
  }

  assessment::Assessment assessment_;
};

/// A value as it is written in its unit: "147150/2597", "5886".
inline std::string shown(const Quantity& quantity) {
  return quantity.value ? quantity.shown(*quantity.value).to_string()
                        : std::string(value::name(quantity.reason));
}
inline std::string shown(const value::Type& type, const std::optional<Rational>& value) {
  return value ? (*value / type.unit.scale()).to_string() : "none";
}

}  // namespace dabiao::explain
