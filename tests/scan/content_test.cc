// SPDX-License-Identifier: Apache-2.0
#include "scan/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kMail = Lines({
    "From: =?utf-8?q?J=C3=BCrgen?= <j@Example.ORG>",
    "To: case@In.Example, \"x y\"@Q.org, nobody",
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    " two",
    "Date: Tue, 14 Jan 2025 10:12:00 +0100",
    "Message-ID: <m@example.org>",
    "Return-Path: <J@EXAMPLE.org>",
    "Delivered-To: drop@In.Example",
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=b",
    "",
    "--b",
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Gr=FC=DFe =80",
    "second line",
    "",
    "--b",
    "Content-Type: text/html",
    "",
    "<p>",
    "--b",
    "Content-Type: application/pdf; name=\"other.pdf\"",
    "Content-Disposition: attachment; filename*=utf-8''%C3%9C.pdf",
    "Content-Transfer-Encoding: base64",
    "",
    "TWFu",
    "--b",
    "Content-Type: image/png",
    "Content-ID: <pic@example.org>",
    "",
    "12345",
    "--b",
    "Content-Type: text/plain",
    "Content-Disposition: inline; filename=notes.txt",
    "",
    "notes",
    "--b",
    "Content-Type: message/rfc822",
    "",
    "Subject: inner",
    "",
    "inner body",
    "--b--",
});

TEST(Content, AMailWhole) {
  const Mail mail = ReadWhole(kMail);
  EXPECT_THAT(mail.from, ElementsAre("j@example.org"));
  EXPECT_THAT(mail.to, ElementsAre("case@in.example", "\"x y\"@q.org", "nobody"));
  EXPECT_EQ(mail.subject, "Grüße two");
  EXPECT_EQ(mail.date, 1736845920);
  EXPECT_EQ(mail.message_id, "m@example.org");
  EXPECT_EQ(mail.return_path, "J@example.org");
  EXPECT_THAT(mail.delivered_to, ElementsAre("drop@in.example"));
  EXPECT_TRUE(mail.has_text && mail.has_html);
  EXPECT_EQ(mail.text, "Grüße €\nsecond line");
  ASSERT_EQ(mail.attachments.size(), 4u);
  const MailAttachment &pdf = mail.attachments[0], &png = mail.attachments[1], &notes = mail.attachments[2],
                       &inner = mail.attachments[3];
  EXPECT_EQ(pdf.filename, "Ü.pdf");
  EXPECT_EQ(pdf.content_type, "application/pdf");
  EXPECT_EQ(pdf.size, 3);
  EXPECT_FALSE(pdf.is_inline);
  EXPECT_EQ(png.filename, std::nullopt);
  EXPECT_EQ(png.size, 5);
  EXPECT_TRUE(png.is_inline) << "no disposition, but a Content-ID";
  EXPECT_EQ(png.content_id, "pic@example.org");
  EXPECT_EQ(notes.filename, "notes.txt");
  EXPECT_TRUE(notes.is_inline);
  EXPECT_EQ(inner.content_type, "message/rfc822");
  EXPECT_EQ(inner.size, -1);
}

TEST(Content, WhatIsAnAttachment) {
  struct Case {
    const char* header;
    size_t attachments;
    bool text;
  };
  const Case kWhole[] = {
      {"Content-Type: text/plain", 0, true},
      {"Content-Type: text/calendar", 0, false},
      {"Content-Type: multipart/mixed", 0, false},
      {"Content-Type: application/pdf", 1, false},
      {"Content-Disposition: attachment", 1, false},
      {"Content-Type: text/plain; name=x", 1, false},
      {"Content-Type: message/delivery-status", 0, false},
      {"Content-Disposition: inline", 0, true},
  };
  for (const Case& one : kWhole) {
    const Mail mail = ReadWhole(std::string(one.header) + "\r\n\r\nx");
    EXPECT_EQ(mail.attachments.size(), one.attachments) << one.header;
    EXPECT_EQ(mail.has_text, one.text) << one.header;
  }
  const Case kParts[] = {
      {"Content-Type: text/plain", 0, true},
      {"Content-Type: text/calendar", 1, false},
      {"Content-Type: multipart/mixed", 1, false},
      {"Content-Type: text/rfc822-headers", 0, false},
      {"Content-Type: message/disposition-notification", 0, false},
      {"Content-Type: message/feedback-report", 0, false},
      {"Content-Type: message/delivery-status", 0, false},
      {"Content-Type: message/partial", 1, false},
  };
  for (const Case& one : kParts) {
    const Mail mail = ReadWhole("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + std::string(one.header) +
                                "\r\n\r\nx\r\n--b--\r\n");
    EXPECT_EQ(mail.attachments.size(), one.attachments) << one.header;
    EXPECT_EQ(mail.has_text, one.text) << one.header;
  }
}

TEST(Content, TextIsTheFirstPlainPartThatIsNoFile) {
  const Mail mail =
      ReadWhole(Lines({"Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Disposition: attachment", "",
                       "file", "--b", "", "one", "--b", "", "two", "--b--"}));
  EXPECT_EQ(mail.text, "one");
  EXPECT_EQ(ReadWhole("Content-Type: text/html\r\n\r\n<p>").text, std::nullopt);
  EXPECT_EQ(ReadWhole("\r\n \t\r\n\r\n").text, "");
  EXPECT_EQ(ReadWhole("X: y\r\n\r\na\r\nb \t\r\n\r\n").text, "a\nb");
  EXPECT_EQ(ReadWhole("X: y\r\ra\rb").text, "a\nb") << "lines that end in CR";
}

TEST(Content, WithoutABodyAFileThatIsShownIsTheText) {
  const Mail named = ReadWhole("Content-Type: text/plain; name=report.txt\r\n\r\nit all went well\r\n");
  EXPECT_EQ(named.text, "it all went well");
  EXPECT_EQ(named.visible_text, "it all went well");
  EXPECT_EQ(named.attachments.size(), 1u) << "it stays a file";
  EXPECT_FALSE(named.has_text);

  const Mail shown =
      ReadWhole("Content-Type: text/html\r\nContent-Disposition: inline; filename=a.html\r\n\r\n<p>a</p>");
  EXPECT_EQ(shown.html_text, "a");
  EXPECT_EQ(shown.text, std::nullopt);
  EXPECT_EQ(ReadWhole("Content-Disposition: attachment; filename=a.txt\r\n\r\na").text, std::nullopt);

  const auto parts = [](const char* first) {
    return ReadWhole(Lines({"Content-Type: multipart/mixed; boundary=b", "", "--b", first, "", "one", "--b",
                            "Content-Type: text/plain; name=\"\"", "", "two", "--b--"}));
  };
  EXPECT_EQ(parts("Content-Disposition: attachment").text, "two");
  EXPECT_EQ(parts("Content-Disposition: inline; filename=a").text, "one");
  EXPECT_EQ(parts("Content-Type: text/html").text, std::nullopt) << "that is its body";
  EXPECT_EQ(parts("Content-Type: text/html").html_text, "one");
}

TEST(Content, NullsAndDefects) {
  const Mail empty = ReadWhole("");
  EXPECT_EQ(empty.message_id, std::nullopt);
  EXPECT_EQ(empty.subject, std::nullopt);
  EXPECT_EQ(empty.date, std::nullopt);
  EXPECT_EQ(empty.return_path, std::nullopt);
  EXPECT_THAT(empty.from, IsEmpty());
  const Mail bad = ReadWhole(
      "Subject: =?utf-8?q?=FF?=\r\nDate: soon\r\nReturn-Path: <>\r\nContent-Transfer-Encoding: x-zip\r\nContent-Type: "
      "text/plain; charset=x-y\r\n\r\n\xff");
  EXPECT_EQ(bad.return_path, "");
  EXPECT_TRUE(HasDefect(bad, Defect::kDate));
  EXPECT_TRUE(HasDefect(bad, Defect::kTransferEncoding));
  ASSERT_TRUE(HasDefect(bad, Defect::kCharset));
  for (const MailDefect& defect : bad.defects) {
    if (defect.name == "charset") {
      EXPECT_EQ(defect.offset, 9);
      break;
    }
  }
}

TEST(Content, DamageIsToldOfTextsThatAreNotRead) {
  const auto places = [](std::string_view type, std::string_view encoding, std::string_view body) {
    const std::string mail =
        Lines({"Content-Type: multipart/alternative; boundary=b", "", "--b", "", "text", "--b",
               "Content-Type: " + std::string(type), "Content-Transfer-Encoding: " + std::string(encoding), "",
               std::string(body), "--b--"});
    std::vector<int64_t> found;
    for (const MailDefect& defect : ReadWhole(mail).defects) {
      if (defect.name == "transfer_encoding") found.push_back(defect.offset - static_cast<int64_t>(mail.find(body)));
    }
    return found;
  };
  for (const char* type : {"text/plain", "text/html", "text/x-other"}) {
    EXPECT_THAT(places(type, "quoted-printable", "Vg=="), ElementsAre(0)) << type;
    EXPECT_THAT(places(type, "base64", "QUJD!QUJD"), ElementsAre(0)) << type;
    EXPECT_THAT(places(type, "base64", "QUJDRA"), ElementsAre(0)) << type << ", a group without its padding";
    EXPECT_THAT(places(type, "base64", "QUJDR"), ElementsAre(0)) << type << ", a digit alone";
    EXPECT_THAT(places(type, "x-none", "what"), ElementsAre(0)) << type;
    EXPECT_THAT(places(type, "quoted-printable", "V=3D=\r\nx"), IsEmpty()) << type;
    EXPECT_THAT(places(type, "base64", "QUJD"), IsEmpty()) << type;
  }
}

TEST(Content, DatesAndIdsOutsideTheGrammarAreReadAndTold) {
  const Mail good = ReadWhole(
      "Date: Tue, 14 Jan 2025 09:12:00 EST\r\nMessage-ID: <a@b.example>\r\nReferences: <c@d.example>\r\n "
      "<e@f.example>\r\n"
      "In-Reply-To: Your message <e@f.example>\r\n\r\n");
  EXPECT_THAT(good.defects, IsEmpty());
  const Mail bad =
      ReadWhole("Date: 6Feb25 8:00\r\nMessage-ID: a@b.example\r\nReferences: <c>\r\nIn-Reply-To: <d@e>, <f@g>\r\n\r\n");
  EXPECT_EQ(bad.date, 1738828800);
  EXPECT_EQ(bad.message_id, "a@b.example");
  EXPECT_THAT(bad.references, ElementsAre("c"));
  EXPECT_THAT(bad.in_reply_to, ElementsAre("d@e", "f@g"));
  EXPECT_TRUE(HasDefect(bad, Defect::kDate));
  std::vector<int64_t> places;
  for (const MailDefect& defect : bad.defects) {
    if (defect.name == "message_id_syntax") places.push_back(defect.offset);
  }
  EXPECT_THAT(places, ElementsAre(19, 44, 61));
  EXPECT_FALSE(IsStructural(Defect::kIdSyntax));
  const Mail none = ReadWhole("Date: \r\nTo: a@b.example\r\n\r\n");
  ASSERT_EQ(none.defects.size(), 1u);
  EXPECT_EQ(none.defects[0].offset, 5) << "in its own field";
}

base::Digest Key(const std::string& mail) {
  EnvelopeScanner scanner;
  return ContentKey(scanner.Scan(mail));
}

TEST(ContentKey, TheSameMailByOtherWays) {
  const base::Digest key = Key(kMail);
  EXPECT_EQ(
      Key("Return-Path: <x@y>\r\nReceived: from a\r\n by b; Tue, 14 Jan 2025\r\nDelivered-To: z@y\r\nX-Spam: no\r\n" +
          kMail),
      key);
  EXPECT_EQ(Key(Replaced(kMail, "<m@example.org>", "<other@relay.example>")), key);
  EXPECT_EQ(Key(Replaced(kMail, "\r\n", "\n")), key) << "line ends";
  EXPECT_EQ(Key(Replaced(kMail, "=?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n two", "=?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\t  two ")), key)
      << "folding";
  EXPECT_EQ(Key(Replaced(kMail, "quoted-printable\r\n\r\nGr=FC=DFe =80",
                         "8bit\r\n\r\nGr\xfc\xdf"
                         "e \x80")),
            key)
      << "8BITMIME";
  EXPECT_EQ(Key(Replaced(kMail, "quoted-printable\r\n\r\nGr=FC=DFe =80\r\nsecond line\r\n",
                         "base64\r\n\r\nR3L832UgjvNlY29uZCBsaW5l")),
            Key(Replaced(kMail, "quoted-printable\r\n\r\nGr=FC=DFe =80\r\nsecond line\r\n",
                         "base64\r\n\r\nR3L832Ugjv\r\nNlY29uZCBsaW5l")));
  EXPECT_EQ(Key(Replaced(kMail, "quoted-printable\r\n\r\nGr=FC=DFe =80\r\nsecond line\r\n",
                         "base64\r\n\r\nR3L832UggA0Kc2Vjb25kIGxpbmUNCg==\r\n")),
            key);
  EXPECT_EQ(Key(Replaced(kMail, "boundary=b", "boundary=c").substr(0, kMail.find("--b")) +
                Replaced(kMail.substr(kMail.find("--b")), "--b", "--c")),
            key);
  EXPECT_EQ(Key("From x\r\n" + kMail), key);
  EXPECT_EQ(Key(kMail + "\r\nepilogue\r\n"), key);
}

TEST(ContentKey, AnotherMail) {
  const base::Digest key = Key(kMail);
  const std::pair<const char*, const char*> kChanges[] = {
      {"second line", "second lime"},
      {"J=C3=BCrgen", "J=C3=BCrgem"},
      {"=C3=9Fe?=", "=C3=9Ee?="},
      {"+0100", "+0200"},
      {"case@In.Example", "case@Out.Example"},
      {"TWFu", "TWFv"},
      {"inner body", "other body"},
      {"12345", "12346"},
      {"Subject: =?utf", "Subject: Re: =?utf"},
      {"<p>", "<p><p>"},
      {"To: case", "Cc: b@c\r\nTo: case"},
      {"From: =", "From: b@c\r\nFrom: ="},
      {"Date: Tue", "X-Date: Tue"},
  };
  for (const auto& [what, with] : kChanges) {
    const std::string changed = Replaced(kMail, what, with);
    ASSERT_NE(changed, kMail) << what;
    EXPECT_NE(Key(changed), key) << what;
  }
}

TEST(ContentKey, FieldsDoNotRunTogether) {
  EXPECT_NE(Key("To: a\r\nCc: b\r\n\r\nx"), Key("To: b\r\nCc: a\r\n\r\nx"));
  EXPECT_NE(Key("To: a\r\n\r\nx"), Key("Cc: a\r\n\r\nx"));
  EXPECT_NE(Key("Subject: ab\r\n\r\nx"), Key("Subject: a\r\nSubject: b\r\n\r\nx"));
  EXPECT_NE(Key("Subject: a\r\nSubject: bc\r\n\r\nx"), Key("Subject: ab\r\nSubject: c\r\n\r\nx"));
  EXPECT_NE(Key("To:\r\n\r\nx"), Key("\r\nx"));
  const std::string front = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n";
  EXPECT_NE(Key(front + "ab\r\n--b\r\n\r\nc\r\n--b--"), Key(front + "a\r\n--b\r\n\r\nbc\r\n--b--"));
  EXPECT_NE(Key("X: y\r\n\r\na\r\n\r\nb"), Key("X: y\r\n\r\na\r\nb"));
  EXPECT_NE(Key("Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nDQo="),
            Key("Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nCg=="))
      << "the bytes of a file are its own";
}

std::string_view Attached(const std::string& mail) {
  EnvelopeScanner scanner;
  return AttachedMessage(scanner.Scan(mail));
}

TEST(AttachedMessage, TheFirstAnywhereInTheTree) {
  EXPECT_EQ(Attached(kMail), "Subject: inner\r\n\r\ninner body");
  const std::string deep =
      Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "", "text", "--a",
             "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: message/rfc822", "", "Subject: 1",
             "--b--", "--a", "Content-Type: message/rfc822", "", "Subject: 2", "--a--"});
  EXPECT_EQ(Attached(deep), "Subject: 1");
  EXPECT_EQ(Attached("Content-Type: message/rfc822\r\n\r\nSubject: 3"), "Subject: 3");
}

// Whether an original is there does not depend on how it is encoded (spec CF-13).
TEST(AttachedMessage, AnEncodedOneIsThereAndEmpty) {
  for (const char* encoding : {"base64", "quoted-printable", "x-uuencode", "x-unheard-of"}) {
    const std::string mail =
        std::string("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: ") + encoding + "\r\n\r\nU3ViamVjdA==";
    EXPECT_NE(Attached(mail).data(), nullptr) << encoding;
    EXPECT_EQ(Attached(mail), "") << encoding;
  }
}

TEST(AttachedMessage, APlainOneIsPreferredWhereverItStands) {
  const std::string encoded = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdA==";
  const std::string plain = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\nSubject: plain";
  for (const auto& [first, second] : {std::pair(encoded, plain), std::pair(plain, encoded)}) {
    EXPECT_EQ(Attached("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + first + "\r\n--b\r\n" + second +
                       "\r\n--b--"),
              "Subject: plain");
  }
}

TEST(AttachedMessage, None) {
  EXPECT_EQ(Attached("Subject: x\r\n\r\nbody").data(), nullptr);
  EXPECT_EQ(Attached("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdA==").data(),
            nullptr);
  EXPECT_NE(Attached("Content-Type: message/rfc822\r\n\r\n").data(), nullptr) << "an empty one is one";
}

}  // namespace
}  // namespace casecomm::scan
