// SPDX-License-Identifier: Apache-2.0
// Mail sources and mail sinks.
#include <cstring>

#include "casecomm/files.h"
#include "errors.h"
#include "fields.h"
#include "names.h"
#include "seams.h"
#include "text.h"
#include "values.h"

namespace casecomm::python {
namespace {

Name kInbound("casecomm._seams", "InboundMail");
Name kOutbound("casecomm._seams", "OutboundMail");
Name kSource("casecomm._seams", "Source");
Name kSink("casecomm._seams", "MailSink");
Name kDelivery("casecomm._seams", "Delivery");
Name kResult("casecomm._seams", "RecipientResult");

class SinkSeam : public host::Sink {
 public:
  explicit SinkSeam(py::object sink) : sink_(std::move(sink)) {}

  Status Send(const host::OutboundMail& mail, host::Delivery* delivery) override {
    return InPython([&]() -> Status {
      py::tuple recipients(mail.recipients.size());
      for (size_t i = 0; i < mail.recipients.size(); ++i) recipients[i] = Text(mail.recipients[i]);
      const py::object answer = sink_.attr("send")(kOutbound(ToBytes(mail.raw), recipients, Text(mail.return_path)));
      py::object results = answer;
      if (kDelivery.Is(answer)) {
        results = answer.attr("recipients");
        delivery->message_id = BytesOfText(answer.attr("message_id"));
      }
      for (const py::handle result : py::iter(results)) delivery->recipients.push_back(ResultOf(result));
      return {};
    });
  }

 private:
  static host::RecipientResult ResultOf(py::handle object) {
    if (!kResult.Is(object)) {
      RaiseType("MailSink.send must answer casecomm.RecipientResult of each recipient, not " + TypeName(object));
    }
    host::RecipientResult result;
    result.state = static_cast<host::DeliveryState>(py::int_(EnumState(object.attr("state"))).cast<int>());
    result.reply = object.attr("reply").cast<int32_t>();
    result.words = BytesOfText(object.attr("words"));
    return result;
  }

  // ValueError if it is none.
  static py::object EnumState(const py::object& state) {
    static Name states("casecomm._enums", "DeliveryState");
    return states(state);
  }

  const py::object sink_;
};

py::object Submit(const py::object& sink, const py::object& mail) {
  if (!kSink.Is(sink)) RaiseType("sink must be a casecomm.MailSink, not " + TypeName(sink));
  if (!kOutbound.Is(mail)) RaiseType("mail must be a casecomm.OutboundMail, not " + TypeName(mail));
  const Bytes raw(mail.attr("raw"), "OutboundMail.raw");
  const std::string return_path = BytesOfText(mail.attr("return_path"));
  const std::vector<std::string> recipients = Texts(mail.attr("recipients"), "OutboundMail.recipients");
  const host::OutboundMail outbound{return_path, {recipients.begin(), recipients.end()}, raw.view()};
  SinkSeam seam(sink);
  const host::Delivery delivery = Library([&] { return host::Submit(seam, outbound); });
  py::tuple results(delivery.recipients.size());
  for (size_t i = 0; i < delivery.recipients.size(); ++i) {
    const host::RecipientResult& result = delivery.recipients[i];
    results[i] = kResult(EnumValue(result.state), result.reply, Text(result.words));
  }
  return kDelivery(results, Text(delivery.message_id));
}

std::unique_ptr<NativeSource> MakeFileSource(const py::object& paths, const py::object& envelope, bool any_file,
                                             uint64_t mail_bytes_limit) {
  FileSourceOptions options;
  const bool one = PyUnicode_Check(paths.ptr()) || PyBytes_Check(paths.ptr()) || py::hasattr(paths, "__fspath__");
  if (one) {
    options.paths.push_back(BytesOfPath(paths));
  } else {
    for (const py::handle path : py::iter(paths)) options.paths.push_back(BytesOfPath(path));
  }
  if (auto recipients = TextsOrNone(envelope, "envelope")) options.envelope_recipients = std::move(*recipients);
  options.any_file = any_file;
  options.mail_bytes_limit = mail_bytes_limit;
  return std::make_unique<NativeSource>(Library([&] { return FileSource(std::move(options)); }));
}

py::list NextOf(NativeSource& source, size_t limit) {
  const NativeSource::Use use(source);
  std::vector<host::InboundMail> mails;
  Status failed = std::exchange(source.later, Status());
  if (failed.ok()) {
    Library([&]() -> Status {
      failed = use->Next(limit, &mails);
      return {};
    });
  }
  if (!failed.ok() && mails.empty()) Raise(failed);
  source.later = failed;
  py::list out;
  for (const host::InboundMail& mail : mails) out.append(ObjectOfMail(mail));
  return out;
}

void CommittedOf(NativeSource& source, const py::object& mails) {
  const NativeSource::Use use(source);
  std::vector<host::InboundMail> owned;
  for (const py::handle mail : py::iter(mails)) owned.push_back(MailOfObject(mail));
  std::vector<const host::InboundMail*> borrowed;
  for (const host::InboundMail& mail : owned) borrowed.push_back(&mail);
  Library([&] { return use->Committed(borrowed); });
}

}  // namespace

py::object ObjectOfMail(const host::InboundMail& mail) {
  return kInbound(ToBytes(mail.raw), Text(mail.transport_key),
                  mail.envelope_known ? ToPy(mail.envelope_recipients) : py::none(), PathText(mail.path),
                  mail.index < 0 ? py::object(py::none()) : py::int_(mail.index), ToPy(mail.trust));
}

host::InboundMail MailOfObject(py::handle object) {
  if (!kInbound.Is(object)) RaiseType("a mail must be a casecomm.InboundMail, not " + TypeName(object));
  host::InboundMail mail;
  mail.raw = Bytes(object.attr("raw"), "InboundMail.raw").view();
  mail.transport_key = BytesOfText(object.attr("transport_key"));
  auto recipients = TextsOrNone(object.attr("envelope"), "InboundMail.envelope");
  mail.envelope_known = recipients.has_value();
  if (recipients) mail.envelope_recipients = std::move(*recipients);
  mail.path = BytesOfPath(object.attr("path"));
  const py::object index = object.attr("index");
  if (!index.is_none()) mail.index = index.cast<int64_t>();
  mail.trust = TrustOf(object.attr("trust"), "InboundMail.trust");
  return mail;
}

bool PythonSource::Handed::Is(const host::InboundMail& other) const {
  return transport_key == other.transport_key && path == other.path && Bytes(raw, "raw").view() == other.raw;
}

PythonSource::PythonSource(py::object source) : source_(std::move(source)) {
  if (!kSource.Is(source_)) RaiseType("source must be a casecomm.Source or FileSource, not " + TypeName(source_));
  const py::object name = source_.attr("name");
  if (!PyUnicode_Check(name.ptr())) RaiseType("Source.name must be a str, not " + TypeName(name));
  name_ = BytesOfText(name);
}

Status PythonSource::Next(size_t limit, std::vector<host::InboundMail>* out) {
  return InPython([&]() -> Status {
    size_t came = 0;
    for (const py::handle mail : py::iter(source_.attr("next")(limit))) {
      if (came++ == limit) {
        PyErr_Format(PyExc_ValueError, "Source.next gave more than the %zu mails it was asked for", limit);
        throw py::error_already_set();
      }
      out->push_back(MailOfObject(mail));
      handed_.push_back(
          {out->back().transport_key, out->back().path, py::reinterpret_borrow<py::object>(mail), mail.attr("raw")});
    }
    return {};
  });
}

Status PythonSource::Committed(const std::vector<const host::InboundMail*>& mails) {
  return InPython([&]() -> Status {
    py::list objects;
    for (const host::InboundMail* mail : mails) {
      objects.append(ObjectOf(*mail));
      const auto at = std::find_if(handed_.begin(), handed_.end(), [&](const Handed& one) { return one.Is(*mail); });
      if (at != handed_.end()) handed_.erase(at);
    }
    source_.attr("committed")(objects);
    return {};
  });
}

py::object PythonSource::ObjectOf(const host::InboundMail& mail) {
  for (const Handed& one : handed_) {
    if (one.Is(mail)) return one.mail;
  }
  return ObjectOfMail(mail);
}

NativeSource::Use::Use(NativeSource& source) : source_(source) {
  if (source.born_ != ForkGeneration()) {
    Raise(Status(Code::kFailedPrecondition, "forked", "", "the source was made before this process was forked"));
  }
  if (source.busy_) {
    Raise(Status(Code::kFailedPrecondition, "busy", "", "the source was in use by another call"));
  }
  source.busy_ = true;
}

void BindMailSeams(py::module_& m) {
  py::class_<NativeSource> source(
      m, "FileSource",
      "Mail in files, a mail source named 'files': *.eml, mbox files, Maildirs and folders of them, in name order.\n\n"
      "paths: one path or several. envelope: recipients of every mail, if they are known. any_file: a file that is "
      "neither *.eml nor an mbox is one mail, too. Nothing is moved or written. Raises NotFound, InvalidArgument, "
      "PermissionDenied; each names the path.");
  source.attr("__module__") = "casecomm";
  source
      .def(py::init(&MakeFileSource), py::arg("paths"), py::kw_only(), py::arg("envelope") = py::none(),
           py::arg("any_file") = false, py::arg("mail_bytes_limit") = FileSourceOptions().mail_bytes_limit)
      .def_property_readonly(
          "name",
          [](NativeSource& self) {
            const NativeSource::Use use(self);
            return Text(use->name());
          },
          "Part of the deduplication key.")
      .def("next", &NextOf, py::arg("limit"),
           "next(self, limit)\n--\n\nUp to `limit` further mails; [] when there is nothing more now.")
      .def("committed", &CommittedOf, py::arg("mails"),
           "committed(self, mails)\n--\n\nAcknowledges mails that came from next: for files it does nothing.");
  kSource.get().attr("register")(source);

  m.def(
      "submit", &Submit, py::arg("sink"), py::arg("mail"),
      "submit(sink, mail)\n--\n\nSends through `sink` what can be sent, and answers a Delivery with a result for every "
      "recipient. InvalidArgument (\"bad_recipient\", \"bad_mail\"), before the sink is called, for an address with "
      "blanks, "
      "control characters or no @, no recipient, or no bytes. When the sink raises and settled nobody, that is "
      "raised.");
}

}  // namespace casecomm::python
