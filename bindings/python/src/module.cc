// SPDX-License-Identifier: Apache-2.0
// casecomm._core: the library's public C++ API for the Python package casecomm.
#include <pybind11/pybind11.h>

#include "casecomm/json.h"
#include "casecomm/mail.h"
#include "engine.h"
#include "errors.h"
#include "gil.h"
#include "seams.h"
#include "text.h"
#include "values.h"

namespace casecomm::python {
namespace {

void BindFunctions(py::module_& m) {
  m.def(
      "scan",
      [](const py::object& raw) {
        const Bytes bytes(raw, "raw");
        return Share(Library([&]() -> Result<Mail> { return ScanMail(bytes.view()); }));
      },
      py::arg("raw"),
      "scan(raw)\n--\n\nReads any bytes as a Mail; what was wrong with them stands in its defects.\n\n"
      ">>> scan(b'From: ann@client.example\\nSubject: =?utf-8?q?caf=C3=A9?=\\n\\nHello\\n').subject\n'caf\xC3\xA9'");
  m.def(
      "printable", [](const py::object& text) { return Text(Printable(BytesOfText(text))); }, py::arg("text"),
      "printable(text)\n--\n\nText of a mail made fit for a terminal or a log: control, bidirectional and zero-width "
      "characters and bytes that are no UTF-8 become \\xNN or \\u{NNNN}; one line.");
  m.def(
      "describe",
      [](int code, const std::string& subject, const std::string& message, const py::object& position) {
        const Status status(static_cast<Code>(code), {}, subject, message,
                            position.is_none() ? -1 : position.cast<int64_t>());
        return Text(status.ToString());
      },
      py::arg("code"), py::arg("subject"), py::arg("message"), py::arg("position"),
      "describe(code, subject, message, position)\n--\n\nOne line that tells a failure.");
  m.def(
      "transient", [](int code) { return Status(static_cast<Code>(code), "").transient(); }, py::arg("code"),
      "transient(code)\n--\n\nWhether a failure of this code may pass when the same call is made again.");
}

}  // namespace
}  // namespace casecomm::python

PYBIND11_MODULE(_core, m) {
  namespace python = casecomm::python;
  pybind11::options options;
  options.disable_function_signatures();
  m.doc() = "What casecomm has of the C++ library. Use the package casecomm.";
  m.attr("__version__") = CASECOMM_VERSION;
  python::WatchForks();
  pybind11::module_::import("atexit").attr("register")(pybind11::cpp_function(&python::AwaitSeams));
  python::BindFunctions(m);
  python::BindValues(m);
  python::BindStores(m);
  python::BindKeys(m);
  python::BindMailSeams(m);
  python::BindEngine(m);
  python::BindSession(m);
  python::BindRouted(m);
}
