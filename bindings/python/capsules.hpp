#pragma once

#include <pybind11/pybind11.h>

#include "dabiao/data/import_arrow.hpp"
#include "dabiao/data/table.hpp"
#include "dabiao/text/checked.hpp"

// Arrow's structures as Python hands them over.
namespace dabiao::python {

/// The structure in a capsule; the capsule's owner releases what is not taken over.
template <class Structure>
Structure* in_capsule(const pybind11::handle& object, const char* name) {
  auto* pointer = static_cast<Structure*>(PyCapsule_GetPointer(object.ptr(), name));
  if (pointer == nullptr) throw pybind11::error_already_set();
  return pointer;
}

/// Takes over a record batch from what has the Arrow PyCapsule interface.
inline Checked<data::Table> import_batch(const pybind11::handle& object) {
  const pybind11::tuple capsules = object.attr("__arrow_c_array__")();
  return data::import_arrow(in_capsule<ArrowSchema>(capsules[0], "arrow_schema"),
                            in_capsule<ArrowArray>(capsules[1], "arrow_array"));
}

}  // namespace dabiao::python
