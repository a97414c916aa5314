// SPDX-License-Identifier: Apache-2.0
// In the place of the command line tool's own seams.cc.
#include "examples/casecomm/seams.h"
#include "steady.h"

namespace tool {

casecomm::EngineOptions Seams() {
  casecomm::EngineOptions options;
  options.clock = std::make_unique<casecomm::doors::SteadyClock>();
  options.random = std::make_unique<casecomm::doors::SteadyRandom>();
  return options;
}

}  // namespace tool
