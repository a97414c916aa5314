// SPDX-License-Identifier: Apache-2.0
// Mail to be sent: what it says, and that nothing else can be said with it (threats T28, T29).
#include "casecomm/compose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "casecomm/mail.h"
#include "compose/verify.h"
#include "tests/base/random.h"

namespace casecomm {
namespace {

ComposeRequest Plain() {
  ComposeRequest request;
  request.from = {"Ann Hale", "ann@firm.example"};
  request.to = {{"", "bob@client.example"}};
  request.subject = "Your lease";
  request.date_s = 1'736'842'320;
  request.zone_minutes = 60;
  request.message_id = "1@in.firm.example";
  request.text = "Hello Bob,\n\nthe lease is signed.\n";
  return request;
}

std::string Bytes(const ComposeRequest& request) {
  const auto mail = ComposeMail(request);
  EXPECT_TRUE(mail.ok()) << mail.status().ToString();
  return mail.ok() ? mail->bytes : std::string();
}

size_t LongestLine(const std::string& mail) {
  size_t longest = 0;
  for (size_t pos = 0; pos < mail.size();) {
    const size_t end = std::min(mail.find("\r\n", pos), mail.size());
    longest = std::max(longest, end - pos);
    pos = end + 2;
  }
  return longest;
}

TEST(Compose, WritesAPlainMailByteForByte) {
  EXPECT_EQ(Bytes(Plain()),
            "From: Ann Hale <ann@firm.example>\r\n"
            "To: bob@client.example\r\n"
            "Subject: Your lease\r\n"
            "Date: Tue, 14 Jan 2025 09:12:00 +0100\r\n"
            "Message-ID: <1@in.firm.example>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=\"utf-8\"\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "Hello Bob,\r\n\r\nthe lease is signed.\r\n");
}

TEST(Compose, WritesAReplyWithEverythingInIt) {
  ComposeRequest request = Plain();
  request.from.name = "Hale, Ann";
  request.to.push_back({"Jörg Müller", "joerg@client.example"});
  request.cc = {{"Case - Hale", "q10-67g0ykz0y5kf4k-fc0ece3w7cncstkj@in.firm.example"}};
  request.reply_to = request.cc;
  request.subject = "Re: Größe der Wohnung";
  request.in_reply_to = {"a@client.example"};
  request.references = {"z@client.example", "a@client.example"};
  request.html = "<p>Grüße <img src=\"cid:logo@firm\"></p>";
  request.files = {{"logo.png", "image/png", "\x89PNG", "logo@firm"},
                   {"Übergabe.pdf", "application/pdf", "%PDF-1.4", ""}};
  request.automatic = true;
  const std::string mail = Bytes(request);
  for (const char* line :
       {"From: \"Hale, Ann\" <ann@firm.example>\r\n", "To: bob@client.example, =?utf-8?b?SsO2cmcgTcO8bGxlcg==?=",
        "Subject: Re: =?utf-8?b?R3LDtsOfZQ==?= der Wohnung\r\n",
        "References: <z@client.example> <a@client.example>\r\n", "Auto-Submitted: auto-generated\r\n",
        "Content-Type: multipart/mixed;", "Content-Type: multipart/alternative;",
        "Content-Type: multipart/related; type=\"text/html\";", "Content-ID: <logo@firm>\r\n",
        "filename*=utf-8''%C3%9Cbergabe.pdf\r\n"}) {
    EXPECT_NE(mail.find(line), mail.npos) << line << "\n" << mail;
  }
  const Mail read = ScanMail(mail);
  EXPECT_EQ(read.to, (std::vector<std::string>{"bob@client.example", "joerg@client.example"}));
  EXPECT_EQ(read.text, "Hello Bob,\n\nthe lease is signed.");
  EXPECT_EQ(read.attachments.size(), 2u);
  EXPECT_TRUE(read.is_auto);
  EXPECT_TRUE(read.defects.empty());
}

TEST(Compose, TheSameRequestGivesTheSameBytes) {
  ComposeRequest request = Plain();
  request.html = "<p>x</p>";
  request.files = {{"a", "a/b", "c", ""}};
  EXPECT_EQ(Bytes(request), Bytes(request));
  const std::string before = Bytes(request);
  request.files[0].bytes = "d";
  EXPECT_NE(Bytes(request), before);
}

TEST(Compose, T28_ControlCharactersAreRefusedAndNamed) {
  const auto expect = [](const ComposeRequest& request, const std::string& reason, const std::string& subject,
                         int64_t position) {
    const auto mail = ComposeMail(request);
    ASSERT_FALSE(mail.ok()) << subject;
    EXPECT_EQ(mail.status().code(), Code::kInvalidArgument);
    EXPECT_EQ(mail.status().reason(), reason) << subject;
    EXPECT_EQ(mail.status().subject(), subject);
    EXPECT_EQ(mail.status().position(), position) << subject;
  };
  for (const char bad : {'\r', '\n', '\0', '\t', '\x7f', '\x1b'}) {
    const std::string text = std::string("ab") + bad + "Bcc: eve@evil.example";
    ComposeRequest request = Plain();
    request.subject = text;
    expect(request, "bad_header_text", "subject", 2);
    request = Plain();
    request.from.name = text;
    expect(request, "bad_header_text", "from.name", 2);
    request = Plain();
    request.to.push_back({text, "a@b.example"});
    expect(request, "bad_header_text", "to[1].name", 2);
    request = Plain();
    request.cc = {{"", "a" + text + "@b.example"}};
    expect(request, "bad_address", "cc[0].address", -1);
    request = Plain();
    request.files = {{text, "a/b", "", ""}};
    expect(request, "bad_header_text", "files[0].name", 2);
    request.files = {{"n", "a/b" + std::string(1, bad), "", ""}};
    expect(request, "bad_media_type", "files[0].media_type", -1);
    request = Plain();
    request.message_id = "a" + std::string(1, bad) + "@b";
    expect(request, "bad_message_id", "message_id", -1);
    request = Plain();
    request.references = {"x@y", "a@b" + text};
    expect(request, "bad_message_id", "references[1]", -1);
  }
  ComposeRequest request = Plain();
  request.text = std::string("a\0b", 3);
  expect(request, "bad_text", "text", 1);
  request.text = "abc\xff";
  expect(request, "bad_text", "text", 3);
  request = Plain();
  request.subject = "a\xff";
  expect(request, "bad_header_text", "subject", 1);
  request.subject = " a";
  expect(request, "bad_header_text", "subject", -1);
  request = Plain();
  request.to.clear();
  expect(request, "no_recipient", "to", -1);
  request = Plain();
  request.files = {{"a.png", "image/png", "x", "id@x"}};
  expect(request, "image_without_html", "files[0]", -1);
  for (const char* type : {"", "text", "/", "a/b/c", "multipart/mixed", "message/partial", "a/b; name=x"}) {
    request.files = {{"a", type, "x", ""}};
    expect(request, "bad_media_type", "files[0].media_type", -1);
  }
  request = Plain();
  request.date_s = -1;
  expect(request, "bad_date", "date_s", -1);
  request = Plain();
  request.zone_minutes = 1440;
  expect(request, "bad_date", "zone_minutes", -1);
}

// Each is read back by the reader of dates inside ComposeMail; here by the weekday that it names, too, or scan flags it.
TEST(Compose, DatesOfAllYearsAndZonesAreWritten) {
  test::Rng random;
  PRINT_SEED(random);
  ComposeRequest request = Plain();
  const auto date = [&](int64_t date_s, int32_t zone) {
    request.date_s = date_s;
    request.zone_minutes = zone;
    const std::string mail = Bytes(request);
    const size_t begin = mail.find("Date: ") + 6;
    return mail.substr(begin, mail.find("\r\n", begin) - begin);
  };
  EXPECT_EQ(date(0, 0), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(date(0, -1439), "Wed, 31 Dec 1969 00:01:00 -2359");
  EXPECT_EQ(date(951'782'400, 0), "Tue, 29 Feb 2000 00:00:00 +0000");
  EXPECT_EQ(date(951'868'799, 1), "Wed, 01 Mar 2000 00:00:59 +0001");
  EXPECT_EQ(date(4'107'542'399, 0), "Sun, 28 Feb 2100 23:59:59 +0000");
  EXPECT_EQ(date(4'107'542'400, 0), "Mon, 01 Mar 2100 00:00:00 +0000");
  EXPECT_EQ(date(253'402'300'799, 0), "Fri, 31 Dec 9999 23:59:59 +0000");
  for (int i = 0; i < 2000; ++i) {
    date(static_cast<int64_t>(random.Below(253'402'200'000)), static_cast<int32_t>(random.Below(2879)) - 1439);
  }
}

TEST(Compose, LinesStayWithinLimits) {
  ComposeRequest request = Plain();
  request.subject = std::string(5000, 'x');
  for (int i = 0; i < 60; ++i)
    request.to.push_back({std::string(20, 'n'), "p" + std::to_string(i) + "@client.example"});
  for (int i = 0; i < 60; ++i) request.references.push_back(std::to_string(i) + "@client.example");
  request.text = std::string(3000, 'y') + "\n" + std::string(50, ' ') + "\nFrom me\n.\nend";
  request.html = std::string(2000, 'z');
  request.files = {{std::string(300, 'f') + ".pdf", "application/pdf", std::string(1000, '\0'), ""}};
  const std::string mail = Bytes(request);
  EXPECT_LE(LongestLine(mail), 78u);
  EXPECT_EQ(mail.find("\r\nFrom me"), mail.npos) << "programs would put a > in front of it";
  EXPECT_EQ(mail.find("\r\n.\r\n"), mail.npos);
}

TEST(Compose, NonAsciiAddressesNeedSmtputf8OnlyInTheLocalPart) {
  ComposeRequest request = Plain();
  request.to = {{"", "joerg@bücher.example"}};
  EXPECT_FALSE(ComposeMail(request)->smtputf8);
  EXPECT_NE(Bytes(request).find("joerg@xn--bcher-kva.example"), std::string::npos);
  request.to = {{"", "jörg@bücher.example"}};
  EXPECT_TRUE(ComposeMail(request)->smtputf8);
  EXPECT_NE(Bytes(request).find("jörg@bücher.example"), std::string::npos);
}

TEST(Compose, AnAttachedMessageIsNotEncodedWhereItCanStand) {
  ComposeRequest request = Plain();
  const std::string inner = Bytes(Plain());
  request.files = {{"forwarded.eml", "message/rfc822", inner, ""}};
  EXPECT_NE(Bytes(request).find("Content-Type: message/rfc822"), std::string::npos);
  request.files[0].bytes = "From: \xfc\r\n\r\n";
  EXPECT_NE(Bytes(request).find("Content-Type: application/octet-stream"), std::string::npos);
}

// Whatever is asked for, the fields are those of the request, or it is refused: the reading in ComposeMail is that of a
// stranger, and here it is held to notice.
TEST(Compose, T28_RandomRequestsSayWhatWasAskedForAndNothingElse) {
  test::Rng random;
  PRINT_SEED(random);
  const std::vector<std::string> pieces = {"a",
                                           "B",
                                           " ",
                                           "  ",
                                           "\r\n",
                                           "\n",
                                           "\r",
                                           std::string(1, '\0'),
                                           "Bcc: e@x.example",
                                           ":",
                                           "<",
                                           ">",
                                           "\"",
                                           "\\",
                                           "(",
                                           ")",
                                           ",",
                                           ";",
                                           "=?utf-8?q?a?=",
                                           "=?",
                                           "?=",
                                           "é",
                                           "漢字",
                                           "😀",
                                           "\xff",
                                           "\u2028",
                                           "\u00a0",
                                           "e@x.example",
                                           "=",
                                           "_",
                                           "\t",
                                           "--",
                                           "=_",
                                           "x",
                                           "word",
                                           "\u0301",
                                           "'",
                                           "%",
                                           "*",
                                           ".",
                                           "@",
                                           std::string(90, 'w')};
  const auto any = [&](size_t most) {
    std::string text;
    for (size_t n = random.Below(most + 1); n > 0; --n) text += pieces[random.Below(pieces.size())];
    return text;
  };
  const auto wild = [&](const std::string& good, size_t most) { return random.Below(3) == 0 ? any(most) : good; };
  size_t composed = 0;
  const size_t requests = test::Runs("CASECOMM_T28", 20'000);
  for (size_t i = 0; i < requests; ++i) {
    ComposeRequest request = Plain();
    // One or two fields are wild at a time, else all would be refused.
    switch (random.Below(8)) {
      case 0:
        request.subject = any(12);
        break;
      case 1:
        request.from.name = any(8);
        break;
      case 2:
        request.to = {{any(6), wild("a@b.example", 4)}, {any(3), "c@d.example"}};
        break;
      case 3:
        request.cc = {{any(3), any(3) + "@" + wild("b.example", 3)}};
        break;
      case 4:
        request.in_reply_to = {any(4)};
        request.references = {"r@x.example", any(3) + "@" + any(2)};
        break;
      case 5:
        request.files = {{any(8), wild("image/png", 4), any(20), ""}, {any(3), "text/plain", any(9), ""}};
        break;
      case 6:
        request.html = any(30);
        request.files = {{any(4), "image/gif", any(9), wild("i@x", 3)}};
        break;
      default:
        request.text = any(60);
        request.reply_to = {{any(4), "r@b.example"}};
    }
    const auto mail = ComposeMail(request);
    if (!mail.ok()) {
      ASSERT_EQ(mail.status().code(), Code::kInvalidArgument) << mail.status().ToString();
      continue;
    }
    ++composed;
    ASSERT_LE(LongestLine(mail->bytes), 998u);
    if (!mail->smtputf8) {
      ASSERT_TRUE(
          std::all_of(mail->bytes.begin(), mail->bytes.end(), [](char c) { return static_cast<uint8_t>(c) < 128; }));
    }
    ASSERT_EQ(compose::WhatDiffers(request, mail->bytes), "");
    // The reader notices a field more, and one that is another's.
    ASSERT_NE(compose::WhatDiffers(request, "Bcc: eve@evil.example\r\n" + mail->bytes), "");
    ComposeRequest other = request;
    other.subject += "x";
    ASSERT_NE(compose::WhatDiffers(other, mail->bytes), "");
  }
  EXPECT_GT(composed, requests / 4);
}

}  // namespace
}  // namespace casecomm
