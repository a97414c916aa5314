// SPDX-License-Identifier: Apache-2.0
#include "scan/forward_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"
#include "scan/attribution.h"
#include "scan/header_block.h"

namespace casecomm::scan {
namespace {

// What clients write between dashes, or with a colon behind: "-------- Forwarded Message --------".
constexpr std::string_view kTitles[] = {"Forwarded message",
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
                                        "Pārsūtīts ziņojums"};

// What Apple Mail writes, a colon behind and nothing around it.
constexpr std::string_view kBeginnings[] = {"Begin forwarded message",
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
                                            "Mulai pesan diteruskan"};

// Dashes in front, and a name behind: Mutt, Pine, Notes.
constexpr std::string_view kTitlesWithName[] = {"Forwarded message from",
                                                "Forwarded by",
                                                "Weitergeleitet von",
                                                "Weitergeleitete Nachricht von",
                                                "Transféré par",
                                                "Message transféré de",
                                                "Reenviado por",
                                                "Mensaje reenviado de",
                                                "Inoltrato da",
                                                "Messaggio inoltrato da",
                                                "Encaminhado por",
                                                "Mensagem encaminhada de",
                                                "Doorgestuurd door",
                                                "Doorgestuurd bericht van",
                                                "Przekazane przez",
                                                "Przekazana wiadomość od",
                                                "Пересланное сообщение от",
                                                "Vidarebefordrat av",
                                                "Vidarebefordrat meddelande från",
                                                "Videresendt af",
                                                "Videresendt av",
                                                "Přeposlaná zpráva od",
                                                "Mesaj redirecționat de la"};

// Where the forwarded mail ends, between dashes.
constexpr std::string_view kEndings[] = {
    "End forwarded message",           "End of forwarded message",      "Ende der weitergeleiteten Nachricht",
    "Fin du message transféré",        "Fin du message réexpédié",      "Fin del mensaje reenviado",
    "Fine messaggio inoltrato",        "Fim da mensagem encaminhada",   "Einde doorgestuurd bericht",
    "Koniec przekazanej wiadomości",   "Конец пересылаемого сообщения", "Завершение пересылаемого сообщения",
    "Кінець пересланого повідомлення", "Кінець листа, що пересилається"};

// The subjects of forwards begin so, a colon behind. Finnish "VS:" is a reply: see KindOfSubject.
constexpr std::string_view kPrefixes[] = {"Fwd",
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
                                          "Doorgestuurd"};

constexpr size_t kLongestMarker = 300;  // bytes of a line
constexpr std::string_view kDashes[] = {"-", "_", "=", "*", "~", "–", "—", "―", "─", "－"};

// Sorted folded phrases.
class Phrases {
 public:
  template <size_t n>
  explicit Phrases(const std::string_view (&phrases)[n]) {
    for (const std::string_view phrase : phrases) folded_.push_back(FoldLabel(phrase));
    std::sort(folded_.begin(), folded_.end());
    for (const std::string& phrase : folded_) begins_[static_cast<unsigned char>(phrase.front())] = true;
  }

  // False where no phrase can be what `text` folds to. Behind an ASCII character nothing composes with the first one.
  bool MayHave(std::string_view text) const {
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    return text.size() < 2 || !ascii(text[0]) || !ascii(text[1]) ||
           begins_[static_cast<unsigned char>(base::FoldAscii(text[0]))];
  }

  bool Has(std::string_view folded) const { return std::binary_search(folded_.begin(), folded_.end(), folded); }
  bool HasFrontOf(std::string_view folded) const {
    return std::any_of(folded_.begin(), folded_.end(), [&](const std::string& phrase) {
      return folded.size() > phrase.size() && folded.substr(0, phrase.size()) == phrase && folded[phrase.size()] == ' ';
    });
  }

 private:
  std::vector<std::string> folded_;
  std::array<bool, 256> begins_{};  // the first bytes of them
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

// The bytes that they begin with.
constexpr auto kDashBytes = [] {
  std::array<bool, 256> bytes{};
  for (const std::string_view dash : kDashes) bytes[static_cast<unsigned char>(dash.front())] = true;
  return bytes;
}();

size_t DashAt(std::string_view text) {
  if (text.empty() || !kDashBytes[static_cast<unsigned char>(text.front())]) return 0;
  for (const std::string_view dash : kDashes) {
    if (text.front() == dash.front() && text.substr(0, dash.size()) == dash) return dash.size();
  }
  return 0;
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

// Of a line that has dashes on both sides.
Marker DashedMarkerOf(std::string_view line, size_t* rest) {
  std::string_view inner = TrimBlanks(line.substr(0, kLongestMarker));
  if (TakeDashes(&inner) < 2) return Marker::kNone;
  const size_t end = FindDashes(inner);
  std::string_view behind = inner.substr(end);
  if (TakeDashes(&behind) < 2) return Marker::kNone;
  behind = TrimBlanks(behind);
  const std::string phrase = FoldPhrase(inner.substr(0, end));
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

}  // namespace

size_t TakeDashes(std::string_view* text) {
  size_t count = 0;
  for (size_t size; (size = DashAt(*text)) != 0; ++count) text->remove_prefix(size);
  return count;
}

size_t EndsInColon(std::string_view text) {
  constexpr std::string_view kWide = "：";
  if (!text.empty() && text.back() == ':') return 1;
  return text.size() >= kWide.size() && text.substr(text.size() - kWide.size()) == kWide ? kWide.size() : 0;
}

Marker MarkerOf(std::string_view line, size_t* rest) {
  *rest = line.npos;
  if (const Marker dashed = DashedMarkerOf(line, rest); dashed != Marker::kNone) return dashed;
  if (line.size() > kLongestMarker) return Marker::kNone;
  std::string_view text = TrimBlanks(line);
  while (!text.empty() && text.back() == '*') text = TrimBlanks(text.substr(0, text.size() - 1));
  while (!text.empty() && text.front() == '*') text = TrimBlanks(text.substr(1));
  const size_t colon = EndsInColon(text);
  if (colon == 0) return Marker::kNone;
  text = TrimBlanks(text.substr(0, text.size() - colon));
  if (!Beginnings().MayHave(text) && !Titles().MayHave(text)) return Marker::kNone;
  const std::string phrase = FoldPhrase(text);
  if (Beginnings().Has(phrase)) return Marker::kForward;
  return Titles().Has(phrase) ? Marker::kWeak : Marker::kNone;
}

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

}  // namespace casecomm::scan
