// SPDX-License-Identifier: Apache-2.0
#include "flow/threads.h"

#include <algorithm>

#include "base/hash.h"
#include "store/collections.h"
#include "thread/place.h"

namespace casecomm::flow {

using host::Value;

ThreadTraits ThreadTraits::Of(const scan::Envelope& envelope, std::string_view subject, const Context& context,
                              const wire::AccountRow& account, int64_t now_us) {
  ThreadTraits traits;
  for (const std::string_view id : thread::Keys(envelope)) {
    traits.keys.push_back(base::StableHash64(id));
    if (id.data() == envelope.message_id.data()) traits.own_key = traits.keys.back();
  }
  traits.signed_locator = thread::SignedThread(envelope, context.signer(), account.number, account.domain, now_us);
  traits.subject = subject;
  return traits;
}

Result<std::optional<wire::ThreadRow>> FindHead(host::Store& store, uint32_t account, std::string thread) {
  std::set<std::string> seen;
  while (seen.insert(thread).second) {
    auto row = ReadNoun(store, store::kThreads, Key(account, Value::Text(thread)), wire::ReadThread);
    if (!row.ok() || !*row || !(*row)->alias_of) return row;
    thread = *(*row)->alias_of;
  }
  return std::optional<wire::ThreadRow>();
}

Status AddAliases(host::Store& store, uint32_t account, std::map<std::string, size_t>* position) {
  std::vector<std::string> fresh;
  for (const auto& [thread, at] : *position) fresh.push_back(thread);
  while (!fresh.empty()) {
    std::vector<std::vector<Value>> prefixes;
    for (const std::string& thread : fresh) prefixes.push_back(Key(account, Value::Text(thread)));
    auto aliases = ReadNouns(store, store::kThreads, store::kThreadsByAlias, std::move(prefixes), wire::ReadThread);
    if (!aliases.ok()) return aliases.status();
    std::vector<std::string> next;
    for (const wire::ThreadRow& thread : *aliases) {
      if (position->emplace(thread.id, position->at(*thread.alias_of)).second) next.push_back(thread.id);
    }
    fresh = std::move(next);
  }
  return {};
}

void ThreadBook::Want(const std::string& record, const ThreadTraits& traits) {
  for (const int64_t key : traits.keys) wanted_.emplace(record, key);
  if (traits.signed_locator) wanted_locators_.insert(*traits.signed_locator);
}

Status ThreadBook::Load(host::Store& store) {
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [record, key] : wanted_) {
    prefixes.push_back(Key(account_, Value::Text(record), Value::Int(key)));
  }
  auto keys = ReadMany(store, store::kThreadKeys, store::kPrimary, std::move(prefixes));
  if (!keys.ok()) return keys.status();
  std::set<std::string> missing;
  for (const store::StoredRow& row : *keys) {
    keys_[{row.text(1), row.integer(2)}] = {row.text(3), row.is_null(4) ? "" : row.text(4), row.version};
    missing.insert(row.text(3));
  }

  prefixes.clear();
  for (const uint64_t locator : wanted_locators_) {
    prefixes.push_back(Key(account_, Value::Int(static_cast<int64_t>(locator))));
  }
  auto locators = ReadNouns(store, store::kLocators, store::kPrimary, std::move(prefixes), wire::ReadLocator);
  if (!locators.ok()) return locators.status();
  for (const wire::LocatorRow& row : *locators) {
    if (row.kind != static_cast<char>(address::Kind::kMessageId)) continue;
    locators_[row.locator] = row.subject;
    missing.insert(row.subject);
  }

  while (!missing.empty()) {  // each round reads what the aliases of the last one name
    prefixes.clear();
    for (const std::string& id : missing) prefixes.push_back(Key(account_, Value::Text(id)));
    auto rows = ReadNouns(store, store::kThreads, store::kPrimary, std::move(prefixes), wire::ReadThread);
    if (!rows.ok()) return rows.status();
    missing.clear();
    for (wire::ThreadRow& row : *rows) {
      if (row.alias_of && threads_.count(*row.alias_of) == 0) missing.insert(*row.alias_of);
      const std::string id = row.id;
      threads_[id].row = std::move(row);
    }
    for (const auto& [id, thread] : threads_) missing.erase(id);
  }
  return {};
}

const ThreadBook::Thread* ThreadBook::Resolve(const std::string& id) const {
  auto found = threads_.find(id);
  for (size_t steps = 0; found != threads_.end() && steps <= threads_.size(); ++steps) {
    if (!found->second.row.alias_of) return &found->second;
    found = threads_.find(*found->second.row.alias_of);
  }
  return nullptr;
}

ThreadBook::Thread* ThreadBook::Resolve(const std::string& id) {
  return const_cast<Thread*>(static_cast<const ThreadBook*>(this)->Resolve(id));
}

void ThreadBook::Neighbours(const std::string& record, const ThreadTraits& traits,
                            std::optional<std::string>* by_signature, std::set<std::string>* by_reference) const {
  if (traits.signed_locator) {
    const auto found = locators_.find(*traits.signed_locator);
    const Thread* thread = found == locators_.end() ? nullptr : Resolve(found->second);
    // An id of ours from another record proves itself, but places only there: across records it suggests
    //
    if (thread != nullptr && thread->row.record == record) *by_signature = thread->row.id;
  }
  for (const int64_t key : traits.keys) {
    const auto found = keys_.find({record, key});
    const Thread* thread = found == keys_.end() ? nullptr : Resolve(found->second.thread);
    if (thread != nullptr) by_reference->insert(thread->row.id);
  }
}

namespace {

thread::Placement Decide(const std::optional<std::string>& by_signature, const std::set<std::string>& by_reference,
                         const std::function<int64_t(const std::string&)>& first_at) {
  std::optional<thread::Neighbour> signed_thread;
  if (by_signature) signed_thread = thread::Neighbour{*by_signature, first_at(*by_signature)};
  std::vector<thread::Neighbour> neighbours;
  for (const std::string& id : by_reference) neighbours.push_back({id, first_at(id)});
  return thread::Place(signed_thread, neighbours);
}

}  // namespace

std::string ThreadBook::Find(const std::string& record, const ThreadTraits& traits) const {
  std::optional<std::string> by_signature;
  std::set<std::string> by_reference;
  Neighbours(record, traits, &by_signature, &by_reference);
  return Decide(by_signature, by_reference, [this](const std::string& id) { return Resolve(id)->row.first_us; }).thread;
}

Placed ThreadBook::Place(const std::string& record, const ThreadTraits& traits, const std::string& message,
                         std::string new_id, int64_t* recorded_us) {
  std::optional<std::string> by_signature;
  std::set<std::string> by_reference;
  Neighbours(record, traits, &by_signature, &by_reference);
  const thread::Placement placement =
      Decide(by_signature, by_reference, [this](const std::string& id) { return Resolve(id)->row.first_us; });

  const std::string id = placement.thread.empty() ? std::move(new_id) : placement.thread;
  Thread& thread = threads_[id];
  if (placement.thread.empty()) {
    thread.row.id = id;
    thread.row.record = record;
    thread.row.subject = traits.subject;
    thread.row.first_us = *recorded_us;
  }
  for (const std::string& joined_id : placement.joins) {
    Thread& joined = *Resolve(joined_id);
    thread.row.newest_us = std::max(thread.row.newest_us, joined.row.newest_us);
    thread.row.first_us = std::min(thread.row.first_us, joined.row.first_us);
    joined.row.alias_of = id;
    joined.changed = true;
  }
  *recorded_us = std::max(*recorded_us, thread.row.newest_us + 1);
  thread.row.newest_us = *recorded_us;
  thread.row.empty = false;
  thread.changed = true;
  bool id_again = false;
  for (const int64_t key : traits.keys) {
    const auto [at, is_new] = keys_.try_emplace(RecordKey(record, key));
    KnownKey& known = at->second;
    if (is_new) known.thread = id;
    const bool own = traits.own_key == key;
    if (own && known.message.empty()) {
      known.message = message;
      known.changed = true;
    }
    known.changed |= is_new;
    id_again |= own && known.message != message;
  }
  return {id, id_again};
}

void ThreadBook::Write(store::BatchBuilder& batch) const {
  for (const auto& [id, thread] : threads_) {
    if (!thread.changed) continue;
    batch.Require(store::kThreads, Key(account_, Value::Text(id)), thread.row.version);
    wire::Put(batch, account_, thread.row);
  }
  for (const auto& [key, known] : keys_) {
    if (!known.changed) continue;
    const auto row = Key(account_, Value::Text(key.first), Value::Int(key.second));
    batch.Require(store::kThreadKeys, row, known.version);
    batch.Put(store::kThreadKeys, {row[0], row[1], row[2], Value::Text(known.thread),
                                   known.message.empty() ? Value::Null() : Value::Text(known.message)});
  }
}

}  // namespace casecomm::flow
