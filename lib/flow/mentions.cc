// SPDX-License-Identifier: Apache-2.0
#include "flow/mentions.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "identify/address_key.h"
#include "store/collections.h"

namespace casecomm::flow {
namespace {

using host::Value;

constexpr std::string_view kLate = "late:", kBehindLate = "late;";
constexpr size_t kChangesBytes = 48u << 10;  // of a mark's body
constexpr size_t kMostChanges = 20;          // kept of a mention
constexpr uint32_t kMarksAtOnce = 16;

int64_t Hashed(uint32_t account, std::string_view kind, std::string_view what) {
  return base::StableHash64("casecomm mention " + std::to_string(account) + " " + std::string(kind) + " " +
                            std::string(what));
}

}  // namespace

std::vector<Named> NamedIn(const scan::Envelope& envelope, const std::optional<ForwardedMail>& original,
                           const std::vector<std::string>& envelope_recipients) {
  std::vector<Named> named;
  std::set<std::pair<Role, std::string>> seen;
  const auto add = [&](Role role, std::string address) {
    const size_t at = address.rfind('@');
    if (named.size() == kMostNamed || at == std::string::npos || at == 0 || at + 1 == address.size()) return;
    if (seen.emplace(role, address).second) named.push_back({role, std::move(address)});
  };
  const auto add_all = [&](Role role, const std::vector<scan::Mailbox>& mailboxes) {
    for (const scan::Mailbox& m : mailboxes) add(role, std::string(m.local) + "@" + std::string(m.domain));
  };
  add_all(Role::kAuthor, envelope.from);
  if (original) {
    if (original->from) add(Role::kOriginalAuthor, *original->from);
    for (const auto* all : {&original->to, &original->cc}) {
      for (const std::string& address : *all) add(Role::kOriginalRecipient, address);
    }
  }
  add_all(Role::kRecipient, envelope.to);
  add_all(Role::kRecipient, envelope.cc);
  add_all(Role::kRecipient, envelope.bcc);
  for (const std::string& address : envelope_recipients) add(Role::kRecipient, address);
  return named;
}

int64_t AddressMention(uint32_t account, std::string_view address) {
  const identify::CanonicalAddress key(address);
  return Hashed(account, "address", std::string(key.local()) + "@" + std::string(key.domain()));
}

int64_t RecordMention(uint32_t account, std::string_view record) {
  return Hashed(account, "record", record);
}

std::vector<int64_t> MentionsOf(uint32_t account, const scan::Envelope& envelope,
                                const std::optional<ForwardedMail>& original,
                                const std::vector<std::string>& envelope_recipients) {
  std::vector<int64_t> hashes;
  for (const Named& named : NamedIn(envelope, original, envelope_recipients)) {
    hashes.push_back(AddressMention(account, named.address));
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

void Changes::OfAddress(std::string_view address, std::string what) {
  changes_.push_back({AddressMention(account_, address), std::move(what)});
}

void Changes::OfRecord(std::string_view record, std::string what) {
  changes_.push_back({RecordMention(account_, record), std::move(what)});
}

Status Changes::Write(Context& context, int64_t now_us, store::BatchBuilder* batch) const {
  for (size_t begin = 0; begin < changes_.size();) {
    auto id = context.NewId();
    if (!id.ok()) return id.status();
    wire::ChangesRow row;
    row.mark = std::string(kLate) + *id;
    row.changed_us = now_us;
    for (size_t bytes = 0; begin < changes_.size() && bytes < kChangesBytes; ++begin) {
      bytes += changes_[begin].what.size() + 16;
      row.changes.push_back(changes_[begin]);
    }
    wire::Put(*batch, account_, row);
  }
  return {};
}

Status PlanOffers(Context& context, uint32_t account, store::BatchBuilder* batch) {
  host::Query query;
  query.collection = store::kMarks;
  query.prefixes = {Key(account)};
  query.lower = {Value::Text(kLate), true};
  query.upper = {Value::Text(kBehindLate), false};
  query.limit = kMarksAtOnce;
  auto marks = store::ReadRows(context.store(), {query});
  if (!marks.ok()) return marks.status();
  auto late = Nouns(marks->front(), wire::ReadChanges);
  if (!late.ok()) return late.status();

  struct Told {
    int64_t changed_us = 0;
    std::vector<std::string> whats;
  };
  std::map<int64_t, Told> told;  // by what is mentioned
  for (wire::ChangesRow& row : *late) {
    for (wire::ChangeRow& change : row.changes) {
      Told& now = told[change.hash];
      now.changed_us = row.changed_us;
      now.whats.push_back(std::move(change.what));
    }
    const auto mark = Key(account, Value::Text(row.mark));
    batch->Require(store::kMarks, mark, row.version);
    batch->Erase(store::kMarks, mark);
  }
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [hash, now] : told) prefixes.push_back(Key(account, Value::Int(hash)));
  auto mentions = ReadNouns(context.store(), store::kMentions, store::kPrimary, std::move(prefixes), wire::ReadMention);
  if (!mentions.ok()) return mentions.status();
  for (wire::MentionRow& mention : *mentions) {
    batch->Require(store::kMentions, Key(account, Value::Int(mention.hash), Value::Text(mention.message)),
                   mention.version);
    const Told& now = told[mention.hash];
    mention.changed_us = now.changed_us;
    for (const std::string& what : now.whats) {
      if (mention.changes.size() < kMostChanges) mention.changes.push_back(what);
    }
    wire::Put(*batch, account, mention);
  }
  return {};
}

Status OfferChanges(Context& context, uint32_t account) {
  for (int aborts = 0; aborts < kCommitAttempts;) {
    store::BatchBuilder batch(account);
    if (Status s = PlanOffers(context, account, &batch); !s.ok()) return s;
    if (batch.empty()) return {};
    const Status committed = store::CommitOne(context.store(), batch.batch());
    if (committed.code() == Code::kAborted) {
      ++aborts;
    } else if (!committed.ok()) {
      return committed;
    }
  }
  return Status(Code::kUnavailable, "commit_contended", "", "other writers kept changing what is offered");
}

}  // namespace casecomm::flow
