// SPDX-License-Identifier: Apache-2.0
// Classes that hold Python objects and so may stand in a cycle that the garbage collector has to find.
#ifndef CASECOMM_BINDINGS_PYTHON_GC_H_
#define CASECOMM_BINDINGS_PYTHON_GC_H_

#include <pybind11/pybind11.h>

namespace casecomm::python {

// The T inside a Python object, or null while it is being made.
template <typename T>
T* Made(PyObject* object) {
  auto held = reinterpret_cast<pybind11::detail::instance*>(object)->get_value_and_holder();
  return held.holder_constructed() ? held.template value_ptr<T>() : nullptr;
}

// For py::class_<T>: T::Traverse visits what T holds, `clear` lets go of it. `clear` is kept in one place a type.
template <typename T>
pybind11::custom_type_setup Collected(void (*clear)(T&)) {
  static void (*let_go)(T&);
  let_go = clear;
  return pybind11::custom_type_setup([](PyHeapTypeObject* heap_type) {
    PyTypeObject& type = heap_type->ht_type;
    type.tp_flags |= Py_TPFLAGS_HAVE_GC;
    type.tp_traverse = [](PyObject* self, visitproc visit, void* arg) -> int {
      Py_VISIT(Py_TYPE(self));
      const T* const made = Made<T>(self);
      return made ? made->Traverse(visit, arg) : 0;
    };
    type.tp_clear = [](PyObject* self) -> int {
      if (T* const made = Made<T>(self)) let_go(*made);
      return 0;
    };
  });
}

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_GC_H_
