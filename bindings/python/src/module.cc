// SPDX-License-Identifier: Apache-2.0
// casecomm._core: the library's public C++ API for the Python package casecomm.
#include <pybind11/pybind11.h>

#include "casecomm/attachment.h"
#include "casecomm/json.h"
#include "casecomm/mail.h"
#include "casecomm/rules.h"
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
      [](const py::object& raw, const py::object& trust, const py::object& attachments) {
        const Bytes bytes(raw, "raw");
        ScanOptions options;
        options.trust = TrustPolicyOf(trust);
        options.attachments = InboundPolicyOf(attachments);
        return Share(Library([&]() -> Result<Mail> { return ScanMail(bytes.view(), options); }));
      },
      py::arg("raw"), py::kw_only(), py::arg("trust") = py::none(), py::arg("attachments") = py::none(),
      "scan(raw, *, trust=None, attachments=None)\n--\n\nReads any bytes as a Mail; what was wrong with them stands in "
      "its defects. trust: a TrustPolicy; without one nobody's word on who wrote counts. attachments: an InboundPolicy "
      "for "
      "the verdicts.\n\n"
      ">>> mail = scan(b'From: ann@client.example\\nSubject: =?utf-8?q?caf=C3=A9?=\\n\\nYes.\\n\\n> Is it?\\n')\n"
      ">>> mail.subject, mail.visible_text, mail.quoted_text\n('caf\xC3\xA9', 'Yes.', '> Is it?')");
  m.def(
      "safe_html",
      [](const py::object& raw, const py::object& cid_prefix) {
        const Bytes bytes(raw, "raw");
        const std::string prefix = BytesOfText(cid_prefix);
        return Text(Library([&]() -> Result<std::string> { return RenderSafeHtml(bytes.view(), prefix); }));
      },
      py::arg("raw"), py::kw_only(), py::arg("cid_prefix") = "cid:",
      "safe_html(raw, *, cid_prefix='cid:')\n--\n\nThe mail's HTML as a fragment that a host may show: an allow-list "
      "of "
      "elements, attributes and styles; nothing runs, nothing is loaded from elsewhere; images of the mail itself are "
      "cid_prefix and their position in Mail.attachments. Mail without HTML is its text in a <pre>.");
  m.def(
      "safe_file_name", [](const py::object& name) { return Text(SafeFileName(BytesOfText(name))); }, py::arg("name"),
      "safe_file_name(name)\n--\n\nA name made safe for a file anywhere; '' where nothing is left of it.\n\n"
      ">>> safe_file_name('../../etc/passwd'), safe_file_name('a\\u202efdp.exe')\n('passwd', 'afdp.exe')");
  m.def(
      "check_rules",
      [](const py::object& rules) {
        const std::string document =
            PyUnicode_Check(rules.ptr()) ? BytesOfText(rules) : std::string(Bytes(rules, "rules").view());
        return Text(Library([&]() -> Result<std::string> {
          const Result<RuleSet> read = RuleSet::Parse(document);
          if (!read.ok()) return read.status();
          return ToJson(read.value());
        }));
      },
      py::arg("rules"),
      "check_rules(rules)\n--\n\nReads and checks a rule document (docs/rules.md), and answers its rules in their "
      "order as "
      "JSON. A fault is InvalidArgument with the JSON pointer as subject and the byte as position.\n\n"
      ">>> check_rules('{\"casecomm_rules\": 1, \"name\": \"x\", \"extends\": \"casebook\"}')[:36]\n"
      "'{\"name\":\"x\",\"policy\":\"P0 anyone\",\"ru'");
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
