// SPDX-License-Identifier: Apache-2.0
#include "scan/header_block.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

// What a client writes above the quoted text, in its order and spelling.
struct Client {
  std::string_view name, language, from, date, to, cc, subject;
};

constexpr Client kClients[] = {
    {"Outlook", "en", "From:", "Sent:", "To:", "Cc:", "Subject:"},
    {"Outlook for Mac", "en", "From:", "Date:", "To:", "Cc:", "Subject:"},
    {"Gmail", "de", "Von:", "Datum:", "An:", "Cc:", "Betreff:"},
    {"Outlook", "de", "Von:", "Gesendet:", "An:", "Cc:", "Betreff:"},
    {"Thunderbird", "de", "Von:", "Datum:", "An:", "Kopie (CC):", "Betreff:"},
    {"Outlook", "fr", "De :", "Envoyé :", "À :", "Cc :", "Objet :"},
    {"Outlook with NBSP", "fr", "De\u00a0:", "Envoyé\u00a0:", "À\u00a0:", "Cc\u00a0:", "Objet\u00a0:"},
    {"Thunderbird", "fr", "De :", "Date :", "Pour :", "Copie à :", "Sujet :"},
    {"Outlook", "es", "De:", "Enviado:", "Para:", "CC:", "Asunto:"},
    {"Outlook 2016", "es", "De:", "Enviado el:", "Para:", "CC:", "Asunto:"},
    {"Outlook", "it", "Da:", "Inviato:", "A:", "Cc:", "Oggetto:"},
    {"Thunderbird", "it", "Mittente:", "Data:", "A:", "CC:", "Oggetto:"},
    {"Outlook", "pt", "De:", "Enviada em:", "Para:", "Cc:", "Assunto:"},
    {"Outlook", "pt", "De:", "Enviado:", "Para:", "Cc:", "Assunto:"},
    {"Outlook", "nl", "Van:", "Verzonden:", "Aan:", "CC:", "Onderwerp:"},
    {"Outlook", "pl", "Od:", "Wysłano:", "Do:", "DW:", "Temat:"},
    {"Thunderbird", "pl", "Nadawca:", "Data:", "Adresat:", "Kopia:", "Temat:"},
    {"Outlook", "ru", "От:", "Отправлено:", "Кому:", "Копия:", "Тема:"},
    {"Apple Mail", "ru", "Отправитель:", "Дата:", "Кому:", "Копия:", "Тема:"},
    {"Outlook", "uk", "Від:", "Надіслано:", "Кому:", "Копія:", "Тема:"},
    {"Outlook", "sv", "Från:", "Skickat:", "Till:", "Kopia:", "Ämne:"},
    {"Outlook", "da", "Fra:", "Sendt:", "Til:", "Cc:", "Emne:"},
    {"Outlook", "nb", "Fra:", "Sendt:", "Til:", "Kopi:", "Emne:"},
    {"Outlook", "fi", "Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Kopio:", "Aihe:"},
    {"Outlook", "cs", "Od:", "Odesláno:", "Komu:", "Kopie:", "Předmět:"},
    {"Outlook", "sk", "Od:", "Odoslané:", "Komu:", "Kópia:", "Predmet:"},
    {"Outlook", "hu", "Feladó:", "Elküldve:", "Címzett:", "Másolatot kap:", "Tárgy:"},
    {"Outlook", "ro", "De la:", "Trimis:", "Către:", "Cc:", "Subiect:"},
    {"Outlook", "tr", "Kimden:", "Gönderilen:", "Kime:", "Bilgi:", "Konu:"},
    {"Gmail and Outlook.com", "tr", "Gönderen:", "Gönderildi:", "Kime:", "Cc:", "Konu:"},
    {"Outlook", "el", "Από:", "Στάλθηκε:", "Προς:", "Κοιν.:", "Θέμα:"},
    {"Outlook", "ja", "差出人:", "送信日時:", "宛先:", "CC:", "件名:"},
    {"with wide colons", "ja", "送信元：", "日付：", "送信先：", "CC：", "件名："},
    {"Outlook", "zh-hans", "发件人:", "发送时间:", "收件人:", "抄送:", "主题:"},
    {"with wide colons", "zh-hans", "发件人：", "日期：", "收件人：", "抄送：", "主题："},
    {"Outlook", "zh-hant", "寄件者:", "寄件日期:", "收件者:", "副本:", "主旨:"},
    {"Outlook", "ko", "보낸 사람:", "보낸 날짜:", "받는 사람:", "참조:", "제목:"},
    {"Outlook", "ar", "من:", "تاريخ الإرسال:", "إلى:", "نسخة:", "الموضوع:"},
    {"Outlook", "he", "מאת:", "נשלח:", "אל:", "עותק:", "נושא:"},
    {"Outlook", "vi", "Từ:", "Đã gửi:", "Đến:", "Cc:", "Chủ đề:"},
    {"Apple Mail", "hr", "Šalje:", "Datum:", "Prima:", "Cc:", "Predmet:"},
    {"Outlook", "bg", "От:", "Изпратено:", "До:", "Копие:", "Относно:"},
    {"Outlook", "sl", "Od:", "Poslano:", "Za:", "Kp:", "Zadeva:"},
    {"Gmail", "et", "Saatja:", "Kuupäev:", "Adressaat:", "Koopia:", "Teema:"},
};

std::string Block(const Client& c, std::string_view star = "") {
  std::string text;
  const auto line = [&](std::string_view label, std::string_view value) {
    text.append(star).append(label).append(star).append(" ").append(value).append("\n");
  };
  line(c.from, "Ann Smith <ann@x.example>");
  line(c.date, "14.01.2025 09:12");
  line(c.to, "bob@y.example");
  line(c.cc, "carl@z.example");
  line(c.subject, "The sale: last steps");
  return text;
}

TEST(HeaderBlock, ClientsInTheirLanguages) {
  for (const Client& client : kClients) {
    for (const std::string_view star : {"", "*"}) {
      const std::string text = "Thanks\n" + Block(client, star) + "\nThe text.\n";
      const auto block = ReadHeaderBlock(text, 7);
      ASSERT_TRUE(block) << client.name << " " << client.language;
      EXPECT_EQ(block->from, "Ann Smith <ann@x.example>") << client.name << " " << client.language;
      EXPECT_EQ(block->date, "14.01.2025 09:12") << client.name << " " << client.language;
      EXPECT_EQ(block->to, "bob@y.example") << client.name << " " << client.language;
      EXPECT_EQ(block->cc, "carl@z.example") << client.name << " " << client.language;
      EXPECT_EQ(block->subject, "The sale: last steps") << client.name << " " << client.language;
      EXPECT_EQ(block->language, client.language) << client.name;
      EXPECT_EQ(block->begin, 7u);
      EXPECT_EQ(text.substr(block->end), "The text.\n") << client.name << " " << client.language;
    }
  }
}

TEST(HeaderBlock, CaseAndInvisibleCharactersDoNotCount) {
  for (const Client& client : kClients) {
    const std::string text = "\u200e" + Block(client);
    ASSERT_TRUE(ReadHeaderBlock(text, 0)) << client.language;
  }
  EXPECT_TRUE(ReadHeaderBlock("FROM: a@x.example\nSENT: today\n", 0));
  EXPECT_TRUE(ReadHeaderBlock("ОТ: a@x.example\nКОМУ: b@x.example\n", 0));
  EXPECT_TRUE(ReadHeaderBlock("De : a@x.example\nA\u0300 : b@x.example\n", 0)) << "an accent of its own";
  EXPECT_TRUE(ReadHeaderBlock("Kimden: a@x.example\nGÖNDERİLEN: bugün\n", 0));
}

TEST(HeaderBlock, OneLineEach) {
  EXPECT_FALSE(ReadHeaderBlock("From: here to there\n", 0));
  EXPECT_FALSE(ReadHeaderBlock("To: do list\n", 0));
  EXPECT_FALSE(ReadHeaderBlock("From: ann@x.example\n", 0));
  EXPECT_FALSE(ReadHeaderBlock("", 0));
  EXPECT_FALSE(ReadHeaderBlock("From:", 0));
  EXPECT_FALSE(ReadHeaderBlock("From: x", 7));
}

TEST(HeaderBlock, ProseIsNone) {
  for (const char* text : {
           "From: here to there\nTo: do list\n",
           "From: London\nTo: Paris\nDate: 14 January 2025 10:30\n",
           "Date: 14 January\nTo: everybody\n",
           "From: the desk of Ann\nDear Bob,\nSubject to change.\n",
           "De: aquí\nPara: allá\n",
           "Von: Anfang\nAn: Ende\n",
           "To: bob@x.example\nCc: carl@x.example\n",
           "Subject: math\nTo: pupils\n",
           "Attachments: two\nFrom: ann@x.example\nTo: bob@x.example\n",
           "From ann@x.example\nSent yesterday\n",
           "> From: ann@x.example\n> Sent: today\n",
           "I wrote From: ann@x.example\nTo: bob@x.example\n",
           "A: yes\nDe: facto\n",
       }) {
    EXPECT_FALSE(ReadHeaderBlock(text, 0)) << text;
  }
}

TEST(HeaderBlock, LabelsOfTwoLanguagesAreNoBlock) {
  EXPECT_FALSE(ReadHeaderBlock("Von: a@x.example\nSent: today\n", 0));
  EXPECT_TRUE(ReadHeaderBlock("De : a@x.example\nDate: mar. 14 janv. 2025 à 09:12\nSubject: x\nTo: <b@x.example>\n", 0))
      << "Gmail translates the first alone";
}

TEST(HeaderBlock, ValuesFold) {
  const std::string text =
      "From: Ann Smith\n<ann@x.example>\nSent: Tuesday\nTo: bob@x.example,\n  carl@x.example,\ndora@x.example\n"
      "Subject: Two\nlines\nReply-To: x@x.example\nImportance: High\nAttachments: a.pdf\n\nText\n";
  const auto block = ReadHeaderBlock(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->from, "Ann Smith\n<ann@x.example>");
  EXPECT_EQ(block->to, "bob@x.example,\n  carl@x.example,\ndora@x.example");
  EXPECT_EQ(block->subject, "Two\nlines");
  EXPECT_EQ(text.substr(block->end), "Text\n");
}

TEST(HeaderBlock, TheTextMayFollowWithoutABlankLine) {
  const std::string text =
      "From: Ann <a@x.example>\nDate: today\nTo: b@x.example\nSubject: Short\nHello Bob,\n\nto be: done\n";
  const auto block = ReadHeaderBlock(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->subject, "Short");
  EXPECT_EQ(text.substr(block->end), "Hello Bob,\n\nto be: done\n");
}

TEST(HeaderBlock, ALongSubjectThatWasWrapped) {
  const std::string subject =
      "A subject that is so long that the program that sent it had to\nwrap it into a second line";
  const std::string text = "From: Ann <a@x.example>\nTo: b@x.example\nSubject: " + subject + "\n\nHello\n";
  const auto block = ReadHeaderBlock(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->subject, subject);
}

TEST(HeaderBlock, DoubleSpacedAndStacked) {
  const std::string spaced =
      "From: a@x.example\n\nSent: today\n\nTo: b@x.example\n\nSubject: S\n\nText\n\nTo: nobody\n";
  auto block = ReadHeaderBlock(spaced, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->subject, "S");
  EXPECT_EQ(spaced.substr(block->end), "Text\n\nTo: nobody\n");

  const std::string stacked = "From:\nAnn <a@x.example>\nSent:\ntoday\nTo:\nb@x.example\nSubject:\nS\n\nText\n";
  block = ReadHeaderBlock(stacked, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->from, "Ann <a@x.example>");
  EXPECT_EQ(block->date, "today");
  EXPECT_EQ(block->subject, "S");
  EXPECT_EQ(stacked.substr(block->end), "Text\n");
}

TEST(HeaderBlock, EmptyLinesHereAndThere) {
  const std::string text =
      "From: Ann <a@x.example>\n\nDate: Sat, 22 Mar 2008 12:16:06\nTo:<b@y.example>\n\n\nSubject: S\n\n\nText\n";
  const std::optional<HeaderBlock> block = ReadHeaderBlock(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->subject, "S");
  EXPECT_EQ(block->to, "<b@y.example>");
  const std::string tight = "From: Ann <a@x.example>\nTo: <b@y.example>\n\n\nSubject: of the day\n";
  ASSERT_TRUE(ReadHeaderBlock(tight, 0));
  EXPECT_EQ(ReadHeaderBlock(tight, 0)->subject.data(), nullptr) << "the text begins so";
}

// Gmail has the other labels in English.
TEST(HeaderBlock, TheLanguageIsThatOfTheAuthorsLabel) {
  const auto language = [](const std::string& from) {
    const std::string text = from + ": Ann <a@x.example>\nDate: today\nSubject: S\nTo: <b@y.example>\n\nText\n";
    return std::string(ReadHeaderBlock(text, 0)->language);
  };
  EXPECT_EQ(language("From"), "en");
  EXPECT_EQ(language("Šalje"), "hr");
  EXPECT_EQ(language("Lähettäjä"), "fi");
  EXPECT_EQ(language("Od"), "en") << "of five languages";
}

TEST(HeaderBlock, ABlankLineEndsIt) {
  const std::string text = "From: a@x.example\nSent: today\nSubject: S\n\nTo: whom it concerns\n";
  const auto block = ReadHeaderBlock(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->to.data(), nullptr);
  EXPECT_EQ(text.substr(block->end), "To: whom it concerns\n");
}

TEST(HeaderBlock, ASecondFromBeginsAnother) {
  const std::string text = "From: a@x.example\nSubject: S\nFrom: b@x.example\nSubject: T\n";
  const auto block = ReadHeaderBlock(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->from, "a@x.example");
  EXPECT_EQ(text.substr(block->end), "From: b@x.example\nSubject: T\n");
}

TEST(HeaderBlock, AbsentAndEmptyDiffer) {
  const auto block = ReadHeaderBlock("From: Ann\nSent: today\nTo: Bob\nSubject:\n\nText", 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->cc.data(), nullptr);
  EXPECT_NE(block->subject.data(), nullptr);
  EXPECT_EQ(block->subject, "");
}

TEST(HeaderBlock, NoMoreThanFortyLines) {
  std::string text = "From: a@x.example\nSubject: S\n";
  for (int i = 0; i < 100; ++i) text += "Attachments: " + std::to_string(i) + "\n";
  const auto block = ReadHeaderBlock(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(text.substr(block->end).substr(0, 16), "Attachments: 38\n");
}

TEST(HeaderBlock, InOneLine) {
  const std::string text =
      "From: Ann <ann@x.example>To: \"bob@y.example\" <bob@y.example>Cc: Carl <carl@z.example>; Dora <dora@z.example>"
      "Sent: Tuesday, January 14, 2025, 09:12:50 AM GMT+1Subject: The sale: last steps\n Text\n";
  const auto block = ReadHeaderLine(text, 0);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->from, "Ann <ann@x.example>");
  EXPECT_EQ(block->to, "\"bob@y.example\" <bob@y.example>");
  EXPECT_EQ(block->cc, "Carl <carl@z.example>; Dora <dora@z.example>");
  EXPECT_EQ(block->date, "Tuesday, January 14, 2025, 09:12:50 AM GMT+1");
  EXPECT_EQ(block->subject, "The sale: last steps");
  EXPECT_EQ(text.substr(block->end), " Text\n");
  EXPECT_FALSE(ReadHeaderLine("From: here to there", 0));
  EXPECT_FALSE(ReadHeaderLine("", 0));
  EXPECT_FALSE(ReadHeaderLine("差出人：", 0));
  EXPECT_FALSE(ReadHeaderLine("From:", 0));
}

// Any piece of a block, and of what is like one, at any place.
TEST(HeaderBlock, ReadsNoFurtherThanTheText) {
  const std::string text = Block(kClients[5]) + "\n" + Block(kClients[31], "*") + "From:";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    for (size_t pos = 0; pos <= size; pos += 7) {
      if (const auto block = ReadHeaderBlock(cut, pos)) {
        EXPECT_EQ(block->begin, pos);
        EXPECT_LE(block->end, size);
        EXPECT_GT(block->end, pos);
      }
      ReadHeaderLine(cut, pos);
    }
  }
}

std::string Repeated(std::string_view piece, size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

size_t BlocksAtAllLines(std::string_view text) {
  size_t blocks = 0;
  for (size_t pos = 0; pos < text.size(); pos = text.find('\n', pos) + 1) {
    blocks += ReadHeaderBlock(text, pos) ? 1 : 0;
    if (text.find('\n', pos) == text.npos) break;
  }
  return blocks;
}

TEST(HeaderBlockLimits, LinearAtEveryLine) {
  for (const std::string_view piece :
       {"From: x\n", "To: a@x.example,\n", "От: x\n", "From: x\nx\nx\n", "From:\n", "Subject: a\nAttachments: b\n"}) {
    const std::string half = Repeated(piece, 1 << 17), whole = Repeated(piece, 1 << 18);
    size_t blocks = 0;
    EXPECT_TRUE(CostsAtMost(
        3, [&] { blocks += BlocksAtAllLines(half); }, [&] { blocks += BlocksAtAllLines(whole); }))
        << piece;
    EXPECT_EQ(blocks, 0u) << piece;
  }
}

}  // namespace
}  // namespace casecomm::scan
