// SPDX-License-Identifier: Apache-2.0
// What it costs to receive a mail: the engine on the memory store and on SQLite. On SQLite every row that the engine
// commits is also recorded and inserted again by plain prepared statements, into a second file of the same schema and
// settings, one transaction a batch. The ratio of the two times, taken in turn in one process, is the figure that holds
// on any disk. `us` and `raw_us` are microseconds a mail.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/firm.h"
#include "bench/mail_s.h"
#include "casecomm/engine.h"
#include "casecomm/stores.h"
#include "store/collections.h"
#include "store/rows.h"

namespace {

using casecomm::Code;
using casecomm::Result;
using casecomm::Status;
using casecomm::store::OwnedValue;
namespace host = casecomm::host;

double Seconds(std::chrono::steady_clock::duration d) {
  return std::chrono::duration<double>(d).count();
}

// A failure ends the benchmark with the reason.
void OrDie(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "receive_bench: %s\n", status.ToString().c_str());
  std::abort();
}

template <typename T>
T OrDie(Result<T> result) {
  OrDie(result.status());
  return std::move(*result);
}

struct OwnedPut {
  uint32_t collection;
  std::vector<OwnedValue> columns;
  std::string body;
};
struct OwnedErase {
  uint32_t collection;
  std::vector<OwnedValue> key;
};

// What one batch of mails changed.
struct Changes {
  std::vector<OwnedPut> puts;
  std::vector<OwnedErase> erases;
  size_t adds = 0;
};

std::vector<OwnedValue> Own(const std::vector<host::Value>& values) {
  std::vector<OwnedValue> owned;
  for (const host::Value& value : values) owned.emplace_back(value);
  return owned;
}

struct Record {
  std::vector<Changes> groups = std::vector<Changes>(1);  // the last one is open
  std::chrono::steady_clock::duration spent{};            // on recording: no part of the engine's time
};

// Hands everything to the store below and keeps a copy of what is committed.
class RecordingStore : public host::Store {
 public:
  RecordingStore(std::unique_ptr<host::Store> below, Record* record) : below_(std::move(below)), record_(record) {}

  Status Open(const host::Schema& schema) override { return below_->Open(schema); }
  Status Read(const std::vector<host::Query>& queries, host::RowSink& sink) override {
    return below_->Read(queries, sink);
  }
  Status Commit(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) override {
    Status status = below_->Commit(batches, outcomes);
    const auto began = std::chrono::steady_clock::now();
    for (size_t i = 0; status.ok() && i < batches.size(); ++i) {
      if ((*outcomes)[i].status.ok()) Keep(batches[i]);
    }
    record_->spent += std::chrono::steady_clock::now() - began;
    return status;
  }

 private:
  void Keep(const host::Batch& batch) {
    Changes& changes = record_->groups.back();
    for (const host::Put& put : batch.puts) {
      changes.puts.push_back({put.collection, Own(put.columns), std::string(put.body)});
    }
    for (const host::Erase& erase : batch.erases) changes.erases.push_back({erase.collection, Own(erase.key)});
    changes.adds += batch.adds.size();
  }

  const std::unique_ptr<host::Store> below_;
  Record* const record_;
};

// Mails that stand ready. An acknowledgement closes the group of changes.
class ReadySource : public host::Source {
 public:
  ReadySource(std::vector<host::InboundMail> mails, Record* record) : mails_(std::move(mails)), record_(record) {}

  std::string_view name() const override { return "bench"; }
  Status Next(size_t limit, std::vector<host::InboundMail>* out) override {
    for (; limit > 0 && next_ < mails_.size(); --limit) out->push_back(std::move(mails_[next_++]));
    return {};
  }
  Status Committed(const std::vector<const host::InboundMail*>&) override {
    record_->groups.emplace_back();
    return {};
  }

 private:
  std::vector<host::InboundMail> mails_;
  size_t next_ = 0;
  Record* const record_;
};

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "receive_bench.XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string File(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// An account of 1,000 cases with a contact each, and mail to them.
class Firm {
 public:
  Firm(std::unique_ptr<host::Store> store, size_t batch) {
    casecomm::EngineOptions options;
    options.store = std::move(store);
    options.keys = casecomm::bench::FixedKeys();
    options.batch_mails = batch;
    options.batch_bytes = size_t{1} << 30;
    engine_ = OrDie(casecomm::Engine::Open(std::move(options)));
    OrDie(engine_->CreateAccount({"firm", "in.example.org", "casebook"}, casecomm::Actor::Operator()).status());
    casecomm::Session session = OrDie(engine_->As("firm", casecomm::Actor::Operator()));
    OrDie(session.Load(Document()));
    casecomm::PageRequest request;
    do {
      const casecomm::Page<casecomm::AddressEntry> page = OrDie(session.Addresses(request));
      for (const casecomm::AddressEntry& entry : page.items) {
        if (entry.kind == "record") addresses_.push_back(entry.address);
      }
      request.cursor = page.next;
    } while (!request.cursor.empty());
  }

  // Distinct mails of kind S, each from a contact to a case.
  std::vector<host::InboundMail> Mails(size_t count) {
    std::vector<host::InboundMail> mails(count);
    for (host::InboundMail& mail : mails) {
      const uint64_t seed = seed_++;
      casecomm::bench::Numbers numbers(seed);
      casecomm::bench::MailS text;
      text.seed = seed;
      text.from = "person" + std::to_string(numbers.Below(kSize)) + "@contact.example";
      text.to = {addresses_[numbers.Below(addresses_.size())]};
      text.cc = {"other" + std::to_string(numbers.Below(kSize)) + "@elsewhere.example"};
      text.delivered_to = text.to[0];
      mail.raw = casecomm::bench::MakeMailS(text);
      mail.path = "bench";
    }
    return mails;
  }

  // The time it took, recording left out.
  double Receive(std::vector<host::InboundMail> mails, Record* record) {
    const size_t count = mails.size();
    size_t filed = 0;
    ReadySource source(std::move(mails), record);
    record->spent = {};
    const auto began = std::chrono::steady_clock::now();
    OrDie(engine_->Receive(source, "firm", [&](const host::InboundMail&, const casecomm::MailDecision& decision) {
      filed += decision.outcome == casecomm::Outcome::kFiled;
    }));
    const auto took = std::chrono::steady_clock::now() - began - record->spent;
    if (filed != count) OrDie(Status(Code::kInternal, "a mail was not filed"));
    return Seconds(took);
  }

 private:
  static constexpr size_t kSize = 1000;

  static std::string Document() {
    std::string people, records, assignments;
    for (size_t i = 0; i < kSize; ++i) {
      const std::string n = std::to_string(i);
      const char* comma = i == 0 ? "" : ",";
      people += comma;
      people += R"({"id":"c)" + n + R"(","kind":"contact","name":"Contact )" + n + R"(","emails":["person)" + n +
                R"(@contact.example"]})";
      records += comma;
      records += R"({"id":"r)" + n + R"(","kind":"case","name":"Case )" + n + R"(","state":"open"})";
      assignments += comma;
      assignments += R"({"record":"r)" + n + R"(","person":"c)" + n + R"(","role":"client"})";
    }
    return R"({"people":[)" + people + R"(],"records":[)" + records + R"(],"assignments":[)" + assignments + "]}";
  }

  std::unique_ptr<casecomm::Engine> engine_;
  std::vector<std::string> addresses_;
  uint64_t seed_ = 0;
};

// The settings of lib/adapters/sqlite.
constexpr const char* kPragmas[] = {"journal_mode=WAL",   "synchronous=FULL", "foreign_keys=ON",
                                    "cell_size_check=ON", "secure_delete=ON", "wal_autocheckpoint=16384",
                                    "cache_size=-16384"};

// Writes changes with plain prepared statements.
class RawStore {
 public:
  // The file's tables are made by the library's own store, so that they are the same.
  explicit RawStore(const std::string& path) {
    OrDie(OrDie(casecomm::SqliteStore({path, true, 0}))->Open(schema_));
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) Die();
    for (const char* pragma : kPragmas) Execute(std::string("PRAGMA ") + pragma);
    for (const host::Collection& collection : schema_.collections) {
      puts_.push_back(Prepare(UpsertSql(collection)));
      erases_.push_back(Prepare("DELETE FROM " + Name(collection) + KeyIs(collection)));
    }
  }
  ~RawStore() {
    for (sqlite3_stmt* statement : puts_) sqlite3_finalize(statement);
    for (sqlite3_stmt* statement : erases_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  // One transaction. The time it took.
  double Write(const Changes& changes) {
    const auto began = std::chrono::steady_clock::now();
    ++version_;
    Execute("BEGIN IMMEDIATE");
    for (const OwnedPut& put : changes.puts) {
      sqlite3_stmt* const statement = puts_[put.collection];
      int parameter = Bind(statement, put.columns);
      sqlite3_bind_int64(statement, ++parameter, version_);
      sqlite3_bind_blob(statement, ++parameter, put.body.data(), static_cast<int>(put.body.size()), SQLITE_STATIC);
      Run(statement);
    }
    for (const OwnedErase& erase : changes.erases) {
      Bind(erases_[erase.collection], erase.key);
      Run(erases_[erase.collection]);
    }
    Execute("COMMIT");
    return Seconds(std::chrono::steady_clock::now() - began);
  }

 private:
  static std::string Name(const host::Collection& collection) { return '"' + std::string(collection.name) + '"'; }

  static std::string KeyIs(const host::Collection& collection) {
    std::string sql;
    for (size_t i = 0; i < collection.key_columns; ++i) {
      sql += (i == 0 ? " WHERE " : " AND ") + std::string(collection.columns[i].name) + "=?";
    }
    return sql;
  }

  static std::string UpsertSql(const host::Collection& collection) {
    std::string names, marks, keys, sets;
    for (size_t i = 0; i < collection.columns.size(); ++i) {
      const std::string name(collection.columns[i].name);
      names += name + ",";
      marks += "?,";
      if (i < collection.key_columns) {
        keys += (i == 0 ? "" : ",") + name;
      } else {
        sets += name + "=excluded." + name + ",";
      }
    }
    const bool body = collection.kind != host::CollectionKind::kCounters;
    return "INSERT INTO " + Name(collection) + "(" + names + "version" + (body ? ",body" : "") + ") VALUES (" + marks +
           (body ? "?,?" : "?") + ") ON CONFLICT (" + keys + ") DO UPDATE SET " + sets + "version=excluded.version" +
           (body ? ",body=excluded.body" : "");
  }

  [[noreturn]] void Die() {
    std::fprintf(stderr, "receive_bench: %s\n", sqlite3_errmsg(db_));
    std::abort();
  }

  sqlite3_stmt* Prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) Die();
    return statement;
  }

  void Execute(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Die();
  }

  // How many were bound.
  static int Bind(sqlite3_stmt* statement, const std::vector<OwnedValue>& values) {
    int parameter = 0;
    for (const OwnedValue& value : values) {
      ++parameter;
      const int size = static_cast<int>(value.bytes.size());
      switch (value.type) {
        case host::Value::Type::kNull:
          sqlite3_bind_null(statement, parameter);
          break;
        case host::Value::Type::kInt64:
          sqlite3_bind_int64(statement, parameter, value.integer);
          break;
        case host::Value::Type::kText:
          sqlite3_bind_text(statement, parameter, value.bytes.data(), size, SQLITE_STATIC);
          break;
        case host::Value::Type::kBytes:
          sqlite3_bind_blob(statement, parameter, value.bytes.data(), size, SQLITE_STATIC);
          break;
      }
    }
    return parameter;
  }

  void Run(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) Die();
    sqlite3_reset(statement);
  }

  const host::Schema& schema_ = casecomm::store::LibrarySchema();
  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> puts_, erases_;
  int64_t version_ = 0;
};

size_t MailsAnIteration(size_t batch) {
  return std::max<size_t>(batch, 100);
}

void BM_ReceiveMemory(benchmark::State& state) {
  const auto batch = static_cast<size_t>(state.range(0));
  Record record;
  Firm firm(casecomm::MemoryStore(), batch);
  const size_t count = MailsAnIteration(batch);
  double received = 0;
  for (auto _ : state) {
    const double seconds = firm.Receive(firm.Mails(count), &record);
    state.SetIterationTime(seconds);
    received += seconds;
  }
  state.counters["us"] = 1e6 * received / (static_cast<double>(state.iterations()) * static_cast<double>(count));
}
BENCHMARK(BM_ReceiveMemory)->ArgName("batch")->Arg(1)->Arg(100)->Arg(1000)->UseManualTime()->Iterations(5);

void BM_ReceiveSqlite(benchmark::State& state) {
  const auto batch = static_cast<size_t>(state.range(0));
  const Folder folder;
  Record record;
  Firm firm(
      std::make_unique<RecordingStore>(OrDie(casecomm::SqliteStore({folder.File("engine.db"), true, 0})), &record),
      batch);
  RawStore raw(folder.File("raw.db"));
  for (const Changes& changes : record.groups) raw.Write(changes);

  const size_t count = MailsAnIteration(batch);
  double received = 0, inserted = 0;
  size_t rows = 0;
  for (auto _ : state) {
    record.groups.assign(1, {});
    const double seconds = firm.Receive(firm.Mails(count), &record);
    state.SetIterationTime(seconds);
    received += seconds;
    for (const Changes& changes : record.groups) {
      if (changes.puts.empty() && changes.erases.empty()) continue;
      inserted += raw.Write(changes);
      rows += changes.puts.size();
      if (changes.adds != 0) OrDie(Status(Code::kInternal, "counters are not written by the raw side"));
    }
  }
  const auto mails = static_cast<double>(state.iterations()) * static_cast<double>(count);
  state.counters["us"] = 1e6 * received / mails;
  state.counters["raw_us"] = 1e6 * inserted / mails;
  state.counters["ratio"] = received / inserted;
  state.counters["rows"] = static_cast<double>(rows) / mails;
}
BENCHMARK(BM_ReceiveSqlite)->ArgName("batch")->Arg(1)->Arg(100)->Arg(1000)->UseManualTime()->Iterations(5);

}  // namespace
