// SPDX-License-Identifier: Apache-2.0
#include "scan/reply.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/base/random.h"
#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

struct Annotated {
  std::string text, parts;  // a letter for each line that is not empty
};

// Lines begin with "v ", "q " or "s ", for what they are; empty ones may be of either neighbour.
Annotated ReadAnnotated(std::string_view lines) {
  Annotated annotated;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    if (!line.empty()) {
      annotated.parts += line.front();
      annotated.text += line.substr(2);
    }
    annotated.text += '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return annotated;
}

std::string PartsOf(std::string_view text, std::span<const TextSpan> spans) {
  std::string parts;
  for (const TextSpan& span : spans) {
    std::string_view piece = text.substr(static_cast<size_t>(span.begin), static_cast<size_t>(span.end - span.begin));
    while (!piece.empty()) {
      const size_t end = std::min(piece.find('\n'), piece.size());
      if (end > 0) parts += span.part == TextPart::kVisible ? 'v' : span.part == TextPart::kQuoted ? 'q' : 's';
      piece.remove_prefix(std::min(end + 1, piece.size()));
    }
  }
  return parts;
}

void ExpectPartition(std::string_view text, std::span<const TextSpan> spans) {
  int64_t end = 0;
  for (size_t i = 0; i < spans.size(); ++i) {
    ASSERT_EQ(spans[i].begin, end);
    ASSERT_LT(spans[i].begin, spans[i].end);
    ASSERT_TRUE(end == 0 || text[static_cast<size_t>(end) - 1] == '\n');
    ASSERT_TRUE(i == 0 || spans[i].part != spans[i - 1].part);
    ASSERT_NE(spans[i].part, TextPart::kForwarded);
    end = spans[i].end;
  }
  ASSERT_EQ(end, static_cast<int64_t>(text.size()));
}

void Check(std::string_view lines) {
  const Annotated want = ReadAnnotated(lines);
  const std::vector<TextSpan> spans = SplitReply(want.text);
  ExpectPartition(want.text, spans);
  EXPECT_EQ(PartsOf(want.text, spans), want.parts) << want.text;
}

std::string Visible(std::string_view text, std::span<const TextMark> marks = {}) {
  const std::vector<TextSpan> spans = SplitReply(text, marks);
  ExpectPartition(text, spans);
  return JoinSpans(text, spans, TextPart::kVisible);
}

TEST(Reply, NothingOfNothing) {
  EXPECT_TRUE(SplitReply("").empty());
  Check("v Hello");
  Check("v Hello\n\nv World\n");
  ASSERT_EQ(SplitReply("\n\n").size(), 1u);
}

TEST(Reply, JoinedPiecesAreTrimmedAndParted) {
  const std::string_view text = "\n one \n> q\n\n  two\n\n> r\n \n";
  const std::vector<TextSpan> spans = SplitReply(text);
  EXPECT_EQ(JoinSpans(text, spans, TextPart::kVisible), "one\n\ntwo");
  EXPECT_EQ(JoinSpans(text, spans, TextPart::kQuoted), "> q\n\n> r");
  EXPECT_EQ(JoinSpans(text, spans, TextPart::kSignature), "");
}

TEST(Reply, BelowAndBetweenQuotesTheAuthorIsHeard) {
  Check("q On 04/02/2012 06:26 PM, Megan One wrote:\nq > Hi\nv Hello\n");
  Check(
      "v Hi,\nq On Tue, 2011-03-01 at 18:02 +0530, Anna Lee wrote:\nq > first?\nq >\nq > second?\n\nv Yes.\n\nq > "
      "third?\nv No.\n"
      "q > > fourth\nq >> fifth\n\nv Maybe.\n");
}

TEST(Reply, EmptyLinesBetweenAttributionAndQuote) {
  Check("v Awesome!\n\nq On Aug 22, 2011, at 7:37 PM, anna<a@b.example> wrote:\n\n\n\n\nq > It works.\n");
}

TEST(Reply, AttributionsInsideOfSigns) {
  Check("v Hello\nq > On 22 Aug 2015, at 19:21, Ann <a@b.example> wrote:\nq >\nq > Hi there!\n");
}

TEST(Reply, OtherSignsCountBelowAnAttribution) {
  Check(
      "v Yes\n\nq Am 03.04.2023 um 10:15 schrieb Anna Lee:\nq | Kommst du?\nq | Anna\nv Bestimmt.\nq | Wann?\nv Um "
      "acht.\n");
  Check(
      "q On Mon, Apr 03, 2023 at 10:15:12AM +0200, Anna Lee wrote:\nq AL> When?\nv At eight.\nq AL> Where?\nv Here.\n");
  Check("v | name | price |\nv |------|-------|\nv | tea  | 3     |\n");
  Check("v » Zitat « ist deutsch.\nv » Noch eins «\n");
}

TEST(Reply, SignsThatQuoteNothing) {
  Check("v Visit us now\nv >>> >>>  http://www.example.org <<<\nv Visit our site\n");
  Check("v Hello\nv >From here on all is well.\nv Ann\n");
  Check("v I lost it\nv >:-(\nv Ann\n");
  Check("v Try this:\n\nv >>> import os\nv >>> os.getcwd()\nv '/home/ann'\n\nv It fails.\n");
}

TEST(Reply, ALinkThatBrokeStaysInItsQuote) {
  Check(
      "v Blah\n\nq On Monday, 24 September, 2012 at 3:46 PM, bob wrote:\n\nq > View (http://example.com/action\nq "
      "_nonce=3dd518)\nq >\n");
}

// Each language has its own lines in attribution_test.cc.
TEST(Reply, WithoutSignsTheRestIsQuoted) {
  Check(
      "v Lorem\n\nq Op 13-02-2014 3:18 schreef Julius Caesar <j@rome.example>:\n\nq Veniam laborum.\n\nq Gallia "
      "est.\n");
  Check("v Ja\n\nq Am Mo., 3. Apr. 2023 um 10:15 Uhr schrieb Anna Lee <\nq anna@x.example>:\n\nq Kommst du?\n");
  Check(
      "v Test\n\nq On Tue, Apr 11, 2017 at 10:07 PM John Smith\n\nq <\nq mailto:John Smith <john@x.example>\nq > "
      "wrote:\nq Quoted\n");
  Check("v Yolo.\n\nq ------On 12/29/1987 17:32 PM, Julius Caesar wrote-----\n\nq Brunch mumblecore.\n");
  Check("v Nothing below.\n\nq On 04/02/2012 06:26 PM, Megan One wrote:\n");
}

// What only programs write needs no address, where the author wrote something above.
TEST(Reply, APreciseDayIsEnoughBelowWords) {
  for (const char* line : {
           "On Tue, 2023-04-03 at 18:02 +0530, Anna Lee wrote:",
           "Am 03.04.2023 um 10:15 schrieb Anna Lee:",
           "Le 03/04/2023 10:15, Anna Lee a écrit :",
           "2023. 04. 03. 10:15 keltezéssel, Anna Lee a következőt írta:",
           "2023-04-03 10:15 GMT+01:00 Anna Lee <anna@x.example>:",
           "пн, 3 апр. 2023 г. в 10:15, Anna Lee <anna@x.example>:",
           "On Mon, 03 Apr 2023 10:15:12 +0200 Anna Lee <anna@x.example> wrote",
       }) {
    Check(std::string("v Thanks!\n\nq ") + line + "\n\nq How are you?\n\nq Anna\n");
  }
  Check("v Am 03.04.2023 um 10:15 schrieb Anna Lee:\n\nv Ja, gerne.\n\nv Bob\n");
  Check(
      "v Hi\n\nv Am 03.04.2023 um 10:15 hat der Kunde uns Folgendes geschrieben:\n\nv Wir zahlen nie.\n\nv Was nun?\n");
  Check("v Minutes:\n\nv 2023-04-03 10:15\nv We met.\nv 03.04.2023 10:15:\nv We parted.\n");
}

// Where signs come later that nothing introduces, what stands between is an answer.
TEST(Reply, AnAnswerDirectlyBelowTheAttributionStays) {
  Check(
      "v On Mon, Apr 3, 2023 at 10:15 AM Anna <a@x.example> wrote:\n\nv I agree with you.\n\nq > point two\n\nv No.\n");
}

TEST(Reply, TitlesAndHeaderBlocks) {
  for (const char* title :
       {"-----Original Message-----", "-----Reply Message-----", "-----Ursprüngliche Nachricht-----",
        "-----Oprindelig meddelelse-----", "-----Исходное сообщение-----", "-----原始邮件-----"}) {
    Check(std::string("v Test reply\n\nq ") + title + "\n\nq Test\n\nq > older\n\nq more\n");
  }
  Check(
      "v Outlook on the web\nq ________________________________\nq From: CRM [crm@example.com]\nq Sent: Friday, 23 "
      "March 2012 5:08 p.m.\n"
      "q To: John\nq Subject: [contact:106]\n\nq A new comment.\n\nq -- \nq CRM\n");
  Check(
      "v Allo!\n\nq Von: Anna Lee\nq Gesendet: Dienstag, 25. November 2014 14:59\nq An: Bernd\nq Betreff: Re: "
      "Termin\n\nq Kommst du?\n");
  Check(
      "v Hi\n\nq ----- Original Message -----\nq From: \"ann@x.example\" <ann@x.example>\nq To: b@y.example\nq Cc: \n"
      "q Sent: Monday, April 2, 2012 5:44 PM\nq Subject: Test\n\nq Hi\n");
  Check(
      "v Hi\n\nq -----Anna Lee <anna@x.example> wrote: -----\nq To: b@y.example\nq From: Anna Lee <anna@x.example>\n"
      "q Date: 04/03/2023 10:15AM\nq Subject: Test\n\nq Hello\n");
  Check(
      "v Hi\n\nq ------- Original Message -------\nq On Monday, April 3rd, 2023 at 10:15 AM, Ann <a@x.example> "
      "wrote:\n\n\nq > Hello\n\nv Below.\n");
  Check(
      "v Below\n\nq From: CRM [crm@example.com]\nq Sent: Friday, 23 March 2012\nq To: John\nq Subject: x\n\nq > A "
      "comment\nq > more\n\nv I see.\n");
}

TEST(Reply, TitlesAndRulesThatSayLess) {
  Check("v Ja\n\nq --- Ursprüngliche Nachricht\nq Von: Anna Lee <a@x.example>\nq Datum: 05.05.2025 10:12\n\nq Hallo\n");
  Check("v Yes\n\nq Original message:\nq From: Anna Lee\nq Date: 05/05/2025 10:12\nq Subject: x\n\nq Hello\n");
  Check(
      "v Oui\n\nq ====\n\nq Message du : 12/12/2016 13:20\nq De : \"Anna\" <a@x.example>\nq A : b@y.example\nq Copie à "
      ": \nq "
      "Sujet :  x\n\nq Non\n");
  Check("v Yes\n\nq Date: Wed, 16 May 2012 00:15:02 -0600\nq To: b@y.example\n\nq Hello\n");
  Check("v The plan:\n\nv Date: Wednesday at 10:15\nv To: b@y.example\n\nv Write to him.\n");
  Check("v I have changed the words.\n\nv Original message:\nv We are closed on Monday.\n\nv Better so?\n");
  Check("v Our train:\n\nv ---\nv From: Berlin\nv To: Paris\nv ---\n\nv See you there.\n");
}

TEST(Reply, GroupWiseAndOldYahoo) {
  Check("v Thanks\n\nq >>> \"Bob Roe\" <bob@y.example> 03.04.23 10.15 Uhr >>>\nq Hi Ann,\nq come.\n");
  Check("v Thanks\n\nq >>> Bob Roe 4/3/2023 10:15 AM >>>\nq > Hi Ann\nv At eight.\n");
  Check(
      "v Ok\n\nq --- On Mon, 4/2/12, Bob <b@y.example> wrote:\n\nq From: Bob <b@y.example>\nq Subject: x\nq To: "
      "a@x.example\n\nq Hi\n");
}

TEST(Reply, ListsOfFactsAreNoHeaderBlocks) {
  Check(
      "v Invitation for an interview:\n\nv Date: Wednesday 3, October 2011\nv Time: 7 : 00am\nv Address: 130 Fox "
      "St\n\nv Please bring in your ID.\n");
  Check("v Our train:\n\nv From: Berlin\nv To: Paris\nv Date: 3 May 10:15\n\nv See you there.\n");
  Check("v Please enter your feedback below.\n\nv ------------- Enter Feedback Below -------------\n\nv Fine.\n");
}

// One for each language: the words of an attribution in prose, and the author goes on.
TEST(Reply, ProseThatLooksLikeAnAttribution) {
  for (const char* line : {
           "On Tuesday Anna wrote:",
           "On 3 April 2023 Anna wrote:",
           "On Monday, April 3, 2023 at 10:15 Anna wrote:",
           "Am Montag schrieb Anna mir:",
           "Am 3. April 2023 um 10:15 schrieb Anna:",
           "Lundi, Anna a écrit :",
           "Le 3 avril 2023, Anna a écrit :",
           "El martes Anna escribió:",
           "El 3 de abril de 2023 Anna escribió:",
           "Martedì Anna ha scritto:",
           "Il 3 aprile 2023 Anna ha scritto:",
           "Na terça Anna escreveu:",
           "Em 3 de abril de 2023 Ana escreveu:",
           "Op dinsdag schreef Anna:",
           "Op 3 april 2023 schreef Anna:",
           "We wtorek Anna napisała:",
           "W dniu 3 kwietnia 2023 Anna napisała:",
           "Во вторник Анна написала:",
           "3 апреля 2023 г. Анна написала:",
           "У вівторок Анна написала:",
           "3 квітня 2023 р. Анна пише:",
           "I tisdags skrev Anna:",
           "Den 3 april 2023 skrev Anna:",
           "Tirsdag skrev Anna:",
           "Den 3. april 2023 skrev Anna:",
           "Tiistaina Anna kirjoitti:",
           "Anna kirjoitti 3.4.2023:",
           "V úterý Anna napsala:",
           "Dne 3. 4. 2023 Anna napsala:",
           "V utorok Anna napísala:",
           "Dňa 3. 4. 2023 Anna napísala:",
           "Kedden Anna ezt írta:",
           "2023. április 3-án Anna ezt írta:",
           "Marți Ana a scris:",
           "Pe 3 aprilie 2023 Ana a scris:",
           "Salı günü Anna şunu yazdı:",
           "Anna 3 Nisan 2023 tarihinde şunu yazdı:",
           "Την Τρίτη η Άννα έγραψε:",
           "Στις 3 Απριλίου 2023 η Άννα έγραψε:",
           "火曜日にアンナさんは書きました：",
           "2023年4月3日にアンナさんは書きました：",
           "星期二安娜写道：",
           "在2023年4月3日，安娜写道：",
           "星期二安娜寫道：",
           "安娜於 2023年4月3日 寫道：",
           "화요일에 안나가 쓴 글:",
           "2023년 4월 3일 안나가 작성:",
           "يوم الثلاثاء كتبت آنا:",
           "في 3 أبريل 2023 كتبت آنا:",
           "ביום שלישי אנה כתבה:",
           "ב-3 באפריל 2023 אנה כתבה:",
           "Thứ ba Anna đã viết:",
           "Vào 3 tháng 4, 2023 Anna đã viết:",
           "Hari Selasa Anna menulis:",
           "Pada 3 April 2023 Anna menulis:",
           "Във вторник Анна написа:",
           "U utorak Anna je napisala:",
           "V torek je Anna napisala:",
           "Dimarts Anna va escriure:",
       }) {
    const std::string text =
        std::string("Dear all,\n\n") + line + "\n\nWe shall never pay for that.\n- one\n- two\n\nWhat now?\n";
    EXPECT_EQ(SplitReply(text).size(), 1u) << line;
    EXPECT_EQ(SplitReply(text)[0].part, TextPart::kVisible) << line;
    const std::string list = std::string(line) + "\n1. one\n2. two\nBest, Bob\n";
    EXPECT_EQ(Visible(list) + "\n", list) << line;
  }
}

TEST(Reply, Signatures) {
  Check("v Here it is.\n\ns -- \ns rick\n");
  Check("v Stuff happened.\n\nv And here is a fix -- this is not a signature.\n\nv kthxbai\n");
  Check("v Hello\n\ns --\ns Anna Lee\ns +49 30 1234\n\ns This mail is confidential.\n");
  Check(
      "v One\n\nv --\n\nv This is a whole paragraph of the author, who likes to part his thoughts by dashes and goes "
      "on and on here.\n");
  Check(
      "v Hello\n\ns -- \ns xxx\ns Sent with Sparrow (http://x.example/?sig)\n\n\nq On Tuesday, April 3, 2012 at 4:55 "
      "PM, xxx wrote:\n\nq > Hello\n");
  Check("v Hello\n\nq > text\nq > -- \nq > Bob\n\nv Yes\n\ns -- \ns Ann\n");
  Check("v Oh thanks.\n\ns -Anna Lee\n\nq On 01/03/11 7:07 PM, Russell Brown wrote:\nq > Hi\n");
  Check("v We need:\n\nv -Tea\n\nv -Milk\n");
  Check("v This is private.\n\nv This message is confidential and meant for its recipient only.\n");
}

TEST(Reply, FootersOfLists) {
  Check(
      "v Hi folks\n\ns -Anna Lee\n\n\ns _______________________________________________\ns tea mailing list\ns "
      "tea@lists.example\n"
      "s http://lists.example/mailman/listinfo/tea\n");
  Check(
      "v Yes\n\nq > No?\n\n\ns _______________________________________________\ns tea mailing list -- "
      "tea@lists.example\n"
      "s To unsubscribe send an email to tea-leave@lists.example\n");
  Check("v One\nv _______________________\nv Two, see https://x.example\n\nv a\nv b\nv c\nv d\nv e\nv f\n");
}

TEST(Reply, LinesOfPrograms) {
  for (const char* line : {
           "Sent from my iPhone",
           "Sent from my BlackBerry",
           "Sent from my Verizon Wireless BlackBerry",
           "Sent from Yahoo Mail on Android",
           "Sent from Mail for Windows 10",
           "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows 10",
           "Get Outlook for iOS<https://aka.ms/o0ukef>",
           "Get Outlook for Android",
           "Sent from Outlook for iOS",
           "Sent with Proton Mail secure email.",
           "Sent with [Proton Mail](https://proton.me/) secure email.",
           "Sent from my Galaxy",
           "Sent via the Samsung Galaxy S22, an AT&T 5G smartphone",
           "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
           "Sent using Zoho Mail",
           "Sent from my TI-85",
           "Sent from my Alcatel Flash2, please excuse typos",
           "Sent from my Wiko RIDGE FAB 4G",
           "Envoyé de mon Wiko VIEW2",
           "Von meinem Wiko VIEW2 gesendet",
           "Get [Outlook for Android](https://aka.ms/x)",
           "Yahoo Mail: Search, Organize, Conquer",
           "Von meinem iPhone gesendet",
           "Von meinem/meiner Galaxy gesendet",
           "Gesendet von Mail für Windows",
           "Gesendet mit der WEB.DE Mail App",
           "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
           "Holen Sie sich Outlook für iOS",
           "Envoyé de mon iPhone",
           "Envoyé depuis mon iPhone",
           "Envoyé à partir de Outlook pour Android",
           "Télécharger Outlook pour iOS",
           "Enviado desde mi iPhone",
           "Enviado desde Outlook para Android",
           "Obtener Outlook para iOS",
           "Inviato da iPhone",
           "Inviato dal mio dispositivo Android",
           "Inviato da Libero Mail",
           "Scarica Outlook per iOS",
           "Enviado do meu iPhone",
           "Enviado a partir do meu iPhone",
           "Obter o Outlook para iOS",
           "Verstuurd vanaf mijn iPhone",
           "Verzonden vanuit Mail voor Windows",
           "Outlook voor Android downloaden",
           "Wysłane z iPhone'a",
           "Wysłano z telefonu Samsung",
           "Pobierz aplikację Outlook dla systemu iOS",
           "Отправлено с iPhone",
           "Отправлено из мобильной Яндекс Почты",
           "Скачать Outlook для iOS",
           "Надіслано з iPhone",
           "Отримати Outlook для Android",
           "Skickat från min iPhone",
           "Skickat från Outlook för Android",
           "Sendt fra min iPhone",
           "Sendt fra Outlook til Android",
           "Hent Outlook til iOS",
           "Lähetetty iPhonesta",
           "Hanki Outlook for iOS",
           "Odesláno z iPhonu",
           "Odesláno z Outlooku pro Android",
           "Odoslané z iPhonu",
           "Získať Outlook pre iOS",
           "Az iPhone-omról küldve",
           "Elküldve az iPhone készülékemről",
           "Trimis de pe iPhone-ul meu",
           "Obțineți Outlook pentru iOS",
           "iPhone'umdan gönderildi",
           "iOS için Outlook edinin",
           "Στάλθηκε από το iPhone μου",
           "Αποκτήστε το Outlook για iOS",
           "iPhoneから送信",
           "Outlook for iOSを入手",
           "发自我的iPhone",
           "从我的iPhone发送",
           "获取 Outlook for iOS",
           "從我的 iPhone 傳送",
           "取得 Android 版 Outlook",
           "나의 iPhone에서 보냄",
           "내 iPhone에서 보냄",
           "iOS용 Outlook 받기",
           "أرسلت من الـ iPhone",
           "الحصول على Outlook لـ iOS",
           "נשלח מה-iPhone שלי",
           "קבל את Outlook עבור iOS",
           "Đã gửi từ iPhone của tôi",
           "Tải Outlook cho iOS",
           "Dikirim dari iPhone saya",
           "Dapatkan Outlook untuk iOS",
           "ส่งจาก iPhone ของฉัน",
           "Изпратено от моя iPhone",
           "Poslano s mog iPhonea",
           "Enviat des del meu iPhone",
       }) {
    Check(std::string("v Hello\n\ns ") + line + "\n");
    Check(std::string("v Hello\n\ns ") + line +
          "\n\nq On Apr 3, 2012, at 4:19 PM, bob <bob@x.example> wrote:\n\nq > Hi\n");
  }
  for (const char* line : {
           "Sent from my desk, is much easier then my mobile phone.",
           "Sent from the office",
           "Sent from my 2nd home",
           "Sent from my Mother",
           "Sent from the Wiko VIEW2 shop",
           "Von meinem 2. Chef gesendet",
           "Get [the list](https://x.example) soon",
           "Sent from the warehouse on Monday",
           "Von meinem Chef gesendet",
           "Envoyé de Paris",
           "Enviado desde Madrid el lunes",
           "Inviato da Roma",
           "Отправлено с нашего склада",
           "Gesendet von Anna",
           "Sendt fra Oslo",
           "Skickat från lagret",
           "发自内心的感谢",
           "I sent it from my iPhone",
       }) {
    Check(std::string("v Hello\n\nv ") + line + "\n");
  }
  Check("v Sent from my iPhone with a long text that goes on\nv in the next line of the author.\n");
}

TEST(Reply, ContainersOfHtml) {
  const std::string text = "Hello\nOn Apr 3, 2012, bob wrote:\nHi\nBob\nBelow\n";
  const auto at = [&](std::string_view words) { return text.find(words); };
  const std::vector<TextMark> marks = {{MarkKind::kQuoteBegin, at("Hi")}, {MarkKind::kQuoteEnd, at("Below")}};
  EXPECT_EQ(Visible(text, marks), "Hello\n\nBelow");
  const std::vector<TextMark> open = {{MarkKind::kQuoteEnd, 0}, {MarkKind::kQuoteBegin, at("Hi")}};
  EXPECT_EQ(Visible(text, open), "Hello") << "never closed: to the end";
}

// Gmail's outer container holds the attribution, the quote in pieces and the answers between.
TEST(Reply, AnswersInsideOfGmailsContainer) {
  const std::string text =
      "Top\nOn Mon, Apr 3, 2023 at 10:15 AM Ann <a@x.example> wrote:\none?\nfirst answer\ntwo?\nsecond answer\n";
  const auto at = [&](std::string_view words) { return text.find(words); };
  const std::vector<TextMark> marks = {
      {MarkKind::kQuoteBegin, at("On Mon")}, {MarkKind::kQuoteBegin, at("one?")}, {MarkKind::kQuoteEnd, at("first")},
      {MarkKind::kQuoteBegin, at("two?")},   {MarkKind::kQuoteEnd, at("second")}, {MarkKind::kQuoteEnd, text.size()},
  };
  EXPECT_EQ(Visible(text, marks), "Top\n\nfirst answer\n\nsecond answer");
}

// The same shape, but the attribution of the outer quote stands above it: what is in it was written by another.
TEST(Reply, AnswersInsideOfAQuoteBelongToIt) {
  const std::string text =
      "Top\nOn Mon, Apr 3, 2023 at 10:15 AM Ann <a@x.example> wrote:\nOn Sun, Apr 2, 2023 at 9:15 AM Bob <b@x.example> "
      "wrote:\nold\nhers\n";
  const auto at = [&](std::string_view words) { return text.find(words); };
  const std::vector<TextMark> marks = {{MarkKind::kQuoteBegin, at("On Sun")},
                                       {MarkKind::kQuoteBegin, at("old")},
                                       {MarkKind::kQuoteEnd, at("hers")},
                                       {MarkKind::kQuoteEnd, text.size()}};
  EXPECT_EQ(Visible(text, marks), "Top");
}

TEST(Reply, SignaturesAndSeparatorsOfHtml) {
  const std::string text = "Hello\nAnna Lee\nLee Ltd.\nP.S. more\nFrom: Bob <b@x.example>\nSubject: x\n\nHi\n";
  const auto at = [&](std::string_view words) { return text.find(words); };
  const std::vector<TextMark> marks = {{MarkKind::kSignatureBegin, at("Anna")},
                                       {MarkKind::kSignatureEnd, at("P.S.")},
                                       {MarkKind::kSeparator, at("From")}};
  const std::vector<TextSpan> spans = SplitReply(text, marks);
  EXPECT_EQ(PartsOf(text, spans), "vssvqqq");
  EXPECT_EQ(JoinSpans(text, spans, TextPart::kSignature), "Anna Lee\nLee Ltd.");
  const std::string ruled = "One\nTwo\n";
  EXPECT_EQ(Visible(ruled, std::vector<TextMark>{{MarkKind::kSeparator, 4}}), "One\nTwo")
      << "a rule alone is the author's";
}

constexpr std::string_view kPool[] = {"Hello Anna,",
                                      "",
                                      "",
                                      "> quoted",
                                      ">> deeper",
                                      "> ",
                                      "-- ",
                                      "--",
                                      "Sent from my iPhone",
                                      "-----Original Message-----",
                                      "-Anna",
                                      "On Mon, Apr 3, 2023 at 10:15 AM Anna <a@x.example> wrote:",
                                      "On Mon, Apr 3, 2023 at 10:15 AM Anna",
                                      "<a@x.example>",
                                      "wrote:",
                                      "Am 03.04.2023 um 10:15 schrieb Anna:",
                                      "________________________________",
                                      "From: a@x.example",
                                      "Sent: Monday",
                                      "To: b@x.example",
                                      "Subject: x",
                                      "| row",
                                      "» x",
                                      ">From",
                                      "2023年4月3日(月) 10:15 Anna <a@x.example>:",
                                      "- item",
                                      "https://x.example/list",
                                      "tea mailing list",
                                      "\xe2\x80\x8f",
                                      "\xc2\xa0",
                                      "*From:* b@x.example",
                                      "<",
                                      "> wrote:"};

TEST(Reply, X07_AnyLinesArePartitioned) {
  test::Rng random;
  PRINT_SEED(random);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    std::vector<size_t> begins;
    for (size_t lines = random() % 14; lines > 0; --lines) {
      begins.push_back(text.size());
      text.append(kPool[random() % std::size(kPool)]).append(lines == 1 && random() % 2 == 0 ? "" : "\n");
    }
    std::vector<TextMark> marks;
    if (round % 2 == 0 && !begins.empty()) {
      for (size_t i = 0; i < 5; ++i) {
        marks.push_back({static_cast<MarkKind>(random() % 5), begins[random() % begins.size()]});
      }
      std::sort(marks.begin(), marks.end(), [](const TextMark& a, const TextMark& b) { return a.offset < b.offset; });
    }
    const std::vector<TextSpan> spans = SplitReply(text, marks);
    ASSERT_NO_FATAL_FAILURE(ExpectPartition(text, spans)) << text;

    std::string quoted;
    for (size_t i = 0; i < begins.size(); ++i) {
      const size_t end = i + 1 < begins.size() ? begins[i + 1] : text.size();
      quoted += "> " + text.substr(begins[i], end - begins[i]);
    }
    for (const TextSpan& span : SplitReply(quoted)) ASSERT_EQ(span.part, TextPart::kQuoted) << quoted;
  }
}

TEST(Reply, WordsWithoutAMarkerAreVisible) {
  test::Rng random;
  PRINT_SEED(random);
  constexpr std::string_view kWords[] = {"Anna",        "wrote", "on",  "On",      "3",    "April", "2023", "10:15",
                                         "a@x.example", ",",     "the", "schrieb", "写道", "-",     "から"};
  for (int round = 0; round < 5'000; ++round) {
    std::string text = "Dear Bob,\n";
    for (size_t words = random() % 40; words > 0; --words) {
      text.append(kWords[random() % std::size(kWords)]).append(random() % 6 == 0 ? "\n" : " ");
    }
    text += ".\n";
    for (const TextSpan& span : SplitReply(text)) ASSERT_EQ(span.part, TextPart::kVisible) << text;
  }
}

TEST(Reply, CostIsLinear) {
  const std::string_view kPieces[] = {"> ",
                                      ">",
                                      ">\n",
                                      "> > >\n",
                                      "On On On ",
                                      "On Mon, Apr 3, 2023 at 10:15 AM\n",
                                      "wrote:\n",
                                      "On wrote:\n",
                                      "Anna wrote:\n",
                                      ":\n",
                                      "\n",
                                      "--\n",
                                      "-- \n",
                                      "-----Original Message\n",
                                      "From: a@x\n",
                                      "Subject: x\n",
                                      "____________\n",
                                      "____________\nhttp://x\n",
                                      "Sent from my \n",
                                      "Sent from my iPhone\n",
                                      "<\n",
                                      "(http://x\n",
                                      "1 2 3 4 5\n",
                                      "On Apr 3, 2012, at 4:19 PM, bob <b@x> wrote:\ntext\n",
                                      "a@b ",
                                      "写道",
                                      "-A\n\n",
                                      "On 1.2.2003 10:15 <\n",
                                      "On Monday, Anna Margarethe Leelanau-Hope of the house wrote to us\n"};
  for (const std::string_view piece : kPieces) {
    std::string small, large;
    while (small.size() < 40'000) small += piece;
    while (large.size() < 160'000) large += piece;
    EXPECT_TRUE(CostsAtMost(
        3 * 3, [&] { SplitReply(small); }, [&] { SplitReply(large); }, 0.02))
        << piece;
  }
}

TEST(Reply, CostIsLinearInMarks) {
  struct Marked {
    std::string text;
    std::vector<TextMark> marks;
  };
  const auto make = [](size_t count, bool nested) {
    Marked made;
    for (size_t i = 0; i < count; ++i) {
      made.marks.push_back({MarkKind::kQuoteBegin, made.text.size()});
      made.text += "On Apr 3, 2012, at 4:19 PM, bob <b@x.example> wrote:\n";
      if (!nested) made.marks.push_back({MarkKind::kQuoteEnd, made.text.size()});
    }
    return made;
  };
  for (const bool nested : {false, true}) {
    const Marked small = make(5'000, nested), large = make(20'000, nested);
    EXPECT_TRUE(CostsAtMost(
        3 * 3, [&] { SplitReply(small.text, small.marks); }, [&] { SplitReply(large.text, large.marks); }, 0.02))
        << nested;
  }
}

}  // namespace
}  // namespace casecomm::scan
