// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <cstdio>

namespace casecomm::base {
namespace {

// The length of the well-formed UTF-8 character at the front, or 0. RFC 3629, section 4.
size_t CharacterLength(std::string_view text, uint32_t* code_point) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto tail = [&](size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
  if (text.empty()) return 0;
  const uint8_t lead = byte(0);
  if (lead < 0x80) {
    *code_point = lead;
    return 1;
  }
  if (lead >= 0xc2 && lead <= 0xdf && tail(1)) {
    *code_point = (lead & 0x1fu) << 6 | (byte(1) & 0x3fu);
    return 2;
  }
  if ((lead & 0xf0) == 0xe0 && tail(1) && tail(2)) {
    *code_point = (lead & 0x0fu) << 12 | (byte(1) & 0x3fu) << 6 | (byte(2) & 0x3fu);
    return *code_point >= 0x800 && (*code_point < 0xd800 || *code_point > 0xdfff) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4 && tail(1) && tail(2) && tail(3)) {
    *code_point = (lead & 0x07u) << 18 | (byte(1) & 0x3fu) << 12 | (byte(2) & 0x3fu) << 6 | (byte(3) & 0x3fu);
    return *code_point >= 0x10000 && *code_point <= 0x10ffff ? 4 : 0;
  }
  return 0;
}

// What takes no place on the screen or moves what does: controls, line separators, bidirectional marks, and
// the characters that Unicode lets a reader ignore, but for the variation selectors of emoji.
struct Range {
  uint32_t first, last;
};
constexpr Range kInvisible[] = {
    {0x0, 0x1f},      {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},      {0x61c, 0x61c},
    {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},    {0x2028, 0x202e},
    {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},    {0xfff0, 0xfffb},
    {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
};

bool Invisible(uint32_t c) {
  if (c >= 0x20 && c < 0x7f) return false;
  for (const Range& range : kInvisible) {
    if (c <= range.last) return c >= range.first;
  }
  return false;
}

}  // namespace

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = FoldAscii(c);
  return lower;
}

bool EqualFoldAscii(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (FoldAscii(a[i]) != FoldAscii(b[i])) return false;
  }
  return true;
}

bool StartsWithFoldAscii(std::string_view text, std::string_view front) {
  return text.size() >= front.size() && EqualFoldAscii(text.substr(0, front.size()), front);
}

bool EndsWithFoldAscii(std::string_view text, std::string_view back) {
  return text.size() >= back.size() && EqualFoldAscii(text.substr(text.size() - back.size()), back);
}

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char escape[16];
  while (!text.empty()) {
    uint32_t c = 0;
    const size_t length = CharacterLength(text, &c);
    if (length == 0) {
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(static_cast<uint8_t>(text[0])));
      out += escape;
      text.remove_prefix(1);
      continue;
    }
    if (Invisible(c)) {
      std::snprintf(escape, sizeof escape, c < 0x80 ? "\\x%02x" : "\\u{%x}", c);
      out += escape;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

size_t Utf8Prefix(std::string_view text) {
  size_t valid = 0;
  uint32_t c = 0;
  while (const size_t length = CharacterLength(text.substr(valid), &c)) valid += length;
  return valid;
}

bool IsUtf8(std::string_view text) {
  return Utf8Prefix(text) == text.size();
}

std::string_view CutUtf8(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    hex += kDigits[static_cast<uint8_t>(c) >> 4];
    hex += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return hex;
}

}  // namespace casecomm::base
