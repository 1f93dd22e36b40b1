#include "result_columns.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "dabiao/exact/nearest.hpp"
#include "dabiao/json/assessment_json.hpp"
#include "dabiao/value/reason.hpp"
#include "shown.hpp"

namespace dabiao::python {
namespace {

using assessment::Assessment;
using assessment::Cell;
using assessment::ComparisonResult;
using data::OutputColumn;
using exact::Rational;
using text::Language;

void put(OutputColumn& column, const std::string& text) {
  column.append(std::string_view(text));
}

void put_or_null(OutputColumn& column, const std::string& text) {
  if (text.empty()) {
    column.append_null();
  } else {
    put(column, text);
  }
}

void put(OutputColumn& column, const std::optional<calendar::Date>& day) {
  if (day) {
    column.append(std::int64_t{day->days()});
  } else {
    column.append_null();
  }
}

void put(OutputColumn& column, const std::optional<double>& number) {
  if (number) {
    column.append(*number);
  } else {
    column.append_null();
  }
}

void put(OutputColumn& column, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) put(column.items(), text);
  column.append();
}

std::optional<double> plain(const std::optional<Rational>& value) {
  if (!value) return std::nullopt;
  return exact::finite_double(*value);
}

/// A number of a comparison in its unit; a gap with the sign of its verdict.
std::optional<double> in_unit(const ComparisonResult* comparison,
                              std::optional<Rational> ComparisonResult::*member) {
  if (comparison == nullptr || !(comparison->*member)) return std::nullopt;
  const Rational shown = comparison->shown(*(comparison->*member));
  return member == &ComparisonResult::gap ? exact::finite_with_sign(shown)
                                          : exact::finite_double(shown);
}

std::optional<double> end_in_unit(const ComparisonResult& comparison, const exact::Bound& bound) {
  if (!bound.is_finite()) return std::nullopt;
  return exact::finite_double(comparison.shown(bound.finite()));
}

OutputColumn texts(std::string name) {
  return OutputColumn::list(std::move(name), OutputColumn::text("item"));
}

/// Columns under construction: what each is called and how a cell fills it.
class Columns {
 public:
  using Fill = std::function<void(OutputColumn&, const Cell&)>;
  void add(OutputColumn column, Fill fill) {
    columns_.push_back(std::move(column));
    fills_.push_back(std::move(fill));
  }
  void append(const Cell& cell) {
    for (std::size_t i = 0; i < columns_.size(); ++i) fills_[i](columns_[i], cell);
  }
  std::vector<OutputColumn> take() { return std::move(columns_); }

 private:
  std::vector<OutputColumn> columns_;
  std::vector<Fill> fills_;
};

void put_comparisons(OutputColumn& column, const Assessment& assessment, const Cell& cell) {
  const ir::Target& target = assessment.program->targets[cell.target];
  OutputColumn& entry = column.items();
  for (const ComparisonResult& each : cell.comparisons) {
    std::size_t next = 0;
    const auto field = [&]() -> OutputColumn& { return entry.field(next++); };
    put(field(), std::string(json::symbol(target.comparisons[each.comparison].comparator)));
    put(field(), std::string(name(each.status)));
    put_or_null(field(), std::string(name(each.reason)));
    put(field(), in_unit(&each, &ComparisonResult::value));
    put(field(), end_in_unit(each, each.bounds.low));
    put(field(), end_in_unit(each, each.bounds.high));
    put(field(), in_unit(&each, &ComparisonResult::threshold));
    put(field(), in_unit(&each, &ComparisonResult::upper));
    put(field(), in_unit(&each, &ComparisonResult::gap));
    put(field(), each.type.unit.text());
    put(field(), plain(each.attained));
    put(field(), plain(each.progress));
    if (OutputColumn& holds = field(); each.holds) {
      holds.append(*each.holds);
    } else {
      holds.append_null();
    }
    entry.append();
  }
  column.append();
}

}  // namespace

std::vector<OutputColumn> result_columns(const Assessment& assessment) {
  const model::Plan& plan = assessment.plan();
  const auto target = [&plan](const Cell& cell) -> const model::Target& {
    return plan.targets[cell.target];
  };
  const auto number = [](std::optional<Rational> ComparisonResult::*member) -> Columns::Fill {
    return [member](OutputColumn& column, const Cell& cell) {
      put(column, in_unit(cell.shown(), member));
    };
  };
  const auto words = [&plan](std::optional<Rational> ComparisonResult::*member) -> Columns::Fill {
    return [member, &plan](OutputColumn& column, const Cell& cell) {
      const ComparisonResult* shown = cell.shown();
      put_or_null(column, shown != nullptr && shown->*member
                              ? shown_value(*(shown->*member), shown->type, plan, Language::english)
                              : std::string());
    };
  };

  Columns columns;
  columns.add(OutputColumn::text("plan"),
              [&](OutputColumn& column, const Cell&) { put_or_null(column, plan.name); });
  columns.add(OutputColumn::text("target"),
              [=](OutputColumn& column, const Cell& cell) { put(column, target(cell).name); });
  columns.add(OutputColumn::text("label"),
              [=](OutputColumn& column, const Cell& cell) { put(column, target(cell).shown()); });
  columns.add(OutputColumn::text("entity"), [&](OutputColumn& column, const Cell& cell) {
    put(column, assessment.entity_name(cell));
  });
  columns.add(OutputColumn::text("path"), [&](OutputColumn& column, const Cell& cell) {
    put(column, assessment.entity_path(cell));
  });
  columns.add(OutputColumn::text("level"), [&](OutputColumn& column, const Cell& cell) {
    put(column, assessment.level_name(cell));
  });
  columns.add(OutputColumn::text("span"),
              [](OutputColumn& column, const Cell& cell) { put(column, cell.span.to_string()); });
  columns.add(OutputColumn::date("due"),
              [](OutputColumn& column, const Cell& cell) { put(column, cell.due); });
  columns.add(OutputColumn::text("status"), [](OutputColumn& column, const Cell& cell) {
    put(column, std::string(name(cell.status)));
  });
  columns.add(OutputColumn::text("reason"), [](OutputColumn& column, const Cell& cell) {
    put_or_null(column, std::string(name(cell.reason)));
  });
  columns.add(OutputColumn::float64("value"), number(&ComparisonResult::value));
  columns.add(OutputColumn::float64("threshold"), number(&ComparisonResult::threshold));
  columns.add(OutputColumn::float64("upper"), number(&ComparisonResult::upper));
  columns.add(OutputColumn::float64("gap"), number(&ComparisonResult::gap));
  columns.add(OutputColumn::text("unit"), [](OutputColumn& column, const Cell& cell) {
    if (const ComparisonResult* shown = cell.shown(); shown != nullptr && shown->type.is_number()) {
      put(column, shown->type.unit.text());
    } else {
      column.append_null();
    }
  });
  columns.add(OutputColumn::text("value_text"), words(&ComparisonResult::value));
  columns.add(OutputColumn::text("threshold_text"), words(&ComparisonResult::threshold));
  columns.add(OutputColumn::text("gap_text"), [](OutputColumn& column, const Cell& cell) {
    const ComparisonResult* shown = cell.shown();
    put_or_null(column, shown != nullptr && shown->gap
                            ? shown_difference(*shown->gap, shown->type, Language::english)
                            : std::string());
  });
  columns.add(OutputColumn::float64("attained"),
              [](OutputColumn& column, const Cell& cell) { put(column, plain(cell.attained)); });
  columns.add(OutputColumn::float64("progress"), [](OutputColumn& column, const Cell& cell) {
    put(column, cell.shown() == nullptr ? std::nullopt : plain(cell.shown()->progress));
  });
  columns.add(OutputColumn::float64("expected"), number(&ComparisonResult::expected));
  columns.add(OutputColumn::float64("projected"), number(&ComparisonResult::projected));
  columns.add(OutputColumn::date("projected_date"), [](OutputColumn& column, const Cell& cell) {
    put(column, cell.shown() == nullptr ? std::nullopt : cell.shown()->projected_date);
  });
  columns.add(OutputColumn::date("reached_on"),
              [](OutputColumn& column, const Cell& cell) { put(column, cell.reached_on); });
  columns.add(OutputColumn::float64("complete"),
              [](OutputColumn& column, const Cell& cell) { column.append(cell.complete()); });
  columns.add(texts("lead"),
              [&](OutputColumn& column, const Cell& cell) { put(column, assessment.lead(cell)); });
  columns.add(texts("responsible"), [&](OutputColumn& column, const Cell& cell) {
    put(column, assessment.responsible(cell));
  });
  columns.add(texts("cooperating"), [&](OutputColumn& column, const Cell& cell) {
    put(column, assessment.cooperating(cell));
  });
  columns.add(OutputColumn::text("clause"), [&, target](OutputColumn& column, const Cell& cell) {
    const std::uint32_t clause = target(cell).clause;
    put_or_null(column, clause == model::none ? std::string() : plan.clauses[clause].number);
  });
  columns.add(texts("cite"), [target](OutputColumn& column, const Cell& cell) {
    for (const model::Citation& each : target(cell).cite) put(column.items(), each.anchor);
    column.append();
  });
  columns.add(texts("tags"),
              [target](OutputColumn& column, const Cell& cell) { put(column, target(cell).tags); });
  columns.add(
      OutputColumn::list(
          "comparisons",
          OutputColumn::structure(
              "item", {OutputColumn::text("operator"), OutputColumn::text("status"),
                       OutputColumn::text("reason"), OutputColumn::float64("value"),
                       OutputColumn::float64("low"), OutputColumn::float64("high"),
                       OutputColumn::float64("threshold"), OutputColumn::float64("upper"),
                       OutputColumn::float64("gap"), OutputColumn::text("unit"),
                       OutputColumn::float64("attained"), OutputColumn::float64("progress"),
                       OutputColumn::yesno("holds")})),
      [&](OutputColumn& column, const Cell& cell) { put_comparisons(column, assessment, cell); });

  for (const Cell& cell : assessment.cells()) columns.append(cell);
  return columns.take();
}

}  // namespace dabiao::python
