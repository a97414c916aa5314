// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_TRUST_H_
#define CASECOMM_TRUST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casecomm {

// Whether the author's domain is proven (spec X-04, threat T10). Numbers do not change.
enum class Trust : int32_t { kNone = 1, kPass = 2, kFail = 3 };
std::string_view TrustName(Trust trust);  // "none", "pass", "fail"

// Whose word on a mail's authentication counts (RFC 8601). Without an authserv-id there is no trust.
struct TrustPolicy {
  // Of the host's own border servers. Their results are believed, nobody else's; compared without case.
  std::vector<std::string> authserv_ids;
  // How many Received fields, from the top, may stand above the results: those that the host's own servers write after
  // them. What stands below is the sender's (the trusted boundary). 0: the results stand above every Received field.
  // Only where the border takes results of its own name out of what comes in (RFC 8601, section 5) may it be more.
  uint32_t received_above = 0;
  bool allow_spf = false;     // an aligned SPF pass alone is enough (threat T10: shared hosts)
  bool require_dkim = false;  // an aligned DKIM pass is needed, whatever DMARC says
};

}  // namespace casecomm

#endif  // CASECOMM_TRUST_H_
