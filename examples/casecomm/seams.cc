// SPDX-License-Identifier: Apache-2.0
#include "seams.h"

namespace tool {

casecomm::EngineOptions Seams() {
  casecomm::EngineOptions options;
  options.clock = casecomm::host::SystemClock();
  options.random = casecomm::host::SystemRandom();
  return options;
}

}  // namespace tool
