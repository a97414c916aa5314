// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "casecomm/decision.h"

namespace casecomm {

std::string_view OutcomeName(Outcome outcome) {
  static constexpr std::string_view kNames[] = {"filed",   "unassigned", "held",       "catch_all",
                                                "applied", "duplicate",  "not_tracked"};
  const auto position = static_cast<size_t>(outcome) - 1;  // wraps below the first
  return position < std::size(kNames) ? kNames[position] : std::string_view("unknown");
}

}  // namespace casecomm
