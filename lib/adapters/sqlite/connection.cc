// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/connection.h"

#include <iterator>

namespace casecomm::sqlite {
namespace {

using host::Value;

struct Trouble {
  int code;  // primary result code
  Code status;
  const char* reason;
  const char* message;
};

constexpr Trouble kTroubles[] = {
    {SQLITE_BUSY, Code::kUnavailable, "store_busy", "another process was writing to the store"},
    {SQLITE_LOCKED, Code::kUnavailable, "store_busy", "the store was locked"},
    {SQLITE_PROTOCOL, Code::kUnavailable, "store_busy", "the store was locked"},
    {SQLITE_IOERR, Code::kUnavailable, "store_io", "the disk could not be read or written"},
    {SQLITE_CANTOPEN, Code::kUnavailable, "store_io", "a file of the store could not be opened"},
    {SQLITE_FULL, Code::kResourceExhausted, "store_full", "the disk was full"},
    {SQLITE_CORRUPT, Code::kDataLoss, "store_damaged", "the store was damaged"},
    {SQLITE_NOTADB, Code::kDataLoss, "store_damaged", "the file was no store, or was damaged"},
    {SQLITE_READONLY, Code::kPermissionDenied, "store_readonly", "the store could not be written to"},
    {SQLITE_PERM, Code::kPermissionDenied, "store_readonly", "the store could not be written to"},
    {SQLITE_TOOBIG, Code::kInvalidArgument, "too_big", "a value was larger than a store can hold"},
};

struct Setting {
  const char* name;
  const char* value;
  const char* read_back;
};

constexpr Setting kSettings[] = {
    {"journal_mode", "wal", "wal"},     {"synchronous", "full", "2"}, {"foreign_keys", "on", "1"},
    {"cell_size_check", "on", "1"},     {"secure_delete", "on", "1"}, {"wal_autocheckpoint", "16384", "16384"},
    {"cache_size", "-16384", "-16384"},  // 16 MiB: a batch is not spilled before it is committed
};

constexpr uint64_t kBegin = kOnce - 1, kBeginImmediate = kOnce - 2, kCommit = kOnce - 3;

constexpr int kRetryMs = 10;

Status RunOne(Connection& connection, uint64_t id, const char* sql) {
  Result<Statement> statement = connection.Prepare(id, [sql] { return std::string(sql); });
  return statement.ok() ? statement->Run() : statement.status();
}

}  // namespace

Status Damaged(const std::string& path, std::string message) {
  return Status(Code::kDataLoss, "store_damaged", path, std::move(message));
}

Statement::~Statement() {
  if (stmt_ == nullptr) return;
  if (id_ == kOnce) {
    sqlite3_finalize(stmt_);
    return;
  }
  sqlite3_reset(stmt_);
  connection_->kept_.find(id_)->second.idle.push_back(stmt_);
}

void Statement::Bind(int parameter, int64_t integer) {
  Note(sqlite3_bind_int64(stmt_, parameter, integer));
}

void Statement::Bind(int parameter, const Value& value) {
  // A null pointer would bind NULL.
  const char* const data = value.bytes.data() ? value.bytes.data() : "";
  switch (value.type) {
    case Value::Type::kNull:
      Note(sqlite3_bind_null(stmt_, parameter));
      break;
    case Value::Type::kInt64:
      Note(sqlite3_bind_int64(stmt_, parameter, value.integer));
      break;
    case Value::Type::kText:
      Note(sqlite3_bind_text64(stmt_, parameter, data, value.bytes.size(), SQLITE_STATIC, SQLITE_UTF8));
      break;
    case Value::Type::kBytes:
      Note(sqlite3_bind_blob64(stmt_, parameter, data, value.bytes.size(), SQLITE_STATIC));
      break;
  }
}

void Statement::BindBody(int parameter, std::string_view body) {
  Bind(parameter, Value::Bytes(body));
}

Result<bool> Statement::Step() {
  if (bound_ != SQLITE_OK) return connection_->Failure(bound_);
  const int code = sqlite3_step(stmt_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->Failure(code);
}

Status Statement::Run() {
  const Result<bool> row = Step();
  sqlite3_reset(stmt_);
  return row.status();
}

std::string_view Statement::bytes(int column) const {
  const void* const data = sqlite3_column_blob(stmt_, column);
  return {static_cast<const char*>(data), data ? static_cast<size_t>(sqlite3_column_bytes(stmt_, column)) : 0};
}

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, int busy_timeout_ms) {
  std::unique_ptr<Connection> connection(new Connection(path));
  // A leading "./" keeps names such as ":memory:" and "file:x" from meaning something else.
  const std::string name = path[0] == '/' ? path : "./" + path;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(name.c_str(), &connection->db_, flags, nullptr);
  if (connection->db_ == nullptr) return Status::OutOfMemory();
  if (code != SQLITE_OK) return connection->Failure(code);
  sqlite3_busy_timeout(connection->db_, busy_timeout_ms);
  // A file is data: no trigger, view or function in it runs (threat of a planted schema).
  sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  int trusted = 1;
  sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &trusted);
  if (trusted != 0) return Status(Code::kInternal, {}, path, "the setting trusted_schema did not hold");
  return connection;
}

Connection::~Connection() {
  for (auto& [id, kept] : kept_) {
    for (sqlite3_stmt* statement : kept.idle) sqlite3_finalize(statement);
  }
  sqlite3_close(db_);
}

Status Connection::Settle(int busy_timeout_ms) {
  if (sqlite3_db_readonly(db_, "main") != 0) return Failure(SQLITE_READONLY);
  for (const Setting& setting : kSettings) {
    const std::string pragma = std::string("PRAGMA ") + setting.name;
    Status status = Execute(pragma + "=" + setting.value);
    // Turning to the log needs the file alone, and SQLite does not wait for that.
    for (int ms = 0; status.code() == Code::kUnavailable && ms < busy_timeout_ms; ms += kRetryMs) {
      sqlite3_sleep(kRetryMs);
      status = Execute(pragma + "=" + setting.value);
    }
    if (!status.ok()) return status;
    Result<std::string> now = Text(pragma);
    if (!now.ok()) return now.status();
    if (*now != setting.read_back) {
      return Status(Code::kFailedPrecondition, "store_unsafe", path_,
                    std::string("the setting ") + setting.name + " did not hold: it was " + *now);
    }
  }
  return {};
}

Result<Statement> Connection::PrepareNew(uint64_t id, const std::string& sql) {
  Kept* const kept = id == kOnce ? nullptr : &kept_[id];
  if (kept != nullptr) kept->idle.reserve(kept->made + 1);
  sqlite3_stmt* stmt = nullptr;
  const unsigned flags = kept == nullptr ? 0 : SQLITE_PREPARE_PERSISTENT;
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), flags, &stmt, nullptr);
  if (code != SQLITE_OK) return Failure(code);
  if (kept != nullptr) ++kept->made;
  return Statement(this, id, stmt);
}

Status Connection::Execute(const std::string& sql) {
  Result<Statement> statement = PrepareNew(kOnce, sql);
  if (!statement.ok()) return statement.status();
  for (;;) {
    const Result<bool> row = statement->Step();
    if (!row.ok() || !*row) return row.status();
  }
}

Result<int64_t> Connection::Integer(const std::string& sql) {
  Result<Statement> statement = PrepareNew(kOnce, sql);
  if (!statement.ok()) return statement.status();
  const Result<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  return *row ? statement->integer(0) : 0;
}

Result<std::string> Connection::Text(const std::string& sql) {
  Result<Statement> statement = PrepareNew(kOnce, sql);
  if (!statement.ok()) return statement.status();
  const Result<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  if (!*row) return std::string();
  std::string text(statement->bytes(0));
  // A number becomes text in memory of its own.
  if (text.empty() && sqlite3_errcode(db_) == SQLITE_NOMEM) return Status::OutOfMemory();
  return text;
}

Status Connection::Failure(int code) const {
  if (code == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM) return Status::OutOfMemory();
  for (const Trouble& trouble : kTroubles) {
    if ((code & 0xFF) == trouble.code) return Status(trouble.status, trouble.reason, path_, trouble.message);
  }
  return Status(Code::kInternal, "sqlite", path_, sqlite3_errmsg(db_));
}

Transaction::~Transaction() {
  // After some failures SQLite has rolled back by itself. If this fails, too, the connection is not at rest.
  if (open_ && !connection_.at_rest()) sqlite3_exec(connection_.db(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Status Transaction::BeginRead() {
  Status status = RunOne(connection_, kBegin, "BEGIN");
  open_ = status.ok();
  return status;
}

Status Transaction::BeginWrite() {
  Status status = RunOne(connection_, kBeginImmediate, "BEGIN IMMEDIATE");
  open_ = status.ok();
  return status;
}

Status Transaction::Commit() {
  Status status = RunOne(connection_, kCommit, "COMMIT");
  open_ = !status.ok();
  return status;
}

}  // namespace casecomm::sqlite
