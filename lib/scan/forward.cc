// SPDX-License-Identifier: Apache-2.0
// forward = words of the forwarder, (marker [block] / block), the original     marker = dashes phrase dashes / phrase ":"
// A marker that says "forwarded" is enough by itself. One that says "original message", and a block without any, stand above what
// a reply quotes, too: there the subject tells. Whatever stands behind a reply's quote is the quote's.
#include "scan/forward.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scan/address.h"
#include "scan/attachment.h"
#include "scan/attribution.h"
#include "scan/body_text.h"
#include "scan/charset.h"
#include "scan/date.h"
#include "scan/defects.h"
#include "scan/encoded_word.h"
#include "scan/field.h"
#include "scan/header_block.h"
#include "scan/html.h"
#include "scan/local_date.h"
#include "scan/mime.h"
#include "scan/params.h"
#include "scan/transfer.h"
#include "scan/written_address.h"

namespace casecomm::scan {
namespace {

// What clients write between dashes, or with a colon behind: "-------- Forwarded Message --------".
constexpr std::string_view kTitles[] = {
    "Forwarded message",
    "Forwarded mail",
    "Forwarded email",
    "Forwarded e-mail",
    "Begin forwarded message",
    "Start of forwarded message",
    "Fwd.Msg",
    "Fwd",
    "Weitergeleitete Nachricht",
    "Weitergeleitete E-Mail",
    "Weitergeleitete Mail",
    "Beginn der weitergeleiteten Nachricht",
    "Message transféré",
    "Message transmis",
    "Message réexpédié",
    "Courriel transféré",
    "E-mail transféré",
    "Mail transféré",
    "Mensaje reenviado",
    "Correo reenviado",
    "Messaggio inoltrato",
    "Messaggio Inoltrato",
    "Mail inoltrata",
    "E-mail inoltrata",
    "Mensagem encaminhada",
    "Mensagem reencaminhada",
    "E-mail encaminhado",
    "Doorgestuurd bericht",
    "Doorgezonden bericht",
    "Doorgestuurde e-mail",
    "Przekazana wiadomość",
    "Treść przekazanej wiadomości",
    "Wiadomość przekazana dalej",
    "Wiadomość przesłana dalej",
    "Przesłana wiadomość",
    "Пересылаемое сообщение",
    "Пересланное сообщение",
    "Перенаправленное сообщение",
    "Переадресованное сообщение",
    "Переадресованное письмо",
    "Пересылаемое письмо",
    "Пересланное письмо",
    "Переслане повідомлення",
    "Перенаправлене повідомлення",
    "Пересланий лист",
    "Переадресоване повідомлення",
    "Vidarebefordrat meddelande",
    "Vidarebefordrat mejl",
    "Vidarebefordrat e-postmeddelande",
    "Vidarebefordrat brev",
    "Videresendt meddelelse",
    "Videresendt besked",
    "Videresendt mail",
    "Videresendt e-mail",
    "Videresendt melding",
    "Videresendt e-post",
    "Edelleenlähetetty viesti",
    "Välitetty viesti",
    "Välitetty viesti / Fwd.Msg",
    "Edelleen lähetetty viesti",
    "Přeposlaná zpráva",
    "Předaná zpráva",
    "Preposlaná správa",
    "Továbbított üzenet",
    "Továbbított levél",
    "Mesaj redirecționat",
    "Mesaj redirecţionat",
    "Mesaj retransmis",
    "Mesaj trimis mai departe",
    "İletilmiş Mesaj",
    "İletilen İleti",
    "İletilen mesaj",
    "Yönlendirilmiş ileti",
    "Yönlendirilen İleti",
    "Yönlendirilen mesaj",
    "Προωθημένο μήνυμα",
    "Προωθούμενο μήνυμα",
    "Μήνυμα που προωθήθηκε",
    "転送メッセージ",
    "転送されたメッセージ",
    "メッセージを転送",
    "転送メール",
    "転送元メッセージ",
    "转发的邮件",
    "转发邮件",
    "转发邮件信息",
    "转发的消息",
    "转发消息",
    "转发信息",
    "已转发邮件",
    "已转发的邮件",
    "轉寄郵件",
    "轉寄的郵件",
    "轉寄訊息",
    "已轉寄郵件",
    "轉寄信件",
    "轉寄的訊息",
    "전달된 메시지",
    "전달된 메일",
    "전달 메시지",
    "전달된 이메일",
    "전달한 메시지",
    "رسالة معاد توجيهها",
    "رسالة مُعاد توجيهها",
    "رسالة معاد إرسالها",
    "الرسالة المعاد توجيهها",
    "رسالة محولة",
    "הודעה שהועברה",
    "הודעה מועברת",
    "הודעה מנותבת",
    "Tin nhắn đã chuyển tiếp",
    "Thư đã chuyển tiếp",
    "Tin nhắn được chuyển tiếp",
    "Thư được chuyển tiếp",
    "Thư chuyển tiếp",
    "Proslijeđena poruka",
    "Posredovano sporočilo",
    "Препратено съобщение",
    "Edastatud kiri",
    "Edastatud sõnum",
    "Missatge reenviat",
    "Pesan terusan",
    "Pesan yang diteruskan",
    "ข้อความที่ส่งต่อ",
    "Persiųsta žinutė",
    "Persiųstas laiškas",
    "Pārsūtīta ziņa",
    "Pārsūtīts ziņojums",
};

// What Apple Mail writes, a colon behind and nothing around it.
constexpr std::string_view kBeginnings[] = {
    "Begin forwarded message",
    "Anfang der weitergeleiteten Nachricht",
    "Beginn der weitergeleiteten Nachricht",
    "Beginn der weitergeleiteten E-Mail",
    "Début du message réexpédié",
    "Début du message transféré",
    "Début du message réexpedié",
    "Inicio del mensaje reenviado",
    "Inizio messaggio inoltrato",
    "Início da mensagem encaminhada",
    "Início da mensagem reencaminhada",
    "Begin doorgestuurd bericht",
    "Begin van doorgestuurd bericht",
    "Początek przekazywanej wiadomości",
    "Начало переадресованного сообщения",
    "Начало пересылаемого сообщения",
    "Початок листа, що пересилається",
    "Початок переадресованого повідомлення",
    "Vidarebefordrat brev",
    "Vidarebefordrat mejl",
    "Påbörja vidarebefordrat brev",
    "Start på videresendt besked",
    "Begynd videresendt besked",
    "Videresendt melding",
    "Start på videresendt melding",
    "Välitetty viesti alkaa",
    "Alku välitetty viesti",
    "Začátek přeposílané zprávy",
    "Začátek přeposlané zprávy",
    "Začiatok preposlanej správy",
    "Továbbított levél kezdete",
    "Továbbított üzenet kezdete",
    "Începe mesajul redirecționat",
    "Început mesaj redirecționat",
    "İleti başlangıcı",
    "Yönlendirilen ileti başlangıcı",
    "Yönlendirilmiş ileti başlangıcı",
    "Αρχή προωθημένου μηνύματος",
    "転送されたメッセージ",
    "以下は、転送されたメッセージです",
    "开始转发的邮件",
    "以下是转发的邮件",
    "开始转发邮件",
    "開始轉寄郵件",
    "以下是轉寄的郵件",
    "전달된 메시지 시작",
    "전달된 메시지",
    "بداية الرسالة المعاد توجيهها",
    "بدء الرسالة المعاد توجيهها",
    "بداية الرسالة المُعاد توجيهها",
    "תחילת ההודעה שהועברה",
    "התחל הודעה מועברת",
    "Bắt đầu thư được chuyển tiếp",
    "Bắt đầu tin nhắn được chuyển tiếp",
    "Započni proslijeđenu poruku",
    "Inici del missatge reenviat",
    "Mulai pesan diteruskan",
};

// Dashes in front, and a name behind: Mutt, Pine, Notes.
constexpr std::string_view kTitlesWithName[] = {
    "Forwarded message from", "Forwarded by",         "Weitergeleitet von", "Weitergeleitete Nachricht von",
    "Transféré par",          "Message transféré de", "Reenviado por",      "Inoltrato da",
    "Encaminhado por",        "Doorgestuurd door",    "Przekazane przez",   "Vidarebefordrat av",
    "Videresendt af",         "Videresendt av",
};

// Where the forwarded mail ends, between dashes.
constexpr std::string_view kEndings[] = {
    "End forwarded message",    "End of forwarded message",    "Ende der weitergeleiteten Nachricht",
    "Fin du message transféré", "Fin du message réexpédié",    "Fin del mensaje reenviado",
    "Fine messaggio inoltrato", "Fim da mensagem encaminhada", "Einde doorgestuurd bericht",
};

// The subjects of forwards begin so, a colon behind. Finnish "VS:" is a reply: see IsForwardSubject.
constexpr std::string_view kPrefixes[] = {
    "Fwd",
    "Fw",
    "WG",
    "TR",
    "RV",
    "ENC",
    "I",
    "VB",
    "VL",
    "PD",
    "Doorst",
    "İLT",
    "ILT",
    "转发",
    "转寄",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "Redir",
    "Redir.",
    "Videresend",
    "Videresendt",
    "Vidarebefordrat",
    "Továbbítás",
    "ΠΡΘ",
    "Προώθηση",
    "הועבר",
    "העברה",
    "إعادة توجيه",
    "اعادة توجيه",
    "Chuyển tiếp",
    "TRS",
    "FS",
    "Weitergeleitet",
    "Reenviado",
    "Inoltro",
    "Inoltrato",
    "Переслано",
    "Пересылка",
    "Proslijeđeno",
    "Doorgestuurd",
};

constexpr size_t kLongestMarker = 300;  // bytes of a line
constexpr std::string_view kDashes[] = {"-", "_", "=", "*", "~", "–", "—", "―", "─", "－"};

// Sorted folded phrases.
class Phrases {
 public:
  template <size_t n>
  explicit Phrases(const std::string_view (&phrases)[n]) {
    for (const std::string_view phrase : phrases) folded_.push_back(FoldLabel(phrase));
    std::sort(folded_.begin(), folded_.end());
  }

  bool Has(std::string_view folded) const { return std::binary_search(folded_.begin(), folded_.end(), folded); }
  bool HasFrontOf(std::string_view folded) const {
    return std::any_of(folded_.begin(), folded_.end(), [&](const std::string& phrase) {
      return folded.size() > phrase.size() && folded.substr(0, phrase.size()) == phrase && folded[phrase.size()] == ' ';
    });
  }

 private:
  std::vector<std::string> folded_;
};

const Phrases& Titles() {
  static const Phrases kPhrases(kTitles);
  return kPhrases;
}
const Phrases& Beginnings() {
  static const Phrases kPhrases(kBeginnings);
  return kPhrases;
}
const Phrases& TitlesWithName() {
  static const Phrases kPhrases(kTitlesWithName);
  return kPhrases;
}
const Phrases& Endings() {
  static const Phrases kPhrases(kEndings);
  return kPhrases;
}
const Phrases& Prefixes() {
  static const Phrases kPhrases(kPrefixes);
  return kPhrases;
}

size_t DashAt(std::string_view text) {
  for (const std::string_view dash : kDashes) {
    if (text.substr(0, dash.size()) == dash) return dash.size();
  }
  return 0;
}

// Takes the dashes at the begin off, and gives their number.
size_t TakeDashes(std::string_view* text) {
  size_t count = 0;
  for (size_t size; (size = DashAt(*text)) != 0; ++count) text->remove_prefix(size);
  return count;
}

// Where the next two dashes in a row stand; the end where there are none.
size_t FindDashes(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t size = DashAt(text.substr(i));
    if (size != 0 && DashAt(text.substr(i + size)) != 0) return i;
  }
  return text.size();
}

std::string FoldPhrase(std::string_view text) {
  std::string folded;
  for (const char c : FoldLabel(TrimBlanks(text))) {
    if (c != ' ' || (!folded.empty() && folded.back() != ' ')) folded += c;
  }
  return folded;
}

// The bytes of the colon at the end, or 0.
size_t EndsInColon(std::string_view text) {
  constexpr std::string_view kWide = "：";
  if (!text.empty() && text.back() == ':') return 1;
  return text.size() >= kWide.size() && text.substr(text.size() - kWide.size()) == kWide ? kWide.size() : 0;
}

enum class Marker : uint8_t {
  kNone,
  kForward,   // enough by itself
  kWeak,      // "Forwarded message:": with a block below
  kOriginal,  // "-----Original Message-----": where the subject tells a forward
  kEnd,
};

// What `line` is; where more stands in the line behind the dashes, `rest` is where.
Marker MarkerOf(std::string_view line, size_t* rest) {
  *rest = line.npos;
  std::string_view text = TrimBlanks(line.substr(0, kLongestMarker));
  std::string_view inner = text;
  if (TakeDashes(&inner) >= 2) {
    const size_t end = FindDashes(inner);
    std::string_view behind = inner.substr(end);
    if (TakeDashes(&behind) < 2) return Marker::kNone;
    const std::string phrase = FoldPhrase(inner.substr(0, end));
    behind = TrimBlanks(behind);
    // "---- Preposlaná správa --- Forwarded Message ----" is one marker in two languages.
    const bool whole = behind.empty() || (behind.back() == '-' && behind.find(':') == behind.npos);
    if (Titles().Has(phrase)) {
      if (!whole) *rest = static_cast<size_t>(behind.data() - line.data());
      return Marker::kForward;
    }
    if (!whole) return Marker::kNone;
    if (Endings().Has(phrase)) return Marker::kEnd;
    if (TitlesWithName().HasFrontOf(phrase)) return Marker::kForward;
    return IsOriginalTitle(line) ? Marker::kOriginal : Marker::kNone;
  }
  if (line.size() > kLongestMarker) return Marker::kNone;
  while (!text.empty() && text.back() == '*') text = TrimBlanks(text.substr(0, text.size() - 1));
  while (!text.empty() && text.front() == '*') text = TrimBlanks(text.substr(1));
  const size_t colon = EndsInColon(text);
  if (colon == 0) return Marker::kNone;
  const std::string phrase = FoldPhrase(text.substr(0, text.size() - colon));
  if (Beginnings().Has(phrase)) return Marker::kForward;
  return Titles().Has(phrase) ? Marker::kWeak : Marker::kNone;
}

enum class SubjectKind : uint8_t { kOther, kForward, kNordicForward };

// "[tag] FW: ..." tells a forward; "RE: FW: ..." does not. "VS:" is a forward in Denmark and Norway, and a reply in Finland.
SubjectKind KindOfSubject(std::string_view subject) {
  constexpr size_t kLongestPrefix = 40;
  subject = TrimBlanks(subject);
  while (!subject.empty() && subject.front() == '[') {
    const size_t end = subject.find(']');
    if (subject.find(':') < end || end == subject.npos) {
      subject.remove_prefix(1);  // "[Fwd: ...]"
      break;
    }
    subject = TrimBlanks(subject.substr(end + 1));
  }
  const std::string folded = FoldPhrase(base::CutUtf8(subject, kLongestPrefix));
  std::string_view prefix = std::string_view(folded).substr(0, folded.find(':'));
  if (prefix.size() == folded.size()) return SubjectKind::kOther;
  prefix = TrimBlanks(prefix);
  if (!prefix.empty() && (prefix.back() == ')' || prefix.back() == ']')) {  // "Fwd[2]:"
    prefix = TrimBlanks(prefix.substr(0, prefix.find_first_of("([")));
  }
  if (prefix == "vs") return SubjectKind::kNordicForward;
  return Prefixes().Has(prefix) ? SubjectKind::kForward : SubjectKind::kOther;
}

struct Line {
  std::string_view text;
  size_t begin = 0, next = 0;
};

Line LineAt(std::string_view text, size_t pos) {
  const size_t end = std::min(text.find('\n', pos), text.size());
  return {text.substr(pos, end - pos), pos, std::min(end + 1, text.size())};
}

bool IsBlankLine(std::string_view line) {
  return TrimBlanks(line).empty();
}

// How many quote signs a line begins with, blanks between them; `behind` is what follows them, without one blank.
size_t QuoteDepth(std::string_view line, size_t most, std::string_view* behind) {
  size_t depth = 0, pos = 0;
  for (size_t i = 0; i < line.size() && depth < most; ++i) {
    if (line[i] == '>') {
      ++depth;
      pos = i + 1;
    } else if (line[i] != ' ' || (i > 0 && line[i - 1] == ' ')) {
      break;
    }
  }
  if (pos > 0 && pos < line.size() && line[pos] == ' ') ++pos;
  *behind = line.substr(pos);
  return depth;
}

bool IsQuoted(std::string_view line) {
  return !line.empty() && line.front() == '>';
}

std::string_view TrimLines(std::string_view text) {
  while (!text.empty()) {
    const Line line = LineAt(text, 0);
    if (!IsBlankLine(line.text)) break;
    text.remove_prefix(line.next);
  }
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

// The run of quoted lines that begins at `pos`, without `depth` signs; `next` is what follows it.
std::string Unquoted(std::string_view text, size_t pos, size_t depth, size_t* next) {
  std::string out;
  *next = pos;
  size_t blanks = 0;
  while (pos < text.size()) {
    const Line line = LineAt(text, pos);
    pos = line.next;
    if (IsQuoted(line.text)) {
      out.append(blanks, '\n');
      blanks = 0;
      std::string_view behind;
      QuoteDepth(line.text, depth, &behind);
      out.append(behind).append("\n");
      *next = pos;
    } else if (IsBlankLine(line.text)) {
      ++blanks;
    } else {
      break;
    }
  }
  return out;
}

bool AllQuoted(std::string_view text) {
  bool any = false;
  for (size_t pos = 0; pos < text.size();) {
    const Line line = LineAt(text, pos);
    if (!IsQuoted(line.text) && !IsBlankLine(line.text)) return false;
    any |= IsQuoted(line.text);
    pos = line.next;
  }
  return any;
}

class Finder {
 public:
  Finder(std::string_view text, std::span<const TextMark> marks, std::string_view subject)
      : text_(text), marks_(marks), subject_(KindOfSubject(subject)) {}

  std::optional<InlineForward> Find();

 private:
  // Quote containers of HTML that are open at a line; those that hold text already are a reply's quote.
  void Enter(size_t pos);
  bool InsideQuote() const { return used_ > 0; }

  bool Tells(std::string_view language) const {
    return subject_ == SubjectKind::kForward || (subject_ == SubjectKind::kNordicForward && language != "fi");
  }
  // The forward whose run of quoted lines begins at `pos`.
  std::optional<InlineForward> InQuote(size_t pos) const;
  std::optional<InlineForward> Below(size_t begin, Marker marker, size_t pos) const;
  // The block in the line of the marker, as Yahoo writes it.
  std::optional<InlineForward> Behind(size_t begin, size_t rest) const {
    const std::optional<HeaderBlock> block = ReadHeaderLine(text_, begin + rest);
    if (!block) return std::nullopt;
    return Make(begin, text_, block, block->end);
  }
  InlineForward Make(size_t begin, std::string_view text, const std::optional<HeaderBlock>& block, size_t body) const;
  bool ReplyAbove(size_t end) const;

  const std::string_view text_;
  const std::span<const TextMark> marks_;
  const SubjectKind subject_;
  size_t mark_ = 0, depth_ = 0, used_ = 0;
};

void Finder::Enter(size_t pos) {
  for (; mark_ < marks_.size() && marks_[mark_].offset <= pos; ++mark_) {
    if (marks_[mark_].kind == MarkKind::kQuoteBegin) ++depth_;
    if (marks_[mark_].kind == MarkKind::kQuoteEnd && depth_ > 0) --depth_;
    used_ = std::min(used_, depth_);
  }
}

// Decoded where a client left encoded words as they are.
std::string Decoded(std::string text) {
  if (text.find("=?") == text.npos) return text;
  CharsetDecoder charsets;
  bool clean = true;
  return DecodeText(text, &charsets, &clean);
}

std::vector<std::string> Recipients(std::string_view list) {
  std::vector<std::string> out;
  for (WrittenAddress& written : ReadWrittenAddresses(list)) {
    out.push_back(written.address.empty() ? Decoded(std::move(written.name)) : std::move(written.address));
  }
  return out;
}

InlineForward Finder::Make(size_t begin, std::string_view text, const std::optional<HeaderBlock>& block,
                           size_t body) const {
  InlineForward forward;
  forward.begin = begin;
  ForwardedMail& mail = forward.mail;
  if (block) {
    WrittenAddress author = ReadWrittenAuthor(block->from);
    if (!author.address.empty()) mail.from = std::move(author.address);
    if (!author.name.empty()) mail.from_name = Decoded(std::move(author.name));
    mail.to = Recipients(block->to);
    mail.cc = Recipients(block->cc);
    if (!block->date.empty()) {
      mail.date_text = OnOneLine(block->date);
      mail.date = ParseLocalDate(*mail.date_text, block->language);
    }
    if (block->subject.data() != nullptr) mail.subject = Decoded(OnOneLine(block->subject));
  }
  std::string_view original = text.substr(body);
  for (size_t pos = 0; pos < original.size();) {
    const Line line = LineAt(original, pos);
    size_t rest = 0;
    if (DashAt(line.text) != 0 && MarkerOf(line.text, &rest) == Marker::kEnd) {
      original = original.substr(0, pos);
      break;
    }
    pos = line.next;
  }
  std::string unquoted;
  if (AllQuoted(original)) {
    size_t end = 0;
    unquoted = Unquoted(original, 0, 1, &end);
    original = unquoted;
  }
  mail.text = TrimLines(original);
  return forward;
}

// The block, or the plain text, below a marker whose line ends at `pos`.
std::optional<InlineForward> Finder::Below(size_t begin, Marker marker, size_t pos) const {
  size_t first = pos;
  while (first < text_.size() && IsBlankLine(LineAt(text_, first).text)) first = LineAt(text_, first).next;
  if (first < text_.size() && IsQuoted(LineAt(text_, first).text)) {
    std::string_view behind;
    size_t next = 0;
    const std::string inner =
        Unquoted(text_, first, QuoteDepth(LineAt(text_, first).text, text_.size(), &behind), &next);
    const size_t skip = static_cast<size_t>(TrimLines(inner).data() - inner.data());
    const std::optional<HeaderBlock> block = ReadHeaderBlock(inner, skip);
    if (block) {
      if (marker == Marker::kOriginal && !Tells(block->language)) return std::nullopt;
      return Make(begin, inner, block, block->end);
    }
  }
  const std::optional<HeaderBlock> block = ReadHeaderBlock(text_, first);
  if (marker == Marker::kWeak && !block) return std::nullopt;
  if (marker == Marker::kOriginal && !Tells(block ? block->language : std::string_view())) return std::nullopt;
  return Make(begin, text_, block, block ? block->end : pos);
}

std::optional<InlineForward> Finder::InQuote(size_t pos) const {
  const Line line = LineAt(text_, pos);
  std::string_view behind;
  const size_t depth = QuoteDepth(line.text, text_.size(), &behind);
  size_t next = 0;
  const std::string inner = Unquoted(text_, pos, depth, &next);
  const size_t skip = static_cast<size_t>(TrimLines(inner).data() - inner.data());
  Finder nested(inner, {}, {});
  if (skip >= inner.size()) return std::nullopt;
  size_t rest = 0;
  const Line first = LineAt(inner, skip);
  const Marker marker = MarkerOf(first.text, &rest);
  std::optional<InlineForward> found;
  if (rest == first.text.npos &&
      (marker == Marker::kForward || marker == Marker::kWeak || (marker == Marker::kOriginal && Tells({})))) {
    found = nested.Below(skip, marker == Marker::kOriginal ? Marker::kForward : marker, first.next);
  } else if (const std::optional<HeaderBlock> block = ReadHeaderBlock(inner, skip); block && Tells(block->language)) {
    found = Make(pos, inner, block, block->end);
  }
  if (found) found->begin = pos;
  return found;
}

// Whether an attribution line stands above without quote signs below it: a reply, then, whose quote the forward is in.
bool Finder::ReplyAbove(size_t end) const {
  constexpr size_t kAhead = 8;
  std::vector<std::string_view> lines;
  for (size_t pos = 0; pos < end;) {
    const Line line = LineAt(text_, pos);
    lines.push_back(line.text);
    pos = line.next;
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    if (IsBlankLine(lines[i]) || IsQuoted(lines[i])) continue;
    const Attribution found = ReadAttribution(std::span(lines).subspan(i, std::min(kAhead, lines.size() - i)));
    if (found.kind != AttributionKind::kFull && found.kind != AttributionKind::kDated) continue;
    size_t below = i + std::max<size_t>(found.lines, 1);
    while (below < lines.size() && IsBlankLine(lines[below])) ++below;
    if (below == lines.size() || !IsQuoted(lines[below])) return true;
  }
  return false;
}

std::optional<InlineForward> Finder::Find() {
  const bool forward = subject_ == SubjectKind::kForward;
  std::string_view above;    // the last line that is not blank
  size_t rule = text_.npos;  // the line of underscores or dashes that Outlook draws above its block
  for (size_t pos = 0; pos < text_.size();) {
    const Line line = LineAt(text_, pos);
    Enter(pos);
    pos = line.next;
    if (IsBlankLine(line.text)) continue;
    const bool inside = InsideQuote();
    used_ = depth_;
    if (IsQuoted(line.text)) {
      if (!inside && !IsQuoted(above)) {
        // Below "Ann wrote:" it is Ann who forwards.
        const bool attributed = EndsInColon(TrimBlanks(above)) != 0;
        std::optional<InlineForward> found = InQuote(line.begin);
        if (found && (forward || !attributed)) return found;
      }
      above = line.text;
      continue;
    }
    above = line.text;
    if (inside) continue;

    std::string_view dashes = TrimBlanks(line.text);
    if (TakeDashes(&dashes) >= 5 && dashes.empty()) {
      rule = line.begin;
      continue;
    }
    size_t rest = 0;
    const Marker marker = MarkerOf(line.text, &rest);
    if (marker != Marker::kNone && marker != Marker::kEnd) {
      std::optional<InlineForward> found =
          rest == line.text.npos ? Below(line.begin, marker, line.next) : Behind(line.begin, rest);
      if (found && (forward || !ReplyAbove(line.begin))) return found;
      if (found || marker == Marker::kOriginal) return std::nullopt;
    }
    if (const std::optional<HeaderBlock> block = ReadHeaderBlock(text_, line.begin)) {
      if (!Tells(block->language)) return std::nullopt;
      return Make(rule != text_.npos ? rule : line.begin, text_, block, block->end);
    }
    rule = text_.npos;
  }
  return std::nullopt;
}

// Reading of an attached original.

std::string LowerDomain(const Mailbox& mailbox) {
  std::string text(mailbox.local);
  if (!mailbox.domain.empty()) text += "@" + base::LowerAscii(mailbox.domain);
  return text;
}

std::vector<std::string> Specs(const std::vector<Mailbox>& mailboxes) {
  std::vector<std::string> out;
  out.reserve(mailboxes.size());
  std::transform(mailboxes.begin(), mailboxes.end(), std::back_inserter(out), LowerDomain);
  return out;
}

// A phrase (RFC 5322, 3.2.5) as people read it.
std::string PhraseText(std::string_view display, CharsetDecoder* charsets) {
  bool clean = true;
  const std::string decoded = DecodeText(display, charsets, &clean);
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < decoded.size(); ++i) {
    if (decoded[i] == '"') {
      quoted = !quoted;
    } else {
      if (quoted && decoded[i] == '\\' && i + 1 < decoded.size()) ++i;
      out += decoded[i];
    }
  }
  return std::string(TrimBlanks(out));
}

// The first text/plain part that says something, else the text of the first text/html part.
std::string TextOf(const Envelope& envelope, const MailLimits& limits, CharsetDecoder* charsets) {
  const char eol = LineEndOf(envelope.raw);
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  MimeWalker walker(envelope, limits, &log);
  std::optional<Leaf> html;
  for (Leaf leaf; walker.Next(&leaf);) {
    bool clean = true;
    const bool named = FindText(leaf.disposition, "filename", charsets, &clean) ||
                       FindText(leaf.content_type, "name", charsets, &clean);
    if (IsAttachment(leaf, FirstWord(leaf.disposition), named)) continue;
    if (leaf.type == "text/html" && !html) html = leaf;
    if (leaf.type != "text/plain") continue;
    std::string text = ReadLeafText(leaf, eol, limits.text_bytes, charsets).text;
    if (!text.empty()) return text;
  }
  if (!html) return {};
  return TextOfHtml(ReadLeafText(*html, eol, limits.text_bytes, charsets).text).text;
}

ForwardedMail ReadOriginal(std::string_view raw, const MailLimits& limits) {
  EnvelopeScanner scanner(limits);
  const Envelope& envelope = scanner.Scan(raw);
  CharsetDecoder charsets;
  ForwardedMail mail;
  mail.attached = true;
  if (!envelope.from.empty()) {
    mail.from = LowerDomain(envelope.from.front());
    std::string name = PhraseText(envelope.from.front().display, &charsets);
    if (!name.empty()) mail.from_name = std::move(name);
  }
  mail.to = Specs(envelope.to);
  mail.cc = Specs(envelope.cc);
  if (envelope.date.data() != nullptr) {
    mail.date_text = Unfold(envelope.date);
    mail.date = ParseDate(envelope.date);
  }
  bool clean = true;
  if (envelope.subject.data() != nullptr) mail.subject = DecodeText(envelope.subject, &charsets, &clean);
  if (!envelope.message_id.empty()) mail.message_id = std::string(envelope.message_id);
  mail.text = TextOf(envelope, limits, &charsets);
  return mail;
}

}  // namespace

std::optional<InlineForward> FindInlineForward(std::string_view text, std::span<const TextMark> marks,
                                               std::string_view subject) {
  return Finder(text, marks, subject).Find();
}

std::optional<ForwardedMail> ReadAttachedForward(const Envelope& envelope, const MailLimits& limits) {
  const std::string type = MediaType(envelope.content_type, "text/plain");
  if (type == "multipart/report") return std::nullopt;
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  MimeWalker walker(envelope, limits, &log);
  for (Leaf leaf; walker.Next(&leaf);) {
    if ((leaf.type != "message/rfc822" && leaf.type != "message/global") || walker.InDigest()) continue;
    const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
    if (encoding == TransferEncoding::kIdentity) return ReadOriginal(leaf.body, limits);
    std::string decoded;  // RFC 2046, 5.2.1, forbids an encoding, and senders do it
    StringSink sink(&decoded);
    DecodeTransfer(leaf.body, encoding, &sink);
    return ReadOriginal(decoded, limits);
  }
  return std::nullopt;
}

}  // namespace casecomm::scan
