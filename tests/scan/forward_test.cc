// SPDX-License-Identifier: Apache-2.0
#include "scan/forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scan/field.h"
#include "tests/base/random.h"
#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kMoment = 1736845920;  // 2025-01-14 09:12:00 UTC

// What the clients write in a language. Labels: From, Date, To, Cc, Subject.
struct Words {
  std::string_view language;
  std::string_view title;      // between dashes: Thunderbird, Yahoo, Gmail
  std::string_view beginning;  // Apple Mail's line
  std::string_view prefix;     // Outlook's, in front of the subject
  std::string_view reply;      // the same of a reply
  std::array<std::string_view, 5> outlook, apple;
  std::string_view outlook_date, apple_date;  // kMoment
  std::string_view attribution;               // above a reply's quote
  std::string_view look_alike;                // prose that is like a forward and is none
};

constexpr Words kWords[] = {
    {"en",
     "Forwarded Message",
     "Begin forwarded message:",
     "FW:",
     "RE:",
     {"From:", "Sent:", "To:", "Cc:", "Subject:"},
     {"From:", "Date:", "To:", "Cc:", "Subject:"},
     "Tuesday, January 14, 2025 9:12 AM",
     "January 14, 2025 at 9:12:00 AM GMT",
     "On Tue, Jan 14, 2025 at 9:12 AM Ann <ann@x.example> wrote:",
     "The line \"Begin forwarded message:\" is missing.\nFrom: here to there\nit was a forwarded message."},
    {"de",
     "Weitergeleitete Nachricht",
     "Anfang der weitergeleiteten Nachricht:",
     "WG:",
     "AW:",
     {"Von:", "Gesendet:", "An:", "Cc:", "Betreff:"},
     {"Von:", "Datum:", "An:", "Kopie:", "Betreff:"},
     "Dienstag, 14. Januar 2025 09:12",
     "14. Januar 2025 um 10:12:00 MEZ",
     "Am 14.01.2025 um 09:12 schrieb Ann <ann@x.example>:",
     "Das ist eine weitergeleitete Nachricht.\nVon: Anfang bis Ende\nWeitergeleitete Nachricht folgt."},
    {"fr",
     "Message transféré",
     "Début du message réexpédié :",
     "TR :",
     "RE :",
     {"De :", "Envoyé :", "À :", "Cc :", "Objet :"},
     {"De :", "Date :", "À :", "Cc :", "Objet :"},
     "mardi 14 janvier 2025 09:12",
     "14 janvier 2025 à 09:12:00 UTC",
     "Le mar. 14 janv. 2025 à 09:12, Ann <ann@x.example> a écrit :",
     "Le message transféré : rien de neuf\nDe : Paris\nc'est loin."},
    {"es",
     "Mensaje reenviado",
     "Inicio del mensaje reenviado:",
     "RV:",
     "RE:",
     {"De:", "Enviado:", "Para:", "CC:", "Asunto:"},
     {"De:", "Fecha:", "Para:", "Cc:", "Asunto:"},
     "martes, 14 de enero de 2025 9:12",
     "14 de enero de 2025, 9:12:00 GMT",
     "El mar, 14 ene 2025 a las 9:12, Ann (<ann@x.example>) escribió:",
     "El mensaje reenviado llegó ayer.\nDe: Madrid\nPara: siempre\n"},
    {"it",
     "Messaggio inoltrato",
     "Inizio messaggio inoltrato:",
     "I:",
     "R:",
     {"Da:", "Inviato:", "A:", "Cc:", "Oggetto:"},
     {"Da:", "Data:", "A:", "Cc:", "Oggetto:"},
     "martedì 14 gennaio 2025 09:12",
     "14 gennaio 2025 alle ore 09:12:00 UTC",
     "Il giorno mar 14 gen 2025 alle ore 09:12 Ann <ann@x.example> ha scritto:",
     "Ecco il messaggio inoltrato.\nDa: Roma\nA: Milano\n"},
    {"pt",
     "Mensagem encaminhada",
     "Início da mensagem encaminhada:",
     "ENC:",
     "RES:",
     {"De:", "Enviada em:", "Para:", "Cc:", "Assunto:"},
     {"De:", "Data:", "Para:", "Cc:", "Assunto:"},
     "terça-feira, 14 de janeiro de 2025 09:12",
     "14 de janeiro de 2025 às 09:12:00 GMT",
     "Em ter., 14 de jan. de 2025 às 09:12, Ann <ann@x.example> escreveu:",
     "A mensagem encaminhada chegou.\nDe: cá\nPara: lá\n"},
    {"nl",
     "Doorgestuurd bericht",
     "Begin doorgestuurd bericht:",
     "Doorst:",
     "Antw:",
     {"Van:", "Verzonden:", "Aan:", "CC:", "Onderwerp:"},
     {"Van:", "Datum:", "Aan:", "Kopie:", "Onderwerp:"},
     "dinsdag 14 januari 2025 9:12",
     "14 januari 2025 om 09:12:00 UTC",
     "Op di 14 jan. 2025 om 09:12 schreef Ann <ann@x.example>:",
     "Het doorgestuurd bericht is er.\nVan: hier\nAan: daar\n"},
    {"pl",
     "Przekazana wiadomość",
     "Początek przekazywanej wiadomości:",
     "PD:",
     "ODP:",
     {"Od:", "Wysłano:", "Do:", "DW:", "Temat:"},
     {"Od:", "Data:", "Do:", "Dw:", "Temat:"},
     "wtorek, 14 stycznia 2025 09:12",
     "14 stycznia 2025 o 09:12:00 UTC",
     "wt., 14 sty 2025 o 09:12 Ann <ann@x.example> napisał(a):",
     "To jest przekazana wiadomość.\nOd: rana\nDo: wieczora\n"},
    {"ru",
     "Пересылаемое сообщение",
     "Начало переадресованного сообщения:",
     "FW:",
     "RE:",
     {"От:", "Отправлено:", "Кому:", "Копия:", "Тема:"},
     {"От:", "Дата:", "Кому:", "Копия:", "Тема:"},
     "14 января 2025 г. 9:12",
     "14 января 2025 г. в 12:12:00 GMT+3",
     "вт, 14 янв. 2025 г. в 09:12, Ann <ann@x.example>:",
     "Пересылаемое сообщение готово.\nОт: утра\nКому: всем\n"},
    {"uk",
     "Переслане повідомлення",
     "Початок листа, що пересилається:",
     "FW:",
     "RE:",
     {"Від:", "Надіслано:", "Кому:", "Копія:", "Тема:"},
     {"Від кого:", "Дата:", "Кому:", "Копія:", "Тема:"},
     "вівторок, 14 січня 2025 р. 9:12",
     "14 січня 2025 р. о 11:12:00 GMT+2",
     "вт, 14 січ. 2025 р. о 09:12 Ann <ann@x.example> пише:",
     "Переслане повідомлення вже тут.\nВід: ранку\nКому: усім\n"},
    {"sv",
     "Vidarebefordrat meddelande",
     "Vidarebefordrat brev:",
     "VB:",
     "SV:",
     {"Från:", "Skickat:", "Till:", "Kopia:", "Ämne:"},
     {"Från:", "Datum:", "Till:", "Kopia:", "Ämne:"},
     "den 14 januari 2025 09:12",
     "14 januari 2025 09:12:00 UTC",
     "Den tis 14 jan. 2025 kl 09:12 skrev Ann <ann@x.example>:",
     "Ett vidarebefordrat meddelande kom.\nFrån: norr\nTill: söder\n"},
    {"da",
     "Videresendt meddelelse",
     "Start på videresendt besked:",
     "VS:",
     "SV:",
     {"Fra:", "Sendt:", "Til:", "Cc:", "Emne:"},
     {"Fra:", "Dato:", "Til:", "Cc:", "Emne:"},
     "14. januar 2025 09:12",
     "14. januar 2025 kl. 10.12.00 CET",
     "Den tirs. 14. jan. 2025 kl. 09.12 skrev Ann <ann@x.example>:",
     "En videresendt meddelelse kom.\nFra: nord\nTil: syd\n"},
    {"nb",
     "Videresendt melding",
     "Videresendt melding:",
     "VS:",
     "SV:",
     {"Fra:", "Sendt:", "Til:", "Kopi:", "Emne:"},
     {"Fra:", "Dato:", "Til:", "Kopi:", "Emne:"},
     "tirsdag 14. januar 2025 09:12",
     "14. januar 2025 kl. 09:12:00 UTC",
     "tir. 14. jan. 2025 kl. 09:12 skrev Ann <ann@x.example>:",
     "En videresendt melding kom.\nFra: nord\nTil: sør\n"},
    {"fi",
     "Edelleenlähetetty viesti",
     "Välitetty viesti alkaa:",
     "VL:",
     "VS:",
     {"Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Kopio:", "Aihe:"},
     {"Lähettäjä:", "Päivämäärä:", "Vastaanottaja:", "Kopio:", "Aihe:"},
     "tiistai 14. tammikuuta 2025 9.12",
     "14. tammikuuta 2025 klo 11.12.00 UTC+2",
     "ti 14. tammik. 2025 klo 9.12 Ann (ann@x.example) kirjoitti:",
     "Välitetty viesti tuli.\nLähettäjä: minä\nVastaanottaja: sinä\n"},
    {"cs",
     "Přeposlaná zpráva",
     "Začátek přeposílané zprávy:",
     "FW:",
     "RE:",
     {"Od:", "Odesláno:", "Komu:", "Kopie:", "Předmět:"},
     {"Od:", "Datum:", "Komu:", "Kopie:", "Předmět:"},
     "úterý 14. ledna 2025 9:12",
     "14. ledna 2025 9:12:00 UTC",
     "Dne út 14. 1. 2025 9:12 Ann <ann@x.example> napsal(a):",
     "Přeposlaná zpráva přišla.\nOd: rána\nKomu: všem\n"},
    {"sk",
     "Preposlaná správa",
     "Začiatok preposlanej správy:",
     "FW:",
     "RE:",
     {"Od:", "Odoslané:", "Komu:", "Kópia:", "Predmet:"},
     {"Od:", "Dátum:", "Pre:", "Kópia:", "Predmet:"},
     "utorok 14. januára 2025 9:12",
     "14. januára 2025 o 9:12:00 UTC",
     "ut 14. 1. 2025 o 9:12 Ann <ann@x.example> napísal(a):",
     "Preposlaná správa prišla.\nOd: rána\nPre: všetkých\n"},
    {"hu",
     "Továbbított üzenet",
     "Továbbított levél kezdete:",
     "Továbbítás:",
     "Vá:",
     {"Feladó:", "Elküldve:", "Címzett:", "Másolatot kap:", "Tárgy:"},
     {"Feladó:", "Dátum:", "Címzett:", "Másolat:", "Tárgy:"},
     "2025. január 14., kedd 9:12",
     "2025. január 14. 11:12:00 EET",
     "Ann <ann@x.example> ezt írta (időpont: 2025. jan. 14., K, 9:12):",
     "A továbbított üzenet megjött.\nFeladó: én\nCímzett: te\n"},
    {"ro",
     "Mesaj redirecționat",
     "Începe mesajul redirecționat:",
     "FW:",
     "RE:",
     {"De la:", "Trimis:", "Către:", "Cc:", "Subiect:"},
     {"De la:", "Dată:", "Către:", "Cc:", "Subiect:"},
     "marți, 14 ianuarie 2025 09:12",
     "14 ianuarie 2025 la 09:12:00 UTC",
     "mar., 14 ian. 2025 la 09:12, Ann <ann@x.example> a scris:",
     "Un mesaj redirecționat a sosit.\nDe la: nord\nCătre: sud\n"},
    {"tr",
     "İletilmiş Mesaj",
     "İleti başlangıcı:",
     "İLT:",
     "YNT:",
     {"Kimden:", "Gönderilen:", "Kime:", "Bilgi:", "Konu:"},
     {"Kimden:", "Tarih:", "Kime:", "Bilgi:", "Konu:"},
     "14 Ocak 2025 Salı 09:12",
     "14 Ocak 2025 12:12:00 GMT+3",
     "Ann <ann@x.example>, 14 Oca 2025 Sal, 09:12 tarihinde şunu yazdı:",
     "İletilmiş mesaj geldi.\nKimden: benden\nKime: sana\n"},
    {"el",
     "Προωθημένο μήνυμα",
     "Αρχή προωθημένου μηνύματος:",
     "ΠΡΘ:",
     "ΑΠ:",
     {"Από:", "Στάλθηκε:", "Προς:", "Κοιν.:", "Θέμα:"},
     {"Από:", "Ημερομηνία:", "Προς:", "Κοιν.:", "Θέμα:"},
     "Τρίτη, 14 Ιανουαρίου 2025 9:12 πμ",
     "14 Ιανουαρίου 2025 στις 9:12:00 π.μ. UTC",
     "Στις Τρί 14 Ιαν 2025 στις 9:12 π.μ., ο χρήστης Ann <ann@x.example> έγραψε:",
     "Το προωθημένο μήνυμα ήρθε.\nΑπό: βορρά\nΠρος: νότο\n"},
    {"ja",
     "転送メッセージ",
     "転送されたメッセージ：",
     "転送:",
     "RE:",
     {"差出人:", "送信日時:", "宛先:", "CC:", "件名:"},
     {"差出人：", "日付：", "宛先：", "Cc：", "件名："},
     "2025年1月14日火曜日 9:12",
     "2025年1月14日 18:12:00 JST",
     "2025年1月14日(火) 9:12 Ann <ann@x.example>:",
     "転送メッセージが届きました。\n差出人: 私\n宛先: あなた\n"},
    {"zh-hans",
     "转发的邮件",
     "以下是转发的邮件：",
     "转发:",
     "回复:",
     {"发件人:", "发送时间:", "收件人:", "抄送:", "主题:"},
     {"发件人：", "日期：", "收件人：", "抄送：", "主题："},
     "2025年1月14日星期二 9:12",
     "2025年1月14日 GMT 上午9:12:00",
     "Ann <ann@x.example> 于2025年1月14日周二 09:12写道：",
     "转发的邮件到了。\n发件人: 我\n收件人: 你\n"},
    {"zh-hant",
     "轉寄郵件",
     "開始轉寄郵件：",
     "轉寄:",
     "回覆:",
     {"寄件者:", "寄件日期:", "收件者:", "副本:", "主旨:"},
     {"寄件者：", "日期：", "收件者：", "副本：", "主旨："},
     "2025年1月14日 上午 09:12",
     "2025年1月14日 GMT+8 下午5:12:00",
     "Ann <ann@x.example> 於 2025年1月14日 週二 上午9:12寫道：",
     "轉寄郵件到了。\n寄件者: 我\n收件者: 你\n"},
    {"ko",
     "전달된 메시지",
     "전달된 메시지:",
     "전달:",
     "답장:",
     {"보낸 사람:", "보낸 날짜:", "받는 사람:", "참조:", "제목:"},
     {"보낸 사람:", "날짜:", "받는 사람:", "참조:", "제목:"},
     "2025년 1월 14일 화요일 오전 9:12",
     "2025년 1월 14일 오후 6:12:00 GMT+9",
     "2025년 1월 14일 (화) 오전 9:12, Ann <ann@x.example>님이 작성:",
     "전달된 메시지가 왔습니다.\n보낸 사람: 나\n받는 사람: 너\n"},
    {"ar",
     "رسالة معاد توجيهها",
     "بداية الرسالة المعاد توجيهها:",
     "إعادة توجيه:",
     "رد:",
     {"من:", "تاريخ الإرسال:", "إلى:", "نسخة:", "الموضوع:"},
     {"من:", "التاريخ:", "إلى:", "نسخة:", "الموضوع:"},
     "14 يناير 2025 9:12 ص",
     "14 يناير 2025 في 9:12:00 ص غرينتش",
     "في الثلاثاء، 14 يناير 2025 في 9:12 ص تمت كتابة ما يلي بواسطة Ann <ann@x.example>:",
     "وصلت رسالة معاد توجيهها.\nمن: هنا\nإلى: هناك\n"},
    {"he",
     "הודעה שהועברה",
     "תחילת ההודעה שהועברה:",
     "הועבר:",
     "השב:",
     {"מאת:", "נשלח:", "אל:", "עותק:", "נושא:"},
     {"מאת:", "תאריך:", "אל:", "עותק:", "נושא:"},
     "יום שלישי 14 ינואר 2025 09:12",
     "14 בינואר 2025 בשעה 11:12:00 GMT+2",
     "בתאריך יום ג׳, 14 בינו׳ 2025 ב-9:12 מאת Ann <ann@x.example>:",
     "הודעה שהועברה הגיעה.\nמאת: כאן\nאל: שם\n"},
    {"vi",
     "Thư đã chuyển tiếp",
     "Bắt đầu thư được chuyển tiếp:",
     "Chuyển tiếp:",
     "Trả lời:",
     {"Từ:", "Đã gửi:", "Đến:", "Cc:", "Chủ đề:"},
     {"Từ:", "Ngày:", "Đến:", "Cc:", "Chủ đề:"},
     "14 tháng 1, 2025 9:12 SA",
     "09:12:00 GMT ngày 14 tháng 1, 2025",
     "Vào Th 3, 14 thg 1, 2025 lúc 09:12 Ann <ann@x.example> đã viết:",
     "Thư đã chuyển tiếp đã đến.\nTừ: đây\nĐến: đó\n"},
    {"hr",
     "Proslijeđena poruka",
     "Započni proslijeđenu poruku:",
     "Proslijeđeno:",
     "Odgovor:",
     {"Šalje:", "Poslano:", "Prima:", "Kopija:", "Predmet:"},
     {"Šalje:", "Datum:", "Prima:", "Cc:", "Predmet:"},
     "14. siječnja 2025. 9:12",
     "14. siječnja 2025. u 09:12:00 UTC",
     "uto, 14. sij 2025. u 09:12 Ann <ann@x.example> napisao je:",
     "Proslijeđena poruka je stigla.\nŠalje: netko\nPrima: svatko\n"},
};

// An original, as its author sent it.
struct Original {
  std::string name = "Ann Smith", from = "ann@x.example";
  std::vector<std::string> to = {"bob@y.example"}, cc = {"carl@z.example", "dora@z.example"};
  std::string subject = "The sale: last steps", body = "Dear Bob,\n\nhere are the papers.\n\nAnn";
};

std::string Line(std::string_view label, std::string_view value, std::string_view blank = " ") {
  return std::string(label) + std::string(blank) + std::string(value) + "\n";
}

std::string List(const std::vector<std::string>& addresses, std::string_view between, bool angles) {
  std::string text;
  for (const std::string& address : addresses) {
    if (!text.empty()) text += between;
    text += angles ? "Mr " + address.substr(0, address.find('@')) + " <" + address + ">" : address;
  }
  return text;
}

std::string Author(const Original& o) {
  return o.name + " <" + o.from + ">";
}

std::string Quoted(const std::string& text) {
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = std::min(text.find('\n', pos), text.size());
    const std::string line = text.substr(pos, end - pos);
    out += line.empty() ? ">\n" : "> " + line + "\n";
    pos = end + 1;
  }
  return out;
}

struct Mailed {
  std::string client, subject, text;
  std::string date_text;
};

// How each client forwards it, in the language of `w`, below `own` words. `own` is empty or ends in a line end.
std::vector<Mailed> Forwards(const Words& w, const Original& o, const std::string& own) {
  const std::string dated(w.outlook_date), apple_dated(w.apple_date), rfc = "Tue, 14 Jan 2025 10:12:00 +0100";
  const std::string outlook = Line(w.outlook[0], Author(o)) + Line(w.outlook[1], dated) +
                              Line(w.outlook[2], List(o.to, "; ", true)) + Line(w.outlook[3], List(o.cc, "; ", true)) +
                              Line(w.outlook[4], o.subject);
  const std::string apple = Line(w.apple[0], Author(o)) + Line(w.apple[4], o.subject) + Line(w.apple[1], apple_dated) +
                            Line(w.apple[2], List(o.to, ", ", false)) + Line(w.apple[3], List(o.cc, ", ", true));
  const std::string thunderbird =
      Line(w.apple[4], o.subject, " \t") + Line(w.apple[1], rfc, " \t") + Line(w.apple[0], Author(o), " \t") +
      Line(w.apple[2], List(o.to, ", ", false), " \t") + Line(w.apple[3], List(o.cc, ", ", true), " \t");
  const std::string gmail = Line(w.outlook[0], Author(o)) + Line("Date:", rfc) + Line("Subject:", o.subject) +
                            Line("To:", List(o.to, ", ", true)) + Line("Cc:", List(o.cc, ", ", true));
  std::string bold;
  for (size_t pos = 0; pos < outlook.size();) {
    const size_t end = outlook.find('\n', pos), colon = outlook.find(':', pos);
    bold += "*" + outlook.substr(pos, colon + 1 - pos) + "*" + outlook.substr(colon + 1, end - colon);
    pos = end + 1;
  }
  const std::string title(w.title), forwarded = std::string(w.prefix) + " " + o.subject;
  std::vector<Mailed> all = {
      {"Outlook", forwarded, own + outlook + "\n" + o.body + "\n", dated},
      {"Outlook, plain from HTML", forwarded, own + bold + "\n" + o.body + "\n", dated},
      {"Outlook.com", "Fw: " + o.subject, own + "________________________________\n" + outlook + "\n" + o.body + "\n",
       dated},
      {"Outlook for Mac", forwarded, own + outlook + o.body + "\n", dated},
      {"Outlook 2003", "FW: " + o.subject, own + "-----Original Message-----\n" + outlook + "\n" + o.body + "\n",
       dated},
      {"Apple Mail", "Fwd: " + o.subject, own + std::string(w.beginning) + "\n\n" + Quoted(apple + "\n" + o.body),
       apple_dated},
      {"Apple Mail, quoted whole", "Fwd: " + o.subject,
       own + Quoted(std::string(w.beginning) + "\n\n" + apple + "\n" + o.body), apple_dated},
      {"Apple Mail, HTML", "Fwd: " + o.subject, own + std::string(w.beginning) + "\n\n" + apple + "\n" + o.body,
       apple_dated},
      {"Thunderbird", "Fwd: " + o.subject,
       own + "-------- " + title + " --------\n" + thunderbird + "\n\n\n" + o.body + "\n", rfc},
      {"Gmail", "Fwd: " + o.subject, own + "---------- Forwarded message ---------\n" + gmail + "\n\n" + o.body + "\n",
       rfc},
      {"Gmail, unnamed", o.subject, own + "---------- " + title + " ----------\n" + gmail + "\n" + o.body + "\n", rfc},
      {"Mutt", o.subject + " (fwd)",
       own + "----- Forwarded message from " + Author(o) + " -----\n\n" + thunderbird + "\n" + o.body +
           "\n\n----- End forwarded message -----\n",
       rfc},
      {"Mutt, quoted", o.subject,
       own + "----- Forwarded message from " + Author(o) + " -----\n\n" + Quoted(thunderbird + "\n" + o.body) +
           "\n----- End forwarded message -----\n",
       rfc},
  };
  if (w.language != "ja" && w.language != "zh-hans" && w.language != "zh-hant") {
    std::string yahoo = Line(w.outlook[0], Author(o)) + Line(w.outlook[2], List(o.to, "; ", true)) +
                        Line(w.outlook[3], List(o.cc, "; ", true)) + Line(w.outlook[1], dated) +
                        Line(w.outlook[4], o.subject);
    yahoo = Replaced(yahoo, "\n", "");
    all.push_back(
        {"Yahoo", "Fw: " + o.subject, own + "   ----- " + title + " ----- " + yahoo + "\n" + o.body + "\n", dated});
  }
  return all;
}

void ExpectIs(const std::optional<InlineForward>& found, const Original& o, const Mailed& mailed, size_t begin,
              const std::string& what) {
  ASSERT_TRUE(found) << what << "\n" << mailed.text;
  EXPECT_FALSE(found->mail.attached);
  EXPECT_EQ(found->begin, begin) << what;
  EXPECT_EQ(found->mail.from, o.from) << what;
  EXPECT_EQ(found->mail.from_name, o.name) << what;
  EXPECT_EQ(found->mail.to, o.to) << what;
  EXPECT_EQ(found->mail.cc, o.cc) << what;
  EXPECT_EQ(found->mail.subject, o.subject) << what;
  EXPECT_EQ(found->mail.date_text, mailed.date_text) << what;
  EXPECT_EQ(found->mail.date, kMoment) << what << ": " << mailed.date_text;
  EXPECT_EQ(found->mail.text, o.body) << what;
}

TEST(InlineForward, ClientsInTheirLanguages) {
  const Original original;
  for (const Words& words : kWords) {
    for (const std::string own : {"", "See below.\n\nBob\n\n", "Von: here\n\n"}) {
      for (const Mailed& mailed : Forwards(words, original, own)) {
        const std::string what = mailed.client + " " + std::string(words.language);
        ExpectIs(FindInlineForward(mailed.text, {}, mailed.subject), original, mailed, own.size(), what);
      }
    }
  }
}

TEST(InlineForward, LookAlikesOfEachLanguage) {
  const Original original;
  for (const Words& words : kWords) {
    const std::string subject = std::string(words.reply) + " " + original.subject;
    const std::string prose(words.look_alike), title(words.title);
    EXPECT_FALSE(FindInlineForward(prose, {}, std::string(words.prefix) + " x")) << words.language;
    EXPECT_FALSE(FindInlineForward("a " + title + " b\n- " + title + "\n" + title + "\n", {}, subject))
        << words.language;
    EXPECT_FALSE(FindInlineForward("-- " + title + " 2 --\n--" + title + ".\n", {}, subject)) << words.language;
    for (const Mailed& mailed : Forwards(words, original, "")) {
      // A reply to somebody who forwarded it.
      const std::string quoted =
          "Thanks!\n\n" + std::string(words.attribution) + "\n" + Quoted("See below.\n\n" + mailed.text);
      EXPECT_FALSE(FindInlineForward(quoted, {}, subject)) << mailed.client << " " << words.language;
      const std::string first = "Thanks!\n\n" + std::string(words.attribution) + "\n" + Quoted(mailed.text);
      EXPECT_FALSE(FindInlineForward(first, {}, subject)) << mailed.client << " " << words.language;
      if (mailed.client.substr(0, 7) != "Outlook") continue;
      EXPECT_FALSE(FindInlineForward(mailed.text, {}, subject)) << mailed.client << " " << words.language;
      EXPECT_FALSE(FindInlineForward(mailed.text, {}, original.subject)) << mailed.client << " " << words.language;
    }
  }
}

TEST(InlineForward, PrefixesOfSubjects) {
  const std::string text = "From: Ann <ann@x.example>\nSent: today\nTo: Bob\nSubject: S\n\nText\n";
  for (const char* subject : {
           "Fwd: S",           "FW: S",    "fw: S",     "Fw : S",  "WG: S", "TR : S",     "RV: S",
           "ENC: S",           "I: S",     "VB: S",     "VL: S",   "PD: S", "Doorst: S",  "İLT: S",
           "ilt: S",           "转发: S",  "转发：S",   "轉寄: S", "VS: S", "FWD: Re: S", "[x] FW: S",
           "[EXT] [a] Fwd: S", "[Fwd: S]", "Fwd[2]: S", " Fwd: S", "FW:",   "ΠΡΘ: S",
       }) {
    EXPECT_TRUE(FindInlineForward(text, {}, subject)) << subject;
  }
  for (const char* subject : {
           "",          "S",         "Re: S",   "RE: FW: S", "AW: WG: S", "SV: S",   "回复: 转发: S",
           "回复：S",   "Forward",   "Fwd",     "fw",        "R: S",      "Antw: S", "The I: of the storm",
           "Fwding: S", "A: Fwd: S", "[Fwd] S", "[Fwd",      "TR",        "VS",
       }) {
    EXPECT_FALSE(FindInlineForward(text, {}, subject)) << subject;
  }
}

TEST(InlineForward, TheFinnishReplyIsNoForward) {
  const Words* finnish = nullptr;
  for (const Words& words : kWords) finnish = words.language == "fi" ? &words : finnish;
  const Mailed outlook = Forwards(*finnish, {}, "Kiitos\n\n").front();
  EXPECT_FALSE(FindInlineForward(outlook.text, {}, "VS: S"));
  EXPECT_TRUE(FindInlineForward(outlook.text, {}, "VL: S"));
}

TEST(InlineForward, MarkersAlone) {
  const auto found = FindInlineForward("FYI\n\n---------- Forwarded message ----------\n\nJust text\n", {}, "x");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 5u);
  EXPECT_EQ(found->mail.from, std::nullopt);
  EXPECT_EQ(found->mail.subject, std::nullopt);
  EXPECT_EQ(found->mail.text, "Just text");
  EXPECT_FALSE(FindInlineForward("Forwarded message:\n\nJust text\n", {}, "Fwd: x")) << "anybody may write that";
  EXPECT_FALSE(FindInlineForward("-----Original Message-----\n\nText\n", {}, "Re: x"));
  EXPECT_TRUE(FindInlineForward("-----Original Message-----\n\nText\n", {}, "Fw: x"));
  EXPECT_FALSE(FindInlineForward("", {}, "Fwd: x"));
  EXPECT_FALSE(FindInlineForward("\n\n>\n>\n", {}, "Fwd: x"));
}

TEST(InlineForward, OtherShapes) {
  // Two names for one marker, and labels in the old order of Notes.
  auto found = FindInlineForward(
      "----- Forwarded by Bob Jones/ACME on 01/14/2025 09:12 AM -----\n\nFrom:\tAnn Smith/ACME@ACME\nTo:\tBob "
      "Jones/ACME@ACME\nDate:\t01/13/2025 05:30 PM\nSubject:\tS\n\nText",
      {}, "Fw: S");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mail.date, 1736789400);
  found = FindInlineForward(
      "Forwarded message:\n\n> From: Ann <ann@x.example>\n> To: b@x.example\n> Subject: S\n>\n> Text\n\nsignature\n",
      {}, "Fwd: S");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 0u);
  EXPECT_EQ(found->mail.text, "Text");
  found = FindInlineForward(
      "-------- Preposlaná správa --- Forwarded Message --------\nOd: a@x.example\nPredmet: S\n\nText", {}, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mail.from, "a@x.example");
  found = FindInlineForward(
      "---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nSubject: S\n\n> Text\n>\n> > older\n", {}, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mail.text, "Text\n\n> older") << "quote signs of all lines";
  found = FindInlineForward(
      "---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nSubject: S\n\nText\n> older\n", {}, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mail.text, "Text\n> older");
}

TEST(InlineForward, ShapesOfFewClients) {
  auto found = FindInlineForward(
      "-------- Пересылаемое сообщение --------\n14.01.2025, 12:12 +03:00, \"Смит, Анна\" <ann@x.example>:\n\nText\n\n"
      "-------- Конец пересылаемого сообщения --------\n\n-- \nBob\n",
      {}, "Fwd: S");
  ASSERT_TRUE(found) << "Yandex";
  EXPECT_EQ(found->mail.from, "ann@x.example");
  EXPECT_EQ(found->mail.from_name, "Смит, Анна");
  EXPECT_EQ(found->mail.date, kMoment);
  EXPECT_EQ(found->mail.text, "Text");

  found = FindInlineForward(
      "============ Forwarded message ============\nFrom: Ann <ann@x.example>\nTo: b@x.example\nDate: Tue, 14 Jan 2025 "
      "09:12:00 "
      "+0000\nSubject: S\n============ Forwarded message ============\n\nText\n",
      {}, "");
  ASSERT_TRUE(found) << "Zoho";
  EXPECT_EQ(found->mail.subject, "S");
  EXPECT_EQ(found->mail.text, "Text");

  found = FindInlineForward(
      "-------- Original message --------\nFrom: Ann <ann@x.example> \nDate: 14/01/2025  09:12  (GMT+00:00) \nTo: "
      "b@x.example "
      "\nSubject: S \n\nText\n",
      {}, "Fwd: S");
  ASSERT_TRUE(found) << "Samsung";
  EXPECT_EQ(found->mail.date, kMoment);
  EXPECT_EQ(found->mail.subject, "S");

  found = FindInlineForward(
      "------- Forwarded Message -------\nFrom: Ann <ann@x.example>\nDate: On Tuesday, January 14th, 2025 at 9:12 AM\n"
      "Subject: S\nTo: b@x.example <b@x.example>\n\n> Text\n",
      {}, "Fw: S");
  ASSERT_TRUE(found) << "Proton";
  EXPECT_EQ(found->mail.date, kMoment);
  EXPECT_EQ(found->mail.text, "Text");

  found = FindInlineForward(
      "----- Weitergeleitete Nachricht von ann@x.example -----\n   Datum: Tue, 14 Jan 2025 09:12:00 +0000\n     Von: "
      "Ann "
      "<ann@x.example>\n Betreff: S\n      An: b@x.example\n\nText\n\n----- Ende der weitergeleiteten Nachricht "
      "-----\n",
      {}, "Fwd: S");
  ASSERT_TRUE(found) << "Horde";
  EXPECT_EQ(found->mail.from_name, "Ann");
  EXPECT_THAT(found->mail.to, ElementsAre("b@x.example"));
  EXPECT_EQ(found->mail.text, "Text");

  found = FindInlineForward(
      "--------- 원본 메일 ---------\n보낸사람 : Ann <ann@x.example>\n받는사람 : b@x.example\n날짜 : 2025년 1월 14일 "
      "화요일, 18시 12분 "
      "00초 +0900\n제목 : S\n\nText\n",
      {}, "FW: S");
  ASSERT_TRUE(found) << "Daum";
  EXPECT_EQ(found->mail.date, kMoment);

  found = FindInlineForward("**Begin forwarded message:**\n\n**From:** Ann <ann@x.example>\n**Subject:** S\n\nText\n",
                            {}, "");
  ASSERT_TRUE(found) << "bold";
  EXPECT_EQ(found->mail.from, "ann@x.example");
  found = FindInlineForward("-- Forwarded message --\nWell, here are the things that I saw:\n\nText\n", {}, "");
  ASSERT_TRUE(found) << "no author's line";
  EXPECT_EQ(found->mail.from, std::nullopt);
  EXPECT_EQ(found->mail.text, "Well, here are the things that I saw:\n\nText");
}

// Outlook for Mac: an attribution stands for the block, and the original is set in.
TEST(InlineForward, AnAttributionStandsForABlock) {
  for (const char* line : {
           "On 14/01/2025, 09:12, \"Ann\" <ann@x.example> wrote:",
           "Am 14.01.2025 um 09:12 schrieb \"Ann\" <ann@x.example>:",
           "Le 14/01/2025 09:12, « Ann » <ann@x.example> a écrit :",
           "Dnia 14/01/2025 09:12 „Ann” <ann@x.example> napisał:",
           "Ann <ann@x.example> kirjoitti 14.1.2025 9.12:",
           "14/01/2025 09:12 időpontban Ann (ann@x.example) ezt írta:",
           "14/01/2025 09:12 používateľ Ann (<ann@x.example>) napísal:",
           "\"Ann\" <ann@x.example>, 14/01/2025 09:12 tarihinde şunu yazdı:",
       }) {
    for (const std::string own : {"", "See below.\n\nBob\n\n"}) {
      const auto found = FindInlineForward(own + line + "\n\n    Text\n\n      more\n", {}, "FW: S");
      ASSERT_TRUE(found) << line;
      EXPECT_EQ(found->begin, own.size()) << line;
      EXPECT_EQ(found->mail.from, "ann@x.example") << line;
      EXPECT_EQ(found->mail.from_name, "Ann") << line;
      EXPECT_EQ(found->mail.date, kMoment) << line;
      EXPECT_EQ(found->mail.subject, std::nullopt) << line;
      EXPECT_EQ(found->mail.text, "Text\n\n  more") << line;
      EXPECT_FALSE(FindInlineForward(own + line + "\n\n    Text\n", {}, "RE: S")) << line;
      EXPECT_FALSE(FindInlineForward(own + line + "\n\n    Text\n", {}, "S")) << line;
    }
  }
  for (const char* line : {"Ann wrote:", "Ann <ann@x.example> wrote:", "On Tuesday Ann wrote:",
                           "Am 14.01.2025 um 09:12 schrieb Ann:", "We met ann@x.example on 14/01/2025 at 09:12:"}) {
    EXPECT_FALSE(FindInlineForward(std::string(line) + "\n\nText\n", {}, "FW: S")) << line;
  }
}

TEST(InlineForward, TheFirstForwardCounts) {
  const std::string inner = "---------- Forwarded message ---------\nFrom: Dora <d@x.example>\nSubject: T\n\nolder\n";
  const std::string text =
      "---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nSubject: S\n\nText\n\n" + inner;
  const auto found = FindInlineForward(text, {}, "Fwd: S");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mail.from, "a@x.example");
  EXPECT_EQ(found->mail.text, "Text\n\n" + inner.substr(0, inner.size() - 1));
}

TEST(InlineForward, NotInsideAReply) {
  const std::string forward = "---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nSubject: S\n\nText\n";
  const std::string outlook = "From: Bob <b@x.example>\nSent: today\nTo: Carl\nSubject: Fwd: S\n\n";
  EXPECT_FALSE(FindInlineForward("Thanks\n\n" + outlook + "See below\n\n" + forward, {}, "RE: Fwd: S"));
  EXPECT_FALSE(FindInlineForward("Blah\n\n-----Original Message-----\n\nFYI\n\n" + forward, {}, "Re: S"));
  EXPECT_FALSE(FindInlineForward(
      "Thanks\n\nOn Tue, Jan 14, 2025 at 9:12 AM Bob <b@x.example> wrote:\n\nSee below\n\n" + forward, {}, "Re: S"));
  const auto found = FindInlineForward("Bob wrote:\n> send it, please\n\nHere it is.\n\n" + forward, {}, "Re: S");
  ASSERT_TRUE(found) << "an answer that forwards";
  EXPECT_EQ(found->mail.from, "a@x.example");
}

TEST(InlineForward, WrittenAddresses) {
  const auto from = [](const std::string& value, const std::string& more = "") {
    const auto found = FindInlineForward(
        "---------- Forwarded message ---------\nFrom: " + value + "\nSubject: S\n" + more + "\nText\n", {}, "");
    return found ? found->mail : ForwardedMail();
  };
  EXPECT_EQ(from("Ann [mailto:Ann@X.Example]").from, "Ann@x.example");
  EXPECT_EQ(from("\"Smith, Ann\" <a@x.example>").from_name, "Smith, Ann");
  EXPECT_EQ(from("'Ann' <a@x.example>").from_name, "Ann");
  EXPECT_EQ(from("« Ann » <a@x.example>").from_name, "Ann");
  EXPECT_EQ(from("„Ann” <a@x.example>").from_name, "Ann");
  EXPECT_EQ(from("Ann “Annie” Lee <a@x.example>").from_name, "Ann “Annie” Lee");
  EXPECT_EQ(from("a@x.example <a@x.example>").from_name, std::nullopt);
  EXPECT_EQ(from("<a@x.example<mailto:a@x.example>>").from, "a@x.example");
  EXPECT_EQ(from("a@x.example (Ann Smith)").from_name, "Ann Smith");
  EXPECT_EQ(from("Ann Smith").from, std::nullopt);
  EXPECT_EQ(from("Ann Smith").from_name, "Ann Smith");
  EXPECT_EQ(from("=?utf-8?q?J=C3=B6rg?= <j@x.example>").from_name, "Jörg");
  EXPECT_EQ(from("list@x.example [mailto:list@x.example] On Behalf Of Ann Smith").from, std::nullopt);
  EXPECT_EQ(from("list@x.example On Behalf Of Ann <ann@x.example>").from, "ann@x.example");
  EXPECT_EQ(from("Ann\n <ann@x.example>").from, "ann@x.example");
  EXPECT_EQ(from("o'brien@x.example").from, "o'brien@x.example");
  EXPECT_THAT(from("Ann", "To: Jones, Bob; Carl <c@x.example>;\n d@x.example\n").to,
              ElementsAre("Jones, Bob", "c@x.example", "d@x.example"));
  EXPECT_THAT(from("Ann", "To: Bob Jones, Carl Smith\n").to, ElementsAre("Bob Jones", "Carl Smith"));
  EXPECT_THAT(from("Ann", "To: undisclosed-recipients:;\n").to, IsEmpty());
  EXPECT_THAT(from("Ann", "Cc: \"a, b\" <c@x.example>, <d@x.example>\n").cc, ElementsAre("c@x.example", "d@x.example"));
}

TEST(InlineForward, ADateThatIsOpenStaysText) {
  const auto found = FindInlineForward(
      "---------- Forwarded message ---------\nFrom: a@x.example\nDate: 02/03/2025 9:12 AM\nSubject: S\n\nText\n", {},
      "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mail.date, std::nullopt);
  EXPECT_EQ(found->mail.date_text, "02/03/2025 9:12 AM");
}

TEST(InlineForward, MarksOfHtml) {
  const std::string own = "See below\n",
                    forward = "---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nSubject: S\n\nText\n";
  const std::string text = own + forward;
  const TextMark around[] = {{MarkKind::kQuoteBegin, own.size()},
                             {MarkKind::kQuoteBegin, own.size()},
                             {MarkKind::kQuoteEnd, text.size()},
                             {MarkKind::kQuoteEnd, text.size()}};
  EXPECT_TRUE(FindInlineForward(text, around, "x")) << "Gmail puts it into a quote container";
  const std::string said = "Bob said:\n";
  const std::string reply = own + said + forward;
  const TextMark outer[] = {{MarkKind::kQuoteBegin, own.size()}, {MarkKind::kQuoteEnd, reply.size()}};
  EXPECT_FALSE(FindInlineForward(reply, outer, "x")) << "what is quoted is a reply";
  const TextMark inner[] = {{MarkKind::kQuoteBegin, own.size()},
                            {MarkKind::kQuoteBegin, own.size() + said.size()},
                            {MarkKind::kQuoteEnd, reply.size()},
                            {MarkKind::kQuoteEnd, reply.size()}};
  EXPECT_FALSE(FindInlineForward(reply, inner, "x"));
  const TextMark closed[] = {{MarkKind::kQuoteBegin, 0},
                             {MarkKind::kQuoteEnd, own.size()},
                             {MarkKind::kSeparator, own.size()},
                             {MarkKind::kQuoteEnd, own.size()}};
  EXPECT_TRUE(FindInlineForward(text, closed, "x")) << "below a quote";
}

// Random originals in every template of every language.
TEST(InlineForward, X06_GivesBackWhatWasComposed) {
  test::Rng random;
  PRINT_SEED(random);
  const auto pick = [&](const std::vector<std::string>& of) { return of[random() % of.size()]; };
  const std::vector<std::string> names = {"Ann",      "Jörg Müller", "O'Neil, Sean",        "山田 太郎",
                                          "Анна Ким", "A. B. C.",    "\u05d0\u05d1 \u05d2", "Mr X (Legal)"};
  const std::vector<std::string> locals = {"ann", "j.doe", "x+y", "o'neil", "a_b-c", "1"},
                                 domains = {"x.example", "mail.y.example", "z-1.example"};
  const std::vector<std::string> words = {"the", "papers", "for", "8:30", "and",  "<b>", "größer", "件名",
                                          "Re:", "a@b",    "--",  "100%", "from", "To",  "(1)"};
  const auto sentence = [&](size_t most) {
    std::string text = pick(words);
    for (size_t i = random() % most; i > 0; --i) text += " " + pick(words);
    return text;
  };
  const auto addresses = [&](size_t least) {
    std::vector<std::string> out;
    for (size_t i = least + random() % 3; i > 0; --i) out.push_back(pick(locals) + "@" + pick(domains));
    return out;
  };
  for (int round = 0; round < 40; ++round) {
    for (const Words& language : kWords) {
      Original o;
      o.name = pick(names);
      o.from = addresses(1).front();
      o.to = addresses(1);
      o.cc = addresses(1);
      o.subject = sentence(5);
      o.body = "x " + sentence(20) + "\n\n" + "y " + sentence(10) + "\n" + sentence(3);
      const std::string own = random() % 2 == 0 ? "" : "see " + sentence(5) + "\n\n";
      for (const Mailed& mailed : Forwards(language, o, own)) {
        const auto found = FindInlineForward(mailed.text, {}, mailed.subject);
        ExpectIs(found, o, mailed, own.size(), mailed.client + " " + std::string(language.language));
        if (::testing::Test::HasFailure()) FAIL() << mailed.text;
      }
    }
  }
}

TEST(InlineForward, BeginsAtTheBeginOfALine) {
  test::Rng random;
  PRINT_SEED(random);
  std::vector<std::string> pieces = {"\n",
                                     "> ",
                                     ">",
                                     "text\n",
                                     "\xff\n",
                                     " ",
                                     "____________\n",
                                     "-----Original Message-----\n",
                                     "Begin forwarded message:\n",
                                     "On Tue, Jan 14, 2025 at 9:12 AM Bob <b@x.example> wrote:\n",
                                     "a@x.example",
                                     ": "};
  for (const Words& words : kWords) {
    pieces.push_back("-- " + std::string(words.title) + " --");
    for (const std::string_view label : words.outlook) pieces.push_back(std::string(label));
  }
  size_t forwards = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t i = random() % 40; i > 0; --i) {
      text += pieces[random() % 3 == 0 ? random() % 12 : random() % pieces.size()];
      if (random() % 2 == 0) text += "\n";
    }
    std::vector<TextMark> marks;
    for (size_t pos = 0; pos < text.size();
         pos = text.find('\n', pos) == text.npos ? text.size() : text.find('\n', pos) + 1) {
      if (random() % 8 == 0) marks.push_back({static_cast<MarkKind>(random() % 5), pos});
    }
    const auto found = FindInlineForward(text, marks, random() % 2 == 0 ? "Fwd: x" : "x");
    if (!found) continue;
    ++forwards;
    ASSERT_LT(found->begin, text.size());
    ASSERT_TRUE(found->begin == 0 || text[found->begin - 1] == '\n') << text;
    const std::string& body = found->mail.text;
    ASSERT_TRUE(body.empty() || !IsSpace(body.back()));
  }
  EXPECT_GT(forwards, 100u);
}

std::string Repeated(std::string_view piece, size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

TEST(InlineForwardLimits, Linear) {
  constexpr size_t kSize = 1 << 17;
  for (const std::string_view piece : {
           "From: x\n",
           "Forwarded message:\n",
           "Forwarded message:\n\n\n\n> x\n",
           "> From: x\n\ny\n",
           ">> Begin forwarded message:\nOn Tue wrote:\n",
           "-- Forwarded message -- x\n",
           "____________\n",
           "On Tue, Jan 14, 2025 at 9:12 AM Bob <b@x.example> wrote:\n",
           "To: a@x.example,\n",
           "> ",
           "-",
           "-- a",
           "From: a@x.example",
           "Date: today\nx\nx\nx\nx\nx\n",
       }) {
    for (const char* subject : {"Fwd: x", "x"}) {
      for (const char* end :
           {"", "\n---------- Forwarded message ---------\nFrom: a@x.example\nSubject: S\n\nText\n"}) {
        const std::string half = Repeated(piece, kSize / 2) + end, whole = Repeated(piece, kSize) + end;
        bool found = false;
        EXPECT_TRUE(CostsAtMost(
            3, [&] { found |= FindInlineForward(half, {}, subject).has_value(); },
            [&] { found |= FindInlineForward(whole, {}, subject).has_value(); }))
            << piece << "\n"
            << subject << end << (found ? " found" : " none");
      }
    }
  }
}

TEST(InlineForwardLimits, AMegabyteOfLabels) {
  const std::string half = Repeated("From: x\n", 1 << 19), whole = Repeated("From: x\n", 1 << 20);
  EXPECT_TRUE(CostsAtMost(
      3, [&] { EXPECT_FALSE(FindInlineForward(half, {}, "Fwd: x")); },
      [&] { EXPECT_FALSE(FindInlineForward(whole, {}, "Fwd: x")); }));
}

TEST(InlineForwardLimits, LinearInTheOriginal) {
  for (const std::string_view piece : {"> x\n", "From: x\n", "-- End\n", "a@x.example, ", "> > x\n\n"}) {
    for (const char* front : {"---------- Forwarded message ---------\nFrom: a@x.example\nSubject: S\n\n",
                              "---------- Forwarded message ---------\nFrom: a@x.example\nTo: ",
                              "> Begin forwarded message:\n> From: a@x.example\n> Subject: S\n"}) {
      const std::string half = front + Repeated(piece, 1 << 16), whole = front + Repeated(piece, 1 << 17);
      EXPECT_TRUE(CostsAtMost(
          3, [&] { EXPECT_TRUE(FindInlineForward(half, {}, "x")); },
          [&] { EXPECT_TRUE(FindInlineForward(whole, {}, "x")); }))
          << front << piece;
    }
  }
}

// Attached originals.

std::optional<ForwardedMail> Attached(const std::string& raw) {
  EnvelopeScanner scanner;
  return ReadAttachedForward(scanner.Scan(raw), {});
}

const std::string kOriginalMail = Lines({
    "From: =?utf-8?q?J=C3=B6rg?= Smith <joerg@X.Example>",
    "To: \"Jones, Bob\" <bob@y.example>, c@y.example",
    "Cc: d@y.example",
    "Date: Tue, 14 Jan 2025 09:12:00 +0000",
    "Subject: =?utf-8?b?UMOkcmlz?=",
    "Message-ID: <1@x.example>",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "Dear Bob  ",
    "",
    "",
});

std::string Forwarding(std::string_view type, std::string_view part_header, std::string_view part) {
  return Lines({"From: bob@y.example", "Subject: Fwd: x", "MIME-Version: 1.0"}) + "Content-Type: " + std::string(type) +
         "; boundary=b\r\n\r\n" + Lines({"--b", "Content-Type: text/plain", "", "See below", "--b"}) +
         std::string(part_header) + "\r\n" + std::string(part) + "\r\n--b--\r\n";
}

void ExpectOriginal(const std::optional<ForwardedMail>& mail) {
  ASSERT_TRUE(mail);
  EXPECT_TRUE(mail->attached);
  EXPECT_EQ(mail->from, "joerg@x.example");
  EXPECT_EQ(mail->from_name, "Jörg Smith");
  EXPECT_THAT(mail->to, ElementsAre("bob@y.example", "c@y.example"));
  EXPECT_THAT(mail->cc, ElementsAre("d@y.example"));
  EXPECT_EQ(mail->date, kMoment);
  EXPECT_EQ(mail->date_text, "Tue, 14 Jan 2025 09:12:00 +0000");
  EXPECT_EQ(mail->subject, "Päris");
  EXPECT_EQ(mail->message_id, "1@x.example");
  EXPECT_EQ(mail->text, "Dear Bob");
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
    if (i % 57 == 54) out += "\r\n";
  }
  return out;
}

TEST(AttachedForward, X06_ReadsTheOriginal) {
  ExpectOriginal(Attached(Forwarding("multipart/mixed", "Content-Type: message/rfc822\r\n", kOriginalMail)));
  ExpectOriginal(Attached(Forwarding(
      "multipart/mixed", "Content-Type: message/global; name=\"x.eml\"\r\nContent-Disposition: attachment\r\n",
      kOriginalMail)));
  ExpectOriginal(Attached("From: b@y.example\r\nContent-Type: message/rfc822\r\n\r\n" + kOriginalMail));
}

TEST(AttachedForward, AnEncodedOneIsDecoded) {
  ExpectOriginal(
      Attached(Forwarding("multipart/mixed", "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n",
                          Base64(kOriginalMail))));
  ExpectOriginal(Attached(Forwarding("multipart/mixed",
                                     "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n",
                                     Replaced(kOriginalMail, "=", "=3D"))));
}

TEST(AttachedForward, NoReportAndNoDigest) {
  EXPECT_FALSE(Attached(Forwarding("multipart/report", "Content-Type: message/rfc822\r\n", kOriginalMail)));
  EXPECT_FALSE(Attached(Forwarding("multipart/digest", "Content-Type: message/rfc822\r\n", kOriginalMail)));
  const std::string digest = "Content-Type: multipart/digest; boundary=c\r\n\r\n--c\r\n";
  EXPECT_FALSE(Attached(Forwarding("multipart/mixed", digest, kOriginalMail + "\r\n--c--\r\n")));
  EXPECT_FALSE(Attached(
      Forwarding("multipart/mixed", digest + "Content-Type: message/rfc822\r\n", kOriginalMail + "\r\n--c--\r\n")));
  EXPECT_FALSE(Attached(Forwarding("multipart/mixed", "Content-Type: message/partial\r\n", kOriginalMail)));
  EXPECT_FALSE(Attached(Forwarding("multipart/mixed", "Content-Type: text/plain; name=x.eml\r\n", kOriginalMail)));
  EXPECT_FALSE(Attached(kOriginalMail));
  EXPECT_FALSE(Attached(""));
}

TEST(AttachedForward, TheFirstCountsAndNothingInsideIt) {
  const std::string inner =
      Forwarding("multipart/mixed", "Content-Type: message/rfc822\r\n", Replaced(kOriginalMail, "joerg@", "other@"));
  std::string nested = Replaced(inner, "boundary=b", "boundary=n");
  nested = Replaced(nested, "--b", "--n");
  const auto mail = Attached(Forwarding("multipart/mixed", "Content-Type: message/rfc822\r\n", nested));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->from, "bob@y.example");
  EXPECT_EQ(mail->text, "See below");
}

TEST(AttachedForward, TextOfHtmlAlone) {
  const std::string html = Replaced(Replaced(kOriginalMail, "text/plain", "text/html"), "Dear Bob",
                                    "<p>Dear <b>Bob</b></p><script>x</script>");
  const auto mail = Attached(Forwarding("multipart/mixed", "Content-Type: message/rfc822\r\n", html));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->text, "Dear Bob");
}

TEST(AttachedForward, AHeaderThatSaysLittle) {
  const auto mail =
      Attached(Forwarding("multipart/mixed", "Content-Type: message/rfc822\r\n", "Subject:\r\nDate: never\r\n\r\n"));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->from, std::nullopt);
  EXPECT_EQ(mail->from_name, std::nullopt);
  EXPECT_EQ(mail->subject, "");
  EXPECT_EQ(mail->date, std::nullopt);
  EXPECT_EQ(mail->date_text, "never");
  EXPECT_EQ(mail->message_id, std::nullopt);
  EXPECT_EQ(mail->text, "");
}

}  // namespace
}  // namespace casecomm::scan
