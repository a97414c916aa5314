// SPDX-License-Identifier: Apache-2.0
// The seam a store plugs into. Three verbs: open, read, commit; no interactive transaction and no lock across it,
// so that SQLite, PostgreSQL, a distributed engine or a key-value store can each carry it.
// tests/seams/store_suite.h is the contract as a test: every store passes it.
#ifndef CASECOMM_HOST_STORE_H_
#define CASECOMM_HOST_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/status.h"

namespace casecomm::host {

enum class ColumnType : int32_t { kInt64 = 1, kText = 2, kBytes = 3 };

struct Column {
  std::string_view name;  // [a-z][a-z0-9_]*, unique in its collection
  ColumnType type;
};

// Rows stand in an index by the columns it names, in that order, and then by the rest of their primary key, so that
// paging is exact. A row of which any named column is null is not in the index.
struct Index {
  std::string_view name;
  std::vector<uint32_t> columns;  // positions in Collection::columns; the first is always 0 (account_id)
};

enum class CollectionKind : int32_t {
  kRows = 1,      // columns and a body
  kBlobs = 2,     // the same, and bodies may be large and are read by range
  kCounters = 3,  // key columns and then one int64 column, no body, changed only by Batch::adds and erases
};

// A declared collection. Column 0 is account_id, int64: the tenant wall and the shard key.
// The first `key_columns` columns are the primary key and are never null.
struct Collection {
  std::string_view name;
  CollectionKind kind;
  std::vector<Column> columns;
  uint32_t key_columns;
  std::vector<Index> indexes;
};

// The collections a library version knows. Collections are named in queries and batches by their position.
struct Schema {
  int64_t version;
  std::vector<Collection> collections;
};

// A borrowed column value. Text is UTF-8 without NUL. Values order: null, integers by value, text and bytes by byte.
struct Value {
  enum class Type : int32_t { kNull = 0, kInt64 = 1, kText = 2, kBytes = 3 };
  Type type = Type::kNull;
  int64_t integer = 0;
  std::string_view bytes;

  static Value Null() { return {}; }
  static Value Int(int64_t v) { return {Type::kInt64, v, {}}; }
  static Value Text(std::string_view v) { return {Type::kText, 0, v}; }
  static Value Bytes(std::string_view v) { return {Type::kBytes, 0, v}; }
};

// One end of a range on the column that follows the prefix.
struct Bound {
  Value value;  // null: no bound
  bool inclusive = true;
};

// Which rows, in which order. Index 0 is the primary key; index n is Collection::indexes[n-1].
//
// `prefixes` hold equal values for the first columns of the index, all of one length (at least the account), at most
// 1,000 of them; none is no rows. Rows of all prefixes come merged by the index columns behind the prefix (the primary
// key's rest included), ties by the values of the prefix, each row once even if a prefix stands twice; descending is
// this order backwards. `after` says where the last page ended: the values of all index columns behind the prefix, then,
// where prefixes can tie, those of the prefix (without them all that tie there are passed over); or it is empty.
struct Query {
  uint32_t collection = 0;
  uint32_t index = 0;
  std::vector<std::vector<Value>> prefixes;
  Bound lower, upper;
  std::vector<Value> after;
  bool descending = false;
  uint32_t limit = 0;        // at most so many rows; 0: no limit
  uint32_t count_cap = 0;    // not 0: no rows come; RowSink::Count gets min(rows, count_cap)
  bool keys_only = false;    // bodies come empty
  uint64_t body_offset = 0;  // of a blob: bodies begin here, past the end they are empty,
  uint64_t body_limit = 0;   // and hold at most so many bytes; 0: to the end
};

// A row as a store hands it out: views are valid during the call of RowSink::Row.
struct RowView {
  const Value* columns;
  size_t column_count;
  std::string_view body;
  uint64_t body_size;  // of the whole body, also where a range or nothing was asked for
  int64_t version;     // positive; a store never gives one number twice for the same key, not even after an erase
};

class RowSink {
 public:
  virtual ~RowSink() = default;
  // Rows of queries[query], in order. A failure ends the read, which answers it unchanged.
  virtual Status Row(size_t query, const RowView& row) = 0;
  virtual Status Count(size_t query, uint64_t count);  // default: an internal error
};

// The row must be absent (version 0) or stand at exactly this version.
struct Precondition {
  uint32_t collection;
  std::vector<Value> key;
  int64_t version;
};

struct Put {
  uint32_t collection;
  std::vector<Value> columns;  // all of them, key first
  std::string_view body;
};

struct Erase {
  uint32_t collection;
  std::vector<Value> key;
};

// Adds to a counter row, which is made with 0 if absent. Commutes with other adds; never fails a precondition. Past the
// ends of int64 the batch answers out_of_range.
struct Add {
  uint32_t collection;
  std::vector<Value> key;
  int64_t delta;
};

// All or nothing, of one account: every key begins with it. A key stands at most once among puts and erases.
// Erasing an absent row does nothing. Adds come after the erases.
struct Batch {
  int64_t account = 0;
  std::vector<Precondition> preconditions;
  std::vector<Put> puts;
  std::vector<Erase> erases;
  std::vector<Add> adds;
};

// What became of one batch: ok, or nothing of it was written. `aborted` names the first precondition that failed,
// invalid_argument is for a batch that the schema does not carry.
struct BatchOutcome {
  Status status;
  int64_t failed_precondition = -1;  // position in Batch::preconditions
};

// A store. All calls may come from any thread, one after another or at once; no library lock is held.
// What a call is given is borrowed for the call.
class Store {
 public:
  virtual ~Store() = default;

  // Called once, before all else: makes or checks what the schema asks; the schema outlives the store. One written by a
  // newer schema is refused with failed_precondition, reason "store_newer", nothing changed; a damaged one with data_loss,
  // "store_damaged".
  virtual Status Open(const Schema& schema) = 0;

  // Answers every query from one committed state. Fails with invalid_argument for a query the schema does not carry.
  virtual Status Read(const std::vector<Query>& queries, RowSink& sink) = 0;

  // Commits each batch by itself, in order; several may be made durable together. When it returns ok, `outcomes` has one
  // entry a batch, and every batch that answered ok is durable. When it fails, no batch may be assumed either way.
  virtual Status Commit(const std::vector<Batch>& batches, std::vector<BatchOutcome>* outcomes) = 0;
};

// For writers of stores: what every store refuses, said once. Each answers ok or invalid_argument.
Status CheckSchema(const Schema& schema);
Status CheckQuery(const Schema& schema, const Query& query);
Status CheckBatch(const Schema& schema, const Batch& batch);

// All columns that an index orders by: those it names, then the rest of the primary key. Of a checked schema.
std::vector<uint32_t> IndexOrder(const Collection& collection, uint32_t index);

}  // namespace casecomm::host

#endif  // CASECOMM_HOST_STORE_H_
