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
  std::string state;  // "open" or "closed"
};

struct AssignmentView {
  std::string record, person, role;
};

// Empty members do not narrow; at most one is set.
struct AssignmentFilter {
  std::string record, person;
};

// An address of a record or a person, as it is handed out.
struct AddressEntry {
  std::string id;    // the host's id of the record or person
  std::string kind;  // "record" or "drop"
  std::string address;
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
  std::vector<std::string> badges;  // "unverified", "new_sender", "stale_date", "automatic", "record_closed"
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

// A thread without its messages.
struct ThreadSummary {
  std::string id, record, subject;
  int64_t first_at_us = 0, newest_at_us = 0;
};

}  // namespace casecomm

#endif  // CASECOMM_VIEWS_H_
