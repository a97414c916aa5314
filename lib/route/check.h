// SPDX-License-Identifier: Apache-2.0
// What can be wrong with rules that are each well-formed: rules that never decide, and mail that no rule decides.
#ifndef CASECOMM_ROUTE_CHECK_H_
#define CASECOMM_ROUTE_CHECK_H_

#include <optional>

#include "casecomm/status.h"
#include "route/program.h"

namespace casecomm::route {

// The first rule at fault; rules.size() for one that is missing.
struct RuleFault {
  size_t rule;
  Status status;  // contradiction, unreachable_rule, missing_default or too_complex; names the rules and the facts
};

// Exact: over every combination of facts that can stand together (Possible). The first rule without conditions is
// the default, and may be one that nothing reaches.
std::optional<RuleFault> Check(const Program& program);

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_CHECK_H_
