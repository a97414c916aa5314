// SPDX-License-Identifier: Apache-2.0
// What the engine answers about what it holds: plain values. Lists come a page at a time.
#ifndef CASECOMM_VIEWS_H_
#define CASECOMM_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "casecomm/decision.h"
#include "casecomm/mail.h"

namespace casecomm {

// A place in a list that a host may keep, also over days: rows that stay are listed once, whatever comes and goes.
struct PageRequest {
  uint32_t limit = 100;  // 1 to 1,000; past that invalid_argument
  std::string cursor;    // Page::next of the page before; empty: from the start
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;  // empty: there is no more
};

struct AccountInfo {
  std::string name, domain, preset;
  std::string policy;  // the sender policy that holds: "P0 anyone", "P1 known" (spec X-05)
};

struct PersonView {
  std::string id;
  std::string kind;  // "staff" or "contact"
  std::string name;
  std::vector<std::string> emails;
};

struct RecordView {
  std::string id;
  std::string kind;  // "case", "intake", "provider", "lead", "matter"
  std::string name;
  std::string state;          // "open" or "closed"
  std::string sender_policy;  // its own, which only adds to the account's: "anyone", "known", ... (spec X-05)
};

struct AssignmentView {
  std::string record, person, role;
};

// Empty members do not narrow; at most one is set.
struct AssignmentFilter {
  std::string record, person;
};

struct AddressFilter {
  bool all = false;  // every kind and state; else the active ones of records and drops
};

// An address of a record or a person, as it is handed out.
struct AddressEntry {
  std::string id;             // the host's id of the record, or of a drop's person
  std::string kind;           // "record", "drop", "reply" or "return_path"
  std::string address;        // empty if its key is no longer in the ring
  std::string state;          // "active", "grace" or "retired"
  std::string person, email;  // of a reply address or return path: whom mail was sent to, and where
  int64_t created_at_us = 0;
  std::optional<int64_t> expires_at_us;  // of a reply address or return path
};

// A mail for the account's catch-all address that has yet to be forwarded (spec TI-05).
struct ForwardView {
  std::string id;         // of the stored message
  std::string catch_all;  // the addr-spec to forward it to
  std::string target;     // what it came to: "record:ID", "reply:RECORD:PERSON"
  std::string reason, sentence;
  int64_t recorded_at_us = 0;
};

struct MessageView {
  std::string id;
  std::optional<std::string> message_id;
  std::vector<std::string> from, to, cc;
  std::optional<std::string> subject;
  std::optional<int64_t> date;  // unix seconds, the sender's claim
  int64_t recorded_at_us = 0;
  std::string rule, reason, sentence;
  std::string filed_by;             // "rules", "operator" or a person's id
  std::vector<std::string> badges;  // docs/json.md names them
  std::vector<MailAttachment> attachments;
  uint64_t receipts = 0;  // how often the same content came again
};

struct ThreadView {
  std::string id;
  std::string subject;
  int64_t first_at_us = 0, newest_at_us = 0;
  std::vector<MessageView> messages;  // oldest first
};

struct RecordPage {
  std::string id, kind, name, state;
  std::string address;
  std::vector<ThreadView> threads;  // newest activity first (spec CB-25)
};

struct UnassignedView {
  std::string id;
  std::string path;
  std::string owner;  // person id
  std::optional<std::string> message_id, subject;
  std::vector<std::string> from, to;
  std::string reason, sentence;
  std::string notification;  // id of the open notification that names it (spec CF-09)
  int64_t recorded_at_us = 0;
  std::vector<Candidate> candidates;
};

// A message that waits for a person, or that one set aside, at one of its destinations (threats.md, section 5).
struct HeldView {
  std::string id;
  std::string target;  // names the state in an act on the message
  Outcome state = Outcome::kHeld;
  std::string reason, rule, sentence;  // what the rules said of it
  std::string path;
  std::optional<std::string> message_id, subject;
  std::vector<std::string> from, to;
  int64_t recorded_at_us = 0;
  int64_t age_us = 0;        // since then, by the clock
  int32_t alert_days = 0;    // 0, 1, 7 or 30: the last of these days that has passed
  uint64_t size = 0;         // bytes as it came
  std::string forwarded_to;  // of catch_all: the address
};

// What a person did with a state of a message.
struct ActView {
  std::string id;
  std::string target;
  std::string event;  // "released", "rerouted", "forwarded", "linked", "rejected", "withdrawn", "restored"
  std::string actor;  // "operator" or a person's id
  std::string why;
  Outcome from = Outcome::kHeld, to = Outcome::kFiled;
  std::vector<std::string> records;  // that it was filed on
  std::string address;               // that it was forwarded to
  int64_t recorded_at_us = 0;
};

// Why a message may belong on a record: address_named, author_record, recipient_record, original_author,
// original_recipient, thread_known or id_in_subject.
struct SuggestionReason {
  std::string word, sentence;
};

// A record that a message may belong on. It is a proposal: nothing follows from it.
struct SuggestionView {
  std::string record, name;
  uint32_t score = 0;
  std::vector<SuggestionReason> reasons;  // the strongest first
};

// A waiting message that the rules and the directory of now would file (spec Y-04).
struct LateMatchView {
  std::string id;
  std::optional<std::string> message_id, subject;
  std::vector<std::string> from, to;
  int64_t recorded_at_us = 0;           // of the message
  std::vector<std::string> changes;     // what the directory says anew, a sentence's part each
  std::vector<TargetDecision> targets;  // by the name of the state that waits: where it would be filed, and why
};

// A thread without its messages.
struct ThreadSummary {
  std::string id, record, subject;
  int64_t first_at_us = 0, newest_at_us = 0;
};

}  // namespace casecomm

#endif  // CASECOMM_VIEWS_H_
