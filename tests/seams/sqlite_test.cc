// SPDX-License-Identifier: Apache-2.0
#include "casecomm/stores.h"
#include "tests/seams/store_suite.h"
#include "tests/seams/temporary_folder.h"

namespace casecomm::seams {
namespace {

struct SqliteStores {
  std::unique_ptr<host::Store> New() {
    path_ = folder_ / ("store" + std::to_string(++made_));
    return Make(true);
  }
  std::unique_ptr<host::Store> Again() { return Make(false); }

 private:
  std::unique_ptr<host::Store> Make(bool create) {
    Result<std::unique_ptr<host::Store>> store = SqliteStore({path_, create, 10000});
    EXPECT_TRUE(store.ok()) << store.status().ToString();
    return store.ok() ? std::move(*store) : nullptr;
  }

  TemporaryFolder folder_;
  std::string path_;
  int made_ = 0;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreSuite, SqliteStores);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, DurableStoreSuite, SqliteStores);

}  // namespace
}  // namespace casecomm::seams
