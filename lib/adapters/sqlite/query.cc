// SPDX-License-Identifier: Apache-2.0
// One statement a prefix, each in index order, merged by a heap. Prefixes that leave nothing to merge by are looked up
// one after another with a single statement.
#include "adapters/sqlite/query.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "adapters/sqlite/tables.h"

namespace casecomm::sqlite {
namespace {

using host::Collection;
using host::ColumnType;
using host::Query;
using host::Value;

int Compare(std::string_view a, std::string_view b) {
  return a.compare(b);
}
int Compare(int64_t a, int64_t b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

int Compare(const Value& a, const Value& b) {
  return a.type == Value::Type::kInt64 ? Compare(a.integer, b.integer) : Compare(a.bytes, b.bytes);
}

int ComparePrefixes(const std::vector<Value>& a, const Value* b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (const int order = Compare(a[i], b[i]); order != 0) return order;
  }
  return 0;
}

// What the statement answers beside the declared columns and the version.
enum class Shape : uint32_t { kBody = 0, kSize = 1, kRange = 2, kCount = 3 };

// How one end of a run is held: not, or by a comparison of the next column, or of all columns behind the prefix.
enum class Edge : uint32_t { kNone = 0, kInclusive = 1, kExclusive = 2, kAfterInclusive = 3, kAfterExclusive = 4 };

class Selection {
 public:
  Selection(Connection& connection, const std::string& path, const host::Schema& schema, const Query& query,
            size_t number, host::RowSink& sink)
      : connection_(connection),
        path_(path),
        query_(query),
        number_(number),
        sink_(sink),
        collection_(schema.collections[query.collection]),
        order_(host::IndexOrder(collection_, query.index)),
        shape_(ShapeOf(query, collection_)),
        values_(collection_.columns.size()) {}

  Status Answer() {
    SortPrefixes();
    if (query_.count_cap != 0) return Count();
    if (prefixes_.empty()) return {};
    return behind() == 0 ? LookUp() : Merge();
  }

 private:
  // A prefix's statement, standing on a row.
  struct Run {
    Statement statement;
    size_t rank;  // of the prefix among the sorted ones
  };

  static Shape ShapeOf(const Query& query, const Collection& collection) {
    if (query.count_cap != 0) return Shape::kCount;
    if (query.keys_only || collection.kind == host::CollectionKind::kCounters) return Shape::kSize;
    return query.body_offset != 0 || query.body_limit != 0 ? Shape::kRange : Shape::kBody;
  }

  size_t length() const { return query_.prefixes[0].size(); }
  size_t behind() const { return order_.size() - length(); }

  void SortPrefixes() {
    for (const auto& prefix : query_.prefixes) prefixes_.push_back(&prefix);
    const auto before = [](const auto* a, const auto* b) { return ComparePrefixes(*a, b->data()) < 0; };
    const auto same = [](const auto* a, const auto* b) { return ComparePrefixes(*a, b->data()) == 0; };
    std::sort(prefixes_.begin(), prefixes_.end(), before);
    prefixes_.erase(std::unique(prefixes_.begin(), prefixes_.end(), same), prefixes_.end());
  }

  // The edge where the run of this prefix begins, with respect to `after`.
  Edge AfterEdge(const std::vector<Value>& prefix) const {
    const bool ties_parted = query_.after.size() == order_.size();
    if (!ties_parted) return Edge::kAfterExclusive;
    const int order = ComparePrefixes(prefix, query_.after.data() + behind());
    return (query_.descending ? order < 0 : order > 0) ? Edge::kAfterInclusive : Edge::kAfterExclusive;
  }

  // Of `after` and the range's bound at the same end only the tighter is asked for: SQLite seeks with one.
  Edge StartEdge(const std::vector<Value>& prefix) const {
    const host::Bound& bound = query_.descending ? query_.upper : query_.lower;
    const Edge ranged = EdgeOf(bound);
    if (query_.after.empty()) return ranged;
    if (ranged == Edge::kNone) return AfterEdge(prefix);
    const int order = Compare(query_.after[0], bound.value) * (query_.descending ? -1 : 1);
    return order < 0 || (order == 0 && !bound.inclusive) ? ranged : AfterEdge(prefix);
  }

  static Edge EdgeOf(const host::Bound& bound) {
    if (bound.value.type == Value::Type::kNull) return Edge::kNone;
    return bound.inclusive ? Edge::kInclusive : Edge::kExclusive;
  }

  std::string Sql(Edge start, Edge end) const {
    std::string sql = "SELECT ";
    if (shape_ == Shape::kCount) {
      sql += "count(*) FROM (SELECT 1";
    } else {
      for (const host::Column& column : collection_.columns) sql += Quoted(column.name) + ",";
      sql += "version";
      if (shape_ == Shape::kBody) sql += ",body";
      if (shape_ != Shape::kBody && collection_.kind != host::CollectionKind::kCounters) sql += ",length(body)";
      if (shape_ == Shape::kRange) sql += ",rowid";
    }
    sql += " FROM " + Quoted(collection_.name) + " INDEXED BY " + IndexName(collection_, query_.index) + " WHERE ";
    for (size_t i = 0; i < length(); ++i) sql += (i ? " AND " : "") + name(i) + "=?";
    for (size_t i = length(); i < order_.size(); ++i) {
      if (order_[i] >= collection_.key_columns) sql += " AND " + name(i) + " IS NOT NULL";
    }
    sql += EdgeSql(start, query_.descending) + EdgeSql(end, !query_.descending);
    if (behind() > 0 && shape_ != Shape::kCount) {
      sql += " ORDER BY ";
      for (size_t i = length(); i < order_.size(); ++i) {
        sql += (i > length() ? "," : "") + name(i) + (query_.descending ? " DESC" : "");
      }
    }
    return shape_ == Shape::kCount ? sql + " LIMIT ?)" : sql;
  }

  std::string name(size_t position) const { return Quoted(collection_.columns[order_[position]].name); }

  std::string EdgeSql(Edge edge, bool less) const {
    if (edge == Edge::kNone) return {};
    const bool inclusive = edge == Edge::kInclusive || edge == Edge::kAfterInclusive;
    const std::string comparison = std::string(less ? "<" : ">") + (inclusive ? "=" : "");
    if (edge == Edge::kInclusive || edge == Edge::kExclusive) return " AND " + name(length()) + comparison + "?";
    std::string names, marks;
    for (size_t i = length(); i < order_.size(); ++i) {
      names += (names.empty() ? "" : ",") + name(i);
      marks += marks.empty() ? "?" : ",?";
    }
    return " AND (" + names + ")" + comparison + "(" + marks + ")";
  }

  Result<Statement> Prepare(Edge start, Edge end) {
    uint64_t id = 0;
    const std::pair<uint64_t, uint32_t> parts[] = {
        {query_.collection, 16},
        {query_.index, 8},
        {length(), 8},
        {static_cast<uint64_t>(shape_), 2},
        {static_cast<uint64_t>(start), 3},
        {static_cast<uint64_t>(end), 3},
        {query_.descending ? 1 : 0, 1},
    };
    for (const auto& [part, bits] : parts) id = id << bits | part;
    return connection_.Prepare(id, [&] { return Sql(start, end); });
  }

  // Binds and returns the number of the next parameter.
  int BindAll(Statement& statement, const std::vector<Value>& prefix, Edge start, Edge end) const {
    int parameter = 0;
    for (const Value& value : prefix) statement.Bind(++parameter, value);
    const host::Bound* const bounds[] = {query_.descending ? &query_.upper : &query_.lower,
                                         query_.descending ? &query_.lower : &query_.upper};
    const Edge edges[] = {start, end};
    for (size_t i = 0; i < 2; ++i) {
      if (edges[i] == Edge::kInclusive || edges[i] == Edge::kExclusive) {
        statement.Bind(++parameter, bounds[i]->value);
      } else if (edges[i] != Edge::kNone) {
        for (size_t j = 0; j < behind(); ++j) statement.Bind(++parameter, query_.after[j]);
      }
    }
    return parameter + 1;
  }

  Edge EndEdge() const { return EdgeOf(query_.descending ? query_.lower : query_.upper); }

  // The rows behind the prefix: a statement that has not been stepped.
  Result<Statement> Open(const std::vector<Value>& prefix, int* next_parameter = nullptr) {
    const Edge start = StartEdge(prefix), end = EndEdge();
    Result<Statement> statement = Prepare(start, end);
    if (!statement.ok()) return statement;
    const int next = BindAll(*statement, prefix, start, end);
    if (next_parameter != nullptr) *next_parameter = next;
    return statement;
  }

  // With nothing behind the prefix, `after` is a prefix that was answered before.
  bool PassedOver(const std::vector<Value>& prefix) const {
    if (query_.after.empty()) return false;
    const int order = ComparePrefixes(prefix, query_.after.data());
    return query_.descending ? order >= 0 : order <= 0;
  }

  Status Count() {
    uint64_t count = 0;
    for (const auto* prefix : prefixes_) {
      if (count >= query_.count_cap) break;
      if (behind() == 0 && PassedOver(*prefix)) continue;
      int limit = 0;
      Result<Statement> statement = behind() == 0 ? OpenExact(*prefix, &limit) : Open(*prefix, &limit);
      if (!statement.ok()) return statement.status();
      statement->Bind(limit, static_cast<int64_t>(query_.count_cap - count));
      const Result<bool> row = statement->Step();
      if (!row.ok()) return row.status();
      count += static_cast<uint64_t>(statement->integer(0));
    }
    return sink_.Count(number_, count);
  }

  Result<Statement> OpenExact(const std::vector<Value>& prefix, int* next_parameter = nullptr) {
    Result<Statement> statement = Prepare(Edge::kNone, Edge::kNone);
    if (!statement.ok()) return statement;
    const int next = BindAll(*statement, prefix, Edge::kNone, Edge::kNone);
    if (next_parameter != nullptr) *next_parameter = next;
    return statement;
  }

  Status LookUp() {
    if (query_.descending) std::reverse(prefixes_.begin(), prefixes_.end());
    uint64_t given = 0;
    for (const auto* prefix : prefixes_) {
      if (PassedOver(*prefix)) continue;
      Result<Statement> statement = OpenExact(*prefix);
      if (!statement.ok()) return statement.status();
      const Result<bool> row = statement->Step();
      if (!row.ok()) return row.status();
      if (!*row) continue;
      if (Status status = Give(*statement); !status.ok()) return status;
      if (++given == query_.limit) return {};
    }
    return {};
  }

  Status Merge() {
    std::vector<Run> heap;
    for (size_t rank = 0; rank < prefixes_.size(); ++rank) {
      Result<Statement> statement = Open(*prefixes_[rank]);
      if (!statement.ok()) return statement.status();
      const Result<bool> row = statement->Step();
      if (!row.ok()) return row.status();
      if (*row) heap.push_back({std::move(*statement), rank});
    }
    const auto later = [this](const Run& a, const Run& b) { return Later(a, b); };
    std::make_heap(heap.begin(), heap.end(), later);
    uint64_t given = 0;
    while (!heap.empty()) {
      std::pop_heap(heap.begin(), heap.end(), later);
      Run& run = heap.back();
      if (Status status = Give(run.statement); !status.ok()) return status;
      if (++given == query_.limit) return {};
      const Result<bool> row = run.statement.Step();
      if (!row.ok()) return row.status();
      if (*row) {
        std::push_heap(heap.begin(), heap.end(), later);
      } else {
        heap.pop_back();
      }
    }
    return {};
  }

  bool Later(const Run& a, const Run& b) const {
    int order = 0;
    for (size_t i = length(); i < order_.size() && order == 0; ++i) {
      const int column = static_cast<int>(order_[i]);
      order = collection_.columns[order_[i]].type == ColumnType::kInt64
                  ? Compare(a.statement.integer(column), b.statement.integer(column))
                  : Compare(a.statement.bytes(column), b.statement.bytes(column));
    }
    if (order == 0) order = a.rank < b.rank ? -1 : 1;
    return query_.descending ? order < 0 : order > 0;
  }

  // Hands the statement's row to the sink.
  Status Give(Statement& statement) {
    for (size_t i = 0; i < values_.size(); ++i) {
      const int column = static_cast<int>(i);
      const int type = statement.type(column);
      switch (collection_.columns[i].type) {
        case ColumnType::kInt64:
          values_[i] = Value::Int(statement.integer(column));
          if (type != SQLITE_INTEGER && type != SQLITE_NULL) return WrongType();
          break;
        case ColumnType::kText:
          values_[i] = Value::Text(statement.bytes(column));
          if (type != SQLITE_TEXT && type != SQLITE_NULL) return WrongType();
          break;
        case ColumnType::kBytes:
          values_[i] = Value::Bytes(statement.bytes(column));
          if (type != SQLITE_BLOB && type != SQLITE_NULL) return WrongType();
          break;
      }
      if (type != SQLITE_NULL) continue;
      if (i < collection_.key_columns) return WrongType();
      values_[i] = Value::Null();
    }
    const int version = static_cast<int>(values_.size()), body = version + 1;
    host::RowView row{values_.data(), values_.size(), {}, 0, statement.integer(version)};
    if (shape_ == Shape::kBody) {
      row.body = statement.bytes(body);
      row.body_size = row.body.size();
    } else if (collection_.kind != host::CollectionKind::kCounters) {
      row.body_size = static_cast<uint64_t>(statement.integer(body));
    }
    if (shape_ == Shape::kRange) {
      if (Status status = ReadRange(statement.integer(body + 1), row.body_size); !status.ok()) return status;
      row.body = range_;
    }
    return sink_.Row(number_, row);
  }

  Status WrongType() const { return Damaged(path_, "a row was not of its columns' types"); }

  // Not substr(), which reads the blob from its beginning every time.
  Status ReadRange(int64_t rowid, uint64_t size) {
    const uint64_t offset = std::min(query_.body_offset, size);
    uint64_t bytes = size - offset;
    if (query_.body_limit != 0) bytes = std::min(bytes, query_.body_limit);
    range_.resize(static_cast<size_t>(bytes));
    if (bytes == 0) return {};
    sqlite3_blob* blob = nullptr;
    const std::string table(collection_.name);
    int code = sqlite3_blob_open(connection_.db(), "main", table.c_str(), "body", rowid, 0, &blob);
    if (code == SQLITE_OK) {
      code = sqlite3_blob_read(blob, range_.data(), static_cast<int>(bytes), static_cast<int>(offset));
    }
    const Status status = code == SQLITE_OK ? Status() : connection_.Failure(code);
    sqlite3_blob_close(blob);
    return status;
  }

  Connection& connection_;
  const std::string& path_;
  const Query& query_;
  const size_t number_;
  host::RowSink& sink_;
  const Collection& collection_;
  const std::vector<uint32_t> order_;
  const Shape shape_;
  std::vector<const std::vector<Value>*> prefixes_;  // sorted, each once
  std::vector<Value> values_;                        // of the row in hand
  std::string range_;
};

}  // namespace

Status Answer(Connection& connection, const std::string& path, const host::Schema& schema, const Query& query,
              size_t number, host::RowSink& sink) {
  return Selection(connection, path, schema, query, number, sink).Answer();
}

}  // namespace casecomm::sqlite
