// SPDX-License-Identifier: Apache-2.0
// Owning helpers around the seam's borrowed views: a batch that keeps its bytes, rows that outlive the read.
#ifndef CASECOMM_STORE_ROWS_H_
#define CASECOMM_STORE_ROWS_H_

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/host/store.h"

namespace casecomm::store {

// A value that owns its bytes.
struct OwnedValue {
  host::Value::Type type = host::Value::Type::kNull;
  int64_t integer = 0;
  std::string bytes;

  OwnedValue() = default;
  explicit OwnedValue(const host::Value& v) : type(v.type), integer(v.integer), bytes(v.bytes) {}
  host::Value View() const { return {type, integer, bytes}; }
};

struct StoredRow {
  std::vector<OwnedValue> columns;
  std::string body;
  uint64_t body_size = 0;
  int64_t version = 0;

  bool is_null(size_t column) const { return columns[column].type == host::Value::Type::kNull; }
  int64_t integer(size_t column) const { return columns[column].integer; }
  const std::string& text(size_t column) const { return columns[column].bytes; }
};

// Collects rows[query] and counts[query].
class RowCollector : public host::RowSink {
 public:
  std::vector<std::vector<StoredRow>> rows;
  std::vector<uint64_t> counts;

  explicit RowCollector(size_t queries) : rows(queries), counts(queries) {}
  Status Row(size_t query, const host::RowView& row) override;
  Status Count(size_t query, uint64_t count) override;
};

// Reads and collects; the answer has an entry a query.
Result<std::vector<std::vector<StoredRow>>> ReadRows(host::Store& store, const std::vector<host::Query>& queries);

// Builds a Batch and owns every byte in it. Values given may die after the call.
class BatchBuilder {
 public:
  explicit BatchBuilder(int64_t account) { batch_.account = account; }
  BatchBuilder(BatchBuilder&&) = default;
  BatchBuilder& operator=(BatchBuilder&&) = default;

  void Require(uint32_t collection, const std::vector<host::Value>& key, int64_t version);  // 0: absent
  void Put(uint32_t collection, const std::vector<host::Value>& columns, std::string body = {});
  // The body is borrowed: it must live until the commit.
  void PutBorrowed(uint32_t collection, const std::vector<host::Value>& columns, std::string_view body);
  void Erase(uint32_t collection, const std::vector<host::Value>& key);
  void Add(uint32_t collection, const std::vector<host::Value>& key, int64_t delta);

  const host::Batch& batch() const { return batch_; }
  host::Batch& batch() { return batch_; }
  bool empty() const { return batch_.puts.empty() && batch_.erases.empty() && batch_.adds.empty(); }

 private:
  host::Value Keep(const host::Value& value);
  std::vector<host::Value> Keep(const std::vector<host::Value>& values);

  host::Batch batch_;
  std::deque<std::string> bytes_;  // deque: addresses stay
};

// Commits one batch: ok, aborted (a precondition failed), or the store's own failure.
Status CommitOne(host::Store& store, const host::Batch& batch);

}  // namespace casecomm::store

#endif  // CASECOMM_STORE_ROWS_H_
