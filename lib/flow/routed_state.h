// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_FLOW_ROUTED_STATE_H_
#define CASECOMM_FLOW_ROUTED_STATE_H_

#include <memory>

#include "casecomm/routed.h"
#include "flow/context.h"
#include "flow/router.h"
#include "identify/directory.h"

namespace casecomm {

// What keeps a batch's texts alive, also when the engine is gone, and what is warm for the next.
struct RoutedBatch::State {
  flow::Router router;
  flow::Snapshot snapshot;  // records and owners, rules and reasons
};

}  // namespace casecomm

#endif  // CASECOMM_FLOW_ROUTED_STATE_H_
