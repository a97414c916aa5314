// SPDX-License-Identifier: Apache-2.0
#include "scan/encoded_word.h"

#include <gtest/gtest.h>

#include <string>

namespace casecomm::scan {
namespace {

std::string Decode(std::string_view raw, bool want_clean = true) {
  CharsetDecoder charsets;
  bool clean = true;
  std::string text = DecodeText(raw, &charsets, &clean);
  EXPECT_EQ(clean, want_clean) << raw;
  return text;
}

TEST(EncodedWord, BothEncodings) {
  EXPECT_EQ(Decode("=?ISO-8859-1?Q?Patrik_F=E4ltstr=f6m?="), "Patrik Fältström");
  EXPECT_EQ(Decode("=?utf-8?B?5pel5pys6Kqe?="), "日本語");
  EXPECT_EQ(Decode("=?utf-8*de?q?Gr=C3=BC=C3=9Fe?="), "Grüße") << "RFC 2231, 5";
  EXPECT_EQ(Decode("=?utf-8?b?WyM?="), "[#") << "padding is left out by many";
}

// RFC 2047, section 8.
TEST(EncodedWord, BlanksBetweenNeighboursFallAway) {
  EXPECT_EQ(Decode("=?ISO-8859-1?Q?a?= b"), "a b");
  EXPECT_EQ(Decode("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?="), "ab");
  EXPECT_EQ(Decode("=?ISO-8859-1?Q?a?=\r\n   =?ISO-8859-1?Q?b?="), "ab");
  EXPECT_EQ(Decode("=?ISO-8859-1?Q?a_b?="), "a b");
  EXPECT_EQ(Decode("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?="), "a b");
  EXPECT_EQ(Decode("x =?us-ascii?q?a?= y =?us-ascii?q?b?= z"), "x a y b z");
}

TEST(EncodedWord, NeighboursOfOneCharsetAreJoinedAsBytes) {
  EXPECT_EQ(Decode("=?utf-8?B?5pel5g==?= =?utf-8?B?nKw=?="), "日本");
  EXPECT_EQ(Decode("=?utf-8?Q?=E6=97?= =?UTF-8?Q?=A5?="), "日");
  EXPECT_EQ(Decode("=?utf-8?B?5pc=?= =?utf-8?B?pQ==?="), "日") << "each with its own padding";
  EXPECT_EQ(Decode("=?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?= =?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?="), "テストテスト");
}

// Against RFC 2047, 5, but there is one thing that it can mean.
TEST(EncodedWord, Base64CutAnywhereGoesOnInTheNextWord) {
  EXPECT_EQ(Decode("=?utf-8?B?5pel5pys6?= =?utf-8?B?Kqe?="), "日本語") << "one letter of four";
  EXPECT_EQ(Decode("=?utf-8?B?5pel5pys6K?= =?utf-8?B?qe?="), "日本語") << "two";
  EXPECT_EQ(Decode("=?utf-8?B?5pel5pys6Kq?= =?utf-8?B?e?="), "日本語") << "three";
  EXPECT_EQ(Decode("=?utf-8?B?5?= =?utf-8?B?p?= =?utf-8?B?e?= =?utf-8?B?l?="), "日") << "and again";
  EXPECT_EQ(Decode("=?utf-8?B?WyM?= =?utf-8?B?WyM?="), "[#[#") << "no bit of a next byte: padding alone is left out";
  EXPECT_EQ(Decode("=?utf-8?B?WyN?= x =?utf-8?B?WyM?="), "[# x [#") << "no neighbours";
  EXPECT_EQ(Decode("=?utf-8?B?WyN?= =?utf-8?Q?x?="), "[#x");
  EXPECT_EQ(Decode("=?utf-8?B?WyN?= =?us-ascii?B?WyM=?="), "[#[#");
  EXPECT_EQ(Decode("=?utf-8?B?WyN?="), "[#");
}

TEST(EncodedWord, WhatIsNoneStays) {
  for (const char* text : {"plain", "=?utf-8?x?a?=", "a =? b ?= c", "=?utf-8?q?open", "=?=?=?", ""})
    EXPECT_EQ(Decode(text), text);
  EXPECT_EQ(Decode("=?utf-8?q?a=4?="), "a=4");
  EXPECT_EQ(Decode("=?utf-8?q?=zz?="), "=zz");
}

TEST(EncodedWord, UnknownCharsetsAreGuessedAndFlagged) {
  EXPECT_EQ(Decode("=?x-nobody?q?Gr=C3=BC=C3=9Fe?=", false), "Grüße");
  EXPECT_EQ(Decode("=?x-nobody?q?Gr=FC=DFe?=", false), "Grüße");
  EXPECT_EQ(Decode("=?utf-8?q?Gr=FCsse?=", false), "Gr\xef\xbf\xbdsse");
}

TEST(EncodedWord, RawBytes) {
  EXPECT_EQ(Decode("Grüße", false), "Grüße") << "RFC 6532; flagged, as no charset is declared";
  EXPECT_EQ(Decode("Gr\xfc\xdf"
                   "e",
                   false),
            "Grüße");
}

TEST(EncodedWord, Unfolding) {
  EXPECT_EQ(Decode("a\r\n b"), "a b");
  EXPECT_EQ(Decode("a\n\tb"), "a\tb");
}

TEST(EncodedWord, ManyWordsCostLinearTime) {
  std::string subject;
  for (int i = 0; i < 60'000; ++i) subject += i % 2 == 0 ? "=?utf-8?q?a?= " : "=?koi8-r?q?b?= ";
  EXPECT_EQ(Decode(subject).size(), 60'001u);
}

}  // namespace
}  // namespace casecomm::scan
