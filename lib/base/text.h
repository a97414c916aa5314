// SPDX-License-Identifier: Apache-2.0
// ASCII and UTF-8 helpers without any noun of the domain.
#ifndef CASECOMM_BASE_TEXT_H_
#define CASECOMM_BASE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace casecomm::base {

constexpr char FoldAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// ASCII letters in lower case; all other bytes as they are (threat T08: no Turkish i, no Unicode folding).
constexpr bool IsLetterOrDigit(char c) {  // ASCII
  const char folded = FoldAscii(c);
  return (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9');
}

std::string LowerAscii(std::string_view text);
bool EqualFoldAscii(std::string_view a, std::string_view b);
bool StartsWithFoldAscii(std::string_view text, std::string_view front);
bool EndsWithFoldAscii(std::string_view text, std::string_view back);

// Fit for a log, a terminal, an error: C0, C1 and DEL controls, bidirectional and zero-width marks and bytes
// that are not UTF-8 become \xNN or \u{NNNN} (threat T25).
std::string Printable(std::string_view text);

// Whether it is well-formed UTF-8: no overlong form, no surrogate, nothing past U+10FFFF.
bool IsUtf8(std::string_view text);

// How many bytes at the front are well-formed UTF-8: text.size() if all are.
size_t Utf8Prefix(std::string_view text);

// Cuts to at most `bytes`, never inside a UTF-8 character.
std::string_view CutUtf8(std::string_view text, size_t bytes);

std::string Hex(std::string_view bytes);

}  // namespace casecomm::base

#endif  // CASECOMM_BASE_TEXT_H_
