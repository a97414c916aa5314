// SPDX-License-Identifier: Apache-2.0
// Rows of the addresses that are handed out.
#ifndef CASECOMM_FLOW_LOCATORS_H_
#define CASECOMM_FLOW_LOCATORS_H_

#include <cstdint>
#include <set>

#include "flow/context.h"
#include "store/rows.h"
#include "wire/rows.h"

namespace casecomm::flow {

// Reply addresses and return paths end so long after they were minted (threats.md, section 4).
inline constexpr int64_t kSentAddressLife = int64_t{180} * 24 * 3600 * 1'000'000;

// New addresses of one account in one batch.
class LocatorMint {
 public:
  LocatorMint(Context& context, uint32_t account, int64_t now_us, store::BatchBuilder* batch)
      : context_(context), account_(account), now_us_(now_us), batch_(*batch) {}

  // Puts the row with a locator that is free, active, and signed with the newest key from now on.
  Status Add(wire::LocatorRow* row);
  // Puts a known row in its new state; it must still be as it was read.
  void Change(const wire::LocatorRow& row);

 private:
  Context& context_;
  const uint32_t account_;
  const int64_t now_us_;
  store::BatchBuilder& batch_;
  std::set<uint64_t> minted_;
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_LOCATORS_H_
