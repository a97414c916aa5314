// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_ADAPTERS_SQLITE_QUERY_H_
#define CASECOMM_ADAPTERS_SQLITE_QUERY_H_

#include <cstddef>
#include <string>

#include "adapters/sqlite/connection.h"
#include "casecomm/host/store.h"
#include "casecomm/status.h"

namespace casecomm::sqlite {

// Answers one checked query inside the connection's transaction; `number` is what the sink is told.
Status Answer(Connection& connection, const std::string& path, const host::Schema& schema, const host::Query& query,
              size_t number, host::RowSink& sink);

}  // namespace casecomm::sqlite

#endif  // CASECOMM_ADAPTERS_SQLITE_QUERY_H_
