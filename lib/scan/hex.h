// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_HEX_H_
#define CASECOMM_SCAN_HEX_H_

#include <cstddef>
#include <string_view>

namespace casecomm::scan {

// The value of a hexadecimal digit, or -1.
constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The byte of the two digits behind text[pos] (a "=" or "%"), or -1.
constexpr int HexByte(std::string_view text, size_t pos) {
  if (pos + 2 >= text.size() || HexValue(text[pos + 1]) < 0 || HexValue(text[pos + 2]) < 0) return -1;
  return HexValue(text[pos + 1]) << 4 | HexValue(text[pos + 2]);
}

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HEX_H_
