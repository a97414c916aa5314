// SPDX-License-Identifier: Apache-2.0
#include "record/document.h"

#include <unordered_set>

#include "base/text.h"
#include "document/reader.h"
#include "record/check.h"
#include "record/words.h"

namespace casecomm::record {
namespace {

namespace ondemand = document::ondemand;
using document::Path;
using document::Quoted;

class LoadReader : public document::Reader {
 public:
  explicit LoadReader(std::string_view json) : Reader(json) {}

  Result<LoadDocument> Read();

 private:
  template <typename Entry>
  using Field = document::Reader::Field<LoadReader, Entry>;

  // An id that no earlier entry of its kind has.
  Status ReadNewId(ondemand::value& value, const Path& path, std::unordered_set<std::string>* seen, std::string* id) {
    size_t position;
    if (Status s = ReadChecked(value, path, CheckId, id, &position); !s.ok()) return s;
    if (seen->insert(*id).second) return {};
    return Fault("duplicate_id", path, position, "expected an id that stands once, found " + Quoted(*id) + " again");
  }

  Status ReadId(ondemand::value& value, const Path& path, std::string* id) {
    size_t position;
    return ReadChecked(value, path, CheckId, id, &position);
  }

  Status ReadName(ondemand::value& value, const Path& path, std::string* name) {
    size_t position;
    return ReadChecked(value, path, CheckName, name, &position);
  }

  Status PersonId(ondemand::value& v, const Path& p, PersonEntry* e) { return ReadNewId(v, p, &people_, &e->id); }
  Status PersonKindOf(ondemand::value& v, const Path& p, PersonEntry* e) {
    return ReadWord(v, p, kPersonKinds, &e->kind);
  }
  Status PersonName(ondemand::value& v, const Path& p, PersonEntry* e) { return ReadName(v, p, &e->name); }
  Status PersonEmails(ondemand::value& v, const Path& p, PersonEntry* e) {
    e->names_emails = true;
    std::unordered_set<std::string> seen;
    return ReadArray(v, p, [&](ondemand::value& element, const Path& here) -> Status {
      std::string email;
      size_t position;
      if (Status s = ReadChecked(element, here, CheckEmail, &email, &position); !s.ok()) return s;
      if (!seen.insert(base::LowerAscii(email)).second) {
        return Fault("bad_value", here, position, "expected each email once, found " + Quoted(email) + " again");
      }
      e->emails.push_back(std::move(email));
      e->email_positions.push_back(static_cast<int64_t>(position));
      return {};
    });
  }

  Status RecordId(ondemand::value& v, const Path& p, RecordEntry* e) { return ReadNewId(v, p, &records_, &e->id); }
  Status RecordKindOf(ondemand::value& v, const Path& p, RecordEntry* e) {
    return ReadWord(v, p, kRecordKinds, &e->kind);
  }
  Status RecordName(ondemand::value& v, const Path& p, RecordEntry* e) { return ReadName(v, p, &e->name); }
  Status RecordStateOf(ondemand::value& v, const Path& p, RecordEntry* e) {
    e->names_state = true;
    return ReadWord(v, p, kRecordStates, &e->state);
  }
  Status RecordPolicyOf(ondemand::value& v, const Path& p, RecordEntry* e) {
    return ReadWord(v, p, kSenderPolicies, &e->sender_policy.emplace());
  }

  Status AssignedRecord(ondemand::value& v, const Path& p, AssignmentEntry* e) { return ReadId(v, p, &e->record); }
  Status AssignedPerson(ondemand::value& v, const Path& p, AssignmentEntry* e) { return ReadId(v, p, &e->person); }
  Status AssignedRole(ondemand::value& v, const Path& p, AssignmentEntry* e) {
    return ReadWord(v, p, kRoles, &e->role);
  }

  Status Schema(ondemand::value& v, const Path& p, LoadDocument*) {
    std::string_view ignored;
    size_t position;
    return ReadString(v, p, &ignored, &position);
  }

  template <typename Entry, size_t N>
  Status ReadEntries(ondemand::value& v, const Path& p, const Field<Entry> (&fields)[N], std::vector<Entry>* out) {
    return ReadArray(v, p, [&](ondemand::value& element, const Path& here) -> Status {
      Entry entry;
      size_t position;
      if (Status s = ReadEntry(element, here, fields, &entry, &position); !s.ok()) return s;
      out->push_back(std::move(entry));
      return {};
    });
  }

  Status People(ondemand::value& v, const Path& p, LoadDocument* d) {
    static constexpr Field<PersonEntry> kFields[] = {{"id", true, &LoadReader::PersonId},
                                                     {"kind", true, &LoadReader::PersonKindOf},
                                                     {"name", true, &LoadReader::PersonName},
                                                     {"emails", false, &LoadReader::PersonEmails}};
    return ReadEntries(v, p, kFields, &d->people);
  }

  Status Records(ondemand::value& v, const Path& p, LoadDocument* d) {
    static constexpr Field<RecordEntry> kFields[] = {{"id", true, &LoadReader::RecordId},
                                                     {"kind", true, &LoadReader::RecordKindOf},
                                                     {"name", true, &LoadReader::RecordName},
                                                     {"state", false, &LoadReader::RecordStateOf},
                                                     {"sender_policy", false, &LoadReader::RecordPolicyOf}};
    return ReadEntries(v, p, kFields, &d->records);
  }

  Status Assignments(ondemand::value& v, const Path& p, LoadDocument* d) {
    static constexpr Field<AssignmentEntry> kFields[] = {{"record", true, &LoadReader::AssignedRecord},
                                                         {"person", true, &LoadReader::AssignedPerson},
                                                         {"role", true, &LoadReader::AssignedRole}};
    // Ids hold no control bytes, so that a NUL between two of them is no ambiguity.
    std::unordered_set<std::string> seen;
    return ReadArray(v, p, [&](ondemand::value& element, const Path& here) -> Status {
      AssignmentEntry entry;
      size_t position;
      if (Status s = ReadEntry(element, here, kFields, &entry, &position); !s.ok()) return s;
      if (!seen.insert(entry.record + '\0' + entry.person).second) {
        return Fault("duplicate_id", here, position,
                     "expected one assignment for a record and a person, found " + Quoted(entry.person) + " on " +
                         Quoted(entry.record) + " again");
      }
      entry.position = static_cast<int64_t>(position);
      d->assignments.push_back(std::move(entry));
      return {};
    });
  }

  std::unordered_set<std::string> people_, records_;
};

Result<LoadDocument> LoadReader::Read() {
  static constexpr Field<LoadDocument> kFields[] = {{"$schema", false, &LoadReader::Schema},
                                                    {"people", false, &LoadReader::People},
                                                    {"records", false, &LoadReader::Records},
                                                    {"assignments", false, &LoadReader::Assignments}};
  LoadDocument load;
  if (Status s = ReadDocument(kFields, &load); !s.ok()) return s;
  return load;
}

}  // namespace

Result<LoadDocument> ParseLoadDocument(std::string_view json) {
  return LoadReader(json).Read();
}

}  // namespace casecomm::record
