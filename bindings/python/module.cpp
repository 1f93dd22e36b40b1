#include <pybind11/pybind11.h>

#include "register.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The C++ core of dabiao. Its names are not stable; use the package `dabiao`.";
  module.attr("version") = DABIAO_VERSION;

  dabiao::python::register_diagnostics(module);
  dabiao::python::register_tables(module);
  dabiao::python::register_plan(module);
  dabiao::python::register_source_check(module);
  dabiao::python::register_figures(module);
  dabiao::python::register_data(module);
  dabiao::python::register_assessment(module);
  dabiao::python::register_compiled(module);
  dabiao::python::register_reports(module);
  dabiao::python::register_templates(module);
  dabiao::python::register_statuses(module);
  dabiao::python::shorten_call_errors(module);
}
