// SPDX-License-Identifier: Apache-2.0
// Replies that carry no address of ours, by the thread they answer (spec CB-11).
#ifndef CASECOMM_FLOW_REFERENCE_H_
#define CASECOMM_FLOW_REFERENCE_H_

#include <optional>
#include <string>

#include "flow/context.h"
#include "identify/identify.h"
#include "scan/envelope.h"

namespace casecomm::flow {

// The thread that an id of ours among a mail's references names and proves.
struct SignedReference {
  std::string record;        // that the thread is on
  bool participant = false;  // the author wrote mail of it, or mail of it was written to the author
};

// Nothing if no id of ours is there, or its thread is no more. Reads the store only where one is.
Result<std::optional<SignedReference>> FindReference(Context& context, const wire::AccountRow& account,
                                                     const scan::Envelope& envelope, const identify::Author& author);

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_REFERENCE_H_
