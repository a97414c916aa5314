// SPDX-License-Identifier: Apache-2.0
// What host/store.h promises that every store refuses.
#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "casecomm/host/store.h"

namespace casecomm::host {
namespace {

constexpr size_t kMaxPrefixes = 1000;

Status Invalid(std::string_view subject, std::string message) {
  return Status(Code::kInvalidArgument, {}, std::string(subject), std::move(message));
}

bool IsName(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz", kRest = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !name.empty() && kLetters.find(name[0]) != name.npos && name.find_first_not_of(kRest) == name.npos;
}

bool Fits(const Column& column, const Value& value) {
  if (static_cast<int32_t>(value.type) != static_cast<int32_t>(column.type)) return false;
  return value.type != Value::Type::kText ||
         (value.bytes.find('\0') == std::string_view::npos && base::IsUtf8(value.bytes));
}

Status BadValue(const Collection& collection, const Column& column, const Value& value) {
  const bool text = value.type == Value::Type::kText && column.type == ColumnType::kText;
  return Invalid(std::string(collection.name) + "." + std::string(column.name),
                 text ? "the text was not UTF-8 without NUL" : "the value was not of the column's type");
}

Status CheckCollection(const Schema& schema, uint32_t collection) {
  if (collection < schema.collections.size()) return {};
  return Invalid("collection " + std::to_string(collection), "the schema has no such collection");
}

Status CheckKey(const Schema& schema, int64_t account, uint32_t number, const std::vector<Value>& key) {
  if (Status status = CheckCollection(schema, number); !status.ok()) return status;
  const Collection& collection = schema.collections[number];
  if (key.size() != collection.key_columns) return Invalid(collection.name, "the key had another number of columns");
  for (size_t i = 0; i < key.size(); ++i) {
    if (!Fits(collection.columns[i], key[i])) return BadValue(collection, collection.columns[i], key[i]);
  }
  if (key[0].integer != account) return Invalid(collection.name, "the key was of another account than its batch");
  return {};
}

Status CheckPut(const Schema& schema, int64_t account, const Put& put) {
  if (Status status = CheckCollection(schema, put.collection); !status.ok()) return status;
  const Collection& collection = schema.collections[put.collection];
  if (collection.kind == CollectionKind::kCounters) return Invalid(collection.name, "a counter was put");
  if (put.columns.size() != collection.columns.size()) {
    return Invalid(collection.name, "the row had another number of columns");
  }
  for (size_t i = 0; i < put.columns.size(); ++i) {
    if (i >= collection.key_columns && put.columns[i].type == Value::Type::kNull) continue;
    if (!Fits(collection.columns[i], put.columns[i]))
      return BadValue(collection, collection.columns[i], put.columns[i]);
  }
  if (put.columns[0].integer != account)
    return Invalid(collection.name, "the row was of another account than its batch");
  return {};
}

struct Write {
  size_t hash;
  uint32_t collection;
  const std::vector<Value>* values;
  size_t key_columns;
};

Write WriteOf(const Schema& schema, uint32_t collection, const std::vector<Value>& values) {
  Write write{collection, collection, &values, schema.collections[collection].key_columns};
  for (size_t i = 0; i < write.key_columns; ++i) {
    const size_t part = values[i].type == Value::Type::kInt64 ? std::hash<int64_t>()(values[i].integer)
                                                              : std::hash<std::string_view>()(values[i].bytes);
    write.hash = (write.hash ^ part) * 0x9E3779B97F4A7C15u;
  }
  return write;
}

bool SameKey(const Write& a, const Write& b) {
  return a.hash == b.hash && a.collection == b.collection &&
         std::equal(a.values->begin(), a.values->begin() + static_cast<std::ptrdiff_t>(a.key_columns),
                    b.values->begin(),
                    [](const Value& x, const Value& y) { return x.integer == y.integer && x.bytes == y.bytes; });
}

Status CheckKeysOnce(const Schema& schema, const Batch& batch) {
  std::vector<Write> writes;
  writes.reserve(batch.puts.size() + batch.erases.size());
  for (const Put& put : batch.puts) writes.push_back(WriteOf(schema, put.collection, put.columns));
  for (const Erase& erase : batch.erases) writes.push_back(WriteOf(schema, erase.collection, erase.key));
  std::sort(writes.begin(), writes.end(), [](const Write& a, const Write& b) { return a.hash < b.hash; });
  for (size_t i = 0; i < writes.size(); ++i) {
    for (size_t j = i + 1; j < writes.size() && writes[j].hash == writes[i].hash; ++j) {
      if (!SameKey(writes[i], writes[j])) continue;
      return Invalid(schema.collections[writes[i].collection].name, "a key stood twice among puts and erases");
    }
  }
  return {};
}

}  // namespace

Status RowSink::Count(size_t, uint64_t) {
  return Status(Code::kInternal, "a count came that nobody had asked for");
}

std::vector<uint32_t> IndexOrder(const Collection& collection, uint32_t index) {
  std::vector<uint32_t> order;
  if (index > 0) order = collection.indexes[index - 1].columns;
  for (uint32_t column = 0; column < collection.key_columns; ++column) {
    if (std::find(order.begin(), order.end(), column) == order.end()) order.push_back(column);
  }
  return order;
}

Status CheckSchema(const Schema& schema) {
  if (schema.version < 1 || schema.version > INT32_MAX)
    return Invalid("version", "the schema's version was out of range");
  std::set<std::string_view> names;
  for (const Collection& collection : schema.collections) {
    if (!IsName(collection.name) || !names.insert(collection.name).second) {
      return Invalid(collection.name, "the collection's name was malformed or stood twice");
    }
    std::set<std::string_view> columns{"body", "version"};  // what a table of ours holds beside them
    for (const Column& column : collection.columns) {
      if (!IsName(column.name) || !columns.insert(column.name).second) {
        return Invalid(collection.name, "a column's name was malformed, taken or stood twice");
      }
      if (column.type < ColumnType::kInt64 || column.type > ColumnType::kBytes) {
        return Invalid(collection.name, "a column's type was unknown");
      }
    }
    if (collection.kind < CollectionKind::kRows || collection.kind > CollectionKind::kCounters) {
      return Invalid(collection.name, "the collection's kind was unknown");
    }
    if (collection.key_columns < 1 || collection.key_columns > collection.columns.size() ||
        collection.columns[0].name != "account_id" || collection.columns[0].type != ColumnType::kInt64) {
      return Invalid(collection.name, "the key did not begin with account_id");
    }
    if (collection.kind == CollectionKind::kCounters && (collection.columns.size() != collection.key_columns + 1 ||
                                                         collection.columns.back().type != ColumnType::kInt64)) {
      return Invalid(collection.name, "a counter was not key and number");
    }
    std::set<std::string_view> indexes;
    for (const Index& index : collection.indexes) {
      const std::set<uint32_t> distinct(index.columns.begin(), index.columns.end());
      if (!IsName(index.name) || !indexes.insert(index.name).second || index.columns.empty() || index.columns[0] != 0 ||
          distinct.size() != index.columns.size() || *distinct.rbegin() >= collection.columns.size()) {
        return Invalid(collection.name, "an index was malformed");
      }
    }
  }
  return {};
}

Status CheckQuery(const Schema& schema, const Query& query) {
  if (Status status = CheckCollection(schema, query.collection); !status.ok()) return status;
  const Collection& collection = schema.collections[query.collection];
  if (query.index > collection.indexes.size()) return Invalid(collection.name, "the collection has no such index");
  if (query.prefixes.size() > kMaxPrefixes) return Invalid(collection.name, "more than 1,000 prefixes were asked for");
  if (collection.kind != CollectionKind::kBlobs && (query.body_offset != 0 || query.body_limit != 0)) {
    return Invalid(collection.name, "a range of a body was asked for that is no blob");
  }
  if (query.prefixes.empty()) return {};

  const std::vector<uint32_t> order = IndexOrder(collection, query.index);
  const size_t length = query.prefixes[0].size();
  if (length < 1 || length > order.size()) return Invalid(collection.name, "the prefix had no fit length");
  for (const std::vector<Value>& prefix : query.prefixes) {
    if (prefix.size() != length) return Invalid(collection.name, "the prefixes were not of one length");
    for (size_t i = 0; i < length; ++i) {
      const Column& column = collection.columns[order[i]];
      if (!Fits(column, prefix[i])) return BadValue(collection, column, prefix[i]);
    }
  }
  for (const Bound* bound : {&query.lower, &query.upper}) {
    if (bound->value.type == Value::Type::kNull) continue;
    if (length == order.size()) return Invalid(collection.name, "a range stood behind the last column");
    const Column& column = collection.columns[order[length]];
    if (!Fits(column, bound->value)) return BadValue(collection, column, bound->value);
  }
  if (query.after.empty()) return {};
  if (query.after.size() != order.size() - length && query.after.size() != order.size()) {
    return Invalid(collection.name, "`after` did not hold the columns behind the prefix");
  }
  for (size_t i = 0; i < query.after.size(); ++i) {
    const Column& column = collection.columns[order[(length + i) % order.size()]];
    if (!Fits(column, query.after[i])) return BadValue(collection, column, query.after[i]);
  }
  return {};
}

Status CheckBatch(const Schema& schema, const Batch& batch) {
  for (const Precondition& precondition : batch.preconditions) {
    Status status = CheckKey(schema, batch.account, precondition.collection, precondition.key);
    if (!status.ok()) return status;
    if (precondition.version < 0) return Invalid("precondition", "the version was negative");
  }
  for (const Put& put : batch.puts) {
    if (Status status = CheckPut(schema, batch.account, put); !status.ok()) return status;
  }
  for (const Erase& erase : batch.erases) {
    Status status = CheckKey(schema, batch.account, erase.collection, erase.key);
    if (!status.ok()) return status;
  }
  for (const Add& add : batch.adds) {
    if (Status status = CheckKey(schema, batch.account, add.collection, add.key); !status.ok()) return status;
    const Collection& collection = schema.collections[add.collection];
    if (collection.kind != CollectionKind::kCounters) return Invalid(collection.name, "an add went to no counter");
  }
  return CheckKeysOnce(schema, batch);
}

}  // namespace casecomm::host
