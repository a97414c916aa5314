// SPDX-License-Identifier: Apache-2.0
// The stores and mail sources that come with the library.
#ifndef CASECOMM_STORES_H_
#define CASECOMM_STORES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/host/source.h"
#include "casecomm/host/store.h"
#include "casecomm/status.h"

namespace casecomm {

// Keeps everything in this process's memory; gone with it. Throws std::bad_alloc, and nothing else.
std::unique_ptr<host::Store> MemoryStore();

struct SqliteOptions {
  std::string path;             // of the database file
  bool create = false;          // make it if it is not there; otherwise not_found
  int busy_timeout_ms = 10000;  // how long to wait for another process's commit
};

// The embedded default: SQLite with write-ahead log and synchronous=FULL, checked at opening. One machine only; several
// processes may share the file. A new one is made by Store::Open, readable by its owner only. A store of up to 64 MiB
// that was not closed is checked whole at opening.
// Fails with not_found, permission_denied ("store_readonly"), data_loss ("store_damaged"), failed_precondition
// ("store_newer"; "store_path": no regular file) or unavailable.
Result<std::unique_ptr<host::Store>> SqliteStore(const SqliteOptions& options);

}  // namespace casecomm

#endif  // CASECOMM_STORES_H_
