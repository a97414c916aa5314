// SPDX-License-Identifier: Apache-2.0
#ifndef EXAMPLES_CASECOMM_SEAMS_H_
#define EXAMPLES_CASECOMM_SEAMS_H_

#include <casecomm/engine.h>

namespace tool {

// The clock and the random source of this host, and nothing else set. A build with a source file of its own for this
// function has a tool that does the same each time.
casecomm::EngineOptions Seams();

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_SEAMS_H_
