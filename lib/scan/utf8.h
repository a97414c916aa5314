// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_UTF8_H_
#define CASECOMM_SCAN_UTF8_H_

#include <cstddef>
#include <string_view>

namespace casecomm::scan {

// The length of the longest front that is well-formed UTF-8 (RFC 3629, section 4).
size_t Utf8Prefix(std::string_view text);

// The length of the longest front without a byte above 127.
size_t AsciiPrefix(std::string_view text);

inline bool IsAscii(std::string_view text) {
  return AsciiPrefix(text) == text.size();
}
inline bool IsUtf8(std::string_view text) {
  return Utf8Prefix(text) == text.size();
}

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_UTF8_H_
