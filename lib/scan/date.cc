// SPDX-License-Identifier: Apache-2.0
#include "scan/date.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "scan/field.h"

namespace casecomm::scan {
namespace {

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

struct Zone {
  std::string_view name;
  int hours;
};

// RFC 5322, 4.3. The military letters other than Z say nothing, as RFC 822 had their signs wrong.
constexpr Zone kZones[] = {
    {"est", -5}, {"edt", -4}, {"cst", -6}, {"cdt", -5}, {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7},
};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return base::FoldAscii(c) >= 'a' && base::FoldAscii(c) <= 'z';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  void Skip(std::string_view also) {
    while (pos_ < text_.size()) {
      if (text_[pos_] == '(') {
        SkipComment();
      } else if (IsSpace(text_[pos_]) || also.find(text_[pos_]) != also.npos) {
        ++pos_;
      } else {
        return;
      }
    }
  }

  std::string_view Letters() {
    const size_t begin = pos_;
    while (pos_ < text_.size() && IsLetter(text_[pos_])) ++pos_;
    return text_.substr(begin, pos_ - begin);
  }

  // The day of the week may stand in any language.
  std::string_view Word() {
    const size_t begin = pos_;
    while (pos_ < text_.size() && (IsLetter(text_[pos_]) || static_cast<uint8_t>(text_[pos_]) >= 0x80)) ++pos_;
    return text_.substr(begin, pos_ - begin);
  }

  // A number of `least` to `most` digits and no more.
  bool Number(int least, int most, int* number, int* digits = nullptr) {
    int count = 0;
    *number = 0;
    while (pos_ < text_.size() && IsDigit(text_[pos_]) && count <= most) {
      *number = *number * 10 + (text_[pos_++] - '0');
      ++count;
    }
    if (digits != nullptr) *digits = count;
    return count >= least && count <= most;
  }

  bool Take(char c) {
    if (pos_ == text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  char Peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }
  bool AtEnd() const { return pos_ == text_.size(); }
  // Whether a blank, no comment, stands in front of what comes.
  bool BehindBlank() const { return pos_ > 0 && IsSpace(text_[pos_ - 1]); }
  bool comments_end() const { return comments_end_; }
  // The last one skipped, with its first parenthesis.
  std::string_view comment() const { return comment_; }

 private:
  void SkipComment() {
    const size_t begin = pos_;
    size_t depth = 0;
    for (; pos_ < text_.size(); ++pos_) {
      if (text_[pos_] == '\\') {
        ++pos_;
      } else if (text_[pos_] == '(') {
        ++depth;
      } else if (text_[pos_] == ')' && --depth == 0) {
        ++pos_;
        comment_ = text_.substr(begin, pos_ - begin);
        return;
      }
    }
    pos_ = text_.size();
    comments_end_ = false;
  }

  std::string_view text_;
  std::string_view comment_;
  bool comments_end_ = true;
  size_t pos_ = 0;
};

// 1 to 12, or 0.
int Month(std::string_view word) {
  if (word.size() < 3) return 0;
  const auto* const month = std::find_if(std::begin(kMonths), std::end(kMonths), [&](std::string_view name) {
    return base::EqualFoldAscii(name, word.substr(0, 3));
  });
  return month == std::end(kMonths) ? 0 : static_cast<int>(month - std::begin(kMonths)) + 1;
}

bool Year(Reader* reader, int* year) {
  int digits = 0;
  if (!reader->Number(2, 4, year, &digits)) return false;
  if (digits == 2) *year += *year < 50 ? 2000 : 1900;
  if (digits == 3) *year += 1900;
  return true;
}

// "09:12:00", with dots where a language writes them, and the half of the day behind it.
bool Time(Reader* reader, int* seconds) {
  int hour = 0, minute = 0, second = 0;
  if (!reader->Number(1, 2, &hour)) return false;
  reader->Skip("");
  const char separator = reader->Peek() == '.' ? '.' : ':';
  if (!reader->Take(separator)) return false;
  reader->Skip("");
  if (!reader->Number(2, 2, &minute)) return false;
  reader->Skip("");
  if (reader->Take(separator)) {
    reader->Skip("");
    if (!reader->Number(2, 2, &second)) return false;
  }
  Reader ahead = *reader;
  ahead.Skip("");
  const std::string_view half = ahead.Letters();
  const bool am = base::EqualFoldAscii(half, "am"), pm = base::EqualFoldAscii(half, "pm");
  if (am || pm) {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (pm ? 12 : 0);
    *reader = ahead;
  }
  const bool midnight = hour == 24 && minute == 0 && second == 0;            // at the end of the day
  if ((hour > 23 && !midnight) || minute > 59 || second > 60) return false;  // 60: a leap second
  *seconds = hour * 3600 + minute * 60 + second;
  return true;
}

int NamedZone(std::string_view name) {
  const auto* const zone = std::find_if(std::begin(kZones), std::end(kZones),
                                        [&](const Zone& z) { return base::EqualFoldAscii(z.name, name); });
  return zone == std::end(kZones) ? 0 : zone->hours * 3600;
}

// "+0100", "+01:00", "-800", "+1".
int Offset(Reader* reader) {
  const char sign = reader->Peek();
  if (!reader->Take('+') && !reader->Take('-')) return 0;
  int number = 0, minutes = 0, digits = 0;
  if (!reader->Number(1, 4, &number, &digits)) return 0;
  if (digits > 2) {
    minutes = number % 100;
    number /= 100;
  } else if (reader->Take(':') && !reader->Number(2, 2, &minutes)) {
    return 0;
  }
  return (number * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
}

// Seconds east of Greenwich.
int ZoneOffset(Reader* reader) {
  reader->Skip("");
  const std::string_view name = reader->Letters();
  if (reader->Peek() == '+' || reader->Peek() == '-') return Offset(reader);  // "GMT+0100", too
  if (!name.empty()) return NamedZone(name);
  // A name that stands in a comment alone.
  const std::string_view comment = reader->comment();
  return comment.size() < 3 ? 0 : NamedZone(comment.substr(1, comment.size() - 2));
}

// Days since 1970-01-01 in the Gregorian calendar, by eras of 400 years that begin in March.
int64_t DaysFromCivil(int year, int month, int day) {
  const int64_t y = year - (month <= 2 ? 1 : 0);
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

bool DayExists(int year, int month, int day) {
  if (month < 1 || month > 12) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day >= 1 && day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

struct Moment {
  int year = 0, month = 0, day = 0, seconds = 0, offset = 0;
};

// "2025-01-14T09:12:00Z" (ISO 8601, RFC 3339).
bool ReadIso(Reader* reader, Moment* at) {
  int digits = 0;
  if (!reader->Number(4, 4, &at->year, &digits) || !reader->Take('-')) return false;
  if (!reader->Number(2, 2, &at->month) || !reader->Take('-') || !reader->Number(2, 2, &at->day)) return false;
  const bool joined = reader->Take('T') || reader->Take('t');
  reader->Skip("");
  if (!Time(reader, &at->seconds)) return false;
  if (reader->Take('.') || reader->Take(',')) {
    while (IsDigit(reader->Peek())) reader->Take(reader->Peek());
  }
  reader->Skip("");
  // "2025-01-14 09:12" is what a person wrote down: neither the form of a program nor a moment.
  if (!joined && reader->Peek() == '\0') return false;
  at->offset = ZoneOffset(reader);
  return true;
}

bool ReadMailDate(Reader* reader, Moment* at) {
  std::string_view word = reader->Word();  // the day of the week, or the month
  reader->Skip(",.");
  if (IsLetter(reader->Peek())) word = reader->Letters();
  reader->Skip(",.");
  if (!reader->Number(1, 2, &at->day)) return false;
  reader->Skip("-,.");
  at->month = Month(IsLetter(reader->Peek()) ? reader->Letters() : word);
  if (at->month == 0) return false;
  reader->Skip("-,.");
  Reader ahead = *reader;
  if (Time(&ahead, &at->seconds)) {
    // "Tue Jan 14 09:12:00 2025", as asctime writes it; a zone may stand in front of the year.
    *reader = ahead;
    reader->Skip("");
    if (!IsDigit(reader->Peek())) at->offset = ZoneOffset(reader);
    reader->Skip("");
    return Year(reader, &at->year);
  }
  if (!Year(reader, &at->year)) return false;
  reader->Skip(",");
  if (!Time(reader, &at->seconds)) return false;
  at->offset = ZoneOffset(reader);
  return true;
}

constexpr std::string_view kWeekdays[] = {"thu", "fri", "sat", "sun", "mon", "tue", "wed"};  // 1970-01-01 was the first

// UT, GMT, the names of North America, the letters of the military but J.
bool IsZoneOfGrammar(std::string_view name) {
  if (name.size() == 1) return base::FoldAscii(name[0]) != 'j';
  return base::EqualFoldAscii(name, "ut") || base::EqualFoldAscii(name, "gmt") ||
         std::any_of(std::begin(kZones), std::end(kZones),
                     [&](const Zone& z) { return base::EqualFoldAscii(z.name, name); });
}

// Two digits behind what may stand between any two tokens.
bool TwoDigits(Reader* reader, int* number) {
  reader->Skip("");
  const bool read = reader->Number(2, 2, number);
  reader->Skip("");
  return read;
}

}  // namespace

bool IsDateOfGrammar(std::string_view value) {
  Reader reader(value);
  reader.Skip("");
  const std::string_view weekday = reader.Letters();
  reader.Skip("");
  if (!weekday.empty() && !reader.Take(',')) return false;
  reader.Skip("");
  int year = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0;
  if (!reader.Number(1, 2, &day)) return false;
  reader.Skip("");
  const std::string_view month_name = reader.Letters();
  const int month = month_name.size() == 3 ? Month(month_name) : 0;
  reader.Skip("");
  if (!Year(&reader, &year) || year < 1900 || !DayExists(year, month, day)) return false;
  if (!TwoDigits(&reader, &hour) || !reader.Take(':') || !TwoDigits(&reader, &minute)) return false;
  if (reader.Take(':') && !TwoDigits(&reader, &second)) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;
  if (reader.Peek() == '+' || reader.Peek() == '-') {
    if (!reader.BehindBlank()) return false;
    reader.Take(reader.Peek());
    if (!reader.Number(4, 4, &zone) || zone % 100 > 59) return false;
  } else {
    const std::string_view name = reader.Letters();
    if (name.empty() || !IsZoneOfGrammar(name)) return false;
  }
  reader.Skip("");
  if (!reader.AtEnd() || !reader.comments_end()) return false;
  const int64_t days = DaysFromCivil(year, month, day);
  return weekday.empty() || base::EqualFoldAscii(weekday, kWeekdays[static_cast<size_t>((days % 7 + 7) % 7)]);
}

std::optional<int64_t> ParseDate(std::string_view value) {
  Reader reader(value);
  reader.Skip("");
  Moment at;
  Reader iso = reader;
  if (!ReadIso(&iso, &at)) {
    at = {};
    if (!ReadMailDate(&reader, &at)) return std::nullopt;
  }
  if (!DayExists(at.year, at.month, at.day)) return std::nullopt;
  return DaysFromCivil(at.year, at.month, at.day) * 86400 + at.seconds - at.offset;
}

}  // namespace casecomm::scan
