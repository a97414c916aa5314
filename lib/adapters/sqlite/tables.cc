// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/tables.h"

#include <map>
#include <utility>
#include <vector>

namespace casecomm::sqlite {
namespace {

using host::Collection;

const char* TypeName(host::ColumnType type) {
  switch (type) {
    case host::ColumnType::kInt64:
      return "INTEGER";
    case host::ColumnType::kText:
      return "TEXT";
    case host::ColumnType::kBytes:
      return "BLOB";
  }
  return "";
}

std::string TableSql(const Collection& collection) {
  std::string sql = "CREATE TABLE " + Quoted(collection.name) + "(";
  for (size_t i = 0; i < collection.columns.size(); ++i) {
    sql += Quoted(collection.columns[i].name) + " " + TypeName(collection.columns[i].type);
    sql += i < collection.key_columns ? " NOT NULL," : ",";
  }
  sql += "version INTEGER NOT NULL";
  if (collection.kind != host::CollectionKind::kCounters) sql += ",body BLOB NOT NULL";
  return sql + ") STRICT";
}

std::string IndexSql(const Collection& collection, uint32_t index) {
  std::string sql = index == 0 ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  sql += IndexName(collection, index) + " ON " + Quoted(collection.name) + "(";
  std::string present;
  for (uint32_t column : host::IndexOrder(collection, index)) {
    const std::string name = Quoted(collection.columns[column].name);
    sql += (sql.back() == '(' ? "" : ",") + name;
    if (column >= collection.key_columns) present += (present.empty() ? " WHERE " : " AND ") + name + " IS NOT NULL";
  }
  return sql + ")" + present;
}

// What stands in the file.
struct Found {
  std::map<std::string, std::map<std::string, std::string>> tables;  // name -> column -> type
  std::map<std::string, std::string> indexes;                        // quoted name -> its SQL
};

Result<Found> Look(Connection& connection) {
  Found found;
  {
    Result<Statement> rows = connection.Prepare(kOnce, [] {
      return "SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
             "WHERE m.type = 'table'";
    });
    if (!rows.ok()) return rows.status();
    for (;;) {
      const Result<bool> row = rows->Step();
      if (!row.ok()) return row.status();
      if (!*row) break;
      found.tables[std::string(rows->bytes(0))][std::string(rows->bytes(1))] = rows->bytes(2);
    }
  }
  Result<Statement> rows = connection.Prepare(
      kOnce, [] { return "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"; });
  if (!rows.ok()) return rows.status();
  for (;;) {
    const Result<bool> row = rows->Step();
    if (!row.ok()) return row.status();
    if (!*row) return found;
    found.indexes[Quoted(rows->bytes(0))] = rows->bytes(1);
  }
}

// The statements that turn what was found into what the schema asks; none if it is so already.
std::vector<std::string> Difference(const Found& found, const host::Schema& schema) {
  std::vector<std::string> missing;
  for (const Collection& collection : schema.collections) {
    const auto table = found.tables.find(std::string(collection.name));
    if (table == found.tables.end()) {
      missing.push_back(TableSql(collection));
    } else {
      std::vector<std::pair<std::string, std::string>> wanted{{"version", "INTEGER"}};
      if (collection.kind != host::CollectionKind::kCounters) wanted.emplace_back("body", "BLOB");
      for (const host::Column& column : collection.columns) wanted.emplace_back(column.name, TypeName(column.type));
      for (const auto& [name, type] : wanted) {
        const auto column = table->second.find(name);
        if (column != table->second.end() && column->second == type) continue;
        missing.push_back("ALTER TABLE " + Quoted(collection.name) + " ADD COLUMN " + Quoted(name) + " " + type);
      }
    }
    for (uint32_t i = 0; i <= collection.indexes.size(); ++i) {
      const auto index = found.indexes.find(IndexName(collection, i));
      const std::string sql = IndexSql(collection, i);
      if (index != found.indexes.end() && index->second == sql) continue;
      if (index != found.indexes.end()) missing.push_back("DROP INDEX " + IndexName(collection, i));
      missing.push_back(sql);
    }
  }
  return missing;
}

std::vector<std::string> SequenceSql() {
  const std::string name = kSequenceTable;
  return {"CREATE TABLE " + name + "(only INTEGER PRIMARY KEY CHECK (only = 0), last INTEGER NOT NULL) STRICT",
          "INSERT INTO " + name + " VALUES (0, 0)", "PRAGMA application_id=" + std::to_string(kApplicationId)};
}

// Whether the file holds nothing yet.
Result<bool> IsEmpty(Connection& connection, const std::string& path) {
  const Result<int64_t> id = connection.Integer("PRAGMA application_id");
  if (!id.ok()) return id.status();
  if (*id == kApplicationId) return false;
  const Result<int64_t> objects = connection.Integer("SELECT count(*) FROM sqlite_schema");
  if (!objects.ok()) return objects.status();
  if (*id != 0 || *objects != 0) return Damaged(path, "the file was a database, but no store");
  return true;
}

Status NotWhole(const std::string& path) {
  return Damaged(path, "the tables of the store were not whole");
}

// All that is to be done until the file holds what the schema asks.
Result<std::vector<std::string>> Missing(Connection& connection, const std::string& path, const host::Schema& schema) {
  const Result<bool> empty = IsEmpty(connection, path);
  if (!empty.ok()) return empty.status();
  const Result<int64_t> version = connection.Integer("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > schema.version) {
    return Status(Code::kFailedPrecondition, "store_newer", path,
                  "the store was written by a newer version (its schema is " + std::to_string(*version) +
                      ", this one " + std::to_string(schema.version) + ")");
  }
  const Result<Found> found = Look(connection);
  if (!found.ok()) return found.status();
  if (!*empty) {
    if (*version < 1 || found->tables.count(kSequenceTable) == 0) return NotWhole(path);
    const Result<int64_t> rows = connection.Integer(std::string("SELECT count(last) FROM ") + kSequenceTable);
    if (!rows.ok()) return rows.status();
    if (*rows != 1) return NotWhole(path);
  }
  std::vector<std::string> missing = *empty ? SequenceSql() : std::vector<std::string>();
  for (std::string& sql : Difference(*found, schema)) missing.push_back(std::move(sql));
  if (*version == schema.version && !missing.empty()) return NotWhole(path);
  if (*version < schema.version) missing.push_back("PRAGMA user_version=" + std::to_string(schema.version));
  return missing;
}

}  // namespace

std::string Quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

std::string IndexName(const Collection& collection, uint32_t index) {
  if (index == 0) return Quoted(std::string(collection.name) + "/key");
  return Quoted(std::string(collection.name) + "." + std::string(collection.indexes[index - 1].name));
}

Result<bool> CheckTables(Connection& connection, const std::string& path, const host::Schema& schema,
                         bool allow_empty) {
  Transaction transaction(connection);
  if (Status status = transaction.BeginRead(); !status.ok()) return status;
  const Result<bool> empty = IsEmpty(connection, path);
  if (!empty.ok()) return empty.status();
  if (*empty && !allow_empty) return Damaged(path, "the file held no store");
  const Result<std::vector<std::string>> missing = Missing(connection, path, schema);
  if (!missing.ok()) return missing.status();
  if (Status status = transaction.Commit(); !status.ok()) return status;
  return missing->empty();
}

Status MakeTables(Connection& connection, const std::string& path, const host::Schema& schema) {
  Transaction transaction(connection);
  if (Status status = transaction.BeginWrite(); !status.ok()) return status;
  // Looked at again: another process may have made them in between.
  const Result<std::vector<std::string>> missing = Missing(connection, path, schema);
  if (!missing.ok()) return missing.status();
  for (const std::string& sql : *missing) {
    if (Status status = connection.Execute(sql); !status.ok()) return status;
  }
  return transaction.Commit();
}

}  // namespace casecomm::sqlite
