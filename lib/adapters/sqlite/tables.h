// SPDX-License-Identifier: Apache-2.0
// The tables of a store: a STRICT table a collection, named like it, its columns followed by `version` and `body`;
// "collection/key" is the primary key, "collection.index" each index. Rowid tables: the random keys of mail then touch
// narrow index pages only, which was measured 10 to 15 % faster to fill than WITHOUT ROWID.
#ifndef CASECOMM_ADAPTERS_SQLITE_TABLES_H_
#define CASECOMM_ADAPTERS_SQLITE_TABLES_H_

#include <cstdint>
#include <string>

#include "adapters/sqlite/connection.h"
#include "casecomm/host/store.h"
#include "casecomm/status.h"

namespace casecomm::sqlite {

inline constexpr int32_t kApplicationId = 0x43434F4D;  // "CCOM"; written to disk, do not change

// Where one commit sequence for the whole store stands; row versions come from it.
inline constexpr char kSequenceTable[] = "casecomm_sequence";

// Whether the file holds what the schema asks. False: it is empty or older, and MakeTables is needed. Fails with
// data_loss if it is damaged, no store, or empty where that is not allowed; failed_precondition if it is newer. Changes
// nothing.
Result<bool> CheckTables(Connection& connection, const std::string& path, const host::Schema& schema, bool allow_empty);

// Makes what is missing, in one transaction.
Status MakeTables(Connection& connection, const std::string& path, const host::Schema& schema);

// "collection/key" or "collection.index", quoted.
std::string IndexName(const host::Collection& collection, uint32_t index);
std::string Quoted(std::string_view name);

}  // namespace casecomm::sqlite

#endif  // CASECOMM_ADAPTERS_SQLITE_TABLES_H_
