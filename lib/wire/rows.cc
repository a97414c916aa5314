// SPDX-License-Identifier: Apache-2.0
// One Put and one Read a noun, in the order of rows.h.
#include "wire/rows.h"

#include <google/protobuf/arena.h>

#include <limits>
#include <utility>

#include "base/text.h"
#include "store/collections.h"
#include "wire/rows.pb.h"

namespace casecomm::wire {
namespace {

using host::Value;
using store::BatchBuilder;
using store::StoredRow;

constexpr size_t kColumnBytes = 1000;  // columns are for people with SQL; the body holds the whole text

// Fit for a text column: cut, UTF-8, no NUL. What is neither becomes U+FFFD.
std::string ColumnText(std::string_view text) {
  std::string out;
  while (!text.empty() && out.size() < kColumnBytes) {
    size_t length = 1;
    while (length < 4 && length < text.size() && !base::IsUtf8(text.substr(0, length))) ++length;
    const bool good = text[0] != '\0' && base::IsUtf8(text.substr(0, length));
    if (good) {
      out.append(text.substr(0, length));
    } else {
      length = 1;
      out += "\uFFFD";
    }
    text.remove_prefix(length);
  }
  return out;
}

// A view of `text` where it fits a column as it stands, which is nearly always; otherwise of `*changed`.
Value TextColumn(std::string_view text, std::string* changed) {
  if (text.size() <= kColumnBytes && text.find('\0') == text.npos && base::IsUtf8(text)) return Value::Text(text);
  *changed = ColumnText(text);
  return Value::Text(*changed);
}

Value OptionalColumn(const std::optional<std::string>& text, std::string* changed) {
  return text ? TextColumn(*text, changed) : Value::Null();
}

Value KeyOrNull(const std::optional<std::string>& id) {
  return id ? Value::Text(*id) : Value::Null();
}
Value BytesOrNull(const std::string& bytes) {
  return bytes.empty() ? Value::Null() : Value::Bytes(bytes);
}

// Room first: a list that grows while memory runs out loses what is being added.
template <typename List, typename Field>
void Fill(const List& list, Field* field) {
  field->Reserve(static_cast<int>(list.size()));
  for (const auto& item : list) field->Add()->assign(item);
}

template <typename Field>
std::vector<std::string> Strings(const Field& field) {
  return {field.begin(), field.end()};
}

// What a row is called in an error: the collection and the columns of its key.
std::string NameOf(store::Collection collection, const StoredRow& stored) {
  const host::Collection& declared = store::LibrarySchema().collections[collection];
  std::string name(declared.name);
  for (size_t i = 0; i < declared.key_columns && i < stored.columns.size(); ++i) {
    const store::OwnedValue& value = stored.columns[i];
    name += ' ';
    if (value.type == Value::Type::kInt64) {
      name += std::to_string(value.integer);
    } else {
      name += value.type == Value::Type::kBytes ? base::Hex(value.bytes) : value.bytes;
    }
  }
  return name;
}

Status Damaged(store::Collection collection, const StoredRow& stored, std::string message) {
  return Status(Code::kDataLoss, "row_damaged", NameOf(collection, stored), std::move(message));
}

// A message that is read, with all that it names in one arena: by itself it would lose the block in hand where memory
// runs out while a list grows.
template <typename Body>
class Parsed {
 public:
  Parsed() : arena_(block_, sizeof block_), body_(google::protobuf::Arena::CreateMessage<Body>(&arena_)) {}
  Body& operator*() { return *body_; }

 private:
  alignas(8) char block_[2048];
  google::protobuf::Arena arena_;
  Body* const body_;
};

// Reads the body, if it is a `Body` and the row has the columns of its collection.
template <typename Body>
Status Parse(store::Collection collection, const StoredRow& stored, Parsed<Body>* parsed) {
  if (stored.columns.size() != store::LibrarySchema().collections[collection].columns.size()) {
    return Damaged(collection, stored, "the row had another number of columns");
  }
  if (stored.body.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !(**parsed).ParseFromArray(stored.body.data(), static_cast<int>(stored.body.size()))) {
    return Damaged(collection, stored, "the row's body could not be read");
  }
  return {};
}

Status Differs(store::Collection collection, const StoredRow& stored) {
  return Damaged(collection, stored, "the row's body and key did not name the same");
}

constexpr uint32_t kMostSenderPolicy = 4;  // identify::SenderPolicy

bool FitsByte(uint32_t value) {
  return value <= 0xFF;
}

bool IsOutcome(int32_t value) {
  return value >= static_cast<int32_t>(Outcome::kFiled) && value <= static_cast<int32_t>(Outcome::kWithdrawn);
}

template <typename T>
std::optional<T> Maybe(bool has, const T& value) {
  return has ? std::optional<T>(value) : std::nullopt;
}

}  // namespace

void Put(BatchBuilder& batch, const AccountRow& row) {
  Account body;
  body.set_number(row.number);
  body.set_name(row.name);
  body.set_domain(row.domain);
  body.set_preset(row.preset);
  body.set_created_us(row.created_us);
  batch.Put(store::kAccounts,
            {Value::Int(0), Value::Int(row.number), Value::Text(row.name), Value::Text(row.domain),
             Value::Text(row.preset), Value::Int(row.created_us)},
            body.SerializeAsString());
}

Result<AccountRow> ReadAccount(const StoredRow& stored) {
  Parsed<Account> parsed;
  if (Status s = Parse(store::kAccounts, stored, &parsed); !s.ok()) return s;
  const Account& body = *parsed;
  if (stored.integer(1) != body.number()) return Differs(store::kAccounts, stored);
  return AccountRow{body.number(), body.name(), body.domain(), body.preset(), body.created_us(), stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const PersonRow& row) {
  Person body;
  body.set_id(row.id);
  body.set_name(row.name);
  body.set_kind(row.kind);
  Fill(row.emails, body.mutable_emails());
  body.set_changed_us(row.changed_us);
  std::string name;
  batch.Put(store::kPeople,
            {Value::Int(account), Value::Text(row.id), Value::Int(row.kind), TextColumn(row.name, &name),
             Value::Int(row.changed_us)},
            body.SerializeAsString());
}

Result<PersonRow> ReadPerson(const StoredRow& stored) {
  Parsed<Person> parsed;
  if (Status s = Parse(store::kPeople, stored, &parsed); !s.ok()) return s;
  const Person& body = *parsed;
  if (stored.text(1) != body.id() || !FitsByte(body.kind())) return Differs(store::kPeople, stored);
  return PersonRow{body.id(),         body.name(),   static_cast<uint8_t>(body.kind()), Strings(body.emails()),
                   body.changed_us(), stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const RecordRow& row) {
  Record body;
  body.set_id(row.id);
  body.set_name(row.name);
  body.set_kind(row.kind);
  body.set_state(row.state);
  body.set_changed_us(row.changed_us);
  body.set_sender_policy(row.sender_policy);
  std::string name;
  batch.Put(store::kRecords,
            {Value::Int(account), Value::Text(row.id), Value::Int(row.kind), TextColumn(row.name, &name),
             Value::Int(row.state), Value::Int(row.changed_us)},
            body.SerializeAsString());
}

Result<RecordRow> ReadRecord(const StoredRow& stored) {
  Parsed<Record> parsed;
  if (Status s = Parse(store::kRecords, stored, &parsed); !s.ok()) return s;
  const Record& body = *parsed;
  // A policy that this version does not know may demand anything.
  if (stored.text(1) != body.id() || !FitsByte(body.kind()) || !FitsByte(body.state()) ||
      body.sender_policy() > kMostSenderPolicy) {
    return Differs(store::kRecords, stored);
  }
  RecordRow row;
  row.id = body.id();
  row.name = body.name();
  row.kind = static_cast<uint8_t>(body.kind());
  row.state = static_cast<uint8_t>(body.state());
  row.sender_policy = static_cast<uint8_t>(body.sender_policy());
  row.changed_us = body.changed_us();
  row.version = stored.version;
  return row;
}

void Put(BatchBuilder& batch, int64_t account, const AssignmentRow& row) {
  Assignment body;
  body.set_record(row.record);
  body.set_person(row.person);
  body.set_role(row.role);
  batch.Put(store::kAssignments,
            {Value::Int(account), Value::Text(row.record), Value::Text(row.person), Value::Int(row.role)},
            body.SerializeAsString());
}

Result<AssignmentRow> ReadAssignment(const StoredRow& stored) {
  Parsed<Assignment> parsed;
  if (Status s = Parse(store::kAssignments, stored, &parsed); !s.ok()) return s;
  const Assignment& body = *parsed;
  if (stored.text(1) != body.record() || stored.text(2) != body.person() || !FitsByte(body.role())) {
    return Differs(store::kAssignments, stored);
  }
  return AssignmentRow{body.record(), body.person(), static_cast<uint8_t>(body.role()), stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const LocatorRow& row) {
  Locator body;
  body.set_locator(row.locator);
  body.set_kind(static_cast<uint8_t>(row.kind));
  body.set_subject(row.subject);
  body.set_state(row.state);
  body.set_key_id(row.key_id);
  body.set_created_us(row.created_us);
  body.set_person(row.person);
  body.set_email(row.email);
  body.set_expires_us(row.expires_us);
  body.set_revoked(row.revoked);
  batch.Put(
      store::kLocators,
      {Value::Int(account), Value::Int(static_cast<int64_t>(row.locator)), Value::Int(static_cast<uint8_t>(row.kind)),
       Value::Text(row.subject), Value::Int(row.state), Value::Int(row.key_id), Value::Int(row.created_us)},
      body.SerializeAsString());
}

Result<LocatorRow> ReadLocator(const StoredRow& stored) {
  Parsed<Locator> parsed;
  if (Status s = Parse(store::kLocators, stored, &parsed); !s.ok()) return s;
  const Locator& body = *parsed;
  if (static_cast<uint64_t>(stored.integer(1)) != body.locator() || !FitsByte(body.kind()) || !FitsByte(body.state()) ||
      !FitsByte(body.key_id())) {
    return Differs(store::kLocators, stored);
  }
  return LocatorRow{body.locator(),
                    static_cast<char>(body.kind()),
                    body.subject(),
                    static_cast<uint8_t>(body.state()),
                    static_cast<uint8_t>(body.key_id()),
                    body.created_us(),
                    body.person(),
                    body.email(),
                    body.expires_us(),
                    body.revoked(),
                    stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const MessageRow& row) {
  Message body;
  body.set_id(row.id);
  if (row.message_id) body.set_message_id(*row.message_id);
  if (row.subject) body.set_subject(*row.subject);
  if (row.date_s) body.set_date_s(*row.date_s);
  Fill(row.from, body.mutable_from());
  Fill(row.to, body.mutable_to());
  Fill(row.cc, body.mutable_cc());
  body.mutable_attachments()->Reserve(static_cast<int>(row.attachments.size()));
  for (const MailAttachment& from : row.attachments) {
    Attachment* to = body.add_attachments();
    if (from.filename) to->set_filename(*from.filename);
    to->set_content_type(from.content_type);
    to->set_size(from.size);
    to->set_is_inline(from.is_inline);
    if (from.content_id) to->set_content_id(*from.content_id);
  }
  body.mutable_defects()->Reserve(static_cast<int>(row.defects.size()));
  for (const MailDefect& from : row.defects) {
    Defect* to = body.add_defects();
    to->set_name(from.name);
    to->set_offset(from.offset);
  }
  body.set_source(row.source);
  body.set_path(row.path);
  body.set_index(row.index);
  Fill(row.envelope_recipients, body.mutable_envelope_recipients());
  body.set_envelope_known(row.envelope_known);
  body.set_raw_digest(row.raw_digest);
  body.set_content_key(row.content_key);
  body.set_size(row.size);
  body.set_recorded_us(row.recorded_us);
  if (row.verdict) body.set_verdict(static_cast<int32_t>(*row.verdict));
  std::string message_id, subject, from, source, path;
  batch.Put(
      store::kMessages,
      {Value::Int(account), Value::Text(row.id), OptionalColumn(row.message_id, &message_id),
       OptionalColumn(row.subject, &subject), row.from.empty() ? Value::Null() : TextColumn(row.from.front(), &from),
       row.date_s ? Value::Int(*row.date_s) : Value::Null(), Value::Int(row.recorded_us),
       Value::Int(static_cast<int64_t>(row.size)), Value::Bytes(row.raw_digest), BytesOrNull(row.content_key),
       TextColumn(row.source, &source), TextColumn(row.path, &path)},
      body.SerializeAsString());
}

Result<MessageRow> ReadMessage(const StoredRow& stored) {
  Parsed<Message> parsed;
  if (Status s = Parse(store::kMessages, stored, &parsed); !s.ok()) return s;
  const Message& body = *parsed;
  if (stored.text(1) != body.id()) return Differs(store::kMessages, stored);
  MessageRow row;
  row.id = body.id();
  row.message_id = Maybe(body.has_message_id(), body.message_id());
  row.subject = Maybe(body.has_subject(), body.subject());
  row.date_s = Maybe<int64_t>(body.has_date_s(), body.date_s());
  row.from = Strings(body.from());
  row.to = Strings(body.to());
  row.cc = Strings(body.cc());
  for (const Attachment& from : body.attachments()) {
    row.attachments.push_back({Maybe(from.has_filename(), from.filename()), from.content_type(), from.size(),
                               from.is_inline(), Maybe(from.has_content_id(), from.content_id())});
  }
  for (const Defect& from : body.defects()) row.defects.push_back({from.name(), from.offset()});
  row.source = body.source();
  row.path = body.path();
  row.index = body.index();
  row.envelope_recipients = Strings(body.envelope_recipients());
  row.envelope_known = body.envelope_known();
  row.raw_digest = body.raw_digest();
  row.content_key = body.content_key();
  row.size = body.size();
  row.recorded_us = body.recorded_us();
  row.verdict = Maybe(body.verdict() != 0, static_cast<Trust>(body.verdict()));
  row.version = stored.version;
  return row;
}

void Put(BatchBuilder& batch, int64_t account, const TargetRow& row) {
  Target body;
  body.set_message(row.message);
  body.set_destination(row.destination);
  body.set_target(row.target);
  if (row.record) body.set_record(*row.record);
  if (row.owner) body.set_owner(*row.owner);
  if (row.thread) body.set_thread(*row.thread);
  body.set_outcome(static_cast<int32_t>(row.outcome));
  body.set_reason(row.reason);
  body.set_rule(row.rule);
  body.set_sentence(row.sentence);
  body.set_filed_by(row.filed_by);
  Fill(row.badges, body.mutable_badges());
  body.mutable_candidates()->Reserve(static_cast<int>(row.candidates.size()));
  for (const casecomm::Candidate& from : row.candidates) {
    Candidate* to = body.add_candidates();
    to->set_address(from.address);
    to->set_person(from.person);
    to->set_record(from.record);
  }
  body.set_recorded_us(row.recorded_us);
  if (row.contact) body.set_contact(*row.contact);
  body.set_origin(row.origin);
  if (row.before) body.set_before(static_cast<int32_t>(*row.before));
  const bool aside =
      row.outcome == Outcome::kCatchAll || row.outcome == Outcome::kRejected || row.outcome == Outcome::kWithdrawn;
  body.set_person(row.person);
  body.set_locator(row.locator);
  body.set_catch_all(row.catch_all);
  body.set_forwarded_us(row.forwarded_us);
  const bool to_forward = row.outcome == Outcome::kCatchAll && row.forwarded_us == 0;
  std::string reason, rule, filed_by;
  batch.Put(store::kTargets,
            {Value::Int(account), Value::Text(row.message), Value::Text(row.destination), KeyOrNull(row.record),
             KeyOrNull(row.owner), Value::Int(static_cast<int64_t>(row.outcome)), TextColumn(row.reason, &reason),
             TextColumn(row.rule, &rule), row.outcome == Outcome::kFiled ? KeyOrNull(row.thread) : Value::Null(),
             TextColumn(row.filed_by, &filed_by), Value::Int(row.recorded_us),
             row.outcome == Outcome::kUnassigned ? KeyOrNull(row.owner) : Value::Null(),
             row.outcome == Outcome::kHeld ? Value::Int(row.recorded_us) : Value::Null(),
             aside ? Value::Int(static_cast<int64_t>(row.outcome)) : Value::Null(),
             to_forward ? Value::Int(row.recorded_us) : Value::Null()},
            body.SerializeAsString());
}

Result<TargetRow> ReadTarget(const StoredRow& stored) {
  Parsed<Target> parsed;
  if (Status s = Parse(store::kTargets, stored, &parsed); !s.ok()) return s;
  const Target& body = *parsed;
  if (stored.text(1) != body.message() || stored.text(2) != body.destination() || !IsOutcome(body.outcome())) {
    return Differs(store::kTargets, stored);
  }
  TargetRow row;
  row.message = body.message();
  row.destination = body.destination();
  row.target = body.target();
  row.record = Maybe(body.has_record(), body.record());
  row.owner = Maybe(body.has_owner(), body.owner());
  row.thread = Maybe(body.has_thread(), body.thread());
  row.outcome = static_cast<Outcome>(body.outcome());
  row.reason = body.reason();
  row.rule = body.rule();
  row.sentence = body.sentence();
  row.filed_by = body.filed_by();
  row.badges = Strings(body.badges());
  for (const Candidate& from : body.candidates()) {
    row.candidates.push_back({from.address(), from.person(), from.record()});
  }
  row.contact = Maybe(body.has_contact(), body.contact());
  row.origin = body.origin();
  row.before = Maybe(IsOutcome(body.before()), static_cast<Outcome>(body.before()));
  row.recorded_us = body.recorded_us();
  row.person = body.person();
  row.locator = body.locator();
  row.catch_all = body.catch_all();
  row.forwarded_us = body.forwarded_us();
  row.version = stored.version;
  return row;
}

void Put(BatchBuilder& batch, int64_t account, const ThreadRow& row) {
  Thread body;
  body.set_id(row.id);
  body.set_record(row.record);
  if (row.alias_of) body.set_alias_of(*row.alias_of);
  body.set_subject(row.subject);
  body.set_first_us(row.first_us);
  body.set_newest_us(row.newest_us);
  body.set_empty(row.empty);
  std::string subject;
  batch.Put(
      store::kThreads,
      {Value::Int(account), Value::Text(row.id), row.alias_of || row.empty ? Value::Null() : Value::Text(row.record),
       KeyOrNull(row.alias_of), TextColumn(row.subject, &subject), Value::Int(row.first_us), Value::Int(row.newest_us)},
      body.SerializeAsString());
}

Result<ThreadRow> ReadThread(const StoredRow& stored) {
  Parsed<Thread> parsed;
  if (Status s = Parse(store::kThreads, stored, &parsed); !s.ok()) return s;
  const Thread& body = *parsed;
  if (stored.text(1) != body.id()) return Differs(store::kThreads, stored);
  return ThreadRow{body.id(),      body.record(),   Maybe(body.has_alias_of(), body.alias_of()),
                   body.subject(), body.first_us(), body.newest_us(),
                   body.empty(),   stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const TransportKeyRow& row) {
  TransportKey body;
  body.set_source(row.source);
  body.set_key(row.key);
  if (row.message) body.set_message(*row.message);
  body.set_outcome(static_cast<int32_t>(row.outcome));
  body.set_reason(row.reason);
  body.set_raw_digest(row.raw_digest);
  body.set_seen_us(row.seen_us);
  std::string reason;
  batch.Put(store::kTransportKeys,
            {Value::Int(account), Value::Text(row.source), Value::Bytes(row.key), KeyOrNull(row.message),
             Value::Int(static_cast<int64_t>(row.outcome)), TextColumn(row.reason, &reason),
             Value::Bytes(row.raw_digest), Value::Int(row.seen_us)},
            body.SerializeAsString());
}

Result<TransportKeyRow> ReadTransportKey(const StoredRow& stored) {
  Parsed<TransportKey> parsed;
  if (Status s = Parse(store::kTransportKeys, stored, &parsed); !s.ok()) return s;
  const TransportKey& body = *parsed;
  if (stored.text(1) != body.source() || stored.text(2) != body.key() || !IsOutcome(body.outcome())) {
    return Differs(store::kTransportKeys, stored);
  }
  return TransportKeyRow{body.source(),
                         body.key(),
                         Maybe(body.has_message(), body.message()),
                         static_cast<Outcome>(body.outcome()),
                         body.reason(),
                         body.raw_digest(),
                         body.seen_us(),
                         stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const ReceiptRow& row) {
  Receipt body;
  body.set_message(row.message);
  body.set_id(row.id);
  body.set_destination(row.destination);
  body.set_source(row.source);
  body.set_transport_key(row.transport_key);
  body.set_raw_digest(row.raw_digest);
  body.set_recorded_us(row.recorded_us);
  std::string source;
  batch.Put(store::kReceipts,
            {Value::Int(account), Value::Text(row.message), Value::Text(row.id), Value::Text(row.destination),
             TextColumn(row.source, &source), Value::Bytes(row.transport_key), Value::Bytes(row.raw_digest),
             Value::Int(row.recorded_us)},
            body.SerializeAsString());
}

void Put(BatchBuilder& batch, int64_t account, const NotificationRow& row) {
  Notification body;
  body.set_id(row.id);
  body.set_person(row.person);
  body.set_message(row.message);
  body.set_kind(row.kind);
  body.set_text(row.text);
  body.set_created_us(row.created_us);
  if (row.closed_us) body.set_closed_us(*row.closed_us);
  body.set_closed_by(row.closed_by);
  std::string kind;
  batch.Put(store::kNotifications,
            {Value::Int(account), Value::Text(row.id), Value::Text(row.person), Value::Text(row.message),
             TextColumn(row.kind, &kind), row.closed_us ? Value::Null() : Value::Int(row.created_us),
             Value::Int(row.created_us), row.closed_us ? Value::Int(*row.closed_us) : Value::Null()},
            body.SerializeAsString());
}

Result<NotificationRow> ReadNotification(const StoredRow& stored) {
  Parsed<Notification> parsed;
  if (Status s = Parse(store::kNotifications, stored, &parsed); !s.ok()) return s;
  const Notification& body = *parsed;
  if (stored.text(1) != body.id()) return Differs(store::kNotifications, stored);
  return NotificationRow{body.id(),
                         body.person(),
                         body.message(),
                         body.kind(),
                         body.text(),
                         body.created_us(),
                         Maybe<int64_t>(body.has_closed_us(), body.closed_us()),
                         body.closed_by(),
                         stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const ActRow& row) {
  Act body;
  body.set_message(row.message);
  body.set_id(row.id);
  body.set_destination(row.destination);
  body.set_target(row.target);
  body.set_event(row.event);
  body.set_actor(row.actor);
  body.set_why(row.why);
  body.set_from(static_cast<int32_t>(row.from));
  body.set_to(static_cast<int32_t>(row.to));
  if (row.record) body.set_record(*row.record);
  if (row.owner) body.set_owner(*row.owner);
  Fill(row.records, body.mutable_records());
  body.set_address(row.address);
  body.set_reason(row.reason);
  body.set_recorded_us(row.recorded_us);
  std::string destination, actor, why;
  batch.Put(store::kActs,
            {Value::Int(account), Value::Text(row.message), Value::Text(row.id),
             TextColumn(row.destination, &destination), Value::Text(row.event), TextColumn(row.actor, &actor),
             row.why.empty() ? Value::Null() : TextColumn(row.why, &why), Value::Int(row.recorded_us)},
            body.SerializeAsString());
}

Result<ActRow> ReadAct(const StoredRow& stored) {
  Parsed<Act> parsed;
  if (Status s = Parse(store::kActs, stored, &parsed); !s.ok()) return s;
  const Act& body = *parsed;
  if (stored.text(1) != body.message() || stored.text(2) != body.id() || !IsOutcome(body.from()) ||
      !IsOutcome(body.to())) {
    return Differs(store::kActs, stored);
  }
  ActRow row;
  row.message = body.message();
  row.id = body.id();
  row.destination = body.destination();
  row.target = body.target();
  row.event = body.event();
  row.actor = body.actor();
  row.why = body.why();
  row.from = static_cast<Outcome>(body.from());
  row.to = static_cast<Outcome>(body.to());
  row.record = Maybe(body.has_record(), body.record());
  row.owner = Maybe(body.has_owner(), body.owner());
  row.records = Strings(body.records());
  row.address = body.address();
  row.reason = body.reason();
  row.recorded_us = body.recorded_us();
  return row;
}

void Put(BatchBuilder& batch, int64_t account, const MentionRow& row) {
  Mention body;
  Fill(row.changes, body.mutable_changes());
  batch.Put(store::kMentions,
            {Value::Int(account), Value::Int(row.hash), Value::Text(row.message),
             row.changed_us ? Value::Int(*row.changed_us) : Value::Null()},
            body.SerializeAsString());
}

Result<MentionRow> ReadMention(const StoredRow& stored) {
  Parsed<Mention> parsed;
  if (Status s = Parse(store::kMentions, stored, &parsed); !s.ok()) return s;
  return MentionRow{stored.integer(1), stored.text(2), Maybe(!stored.is_null(3), stored.integer(3)),
                    Strings((*parsed).changes()), stored.version};
}

void Put(BatchBuilder& batch, int64_t account, const ChangesRow& row) {
  Changes body;
  body.mutable_changes()->Reserve(static_cast<int>(row.changes.size()));
  for (const ChangeRow& from : row.changes) {
    auto* to = body.add_changes();
    to->set_hash(from.hash);
    to->set_what(from.what);
  }
  batch.Put(store::kMarks, {Value::Int(account), Value::Text(row.mark), Value::Int(row.changed_us)},
            body.SerializeAsString());
}

Result<ChangesRow> ReadChanges(const StoredRow& stored) {
  Parsed<Changes> parsed;
  if (Status s = Parse(store::kMarks, stored, &parsed); !s.ok()) return s;
  ChangesRow row;
  row.mark = stored.text(1);
  for (const auto& from : (*parsed).changes()) row.changes.push_back({from.hash(), from.what()});
  row.changed_us = stored.integer(2);
  row.version = stored.version;
  return row;
}

}  // namespace casecomm::wire
