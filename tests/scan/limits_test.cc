// SPDX-License-Identifier: Apache-2.0
// Threat T18: each limit at limit-1, limit and limit+1.
#include <gtest/gtest.h>

#include <string>

#include "scan/content.h"
#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

void Expect(const std::string& mail, Defect limit, bool passed) {
  const Mail read = ReadWhole(mail);
  EXPECT_EQ(read.over_limit, passed);
  EXPECT_EQ(HasDefect(read, limit), passed);
  for (const Defect other :
       {Defect::kHeaderBytesLimit, Defect::kHeaderLinesLimit, Defect::kDepthLimit, Defect::kPartsLimit}) {
    if (other != limit) {
      EXPECT_FALSE(HasDefect(read, other)) << DefectName(other);
    }
  }
  EXPECT_EQ(read.subject, "first") << "what was read before the limit stands";
}

std::string Nested(int levels) {
  std::string mail = "Subject: first\r\n";
  for (int i = 0; i < levels; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  mail += "\r\ntext\r\n";
  for (int i = levels; i-- > 0;) mail += "--b" + std::to_string(i) + "--\r\n";
  return mail;
}

TEST(Limits, Depth) {
  Expect(Nested(99), Defect::kDepthLimit, false);
  Expect(Nested(100), Defect::kDepthLimit, false);
  Expect(Nested(101), Defect::kDepthLimit, true);
  EXPECT_EQ(ReadWhole(Nested(100)).text, "text");
  EXPECT_EQ(ReadWhole(Nested(101)).text, std::nullopt);
  Expect(Nested(50'000), Defect::kDepthLimit, true);
}

std::string Parts(int parts) {
  std::string mail = "Subject: first\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < parts; ++i) mail += "--b\r\nContent-Type: image/png\r\n\r\nx\r\n";
  return mail + "--b--\r\n";
}

TEST(Limits, Parts) {
  Expect(Parts(9'999), Defect::kPartsLimit, false);
  Expect(Parts(10'000), Defect::kPartsLimit, false);
  Expect(Parts(10'001), Defect::kPartsLimit, true);
  EXPECT_EQ(ReadWhole(Parts(10'000)).attachments.size(), 10'000u);
  EXPECT_EQ(ReadWhole(Parts(10'001)).attachments.size(), 10'000u);
}

// The subject line, then fields and folds.
std::string HeaderLines(int lines, bool folds) {
  std::string mail = "Subject: first\r\nX-A: b\r\n";
  for (int i = 2; i < lines; ++i) mail += folds ? " c\r\n" : "X: y\r\n";
  return mail + "\r\nbody";
}

TEST(Limits, HeaderLines) {
  for (const bool folds : {false, true}) {
    Expect(HeaderLines(9'999, folds), Defect::kHeaderLinesLimit, false);
    Expect(HeaderLines(10'000, folds), Defect::kHeaderLinesLimit, false);
    Expect(HeaderLines(10'001, folds), Defect::kHeaderLinesLimit, true);
    EXPECT_EQ(ReadWhole(HeaderLines(10'000, folds)).text, "body");
    EXPECT_EQ(ReadWhole(HeaderLines(10'001, folds)).text, std::nullopt) << "the rest is left unread";
  }
}

// A header block of `bytes`, without the empty line behind it.
std::string HeaderBytes(size_t bytes, bool one_line) {
  std::string mail = "Subject: first\r\n";
  if (one_line) {
    mail += "X: " + std::string(bytes - mail.size() - 5, 'x') + "\r\n";
  } else {
    while (mail.size() + 1000 < bytes) mail += "X: " + std::string(495, 'x') + "\r\n";
    mail += "X: " + std::string(bytes - mail.size() - 5, 'x') + "\r\n";
  }
  return mail + "\r\nbody";
}

TEST(Limits, HeaderBytes) {
  for (const bool one_line : {false, true}) {
    Expect(HeaderBytes((1 << 20) - 1, one_line), Defect::kHeaderBytesLimit, false);
    Expect(HeaderBytes(1 << 20, one_line), Defect::kHeaderBytesLimit, false);
    Expect(HeaderBytes((1 << 20) + 1, one_line), Defect::kHeaderBytesLimit, true);
    EXPECT_EQ(ReadWhole(HeaderBytes(1 << 20, one_line)).text, "body");
  }
  Expect("Subject: first\r\nX: " + std::string(3 << 20, 'x'), Defect::kHeaderBytesLimit, true);
}

TEST(Limits, APartHasAHeaderLimitToo) {
  const auto mail = [](int lines) {
    std::string text = "Subject: first\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
    for (int i = 0; i < lines; ++i) text += "X: y\r\n";
    return text + "\r\ntext\r\n--b--\r\n";
  };
  Expect(mail(10'000), Defect::kHeaderLinesLimit, false);
  Expect(mail(10'001), Defect::kHeaderLinesLimit, true);
}

TEST(Limits, AreTheCallers) {
  MailLimits limits;
  limits.depth = 1;
  EXPECT_FALSE(ReadWhole(Nested(1), limits).over_limit);
  EXPECT_TRUE(ReadWhole(Nested(2), limits).over_limit);
  limits.parts = 3;
  EXPECT_FALSE(ReadWhole(Parts(3), limits).over_limit);
  EXPECT_TRUE(ReadWhole(Parts(4), limits).over_limit);
  limits.header_lines = 5;
  EXPECT_FALSE(ReadWhole(HeaderLines(5, true), limits).over_limit);
  EXPECT_TRUE(ReadWhole(HeaderLines(6, true), limits).over_limit);
  limits.header_bytes = 100;
  EXPECT_FALSE(ReadWhole(HeaderBytes(100, true), limits).over_limit);
  EXPECT_TRUE(ReadWhole(HeaderBytes(101, true), limits).over_limit);
}

// Two mails that differ only behind a limit are two.
TEST(Limits, TheContentKeySeesWhatWasLeftUnread) {
  EnvelopeScanner a, b;
  const std::string deep = Nested(101), other = Replaced(deep, "text\r\n", "exit\r\n");
  EXPECT_NE(ContentKey(a.Scan(deep)), ContentKey(b.Scan(other)));
}

}  // namespace
}  // namespace casecomm::scan
