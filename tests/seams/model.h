// SPDX-License-Identifier: Apache-2.0
// host/store.h done naively: every query looks at every row and sorts. What a store answers is judged by it.
#ifndef CASECOMM_TESTS_SEAMS_MODEL_H_
#define CASECOMM_TESTS_SEAMS_MODEL_H_

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "casecomm/host/store.h"

namespace casecomm::seams {

using host::Value;

// An owning value that orders as store.h says.
struct Cell {
  Value::Type type = Value::Type::kNull;
  int64_t integer = 0;
  std::string bytes;

  Cell() = default;
  Cell(const Value& v) : type(v.type), integer(v.integer), bytes(v.bytes) {}  // NOLINT: implicit
  Value View() const { return {type, integer, bytes}; }
  bool null() const { return type == Value::Type::kNull; }
  bool operator==(const Cell& o) const { return Tie() == o.Tie(); }
  bool operator<(const Cell& o) const { return Tie() < o.Tie(); }

 private:
  std::tuple<int, int64_t, const std::string&> Tie() const { return {static_cast<int>(type), integer, bytes}; }
};

using Cells = std::vector<Cell>;

inline Cells ToCells(const std::vector<Value>& values) {
  return {values.begin(), values.end()};
}

inline std::vector<Value> ToValues(const Cells& cells) {
  std::vector<Value> values;
  for (const Cell& cell : cells) values.push_back(cell.View());
  return values;
}

struct ModelRow {
  Cells columns;
  std::string body;
  int64_t version = 0;
};

class Model {
 public:
  explicit Model(const host::Schema& schema) : schema_(schema), tables_(schema.collections.size()) {}

  // The rows that answer the query, in order; with a count cap, as many as are counted.
  std::vector<const ModelRow*> Select(const host::Query& query) const {
    const std::vector<uint32_t> order = Order(query.collection, query.index);
    const uint32_t named = query.index == 0 ? 0 : static_cast<uint32_t>(Named(query).size());
    struct Hit {
      Cells place;
      const ModelRow* row;
    };
    std::vector<Hit> hits;
    for (const auto& [key, row] : tables_[query.collection]) {
      bool in_index = true;
      for (uint32_t i = 0; i < named; ++i) in_index = in_index && !row.columns[order[i]].null();
      if (!in_index) continue;
      for (const auto& prefix : query.prefixes) {
        Cells front, place;
        for (size_t i = 0; i < prefix.size(); ++i) front.push_back(row.columns[order[i]]);
        if (front != ToCells(prefix)) continue;
        for (size_t i = prefix.size(); i < order.size(); ++i) place.push_back(row.columns[order[i]]);
        if (!Within(query, place)) break;
        const size_t behind = place.size();
        place.insert(place.end(), front.begin(), front.end());
        if (Passed(query, place, behind)) break;
        hits.push_back({place, &row});
        break;
      }
    }
    std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.place < b.place; });
    if (query.descending) std::reverse(hits.begin(), hits.end());
    const uint32_t most = query.count_cap != 0 ? query.count_cap : query.limit;
    if (most != 0 && hits.size() > most) hits.resize(most);
    std::vector<const ModelRow*> rows;
    for (const Hit& hit : hits) rows.push_back(hit.row);
    return rows;
  }

  const ModelRow* Find(uint32_t collection, const std::vector<Value>& key) const {
    const auto found = tables_[collection].find(ToCells(key));
    return found == tables_[collection].end() ? nullptr : &found->second;
  }

  // The position of the first precondition that does not hold, or -1.
  int64_t FailedPrecondition(const host::Batch& batch) const {
    for (size_t i = 0; i < batch.preconditions.size(); ++i) {
      const ModelRow* row = Find(batch.preconditions[i].collection, batch.preconditions[i].key);
      if ((row ? row->version : 0) != batch.preconditions[i].version) return static_cast<int64_t>(i);
    }
    return -1;
  }

  // Writes the batch. The versions are the store's to choose: they are learned by Learn.
  void Apply(const host::Batch& batch) {
    for (const host::Put& put : batch.puts) {
      Cells columns = ToCells(put.columns);
      Cells key(columns.begin(), columns.begin() + schema_.collections[put.collection].key_columns);
      tables_[put.collection][std::move(key)] = {std::move(columns), std::string(put.body), 0};
    }
    for (const host::Erase& erase : batch.erases) tables_[erase.collection].erase(ToCells(erase.key));
    for (const host::Add& add : batch.adds) {
      const auto [at, made] = tables_[add.collection].try_emplace(ToCells(add.key));
      if (made) {
        at->second.columns = ToCells(add.key);
        at->second.columns.push_back(Value::Int(0));
      }
      at->second.columns.back().integer += add.delta;
      at->second.version = 0;
    }
  }

  void Learn(uint32_t collection, const Cells& key, int64_t version) { tables_[collection].at(key).version = version; }

  const std::map<Cells, ModelRow>& table(uint32_t collection) const { return tables_[collection]; }

 private:
  const std::vector<uint32_t>& Named(const host::Query& query) const {
    return schema_.collections[query.collection].indexes[query.index - 1].columns;
  }

  std::vector<uint32_t> Order(uint32_t number, uint32_t index) const {
    const host::Collection& collection = schema_.collections[number];
    std::vector<uint32_t> order;
    if (index != 0) order = collection.indexes[index - 1].columns;
    for (uint32_t i = 0; i < collection.key_columns; ++i) {
      if (std::count(order.begin(), order.end(), i) == 0) order.push_back(i);
    }
    return order;
  }

  static bool Within(const host::Query& query, const Cells& place) {
    const Cell lower = query.lower.value, upper = query.upper.value;
    if (!lower.null() && (place[0] < lower || (place[0] == lower && !query.lower.inclusive))) return false;
    return upper.null() || place[0] < upper || (place[0] == upper && query.upper.inclusive);
  }

  static bool Passed(const host::Query& query, Cells place, size_t behind) {
    if (query.after.empty()) return false;
    const Cells after = ToCells(query.after);
    if (after.size() == behind) place.resize(behind);
    return query.descending ? !(place < after) : !(after < place);
  }

  const host::Schema& schema_;
  std::vector<std::map<Cells, ModelRow>> tables_;
};

}  // namespace casecomm::seams

#endif  // CASECOMM_TESTS_SEAMS_MODEL_H_
