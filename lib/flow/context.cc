// SPDX-License-Identifier: Apache-2.0
#include "flow/context.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/hash.h"
#include "identify/address_key.h"
#include "store/collections.h"
#include "store/rows.h"

namespace casecomm::flow {
namespace {

using host::Value;

constexpr std::string_view kReceivingMark = "receiving";
constexpr size_t kPrefixesAQuery = 1000;

// Hands each row of a read to one of its makers and keeps nothing.
class EachRow : public host::RowSink {
 public:
  explicit EachRow(std::vector<std::function<Status(const store::StoredRow&)>> makers) : makers_(std::move(makers)) {}

  Status Row(size_t query, const host::RowView& row) override {
    stored_.columns.clear();
    for (size_t i = 0; i < row.column_count; ++i) stored_.columns.emplace_back(row.columns[i]);
    stored_.body.assign(row.body);
    stored_.body_size = row.body_size;
    stored_.version = row.version;
    return makers_[query](stored_);
  }

 private:
  const std::vector<std::function<Status(const store::StoredRow&)>> makers_;
  store::StoredRow stored_;
};

host::Query AllOf(uint32_t collection, uint32_t account) {
  host::Query query;
  query.collection = collection;
  query.prefixes = {Key(account)};
  return query;
}

// A digest that tells keys apart and tells nothing of them.
std::vector<std::pair<std::string, int64_t>> KeyMarks(const KeyRing& ring) {
  std::vector<std::pair<std::string, int64_t>> marks;
  for (const KeyRing::Key& key : ring.keys) {
    const std::string_view secret(reinterpret_cast<const char*>(key.secret.data()), key.secret.size());
    marks.emplace_back("key:" + std::to_string(key.id), base::StableHash64("casecomm key mark " + std::string(secret)));
  }
  return marks;
}

host::Query MarkQuery(uint32_t account, std::string_view name) {
  host::Query query;
  query.collection = store::kMarks;
  query.prefixes = {Key(account, Value::Text(name))};
  return query;
}

// The account's own document, or, there being none, its preset's.
Result<std::string> DocumentOf(const wire::AccountRow& row, std::string own) {
  if (!own.empty()) return own;
  auto preset = route::Program::PresetDocument(row.preset);
  if (!preset.ok()) return preset.status();
  return std::string(*preset);
}

host::Query OwnRules(uint32_t account) {
  host::Query query;
  query.collection = store::kRules;
  query.prefixes = {Key(account, Value::Text(kOwnRules))};
  return query;
}

}  // namespace

std::vector<host::Query> QueriesOf(uint32_t collection, uint32_t index, std::vector<std::vector<Value>> prefixes) {
  std::vector<host::Query> queries;
  for (size_t begin = 0; begin < prefixes.size(); begin += kPrefixesAQuery) {
    host::Query& query = queries.emplace_back();
    query.collection = collection;
    query.index = index;
    const size_t end = std::min(begin + kPrefixesAQuery, prefixes.size());
    for (size_t i = begin; i < end; ++i) query.prefixes.push_back(std::move(prefixes[i]));
  }
  return queries;
}

Result<std::vector<store::StoredRow>> ReadMany(host::Store& store, uint32_t collection, uint32_t index,
                                               std::vector<std::vector<Value>> prefixes) {
  const std::vector<host::Query> queries = QueriesOf(collection, index, std::move(prefixes));
  std::vector<store::StoredRow> rows;
  if (queries.empty()) return rows;
  auto read = store::ReadRows(store, queries);
  if (!read.ok()) return read.status();
  for (auto& part : *read) std::move(part.begin(), part.end(), std::back_inserter(rows));
  return rows;
}

Result<std::optional<store::StoredRow>> ReadOne(host::Store& store, uint32_t collection, std::vector<Value> key) {
  auto rows = ReadMany(store, collection, store::kPrimary, {std::move(key)});
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::optional<store::StoredRow>();
  return std::optional<store::StoredRow>(std::move(rows->front()));
}

Context::Context(EngineOptions options, address::Signer signer)
    : store_(std::move(options.store)),
      clock_(options.clock ? std::move(options.clock) : host::SystemClock()),
      random_(options.random ? std::move(options.random) : host::SystemRandom()),
      observer_(std::move(options.observer)),
      signer_(std::move(signer)),
      trust_(std::move(options.trust)),
      attachments_(std::move(options.attachments)),
      scanner_(std::move(options.scanner)),
      scanner_bytes_(options.scanner_bytes),
      scanner_timeout_us_(options.scanner_timeout_us),
      batch_mails_(std::max<size_t>(options.batch_mails, 1)),
      batch_bytes_(std::max<size_t>(options.batch_bytes, 1)),
      key_marks_(KeyMarks(options.keys)),
      ids_(random_.get()) {}

Result<std::unique_ptr<Context>> Context::Open(EngineOptions options) {
  if (options.store == nullptr) return Status(Code::kInvalidArgument, "options named no store");
  auto signer = address::Signer::Make(options.keys);
  if (!signer.ok()) return signer.status();
  if (Status s = options.store->Open(store::LibrarySchema()); !s.ok()) return s;
  std::unique_ptr<Context> context(new Context(std::move(options), std::move(*signer)));
  if (Status s = context->RefreshAccounts(); !s.ok()) return s;
  if (Status s = context->CheckKeys(); !s.ok()) return s;
  return context;
}

Status Context::CheckKeys() {
  if (accounts().empty()) return {};
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [name, value] : key_marks_) prefixes.push_back(Key(kOperatorAccount, Value::Text(name)));
  auto rows = ReadMany(*store_, store::kMarks, store::kPrimary, std::move(prefixes));
  if (!rows.ok()) return rows.status();
  // A ring grows by rotation, so a key without a mark says nothing; but one must match, and none may differ.
  const std::map<std::string, int64_t> ring(key_marks_.begin(), key_marks_.end());
  const bool match = std::all_of(rows->begin(), rows->end(),
                                 [&](const store::StoredRow& row) { return row.integer(2) == ring.at(row.text(1)); });
  if (match && !rows->empty()) return {};
  return Status(Code::kFailedPrecondition, "wrong_keys", "",
                "the key ring is not the one that the addresses of this store are signed with");
}

void Context::MarkKeys(store::BatchBuilder& batch) const {
  for (const auto& [name, value] : key_marks_) {
    batch.Put(store::kMarks, {Value::Int(kOperatorAccount), Value::Text(name), Value::Int(value)});
  }
}

Context::~Context() {
  if (!receiving_) return;
  try {
    store::BatchBuilder batch(kOperatorAccount);
    batch.Erase(store::kMarks, Key(kOperatorAccount, Value::Text(kReceivingMark)));
    const Status ignored = store::CommitOne(*store_, batch.batch());
    static_cast<void>(ignored);
  } catch (...) {  // failed or thrown, the next receiver is only more careful than it had to be
  }
}

void Context::Notice(host::EventKind kind, std::string_view account, std::string_view actor, std::string_view subject,
                     const MailDecision* decision) noexcept {
  if (observer_ == nullptr) return;
  try {
    observer_->Notice({kind, account, actor, subject, Now(), decision});
  } catch (...) {
  }
}

int64_t Context::RecordTime() {
  const int64_t now = Now();
  int64_t last = last_recorded_.load();
  while (!last_recorded_.compare_exchange_weak(last, std::max(now, last + 1))) {
  }
  return std::max(now, last + 1);
}

Status Context::RefreshAccounts() {
  auto rows = ReadMany(*store_, store::kAccounts, store::kPrimary, {Key(kOperatorAccount)});
  if (!rows.ok()) return rows.status();
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const store::StoredRow& stored : *rows) {
    auto row = wire::ReadAccount(stored);
    if (!row.ok()) return row.status();
    if (accounts_.count(row->number) != 0) continue;
    const uint32_t number = row->number;
    accounts_[number] = std::make_shared<Account>(std::move(*row));
  }
  if (accounts_.count(kOperatorAccount) == 0) {
    auto program = route::Program::Preset("casebook");  // asked only about mail that names no account's address
    if (!program.ok()) return program.status();
    auto account = std::make_shared<Account>(wire::AccountRow{});
    account->snapshot_ = {identify::Directory::Builder().Build(0),
                          std::make_shared<const route::Program>(std::move(*program))};
    accounts_[kOperatorAccount] = std::move(account);
  }
  return {};
}

std::vector<std::shared_ptr<Account>> Context::accounts() {
  std::vector<std::shared_ptr<Account>> all;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [number, account] : accounts_) {
      if (number != kOperatorAccount) all.push_back(account);
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a->row().name < b->row().name; });
  return all;
}

std::shared_ptr<Account> Context::FindAccount(std::string_view name) {
  for (auto& account : accounts()) {
    if (account->row().name == name) return account;
  }
  return nullptr;
}

std::shared_ptr<Account> Context::FindAccount(uint32_t number) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = accounts_.find(number);
  return found == accounts_.end() ? nullptr : found->second;
}

std::vector<std::string> Context::domains() {
  std::vector<std::string> domains;
  for (const auto& account : accounts()) domains.push_back(account->row().domain);
  std::sort(domains.begin(), domains.end());
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  return domains;
}

bool Context::TakesMailAt(std::string_view address) {
  return IsAtOneOf(domains(), address);
}

bool Context::IsAtOneOf(const std::vector<std::string>& domains, std::string_view address) {
  const identify::CanonicalAddress key(address);
  return std::binary_search(domains.begin(), domains.end(), key.domain());
}

Result<Snapshot> Context::FreshSnapshot(Account& account) {
  Snapshot known;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    known = account.snapshot_;
  }
  if (account.number() == kOperatorAccount) return known;
  if (known.directory != nullptr) {
    auto mark = store::ReadRows(*store_, {MarkQuery(account.number(), kDirectoryMark)});
    if (!mark.ok()) return mark.status();
    const int64_t version = mark->front().empty() ? 0 : mark->front().front().version;
    if (version == known.directory->version()) return known;
  }
  auto read = ReadSnapshot(account.row());
  if (!read.ok()) return read.status();
  const std::lock_guard<std::mutex> lock(mutex_);
  account.snapshot_ = *read;
  return *read;
}

Result<Snapshot> Context::ReadSnapshot(const wire::AccountRow& settings) {
  const uint32_t account = settings.number;
  int64_t version = 0;
  std::string rules;
  identify::Directory::Builder builder;
  const auto fold = [](auto read, auto add) {
    return [read, add](const store::StoredRow& stored) -> Status {
      auto row = read(stored);
      if (!row.ok()) return row.status();
      add(*row);
      return {};
    };
  };
  EachRow sink({
      [&](const store::StoredRow& mark) {
        version = mark.version;
        return Status();
      },
      fold(wire::ReadPerson,
           [&](const wire::PersonRow& p) {
             builder.AddPerson(p.id, identify::PersonKind{p.kind}, p.name, p.emails, p.version);
           }),
      fold(wire::ReadRecord,
           [&](const wire::RecordRow& r) {
             builder.AddRecord(r.id, identify::RecordKind{r.kind}, r.name, identify::RecordState{r.state}, r.version,
                               identify::SenderPolicy{r.sender_policy});
           }),
      fold(wire::ReadAssignment, [&](const wire::AssignmentRow& a) { builder.AddAssignment(a.record, a.person); }),
      fold(wire::ReadLocator,
           [&](const wire::LocatorRow& l) {
             builder.AddLocator(address::Kind{l.kind}, l.locator, l.subject, identify::LocatorState{l.state}, l.version,
                                {l.person, l.email, l.expires_us});
           }),
      [&](const store::StoredRow& stored) {
        rules = stored.body;
        return Status();
      },
  });
  const std::vector<host::Query> queries = {MarkQuery(account, kDirectoryMark), AllOf(store::kPeople, account),
                                            AllOf(store::kRecords, account),    AllOf(store::kAssignments, account),
                                            AllOf(store::kLocators, account),   OwnRules(account)};
  if (Status s = store_->Read(queries, sink); !s.ok()) return s;
  auto document = DocumentOf(settings, std::move(rules));
  if (!document.ok()) return document.status();
  auto program = route::Program::Parse(*document);
  if (!program.ok()) return program.status();
  return Snapshot{builder.Build(version), std::make_shared<const route::Program>(std::move(*program))};
}

Result<std::string> Context::ReadRules(const wire::AccountRow& row) {
  auto stored = ReadOne(*store_, store::kRules, Key(row.number, Value::Text(kOwnRules)));
  if (!stored.ok()) return stored.status();
  return DocumentOf(row, *stored ? std::move((*stored)->body) : std::string());
}

Result<bool> Context::BeginReceiving() {
  int64_t run = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (receiving_) return unclean_;
  }
  if (Status s = random_->Fill(&run, sizeof run); !s.ok()) return s;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!run_) run_ = run;
    run = *run_;
  }
  // Threads that begin at once all come here: the mark of their own engine is no unclean end.
  const auto key = Key(kOperatorAccount, Value::Text(kReceivingMark));
  for (int attempt = 0; attempt < kCommitAttempts; ++attempt) {
    auto mark = ReadOne(*store_, store::kMarks, key);
    if (!mark.ok()) return mark.status();
    if (!*mark) {
      store::BatchBuilder batch(kOperatorAccount);
      batch.Require(store::kMarks, key, 0);
      batch.Put(store::kMarks, {key[0], key[1], Value::Int(run)});
      const Status committed = store::CommitOne(*store_, batch.batch());
      if (committed.code() == Code::kAborted) continue;
      if (!committed.ok()) return committed;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!receiving_) unclean_ = *mark && (*mark)->integer(2) != run;
    receiving_ = true;
    return unclean_;
  }
  return Status(Code::kUnavailable, "commit_contended", "", "other receivers kept beginning and ending");
}

}  // namespace casecomm::flow
