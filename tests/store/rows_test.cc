// SPDX-License-Identifier: Apache-2.0
#include "store/rows.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "casecomm/stores.h"
#include "store/collections.h"

namespace casecomm::store {
namespace {

using host::Value;

std::unique_ptr<host::Store> OpenMemory() {
  std::unique_ptr<host::Store> store = MemoryStore();
  EXPECT_TRUE(store->Open(LibrarySchema()).ok());
  return store;
}

host::Query AllRecords(int64_t account) {
  host::Query query;
  query.collection = kRecords;
  query.prefixes = {{Value::Int(account)}};
  return query;
}

TEST(BatchBuilder, KeepsWhatItIsGivenAlsoWhenItMoves) {
  BatchBuilder builder(7);
  EXPECT_TRUE(builder.empty());
  for (int i = 0; i < 100; ++i) {
    // Short enough to live inside a string object, and gone after the call.
    std::string id = "r" + std::to_string(i), name = "name " + std::to_string(i), body = "b" + std::to_string(i);
    builder.Require(kRecords, {Value::Int(7), Value::Text(id)}, 0);
    builder.Put(kRecords,
                {Value::Int(7), Value::Text(id), Value::Int(1), Value::Text(name), Value::Int(1), Value::Null()}, body);
    builder.Erase(kPeople, {Value::Int(7), Value::Text(id)});
    id.assign(id.size(), '#');
    name.assign(name.size(), '#');
    body.assign(body.size(), '#');
  }
  EXPECT_FALSE(builder.empty());
  BatchBuilder moved(std::move(builder));
  BatchBuilder again(1);
  again = std::move(moved);
  const std::unique_ptr<host::Store> store = OpenMemory();
  ASSERT_TRUE(CommitOne(*store, again.batch()).ok());
  auto rows = ReadRows(*store, {AllRecords(7)});
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ((*rows)[0].size(), 100u);
  EXPECT_EQ((*rows)[0][99].text(1), "r99");
  EXPECT_EQ((*rows)[0][99].text(3), "name 99");
  EXPECT_EQ((*rows)[0][99].body, "b99");
  EXPECT_TRUE((*rows)[0][99].is_null(5));
}

TEST(BatchBuilder, BorrowsABodyWithoutACopy) {
  BatchBuilder builder(7);
  const std::string body(1000, 'x');
  builder.PutBorrowed(kRaw, {Value::Int(7), Value::Text("m")}, body);
  EXPECT_EQ(builder.batch().puts[0].body.data(), body.data());
}

TEST(BatchBuilder, EmptyTextStaysTextAndNullStaysNull) {
  BatchBuilder builder(7);
  builder.Put(kRecords, {Value::Int(7), Value::Text(""), Value::Null(), Value::Text(""), Value::Null(), Value::Int(0)});
  const std::vector<Value>& columns = builder.batch().puts[0].columns;
  EXPECT_EQ(columns[1].type, Value::Type::kText);
  EXPECT_EQ(columns[2].type, Value::Type::kNull);
  EXPECT_EQ(columns[3].type, Value::Type::kText);
}

TEST(Rows, AReadAnswersAnEntryAQueryAndTheStoresOwnFailure) {
  const std::unique_ptr<host::Store> store = OpenMemory();
  auto none = ReadRows(*store, {AllRecords(1), AllRecords(2)});
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->size(), 2u);
  host::Query wrong = AllRecords(1);
  wrong.index = 9;
  EXPECT_EQ(ReadRows(*store, {wrong}).status().code(), Code::kInvalidArgument);
}

TEST(Rows, CommitOneAnswersWhatTheBatchAnswered) {
  const std::unique_ptr<host::Store> store = OpenMemory();
  BatchBuilder absent(7);
  absent.Require(kRecords, {Value::Int(7), Value::Text("r")}, 5);
  EXPECT_EQ(CommitOne(*store, absent.batch()).code(), Code::kAborted);
  EXPECT_EQ(CommitOne(*MemoryStore(), absent.batch()).code(), Code::kFailedPrecondition) << "not open";
}

// Two reads and the rows of the first are still good after the second and after the store.
TEST(Rows, OutliveTheStore) {
  std::unique_ptr<host::Store> store = OpenMemory();
  BatchBuilder builder(7);
  builder.Put(kRecords,
              {Value::Int(7), Value::Text("r"), Value::Int(1), Value::Text("n"), Value::Int(1), Value::Int(2)}, "body");
  ASSERT_TRUE(CommitOne(*store, builder.batch()).ok());
  auto rows = ReadRows(*store, {AllRecords(7)});
  store.reset();
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)[0][0].text(1), "r");
  EXPECT_EQ((*rows)[0][0].body, "body");
  EXPECT_EQ((*rows)[0][0].body_size, 4u);
}

}  // namespace
}  // namespace casecomm::store
