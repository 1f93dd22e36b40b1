#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conversions.hpp"
#include "dabiao/json/diagnostics_json.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/render.hpp"
#include "register.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

using text::Diagnostic;
using text::Language;
using text::PositionRange;

/// A label with its position, which only its diagnostic's source can tell.
struct PlacedLabel {
  std::string message;
  std::optional<PositionRange> positions;
};

template <class Get>
auto position(Get get) {
  return [get](const Diagnostic& self) -> std::optional<std::size_t> {
    const std::optional<PositionRange> range = text::positions(self);
    if (!range) return std::nullopt;
    return get(*range);
  };
}

template <class Get>
auto label_position(Get get) {
  return [get](const PlacedLabel& self) -> std::optional<std::size_t> {
    if (!self.positions) return std::nullopt;
    return get(*self.positions);
  };
}

std::vector<PlacedLabel> labels(const Diagnostic& self, Language language) {
  std::vector<PlacedLabel> result;
  for (const text::Label& label : self.labels) {
    PlacedLabel placed{text::words(label, language), std::nullopt};
    if (self.source) placed.positions = text::positions(*self.source, label.place);
    result.push_back(std::move(placed));
  }
  return result;
}

text::Diagnostics collect(const std::vector<Diagnostic>& list) {
  text::Diagnostics diagnostics;
  diagnostics.list() = list;
  return diagnostics;
}

/// A diagnostic about a file or a request, which Python itself found.
Diagnostic make_diagnostic(const std::string& kind,
                           const std::map<std::string, std::string>& arguments,
                           const std::string& file, std::size_t row, const std::string& column) {
  for (const text::DiagnosticKind& each : text::all_diagnostic_kinds()) {
    if (each.name != kind) continue;
    Diagnostic diagnostic(each);
    for (const auto& [name, value] : arguments) diagnostic.with(name, value);
    if (!file.empty()) diagnostic.in_data({file, row, column});
    return diagnostic;
  }
  throw py::value_error("there is no diagnostic kind '" + kind + "'");
}

}  // namespace

void register_diagnostics(py::module_& module) {
  py::class_<PlacedLabel>(module, "Label", "A further place in a plan's text with a few words.")
      .def_readonly("message", &PlacedLabel::message)
      .def_property_readonly("line", label_position([](auto& r) { return r.begin.line; }))
      .def_property_readonly("column", label_position([](auto& r) { return r.begin.column; }))
      .def_property_readonly("end_line", label_position([](auto& r) { return r.end.line; }))
      .def_property_readonly("end_column", label_position([](auto& r) { return r.end.column; }))
      .def("__repr__", [](const PlacedLabel& self) { return "<Label " + self.message + ">"; });

  py::class_<Diagnostic>(module, "Diagnostic", "What is wrong with a plan or with data, and where.")
      .def_property_readonly(
          "kind", [](const Diagnostic& self) { return std::string(self.kind->name); },
          "The name of its kind, as in `dabiao.diagnostic_kinds()`.")
      .def_property_readonly(
          "severity",
          [](const Diagnostic& self) {
            return std::string(text::severity_name(self.kind->severity, Language::english));
          },
          "'error', 'warning' or 'note'.")
      .def(
          "message",
          [](const Diagnostic& self, const std::string& lang) {
            return text::message(self, language(lang));
          },
          py::arg("lang") = "en", "The headline in English ('en') or Chinese ('zh').")
      .def_property_readonly("line", position([](auto& r) { return r.begin.line; }),
                             "Line of the plan's text, from 1; None where it is not about a text.")
      .def_property_readonly("column", position([](auto& r) { return r.begin.column; }),
                             "Column in characters, from 1.")
      .def_property_readonly("end_line", position([](auto& r) { return r.end.line; }))
      .def_property_readonly("end_column", position([](auto& r) { return r.end.column; }),
                             "The column after the last character.")
      .def_property_readonly(
          "file",
          [](const Diagnostic& self) -> std::optional<std::string> {
            if (self.data_place) return self.data_place->file;
            if (self.source) return self.source->name();
            return std::nullopt;
          },
          "The name of the plan or of the data.")
      .def_property_readonly(
          "row",
          [](const Diagnostic& self) -> std::optional<std::size_t> {
            if (!self.data_place || self.data_place->row == 0) return std::nullopt;
            return self.data_place->row;
          },
          "The row of the data, as the file counts its lines from 1.")
      .def_property_readonly(
          "data_column",
          [](const Diagnostic& self) -> std::optional<std::string> {
            if (!self.data_place || self.data_place->column.empty()) return std::nullopt;
            return self.data_place->column;
          },
          "The heading of the data's column.")
      .def_property_readonly(
          "expected",
          [](const Diagnostic& self) { return text::expected(self, Language::english); },
          "What could have stood there.")
      .def_property_readonly(
          "suggestion",
          [](const Diagnostic& self) -> std::optional<std::string> {
            if (self.suggestion.empty()) return std::nullopt;
            return self.suggestion;
          },
          "The text that would repair it.")
      .def_property_readonly(
          "notes", [](const Diagnostic& self) { return text::notes(self, Language::english); })
      .def_property_readonly(
          "labels", [](const Diagnostic& self) { return labels(self, Language::english); },
          "Further places, such as where a name was declared first.")
      .def(
          "render",
          [](const Diagnostic& self, const std::string& lang, bool colour) {
            return text::render(self, language(lang), {colour});
          },
          py::arg("lang") = "en", py::kw_only(), py::arg("colour") = false,
          "The diagnostic as lines for a terminal.")
      .def(
          "json",
          [](const Diagnostic& self, const std::string& lang) {
            return json::diagnostic_json(self, language(lang));
          },
          py::arg("lang") = "en", "The diagnostic as a JSON object.")
      .def("__str__",
           [](const Diagnostic& self) { return text::render(self, Language::english, {}); })
      .def("__repr__", [](const Diagnostic& self) {
        return "<Diagnostic " + std::string(self.kind->name) + ": " +
               text::message(self, Language::english) + ">";
      });

  module.def("diagnostic", &make_diagnostic, py::arg("kind"),
             py::arg("arguments") = std::map<std::string, std::string>(), py::kw_only(),
             py::arg("file") = "", py::arg("row") = 0, py::arg("column") = "",
             "Makes a diagnostic about a file.");
  module.def(
      "render",
      [](const std::vector<Diagnostic>& list, const std::string& lang, bool colour) {
        return text::render_all(collect(list), language(lang), {colour});
      },
      py::arg("diagnostics"), py::arg("lang") = "en", py::kw_only(), py::arg("colour") = false,
      "All diagnostics as lines for a terminal, with a summary.");
  module.def(
      "diagnostics_json",
      [](const std::vector<Diagnostic>& list, const std::string& lang) {
        return json::diagnostics_json(collect(list), language(lang));
      },
      py::arg("diagnostics"), py::arg("lang") = "en", "All diagnostics as a JSON array.");
  module.def(
      "language_from_locale",
      [](const std::string& lc_all, const std::string& lc_messages, const std::string& lang) {
        return text::language_from_locale(lc_all, lc_messages, lang) == Language::chinese ? "zh"
                                                                                          : "en";
      },
      py::arg("lc_all"), py::arg("lc_messages"), py::arg("lang"),
      "'zh' or 'en', from the values of LC_ALL, LC_MESSAGES and LANG.");
}

}  // namespace dabiao::python
