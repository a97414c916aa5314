// SPDX-License-Identifier: Apache-2.0
// Text and bytes, both ways.
#ifndef CASECOMM_BINDINGS_PYTHON_TEXT_H_
#define CASECOMM_BINDINGS_PYTHON_TEXT_H_

#include <pybind11/pybind11.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casecomm::python {

namespace py = pybind11;

// A str. Mail is bytes: what is no UTF-8 becomes U+FFFD, as in the library's JSON, so that no mail can make this throw.
py::str Text(std::string_view text);

// The UTF-8 of a str, which must have no lone surrogates; bytes as they are. TypeError else.
std::string BytesOfText(py::handle object);

// Where a file is: str, bytes or os.PathLike, and a str as Python names files.
std::string BytesOfPath(py::handle object);
py::str PathText(std::string_view path);

// None, or a sequence of str (not one str).
std::optional<std::vector<std::string>> TextsOrNone(py::handle object, const char* what);
std::vector<std::string> Texts(py::handle object, const char* what);

// The bytes of a bytes-like object, valid while this lives and needing the GIL to be made and destroyed. Those of a
// bytes object are borrowed; others may be written to meanwhile and are copied.
class Bytes {
 public:
  Bytes(py::handle object, const char* what);

  std::string_view view() const { return view_; }

 private:
  py::object owner_;
  std::string_view view_;
};

inline py::bytes ToBytes(std::string_view bytes) {
  return py::bytes(bytes.data(), bytes.size());
}

// A time in seconds, or a timedelta. ValueError for one below 0 or past 24 days.
int64_t Milliseconds(const py::object& time, const char* what);

[[noreturn]] void RaiseType(const std::string& message);

// "an int", for messages.
std::string TypeName(py::handle object);

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_TEXT_H_
