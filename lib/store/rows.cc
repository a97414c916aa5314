// SPDX-License-Identifier: Apache-2.0
#include "store/rows.h"

#include <utility>

namespace casecomm::store {

Status RowCollector::Row(size_t query, const host::RowView& row) {
  StoredRow& stored = rows[query].emplace_back();
  stored.columns.reserve(row.column_count);
  for (size_t i = 0; i < row.column_count; ++i) stored.columns.emplace_back(row.columns[i]);
  stored.body.assign(row.body);
  stored.body_size = row.body_size;
  stored.version = row.version;
  return {};
}

Status RowCollector::Count(size_t query, uint64_t count) {
  counts[query] = count;
  return {};
}

Result<std::vector<std::vector<StoredRow>>> ReadRows(host::Store& store, const std::vector<host::Query>& queries) {
  RowCollector collector(queries.size());
  if (Status status = store.Read(queries, collector); !status.ok()) return status;
  return std::move(collector.rows);
}

void BatchBuilder::Require(uint32_t collection, const std::vector<host::Value>& key, int64_t version) {
  batch_.preconditions.push_back({collection, Keep(key), version});
}

void BatchBuilder::Put(uint32_t collection, const std::vector<host::Value>& columns, std::string body) {
  PutBorrowed(collection, columns, bytes_.emplace_back(std::move(body)));
}

void BatchBuilder::PutBorrowed(uint32_t collection, const std::vector<host::Value>& columns, std::string_view body) {
  batch_.puts.push_back({collection, Keep(columns), body});
}

void BatchBuilder::Erase(uint32_t collection, const std::vector<host::Value>& key) {
  batch_.erases.push_back({collection, Keep(key)});
}

void BatchBuilder::Add(uint32_t collection, const std::vector<host::Value>& key, int64_t delta) {
  batch_.adds.push_back({collection, Keep(key), delta});
}

host::Value BatchBuilder::Keep(const host::Value& value) {
  if (value.bytes.empty()) return value;
  return {value.type, value.integer, bytes_.emplace_back(value.bytes)};
}

std::vector<host::Value> BatchBuilder::Keep(const std::vector<host::Value>& values) {
  std::vector<host::Value> kept;
  kept.reserve(values.size());
  for (const host::Value& value : values) kept.push_back(Keep(value));
  return kept;
}

Status CommitOne(host::Store& store, const host::Batch& batch) {
  std::vector<host::BatchOutcome> outcomes;
  if (Status status = store.Commit({batch}, &outcomes); !status.ok()) return status;
  return outcomes.front().status;
}

}  // namespace casecomm::store
