// SPDX-License-Identifier: Apache-2.0
// The store seam's contract as tests; their names are its sentences. An adapter passes it like this:
//
//   struct MyStores {                         // made anew for each test
//     std::unique_ptr<host::Store> New();     // an empty store, not open yet
//     std::unique_ptr<host::Store> Again();   // the same data, after the store before was destroyed
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Mine, StoreSuite, MyStores);
//   INSTANTIATE_TYPED_TEST_SUITE_P(Mine, DurableStoreSuite, MyStores);  // unless it is gone with its process
#ifndef CASECOMM_TESTS_SEAMS_STORE_SUITE_H_
#define CASECOMM_TESTS_SEAMS_STORE_SUITE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "casecomm/host/store.h"
#include "store/rows.h"
#include "tests/seams/model.h"

namespace casecomm::seams {

using host::Batch;
using host::BatchOutcome;
using host::Query;
using store::BatchBuilder;
using store::CommitOne;
using store::StoredRow;

enum : uint32_t { kNotes, kLinks, kBlobs, kCounts };
inline constexpr uint32_t kNotesByAt = 1, kNotesByOwner = 2, kNotesByDigest = 3;
inline constexpr uint32_t kLinksByB = 1, kLinksByNote = 2;

inline constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

inline const host::Schema& SuiteSchema() {
  using host::CollectionKind;
  using host::ColumnType;
  static const host::Schema schema{
      3,
      {
          {"notes",
           CollectionKind::kRows,
           {{"account_id", ColumnType::kInt64},
            {"id", ColumnType::kText},
            {"owner", ColumnType::kText},
            {"at", ColumnType::kInt64},
            {"digest", ColumnType::kBytes}},
           2,
           {{"by_at", {0, 3}}, {"by_owner", {0, 2, 3}}, {"by_digest", {0, 4}}}},
          {"links",
           CollectionKind::kRows,
           {{"account_id", ColumnType::kInt64},
            {"a", ColumnType::kText},
            {"b", ColumnType::kInt64},
            {"c", ColumnType::kBytes},
            {"note", ColumnType::kText}},
           4,
           {{"by_b", {0, 2}}, {"by_note", {0, 4, 3}}}},
          {"blobs",
           CollectionKind::kBlobs,
           {{"account_id", ColumnType::kInt64}, {"id", ColumnType::kText}, {"kind", ColumnType::kInt64}},
           2,
           {{"by_kind", {0, 2}}}},
          {"counts",
           CollectionKind::kCounters,
           {{"account_id", ColumnType::kInt64},
            {"name", ColumnType::kText},
            {"day", ColumnType::kInt64},
            {"value", ColumnType::kInt64}},
           3,
           {{"by_day", {0, 2}}}},
      }};
  return schema;
}

inline Value Int(int64_t v) {
  return Value::Int(v);
}
inline Value Text(std::string_view v) {
  return Value::Text(v);
}
inline Value Bytes(std::string_view v) {
  return Value::Bytes(v);
}

inline Query Ask(uint32_t collection, uint32_t index, std::vector<std::vector<Value>> prefixes) {
  Query query;
  query.collection = collection;
  query.index = index;
  query.prefixes = std::move(prefixes);
  return query;
}

// The seed of random tests: CASECOMM_SEED, or a fixed one.
inline uint64_t Seed() {
  const char* const given = std::getenv("CASECOMM_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 20260101;
}

template <typename Stores>
class StoreSuite : public testing::Test {
 protected:
  void SetUp() override {
    store_ = stores_.New();
    ASSERT_NE(store_, nullptr);
    const Status opened = store_->Open(SuiteSchema());
    ASSERT_TRUE(opened.ok()) << opened.ToString();
  }

  std::vector<StoredRow> Rows(const Query& query) {
    auto rows = store::ReadRows(*store_, {query});
    EXPECT_TRUE(rows.ok()) << rows.status().ToString();
    return rows.ok() ? std::move((*rows)[0]) : std::vector<StoredRow>();
  }

  // The second column (of text) of each row, joined by blanks.
  std::string Ids(const Query& query) {
    std::string ids;
    for (const StoredRow& row : Rows(query)) ids += (ids.empty() ? "" : " ") + row.text(1);
    return ids;
  }

  uint64_t CountOf(Query query, uint32_t cap) {
    query.count_cap = cap;
    store::RowCollector collector(1);
    const Status status = store_->Read({query}, collector);
    EXPECT_TRUE(status.ok()) << status.ToString();
    EXPECT_TRUE(collector.rows[0].empty());
    return collector.counts[0];
  }

  Code CodeOf(const Query& query) { return store::ReadRows(*store_, {query}).status().code(); }

  void Commit(const BatchBuilder& batch) {
    const Status status = CommitOne(*store_, batch.batch());
    ASSERT_TRUE(status.ok()) << status.ToString();
  }

  static void PutNote(BatchBuilder& batch, std::string_view id, Value owner, Value at, Value digest = {}) {
    batch.Put(kNotes, {Int(batch.batch().account), Text(id), owner, at, digest}, "body of " + std::string(id));
  }

  static void PutLink(BatchBuilder& batch, std::string_view a, int64_t b, std::string_view c) {
    batch.Put(kLinks, {Int(batch.batch().account), Text(a), Int(b), Bytes(c), Value::Null()});
  }

  int64_t VersionOf(uint32_t collection, const std::vector<Value>& key) {
    const std::vector<StoredRow> rows = Rows(Ask(collection, 0, {key}));
    return rows.empty() ? 0 : rows[0].version;
  }

  // Six notes of account 7: b and d of ann, a and c of bob, e and f of nobody; at 1 to 6 in the order d c b a e f.
  void PutSixNotes() {
    BatchBuilder batch(7);
    PutNote(batch, "a", Text("bob"), Int(4));
    PutNote(batch, "b", Text("ann"), Int(3));
    PutNote(batch, "c", Text("bob"), Int(2));
    PutNote(batch, "d", Text("ann"), Int(1));
    PutNote(batch, "e", Value::Null(), Int(5));
    PutNote(batch, "f", Value::Null(), Int(6));
    Commit(batch);
  }

  // All rows of a query, page by page.
  std::vector<StoredRow> Paged(Query query, uint32_t limit) {
    const std::vector<uint32_t> order = host::IndexOrder(SuiteSchema().collections[query.collection], query.index);
    const size_t length = query.prefixes[0].size();
    query.limit = limit;
    std::vector<StoredRow> all;
    for (;;) {
      std::vector<StoredRow> page = Rows(query);
      EXPECT_LE(page.size(), limit);
      const bool last = page.size() < limit;
      for (StoredRow& row : page) all.push_back(std::move(row));
      if (last) return all;
      query.after.clear();
      for (size_t i = 0; i < order.size(); ++i) {
        query.after.push_back(all.back().columns[order[(length + i) % order.size()]].View());
      }
    }
  }

  Stores stores_;
  std::unique_ptr<host::Store> store_;
};

// For stores that outlive their process.
template <typename Stores>
class DurableStoreSuite : public StoreSuite<Stores> {};

TYPED_TEST_SUITE_P(StoreSuite);
TYPED_TEST_SUITE_P(DurableStoreSuite);

TYPED_TEST_P(StoreSuite, ReadsBackWhatWasCommitted) {
  const std::string zeros("\0\xFF\0", 3);
  BatchBuilder batch(7);
  batch.Put(kNotes, {Int(7), Text("id"), Text("Zo\u00EB \U0001F600"), Int(-5), Bytes(zeros)}, zeros);
  batch.Put(kNotes, {Int(7), Text("nulls"), Value::Null(), Value::Null(), Value::Null()}, "");
  batch.Put(kNotes, {Int(7), Text(""), Text(""), Int(0), Bytes("")}, "x");
  this->Commit(batch);
  const std::vector<StoredRow> rows = this->Rows(Ask(kNotes, 0, {{Int(7)}}));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].text(1), "");
  EXPECT_FALSE(rows[0].is_null(2));
  EXPECT_FALSE(rows[0].is_null(4));
  EXPECT_EQ(rows[1].integer(0), 7);
  EXPECT_EQ(rows[1].text(2), "Zo\u00EB \U0001F600");
  EXPECT_EQ(rows[1].integer(3), -5);
  EXPECT_EQ(rows[1].columns[4].type, Value::Type::kBytes);
  EXPECT_EQ(rows[1].text(4), zeros);
  EXPECT_EQ(rows[1].body, zeros);
  EXPECT_EQ(rows[1].body_size, 3u);
  EXPECT_GT(rows[1].version, 0);
  for (size_t column : {2, 3, 4}) EXPECT_TRUE(rows[2].is_null(column));
}

TYPED_TEST_P(StoreSuite, APutReplacesTheRowInEveryIndex) {
  this->PutSixNotes();
  BatchBuilder batch(7);
  batch.Put(kNotes, {Int(7), Text("a"), Value::Null(), Int(9), Value::Null()}, "new");
  this->Commit(batch);
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {{Int(7), Text("bob")}})), "c");
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByAt, {{Int(7)}})), "d c b e f a");
  EXPECT_EQ(this->Rows(Ask(kNotes, 0, {{Int(7), Text("a")}}))[0].body, "new");
}

TYPED_TEST_P(StoreSuite, OpenRefusesAMalformedSchema) {
  const host::Schema good = SuiteSchema();
  std::vector<host::Schema> bad(8, good);
  bad[0].version = 0;
  bad[1].collections[1].name = "notes";
  bad[2].collections[0].columns[2].name = "no good";
  bad[3].collections[0].key_columns = 0;
  bad[4].collections[0].indexes[0].columns = {3};
  bad[5].collections[0].indexes[0].columns = {0, 99};
  bad[6].collections[3].columns.back().type = host::ColumnType::kText;
  bad[7].collections[0].columns[0].type = host::ColumnType::kText;
  for (size_t i = 0; i < bad.size(); ++i) {
    TypeParam others;
    EXPECT_EQ(others.New()->Open(bad[i]).code(), Code::kInvalidArgument) << i;
  }
}

TYPED_TEST_P(StoreSuite, NothingWorksBeforeOpenAndOpenWorksOnce) {
  TypeParam others;
  const std::unique_ptr<host::Store> closed = others.New();
  store::RowCollector collector(0);
  std::vector<BatchOutcome> outcomes;
  EXPECT_EQ(closed->Read({}, collector).code(), Code::kFailedPrecondition);
  EXPECT_EQ(closed->Commit({}, &outcomes).code(), Code::kFailedPrecondition);
  EXPECT_EQ(this->store_->Open(SuiteSchema()).code(), Code::kFailedPrecondition);
}

TYPED_TEST_P(StoreSuite, IntegersOrderByValue) {
  BatchBuilder batch(7);
  for (int64_t at : {int64_t{-1}, kMax, int64_t{256}, int64_t{0}, kMin, int64_t{255}, int64_t{1}, kMin + 1, kMax - 1}) {
    this->PutNote(batch, std::to_string(at), Value::Null(), Int(at));
  }
  this->Commit(batch);
  std::vector<int64_t> order;
  for (const StoredRow& row : this->Rows(Ask(kNotes, kNotesByAt, {{Int(7)}}))) order.push_back(row.integer(3));
  EXPECT_EQ(order, (std::vector<int64_t>{kMin, kMin + 1, -1, 0, 1, 255, 256, kMax - 1, kMax}));
}

TYPED_TEST_P(StoreSuite, TextAndBytesOrderByByte) {
  BatchBuilder batch(7);
  // U+FFFD stands before U+1F600 in bytes, and behind it in UTF-16.
  for (std::string_view id : {"a", "B", "b", "", "aa", "a b", "\u00E9", "\uFFFD", "\U0001F600", "z"}) {
    this->PutNote(batch, id, Value::Null(), Value::Null());
  }
  const std::vector<std::string> digests{std::string("\0", 1),     "",         std::string("\0\0", 2), "\xFF", "\x7F",
                                         std::string("\0\xFF", 2), "\xFF\xFF", std::string("a\0", 2),  "a"};
  for (const std::string& digest : digests) {
    batch.Put(kLinks, {Int(7), Text("a"), Int(0), Bytes(digest), Value::Null()});
  }
  this->Commit(batch);
  std::vector<std::string> ids, bytes, sorted = digests;
  for (const StoredRow& row : this->Rows(Ask(kNotes, 0, {{Int(7)}}))) ids.push_back(row.text(1));
  EXPECT_EQ(ids, (std::vector<std::string>{"", "B", "a", "a b", "aa", "b", "z", "\u00E9", "\uFFFD", "\U0001F600"}));
  for (const StoredRow& row : this->Rows(Ask(kLinks, 0, {{Int(7)}}))) bytes.push_back(row.text(3));
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(bytes, sorted);
}

TYPED_TEST_P(StoreSuite, AnIndexEndsInTheRestOfThePrimaryKey) {
  BatchBuilder batch(7);
  for (std::string_view id : {"c", "a", "b"}) this->PutNote(batch, id, Text("ann"), Int(5));
  this->Commit(batch);
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}})), "a b c");
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann"), Int(5), Text("b")}})), "b");
}

TYPED_TEST_P(StoreSuite, ARowWithANullColumnIsNotInTheIndex) {
  this->PutSixNotes();
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {{Int(7)}})), "d b c a");
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByDigest, {{Int(7)}})), "");
  EXPECT_EQ(this->CountOf(Ask(kNotes, kNotesByOwner, {{Int(7)}}), 100), 4u);
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "a b c d e f");
}

TYPED_TEST_P(StoreSuite, PrefixesAreMergedByTheColumnsBehind) {
  this->PutSixNotes();
  Query query = Ask(kNotes, kNotesByOwner, {{Int(7), Text("bob")}, {Int(7), Text("nobody")}, {Int(7), Text("ann")}});
  EXPECT_EQ(this->Ids(query), "d c b a");
  query.descending = true;
  EXPECT_EQ(this->Ids(query), "a b c d");
}

TYPED_TEST_P(StoreSuite, PrefixesOfSeveralAccountsAreMerged) {
  for (int64_t account : {1, 2}) {
    BatchBuilder batch(account);
    for (int64_t at = 0; at < 3; ++at) {
      this->PutNote(batch, std::to_string(account) + std::to_string(at), Value::Null(), Int(at));
    }
    this->Commit(batch);
  }
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByAt, {{Int(2)}, {Int(1)}})), "10 20 11 21 12 22");
}

TYPED_TEST_P(StoreSuite, APrefixThatStandsTwiceGivesEachRowOnce) {
  this->PutSixNotes();
  const std::vector<Value> ann{Int(7), Text("ann")}, a{Int(7), Text("a")};
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {ann, ann, ann})), "d b");
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {a, a})), "a");
  EXPECT_EQ(this->CountOf(Ask(kNotes, kNotesByOwner, {ann, ann}), 100), 2u);
}

TYPED_TEST_P(StoreSuite, TiesComeByThePrefix) {
  BatchBuilder batch(7);
  for (std::string_view a : {"z", "m", "a"}) {
    this->PutLink(batch, a, 1, "x");
    this->PutLink(batch, a, 2, "x");
  }
  this->Commit(batch);
  Query query = Ask(kLinks, 0, {{Int(7), Text("m")}, {Int(7), Text("z")}, {Int(7), Text("a")}});
  EXPECT_EQ(this->Ids(query), "a m z a m z");
  query.descending = true;
  EXPECT_EQ(this->Ids(query), "z m a z m a");
  Query whole = Ask(kLinks, 0, {});
  for (std::string_view a : {"z", "a", "m"}) whole.prefixes.push_back({Int(7), Text(a), Int(1), Bytes("x")});
  EXPECT_EQ(this->Ids(whole), "a m z");
  whole.descending = true;
  EXPECT_EQ(this->Ids(whole), "z m a");
}

TYPED_TEST_P(StoreSuite, AThousandPrefixesAreMerged) {
  BatchBuilder batch(7);
  Query query = Ask(kNotes, kNotesByOwner, {});
  std::vector<std::string> owners;
  for (int i = 0; i < 1000; ++i) owners.push_back("owner" + std::to_string(i * 7919 % 1000));
  for (int i = 0; i < 3000; ++i) {
    this->PutNote(batch, std::to_string(i), Text(owners[static_cast<size_t>(i * 37 % 1000)]), Int(i));
  }
  this->Commit(batch);
  for (const std::string& owner : owners) query.prefixes.push_back({Int(7), Text(owner)});
  const std::vector<StoredRow> rows = this->Rows(query);
  ASSERT_EQ(rows.size(), 3000u);
  for (int i = 0; i < 3000; ++i) EXPECT_EQ(rows[static_cast<size_t>(i)].integer(3), i);
  query.prefixes.push_back({Int(7), Text("one more")});
  EXPECT_EQ(this->CodeOf(query), Code::kInvalidArgument);
}

TYPED_TEST_P(StoreSuite, NoPrefixIsNoRows) {
  this->PutSixNotes();
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {})), "");
  EXPECT_EQ(this->CountOf(Ask(kNotes, 0, {}), 5), 0u);
}

TYPED_TEST_P(StoreSuite, ARangeHoldsItsEndsAsItSays) {
  BatchBuilder batch(7);
  for (int64_t at : {kMin, int64_t{1}, int64_t{2}, int64_t{3}, kMax}) {
    this->PutNote(batch, at == kMin ? "min" : at == kMax ? "max" : std::to_string(at), Text("ann"), Int(at));
  }
  this->Commit(batch);
  for (uint32_t index : {kNotesByAt, kNotesByOwner}) {
    Query query = Ask(kNotes, index, {{Int(7)}});
    if (index == kNotesByOwner) query.prefixes[0].push_back(Text("ann"));
    const auto range = [&](Value lower, bool lower_in, Value upper, bool upper_in) {
      query.lower = {lower, lower_in};
      query.upper = {upper, upper_in};
      query.descending = false;
      const std::string up = this->Ids(query);
      const uint64_t count = this->CountOf(query, 100);
      query.descending = true;
      const std::vector<StoredRow> down = this->Rows(query);
      std::string reversed;
      for (auto row = down.rbegin(); row != down.rend(); ++row)
        reversed += (reversed.empty() ? "" : " ") + row->text(1);
      EXPECT_EQ(up, reversed);
      EXPECT_EQ(count, down.size());
      return up;
    };
    EXPECT_EQ(range(Int(1), true, Int(3), true), "1 2 3");
    EXPECT_EQ(range(Int(1), false, Int(3), false), "2");
    EXPECT_EQ(range(Int(1), true, Int(3), false), "1 2");
    EXPECT_EQ(range(Int(1), false, Int(3), true), "2 3");
    EXPECT_EQ(range(Int(2), true, Int(2), true), "2");
    EXPECT_EQ(range(Int(2), true, Int(2), false), "");
    EXPECT_EQ(range(Int(2), false, Int(2), true), "");
    EXPECT_EQ(range(Int(3), true, Int(1), true), "");
    EXPECT_EQ(range(Value::Null(), false, Int(1), true), "min 1");
    EXPECT_EQ(range(Int(3), true, Value::Null(), false), "3 max");
    EXPECT_EQ(range(Int(kMax), false, Value::Null(), true), "");
    EXPECT_EQ(range(Value::Null(), true, Int(kMin), false), "");
    EXPECT_EQ(range(Int(kMin), false, Int(kMax), false), "1 2 3");
  }
}

TYPED_TEST_P(StoreSuite, ARangeHoldsForEveryPrefix) {
  this->PutSixNotes();
  Query query = Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}, {Int(7), Text("bob")}});
  query.lower = {Int(1), false};
  query.upper = {Int(4), false};
  EXPECT_EQ(this->Ids(query), "c b");
}

TYPED_TEST_P(StoreSuite, ARangeOfTextAndBytesGoesByByte) {
  BatchBuilder batch(7);
  const std::string zero("a\0", 2);
  for (std::string_view c :
       {std::string_view("a"), std::string_view(zero), std::string_view("a\x01"), std::string_view("b")}) {
    this->PutLink(batch, "k", 1, c);
  }
  this->Commit(batch);
  Query query = Ask(kLinks, 0, {{Int(7), Text("k"), Int(1)}});
  query.lower = {Bytes("a"), false};
  query.upper = {Bytes("b"), false};
  EXPECT_EQ(this->Rows(query).size(), 2u);
  query.lower = {Bytes(zero), false};
  EXPECT_EQ(this->Rows(query).size(), 1u);
  Query text = Ask(kLinks, 0, {{Int(7)}});
  text.lower = {Text("k"), true};
  text.upper = {Text("k"), true};
  EXPECT_EQ(this->Rows(text).size(), 4u);
}

TYPED_TEST_P(StoreSuite, AfterContinuesExactlyWhereThePageEnded) {
  BatchBuilder batch(7);
  for (int i = 0; i < 40; ++i) {
    this->PutNote(batch, "id" + std::to_string(i), Text(i % 3 == 0 ? "ann" : i % 3 == 1 ? "bob" : "cyd"), Int(i / 8));
    this->PutLink(batch, "a" + std::to_string(i % 4), i / 8, i % 8 < 4 ? "x" : "y");
  }
  this->Commit(batch);
  std::vector<Query> queries{
      Ask(kNotes, 0, {{Int(7)}}),
      Ask(kNotes, kNotesByAt, {{Int(7)}}),
      Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}, {Int(7), Text("cyd")}}),
      Ask(kNotes, kNotesByOwner, {{Int(7), Text("bob"), Int(1)}, {Int(7), Text("ann"), Int(2)}}),
      Ask(kLinks, 0, {{Int(7), Text("a3")}, {Int(7), Text("a0")}, {Int(7), Text("a1")}}),
      Ask(kLinks, kLinksByB, {{Int(7), Int(0)}, {Int(7), Int(1)}}),
      Ask(kNotes, 0, {{Int(7), Text("id3")}, {Int(7), Text("id1")}, {Int(7), Text("id2")}}),
  };
  for (size_t i = 0; i < queries.size(); ++i) {
    for (bool descending : {false, true}) {
      queries[i].descending = descending;
      const std::vector<StoredRow> whole = this->Rows(queries[i]);
      ASSERT_GE(whole.size(), 3u);
      for (uint32_t limit : {1, 2, 3, 7}) {
        const std::vector<StoredRow> paged = this->Paged(queries[i], limit);
        ASSERT_EQ(paged.size(), whole.size()) << i << " in pages of " << limit;
        for (size_t row = 0; row < whole.size(); ++row) {
          for (size_t column = 0; column < whole[row].columns.size(); ++column) {
            EXPECT_TRUE(Cell(paged[row].columns[column].View()) == Cell(whole[row].columns[column].View()));
          }
        }
      }
    }
  }
}

TYPED_TEST_P(StoreSuite, AfterWithoutThePrefixPassesOverAllThatTie) {
  BatchBuilder batch(7);
  for (std::string_view a : {"a", "b"}) {
    for (int64_t b : {1, 2, 3}) this->PutLink(batch, a, b, "x");
  }
  this->Commit(batch);
  Query query = Ask(kLinks, 0, {{Int(7), Text("a")}, {Int(7), Text("b")}});
  query.after = {Int(2), Bytes("x")};
  EXPECT_EQ(this->Ids(query), "a b");
  EXPECT_EQ(this->Rows(query)[0].integer(2), 3);
  query.descending = true;
  EXPECT_EQ(this->Rows(query)[0].integer(2), 1);
  EXPECT_EQ(this->Rows(query).size(), 2u);
}

TYPED_TEST_P(StoreSuite, AfterAndARangeBothHold) {
  this->PutSixNotes();
  Query query = Ask(kNotes, kNotesByAt, {{Int(7)}});
  query.lower = {Int(2), true};
  query.upper = {Int(5), true};
  const auto after = [&](int64_t at, std::string_view id, bool descending) {
    query.after = {Int(at), Text(id)};
    query.descending = descending;
    return this->Ids(query);
  };
  EXPECT_EQ(after(1, "d", false), "c b a e");
  EXPECT_EQ(after(3, "b", false), "a e");
  EXPECT_EQ(after(5, "e", false), "");
  EXPECT_EQ(after(9, "z", false), "");
  EXPECT_EQ(after(9, "z", true), "e a b c");
  EXPECT_EQ(after(3, "b", true), "c");
  EXPECT_EQ(after(2, "c", true), "");
  EXPECT_EQ(after(1, "d", true), "");
  EXPECT_EQ(after(2, "", false), "c b a e");
  query.lower.inclusive = query.upper.inclusive = false;
  EXPECT_EQ(after(2, "", false), "b a");
  EXPECT_EQ(after(5, "z", true), "a b");
}

TYPED_TEST_P(StoreSuite, ALimitEndsTheQuery) {
  this->PutSixNotes();
  Query query = Ask(kNotes, 0, {{Int(7)}});
  query.limit = 2;
  EXPECT_EQ(this->Ids(query), "a b");
  query.limit = 100;
  EXPECT_EQ(this->Ids(query), "a b c d e f");
  Query keys = Ask(kNotes, 0, {{Int(7), Text("c")}, {Int(7), Text("a")}, {Int(7), Text("b")}});
  keys.limit = 2;
  EXPECT_EQ(this->Ids(keys), "a b");
}

TYPED_TEST_P(StoreSuite, ACountStopsAtItsCap) {
  this->PutSixNotes();
  Query query = Ask(kNotes, 0, {{Int(7)}});
  EXPECT_EQ(this->CountOf(query, 4), 4u);
  EXPECT_EQ(this->CountOf(query, 6), 6u);
  EXPECT_EQ(this->CountOf(query, 7), 6u);
  query.limit = 1;
  EXPECT_EQ(this->CountOf(query, 7), 6u) << "a limit is for rows";
  Query merged = Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}, {Int(7), Text("bob")}});
  EXPECT_EQ(this->CountOf(merged, 3), 3u);
  merged.after = {Int(2), Text("c")};
  EXPECT_EQ(this->CountOf(merged, 9), 2u);
  Query keys = Ask(kNotes, 0, {{Int(7), Text("a")}, {Int(7), Text("zz")}, {Int(7), Text("b")}});
  EXPECT_EQ(this->CountOf(keys, 9), 2u);
  keys.after = {Int(7), Text("a")};
  EXPECT_EQ(this->CountOf(keys, 9), 1u);
}

TYPED_TEST_P(StoreSuite, KeysOnlyLeavesTheBodyOut) {
  this->PutSixNotes();
  BatchBuilder batch(7);
  batch.Put(kBlobs, {Int(7), Text("b"), Int(1)}, std::string(5000, 'x'));
  this->Commit(batch);
  for (Query query : {Ask(kNotes, 0, {{Int(7), Text("a")}}), Ask(kBlobs, 0, {{Int(7)}})}) {
    query.keys_only = true;
    const std::vector<StoredRow> rows = this->Rows(query);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].body, "");
    EXPECT_EQ(rows[0].body_size, query.collection == kBlobs ? 5000u : 9u);
    EXPECT_GT(rows[0].version, 0);
  }
}

TYPED_TEST_P(StoreSuite, ABlobIsReadByRange) {
  std::string bytes(300'000, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761u >> 13);
  BatchBuilder batch(7);
  batch.Put(kBlobs, {Int(7), Text("big"), Int(1)}, bytes);
  batch.Put(kBlobs, {Int(7), Text("empty"), Int(1)}, "");
  this->Commit(batch);
  struct Case {
    uint64_t offset, limit;
  };
  const uint64_t size = bytes.size();
  for (const Case& c : {Case{0, 0}, Case{0, 1}, Case{1, 0}, Case{65536, 65536}, Case{size - 1, 10}, Case{size, 1},
                        Case{size + 1, 1}, Case{size - 1, 1}, Case{UINT64_MAX, UINT64_MAX}, Case{0, UINT64_MAX},
                        Case{0, size}, Case{0, size + 1}, Case{size, 0}}) {
    Query query = Ask(kBlobs, 0, {{Int(7), Text("big")}, {Int(7), Text("empty")}});
    query.body_offset = c.offset;
    query.body_limit = c.limit;
    const std::vector<StoredRow> rows = this->Rows(query);
    ASSERT_EQ(rows.size(), 2u);
    const std::string whole = c.offset < size ? bytes.substr(c.offset) : "";
    EXPECT_TRUE(rows[0].body == (c.limit ? whole.substr(0, c.limit) : whole)) << c.offset << " " << c.limit;
    EXPECT_EQ(rows[0].body_size, size);
    EXPECT_EQ(rows[1].body, "");
    EXPECT_EQ(rows[1].body_size, 0u);
  }
}

TYPED_TEST_P(StoreSuite, QueriesOfOneReadAreAnsweredInOrder) {
  this->PutSixNotes();
  Query count = Ask(kNotes, 0, {{Int(7)}});
  count.count_cap = 10;
  store::RowCollector collector(3);
  const Status status = this->store_->Read(
      {Ask(kNotes, 0, {{Int(7), Text("b")}}), count, Ask(kNotes, 0, {{Int(7), Text("none")}})}, collector);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(collector.rows[0].size(), 1u);
  EXPECT_EQ(collector.counts[1], 6u);
  EXPECT_TRUE(collector.rows[2].empty());
}

TYPED_TEST_P(StoreSuite, AReadSeesOneCommittedState) {
  // A writer moves all notes from one value to the next in one batch; each read asks for them in three queries.
  constexpr int kNotesMoved = 20, kReads = 200;
  const auto move = [&](int64_t to) {
    BatchBuilder batch(7);
    for (int i = 0; i < kNotesMoved; ++i) this->PutNote(batch, "n" + std::to_string(i), Text("ann"), Int(to));
    batch.Add(kCounts, {Int(7), Text("moves"), Int(0)}, 1);
    return CommitOne(*this->store_, batch.batch());
  };
  ASSERT_TRUE(move(1).ok());
  std::atomic<bool> stop{false};
  std::atomic<int64_t> moves{1};
  std::thread writer([&] {
    while (!stop) {
      if (!move(moves + 1).ok()) break;
      ++moves;
    }
  });
  for (int i = 0; i < kReads || moves < 10; ++i) {
    auto rows = store::ReadRows(*this->store_, {Ask(kNotes, 0, {{Int(7)}}), Ask(kCounts, 0, {{Int(7)}}),
                                                Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}})});
    EXPECT_TRUE(rows.ok()) << rows.status().ToString();
    if (!rows.ok()) break;
    std::set<int64_t> seen;
    for (size_t query : {0, 2}) {
      EXPECT_EQ((*rows)[query].size(), static_cast<size_t>(kNotesMoved));
      for (const StoredRow& row : (*rows)[query]) seen.insert(row.integer(3));
    }
    seen.insert((*rows)[1][0].integer(3));
    EXPECT_EQ(seen.size(), 1u);
    if (this->HasFailure()) break;
  }
  stop = true;
  writer.join();
  EXPECT_GE(moves, 10);
}

TYPED_TEST_P(StoreSuite, ConcurrentCommitsLoseNothing) {
  constexpr int kThreads = 4, kCommits = 25;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        BatchBuilder batch(7);
        this->PutNote(batch, std::to_string(t) + "/" + std::to_string(i), Value::Null(), Int(i));
        batch.Add(kCounts, {Int(7), Text("sum"), Int(1)}, t + 1);
        if (!CommitOne(*this->store_, batch.batch()).ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(this->CountOf(Ask(kNotes, 0, {{Int(7)}}), 1000), static_cast<uint64_t>(kThreads * kCommits));
  EXPECT_EQ(this->Rows(Ask(kCounts, 0, {{Int(7)}}))[0].integer(3), kCommits * (1 + 2 + 3 + 4));
}

TYPED_TEST_P(StoreSuite, OfTwoCommitsAtOneVersionOneIsAborted) {
  this->PutSixNotes();
  const int64_t version = this->VersionOf(kNotes, {Int(7), Text("a")});
  constexpr int kThreads = 4;
  std::atomic<int> done{0}, aborted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      BatchBuilder batch(7);
      batch.Require(kNotes, {Int(7), Text("a")}, version);
      this->PutNote(batch, "a", Value::Null(), Int(0));
      const Status status = CommitOne(*this->store_, batch.batch());
      if (status.ok()) ++done;
      if (status.code() == Code::kAborted) ++aborted;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(aborted, kThreads - 1);
}

TYPED_TEST_P(StoreSuite, ABatchIsAllOrNothing) {
  this->PutSixNotes();
  BatchBuilder batch(7);
  this->PutNote(batch, "new", Text("ann"), Int(50));
  batch.Erase(kNotes, {Int(7), Text("a")});
  batch.Add(kCounts, {Int(7), Text("n"), Int(0)}, 1);
  batch.Require(kNotes, {Int(7), Text("b")}, 0);
  EXPECT_EQ(CommitOne(*this->store_, batch.batch()).code(), Code::kAborted);
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "a b c d e f");
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}})), "d b");
  EXPECT_TRUE(this->Rows(Ask(kCounts, 0, {{Int(7)}})).empty());
}

TYPED_TEST_P(StoreSuite, EachBatchIsAnsweredByItself) {
  std::vector<BatchBuilder> builders;
  for (int i = 0; i < 5; ++i) builders.emplace_back(7 + i % 2);
  this->PutNote(builders[0], "one", Value::Null(), Int(1));
  this->PutNote(builders[1], "two", Value::Null(), Int(2));
  builders[2].Require(kNotes, {Int(7), Text("one")}, 0);  // the first batch has written it
  this->PutNote(builders[2], "three", Value::Null(), Int(3));
  builders[3].Put(kNotes, {Int(8)});  // malformed
  this->PutNote(builders[4], "five", Value::Null(), Int(5));
  std::vector<Batch> batches;
  for (const BatchBuilder& builder : builders) batches.push_back(builder.batch());
  std::vector<BatchOutcome> outcomes(99);
  ASSERT_TRUE(this->store_->Commit(batches, &outcomes).ok());
  ASSERT_EQ(outcomes.size(), 5u);
  EXPECT_TRUE(outcomes[0].status.ok());
  EXPECT_TRUE(outcomes[1].status.ok());
  EXPECT_EQ(outcomes[2].status.code(), Code::kAborted);
  EXPECT_EQ(outcomes[2].failed_precondition, 0);
  EXPECT_EQ(outcomes[3].status.code(), Code::kInvalidArgument);
  EXPECT_EQ(outcomes[3].failed_precondition, -1);
  EXPECT_TRUE(outcomes[4].status.ok());
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "five one");
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(8)}})), "two");
}

TYPED_TEST_P(StoreSuite, CommittingNothingIsOk) {
  std::vector<BatchOutcome> outcomes(3);
  EXPECT_TRUE(this->store_->Commit({}, &outcomes).ok());
  EXPECT_TRUE(outcomes.empty());
  EXPECT_TRUE(CommitOne(*this->store_, Batch{}).ok());
}

TYPED_TEST_P(StoreSuite, APreconditionNamesTheFirstThatFailed) {
  this->PutSixNotes();
  const int64_t a = this->VersionOf(kNotes, {Int(7), Text("a")});
  const auto outcome = [&](std::vector<std::pair<std::string_view, int64_t>> wanted) {
    BatchBuilder batch(7);
    for (const auto& [id, version] : wanted) batch.Require(kNotes, {Int(7), Text(id)}, version);
    std::vector<BatchOutcome> outcomes;
    EXPECT_TRUE(this->store_->Commit({batch.batch()}, &outcomes).ok());
    EXPECT_EQ(outcomes[0].status.ok(), outcomes[0].failed_precondition == -1);
    return outcomes[0].failed_precondition;
  };
  EXPECT_EQ(outcome({{"a", a}, {"none", 0}}), -1);
  EXPECT_EQ(outcome({{"a", 0}}), 0);
  EXPECT_EQ(outcome({{"a", a + 1}}), 0);
  EXPECT_EQ(outcome({{"none", a}}), 0);
  EXPECT_EQ(outcome({{"a", a}, {"none", 0}, {"none", 1}, {"a", 0}}), 2);
}

TYPED_TEST_P(StoreSuite, PreconditionsAreOfTheStateBeforeTheBatch) {
  BatchBuilder batch(7);
  batch.Require(kNotes, {Int(7), Text("a")}, 0);
  this->PutNote(batch, "a", Value::Null(), Int(1));
  this->Commit(batch);
  EXPECT_EQ(CommitOne(*this->store_, batch.batch()).code(), Code::kAborted);
}

TYPED_TEST_P(StoreSuite, PreconditionsHoldOnBlobsAndCounters) {
  BatchBuilder first(7);
  first.Put(kBlobs, {Int(7), Text("b"), Int(1)}, "x");
  first.Add(kCounts, {Int(7), Text("n"), Int(0)}, 1);
  this->Commit(first);
  const int64_t blob = this->VersionOf(kBlobs, {Int(7), Text("b")});
  const int64_t count = this->VersionOf(kCounts, {Int(7), Text("n"), Int(0)});
  BatchBuilder second(7);
  second.Require(kBlobs, {Int(7), Text("b")}, blob);
  second.Require(kCounts, {Int(7), Text("n"), Int(0)}, count);
  second.Add(kCounts, {Int(7), Text("n"), Int(0)}, 1);
  this->Commit(second);
  EXPECT_EQ(CommitOne(*this->store_, second.batch()).code(), Code::kAborted) << "an add changes the version";
}

TYPED_TEST_P(StoreSuite, AVersionIsNeverGivenTwiceForAKey) {
  std::set<int64_t> versions;
  const std::vector<Value> key{Int(7), Text("a")};
  for (int i = 0; i < 10; ++i) {
    BatchBuilder put(7);
    this->PutNote(put, "a", Value::Null(), Int(1));
    this->Commit(put);
    EXPECT_TRUE(versions.insert(this->VersionOf(kNotes, key)).second);
    if (i % 2 == 0) continue;
    BatchBuilder erase(7);
    erase.Erase(kNotes, key);
    this->Commit(erase);
    EXPECT_EQ(this->VersionOf(kNotes, key), 0);
  }
  EXPECT_GT(*versions.begin(), 0);
}

TYPED_TEST_P(StoreSuite, BatchesOfOneCommitGiveVersionsOfTheirOwn) {
  std::vector<BatchBuilder> builders;
  for (std::string_view id : {"a", "b", "c"}) this->PutNote(builders.emplace_back(7), id, Value::Null(), Int(1));
  std::vector<BatchOutcome> outcomes;
  ASSERT_TRUE(this->store_->Commit({builders[0].batch(), builders[1].batch(), builders[2].batch()}, &outcomes).ok());
  const std::vector<Value> key{Int(7), Text("c")};
  std::set<int64_t> versions{this->VersionOf(kNotes, key)};
  for (int i = 0; i < 5; ++i) {
    this->Commit(builders[2]);
    EXPECT_TRUE(versions.insert(this->VersionOf(kNotes, key)).second);
  }
}

TYPED_TEST_P(StoreSuite, ErasingRemovesFromEveryIndexAndAnAbsentRowIsNoError) {
  this->PutSixNotes();
  BatchBuilder batch(7);
  batch.Erase(kNotes, {Int(7), Text("b")});
  batch.Erase(kNotes, {Int(7), Text("none")});
  this->Commit(batch);
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "a c d e f");
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByAt, {{Int(7)}})), "d c a e f");
  EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {{Int(7), Text("ann")}})), "d");
}

TYPED_TEST_P(StoreSuite, AddsMakeAndChangeCounters) {
  const std::vector<Value> key{Int(7), Text("n"), Int(3)}, other{Int(7), Text("n"), Int(4)};
  BatchBuilder batch(7);
  batch.Add(kCounts, key, 5);
  batch.Add(kCounts, other, 0);
  batch.Add(kCounts, key, -7);
  this->Commit(batch);
  this->Commit(batch);
  const std::vector<StoredRow> rows = this->Rows(Ask(kCounts, 0, {{Int(7)}}));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].integer(3), -4);
  EXPECT_EQ(rows[1].integer(3), 0);
  EXPECT_EQ(rows[0].body, "");
  EXPECT_EQ(rows[0].body_size, 0u);
  EXPECT_EQ(this->Rows(Ask(kCounts, 1, {{Int(7), Int(4)}})).size(), 1u);
}

TYPED_TEST_P(StoreSuite, AnEraseAndAnAddOfOneCounterBeginItAnew) {
  const std::vector<Value> key{Int(7), Text("n"), Int(3)};
  BatchBuilder first(7);
  first.Add(kCounts, key, 5);
  this->Commit(first);
  const int64_t before = this->VersionOf(kCounts, key);
  BatchBuilder second(7);
  second.Erase(kCounts, key);
  second.Add(kCounts, key, 2);
  this->Commit(second);
  EXPECT_EQ(this->Rows(Ask(kCounts, 0, {{Int(7)}}))[0].integer(3), 2);
  EXPECT_NE(this->VersionOf(kCounts, key), before);
}

TYPED_TEST_P(StoreSuite, AnAddPastTheEndsOfInt64IsRefused) {
  const std::vector<Value> key{Int(7), Text("n"), Int(3)};
  BatchBuilder first(7);
  first.Add(kCounts, key, kMax);
  this->Commit(first);
  BatchBuilder second(7);
  this->PutNote(second, "a", Value::Null(), Int(1));
  second.Add(kCounts, key, 1);
  EXPECT_EQ(CommitOne(*this->store_, second.batch()).code(), Code::kOutOfRange);
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "");
  EXPECT_EQ(this->Rows(Ask(kCounts, 0, {{Int(7)}}))[0].integer(3), kMax);
}

TYPED_TEST_P(StoreSuite, AnAccountSeesItsOwnRowsOnly) {
  for (int64_t account : {kMin, int64_t{-1}, int64_t{0}, int64_t{1}, kMax}) {
    BatchBuilder batch(account);
    this->PutNote(batch, "same", Text("ann"), Int(1));
    this->Commit(batch);
  }
  for (int64_t account : {kMin, int64_t{-1}, int64_t{0}, int64_t{1}, kMax}) {
    for (uint32_t index : {uint32_t{0}, kNotesByAt, kNotesByOwner}) {
      for (bool descending : {false, true}) {
        Query query = Ask(kNotes, index, {{Int(account)}});
        query.descending = descending;
        const std::vector<StoredRow> rows = this->Rows(query);
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].integer(0), account);
      }
    }
  }
}

TYPED_TEST_P(StoreSuite, AKeyOfAnotherAccountIsRefused) {
  std::vector<BatchBuilder> builders;
  for (int i = 0; i < 4; ++i) builders.emplace_back(7);
  builders[0].Put(kNotes, {Int(8), Text("a"), Value::Null(), Value::Null(), Value::Null()});
  builders[1].Erase(kNotes, {Int(8), Text("a")});
  builders[2].Add(kCounts, {Int(8), Text("a"), Int(1)}, 1);
  builders[3].Require(kNotes, {Int(8), Text("a")}, 0);
  for (BatchBuilder& builder : builders) {
    this->PutNote(builder, "mine", Value::Null(), Int(1));
    EXPECT_EQ(CommitOne(*this->store_, builder.batch()).code(), Code::kInvalidArgument);
  }
  EXPECT_TRUE(this->Rows(Ask(kNotes, 0, {{Int(7)}, {Int(8)}})).empty());
}

TYPED_TEST_P(StoreSuite, AKeyTwiceAmongPutsAndErasesIsRefused) {
  BatchBuilder puts(7), both(7), erases(7), apart(7);
  for (int i = 0; i < 2; ++i) this->PutNote(puts, "a", Value::Null(), Int(i));
  this->PutNote(both, "a", Value::Null(), Int(1));
  both.Erase(kNotes, {Int(7), Text("a")});
  for (int i = 0; i < 2; ++i) erases.Erase(kNotes, {Int(7), Text("a")});
  for (const BatchBuilder* batch : {&puts, &both, &erases}) {
    EXPECT_EQ(CommitOne(*this->store_, batch->batch()).code(), Code::kInvalidArgument);
  }
  this->PutNote(apart, "a", Value::Null(), Int(1));
  apart.Put(kBlobs, {Int(7), Text("a"), Int(1)}, "x");
  EXPECT_TRUE(CommitOne(*this->store_, apart.batch()).ok());
}

TYPED_TEST_P(StoreSuite, AQueryThatTheSchemaDoesNotCarryIsRefused) {
  this->PutSixNotes();
  std::vector<Query> bad;
  bad.push_back(Ask(4, 0, {{Int(7)}}));
  bad.push_back(Ask(kNotes, 4, {{Int(7)}}));
  bad.push_back(Ask(kNotes, 0, {{}}));
  bad.push_back(Ask(kNotes, 0, {{Text("7")}}));
  bad.push_back(Ask(kNotes, 0, {{Value::Null()}}));
  bad.push_back(Ask(kNotes, 0, {{Int(7), Int(1)}}));
  bad.push_back(Ask(kNotes, 0, {{Int(7), Bytes("a")}}));
  bad.push_back(Ask(kNotes, 0, {{Int(7), Text("a"), Text("b")}}));
  bad.push_back(Ask(kNotes, 0, {{Int(7), Text("\xC3")}}));
  bad.push_back(Ask(kNotes, 0, {{Int(7)}, {Int(7), Text("a")}}));
  bad.push_back(Ask(kNotes, kNotesByOwner, {{Int(7), Value::Null()}}));
  for (int i = 0; i < 8; ++i) bad.push_back(Ask(kNotes, kNotesByAt, {{Int(7)}}));
  bad[11].lower.value = Text("1");
  bad[12].upper.value = Bytes("1");
  bad[13].after = {Int(1)};
  bad[14].after = {Int(1), Int(1)};
  bad[15].after = {Int(1), Text("a"), Text("b")};
  bad[16].after = {Value::Null(), Text("a")};
  bad[17].body_offset = 1;
  bad[18].body_limit = 1;
  bad.push_back(Ask(kNotes, 0, {{Int(7), Text("a")}}));
  bad.back().lower.value = Text("a");
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(this->CodeOf(bad[i]), Code::kInvalidArgument) << i;
    // No row of the good query comes either.
    store::RowCollector collector(2);
    EXPECT_FALSE(this->store_->Read({Ask(kNotes, 0, {{Int(7)}}), bad[i]}, collector).ok());
    EXPECT_TRUE(collector.rows[0].empty());
  }
}

TYPED_TEST_P(StoreSuite, ABatchThatTheSchemaDoesNotCarryIsRefused) {
  std::vector<BatchBuilder> bad;
  for (int i = 0; i < 18; ++i) bad.emplace_back(7);
  const Value null = Value::Null();
  bad[0].Put(4, {Int(7), Text("a")});
  bad[1].Put(kNotes, {Int(7), Text("a"), null, null});
  bad[2].Put(kNotes, {Int(7), Text("a"), null, null, null, null});
  bad[3].Put(kNotes, {Int(7), null, null, null, null});
  bad[4].Put(kNotes, {Int(7), Bytes("a"), null, null, null});
  bad[5].Put(kNotes, {Int(7), Text("a"), Int(1), null, null});
  bad[6].Put(kNotes, {Int(7), Text("a"), null, Text("1"), null});
  bad[7].Put(kNotes, {Int(7), Text("a"), null, null, Text("x")});
  bad[8].Put(kNotes, {Int(7), Text(std::string_view("a\0b", 3)), null, null, null});
  bad[9].Put(kNotes, {Int(7), Text("a"), Text("\xED\xA0\x80"), null, null});
  bad[10].Put(kCounts, {Int(7), Text("a"), Int(1), Int(1)});
  bad[11].Add(kNotes, {Int(7), Text("a")}, 1);
  bad[12].Add(kCounts, {Int(7), Text("a")}, 1);
  bad[13].Erase(kNotes, {Int(7)});
  bad[14].Erase(9, {Int(7), Text("a")});
  bad[15].Require(kNotes, {Int(7), Int(1)}, 0);
  bad[16].Require(kNotes, {Int(7), Text("a")}, -1);
  bad[17].Put(kNotes, {null, Text("a"), null, null, null});
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(CommitOne(*this->store_, bad[i].batch()).code(), Code::kInvalidArgument) << i;
  }
  EXPECT_TRUE(this->Rows(Ask(kNotes, 0, {{Int(7)}})).empty());
}

// Fails at a given row; does something else at every row.
class HookSink : public host::RowSink {
 public:
  std::function<Status(size_t)> hook;
  size_t rows = 0;
  Status Row(size_t, const host::RowView&) override { return hook(++rows); }
};

TYPED_TEST_P(StoreSuite, AFailureOfTheSinkEndsTheReadUnchanged) {
  this->PutSixNotes();
  const Status mine(Code::kCancelled, "enough", "me", "the sink had enough", 42);
  for (const Query& query : {Ask(kNotes, 0, {{Int(7)}}), Ask(kNotes, 0, {{Int(7), Text("a")}, {Int(7), Text("b")}})}) {
    HookSink sink;
    sink.hook = [&](size_t row) { return row == 2 ? mine : Status(); };
    const Status status = this->store_->Read({query, query}, sink);
    EXPECT_EQ(sink.rows, 2u);
    EXPECT_EQ(status.code(), mine.code());
    EXPECT_EQ(status.reason(), "enough");
    EXPECT_EQ(status.subject(), "me");
    EXPECT_EQ(status.message(), "the sink had enough");
    EXPECT_EQ(status.position(), 42);
  }
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "a b c d e f") << "the store works on";
}

TYPED_TEST_P(StoreSuite, ASinkThatExpectsNoCountFailsTheRead) {
  HookSink sink;
  sink.hook = [](size_t) { return Status(); };
  Query query = Ask(kNotes, 0, {{Int(7)}});
  query.count_cap = 1;
  EXPECT_EQ(this->store_->Read({query}, sink).code(), Code::kInternal);
}

TYPED_TEST_P(StoreSuite, ASinkMayReadAndCommit) {
  this->PutSixNotes();
  HookSink sink;
  sink.hook = [&](size_t row) {
    BatchBuilder batch(7);
    this->PutNote(batch, "z" + std::to_string(row), Value::Null(), Int(1));
    Status status = CommitOne(*this->store_, batch.batch());
    return status.ok() ? store::ReadRows(*this->store_, {Ask(kNotes, 0, {{Int(7)}})}).status() : status;
  };
  const Status status = this->store_->Read({Ask(kNotes, 0, {{Int(7)}})}, sink);
  EXPECT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(sink.rows, 6u) << "what the sink wrote is not in the state that is read";
  EXPECT_EQ(this->CountOf(Ask(kNotes, 0, {{Int(7)}}), 100), 12u);
}

TYPED_TEST_P(StoreSuite, LongIdsAndOddTextComeBack) {
  const std::vector<std::string> ids{std::string(255, 'x'),
                                     std::string(255, '\x01'),
                                     "\u0085\u202E",
                                     "\U0010FFFF",
                                     "'; DROP TABLE notes; --",
                                     "\"quoted\"",
                                     "%_*?",
                                     " ",
                                     "\n",
                                     std::string(251, 'y') + "\U0001F600"};
  BatchBuilder batch(7);
  for (const std::string& id : ids) this->PutNote(batch, id, Text(id), Int(1));
  this->Commit(batch);
  for (const std::string& id : ids) {
    EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7), Text(id)}})), id);
    EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByOwner, {{Int(7), Text(id)}})), id);
  }
  EXPECT_EQ(this->Rows(Ask(kNotes, 0, {{Int(7)}})).size(), ids.size());
}

TYPED_TEST_P(StoreSuite, EmptyAndLargeBodiesComeBack) {
  std::string large(10u << 20, '\0');
  std::mt19937_64 random(1);
  for (char& c : large) c = static_cast<char>(random());
  BatchBuilder batch(7);
  batch.Put(kBlobs, {Int(7), Text("empty"), Value::Null()}, "");
  batch.PutBorrowed(kBlobs, {Int(7), Text("large"), Value::Null()}, large);
  batch.PutBorrowed(kNotes, {Int(7), Text("large"), Value::Null(), Value::Null(), Value::Null()}, large);
  this->Commit(batch);
  const std::vector<StoredRow> rows = this->Rows(Ask(kBlobs, 0, {{Int(7)}}));
  EXPECT_EQ(rows[0].body, "");
  EXPECT_TRUE(rows[1].body == large);
  EXPECT_TRUE(this->Rows(Ask(kNotes, 0, {{Int(7)}}))[0].body == large);
}

TYPED_TEST_P(DurableStoreSuite, OpeningAgainKeepsRowsAndVersions) {
  this->PutSixNotes();
  const std::vector<Value> key{Int(7), Text("a")};
  std::set<int64_t> versions{this->VersionOf(kNotes, key)};
  for (int i = 0; i < 3; ++i) {
    BatchBuilder erase(7);
    erase.Erase(kNotes, key);
    erase.Add(kCounts, {Int(7), Text("n"), Int(0)}, 1);
    this->Commit(erase);
    this->store_.reset();
    this->store_ = this->stores_.Again();
    const Status opened = this->store_->Open(SuiteSchema());
    ASSERT_TRUE(opened.ok()) << opened.ToString();
    EXPECT_EQ(this->Ids(Ask(kNotes, kNotesByAt, {{Int(7)}})), "d c b e f");
    EXPECT_EQ(this->Rows(Ask(kCounts, 0, {{Int(7)}}))[0].integer(3), i + 1);
    BatchBuilder put(7);
    this->PutNote(put, "a", Text("bob"), Int(4));
    this->Commit(put);
    EXPECT_TRUE(versions.insert(this->VersionOf(kNotes, key)).second);
  }
}

TYPED_TEST_P(DurableStoreSuite, AnOlderSchemaIsRefusedAndNothingChanged) {
  this->PutSixNotes();
  this->store_.reset();
  host::Schema older = SuiteSchema();
  older.version = 2;
  {
    const std::unique_ptr<host::Store> store = this->stores_.Again();
    const Status refused = store->Open(older);
    EXPECT_EQ(refused.code(), Code::kFailedPrecondition);
    EXPECT_EQ(refused.reason(), "store_newer");
  }
  this->store_ = this->stores_.Again();
  ASSERT_TRUE(this->store_->Open(SuiteSchema()).ok());
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "a b c d e f");
}

TYPED_TEST_P(DurableStoreSuite, ANewerSchemaAddsCollectionsColumnsAndIndexes) {
  this->PutSixNotes();
  this->store_.reset();
  host::Schema newer = SuiteSchema();
  newer.version = 4;
  newer.collections[kNotes].columns.push_back({"extra", host::ColumnType::kText});
  newer.collections[kNotes].indexes.push_back({"by_extra", {0, 5}});
  newer.collections.push_back({"more", host::CollectionKind::kRows, newer.collections[kLinks].columns, 2, {}});
  this->store_ = this->stores_.Again();
  const Status opened = this->store_->Open(newer);
  ASSERT_TRUE(opened.ok()) << opened.ToString();
  BatchBuilder batch(7);
  batch.Put(kNotes, {Int(7), Text("g"), Value::Null(), Int(1), Value::Null(), Text("x")});
  batch.Put(4, {Int(7), Text("k"), Int(1), Bytes("c"), Value::Null()});
  this->Commit(batch);
  EXPECT_EQ(this->Ids(Ask(kNotes, 0, {{Int(7)}})), "a b c d e f g");
  EXPECT_EQ(this->Ids(Ask(kNotes, 4, {{Int(7)}})), "g");
  EXPECT_TRUE(this->Rows(Ask(kNotes, 0, {{Int(7), Text("a")}}))[0].is_null(5));
  EXPECT_EQ(this->Ids(Ask(4, 0, {{Int(7)}})), "k");
}

// Random batches and queries, each judged by the model.
TYPED_TEST_P(StoreSuite, AgreesWithTheModelOnRandomRowsAndQueries) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("CASECOMM_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto below = [&](uint64_t n) { return random() % n; };
  const host::Schema& schema = SuiteSchema();
  Model model(schema);

  const auto cell = [&](host::ColumnType type) -> Cell {
    static const int64_t kInts[] = {kMin, -1, 0, 1, 2, 3, kMax};
    static const std::string kTexts[] = {"", "a", "aa", "b", "\u00E9", "\U0001F600"};
    static const std::string kByteStrings[] = {"",        std::string("\0", 1), std::string("\0\xFF", 2), "a", "\xFF",
                                               "\xFF\xFF"};
    switch (type) {
      case host::ColumnType::kInt64:
        return Value::Int(kInts[below(7)]);
      case host::ColumnType::kText:
        return Value::Text(kTexts[below(6)]);
      case host::ColumnType::kBytes:
        return Value::Bytes(kByteStrings[below(6)]);
    }
    return {};
  };
  const auto cells = [&](const host::Collection& collection, uint32_t count) {
    Cells row{Value::Int(static_cast<int64_t>(below(2)))};
    for (uint32_t i = 1; i < count; ++i) {
      row.push_back(i >= collection.key_columns && below(4) == 0 ? Cell() : cell(collection.columns[i].type));
    }
    return row;
  };

  const auto commit_some = [&] {
    std::vector<BatchBuilder> builders;
    std::vector<Batch> batches;
    for (uint64_t n = 1 + below(3); n > 0; --n) {
      const int64_t account = static_cast<int64_t>(below(2));
      BatchBuilder builder(account);
      std::set<std::pair<uint32_t, Cells>> used;
      for (uint64_t writes = below(8); writes > 0; --writes) {
        const uint32_t number = static_cast<uint32_t>(below(4));
        const host::Collection& collection = schema.collections[number];
        Cells row = cells(collection, static_cast<uint32_t>(collection.columns.size()));
        row[0] = Value::Int(account);
        const Cells key(row.begin(), row.begin() + collection.key_columns);
        if (below(3) == 0) {
          const ModelRow* stored = model.Find(number, ToValues(key));
          builder.Require(number, ToValues(key), below(8) == 0 ? 77777 : stored ? stored->version : 0);
        }
        if (collection.kind == host::CollectionKind::kCounters && below(4) != 0) {
          builder.Add(number, ToValues(key), static_cast<int64_t>(below(9)) - 4);
        } else if (!used.insert({number, key}).second) {
          continue;
        } else if (collection.kind == host::CollectionKind::kCounters || below(3) == 0) {
          builder.Erase(number, ToValues(key));
        } else {
          builder.Put(number, ToValues(row), std::string(below(20), 'x'));
        }
      }
      builders.push_back(std::move(builder));
    }
    for (const BatchBuilder& builder : builders) batches.push_back(builder.batch());
    std::vector<BatchOutcome> outcomes;
    const Status committed = this->store_->Commit(batches, &outcomes);
    ASSERT_TRUE(committed.ok()) << committed.ToString();
    for (size_t i = 0; i < batches.size(); ++i) {
      // Versions of rows that an earlier batch of this commit wrote are not known to the model yet.
      const int64_t failed = outcomes[i].failed_precondition;
      if (i == 0) {
        ASSERT_EQ(failed, model.FailedPrecondition(batches[i]));
      }
      ASSERT_EQ(outcomes[i].status.code(), failed < 0 ? Code::kOk : Code::kAborted);
      if (failed < 0) model.Apply(batches[i]);
    }
    // All rows are as the model has them, and tell their versions.
    for (uint32_t number = 0; number < 4; ++number) {
      const std::vector<StoredRow> rows = this->Rows(Ask(number, 0, {{Int(0)}, {Int(1)}}));
      ASSERT_EQ(rows.size(), model.table(number).size());
      for (const StoredRow& row : rows) {
        Cells columns;
        for (const store::OwnedValue& value : row.columns) columns.push_back(value.View());
        const Cells key(columns.begin(), columns.begin() + schema.collections[number].key_columns);
        const ModelRow* wanted = model.Find(number, ToValues(key));
        ASSERT_NE(wanted, nullptr);
        ASSERT_TRUE(wanted->columns == columns);
        ASSERT_EQ(wanted->body, row.body);
        if (wanted->version != 0) {
          ASSERT_EQ(wanted->version, row.version);
        }
        model.Learn(number, key, row.version);
      }
    }
  };

  const auto ask_something = [&] {
    const uint32_t number = static_cast<uint32_t>(below(4));
    const host::Collection& collection = schema.collections[number];
    const uint32_t index = static_cast<uint32_t>(below(collection.indexes.size() + 1));
    const std::vector<uint32_t> order = host::IndexOrder(collection, index);
    const size_t length = 1 + below(order.size());
    const auto some = [&](size_t position) {
      return position == 0 ? Cell(Value::Int(static_cast<int64_t>(below(2))))
                           : cell(collection.columns[order[position]].type);
    };
    std::vector<Cells> prefixes(below(5));
    Cells lower, upper, after;
    for (Cells& prefix : prefixes) {
      for (size_t i = 0; i < length; ++i) prefix.push_back(some(i));
    }
    Query query = Ask(number, index, {});
    for (const Cells& prefix : prefixes) query.prefixes.push_back(ToValues(prefix));
    if (length < order.size() && below(3) == 0) {
      lower.push_back(some(length));
      query.lower = {lower[0].View(), below(2) == 0};
    }
    if (length < order.size() && below(3) == 0) {
      upper.push_back(some(length));
      query.upper = {upper[0].View(), below(2) == 0};
    }
    if (below(2) == 0) {
      const bool part_ties = below(2) == 0;
      for (size_t i = length; i < order.size(); ++i) after.push_back(some(i));
      for (size_t i = 0; part_ties && i < length; ++i) after.push_back(some(i));
      query.after = ToValues(after);
    }
    query.descending = below(2) == 0;
    query.keys_only = below(4) == 0;
    if (below(3) == 0) query.limit = static_cast<uint32_t>(1 + below(5));
    if (below(4) == 0) query.count_cap = static_cast<uint32_t>(1 + below(6));
    const std::vector<const ModelRow*> wanted = model.Select(query);
    SCOPED_TRACE(std::string(collection.name) + " index " + std::to_string(index) + " prefixes " +
                 std::to_string(prefixes.size()) + " of " + std::to_string(length) + (lower.empty() ? "" : " lower") +
                 (upper.empty() ? "" : " upper") + " after " + std::to_string(after.size()) +
                 (query.descending ? " descending" : ""));
    if (query.count_cap != 0) {
      ASSERT_EQ(this->CountOf(query, query.count_cap), wanted.size());
      return;
    }
    const std::vector<StoredRow> rows = this->Rows(query);
    ASSERT_EQ(rows.size(), wanted.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t column = 0; column < rows[i].columns.size(); ++column) {
        ASSERT_TRUE(Cell(rows[i].columns[column].View()) == wanted[i]->columns[column]);
      }
      ASSERT_EQ(rows[i].body, query.keys_only ? "" : wanted[i]->body);
      ASSERT_EQ(rows[i].body_size, wanted[i]->body.size());
      ASSERT_EQ(rows[i].version, wanted[i]->version);
    }
  };

  for (int round = 0; round < 60; ++round) {
    commit_some();
    for (int i = 0; i < 40 && !this->HasFatalFailure(); ++i) ask_something();
    if (this->HasFatalFailure()) FAIL() << "in round " << round;
  }
}

REGISTER_TYPED_TEST_SUITE_P(
    StoreSuite, ReadsBackWhatWasCommitted, APutReplacesTheRowInEveryIndex, OpenRefusesAMalformedSchema,
    NothingWorksBeforeOpenAndOpenWorksOnce, IntegersOrderByValue, TextAndBytesOrderByByte,
    AnIndexEndsInTheRestOfThePrimaryKey, ARowWithANullColumnIsNotInTheIndex, PrefixesAreMergedByTheColumnsBehind,
    PrefixesOfSeveralAccountsAreMerged, APrefixThatStandsTwiceGivesEachRowOnce, TiesComeByThePrefix,
    AThousandPrefixesAreMerged, NoPrefixIsNoRows, ARangeHoldsItsEndsAsItSays, ARangeHoldsForEveryPrefix,
    ARangeOfTextAndBytesGoesByByte, AfterContinuesExactlyWhereThePageEnded, AfterWithoutThePrefixPassesOverAllThatTie,
    AfterAndARangeBothHold, ALimitEndsTheQuery, ACountStopsAtItsCap, KeysOnlyLeavesTheBodyOut, ABlobIsReadByRange,
    QueriesOfOneReadAreAnsweredInOrder, AReadSeesOneCommittedState, ConcurrentCommitsLoseNothing,
    OfTwoCommitsAtOneVersionOneIsAborted, ABatchIsAllOrNothing, EachBatchIsAnsweredByItself, CommittingNothingIsOk,
    APreconditionNamesTheFirstThatFailed, PreconditionsAreOfTheStateBeforeTheBatch, PreconditionsHoldOnBlobsAndCounters,
    AVersionIsNeverGivenTwiceForAKey, BatchesOfOneCommitGiveVersionsOfTheirOwn,
    ErasingRemovesFromEveryIndexAndAnAbsentRowIsNoError, AddsMakeAndChangeCounters,
    AnEraseAndAnAddOfOneCounterBeginItAnew, AnAddPastTheEndsOfInt64IsRefused, AnAccountSeesItsOwnRowsOnly,
    AKeyOfAnotherAccountIsRefused, AKeyTwiceAmongPutsAndErasesIsRefused, AQueryThatTheSchemaDoesNotCarryIsRefused,
    ABatchThatTheSchemaDoesNotCarryIsRefused, AFailureOfTheSinkEndsTheReadUnchanged,
    ASinkThatExpectsNoCountFailsTheRead, ASinkMayReadAndCommit, LongIdsAndOddTextComeBack, EmptyAndLargeBodiesComeBack,
    AgreesWithTheModelOnRandomRowsAndQueries);

REGISTER_TYPED_TEST_SUITE_P(DurableStoreSuite, OpeningAgainKeepsRowsAndVersions,
                            AnOlderSchemaIsRefusedAndNothingChanged, ANewerSchemaAddsCollectionsColumnsAndIndexes);

}  // namespace casecomm::seams

#endif  // CASECOMM_TESTS_SEAMS_STORE_SUITE_H_
