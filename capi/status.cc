// SPDX-License-Identifier: Apache-2.0
#include "casecomm/status.h"

#include "arguments.h"
#include "casecomm/casecomm.h"

casecomm_str casecomm_status_name(casecomm_status status) {
  return casecomm::capi::Str(casecomm::CodeName(static_cast<casecomm::Code>(status)));
}
