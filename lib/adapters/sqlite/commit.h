// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_ADAPTERS_SQLITE_COMMIT_H_
#define CASECOMM_ADAPTERS_SQLITE_COMMIT_H_

#include "adapters/sqlite/connection.h"
#include "casecomm/host/store.h"
#include "casecomm/status.h"

namespace casecomm::sqlite {

// Writes one checked batch inside the connection's write transaction, its rows at `version`, or fills the outcome and
// writes nothing: all that can refuse a batch is read before the first row is written, so that no savepoint is needed.
// A failure is the whole transaction's.
Status WriteBatch(Connection& connection, const host::Schema& schema, const host::Batch& batch, int64_t version,
                  host::BatchOutcome* outcome);

// The version of the last batch ever written, inside a transaction.
Result<int64_t> LastVersion(Connection& connection);
Status SetLastVersion(Connection& connection, int64_t version);

}  // namespace casecomm::sqlite

#endif  // CASECOMM_ADAPTERS_SQLITE_COMMIT_H_
