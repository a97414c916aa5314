// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "casecomm/decision.h"

namespace casecomm {

std::string_view OutcomeName(Outcome outcome) {
  static constexpr std::string_view kNames[] = {"unknown",   "filed",   "unassigned", "held",
                                                "catch_all", "applied", "duplicate",  "not_tracked"};
  const auto number = static_cast<size_t>(outcome);
  return number < std::size(kNames) ? kNames[number] : kNames[0];
}

}  // namespace casecomm
