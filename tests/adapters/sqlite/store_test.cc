// SPDX-License-Identifier: Apache-2.0
// What is SQLite's own: settings, files that are damaged, newer or in use, full disks, and a process that dies. What
// every store does is judged by tests/seams.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "casecomm/stores.h"
#include "store/collections.h"
#include "store/rows.h"
#include "tests/seams/temporary_folder.h"

namespace casecomm {
namespace {

using host::Value;
using store::BatchBuilder;

std::string Slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Spill(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

Result<std::unique_ptr<host::Store>> OpenStore(const SqliteOptions& options,
                                               const host::Schema& schema = store::LibrarySchema()) {
  Result<std::unique_ptr<host::Store>> store = SqliteStore(options);
  if (!store.ok()) return store;
  if (Status status = (*store)->Open(schema); !status.ok()) return status;
  return store;
}

Status PutMessage(host::Store& store, int number, size_t bytes = 500) {
  const std::string id = "message" + std::to_string(1'000'000 + number);
  BatchBuilder batch(1);
  batch.Put(store::kRaw, {Value::Int(1), Value::Text(id)}, std::string(bytes, static_cast<char>('a' + number % 26)));
  batch.Put(store::kThreads,
            {Value::Int(1), Value::Text(id), Value::Text("record" + std::to_string(number % 5)), Value::Null(),
             Value::Text("subject"), Value::Int(number), Value::Int(number)},
            "body");
  return store::CommitOne(store, batch.batch());
}

Result<uint64_t> CountRaw(host::Store& store) {
  host::Query query;
  query.collection = store::kRaw;
  query.prefixes = {{Value::Int(1)}};
  query.count_cap = 1'000'000;
  store::RowCollector collector(1);
  if (Status status = store.Read({query}, collector); !status.ok()) return status;
  return collector.counts[0];
}

// Reads every row by every index. Fails, or answers how many rows of the primary keys there were.
Result<size_t> ReadAll(host::Store& store) {
  size_t rows = 0;
  for (uint32_t collection = 0; collection < store::kCollectionCount; ++collection) {
    const auto& indexes = store::LibrarySchema().collections[collection].indexes;
    for (uint32_t index = 0; index <= indexes.size(); ++index) {
      host::Query query;
      query.collection = collection;
      query.index = index;
      query.prefixes = {{Value::Int(1)}};
      auto answer = store::ReadRows(store, {query});
      if (!answer.ok()) return answer.status();
      if (index == 0) rows += (*answer)[0].size();
    }
  }
  return rows;
}

class SqliteTest : public testing::Test {
 protected:
  // A store of this many messages, closed.
  void MakeStore(int messages) {
    auto store = OpenStore({path_, true, 1000});
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    for (int i = 0; i < messages; ++i) ASSERT_TRUE(PutMessage(**store, i).ok());
  }

  // Runs SQL on the file with a connection of its own.
  void Sql(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_free(message);
    sqlite3_close(db);
  }

  std::string Text(const std::string& sql) {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    std::string text;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const unsigned char* value = sqlite3_column_text(statement, 0);
      text += value ? reinterpret_cast<const char*>(value) : "null";
      text += "\n";
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return text;
  }

  Status Refusal(bool create = false) { return OpenStore({path_, create, 100}).status(); }

  seams::TemporaryFolder folder_;
  const std::string path_ = folder_ / "store.db";
};

TEST_F(SqliteTest, AStoreThatIsNotThereIsNotFoundAndNotMade) {
  EXPECT_EQ(SqliteStore({path_, false, 100}).status().code(), Code::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(SqliteStore({path_, true, 100}).ok());
  EXPECT_FALSE(std::filesystem::exists(path_)) << "made by Open only";
  const std::string nowhere = folder_ / "none/store.db";
  EXPECT_EQ(OpenStore({nowhere, true, 100}).status().code(), Code::kNotFound);
  EXPECT_EQ(OpenStore({path_ + "/below", false, 100}).status().code(), Code::kNotFound);
}

TEST_F(SqliteTest, ANewStoreIsForItsOwnerOnlyAndClosesWithoutALog) {
  {
    auto store = OpenStore({path_, true, 100});
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE(PutMessage(**store, 1).ok());
    for (const char* end : {"", "-wal", "-shm"}) {
      struct stat info;
      ASSERT_EQ(::stat((path_ + end).c_str(), &info), 0) << end;
      EXPECT_EQ(info.st_mode & 0777, 0600u) << end;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(SqliteTest, TheFileSaysWhatItIs) {
  MakeStore(1);
  EXPECT_EQ(Text("PRAGMA application_id"), "1128484685\n");
  EXPECT_EQ(Text("PRAGMA user_version"), std::to_string(store::LibrarySchema().version) + "\n");
  EXPECT_EQ(Text("PRAGMA journal_mode"), "wal\n");
  EXPECT_EQ(Text("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(Text("SELECT record || newest_us FROM threads WHERE account_id = 1"), "record00\n");
  EXPECT_EQ(Text("SELECT count(*) FROM sqlite_schema WHERE sql LIKE 'CREATE TABLE%' AND sql NOT LIKE '%STRICT'"),
            "0\n");
}

TEST_F(SqliteTest, NamesThatMeanSomethingToSqliteAreFiles) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  for (const char* name : {":memory:", "file:x?mode=memory", "plain"}) {
    ASSERT_TRUE(OpenStore({name, true, 100}).ok()) << name;
    EXPECT_TRUE(std::filesystem::exists(folder_ / name)) << name;
  }
  std::filesystem::current_path(before);
  EXPECT_EQ(SqliteStore({"", true, 100}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(SqliteStore({std::string("a\0b", 3), true, 100}).status().code(), Code::kInvalidArgument);
}

TEST_F(SqliteTest, WhatIsNoFileIsRefused) {
  std::filesystem::create_directory(path_);
  for (bool create : {false, true}) EXPECT_EQ(Refusal(create).code(), Code::kFailedPrecondition);
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(OpenStore({pipe, false, 100}).status().code(), Code::kFailedPrecondition);
}

TEST_F(SqliteTest, AFileThatMayNotBeWrittenIsRefused) {
  MakeStore(1);
  // The superuser writes to any file: the check needs another user.
  const pid_t child = ::fork();
  if (child == 0) {
    ::chmod(folder_.path().c_str(), 0755);
    ::chmod(path_.c_str(), 0444);
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(3);
    const Status status = SqliteStore({path_, false, 100}).status();
    ::_exit(status.code() == Code::kPermissionDenied && status.reason() == "store_readonly" ? 0 : 1);
  }
  int result = 0;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  EXPECT_EQ(result, 0);
}

TEST_F(SqliteTest, ANewerStoreIsRefusedAndNotOneByteOfItChanged) {
  MakeStore(3);
  Sql("PRAGMA user_version = " + std::to_string(store::LibrarySchema().version + 1));
  const std::string before = Slurp(path_);
  for (bool create : {false, true}) {
    const Status status = Refusal(create);
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    EXPECT_EQ(status.reason(), "store_newer");
    EXPECT_EQ(status.subject(), path_);
  }
  EXPECT_TRUE(Slurp(path_) == before);
}

TEST_F(SqliteTest, AForeignDatabaseIsRefusedAndNotOneByteOfItChanged) {
  Sql("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  const std::string before = Slurp(path_);
  for (bool create : {false, true}) {
    const Status status = Refusal(create);
    EXPECT_EQ(status.code(), Code::kDataLoss);
    EXPECT_EQ(status.reason(), "store_damaged");
  }
  EXPECT_TRUE(Slurp(path_) == before);
}

TEST_F(SqliteTest, WhatIsNoDatabaseIsRefused) {
  for (const std::string& bytes : {std::string("From a@b\n\nhello\n"), std::string(10000, '\0'), std::string(1, 'S'),
                                   std::string("SQLite format 3\0", 16) + std::string(5000, 'x')}) {
    Spill(path_, bytes);
    for (bool create : {false, true}) EXPECT_EQ(Refusal(create).reason(), "store_damaged") << bytes.size();
    EXPECT_TRUE(Slurp(path_) == bytes) << bytes.size();
  }
}

TEST_F(SqliteTest, AnEmptyFileIsNoStoreUnlessOneIsMade) {
  Spill(path_, "");
  EXPECT_EQ(Refusal().reason(), "store_damaged");
  // What an interrupted creation may leave.
  Sql("PRAGMA journal_mode = wal");
  EXPECT_EQ(Refusal().reason(), "store_damaged");
  EXPECT_TRUE(Refusal(true).ok());
  EXPECT_TRUE(Refusal().ok());
}

TEST_F(SqliteTest, MissingPartsAreDamage) {
  for (const char* damage : {"DROP TABLE threads", "DROP INDEX \"threads.by_record\"", "DROP INDEX \"raw/key\"",
                             "ALTER TABLE records DROP COLUMN state", "DROP TABLE casecomm_sequence",
                             "DELETE FROM casecomm_sequence", "PRAGMA user_version = 0",
                             "DROP TABLE marks; CREATE TABLE marks(account_id TEXT, name, value, version, body)"}) {
    std::filesystem::remove(path_);
    MakeStore(1);
    Sql(damage);
    const Status status = Refusal();
    EXPECT_EQ(status.code(), Code::kDataLoss) << damage;
    EXPECT_EQ(status.reason(), "store_damaged") << damage;
  }
}

TEST_F(SqliteTest, APlantedTriggerDoesNotRun) {
  MakeStore(1);
  Sql("CREATE TRIGGER planted AFTER INSERT ON raw BEGIN DELETE FROM threads; END");
  auto store = OpenStore({path_, false, 100});
  ASSERT_TRUE(store.ok()) << store.status().ToString();
  ASSERT_TRUE(PutMessage(**store, 2).ok());
  EXPECT_EQ(Text("SELECT count(*) FROM threads"), "2\n");
}

TEST_F(SqliteTest, TruncationIsAClearErrorOrLosesNothing) {
  MakeStore(60);
  const std::string whole = Slurp(path_);
  for (size_t size = 0; size < whole.size(); size += size < 600 ? 37 : 4096 - 513) {
    Spill(path_, whole.substr(0, size));
    auto store = OpenStore({path_, false, 100});
    if (!store.ok()) {
      EXPECT_EQ(store.status().code(), Code::kDataLoss) << size << store.status().ToString();
      continue;
    }
    const Result<size_t> rows = ReadAll(**store);
    EXPECT_TRUE(rows.ok() ? *rows == 120u : rows.status().code() == Code::kDataLoss)
        << size << rows.status().ToString();
  }
}

TEST_F(SqliteTest, DamagedBytesAreAClearErrorOrRows) {
  MakeStore(60);
  const std::string whole = Slurp(path_);
  const uint64_t seed = 20260102;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  int refused = 0;
  constexpr int kRounds = 120;
  for (int round = 0; round < kRounds; ++round) {
    std::string damaged = whole;
    for (uint64_t hits = 1 + random() % 8; hits > 0; --hits) {
      // Half of them into the heads of pages, where the trees are.
      size_t at = random() % damaged.size();
      if (random() % 2) at = at / 4096 * 4096 + random() % 64;
      damaged[at % damaged.size()] = static_cast<char>(random());
    }
    Spill(path_, damaged);
    // A log that stayed behind makes opening look closer.
    if (round % 2) Spill(path_ + "-wal", "x");
    auto store = OpenStore({path_, false, 100});
    Status status = store.status();
    if (store.ok()) status = ReadAll(**store).status();
    if (store.ok() && status.ok()) status = PutMessage(**store, 1000 + round);
    refused += !status.ok();
    EXPECT_TRUE(status.ok() || status.code() == Code::kDataLoss) << round << " " << status.ToString();
    if (store.ok()) store->reset();
    std::filesystem::remove(path_ + "-wal");
  }
  EXPECT_GT(refused, kRounds / 4);
}

TEST_F(SqliteTest, DamagedPagesOfASmallStoreAreSeenAtOpening) {
  MakeStore(60);
  const std::string whole = Slurp(path_);
  const size_t pages = whole.size() / 4096;
  ASSERT_GT(pages, 20u);
  for (size_t page = 0; page < pages; ++page) {
    std::string bytes = whole;
    bytes.replace(page * 4096, 4096, 4096, '\x55');
    Spill(path_, bytes);
    const Status refusal = Refusal();
    EXPECT_EQ(refusal.reason(), "store_damaged") << page;
    EXPECT_EQ(refusal.code(), Code::kDataLoss) << page;
    EXPECT_EQ(refusal.message().find('\n'), std::string_view::npos) << page;
  }
  Spill(path_, whole);
  EXPECT_TRUE(Refusal().ok());
}

TEST_F(SqliteTest, AnUncleanEndIsFollowedByACheckOfALargerStore) {
  MakeStore(60);
  {
    auto store = OpenStore({path_, false, 1000});
    ASSERT_TRUE(store.ok());
    for (int i = 0; i < 9; ++i) ASSERT_TRUE(PutMessage(**store, 100 + i, 1 << 20).ok());
  }
  // A page of a table, spoilt so that opening does not stumble over it.
  std::string bytes = Slurp(path_);
  const size_t page = bytes.size() / 4096 - 1;
  for (size_t i = 0; i < 4096; ++i) bytes[page * 4096 + i] = '\x55';
  Spill(path_, bytes);
  EXPECT_TRUE(Refusal().ok());
  Spill(path_ + "-wal", "not empty");
  EXPECT_EQ(Refusal().reason(), "store_damaged");
}

TEST_F(SqliteTest, ABusyStoreIsUnavailableAfterItsTime) {
  MakeStore(1);
  auto store = OpenStore({path_, false, 50});
  ASSERT_TRUE(store.ok());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const Status busy = PutMessage(**store, 2);
  EXPECT_EQ(busy.code(), Code::kUnavailable);
  EXPECT_EQ(busy.reason(), "store_busy");
  EXPECT_TRUE(busy.transient());
  EXPECT_EQ(*CountRaw(**store), 1u) << "reading goes on";
  sqlite3_close(other);
  EXPECT_TRUE(PutMessage(**store, 2).ok());
}

TEST_F(SqliteTest, SeveralStoresAndProcessesShareAFile) {
  MakeStore(0);
  constexpr int kProcesses = 3, kMessages = 30;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto store = OpenStore({path_, false, 60000});
      bool good = store.ok();
      for (int i = 0; good && i < kMessages; ++i) good = PutMessage(**store, process * 1000 + i).ok();
      if (good) store->reset();
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int result = 0;
    ASSERT_EQ(::waitpid(child, &result, 0), child);
    EXPECT_EQ(result, 0);
  }
  auto store = OpenStore({path_, false, 1000}), second = OpenStore({path_, false, 1000});
  ASSERT_TRUE(store.ok() && second.ok());
  EXPECT_EQ(*CountRaw(**store), static_cast<uint64_t>(kProcesses * kMessages));
  ASSERT_TRUE(PutMessage(**store, 9999).ok());
  EXPECT_EQ(*CountRaw(**second), static_cast<uint64_t>(kProcesses * kMessages + 1));
  EXPECT_EQ(Text("SELECT count(DISTINCT version) = count(*) FROM raw"), "1\n");
}

TEST_F(SqliteTest, TwoProcessesThatMakeAStoreMakeOne) {
  for (int round = 0; round < 5; ++round) {
    std::filesystem::remove(path_);
    std::vector<pid_t> children;
    for (int process = 0; process < 2; ++process) {
      const pid_t child = ::fork();
      if (child == 0) {
        auto store = OpenStore({path_, true, 60000});
        Status status = store.status();
        if (status.ok()) status = PutMessage(**store, process);
        if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
        if (store.ok()) store->reset();
        ::_exit(status.ok() ? 0 : 1);
      }
      children.push_back(child);
    }
    for (const pid_t child : children) {
      int result = 0;
      ASSERT_EQ(::waitpid(child, &result, 0), child);
      EXPECT_EQ(result, 0);
    }
    EXPECT_EQ(Text("SELECT count(*) FROM raw"), "2\n");
  }
}

TEST_F(SqliteTest, AfterAKillAllThatWasAnsweredIsThere) {
  MakeStore(0);
  int pipe_ends[2];
  uint64_t answered = 0;
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto store = OpenStore({path_, false, 1000});
      for (int i = 0; store.ok(); ++i) {
        if (!PutMessage(**store, round * 100000 + i).ok()) break;
        if (::write(pipe_ends[1], "x", 1) != 1) break;
      }
      ::_exit(1);
    }
    ::close(pipe_ends[1]);
    // After some answers, in the midst of the next.
    char byte;
    for (int i = 0; i < 10 + round; ++i) ASSERT_EQ(::read(pipe_ends[0], &byte, 1), 1);
    answered += static_cast<uint64_t>(10 + round);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe_ends[0], &byte, 1) == 1) ++answered;
    ::close(pipe_ends[0]);
    EXPECT_GT(std::filesystem::file_size(path_ + "-wal"), 0u);
    auto store = OpenStore({path_, false, 1000});
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    const uint64_t there = *CountRaw(**store);
    EXPECT_GE(there, answered);
    EXPECT_LE(there, answered + 1) << "at most the one that was under way";
    answered = there;
  }
}

TEST_F(SqliteTest, AFullDiskIsExhaustedAndNothingOfTheCommitStays) {
  MakeStore(3);
  const pid_t child = ::fork();
  if (child == 0) {
    // A limit on the size of files stands in for the disk; it counts for the log.
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = OpenStore({path_, false, 1000});
    if (!store.ok()) ::_exit(2);
    const rlimit limit{256 << 10, 256 << 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int good = 0;
    Status status;
    for (int i = 0; i < 100 && status.ok(); ++i) {
      status = PutMessage(**store, 100 + i, 10000);
      good += status.ok();
    }
    if (good < 1 || good == 100 || !status.transient()) ::_exit(3);
    const Result<uint64_t> left = CountRaw(**store);
    ::_exit(left.ok() && *left == static_cast<uint64_t>(3 + good) ? 0 : 4);
  }
  int result = 0;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  ASSERT_TRUE(WIFEXITED(result));
  EXPECT_EQ(WEXITSTATUS(result), 0);
  auto store = OpenStore({path_, false, 1000});
  ASSERT_TRUE(store.ok()) << store.status().ToString();
  EXPECT_TRUE(PutMessage(**store, 5000, 100000).ok());
}

// The connections that are opened while it lives, and are still open.
class ConnectionWatch {
 public:
  ConnectionWatch() {
    Connections().clear();
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Attach));
  }
  ~ConnectionWatch() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Attach)); }

  static std::set<sqlite3*>& Connections() {
    static std::set<sqlite3*> connections;
    return connections;
  }

 private:
  static int Attach(sqlite3* db, const char**, const sqlite3_api_routines*) {
    Connections().insert(db);
    return sqlite3_trace_v2(db, SQLITE_TRACE_CLOSE, &Trace, nullptr);
  }
  static int Trace(unsigned, void*, void* db, void*) {
    Connections().erase(static_cast<sqlite3*>(db));
    return 0;
  }
};

// Reads again from within a read, so that the store needs a second connection.
class NestedSink : public host::RowSink {
 public:
  explicit NestedSink(host::Store& store) : store_(store) {}
  Status Row(size_t, const host::RowView&) override { return CountRaw(store_).status(); }

 private:
  host::Store& store_;
};

TEST_F(SqliteTest, EveryConnectionOfTheStoreHoldsWhatItPromises) {
  MakeStore(1);
  const ConnectionWatch watch;
  auto store = OpenStore({path_, false, 1234});
  ASSERT_TRUE(store.ok());
  host::Query query;
  query.collection = store::kRaw;
  query.prefixes = {{Value::Int(1)}};
  NestedSink sink(**store);
  ASSERT_TRUE((*store)->Read({query}, sink).ok());
  ASSERT_EQ(ConnectionWatch::Connections().size(), 2u);
  for (sqlite3* const db : ConnectionWatch::Connections()) {
    const std::pair<const char*, const char*> promises[] = {
        {"journal_mode", "wal"},  {"synchronous", "2"},   {"foreign_keys", "1"},           {"trusted_schema", "0"},
        {"cell_size_check", "1"}, {"secure_delete", "1"}, {"wal_autocheckpoint", "16384"}, {"busy_timeout", "1234"},
    };
    for (const auto& [name, value] : promises) {
      sqlite3_stmt* statement = nullptr;
      ASSERT_EQ(sqlite3_prepare_v2(db, (std::string("PRAGMA ") + name).c_str(), -1, &statement, nullptr), SQLITE_OK);
      ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
      EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)), value) << name;
      sqlite3_finalize(statement);
    }
  }
}

// Watches every statement of this process's connections that are opened while it lives.
class StatementWatch {
 public:
  StatementWatch() {
    Statements().clear();
    Steps() = 0;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Attach));
  }
  ~StatementWatch() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Attach)); }

  static std::set<std::string>& Statements() {
    static std::set<std::string> statements;
    return statements;
  }
  // Steps of SQLite's machine: what a statement costs, the same on every run.
  static int64_t& Steps() {
    static int64_t steps = 0;
    return steps;
  }

 private:
  static int Attach(sqlite3* db, const char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, &Trace, nullptr);
  }
  static int Trace(unsigned event, void*, void* statement, void*) {
    auto* const stmt = static_cast<sqlite3_stmt*>(statement);
    if (event == SQLITE_TRACE_STMT) Statements().insert(sqlite3_sql(stmt));
    if (event == SQLITE_TRACE_PROFILE) Steps() += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
    return 0;
  }
};

// All ways to ask of one index: ranges, pages, directions, counts.
std::vector<host::Query> Questions(uint32_t collection, uint32_t index) {
  const host::Collection& declared = store::LibrarySchema().collections[collection];
  const std::vector<uint32_t> order = host::IndexOrder(declared, index);
  const auto value = [&](uint32_t column) {
    switch (declared.columns[column].type) {
      case host::ColumnType::kInt64:
        return Value::Int(1);
      case host::ColumnType::kText:
        return Value::Text("1");
      case host::ColumnType::kBytes:
        return Value::Bytes("1");
    }
    return Value::Null();
  };
  std::vector<host::Query> questions;
  for (size_t length = 1; length <= order.size(); ++length) {
    for (unsigned bits = 0; bits < 32; ++bits) {
      host::Query query;
      query.collection = collection;
      query.index = index;
      query.prefixes.emplace_back();
      for (size_t i = 0; i < length; ++i) query.prefixes[0].push_back(value(order[i]));
      if (length < order.size()) {
        if (bits & 1) query.lower.value = value(order[length]);
        if (bits & 2) query.upper.value = value(order[length]);
        for (size_t i = length; (bits & 4) && i < order.size(); ++i) query.after.push_back(value(order[i]));
      }
      query.descending = bits & 8;
      query.count_cap = bits & 16 ? 1 : 0;
      questions.push_back(std::move(query));
    }
  }
  return questions;
}

TEST_F(SqliteTest, EveryQuerySeeksInItsIndexAndSortsNothing) {
  MakeStore(1);
  const StatementWatch watch;
  auto store = OpenStore({path_, false, 1000});
  ASSERT_TRUE(store.ok());
  StatementWatch::Statements().clear();
  for (uint32_t collection = 0; collection < store::kCollectionCount; ++collection) {
    for (uint32_t index = 0; index <= store::LibrarySchema().collections[collection].indexes.size(); ++index) {
      for (const host::Query& query : Questions(collection, index)) {
        store::RowCollector collector(1);
        const Status status = (*store)->Read({query}, collector);
        ASSERT_TRUE(status.ok()) << status.ToString();
      }
    }
  }
  const std::set<std::string> statements = StatementWatch::Statements();
  EXPECT_GT(statements.size(), 400u);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  for (const std::string& sql : statements) {
    if (sql.rfind("SELECT", 0) != 0) continue;
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(db, ("EXPLAIN QUERY PLAN " + sql).c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
    std::string plan;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      plan += std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3))) + "; ";
    }
    sqlite3_finalize(statement);
    EXPECT_NE(plan.find("SEARCH"), std::string::npos) << sql << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << sql << plan;
    // The head of the page is sought with, not read up to.
    for (const char* sought : {">", "<"}) {
      if (sql.find(std::string(")") + sought) == std::string::npos) continue;
      EXPECT_NE(plan.find(sought), std::string::npos) << sql << plan;
    }
  }
  sqlite3_close(db);
}

TEST_F(SqliteTest, ADeepPageCostsNoMoreThanTheFirst) {
  const StatementWatch watch;
  auto store = OpenStore({path_, true, 1000});
  ASSERT_TRUE(store.ok());
  constexpr int kRows = 5'000;
  BatchBuilder batch(1);
  for (int i = 0; i < kRows; ++i) {
    batch.Put(store::kThreads,
              {Value::Int(1), Value::Text("t" + std::to_string(i)), Value::Text("r" + std::to_string(i % 2)),
               Value::Null(), Value::Text(""), Value::Int(i), Value::Int(i)});
  }
  ASSERT_TRUE(store::CommitOne(**store, batch.batch()).ok());
  host::Query query;
  query.collection = store::kThreads;
  query.index = store::kThreadsByRecord;
  query.prefixes = {{Value::Int(1), Value::Text("r0")}, {Value::Int(1), Value::Text("r1")}};
  query.descending = true;
  query.limit = 10;
  const auto steps = [&](int newest) {
    const std::string thread = "t" + std::to_string(newest);
    query.after = {Value::Int(newest), Value::Text(thread)};
    StatementWatch::Steps() = 0;
    auto rows = store::ReadRows(**store, {query});
    EXPECT_TRUE(rows.ok() && (*rows)[0].size() == 10u);
    return StatementWatch::Steps();
  };
  const int64_t first = steps(kRows - 1);
  EXPECT_GT(first, 10);
  EXPECT_LT(steps(20), 2 * first);
  query.lower = {Value::Int(0), true};
  query.upper = {Value::Int(kRows), true};
  EXPECT_LT(steps(20), 2 * first) << "a range beside `after` does not undo it";
}

}  // namespace
}  // namespace casecomm
