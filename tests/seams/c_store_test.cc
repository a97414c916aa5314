// SPDX-License-Identifier: Apache-2.0
// The example store in C, through the table of host.h, held to the same contract as the library's own stores.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "examples/host_store.h"
#include "seam_tables.h"
#include "tests/seams/store_suite.h"

namespace casecomm::seams {
namespace {

std::unique_ptr<host::Store> CStore() {
  casecomm_host_store table;
  EXPECT_EQ(host_store_table(&table), CASECOMM_OK);
  auto store = capi::StoreOf(&table);
  EXPECT_TRUE(store.ok()) << store.status().ToString();
  return store.ok() ? std::move(*store) : nullptr;
}

struct CStores {
  std::unique_ptr<host::Store> New() { return CStore(); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(C, StoreSuite, CStores);

// What a batch did before its last add failed is gone back on, in every index.
TEST(CStore, AnOverflowUndoesTheWholeBatch) {
  const std::unique_ptr<host::Store> store = CStore();
  ASSERT_TRUE(store->Open(SuiteSchema()).ok());
  BatchBuilder first(7);
  first.Put(kNotes, {Int(7), Text("a"), Text("ann"), Int(1), Value::Null()}, "a");
  first.Put(kNotes, {Int(7), Text("b"), Text("ann"), Int(2), Value::Null()}, "b");
  first.Add(kCounts, {Int(7), Text("n"), Int(0)}, kMin + 1);
  first.Add(kCounts, {Int(7), Text("m"), Int(0)}, 3);
  ASSERT_TRUE(CommitOne(*store, first.batch()).ok());
  const auto dump = [&] {
    std::string all;
    for (const Query& query : {Ask(kNotes, 0, {{Int(7)}}), Ask(kNotes, kNotesByAt, {{Int(7)}}),
                               Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}}), Ask(kCounts, 0, {{Int(7)}}),
                               Ask(kCounts, 1, {{Int(7), Int(0)}})}) {
      auto rows = store::ReadRows(*store, {query});
      EXPECT_TRUE(rows.ok());
      for (const StoredRow& row : (*rows)[0]) {
        all += row.text(1) + " " + row.body + " " + std::to_string(row.integer(3)) + "@" + std::to_string(row.version) +
               "\n";
      }
    }
    return all;
  };
  const std::string before = dump();
  BatchBuilder second(7);
  second.Put(kNotes, {Int(7), Text("a"), Value::Null(), Int(9), Value::Null()}, "new");
  second.Put(kNotes, {Int(7), Text("c"), Text("ann"), Int(3), Value::Null()}, "c");
  second.Erase(kNotes, {Int(7), Text("b")});
  second.Erase(kCounts, {Int(7), Text("m"), Int(0)});
  second.Add(kCounts, {Int(7), Text("m"), Int(0)}, 1);
  second.Add(kCounts, {Int(7), Text("n"), Int(0)}, -1);
  second.Add(kCounts, {Int(7), Text("n"), Int(0)}, -1);
  EXPECT_EQ(CommitOne(*store, second.batch()).code(), Code::kOutOfRange);
  EXPECT_EQ(dump(), before);
  ASSERT_TRUE(CommitOne(*store, first.batch()).code() == Code::kOutOfRange);
  EXPECT_EQ(dump(), before);
}

// Writers exchange rows and count what they do; readers see whole batches only.
TEST(CStoreThreads, ManyThreadsReadAndCommit) {
  constexpr int kWriters = 4, kReaders = 3, kCommits = 60, kPairs = 8;
  const std::unique_ptr<host::Store> store = CStore();
  ASSERT_TRUE(store->Open(SuiteSchema()).ok());
  std::atomic<int> writing{kWriters}, failures{0}, torn{0}, reads{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kWriters; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        BatchBuilder batch(7);
        const std::string pair = std::to_string((i + t) % kPairs);
        const std::string mark = std::to_string(t) + "/" + std::to_string(i);
        for (const char* half : {"a", "b"}) {
          if (i % 5 == 4) {
            batch.Erase(kNotes, {Int(7), Text(pair + half)});
          } else {
            batch.Put(kNotes, {Int(7), Text(pair + half), Text(mark), Int(i), Bytes(pair)}, mark);
          }
        }
        batch.Add(kCounts, {Int(7), Text("commits"), Int(0)}, 1);
        if (!CommitOne(*store, batch.batch()).ok()) ++failures;
      }
      --writing;
    });
  }
  for (int t = 0; t < kReaders; ++t) {
    threads.emplace_back([&, t] {
      while (writing > 0 || reads < 50) {
        Query query = Ask(kNotes, t == 0 ? 0 : kNotesByDigest, {});
        for (int pair = 0; pair < kPairs; ++pair) {
          query.prefixes.push_back(t == 0 ? std::vector<Value>{Int(7)} : std::vector<Value>{Int(7), Bytes("0")});
        }
        query.descending = t == 2;
        auto rows = store::ReadRows(*store, {query, Ask(kCounts, 0, {{Int(7)}})});
        ++reads;
        if (!rows.ok()) {
          ++failures;
          continue;
        }
        std::map<std::string, int> halves;
        for (const StoredRow& row : (*rows)[0]) {
          ++halves[row.body];
          torn += row.text(2) != row.body;
        }
        for (const auto& [mark, count] : halves) torn += count != 2;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(torn, 0);
  auto rows = store::ReadRows(*store, {Ask(kCounts, 0, {{Int(7)}})});
  EXPECT_EQ((*rows)[0][0].integer(3), kWriters * kCommits);
}

}  // namespace
}  // namespace casecomm::seams
