// SPDX-License-Identifier: Apache-2.0
// attribution = [dashes] (dated / named / opened) [":"] [dashes]
// dated  = [intro] date author verb / [intro] date verb author / author verb date / author date verb / date author <address>
// named  = author verb / verb author            opened = opener author [date]
// Where clients part author, date and verb by words of their own ("kl.", "hat", "w dniu"), these are only counted.
#include "scan/attribution.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "scan/header_block.h"

namespace casecomm::scan {
namespace {

// Spellings parted by "|"; case of ASCII does not matter. Sources: what the clients write in each language (Gmail, Apple Mail,
// Outlook, Thunderbird, Yahoo, Proton, K-9, Zoho, Notes, Zimbra, mutt, Roundcube, The Bat, mail.ru, Horde).
struct Language {
  std::string_view code;
  std::string_view intros;   // in front of a date that comes first
  std::string_view verbs;    // with the author, on either side of the date
  std::string_view openers;  // in front of an author, with no verb behind
  std::string_view titles;   // between dashes, above what is quoted whole
};

constexpr Language kLanguages[] = {
    {"en", "On|At|In a message dated|In a message of|Sent", "wrote|writes|sent|said|you wrote|has written",
     "Quoting|Citing",
     "Original Message|Reply Message|Original Mail|Original E-mail|Original Email|Original Appointment|"
     "Originating message|Reply Separator|Message from"},
    {"de", "Am|Um|In einer eMail vom|In einer E-Mail vom|Vom",
     "schrieb|schrieben|schreibt|Folgendes geschrieben|geschrieben|schrieb mir|Du schriebst|schrieben Sie", "Zitat von",
     "Ursprüngliche Nachricht|Originalnachricht|Original-Nachricht|Original Nachricht|Antwort Nachricht|"
     "Urspr. Nachricht|Original-Mail|Ursprüngliche E-Mail|Originalmail|Ursprünglicher Termin|Nachricht von"},
    {"fr", "Le|Dans un message du|En date de|À|Dans un e-mail daté du", "a écrit|ecrit|écrit|a ecrit|écrivait",
     "Citation de|Message de|De la part de",
     "Message d'origine|Message d’origine|Message original|Message initial|Courriel original|Message précédent|"
     "E-mail d'origine|E-mail d’origine|Mail original|Message transmis|Rendez-vous d'origine"},
    {"es", "El|En fecha|A las|Con fecha|El día", "escribió|ha escrito|escribio|escribía|escribe",
     "Citando a|Mensaje de",
     "Mensaje original|Mensaje Original|Correo original|Mensaje de origen|Mensaje inicial|Cita original"},
    {"it", "Il|Il giorno|In data|Alle ore|Nel messaggio del", "ha scritto|scrive|scriveva", "Citando|Quotando",
     "Messaggio originale|Messaggio Originale|Messaggio originario|E-mail originale|Messaggio d'origine"},
    {"pt", "Em|No dia|A|Às|Na data de|Data", "escreveu|escreveram|escreve", "Citando|Mensagem de",
     "Mensagem original|Mensagem Original|Mensagem de origem|E-mail original|Mensagem inicial"},
    {"nl", "Op|Datum|Om", "schreef|het volgende geschreven|geschreven|schrijft|schreef het volgende", "Citeren van",
     "Oorspronkelijk bericht|Origineel bericht|Origineel Bericht|Oorspronkelijke bericht|Oorspronkelijke e-mail|"
     "Oorspronkelijke afspraak"},
    {"pl", "W dniu|Dnia|Data|W wiadomości z",
     "napisał|napisała|napisał(a)|napisał/a|napisano|pisze|napisali|napisał(-a)",
     "Wiadomość napisana przez|Cytowanie|Użytkownik",
     "Wiadomość oryginalna|Oryginalna wiadomość|Treść oryginalnej wiadomości|Pierwotna wiadomość|Wiadomość pierwotna|"
     "Original Message"},
    {"ru", "В|В сообщении от|От",
     "написал|написала|написал(а)|написал(-а)|написал/а|пишет|писал|писала|писал(а)|Вы писали|"
     "вы писали|написали",
     "Цитирование|Цитата",
     "Исходное сообщение|Оригинальное сообщение|Исходное письмо|"
     "Первоначальное сообщение|Пересылаемое письмо|Конец переадресованного сообщения"},
    {"uk", "У|В|О",
     "пише|написав|написала|написав(ла)|написав(-ла)|написав(-ла) таке|писав|написав/ла|написано|пише таке",
     "Цитування",
     "Оригінальне повідомлення|Початкове повідомлення|Вихідне повідомлення|Оригінал повідомлення|Оригінальний лист"},
    {"sv", "Den|På|Vid", "skrev|skrev följande|skriver|följande|har skrivit", "Citerar",
     "Ursprungligt meddelande|Originalmeddelande|Orginalmeddelande|Ursprungligt mejl|Ursprunglig avtalad tid"},
    {"da", "Den|D.|På|Kl.", "skrev|skrev følgende|skriver|har skrevet", "Citat af|Citerer",
     "Oprindelig meddelelse|Original meddelelse|Oprindelig besked|Originalmeddelelse|Oprindelig mail|Oprindelig "
     "aftale"},
    {"nb", "Den|På|Kl.", "skrev|skrev følgende|skriver|skrev følgende den|har skrevet", "Sitat|Siterer",
     "Opprinnelig melding|Original melding|Opprinnelig epost|Original e-post|Originalmelding|Opprinneleg melding|"
     "Opprinnelig avtale"},
    {"fi", "Päivämäärä|Viestissä|Klo", "kirjoitti|kirjoitti seuraavasti|kirjoittaa", "Lainaus",
     "Alkuperäinen viesti|Alkuperäinen viesti / Orig.Msg.|Alkuperäinen sähköposti|Alkuperäinen tapaaminen"},
    {"cs", "Dne|V|Ve", "napsal|napsala|napsal(a)|napsal/a|píše|psal|psala|napsal(-a)|odesílatel napsal",
     "Citát|Cituji|Citace", "Původní zpráva|Originální zpráva|Původní e-mail|Původní mail|Původní schůzka"},
    {"sk", "Dňa|Dna|V|Od", "napísal|napísala|napísal(a)|napísal/a|píše|napísal(-a)", "Citovanie|Citát",
     "Pôvodná správa|Originálna správa|Pôvodný e-mail|Pôvodná udalosť"},
    {"hu", "Ekkor", "írta|ezt írta|a következőt írta|írt|írja|ezt írta ekkor|az alábbit írta|dátummal írta", "Idézet",
     "Eredeti üzenet|Eredeti levél|Eredeti e-mail|Eredeti értekezlet"},
    {"ro", "Pe|În|In|La data de|În data de|La", "a scris|scria|scrie", "Citat din",
     "Mesaj original|Mesajul original|Mesaj inițial|Mesaj iniţial|"
     "Mesajul iniţial"},
    {"tr", "Tarih",
     "yazdı|şunu yazdı|şunları yazdı|tarihinde şunu yazdı|tarihinde şunları yazdı|tarihinde yazdı|yazmış|"
     "tarihli mesajında şunları yazdı",
     "Alıntı",
     "Orijinal Mesaj|Özgün İleti|Orjinal Mesaj|Özgün Mesaj|Orijinal İleti|"
     "Asıl Mesaj|Özgün Randevu|orijinal mesaj"},
    {"el", "Στις|Την|Στις ημ.|Το|Τη", "έγραψε|έγραψε τα εξής|γράφει|έγραψαν|έγραψε/αν", "Παράθεση|Παραθέτοντας από",
     "Αρχικό μήνυμα|Αρχικό Μήνυμα|Πρωτότυπο μήνυμα|Αυθεντικό μήνυμα"},
    {"ja", "",
     "さんは書きました|さんが書きました|は書きました|のメール|のメッセージ|書きました|wrote|さんからのメッセージ|"
     "からのメール|は次のように書きました",
     "引用", "元のメッセージ|オリジナルメッセージ|元のメール|Original Message|元メッセージ|原文"},
    {"zh-hans", "在|于|我于", "写道|写到|來信|撰写", "引用",
     "原始邮件|原始信息|回复的原邮件|原邮件|原始消息|原始郵件|来自的原始邮件|转发邮件信息"},
    {"zh-hant", "在|於|于", "寫道|撰寫|寫到|写道|已寫道|撰寫於", "引用",
     "原始郵件|原始信件|原始訊息|原郵件|原始邮件|原始內容"},
    {"ko", "",
     "작성|님이 작성|님이 작성함|님이 작성한 글|이(가) 쓴 글|님이 쓴 글|님의 글|님의 말|님이 씀|작성한 내용|님의 "
     "메시지|에 쓴 글",
     "인용", "원본 메시지|원본 메일|원래 메시지|Original Message|원본메시지|원본 내용|원본 이메일"},
    {"ar", "في|بتاريخ|يوم|في تاريخ", "كتب|كتبت|كتب/كتبت|تمت كتابة ما يلي بواسطة|كتب/ت|كَتَب|كتب ما يلي", "اقتباس",
     "الرسالة الأصلية|رسالة أصلية|الرسالة الأصليَّة|الرسالة الاصلية"},
    {"he", "בתאריך|ב|ביום|ב-", "כתב|כתבה|כתב/ה|כתב(ה)|כתב/כתבה|מאת|כתב את|כתב/ה את הדברים הבאים", "ציטוט",
     "הודעה מקורית|ההודעה המקורית|הודעת מקור"},
    {"vi", "Vào|Vào ngày|Lúc|Vào lúc|Ngày", "đã viết|viết|wrote", "Trích dẫn",
     "Thư gốc|Tin nhắn gốc|Thư ban đầu|Nội dung gốc|Tin nhắn ban đầu|Email gốc"},
    {"id", "Pada|Pada tanggal|Pada hari|Tanggal", "menulis|menulis berikut|telah menulis", "Mengutip",
     "Pesan Asli|Pesan asli|Pesan sebelumnya|Email asli"},
    {"ms", "Pada", "menulis|telah menulis", "", "Mesej Asal|Mesej asal"},
    {"th", "ในวันที่|เมื่อ|วันที่", "เขียนว่า|เขียน|ได้เขียน", "", "ข้อความต้นฉบับ|ข้อความเดิม"},
    {"bg", "На|В", "написа|пише|написа/а|написа(а)", "Цитат",
     "Оригинално съобщение|Оригинално писмо|Първоначално съобщение"},
    {"hr", "Dana|U",
     "je napisao|napisao je|napisala je|je napisao/la|napisao/la|napisao|napisala|piše|je napisala|"
     "je napisao(la)",
     "Citiranje|Citat", "Izvorna poruka|Originalna poruka|Prvobitna poruka|Izvorna e-pošta"},
    {"sr", "Дана|Dana|У",
     "је написао|је написао/ла|је написала|је написао(ла)|пише|je napisao/la|написао је|написала је", "",
     "Оригинална порука|Изворна порука|Originalna poruka"},
    {"sl", "Dne|V", "je napisal|je napisala|je napisal/-a|je napisal(a)|piše|napisal|napisala|je napisal/a", "Navajam",
     "Izvirno sporočilo|Originalno sporočilo|Prvotno sporočilo"},
    {"ca", "El|El dia|A les", "va escriure|ha escrit|escrigué|escriu", "Missatge de|Citant",
     "Missatge original|Missatge d'origen"},
    {"eu", "", "erabiltzaileak hau idatzi du|idatzi du|hau idatzi du|igorleak hau idatzi du", "", "Jatorrizko mezua"},
    {"gl", "O|Em|O día", "escribiu", "", "Mensaxe orixinal"},
    {"et", "Kuupäev|Kuupäeval", "kirjutas", "Tsiteerin", "Algne kiri|Algsõnum|Algne sõnum|Originaalsõnum"},
    {"lt", "", "rašė|parašė", "", "Originalus laiškas|Pradinis laiškas|Originali žinutė|Pirminis laiškas"},
    {"lv", "", "rakstīja|raksta", "", "Sākotnējā ziņa|Oriģinālā ziņa|Sākotnējais ziņojums|Oriģinālziņojums"},
    {"is", "Þann|Hinn|Á", "skrifaði|reit", "", "Upprunaleg skilaboð|Upphafleg skeyti"},
    {"fa", "در|در تاریخ", "نوشت|نوشته است|نوشته\u200cاست", "", "پیام اصلی"},
    {"hi", "", "ने लिखा|लिखा", "", "मूल संदेश"},
};

constexpr size_t kMostBlank = 2, kLongest = 600;
constexpr size_t kWrapFrom = 50;  // where programs begin to wrap: a shorter line was ended by its writer
constexpr size_t kMostLead = 4;   // words between intro and date: "Il giorno lun 3"
constexpr size_t kMostAuthor = 8, kMostBetween = 12;
constexpr size_t kNickname = 1;  // words of a name that begin with a small letter, where a quote must stand below

struct Row {
  std::string text;
  bool bounded;  // its script parts words by blanks
};

UChar32 NextCharacter(std::string_view text, size_t* pos) {
  UChar32 c;
  int32_t at = static_cast<int32_t>(*pos);
  U8_NEXT_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), at, static_cast<int32_t>(text.size()), c);
  *pos = static_cast<size_t>(at);
  return c;
}

UChar32 CharacterBefore(std::string_view text, size_t pos) {
  UChar32 c;
  int32_t at = static_cast<int32_t>(pos);
  U8_PREV_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), 0, at, c);
  return c;
}

bool IsWordCharacter(UChar32 c) {
  return u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_COMBINING_SPACING_MARK;
}

// Scripts that write words without blanks, or hang particles on them.
bool IsUnbounded(std::string_view text) {
  size_t pos = 0;
  const UChar32 c = NextCharacter(text, &pos);
  return c >= 0x2e80 || (c >= 0x0e00 && c < 0x0e80);
}

// The spellings of one column, found by the byte they begin with; the longer ones first.
class Spellings {
 public:
  explicit Spellings(std::string_view Language::*column) {
    for (const Language& language : kLanguages) {
      std::string_view all = language.*column;
      while (!all.empty()) {
        const size_t end = std::min(all.find('|'), all.size());
        const std::string text = base::LowerAscii(all.substr(0, end));
        rows_[static_cast<unsigned char>(text.front())].push_back({text, !IsUnbounded(text)});
        all.remove_prefix(std::min(end + 1, all.size()));
      }
    }
    for (std::vector<Row>& rows : rows_) {
      std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.text.size() > b.text.size(); });
    }
  }

  // The length of the longest spelling that stands as whole words at `pos`, or 0.
  size_t MatchAt(std::string_view text, size_t pos) const {
    for (const Row& row : rows_[static_cast<unsigned char>(base::FoldAscii(text[pos]))]) {
      if (!base::StartsWithFoldAscii(text.substr(pos), row.text)) continue;
      size_t end = pos + row.text.size();
      if (!row.bounded) return row.text.size();
      if (pos > 0 && IsWordCharacter(CharacterBefore(text, pos))) continue;
      if (end < text.size() && IsWordCharacter(NextCharacter(text, &end))) continue;
      return row.text.size();
    }
    return 0;
  }

 private:
  std::array<std::vector<Row>, 256> rows_;
};

struct Tables {
  Spellings intros{&Language::intros}, verbs{&Language::verbs}, openers{&Language::openers}, titles{&Language::titles};
};

const Tables& AllTables() {
  static const Tables kTables;
  return kTables;
}

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// How much of `text`, behind the character `last`, AppendPlain leaves as it is.
size_t PlainPrefix(std::string_view text, char last) {
  size_t size = 0;
  for (; size < text.size(); ++size) {
    const char c = text[size];
    if (!IsAscii(c) || (c <= ' ' && (c != ' ' || last == ' '))) break;
    last = c;
  }
  return size;
}

// Invisible characters taken out, every blank and run of blanks one space, digits of other scripts made ASCII.
void AppendPlain(std::string_view text, std::string* out) {
  for (size_t pos = 0; pos < text.size();) {
    const size_t plain = PlainPrefix(text.substr(pos), out->empty() ? ' ' : out->back());
    out->append(text.substr(pos, plain));
    pos += plain;
    if (pos == text.size()) break;
    const size_t begin = pos;
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      const char c = text[pos++];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f') {
        if (!out->empty() && out->back() != ' ') out->push_back(' ');
      } else {
        out->push_back(c);
      }
      continue;
    }
    const UChar32 c = NextCharacter(text, &pos);
    if (u_charType(c) == U_FORMAT_CHAR) continue;
    if (u_isUWhiteSpace(c)) {
      if (!out->empty() && out->back() != ' ') out->push_back(' ');
    } else if (const int32_t digit = u_charDigitValue(c); digit >= 0) {
      out->push_back(static_cast<char>('0' + digit));
    } else {
      out->append(text.substr(begin, pos - begin));
    }
  }
}

bool IsDash(UChar32 c) {
  return c == '-' || c == '_' || c == '=' || c == '~' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x2500 ||
         c == 0x2501 || c == 0xff0d;
}

// Cuts dashes, stars and blanks, and gives the number of dashes.
size_t CutFront(std::string_view* text) {
  size_t dashes = 0;
  for (size_t pos = 0; !text->empty(); pos = 0) {
    const UChar32 c = NextCharacter(*text, &pos);
    if (!IsDash(c) && c != ' ' && c != '*') break;
    dashes += IsDash(c) ? 1 : 0;
    text->remove_prefix(pos);
  }
  return dashes;
}

size_t CutBack(std::string_view* text) {
  size_t dashes = 0;
  while (!text->empty()) {
    const UChar32 c = CharacterBefore(*text, text->size());
    if (!IsDash(c) && c != ' ' && c != '*') break;
    dashes += IsDash(c) ? 1 : 0;
    text->remove_suffix(static_cast<size_t>(U8_LENGTH(c)));
  }
  return dashes;
}

bool CutColon(std::string_view* text) {
  for (const std::string_view colon : {":", "\uff1a"}) {
    if (text->size() >= colon.size() && text->substr(text->size() - colon.size()) == colon) {
      text->remove_suffix(colon.size());
      return true;
    }
  }
  return false;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsAddressCharacter(char c) {
  return IsDigit(c) || (base::FoldAscii(c) >= 'a' && base::FoldAscii(c) <= 'z') || c == '.' || c == '-' || c == '_' ||
         c == '+' || c == '=' || c == '/' || c == '%' || c == '&' || c == '\'' || c == '#' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

struct Extent {
  size_t begin = 0, end = 0;
  bool empty() const { return begin == end; }
};

// From the first address to the end of the last, brackets included.
Extent FindAddresses(std::string_view text) {
  Extent found;
  for (size_t at = text.find('@'); at != text.npos; at = text.find('@', at + 1)) {
    size_t begin = at, end = at + 1;
    while (begin > 0 && IsAddressCharacter(text[begin - 1])) --begin;
    while (end < text.size() && (IsAddressCharacter(text[end])) && (static_cast<unsigned char>(text[end]) & 0x80) == 0)
      ++end;
    if (begin == at || end == at + 1) continue;
    if (begin >= 7 && text.substr(begin - 7, 7) == "mailto:") begin -= 7;
    while (begin > 0 && std::string_view("<([").find(text[begin - 1]) != std::string_view::npos) --begin;
    while (end < text.size() && std::string_view(">)]").find(text[end]) != std::string_view::npos) ++end;
    if (found.empty()) found.begin = begin;
    found.end = end;
    at = end - 1;
  }
  return found;
}

struct Date {
  Extent place;  // from its first digit to its last
  bool day = false, time = false;
  bool machine = false;  // as programs write it: the day in digits, or seconds, or the offset of a zone
};

struct Run {
  size_t begin, size;
  int value;
};

// What of the digits outside of addresses is a day and a time.
Date FindDate(std::string_view text, const Extent& addresses) {
  Date date;
  std::vector<Run> runs;
  for (size_t pos = 0; pos < text.size();) {
    if (pos == addresses.begin && !addresses.empty()) {
      pos = addresses.end;
      continue;
    }
    if (!IsDigit(text[pos])) {
      ++pos;
      continue;
    }
    Run run{pos, 0, 0};
    while (pos < text.size() && IsDigit(text[pos])) {
      if (run.size < 5) run.value = run.value * 10 + (text[pos] - '0');
      ++run.size;
      ++pos;
    }
    runs.push_back(run);
  }
  if (runs.empty()) return date;
  date.place = {runs.front().begin, runs.back().begin + runs.back().size};
  bool number = false;
  const auto between = [&](size_t i) {
    const size_t end = runs[i].begin + runs[i].size;
    return i + 1 < runs.size() ? text.substr(end, runs[i + 1].begin - end) : text.substr(end, 3);
  };
  for (size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    const std::string_view gap = between(i);
    const bool more = i + 1 < runs.size();
    if (run.size == 4 && ((run.value >= 1970 && run.value < 2100) || (run.value >= 2513 && run.value < 2643)))
      date.day = true;
    if (gap.starts_with("年") || gap.starts_with("년") || gap.starts_with("月") || gap.starts_with("월"))
      date.day = true;
    if (gap.starts_with("時") || gap.starts_with("时") || gap.starts_with("点") || gap.starts_with("點") ||
        gap.starts_with("시"))
      date.time = true;
    const bool parted = gap == "." || gap == "/" || gap == "-" || gap == ". ";
    const bool third = i + 2 < runs.size() && parted && runs[i + 1].size <= 2 &&
                       (between(i + 1) == gap || (gap == "." && between(i + 1) == ". "));
    if (third && (run.size <= 2 || run.size == 4)) {
      date.day = date.machine = true;
      i += 2;
      continue;
    }
    const bool offset = run.size == 4 && run.begin > 1 && text[run.begin - 2] == ' ' &&
                        (text[run.begin - 1] == '+' || text[run.begin - 1] == '-');
    date.machine = date.machine || offset;
    if (run.size > 2) continue;
    const bool clock = more && run.value < 25 && runs[i + 1].size == 2 && runs[i + 1].value < 60;
    if (clock && (gap == ":" || gap == "h" || gap == "H" || gap == "\uff1a" || gap == " h " || gap == "ч")) {
      date.time = true;
      ++i;
      date.machine = date.machine || (gap == ":" && between(i) == ":");
      continue;
    }
    if (gap == "." && clock) {
      date.time = true;
      ++i;
      continue;
    }
    date.day = date.day || (more && (gap == "/" || gap == "."));
    number = true;
  }
  // "8 Dec 10:15": a year is not always there.
  if (number && date.time) date.day = true;
  return date;
}

// The names of a piece, apart from addresses.
struct Words {
  size_t count = 0;
  size_t lower = 0;  // begin with a small letter, and are no particle of a name
};

constexpr std::string_view kParticles[] = {
    "von", "van", "de",  "der",     "den",        "da",         "di",         "del",          "la",
    "le",  "от",  "г.",  "р.",      "el",         "al",         "bin",        "ibn",          "du",
    "dos", "das", "des", "zu",      "zur",        "via",        "und",        "and",          "ter",
    "ten", "o",   "je",  "oseba",   "odesílatel", "používateľ", "użytkownik", "пользователь", "користувач",
    "ο",   "η",   "ο/η", "χρήστης", "hat",        "heeft"};

Words CountWords(std::string_view text, size_t begin, size_t end, const Extent& addresses) {
  Words words;
  bool quoted = false;
  for (size_t pos = begin; pos < end;) {
    if (!addresses.empty() && pos >= addresses.begin && pos < addresses.end) {
      pos = addresses.end;
      continue;
    }
    if (text[pos] == ' ') {
      ++pos;
      continue;
    }
    const size_t word_begin = pos;
    size_t first = end;  // letter
    UChar32 initial = 0;
    while (pos < end && text[pos] != ' ' && (addresses.empty() || pos != addresses.begin)) {
      const size_t at = pos;
      const UChar32 c = NextCharacter(text, &pos);
      if (c == '"' || c == 0x201c || c == 0x201d || c == 0x201e || c == 0xab || c == 0xbb) quoted = !quoted;
      if (first == end && u_isalnum(c)) {
        first = at;
        initial = c;
      }
    }
    if (first >= end) continue;
    ++words.count;
    std::string_view word = text.substr(first, pos - first);
    if (word.back() == ',') word.remove_suffix(1);
    if (u_islower(initial) && !quoted && text[word_begin] != '"' &&
        std::find(std::begin(kParticles), std::end(kParticles), word) == std::end(kParticles)) {
      ++words.lower;
    }
  }
  return words;
}

// The verb that ends the text, or else the first one.
Extent FindVerb(std::string_view text, const Extent& addresses) {
  const Spellings& verbs = AllTables().verbs;
  Extent first;
  for (size_t pos = 0; pos < text.size();) {
    if (!addresses.empty() && pos >= addresses.begin && pos < addresses.end) {
      pos = addresses.end;
      continue;
    }
    const size_t size = verbs.MatchAt(text, pos);
    if (size != 0) {
      if (pos + size == text.size()) return {pos, pos + size};
      if (first.empty()) first = {pos, pos + size};
      pos += size;
      continue;
    }
    ++pos;
    while (pos < text.size() && U8_IS_TRAIL(static_cast<uint8_t>(text[pos]))) ++pos;
  }
  return first;
}

// Of the language that alone spells a verb so.
std::string_view LanguageOf(std::string_view verb) {
  std::string_view found;
  for (const Language& language : kLanguages) {
    const std::string_view all = language.verbs;
    for (size_t pos = 0, end = 0; pos < all.size(); pos = end + 1) {
      end = std::min(all.find('|', pos), all.size());
      if (!base::EqualFoldAscii(all.substr(pos, end - pos), verb)) continue;
      if (!found.empty()) return {};
      found = language.code;
      break;
    }
  }
  return found;
}

bool OnlyPunctuation(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    if (u_isalnum(NextCharacter(text, &pos))) return false;
  }
  return true;
}

class Reader {
 public:
  explicit Reader(std::string_view joined, bool one_line) : text_(joined), one_line_(one_line) {
    front_ = CutFront(&text_);
    size_t back = CutBack(&text_);
    ends_ = CutColon(&text_);
    back += CutBack(&text_);
    if (!ends_) ends_ = CutColon(&text_);
    while (!text_.empty() && text_.back() == ' ') text_.remove_suffix(1);
    framed_ = front_ >= 2 && back >= 2;
    ends_ = ends_ || framed_;
  }

  AttributionKind Read() {
    if (text_.empty()) return AttributionKind::kNone;
    addresses_ = FindAddresses(text_);
    date_ = FindDate(text_, addresses_);
    if (!ends_) return Bare();
    verb_ = FindVerb(text_, addresses_);
    if (const size_t opener = AllTables().openers.MatchAt(text_, 0); opener != 0) {
      const AttributionKind kind = Opened(opener);
      if (kind != AttributionKind::kNone) return kind;
    }
    if (verb_.empty()) return Verbless();
    return date_.place.empty() ? Named() : Dated();
  }

  // Of what Read() found, where an address stands.
  std::optional<AttributionParts> Parts() const {
    if (!has_address()) return std::nullopt;
    AttributionParts parts;
    const size_t date_end = PastHalfOfDay(date_.place.end);
    size_t name = date_end;
    if (addresses_.begin < date_.place.begin) {
      name = !verb_.empty() && verb_.begin < addresses_.begin ? verb_.end : 0;
      parts.date = text_.substr(date_.place.begin, date_end - date_.place.begin);
    } else {
      const size_t intro = IntroSize();
      parts.date = TrimBlanks(text_.substr(intro, date_end - intro));
      if (!verb_.empty() && verb_.begin >= name && verb_.end <= addresses_.begin) name = verb_.end;
    }
    parts.language = LanguageOf(text_.substr(verb_.begin, verb_.end - verb_.begin));
    parts.author = TrimBlanks(text_.substr(NameFrom(name), addresses_.end - NameFrom(name)));
    return parts;
  }

 private:
  // "10:15 AM", "10:15:12 CEST,"
  size_t PastHalfOfDay(size_t pos) const {
    const std::string_view rest = text_.substr(pos);
    if (rest.empty() || rest.front() != ' ') return pos;
    const size_t size = std::min(rest.find_first_of(" ,", 1), rest.size());
    const std::string_view word = rest.substr(1, size - 1);
    const bool half = base::EqualFoldAscii(word, "am") || base::EqualFoldAscii(word, "pm") ||
                      base::EqualFoldAscii(word, "a.m.") || base::EqualFoldAscii(word, "p.m.");
    const bool zone = word.size() >= 3 && word.size() <= 5 && size < rest.size() && rest[size] == ',' &&
                      std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return half || zone ? pos + size : pos;
  }

  // Where the author's name begins at or behind `pos`: words with small letters and signs stand in front of it.
  size_t NameFrom(size_t pos) const {
    while (pos < addresses_.begin) {
      const size_t end = std::min(text_.find(' ', pos), addresses_.begin);
      size_t at = pos;
      UChar32 c = end > pos ? NextCharacter(text_, &at) : ' ';
      const bool quotes = c == '"' || c == 0x201c || c == 0x201e || c == 0xab;
      if (quotes || u_isupper(c) || (u_isalpha(c) && !u_islower(c))) return pos;
      pos = end + (end < addresses_.begin ? 1 : 0);
    }
    return addresses_.begin;
  }

  Words Count(size_t begin, size_t end) const { return CountWords(text_, begin, std::max(begin, end), addresses_); }
  bool has_address() const { return !addresses_.empty(); }
  bool whole_date() const { return date_.day && date_.time; }
  size_t IntroSize() const { return AllTables().intros.MatchAt(text_, 0); }

  // Whether the text begins with its date: behind an intro, or with digits, or with the name of a day.
  bool DateFirst(size_t limit) const {
    if (date_.place.begin >= limit || (has_address() && addresses_.end <= date_.place.begin)) return false;
    const size_t intro = IntroSize();
    const size_t lead = Count(intro, date_.place.begin).count;
    if (intro != 0) return lead <= kMostLead;
    if (lead <= 1) return true;
    const size_t blank = text_.find(' ');
    return lead <= 2 && blank != text_.npos && blank > 0 && (text_[blank - 1] == ',' || text_[blank - 1] == '.');
  }

  // "2011/4/7 Ann <ann@x.example>", as Gmail wrote it once; and "On ... Ann <ann@x.example> wrote", as Zoho does.
  AttributionKind Bare() {
    verb_ = FindVerb(text_, addresses_);
    if (IntroSize() != 0 && whole_date() && date_.machine && !verb_.empty() && verb_.end == text_.size() &&
        DateFirst(addresses_.begin) && AddressEndsAt(verb_.begin)) {
      return AttributionKind::kFull;
    }
    const bool is = one_line_ && front_ == 0 && date_.day && date_.place.begin == 0 && has_address() &&
                    addresses_.end == text_.size() && text_.back() == '>' &&
                    Count(0, text_.size()).count <= kMostAuthor;
    return is ? AttributionKind::kNamed : AttributionKind::kNone;
  }

  AttributionKind Opened(size_t opener) const {
    const Words words = Count(opener, text_.size());
    if (words.count > 2 * kMostAuthor) return AttributionKind::kNone;
    if (whole_date()) return AttributionKind::kDated;
    if (has_address() && addresses_.end == text_.size()) return AttributionKind::kNamed;
    return words.lower == 0 && words.count > 0 && words.count <= kMostAuthor ? AttributionKind::kNamed
                                                                             : AttributionKind::kNone;
  }

  // Date, name and address, a colon, and no verb: Gmail in Russian, Japanese and Hebrew, Yandex, mail.ru; or the date
  // behind them, in brackets.
  AttributionKind Verbless() const {
    if (!whole_date() || !has_address()) return AttributionKind::kNone;
    if (addresses_.end <= date_.place.begin) {
      const bool bracketed = text_[date_.place.begin - 1] == '[' && text_.back() == ']';
      const bool is = bracketed && Count(0, date_.place.begin).count <= kMostAuthor;
      return is ? AttributionKind::kNamed : AttributionKind::kNone;
    }
    if (addresses_.end != text_.size() || !DateFirst(addresses_.begin)) return AttributionKind::kNone;
    const Words author = Count(date_.place.end, addresses_.begin);
    if (author.count > kMostAuthor) return AttributionKind::kNone;
    const bool full = IntroSize() == 0 && author.lower == 0 && text_.back() == '>';
    return full ? AttributionKind::kFull : AttributionKind::kDated;
  }

  AttributionKind Named() const {
    const Words before = Count(0, verb_.begin), after = Count(verb_.end, text_.size());
    if (before.count + after.count == 0 && !has_address()) return AttributionKind::kNone;
    if (before.count + after.count > kMostAuthor) return AttributionKind::kNone;
    if (has_address() && addresses_.end != text_.size() &&
        !OnlyPunctuation(text_.substr(addresses_.end, verb_.begin - std::min(verb_.begin, addresses_.end)))) {
      return AttributionKind::kNone;
    }
    if (has_address()) return AttributionKind::kNamed;
    const size_t lower = before.lower + after.lower;
    return (lower == 0 && HasCase()) || (lower <= kNickname && SentVia()) ? AttributionKind::kNamed
                                                                          : AttributionKind::kNone;
  }

  // "ann_lee via Tea Forum wrote:"
  bool SentVia() const {
    const size_t blank = text_.find(' ');
    return blank != text_.npos && text_.substr(blank).starts_with(" via ");
  }

  // Whether capitals say anything in the script of the first word.
  bool HasCase() const {
    for (size_t pos = 0; pos < text_.size();) {
      const UChar32 c = NextCharacter(text_, &pos);
      if (u_isalpha(c)) return u_isUUppercase(c);
    }
    return false;
  }

  AttributionKind Dated() const {
    const bool date_first = DateFirst(verb_.begin);
    const size_t head = date_first ? date_.place.begin : std::min(date_.place.begin, verb_.begin);
    if (!date_first) {
      const Words author = Count(0, head);
      if ((author.count == 0 && !has_address()) || HoldsIntro(head)) return AttributionKind::kNone;
      if (author.count > kMostAuthor) return AttributionKind::kNone;
      if (author.lower > 0 && !AddressEndsAt(head)) {
        const bool desk = verb_.begin == head && author.count > 1 && author.lower <= kNickname && HasCase();
        return desk ? AttributionKind::kNamed : AttributionKind::kNone;
      }
    }
    const Words rest = Count(date_first ? date_.place.end : head, text_.size());
    if (rest.count > kMostAuthor + kMostBetween) return AttributionKind::kNone;
    if (!whole_date()) {
      constexpr size_t kNicknameAlone = 2;
      const Words between = Count(std::min(date_.place.end, verb_.begin), verb_.begin);
      const Words after = date_first ? Count(verb_.end, text_.size()) : Words{};
      const bool alone = IntroSize() != 0 && date_first && between.count + after.count <= kNicknameAlone;
      const size_t lower = between.lower + after.lower;
      return has_address() || alone || lower <= (date_first ? kNickname : 0) ? AttributionKind::kNamed
                                                                             : AttributionKind::kNone;
    }
    if (framed_ && front_ >= 4) return AttributionKind::kFull;
    const bool full = has_address() &&
                      (date_first ? AddressEndsAt(verb_.begin) || addresses_.end == text_.size() : AddressEndsAt(head));
    if (full) return AttributionKind::kFull;
    return date_.machine && OnlyNames(date_first, head) ? AttributionKind::kPrecise : AttributionKind::kDated;
  }

  // Whether beside the date and the verb there is a name, and nothing that a sentence would have.
  bool OnlyNames(bool date_first, size_t head) const {
    constexpr size_t kMostWithNickname = 3;
    const size_t begin = date_first ? date_.place.end : 0;
    const Words before = Count(begin, date_first ? std::max(verb_.begin, begin) : head);
    const Words after = date_first ? Count(verb_.end, text_.size()) : Words{};
    const size_t lower = before.lower + after.lower;
    return lower == 0 || (lower <= kNickname && before.count + after.count <= kMostWithNickname);
  }

  // "Hi, On Tue, 5 Apr ...": what is in front of the intro is no author, and was not written by a client.
  bool HoldsIntro(size_t head) const {
    for (size_t pos = text_.find(' '); pos < head; pos = text_.find(' ', pos + 1)) {
      if (has_address() && pos >= addresses_.begin) return false;
      size_t at = pos + 1;
      if (at >= head || !u_isUUppercase(NextCharacter(text_, &at))) continue;
      const size_t intro = AllTables().intros.MatchAt(text_, pos + 1);
      if (intro != 0 && Count(pos + 1 + intro, date_.place.begin).count < kMostLead) return true;
    }
    return false;
  }

  bool AddressEndsAt(size_t pos) const {
    if (!has_address() || addresses_.end > pos) return false;
    constexpr size_t kParted = 3;  // "w dniu", "je dana"
    return Count(addresses_.end, pos).count <= (pos == verb_.begin ? 0 : kParted) ||
           (pos != verb_.begin && pos == date_.place.begin && Count(addresses_.end, pos).count <= kParted);
  }

  std::string_view text_;
  const bool one_line_;
  bool ends_ = false, framed_ = false;
  size_t front_ = 0;
  Extent addresses_, verb_;
  Date date_;
};

bool HasDigit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), IsDigit);
}

// Whether an address and a verb end the line, without a colon.
bool EndsInVerb(std::string_view line) {
  const size_t blank = line.rfind(' ');
  if (blank == line.npos || line.size() > kLongest || line.find('@') > blank) return false;
  return AllTables().verbs.MatchAt(line, blank + 1) == line.size() - blank - 1;
}

// Whether a program broke the line in front of `next`, rather than the writer.
bool IsWrapped(std::string_view line, std::string_view next) {
  if (next.front() == '<' || next.front() == '(' || next.front() == '[' || line.back() == '<') return true;
  if (line.back() == ',' && HasDigit(line)) return true;
  const size_t word = std::min(next.find(' '), next.size());
  if (line.size() + 1 + word >= kWrapFrom) return true;
  return AllTables().verbs.MatchAt(next.substr(0, 64), 0) != 0;
}

// How many pointed brackets are opened and not closed.
ptrdiff_t OpenBrackets(std::string_view text) {
  if (text.find('<') == text.npos && text.find('>') == text.npos) return 0;
  return std::count(text.begin(), text.end(), '<') - std::count(text.begin(), text.end(), '>');
}

// False where ReadAttribution reads no line that may end one: a paragraph ends before it.
bool EndInSight(std::span<const std::string_view> lines) {
  bool words = false, gap = false, bracket = false;
  const auto has_bracket = [](std::string_view line) { return line.find('<') != line.npos; };
  for (size_t i = 0; i < std::min(lines.size(), kAttributionLines); ++i) {
    if (lines[i].size() > kLongest) return false;
    const std::string_view line = TrimBlanks(lines[i]);
    if (line.empty()) {
      if (words && !gap) {
        gap = true;
        bracket = std::any_of(lines.begin(), lines.begin() + static_cast<ptrdiff_t>(i), has_bracket);
      }
      continue;
    }
    if (gap && !bracket && line.front() != '<') return false;
    if (MayEndAttribution(line)) return true;
    words = true;
    bracket = bracket || (gap && has_bracket(line));
  }
  return false;
}

}  // namespace

bool IsFramedAttribution(std::string_view line) {
  constexpr std::string_view kFrame = ">>>";
  line = TrimBlanks(line);
  if (line.size() > kLongest || line.size() < 2 * kFrame.size() || line.substr(0, kFrame.size()) != kFrame ||
      line.substr(line.size() - kFrame.size()) != kFrame) {
    return false;
  }
  std::string plain;
  AppendPlain(line, &plain);
  const Extent addresses = FindAddresses(plain);
  const Date date = FindDate(plain, addresses);
  return date.day && date.time && CountWords(plain, 0, date.place.begin, addresses).count <= kMostAuthor;
}

bool MayEndAttribution(std::string_view line) {
  line = TrimBlanks(line);
  if (line.empty()) return false;
  const UChar32 c = IsAscii(line.back()) ? line.back() : CharacterBefore(line, line.size());
  return c == ':' || c == 0xff1a || c == '>' || c == '*' || IsDash(c) || EndsInVerb(line);
}

namespace {

Attribution ReadLines(std::span<const std::string_view> lines, std::optional<AttributionParts>* parts) {
  if (!EndInSight(lines)) return {};
  std::string joined;
  std::string_view last;
  ptrdiff_t brackets = 0;
  size_t blank = 0;
  for (size_t i = 0; i < std::min(lines.size(), kAttributionLines); ++i) {
    if (lines[i].size() > kLongest) break;
    const std::string_view line = TrimBlanks(lines[i]);
    if (line.empty()) {
      if (joined.empty() || ++blank > kMostBlank) break;
      continue;
    }
    if (!joined.empty()) {
      // Polymail parts the name from its address by an empty line.
      const bool open = brackets > 0;
      if (blank > 0 && !open && !(line.front() == '<' && HasDigit(joined))) break;
      if (!open && !IsWrapped(last, line)) break;
      if (!open && line.front() == '>') break;
      joined.push_back(' ');
    }
    AppendPlain(line, &joined);
    if (joined.size() > kLongest) break;
    last = line;
    brackets += OpenBrackets(line);
    if (!MayEndAttribution(line) || brackets > 0) continue;
    Reader reader(joined, i == 0);
    const AttributionKind kind = reader.Read();
    if (kind == AttributionKind::kNone) continue;
    if (parts != nullptr && kind == AttributionKind::kFull) *parts = reader.Parts();
    return {kind, i + 1};
  }
  return {};
}

}  // namespace

Attribution ReadAttribution(std::span<const std::string_view> lines) {
  return ReadLines(lines, nullptr);
}

std::optional<AttributionParts> ReadAttributionParts(std::span<const std::string_view> lines) {
  std::optional<AttributionParts> parts;
  const Attribution attribution = ReadLines(lines, &parts);
  if (parts) parts->lines = attribution.lines;
  return parts;
}

bool IsOriginalTitle(std::string_view line) {
  constexpr size_t kLongestTitle = 200;
  line = TrimBlanks(line);
  if (line.size() > kLongestTitle) return false;
  if (std::string_view front = line; CutFront(&front) < 2) return false;
  std::string plain;
  AppendPlain(line, &plain);
  std::string_view title = plain;
  const size_t front = CutFront(&title);
  size_t back = CutBack(&title);
  CutColon(&title);
  back += CutBack(&title);
  if (front < 2 || back < 2 || title.empty()) return false;
  return AllTables().titles.MatchAt(title, 0) == title.size();
}

bool IsBareTitle(std::string_view line) {
  constexpr size_t kLongestTitle = 120;
  std::string_view title = TrimBlanks(line);
  if (title.size() > kLongestTitle) return false;
  CutFront(&title);
  CutBack(&title);
  CutColon(&title);
  CutBack(&title);
  return !title.empty() && AllTables().titles.MatchAt(title, 0) == title.size();
}

}  // namespace casecomm::scan
