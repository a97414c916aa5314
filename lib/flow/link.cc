// SPDX-License-Identifier: Apache-2.0
// Unassigned mail, filed by hand (spec CF-10 to CF-12).
#include <algorithm>
#include <map>

#include "flow/filing.h"
#include "flow/session.h"
#include "flow/threads.h"
#include "record/check.h"
#include "scan/envelope.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

std::string Quoted(const std::string& id, const std::string& name) {
  return id + " \"" + name + "\"";
}

// A contact that has one of these addresses, or null.
const identify::Person* ContactAmong(const identify::Directory& directory, const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    const size_t at = address.rfind('@');
    if (at == std::string::npos) continue;
    const std::string_view whole = address;
    const identify::AddressEntry* entry = directory.FindAddress(whole.substr(0, at), whole.substr(at + 1));
    if (entry == nullptr) continue;
    for (const identify::Position p : entry->people) {
      if (directory.person(p).kind == identify::PersonKind::kContact) return &directory.person(p);
    }
  }
  return nullptr;
}

// Every address of the mail that may be a contact's: of who it went to, what the rules offered (a forwarded original's
// too), and at last of who wrote.
std::vector<std::string> AddressesOf(const scan::Envelope& envelope, const wire::MessageRow& message,
                                     const wire::TargetRow& unassigned) {
  std::vector<std::string> addresses;
  const auto add = [&](const std::vector<scan::Mailbox>& mailboxes) {
    for (const scan::Mailbox& mailbox : mailboxes) {
      addresses.push_back(std::string(mailbox.local) + "@" + std::string(mailbox.domain));
    }
  };
  add(envelope.to);
  add(envelope.cc);
  add(envelope.bcc);
  addresses.insert(addresses.end(), message.envelope_recipients.begin(), message.envelope_recipients.end());
  for (const Candidate& candidate : unassigned.candidates) addresses.push_back(candidate.address);
  add(envelope.from);
  return addresses;
}

}  // namespace

// The unassigned state of the message that the actor may settle: the own one, or any for the operator.
Result<wire::TargetRow> Session::Impl::UnassignedTarget(const std::string& message) {
  auto rows = flow::ReadNouns(context_.store(), store::kTargets, store::kPrimary,
                              {flow::Key(number(), Value::Text(message))}, wire::ReadTarget);
  if (!rows.ok()) return rows.status();
  std::vector<wire::TargetRow> found;
  for (wire::TargetRow& row : *rows) {
    if (row.outcome != Outcome::kUnassigned) continue;
    if (is_operator() || row.owner == actor_.person) found.push_back(std::move(row));
  }
  if (found.empty()) {
    return Status(Code::kNotFound, "not_unassigned", message, "no unassigned message of this id is yours to link");
  }
  if (found.size() > 1) {
    return Status(Code::kFailedPrecondition, "owner_needed", message,
                  "the message is unassigned for several users; link it as one of them");
  }
  return std::move(found.front());
}

// The records to file on: a case, a lead, or both, and the actor may edit each.
Result<std::vector<wire::RecordRow>> Session::Impl::LinkRecords(const LinkRequest& request) {
  const auto refuse = [](const std::string& id, std::string message) {
    return Status(Code::kInvalidArgument, "bad_link", id, std::move(message));
  };
  if (request.records.empty()) return refuse(request.message, "no record was named to link the message to");
  std::vector<wire::RecordRow> records;
  const wire::RecordRow* case_like = nullptr;
  const wire::RecordRow* lead_like = nullptr;
  records.reserve(request.records.size());
  for (const std::string& id : request.records) {
    if (Status s = Authorize(access::Action::kEditRecord, id); !s.ok()) return s;
    auto row =
        flow::ReadNoun(context_.store(), store::kRecords, flow::Key(number(), Value::Text(id)), wire::ReadRecord);
    if (!row.ok()) return row.status();
    if (!*row) return Status(Code::kNotFound, "no_record", id, "no record of this id is in the account");
    records.push_back(std::move(**row));
    const identify::RecordKind kind{records.back().kind};
    if (!identify::IsCaseLike(kind) && !identify::IsLeadLike(kind)) {
      return refuse(id, "a provider takes no logged mail; link to a case, a lead, or both");
    }
    const wire::RecordRow*& seat = identify::IsCaseLike(kind) ? case_like : lead_like;
    if (seat != nullptr) {
      return refuse(id, "a message is linked to one case, one lead, or both; " + Quoted(seat->id, seat->name) +
                            " was named already");
    }
    seat = &records.back();
  }
  return records;
}

// The contact the message belongs to: named, made, or one that its addresses name already (CF-10).
Result<std::string> Session::Impl::LinkContact(const LinkRequest& request, const std::vector<std::string>& addresses,
                                               int64_t now_us, store::BatchBuilder* batch) {
  const auto refuse = [](Code code, std::string reason, const std::string& subject, std::string text) {
    return Status(code, std::move(reason), subject, std::move(text));
  };
  auto snapshot = context_.FreshSnapshot(*account_);
  if (!snapshot.ok()) return snapshot.status();
  const identify::Directory& directory = *snapshot->directory;
  const bool makes = !request.new_contact_name.empty() || !request.new_contact_email.empty();
  if (!request.contact.empty()) {
    if (makes)
      return refuse(Code::kInvalidArgument, "bad_link", request.contact, "both a contact and a new one were named");
    auto person = FindPerson(request.contact);
    if (!person.ok()) return person.status();
    if (!*person)
      return refuse(Code::kNotFound, "no_person", request.contact, "no contact of this id is in the account");
    if ((*person)->kind != static_cast<uint8_t>(identify::PersonKind::kContact)) {
      return refuse(Code::kInvalidArgument, "not_a_contact", request.contact,
                    "this person is staff; a contact was needed");
    }
    batch->Require(store::kPeople, flow::Key(number(), Value::Text(request.contact)), (*person)->version);
    return request.contact;
  }
  if (!makes) {
    if (const identify::Person* person = ContactAmong(directory, addresses)) return std::string(person->id);
    return refuse(Code::kFailedPrecondition, "contact_needed", request.message,
                  "no address of the message belongs to a contact; name a contact or a new one");
  }
  if (const std::string_view expected = record::CheckName(request.new_contact_name); !expected.empty()) {
    return refuse(Code::kInvalidArgument, "bad_contact", request.new_contact_name,
                  "a contact's name must be " + std::string(expected));
  }
  if (const std::string_view expected = record::CheckEmail(request.new_contact_email); !expected.empty()) {
    return refuse(Code::kInvalidArgument, "bad_contact", request.new_contact_email,
                  "a contact's email must be " + std::string(expected));
  }
  if (const identify::Person* person = ContactAmong(directory, {request.new_contact_email})) {
    return refuse(
        Code::kAlreadyExists, "contact_exists", request.new_contact_email,
        "contact " + Quoted(std::string(person->id), std::string(person->name)) + " has this address already");
  }
  auto id = context_.NewId();
  if (!id.ok()) return id.status();
  wire::PersonRow row;
  row.id = *id;
  row.name = request.new_contact_name;
  row.kind = static_cast<uint8_t>(identify::PersonKind::kContact);
  row.emails = {request.new_contact_email};
  row.changed_us = now_us;
  const auto mark = flow::Key(number(), Value::Text(flow::kDirectoryMark));
  batch->Require(store::kMarks, mark, directory.version());
  batch->Put(store::kMarks, {mark[0], mark[1], Value::Int(now_us)});
  wire::Put(*batch, number(), row);
  return row.id;
}

Result<MailDecision> Session::Impl::TryLink(const LinkRequest& request) {
  auto unassigned = UnassignedTarget(request.message);
  if (!unassigned.ok()) return unassigned.status();
  auto records = LinkRecords(request);
  if (!records.ok()) return records.status();

  auto stored = flow::ReadOne(context_.store(), store::kMessages, flow::Key(number(), Value::Text(request.message)));
  if (!stored.ok()) return stored.status();
  if (!*stored)
    return Status(Code::kDataLoss, "store_damaged", request.message, "an unassigned message had no row of its own");
  auto message = wire::ReadMessage(**stored);
  if (!message.ok()) return message.status();
  auto raw = StoredRaw(request.message);
  if (!raw.ok()) return raw.status();

  int64_t now_us = context_.RecordTime();
  store::BatchBuilder batch(number());
  scan::EnvelopeScanner scanner;
  const scan::Envelope& envelope = scanner.Scan(*raw);
  auto contact = LinkContact(request, AddressesOf(envelope, *message, *unassigned), now_us, &batch);
  if (!contact.ok()) return contact.status();
  const auto traits =
      flow::ThreadTraits::Of(envelope, message->subject.value_or(""), context_, account_->row(), now_us);
  flow::ThreadBook threads(number());
  std::vector<std::vector<Value>> content_keys;
  std::vector<std::string> destinations;
  for (const wire::RecordRow& record : *records) {
    threads.Want(record.id, traits);
    destinations.push_back("record:" + record.id);
  }
  for (const std::string& destination : destinations) {
    content_keys.push_back(flow::Key(number(), Value::Text(destination), Value::Bytes(message->content_key)));
  }
  if (Status s = threads.Load(context_.store()); !s.ok()) return s;
  auto contents = flow::ReadMany(context_.store(), store::kContentKeys, store::kPrimary, content_keys);
  if (!contents.ok()) return contents.status();
  std::map<std::string, std::string> earlier;  // destination -> message that has the content
  for (const store::StoredRow& row : *contents) earlier[row.text(1)] = row.text(3);

  MailDecision decision;
  decision.account = account_->row().name;
  decision.id = request.message;
  decision.message_id = message->message_id;
  decision.outcome = Outcome::kDuplicate;
  for (size_t i = 0; i < records->size(); ++i) {
    const wire::RecordRow& record = (*records)[i];
    batch.Require(store::kRecords, flow::Key(number(), Value::Text(record.id)), record.version);
    wire::TargetRow row;
    row.message = request.message;
    row.destination = destinations[i];
    row.target = unassigned->target;
    row.record = record.id;
    row.owner = unassigned->owner;
    row.rule = flow::kLinkedByHand;
    row.filed_by = actor_name();
    row.contact = *contact;
    if (const auto found = earlier.find(destinations[i]); found != earlier.end()) {
      auto id = context_.NewId();
      if (!id.ok()) return id.status();
      wire::ReceiptRow receipt;
      receipt.message = found->second;
      receipt.id = std::move(*id);
      receipt.destination = destinations[i];
      receipt.source = message->source;
      receipt.raw_digest = message->raw_digest;
      receipt.recorded_us = now_us;
      wire::Put(batch, number(), receipt);
      row.outcome = Outcome::kDuplicate;
      row.reason = "duplicate_content";
      row.sentence = "Record " + Quoted(record.id, record.name) + " has the same content already as message " +
                     found->second + "; a receipt was added.";
    } else {
      auto thread = context_.NewId();
      if (!thread.ok()) return thread.status();
      row.thread = threads.Place(record.id, traits, std::move(*thread), &now_us);
      row.outcome = Outcome::kFiled;
      row.reason = "linked";
      row.sentence = "Filed on record " + Quoted(record.id, record.name) + ": linked by " + actor_name() +
                     ", with contact " + *contact + ".";
      batch.Require(store::kContentKeys, content_keys[i], 0);
      batch.Put(store::kContentKeys, {content_keys[i][0], content_keys[i][1], content_keys[i][2],
                                      Value::Text(request.message), Value::Int(now_us)});
    }
    row.recorded_us = now_us;
    // The record may have this very message, by its own address: that row stays as it is.
    const bool there = row.outcome == Outcome::kDuplicate && earlier.at(destinations[i]) == request.message;
    if (!there) wire::Put(batch, number(), row);

    TargetDecision target;
    target.target = row.target;
    target.record = row.record;
    target.outcome = row.outcome;
    target.rule = row.rule;
    target.reason = row.reason;
    target.thread = row.thread.value_or("");
    target.sentence = row.sentence;
    decision.outcome = std::min(decision.outcome, row.outcome);
    decision.records.push_back(record.id);
    decision.targets.push_back(std::move(target));
  }

  const auto settled = flow::Key(number(), Value::Text(request.message), Value::Text(unassigned->destination));
  batch.Require(store::kTargets, settled, unassigned->version);
  batch.Erase(store::kTargets, settled);
  auto notices = flow::ReadMany(context_.store(), store::kNotifications, store::kNotificationsByMessage,
                                {flow::Key(number(), Value::Text(request.message))});
  if (!notices.ok()) return notices.status();
  for (const store::StoredRow& stored_notice : *notices) {
    auto notice = wire::ReadNotification(stored_notice);
    if (!notice.ok()) return notice.status();
    if (notice->closed_us || notice->kind != "unassigned" || notice->person != unassigned->owner) continue;
    notice->closed_us = now_us;
    notice->closed_by = actor_name();
    batch.Require(store::kNotifications, flow::Key(number(), Value::Text(notice->id)), notice->version);
    wire::Put(batch, number(), *notice);
  }
  threads.Write(batch);
  if (Status s = store::CommitOne(context_.store(), batch.batch()); !s.ok()) return s;
  return decision;
}

Result<MailDecision> Session::Impl::Link(const LinkRequest& request) {
  for (int attempt = 0; attempt < flow::kCommitAttempts; ++attempt) {
    const std::string& account = account_->row().name;
    if (attempt > 0) context_.Notice(host::EventKind::kContended, account, actor_name(), "link");
    auto decision = TryLink(request);
    if (decision.ok()) {
      context_.Notice(host::EventKind::kLinked, account, actor_name(), request.message, &*decision);
    }
    if (decision.ok() || decision.status().code() != Code::kAborted) return decision;
  }
  return Status(Code::kUnavailable, "commit_contended", request.message, "other writers kept changing this message");
}

}  // namespace casecomm
