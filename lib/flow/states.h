// SPDX-License-Identifier: Apache-2.0
// What people may do with inbound mail (threats.md, section 5). Its state is one of Outcome, at each destination; the table in
// states.cc says which event leads out of which state, and to where. A pair that is not in it is refused.
#ifndef CASECOMM_FLOW_STATES_H_
#define CASECOMM_FLOW_STATES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "casecomm/decision.h"
#include "casecomm/status.h"

namespace casecomm::flow {

// Each is one act of a person. Told and stored by name.
enum class Event : uint8_t {
  kReleased,   // on the record whose address held it
  kRerouted,   // on other records
  kForwarded,  // to the catch-all address; the copy stays
  kLinked,     // on a case, a lead, or both (spec CF-11)
  kMoved,      // from one record to another
  kRejected,
  kWithdrawn,
  kRestored,  // to the state that it was rejected or withdrawn from
  kCount,
};

std::string_view EventName(Event event);  // "released"

// The state behind the event; `before` is the one that rejected or withdrawn mail came from. failed_precondition
// ("no_such_exit", of this message) names the state and what can be done in it.
Result<Outcome> After(Outcome state, Event event, Outcome before, std::string_view message);

// Whether the state is one of the two that an act may bring back.
constexpr bool IsSetAside(Outcome state) {
  return state == Outcome::kRejected || state == Outcome::kWithdrawn;
}

// Whether the mail waits for a person: what late matches are looked for (spec Y-04).
constexpr bool Waits(Outcome state) {
  return state == Outcome::kHeld || state == Outcome::kUnassigned;
}

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_STATES_H_
