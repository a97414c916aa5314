// SPDX-License-Identifier: Apache-2.0
#include "flow/reference.h"

#include <algorithm>
#include <map>
#include <vector>

#include "flow/threads.h"
#include "identify/address_key.h"
#include "store/collections.h"
#include "thread/place.h"

namespace casecomm::flow {
namespace {

using host::Value;

bool IsAmong(const identify::Author& author, const std::vector<std::string>& addresses) {
  const identify::CanonicalAddress wanted(author.local, author.domain);
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const std::string& address) { return identify::CanonicalAddress(address) == wanted; });
}

}  // namespace

Result<std::optional<SignedReference>> FindReference(Context& context, const wire::AccountRow& account,
                                                     const scan::Envelope& envelope, const identify::Author& author) {
  const std::optional<SignedReference> none;
  const auto locator = thread::SignedThread(envelope, context.signer(), account.number, account.domain, context.Now());
  if (!locator) return none;
  host::Store& store = context.store();
  const uint32_t number = account.number;
  auto row =
      ReadNoun(store, store::kLocators, Key(number, Value::Int(static_cast<int64_t>(*locator))), wire::ReadLocator);
  if (!row.ok()) return row.status();
  if (!*row || (*row)->kind != static_cast<char>(address::Kind::kMessageId)) return none;
  auto thread = FindHead(store, number, (*row)->subject);
  if (!thread.ok()) return thread.status();
  if (!*thread || (*thread)->record.empty()) return none;

  SignedReference reference{(*thread)->record};
  if (author.kind == identify::AuthorKind::kAmbiguous) return std::optional(reference);
  std::map<std::string, size_t> threads = {{(*thread)->id, 0}};
  if (Status s = AddAliases(store, number, &threads); !s.ok()) return s;
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [id, at] : threads) prefixes.push_back(Key(number, Value::Text(id)));
  auto targets = ReadNouns(store, store::kTargets, store::kTargetsByThread, std::move(prefixes), wire::ReadTarget);
  if (!targets.ok()) return targets.status();
  prefixes.clear();
  for (const wire::TargetRow& target : *targets) {
    if (target.outcome == Outcome::kFiled) prefixes.push_back(Key(number, Value::Text(target.message)));
  }
  auto messages = ReadNouns(store, store::kMessages, store::kPrimary, std::move(prefixes), wire::ReadMessage);
  if (!messages.ok()) return messages.status();
  reference.participant = std::any_of(messages->begin(), messages->end(), [&](const wire::MessageRow& message) {
    return IsAmong(author, message.from) || IsAmong(author, message.to) || IsAmong(author, message.cc);
  });
  return std::optional(reference);
}

}  // namespace casecomm::flow
