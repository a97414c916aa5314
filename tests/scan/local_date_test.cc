// SPDX-License-Identifier: Apache-2.0
#include "scan/local_date.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace casecomm::scan {
namespace {

constexpr int64_t kMoment = 1736845920;  // 2025-01-14 09:12:00 UTC

struct Written {
  std::string_view language, text;
};

TEST(LocalDate, FormsOfOneMoment) {
  for (const Written& date : {
           Written{"en", "Tue, 14 Jan 2025 09:12:00 +0000"},
           Written{"en", "Tue, 14 Jan 2025 10:12:00 +0100 (CET)"},
           Written{"en", "14 January 2025 09:12"},
           Written{"en", "14 January 2025 at 09:12:00 GMT"},
           Written{"en", "January 14, 2025 at 10:12:00 AM GMT+1"},
           Written{"en", "Tuesday, January 14, 2025 9:12 AM"},
           Written{"en", "Tuesday, January 14, 2025, 09:12:00 AM GMT+0"},
           Written{"en", "Tue, Jan 14, 2025 at 9:12 AM"},
           Written{"en", "Tuesday, 14 January 2025 9:12 a.m."},
           Written{"en", "January-14-25 9:12 AM"},
           Written{"en", "1/14/2025 9:12 AM"},
           Written{"en", "2025-01-14 09:12"},
           Written{"en", "2025-01-14T09:12:00Z"},
           Written{"en", "2025-01-14 09:12:00 -00:00"},
           Written{"en", "Tue, Jan 14, 2025 at 4:12 AM EST"},
           Written{"de", "Dienstag, 14. Januar 2025 09:12"},
           Written{"de", "Dienstag, 14. Januar 2025, 09:12:00 +0000"},
           Written{"de", "Di., 14. Jan. 2025 um 09:12 Uhr"},
           Written{"de", "14. Januar 2025 um 09:12:00 UTC"},
           Written{"de", "14.01.2025 09:12"},
           Written{"de", "am 14.01.2025 um 09:12"},
           Written{"fr", "mardi 14 janvier 2025 09:12"},
           Written{"fr", "mar. 14 janv. 2025 à 09:12"},
           Written{"fr", "14 janvier 2025 à 09:12:00 UTC"},
           Written{"fr", "mardi 14 janvier 2025 9h12"},
           Written{"es", "martes, 14 de enero de 2025 9:12"},
           Written{"es", "mar, 14 ene 2025 a las 9:12"},
           Written{"es", "El mar, 14 ene 2025 a las 9:12 a. m."},
           Written{"it", "martedì 14 gennaio 2025 09:12"},
           Written{"it", "Il giorno mar 14 gen 2025 alle ore 09:12"},
           Written{"pt", "terça-feira, 14 de janeiro de 2025 09:12"},
           Written{"pt", "terça, 14/01/2025 à(s) 09:12"},
           Written{"nl", "dinsdag 14 januari 2025 9:12"},
           Written{"pl", "wtorek, 14 stycznia 2025 09:12"},
           Written{"ru", "14 января 2025 г., 09:12"},
           Written{"ru", "вторник, 14 января 2025 г. 9:12"},
           Written{"uk", "вт, 14 січ. 2025 р. о 09:12"},
           Written{"sv", "den 14 januari 2025 09:12"},
           Written{"sv", "tis 14 jan. 2025 kl 09:12"},
           Written{"da", "14. januar 2025 09:12"},
           Written{"da", "tirs. 14. jan. 2025 kl. 09.12"},
           Written{"nb", "tirsdag 14. januar 2025 kl. 09:12"},
           Written{"fi", "tiistai 14. tammikuuta 2025 9.12"},
           Written{"fi", "14.1.2025 9.12"},
           Written{"fi", "ti 14. tammik. 2025 klo 9.12"},
           Written{"cs", "úterý 14. ledna 2025 9:12"},
           Written{"sk", "utorok 14. januára 2025 9:12"},
           Written{"hu", "2025. január 14., kedd 9:12"},
           Written{"hu", "2025. jan. 14., K, 9:12"},
           Written{"hu", "2025. 01. 14. 9:12"},
           Written{"ro", "marți, 14 ianuarie 2025 09:12"},
           Written{"tr", "14 Ocak 2025 Salı 09:12"},
           Written{"tr", "14 Oca 2025 Sal, 09:12"},
           Written{"el", "Τρίτη, 14 Ιανουαρίου 2025 9:12 π.μ."},
           Written{"el", "Τρίτη 14 Ιανουαρίου 2025 9:12 πμ"},
           Written{"ja", "2025年1月14日(火) 9:12"},
           Written{"ja", "2025年1月14日火曜日 午前9:12"},
           Written{"ja", "2025年1月14日 9時12分"},
           Written{"ja", "2025/01/14 9:12"},
           Written{"zh-hans", "2025年1月14日 9:12"},
           Written{"zh-hans", "2025年1月14日星期二 上午9:12"},
           Written{"zh-hans", "2025年1月14日(星期二) 上午9:12"},
           Written{"zh-hant", "2025年1月14日 星期二 上午 9:12"},
           Written{"ko", "2025년 1월 14일 화요일 오전 9:12"},
           Written{"ko", "2025년 1월 14일 (화) 오전 9:12"},
           Written{"ar", "14 يناير 2025 9:12 ص"},
           Written{"ar", "الثلاثاء، ١٤ يناير ٢٠٢٥ ٩:١٢ ص"},
           Written{"ar", "في 14 يناير 2025، الساعة 9:12 ص"},
           Written{"he", "יום שלישי 14 ינואר 2025 09:12"},
           Written{"he", "14 בינואר 2025, 9:12"},
           Written{"vi", "14 tháng 1, 2025 9:12 SA"},
           Written{"vi", "Th 3, 14 thg 1, 2025 lúc 9:12"},
           Written{"vi", "Thứ Ba, 14 tháng 1, 2025 9:12 SA"},
           Written{"hr", "uto, 14. sij 2025. u 09:12"},
           Written{"et", "T, 14. jaanuar 2025 kell 09:12"},
           Written{"en", "Tue, 14 Jan 2025 10:12:00 CET"},
           Written{"de", "14. Januar 2025 um 10:12:00 MEZ"},
           Written{"hu", "2025. január 14. 11:12:00 EET"},
           Written{"en", "14 Jan 25 09:12"},
           Written{"fr", "le 14/01/2025 à 09h12"},
           Written{"sv", "2025-01-14 09:12"},
           Written{"de", "14.1.25 09:12"},
           Written{"es", "14/1/2025 9:12"},
           Written{"en", "14/01/2025 09:12"},
           Written{"ru", "14.01.2025, 9:12"},
           Written{"uk", "14 січня 2025 р. о 12:12:00 GMT+3"},
           Written{"en", "January 14th, 2025 at 9:12am"},
           Written{"fr", "14 janv. 2025 à 09:12"},
           Written{"pt", "14 de janeiro de 2025 às 09:12"},
           Written{"ar", "١٤/٠١/٢٠٢٥ ٩:١٢ ص"},
           Written{"zh-hans", "2025/1/14 (周二) 上午9:12"},
           Written{"ja", "2025年1月14日 (火) 18:12:00 JST"},
           Written{"tr", "14 Ocak 2025 12:12:00 GMT+3"},
           Written{"id", "14 Januari 2025 09.12"},
           Written{"bg", "14 януари 2025 г. 9:12"},
           Written{"sl", "14. januar 2025 ob 09:12"},
           Written{"ca", "14 gener 2025 9:12"},
           Written{"en", "Tue, Jan 14, 2025 at 9:12 AM"},
           Written{"ko", "2025. 1. 14. 오전 9:12"},
           Written{"en", "Tuesday, 14 January 2025 at 09:12"},
           Written{"en", "2025-01-14 04:12:00 -0500"},
       }) {
    EXPECT_EQ(ParseLocalDate(date.text, date.language), kMoment) << date.language << ": " << date.text;
  }
}

TEST(LocalDate, TheHalfOfTheDay) {
  const int64_t noon = kMoment + 3 * 3600;  // 12:12
  for (const Written& date : {
           Written{"en", "Tuesday, January 14, 2025 12:12 PM"},
           Written{"ja", "2025年1月14日 午後0:12"},
           Written{"zh-hans", "2025年1月14日 下午12:12"},
           Written{"es", "14 ene 2025 12:12 p. m."},
           Written{"el", "14 Ιανουαρίου 2025 12:12 μ.μ."},
           Written{"de", "14.01.2025 12:12"},
       }) {
    EXPECT_EQ(ParseLocalDate(date.text, date.language), noon) << date.text;
  }
  EXPECT_EQ(ParseLocalDate("January 14, 2025 12:12 AM", "en"), kMoment - 9 * 3600);
  EXPECT_EQ(ParseLocalDate("January 14, 2025 9:12 PM", "en"), kMoment + 12 * 3600);
  EXPECT_EQ(ParseLocalDate("2025년 1월 14일 오후 9:12", "ko"), kMoment + 12 * 3600);
  EXPECT_EQ(ParseLocalDate("14 tháng 1, 2025 9:12 CH", "vi"), kMoment + 12 * 3600);
  EXPECT_EQ(ParseLocalDate("am 14.01.2025 um 09:12", "de"), kMoment) << "a preposition";
}

TEST(LocalDate, TheDayIsReadWhereTheLanguageSettlesIt) {
  const int64_t second_of_march = 1740906720, third_of_february = 1738573920;  // 09:12
  EXPECT_EQ(ParseLocalDate("02/03/2025 09:12", "fr"), second_of_march);
  EXPECT_EQ(ParseLocalDate("02.03.2025 09:12", "de"), second_of_march);
  EXPECT_EQ(ParseLocalDate("03-02-2025 09:12", "nl"), third_of_february);
  for (const char* language : {"", "en", "ja", "zh-hans", "hu"}) {
    EXPECT_EQ(ParseLocalDate("02/03/2025 09:12", language), std::nullopt) << language;
  }
  EXPECT_EQ(ParseLocalDate("2/2/2025 09:12", "en"), 1738487520) << "either way";
  EXPECT_EQ(ParseLocalDate("2025-02-03 09:12", "en"), third_of_february);
}

TEST(LocalDate, AZoneOfNorthAmericaSettlesTheDay) {
  EXPECT_EQ(ParseLocalDate("02/10/2023 4:52 PM EST", "en"), 1676065920);
  EXPECT_EQ(ParseLocalDate("02/10/2023 4:52 PM PDT", "en"), 1676073120);
  EXPECT_EQ(ParseLocalDate("14/01/2025 4:12 AM EST", "en"), 1736845920);
  EXPECT_EQ(ParseLocalDate("02/10/2023 4:52 PM CET", "en"), std::nullopt);
  EXPECT_EQ(ParseLocalDate("02.10.2023 4:52 PM EST", "en"), std::nullopt);
}

TEST(LocalDate, MonthsThatTwoLanguagesCallAlike) {
  const int64_t october = 1728897120, november = 1731575520;  // the 14th, 09:12
  EXPECT_EQ(ParseLocalDate("14. listopada 2024. 09:12", "hr"), october);
  EXPECT_EQ(ParseLocalDate("14 listopada 2024 09:12", "pl"), november);
  EXPECT_EQ(ParseLocalDate("14. listopadu 2024 9:12", "en"), november) << "Czech alone";
  EXPECT_EQ(ParseLocalDate("14 listopada 2024 09:12", "en"), std::nullopt);
  EXPECT_EQ(ParseLocalDate("mar. 4 mars 2025 à 09:12", "fr"), 1741079520) << "a Tuesday in March";
}

TEST(LocalDate, NoDate) {
  for (const char* text : {
           "",
           "tomorrow",
           "here 9:12",
           "14 January 2025",
           "30 February 2025 09:12",
           "14 January 09:12",
           "14 January 2025 25:12",
           "14 January 2025 9:62",
           "1 2 3 January 2025 09:12",
           "12345 January 2025 09:12",
           "14 Smarch 2025 09:12",
           "13/13/2025 09:12",
           "\xff\xfe 14 January 2025 09:12",
       }) {
    EXPECT_EQ(ParseLocalDate(text, "en"), std::nullopt) << text;
  }
  EXPECT_EQ(ParseLocalDate(std::string(300, ' ') + "14 January 2025 09:12", "en"), std::nullopt)
      << "longer than any date";
}

}  // namespace
}  // namespace casecomm::scan
