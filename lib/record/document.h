// SPDX-License-Identifier: Apache-2.0
// The load document: JSON -> people, records, assignments, checked whole before any of it is used.
#ifndef CASECOMM_RECORD_DOCUMENT_H_
#define CASECOMM_RECORD_DOCUMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/check.h"
#include "casecomm/status.h"
#include "identify/directory.h"

namespace casecomm::record {

struct PersonEntry {
  std::string id, name;
  identify::PersonKind kind = identify::PersonKind::kContact;
  std::vector<std::string> emails;
  bool names_emails = false;             // the document says them; else what stands stays
  std::vector<int64_t> email_positions;  // byte offsets, of emails
};

struct RecordEntry {
  std::string id, name;
  identify::RecordKind kind = identify::RecordKind::kCase;
  identify::RecordState state = identify::RecordState::kOpen;
  bool names_state = false;                             // the document says it; else what stands stays
  std::optional<identify::SenderPolicy> sender_policy;  // absent: what stands stays
};

struct AssignmentEntry {
  std::string record, person;
  access::Role role = access::Role::kOther;
  int64_t position = 0;  // of the entry in the document, for errors found later
};

struct LoadDocument {
  std::vector<PersonEntry> people;
  std::vector<RecordEntry> records;
  std::vector<AssignmentEntry> assignments;
};

// Parses and checks whole, never half a document: every key known, none twice; every field of its type and, but for
// emails, state and sender_policy, present; ids and names as record/check.h has them, ids each once, a person once on a record; emails
// addr-specs, each once in a person. Fails with invalid_argument at the first fault. Its reason is json_syntax,
// unknown_key, duplicate_key, missing_key, wrong_type, bad_value or duplicate_id; subject the JSON pointer, position the
// byte (of a key, where the key stands; of a missing one, where its object begins); the message says what was expected.
Result<LoadDocument> ParseLoadDocument(std::string_view json);

}  // namespace casecomm::record

#endif  // CASECOMM_RECORD_DOCUMENT_H_
