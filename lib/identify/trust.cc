// SPDX-License-Identifier: Apache-2.0
#include "identify/trust.h"

namespace casecomm::identify {

Trust TrustOf(const scan::Envelope&, const TrustPolicy&) {
  return Trust::kNone;
}

}  // namespace casecomm::identify
