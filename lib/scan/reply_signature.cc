// SPDX-License-Identifier: Apache-2.0
#include "scan/reply_signature.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "base/text.h"
#include "scan/header_block.h"

namespace casecomm::scan {
namespace {

// How the lines of programs begin in each language. One is meant where a device or a program is named behind it, too.
constexpr std::string_view kOpenings[] = {
    // en
    "Sent from",
    "Sent with",
    "Sent via",
    "Sent using",
    "Sent by",
    "Sent through",
    "Get Outlook for",
    "Get the Outlook app",
    "Sent on the",
    "Sent on the go",
    "Typed on",
    "Please excuse my brevity",
    "Sent secure with",
    "Secured with",
    // de
    "Von meinem",
    "Von meiner",
    "Von mein",
    "Gesendet von",
    "Gesendet mit",
    "Gesendet aus",
    "Gesendet über",
    "Holen Sie sich Outlook für",
    "Outlook für",
    "Diese Nachricht wurde von",
    "Diese Nachricht wurde mit",
    "Gesendet vom",
    "Von unterwegs",
    "Diese E-Mail wurde von",
    // fr
    "Envoyé de",
    "Envoyé depuis",
    "Envoyé à partir",
    "Envoyé avec",
    "Envoyé par",
    "Envoyé via",
    "Télécharger Outlook pour",
    "Obtenir Outlook pour",
    "Téléchargez Outlook pour",
    "Obtenez Outlook pour",
    "Envoyée depuis",
    // es
    "Enviado desde",
    "Enviado con",
    "Enviado de",
    "Enviado por",
    "Enviado a través",
    "Enviado mediante",
    "Obtener Outlook para",
    "Descargar Outlook para",
    "Obtén Outlook para",
    // it
    "Inviato da",
    "Inviato dal",
    "Inviato con",
    "Inviato tramite",
    "Ottieni Outlook per",
    "Scarica Outlook per",
    // pt
    "Enviado do",
    "Enviado a partir",
    "Enviado pelo",
    "Enviada do",
    "Enviado através",
    "Obter o Outlook para",
    "Obter Outlook para",
    "Baixar o Outlook para",
    "Obtenha o Outlook para",
    // nl
    "Verstuurd vanaf",
    "Verzonden vanaf",
    "Verzonden met",
    "Verstuurd met",
    "Verzonden vanuit",
    "Verstuurd via",
    "Verzonden via",
    "Outlook voor",
    "Download Outlook voor",
    "Haal Outlook voor",
    // pl
    "Wysłane z",
    "Wysłano z",
    "Wysłane przez",
    "Wysłano przez",
    "Wysłane za pomocą",
    "Wysłano za pomocą",
    "Pobierz aplikację Outlook",
    "Pobierz program Outlook",
    "Uzyskaj aplikację Outlook",
    "Pobierz Outlook",
    // ru
    "Отправлено с",
    "Отправлено из",
    "Отправлено через",
    "Послано с",
    "Скачать Outlook для",
    "Загрузить Outlook для",
    "Получить Outlook для",
    "Отправлено от",
    // uk
    "Надіслано з",
    "Відправлено з",
    "Надіслано через",
    "Отримати Outlook для",
    "Завантажити Outlook для",
    "Надіслано від",
    // sv
    "Skickat från",
    "Skickades från",
    "Skickat med",
    "Skickat via",
    "Hämta Outlook för",
    "Skaffa Outlook för",
    // da, nb
    "Sendt fra",
    "Sendt med",
    "Sendt via",
    "Hent Outlook til",
    "Få Outlook til",
    "Hent Outlook for",
    "Skaff deg Outlook for",
    "Få Outlook for",
    // fi
    "Lähetetty",
    "Hanki Outlook",
    "Lataa Outlook",
    // cs
    "Odesláno z",
    "Odesláno ze",
    "Odesláno pomocí",
    "Odesláno přes",
    "Získejte Outlook pro",
    "Stáhnout Outlook pro",
    "Získat Outlook pro",
    "Posláno z",
    // sk
    "Odoslané z",
    "Odoslané zo",
    "Odoslané pomocou",
    "Poslané z",
    "Získajte Outlook pre",
    "Získať Outlook pre",
    "Odoslané cez",
    // hu
    "Az Outlook",
    "Az iPhone-omról",
    "Elküldve",
    "Küldve",
    "Szerezze be az Outlook",
    "Töltse le az Outlook",
    // ro
    "Trimis de pe",
    "Trimis din",
    "Trimis cu",
    "Trimis de",
    "Obțineți Outlook pentru",
    "Descărcați Outlook pentru",
    "Trimis prin",
    // tr: the device comes first
    "iOS için Outlook",
    "Android için Outlook",
    "iPhone'umdan gönderildi",
    "iPhone’umdan gönderildi",
    "iPad'imden gönderildi",
    "iPad’imden gönderildi",
    "Outlook edinin",
    // el
    "Στάλθηκε από",
    "Απεστάλη από",
    "Εστάλη από",
    "Αποκτήστε το Outlook",
    "Λήψη του Outlook",
    // ja
    "iPhoneから送信",
    "iPadから送信",
    "Outlook for",
    "Outlookを入手",
    "Androidから送信",
    // zh
    "发自我的",
    "发自",
    "从我的",
    "從我的",
    "發自我的",
    "發自",
    "傳自我的",
    "傳送自",
    "由我的",
    "寄自我的",
    "获取",
    "取得",
    "下载",
    // ko
    "iOS용 Outlook",
    "Android용 Outlook",
    "나의",
    "내",
    "Outlook을",
    "iPhone에서 보냄",
    "iPhone에서 보낸",
    "Android에서",
    // ar
    "أرسلت من",
    "مرسل من",
    "أُرسلت من",
    "تم الإرسال من",
    "أرسل من",
    "تم إرسالها من",
    "الحصول على Outlook",
    "احصل على Outlook",
    // he
    "נשלח מ",
    "נשלח מה",
    "נשלח באמצעות",
    "קבל את Outlook",
    "קבלת Outlook",
    // vi
    "Đã gửi từ",
    "Gửi từ",
    "Được gửi từ",
    "Tải Outlook cho",
    "Nhận Outlook cho",
    // id, ms
    "Dikirim dari",
    "Terkirim dari",
    "Dihantar daripada",
    "Dapatkan Outlook untuk",
    "Unduh Outlook untuk",
    // th
    "ส่งจาก",
    "ส่งจาก iPhone ของฉัน",
    // bg, hr, sl, sr
    "Изпратено от",
    "Poslano s",
    "Poslano sa",
    "Poslano iz",
    "Poslato sa",
    "Poslato iz",
    "Послато са",
    "Nabavite Outlook za",
    "Preuzmite Outlook za",
    // ca, et, lt, lv, eu
    "Enviat des",
    "Saadetud minu",
    "Saadetud",
    "Išsiųsta iš",
    "Nosūtīts no",
    "Nire",
};

// Devices and programs that name themselves so. In lower case (ASCII).
constexpr std::string_view kNames[] = {
    "iphon",      "ipad",          "ipod",         "iwatch",        "apple watch",
    "macbook",    "imac",          "ios",          "android",       "samsung",
    "galaxy",     "blackberry",    "huawei",       "honor",         "xiaomi",
    "redmi",      "poco",          "nokia",        "lumia",         "sony",
    "xperia",     "htc",           "oneplus",      "google pixel",  "pixel",
    "motorola",   "windows phone", "windows 10",   "windows 11",    "mail for windows",
    "outlook",    "yahoo",         "gmail",        "googlemail",    "proton",
    "tutanota",   "tuta",          "zoho",         "aol",           "spark",
    "airmail",    "mailbird",      "mailspring",   "postbox",       "sparrow",
    "acompli",    "mailbox",       "nine",         "aqua mail",     "bluemail",
    "k-9",        "fairemail",     "thunderbird",  "mail.ru",       "yandex",
    "яндекс",     "Яндекс",        "Почт",         "почт",          "web.de",
    "gmx",        "t-online",      "freenet",      "libero",        "orange",
    "laposte",    "la poste",      "free.fr",      "kpn",           "telstra",
    "verizon",    "vodafone",      "t-mobile",     "at&t",          "sprint",
    "phone",      "smartphone",    "tablet",       "mobile device", "mobile",
    "handy",      "mobilgerät",    "mobiltelefon", "mobil",         "mobiele",
    "téléphone",  "portable",      "móvil",        "celular",       "teléfono",
    "telefono",   "cellulare",     "telemóvel",    "telefon",       "telefoon",
    "telefonu",   "puhelim",       "matkapuhelim", "telefonom",     "телефон",
    "айфон",      "смартфон",      "手机",         "手機",          "網易",
    "网易",       "qq邮箱",        "휴대폰",       "갤럭시",        "thiết bị",
    "điện thoại", "ponsel",        "perangkat",    "הטלפון",        "טלפון",
    "iphone-om",  "הנייד",         "آيفون",        "هاتف",          "κινητό",
    "windowsin",  "windows",       "superhuman",   "missive",       "hey.com",
    "front",      "mailmate",      "canary mail",  "edison",        "newton mail",
    "myMail",     "boxer",         "touchdown",    "workspace one", "blackberry hub",
};

// Lines of programs that are whole sentences.
constexpr std::string_view kWhole[] = {
    "von unterwegs gesendet",
    "sent from mobile",
    "sent from a mobile device",
    "sent on the go",
    "via mobile",
    "please excuse my brevity",
    "bitte verzeihen sie die kürze",
    "mobil gesendet",
    "lähetetty iphonesta",
    "via newton mail",
    "yahoo mail: search, organize, conquer",
    "yahoo mail: search, organise, conquer",
    "sent from my desk phone",
};

constexpr size_t kLongestOpening = 64;  // bytes
constexpr size_t kMostWords = 16, kLongestProgramLine = 160, kLongestWhole = 48;
constexpr size_t kShortBlock = 12, kShortLine = 80;  // of what a lone "--" may begin
constexpr size_t kFooterLines = 15, kFooterRule = 10;

bool IsWordByte(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

// The openings in lower case (ASCII), by their first byte.
using Openings = std::array<std::vector<std::string>, 256>;

Openings MakeOpenings() {
  Openings openings;
  for (const std::string_view opening : kOpenings) {
    const std::string lower = base::LowerAscii(opening);
    openings[static_cast<unsigned char>(lower.front())].push_back(lower);
  }
  return openings;
}

// Whether a line begins with one of them, as whole words.
bool HasOpening(std::string_view line) {
  static const Openings kAll = MakeOpenings();
  const std::vector<std::string>& openings = kAll[static_cast<unsigned char>(base::FoldAscii(line.front()))];
  return std::any_of(openings.begin(), openings.end(), [&](const std::string& opening) {
    if (!base::StartsWithFoldAscii(line, opening)) return false;
    const bool letters = (static_cast<unsigned char>(opening.back()) & 0x80) != 0;
    return letters || line.size() == opening.size() || !IsWordByte(line[opening.size()]);
  });
}

// The bytes that a line may begin with, in front of its links and blanks, if it is one of kWhole.
constexpr auto kWholeBytes = [] {
  std::array<bool, 256> bytes{};
  for (const std::string_view whole : kWhole) bytes[static_cast<unsigned char>(whole.front())] = true;
  for (size_t c = 0; c <= ' '; ++c) bytes[c] = true;
  for (size_t c = 0x80; c < bytes.size(); ++c) bytes[c] = true;
  bytes['<'] = true;
  return bytes;
}();

// A device that is named by its maker: a word with a capital letter and a digit in it, "TI-85", "Flash2", "4G".
bool HasModel(std::string_view words) {
  bool capital = false, digit = false;
  for (const char c : words) {
    if (c == ' ') capital = digit = false;
    capital = capital || (c >= 'A' && c <= 'Z');
    digit = digit || (c >= '0' && c <= '9');
    if (capital && digit) return true;
  }
  return false;
}

// "Sent from my" and the like: what follows belongs to the author.
bool IsOwned(std::string_view lower) {
  constexpr std::string_view kOwned[] = {"sent from my ",         "envoyé de mon ",        "envoyé depuis mon ",
                                         "enviado desde mi ",     "inviato dal mio ",      "enviado do meu ",
                                         "verstuurd vanaf mijn ", "verzonden vanaf mijn ", "skickat från min ",
                                         "sendt fra min ",        "von meinem ",           "Отправлено с моего "};
  return std::any_of(std::begin(kOwned), std::end(kOwned),
                     [&](std::string_view front) { return lower.starts_with(front); });
}

bool MayBeWhole(std::string_view line) {
  return line.size() <= kLongestWhole && kWholeBytes[static_cast<unsigned char>(base::FoldAscii(line.front()))];
}

bool HasName(std::string_view lower) {
  return std::any_of(std::begin(kNames), std::end(kNames), [&](std::string_view name) {
    for (size_t at = lower.find(name); at != lower.npos; at = lower.find(name, at + 1)) {
      const char before = at == 0 ? ' ' : lower[at - 1];
      if (before < 'a' || before > 'z') return true;
    }
    return false;
  });
}

// Without what stands in pointed brackets, or is a link in round ones.
std::string WithoutLinks(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const bool pointed = line.front() == '<';
    const bool link = pointed || line.starts_with("(http");
    const size_t close = link ? line.find(pointed ? '>' : ')') : line.npos;
    if (!link) out.push_back(line.front());
    line.remove_prefix(!link ? 1 : close == line.npos ? line.size() : close + 1);
  }
  return out;
}

bool IsBlank(std::string_view line) {
  if (!line.empty() && line.front() > ' ' && line.front() < 0x7f) return false;
  return TrimBlanks(line).empty();
}

// "-- " as RFC 3676, 4.3 has it; nothing that a writer would type.
bool IsDelimiter(std::string_view line) {
  return line.size() > 2 && line.starts_with("--") && IsBlank(line.substr(2));
}

// A lone "--", the blank lost on the way, or a dash of other programs.
bool IsLoneDash(std::string_view line) {
  constexpr size_t kLongest = 16;
  if (line.size() > kLongest) return false;
  line = TrimBlanks(line);
  return line == "--" || line == "\u2014" || line == "\u2013" || line == "\u2014\u2014" || line == "__";
}

size_t RuleLength(std::string_view line) {
  line = TrimBlanks(line);
  if (line.empty() || std::string_view("_-=#*~").find(line.front()) == std::string_view::npos) return 0;
  return line.find_first_not_of(line.front()) == line.npos ? line.size() : 0;
}

class Finder {
 public:
  explicit Finder(const LineRange& lines) : lines_(lines), end_(lines.size()) {}

  std::vector<std::pair<size_t, size_t>> Find() {
    while (end_ > 0 && IsBlank(lines_[end_ - 1])) --end_;
    for (size_t i = 0; i < end_; ++i) {
      if (IsDelimiter(lines_[i]) || (IsLoneDash(lines_[i]) && IsShortBlock(i)) || IsFooter(i)) {
        found_.emplace_back(i, lines_.size());
        break;
      }
      if (IsProgramLine(lines_[i]) && (i + 1 >= end_ || IsBlank(lines_[i + 1]) || IsProgramLine(lines_[i + 1]))) {
        found_.emplace_back(i, i + 1);
      }
    }
    FindDashedName();
    return std::move(found_);
  }

 private:
  // Whether a few lines, the first of them like a name, are all that follows.
  bool IsShortBlock(size_t at) const {
    size_t count = 0;
    for (size_t i = at + 1; i < end_; ++i) {
      if (IsBlank(lines_[i])) continue;
      const std::string_view line = TrimBlanks(lines_[i]);
      if (++count > kShortBlock || (count == 1 && (line.size() > kShortLine || line.back() == '?'))) return false;
    }
    return true;
  }

  // What list servers append: a rule, and words of the list to the end.
  bool IsFooter(size_t at) const {
    const size_t rule = RuleLength(lines_[at]);
    if (rule < kFooterRule || end_ - at - 1 > kFooterLines || at + 1 >= end_) return false;
    bool list = false, link = false;
    for (size_t i = at + 1; i < end_; ++i) {
      const std::string lower = base::LowerAscii(lines_[i].substr(0, 512));
      const auto has = [&](std::string_view words) { return lower.find(words) != lower.npos; };
      list = list || has("mailing list") || has("unsubscribe") || has("listinfo") || has("mailing-list") ||
             has("mailingliste") || has("liste de diffusion") || has("lista de correo") || has("abbestellen") ||
             has("listserv");
      link = link || has("http://") || has("https://");
    }
    return list || (link && lines_[at].find('_') != std::string_view::npos && end_ - at - 1 <= 5);
  }

  // "-Ann" alone as the last line that the author wrote.
  void FindDashedName() {
    size_t last = found_.empty() || found_.back().second < end_ ? end_ : found_.back().first;
    while (last > 0 && IsBlank(lines_[last - 1])) --last;
    if (last < 3 || !IsBlank(lines_[last - 2])) return;
    const std::string_view line = TrimBlanks(lines_[last - 1]);
    if (line.size() < 3 || line.size() > 40 || !IsDashedName(line)) return;
    size_t above = last - 2;
    while (above > 0 && IsBlank(lines_[above])) --above;
    const std::string_view before = TrimBlanks(lines_[above]);
    if (before.empty() || before.front() == '-') return;
    const auto place =
        std::find_if(found_.begin(), found_.end(), [&](const auto& piece) { return piece.first >= last; });
    found_.insert(place, {last - 1, last});
  }

  static bool IsDashedName(std::string_view line) {
    if (line.front() == '-') {
      line.remove_prefix(1);
    } else if (line.starts_with("\u2014") || line.starts_with("\u2013")) {
      line = TrimBlanks(line.substr(3));
    } else {
      return false;
    }
    size_t words = 0;
    for (size_t pos = 0; pos < line.size();) {
      const size_t end = std::min(line.find(' ', pos), line.size());
      UChar32 c;
      int32_t at = static_cast<int32_t>(pos);
      U8_NEXT_OR_FFFD(reinterpret_cast<const uint8_t*>(line.data()), at, static_cast<int32_t>(line.size()), c);
      if (end > pos && !u_isUUppercase(c)) return false;
      words += end > pos ? 1 : 0;
      pos = end + 1;
    }
    return words >= 1 && words <= 3 && line.find_first_of(".,:;!?") >= line.size() - 1;
  }

  const LineRange lines_;
  size_t end_;  // past the last line that is not blank
  std::vector<std::pair<size_t, size_t>> found_;
};

}  // namespace

bool IsProgramLine(std::string_view line) {
  if (line.size() > 4 * kLongestProgramLine) return false;
  line = TrimBlanks(line);
  while (!line.empty() && std::string_view("*_[(").find(line.front()) != std::string_view::npos) line.remove_prefix(1);
  if (line.empty()) return false;
  // "Get [Outlook for iOS](https://...)"
  std::string unmarked;
  if (line.substr(0, kLongestOpening).find(" [") != line.npos) {
    std::copy_if(line.begin(), line.end(), std::back_inserter(unmarked), [](char c) { return c != '[' && c != ']'; });
    line = unmarked;
  }
  const bool opened = HasOpening(line.substr(0, kLongestOpening));
  if (!opened && !MayBeWhole(line)) return false;
  const std::string plain = WithoutLinks(line);
  std::string_view words = TrimBlanks(plain);
  while (!words.empty() && std::string_view("*_].!)").find(words.back()) != std::string_view::npos) {
    words.remove_suffix(1);
  }
  if (words.empty() || words.size() > kLongestProgramLine) return false;
  const std::string lower = base::LowerAscii(words);
  if (std::find(std::begin(kWhole), std::end(kWhole), lower) != std::end(kWhole)) return true;
  if (!opened || static_cast<size_t>(std::count(words.begin(), words.end(), ' ')) > kMostWords) return false;
  // Behind a comma a sentence goes on: what is named must stand in front of it.
  const size_t comma = lower.find(", ");
  return HasName(std::string_view(lower).substr(0, comma)) || (IsOwned(lower) && HasModel(words.substr(0, comma)));
}

std::vector<std::pair<size_t, size_t>> FindSignatures(const LineRange& lines) {
  return Finder(lines).Find();
}

}  // namespace casecomm::scan
