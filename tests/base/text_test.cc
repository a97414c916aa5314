// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include "tests/base/random.h"

namespace casecomm::base {
namespace {

// The bits of a code point in the shape for `length` bytes, well-formed or not.
std::string Encode(uint32_t c, int length) {
  static constexpr uint8_t kLeads[] = {0, 0, 0xc0, 0xe0, 0xf0};
  if (length == 1) return {static_cast<char>(c)};
  std::string text;
  for (int i = 0; i < length; ++i) {
    const uint32_t bits = (c >> (6 * (length - 1 - i))) & 0x3f;
    text += static_cast<char>(i == 0 ? kLeads[length] | (c >> (6 * (length - 1))) : 0x80 | bits);
  }
  return text;
}

std::string Encode(uint32_t c) {
  return Encode(c, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
}

TEST(Text, FoldsAsciiOnly) {
  EXPECT_EQ(LowerAscii("MiXed-09_@[`{"), "mixed-09_@[`{");
  EXPECT_EQ(LowerAscii("\u0130I\u00c4"), "\u0130i\u00c4");
  EXPECT_TRUE(EqualFoldAscii("ABC", "abc"));
  EXPECT_FALSE(EqualFoldAscii("abc", "abcd"));
  EXPECT_FALSE(EqualFoldAscii("@", "`"));
  EXPECT_FALSE(EqualFoldAscii("k", "\u212a"));  // KELVIN SIGN
  EXPECT_TRUE(EqualFoldAscii("", ""));
}

TEST(Text, HexIsLowerCase) {
  EXPECT_EQ(Hex(std::string_view("\0\x7f\xff", 3)), "007fff");
}

TEST(Text, Utf8EndsAtTheFirstFault) {
  EXPECT_EQ(Utf8Prefix(""), 0u);
  EXPECT_EQ(Utf8Prefix("a\u00e9\u20ac\U0001f600z"), 11u);
  EXPECT_EQ(Utf8Prefix("ab\xffz"), 2u);
  EXPECT_EQ(Utf8Prefix("ab\xe2\x82"), 2u);
}

TEST(Text, Utf8TakesEveryCodePointInItsShortestFormOnly) {
  for (uint32_t c = 0; c <= 0x10ffff; ++c) {
    const std::string text = Encode(c);
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    ASSERT_EQ(IsUtf8(text), !surrogate) << c;
    ASSERT_TRUE(c >= 0x80 || !IsUtf8(Encode(c, 2))) << c;
    ASSERT_TRUE(c >= 0x800 || !IsUtf8(Encode(c, 3))) << c;
    ASSERT_TRUE(c >= 0x10000 || !IsUtf8(Encode(c, 4))) << c;
    for (size_t cut = 1; cut < text.size(); ++cut) ASSERT_FALSE(IsUtf8(text.substr(0, cut))) << c;
  }
  for (uint32_t c = 0x110000; c < 0x200000; c += 0x101) ASSERT_FALSE(IsUtf8(Encode(c, 4))) << c;
}

TEST(Text, T26_Utf8OfEveryTwoBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      const bool ascii = first < 0x80 && second < 0x80;
      const bool pair = first >= 0xc2 && first <= 0xdf && second >= 0x80 && second <= 0xbf;
      ASSERT_EQ(IsUtf8(text), ascii || pair) << first << " " << second;
    }
  }
}

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(CutUtf8("abc", 3), "abc");
  EXPECT_EQ(CutUtf8("abc", 2), "ab");
  EXPECT_EQ(CutUtf8("a\u20acb", 4), "a\u20ac");
  EXPECT_EQ(CutUtf8("a\u20acb", 3), "a");
  EXPECT_EQ(CutUtf8("a\u20acb", 2), "a");
  EXPECT_EQ(CutUtf8("\u20ac", 2), "");
  EXPECT_EQ(CutUtf8("\x80\x80\x80", 1), "");
}

TEST(Text, T25_PrintableEscapesByName) {
  EXPECT_EQ(Printable("plain, \u00fc\u4f60 \U0001f600"), "plain, \u00fc\u4f60 \U0001f600");
  EXPECT_EQ(Printable("a\r\nb\t\x1b[31m\x7f"), "a\\x0d\\x0ab\\x09\\x1b[31m\\x7f");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(Printable("\u0085\u200b\u202e\u2066\ufeff\U000e0041"),
            "\\u{85}\\u{200b}\\u{202e}\\u{2066}\\u{feff}\\u{e0041}");
  EXPECT_EQ(Printable("a\xff\xc3"), "a\\xff\\xc3");
}

// A second opinion on what must not reach a terminal: controls, line separators and marks of direction.
bool MustNotShow(uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0x61c || c == 0x200e ||
         c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200b || c == 0x2060 ||
         c == 0xfeff;
}

TEST(Text, T25_NoCodePointThatHidesOrMovesTextIsLeft) {
  for (uint32_t c = 0; c <= 0x10ffff; ++c) {
    const std::string text = Encode(c);
    const std::string out = Printable(text);
    if (MustNotShow(c) || (c >= 0xd800 && c <= 0xdfff)) {
      ASSERT_EQ(out.find_first_not_of("\\xu{}0123456789abcdef"), out.npos) << c;
    } else {
      ASSERT_TRUE(IsUtf8(out)) << c;
    }
    if (c >= 0x20 && c < 0x7f) {
      ASSERT_EQ(out, text);
    }
  }
}

TEST(Text, T25_PrintableOfAnyBytesIsUtf8WithoutControls) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const size_t pieces = rng.Below(12);
    for (size_t i = 0; i < pieces; ++i) {
      text += rng.Below(2) ? std::string(1, static_cast<char>(rng.Next()))
                           : Encode(static_cast<uint32_t>(rng.Below(0x2100)));
    }
    const std::string out = Printable(text);
    ASSERT_TRUE(IsUtf8(out)) << Hex(text);
    for (size_t i = 0; i < out.size(); ++i) {
      const auto byte = static_cast<uint8_t>(out[i]);
      ASSERT_TRUE(byte >= 0x20 && byte != 0x7f) << Hex(text);
      ASSERT_FALSE(byte == 0xc2 && static_cast<uint8_t>(out[i + 1]) < 0xa0) << Hex(text);
    }
    for (const std::string_view mark : {"\u200b", "\u200f", "\u2028", "\u202e", "\u2066", "\u061c"}) {
      ASSERT_EQ(out.find(mark), out.npos) << Hex(text);
    }
  }
}

}  // namespace
}  // namespace casecomm::base
