// SPDX-License-Identifier: Apache-2.0
// The load document into one commit: upsert by id, what is not named stays.
#include <map>
#include <set>

#include "flow/session.h"
#include "record/document.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;
using identify::LocatorState;
using identify::PersonKind;

// What the store has of the rows that a document names.
struct Known {
  int64_t directory_version = 0;
  std::map<std::string, wire::PersonRow> people;
  std::map<std::string, wire::RecordRow> records;
  std::map<std::pair<std::string, std::string>, wire::AssignmentRow> assignments;
  std::map<std::string, std::vector<wire::LocatorRow>> drops;  // by person
};

// Reads rows and files them by what `add` makes of each.
template <typename Read, typename Add>
Status ReadInto(host::Store& store, uint32_t collection, uint32_t index, std::vector<std::vector<Value>> prefixes,
                Read read, Add add) {
  auto nouns = flow::ReadNouns(store, collection, index, std::move(prefixes), read);
  if (!nouns.ok()) return nouns.status();
  for (auto& noun : *nouns) add(std::move(noun));
  return {};
}

std::vector<std::vector<Value>> Prefixes(uint32_t account, const std::set<std::string_view>& ids) {
  std::vector<std::vector<Value>> prefixes;
  for (const std::string_view id : ids) prefixes.push_back(flow::Key(account, Value::Text(id)));
  return prefixes;
}

Status ReadKnown(host::Store& store, uint32_t account, const record::LoadDocument& document, Known* known) {
  auto mark = flow::ReadOne(store, store::kMarks, flow::Key(account, Value::Text(flow::kDirectoryMark)));
  if (!mark.ok()) return mark.status();
  if (*mark) known->directory_version = (*mark)->version;

  std::set<std::string_view> people, records;
  std::vector<std::vector<Value>> pairs, drops;
  for (const auto& person : document.people) people.insert(person.id);
  for (const auto& record : document.records) records.insert(record.id);
  for (const auto& assignment : document.assignments) {
    people.insert(assignment.person);
    records.insert(assignment.record);
    pairs.push_back(flow::Key(account, Value::Text(assignment.record), Value::Text(assignment.person)));
  }
  constexpr int64_t kDrop = static_cast<char>(address::Kind::kDrop);
  for (const auto& person : document.people) {
    drops.push_back(flow::Key(account, Value::Int(kDrop), Value::Text(person.id)));
  }
  if (Status s = ReadInto(store, store::kPeople, store::kPrimary, Prefixes(account, people), wire::ReadPerson,
                          [&](wire::PersonRow row) { known->people[row.id] = std::move(row); });
      !s.ok()) {
    return s;
  }
  if (Status s = ReadInto(store, store::kRecords, store::kPrimary, Prefixes(account, records), wire::ReadRecord,
                          [&](wire::RecordRow row) { known->records[row.id] = std::move(row); });
      !s.ok()) {
    return s;
  }
  if (Status s = ReadInto(store, store::kAssignments, store::kPrimary, std::move(pairs), wire::ReadAssignment,
                          [&](wire::AssignmentRow row) {
                            auto key = std::make_pair(row.record, row.person);
                            known->assignments[std::move(key)] = std::move(row);
                          });
      !s.ok()) {
    return s;
  }
  return ReadInto(store, store::kLocators, store::kLocatorsBySubject, std::move(drops), wire::ReadLocator,
                  [&](wire::LocatorRow row) { known->drops[row.subject].push_back(std::move(row)); });
}

// Fills a batch from a document and what is known.
class LoadPlan {
 public:
  LoadPlan(flow::Context& context, const wire::AccountRow& account, const Known& known)
      : context_(context),
        account_(account.number),
        known_(known),
        batch_(account.number),
        now_us_(context.RecordTime()) {}

  Status Add(const record::LoadDocument& document) {
    for (const auto& person : document.people) {
      if (Status s = AddPerson(person); !s.ok()) return s;
    }
    for (const auto& record : document.records) {
      if (Status s = AddRecord(record); !s.ok()) return s;
    }
    for (size_t i = 0; i < document.assignments.size(); ++i) {
      if (Status s = AddAssignment(document.assignments[i], i); !s.ok()) return s;
    }
    if (batch_.empty()) return {};
    const auto key = flow::Key(account_, Value::Text(flow::kDirectoryMark));
    batch_.Require(store::kMarks, key, known_.directory_version);
    batch_.Put(store::kMarks, {key[0], key[1], Value::Int(now_us_)});
    return {};
  }

  const store::BatchBuilder& batch() const { return batch_; }

 private:
  Status AddPerson(const record::PersonEntry& entry) {
    people_.insert(entry.id);
    wire::PersonRow row;
    row.id = entry.id;
    row.name = entry.name;
    row.kind = static_cast<uint8_t>(entry.kind);
    row.emails = entry.emails;
    row.changed_us = now_us_;
    const auto found = known_.people.find(entry.id);
    if (!entry.names_emails && found != known_.people.end()) row.emails = found->second.emails;
    const bool changed = found == known_.people.end() || found->second.name != row.name ||
                         found->second.kind != row.kind || found->second.emails != row.emails;
    if (changed) wire::Put(batch_, account_, row);
    return AddDrop(entry);
  }

  // Every user has an own drop (spec CF-01); who stops being staff loses it, who becomes staff again gets it
  // back.
  Status AddDrop(const record::PersonEntry& entry) {
    const bool staff = entry.kind == PersonKind::kStaff;
    const LocatorState wanted = staff ? LocatorState::kActive : LocatorState::kRetired;
    const auto found = known_.drops.find(entry.id);
    if (found == known_.drops.end()) return staff ? Mint(address::Kind::kDrop, entry.id) : Status();
    for (const wire::LocatorRow& stored : found->second) {
      if (stored.state == static_cast<uint8_t>(wanted)) continue;
      wire::LocatorRow row = stored;
      row.state = static_cast<uint8_t>(wanted);
      wire::Put(batch_, account_, row);
    }
    return {};
  }

  Status AddRecord(const record::RecordEntry& entry) {
    records_.insert(entry.id);
    wire::RecordRow row;
    row.id = entry.id;
    row.name = entry.name;
    row.kind = static_cast<uint8_t>(entry.kind);
    row.state = static_cast<uint8_t>(entry.state);
    row.changed_us = now_us_;
    const auto found = known_.records.find(entry.id);
    const bool is_new = found == known_.records.end();
    if (!entry.names_state && !is_new) row.state = found->second.state;
    if (is_new || found->second.name != row.name || found->second.kind != row.kind ||
        found->second.state != row.state) {
      wire::Put(batch_, account_, row);
    }
    return is_new ? Mint(address::Kind::kRecord, entry.id) : Status();  // one address each (spec CB-01)
  }

  Status AddAssignment(const record::AssignmentEntry& entry, size_t position) {
    const auto unknown = [&](std::string_view field, const std::string& id) {
      return Status(Code::kInvalidArgument, field == "record" ? "unknown_record" : "unknown_person",
                    "/assignments/" + std::to_string(position) + "/" + std::string(field),
                    "no " + std::string(field) + " \"" + id + "\" is in the document or the account", entry.position);
    };
    if (records_.count(entry.record) == 0 && known_.records.count(entry.record) == 0) {
      return unknown("record", entry.record);
    }
    if (people_.count(entry.person) == 0 && known_.people.count(entry.person) == 0) {
      return unknown("person", entry.person);
    }
    wire::AssignmentRow row;
    row.record = entry.record;
    row.person = entry.person;
    row.role = static_cast<uint8_t>(entry.role);
    const auto found = known_.assignments.find({entry.record, entry.person});
    if (found == known_.assignments.end() || found->second.role != row.role) wire::Put(batch_, account_, row);
    return {};
  }

  Status Mint(address::Kind kind, const std::string& subject) {
    wire::LocatorRow row;
    do {
      if (Status s = context_.random().Fill(&row.locator, sizeof row.locator); !s.ok()) return s;
      row.locator &= address::kMaxLocator;
    } while (!minted_.insert(row.locator).second);
    row.kind = static_cast<char>(kind);
    row.subject = subject;
    row.state = static_cast<uint8_t>(LocatorState::kActive);
    row.key_id = context_.signer().newest_key();
    row.created_us = now_us_;
    batch_.Require(store::kLocators, flow::Key(account_, Value::Int(static_cast<int64_t>(row.locator))), 0);
    wire::Put(batch_, account_, row);
    return {};
  }

  flow::Context& context_;
  const uint32_t account_;
  const Known& known_;
  store::BatchBuilder batch_;
  const int64_t now_us_;
  std::set<std::string> people_, records_;  // of the document
  std::set<uint64_t> minted_;
};

}  // namespace

Status Session::Impl::Load(std::string_view json) {
  if (Status s = RequireOperator("load people and records"); !s.ok()) return s;
  auto document = record::ParseLoadDocument(json);
  if (!document.ok()) return document.status();
  const std::string& account = account_->row().name;
  for (int attempt = 0; attempt < flow::kCommitAttempts; ++attempt) {
    if (attempt > 0) context_.Notice(host::EventKind::kContended, account, actor_name(), "load");
    Known known;
    if (Status s = ReadKnown(context_.store(), number(), *document, &known); !s.ok()) return s;
    LoadPlan plan(context_, account_->row(), known);
    if (Status s = plan.Add(*document); !s.ok()) return s;
    if (plan.batch().empty()) return {};
    const Status committed = store::CommitOne(context_.store(), plan.batch().batch());
    if (committed.ok()) context_.Notice(host::EventKind::kLoaded, account, actor_name(), "");
    if (committed.code() != Code::kAborted) return committed;
  }
  return Status(Code::kUnavailable, "commit_contended", account_->row().name, "other writers kept loading");
}

}  // namespace casecomm
