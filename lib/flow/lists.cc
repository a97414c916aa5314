// SPDX-License-Identifier: Apache-2.0
// Lists of the directory: people, records, assignments, addresses. Each is what the actor may see of it.
#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "flow/page.h"
#include "flow/session.h"
#include "record/words.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

RecordView View(wire::RecordRow row) {
  return {std::move(row.id), record::WordOf(record::kRecordKinds, row.kind), std::move(row.name),
          record::WordOf(record::kRecordStates, row.state), record::WordOf(record::kSenderPolicies, row.sender_policy)};
}

// In the order that they are listed in; the first two by themselves unless all are asked for.
struct AddressKind {
  address::Kind kind;
  std::string_view name;
};
constexpr AddressKind kAddressKinds[] = {{address::Kind::kRecord, "record"},
                                         {address::Kind::kDrop, "drop"},
                                         {address::Kind::kReply, "reply"},
                                         {address::Kind::kReturnPath, "return_path"}};

constexpr record::Word<identify::LocatorState> kLocatorStates[] = {{"active", identify::LocatorState::kActive},
                                                                   {"grace", identify::LocatorState::kGrace},
                                                                   {"retired", identify::LocatorState::kRetired}};

}  // namespace

Result<flow::Pager> Session::Impl::OpenPage(const PageRequest& page, uint32_t collection, uint32_t index,
                                            std::vector<std::string_view> scope) const {
  const std::string account = std::to_string(number());
  scope.push_back(account);
  scope.push_back(is_operator() ? "operator" : "person");
  scope.push_back(actor_.person);
  return flow::Pager::Open(page, collection, index, scope);
}

Result<Page<PersonView>> Session::Impl::People(const PageRequest& request) {
  if (Status s = RequireStaff("list people"); !s.ok()) return s;
  auto pager = OpenPage(request, store::kPeople, store::kPrimary);
  if (!pager.ok()) return pager.status();
  if (Status s = pager->Read(context_.store(), {flow::Key(number())}); !s.ok()) return s;
  Page<PersonView> page;
  auto people = flow::Nouns(pager->Finish(&page.next), wire::ReadPerson);
  if (!people.ok()) return people.status();
  for (wire::PersonRow& row : *people) {
    page.items.push_back({std::move(row.id), record::WordOf(record::kPersonKinds, row.kind), std::move(row.name),
                          std::move(row.emails)});
  }
  return page;
}

Result<Page<RecordView>> Session::Impl::Records(const PageRequest& request) {
  Page<RecordView> page;
  if (is_operator()) {
    auto pager = OpenPage(request, store::kRecords, store::kPrimary);
    if (!pager.ok()) return pager.status();
    if (Status s = pager->Read(context_.store(), {flow::Key(number())}); !s.ok()) return s;
    auto records = flow::Nouns(pager->Finish(&page.next), wire::ReadRecord);
    if (!records.ok()) return records.status();
    for (wire::RecordRow& row : *records) page.items.push_back(View(std::move(row)));
    return page;
  }

  auto pager = OpenPage(request, store::kAssignments, store::kAssignmentsByPerson);
  if (!pager.ok()) return pager.status();
  auto grant = PersonGrant();
  if (!grant.ok()) return grant.status();
  const auto viewable = [&](std::vector<store::StoredRow>* rows) -> Status {
    auto assignments = flow::Nouns(*rows, wire::ReadAssignment);
    if (!assignments.ok()) return assignments.status();
    size_t kept = 0;
    for (size_t i = 0; i < rows->size(); ++i) {
      grant->assigned = true;
      grant->role = access::Role{(*assignments)[i].role};
      if (!access::Allows(*grant, access::Action::kViewRecord)) continue;
      if (kept != i) (*rows)[kept] = std::move((*rows)[i]);
      ++kept;
    }
    rows->resize(kept);
    return {};
  };
  const auto own = flow::Key(number(), Value::Text(actor_.person));
  if (Status s = pager->Read(context_.store(), {own}, /*descending=*/false, viewable); !s.ok()) return s;
  auto assignments = flow::Nouns(pager->Finish(&page.next), wire::ReadAssignment);
  if (!assignments.ok()) return assignments.status();
  std::vector<std::vector<Value>> keys;
  for (const wire::AssignmentRow& row : *assignments) keys.push_back(flow::Key(number(), Value::Text(row.record)));
  auto records = flow::ReadNouns(context_.store(), store::kRecords, store::kPrimary, std::move(keys), wire::ReadRecord);
  if (!records.ok()) return records.status();
  for (wire::RecordRow& row : *records) page.items.push_back(View(std::move(row)));
  return page;
}

// Of these records, those that the actor may do this with.
Result<std::set<std::string>> Session::Impl::Allowed(access::Action action, std::set<std::string> records) {
  if (is_operator()) return records;
  auto grant = PersonGrant();
  if (!grant.ok()) return grant.status();
  std::vector<std::vector<Value>> keys;
  for (const std::string& record : records) {
    keys.push_back(flow::Key(number(), Value::Text(record), Value::Text(actor_.person)));
  }
  auto rows =
      flow::ReadNouns(context_.store(), store::kAssignments, store::kPrimary, std::move(keys), wire::ReadAssignment);
  if (!rows.ok()) return rows.status();
  std::set<std::string> allowed;
  grant->assigned = true;
  for (wire::AssignmentRow& row : *rows) {
    grant->role = access::Role{row.role};
    if (access::Allows(*grant, action)) allowed.insert(std::move(row.record));
  }
  return allowed;
}

Result<Page<AssignmentView>> Session::Impl::Assignments(const AssignmentFilter& filter, const PageRequest& request) {
  if (!filter.record.empty() && !filter.person.empty()) {
    return Status(Code::kInvalidArgument, "bad_filter", "", "a record or a person narrows the list, not both");
  }
  const bool by_person = !filter.person.empty();
  auto pager = OpenPage(request, store::kAssignments, by_person ? store::kAssignmentsByPerson : store::kPrimary,
                        {filter.record, filter.person});
  if (!pager.ok()) return pager.status();
  std::vector<Value> prefix = flow::Key(number());
  if (by_person) prefix.push_back(Value::Text(filter.person));
  if (!filter.record.empty()) prefix.push_back(Value::Text(filter.record));

  constexpr size_t kRecord = 1;
  const auto viewable = [&](std::vector<store::StoredRow>* rows) -> Status {
    std::set<std::string> records;
    for (const store::StoredRow& row : *rows) records.insert(row.text(kRecord));
    auto seen = Viewable(std::move(records));
    if (!seen.ok()) return seen.status();
    rows->erase(std::remove_if(rows->begin(), rows->end(),
                               [&](const store::StoredRow& row) { return seen->count(row.text(kRecord)) == 0; }),
                rows->end());
    return {};
  };
  if (Status s = pager->Read(context_.store(), {std::move(prefix)}, /*descending=*/false,
                             is_operator() ? flow::Pager::Filter() : viewable);
      !s.ok()) {
    return s;
  }
  Page<AssignmentView> page;
  auto assignments = flow::Nouns(pager->Finish(&page.next), wire::ReadAssignment);
  if (!assignments.ok()) return assignments.status();
  for (wire::AssignmentRow& row : *assignments) {
    page.items.push_back({std::move(row.record), std::move(row.person), record::WordOf(record::kRoles, row.role)});
  }
  return page;
}

Result<Page<AddressEntry>> Session::Impl::Addresses(const AddressFilter& filter, const PageRequest& request) {
  if (Status s = RequireOperator("list every address"); !s.ok()) return s;
  std::vector<std::string_view> scope;
  if (filter.all) scope.emplace_back("all");
  auto pager = OpenPage(request, store::kLocators, store::kLocatorsBySubject, std::move(scope));
  if (!pager.ok()) return pager.status();
  constexpr size_t kState = 4;
  const auto active = [](std::vector<store::StoredRow>* rows) -> Status {
    std::erase_if(*rows, [](const store::StoredRow& row) {
      return row.integer(kState) != static_cast<int64_t>(identify::LocatorState::kActive);
    });
    return {};
  };
  const std::span<const AddressKind> kinds = std::span(kAddressKinds).first(filter.all ? std::size(kAddressKinds) : 2);
  const auto letter = [](const AddressKind& kind) -> int64_t { return static_cast<char>(kind.kind); };
  const auto& after = pager->after();
  const auto begin = std::find_if(kinds.begin(), kinds.end(), [&](const AddressKind& kind) {
    return after.empty() || after.front().integer == letter(kind);
  });
  for (auto kind = begin; kind != kinds.end(); ++kind) {
    const auto prefix = flow::Key(number(), Value::Int(letter(*kind)));
    if (Status s = pager->Read(context_.store(), {prefix}, /*descending=*/false,
                               filter.all ? flow::Pager::Filter() : active, !after.empty() && kind == begin);
        !s.ok()) {
      return s;
    }
  }
  Page<AddressEntry> page;
  auto locators = flow::Nouns(pager->Finish(&page.next), wire::ReadLocator);
  if (!locators.ok()) return locators.status();
  for (wire::LocatorRow& row : *locators) {
    auto address = MintAddress(address::Kind{row.kind}, row);
    // One of a key that left the ring stands for nothing.
    if (!address.ok() && address.status().code() != Code::kNotFound) return address.status();
    AddressEntry entry;
    entry.id = std::move(row.subject);
    for (const AddressKind& kind : kAddressKinds) {
      if (static_cast<char>(kind.kind) == row.kind) entry.kind = kind.name;
    }
    if (address.ok()) entry.address = std::move(*address);
    entry.state = record::WordOf(kLocatorStates, row.state);
    entry.person = std::move(row.person);
    entry.email = std::move(row.email);
    entry.created_at_us = row.created_us;
    if (row.expires_us != 0) entry.expires_at_us = row.expires_us;
    page.items.push_back(std::move(entry));
  }
  return page;
}

}  // namespace casecomm
