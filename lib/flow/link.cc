// SPDX-License-Identifier: Apache-2.0
// Unassigned mail, filed by hand (spec CF-10 to CF-12).
#include "base/text.h"
#include "flow/mentions.h"
#include "flow/session.h"
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
    const identify::AddressEntry* entry = directory.FindAddress(address);
    if (entry == nullptr) continue;
    for (const identify::Position p : entry->people) {
      if (directory.person(p).kind == identify::PersonKind::kContact) return &directory.person(p);
    }
  }
  return nullptr;
}

Status NotUnassigned(const std::string& message) {
  return Status(Code::kNotFound, "not_unassigned", message, "no unassigned message of this id is yours to link");
}

}  // namespace

// Every address of the mail that may be a contact's: of who it went to, what the rules offered (a forwarded original's
// too), and at last of who wrote.
std::vector<std::string> Session::Impl::LinkAddresses(const scan::Envelope& envelope, const wire::MessageRow& message,
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

// The unassigned state of the message that the actor may settle: the own one, or any for the operator.
Result<wire::TargetRow> Session::Impl::UnassignedTarget(const std::string& message,
                                                        const std::vector<wire::TargetRow>& states) {
  std::vector<wire::TargetRow> found;
  for (const wire::TargetRow& row : states) {
    if (row.outcome != Outcome::kUnassigned) continue;
    if (is_operator() || row.owner == actor_.person) found.push_back(row);
  }
  if (found.empty()) return NotUnassigned(message);
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
    auto row = FindRecord(id, access::Action::kEditRecord);
    if (!row.ok()) return row.status();
    records.push_back(std::move(*row));
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
  flow::Changes changes(number());
  changes.OfAddress(row.emails.front(), "contact " + base::Printable(Quoted(row.id, row.name)) + " has the address " +
                                            base::Printable(row.emails.front()) + " now");
  if (Status s = changes.Write(context_, now_us, batch); !s.ok()) return s;
  return row.id;
}

Result<MailDecision> Session::Impl::TryLink(const LinkRequest& request) {
  flow::Settlement settlement(context_, account_->row());
  if (Status s = settlement.Read(request.message); !s.ok()) {
    return s.reason() == "no_message" ? NotUnassigned(request.message) : s;
  }
  auto unassigned = UnassignedTarget(request.message, settlement.states());
  if (!unassigned.ok()) return unassigned.status();
  auto records = LinkRecords(request);
  if (!records.ok()) return records.status();
  auto raw = StoredRaw(request.message);
  if (!raw.ok()) return raw.status();
  scan::EnvelopeScanner scanner;
  const scan::Envelope& envelope = scanner.Scan(*raw);
  auto contact = LinkContact(request, LinkAddresses(envelope, settlement.message(), *unassigned), settlement.now_us(),
                             &settlement.batch());
  if (!contact.ok()) return contact.status();
  const flow::Settlement::Act act{flow::Event::kLinked, actor_name(), {}, {}, std::move(*contact)};
  if (Status s = settlement.FileOn(*unassigned, *records, envelope, act); !s.ok()) return s;
  return settlement.Commit();
}

Result<MailDecision> Session::Impl::Link(const LinkRequest& request) {
  return Contending(host::EventKind::kLinked, "link", request.message, [&] { return TryLink(request); });
}

}  // namespace casecomm
