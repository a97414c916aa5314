// SPDX-License-Identifier: Apache-2.0
#include "scan/header_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "scan/mime.h"
#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

constexpr std::string_view kHeaders[] = {
    "From: ann@example.org",
    "From: Ann Example <ann@example.org>",
    "From: \"Example, Ann\" <ann@example.org>",
    "From: =?utf-8?q?Ann?= <ann@example.org>",
    "From: ann@example.org (Ann)",
    "From: <@relay.example:ann@example.org>",
    "From: group: ann@example.org, bob@example.org;",
    "From: ann @ example . org",
    "From: \"a b\"@example.org",
    "From: ann@[192.0.2.1]",
    "Sender: desk@example.org",
    "Reply-To: ann+case@example.org, bob@example.org",
    "To: ann@example.org,\r\n bob@example.org,\r\n\tcarol@example.org",
    "To: undisclosed-recipients:;",
    "Cc: (a (nested) comment) ann@example.org",
    "Bcc:",
    "Subject: A plain subject",
    "Subject: =?utf-8?b?R3LDvMOfZQ==?= =?iso-8859-1?q?aus_K=F6ln?=",
    "Subject: folded\r\n and folded again\r\n\tand again",
    "Subject:",
    "Date: Tue, 14 Jan 2025 09:12:00 +0100",
    "Date: Tue, 14 Jan 25 09:12 EST (a comment)",
    "Message-ID: <m1@example.org>",
    "Message-ID: < m1 @ example.org >",
    "In-Reply-To: <m0@example.com> (yesterday)",
    "References: <a@example.com> <b@example.com>\r\n <c@example.com>",
    "Return-Path: <>",
    "Return-Path: <ann@example.org>",
    "Delivered-To: case@example.com",
    "X-Original-To: case@example.com",
    "Envelope-To: case@example.com",
    "Original-Recipient: rfc822;case@example.com",
    "Received: from a.example by b.example; Tue, 14 Jan 2025 09:12:00 +0100",
    "Authentication-Results: mx.example.com; dkim=pass header.d=example.org",
    "Auto-Submitted: auto-replied",
    "Precedence: bulk",
    "List-Id: A list <list.example.org>",
    "List-Unsubscribe: <mailto:leave@example.org>, <https://example.org/>",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Type: multipart/mixed;\r\n boundary=\"b b\"",
    "Content-Type: application/pdf; name*0*=utf-8''%41; name*1=b.pdf",
    "Content-Transfer-Encoding: quoted-printable",
    "Content-Disposition: attachment; filename=\"a.pdf\"",
    "Content-ID: <part@example.org>",
    "X-Mailer: A mailer, 1.0",
    "X-Failed-Recipients: bob@example.org",
    "Disposition-Notification-To: ann@example.org",
    "DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\r\n b=QUJD",
    "X: y",
};
static_assert(std::size(kHeaders) == 50);

// What a header must not hold, found byte by byte.
struct Wanted {
  bool nul = false, bare_cr = false, bare_lf = false;

  Wanted(std::string_view raw, size_t begin, size_t end) {
    bool crlf = false, lf = false;
    for (size_t i = begin; i < end; ++i) {
      nul |= raw[i] == '\0';
      bare_cr |= raw[i] == '\r' && (i + 1 == raw.size() || raw[i + 1] != '\n');
      if (raw[i] == '\n') (i > begin && raw[i - 1] == '\r' ? crlf : lf) = true;
    }
    bare_lf = crlf && lf;
  }
};

template <typename Has>
void Expect(const Wanted& want, const Has& has, const std::string& mail) {
  ASSERT_EQ(has(Defect::kNul), want.nul) << testing::PrintToString(mail);
  ASSERT_EQ(has(Defect::kBareCr), want.bare_cr) << testing::PrintToString(mail);
  ASSERT_EQ(has(Defect::kBareLf), want.bare_lf) << testing::PrintToString(mail);
}

// Every value of a byte, at every position of the header block, in place of what stands there.
TEST(HeaderBytes, T05_each_byte_value_at_each_position) {
  EnvelopeScanner scanner;
  size_t count = 0;
  for (const std::string_view header : kHeaders) {
    const std::string block = "X-Above: x\r\n" + std::string(header) + "\r\nX-Below: x\r\n\r\n";
    for (size_t i = 0; i < block.size() * 256; ++i, ++count) {
      std::string mail = block + "body\r\n";
      mail[i / 256] = static_cast<char>(i % 256);
      const Envelope& envelope = scanner.Scan(mail);
      ASSERT_LE(envelope.body_offset, mail.size());
      Expect(
          Wanted(mail, HeaderBegin(mail, '\n'), envelope.body_offset),
          [&](Defect defect) { return HasDefect(envelope, defect); }, mail);
    }
  }
  EXPECT_GT(count, 750'000u);
}

// The same in the header of a part.
TEST(HeaderBytes, T05_the_header_of_a_part) {
  const std::string above = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
  for (const std::string_view header : {kHeaders[42], kHeaders[43], kHeaders[41]}) {
    for (size_t at = 0; at < header.size(); ++at) {
      for (const char c : {'\0', '\r', '\n', 'x'}) {
        std::string part = std::string(header) + "\r\nX-Below: x\r\n\r\n";
        part[at] = c;
        const std::string mail = above + part + "body\r\n--b--\r\n";
        EnvelopeScanner scanner;
        std::vector<DefectAt> defects;
        DefectLog log(&defects);
        MimeWalker walker(scanner.Scan(mail), {}, &log);
        Leaf leaf;
        ASSERT_TRUE(walker.Next(&leaf));
        const size_t end = static_cast<size_t>(leaf.body.data() - mail.data()) - above.size();
        Expect(
            Wanted(part, 0, end),
            [&](Defect defect) {
              return std::any_of(defects.begin(), defects.end(), [&](const DefectAt& d) { return d.defect == defect; });
            },
            mail);
      }
    }
  }
}

TEST(HeaderBytes, WhereTheHeaderBegins) {
  EXPECT_EQ(HeaderBegin("From: x", '\n'), 0u);
  EXPECT_EQ(HeaderBegin("\xef\xbb\xbf\r\n \r\nFrom ann Tue Jan 14\r\nFrom: x", '\n'), 29u);
  EXPECT_EQ(HeaderBegin(">From ann\rFrom: x", '\r'), 10u);
}

}  // namespace
}  // namespace casecomm::scan
