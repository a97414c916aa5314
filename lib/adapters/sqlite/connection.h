// SPDX-License-Identifier: Apache-2.0
// A connection to the database file with its settings and its prepared statements. Used by one thread at a time.
#ifndef CASECOMM_ADAPTERS_SQLITE_CONNECTION_H_
#define CASECOMM_ADAPTERS_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "casecomm/host/store.h"
#include "casecomm/status.h"

namespace casecomm::sqlite {

class Connection;

inline constexpr uint64_t kOnce = ~uint64_t{0};  // id of a statement that is not kept

// A prepared statement, borrowed from its connection and given back, reset, at the end.
class Statement {
 public:
  Statement(Connection* connection, uint64_t id, sqlite3_stmt* stmt) : connection_(connection), id_(id), stmt_(stmt) {}
  Statement(Statement&& other) noexcept
      : connection_(other.connection_),
        id_(other.id_),
        stmt_(std::exchange(other.stmt_, nullptr)),
        bound_(other.bound_) {}
  Statement& operator=(Statement&& other) noexcept {
    std::swap(connection_, other.connection_);
    std::swap(id_, other.id_);
    std::swap(stmt_, other.stmt_);
    std::swap(bound_, other.bound_);
    return *this;
  }
  ~Statement();

  // Parameters count from 1; what is bound must live until the statement is reset. A failure is told by the next step.
  void Bind(int parameter, int64_t integer);
  void Bind(int parameter, const host::Value& value);
  void BindBody(int parameter, std::string_view body);

  // True: there is a row. False: there is none (any more).
  Result<bool> Step();
  // Steps a statement that answers no row, and resets it.
  Status Run();
  void Reset() { sqlite3_reset(stmt_); }

  int64_t integer(int column) const { return sqlite3_column_int64(stmt_, column); }
  std::string_view bytes(int column) const;
  int type(int column) const { return sqlite3_column_type(stmt_, column); }

 private:
  void Note(int code) {
    if (bound_ == SQLITE_OK) bound_ = code;
  }

  Connection* connection_;
  uint64_t id_;
  sqlite3_stmt* stmt_;
  int bound_ = SQLITE_OK;  // the first failure to bind
};

class Connection {
 public:
  // Opens the file, which must be there, and changes nothing in it.
  static Result<std::unique_ptr<Connection>> Open(const std::string& path, int busy_timeout_ms);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sets what the store promises and reads every setting back.
  Status Settle(int busy_timeout_ms);

  // The statement that `sql()` spells, prepared at the first call with this id.
  template <typename Sql>
  Result<Statement> Prepare(uint64_t id, const Sql& sql) {
    const auto kept = kept_.find(id);
    if (kept == kept_.end() || kept->second.idle.empty()) return PrepareNew(id, sql());
    sqlite3_stmt* const stmt = kept->second.idle.back();
    kept->second.idle.pop_back();
    return Statement(this, id, stmt);
  }

  Status Execute(const std::string& sql);
  Result<int64_t> Integer(const std::string& sql);  // of the first row and column
  Result<std::string> Text(const std::string& sql);

  // What went wrong in the last call, which answered `code`.
  Status Failure(int code) const;

  // Whether it may serve again: no transaction stayed open.
  bool at_rest() const { return sqlite3_get_autocommit(db_) != 0; }

  sqlite3* db() { return db_; }

 private:
  friend class Statement;
  // The statements of one id. `idle` has room for all that were made, so that giving one back takes no memory.
  struct Kept {
    std::vector<sqlite3_stmt*> idle;
    size_t made = 0;
  };
  explicit Connection(std::string path) : path_(std::move(path)) {}
  Result<Statement> PrepareNew(uint64_t id, const std::string& sql);

  const std::string path_;
  sqlite3* db_ = nullptr;
  std::unordered_map<uint64_t, Kept> kept_;
};

// Rolls the transaction back at the end of the scope unless it was committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  ~Transaction();
  Status BeginRead();   // one state for all that is read
  Status BeginWrite();  // the only writer of all processes
  Status Commit();

 private:
  Connection& connection_;
  bool open_ = false;
};

Status Damaged(const std::string& path, std::string message);

}  // namespace casecomm::sqlite

#endif  // CASECOMM_ADAPTERS_SQLITE_CONNECTION_H_
