// SPDX-License-Identifier: Apache-2.0
// Failures across the border. A Status that comes out of the library is raised as the casecomm.Error of its code. What
// Python code in a seam raises travels through the library as a Status, and is raised again, the same object, when that
// Status comes out.
#ifndef CASECOMM_BINDINGS_PYTHON_ERRORS_H_
#define CASECOMM_BINDINGS_PYTHON_ERRORS_H_

#include <pybind11/pybind11.h>

#include <cstddef>
#include <utility>

#include "casecomm/status.h"
#include "gil.h"

namespace casecomm::python {

namespace py = pybind11;

// Throws it as a Python exception; with `cause`, as what it was raised from.
[[noreturn]] void Raise(const Status& status, py::object cause = {});

// Takes the Python exception that is set, keeps it for the boundary of this thread and answers what stands for it in the
// library: a casecomm.Error's own code, reason, subject, message and position; else code unknown (cancelled if it is no
// Exception), reason "python_exception", the type as subject. One that is `sure` to be raised is raised also if the
// library succeeds; those that are no Exception always are.
Status Capture(bool sure = false);

// Whether this thread's boundary keeps an exception that is sure to be raised.
bool SureToRaise();

// The failure of a seam's callback when the interpreter is ending.
Status Ending();

// Runs a seam's callback with the GIL; what it throws is captured.
template <typename F>
Status InPython(F&& callback) {
  const TakeGil gil;
  if (!gil.taken()) return Ending();
  try {
    return std::forward<F>(callback)();
  } catch (py::error_already_set& e) {
    e.restore();
  } catch (const py::builtin_exception& e) {
    e.set_error();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  }
  return Capture();
}

// The outer edge of one call of the library on this thread. Edges nest, as a seam may call the library.
class Boundary {
 public:
  Boundary();
  ~Boundary();
  Boundary(const Boundary&) = delete;
  Boundary& operator=(const Boundary&) = delete;

  // Throws what `status`, the call's answer, stands for, or what is sure to be raised.
  void Check(const Status& status);

 private:
  const size_t mark_;  // exceptions kept before this call
};

inline const Status& StatusOf(const Status& status) {
  return status;
}
template <typename T>
Status StatusOf(const Result<T>& result) {
  return result.status();
}

inline void ValueOf(Status&&) {}
template <typename T>
T ValueOf(Result<T>&& result) {
  return std::move(*result);
}

// Calls the library without the GIL: its value, or its failure raised.
template <typename F>
auto Library(F&& call) {
  Boundary boundary;
  auto result = [&] {
    const ReleaseGil released;
    return call();
  }();
  boundary.Check(StatusOf(result));
  return ValueOf(std::move(result));
}

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_ERRORS_H_
