// SPDX-License-Identifier: Apache-2.0
// The example store in C when memory runs out: an error, nothing changed, and (under ASan) nothing lost. The program is
// linked with --wrap, so the allocations of its C code come by here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "examples/host_store.h"
#include "seam_tables.h"
#include "tests/seams/store_suite.h"

namespace {
thread_local int until_failure = 0;  // the allocation that fails, from 1; 0: none

bool Fails() {
  return until_failure > 0 && --until_failure == 0;
}
}  // namespace

extern "C" {
void* __real_malloc(size_t size);
void* __real_calloc(size_t count, size_t size);
void* __real_realloc(void* block, size_t size);
void* __wrap_malloc(size_t size) {
  return Fails() ? nullptr : __real_malloc(size);
}
void* __wrap_calloc(size_t count, size_t size) {
  return Fails() ? nullptr : __real_calloc(count, size);
}
void* __wrap_realloc(void* block, size_t size) {
  return Fails() ? nullptr : __real_realloc(block, size);
}
}  // extern "C"

namespace casecomm::seams {
namespace {

// Runs `call` with the first allocation failing, then the second, until it succeeds without one that fails. Answers how
// many failed.
int FailEach(const std::function<Status()>& call, const std::function<void()>& after_failure) {
  for (int n = 1;; ++n) {
    until_failure = n;
    const Status status = call();
    const bool failed = until_failure == 0;
    until_failure = 0;
    if (!failed) {
      EXPECT_TRUE(status.ok()) << status.ToString();
      return n - 1;
    }
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << n;
    EXPECT_EQ(status.reason(), "out_of_memory") << n;
    after_failure();
    if (testing::Test::HasFailure()) return n;
  }
}

class CStoreMemory : public testing::Test {
 protected:
  void SetUp() override {
    store_ = New();
    ASSERT_TRUE(store_->Open(SuiteSchema()).ok());
    BatchBuilder batch(7);
    for (int i = 0; i < 40; ++i) {
      batch.Put(kNotes, {Int(7), Text(std::to_string(i)), Text(i % 2 ? "ann" : "bob"), Int(i), Bytes("d")}, "body");
    }
    batch.Add(kCounts, {Int(7), Text("n"), Int(1)}, 5);
    ASSERT_TRUE(CommitOne(*store_, batch.batch()).ok());
  }

  static std::unique_ptr<host::Store> New() {
    casecomm_host_store table;
    EXPECT_EQ(host_store_table(&table), CASECOMM_OK);
    return capi::StoreOf(&table).value();
  }

  // Every row, by every index, with its version.
  std::string Dump() {
    std::string dump;
    for (uint32_t number = 0; number < 4; ++number) {
      for (uint32_t index = 0; index <= SuiteSchema().collections[number].indexes.size(); ++index) {
        auto rows = store::ReadRows(*store_, {Ask(number, index, {{Int(7)}})});
        EXPECT_TRUE(rows.ok());
        for (const StoredRow& row : (*rows)[0]) {
          for (const auto& column : row.columns) dump += std::to_string(column.integer) + column.bytes + ",";
          dump += row.body + "@" + std::to_string(row.version) + "\n";
        }
      }
    }
    return dump;
  }

  // Puts over a row and beside it, erases, adds to a counter that is there and to one that is not.
  static BatchBuilder Change() {
    BatchBuilder batch(7);
    batch.Put(kNotes, {Int(7), Text("1"), Text("cyd"), Int(0), Value::Null()}, "new");
    batch.Put(kNotes, {Int(7), Text("new"), Value::Null(), Int(1), Bytes("d")}, "new");
    batch.Put(kBlobs, {Int(7), Text("b"), Int(1)}, std::string(1000, 'x'));
    batch.Erase(kNotes, {Int(7), Text("2")});
    batch.Add(kCounts, {Int(7), Text("n"), Int(1)}, 1);
    batch.Add(kCounts, {Int(7), Text("m"), Int(1)}, 1);
    return batch;
  }

  std::unique_ptr<host::Store> store_;
};

TEST_F(CStoreMemory, IsAskedForByTheMaker) {
  casecomm_host_store table = CASECOMM_INIT(casecomm_host_store);
  until_failure = 1;
  EXPECT_EQ(host_store_table(&table), CASECOMM_RESOURCE_EXHAUSTED);
  until_failure = 0;
  EXPECT_EQ(table.host, nullptr);
}

TEST_F(CStoreMemory, MayRunOutWhenItOpens) {
  std::unique_ptr<host::Store> store;
  const int failures = FailEach(
      [&] {
        const int armed = std::exchange(until_failure, 0);
        store = New();
        until_failure = armed;
        return store->Open(SuiteSchema());
      },
      [] {});
  EXPECT_GE(failures, 1 + 4 + 4 + 7);  // tables, indexes of each, their orders
}

TEST_F(CStoreMemory, MayRunOutWhenItCommits) {
  const std::string before = Dump();
  const BatchBuilder change = Change();
  const int failures = FailEach([&] { return CommitOne(*store_, change.batch()); }, [&] { EXPECT_EQ(Dump(), before); });
  EXPECT_EQ(failures, 1 + 5);  // the steps, a row for each put and add
  EXPECT_NE(Dump(), before);
}

TEST_F(CStoreMemory, MayRunOutForOneBatchOfSeveral) {
  BatchBuilder first(7), second(7);
  first.Put(kNotes, {Int(7), Text("first"), Value::Null(), Value::Null(), Value::Null()});
  second.Put(kNotes, {Int(7), Text("second"), Value::Null(), Value::Null(), Value::Null()});
  until_failure = 2;
  std::vector<BatchOutcome> outcomes;
  ASSERT_TRUE(store_->Commit({first.batch(), second.batch()}, &outcomes).ok());
  until_failure = 0;
  EXPECT_EQ(outcomes[0].status.reason(), "out_of_memory");
  EXPECT_TRUE(outcomes[1].status.ok());
  auto rows = store::ReadRows(*store_, {Ask(kNotes, 0, {{Int(7), Text("first")}, {Int(7), Text("second")}})});
  ASSERT_EQ((*rows)[0].size(), 1u);
  EXPECT_EQ((*rows)[0][0].text(1), "second");
}

TEST_F(CStoreMemory, MayRunOutWhenItReads) {
  const std::string before = Dump();
  Query count = Ask(kNotes, 0, {{Int(7)}});
  count.count_cap = 100;
  const std::vector<Query> queries{Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}, {Int(7), Text("bob")}}), count,
                                   Ask(kCounts, 0, {{Int(7)}})};
  store::RowCollector rows(0);
  const int failures = FailEach(
      [&] {
        rows = store::RowCollector(queries.size());
        return store_->Read(queries, rows);
      },
      [&] {
        for (const auto& none : rows.rows) EXPECT_TRUE(none.empty());
        EXPECT_EQ(Dump(), before);
      });
  EXPECT_EQ(rows.rows[0].size(), 40u);
  EXPECT_EQ(rows.counts[1], 40u);
  EXPECT_EQ(failures, 1 + 3 + 3 + 1);  // the answers, the runs of each query, 40 rows in three steps, one row in one
}

}  // namespace
}  // namespace casecomm::seams
