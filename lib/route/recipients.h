// SPDX-License-Identifier: Apache-2.0
// CF-04, CF-05 and CF-07 for one recipient.
#ifndef CASECOMM_ROUTE_RECIPIENTS_H_
#define CASECOMM_ROUTE_RECIPIENTS_H_

#include "identify/identify.h"
#include "route/program.h"

namespace casecomm::route {

constexpr bool IsSettled(RecipientsFact means) {
  return means == RecipientsFact::kCase || means == RecipientsFact::kLead;
}

// Never kNone. One open case and any leads is a case; no open case and one open lead is a lead.
RecipientsFact Means(const identify::Counterpart& counterpart);

// The record of an entry that is settled.
identify::Position SettledOn(const identify::AddressEntry& entry);

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_RECIPIENTS_H_
