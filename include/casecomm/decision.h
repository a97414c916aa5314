// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_DECISION_H_
#define CASECOMM_DECISION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casecomm {

// What became of a mail at one destination. Written to disk and across the C ABI: numbers do not change.
// A mail's own outcome is the first of its targets' in this order.
enum class Outcome : int32_t {
  kFiled = 1,
  kUnassigned = 2,
  kHeld = 3,
  kCatchAll = 4,
  kApplied = 5,
  kDuplicate = 6,
  kNotTracked = 7,
  kRejected = 8,  // these two by a person only (threats.md, section 5)
  kWithdrawn = 9,
};

// "filed", "unassigned", "held", "catch_all", "applied", "duplicate", "not_tracked", "rejected", "withdrawn".
std::string_view OutcomeName(Outcome outcome);

// A record that an ambiguous recipient may mean (spec CF-08).
struct Candidate {
  std::string address;  // the recipient
  std::string person;   // the contact
  std::string record;
  bool operator==(const Candidate& o) const { return address == o.address && person == o.person && record == o.record; }
};

// Why a mail went, or did not go, to one destination (spec Y-01).
struct TargetDecision {
  std::string target;                 // "record:ID", "drop:PERSON", "reply:RECORD:PERSON", "return_path:RECORD:PERSON",
                                      // "unroutable:ADDRESS", "none"
  std::optional<std::string> record;  // where it is filed, or was filed before
  Outcome outcome = Outcome::kNotTracked;
  std::string thread;    // of a filed mail; empty in a decision without effect where a new one would begin
  std::string rule;      // the rule that decided
  std::string reason;    // a stable word
  std::string sentence;  // names record, person, address and the value that decided
  std::vector<Candidate> candidates;
};

// One rule tried for one target: matched, or the first of its conditions that failed.
struct TraceStep {
  std::string target;
  std::string rule;
  bool matched = false;
  std::string condition;  // "author is owner", of the failed one; empty when matched
  std::string value;      // what stood there instead: "contact"
};

struct MailDecision {
  std::string account;  // name; empty for the operator's
  std::string id;       // of the stored message; empty if nothing was stored
  std::optional<std::string> message_id;
  Outcome outcome = Outcome::kNotTracked;
  std::vector<std::string> records;  // of the targets, each once: filed there now or before
  std::vector<TargetDecision> targets;
  std::vector<TraceStep> trace;  // filled by Explain only
};

}  // namespace casecomm

#endif  // CASECOMM_DECISION_H_
