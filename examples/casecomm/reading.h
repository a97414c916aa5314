// SPDX-License-Identifier: Apache-2.0
// The commands that list and read what a store holds, and change nothing.
#ifndef EXAMPLES_CASECOMM_READING_H_
#define EXAMPLES_CASECOMM_READING_H_

#include <casecomm/status.h>

#include "arguments.h"
#include "output.h"

namespace tool {

casecomm::Status Addresses(const Arguments& arguments, Output& out);
casecomm::Status People(const Arguments& arguments, Output& out);
casecomm::Status Records(const Arguments& arguments, Output& out);
casecomm::Status Assignments(const Arguments& arguments, Output& out);
casecomm::Status Show(const Arguments& arguments, Output& out);
casecomm::Status Threads(const Arguments& arguments, Output& out);
casecomm::Status Messages(const Arguments& arguments, Output& out);
casecomm::Status Unassigned(const Arguments& arguments, Output& out);
casecomm::Status Forwards(const Arguments& arguments, Output& out);
casecomm::Status Raw(const Arguments& arguments, Output& out);
casecomm::Status Attachment(const Arguments& arguments, Output& out);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_READING_H_
