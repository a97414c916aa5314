// SPDX-License-Identifier: Apache-2.0
// What an id, a name and an email of a load document must be. Each answers with what was expected ("an id of
// 1 to 255 bytes"), or nothing for a good one.
#ifndef CASECOMM_RECORD_CHECK_H_
#define CASECOMM_RECORD_CHECK_H_

#include <cstddef>
#include <string_view>

namespace casecomm::record {

inline constexpr size_t kMaxId = 255;     // bytes
inline constexpr size_t kMaxName = 1000;  // bytes

// UTF-8 without control characters.
std::string_view CheckId(std::string_view id);
std::string_view CheckName(std::string_view name);

// An addr-spec (RFC 5321, 4.1.2 and 4.5.3.1; RFC 6532): local part of at most 64 octets, domain of at most
// 255 with labels of at most 63. ASCII or UTF-8; nowhere a blank, a control or invisible character, or an
// angle bracket.
std::string_view CheckEmail(std::string_view email);

}  // namespace casecomm::record

#endif  // CASECOMM_RECORD_CHECK_H_
