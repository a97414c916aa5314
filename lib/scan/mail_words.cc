// SPDX-License-Identifier: Apache-2.0
#include "scan/mail_words.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "scan/charset.h"
#include "scan/encoded_word.h"
#include "scan/field.h"
#include "scan/hex.h"

namespace casecomm::scan {
namespace {

// What stands in front of the colon.
constexpr std::string_view kAutoReplySubjects[] = {
    "automatic reply",          // Exchange 2010 and later, Outlook.com: en
    "out of office autoreply",  // Exchange 2003, 2007
    "automatische antwort",     // de
    "automatisch antwoord",     // nl
    "réponse automatique",      // fr
    "respuesta automática",     // es
    "resposta automática",      // pt
    "resposta automàtica",      // ca
    "risposta automatica",      // it
    "automatiskt svar",         // sv
    "automatisk svar",          // da, nb
    "autosvar",                 // sv, older
    "automaattinen vastaus",    // fi
    "automaatvastus",           // et
    "automātiska atbilde",      // lv
    "automatinis atsakymas",    // lt
    "odpowiedź automatyczna",   // pl
    "automatická odpověď",      // cs
    "automatická odpoveď",      // sk
    "automatikus válasz",       // hu
    "răspuns automat",          // ro
    "automatski odgovor",       // hr
    "samodejni odgovor",        // sl
    "автоматический ответ",     // ru
    "Автоматический ответ",     //
    "автоматична відповідь",    // uk
    "Автоматична відповідь",    //
    "автоматичен отговор",      // bg
    "Автоматичен отговор",      //
    "αυτόματη απάντηση",        // el
    "Αυτόματη απάντηση",        //
    "otomatik yanıt",           // tr
    "תשובה אוטומטית",           // he
    "رد تلقائي",                // ar
    "trả lời tự động",          // vi
    "การตอบกลับอัตโนมัติ",          // th
    "自動応答",                 // ja
    "자동 회신",                // ko
    "自动答复",                 // zh, Exchange
    "自動回覆",                 // zh, Exchange, traditional
    "自动回复",                 // zh, QQ and 163
    "自動回復",                 // zh, traditional
    "自動返信",                 // ja, mail forms and providers
    "автоответ",                // ru, Mail.ru and Yandex
    "Автоответ",                //
    "automatyczna odpowiedź",   // pl, wp.pl, in brackets
    "auto-reply",               // hMailServer
    "auto reply",               //
    "autoreply",                //
    "auto-response",            //
    "auto response",            //
    "autoresponse",             //
    "automatic response",       // AOL
};

// Alone they prove nothing. In front of a colon, or the whole subject.
constexpr std::string_view kOutOfOfficeSubjects[] = {
    "out of office",
    "out of office alert",
    "out of office message",
    "out of office notification",
    "out of office reply",
    "out of the office",
    "out-of-office",
    "ooo",
    "auto",
    "autoreply",
    "auto-reply",
    "auto reply",
    "autoresponse",
    "auto-response",
    "auto response",
    "abwesenheitsnotiz",
    "abwesenheit",
    "abwesend",
    "absence du bureau",
    "absent du bureau",
    "absente du bureau",
    "fuera de la oficina",
    "fora do escritório",
    "fuori ufficio",
    "fuori sede",
    "afwezig",
    "afwezigheidsbericht",
    "frånvaro",
    "frånvarande",
    "fravær",
    "poissa",
    "poza biurem",
    "mimo kancelář",
    "házon kívül",
};

// What stands at the front.
constexpr std::string_view kReportSubjects[] = {
    "undeliverable",
    "undelivered mail",
    "undelivered message",
    "undeliverd",
    "undelivered:",
    "unable to deliver",
    "unzustellbar",
    "nicht zustellbar",
    "nachricht unzustellbar",
    "delivery status notification",
    "delivery status:",
    "delivery notification",
    "delivery report",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery error",
    "delivery problem",
    "delivery delayed",
    "delivery unsuccessful",
    "delivery incomplete",
    "mail delivery fail",
    "mail delivery problem",
    "mail delivery error",
    "mail delivery system",
    "mail delivery subsystem",
    "mail delivery delayed",
    "mail delivery status",
    "mail delivery notification",
    "mail delivery report",
    "mail delivery unsuccessful",
    "mail delivery warning",
    "permanent delivery failure",
    "email delivery fail",
    "e-mail delivery fail",
    "message delivery fail",
    "message delivery delayed",
    "message delivery has been delayed",
    "message undeliverable",
    "message not delivered",
    "message delayed",
    "message could not be delivered",
    "message status - undeliverable",
    "mail undeliverable",
    "mail not delivered",
    "mail could not be delivered",
    "mail status report",
    "mail system error",
    "mail returned",
    "mail failure",
    "mail error",
    "failure notice",
    "failure delivery",
    "failed delivery",
    "failed mail",
    "failed message",
    "mail failed",
    "failure:",
    "returned mail",
    "returned email",
    "returned e-mail",
    "returned message",
    "returned to sender",
    "return mail",
    "return to sender",
    "returning message to sender",
    "non delivery",
    "non-delivery",
    "nondelivery",
    "nondeliverable",
    "non-deliverable",
    "non deliverable",
    "not delivered",
    "could not send message",
    "could not deliver",
    "cannot deliver",
    "can't deliver",
    "warning: could not send message",
    "warning: message",
    "warning: mail",
    "delayed mail",
    "delayed delivery",
    "delivery delay",
    "email not delivered",
    "email undeliverable",
    "your message could not be delivered",
    "your mail could not be delivered",
    "your email could not be delivered",
    "sorry, your message could not be delivered",
    "there was an error sending your mail",
    "rejected mail",
    "bounced mail",
    "message bounced",
    "relayed:",
    "delivered:",
    "expanded:",
    "successful mail delivery report",
    "address not found",
    // Exchange, in other languages
    "unzustellbar:",
    "zustellung fehlgeschlagen",
    "zustellung verzögert",
    "benachrichtigung zum übermittlungsstatus",
    "benachrichtigung zum Übermittlungsstatus",
    "non remis",
    "non distribuable",
    "notification d'état de remise",
    "remise différée",
    "no se puede entregar",
    "no entregado",
    "notificación de estado de entrega",
    "entrega retrasada",
    "não é possível entregar",
    "não entregue",
    "não foi possível entregar",
    "notificação de status de entrega",
    "non recapitabile",
    "notifica dello stato di recapito",
    "onbestelbaar",
    "niet te bezorgen",
    "olevererbart",
    "ej levererat",
    "kan ikke leveres",
    "uleverbar",
    "kan ikke levere",
    "ei voi toimittaa",
    "toimittamaton",
    "niedostarczalne",
    "nie można dostarczyć",
    "nedoručitelné",
    "nedoručiteľné",
    "kézbesíthetetlen",
    "nelivrabil",
    "nu se poate livra",
    "neisporučivo",
    "nedostavljivo",
    "teslim edilemedi",
    "Недоставленное",
    "недоставленное",
    "Не удается доставить",
    "не удается доставить",
    "Не доставлено",
    "Неможливо доставити",
    "Αδύνατη η παράδοση",
    "配信不能",
    "配信できません",
    "メッセージを配信できません",
    "メールエラー通知",
    "送信エラー通知",
    "无法送达",
    "无法传递",
    "未送达",
    "無法傳遞",
    "無法傳送",
    "系统退信",
    "退信通知",
    "배달되지 않음",
    "배달할 수 없음",
    "לא ניתן למסירה",
    "غير قابل للتسليم",
};

constexpr std::string_view kReportSentences[] = {
    // qmail
    "this is the qmail-send program at",
    "i wasn't able to deliver your message to the following addresses",
    "i wasn't able to deliver the following message",
    "i tried to deliver a bounce message to this address",
    // Postfix
    "this is the postfix program at host",
    "this is the mail system at host",
    "your message could not be delivered to one or more recipients",
    "your message could not be delivered for",
    // Exim
    "this message was created automatically by mail delivery software",
    "a message that you sent could not be delivered",
    "a message that you sent has not yet been delivered",
    "a message that you sent was rejected",
    // sendmail
    "the following addresses had permanent",
    "the following addresses had delivery",
    "the following addresses had transient",
    "----- transcript of session follows -----",
    "could not send message for past",
    // Exchange
    "did not reach the following recipient(s)",
    "your message did not reach some or all of the intended recipients",
    "delivery to the following recipients failed",
    "delivery to the following recipients has been delayed",
    "delivery has failed to these recipients",
    "the following recipient(s) could not be reached",
    "the following recipient(s) cannot be reached",
    "your message wasn't delivered to anyone",
    "zustellung fehlgeschlagen bei diesen empfängern",
    "fehler bei der nachrichtenzustellung an folgende empfänger",
    "Échec de la remise pour ces destinataires",
    "error en la entrega a estos destinatarios",
    // Gmail
    "delivery to the following recipient failed",
    "delivery to the following recipient has been delayed",
    "your message wasn't delivered to",
    "there was a problem delivering your message to",
    "there was a temporary problem while delivering your message to",
    "this is an automatically generated delivery status notification",
    // Yahoo, AOL, Apple, Hotmail
    "sorry, we were unable to deliver your message",
    "unable to deliver message to the following address",
    "the following errors occurred when trying to deliver this mail",
    "your mail to the following recipients could not be delivered",
    "your e-mail is being returned to you because there was a problem",
    // HCL Notes, GroupWise, IMail, MDaemon, CommuniGate, Oracle, Courier, InterScan, SurgeMail
    "was not delivered to:",
    "the message that you sent was undeliverable to the following",
    "the message that you have sent was undeliverable",
    "delivery failed # attempts",
    "undeliverable to the following",
    "the attached message had permanent fatal delivery errors",
    "the following message could not be delivered",
    "failed to deliver to '",
    "your message cannot be delivered to the following recipients",
    "this report relates to a message you sent with the following header fields",
    "this is a delivery status notification from",
    "the original message was received at",
    "your message was not delivered to the following recipients",
    "this message could not be delivered to",
    "the message could not be delivered to",
    "message could not be delivered to the following",
    "could not be delivered to the following recipient",
    "could not be delivered to the following address",
    "delivery of email to this address",
    "the message you sent to",
    "unable to deliver your message to",
    "delivery of the message to the following",
    "this user doesn't have a",
    "delivery failed to the following recipient",
    "message delivery to the following recipient",
    "we were unable to deliver your message",
    "unknown local part",
    "recipient mailbox is full",
    "user mailbox exceeds allowed size",
    "unable to deliver the following message",
    "status of the message delivery",
    "message was undeliverable",
    "your message has not been delivered",
    "no such user here",
    "not a valid user here",
    // InterScan, JetMail, USA.NET, Smail, SmarterMail, amavis, MailMarshal, MessageLabs, GoDaddy, KDDI, m-FILTER
    "the following mail could not be delivered",
    "your mail cannot be delivered to the following address",
    "the following mail has been returned because",
    "failed addresses follow:",
    "could not deliver message to the following recipient",
    "--- failed recipients ---",
    "--- non-delivery report ---",
    "the following recipients returned permanent errors",
    "the message was not relayed to:",
    "could not be delivered because of",
    "i was unable to deliver your message to the following address",
    "your mail message to the following address(es) could not be delivered",
    "each of the following recipients was rejected by",
    "could not be delivered to: <",
    "このメールは送信できませんでした",
    "一杯のため、送信できませんでした",
    "エラーのため送信できませんでした",
    // Mail.ru, Yandex, 163.com, QQ
    "Это письмо создано автоматически сервером mail.ru",
    "Это письмо отправлено почтовым сервером yandex",
    "您的邮件被退回",
    "很抱歉您发送的邮件被退回",
    "退信原因",
    "邮件无法送达",
};

constexpr std::string_view kDaemons[] = {
    "mailer-daemon", "mailer_daemon", "mailerdaemon", "mailer.daemon", "mail-daemon",   "mail_daemon",   "maildaemon",
    "mdaemon",       "mail-system",   "mailsystem",   "double-bounce", "mail-delivery", "mail.delivery", "maildelivery",
};
// Programs that write reports beside much else: no-reply addresses, and the defaults of gateways.
constexpr std::string_view kRoles[] = {
    "ndr",           "no-reply",      "noreply",      "no_reply",   "do-not-reply", "donotreply",
    "mailadm",       "administrator", "mailadmin",    "mail-admin", "mailerror",    "system administrator",
    "bounce-notify", "mail-service",  "mail_service",
};
constexpr std::string_view kSmtp = "smtp";  // E500_SMTP_Mail_Service, Symantec_AntiVirus_for_SMTP_Gateways

// Exchange writes as MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e.
constexpr std::string_view kExchange = "microsoftexchange3";

constexpr std::string_view kNoBreak = "\xc2\xa0", kNarrowNoBreak = "\xe2\x80\xaf", kIdeographicBlank = "\xe3\x80\x80";
constexpr std::string_view kApostrophe = "\xe2\x80\x99", kWideColon = "\xef\xbc\x9a";

// UTF-8 that is read as another character.
constexpr struct {
  std::string_view from;
  char to;
} kSame[] = {{kNoBreak, ' '}, {kNarrowNoBreak, ' '}, {kIdeographicBlank, ' '}, {kApostrophe, '\''}, {kWideColon, ':'}};

// True where `text` begins with one of the list and a colon, or its end, follows.
template <size_t kSize>
bool IsBeforeColon(std::string_view text, const std::string_view (&list)[kSize], bool end_too) {
  return std::any_of(std::begin(list), std::end(list), [&](std::string_view front) {
    if (!text.starts_with(front)) return false;
    std::string_view rest = text.substr(front.size());
    if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return rest.empty() ? end_too : rest.front() == ':';
  });
}

template <size_t kSize>
bool BeginsWithOne(std::string_view text, const std::string_view (&list)[kSize]) {
  return std::any_of(std::begin(list), std::end(list), [&](std::string_view front) { return text.starts_with(front); });
}

// Whether the text holds the sentence, where "#" stands for a number.
bool Holds(std::string_view folded, std::string_view sentence) {
  const size_t number = sentence.find('#');
  const std::string_view front = sentence.substr(0, number);
  for (size_t pos = folded.find(front); pos != folded.npos; pos = folded.find(front, pos + 1)) {
    if (number == sentence.npos) return true;
    std::string_view rest = folded.substr(pos + front.size());
    const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits > 0 && rest.substr(digits).starts_with(sentence.substr(number + 1))) return true;
  }
  return false;
}

enum class WordCharset { kUtf8, kLatin1, kOther };

WordCharset WordCharsetOf(std::string_view name) {
  name = name.substr(0, name.find('*'));  // RFC 2231, 5: a language
  if (base::EqualFoldAscii(name, "utf-8") || base::EqualFoldAscii(name, "us-ascii")) return WordCharset::kUtf8;
  return base::EqualFoldAscii(name, "iso-8859-1") ? WordCharset::kLatin1 : WordCharset::kOther;
}

constexpr int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Collects the bytes of a subject, as UTF-8, before they are folded.
class SubjectBytes {
 public:
  void Put(char c, WordCharset charset) {
    const auto byte = static_cast<unsigned char>(c);
    if (charset == WordCharset::kLatin1 && byte >= 0x80) {
      Add(static_cast<char>(0xc0 | (byte >> 6)));
      c = static_cast<char>(0x80 | (byte & 0x3f));
    }
    Add(c);
  }

  void PutQ(std::string_view text, WordCharset charset) {
    for (size_t i = 0; i < text.size(); ++i) {
      const int byte = text[i] == '=' ? HexByte(text, i) : -1;
      Put(byte >= 0 ? static_cast<char>(byte) : text[i] == '_' ? ' ' : text[i], charset);
      if (byte >= 0) i += 2;
    }
  }

  void PutB(std::string_view text, WordCharset charset) {
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
      const int value = Base64Value(c);
      if (value < 0) continue;
      bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffff;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      Put(static_cast<char>(bits >> count & 0xff), charset);
    }
  }

  bool full() const { return size_ == bytes_.size(); }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  void Add(char c) {
    if (!full()) bytes_[size_++] = c;
  }

  std::array<char, 512> bytes_;
  size_t size_ = 0;
};

constexpr size_t kSubjectFront = 1024;

// False where a charset needs the tables of the real decoder.
bool DecodeSimple(std::string_view raw, SubjectBytes* out) {
  bool after_word = false;
  for (size_t pos = 0; pos < raw.size() && !out->full();) {
    const size_t word = std::min(raw.find("=?", pos), raw.size());
    const std::string_view between = raw.substr(pos, word - pos);
    if (!after_word || !TrimSpace(between).empty()) {
      for (const char c : between) out->Put(c, WordCharset::kUtf8);
    }
    if (word == raw.size()) break;
    const size_t charset_end = raw.find('?', word + 2);
    const size_t data = charset_end == raw.npos ? raw.npos : charset_end + 3;
    const size_t end = data == raw.npos || data > raw.size() ? raw.npos : raw.find("?=", data);
    if (end == raw.npos || raw[data - 1] != '?') {
      for (const char c : raw.substr(word, 2)) out->Put(c, WordCharset::kUtf8);
      pos = word + 2;
      after_word = false;
      continue;
    }
    const WordCharset charset = WordCharsetOf(raw.substr(word + 2, charset_end - word - 2));
    if (charset == WordCharset::kOther) return false;
    const std::string_view text = raw.substr(data, end - data);
    base::FoldAscii(raw[data - 2]) == 'b' ? out->PutB(text, charset) : out->PutQ(text, charset);
    pos = end + 2;
    after_word = true;
  }
  return true;
}

// The subject behind the tags that lists put in front of it.
std::string_view WithoutTags(std::string_view folded) {
  while (!folded.empty() && folded.front() == '[') {
    const size_t end = folded.find(']');
    if (end == folded.npos) break;
    folded.remove_prefix(end + 1);
    if (!folded.empty() && folded.front() == ' ') folded.remove_prefix(1);
  }
  return folded;
}

}  // namespace

void FoldedText::Put(char c) {
  if (IsSpace(c)) {
    if (size_ == 0 || bytes_[size_ - 1] == ' ') return;
    c = ' ';
  }
  if (size_ < bytes_.size()) bytes_[size_++] = base::FoldAscii(c);
}

void FoldedText::Append(std::string_view text) {
  for (size_t i = 0; i < text.size() && size_ < bytes_.size();) {
    size_t length = 1;
    char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      for (const auto& same : kSame) {
        if (!text.substr(i).starts_with(same.from)) continue;
        c = same.to;
        length = same.from.size();
        break;
      }
    }
    Put(c);
    i += length;
  }
}

void FoldSubject(std::string_view raw, FoldedText* out) {
  out->Clear();
  const std::string_view front = raw.substr(0, kSubjectFront);
  SubjectBytes bytes;
  if (DecodeSimple(front, &bytes) && base::Utf8Prefix(bytes.view()) + 4 > bytes.view().size()) {
    out->Append(bytes.view());
    return;
  }
  CharsetDecoder charsets;
  bool clean = true;
  out->Append(DecodeText(front, &charsets, &clean));
}

std::string FoldReportText(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = NextLine(text, pos, '\n');
    const std::string_view line = text.substr(pos, end - pos);
    pos = end;
    if (line.front() == '>') continue;
    for (size_t i = 0; i < line.size();) {
      size_t length = 1;
      char c = line[i];
      if (static_cast<unsigned char>(c) >= 0x80) {
        for (const auto& same : kSame) {
          if (!line.substr(i).starts_with(same.from)) continue;
          c = same.to;
          length = same.from.size();
          break;
        }
      }
      if (!IsSpace(c)) {
        folded += base::FoldAscii(c);
      } else if (!folded.empty() && folded.back() != ' ') {
        folded += ' ';
      }
      i += length;
    }
  }
  return folded;
}

bool IsAutoReplySubject(std::string_view folded) {
  const size_t end = folded.starts_with('[') ? folded.find(']') : folded.npos;
  if (end != folded.npos) {
    return std::find(std::begin(kAutoReplySubjects), std::end(kAutoReplySubjects), folded.substr(1, end - 1)) !=
           std::end(kAutoReplySubjects);
  }
  return IsBeforeColon(folded, kAutoReplySubjects, false);
}

bool IsNotesOutOfOffice(std::string_view folded) {
  return folded.starts_with("auto: ") && folded.find(" is out of the office") != folded.npos;
}

bool IsOutOfOfficeSubject(std::string_view folded) {
  return IsBeforeColon(folded, kOutOfOfficeSubjects, true);
}

bool IsReportSubject(std::string_view folded) {
  folded = WithoutTags(folded);
  if (BeginsWithOne(folded, kReportSubjects)) return true;
  // "Your message to ann@partner.example could not be delivered."
  return folded.starts_with("your message to ") && folded.find(" could not be delivered") != folded.npos;
}

bool IsReportText(std::string_view folded) {
  return std::any_of(std::begin(kReportSentences), std::end(kReportSentences),
                     [&](std::string_view sentence) { return Holds(folded, sentence); });
}

bool IsDaemon(std::string_view local) {
  return base::StartsWithFoldAscii(local, kExchange) ||
         std::any_of(std::begin(kDaemons), std::end(kDaemons),
                     [&](std::string_view name) { return base::EqualFoldAscii(local, name); });
}

bool IsPostmaster(std::string_view local) {
  return base::EqualFoldAscii(local, "postmaster") || base::EqualFoldAscii(local, "post_master");
}

bool IsRole(std::string_view local) {
  if (local.size() > 1 && local.front() == '"' && local.back() == '"') local = local.substr(1, local.size() - 2);
  return base::LowerAscii(local).find(kSmtp) != std::string::npos ||
         std::any_of(std::begin(kRoles), std::end(kRoles),
                     [&](std::string_view name) { return base::EqualFoldAscii(local, name); });
}

}  // namespace casecomm::scan
