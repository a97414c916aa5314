// SPDX-License-Identifier: Apache-2.0
// What people do with mail that is held, unassigned, filed or set aside: who may, and on which of its states. The commit is a
// Settlement's.
#include <algorithm>

#include "base/text.h"
#include "flow/inspect.h"
#include "flow/session.h"
#include "record/check.h"
#include "scan/content.h"
#include "scan/envelope.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using flow::Event;

constexpr size_t kMaxWhy = 1000;
constexpr size_t kMaxRecords = 100;  // of one act

Status CheckWhy(Event event, const ActRequest& request) {
  const bool needed = event == Event::kRejected || event == Event::kWithdrawn || event == Event::kRerouted;
  const auto refuse = [&](std::string why) {
    return Status(Code::kInvalidArgument, "bad_why", request.message, std::move(why));
  };
  if (request.why.empty()) return needed ? refuse("the act needs a word of why") : Status();
  if (request.why.size() > kMaxWhy) return refuse("the why was longer than 1,000 bytes");
  if (!base::IsUtf8(request.why) || request.why.find('\0') != std::string::npos) {
    return refuse("the why was not UTF-8 without NUL");
  }
  return {};
}

std::string Destinations(const std::vector<const wire::TargetRow*>& states) {
  std::string text;
  for (const wire::TargetRow* state : states) text += (text.empty() ? "" : ", ") + base::Printable(state->destination);
  return text;
}

// The state that decides who may settle it: of what was set aside, the one before.
Outcome Standing(const wire::TargetRow& row) {
  return row.before.value_or(row.outcome);
}

}  // namespace

// Who settles a state: the operator; of a drop's mail its owner; else the staff who may edit the record (threats.md, section
// 5). What is held and names no record, or more than was read, is the operator's.
Result<std::vector<bool>> Session::Impl::MaySettle(const std::vector<wire::TargetRow>& states) {
  if (is_operator()) return std::vector<bool>(states.size(), true);
  auto grant = PersonGrant();
  if (!grant.ok()) return grant.status();
  std::set<std::string> records;
  for (const wire::TargetRow& state : states) {
    if (state.record) records.insert(*state.record);
  }
  auto editable = Allowed(access::Action::kEditRecord, std::move(records));
  if (!editable.ok()) return editable.status();
  std::vector<bool> may;
  for (const wire::TargetRow& state : states) {
    const bool filed = Standing(state) == Outcome::kFiled || Standing(state) == Outcome::kDuplicate;
    if (!filed && state.reason == "limit") {
      may.push_back(false);
    } else if (!filed && state.owner) {
      may.push_back(grant->staff && *state.owner == actor_.person);
    } else {
      may.push_back(state.record && editable->count(*state.record) != 0);
    }
  }
  return may;
}

// The one state that the act is meant for. The same words whether the message is not there or not theirs (threat T51).
Result<wire::TargetRow> Session::Impl::StateFor(Event event, const ActRequest& request,
                                                const std::vector<wire::TargetRow>& states) {
  std::vector<const wire::TargetRow*> theirs, meant, able;
  auto may = MaySettle(states);
  if (!may.ok()) return may.status();
  for (size_t i = 0; i < states.size(); ++i) {
    if ((*may)[i]) theirs.push_back(&states[i]);
  }
  if (theirs.empty()) {
    return Status(Code::kNotFound, "no_message", request.message, "no message of this id is in the account");
  }
  // A state is named by its destination; or by what asked for it, where no destination is called so.
  const bool exact = std::any_of(theirs.begin(), theirs.end(),
                                 [&](const wire::TargetRow* state) { return state->destination == request.target; });
  for (const wire::TargetRow* state : theirs) {
    const std::string& name = exact ? state->destination : state->target;
    if (request.target.empty() || name == request.target) meant.push_back(state);
  }
  if (meant.empty()) {
    return Status(
        Code::kNotFound, "no_target", request.message,
        "the message has no state at " + base::Printable(request.target) + "; it has at " + Destinations(theirs));
  }
  for (const wire::TargetRow* state : meant) {
    if (flow::After(state->outcome, event, Standing(*state), request.message).ok()) able.push_back(state);
  }
  if (able.empty()) return flow::After(meant[0]->outcome, event, Standing(*meant[0]), request.message).status();
  if (able.size() > 1) {
    return Status(
        Code::kInvalidArgument, "target_needed", request.message,
        "the message has several states that this can be done with; one must be named: " + Destinations(able));
  }
  return *able[0];
}

// The records to file on, each once; the actor may edit each.
Result<std::vector<wire::RecordRow>> Session::Impl::EditableRecords(const std::string& message,
                                                                    const std::vector<std::string>& ids) {
  if (ids.empty() || ids.size() > kMaxRecords) {
    return Status(Code::kInvalidArgument, "bad_link", message, "1 to 100 records must be named to file the message on");
  }
  std::vector<wire::RecordRow> records;
  for (const std::string& id : ids) {
    if (std::any_of(records.begin(), records.end(), [&](const wire::RecordRow& r) { return r.id == id; })) continue;
    auto row = FindRecord(id, access::Action::kEditRecord);
    if (!row.ok()) return row.status();
    records.push_back(std::move(*row));
  }
  return records;
}

// Held mail is filed only past the scanner, as it is now: what a person says of it is no verdict on a file.
Status Session::Impl::InspectAgain(const wire::TargetRow& state, const std::string& message, const std::string& raw,
                                   const scan::Envelope& envelope) {
  if (state.outcome != Outcome::kHeld && state.outcome != Outcome::kCatchAll) return {};
  host::InboundMail mail;
  mail.raw = raw;
  flow::Inspections inspections(context_);
  const flow::Finding& finding =
      inspections.Of(mail, envelope, scan::ReadMail(envelope, {}, scan::Reading::kParts).over_limit);
  if (finding.reason == flow::kScannerHit) {
    return Status(Code::kFailedPrecondition, "scanner_hit", message, "it stays held: " + finding.sentence);
  }
  const bool was_found = state.reason == flow::kScannerHit || state.reason == flow::kScannerUnavailable;
  if (finding.reason == flow::kScannerUnavailable || (was_found && context_.scanner() == nullptr)) {
    return Status(
        Code::kFailedPrecondition, "scanner_unavailable", message,
        "it stays held: " +
            (finding.sentence.empty() ? "its files are to be scanned, and there is no scanner." : finding.sentence));
  }
  return {};
}

// A catch-all is somebody's mailbox outside: mail to an address of ours would come back.
Status Session::Impl::CheckForward(std::string_view address) {
  const auto refuse = [&](std::string why) {
    return Status(Code::kInvalidArgument, "bad_recipient", std::string(address), std::move(why));
  };
  if (const std::string_view expected = record::CheckEmail(address); !expected.empty()) {
    return refuse("the address to forward to must be " + std::string(expected));
  }
  if (context_.TakesMailAt(address)) {
    return refuse("the address to forward to was at an intake domain of ours, so that the mail would come back");
  }
  return {};
}

Result<MailDecision> Session::Impl::TryAct(Event event, const ActRequest& request,
                                           const std::vector<std::string>& records, const std::string& address) {
  flow::Settlement settlement(context_, account_->row());
  if (Status s = settlement.Read(request.message); !s.ok()) return s;
  auto state = StateFor(event, request, settlement.states());
  if (!state.ok()) return state.status();
  auto next = flow::After(state->outcome, event, Standing(*state), request.message);
  if (!next.ok()) return next.status();
  flow::Settlement::Act act{event, actor_name(), request.why, address, {}};
  auto raw = StoredRaw(request.message);
  if (!raw.ok()) return raw.status();
  scan::EnvelopeScanner scanner;
  const scan::Envelope& envelope = scanner.Scan(*raw);

  if (event == Event::kReleased || event == Event::kRerouted) {
    std::vector<std::string> ids = records;
    if (event == Event::kReleased) {
      if (!state->record) {
        return Status(Code::kFailedPrecondition, "no_such_exit", request.message,
                      "it is held for no record, so that there is none to release it to; it can be rerouted");
      }
      ids = {*state->record};
    }
    const bool unassigned = state->outcome == Outcome::kUnassigned;
    LinkRequest link;
    link.message = request.message;
    link.records = ids;
    auto rows = unassigned ? LinkRecords(link) : EditableRecords(request.message, ids);
    if (!rows.ok()) return rows.status();
    if (unassigned) {  // a contact comes first, however it is filed (spec CF-10)
      auto contact = LinkContact(link, LinkAddresses(envelope, settlement.message(), *state), settlement.now_us(),
                                 &settlement.batch());
      if (!contact.ok()) return contact.status();
      act.contact = std::move(*contact);
    }
    if (Status s = InspectAgain(*state, request.message, *raw, envelope); !s.ok()) return s;
    if (Status s = settlement.FileOn(*state, *rows, envelope, act); !s.ok()) return s;
  } else if (Status s = settlement.Turn(*state, *next, envelope, act); !s.ok()) {
    return s;
  }
  return settlement.Commit();
}

Result<MailDecision> Session::Impl::Act(Event event, const ActRequest& request, const std::vector<std::string>& records,
                                        const std::string& address) {
  if (Status s = CheckWhy(event, request); !s.ok()) return s;
  std::string to = address;
  if (event == Event::kForwarded) {
    if (to.empty()) {
      auto snapshot = context_.FreshSnapshot(*account_);
      if (!snapshot.ok()) return snapshot.status();
      to = snapshot->program->settings().catch_all;
    }
    if (Status s = CheckForward(to); !s.ok()) return s;
  }
  return Contending(host::EventKind::kActed, flow::EventName(event), request.message,
                    [&] { return TryAct(event, request, records, to); });
}

Result<MailDecision> Session::Release(const ActRequest& request) {
  return Fenced([&] { return impl_->Act(Event::kReleased, request, {}, {}); });
}
Result<MailDecision> Session::Reroute(const ActRequest& request, const std::vector<std::string>& records) {
  return Fenced([&] { return impl_->Act(Event::kRerouted, request, records, {}); });
}
Result<MailDecision> Session::Forward(const ActRequest& request, const std::string& address) {
  return Fenced([&] { return impl_->Act(Event::kForwarded, request, {}, address); });
}
Result<MailDecision> Session::Reject(const ActRequest& request) {
  return Fenced([&] { return impl_->Act(Event::kRejected, request, {}, {}); });
}
Result<MailDecision> Session::Withdraw(const ActRequest& request) {
  return Fenced([&] { return impl_->Act(Event::kWithdrawn, request, {}, {}); });
}
Result<MailDecision> Session::Restore(const ActRequest& request) {
  return Fenced([&] { return impl_->Act(Event::kRestored, request, {}, {}); });
}

}  // namespace casecomm
