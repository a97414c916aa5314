// SPDX-License-Identifier: Apache-2.0
// The commands about rules.
#ifndef EXAMPLES_CASECOMM_RULES_H_
#define EXAMPLES_CASECOMM_RULES_H_

#include <casecomm/status.h>

#include "arguments.h"
#include "output.h"

namespace tool {

casecomm::Status Rules(const Arguments& arguments, Output& out);
casecomm::Status Rehearse(const Arguments& arguments, Output& out);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_RULES_H_
