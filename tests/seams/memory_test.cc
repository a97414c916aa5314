// SPDX-License-Identifier: Apache-2.0
#include "casecomm/stores.h"
#include "tests/seams/store_suite.h"

namespace casecomm::seams {
namespace {

struct MemoryStores {
  std::unique_ptr<host::Store> New() { return MemoryStore(); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StoreSuite, MemoryStores);

}  // namespace
}  // namespace casecomm::seams
