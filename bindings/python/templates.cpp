#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/dabiao.hpp"
#include "dabiao/data/template.hpp"
#include "dabiao/model/words.hpp"
#include "register.hpp"

namespace py = pybind11;

// What people who fill in a template may write into its columns.
namespace dabiao::python {
namespace {

using Row = py::typing::Dict<py::str, py::object>;
using Rows = py::typing::List<Row>;

std::string_view kind_of(const value::Type& type) {
  switch (type.kind) {
    case value::Type::Kind::number:
      return "number";
    case value::Type::Kind::yesno:
      return "yesno";
    case value::Type::Kind::date:
      return "date";
    case value::Type::Kind::stage:
      return "stage";
  }
  return "";
}

Rows template_inputs(const Plan& plan) {
  const model::Plan& model = *plan.model;
  Rows rows;
  for (const model::Input& input : model.inputs) {
    const auto end = [&](const exact::Bound& bound) -> std::optional<double> {
      if (!input.type.is_number() || !bound.is_finite()) return std::nullopt;
      return (bound.finite() / input.type.unit.scale()).to_double();
    };
    std::vector<std::string> stages;
    if (input.type.kind == value::Type::Kind::stage) stages = model.scales[input.type.scale].stages;
    rows.append(py::dict(
        py::arg("name") = input.name, py::arg("label") = input.shown(),
        py::arg("level") = model.levels[input.level].name,
        py::arg("heading") = data::heading_of(input), py::arg("type") = kind_of(input.type),
        py::arg("unit") = input.type.is_number() ? input.type.unit.text() : std::string(),
        py::arg("low") = end(input.range.low), py::arg("high") = end(input.range.high),
        py::arg("stages") = stages, py::arg("kind") = model::name(input.kind),
        py::arg("each") =
            input.each ? std::string(calendar::name_of(*input.each).english) : std::string()));
  }
  return rows;
}

}  // namespace

void register_templates(py::module_& module) {
  module.def("template_inputs", &template_inputs, py::arg("plan"),
             "The inputs with their headings in templates and what may be written there.");
}

}  // namespace dabiao::python
