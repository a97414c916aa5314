// SPDX-License-Identifier: Apache-2.0
// What every verb of the engine shares: the seams, the keys, the accounts and their directories.
#ifndef CASECOMM_FLOW_CONTEXT_H_
#define CASECOMM_FLOW_CONTEXT_H_

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "base/ids.h"
#include "casecomm/engine.h"
#include "identify/directory.h"
#include "route/program.h"
#include "wire/rows.h"

namespace casecomm::flow {

// Account 0 is the operator's: it has no directory, no addresses, and takes mail that names nobody.
inline constexpr uint32_t kOperatorAccount = 0;

// The mark of an account whose row version is its directory's version: every change of people, records,
// assignments, locators and rules puts it.
inline constexpr std::string_view kDirectoryMark = "directory";

// A unit of retry: how often a commit that lost a race is planned anew before the caller is told
// "unavailable".
inline constexpr int kCommitAttempts = 20;

// What an account's mail is decided by, read from one committed state. Immutable; as long as any holds it.
struct Snapshot {
  std::shared_ptr<const identify::Directory> directory;  // null: not read yet
  std::shared_ptr<const route::Program> program;
};

// What of an account never changes, and the newest snapshot of the rest.
class Account {
 public:
  explicit Account(wire::AccountRow row) : row_(std::move(row)) {}

  uint32_t number() const { return row_.number; }
  const wire::AccountRow& row() const { return row_; }

 private:
  friend class Context;
  const wire::AccountRow row_;
  Snapshot snapshot_;  // guarded by Context::mutex_
};

// The name of the row of kRules that is the account's own document.
inline constexpr std::string_view kOwnRules = "account";

// Thread-safe.
class Context {
 public:
  static Result<std::unique_ptr<Context>> Open(EngineOptions options);
  ~Context();

  host::Store& store() { return *store_; }
  host::Random& random() { return *random_; }
  const address::Signer& signer() const { return signer_; }
  const TrustPolicy& trust() const { return trust_; }
  const InboundPolicy& attachments() const { return attachments_; }
  host::AttachmentScanner* scanner() { return scanner_.get(); }  // may be null
  uint64_t scanner_bytes() const { return scanner_bytes_; }
  int64_t scanner_timeout_us() const { return scanner_timeout_us_; }
  size_t batch_mails() const { return batch_mails_; }
  size_t batch_bytes() const { return batch_bytes_; }

  int64_t Now() { return clock_->NowMicros(); }
  // A time to record: the clock's, but after every time this process recorded before (design.md, "Time").
  int64_t RecordTime();
  Result<std::string> NewId() { return ids_.Next(Now()); }

  // Reads the list of accounts anew. Their directories stay.
  Status RefreshAccounts();
  std::vector<std::shared_ptr<Account>> accounts();  // without the operator's, by name
  std::shared_ptr<Account> FindAccount(std::string_view name);
  std::shared_ptr<Account> FindAccount(uint32_t number);  // 0: the operator's
  std::vector<std::string> domains();
  // Whether mail to this address comes to us, as far as the accounts were read.
  bool TakesMailAt(std::string_view address);
  // The same of domains that were asked for before.
  static bool IsAtOneOf(const std::vector<std::string>& domains, std::string_view address);

  // The account's directory and rules as the store has them now: one small read if nothing changed since the last.
  Result<Snapshot> FreshSnapshot(Account& account);

  // The account's rule document alone, as the store has it now: its own, or its preset's.
  Result<std::string> ReadRules(const wire::AccountRow& row);

  // Notes in the batch of an account's creation which keys this store's addresses are signed with.
  void MarkKeys(store::BatchBuilder& batch) const;

  // Tells the host's observer, if there is one. What it throws is dropped: the act it is told of stands.
  void Notice(host::EventKind kind, std::string_view account, std::string_view actor, std::string_view subject,
              const MailDecision* decision = nullptr) noexcept;

  // Marks that receiving has begun; answers whether an earlier receiver ended without saying so (design.md,
  // "States of inbound mail"). Once it was answered, nothing is read or written.
  Result<bool> BeginReceiving();

 private:
  Context(EngineOptions options, address::Signer signer);
  // Refuses a ring that is not this store's: under it every address of ours would be unroutable.
  Status CheckKeys();
  Result<Snapshot> ReadSnapshot(const wire::AccountRow& settings);

  const std::unique_ptr<host::Store> store_;
  const std::unique_ptr<host::Clock> clock_;
  const std::unique_ptr<host::Random> random_;
  const std::unique_ptr<host::Observer> observer_;  // may be null
  const address::Signer signer_;
  const TrustPolicy trust_;
  const InboundPolicy attachments_;
  const std::unique_ptr<host::AttachmentScanner> scanner_;  // may be null
  const uint64_t scanner_bytes_;
  const int64_t scanner_timeout_us_;
  const size_t batch_mails_, batch_bytes_;
  const std::vector<std::pair<std::string, int64_t>> key_marks_;  // a mark's name and value for each key of the ring
  base::IdMaker ids_;
  std::atomic<int64_t> last_recorded_{0};

  std::mutex mutex_;
  std::map<uint32_t, std::shared_ptr<Account>> accounts_;  // guarded by mutex_
  std::optional<int64_t> run_;                             // tells this engine's mark; guarded by mutex_
  bool receiving_ = false;                                 // guarded by mutex_
  bool unclean_ = false;                                   // guarded by mutex_
};

// {account, a, b...}: the front of every key.
template <typename... Rest>
std::vector<host::Value> Key(uint32_t account, const Rest&... rest) {
  return {host::Value::Int(account), rest...};
}

// Queries for rows of these prefixes, however many: each has at most 1,000 of them.
std::vector<host::Query> QueriesOf(uint32_t collection, uint32_t index, std::vector<std::vector<host::Value>> prefixes);

// Rows of many keys of one index, answered from one committed state.
Result<std::vector<store::StoredRow>> ReadMany(host::Store& store, uint32_t collection, uint32_t index,
                                               std::vector<std::vector<host::Value>> prefixes);

// The row of one key, or nothing.
Result<std::optional<store::StoredRow>> ReadOne(host::Store& store, uint32_t collection, std::vector<host::Value> key);

// Rows as nouns by one of wire's readers. A row that makes no sense fails the whole.
template <typename Noun>
Result<std::vector<Noun>> Nouns(const std::vector<store::StoredRow>& rows,
                                Result<Noun> (*read)(const store::StoredRow&)) {
  std::vector<Noun> nouns;
  nouns.reserve(rows.size());
  for (const store::StoredRow& stored : rows) {
    auto noun = read(stored);
    if (!noun.ok()) return noun.status();
    nouns.push_back(std::move(*noun));
  }
  return nouns;
}

// Both at once.
template <typename Noun>
Result<std::vector<Noun>> ReadNouns(host::Store& store, uint32_t collection, uint32_t index,
                                    std::vector<std::vector<host::Value>> prefixes,
                                    Result<Noun> (*read)(const store::StoredRow&)) {
  auto rows = ReadMany(store, collection, index, std::move(prefixes));
  if (!rows.ok()) return rows.status();
  return Nouns(*rows, read);
}

template <typename Noun>
Result<std::optional<Noun>> ReadNoun(host::Store& store, uint32_t collection, std::vector<host::Value> key,
                                     Result<Noun> (*read)(const store::StoredRow&)) {
  auto nouns = ReadNouns(store, collection, /*index=*/0, {std::move(key)}, read);
  if (!nouns.ok()) return nouns.status();
  if (nouns->empty()) return std::optional<Noun>();
  return std::optional<Noun>(std::move(nouns->front()));
}

// Puts a row under an id that nothing else has.
template <typename Row>
Status PutNew(Context& context, uint32_t account, Row row, store::BatchBuilder* batch) {
  auto id = context.NewId();
  if (!id.ok()) return id.status();
  row.id = std::move(*id);
  wire::Put(*batch, account, row);
  return {};
}

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_CONTEXT_H_
