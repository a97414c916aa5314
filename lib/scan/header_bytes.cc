// SPDX-License-Identifier: Apache-2.0
#include "scan/header_bytes.h"

#include <algorithm>
#include <cstring>

#include "scan/field.h"

namespace casecomm::scan {
namespace {

// RFC 3629, section 4: what may follow each first byte.
struct Lead {
  uint8_t first, last, low, high;  // the first byte, and the range of the second
  size_t length;
};

constexpr Lead kLeads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
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

// The length of the ASCII front: eight bytes at a time.
size_t AsciiPrefix(std::string_view text) {
  size_t pos = 0;
  for (uint64_t word; pos + sizeof word <= text.size(); pos += sizeof word) {
    std::memcpy(&word, text.data() + pos, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (pos < text.size() && static_cast<uint8_t>(text[pos]) < 0x80) ++pos;
  return pos;
}

}  // namespace

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

size_t HeaderBegin(std::string_view raw, char eol) {
  size_t pos = raw.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
  for (;;) {  // empty lines, blanks in them or not
    size_t end = pos;
    while (end < raw.size() && (IsBlank(raw[end]) || (raw[end] == '\r' && eol == '\n'))) ++end;
    if (end == raw.size() || raw[end] != eol) break;
    pos = end + 1;
  }
  const std::string_view front = raw.substr(pos, 6);
  if (front.substr(0, 5) == "From " || front == ">From ") pos = NextLine(raw, pos, eol);
  return pos;
}

void CheckHeaderBytes(std::string_view raw, size_t begin, size_t end, DefectLog* log) {
  const std::string_view block = raw.substr(begin, end - begin);
  const void* const nul = std::memchr(block.data(), 0, block.size());
  if (nul != nullptr) log->Add(Defect::kNul, static_cast<size_t>(static_cast<const char*>(nul) - raw.data()));

  const size_t utf8 = Utf8Prefix(block);
  if (utf8 != block.size()) log->Add(Defect::kEightBitHeader, begin + utf8);

  bool bare_cr = false, crlf = false;
  size_t bare_lf = block.npos;
  for (size_t pos = block.find_first_of("\r\n"); pos < block.size(); ++pos) {
    const char* const next =
        static_cast<const char*>(std::memchr(block.data() + pos, '\n', block.size() - pos));
    const size_t line = next == nullptr ? block.size() : static_cast<size_t>(next - block.data());
    const size_t cr = block.substr(0, line).find('\r', pos);
    if (cr < line && (cr + 1 != line || line == block.size()) && !bare_cr) {
      bare_cr = true;
      log->Add(Defect::kBareCr, begin + cr);
    }
    if (line == block.size()) break;
    if (line > 0 && block[line - 1] == '\r') {
      crlf = true;
    } else if (bare_lf == block.npos) {
      bare_lf = line;
    }
    pos = line;
  }
  if (crlf && bare_lf != block.npos) log->Add(Defect::kBareLf, begin + bare_lf);
}

}  // namespace casecomm::scan
