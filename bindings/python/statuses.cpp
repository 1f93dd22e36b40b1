#include "dabiao/assess/statuses.hpp"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "conversions.hpp"
#include "dabiao/assess/status_stream.hpp"
#include "dabiao/dabiao.hpp"
#include "register.hpp"

namespace py = pybind11;

namespace dabiao::python {
namespace {

using assessment::Statuses;

std::shared_ptr<Statuses> statuses_of(const Plan& plan, std::shared_ptr<data::Cube> cube,
                                      const std::string& as_of,
                                      const std::vector<std::string>& targets, unsigned threads,
                                      std::uint32_t chunk) {
  assessment::StatusOptions options;
  options.as_of = date(as_of);
  options.threads = threads;
  options.chunk = chunk;
  for (const std::string& name : targets) {
    const model::Symbol symbol = plan.model->find(name);
    if (symbol.kind != model::Symbol::Kind::target) {
      throw py::key_error("the plan has no target " + name);
    }
    options.targets.push_back(symbol.index);
  }
  const py::gil_scoped_release released;
  return std::make_shared<Statuses>(plan.program, std::move(cube), options);
}

py::object stream_of(const std::shared_ptr<Statuses>& statuses) {
  auto stream = std::make_unique<ArrowArrayStream>();
  assessment::export_arrow(statuses, stream.get());
  PyObject* capsule = PyCapsule_New(stream.get(), "arrow_array_stream", [](PyObject* object) {
    auto* held = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(object, "arrow_array_stream"));
    if (held == nullptr) return;
    if (held->release != nullptr) held->release(held);
    delete held;
  });
  if (capsule == nullptr) throw py::error_already_set();
  stream.release();
  return py::reinterpret_steal<py::object>(capsule);
}

/// Target, level (or group), span, and how many cells have each status, in their order.
using Count = std::tuple<std::string, std::string, std::string, std::vector<std::uint64_t>>;

std::vector<Count> counts_of(const Statuses& statuses) {
  const model::Plan& plan = *statuses.cube().plan;
  std::vector<Count> counts;
  for (const assessment::StatusCount& each : statuses.counts()) {
    counts.emplace_back(
        plan.targets[each.target].name,
        each.group == model::none ? plan.levels[each.level].name : plan.groups[each.group].name,
        each.span.to_string(),
        std::vector<std::uint64_t>(each.tally.counts.begin(), each.tally.counts.end()));
  }
  return counts;
}

}  // namespace

void register_statuses(py::module_& module) {
  py::class_<Statuses, std::shared_ptr<Statuses>>(module, "Statuses",
                                                  "The statuses of a plan, block by block.")
      .def(
          "__arrow_c_stream__",
          [](const std::shared_ptr<Statuses>& self, const py::object&) { return stream_of(self); },
          py::arg("requested_schema") = py::none(),
          "What has not been read yet, a record batch per target, level and span.")
      .def(
          "finish",
          [](Statuses& self) {
            while (self.next()) {
            }
          },
          py::call_guard<py::gil_scoped_release>(), "Evaluates what is left for the counts alone.")
      .def("counts", &counts_of, "The counts of what has been read.")
      .def_property_readonly("warnings",
                             [](const Statuses& self) { return to_list(self.warnings()); })
      .def_property_readonly("cells", [](const Statuses& self) { return self.effort().cells; })
      .def_property_readonly("one_by_one",
                             [](const Statuses& self) { return self.effort().one_by_one; });

  module.def("statuses", &statuses_of, py::arg("plan"), py::arg("data"), py::arg("as_of"),
             py::arg("targets") = std::vector<std::string>(), py::arg("threads") = 0,
             py::arg("chunk") = 1024, "The statuses of a plan over its data.");
}

}  // namespace dabiao::python
