// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_FLOW_RULE_SET_H_
#define CASECOMM_FLOW_RULE_SET_H_

#include <string>

#include "casecomm/rules.h"
#include "route/program.h"

namespace casecomm {

struct RuleSet::State {
  std::string document;
  route::Program program;
};

}  // namespace casecomm

#endif  // CASECOMM_FLOW_RULE_SET_H_
