// SPDX-License-Identifier: Apache-2.0
// Dates of headers, and of the text that clients write.
#include <cstdio>

#include "base/text.h"
#include "scan/date.h"
#include "scan/local_date.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {
namespace {

// As RFC 5322 writes it. Days to a date by Howard Hinnant's rule.
std::string Written(int64_t seconds) {
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int64_t days = seconds / 86400, rest = seconds % 86400;
  if (rest < 0) rest += 86400, --days;
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t of_era = days - era * 146097;
  const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const int64_t shifted = (5 * of_year + 2) / 153;
  const int64_t day = of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
  const auto number = [](int64_t n, size_t digits) {
    std::string text = std::to_string(n);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
  };
  return std::to_string(day) + ' ' + kMonths[month - 1] + ' ' + number(year + era * 400 + (month <= 2), 4) + ' ' +
         number(rest / 3600, 2) + ':' + number(rest / 60 % 60, 2) + ':' + number(rest % 60, 2) + " +0000";
}

}  // namespace

const char kName[] = "dates";

void RunOne(std::string_view value) {
  if (const auto date = scan::ParseDate(value)) {
    const std::string written = Written(*date);
    if (*date >= -62'000'000'000 && *date < 253'000'000'000 && written.find(' ') != written.npos) {
      const auto again = scan::ParseDate(written);
      // RFC 5322, 4.3: years below 1000 are written with two or three digits, and mean others.
      Require(*date < -30'000'000'000 || again == date, "a date is read as it is written");
    }
    Require(scan::ParseDate(" " + std::string(value) + "\r\n ") == date, "blanks around a date say nothing");
  }
  Require(!scan::IsDateOfGrammar(value) || scan::ParseDate(value), "a date of the grammar is read");
  const auto [language, text] = FirstLine(value);
  if (!base::IsUtf8(text)) return;
  const auto local = scan::ParseLocalDate(text, language);
  Require(scan::ParseLocalDate(text, language) == local, "a date is a function of its text");
}

void ForEachInput(std::string_view mail, const Use& use) {
  ForEachField(mail, [&](const scan::RawField& field) {
    if (field.field == scan::Field::kDate) use(field.value);
    if (field.field == scan::Field::kReceived) use(field.value.substr(field.value.rfind(';') + 1));
  });
}

}  // namespace casecomm::fuzz
