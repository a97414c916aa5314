// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_COMPOSE_ESCAPE_H_
#define CASECOMM_COMPOSE_ESCAPE_H_

#include <cstdint>
#include <string>

namespace casecomm::compose {

// A byte as `mark` and two digits in upper case: "=C3" (RFC 2045, 6.7; RFC 2047, 4.2), "%C3" (RFC 2231, 4).
inline void AppendEscaped(char mark, char byte, std::string* out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  *out += mark;
  *out += kHex[static_cast<uint8_t>(byte) >> 4];
  *out += kHex[static_cast<uint8_t>(byte) & 15];
}

}  // namespace casecomm::compose

#endif  // CASECOMM_COMPOSE_ESCAPE_H_
