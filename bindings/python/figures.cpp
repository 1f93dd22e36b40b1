#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dabiao/check/figure_table.hpp"
#include "dabiao/dabiao.hpp"
#include "register.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

using check::FigureRow;
using check::FigureWords;

std::optional<std::string> exact_text(const std::optional<exact::Rational>& number) {
  return number ? std::optional(number->to_string()) : std::nullopt;
}

/// English and Chinese.
std::pair<std::string, std::string> both(const FigureWords& words) {
  return {words.english, words.chinese};
}

}  // namespace

void register_figures(py::module_& module) {
  py::class_<FigureRow>(module, "Figure", "A figure beside what the rest of the plan makes it.")
      .def_property_readonly(
          "kind",
          [](const FigureRow& self) {
            return std::string(self.kind == FigureRow::Kind::stated ? "stated" : "allocated");
          })
      .def_readonly("figure", &FigureRow::figure)
      .def_readonly("entity", &FigureRow::entity)
      .def_readonly("period", &FigureRow::period)
      .def_readonly("clause", &FigureRow::clause)
      .def_readonly("anchors", &FigureRow::anchors)
      .def_property_readonly(
          "verdict", [](const FigureRow& self) { return std::string(check::name(self.verdict)); })
      .def_property_readonly(
          "verdict_chinese",
          [](const FigureRow& self) { return std::string(check::row(self.verdict).chinese); })
      .def_readonly("unit", &FigureRow::unit)
      .def_property_readonly("stated",
                             [](const FigureRow& self) { return exact_text(self.stated); })
      .def_property_readonly("recomputed",
                             [](const FigureRow& self) { return exact_text(self.recomputed); })
      .def_property_readonly("difference",
                             [](const FigureRow& self) { return exact_text(self.difference); })
      .def_property_readonly("stated_words",
                             [](const FigureRow& self) { return both(self.stated_words); })
      .def_property_readonly("recomputed_words",
                             [](const FigureRow& self) { return both(self.recomputed_words); })
      .def_property_readonly("difference_words",
                             [](const FigureRow& self) { return both(self.difference_words); })
      .def_property_readonly("from_words", [](const FigureRow& self) { return both(self.from); });

  module.def(
      "figures", [](const Plan& plan) { return check::figure_table(plan.program); },
      py::arg("plan"), py::call_guard<py::gil_scoped_release>(),
      "Every figure that the plan states or allocates, recomputed.");
}

}  // namespace dabiao::python
