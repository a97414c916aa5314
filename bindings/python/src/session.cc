// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "casecomm/engine.h"
#include "casecomm/rules.h"
#include "engine.h"
#include "errors.h"
#include "gc.h"
#include "names.h"
#include "text.h"
#include "values.h"

namespace casecomm::python {
namespace {

using Use = PySession::Use;

// The document as bytes: text and bytes as they are, else as json.dumps has it.
std::string Document(const py::object& document) {
  if (PyUnicode_Check(document.ptr())) return BytesOfText(document);
  if (PyObject_CheckBuffer(document.ptr())) return std::string(Bytes(document, "document").view());
  static Name mapping("collections.abc", "Mapping");
  static Name dumps("json", "dumps");
  if (!mapping.Is(document)) RaiseType("document must be str, bytes or a mapping, not " + TypeName(document));
  return BytesOfText(dumps(py::dict(document), py::arg("ensure_ascii") = false, py::arg("allow_nan") = false));
}

EnvelopeHint Hint(const py::object& envelope, const py::object& trust) {
  EnvelopeHint hint;
  hint.trust = TrustOf(trust, "trust");
  if (auto recipients = TextsOrNone(envelope, "envelope")) {
    hint.known = true;
    hint.recipients = std::move(*recipients);
  }
  return hint;
}

py::object Route(PySession& self, const py::object& raw, const py::object& envelope, const py::object& trust) {
  const Use use(self);
  const Bytes bytes(raw, "raw");
  const EnvelopeHint hint = Hint(envelope, trust);
  return ShareDecision(Library([&] { return use->Route(bytes.view(), hint); }), /*explained=*/false);
}

py::object Explain(PySession& self, const py::object& raw, const py::object& envelope, const std::string& source,
                   const py::object& trust) {
  const Use use(self);
  const Bytes bytes(raw, "raw");
  EnvelopeHint hint = Hint(envelope, trust);
  hint.source = source;
  return ShareDecision(Library([&] { return use->Explain(bytes.view(), hint); }), /*explained=*/true);
}

py::object Rehearse(PySession& self, const py::object& raw, const py::object& rules, const py::object& envelope,
                    const py::object& trust) {
  const std::string document = Document(rules);
  const Use use(self);
  const Bytes bytes(raw, "raw");
  const EnvelopeHint hint = Hint(envelope, trust);
  return ShareDecision(Library([&]() -> Result<MailDecision> {
                         const Result<RuleSet> others = RuleSet::Parse(document);
                         if (!others.ok()) return others.status();
                         Result<Rehearsal> rehearsal = use->Rehearse(others.value(), bytes.view(), hint);
                         if (!rehearsal.ok()) return rehearsal.status();
                         return std::move(rehearsal.value().then);
                       }),
                       /*explained=*/true);
}

void RehearseStored(PySession& self, const py::object& rules, const py::object& on_rehearsed) {
  if (!PyCallable_Check(on_rehearsed.ptr())) RaiseType("on_rehearsed must be callable, not " + TypeName(on_rehearsed));
  const std::string document = Document(rules);
  const Use use(self);
  Library([&]() -> Status {
    const Result<RuleSet> others = RuleSet::Parse(document);
    if (!others.ok()) return others.status();
    return use->RehearseStored(others.value(), [&](const std::string& message, const Rehearsal& said) {
      return InPython([&]() -> Status {
        on_rehearsed(message, ShareDecision(said.now, /*explained=*/true), ShareDecision(said.then, /*explained=*/true),
                     said.differs);
        return {};
      });
    });
  });
}

void SetRules(PySession& self, const py::object& rules) {
  const std::string document = rules.is_none() ? std::string() : Document(rules);
  const Use use(self);
  Library([&]() -> Status {
    if (document.empty()) return use->ResetRules();
    const Result<RuleSet> given = RuleSet::Parse(document);
    return given.ok() ? use->SetRules(given.value()) : given.status();
  });
}

// A casecomm.Listing over `fetch`, which asks a Session for a page.
template <typename F>
py::object ListingOf(const py::object& self, int64_t page_size, F fetch) {
  static Name listing("casecomm._listing", "Listing");
  py::cpp_function page([self, fetch = std::move(fetch)](int64_t limit, const std::string& cursor) {
    const Use use(self.cast<PySession&>());
    PageRequest request;
    request.limit = limit < 0 || limit > UINT32_MAX ? 0 : static_cast<uint32_t>(limit);  // 0: the library refuses it
    request.cursor = cursor;
    auto got = Library([&] { return fetch(use, request); });
    py::tuple items(got.items.size());
    for (size_t i = 0; i < got.items.size(); ++i) items[i] = Share(std::move(got.items[i]));
    return py::make_tuple(items, Text(got.next));
  });
  return listing(page, page_size);
}

py::object Link(PySession& self, const std::string& message, const py::object& records, const std::string& contact,
                const std::string& new_contact_name, const std::string& new_contact_email) {
  const Use use(self);
  const LinkRequest request{message, Texts(records, "records"), contact, new_contact_name, new_contact_email};
  return ShareDecision(Library([&] { return use->Link(request); }), /*explained=*/false);
}

// Release and its like: what is done with a request for one state.
using ActVerb = Result<MailDecision> (Session::*)(const ActRequest&);
template <ActVerb verb>
py::object Act(PySession& self, const std::string& message, const std::string& why, const std::string& target) {
  const Use use(self);
  const ActRequest request{message, target, why};
  return ShareDecision(Library([&] { return (*use.operator->().*verb)(request); }), /*explained=*/false);
}

py::object Reroute(PySession& self, const std::string& message, const py::object& records, const std::string& why,
                   const std::string& target) {
  const Use use(self);
  const std::vector<std::string> on = Texts(records, "records");
  return ShareDecision(Library([&] { return use->Reroute({message, target, why}, on); }), /*explained=*/false);
}

py::object Forward(PySession& self, const std::string& message, const std::string& address, const std::string& why,
                   const std::string& target) {
  const Use use(self);
  return ShareDecision(Library([&] { return use->Forward({message, target, why}, address); }), /*explained=*/false);
}

py::tuple Suggestions(PySession& self, const std::string& message) {
  const Use use(self);
  auto got = Library([&] { return use->Suggestions(message); });
  py::tuple items(got.size());
  for (size_t i = 0; i < got.size(); ++i) items[i] = Share(std::move(got[i]));
  return items;
}

// Writes all of it, also to a file that takes it in parts.
void WriteAll(const py::object& write, std::string_view piece) {
  while (!piece.empty()) {
    const py::object written = write(ToBytes(piece));
    if (written.is_none()) return;
    const auto count = written.cast<size_t>();
    if (count == 0 || count > piece.size()) {
      PyErr_Format(PyExc_OSError, "write took %zu of %zu bytes", count, piece.size());
      throw py::error_already_set();
    }
    piece.remove_prefix(count);
  }
}

// The bytes that `read` hands to its sink: as bytes, or written into the file `to`, which answers their number.
template <typename F>
py::object ReadBytes(PySession& self, const py::object& to, F&& read) {
  const Use use(self);
  if (to.is_none()) {
    std::string bytes;
    Library([&] {
      return read(use, [&](std::string_view piece) -> Status {
        bytes += piece;
        return {};
      });
    });
    return ToBytes(bytes);
  }
  const py::object write = to.attr("write");
  size_t size = 0;
  Library([&] {
    return read(use, [&](std::string_view piece) {
      return InPython([&]() -> Status {
        WriteAll(write, piece);
        size += piece.size();
        return {};
      });
    });
  });
  return py::int_(size);
}

}  // namespace

void BindSession(py::module_& m) {
  py::class_<PySession> session(m, "Session",
                                "One account seen by one actor, made by Engine.session; a context manager. Not shared "
                                "between threads: a second call "
                                "at once is FailedPrecondition, \"busy\". Keeps its engine alive.",
                                Collected<PySession>([](PySession& self) { self.Clear(); }));
  session.attr("__module__") = "casecomm";
  session
      .def(
          "load",
          [](PySession& self, const py::object& document) {
            const Use use(self);
            const std::string json = Document(document);
            Library([&] { return use->Load(json); });
          },
          py::arg("document"),
          "load(self, document)\n--\n\nApplies a load document (docs/load.schema.json), as JSON text or a mapping, in "
          "one "
          "commit: upsert by id, what is not named stays. A fault in it is InvalidArgument with the JSON pointer as "
          "subject "
          "and the byte as position; nothing is written.")
      .def(
          "record_address",
          [](PySession& self, const std::string& record) {
            const Use use(self);
            return Text(Library([&] { return use->RecordAddress(record); }));
          },
          py::arg("record"),
          "record_address(self, record)\n--\n\nThe address of a record: mail sent there is tracked on it.")
      .def(
          "drop_address",
          [](PySession& self, const std::string& person) {
            const Use use(self);
            return Text(Library([&] { return use->DropAddress(person); }));
          },
          py::arg("person"), "drop_address(self, person)\n--\n\nThe drop (BCC) address of a user.")
      .def(
          "reply_address",
          [](PySession& self, const std::string& record, const std::string& person, const std::string& email) {
            const Use use(self);
            return Text(Library([&] { return use->ReplyAddress(record, person, email); }));
          },
          py::arg("record"), py::arg("person"), py::kw_only(), py::arg("email") = "",
          "reply_address(self, record, person, *, email='')\n--\n\nA fresh address for answers to what is sent to one "
          "person about one record; it ends after 180 days. email: where it is sent, or the person's first.")
      .def(
          "return_path_address",
          [](PySession& self, const std::string& record, const std::string& person, const std::string& email) {
            const Use use(self);
            return Text(Library([&] { return use->ReturnPathAddress(record, person, email); }));
          },
          py::arg("record"), py::arg("person"), py::kw_only(), py::arg("email") = "",
          "return_path_address(self, record, person, *, email='')\n--\n\nThe same for reports about its delivery.")
      .def(
          "rotate_record_address",
          [](PySession& self, const std::string& record) {
            const Use use(self);
            return Text(Library([&] { return use->RotateRecordAddress(record); }));
          },
          py::arg("record"),
          "rotate_record_address(self, record)\n--\n\nAnother address in place of the active one, which from then on "
          "takes authenticated mail of known people only.")
      .def(
          "rotate_drop_address",
          [](PySession& self, const std::string& person) {
            const Use use(self);
            return Text(Library([&] { return use->RotateDropAddress(person); }));
          },
          py::arg("person"), "rotate_drop_address(self, person)\n--\n\nThe same of a user's drop; the operator's.")
      .def(
          "retire_address",
          [](PySession& self, const std::string& address) {
            const Use use(self);
            Library([&] { return use->RetireAddress(address); });
          },
          py::arg("address"),
          "retire_address(self, address)\n--\n\nRevokes an address of any kind: what comes to it is held. A record or "
          "drop whose active one it was has another then.")
      .def(
          "replace_key",
          [](PySession& self, uint32_t key_id) {
            const Use use(self);
            return Library([&] { return use->ReplaceKey(key_id); });
          },
          py::arg("key_id"),
          "replace_key(self, key_id)\n--\n\nFor a key that others may know: rotates every active address that is "
          "signed "
          "with it; may be called again where it ended. Answers how many. The operator's.")
      .def(
          "forwards",
          [](const py::object& self, int64_t page_size) {
            return ListingOf(self, page_size,
                             [](const Use& use, const PageRequest& page) { return use->Forwards(page); });
          },
          py::kw_only(), py::arg("page_size") = 100,
          "forwards(self, *, page_size=100)\n--\n\nA Listing of ForwardView, oldest first: mail for the catch-all "
          "address "
          "that has yet to be sent on; the operator's.")
      .def(
          "forwarded",
          [](PySession& self, const std::string& message) {
            const Use use(self);
            Library([&] { return use->Forwarded(message); });
          },
          py::arg("message"),
          "forwarded(self, message)\n--\n\nThe host's own mailer has sent a mail of forwards() on. A second time is no "
          "error.")
      .def("route", &Route, py::arg("raw"), py::kw_only(), py::arg("envelope") = py::none(),
           py::arg("trust") = py::none(),
           "route(self, raw, *, envelope=None, trust=None)\n--\n\nWhere these bytes would go, by the rules and the "
           "directory "
           "alone: a "
           "MailDecision. What the store holds of the mail is not looked at. Without an envelope, delivery headers "
           "stand in. trust: the host's own Trust in who wrote; without it the engine's TrustPolicy decides.")
      .def("route_many", &RouteMany, py::arg("raws"), py::kw_only(), py::arg("envelopes") = py::none(),
           py::arg("trusts") = py::none(), py::arg("into") = py::none(),
           "route_many(self, raws, *, envelopes=None, trusts=None, into=None)\n--\n\nRoutes many mails at once and "
           "answers a "
           "RoutedBatch: "
           "columns, without words; what a router of much mail calls. envelopes: for each mail its recipients or None. "
           "trusts: for each mail a Trust or None. into: a "
           "RoutedBatch to be filled anew, so that its memory is used again.")
      .def("explain", &Explain, py::arg("raw"), py::kw_only(), py::arg("envelope") = py::none(),
           py::arg("source") = EnvelopeHint().source, py::arg("trust") = py::none(),
           "explain(self, raw, *, envelope=None, source='files', trust=None)\n--\n\nWhat receiving these bytes now "
           "from the source "
           "of that "
           "name would do, and why, without effect: a MailDecision with its trace.")
      .def("rehearse_stored", &RehearseStored, py::arg("rules"), py::arg("on_rehearsed"),
           "rehearse_stored(self, rules, on_rehearsed)\n--\n\nWhere every stored message would go by another rule "
           "document, without effect: on_rehearsed(message, now, then, differs) for each, with its id and two "
           "MailDecisions with their traces; what it raises ends the rehearsal.")
      .def(
          "rules",
          [](PySession& self) {
            const Use use(self);
            return Text(Library([&]() -> Result<std::string> {
              const Result<RuleSet> rules = use->Rules();
              if (!rules.ok()) return rules.status();
              return rules.value().document();
            }));
          },
          "rules(self)\n--\n\nThe account's rule document (docs/rules.md): its own, or its preset's.")
      .def(
          "set_rules", &SetRules, py::arg("rules"),
          "set_rules(self, rules)\n--\n\nAnother rule document (str, bytes or a mapping) from the next batch of mail "
          "on; None goes back to the preset. A fault in it is InvalidArgument with the JSON pointer as subject and the "
          "byte as position, and changes nothing.")
      .def("rehearse", &Rehearse, py::arg("raw"), py::arg("rules"), py::kw_only(), py::arg("envelope") = py::none(),
           py::arg("trust") = py::none(),
           "rehearse(self, raw, rules, *, envelope=None, trust=None)\n--\n\nWhere these bytes would go by another rule "
           "document, without effect: a MailDecision with its trace. route() says where they go now.")
      .def(
          "people",
          [](const py::object& self, int64_t page_size) {
            return ListingOf(self, page_size,
                             [](const Use& use, const PageRequest& page) { return use->People(page); });
          },
          py::kw_only(), py::arg("page_size") = 100,
          "people(self, *, page_size=100)\n--\n\nA Listing of PersonView, by id.")
      .def(
          "records",
          [](const py::object& self, int64_t page_size) {
            return ListingOf(self, page_size,
                             [](const Use& use, const PageRequest& page) { return use->Records(page); });
          },
          py::kw_only(), py::arg("page_size") = 100,
          "records(self, *, page_size=100)\n--\n\nA Listing of RecordView: those that the actor may view, by id.")
      .def(
          "assignments",
          [](const py::object& self, const std::string& record, const std::string& person, int64_t page_size) {
            return ListingOf(self, page_size,
                             [filter = AssignmentFilter{record, person}](const Use& use, const PageRequest& page) {
                               return use->Assignments(filter, page);
                             });
          },
          py::kw_only(), py::arg("record") = "", py::arg("person") = "", py::arg("page_size") = 100,
          "assignments(self, *, record='', person='', page_size=100)\n--\n\nA Listing of AssignmentView, of one "
          "record, of one "
          "person, or of the whole account.")
      .def(
          "addresses",
          [](const py::object& self, bool all, int64_t page_size) {
            return ListingOf(self, page_size, [filter = AddressFilter{all}](const Use& use, const PageRequest& page) {
              return use->Addresses(filter, page);
            });
          },
          py::kw_only(), py::arg("all") = false, py::arg("page_size") = 100,
          "addresses(self, *, all=False, page_size=100)\n--\n\nA Listing of AddressEntry, records and then drops; all: "
          "of "
          "every kind and state; the operator's.")
      .def(
          "threads",
          [](const py::object& self, const std::string& record, int64_t page_size) {
            return ListingOf(self, page_size,
                             [record](const Use& use, const PageRequest& page) { return use->Threads(record, page); });
          },
          py::arg("record"), py::kw_only(), py::arg("page_size") = 100,
          "threads(self, record, *, page_size=100)\n--\n\nA Listing of ThreadSummary, newest activity first.")
      .def(
          "messages",
          [](const py::object& self, const std::string& thread, int64_t page_size) {
            return ListingOf(self, page_size,
                             [thread](const Use& use, const PageRequest& page) { return use->Messages(thread, page); });
          },
          py::arg("thread"), py::kw_only(), py::arg("page_size") = 100,
          "messages(self, thread, *, page_size=100)\n--\n\nA Listing of MessageView, oldest first.")
      .def(
          "unassigned",
          [](const py::object& self, int64_t page_size) {
            return ListingOf(self, page_size,
                             [](const Use& use, const PageRequest& page) { return use->Unassigned(page); });
          },
          py::kw_only(), py::arg("page_size") = 100,
          "unassigned(self, *, page_size=100)\n--\n\nA Listing of UnassignedView: staff see their own, the operator "
          "all.")
      .def(
          "show_record",
          [](PySession& self, const std::string& record) {
            const Use use(self);
            return Share(Library([&] { return use->ShowRecord(record); }));
          },
          py::arg("record"),
          "show_record(self, record)\n--\n\nA record whole, with its threads and messages: a RecordPage.")
      .def("link", &Link, py::arg("message"), py::arg("records"), py::kw_only(), py::arg("contact") = "",
           py::arg("new_contact_name") = "", py::arg("new_contact_email") = "",
           "link(self, message, records, *, contact='', new_contact_name='', new_contact_email='')\n--\n\nFiles an "
           "unassigned "
           "message by hand, on a case, a lead, or both, with an existing contact or a new one, and closes its "
           "notification. "
           "Answers a MailDecision: where it is now.")
      .def("release", &Act<&Session::Release>, py::arg("message"), py::kw_only(), py::arg("why") = "",
           py::arg("target") = "",
           "release(self, message, *, why='', target='')\n--\n\nFiles held mail on the record whose address held it. "
           "target, here and below: which state, if several fit. Answers a MailDecision: where it is now.")
      .def(
          "reroute", &Reroute, py::arg("message"), py::arg("records"), py::kw_only(), py::arg("why"),
          py::arg("target") = "",
          "reroute(self, message, records, *, why, target='')\n--\n\nFiles held, unassigned or forwarded mail on other "
          "records. Answers a MailDecision.")
      .def("forward", &Forward, py::arg("message"), py::arg("address") = "", py::kw_only(), py::arg("why") = "",
           py::arg("target") = "",
           "forward(self, message, address='', *, why='', target='')\n--\n\nMarks held mail as the catch-all's and "
           "keeps "
           "the copy; sending raw() to the address is the caller's. Answers a MailDecision.")
      .def("reject", &Act<&Session::Reject>, py::arg("message"), py::kw_only(), py::arg("why"), py::arg("target") = "",
           "reject(self, message, *, why, target='')\n--\n\nSets held mail aside. Answers a MailDecision.")
      .def("withdraw", &Act<&Session::Withdraw>, py::arg("message"), py::kw_only(), py::arg("why"),
           py::arg("target") = "",
           "withdraw(self, message, *, why, target='')\n--\n\nTakes filed, unassigned or forwarded mail out of its "
           "lists. Answers a MailDecision.")
      .def("restore", &Act<&Session::Restore>, py::arg("message"), py::kw_only(), py::arg("why") = "",
           py::arg("target") = "",
           "restore(self, message, *, why='', target='')\n--\n\nBrings back what was rejected or withdrawn, as it was "
           "before. Answers a MailDecision.")
      .def(
          "held",
          [](const py::object& self, const py::object& state, int64_t page_size) {
            const Outcome of = state.is_none() ? Outcome::kHeld : static_cast<Outcome>(state.cast<int32_t>());
            return ListingOf(self, page_size,
                             [of](const Use& use, const PageRequest& page) { return use->Held(page, of); });
          },
          py::kw_only(), py::arg("state") = py::none(), py::arg("page_size") = 100,
          "held(self, *, state=None, page_size=100)\n--\n\nA Listing of HeldView: held mail that the actor may settle; "
          "or, by an Outcome, what is CATCH_ALL, REJECTED or WITHDRAWN.")
      .def(
          "acts",
          [](const py::object& self, const std::string& message, int64_t page_size) {
            return ListingOf(self, page_size,
                             [message](const Use& use, const PageRequest& page) { return use->Acts(message, page); });
          },
          py::arg("message"), py::kw_only(), py::arg("page_size") = 100,
          "acts(self, message, *, page_size=100)\n--\n\nA Listing of ActView: who did what with a message, oldest "
          "first.")
      .def("suggestions", &Suggestions, py::arg("message"),
           "suggestions(self, message)\n--\n\nThe records that a message may belong on, best first: SuggestionViews.")
      .def(
          "late_matches",
          [](const py::object& self, int64_t page_size) {
            return ListingOf(self, page_size,
                             [](const Use& use, const PageRequest& page) { return use->LateMatches(page); });
          },
          py::kw_only(), py::arg("page_size") = 100,
          "late_matches(self, *, page_size=100)\n--\n\nA Listing of LateMatchView: what waits and would be filed by "
          "now.")
      .def(
          "raw",
          [](PySession& self, const std::string& message, const py::object& to) {
            return ReadBytes(self, to,
                             [&](const Use& use, const ByteSink& sink) { return use->ReadRaw(message, sink); });
          },
          py::arg("message"), py::kw_only(), py::arg("to") = py::none(),
          "raw(self, message, *, to=None)\n--\n\nThe bytes of a stored message; or their number, written in pieces "
          "into the "
          "binary file `to`.")
      .def(
          "attachment",
          [](PySession& self, const std::string& message, size_t position, const py::object& to) {
            return ReadBytes(self, to, [&](const Use& use, const ByteSink& sink) {
              return use->ReadAttachment(message, position, sink);
            });
          },
          py::arg("message"), py::arg("position"), py::kw_only(), py::arg("to") = py::none(),
          "attachment(self, message, position, *, to=None)\n--\n\nThe decoded bytes of an attachment, by its position "
          "in "
          "MessageView.attachments; or their number, written in pieces into the binary file `to`.")
      .def(
          "close", [](PySession& self) { self.Close(); },
          "close(self)\n--\n\nLets go of the session; a call that runs in another thread ends well.")
      .def_property_readonly("closed", &PySession::closed, "Whether it, or its engine, was.")
      .def("__enter__",
           [](const py::object& self) {
             { const Use use(self.cast<PySession&>()); }
             return self;
           })
      .def("__exit__", [](PySession& self, const py::args&) { self.Close(); })
      .def("__repr__",
           [](const PySession& self) { return self.closed() ? "<casecomm.Session, closed>" : "<casecomm.Session>"; });
}

}  // namespace casecomm::python
