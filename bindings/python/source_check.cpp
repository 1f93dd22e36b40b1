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
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
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

/// A text with mistakes, which is no plan, as far as it can be compared with its documents.
class Draft {
 public:
  Draft(std::string text, std::string name) {
    const auto source = std::make_shared<const text::Source>(std::move(name), std::move(text));
    const auto ast = std::make_shared<const syntax::Ast>(syntax::parse(source).ast);
    plan_ = model::resolve(source, ast).plan;
  }
  const std::vector<std::string>& sources() const { return plan_->sources; }
  std::vector<text::Diagnostic> check_anchors(const Documents& documents) const {
    return to_list(check::check_anchors(*plan_, prepared(documents)).diagnostics);
  }

 private:
  std::shared_ptr<const model::Plan> plan_;
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

  py::class_<Draft>(module, "Draft", "A plan that has errors, beside its documents.")
      .def(py::init<std::string, std::string>(), py::arg("text"), py::arg("name"),
           py::call_guard<py::gil_scoped_release>())
      .def_property_readonly("sources", &Draft::sources)
      .def("check_anchors", &Draft::check_anchors, py::arg("documents"),
           py::call_guard<py::gil_scoped_release>(),
           "The anchors that do not stand there, as far as the plan is sound.");

  module.def("coverage", &coverage, py::arg("plan"), py::arg("documents"),
             py::call_guard<py::gil_scoped_release>(),
             "How much of its documents, by name and text, a plan accounts for.");
}

}  // namespace dabiao::python
