// SPDX-License-Identifier: Apache-2.0
// Crockford base32 in lower case: no i, l, o, u; read with i and l as 1 and o as 0.
#ifndef CASECOMM_BASE_BASE32_H_
#define CASECOMM_BASE_BASE32_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace casecomm::base {

// Appends `digits` digits of the lowest 5 * digits bits, highest first. digits <= 12.
void AppendBase32(std::string* out, uint64_t value, int digits);

// The value of 1 to 12 digits, either case; false if a character is no digit.
bool ParseBase32(std::string_view digits, uint64_t* value);

}  // namespace casecomm::base

#endif  // CASECOMM_BASE_BASE32_H_
