#include <pybind11/pybind11.h>

#include <string>

#include "register.hpp"

namespace py = pybind11;

// What a call whose arguments do not fit is answered with. pybind11 lists signatures with the names
// of types in C++ and prints all that was given, tables included; here it is one line.
namespace dabiao::python {
namespace {

using Call = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);

/// That of pybind11, the same for all functions.
Call dispatch = nullptr;

/// The parameters without self, from "    1. (self: Cell, lang: str = 'en') -> str".
std::string parameters(const std::string& message) {
  const std::size_t begin = message.find('(', message.find("\n    1. "));
  const std::size_t end = message.rfind(" -> ", message.find('\n', begin));
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "()";
  std::string list = message.substr(begin, end - begin);
  if (list.rfind("(self: ", 0) == 0) {
    const std::size_t comma = list.find(", ");
    list = comma == std::string::npos ? "()" : "(" + list.substr(comma + 2);
  }
  return list;
}

std::string type_of(PyObject* object) {
  return Py_TYPE(object)->tp_name;
}

/// The types of what was given, without self.
std::string given_types(PyObject* const* arguments, Py_ssize_t count, Py_ssize_t first,
                        PyObject* names) {
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  std::string list;
  for (Py_ssize_t i = first; i < count + named; ++i) {
    if (!list.empty()) list += ", ";
    if (i >= count) list += py::str(PyTuple_GET_ITEM(names, i - count)).cast<std::string>() + "=";
    list += type_of(arguments[i]);
  }
  return "(" + list + ")";
}

/// Raises the ValueError of the package where a text holds what is no character.
void expect_sound(PyObject* text, const char* what) {
  if (!PyUnicode_Check(text) || PyUnicode_AsUTF8AndSize(text, nullptr) != nullptr) return;
  PyErr_Clear();
  py::module_::import("dabiao.arguments").attr("sound")(py::handle(text), what);
}

void shorten_error(PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  py::error_already_set raised;
  try {
    const std::string message = py::str(raised.value());
    const std::size_t found = message.find("(): incompatible ");
    if (found == std::string::npos) return raised.restore();
    const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
    for (Py_ssize_t i = 0; i < count + named; ++i) expect_sound(arguments[i], "a text");
    const bool is_method = message.find("\n    1. (self: ") != std::string::npos;
    const std::string name = message.substr(0, found);
    const std::string taken = parameters(message);
    const std::string given = given_types(arguments, count, is_method ? 1 : 0, names);
    PyErr_SetString(PyExc_TypeError, (name + "() takes " + taken + ", not " + given).c_str());
  } catch (py::error_already_set& other) {
    other.restore();
  }
}

/// Whether the names of arguments can be written; pybind11 ends the program where not.
bool has_sound_names(PyObject* names) {
  try {
    for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
      expect_sound(PyTuple_GET_ITEM(names, i), "the name of an argument");
    }
    return true;
  } catch (py::error_already_set& unsound) {
    unsound.restore();
    return false;
  }
}

PyObject* call(PyObject* self, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  if (!has_sound_names(names)) return nullptr;
  PyObject* const result = dispatch(self, arguments, count, names);
  if (result == nullptr && PyErr_ExceptionMatches(PyExc_TypeError) != 0) {
    shorten_error(arguments, PyVectorcall_NARGS(static_cast<std::size_t>(count)), names);
  }
  return result;
}

void shorten(PyObject* object) {
  if (PyInstanceMethod_Check(object)) object = PyInstanceMethod_Function(object);
  if (!PyCFunction_Check(object)) return;
  PyMethodDef* const definition = reinterpret_cast<PyCFunctionObject*>(object)->m_ml;
  // So pybind11 has it from 3.1 on; with an older one, messages stay as they are.
  if (definition->ml_flags != (METH_FASTCALL | METH_KEYWORDS)) return;
  const auto ours = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&call));
  if (definition->ml_meth == ours) return;  // a second name of the same
  const auto theirs = reinterpret_cast<Call>(reinterpret_cast<void (*)()>(definition->ml_meth));
  if (dispatch == nullptr) dispatch = theirs;
  // One that is called in another way is left as it is.
  if (theirs == dispatch) definition->ml_meth = ours;
}

}  // namespace

void shorten_call_errors(py::module_& module) {
  const auto members = [](const py::handle& scope) {
    return py::reinterpret_borrow<py::dict>(
        PyModule_Check(scope.ptr()) ? PyModule_GetDict(scope.ptr())
                                    : reinterpret_cast<PyTypeObject*>(scope.ptr())->tp_dict);
  };
  for (const auto& [name, member] : members(module)) {
    if (!PyType_Check(member.ptr())) {
      shorten(member.ptr());
      continue;
    }
    for (const auto& [own, method] : members(member)) shorten(method.ptr());
  }
}

}  // namespace dabiao::python
