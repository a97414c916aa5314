// SPDX-License-Identifier: Apache-2.0
#include "flow/states.h"

#include <string>

namespace casecomm::flow {
namespace {

constexpr std::string_view kNames[] = {"released", "rerouted", "forwarded", "linked",
                                       "moved",    "rejected", "withdrawn", "restored"};
static_assert(std::size(kNames) == static_cast<size_t>(Event::kCount));

// An exit of a state. Restored mail goes to where it was before, so that its row names no state.
struct Exit {
  Outcome state;
  Event event;
  Outcome next;
};
constexpr Outcome kBefore{0};
constexpr Exit kExits[] = {
    {Outcome::kFiled, Event::kMoved, Outcome::kFiled},
    {Outcome::kFiled, Event::kWithdrawn, Outcome::kWithdrawn},
    {Outcome::kUnassigned, Event::kLinked, Outcome::kFiled},
    {Outcome::kUnassigned, Event::kRerouted, Outcome::kFiled},
    {Outcome::kUnassigned, Event::kWithdrawn, Outcome::kWithdrawn},
    {Outcome::kHeld, Event::kReleased, Outcome::kFiled},
    {Outcome::kHeld, Event::kRerouted, Outcome::kFiled},
    {Outcome::kHeld, Event::kForwarded, Outcome::kCatchAll},
    {Outcome::kHeld, Event::kRejected, Outcome::kRejected},
    {Outcome::kCatchAll, Event::kRerouted, Outcome::kFiled},
    {Outcome::kCatchAll, Event::kWithdrawn, Outcome::kWithdrawn},
    {Outcome::kRejected, Event::kRestored, kBefore},
    {Outcome::kWithdrawn, Event::kRestored, kBefore},
};

// "it can be released, rerouted or rejected".
std::string ExitsOf(Outcome state) {
  std::string text;
  size_t count = 0, left = 0;
  for (const Exit& exit : kExits) left += exit.state == state;
  if (left == 0) return "nothing can be done with it";
  for (const Exit& exit : kExits) {
    if (exit.state != state) continue;
    --left;
    if (count++ > 0) text += left == 0 ? " or " : ", ";
    text += EventName(exit.event);
  }
  return "it can be " + text;
}

}  // namespace

std::string_view EventName(Event event) {
  return kNames[static_cast<size_t>(event)];
}

Result<Outcome> After(Outcome state, Event event, Outcome before, std::string_view message) {
  for (const Exit& exit : kExits) {
    if (exit.state == state && exit.event == event) return exit.next == kBefore ? before : exit.next;
  }
  return Status(Code::kFailedPrecondition, "no_such_exit", std::string(message),
                "mail that is " + std::string(OutcomeName(state)) + " cannot be " + std::string(EventName(event)) +
                    "; " + ExitsOf(state));
}

}  // namespace casecomm::flow
