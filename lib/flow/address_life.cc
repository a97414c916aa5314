// SPDX-License-Identifier: Apache-2.0
// The life of addresses: reply addresses and return paths are minted, any is rotated or retired, a key is replaced. Each change
// moves the directory's mark and the version of the locator's row, so that mail planned by the old state is planned anew.
#include <algorithm>

#include "flow/locators.h"
#include "flow/session.h"
#include "identify/address_key.h"
#include "store/collections.h"

namespace casecomm {
namespace flow {

using host::Value;

Status LocatorMint::Add(wire::LocatorRow* row) {
  do {
    if (Status s = context_.random().Fill(&row->locator, sizeof row->locator); !s.ok()) return s;
    row->locator &= address::kMaxLocator;
  } while (!minted_.insert(row->locator).second);
  row->state = static_cast<uint8_t>(identify::LocatorState::kActive);
  row->key_id = context_.signer().newest_key();
  row->created_us = now_us_;
  row->revoked = false;
  row->version = 0;
  Change(*row);
  return {};
}

void LocatorMint::Change(const wire::LocatorRow& row) {
  batch_.Require(store::kLocators, Key(account_, Value::Int(static_cast<int64_t>(row.locator))), row.version);
  wire::Put(batch_, account_, row);
}

}  // namespace flow

namespace {

using address::Kind;
using host::Value;
using identify::CanonicalAddress;
using identify::LocatorState;

constexpr size_t kLocatorsABatch = 500;

bool Is(const wire::LocatorRow& row, LocatorState state) {
  return row.state == static_cast<uint8_t>(state);
}

Status NoAddress(std::string_view address) {
  return Status(Code::kNotFound, "no_address", std::string(address), "the account gave out no such address");
}

}  // namespace

Status Session::Impl::ChangeAddresses(std::string_view verb, const PlanAddresses& plan) {
  return ChangeDirectory(verb, "addresses", [&](int64_t now_us, store::BatchBuilder* batch) {
    flow::LocatorMint mint(context_, number(), now_us, batch);
    return plan(now_us, mint);
  });
}

Result<std::vector<wire::LocatorRow>> Session::Impl::LocatorsOf(Kind kind, std::string_view subject) {
  const int64_t letter = static_cast<char>(kind);
  return flow::ReadNouns(context_.store(), store::kLocators, store::kLocatorsBySubject,
                         {flow::Key(number(), Value::Int(letter), Value::Text(subject))}, wire::ReadLocator);
}

Result<std::string> Session::Impl::SentAddress(Kind kind, std::string_view record, std::string_view person,
                                               std::string_view email) {
  const std::string id(record);
  if (Status s = Authorize(access::Action::kEditRecord, id); !s.ok()) return s;
  wire::LocatorRow row;
  const Status minted = ChangeAddresses("address", [&](int64_t now_us, flow::LocatorMint& mint) -> Status {
    auto assigned = flow::ReadOne(context_.store(), store::kAssignments,
                                  flow::Key(number(), Value::Text(record), Value::Text(person)));
    if (!assigned.ok()) return assigned.status();
    auto known = FindPerson(person);
    if (!known.ok()) return known.status();
    if (!*assigned || !*known) {
      return Status(Code::kFailedPrecondition, "not_assigned", std::string(person),
                    "the person is not assigned to record " + id);
    }
    const std::vector<std::string>& emails = (*known)->emails;
    const CanonicalAddress wanted(email);
    const auto own = std::find_if(emails.begin(), emails.end(), [&](const std::string& one) {
      return email.empty() || CanonicalAddress(one) == wanted;
    });
    if (own == emails.end()) {
      return Status(Code::kFailedPrecondition, "no_email", std::string(person),
                    email.empty() ? "the person has no email address" : "the email address is not the person's");
    }
    row = {};
    row.kind = static_cast<char>(kind);
    row.subject = id;
    row.person = person;
    row.email = *own;
    row.expires_us = now_us + flow::kSentAddressLife;
    return mint.Add(&row);
  });
  if (!minted.ok()) return minted;
  return MintAddress(kind, row);
}

Result<std::string> Session::Impl::ReplyAddress(std::string_view record, std::string_view person,
                                                std::string_view email) {
  return SentAddress(Kind::kReply, record, person, email);
}

Result<std::string> Session::Impl::ReturnPathAddress(std::string_view record, std::string_view person,
                                                     std::string_view email) {
  return SentAddress(Kind::kReturnPath, record, person, email);
}

Result<std::string> Session::Impl::Rotate(Kind kind, std::string_view subject) {
  wire::LocatorRow fresh;
  const Status rotated = ChangeAddresses("rotate", [&](int64_t, flow::LocatorMint& mint) -> Status {
    auto rows = LocatorsOf(kind, subject);
    if (!rows.ok()) return rows.status();
    size_t active = 0;
    for (wire::LocatorRow& row : *rows) {
      if (!Is(row, LocatorState::kActive)) continue;
      ++active;
      row.state = static_cast<uint8_t>(LocatorState::kGrace);
      mint.Change(row);
    }
    if (active == 0) return NoAddressOf(kind, subject);
    fresh = {};
    fresh.kind = static_cast<char>(kind);
    fresh.subject = subject;
    return mint.Add(&fresh);
  });
  if (!rotated.ok()) return rotated;
  return MintAddress(kind, fresh);
}

Result<std::string> Session::Impl::RotateRecordAddress(std::string_view record) {
  if (Status s = Authorize(access::Action::kEditRecord, std::string(record)); !s.ok()) return s;
  return Rotate(Kind::kRecord, record);
}

Result<std::string> Session::Impl::RotateDropAddress(std::string_view person) {
  if (Status s = RequireOperator("rotate a drop address"); !s.ok()) return s;
  return Rotate(Kind::kDrop, person);
}

Status Session::Impl::RetireAddress(std::string_view address) {
  const size_t at = std::min(address.rfind('@'), address.size());
  const auto capability =
      context_.signer().Verify(address.substr(0, at), address.substr(std::min(at + 1, address.size())), context_.Now());
  if (!capability || capability->account != number()) return NoAddress(address);
  const auto key = flow::Key(number(), Value::Int(static_cast<int64_t>(capability->locator)));
  return ChangeAddresses("retire", [&](int64_t, flow::LocatorMint& mint) -> Status {
    auto row = flow::ReadNoun(context_.store(), store::kLocators, key, wire::ReadLocator);
    if (!row.ok()) return row.status();
    if (!*row || (*row)->kind != static_cast<char>(capability->kind)) return NoAddress(address);
    const bool drop = capability->kind == Kind::kDrop;
    // The same words whether it is not there or not theirs: no oracle (threat T51).
    const Status allowed =
        drop ? RequireOperator("retire a drop address") : Authorize(access::Action::kEditRecord, (*row)->subject);
    if (allowed.code() == Code::kPermissionDenied) return NoAddress(address);
    if (!allowed.ok()) return allowed;
    wire::LocatorRow retired = **row;
    if (Is(retired, LocatorState::kRetired) && retired.revoked) return {};
    const bool active = Is(retired, LocatorState::kActive);
    retired.state = static_cast<uint8_t>(LocatorState::kRetired);
    retired.revoked = true;
    mint.Change(retired);
    // A record and a user have an address always (spec CB-01, CF-01).
    if (!active || (!drop && capability->kind != Kind::kRecord)) return {};
    wire::LocatorRow fresh;
    fresh.kind = retired.kind;
    fresh.subject = retired.subject;
    return mint.Add(&fresh);
  });
}

Result<uint64_t> Session::Impl::ReplaceKey(uint32_t key_id) {
  if (Status s = RequireOperator("replace a key"); !s.ok()) return s;
  if (key_id == context_.signer().newest_key()) {
    return Status(Code::kFailedPrecondition, "newest_key", std::to_string(key_id),
                  "new addresses are signed with this very key; a newer one must stand in the ring");
  }
  host::Query query;
  query.collection = store::kLocators;
  query.index = store::kLocatorsByKey;
  query.prefixes = {flow::Key(number(), Value::Int(key_id), Value::Int(static_cast<int64_t>(LocatorState::kActive)))};
  query.limit = kLocatorsABatch;
  uint64_t replaced = 0;
  for (;;) {
    size_t planned = 0;
    const Status committed = ChangeAddresses("replace_key", [&](int64_t now_us, flow::LocatorMint& mint) -> Status {
      auto read = store::ReadRows(context_.store(), {query});
      if (!read.ok()) return read.status();
      auto rows = flow::Nouns(read->front(), wire::ReadLocator);
      if (!rows.ok()) return rows.status();
      planned = rows->size();
      for (const wire::LocatorRow& row : *rows) {
        wire::LocatorRow old = row, fresh = row;
        old.state = static_cast<uint8_t>(LocatorState::kGrace);
        mint.Change(old);
        if (row.expires_us != 0 && now_us >= row.expires_us) continue;
        if (Status s = mint.Add(&fresh); !s.ok()) return s;
      }
      return {};
    });
    if (!committed.ok()) return committed;
    if (planned == 0) return replaced;
    replaced += planned;
  }
}

Result<std::string> Session::ReplyAddress(std::string_view record, std::string_view person, std::string_view email) {
  return Fenced([&] { return impl_->ReplyAddress(record, person, email); });
}
Result<std::string> Session::ReturnPathAddress(std::string_view record, std::string_view person,
                                               std::string_view email) {
  return Fenced([&] { return impl_->ReturnPathAddress(record, person, email); });
}
Result<std::string> Session::RotateRecordAddress(std::string_view record) {
  return Fenced([&] { return impl_->RotateRecordAddress(record); });
}
Result<std::string> Session::RotateDropAddress(std::string_view person) {
  return Fenced([&] { return impl_->RotateDropAddress(person); });
}
Status Session::RetireAddress(std::string_view address) {
  return Fenced([&] { return impl_->RetireAddress(address); });
}
Result<uint64_t> Session::ReplaceKey(uint32_t key_id) {
  return Fenced([&] { return impl_->ReplaceKey(key_id); });
}

}  // namespace casecomm
