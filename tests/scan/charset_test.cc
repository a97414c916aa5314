// SPDX-License-Identifier: Apache-2.0
#include "scan/charset.h"

#include <gtest/gtest.h>

#include <string>

#include "scan/utf8.h"
#include "tests/base/random.h"

namespace casecomm::scan {
namespace {

std::string Convert(std::string_view bytes, std::string_view charset, bool want_clean = true) {
  CharsetDecoder charsets;
  bool clean = true;
  std::string text = charsets.ToUtf8(bytes, charset, &clean);
  EXPECT_EQ(clean, want_clean) << charset;
  EXPECT_TRUE(IsUtf8(text)) << charset;
  return text;
}

TEST(Charset, NamesOfMail) {
  EXPECT_EQ(Convert("\x80 \xe9", "iso-8859-1"), "€ é") << "as windows-1252";
  EXPECT_EQ(Convert("\x93q\x94", "\"Latin1\""), "“q”");
  EXPECT_EQ(Convert("\xd0\xfd", "iso-8859-9"), "Ğı");
  EXPECT_EQ(Convert("\xc4\xe3\xba\xc3", "gb2312"), "你好");
  EXPECT_EQ(Convert("\x81\x30\x81\x30", "GB2312"), "\xc2\x80") << "a four-byte character of gb18030";
  EXPECT_EQ(Convert("\xb1\xe8 \x8c\x63", "ks_c_5601-1987"), "김 똠") << "the second is of cp949 only";
  EXPECT_EQ(Convert("\x83\x65\x83\x58\x83\x67", "Shift_JIS"), "テスト");
  EXPECT_EQ(Convert("\x1b$B%F%9%H\x1b(B", "iso-2022-jp"), "テスト");
  EXPECT_EQ(Convert("\xa4\xa4", "big5"), "中");
  EXPECT_EQ(Convert("\xcf\xf0\xe8", "windows-1251"), "При");
  EXPECT_EQ(Convert("\xf0\xd2\xc9", "KOI8-R*ru"), "При");
  EXPECT_EQ(Convert("Gr\xc3\xbc\xc3\x9f"
                    "e",
                    "UTF8"),
            "Grüße");
  EXPECT_EQ(Convert("\xc7\xd1", "EUC-KR%"), "한") << "what is of no name is looked past";
  EXPECT_EQ(Convert("plain", ""), "plain");
  EXPECT_EQ(Convert({"\xff\xfeh\x00i\x00", 6}, "utf-16"), "hi");
}

TEST(Charset, UnknownIsUtf8OrWindows1252) {
  EXPECT_EQ(Convert("Gr\xc3\xbc\xc3\x9f"
                    "e",
                    "x-unknown", false),
            "Grüße");
  EXPECT_EQ(Convert("Gr\xfc\xdf"
                    "e",
                    "x-unknown", false),
            "Grüße");
  EXPECT_EQ(Convert("Gr\xfc\xdf"
                    "e",
                    "us-ascii", false),
            "Grüße");
  EXPECT_EQ(Convert("Gr\xc3\xbc\xc3\x9f"
                    "e",
                    "us-ascii", false),
            "Grüße");
  EXPECT_EQ(Convert("a", "us-ascii"), "a");
  EXPECT_EQ(Convert("a", "windows-1252,swaplfnl", false), "a") << "no options reach the converter";
  EXPECT_EQ(Convert("a", std::string(5000, 'x'), false), "a");
}

TEST(Charset, DamageBecomesReplacementCharacters) {
  EXPECT_EQ(Convert("a\xff"
                    "b",
                    "utf-8", false),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(Convert("\xe6\x97", "utf-8", false), "\xef\xbf\xbd");
  EXPECT_EQ(Convert("\xc0\xaf", "utf-8", false), "\xef\xbf\xbd") << "overlong";
  EXPECT_EQ(Convert("\xed\xa0\x80", "utf-8", false), "\xef\xbf\xbd") << "a surrogate";
  EXPECT_EQ(Convert("\x83", "shift_jis", false), "\xef\xbf\xbd");
}

// Threat T26: every pair of bytes in every family gives well-formed UTF-8.
TEST(Charset, EveryPairOfBytesGivesUtf8) {
  CharsetDecoder charsets;
  for (const char* charset :
       {"utf-8", "us-ascii", "iso-8859-1", "gb2312", "shift_jis", "euc-kr", "utf-7", "iso-2022-jp", "x-none"}) {
    for (int first = 0; first < 256; ++first) {
      std::string bytes;
      for (int second = 0; second < 256; ++second) {
        bytes = {static_cast<char>(first), static_cast<char>(second)};
        bool clean = true;
        ASSERT_TRUE(IsUtf8(charsets.ToUtf8(bytes, charset, &clean))) << charset << ' ' << first << ' ' << second;
      }
    }
  }
}

TEST(Charset, RandomBytesGiveUtf8) {
  test::Rng random;
  PRINT_SEED(random);
  CharsetDecoder charsets;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    bool clean = true;
    const std::string text = charsets.ToUtf8(bytes, i % 2 == 0 ? "utf-8" : "gb18030", &clean);
    ASSERT_TRUE(IsUtf8(text));
    if (i % 2 == 0) {
      ASSERT_EQ(clean, IsUtf8(bytes));
    }
  }
}

// Threat T26: a character in more bytes than it needs is none, whatever it would pass by.
TEST(Charset, OverlongFormsAreReplacedAndFlagged) {
  for (int c = 0; c < 128; ++c) {
    const char low = static_cast<char>(0x80 | (c & 0x3f)), high = static_cast<char>(0x80 | c >> 6);
    for (const std::string& form : {std::string{static_cast<char>(0xc0 | c >> 6), low}, std::string{'\xe0', high, low},
                                    std::string{'\xf0', '\x80', high, low}}) {
      CharsetDecoder charsets;
      bool clean = true;
      const std::string text = charsets.ToUtf8("(" + form + ")", "utf-8", &clean);
      EXPECT_FALSE(clean) << c;
      EXPECT_EQ(text.front(), '(') << c;
      EXPECT_EQ(text.back(), ')') << c;
      EXPECT_EQ(text.find_first_not_of("()\xef\xbf\xbd"), text.npos) << c;
    }
  }
}

// A charset that the bytes are not of: flagged, and well-formed whatever stands there.
TEST(Charset, LyingNamesAreFlagged) {
  EXPECT_EQ(Convert("a\xff", "utf-7", false).substr(0, 1), "a");
  EXPECT_EQ(Convert("+ADw-", "utf-7"), "<") << "decoded before anybody looks for it";
  EXPECT_EQ(Convert("+ADw-", "utf-8"), "+ADw-") << "and nowhere else";
  Convert("K\xf6ln", "utf-8", false);
  Convert("K\xc3\xb6ln", "us-ascii", false);
  Convert("\xff\xff", "iso-2022-jp", false);
  Convert("\x81", "gb18030", false);
  Convert("\xff\xfe", "euc-kr", false);
}

TEST(Charset, LongTextsCrossTheBuffers) {
  std::string bytes, want;
  for (int i = 0; i < 10'000; ++i) {
    bytes += "\x95\x32\x82\x36";  // U+20000 in gb18030: a surrogate pair inside
    want += "\xf0\xa0\x80\x80";
  }
  EXPECT_TRUE(Convert("x" + bytes, "gb18030") == "x" + want);
}

}  // namespace
}  // namespace casecomm::scan
