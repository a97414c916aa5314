// SPDX-License-Identifier: Apache-2.0
// The SQLite store: any free connection serves a call, the one used last first, so that a single thread keeps one warm
// cache. Callbacks run with no lock held: a sink may read and commit, on another connection.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

#include "adapters/sqlite/commit.h"
#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/query.h"
#include "adapters/sqlite/tables.h"
#include "casecomm/stores.h"

namespace casecomm {
namespace {

using sqlite::Connection;
using sqlite::Transaction;

constexpr size_t kIdleConnections = 8;
constexpr int64_t kHeaderBytes = 100;
// A store of up to so many bytes is checked when it is opened: at most about 20 ms, and 0.1 s after an unclean end.
constexpr int64_t kCheckBytes = 8 << 20, kCheckBytesUnclean = 64 << 20;

std::string Words(int error) {
  return std::strerror(error);
}

int64_t SizeOf(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 ? static_cast<int64_t>(info.st_size) : 0;
}

// ok, not_found, or why this path can be no store.
Status CheckPath(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return Status(Code::kInvalidArgument, "store_path", path, "the path was malformed");
  }
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) {
    const Code code = errno == ENOENT || errno == ENOTDIR ? Code::kNotFound : Code::kPermissionDenied;
    return Status(code, "store_missing", path, "there was no store: " + Words(errno));
  }
  if (!S_ISREG(info.st_mode)) {
    return Status(Code::kFailedPrecondition, "store_path", path, "the store was no regular file");
  }
  if (::access(path.c_str(), R_OK | W_OK) != 0) {
    return Status(Code::kPermissionDenied, "store_readonly", path, "the store could not be opened: " + Words(errno));
  }
  return {};
}

class Sqlite : public host::Store {
 public:
  explicit Sqlite(SqliteOptions options) : options_(std::move(options)) { idle_.reserve(kIdleConnections); }

  // Of a file that is there: nothing is changed before Open.
  Status LookAt() {
    const Status status = CheckPath(options_.path);
    if (status.code() == Code::kNotFound && options_.create) return {};
    if (!status.ok()) return status;
    const int64_t size = SizeOf(options_.path);
    // SQLite takes a file of one byte for an empty database, and would write over it.
    if (size < kHeaderBytes && (size > 0 || !options_.create)) {
      return sqlite::Damaged(options_.path, size == 0 ? "the file was empty" : "the file was no store, or was damaged");
    }
    // A log that stayed behind tells of an unclean end, or of another process that is at work.
    unclean_ = SizeOf(options_.path + "-wal") > 0;
    Result<std::unique_ptr<Connection>> connection = Connection::Open(options_.path, options_.busy_timeout_ms);
    if (!connection.ok()) return connection.status();
    first_ = std::move(*connection);
    return first_->Integer("SELECT count(*) FROM sqlite_schema").status();
  }

  Status Open(const host::Schema& schema) override {
    return Fenced([&] { return OpenFor(schema); });
  }
  Status Read(const std::vector<host::Query>& queries, host::RowSink& sink) override {
    return Fenced([&] { return ReadAll(queries, sink); });
  }
  Status Commit(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) override {
    return Fenced([&] { return CommitAll(batches, outcomes); });
  }

 private:
  // A connection in use; it goes back at the end of the scope.
  struct Lease {
    Lease(Sqlite* o, std::unique_ptr<Connection> c) : owner(o), connection(std::move(c)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection) owner->GiveBack(std::move(connection));
    }
    Sqlite* owner;
    std::unique_ptr<Connection> connection;
  };

  Status OpenFor(const host::Schema& schema) {
    if (Status status = host::CheckSchema(schema); !status.ok()) return status;
    if (schema_ != nullptr) return Status(Code::kFailedPrecondition, "the store was open already");
    if (first_ != nullptr && !first_->at_rest()) first_.reset();  // of an opening that failed
    if (first_ == nullptr) {
      if (Status status = MakeFile(); !status.ok()) return status;
      Result<std::unique_ptr<Connection>> opened = Connection::Open(options_.path, options_.busy_timeout_ms);
      if (!opened.ok()) return opened.status();
      first_ = std::move(*opened);
    }
    const Result<bool> whole = sqlite::CheckTables(*first_, options_.path, schema, options_.create);
    if (!whole.ok()) return whole.status();
    if (Status status = first_->Settle(options_.busy_timeout_ms); !status.ok()) return status;
    if (!*whole) {
      Status status = sqlite::MakeTables(*first_, options_.path, schema);
      if (!status.ok()) return status;
    }
    if (SizeOf(options_.path) <= (unclean_ ? kCheckBytesUnclean : kCheckBytes)) {
      Result<std::string> check = first_->Text("PRAGMA quick_check(1)");
      if (!check.ok()) return check.status();
      // SQLite takes a page that it had no memory for as damage.
      if (check->ends_with("error code=" + std::to_string(SQLITE_NOMEM))) return Status::OutOfMemory();
      if (*check != "ok") {
        std::replace(check->begin(), check->end(), '\n', ' ');
        return sqlite::Damaged(options_.path, "a check found damage: " + *check);
      }
    }
    schema_ = &schema;
    idle_.push_back(std::move(first_));
    return {};
  }

  Status ReadAll(const std::vector<host::Query>& queries, host::RowSink& sink) {
    if (schema_ == nullptr) return NotOpen();
    for (const host::Query& query : queries) {
      if (Status status = host::CheckQuery(*schema_, query); !status.ok()) return status;
    }
    Result<Lease> lease = Take();
    if (!lease.ok()) return lease.status();
    Connection& connection = *lease->connection;
    Transaction transaction(connection);
    if (Status status = transaction.BeginRead(); !status.ok()) return status;
    for (size_t i = 0; i < queries.size(); ++i) {
      Status status = sqlite::Answer(connection, options_.path, *schema_, queries[i], i, sink);
      if (!status.ok()) return status;
    }
    return transaction.Commit();
  }

  Status CommitAll(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) {
    outcomes->assign(batches.size(), {});
    if (schema_ == nullptr) return NotOpen();
    for (size_t i = 0; i < batches.size(); ++i) (*outcomes)[i].status = host::CheckBatch(*schema_, batches[i]);
    Result<Lease> lease = Take();
    if (!lease.ok()) return lease.status();
    const std::lock_guard writing(writing_);
    if (!write_failure_.ok()) return write_failure_;
    return Write(*lease->connection, batches, outcomes);
  }

  static Status NotOpen() { return Status(Code::kFailedPrecondition, "the store was not open"); }

  // A new store is for its owner's eyes; SQLite gives its log the same mode.
  Status MakeFile() {
    const int file = ::open(options_.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
      ::close(file);
      return {};
    }
    if (errno == EEXIST) return CheckPath(options_.path);
    const Code code = errno == ENOENT || errno == ENOTDIR  ? Code::kNotFound
                      : errno == ENOSPC || errno == EDQUOT ? Code::kResourceExhausted
                                                           : Code::kPermissionDenied;
    return Status(code, "store_path", options_.path, "the store could not be made: " + Words(errno));
  }

  Result<Lease> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Lease lease(this, std::move(idle_.back()));
        idle_.pop_back();
        return lease;
      }
    }
    Result<std::unique_ptr<Connection>> opened = Connection::Open(options_.path, options_.busy_timeout_ms);
    if (!opened.ok()) return opened.status();
    if (Status status = (*opened)->Settle(options_.busy_timeout_ms); !status.ok()) return status;
    return Lease(this, std::move(*opened));
  }

  void GiveBack(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    // One that could not even roll back is closed, which does it.
    if (connection->at_rest() && idle_.size() < kIdleConnections) idle_.push_back(std::move(connection));
  }

  Status Write(Connection& connection, const std::vector<host::Batch>& batches,
               std::vector<host::BatchOutcome>* outcomes) {
    Transaction transaction(connection);
    if (Status status = transaction.BeginWrite(); !status.ok()) return status;
    const Result<int64_t> last = sqlite::LastVersion(connection);
    if (!last.ok()) return last.status();
    int64_t version = *last;
    for (size_t i = 0; i < batches.size(); ++i) {
      host::BatchOutcome& outcome = (*outcomes)[i];
      if (!outcome.status.ok()) continue;
      Status status = sqlite::WriteBatch(connection, *schema_, batches[i], version + 1, &outcome);
      if (!status.ok()) return status;
      if (outcome.status.ok()) ++version;
    }
    if (version == *last) return {};
    Status status = sqlite::SetLastVersion(connection, version);
    if (!status.ok()) return status;
    status = transaction.Commit();
    // After a failed sync nobody knows what the disk holds: no later commit may pass for durable (threat T61).
    const int code = sqlite3_extended_errcode(connection.db());
    if (!status.ok() && (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)) write_failure_ = status;
    return status;
  }

  const SqliteOptions options_;
  const host::Schema* schema_ = nullptr;  // constant after Open
  bool unclean_ = false;                  // the last to use the file did not close it
  std::unique_ptr<Connection> first_;     // until Open
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
  std::mutex writing_;                             // held by the one thread that writes; never during a callback
  Status write_failure_;                           // guarded by writing_
};

}  // namespace

Result<std::unique_ptr<host::Store>> SqliteStore(const SqliteOptions& options) {
  return Fenced([&]() -> Result<std::unique_ptr<host::Store>> {
    auto store = std::make_unique<Sqlite>(options);
    if (Status status = store->LookAt(); !status.ok()) return status;
    return std::unique_ptr<host::Store>(std::move(store));
  });
}

}  // namespace casecomm
