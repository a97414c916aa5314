// SPDX-License-Identifier: Apache-2.0
#include "scan/body_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scan/content.h"
#include "scan/envelope.h"
#include "scan/readings.h"
#include "scan/utf8.h"

namespace casecomm::scan {
namespace {

LeafText ReadText(std::string_view content_type, std::string_view body, size_t most) {
  Leaf leaf;
  leaf.type = "text/plain";
  leaf.content_type = content_type;
  leaf.body = body;
  CharsetDecoder charsets;
  return ReadLeafText(leaf, '\n', most, &charsets);
}

TEST(BodyText, EndsBehindAWholeLine) {
  EXPECT_EQ(ReadText("", "one\r\ntwo\r\nthree", 11).text, "one\ntwo");
  EXPECT_TRUE(ReadText("", "one\r\ntwo\r\nthree", 11).cut);
  EXPECT_EQ(ReadText("", "one\r\ntwo", 8).text, "one\ntwo");
  EXPECT_FALSE(ReadText("", "one\r\ntwo", 8).cut);
  EXPECT_EQ(ReadText("", "twothree", 3).text, "two");
}

TEST(BodyText, T18_UTF8IsNoLongerThanTheLimitEither) {
  for (const char* const charset : {"text/plain; charset=iso-8859-1", "text/plain; charset=utf-8", ""}) {
    std::string body;
    while (body.size() < 10'000) body += std::string(99, '\xfc') + "\n";
    const LeafText read = ReadText(charset, body, body.size());
    EXPECT_TRUE(read.cut) << charset;
    EXPECT_LE(read.text.size(), body.size()) << charset;
    EXPECT_GT(read.text.size(), body.size() - 300) << charset;
    EXPECT_TRUE(IsUtf8(read.text)) << charset;
    // A character is not cut.
    const LeafText line = ReadText(charset, std::string(1001, '\xfc'), 1001);
    EXPECT_TRUE(IsUtf8(line.text)) << charset;
    EXPECT_GE(line.text.size(), 999u) << charset;
  }
}

bool Has(const Mail& mail, std::string_view name) {
  return std::any_of(mail.defects.begin(), mail.defects.end(), [&](const auto& defect) { return defect.name == name; });
}

Mail ReadShort(std::string_view raw, uint32_t most) {
  MailLimits limits;
  limits.text_bytes = most;
  EnvelopeScanner scanner(limits);
  return ReadMail(scanner.Scan(raw), limits);
}

TEST(BodyText, ACutIsTold) {
  const Mail whole = ReadShort("From: a@b.example\r\n\r\none\r\ntwo\r\n", 10);
  EXPECT_EQ(whole.text, "one\ntwo");
  EXPECT_FALSE(Has(whole, "text_limit"));
  const Mail cut = ReadShort("From: a@b.example\r\n\r\none\r\ntwo\r\n", 8);
  EXPECT_EQ(cut.text, "one");
  EXPECT_TRUE(Has(cut, "text_limit"));
  EXPECT_FALSE(cut.over_limit);
  const std::string html =
      "From: a@b.example\r\nContent-Type: text/html\r\n\r\n<p>one</p>\r\n<p>two</p>\r\n<p>three</p>\r\n";
  const Mail stripped = ReadShort(html, 30);
  EXPECT_EQ(stripped.html_text, "one\ntwo");
  EXPECT_TRUE(Has(stripped, "text_limit"));
  EXPECT_TRUE(Has(stripped, "html_limit"));
  EXPECT_FALSE(Has(ReadShort(html, 1000), "html_limit"));
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '=') {
      escaped += "=3D";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// A file in a text that is encoded is found as the text passes by in pieces.
TEST(BodyText, AFileInAnEncodedTextIsFoundWhereverItStands) {
  for (const std::string begin : {"begin 644 a.txt", "=ybegin line=128 size=3 name=a.txt", "begin-base64 644 a.txt"}) {
    const std::string end = begin[0] == '=' ? "=yend" : begin[5] == '-' ? "====" : "`\r\nend";
    const std::string data = begin[0] == '=' ? "abc" : begin[5] == '-' ? "Q2F0" : "#0V%T";
    for (size_t filler = 4050; filler < 4110; ++filler) {
      const std::string raw = "From: a@b.example\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
                              Escaped(std::string(filler, 'x') + "\n" + begin) + "\r\n" + data + "\r\n" + Escaped(end) +
                              "\r\n";
      EnvelopeScanner scanner;
      bool over = false;
      const std::vector<OtherPart> parts = ReadOtherwise(scanner.Scan(raw), {}, &over);
      EXPECT_FALSE(over);
      ASSERT_TRUE(std::any_of(
          parts.begin(), parts.end(),
          [](const OtherPart& part) { return CandidateNames(part.leaf) == std::vector<std::string>{"a.txt"}; }))
          << begin << filler;
    }
  }
}

}  // namespace
}  // namespace casecomm::scan
