// SPDX-License-Identifier: Apache-2.0
// Whose mail is filed on a record (spec X-05): an account's policy, and a record's own, which can only be stricter.
#ifndef CASECOMM_IDENTIFY_SENDER_POLICY_H_
#define CASECOMM_IDENTIFY_SENDER_POLICY_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace casecomm::identify {

// P0 to P4. Stored numbers, do not change.
enum class SenderPolicy : uint8_t { kAnyone, kKnown, kAuthenticated, kKnownAndAuthenticated, kStaff };
inline constexpr uint8_t kSenderPolicies = 5;

// What holds where both do: every demand of either. Staff demands all that the others do.
constexpr SenderPolicy Joined(SenderPolicy a, SenderPolicy b) {
  constexpr uint8_t kKnown = 1, kProven = 2, kStaff = 4;
  constexpr std::array<uint8_t, kSenderPolicies> kDemands = {0, kKnown, kProven, kKnown | kProven,
                                                             kKnown | kProven | kStaff};
  const auto both = static_cast<uint8_t>(kDemands[static_cast<size_t>(a)] | kDemands[static_cast<size_t>(b)]);
  size_t policy = 0;
  while (kDemands[policy] != both) ++policy;
  return static_cast<SenderPolicy>(policy);
}

}  // namespace casecomm::identify

#endif  // CASECOMM_IDENTIFY_SENDER_POLICY_H_
