// SPDX-License-Identifier: Apache-2.0
// Stored rows <-> nouns. The typed columns are for indexes and for people with SQL; the protobuf body is the row whole,
// and what Read* reads. A body written by a newer version keeps its unknown fields out of our way: they are ignored.
#ifndef CASECOMM_WIRE_ROWS_H_
#define CASECOMM_WIRE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/decision.h"
#include "casecomm/mail.h"
#include "casecomm/trust.h"
#include "store/rows.h"

namespace casecomm::wire {

// Every noun has Put(batch, account, row) and a Read from the stored form, which fails with data_loss if body or columns
// make no sense; the subject names collection and key. `version` is filled by reading and ignored by writing.

struct AccountRow {
  uint32_t number = 0;  // the account's id and the code in its addresses
  std::string name, domain, preset;
  int64_t created_us = 0;
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, const AccountRow& row);  // of account 0
Result<AccountRow> ReadAccount(const store::StoredRow& stored);

struct PersonRow {
  std::string id, name;
  uint8_t kind = 0;  // identify::PersonKind
  std::vector<std::string> emails;
  int64_t changed_us = 0;
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const PersonRow& row);
Result<PersonRow> ReadPerson(const store::StoredRow& stored);

struct RecordRow {
  std::string id, name;
  uint8_t kind = 0, state = 0;  // identify::RecordKind, RecordState
  int64_t changed_us = 0;
  int64_t version = 0;
  uint8_t sender_policy = 0;  // identify::SenderPolicy
};
void Put(store::BatchBuilder& batch, int64_t account, const RecordRow& row);
Result<RecordRow> ReadRecord(const store::StoredRow& stored);

struct AssignmentRow {
  std::string record, person;
  uint8_t role = 0;  // access::Role
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const AssignmentRow& row);
Result<AssignmentRow> ReadAssignment(const store::StoredRow& stored);

struct LocatorRow {
  uint64_t locator = 0;
  char kind = 0;        // address::Kind
  std::string subject;  // a person's id of a drop, else a record's
  uint8_t state = 0;    // identify::LocatorState
  uint8_t key_id = 0;
  int64_t created_us = 0;
  std::string person, email;  // of a reply address or return path: whom the mail was sent to, and where
  int64_t expires_us = 0;     // 0: never
  bool revoked = false;       // retired for good; else a drop comes back with its user
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const LocatorRow& row);
Result<LocatorRow> ReadLocator(const store::StoredRow& stored);

// What is kept of a mail beside its raw bytes: enough to list it without parsing it again.
struct MessageRow {
  std::string id;
  std::optional<std::string> message_id, subject;
  std::optional<int64_t> date_s;
  std::vector<std::string> from, to, cc;
  std::vector<MailAttachment> attachments;
  std::vector<MailDefect> defects;
  std::string source, path;
  int64_t index = -1;
  std::vector<std::string> envelope_recipients;
  bool envelope_known = false;
  std::string raw_digest, content_key;  // 32 bytes each; content_key empty of mail held unparsed
  uint64_t size = 0;                    // raw bytes
  std::optional<Trust> verdict;         // the host's own on the author, if it gave one
  int64_t recorded_us = 0;
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const MessageRow& row);
Result<MessageRow> ReadMessage(const store::StoredRow& stored);

// A mail at one destination: "record:ID", "unassigned:PERSON", "held:TARGET", "catch_all:ADDRESS", "applied:TARGET:LOCATOR".
struct TargetRow {
  std::string message;
  std::string destination;
  std::string target;  // the address that asked: as TargetDecision::target
  std::optional<std::string> record, owner, thread;
  Outcome outcome = Outcome::kFiled;  // not duplicate and not not_tracked
  std::string reason, rule, sentence, filed_by;
  std::vector<std::string> badges;
  std::vector<Candidate> candidates;
  std::optional<std::string> contact;  // linked by hand (spec CF-10)
  std::string origin;                  // of what a person filed: the destination it stood at before
  std::optional<Outcome> before;       // of rejected and withdrawn: the state it goes back to
  std::string person;                  // of a reply address or return path
  uint64_t locator = 0;                // and its locator
  std::string catch_all;               // where a copy is to go, of outcome catch_all
  int64_t forwarded_us = 0;            // when the host said that it went; 0: not yet
  int64_t recorded_us = 0;
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const TargetRow& row);
Result<TargetRow> ReadTarget(const store::StoredRow& stored);

struct ThreadRow {
  std::string id;
  std::string record;
  std::optional<std::string> alias_of;
  std::string subject;
  int64_t first_us = 0, newest_us = 0;
  bool empty = false;  // all of its mail was withdrawn: the record does not list it
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const ThreadRow& row);
Result<ThreadRow> ReadThread(const store::StoredRow& stored);

struct TransportKeyRow {
  std::string source, key;             // key: bytes
  std::optional<std::string> message;  // none: not tracked
  Outcome outcome = Outcome::kNotTracked;
  std::string reason;
  std::string raw_digest;
  int64_t seen_us = 0;
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const TransportKeyRow& row);
Result<TransportKeyRow> ReadTransportKey(const store::StoredRow& stored);

struct ReceiptRow {
  std::string message, id, destination, source, transport_key, raw_digest;
  int64_t recorded_us = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const ReceiptRow& row);

struct NotificationRow {
  std::string id, person, message, kind;  // kind: "unassigned"
  std::string text;                       // one sentence that names the message
  int64_t created_us = 0;
  std::optional<int64_t> closed_us;
  std::string closed_by;
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const NotificationRow& row);
Result<NotificationRow> ReadNotification(const store::StoredRow& stored);

// What a person did with one state of a message.
struct ActRow {
  std::string message, id;
  std::string destination, target;  // of the state
  std::string event, actor, why;
  Outcome from = Outcome::kHeld, to = Outcome::kFiled;
  std::optional<std::string> record, owner;  // of the state: who may see the act
  std::vector<std::string> records;          // that it is filed on by the act
  std::string address;                       // that it was forwarded to
  std::string reason;                        // of the state: why it was held or unassigned
  int64_t recorded_us = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const ActRow& row);
Result<ActRow> ReadAct(const store::StoredRow& stored);

// That a message which waits for a person names an address or a record.
struct MentionRow {
  int64_t hash = 0;
  std::string message;
  std::optional<int64_t> changed_us;  // when the directory last said something new of it
  std::vector<std::string> changes;   // what, in words, oldest first
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const MentionRow& row);
Result<MentionRow> ReadMention(const store::StoredRow& stored);

// A mark "late:ID": what a change of the directory says anew.
struct ChangeRow {
  int64_t hash = 0;
  std::string what;
};
struct ChangesRow {
  std::string mark;
  std::vector<ChangeRow> changes;
  int64_t changed_us = 0;
  int64_t version = 0;
};
void Put(store::BatchBuilder& batch, int64_t account, const ChangesRow& row);
Result<ChangesRow> ReadChanges(const store::StoredRow& stored);

}  // namespace casecomm::wire

#endif  // CASECOMM_WIRE_ROWS_H_
