// SPDX-License-Identifier: Apache-2.0
// The words of the numbers that are stored and told.
#include <cstddef>

#include "casecomm/decision.h"
#include "casecomm/host/observer.h"
#include "casecomm/host/sink.h"
#include "casecomm/mail.h"

namespace casecomm {
namespace {

// A number that is none has the first name.
template <typename E, size_t N>
std::string_view NameOf(const std::string_view (&names)[N], E value) {
  const auto number = static_cast<size_t>(value);
  return number < N ? names[number] : names[0];
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  static constexpr std::string_view kNames[] = {"unknown", "filed",     "unassigned",  "held",     "catch_all",
                                                "applied", "duplicate", "not_tracked", "rejected", "withdrawn"};
  return NameOf(kNames, outcome);
}

std::string_view MailClassName(MailClass mail_class) {
  static constexpr std::string_view kNames[] = {"unknown", "normal", "list", "automatic", "receipt", "bounce"};
  return NameOf(kNames, mail_class);
}

std::string_view TextPartName(TextPart part) {
  static constexpr std::string_view kNames[] = {"unknown", "visible", "quoted", "signature", "forwarded"};
  return NameOf(kNames, part);
}

std::string_view TrustName(Trust trust) {
  static constexpr std::string_view kNames[] = {"none", "none", "pass", "fail"};  // fail closed
  return NameOf(kNames, trust);
}

std::string_view host::EventKindName(EventKind kind) {
  static constexpr std::string_view kNames[] = {"unknown", "account_created", "loaded", "received",
                                                "linked",  "contended",       "acted"};
  return NameOf(kNames, kind);
}

std::string_view host::DeliveryStateName(DeliveryState state) {
  // What is no state is unknown, too: never resent silently.
  static constexpr std::string_view kNames[] = {"unknown", "sent", "temporary", "permanent", "unknown"};
  return NameOf(kNames, state);
}

}  // namespace casecomm
