// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <cmath>
#include <cstdint>

namespace casecomm::python {

py::str Text(std::string_view text) {
  PyObject* const made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (!made) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(made);
}

std::string BytesOfText(py::handle object) {
  if (PyBytes_Check(object.ptr())) {
    return std::string(PyBytes_AS_STRING(object.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(object.ptr())));
  }
  if (!PyUnicode_Check(object.ptr())) RaiseType("expected str, not " + TypeName(object));
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
  if (!data) throw py::error_already_set();
  return std::string(data, static_cast<size_t>(size));
}

std::string BytesOfPath(py::handle object) {
  PyObject* bytes = nullptr;
  if (!PyUnicode_FSConverter(object.ptr(), &bytes)) throw py::error_already_set();
  return BytesOfText(py::reinterpret_steal<py::object>(bytes));
}

py::str PathText(std::string_view path) {
  PyObject* const made = PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size()));
  if (!made) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(made);
}

std::vector<std::string> Texts(py::handle object, const char* what) {
  if (PyUnicode_Check(object.ptr()) || PyBytes_Check(object.ptr())) {
    RaiseType(std::string(what) + " must be a sequence of str, not one " + TypeName(object));
  }
  std::vector<std::string> texts;
  for (const py::handle item : py::iter(object)) texts.push_back(BytesOfText(item));
  return texts;
}

std::optional<std::vector<std::string>> TextsOrNone(py::handle object, const char* what) {
  if (object.is_none()) return std::nullopt;
  return Texts(object, what);
}

Bytes::Bytes(py::handle object, const char* what) {
  if (PyBytes_Check(object.ptr())) {
    owner_ = py::reinterpret_borrow<py::object>(object);
    view_ = {PyBytes_AS_STRING(object.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(object.ptr()))};
    return;
  }
  if (!PyObject_CheckBuffer(object.ptr())) {
    RaiseType(std::string(what) + " must be bytes-like, not " + TypeName(object));
  }
  Py_buffer buffer;
  if (PyObject_GetBuffer(object.ptr(), &buffer, PyBUF_SIMPLE) != 0) throw py::error_already_set();
  const std::string_view bytes(static_cast<const char*>(buffer.buf), static_cast<size_t>(buffer.len));
  owner_ = py::bytes(bytes.data(), bytes.size());
  PyBuffer_Release(&buffer);
  view_ = {PyBytes_AS_STRING(owner_.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(owner_.ptr()))};
}

int64_t Milliseconds(const py::object& time, const char* what) {
  const py::object seconds = py::hasattr(time, "total_seconds") ? time.attr("total_seconds")() : time;
  const double ms = PyFloat_AsDouble(seconds.ptr()) * 1000;
  if (PyErr_Occurred()) throw py::error_already_set();
  if (!(ms >= 0 && ms <= INT32_MAX)) throw py::value_error(std::string(what) + " must be 0 to 2147483 seconds");
  return static_cast<int64_t>(std::ceil(ms));
}

void RaiseType(const std::string& message) {
  PyErr_SetString(PyExc_TypeError, message.c_str());
  throw py::error_already_set();
}

std::string TypeName(py::handle object) {
  return Py_TYPE(object.ptr())->tp_name;
}

}  // namespace casecomm::python
