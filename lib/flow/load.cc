// SPDX-License-Identifier: Apache-2.0
// The load document into one commit: upsert by id, what is not named stays.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "flow/mentions.h"
#include "flow/session.h"
#include "record/document.h"
#include "record/words.h"
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
  std::map<std::string, std::set<std::string>> assigned;       // records that change -> emails of those on them
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

bool Changes(const record::RecordEntry& entry, const wire::RecordRow& row) {
  return row.kind != static_cast<uint8_t>(entry.kind) ||
         (entry.names_state && row.state != static_cast<uint8_t>(entry.state));
}

// Whom a change of a record's state or kind may settle mail for: everybody on it (spec Y-04).
Status ReadAssigned(host::Store& store, uint32_t account, const record::LoadDocument& document, Known* known) {
  std::set<std::string_view> records, people;
  for (const auto& record : document.records) {
    const auto found = known->records.find(record.id);
    if (found != known->records.end() && Changes(record, found->second)) records.insert(record.id);
  }
  if (records.empty()) return {};
  auto assignments =
      flow::ReadNouns(store, store::kAssignments, store::kPrimary, Prefixes(account, records), wire::ReadAssignment);
  if (!assignments.ok()) return assignments.status();
  for (const wire::AssignmentRow& row : *assignments) people.insert(row.person);
  std::map<std::string, std::vector<std::string>> emails;
  if (Status s = ReadInto(store, store::kPeople, store::kPrimary, Prefixes(account, people), wire::ReadPerson,
                          [&](wire::PersonRow row) { emails[row.id] = std::move(row.emails); });
      !s.ok()) {
    return s;
  }
  for (const wire::AssignmentRow& row : *assignments) {
    known->assigned[row.record].insert(emails[row.person].begin(), emails[row.person].end());
  }
  return {};
}

std::string Called(std::string_view kind, const std::string& id, const std::string& name) {
  return std::string(kind) + " " + base::Printable(id) + " \"" + base::Printable(name) + "\"";
}

// Fills a batch from a document and what is known.
class LoadPlan {
 public:
  LoadPlan(flow::Context& context, const wire::AccountRow& account, const Known& known)
      : context_(context),
        account_(account.number),
        known_(known),
        batch_(account.number),
        changes_(account.number),
        now_us_(context.RecordTime()),
        mint_(context, account.number, now_us_, &batch_) {}

  Status Add(const record::LoadDocument& document) {
    for (size_t i = 0; i < document.people.size(); ++i) {
      if (Status s = AddPerson(document.people[i], i); !s.ok()) return s;
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
    if (Status s = changes_.Write(context_, now_us_, &batch_); !s.ok()) return s;
    return flow::PlanOffers(context_, account_, &batch_);
  }

  const store::BatchBuilder& batch() const { return batch_; }

 private:
  // A user whose mailbox were an intake address would take what any sender writes there for proof of who they are, and
  // sites that let in whoever has mail at a domain would let anybody in (threat T11).
  Status CheckStaff(const record::PersonEntry& entry, size_t position, const std::vector<std::string>& emails) const {
    for (size_t i = 0; i < emails.size(); ++i) {
      if (!context_.TakesMailAt(emails[i])) continue;
      std::string pointer = "/people/" + std::to_string(position);
      if (entry.names_emails) pointer += "/emails/" + std::to_string(i);
      return Status(
          Code::kInvalidArgument, "bad_value", pointer,
          "expected a user's email at a domain that takes no mail for records, found " + base::Printable(emails[i]),
          entry.names_emails ? entry.email_positions[i] : -1);
    }
    return {};
  }

  Status AddPerson(const record::PersonEntry& entry, size_t position) {
    wire::PersonRow& row = people_[entry.id];
    row.id = entry.id;
    row.name = entry.name;
    row.kind = static_cast<uint8_t>(entry.kind);
    row.emails = entry.emails;
    row.changed_us = now_us_;
    const auto found = known_.people.find(entry.id);
    if (!entry.names_emails && found != known_.people.end()) row.emails = found->second.emails;
    if (entry.kind == PersonKind::kStaff) {
      if (Status s = CheckStaff(entry, position, row.emails); !s.ok()) return s;
    }
    const bool changed = found == known_.people.end() || found->second.name != row.name ||
                         found->second.kind != row.kind || found->second.emails != row.emails;
    if (changed) wire::Put(batch_, account_, row);
    TellPerson(found == known_.people.end() ? nullptr : &found->second, row);
    return AddDrop(entry);
  }

  // What mail that names the person's addresses may be settled by now.
  void TellPerson(const wire::PersonRow* before, const wire::PersonRow& now) {
    const std::string who = Called(record::WordOf(record::kPersonKinds, now.kind), now.id, now.name);
    const std::set<std::string> emails(now.emails.begin(), now.emails.end());
    std::set<std::string> old;
    if (before != nullptr) old.insert(before->emails.begin(), before->emails.end());
    const bool other_kind = before != nullptr && before->kind != now.kind;
    for (const std::string& email : emails) {
      if (old.count(email) == 0) {
        changes_.OfAddress(email, who + " has the address " + base::Printable(email) + " now");
      } else if (other_kind) {
        changes_.OfAddress(email, who + " is " + std::string(record::WordOf(record::kPersonKinds, now.kind)) + " now");
      }
    }
    for (const std::string& email : old) {
      if (emails.count(email) == 0) {
        changes_.OfAddress(email, who + " has the address " + base::Printable(email) + " no more");
      }
    }
  }

  // Every user has an own drop (spec CF-01); who stops being staff loses it, who becomes staff again gets it
  // back, but none that was rotated or retired by then.
  Status AddDrop(const record::PersonEntry& entry) {
    const bool staff = entry.kind == PersonKind::kStaff;
    const auto found = known_.drops.find(entry.id);
    if (found == known_.drops.end()) return staff ? Mint(address::Kind::kDrop, entry.id) : Status();
    const auto is = [](const wire::LocatorRow& row, LocatorState state) {
      return row.state == static_cast<uint8_t>(state);
    };
    const wire::LocatorRow* lost = nullptr;
    for (const wire::LocatorRow& row : found->second) {
      if (staff && is(row, LocatorState::kActive)) return {};
      if (is(row, LocatorState::kRetired) && !row.revoked) lost = &row;
      if (staff || is(row, LocatorState::kRetired)) continue;
      wire::LocatorRow retired = row;
      retired.state = static_cast<uint8_t>(LocatorState::kRetired);
      retired.revoked = is(row, LocatorState::kGrace);
      mint_.Change(retired);
    }
    if (!staff) return {};
    if (lost == nullptr) return Mint(address::Kind::kDrop, entry.id);
    wire::LocatorRow back = *lost;
    back.state = static_cast<uint8_t>(LocatorState::kActive);
    mint_.Change(back);
    return {};
  }

  Status AddRecord(const record::RecordEntry& entry) {
    wire::RecordRow& row = records_[entry.id];
    row.id = entry.id;
    row.name = entry.name;
    row.kind = static_cast<uint8_t>(entry.kind);
    row.state = static_cast<uint8_t>(entry.state);
    row.changed_us = now_us_;
    const auto found = known_.records.find(entry.id);
    const bool is_new = found == known_.records.end();
    if (!entry.names_state && !is_new) row.state = found->second.state;
    if (!is_new) row.sender_policy = found->second.sender_policy;
    if (entry.sender_policy) row.sender_policy = static_cast<uint8_t>(*entry.sender_policy);
    if (is_new || found->second.name != row.name || found->second.kind != row.kind ||
        found->second.state != row.state || found->second.sender_policy != row.sender_policy) {
      wire::Put(batch_, account_, row);
    }
    if (!is_new && Changes(entry, found->second)) {
      const std::string what = Called("record", row.id, row.name) + " is " +
                               std::string(record::WordOf(record::kRecordStates, row.state)) + " now, a " +
                               std::string(record::WordOf(record::kRecordKinds, row.kind));
      changes_.OfRecord(entry.id, what);
      if (const auto assigned = known_.assigned.find(entry.id); assigned != known_.assigned.end()) {
        for (const std::string& email : assigned->second) changes_.OfAddress(email, what);
      }
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
    if (found == known_.assignments.end()) {
      const wire::PersonRow& person = NowOf(people_, known_.people, entry.person);
      const wire::RecordRow& on = NowOf(records_, known_.records, entry.record);
      const std::string what = Called(record::WordOf(record::kPersonKinds, person.kind), person.id, person.name) +
                               " is on " + Called("record", on.id, on.name) + " now";
      for (const std::string& email : person.emails) changes_.OfAddress(email, what);
    }
    return {};
  }

  // As the document leaves it.
  template <typename Row>
  static const Row& NowOf(const std::map<std::string, Row>& named, const std::map<std::string, Row>& known,
                          const std::string& id) {
    const auto found = named.find(id);
    return found != named.end() ? found->second : known.at(id);
  }

  Status Mint(address::Kind kind, const std::string& subject) {
    wire::LocatorRow row;
    row.kind = static_cast<char>(kind);
    row.subject = subject;
    return mint_.Add(&row);
  }

  flow::Context& context_;
  const uint32_t account_;
  const Known& known_;
  store::BatchBuilder batch_;
  flow::Changes changes_;
  const int64_t now_us_;
  flow::LocatorMint mint_;
  std::map<std::string, wire::PersonRow> people_;   // of the document, as it leaves them
  std::map<std::string, wire::RecordRow> records_;  // likewise
};

}  // namespace

Status Session::Impl::Load(std::string_view json) {
  if (Status s = RequireOperator("load people and records"); !s.ok()) return s;
  if (Status s = RequireAccount(); !s.ok()) return s;
  auto document = record::ParseLoadDocument(json);
  if (!document.ok()) return document.status();
  const std::string& account = account_->row().name;
  return Retried("load", account, "loading", [&]() -> Status {
    Known known;
    if (Status s = ReadKnown(context_.store(), number(), *document, &known); !s.ok()) return s;
    if (Status s = ReadAssigned(context_.store(), number(), *document, &known); !s.ok()) return s;
    LoadPlan plan(context_, account_->row(), known);
    if (Status s = plan.Add(*document); !s.ok()) return s;
    if (plan.batch().empty()) return {};
    const Status committed = store::CommitOne(context_.store(), plan.batch().batch());
    if (committed.ok()) context_.Notice(host::EventKind::kLoaded, account, actor_name(), "");
    return committed;
  });
}

Status Session::Impl::ChangeDirectory(std::string_view verb, std::string_view what, const PlanDirectory& plan) {
  if (Status s = RequireAccount(); !s.ok()) return s;
  const std::string& account = account_->row().name;
  const auto mark = flow::Key(number(), Value::Text(flow::kDirectoryMark));
  return Retried(verb, account, "changing the account", [&]() -> Status {
    auto known = flow::ReadOne(context_.store(), store::kMarks, mark);
    if (!known.ok()) return known.status();
    const int64_t now_us = context_.RecordTime();
    store::BatchBuilder batch(number());
    if (Status s = plan(now_us, &batch); !s.ok()) return s;
    if (batch.empty()) return {};
    batch.Require(store::kMarks, mark, *known ? (*known)->version : 0);
    batch.Put(store::kMarks, {mark[0], mark[1], Value::Int(now_us)});
    const Status committed = store::CommitOne(context_.store(), batch.batch());
    if (committed.ok()) context_.Notice(host::EventKind::kLoaded, account, actor_name(), what);
    return committed;
  });
}

}  // namespace casecomm
