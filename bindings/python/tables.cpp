#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <string>
#include <vector>

#include "dabiao/assess/status.hpp"
#include "dabiao/function/function.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/render.hpp"
#include "dabiao/value/reason.hpp"
#include "register.hpp"

namespace py = pybind11;

// The core's tables as lists of dictionaries, for documentation and for programs.
namespace dabiao::python {
namespace {

using Row = py::typing::Dict<py::str, py::object>;
using Rows = py::typing::List<Row>;

py::dict entry(const function::Info& info, std::span<const function::Example> examples) {
  py::list shown;
  for (const function::Example& example : examples) {
    shown.append(py::make_tuple(example.expression, example.result));
  }
  return py::dict(py::arg("name") = info.name, py::arg("chinese") = info.chinese,
                  py::arg("family") = info.family, py::arg("parameters") = info.parameters,
                  py::arg("summary") = info.summary,
                  py::arg("summary_chinese") = info.summary_chinese, py::arg("examples") = shown);
}

Rows functions() {
  Rows result;
  for (const function::Elementwise* each : function::all_elementwise()) {
    result.append(entry(each->info, each->examples));
  }
  for (const function::Aggregate* each : function::all_aggregates()) {
    result.append(entry(each->info, each->examples));
  }
  for (const function::CellFunction& each : function::all_cell_functions()) {
    result.append(entry(each.info, each.examples));
  }
  return result;
}

Rows diagnostic_kinds() {
  Rows result;
  for (const text::DiagnosticKind& each : text::all_diagnostic_kinds()) {
    result.append(py::dict(
        py::arg("name") = each.name,
        py::arg("severity") = text::severity_name(each.severity, text::Language::english),
        py::arg("english") = each.english, py::arg("chinese") = each.chinese,
        py::arg("meaning") = each.meaning, py::arg("meaning_chinese") = each.meaning_chinese));
  }
  return result;
}

Rows statuses() {
  Rows result;
  for (const assessment::StatusRow& each : assessment::statuses) {
    result.append(py::dict(py::arg("name") = each.name, py::arg("chinese") = each.chinese,
                           py::arg("meaning") = each.meaning,
                           py::arg("meaning_chinese") = each.meaning_chinese,
                           py::arg("colour") = each.colour, py::arg("symbol") = each.symbol));
  }
  return result;
}

Rows reasons() {
  Rows result;
  for (const value::ReasonRow& each : value::all_reasons()) {
    if (each.name.empty()) continue;
    result.append(py::dict(py::arg("name") = each.name, py::arg("english") = each.english,
                           py::arg("chinese") = each.chinese, py::arg("meaning") = each.meaning,
                           py::arg("meaning_chinese") = each.meaning_chinese));
  }
  return result;
}

}  // namespace

void register_tables(py::module_& module) {
  module.def("functions", &functions,
             "Every function of the language, in the order of the tables.");
  module.def("diagnostic_kinds", &diagnostic_kinds, "Every kind of diagnostic.");
  module.def("statuses", &statuses, "Every status, the worst first.");
  module.def("reasons", &reasons, "Every reason for which a value can be missing.");
}

}  // namespace dabiao::python
