#include "source_check.hpp"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conversions.hpp"
#include "dabiao/check/source_anchors.hpp"
#include "dabiao/check/source_document.hpp"
#include "dabiao/dabiao.hpp"
#include "register.hpp"

namespace py = pybind11;

namespace dabiao::python {

std::vector<check::SourceDocument> prepared(const Documents& documents) {
  std::vector<check::SourceDocument> result;
  for (const auto& [name, text] : documents) {
    result.emplace_back(std::make_shared<const text::Source>(name, text));
  }
  return result;
}

namespace {

/// A passage with the file and line that people find it by.
struct PlacedPassage {
  std::string file;
  std::size_t line = 0;
  check::Passage passage;
};

struct PlacedCoverage {
  check::Coverage coverage;
  std::vector<PlacedPassage> uncovered;
};

PlacedCoverage coverage(const Plan& plan, const Documents& documents) {
  const std::vector<check::SourceDocument> read = prepared(documents);
  PlacedCoverage result{check::check_coverage(*plan.model, read), {}};
  for (const check::Passage& each : result.coverage.uncovered) {
    const text::Source& source = *read[each.document].source();
    result.uncovered.push_back({source.name(), source.position(each.place.begin).line, each});
  }
  return result;
}

}  // namespace

void register_source_check(py::module_& module) {
  py::class_<PlacedPassage>(module, "Passage",
                            "A piece of a document that says something countable.")
      .def_readonly("file", &PlacedPassage::file)
      .def_readonly("line", &PlacedPassage::line)
      .def_property_readonly("clause",
                             [](const PlacedPassage& self) { return self.passage.clause; })
      .def_property_readonly("words", [](const PlacedPassage& self) { return self.passage.words; })
      .def_property_readonly("marks", [](const PlacedPassage& self) { return self.passage.marks; });

  const auto count = [](std::size_t check::Coverage::*member) {
    return [member](const PlacedCoverage& self) { return self.coverage.*member; };
  };
  py::class_<PlacedCoverage>(module, "Coverage", "How much of its documents a plan accounts for.")
      .def_property_readonly("passages", count(&check::Coverage::passages))
      .def_property_readonly("by_targets", count(&check::Coverage::by_targets))
      .def_property_readonly("by_figures", count(&check::Coverage::by_figures))
      .def_property_readonly("noted", count(&check::Coverage::noted))
      .def_property_readonly("characters", count(&check::Coverage::characters))
      .def_property_readonly("noted_characters", count(&check::Coverage::noted_characters))
      .def_readonly("uncovered", &PlacedCoverage::uncovered);

  module.def("coverage", &coverage, py::arg("plan"), py::arg("documents"),
             py::call_guard<py::gil_scoped_release>(),
             "How much of its documents, by name and text, a plan accounts for.");
}

}  // namespace dabiao::python
