// SPDX-License-Identifier: Apache-2.0
#include "casecomm/host/store.h"

#include <memory>

#include "casecomm/casecomm.h"
#include "casecomm/stores.h"
#include "fence.h"
#include "objects.h"

using namespace casecomm::capi;
using casecomm::Result;

casecomm_status casecomm_store_memory(casecomm_store* out, casecomm_error* error) {
  return Give(out, error, []() -> Result<std::shared_ptr<StoreObject>> {
    return std::make_shared<StoreObject>(casecomm::MemoryStore());
  });
}

casecomm_status casecomm_store_sqlite(const casecomm_sqlite_options* options, casecomm_store* out,
                                      casecomm_error* error) {
  return Give(out, error, [&]() -> Result<std::shared_ptr<StoreObject>> {
    Arguments in;
    const auto asked = in.Struct(options, "options");
    in.Only(asked.flags, CASECOMM_SQLITE_CREATE, "options.flags");
    in.Zero(asked.reserved, "options.reserved");
    casecomm::SqliteOptions settings;
    settings.path = in.String(asked.path, "options.path");
    settings.create = (asked.flags & CASECOMM_SQLITE_CREATE) != 0;
    if (asked.busy_timeout_ms < 0) in.Refuse(BadArgument("options.busy_timeout_ms", "the time was negative"));
    if (asked.busy_timeout_ms != 0) settings.busy_timeout_ms = asked.busy_timeout_ms;
    if (!in.ok()) return in.status();
    auto store = casecomm::SqliteStore(settings);
    if (!store.ok()) return store.status();
    return std::make_shared<StoreObject>(std::move(store).value());
  });
}

void casecomm_store_release(casecomm_store store) {
  Release(store);
}
