// SPDX-License-Identifier: Apache-2.0
// CF-04, CF-05 and CF-07 for one recipient.
#ifndef CASECOMM_ROUTE_RECIPIENTS_H_
#define CASECOMM_ROUTE_RECIPIENTS_H_

#include "identify/identify.h"
#include "route/program.h"

namespace casecomm::route {

// Never kNone: one open case and any leads, or no open case and one open lead, is settled.
RecipientsFact Means(const identify::Counterpart& counterpart);

// The record of an entry that is settled.
identify::Position SettledOn(const identify::AddressEntry& entry);

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_RECIPIENTS_H_
