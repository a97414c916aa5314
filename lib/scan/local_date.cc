// SPDX-License-Identifier: Apache-2.0
// The text is folded and cut into numbers, words and signs. The time of day is found by its colon (or dot, "h", 時), then what stands
// beside it: the half of the day and the zone. What is left must be a date: numbers and at most one month.
#include "scan/local_date.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "scan/date.h"
#include "scan/header_block.h"

namespace casecomm::scan {
namespace {

// The months of a language, parted by ",", each in the forms that stand in dates, parted by "/". Numbers alone are no row.
struct Months {
  std::string_view language, names;
};

constexpr Months kMonths[] = {
    {"en",
     "january/jan,february/feb,march/mar,april/apr,may,june/jun,july/jul,august/aug,september/sep/sept,october/"
     "oct,november/nov,december/dec"},
    {"de",
     "januar/jänner/jan,februar/feber/feb,märz/mär/mrz,april/apr,mai,juni/jun,juli/jul,august/aug,september/sep/"
     "sept,oktober/okt,november/nov,dezember/dez"},
    {"fr",
     "janvier/janv/jan,février/févr/fév,mars,avril/avr,mai,juin,juillet/juil,août,septembre/sept,octobre/oct,novembre/"
     "nov,décembre/déc"},
    {"es",
     "enero/ene,febrero/feb,marzo/mar,abril/abr,mayo/may,junio/jun,julio/jul,agosto/ago,septiembre/setiembre/sept/"
     "sep,octubre/oct,noviembre/nov,diciembre/dic"},
    {"it",
     "gennaio/gen,febbraio/feb,marzo/mar,aprile/apr,maggio/mag,giugno/giu,luglio/lug,agosto/ago,settembre/set/"
     "sett,ottobre/ott,novembre/nov,dicembre/dic"},
    {"pt",
     "janeiro/jan,fevereiro/fev,março/mar,abril/abr,maio/mai,junho/jun,julho/jul,agosto/ago,setembro/set,outubro/"
     "out,novembro/nov,dezembro/dez"},
    {"nl",
     "januari/jan,februari/feb,maart/mrt,april/apr,mei,juni/jun,juli/jul,augustus/aug,september/sep/sept,oktober/"
     "okt,november/nov,december/dec"},
    {"pl",
     "stycznia/styczeń/sty,lutego/luty/lut,marca/marzec/mar,kwietnia/kwiecień/kwi,maja/maj,czerwca/czerwiec/cze,lipca/"
     "lipiec/lip,sierpnia/sierpień/sie,września/wrzesień/wrz,października/październik/paź,listopada/listopad/"
     "lis,grudnia/grudzień/gru"},
    {"ru",
     "января/январь/янв,февраля/февраль/февр/фев,марта/март/мар,апреля/апрель/апр,мая/май,июня/июнь/июн,июля/июль/"
     "июл,августа/август/авг,сентября/сентябрь/сент/сен,октября/октябрь/окт,ноября/ноябрь/нояб/ноя,декабря/декабрь/"
     "дек"},
    {"uk",
     "січня/січень/січ,лютого/лютий/лют,березня/березень/бер,квітня/квітень/квіт/кві,травня/травень/трав/тра,червня/"
     "червень/черв/чер,липня/липень/лип,серпня/серпень/серп/сер,вересня/вересень/вер,жовтня/жовтень/жовт/жов,листопада/"
     "листопад/лист/лис,грудня/грудень/груд/гру"},
    {"sv",
     "januari/jan,februari/feb/febr,mars/mar,april/apr,maj,juni/jun,juli/jul,augusti/aug,september/sept/sep,oktober/"
     "okt,november/nov,december/dec"},
    {"da",
     "januar/jan,februar/feb/febr,marts/mar/march,april/apr,maj,juni/jun,juli/jul,august/aug,september/sep/"
     "sept,oktober/okt,november/nov,december/dec"},
    {"nb",
     "januar/jan,februar/feb/febr,mars/mar,april/apr,mai,juni/jun,juli/jul,august/aug,september/sep/sept,oktober/"
     "okt,november/nov,desember/des"},
    {"fi",
     "tammikuuta/tammikuu/tammik,helmikuuta/helmikuu/helmik,maaliskuuta/maaliskuu/maalisk,huhtikuuta/huhtikuu/huhtik,"
     "toukokuuta/toukokuu/toukok,kesäkuuta/kesäkuu/kesäk,heinäkuuta/heinäkuu/heinäk,elokuuta/elokuu/elok,"
     "syyskuuta/syyskuu/syysk,lokakuuta/lokakuu/lokak,marraskuuta/marraskuu/marrask,joulukuuta/joulukuu/jouluk"},
    {"cs",
     "ledna/leden/led,února/únor/úno,března/březen/bře,dubna/duben/dub,května/květen/kvě,června/červen/čvn,července/"
     "červenec/čvc,srpna/srpen/srp,září/zář,října/říjen/říj,listopadu/listopad/lis,prosince/prosinec/pro"},
    {"sk",
     "januára/január/jan,februára/február/feb,marca/marec/mar,apríla/apríl/apr,mája/máj,júna/jún,júla/júl,augusta/"
     "august/aug,septembra/september/sep,októbra/október/okt,novembra/november/nov,decembra/december/dec"},
    {"hu",
     "január/jan,február/febr,március/márc,április/ápr,május/máj,június/jún,július/júl,augusztus/aug,szeptember/"
     "szept,október/okt,november/nov,december/dec"},
    {"ro",
     "ianuarie/ian,februarie/feb,martie/mar,aprilie/apr,mai,iunie/iun,iulie/iul,august/aug,septembrie/sept,octombrie/"
     "oct,noiembrie/nov/noi,decembrie/dec"},
    {"tr",
     "ocak/oca,şubat/şub,mart/mar,nisan/nis,mayıs/may,haziran/haz,temmuz/tem,ağustos/ağu,eylül/eyl,ekim/eki,kasım/"
     "kas,aralık/ara"},
    {"el",
     "ιανουαρίου/ιανουάριος/ιαν,φεβρουαρίου/φεβρουάριος/φεβ,μαρτίου/μάρτιος/μαρ,απριλίου/απρίλιος/απρ,μαΐου/μάιος/μαΐ/"
     "μαϊ/μαι,ιουνίου/ιούνιος/ιουν,ιουλίου/ιούλιος/ιουλ,αυγούστου/αύγουστος/αυγ,σεπτεμβρίου/σεπτέμβριος/σεπ/"
     "σεπτ,οκτωβρίου/οκτώβριος/οκτ,νοεμβρίου/νοέμβριος/νοε,δεκεμβρίου/δεκέμβριος/δεκ"},
    {"ar",
     "يناير,فبراير,مارس,أبريل/إبريل/ابريل,مايو,يونيو/يونيه,يوليو/يوليه,أغسطس/اغسطس,سبتمبر,أكتوبر/اكتوبر,نوفمبر,ديسمبر"},
    {"he",
     "ינואר/בינואר/ינו/בינו,פברואר/בפברואר/פבר/בפבר,מרץ/במרץ/מרס/במרס,אפריל/באפריל/אפר/באפר,מאי/במאי,יוני/ביוני,יולי/"
     "ביולי,אוגוסט/באוגוסט/אוג/באוג,ספטמבר/בספטמבר/ספט/בספט,אוקטובר/באוקטובר/אוק/באוק,נובמבר/בנובמבר/נוב/בנוב,דצמבר/"
     "בדצמבר/דצמ/בדצמ"},
    {"hr",
     "siječnja/siječanj/sij,veljače/veljača/velj/vel,ožujka/ožujak/ožu,travnja/travanj/tra,svibnja/svibanj/svi,lipnja/"
     "lipanj/lip,srpnja/srpanj/srp,kolovoza/kolovoz/kol,rujna/rujan/ruj,listopada/listopad/lis,studenoga/studenog/"
     "studeni/stu,prosinca/prosinac/pro"},
    {"sl",
     "januarja/januar/jan,februarja/februar/feb,marca/marec/mar,aprila/april/apr,maja/maj,junija/junij/jun,julija/"
     "julij/jul,avgusta/avgust/avg,septembra/september/sep,oktobra/oktober/okt,novembra/november/nov,decembra/december/"
     "dec"},
    {"bg",
     "януари/ян,февруари/фев,март/мар,април/апр,май,юни,юли,август/авг,септември/сеп,октомври/окт,ноември/ное,декември/"
     "дек"},
    {"et",
     "jaanuar/jaan,veebruar/veebr,märts,aprill/apr,mai,juuni,juuli,august/aug,september/sept,oktoober/okt,november/"
     "nov,detsember/dets"},
    {"ca",
     "gener/gen,febrer/febr,març,abril/abr,maig,juny,juliol/jul,agost/ag,setembre/set,octubre/oct,novembre/"
     "nov,desembre/des"},
    {"id",
     "januari/jan,februari/feb,maret/mar,april/apr,mei,juni/jun,juli/jul,agustus/agu/agt,september/sep,oktober/"
     "okt,november/nov,desember/des"},
};

// Where "02/03/2025" is no date but with a language that says which is the day. Those that write the year first never write it.
constexpr std::string_view kUnsettled[] = {"", "en", "ja", "zh-hans", "zh-hant", "ko", "hu", "lt", "lv"};

struct Half {
  std::string_view word;
  bool afternoon;
  std::string_view language;  // that alone means it; "": any
};

// Beside the time, in front of it or behind.
constexpr Half kHalves[] = {
    {"am", false, ""},    {"pm", true, ""},    {"a.m", false, ""},   {"p.m", true, ""},   {"上午", false, ""},
    {"下午", true, ""},   {"午前", false, ""}, {"午後", true, ""},   {"오전", false, ""}, {"오후", true, ""},
    {"π.μ", false, "el"}, {"μ.μ", true, "el"}, {"πμ", false, "el"},  {"μμ", true, "el"},  {"ص", false, ""},
    {"م", true, ""},      {"sa", false, "vi"}, {"ch", true, "vi"},   {"öö", false, "tr"}, {"ös", true, "tr"},
    {"de", false, "hu"},  {"du", true, "hu"},  {"dop", false, "cs"}, {"odp", true, "cs"}, {"早上", false, ""},
    {"晚上", true, ""},   {"凌晨", false, ""}, {"中午", true, ""},
};

struct Zone {
  std::string_view name;
  int minutes;
};

// RFC 5322, 4.3, and names that clients write which are of one zone only ("IST" is of three).
constexpr Zone kZones[] = {
    {"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360},  {"pst", -480},
    {"pdt", -420}, {"cet", 60},   {"cest", 120}, {"mez", 60},   {"mesz", 120}, {"bst", 60},    {"wet", 0},
    {"west", 60},  {"eet", 120},  {"eest", 180}, {"msk", 180},  {"jst", 540},  {"kst", 540},   {"hkt", 480},
    {"sgt", 480},  {"aest", 600}, {"aedt", 660}, {"nzst", 720}, {"nzdt", 780}, {"akst", -540}, {"akdt", -480},
    {"hst", -600}, {"brt", -180}, {"sast", 120},
};

constexpr std::string_view kYearSigns[] = {"年", "년"}, kMonthSigns[] = {"月", "월"},
                           kDaySigns[] = {"日", "일", "號", "号"}, kHourSigns[] = {"時", "时", "點", "点", "시", "h"},
                           kMinuteSigns[] = {"分", "분"}, kSecondSigns[] = {"秒", "초"}, kUniversal[] = {"gmt", "utc"},
                           kMonthWords[] = {"tháng", "thg"}, kWeekdayWords[] = {"thứ", "th"};

constexpr size_t kLongest = 200;  // bytes of a date

enum class Kind : uint8_t { kNumber, kWord, kSign };

struct Token {
  Kind kind;
  std::string_view text;
  int number = 0;
  bool glued = false;  // no blank in front
};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

template <size_t n>
bool StartsWithAny(std::string_view text, const std::string_view (&fronts)[n]) {
  return std::any_of(std::begin(fronts), std::end(fronts),
                     [&](std::string_view front) { return text.starts_with(front); });
}

// Arabic and Persian digits as ASCII; the Arabic comma as a blank.
std::string WithPlainDigits(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
    if (at(i) == 0xd9 && at(i + 1) >= 0xa0 && at(i + 1) <= 0xa9) {
      out += static_cast<char>('0' + at(++i) - 0xa0);
    } else if (at(i) == 0xdb && at(i + 1) >= 0xb0 && at(i + 1) <= 0xb9) {
      out += static_cast<char>('0' + at(++i) - 0xb0);
    } else if (at(i) == 0xd8 && at(i + 1) == 0x8c) {
      out += ' ';
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<Token> Cut(std::string_view text) {
  std::vector<Token> tokens;
  bool glued = false;
  for (size_t pos = 0; pos < text.size();) {
    size_t end = pos + 1;
    if (text[pos] == ' ' || text[pos] == '\t' || text[pos] == '\n') {
      glued = false;
      pos = end;
      continue;
    }
    Token token{Kind::kSign, {}, 0, glued};
    if (IsDigit(text[pos])) {
      token.kind = Kind::kNumber;
      while (end < text.size() && IsDigit(text[end])) ++end;
      if (end - pos > 4) return {};
      for (size_t i = pos; i < end; ++i) token.number = token.number * 10 + (text[i] - '0');
    } else if (IsWordByte(text[pos])) {
      token.kind = Kind::kWord;
      while (end < text.size() && IsWordByte(text[end])) ++end;
    }
    token.text = text.substr(pos, end - pos);
    tokens.push_back(token);
    glued = true;
    pos = end;
  }
  return tokens;
}

// What months a word names: bits 0 to 11, of the language at hand, or where it names none of it, of all.
uint32_t MonthsNamed(std::string_view word, std::string_view language) {
  struct Name {
    std::string folded;
    std::string_view language;
    uint32_t bit;
  };
  static const std::vector<Name> kNames = [] {
    std::vector<Name> names;
    for (const Months& row : kMonths) {
      uint32_t bit = 1;
      std::string name;
      for (const char c : row.names) {
        if (c != '/' && c != ',') {
          name += c;
          continue;
        }
        names.push_back({FoldLabel(name), row.language, bit});
        name.clear();
        if (c == ',') bit <<= 1;
      }
      names.push_back({FoldLabel(name), row.language, bit});
    }
    std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.folded < b.folded; });
    return names;
  }();
  const auto [begin, end] = std::equal_range(kNames.begin(), kNames.end(), Name{std::string(word), {}, 0},
                                             [](const Name& a, const Name& b) { return a.folded < b.folded; });
  uint32_t own = 0, all = 0;
  for (auto name = begin; name != end; ++name) {
    all |= name->bit;
    if (name->language == language) own |= name->bit;
  }
  return own != 0 ? own : all;
}

class DateReader {
 public:
  DateReader(std::vector<Token> tokens, std::string_view language) : tokens_(std::move(tokens)), language_(language) {}

  std::optional<int64_t> Read() {
    if (!ReadTime() || !ReadDate()) return std::nullopt;
    if (month_ < 1 || month_ > 12) return std::nullopt;
    // As RFC 5322 writes it: which days there are is known there.
    constexpr std::string_view kRfcMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::string midnight = std::to_string(day_) + " ";
    midnight.append(kRfcMonths.substr(3 * static_cast<size_t>(month_ - 1), 3)).append(" ");
    const std::string year = std::to_string(year_);
    midnight.append(4 - year.size(), '0').append(year).append(" 00:00:00 +0000");
    const std::optional<int64_t> day = ParseDate(midnight);
    if (!day) return std::nullopt;
    return *day + seconds_ - offset_;
  }

 private:
  bool Is(size_t i, Kind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }
  bool IsNumber(size_t i, size_t most = 4) const { return Is(i, Kind::kNumber) && tokens_[i].text.size() <= most; }
  bool IsSign(size_t i, char sign) const { return Is(i, Kind::kSign) && tokens_[i].text[0] == sign; }
  template <size_t n>
  bool IsWord(size_t i, const std::string_view (&fronts)[n]) const {
    return Is(i, Kind::kWord) && StartsWithAny(tokens_[i].text, fronts);
  }
  bool Glued(size_t i) const { return i < tokens_.size() && tokens_[i].glued; }

  // Takes tokens [begin, end) out.
  void Drop(size_t begin, size_t end) {
    tokens_.erase(tokens_.begin() + static_cast<std::ptrdiff_t>(begin),
                  tokens_.begin() + static_cast<std::ptrdiff_t>(end));
  }

  bool ReadTime();
  bool TimeAt(size_t begin, char sign, size_t* end);
  bool TimeInWordsAt(size_t begin, size_t* end);
  bool SetTime(int hour, int minute, int second);
  void ReadHalf(size_t* begin, size_t* end);
  void ReadZone(size_t begin);
  bool ReadDate();
  bool ReadNumbers();
  bool ReadWithMonth(size_t month);
  bool SetYear(const Token& token);

  std::vector<Token> tokens_;
  const std::string_view language_;
  int year_ = 0, month_ = 0, day_ = 0, hour_ = 0;
  int64_t seconds_ = 0, offset_ = 0;
  bool american_ = false;  // the zone is one of North America
};

bool DateReader::SetTime(int hour, int minute, int second) {
  if (hour > 23 || minute > 59 || second > 60) return false;
  hour_ = hour;
  seconds_ = minute * 60 + second;
  return true;
}

// "9:12", "09.12.30", as `sign` is.
bool DateReader::TimeAt(size_t begin, char sign, size_t* end) {
  if (!IsNumber(begin, 2) || !IsSign(begin + 1, sign) || !IsNumber(begin + 2, 2) || tokens_[begin + 2].text.size() != 2)
    return false;
  if (begin > 0 && tokens_[begin].glued &&
      (IsSign(begin - 1, '+') || IsSign(begin - 1, '-') || IsSign(begin - 1, sign)))
    return false;
  int second = 0;
  *end = begin + 3;
  if (IsSign(*end, sign) && Glued(*end) && Glued(*end + 1) && IsNumber(*end + 1)) {
    if (tokens_[*end + 1].text.size() != 2) return false;  // a year
    second = tokens_[*end + 1].number;
    *end += 2;
  }
  return SetTime(tokens_[begin].number, tokens_[begin + 2].number, second);
}

// "9時12分30秒", "9h12".
bool DateReader::TimeInWordsAt(size_t begin, size_t* end) {
  if (!IsNumber(begin, 2) || !IsWord(begin + 1, kHourSigns)) return false;
  int minute = 0, second = 0;
  *end = begin + 2;
  if (IsNumber(*end, 2)) {
    minute = tokens_[*end].number;
    *end += 1;
    if (IsWord(*end, kMinuteSigns)) {
      *end += 1;
      if (IsNumber(*end, 2) && IsWord(*end + 1, kSecondSigns)) {
        second = tokens_[*end].number;
        *end += 2;
      }
    }
  }
  return SetTime(tokens_[begin].number, minute, second);
}

bool DateReader::ReadTime() {
  const size_t count = tokens_.size();
  const auto find = [&](const auto& at, bool last) {
    std::optional<std::pair<size_t, size_t>> found;
    for (size_t i = 0; i < count && (last || !found); ++i) {
      size_t end = 0;
      if (at(i, &end)) found = {i, end};
    }
    return found;
  };
  auto found = find([&](size_t i, size_t* end) { return TimeAt(i, ':', end); }, false);
  if (!found) found = find([&](size_t i, size_t* end) { return TimeInWordsAt(i, end); }, false);
  if (!found) found = find([&](size_t i, size_t* end) { return TimeAt(i, '.', end); }, true);
  if (!found) return false;
  auto [begin, end] = *found;
  ReadHalf(&begin, &end);
  ReadZone(end);
  Drop(begin, end);
  for (size_t i = 0; i < tokens_.size() && offset_ == 0; ++i) {
    if (IsWord(i, kUniversal)) ReadZone(i);  // "GMT+8 下午5:12"
  }
  seconds_ += hour_ * 3600;
  return true;
}

void DateReader::ReadHalf(size_t* begin, size_t* end) {
  // A word, or two letters with dots, as it stands at `i`.
  const auto word = [&](size_t i, size_t* next) {
    std::string text;
    *next = i;
    if (!Is(i, Kind::kWord)) return text;
    text = tokens_[i].text;
    *next = i + 1;
    if (IsSign(i + 1, '.') && Is(i + 2, Kind::kWord) && tokens_[i + 2].text.size() <= 2 && text.size() <= 2) {
      text.append(".").append(tokens_[i + 2].text);
      *next = i + 3;
    }
    if (IsSign(*next, '.')) ++*next;
    return text;
  };
  const auto take = [&](const std::string& text, bool front) {
    for (const Half& half : kHalves) {
      if (!half.language.empty() && half.language != language_) continue;
      const bool ascii = static_cast<unsigned char>(half.word[0]) < 0x80;
      if (front && ascii && half.language.empty()) continue;  // "am 14.", "p.m." stand behind
      const bool fits =
          front && !ascii ? text.size() >= half.word.size() && text.substr(text.size() - half.word.size()) == half.word
                          : text == half.word;
      if (!fits) continue;
      if (half.afternoon && hour_ < 12) hour_ += 12;
      if (!half.afternoon && hour_ == 12) hour_ = 0;
      return true;
    }
    return false;
  };
  size_t next = 0;
  if (take(word(*end, &next), false)) {
    *end = next;
    return;
  }
  for (size_t back = 1; back <= 4 && back <= *begin; ++back) {
    if (take(word(*begin - back, &next), true) && next == *begin) {
      *begin -= back;
      return;
    }
  }
}

void DateReader::ReadZone(size_t begin) {
  while (IsSign(begin, ',') || IsSign(begin, '(')) ++begin;
  size_t end = begin;
  if (Is(end, Kind::kWord)) {
    const std::string_view word = tokens_[end].text;
    const auto* const zone =
        std::find_if(std::begin(kZones), std::end(kZones), [&](const Zone& z) { return z.name == word; });
    if (zone != std::end(kZones)) offset_ = zone->minutes * 60;
    american_ = zone != std::end(kZones) && zone->minutes <= -240;
    if (zone == std::end(kZones) && !IsWord(end, kUniversal)) return;
    ++end;
  }
  const bool named = end > begin;
  const bool minus = IsSign(end, '-');
  if ((minus || IsSign(end, '+')) && IsNumber(end + 1) && Glued(end + 1) &&
      (named || tokens_[end + 1].text.size() != 1)) {
    int hours = tokens_[end + 1].number, minutes = 0;
    const size_t digits = tokens_[end + 1].text.size();
    end += 2;
    if (digits >= 3) {
      minutes = hours % 100;
      hours /= 100;
    } else if (IsSign(end, ':') && IsNumber(end + 1, 2)) {
      minutes = tokens_[end + 1].number;
      end += 2;
    }
    offset_ = (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
  }
  Drop(begin, end);
}

bool DateReader::SetYear(const Token& token) {
  year_ = token.number;
  if (token.text.size() == 2) year_ += year_ < 50 ? 2000 : 1900;
  return token.text.size() == 2 || token.text.size() == 4;
}

// The month is the word at `month`; two numbers are the day and the year.
bool DateReader::ReadWithMonth(size_t month) {
  std::vector<size_t> numbers;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (Is(i, Kind::kNumber)) numbers.push_back(i);
  }
  if (numbers.size() != 2) return false;
  const bool year_first = tokens_[numbers[0]].text.size() == 4 && month > numbers[0];
  const Token& day = tokens_[numbers[year_first ? 1 : 0]];
  day_ = day.number;
  return day.text.size() <= 2 && SetYear(tokens_[numbers[year_first ? 0 : 1]]);
}

bool DateReader::ReadNumbers() {
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (!Is(i, Kind::kNumber)) continue;
    // "2025年1月14日"
    if (IsWord(i + 1, kYearSigns) && IsNumber(i + 2, 2) && IsWord(i + 3, kMonthSigns) && IsNumber(i + 4, 2) &&
        IsWord(i + 5, kDaySigns)) {
      month_ = tokens_[i + 2].number;
      day_ = tokens_[i + 4].number;
      return SetYear(tokens_[i]);
    }
    const Token& a = tokens_[i];
    const char sign = Is(i + 1, Kind::kSign) ? tokens_[i + 1].text[0] : '\0';
    if ((sign != '.' && sign != '/' && sign != '-') || !IsNumber(i + 2, 2) || !IsSign(i + 3, sign) || !IsNumber(i + 4))
      continue;
    const Token &b = tokens_[i + 2], &c = tokens_[i + 4];
    if (a.text.size() == 4) {
      month_ = b.number;
      day_ = c.number;
      return c.text.size() <= 2 && SetYear(a);
    }
    if (a.text.size() > 2 || !SetYear(c)) return false;
    const bool unsettled = std::find(std::begin(kUnsettled), std::end(kUnsettled), language_) != std::end(kUnsettled);
    const bool american = american_ && language_ == "en" && sign == '/';
    if (unsettled && !american && a.number <= 12 && b.number <= 12 && a.number != b.number) return false;
    // Two digits alone may be a year first; the day and the month never tell.
    if (c.text.size() == 2 && unsettled && a.number <= 31 && c.number <= 31 && language_ != "en") return false;
    const bool month_first = b.number > 12 || (american && a.number <= 12);
    month_ = month_first ? a.number : b.number;
    day_ = month_first ? b.number : a.number;
    return true;
  }
  return false;
}

bool DateReader::ReadDate() {
  size_t month = tokens_.size();
  for (size_t i = 0; i < tokens_.size(); ++i) {
    // "thg 1": the number is the month's; "th 3" is a day of the week
    if (IsNumber(i + 1, 2) && IsWord(i, kMonthWords)) {
      month_ = tokens_[i + 1].number;
      Drop(i + 1, i + 2);
      return ReadWithMonth(i);
    }
    if (IsNumber(i + 1, 1) && language_ == "vi" && IsWord(i, kWeekdayWords)) Drop(i, i + 2);
    if (!Is(i, Kind::kWord)) continue;
    const uint32_t named = MonthsNamed(tokens_[i].text, language_);
    if (named == 0) continue;
    if ((named & (named - 1)) != 0) return false;  // October in one language, November in another
    month_ = 1;
    while ((named >> (month_ - 1)) != 1) ++month_;
    month = i;  // the last: "mar. 14 janv." begins with a day of the week
  }
  return month < tokens_.size() ? ReadWithMonth(month) : ReadNumbers();
}

}  // namespace

std::optional<int64_t> ParseLocalDate(std::string_view text, std::string_view language) {
  if (text.size() > kLongest) return std::nullopt;
  const std::string folded = WithPlainDigits(FoldLabel(text));
  return DateReader(Cut(folded), language).Read();
}

}  // namespace casecomm::scan
