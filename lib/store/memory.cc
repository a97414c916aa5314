// SPDX-License-Identifier: Apache-2.0
// The memory store: every index is an ordered map from an encoded key to a shared, immutable row.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "casecomm/stores.h"
#include "store/rows.h"

namespace casecomm {
namespace {

using host::Collection;
using host::Value;
using store::OwnedValue;

struct MemoryRow {
  std::vector<OwnedValue> columns;
  std::string body;
  int64_t version;
};

using RowPtr = std::shared_ptr<const MemoryRow>;
using RowMap = std::map<std::string, RowPtr>;

// Appends a form whose byte order is the order of values, and no form is the beginning of another: integers
// as 8 bytes with the sign turned; bytes with 00 as 00 FF, ended by 00 00.
void Encode(const Value& value, std::string* out) {
  if (value.type == Value::Type::kInt64) {
    const uint64_t bits = static_cast<uint64_t>(value.integer) ^ (uint64_t{1} << 63);
    for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(bits >> shift & 0xFF));
    return;
  }
  for (char c : value.bytes) {
    out->push_back(c);
    if (c == '\0') out->push_back('\xFF');
  }
  out->append(2, '\0');
}

std::string Encoded(const Value& value) {
  std::string out;
  Encode(value, &out);
  return out;
}

std::string Encoded(const std::vector<Value>& values, size_t begin, size_t end) {
  std::string out;
  for (size_t i = begin; i < end; ++i) Encode(values[i], &out);
  return out;
}

// The first row whose place is behind everything that begins with `prefix`.
RowMap::const_iterator FirstPast(const RowMap& map, std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (prefix.empty()) return map.end();
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return map.lower_bound(prefix);
}

struct Table {
  std::vector<std::vector<uint32_t>> orders;  // of each index, IndexOrder
  std::vector<RowMap> maps;                   // of each index; [0] holds every row

  // The row's place in an index; none if a column that the index names is null.
  std::optional<std::string> Place(size_t index, const MemoryRow& row) const {
    std::string place;
    for (uint32_t column : orders[index]) {
      const OwnedValue& value = row.columns[column];
      if (value.type == Value::Type::kNull) return std::nullopt;
      Encode(value.View(), &place);
    }
    return place;
  }

  const MemoryRow* Find(const std::string& key) const {
    const auto found = maps[0].find(key);
    return found == maps[0].end() ? nullptr : found->second.get();
  }
};

// What a batch does to the tables: gathered with all the memory it takes, then done without any, so that a batch is
// written whole or not at all.
class Changes {
 public:
  // Does nothing for a row that is not there; a key twice is once.
  void Remove(Table& table, const std::string& key) {
    const auto found = table.maps[0].find(key);
    if (found == table.maps[0].end() || !removed_.insert(found->second.get()).second) return;
    for (size_t i = 0; i < table.maps.size(); ++i) {
      const auto place = table.Place(i, *found->second);
      if (place) removals_.emplace_back(&table.maps[i], table.maps[i].find(*place));
    }
  }

  void Insert(Table& table, const std::string& key, const RowPtr& row) {
    Remove(table, key);
    for (size_t i = 0; i < table.maps.size(); ++i) {
      auto place = table.Place(i, *row);
      if (!place) continue;
      RowMap one;
      one.emplace(std::move(*place), row);
      insertions_.emplace_back(&table.maps[i], one.extract(one.begin()));
    }
  }

  void Do() noexcept {
    for (auto& [map, row] : removals_) map->erase(row);
    for (auto& [map, row] : insertions_) map->insert(std::move(row));
  }

 private:
  std::set<const MemoryRow*> removed_;
  std::vector<std::pair<RowMap*, RowMap::iterator>> removals_;
  std::vector<std::pair<RowMap*, RowMap::node_type>> insertions_;
};

// The part of one index that one prefix selects, walked in the query's direction.
class Run {
 public:
  // `behind`: how many columns of the index stand behind the prefix.
  Run(const RowMap& map, const host::Query& query, const std::string& prefix, size_t behind)
      : prefix_(prefix), begin_(map.lower_bound(prefix)), end_(FirstPast(map, prefix)), descending_(query.descending) {
    if (query.lower.value.type != Value::Type::kNull) {
      begin_ = At(map, prefix + Encoded(query.lower.value), !query.lower.inclusive);
    }
    if (query.upper.value.type != Value::Type::kNull) {
      end_ = At(map, prefix + Encoded(query.upper.value), query.upper.inclusive);
    }
    if (!query.after.empty()) StartAfter(map, query, behind);
    if (Before(map, end_, begin_)) begin_ = end_;
  }

  bool done() const { return begin_ == end_; }
  const RowPtr& row() const { return descending_ ? std::prev(end_)->second : begin_->second; }
  void Next() {
    if (descending_) {
      --end_;
    } else {
      ++begin_;
    }
  }

  // Where the row stands in the merge: the columns behind the prefix, then the prefix.
  std::string Position() const {
    const std::string& place = descending_ ? std::prev(end_)->first : begin_->first;
    return place.substr(prefix_.size()) + prefix_;
  }

 private:
  using Iterator = RowMap::const_iterator;

  // The first row from `place` on, or behind all that begin with it.
  static Iterator At(const RowMap& map, const std::string& place, bool past) {
    return past ? FirstPast(map, place) : map.lower_bound(place);
  }

  static bool Before(const RowMap& map, Iterator a, Iterator b) {
    return a != map.end() && (b == map.end() || a->first < b->first);
  }

  // `after` names a place behind every prefix; its own values of the prefix, if given, part those that tie
  // there.
  void StartAfter(const RowMap& map, const host::Query& query, size_t behind) {
    const std::string place = prefix_ + Encoded(query.after, 0, behind);
    const std::string last = Encoded(query.after, behind, query.after.size());
    const bool passed = last.empty() || (query.descending ? prefix_ >= last : prefix_ <= last);
    Iterator& edge = query.descending ? end_ : begin_;
    const Iterator at = At(map, place, passed != query.descending);
    if (Before(map, at, edge) == query.descending) edge = at;
  }

  const std::string& prefix_;
  RowMap::const_iterator begin_, end_;
  bool descending_;
};

struct Answer {
  std::vector<RowPtr> rows;
  uint64_t count = 0;
};

class Memory : public host::Store {
 public:
  Status Open(const host::Schema& schema) override {
    return Fenced([&]() -> Status {
      if (Status status = host::CheckSchema(schema); !status.ok()) return status;
      const std::lock_guard lock(mutex_);
      if (schema_) return Status(Code::kFailedPrecondition, "the store was open already");
      std::vector<Table> tables;
      for (const Collection& collection : schema.collections) {
        Table& table = tables.emplace_back();
        table.maps.resize(collection.indexes.size() + 1);
        for (uint32_t i = 0; i < table.maps.size(); ++i) table.orders.push_back(host::IndexOrder(collection, i));
      }
      tables_ = std::move(tables);
      schema_ = &schema;
      return {};
    });
  }

  Status Read(const std::vector<host::Query>& queries, host::RowSink& sink) override {
    return Fenced([&]() -> Status {
      std::vector<Answer> answers;
      {
        const std::lock_guard lock(mutex_);
        if (!schema_) return NotOpen();
        for (const host::Query& query : queries) {
          if (Status status = host::CheckQuery(*schema_, query); !status.ok()) return status;
        }
        for (const host::Query& query : queries) answers.push_back(Select(query));
      }
      for (size_t i = 0; i < queries.size(); ++i) {
        if (Status status = Deliver(i, queries[i], answers[i], sink); !status.ok()) return status;
      }
      return {};
    });
  }

  Status Commit(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) override {
    return Fenced([&]() -> Status {
      const std::lock_guard lock(mutex_);
      if (!schema_) return NotOpen();
      outcomes->assign(batches.size(), {});
      for (size_t i = 0; i < batches.size(); ++i) {
        host::BatchOutcome& outcome = (*outcomes)[i];
        outcome.status = Fenced([&] { return CommitBatch(batches[i], &outcome.failed_precondition); });
      }
      return {};
    });
  }

 private:
  static Status NotOpen() { return Status(Code::kFailedPrecondition, "the store was not open"); }

  Answer Select(const host::Query& query) const {
    const Table& table = tables_[query.collection];
    const uint64_t most = query.count_cap != 0 ? query.count_cap : query.limit != 0 ? query.limit : UINT64_MAX;
    std::vector<std::string> prefixes;
    for (const auto& prefix : query.prefixes) prefixes.push_back(Encoded(prefix, 0, prefix.size()));
    std::sort(prefixes.begin(), prefixes.end());
    prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());

    const size_t behind = prefixes.empty() ? 0 : table.orders[query.index].size() - query.prefixes[0].size();
    std::multimap<std::string, Run> merge;
    for (const std::string& prefix : prefixes) {
      Run run(table.maps[query.index], query, prefix, behind);
      if (!run.done()) merge.emplace(run.Position(), run);
    }
    Answer answer;
    while (!merge.empty() && answer.count < most) {
      auto node = merge.extract(query.descending ? std::prev(merge.end()) : merge.begin());
      Run& run = node.mapped();
      ++answer.count;
      if (query.count_cap == 0) answer.rows.push_back(run.row());
      run.Next();
      if (run.done()) continue;
      node.key() = run.Position();
      merge.insert(std::move(node));
    }
    return answer;
  }

  static Status Deliver(size_t number, const host::Query& query, const Answer& answer, host::RowSink& sink) {
    if (query.count_cap != 0) return sink.Count(number, answer.count);
    std::vector<Value> columns;
    for (const RowPtr& row : answer.rows) {
      columns.clear();
      for (const OwnedValue& value : row->columns) columns.push_back(value.View());
      std::string_view body = row->body;
      if (query.keys_only) body = {};
      body.remove_prefix(static_cast<size_t>(std::min<uint64_t>(query.body_offset, body.size())));
      if (query.body_limit != 0) body = body.substr(0, static_cast<size_t>(query.body_limit));
      const host::RowView view{columns.data(), columns.size(), body, row->body.size(), row->version};
      if (Status status = sink.Row(number, view); !status.ok()) return status;
    }
    return {};
  }

  // Nothing is written unless the answer is ok.
  Status CommitBatch(const host::Batch& batch, int64_t* failed_precondition) {
    if (Status status = host::CheckBatch(*schema_, batch); !status.ok()) return status;
    for (size_t i = 0; i < batch.preconditions.size(); ++i) {
      const host::Precondition& wanted = batch.preconditions[i];
      const MemoryRow* row = tables_[wanted.collection].Find(Encoded(wanted.key, 0, wanted.key.size()));
      if ((row ? row->version : 0) == wanted.version) continue;
      *failed_precondition = static_cast<int64_t>(i);
      return Status(Code::kAborted, "precondition_failed", std::string(schema_->collections[wanted.collection].name),
                    "a row was not as the batch wanted it");
    }
    std::map<std::pair<uint32_t, std::string>, MemoryRow> counters;
    if (Status status = SumAdds(batch, &counters); !status.ok()) return status;

    const int64_t version = sequence_ + 1;
    Changes changes;
    for (const host::Put& put : batch.puts) {
      auto row = std::make_shared<MemoryRow>();
      for (const Value& value : put.columns) row->columns.emplace_back(value);
      row->body.assign(put.body);
      row->version = version;
      changes.Insert(tables_[put.collection], Encoded(put.columns, 0, schema_->collections[put.collection].key_columns),
                     std::move(row));
    }
    for (const host::Erase& erase : batch.erases) {
      changes.Remove(tables_[erase.collection], Encoded(erase.key, 0, erase.key.size()));
    }
    for (auto& [place, row] : counters) {
      row.version = version;
      changes.Insert(tables_[place.first], place.second, std::make_shared<MemoryRow>(std::move(row)));
    }
    changes.Do();
    sequence_ = version;
    return {};
  }

  // What every counter that the batch touches will hold.
  Status SumAdds(const host::Batch& batch, std::map<std::pair<uint32_t, std::string>, MemoryRow>* counters) const {
    for (const host::Add& add : batch.adds) {
      std::string key = Encoded(add.key, 0, add.key.size());
      const MemoryRow* stored = tables_[add.collection].Find(key);
      for (const host::Erase& erase : batch.erases) {
        if (erase.collection == add.collection && Encoded(erase.key, 0, erase.key.size()) == key) stored = nullptr;
      }
      const auto [at, made] = counters->try_emplace({add.collection, std::move(key)});
      MemoryRow& row = at->second;
      if (made) {
        for (const Value& value : add.key) row.columns.emplace_back(value);
        row.columns.emplace_back(Value::Int(stored ? stored->columns.back().integer : 0));
      }
      int64_t* const value = &row.columns.back().integer;
      if (__builtin_add_overflow(*value, add.delta, value)) {
        return Status(Code::kOutOfRange, {}, std::string(schema_->collections[add.collection].name),
                      "the counter would have left the range of int64");
      }
    }
    return {};
  }

  std::mutex mutex_;
  const host::Schema* schema_ = nullptr;  // constant after Open
  std::vector<Table> tables_;             // guarded by mutex_
  int64_t sequence_ = 0;                  // guarded by mutex_
};

}  // namespace

std::unique_ptr<host::Store> MemoryStore() {
  return std::make_unique<Memory>();
}

}  // namespace casecomm
