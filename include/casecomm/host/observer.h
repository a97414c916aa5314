// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_HOST_OBSERVER_H_
#define CASECOMM_HOST_OBSERVER_H_

#include <cstdint>
#include <string_view>

#include "casecomm/decision.h"

namespace casecomm::host {

// What an engine did. Numbers do not change.
enum class EventKind : int32_t {
  kAccountCreated = 1,  // subject: the account's name
  kLoaded = 2,          // a load document was applied (subject: empty), or the "rules" or "addresses" were changed
  kReceived = 3,        // subject: the stored message's id; decision: what became of it
  kLinked = 4,          // subject: the message's id; decision: where it is now
  kContended = 5,       // a commit lost a race and is planned anew; subject: the verb
  kActed = 6,           // a person released, rerouted, forwarded, rejected, withdrew or restored; as kLinked
};

// "account_created", "loaded", "received", "linked", "contended", "acted".
std::string_view EventKindName(EventKind kind);

// Borrowed for the call.
struct Event {
  EventKind kind;
  std::string_view account;  // name; empty for the operator's
  std::string_view actor;    // "operator", a person's id, or "rules"
  std::string_view subject;
  int64_t at_us = 0;                       // of the clock seam
  const MailDecision* decision = nullptr;  // of kReceived, kLinked and kActed
};

// Is told what was done, after its commit. It carries no mail text and no secret, so that it may be logged (T44).
// Called on the calling thread; must be thread-safe. What it throws is dropped: the act it tells of stands.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void Notice(const Event& event) = 0;
};

}  // namespace casecomm::host

#endif  // CASECOMM_HOST_OBSERVER_H_
