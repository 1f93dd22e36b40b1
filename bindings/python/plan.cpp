#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "conversions.hpp"
#include "dabiao/check/plan_checks.hpp"
#include "dabiao/check/source_anchors.hpp"
#include "dabiao/check/source_document.hpp"
#include "dabiao/check/stated_figures.hpp"
#include "dabiao/dabiao.hpp"
#include "dabiao/data/template.hpp"
#include "dabiao/graph/drawing.hpp"
#include "dabiao/json/graph_json.hpp"
#include "dabiao/json/plan_json.hpp"
#include "dabiao/syntax/print.hpp"
#include "register.hpp"
#include "source_check.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

/// A plan or nothing, and what stands against it; warnings may stand beside a plan.
using Read = std::pair<std::optional<std::shared_ptr<Plan>>, std::vector<text::Diagnostic>>;

Read read(Checked<Plan> checked) {
  std::vector<text::Diagnostic> diagnostics = to_list(checked.diagnostics());
  if (!checked) return {std::nullopt, std::move(diagnostics)};
  return {std::make_shared<Plan>(std::move(*checked)), std::move(diagnostics)};
}

std::string drawn(const Plan& plan, const std::string& format,
                  const std::vector<std::string>& targets) {
  std::optional<std::vector<model::TargetId>> chosen;
  if (!targets.empty()) {
    chosen.emplace();
    for (const std::string& name : targets) {
      const model::Symbol symbol = plan.model->find(name);
      if (symbol.kind != model::Symbol::Kind::target) {
        throw py::key_error("the plan has no target " + name);
      }
      chosen->push_back(symbol.index);
    }
  }
  const graph::Drawing drawing = graph::draw(graph::build(*plan.model), *plan.model, chosen);
  if (format == "dot") return graph::to_dot(drawing);
  if (format == "mermaid") return graph::to_mermaid(drawing);
  if (format == "json") return json::graph_json(drawing, *plan.source);
  throw py::value_error("the format is 'dot', 'mermaid' or 'json'");
}

/// Everything that looks wrong with a plan, with the texts of its documents where they are given.
std::vector<text::Diagnostic> check_plan(const Plan& plan, const Documents& documents,
                                         bool uncovered) {
  text::Diagnostics found = check::check_plan(*plan.program);
  found.append(check::check_stated(plan.program).diagnostics);
  if (!documents.empty()) {
    const std::vector<check::SourceDocument> read = prepared(documents);
    found.append(check::check_anchors(*plan.model, read).diagnostics);
    if (uncovered) found.append(check::check_coverage(*plan.model, read).diagnostics);
  }
  return to_list(found);
}

/// A table to fill in: level, columns, how many of them are levels, whether there is a period, the
/// periods and the rows.
using Sheet = std::tuple<std::string, std::vector<std::string>, std::size_t, bool,
                         std::vector<std::string>, std::vector<std::vector<std::string>>>;

std::vector<Sheet> template_sheets(const Plan& plan) {
  std::vector<Sheet> sheets;
  for (const data::TemplateSheet& each : data::template_sheets(*plan.model)) {
    sheets.emplace_back(plan.model->levels[each.level].name, each.columns, each.level_columns,
                        each.has_period, each.periods, each.rows);
  }
  return sheets;
}

}  // namespace

void register_plan(py::module_& module) {
  using Released = py::call_guard<py::gil_scoped_release>;

  py::class_<Plan, std::shared_ptr<Plan>>(module, "Plan", "A plan that can be evaluated.")
      .def_property_readonly("name", [](const Plan& self) { return self.model->name; })
      .def_property_readonly("label", [](const Plan& self) { return self.model->shown(); })
      .def_property_readonly("file", [](const Plan& self) { return self.source->name(); })
      .def_property_readonly("text", [](const Plan& self) { return self.source->text(); })
      .def_property_readonly("sources", [](const Plan& self) { return self.model->sources; })
      .def_property_readonly(
          "levels",
          [](const Plan& self) {
            std::vector<std::tuple<std::string, std::string, std::optional<std::string>,
                                   std::optional<std::int64_t>>>
                levels;
            for (const model::Level& each : self.model->levels) {
              levels.emplace_back(each.name, each.shown(),
                                  each.parent == model::none
                                      ? std::nullopt
                                      : std::optional(self.model->levels[each.parent].name),
                                  each.count);
            }
            return levels;
          },
          "Name, label, the level above and the declared count of each level.")
      .def_property_readonly("warnings", [](const Plan& self) { return to_list(self.warnings); })
      .def(
          "json", [](const Plan& self) { return json::plan_json(*self.model, *self.program); },
          Released(), "The JSON form of the plan.")
      .def(
          "format", [](const Plan& self) { return syntax::print(*self.ast); }, Released(),
          "The plan in its canonical form.")
      .def("check", &check_plan, py::arg("documents") = py::list(), py::arg("uncovered") = true,
           Released(),
           "What looks wrong with the plan, given the names and texts of its documents.")
      .def("template", &template_sheets, "The tables to fill in.")
      .def("graph", &drawn, py::arg("format"), py::arg("targets") = std::vector<std::string>(),
           "The dependency graph as 'dot', 'mermaid' or 'json'.");

  module.def(
      "text_from_json",
      [](const std::string& text) {
        const Checked<std::string> checked = json::plan_text(text);
        return std::pair(checked ? std::optional(*checked) : std::nullopt,
                         to_list(checked.diagnostics()));
      },
      py::arg("json"), Released(), "The text of a plan from its JSON form.");
  module.def(
      "parse",
      [](std::string text, std::string name) {
        return read(parse(std::move(text), std::move(name)));
      },
      py::arg("text"), py::arg("name"), Released(), "Reads a plan.");
}

}  // namespace dabiao::python
