// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "casecomm/casecomm.h"
#include "casecomm/engine.h"
#include "casecomm/json.h"
#include "casecomm/mail.h"
#include "casecomm/rules.h"
#include "fence.h"
#include "list.h"
#include "objects.h"

using namespace casecomm::capi;
using casecomm::MailDecision;
using casecomm::Rehearsal;
using casecomm::Result;
using casecomm::RuleSet;
using casecomm::Session;
using casecomm::Status;

namespace {

using TextResult = Result<std::shared_ptr<TextObject>>;

// A mail that is asked about.
casecomm::EnvelopeHint HintOf(Arguments* in, const casecomm_mail* mail, std::string_view* raw) {
  const casecomm_mail asked = in->Mail(mail);
  *raw = in->Text(asked.raw, "mail.raw");
  casecomm::EnvelopeHint hint;
  hint.known = (asked.flags & CASECOMM_MAIL_ENVELOPE_KNOWN) != 0;
  in->Strings(asked.envelope_recipients, asked.envelope_recipient_count, "mail.envelope_recipients", &hint.recipients);
  const std::string_view source = in->Text(asked.source, "mail.source");
  if (!source.empty()) hint.source = source;
  hint.trust = in->Verdict(asked.trust, "mail.trust");
  return hint;
}

// Where a mail would go, by either verb.
using MailVerb = Result<MailDecision> (Session::*)(std::string_view, const casecomm::EnvelopeHint&);
casecomm_status GiveDecision(casecomm_session session, MailVerb verb, const casecomm_mail* mail, casecomm_decision* out,
                             casecomm_error* error) {
  return Give(out, error, [&]() -> Result<std::shared_ptr<DecisionObject>> {
    Arguments in;
    const auto object = in.Take(session);
    std::string_view raw;
    const casecomm::EnvelopeHint hint = HintOf(&in, mail, &raw);
    if (!in.ok()) return in.status();
    auto decision = (object->session.*verb)(raw, hint);
    if (!decision.ok()) return decision.status();
    return std::make_shared<DecisionObject>(std::move(decision).value());
  });
}

// Hands pieces to a host's callback.
casecomm::ByteSink SinkOf(casecomm_bytes_fn sink, void* host) {
  return [sink, host](std::string_view piece) {
    casecomm_error told = BlankError();
    return Heard(sink(host, piece.data(), piece.size(), &told), told);
  };
}

// A decision behind its commit: what fails from here on is no failure of the verb.
Status HandOut(casecomm::Result<casecomm::MailDecision> decision, casecomm_decision* out) {
  if (!decision.ok() || !out) return decision.status();
  try {
    *out = Insert<casecomm_decision>(std::make_shared<DecisionObject>(std::move(decision).value()));
  } catch (const std::bad_alloc&) {
    *out = nullptr;
  }
  return Status();
}

}  // namespace

casecomm_status casecomm_session_load(casecomm_session session, casecomm_str json, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view document = in.Text(json, "json");
    if (!in.ok()) return in.status();
    return object->session.Load(document);
  });
}

casecomm_status casecomm_session_route(casecomm_session session, const casecomm_mail* mail, casecomm_decision* out,
                                       casecomm_error* error) {
  return GiveDecision(session, &Session::Route, mail, out, error);
}

casecomm_status casecomm_session_explain(casecomm_session session, const casecomm_mail* mail, casecomm_decision* out,
                                         casecomm_error* error) {
  return GiveDecision(session, &Session::Explain, mail, out, error);
}

casecomm_status casecomm_rules_check(casecomm_str json, casecomm_text* out, casecomm_error* error) {
  return Give(out, error, [&]() -> TextResult {
    Arguments in;
    const std::string_view document = in.Text(json, "json");
    if (!in.ok()) return in.status();
    const auto rules = RuleSet::Parse(document);
    if (!rules.ok()) return rules.status();
    return TextOf(casecomm::ToJson(rules.value()));
  });
}

casecomm_status casecomm_session_rules(casecomm_session session, casecomm_text* out, casecomm_error* error) {
  return Give(out, error, [&]() -> TextResult {
    Arguments in;
    const auto object = in.Take(session);
    if (!in.ok()) return in.status();
    const auto rules = object->session.Rules();
    if (!rules.ok()) return rules.status();
    return TextOf(rules.value().document());
  });
}

casecomm_status casecomm_session_set_rules(casecomm_session session, casecomm_str json, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view document = in.Text(json, "json");
    if (!in.ok()) return in.status();
    if (document.empty()) return object->session.ResetRules();
    const auto rules = RuleSet::Parse(document);
    return rules.ok() ? object->session.SetRules(rules.value()) : rules.status();
  });
}

casecomm_status casecomm_session_rehearse(casecomm_session session, casecomm_str rules, const casecomm_mail* mail,
                                          casecomm_decision* out, casecomm_error* error) {
  return Give(out, error, [&]() -> Result<std::shared_ptr<DecisionObject>> {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view document = in.Text(rules, "rules");
    std::string_view raw;
    const casecomm::EnvelopeHint hint = HintOf(&in, mail, &raw);
    if (!in.ok()) return in.status();
    const auto others = RuleSet::Parse(document);
    if (!others.ok()) return others.status();
    auto rehearsal = object->session.Rehearse(others.value(), raw, hint);
    if (!rehearsal.ok()) return rehearsal.status();
    return std::make_shared<DecisionObject>(std::move(rehearsal.value().then));
  });
}

casecomm_status casecomm_session_rehearse_stored(casecomm_session session, casecomm_str rules,
                                                 casecomm_rehearsed_fn rehearsed, void* host, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view document = in.Text(rules, "rules");
    if (!rehearsed) in.Refuse(NullArgument("rehearsed"));
    if (!in.ok()) return in.status();
    const auto others = RuleSet::Parse(document);
    if (!others.ok()) return others.status();
    return object->session.RehearseStored(others.value(), [&](const std::string& message, const Rehearsal& said) {
      const Lent<casecomm_decision> now(std::make_shared<DecisionObject>(said.now));
      const Lent<casecomm_decision> then(std::make_shared<DecisionObject>(said.then));
      auto facts = Sized<casecomm_rehearsed>();
      facts.differs = said.differs ? 1 : 0;
      facts.message = Str(message);
      facts.now = now.get();
      facts.then = then.get();
      casecomm_error told = BlankError();
      return Heard(rehearsed(host, &facts, &told), told);
    });
  });
}

casecomm_status casecomm_session_show_record(casecomm_session session, casecomm_str record, casecomm_text* out,
                                             casecomm_error* error) {
  return Give(out, error, [&]() -> TextResult {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view id = in.Text(record, "record");
    if (!in.ok()) return in.status();
    const auto page = object->session.ShowRecord(id);
    if (!page.ok()) return page.status();
    return TextOf(casecomm::ToJson(page.value()));
  });
}

casecomm_status casecomm_session_link(casecomm_session session, const casecomm_link_request* request,
                                      casecomm_decision* out, casecomm_error* error) {
  if (out) *out = nullptr;
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const auto asked = in.Struct(request, "request");
    in.Zero(asked.reserved, "request.reserved");
    casecomm::LinkRequest link;
    link.message = in.String(asked.message, "request.message");
    link.records = in.Strings(asked.records, asked.record_count, "request.records");
    link.contact = in.String(asked.contact, "request.contact");
    link.new_contact_name = in.String(asked.new_contact_name, "request.new_contact_name");
    link.new_contact_email = in.String(asked.new_contact_email, "request.new_contact_email");
    if (!in.ok()) return in.status();
    return HandOut(object->session.Link(link), out);
  });
}

casecomm_status casecomm_session_act(casecomm_session session, const casecomm_act_request* request,
                                     casecomm_decision* out, casecomm_error* error) {
  if (out) *out = nullptr;
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const auto asked = in.Struct(request, "request");
    casecomm::ActRequest act;
    act.message = in.String(asked.message, "request.message");
    act.target = in.String(asked.target, "request.target");
    act.why = in.String(asked.why, "request.why");
    const auto records = in.Strings(asked.records, asked.record_count, "request.records");
    const auto address = in.String(asked.address, "request.address");
    if (!in.ok()) return in.status();
    casecomm::Session& acting = object->session;
    switch (asked.act) {
      case CASECOMM_ACT_RELEASE:
        return HandOut(acting.Release(act), out);
      case CASECOMM_ACT_REROUTE:
        return HandOut(acting.Reroute(act, records), out);
      case CASECOMM_ACT_FORWARD:
        return HandOut(acting.Forward(act, address), out);
      case CASECOMM_ACT_REJECT:
        return HandOut(acting.Reject(act), out);
      case CASECOMM_ACT_WITHDRAW:
        return HandOut(acting.Withdraw(act), out);
      case CASECOMM_ACT_RESTORE:
        return HandOut(acting.Restore(act), out);
      default:
        return BadArgument("request.act", "the number was none of CASECOMM_ACT_...");
    }
  });
}

casecomm_status casecomm_session_raw(casecomm_session session, casecomm_str message, casecomm_bytes_fn sink, void* host,
                                     casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view id = in.Text(message, "message");
    if (!sink) in.Refuse(NullArgument("sink"));
    if (!in.ok()) return in.status();
    return object->session.ReadRaw(id, SinkOf(sink, host));
  });
}

casecomm_status casecomm_session_attachment(casecomm_session session, casecomm_str message, size_t position,
                                            casecomm_bytes_fn sink, void* host, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view id = in.Text(message, "message");
    if (!sink) in.Refuse(NullArgument("sink"));
    if (!in.ok()) return in.status();
    return object->session.ReadAttachment(id, position, SinkOf(sink, host));
  });
}

void casecomm_session_release(casecomm_session session) {
  Release(session);
}
