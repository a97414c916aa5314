// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_BINDINGS_PYTHON_NAMES_H_
#define CASECOMM_BINDINGS_PYTHON_NAMES_H_

#include <pybind11/pybind11.h>

#include <utility>

namespace casecomm::python {

namespace py = pybind11;

// Something that a Python module of ours defines, looked up when it is first asked for and kept for ever.
class Name {
 public:
  constexpr Name(const char* module, const char* attribute) : module_(module), attribute_(attribute) {}

  py::handle get() {
    if (!object_) object_ = py::object(py::module_::import(module_).attr(attribute_)).release().ptr();
    return object_;
  }
  template <typename... Args>
  py::object operator()(Args&&... args) {
    return get()(std::forward<Args>(args)...);
  }
  bool Is(py::handle object) { return py::isinstance(object, get()); }

 private:
  const char* module_;
  const char* attribute_;
  PyObject* object_ = nullptr;  // guarded by the GIL
};

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_NAMES_H_
