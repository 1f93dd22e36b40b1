#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "conversions.hpp"
#include "dabiao/check/plan_checks.hpp"
#include "dabiao/dabiao.hpp"
#include "dabiao/data/register_builder.hpp"
#include "dabiao/graph/drawing.hpp"
#include "dabiao/json/graph_json.hpp"
#include "dabiao/json/plan_json.hpp"
#include "dabiao/syntax/print.hpp"
#include "register.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

/// A plan or nothing, and what stands against it; warnings may stand beside a plan.
using Read = std::pair<std::shared_ptr<Plan>, std::vector<text::Diagnostic>>;

Read read(Checked<Plan> checked) {
  std::vector<text::Diagnostic> diagnostics = to_list(checked.diagnostics());
  if (!checked) return {nullptr, std::move(diagnostics)};
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

/// The entities that the plan itself lists, in hierarchy order, as paths below the top.
std::vector<std::string> entity_paths(const Plan& plan, const std::string& level) {
  const model::Symbol symbol = plan.model->find(level);
  if (symbol.kind != model::Symbol::Kind::level) {
    throw py::key_error("the plan has no level " + level);
  }
  text::Diagnostics ignored;
  const data::EntityRegister entities = data::RegisterBuilder(*plan.model).build(ignored);
  std::vector<std::string> paths;
  for (data::EntityIndex i = 0; i < entities.level(symbol.index).size(); ++i) {
    paths.push_back(entities.path(symbol.index, i));
  }
  return paths;
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
      .def(
          "check", [](const Plan& self) { return to_list(check::check_plan(*self.program)); },
          Released(), "What looks wrong with the plan.")
      .def("entity_paths", &entity_paths, py::arg("level"),
           "The entities of a level that the plan itself lists, as paths.")
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
      "load", [](const std::filesystem::path& path) { return read(load(path)); }, py::arg("path"),
      Released(), "Reads a plan from a file.");
  module.def(
      "parse",
      [](std::string text, std::string name) {
        return read(parse(std::move(text), std::move(name)));
      },
      py::arg("text"), py::arg("name"), Released(), "Reads a plan.");
}

}  // namespace dabiao::python
