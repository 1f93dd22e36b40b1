#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conversions.hpp"
#include "dabiao/check/stated_figures.hpp"
#include "dabiao/dabiao.hpp"
#include "dabiao/exact/nearest.hpp"
#include "dabiao/explain/breakdown.hpp"
#include "dabiao/explain/indicator_trees.hpp"
#include "dabiao/explain/owed_reports.hpp"
#include "dabiao/json/explanation_json.hpp"
#include "register.hpp"
#include "shown.hpp"

namespace py = pybind11;

// What reports say beyond the cells of a result.
namespace dabiao::python {
namespace {

using assessment::Assessment;
using exact::Rational;
using text::Language;

using Row = py::typing::Dict<py::str, py::object>;
using Rows = py::typing::List<Row>;

py::object optional_double(const std::optional<Rational>& value) {
  const std::optional<double> nearest = value ? exact::finite_double(*value) : std::nullopt;
  return nearest ? py::object(py::float_(*nearest)) : py::object(py::none());
}

Rows stated_figures(const Plan& plan, const std::string& lang) {
  const Language spoken = language(lang);
  const model::Plan& model = *plan.model;
  Rows rows;
  for (const check::StatedFigure& each : check::check_stated(plan.program).figures) {
    const auto shown = [&](const std::optional<Rational>& base) {
      return base ? shown_value(*base, each.type, model, spoken) : std::string();
    };
    const check::VerdictRow& verdict = check::row(each.verdict);
    std::optional<Rational> difference;
    // What is counted in days or stages has no unit to be multiplied by.
    if (each.difference) {
      difference =
          each.type.is_number() ? *each.difference * each.type.unit.scale() : *each.difference;
    }
    rows.append(py::dict(
        py::arg("index") = each.index, py::arg("entity") = each.entity,
        py::arg("stated") = shown(each.stated), py::arg("recomputed") = shown(each.recomputed),
        py::arg("verdict") = verdict.name, py::arg("verdict_chinese") = verdict.chinese,
        py::arg("meaning") = verdict.meaning, py::arg("meaning_chinese") = verdict.meaning_chinese,
        py::arg("difference") =
            difference ? shown_difference(*difference, each.type, spoken) : std::string()));
  }
  return rows;
}

Rows owed_reports(const Assessment& self) {
  explain::OwedReports found;
  {
    const py::gil_scoped_release released;
    found = explain::owed_reports(self);
  }
  Rows rows;
  for (const explain::OwedReport& each : found.reports) {
    std::vector<std::string> periods;
    for (const calendar::Span& period : each.periods) periods.push_back(period.to_string());
    rows.append(py::dict(py::arg("input") = each.input, py::arg("label") = each.label,
                         py::arg("entity") = each.at.entity, py::arg("level") = each.at.level,
                         py::arg("span") = each.at.span.to_string(), py::arg("periods") = periods,
                         py::arg("unnamed") = each.unnamed,
                         py::arg("reason") = value::name(each.reason),
                         py::arg("cells") = each.cells));
  }
  return rows;
}

Rows breakdown(const Assessment& self, std::size_t cell, const std::string& lang) {
  const Language spoken = language(lang);
  Rows rows;
  const auto found = explain::breakdown(self, self.cells().at(cell));
  if (!found) return rows;
  for (const explain::Part& each : found->parts) {
    const explain::Quantity& quantity = each.value;
    std::optional<Rational> shown;
    if (quantity.value) shown = quantity.shown(*quantity.value);
    rows.append(py::dict(
        py::arg("level") = found->level, py::arg("entity") = each.at.entity,
        py::arg("value") = optional_double(shown),
        py::arg("text") = quantity.value
                              ? shown_value(*quantity.value, quantity.type, self.plan(), spoken)
                              : std::string(),
        py::arg("unit") = quantity.type.unit.text(),
        py::arg("reason") = value::name(quantity.reason)));
  }
  return rows;
}

std::vector<std::string> indicator_trees(const Assessment& self, const std::string& name,
                                         const std::string& lang) {
  const model::Symbol symbol = self.plan().find(name);
  if (symbol.kind != model::Symbol::Kind::indicator) {
    throw py::key_error("the plan has no indicator " + name);
  }
  std::vector<std::string> trees;
  for (const explain::Node& each : explain::indicator_trees(self, symbol.index)) {
    trees.push_back(json::node_json(each, self.program->plan, language(lang)));
  }
  return trees;
}

}  // namespace

void register_reports(py::module_& module) {
  module.def("stated_figures", &stated_figures, py::arg("plan"), py::arg("lang") = "en",
             "The figures that a plan's document states, recomputed from its givens and tables.");
  module.def("owed_reports", &owed_reports, py::arg("assessment"),
             "The reports that are missing, whose they are, and which cells wait for them.");
  module.def("breakdown", &breakdown, py::arg("assessment"), py::arg("cell"),
             py::arg("lang") = "en", "What a cell measures, at each entity right below its own.");
  module.def("indicator_trees", &indicator_trees, py::arg("assessment"), py::arg("indicator"),
             py::arg("lang") = "en",
             "An indicator at the cells that ask for it, as JSON trees of its formula.");
}

}  // namespace dabiao::python
