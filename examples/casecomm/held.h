// SPDX-License-Identifier: Apache-2.0
// The commands about mail that waits for a person.
#ifndef EXAMPLES_CASECOMM_HELD_H_
#define EXAMPLES_CASECOMM_HELD_H_

#include <casecomm/status.h>

#include "arguments.h"
#include "output.h"

namespace tool {

casecomm::Status Held(const Arguments& arguments, Output& out);
casecomm::Status Release(const Arguments& arguments, Output& out);
casecomm::Status Reroute(const Arguments& arguments, Output& out);
casecomm::Status Forward(const Arguments& arguments, Output& out);
casecomm::Status Reject(const Arguments& arguments, Output& out);
casecomm::Status Withdraw(const Arguments& arguments, Output& out);
casecomm::Status Restore(const Arguments& arguments, Output& out);
casecomm::Status Acts(const Arguments& arguments, Output& out);
casecomm::Status Matches(const Arguments& arguments, Output& out);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_HELD_H_
