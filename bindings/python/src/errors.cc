// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <array>
#include <string>
#include <vector>

#include "names.h"
#include "text.h"

namespace casecomm::python {
namespace {

Name error_class("casecomm._errors", "Error");
Name class_of_code("casecomm._errors", "class_of_code");

struct Kept {
  Status status;     // what stands for it in the library; alive, so that no other status has its address
  py::object value;  // the exception, with its traceback
  bool sure;
};

thread_local std::vector<Kept> kept;
thread_local int boundaries = 0;

// Copies of a status share their texts, so that one travelled through the library is known again by where they stand.
bool Same(const Status& a, const Status& b) {
  return !a.ok() && !b.ok() && a.message().data() == b.message().data();
}

// A status that the library took apart and made anew.
bool Equal(const Status& a, const Status& b) {
  return a.code() == b.code() && a.reason() == b.reason() && a.subject() == b.subject() && a.message() == b.message() &&
         a.position() == b.position();
}

std::string Attribute(py::handle object, const char* name) {
  return BytesOfText(object.attr(name));
}

Status StatusOfException(py::handle value) {
  if (error_class.Is(value)) {
    const int code = value.attr("code").cast<int>();
    const bool known = code > static_cast<int>(Code::kOk) && code <= static_cast<int>(Code::kUnauthenticated);
    const py::object position = value.attr("position");
    return Status(known ? static_cast<Code>(code) : Code::kUnknown, Attribute(value, "reason"),
                  Attribute(value, "subject"), Attribute(value, "message"),
                  position.is_none() ? -1 : position.cast<int64_t>());
  }
  const Code code = !PyErr_GivenExceptionMatches(value.ptr(), PyExc_Exception)    ? Code::kCancelled
                    : PyErr_GivenExceptionMatches(value.ptr(), PyExc_MemoryError) ? Code::kResourceExhausted
                                                                                  : Code::kUnknown;
  // Its own text may hold anything, a secret too, so it does not enter the library.
  return Status(code, "python_exception", Py_TYPE(value.ptr())->tp_name, "the host's Python code raised an exception");
}

[[noreturn]] void Rethrow(const py::object& value) {
  py::object traceback = py::reinterpret_steal<py::object>(PyException_GetTraceback(value.ptr()));
  py::object type = py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(Py_TYPE(value.ptr())));
  PyErr_Restore(type.release().ptr(), py::object(value).release().ptr(), traceback.release().ptr());
  throw py::error_already_set();
}

void Unraisable(const py::object& value) {
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(value.ptr())), value.ptr());
  PyErr_WriteUnraisable(nullptr);
}

}  // namespace

void Raise(const Status& status, py::object cause) {
  const py::object error = class_of_code(static_cast<int>(status.code()))(
      Text(status.message()), py::arg("reason") = Text(status.reason()), py::arg("subject") = Text(status.subject()),
      py::arg("position") = status.position() < 0 ? py::object(py::none()) : py::int_(status.position()));
  if (cause) PyException_SetCause(error.ptr(), cause.release().ptr());
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
  throw py::error_already_set();
}

Status Capture(bool sure) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  const py::object owned_type = py::reinterpret_steal<py::object>(type);
  const py::object owned_traceback = py::reinterpret_steal<py::object>(traceback);
  py::object owned = py::reinterpret_steal<py::object>(value);
  if (traceback) PyException_SetTraceback(value, traceback);

  Status status;
  try {
    status = StatusOfException(owned);
  } catch (py::error_already_set&) {  // an Error whose attributes are not what they should be
    status = Status(Code::kUnknown, "python_exception", Py_TYPE(value)->tp_name, "the host's Python code raised");
  }
  if (boundaries > 0) {
    sure = sure || !PyErr_GivenExceptionMatches(owned.ptr(), PyExc_Exception);
    kept.push_back({status, std::move(owned), sure});
  }
  return status;
}

bool SureToRaise() {
  for (const Kept& one : kept) {
    if (one.sure) return true;
  }
  return false;
}

Status Ending() {
  return Status(Code::kCancelled, "python_ending", "", "the Python interpreter was ending");
}

Boundary::Boundary() : mark_(kept.size()) {
  ++boundaries;
}

Boundary::~Boundary() {
  --boundaries;
  // Only after the thread was unwound between the call and its check are any left; they are then not ours to touch.
  while (kept.size() > mark_) {
    kept.back().value.release();
    kept.pop_back();
  }
}

void Boundary::Check(const Status& status) {
  if (kept.size() == mark_ && status.ok()) return;
  const std::vector<Kept> mine(std::make_move_iterator(kept.begin() + static_cast<std::ptrdiff_t>(mark_)),
                               std::make_move_iterator(kept.end()));
  kept.resize(mark_);
  for (const Kept& one : mine) {
    if (one.sure) Rethrow(one.value);
  }
  for (const Kept& one : mine) {
    if (Same(one.status, status)) Rethrow(one.value);
  }
  for (const Kept& one : mine) {
    if (!status.ok() && Equal(one.status, status)) Rethrow(one.value);
  }
  // What the library did not fail with. A store's casecomm.Error is an answer that the library knew how to treat; any
  // other exception must not vanish.
  py::object last;
  for (const Kept& one : mine) {
    if (error_class.Is(one.value)) continue;
    if (last) Unraisable(last);
    last = one.value;
  }
  if (!status.ok()) Raise(status, std::move(last));
  if (last) Unraisable(last);
}

}  // namespace casecomm::python
