// SPDX-License-Identifier: Apache-2.0
#include "scan/utf8.h"

#include <cstdint>
#include <cstring>

namespace casecomm::scan {
namespace {

// RFC 3629, section 4: what may follow each first byte.
struct Lead {
  uint8_t first, last, low, high;  // the first byte, and the range of the second
  size_t length;
};

constexpr Lead kLeads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  for (const Lead& lead : kLeads) {
    if (byte(0) < lead.first || byte(0) > lead.last) continue;
    if (text.size() < lead.length || byte(1) < lead.low || byte(1) > lead.high) return 0;
    for (size_t i = 2; i < lead.length; ++i) {
      if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    return lead.length;
  }
  return 0;
}

}  // namespace

size_t AsciiPrefix(std::string_view text) {
  size_t pos = 0;
  for (uint64_t word; pos + sizeof word <= text.size(); pos += sizeof word) {
    std::memcpy(&word, text.data() + pos, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (pos < text.size() && static_cast<uint8_t>(text[pos]) < 0x80) ++pos;
  return pos;
}

size_t Utf8Prefix(std::string_view text) {
  size_t pos = 0;
  for (;;) {
    pos += AsciiPrefix(text.substr(pos));
    if (pos == text.size()) return pos;
    const size_t length = CharacterLength(text.substr(pos));
    if (length == 0) return pos;
    pos += length;
  }
}

}  // namespace casecomm::scan
