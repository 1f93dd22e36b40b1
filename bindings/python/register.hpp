#pragma once

#include <pybind11/pybind11.h>

// What each file of the extension adds to it.
namespace dabiao::python {

void register_diagnostics(pybind11::module_& module);
void register_tables(pybind11::module_& module);
void register_plan(pybind11::module_& module);
void register_source_check(pybind11::module_& module);
void register_figures(pybind11::module_& module);
void register_data(pybind11::module_& module);
void register_assessment(pybind11::module_& module);
void register_compiled(pybind11::module_& module);
void register_reports(pybind11::module_& module);
void register_templates(pybind11::module_& module);
void register_statuses(pybind11::module_& module);

/// Once all is there: one line is said of a call whose arguments do not fit.
void shorten_call_errors(pybind11::module_& module);

}  // namespace dabiao::python
