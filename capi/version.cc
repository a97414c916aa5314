// SPDX-License-Identifier: Apache-2.0
#include "casecomm/casecomm.h"

uint32_t casecomm_version(void) {
  return CASECOMM_VERSION_MAJOR << 16 | CASECOMM_VERSION_MINOR << 8 | CASECOMM_VERSION_PATCH;
}
