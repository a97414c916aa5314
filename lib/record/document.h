// SPDX-License-Identifier: Apache-2.0
// The load document: JSON -> people, records, assignments, checked whole before any of it is used.
#ifndef CASECOMM_RECORD_DOCUMENT_H_
#define CASECOMM_RECORD_DOCUMENT_H_

#include <cstdint>
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
};

struct RecordEntry {
  std::string id, name;
  identify::RecordKind kind = identify::RecordKind::kCase;
  identify::RecordState state = identify::RecordState::kOpen;
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

// Parses and checks: every key known, none twice, every field present and of its type, ids 1 to 255 bytes of
// UTF-8 without NUL and each once, emails addr-specs, names at most 1,000 bytes. Fails with invalid_argument:
// subject is the JSON pointer, position the byte, the message says what was expected. Never half a document.
Result<LoadDocument> ParseLoadDocument(std::string_view json);

}  // namespace casecomm::record

#endif  // CASECOMM_RECORD_DOCUMENT_H_
