// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/commit.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/tables.h"

namespace casecomm::sqlite {
namespace {

using host::Collection;
using host::Value;

// Statement ids: those of queries have their highest bits clear.
enum Verb : uint64_t { kVersion = 1, kPut = 2, kErase = 3, kCounter = 4, kGetLast = 5, kSetLast = 6 };

uint64_t IdOf(Verb verb, uint32_t collection) {
  return uint64_t{verb} << 56 | collection;
}

std::string KeyIs(const Collection& collection) {
  std::string sql;
  for (size_t i = 0; i < collection.key_columns; ++i) {
    sql += (i ? " AND " : " WHERE ") + Quoted(collection.columns[i].name) + "=?";
  }
  return sql;
}

std::string UpsertSql(const Collection& collection) {
  std::vector<std::string> names;
  for (const host::Column& column : collection.columns) names.push_back(Quoted(column.name));
  names.push_back("version");
  if (collection.kind != host::CollectionKind::kCounters) names.push_back("body");
  std::string sql = "INSERT INTO " + Quoted(collection.name) + "(", marks, keys, sets;
  for (size_t i = 0; i < names.size(); ++i) {
    const char* const comma = i ? "," : "";
    sql += comma + names[i];
    marks += std::string(comma) + "?";
    if (i < collection.key_columns) {
      keys += comma + names[i];
    } else {
      sets += (sets.empty() ? "" : ",") + names[i] + "=excluded." + names[i];
    }
  }
  return sql + ") VALUES (" + marks + ") ON CONFLICT (" + keys + ") DO UPDATE SET " + sets;
}

class Writer {
 public:
  Writer(Connection& connection, const host::Schema& schema, const host::Batch& batch, int64_t version)
      : connection_(connection), schema_(schema), batch_(batch), version_(version) {}

  Status Write(host::BatchOutcome* outcome) {
    Status status = CheckPreconditions(outcome);
    if (status.ok() && outcome->status.ok()) status = SumAdds(outcome);
    if (!status.ok() || !outcome->status.ok()) return status;
    if (status = WritePuts(); !status.ok()) return status;
    if (status = WriteErases(); !status.ok()) return status;
    return WriteCounters();
  }

 private:
  struct Counter {
    const host::Add* add;
    int64_t value;
  };

  static bool SameKey(const std::vector<Value>& a, const std::vector<Value>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Value& x, const Value& y) { return x.integer == y.integer && x.bytes == y.bytes; });
  }

  // A statement on the row of this key, bound to it.
  Result<Statement> OnKey(Verb verb, uint32_t number, const std::string& begin, const std::vector<Value>& key) {
    const Collection& collection = schema_.collections[number];
    Result<Statement> statement = connection_.Prepare(
        IdOf(verb, number), [&] { return begin + " FROM " + Quoted(collection.name) + KeyIs(collection); });
    if (!statement.ok()) return statement;
    for (size_t i = 0; i < key.size(); ++i) statement->Bind(static_cast<int>(i) + 1, key[i]);
    return statement;
  }

  // The number in the row's column; 0 if there is no row.
  Result<int64_t> NumberOf(Verb verb, uint32_t number, const std::string& column, const std::vector<Value>& key) {
    Result<Statement> statement = OnKey(verb, number, "SELECT " + column, key);
    if (!statement.ok()) return statement.status();
    const Result<bool> row = statement->Step();
    if (!row.ok()) return row.status();
    return *row ? statement->integer(0) : 0;
  }

  Status CheckPreconditions(host::BatchOutcome* outcome) {
    for (size_t i = 0; i < batch_.preconditions.size(); ++i) {
      const host::Precondition& wanted = batch_.preconditions[i];
      const Result<int64_t> version = NumberOf(kVersion, wanted.collection, "version", wanted.key);
      if (!version.ok()) return version.status();
      if (*version == wanted.version) continue;
      outcome->failed_precondition = static_cast<int64_t>(i);
      outcome->status =
          Status(Code::kAborted, "precondition_failed", std::string(schema_.collections[wanted.collection].name),
                 "a row was not as the batch wanted it");
      return {};
    }
    return {};
  }

  // What every counter that the batch touches will hold.
  Status SumAdds(host::BatchOutcome* outcome) {
    for (const host::Add& add : batch_.adds) {
      const Collection& collection = schema_.collections[add.collection];
      auto counter = std::find_if(counters_.begin(), counters_.end(), [&](const Counter& c) {
        return c.add->collection == add.collection && SameKey(c.add->key, add.key);
      });
      if (counter == counters_.end()) {
        const bool erased = std::any_of(batch_.erases.begin(), batch_.erases.end(), [&](const host::Erase& e) {
          return e.collection == add.collection && SameKey(e.key, add.key);
        });
        Result<int64_t> stored = 0;
        if (!erased) stored = NumberOf(kCounter, add.collection, Quoted(collection.columns.back().name), add.key);
        if (!stored.ok()) return stored.status();
        counter = counters_.insert(counters_.end(), {&add, *stored});
      }
      if (__builtin_add_overflow(counter->value, add.delta, &counter->value)) {
        outcome->status = Status(Code::kOutOfRange, {}, std::string(collection.name),
                                 "the counter would have left the range of int64");
        return {};
      }
    }
    return {};
  }

  Result<Statement> Upsert(uint32_t number) {
    return connection_.Prepare(IdOf(kPut, number), [&] { return UpsertSql(schema_.collections[number]); });
  }

  Status WritePuts() {
    for (const host::Put& put : batch_.puts) {
      Result<Statement> statement = Upsert(put.collection);
      if (!statement.ok()) return statement.status();
      int parameter = 0;
      for (const Value& value : put.columns) statement->Bind(++parameter, value);
      statement->Bind(++parameter, version_);
      statement->BindBody(++parameter, put.body);
      if (Status status = statement->Run(); !status.ok()) return status;
    }
    return {};
  }

  Status WriteErases() {
    for (const host::Erase& erase : batch_.erases) {
      Result<Statement> statement = OnKey(kErase, erase.collection, "DELETE", erase.key);
      if (!statement.ok()) return statement.status();
      if (Status status = statement->Run(); !status.ok()) return status;
    }
    return {};
  }

  Status WriteCounters() {
    for (const Counter& counter : counters_) {
      Result<Statement> statement = Upsert(counter.add->collection);
      if (!statement.ok()) return statement.status();
      int parameter = 0;
      for (const Value& value : counter.add->key) statement->Bind(++parameter, value);
      statement->Bind(++parameter, counter.value);
      statement->Bind(++parameter, version_);
      if (Status status = statement->Run(); !status.ok()) return status;
    }
    return {};
  }

  Connection& connection_;
  const host::Schema& schema_;
  const host::Batch& batch_;
  const int64_t version_;
  std::vector<Counter> counters_;
};

}  // namespace

Status WriteBatch(Connection& connection, const host::Schema& schema, const host::Batch& batch, int64_t version,
                  host::BatchOutcome* outcome) {
  return Writer(connection, schema, batch, version).Write(outcome);
}

Result<int64_t> LastVersion(Connection& connection) {
  Result<Statement> statement =
      connection.Prepare(IdOf(kGetLast, 0), [] { return std::string("SELECT last FROM ") + kSequenceTable; });
  if (!statement.ok()) return statement.status();
  const Result<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  return statement->integer(0);
}

Status SetLastVersion(Connection& connection, int64_t version) {
  Result<Statement> statement =
      connection.Prepare(IdOf(kSetLast, 0), [] { return std::string("UPDATE ") + kSequenceTable + " SET last=?"; });
  if (!statement.ok()) return statement.status();
  statement->Bind(1, version);
  return statement->Run();
}

}  // namespace casecomm::sqlite
