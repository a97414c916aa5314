// SPDX-License-Identifier: Apache-2.0
// The library's answers as Python classes: a line a field.
#include "values.h"

#include <pybind11/operators.h>

#include "casecomm/attachment.h"
#include "casecomm/json.h"
#include "casecomm/mail.h"
#include "casecomm/views.h"
#include "fields.h"
#include "names.h"

namespace casecomm::python {
namespace {

// What JSON has as null when it is empty.
template <typename M, typename B>
auto OrNone(M B::*member) {
  return [member](const auto& self) -> py::object {
    if (((*self).*member).empty()) return py::none();
    return ToPy((*self).*member);
  };
}

template <typename M, typename B>
auto Micros(M B::*member) {
  return [member](const auto& self) { return TimeOfMicros((*self).*member); };
}
template <typename M, typename B>
auto Seconds(M B::*member) {
  return [member](const auto& self) { return TimeOfSeconds((*self).*member); };
}

constexpr const char* kJsonDoc =
    "json(self)\n--\n\nThe library's JSON form, one object on one line: the bytes that every door of the library "
    "prints.";

template <typename T>
void Json(py::class_<T, std::shared_ptr<T>>& value) {
  value.def(
      "json", [](const T& self) { return Text(ToJson(self)); }, kJsonDoc);
}

int64_t IndexOf(const py::object& index) {
  return index.is_none() ? -1 : index.cast<int64_t>();
}

void BindDecision(py::module_& m) {
  ValueClass<Candidate>(m, "Candidate", "A record that an ambiguous recipient may mean.")
      .Field("address", &Candidate::address, "The recipient.")
      .Field("person", &Candidate::person, "The contact's id.")
      .Field("record", &Candidate::record, "The record's id.")
      .Done();

  ValueClass<TargetDecision>(m, "TargetDecision", "Why a mail went, or did not go, to one destination.")
      .Field("target", &TargetDecision::target, "'record:ID', 'drop:PERSON', 'unroutable:ADDRESS' or 'none'.")
      .Field("record", &TargetDecision::record, "Where it is filed, or was filed before; or None.")
      .Field("outcome", &TargetDecision::outcome, "What became of it here.")
      .Field("thread", OrNone(&TargetDecision::thread), "Of a filed mail; None where there is none yet.")
      .Field("rule", &TargetDecision::rule, "The rule that decided.")
      .Field("reason", &TargetDecision::reason, "A stable word.")
      .Field("sentence", &TargetDecision::sentence, "Names record, person, address and the value that decided.")
      .List("candidates", &TargetDecision::candidates, "What an ambiguous recipient may mean.")
      .Done();

  ValueClass<TraceStep>(m, "TraceStep", "One rule tried for one target.")
      .Field("target", &TraceStep::target, "The target.")
      .Field("rule", &TraceStep::rule, "The rule.")
      .Field("matched", &TraceStep::matched, "Whether it did.")
      .Field("condition", OrNone(&TraceStep::condition), "The first that failed; None when it matched.")
      .Field("value", OrNone(&TraceStep::value), "What stood there instead.")
      .Done();

  ValueClass<Decision>(m, "MailDecision", "What became of a mail in one account, or would.")
      .Field("account", OrNone(&MailDecision::account), "The account's name; None for the operator's.")
      .Field("id", OrNone(&MailDecision::id), "Of the stored message; None if nothing was stored.")
      .Field("message_id", &MailDecision::message_id, "As written; or None.")
      .Field("outcome", &MailDecision::outcome, "The first of its targets' in Outcome's order.")
      .Field("records", &MailDecision::records, "Filed there now or before, each once.")
      .List("targets", &MailDecision::targets, "One for each destination that the mail asked for.")
      .List("trace", &MailDecision::trace, "The rules tried; of Session.explain only.")
      .Done()
      .def(
          "json",
          [](const Decision& self, const py::object& path, const py::object& index) {
            const std::string bytes = path.is_none() ? std::string() : BytesOfPath(path);
            return Text(ToJson(static_cast<const MailDecision&>(self), bytes, IndexOf(index), self.explained));
          },
          py::kw_only(), py::arg("path") = py::none(), py::arg("index") = py::none(),
          "json(self, *, path=None, index=None)\n--\n\nThe library's JSON form, one object on one line: the bytes that "
          "every "
          "door of the library prints. path and index say where the mail was read.");
}

void BindMail(py::module_& m) {
  ValueClass<MailAttachment>(m, "MailAttachment", "What a person would call a file of the mail.")
      .Field("filename", &MailAttachment::filename, "As the sender wrote it: sanitize before use as a path; or None.")
      .Field("content_type", &MailAttachment::content_type, "'image/png', lower case, as declared.")
      .Field(
          "size",
          [](const auto& self) -> py::object {
            if (self->size < 0) return py::none();
            return py::int_(self->size);
          },
          "Decoded bytes; None for an attached message, or what could not be decoded.")
      .Field("is_inline", &MailAttachment::is_inline, "Disposition inline, or none and a Content-ID.")
      .Field("content_id", &MailAttachment::content_id, "Without <>; or None.")
      .Done();

  ValueClass<MailDefect>(m, "MailDefect", "What was wrong with a mail, and where.")
      .Field("name", &MailDefect::name, "A stable name.")
      .Field("offset", &MailDefect::offset, "In bytes, into the raw mail.")
      .Done();

  ValueClass<MailSign>(m, "MailSign", "A sign of a mail's class, and where it stands.")
      .Field("name", &MailSign::name, "A stable name.")
      .Field("offset", &MailSign::offset, "In bytes, into the raw mail.")
      .Done();

  ValueClass<DeliveryReport>(m, "DeliveryReport", "A recipient that a delivery report tells of (RFC 3464).")
      .Field("final_recipient", &DeliveryReport::final_recipient, "An addr-spec.")
      .Field("original_recipient", &DeliveryReport::original_recipient, "Or None.")
      .Field("action", &DeliveryReport::action, "'failed', 'delayed', ...; or None.")
      .Field("status", &DeliveryReport::status, "'5.1.1' (RFC 3463); or None.")
      .Field("diagnostic", &DeliveryReport::diagnostic, "The server's words; or None.")
      .Field("original_message_id", &DeliveryReport::original_message_id,
             "Of the mail that the report is about; or None.")
      .Done();

  ValueClass<ReadReceipt>(m, "ReadReceipt", "A read receipt (RFC 8098).")
      .Field("final_recipient", &ReadReceipt::final_recipient, "Or None.")
      .Field("original_message_id", &ReadReceipt::original_message_id, "Or None.")
      .Field("disposition", &ReadReceipt::disposition, "'displayed', 'deleted', ...; or None.")
      .Done();

  ValueClass<TextSpan>(m, "TextSpan", "A piece of a mail's body: bytes [begin, end) of its UTF-8.")
      .Field("part", &TextSpan::part, "What it is.")
      .Field("begin", &TextSpan::begin, "In bytes.")
      .Field("end", &TextSpan::end, "In bytes.")
      .Done();

  ValueClass<ForwardedMail>(m, "ForwardedMail", "The original inside a forward.")
      .Field("attached", &ForwardedMail::attached, "Whether it is a message of its own; else it stands in the text.")
      .Field("from_", &ForwardedMail::from, "The original author's addr-spec; or None.")
      .Field("from_name", &ForwardedMail::from_name, "Or None.")
      .Field("to", &ForwardedMail::to, "Addresses; a name where no address stands.")
      .Field("cc", &ForwardedMail::cc, "Likewise.")
      .Field("date_s", &ForwardedMail::date, "Unix seconds, a time without zone read as UTC; or None.")
      .Derived("date", Seconds(&ForwardedMail::date), "The same as an aware datetime; or None.")
      .Field("date_text", &ForwardedMail::date_text, "As it stands there; or None.")
      .Field("subject", &ForwardedMail::subject, "Or None.")
      .Field("message_id", &ForwardedMail::message_id, "Or None.")
      .Field("text", &ForwardedMail::text, "Its body.")
      .Done();

  ValueClass<PartVerdict>(m, "PartVerdict", "What is found and settled of one part of a mail.")
      .Field(
          "attachment",
          [](const auto& self) -> py::object {
            if (self->attachment < 0) return py::none();
            return py::int_(self->attachment);
          },
          "Position in Mail.attachments; None for what only other readers of the bytes see.")
      .Field("name", &PartVerdict::name, "Safe as a file name; '' where the part has none.")
      .Field("declared_type", &PartVerdict::declared_type, "Media type, lower case.")
      .Field("found_type", OrNone(&PartVerdict::found_type), "By its bytes; None where nothing was looked at.")
      .Field("accepted", &PartVerdict::accepted, "Whether it is taken along.")
      .Field("reason", &PartVerdict::reason, "A stable word.")
      .Field("sentence", &PartVerdict::sentence, "Names the file and what decided.")
      .Done();

  ValueClass<Mail>(m, "Mail",
                   "A mail read whole. Addresses are addr-specs, the domain in lower case; ids are without <>. Bytes "
                   "that are no UTF-8 stand as U+FFFD.")
      .Field("message_id", &Mail::message_id, "Or None.")
      .Field("in_reply_to", &Mail::in_reply_to, "Ids.")
      .Field("references", &Mail::references, "Ids.")
      .Field("from_", &Mail::from, "The authors' addresses.")
      .Field("sender", &Mail::sender, "Addresses.")
      .Field("reply_to", &Mail::reply_to, "Addresses.")
      .Field("to", &Mail::to, "Addresses.")
      .Field("cc", &Mail::cc, "Addresses.")
      .Field("bcc", &Mail::bcc, "Addresses.")
      .Field("delivered_to", &Mail::delivered_to, "Of every delivery header, in header order.")
      .Field("subject", &Mail::subject, "Decoded and unfolded; or None.")
      .Field("date_s", &Mail::date, "The sender's claim in unix seconds; or None.")
      .Derived("date", Seconds(&Mail::date),
               "The sender's claim as an aware datetime; None also where no datetime can say it.")
      .Field("return_path", &Mail::return_path, "'' for <>; or None.")
      .Field("has_text", &Mail::has_text, "Whether a part that is no attachment is text/plain.")
      .Field("has_html", &Mail::has_html, "Whether a part that is no attachment is text/html.")
      .Field("text", &Mail::text, "Of the first such text/plain part; or None.")
      .List("attachments", &Mail::attachments, "In MIME order.")
      .List("defects", &Mail::defects, "What was wrong.")
      .Field("over_limit", &Mail::over_limit, "Whether a limit was passed; what was read before it stands.")
      .Field("mail_class", &Mail::mail_class, "What it is before anything is done with it.")
      .Field("is_bounce", &Mail::is_bounce, "Each sign on its own, whatever the class: a delivery report.")
      .Field("is_receipt", &Mail::is_receipt, "A read receipt.")
      .Field("is_auto", &Mail::is_auto, "Made by a program.")
      .Field("is_autoreply", &Mail::is_autoreply, "Answers a mail by itself.")
      .Field("is_list", &Mail::is_list, "Came through a mailing list.")
      .List("signs", &Mail::signs, "What the class was told by.")
      .List("dsn", &Mail::dsn, "Of a delivery report, one for each recipient.")
      .Optional("receipt", &Mail::receipt, "Or None.")
      .Field("html_text", &Mail::html_text, "Of the first text/html part, where text is absent or blank; or None.")
      .Derived(
          "body", [](const auto& self) { return Text(self->Body()); }, "What the spans are of: text, or html_text.")
      .List("spans", &Mail::spans, "Of body; they cover all of it.")
      .Field("visible_text", &Mail::visible_text, "What the author wrote anew.")
      .Field("quoted_text", &Mail::quoted_text, "What is quoted.")
      .Field("signature", &Mail::signature, "'' where there is none.")
      .Optional("forwarded", &Mail::forwarded, "The original inside a forward; or None.")
      .Field("trust", &Mail::trust, "Whether the author's domain is proven.")
      .List("verdicts", &Mail::verdicts, "Of the files, then of what only other readers of the bytes see.")
      .Field("ambiguous", &Mail::ambiguous, "Whether other readers would see other parts.")
      .Done()
      .def(
          "json",
          [](const Mail& self, const py::object& path, const py::object& index) {
            const std::string bytes = path.is_none() ? std::string() : BytesOfPath(path);
            return Text(ToJson(self, bytes, IndexOf(index)));
          },
          py::kw_only(), py::arg("path") = py::none(), py::arg("index") = py::none(),
          "json(self, *, path=None, index=None)\n--\n\nThe library's JSON form, one object on one line: the bytes that "
          "every "
          "door of the library prints. path and index say where the mail was read.");
}

void BindViews(py::module_& m) {
  ValueClass<AccountInfo>(m, "AccountInfo", "An account of the store.")
      .Field("name", &AccountInfo::name, "Its name.")
      .Field("domain", &AccountInfo::domain, "Of its record and drop addresses.")
      .Field("preset", &AccountInfo::preset, "'casebook', 'casefleet', 'mycase', 'plain' or 'trackops'.")
      .Field("policy", &AccountInfo::policy, "The sender policy that holds: 'P0 anyone', 'P1 known'.")
      .Done();

  Json(ValueClass<PersonView>(m, "PersonView", "Staff, or a contact.")
           .Field("id", &PersonView::id, "The host's id.")
           .Field("kind", &PersonView::kind, "'staff' or 'contact'.")
           .Field("name", &PersonView::name, "As loaded.")
           .Field("emails", &PersonView::emails, "Every address the person writes from.")
           .Done());

  Json(ValueClass<RecordView>(m, "RecordView", "A record, without its mail.")
           .Field("id", &RecordView::id, "The host's id.")
           .Field("kind", &RecordView::kind, "'case', 'intake', 'provider', 'lead' or 'matter'.")
           .Field("name", &RecordView::name, "As loaded.")
           .Field("state", &RecordView::state, "'open' or 'closed'.")
           .Field(
               "sender_policy", &RecordView::sender_policy,
               "Its own, which adds to the account's: 'anyone', 'known', 'authenticated', 'known_and_authenticated' or "
               "'staff'.")
           .Done());

  Json(ValueClass<AssignmentView>(m, "AssignmentView", "A person's role on a record.")
           .Field("record", &AssignmentView::record, "The record's id.")
           .Field("person", &AssignmentView::person, "The person's id.")
           .Field("role", &AssignmentView::role, "'manager', 'editor', 'viewer', 'client' or 'other'.")
           .Done());

  Json(ValueClass<AddressEntry>(m, "AddressEntry", "An address of a record or a person, as it is handed out.")
           .Field("id", &AddressEntry::id, "The host's id of the record, or of a drop's person.")
           .Field("kind", &AddressEntry::kind, "'record', 'drop', 'reply' or 'return_path'.")
           .Field("address", &AddressEntry::address, "The addr-spec; empty if its key is no longer in the ring.")
           .Field("state", &AddressEntry::state, "'active', 'grace' or 'retired'.")
           .Field("person", &AddressEntry::person, "Of a reply address or return path: whom mail was sent to.")
           .Field("email", &AddressEntry::email, "And at which address.")
           .Field("created_at_us", &AddressEntry::created_at_us, "In microseconds since 1970 UTC.")
           .Field("expires_at_us", &AddressEntry::expires_at_us, "Likewise; None: never.")
           .Done());

  Json(ValueClass<ForwardView>(m, "ForwardView", "A mail for the catch-all address that has yet to be sent on.")
           .Field("id", &ForwardView::id, "Of the message.")
           .Field("catch_all", &ForwardView::catch_all, "The addr-spec to forward it to.")
           .Field("target", &ForwardView::target, "What it came to: 'record:ID', 'reply:RECORD:PERSON'.")
           .Field("reason", &ForwardView::reason, "A stable word.")
           .Field("sentence", &ForwardView::sentence, "Why it is here.")
           .Field("recorded_at_us", &ForwardView::recorded_at_us, "In microseconds since 1970 UTC.")
           .Derived("recorded_at", Micros(&ForwardView::recorded_at_us), "recorded_at_us as an aware datetime.")
           .Done());

  Json(ValueClass<ThreadSummary>(m, "ThreadSummary", "A thread without its messages.")
           .Field("id", &ThreadSummary::id, "Of the thread.")
           .Field("record", &ThreadSummary::record, "The record's id.")
           .Field("subject", &ThreadSummary::subject, "Of its first message.")
           .Field("first_at_us", &ThreadSummary::first_at_us, "Its first message, in microseconds since 1970 UTC.")
           .Field("newest_at_us", &ThreadSummary::newest_at_us, "Its newest activity, likewise.")
           .Derived("first_at", Micros(&ThreadSummary::first_at_us), "first_at_us as an aware datetime.")
           .Derived("newest_at", Micros(&ThreadSummary::newest_at_us), "newest_at_us as an aware datetime.")
           .Done());

  Json(ValueClass<MessageView>(m, "MessageView", "A message as it is filed.")
           .Field("id", &MessageView::id, "Of the message.")
           .Field("message_id", &MessageView::message_id, "As written, without <>; or None.")
           .Field("from_", &MessageView::from, "The authors' addresses.")
           .Field("to", &MessageView::to, "Addresses.")
           .Field("cc", &MessageView::cc, "Addresses.")
           .Field("subject", &MessageView::subject, "Or None.")
           .Field("date_s", &MessageView::date, "The sender's claim in unix seconds; or None.")
           .Derived("date", Seconds(&MessageView::date),
                    "The sender's claim as an aware datetime; None also where no datetime can say it.")
           .Field("recorded_at_us", &MessageView::recorded_at_us,
                  "In microseconds since 1970 UTC, by the library's clock.")
           .Derived("recorded_at", Micros(&MessageView::recorded_at_us), "recorded_at_us as an aware datetime.")
           .Field("rule", &MessageView::rule, "The rule that decided.")
           .Field("reason", &MessageView::reason, "A stable word.")
           .Field("sentence", &MessageView::sentence, "Why it is here.")
           .Field("filed_by", &MessageView::filed_by, "'rules', 'operator' or a person's id.")
           .Field("badges", &MessageView::badges, "'unverified', 'new_sender', 'automatic', 'record_closed'.")
           .List("attachments", &MessageView::attachments, "In MIME order: positions for Session.attachment.")
           .Field("receipts", &MessageView::receipts, "How often the same content came again.")
           .Done());

  ValueClass<ThreadView>(m, "ThreadView", "A thread with its messages.")
      .Field("id", &ThreadView::id, "Of the thread.")
      .Field("subject", &ThreadView::subject, "Of its first message.")
      .Field("first_at_us", &ThreadView::first_at_us, "Its first message, in microseconds since 1970 UTC.")
      .Field("newest_at_us", &ThreadView::newest_at_us, "Its newest activity, likewise.")
      .Derived("first_at", Micros(&ThreadView::first_at_us), "first_at_us as an aware datetime.")
      .Derived("newest_at", Micros(&ThreadView::newest_at_us), "newest_at_us as an aware datetime.")
      .List("messages", &ThreadView::messages, "Oldest first.")
      .Done();

  Json(ValueClass<RecordPage>(m, "RecordPage", "A record whole.")
           .Field("id", &RecordPage::id, "The host's id.")
           .Field("kind", &RecordPage::kind, "'case', 'intake', 'provider', 'lead' or 'matter'.")
           .Field("name", &RecordPage::name, "As loaded.")
           .Field("state", &RecordPage::state, "'open' or 'closed'.")
           .Field("address", &RecordPage::address, "Mail sent there is tracked on the record.")
           .List("threads", &RecordPage::threads, "Newest activity first.")
           .Done());

  Json(ValueClass<UnassignedView>(m, "UnassignedView", "A message that waits for a person to link it.")
           .Field("id", &UnassignedView::id, "Of the message.")
           .Field("path", OrNone(&UnassignedView::path), "Where it was read; or None.")
           .Field("owner", &UnassignedView::owner, "A person's id.")
           .Field("message_id", &UnassignedView::message_id, "As written, without <>; or None.")
           .Field("subject", &UnassignedView::subject, "Or None.")
           .Field("from_", &UnassignedView::from, "The authors' addresses.")
           .Field("to", &UnassignedView::to, "Addresses.")
           .Field("reason", &UnassignedView::reason, "A stable word.")
           .Field("sentence", &UnassignedView::sentence, "Why it is here.")
           .Field("notification", OrNone(&UnassignedView::notification), "Id of the open one that names it; or None.")
           .Field("recorded_at_us", &UnassignedView::recorded_at_us,
                  "In microseconds since 1970 UTC, by the library's clock.")
           .Derived("recorded_at", Micros(&UnassignedView::recorded_at_us), "recorded_at_us as an aware datetime.")
           .List("candidates", &UnassignedView::candidates, "The records it may belong to.")
           .Done());

  Json(
      ValueClass<HeldView>(m, "HeldView", "A message that waits for a person, or that one set aside.")
          .Field("id", &HeldView::id, "Of the message.")
          .Field("target", &HeldView::target, "Names the state in an act on the message.")
          .Field("state", &HeldView::state, "An Outcome.")
          .Field("reason", &HeldView::reason, "A stable word.")
          .Field("rule", &HeldView::rule, "The rule that decided.")
          .Field("sentence", &HeldView::sentence, "Why it is held.")
          .Field("path", OrNone(&HeldView::path), "Where it was read; or None.")
          .Field("message_id", &HeldView::message_id, "As written, without <>; or None.")
          .Field("subject", &HeldView::subject, "Or None.")
          .Field("from_", &HeldView::from, "The authors' addresses.")
          .Field("to", &HeldView::to, "Addresses.")
          .Field("recorded_at_us", &HeldView::recorded_at_us, "In microseconds since 1970 UTC, by the library's clock.")
          .Derived("recorded_at", Micros(&HeldView::recorded_at_us), "recorded_at_us as an aware datetime.")
          .Field("age_us", &HeldView::age_us, "Microseconds since then.")
          .Field("alert_days", &HeldView::alert_days, "0, 1, 7 or 30: the last of these days that has passed.")
          .Field("size", &HeldView::size, "Bytes, as it came.")
          .Field("forwarded_to", OrNone(&HeldView::forwarded_to), "The catch-all address it is for; or None.")
          .Done());

  Json(ValueClass<ActView>(m, "ActView", "What a person did with a state of a message.")
           .Field("id", &ActView::id, "Of the act.")
           .Field("target", &ActView::target, "Of the state.")
           .Field("event", &ActView::event,
                  "'released', 'rerouted', 'forwarded', 'linked', 'rejected', 'withdrawn' or 'restored'.")
           .Field("actor", &ActView::actor, "'operator' or a person's id.")
           .Field("why", OrNone(&ActView::why), "Or None.")
           .Field("from_", &ActView::from, "The Outcome before.")
           .Field("to", &ActView::to, "The Outcome behind it.")
           .Field("records", &ActView::records, "That it was filed on.")
           .Field("address", OrNone(&ActView::address), "That it was forwarded to; or None.")
           .Field("recorded_at_us", &ActView::recorded_at_us, "In microseconds since 1970 UTC, by the library's clock.")
           .Derived("recorded_at", Micros(&ActView::recorded_at_us), "recorded_at_us as an aware datetime.")
           .Done());

  ValueClass<SuggestionReason>(m, "SuggestionReason", "Why a message may belong on a record.")
      .Field("word", &SuggestionReason::word, "A stable word.")
      .Field("sentence", &SuggestionReason::sentence, "The same for people.")
      .Done();

  Json(
      ValueClass<SuggestionView>(m, "SuggestionView", "A record that a message may belong on. Nothing follows from it.")
          .Field("record", &SuggestionView::record, "The host's id.")
          .Field("name", &SuggestionView::name, "As loaded.")
          .Field(
              "score", [](const auto& self) { return ToPy(int64_t{self->score}); }, "The sum of its reasons.")
          .List("reasons", &SuggestionView::reasons, "The strongest first.")
          .Done());

  Json(ValueClass<LateMatchView>(m, "LateMatchView",
                                 "A waiting message that the rules and the directory of now would file.")
           .Field("id", &LateMatchView::id, "Of the message.")
           .Field("message_id", &LateMatchView::message_id, "As written, without <>; or None.")
           .Field("subject", &LateMatchView::subject, "Or None.")
           .Field("from_", &LateMatchView::from, "The authors' addresses.")
           .Field("to", &LateMatchView::to, "Addresses.")
           .Field("recorded_at_us", &LateMatchView::recorded_at_us, "Of the message, in microseconds since 1970 UTC.")
           .Derived("recorded_at", Micros(&LateMatchView::recorded_at_us), "recorded_at_us as an aware datetime.")
           .Field("changes", &LateMatchView::changes, "What the directory says anew.")
           .List("targets", &LateMatchView::targets, "TargetDecisions: by state, where it would be filed and why.")
           .Done());
}

void BindEvent(py::module_& m) {
  ValueClass<OwnedEvent>(m, "Event", "What an engine did, as an Observer is told. No mail text and no secret is in it.")
      .Field("kind", &OwnedEvent::kind, "An EventKind.")
      .Field("account", OrNone(&OwnedEvent::account), "The account's name; None for the operator's.")
      .Field("actor", &OwnedEvent::actor, "'operator', a person's id, or 'rules'.")
      .Field("subject", OrNone(&OwnedEvent::subject), "What EventKind says; or None.")
      .Field("at_us", &OwnedEvent::at_us, "In microseconds since 1970 UTC, by the engine's clock.")
      .Derived("at", Micros(&OwnedEvent::at_us), "at_us as an aware datetime.")
      .Field(
          "decision",
          [](const auto& self) -> py::object {
            if (!self->decision) return py::none();
            return py::cast(self->decision);
          },
          "The MailDecision of RECEIVED, LINKED and ACTED; else None.")
      .Done();
}

void BindActor(py::module_& m) {
  py::class_<Actor> actor(
      m, "Actor",
      "Who acts. Actor.operator() may do everything, Actor.person(id) what the person's grants say.\n\n"
      ">>> Actor.person('u1')\nActor.person('u1')");
  actor.attr("__module__") = "casecomm";
  actor.def_static("operator", &Actor::Operator, "operator()\n--\n\nWhoever runs the system.")
      .def_static(
          "person", [](const std::string& id) { return Actor::Person(id); }, py::arg("id"),
          "person(id)\n--\n\nOne of the account's people, by the host's id.")
      .def_property_readonly(
          "kind", [](const Actor& self) { return self.kind == Actor::Kind::kPerson ? "person" : "operator"; },
          "'operator' or 'person'.")
      .def_property_readonly(
          "person_id",
          [](const Actor& self) -> py::object {
            if (self.kind != Actor::Kind::kPerson) return py::none();
            return Text(self.person);
          },
          "The host's id of a person; else None.")
      .def("__repr__",
           [](const Actor& self) {
             if (self.kind != Actor::Kind::kPerson) return std::string("Actor.operator()");
             return "Actor.person(" + BytesOfText(py::repr(Text(self.person))) + ")";
           })
      .def("__eq__",
           [](const Actor& self, const py::object& other) -> py::object {
             if (!py::isinstance<Actor>(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
             const Actor& that = *other.cast<Actor*>();
             return py::bool_(self.kind == that.kind && self.person == that.person);
           })
      .def("__hash__",
           [](const Actor& self) { return py::hash(py::make_tuple(static_cast<int>(self.kind), Text(self.person))); });
}

void BindDraft(py::module_& m) {
  ValueClass<AttachmentVerdict>(m, "AttachmentVerdict", "Whether a file may be attached.")
      .Field("accepted", &AttachmentVerdict::accepted, "Whether it was added.")
      .Field("reason", &AttachmentVerdict::reason, "'accepted', 'file_too_large' or 'total_too_large'.")
      .Field("sentence", &AttachmentVerdict::sentence, "Names the file, its size and the limit that decided.")
      .Done();

  const AttachmentPolicy policy;
  py::class_<AttachmentDraft> draft(
      m, "AttachmentDraft",
      "The attachments of a mail being written, held against the limits of outgoing mail. Each file and their sum must "
      "be "
      "smaller than the limits. A refused file leaves those before it in place.\n\n"
      ">>> draft = AttachmentDraft()\n>>> draft.add('a.pdf', 1000).accepted\nTrue\n"
      ">>> draft.add('b.pdf', 10 << 20).reason\n'file_too_large'\n>>> draft.files\n(('a.pdf', 1000),)");
  draft.attr("__module__") = "casecomm";
  draft
      .def(py::init([](uint64_t file_bytes_below, uint64_t total_bytes_below) {
             return AttachmentDraft(AttachmentPolicy{file_bytes_below, total_bytes_below});
           }),
           py::kw_only(), py::arg("file_bytes_below") = policy.file_bytes_below,
           py::arg("total_bytes_below") = policy.total_bytes_below)
      .def(
          "add",
          [](AttachmentDraft& self, const std::string& name, uint64_t size) { return Share(self.Add(name, size)); },
          py::arg("name"), py::arg("size"),
          "add(self, name, size)\n--\n\nAdds a file of so many bytes, or tells why not.")
      .def("remove", &AttachmentDraft::Remove, py::arg("position"),
           "remove(self, position)\n--\n\nTakes a file out; does nothing past the end.")
      .def_property_readonly(
          "files",
          [](const AttachmentDraft& self) {
            py::tuple files(self.files().size());
            for (size_t i = 0; i < self.files().size(); ++i) {
              files[i] = py::make_tuple(Text(self.files()[i].name), self.files()[i].size);
            }
            return files;
          },
          "(name, size) of each file.")
      .def_property_readonly("total_bytes", &AttachmentDraft::total_bytes, "Their sum.");
}

}  // namespace

py::object ShareDecision(MailDecision decision, bool explained) {
  Decision owned;
  static_cast<MailDecision&>(owned) = std::move(decision);
  owned.explained = explained;
  return Share(std::move(owned));
}

TrustPolicy TrustPolicyOf(const py::object& policy) {
  static Name kind("casecomm._seams", "TrustPolicy");
  TrustPolicy trust;
  if (policy.is_none()) return trust;
  if (!kind.Is(policy)) RaiseType("trust must be a casecomm.TrustPolicy, not " + TypeName(policy));
  trust.authserv_ids = Texts(policy.attr("authserv_ids"), "TrustPolicy.authserv_ids");
  trust.received_above = policy.attr("received_above").cast<uint32_t>();
  trust.allow_spf = policy.attr("allow_spf").cast<bool>();
  trust.require_dkim = policy.attr("require_dkim").cast<bool>();
  return trust;
}

InboundPolicy InboundPolicyOf(const py::object& policy) {
  static Name kind("casecomm._seams", "InboundPolicy");
  InboundPolicy inbound;
  if (policy.is_none()) return inbound;
  if (!kind.Is(policy)) RaiseType("attachments must be a casecomm.InboundPolicy, not " + TypeName(policy));
  inbound.most_files = policy.attr("most_files").cast<uint32_t>();
  const py::object file = policy.attr("file_bytes_below"), total = policy.attr("total_bytes_below");
  if (!file.is_none()) inbound.file_bytes_below = file.cast<uint64_t>();
  if (!total.is_none()) inbound.total_bytes_below = total.cast<uint64_t>();
  inbound.types = Texts(policy.attr("types"), "InboundPolicy.types");
  return inbound;
}

std::optional<Trust> TrustOf(const py::object& trust, const char* what) {
  static Name kind("casecomm._enums", "Trust");
  if (trust.is_none()) return std::nullopt;
  if (!kind.Is(trust)) RaiseType(std::string(what) + " must be a casecomm.Trust, not " + TypeName(trust));
  return static_cast<Trust>(trust.cast<int>());
}

Actor ActorOf(py::handle object) {
  if (object.is_none()) return Actor::Operator();
  if (!py::isinstance<Actor>(object)) RaiseType("actor must be a casecomm.Actor, not " + TypeName(object));
  return object.cast<Actor>();
}

py::object EnumValue(Outcome outcome) {
  static Name outcomes("casecomm._enums", "Outcome");
  return outcomes(static_cast<int>(outcome));
}

py::object EnumValue(host::EventKind kind) {
  static Name kinds("casecomm._enums", "EventKind");
  return kinds(static_cast<int>(kind));
}

py::object EnumValue(host::DeliveryState state) {
  static Name states("casecomm._enums", "DeliveryState");
  return states(static_cast<int>(state));
}

py::object EnumValue(MailClass mail_class) {
  static Name classes("casecomm._enums", "MailClass");
  return classes(static_cast<int>(mail_class));
}

py::object EnumValue(TextPart part) {
  static Name parts("casecomm._enums", "TextPart");
  return parts(static_cast<int>(part));
}

py::object EnumValue(Trust trust) {
  static Name verdicts("casecomm._enums", "Trust");
  return verdicts(static_cast<int>(trust));
}

py::object TimeOfMicros(int64_t us) {
  static Name time("casecomm._times", "of_micros");
  return time(us);
}

py::object TimeOfSeconds(const std::optional<int64_t>& seconds) {
  static Name time("casecomm._times", "of_seconds");
  if (!seconds) return py::none();
  return time(*seconds);
}

void BindValues(py::module_& module) {
  BindDecision(module);
  BindMail(module);
  BindViews(module);
  BindEvent(module);
  BindActor(module);
  BindDraft(module);
}

}  // namespace casecomm::python
