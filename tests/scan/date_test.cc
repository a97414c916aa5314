// SPDX-License-Identifier: Apache-2.0
#include "scan/date.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

namespace casecomm::scan {
namespace {

constexpr int64_t kMoment = 1736845920;  // 2025-01-14 09:12:00 UTC

TEST(Date, FormsOfOneMoment) {
  for (const char* text : {
           "Tue, 14 Jan 2025 09:12:00 +0000",
           "14 Jan 2025 09:12 +0000",
           "Tue, 14 Jan 2025 10:12:00 +0100 (CET)",
           "Tue, 14 Jan 2025 04:12:00 EST",
           "Tue,14 Jan 2025 02:12:00 -07:00",
           "Tuesday, 14 January 2025 09:12:00 GMT",
           "Tue 14 Jan 2025 09:12:00 Z",
           "14-Jan-2025 09:12:00",
           "Tue, 14 Jan 25 09:12:00 UT",
           "Tue, 14 Jan 125 09:12:00 -0000",
           "Tue Jan 14 09:12:00 2025",
           "Tue Jan 14 09:12:00 UTC 2025",
           "Di, 14 Jan 2025 09:12:00 MEZ",
           "(a \\) (comment)) Tue, 14 (x) Jan 2025\r\n 09 : 12 : 00 +0000",
           "Fri, 14 jan 2025 09:12:00 K",
           "Tuesday, 14-Jan-25 09:12:00 GMT",
           "2025-01-14T09:12:00Z",
           "2025-01-14 10:12:00.125+01:00",
           "2025-01-14T09:12Z",
           "Tue, 14 Jan 2025 10:12:00 GMT+0100",
           "Tue, 14 Jan 2025 10:12:00 UTC+1",
           "Tue, 14 Jan 2025 01:12:00 -800",
           "Tue, 14 Jan 2025 04:12:00 (EST)",
           "Tue, 14 Jan 2025 09:12:00 (Greenwich)",
           "Tue 14 Jan 2025, 09:12:00 +0000",
           "Tue, 14 Jan 2025 09.12.00 +0000",
           "Tue, 14 Jan 2025 9:12:00 AM +0000",
           "Tue, 14 Jan 2025 10:12:00 pm +1300",
           "Jan 14, 2025 09:12:00",
           "Tue, Jan 14 2025 09:12 +0000",
           "January 14 2025 09:12",
           "m\xc3\xa1rt, 14 Jan 2025 09:12:00 +0000",
           "\xd0\x92\xd1\x82, 14 Jan 2025 09:12:00 +0000",
           "mar., 14 Jan 2025 09:12:00 +0000",
           "14 Jan 2025 09:12:00 A",
           "14 Jan 2025 09:12:00 J",
           "Tue, 14 Jan 2025 09:12:00 XYZ",
       }) {
    EXPECT_EQ(ParseDate(text), kMoment) << text;
  }
}

TEST(Date, Edges) {
  EXPECT_EQ(ParseDate("1 Jan 1970 00:00:00 +0000"), 0);
  EXPECT_EQ(ParseDate("31 Dec 1969 23:59:59 +0000"), -1);
  EXPECT_EQ(ParseDate("29 Feb 2024 00:00:00 +0000"), 1709164800);
  EXPECT_EQ(ParseDate("31 Dec 2016 23:59:60 +0000"), 1483228800) << "a leap second";
  EXPECT_EQ(ParseDate("1 Sept 2024 00:00 +0000"), 1725148800);
  EXPECT_EQ(ParseDate("14 Jan 2025 24:00:00"), 1736899200) << "the end of the day";
  EXPECT_EQ(ParseDate("14 Jan 2025 12:00 AM"), 1736812800);
  EXPECT_EQ(ParseDate("14 Jan 2025 12:00 PM"), 1736856000);
  EXPECT_EQ(ParseDate("1 Jan 49 00:00:00 +0000"), 2493072000);
  EXPECT_EQ(ParseDate("1 Jan 50 00:00:00 +0000"), -631152000);
}

TEST(Date, Refused) {
  for (const char* text : {"",
                           "yesterday",
                           "-1",
                           "14/01/2025 09:12",
                           "Tue, 31 Feb 2025 09:12:00 +0000",
                           "29 Feb 2025 09:12:00",
                           "Tue, 14 Jan 20250 09:12:00 +0000",
                           "14 Jan 2025",
                           "14 Jan 2025 24:00:01",
                           "14 Jan 2025 09:60",
                           "14 Jan 2025 09:12:61",
                           "0 Jan 2025 09:12",
                           "14 Foo 2025 09:12",
                           "114 Jan 2025 09:12",
                           "14 Jan 2025 9",
                           "14 Jan 2025 09:12:",
                           "2025-13-14T09:12:00Z",
                           "2025-01-14",
                           "2025-1-14T09:12",
                           "14 Jan 2025 13:00 PM",
                           "14 Jan 2025 0:00 AM",
                           "Jan 2025 09:12",
                           "\xc3\xa1"}) {
    EXPECT_EQ(ParseDate(text), std::nullopt) << text;
  }
}

TEST(Date, EveryDayAgreesWithTheLibraryOfC) {
  for (int64_t day = -20'000; day < 40'000; ++day) {
    const time_t at = static_cast<time_t>(day * 86'400 + 12'345);
    tm parts;
    ASSERT_NE(gmtime_r(&at, &parts), nullptr);
    char text[64];
    ASSERT_NE(strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts), 0u);
    ASSERT_EQ(ParseDate(text), at) << text;
    ASSERT_TRUE(IsDateOfGrammar(text)) << text;
  }
}

// RFC 5322, 3.3 and 4.3.
TEST(Date, OfTheGrammar) {
  for (const char* text :
       {"Tue, 14 Jan 2025 09:12:00 +0100", "14 Jan 2025 09:12 -0000", "tue, 14 jan 2025 09:12:60 +0000 (UTC)",
        "(c) Tue (c) , (c) 14 (c) Jan (c) 2025 (c) 09 (c) : (c) 12 : 00 (c) +0000", "14Jan25 09:12GMT",
        "14 Jan 125 09:12 UT", "Tue,14 Jan 2025 09:12 EST", "14 Jan 2025 09:12 z",
        "Tue, 14\r\n Jan 2025\r\n\t09:12:00 +0100\r\n"}) {
    EXPECT_TRUE(IsDateOfGrammar(text)) << text;
    EXPECT_TRUE(ParseDate(text)) << text;
  }
}

TEST(Date, OutsideTheGrammar) {
  for (const char* text : {"",
                           "Mon, 14 Jan 2025 09:12:00 +0100",
                           "Tuesday, 14 Jan 2025 09:12:00 +0100",
                           "Tue 14 Jan 2025 09:12:00 +0100",
                           "Tue, 14 January 2025 09:12:00 +0100",
                           "14 Jan 2025 9:12 +0000",
                           "14 Jan 2025 09:12:00",
                           "14 Jan 2025 09:12:00 UTC",
                           "14 Jan 2025 09:12:00 J",
                           "14 Jan 2025 09:12:00 MEZ",
                           "14 Jan 2025 09:12:00 +01:00",
                           "14 Jan 2025 09:12:00 +100",
                           "14 Jan 2025 09:12:00 +0160",
                           "14 Jan 2025 09:12:00+0100",
                           "14 Jan 2025 09:12:00(c)+0100",
                           "14 Jan 2025 09:12:00 +0000 x",
                           "14 Jan 2025 09:12:00 +0000 (x",
                           "14-Jan-2025 09:12:00 +0000",
                           "Tue Jan 14 09:12:00 2025",
                           "2025-01-14T09:12:00Z",
                           "14 Jan 2025 24:00:00 +0000",
                           "14 Jan 2025 09:60 +0000",
                           "14 Jan 2025 09:12:61 +0000",
                           "30 Feb 2025 09:12 +0000",
                           "1 Jan 1899 09:12 +0000",
                           "14 Jan 2025 09.12 +0000",
                           "14 Jan 2025 09:12 AM +0000",
                           "14 Jan 5 09:12 +0000",
                           "6Feb25 8:00:00\xc3\xa9\x30",
                           ",14 Jan 2025 09:12 +0000"}) {
    EXPECT_FALSE(IsDateOfGrammar(text)) << text;
  }
}

TEST(Date, LongCommentsCostLinearTime) {
  EXPECT_EQ(ParseDate("Tue, 14 Jan 2025 09:12:00 +0000 (" + std::string(1 << 20, '(')), kMoment);
  EXPECT_EQ(ParseDate(std::string(1 << 20, '(')), std::nullopt);
}

}  // namespace
}  // namespace casecomm::scan
