// SPDX-License-Identifier: Apache-2.0
#include "scan/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "tests/scan/fixtures.h"
#include "tests/support/heap.h"

namespace casecomm::scan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kMail = Lines({
    "Return-Path: <bounce@Example.org>",
    "Delivered-To: first@in.example",
    "Delivered-To: second@in.example",
    "X-Original-To: <orig@in.example>",
    "Original-Recipient: rfc822;drop@in.example",
    "Received: from a by b",
    " for <c@d>; Tue, 14 Jan 2025 09:12:00 +0000",
    "From: \"Lee, Ann\" <ann@Example.org>",
    "sender: office@example.org",
    "REPLY-TO: ann@example.org, case@in.example",
    "To: Group: a@x.org, B <b@x.org>;",
    "Cc: c@x.org",
    "Bcc: d@x.org",
    "Message-ID: <one@example.org>",
    "In-Reply-To: <zero@example.org>",
    "References: <minus@example.org>",
    "\t<zero@example.org>",
    "Subject:  a subject",
    "  folded ",
    "Date: Tue, 14 Jan 2025 09:12:00 +0000",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "Content-Disposition: inline",
    "Content-ID: <part@example.org>",
    "X-Other: y",
    "",
    "body",
});

std::vector<std::string> Specs(const std::vector<Mailbox>& mailboxes) {
  std::vector<std::string> specs;
  for (const Mailbox& mailbox : mailboxes)
    specs.push_back(std::string(mailbox.local) + "@" + std::string(mailbox.domain));
  return specs;
}

TEST(Envelope, EveryField) {
  EnvelopeScanner scanner;
  const Envelope& e = scanner.Scan(kMail);
  EXPECT_EQ(e.raw.substr(e.body_offset), "body\r\n");
  EXPECT_THAT(Specs(e.from), ElementsAre("ann@Example.org"));
  EXPECT_EQ(e.from[0].display, "\"Lee, Ann\"");
  EXPECT_FALSE(e.from_ambiguous);
  EXPECT_THAT(Specs(e.sender), ElementsAre("office@example.org"));
  EXPECT_THAT(Specs(e.reply_to), ElementsAre("ann@example.org", "case@in.example"));
  EXPECT_THAT(Specs(e.to), ElementsAre("a@x.org", "b@x.org"));
  EXPECT_THAT(Specs(e.cc), ElementsAre("c@x.org"));
  EXPECT_THAT(Specs(e.bcc), ElementsAre("d@x.org"));
  ASSERT_EQ(e.delivery.size(), 4u);
  EXPECT_EQ(e.delivery[0].mailbox.local, "first");
  EXPECT_TRUE(e.delivery[0].topmost);
  EXPECT_FALSE(e.delivery[1].topmost);
  EXPECT_EQ(e.delivery[2].header, DeliveryHeader::kXOriginalTo);
  EXPECT_TRUE(e.delivery[2].topmost);
  EXPECT_EQ(e.delivery[3].header, DeliveryHeader::kOriginalRecipient);
  EXPECT_EQ(e.delivery[3].mailbox.local, "drop");
  EXPECT_EQ(e.return_path, "bounce@Example.org");
  EXPECT_EQ(e.message_id, "one@example.org");
  EXPECT_THAT(e.in_reply_to, ElementsAre("zero@example.org"));
  EXPECT_THAT(e.references, ElementsAre("minus@example.org", "zero@example.org"));
  EXPECT_EQ(e.subject, "a subject\r\n  folded");
  EXPECT_EQ(e.date, "Tue, 14 Jan 2025 09:12:00 +0000");
  EXPECT_EQ(e.mime_version, "1.0");
  EXPECT_EQ(e.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(e.content_transfer_encoding, "8bit");
  EXPECT_EQ(e.content_disposition, "inline");
  EXPECT_EQ(e.content_id, "<part@example.org>");
  EXPECT_FALSE(e.over_limit);
  EXPECT_THAT(e.defects, IsEmpty());
}

TEST(Envelope, AbsentIsNotEmpty) {
  EnvelopeScanner scanner;
  const Envelope& with = scanner.Scan("Subject:\r\nReturn-Path: <>\r\n\r\n");
  EXPECT_NE(with.subject.data(), nullptr);
  EXPECT_TRUE(with.subject.empty());
  EXPECT_NE(with.return_path.data(), nullptr);
  EXPECT_TRUE(with.return_path.empty());
  const Envelope& without = scanner.Scan("X: y\r\n\r\n");
  EXPECT_EQ(without.subject.data(), nullptr);
  EXPECT_EQ(without.return_path.data(), nullptr);
}

TEST(Envelope, AScanLeavesNothingOfTheOneBefore) {
  EnvelopeScanner scanner;
  scanner.Scan(Replaced(kMail, "X-Other", "Bad Line"));
  const Envelope& e = scanner.Scan("\r\nbody");
  EXPECT_TRUE(e.from.empty() && e.sender.empty() && e.reply_to.empty() && e.to.empty() && e.cc.empty() &&
              e.bcc.empty());
  EXPECT_TRUE(e.delivery.empty() && e.in_reply_to.empty() && e.references.empty());
  for (const std::string_view value : {e.return_path, e.message_id, e.subject, e.date, e.mime_version, e.content_type,
                                       e.content_transfer_encoding, e.content_disposition, e.content_id}) {
    EXPECT_EQ(value.data(), nullptr);
  }
  EXPECT_FALSE(e.from_ambiguous || e.over_limit);
}

// Threats T03 and T04.
TEST(Envelope, AmbiguousAuthors) {
  EnvelopeScanner scanner;
  for (const char* from : {"From: a@b\r\nFrom: c@d\r\n", "From: G: a@b;\r\n", "From: <@r:a@b>\r\n", "From: a@b (\r\n",
                           "From: ann\r\n", "From: =?utf-8?q?a?=@b\r\n", "From: c@d <a@b>\r\n", "From: a . b @ c\r\n",
                           "From: ,a@b\r\n", "From: a@b..\r\n"}) {
    EXPECT_TRUE(scanner.Scan(std::string(from) + "\r\n").from_ambiguous) << from;
  }
  for (const char* from : {"From: a@b\r\n", "From: \"a@b\"@c\r\n", "From: J. Doe (x) <a@b> (y)\r\n",
                           "From: a@b, c@d\r\n", "From: a@b <a@b>\r\n"}) {
    const Envelope& e = scanner.Scan(std::string(from) + "\r\n");
    EXPECT_FALSE(e.from_ambiguous) << from;
  }
}

// Threat T07: a defect, and the same mailbox.
TEST(Envelope, AFinalDotOfTheDomainNamesTheSameAuthor) {
  EnvelopeScanner scanner;
  for (const char* from : {"From: ana@firm.example.\r\n\r\n", "From: Ana <ana@firm.example.>\r\n\r\n"}) {
    const Envelope& e = scanner.Scan(from);
    EXPECT_FALSE(e.from_ambiguous) << from;
    EXPECT_THAT(Specs(e.from), ElementsAre("ana@firm.example"));
    ASSERT_EQ(e.defects.size(), 1u);
    EXPECT_EQ(e.defects[0].defect, Defect::kAddressSyntax);
  }
}

TEST(Envelope, WhereTheHeaderBegins) {
  EnvelopeScanner scanner;
  for (const char* front : {"", "\xef\xbb\xbf", "\r\n\r\n", " \t\r\n", "\n", "From ann@x.org Tue Jan 14\r\n",
                            ">From x\r\n", "\r\nFrom x\n"}) {
    const std::string mail = std::string(front) + "Subject: s\r\n\r\nbody";
    const Envelope& e = scanner.Scan(mail);
    EXPECT_EQ(e.subject, "s") << front;
    EXPECT_EQ(e.raw.substr(e.body_offset), "body") << front;
    // An empty line ends the header for other readers.
    EXPECT_EQ(HasDefect(e, Defect::kLineNoField), *front != '\0' && std::strchr(" \r\n", *front) != nullptr) << front;
  }
}

TEST(Envelope, FromWithABlankBeforeItsColonIsAField) {
  EnvelopeScanner scanner;
  const Envelope& e = scanner.Scan("From \t: ann@x.org\r\n\r\nbody");
  EXPECT_THAT(Specs(e.from), ElementsAre("ann@x.org"));
  EXPECT_TRUE(HasDefect(e, Defect::kSpaceBeforeColon));
}

TEST(Envelope, LinesThatAreNoFields) {
  EnvelopeScanner scanner;
  const Envelope& lost_fold = scanner.Scan("X-A: 1\r\nlost fold here\r\n continued\r\nSubject: s\r\n\r\nbody");
  EXPECT_EQ(lost_fold.subject, "s");
  EXPECT_TRUE(HasDefect(lost_fold, Defect::kLineNoField));
  EXPECT_EQ(lost_fold.raw.substr(lost_fold.body_offset), "body");

  const Envelope& no_empty_line = scanner.Scan("Subject: s\r\nHello there,\r\nNote: bring food\r\n\r\nBye");
  EXPECT_EQ(no_empty_line.raw.substr(no_empty_line.body_offset), "Hello there,\r\nNote: bring food\r\n\r\nBye");
  EXPECT_TRUE(HasDefect(no_empty_line, Defect::kLineNoField));

  const Envelope& leading_fold = scanner.Scan(" stray\r\nSubject: s\r\n\r\nbody");
  EXPECT_EQ(leading_fold.subject, "s");
  EXPECT_TRUE(HasDefect(leading_fold, Defect::kLineNoField));

  const Envelope& space = scanner.Scan("Subject : s\r\n\r\n");
  EXPECT_EQ(space.subject, "s");
  EXPECT_TRUE(HasDefect(space, Defect::kSpaceBeforeColon));

  const Envelope& cut = scanner.Scan("Subject: s");
  EXPECT_EQ(cut.subject, "s");
  EXPECT_EQ(cut.body_offset, cut.raw.size());
  EXPECT_TRUE(HasDefect(cut, Defect::kNoHeaderEnd));
}

TEST(Envelope, NoBytesAtAll) {
  EnvelopeScanner scanner;
  const Envelope& e = scanner.Scan({});
  EXPECT_NE(e.raw.data(), nullptr);
  EXPECT_EQ(e.body_offset, 0u);
  EXPECT_TRUE(HasDefect(e, Defect::kNoHeaderEnd));
}

TEST(Envelope, LineEnds) {
  EnvelopeScanner scanner;
  for (const char* eol : {"\r\n", "\n", "\r"}) {
    const std::string mail = Replaced("Subject: a|  b|From: x@y||body|", "|", eol);
    const Envelope& e = scanner.Scan(mail);
    EXPECT_EQ(Specs(e.from), std::vector<std::string>{"x@y"});
    EXPECT_EQ(e.raw.substr(e.body_offset, 4), "body");
  }
  const Envelope& hidden = scanner.Scan("Subject: a\rBcc: evil@x\r\nFrom: x@y\r\n\r\n");
  EXPECT_THAT(hidden.bcc, IsEmpty()) << "a bare CR ends no line where others end in LF";
  EXPECT_TRUE(HasDefect(hidden, Defect::kBareCr));
}

// Threat T05: every NUL, bare CR and bare LF, wherever it stands, is flagged.
TEST(Envelope, EveryBadByteIsFlaggedWhereverItStands) {
  EnvelopeScanner scanner;
  const std::string header = kMail.substr(0, kMail.find("\r\n\r\n") + 2);
  for (size_t at = 0; at < header.size(); ++at) {
    if (header[at] == '\n') continue;  // between CR and LF both become bare: the next test
    for (const char bad : {'\0', '\r', '\n', '\xff'}) {
      std::string mail = kMail;
      mail.insert(at, 1, bad);
      const Envelope& e = scanner.Scan(mail);
      if (e.body_offset <= at) continue;  // the byte ended the header
      const bool flagged = bad == '\0'   ? HasDefect(e, Defect::kNul)
                           : bad == '\r' ? HasDefect(e, Defect::kBareCr)
                           : bad == '\n' ? HasDefect(e, Defect::kBareLf) || at == 0
                                         : HasDefect(e, Defect::kEightBitHeader);
      ASSERT_TRUE(flagged) << static_cast<int>(bad) << " at " << at;
    }
  }
}

TEST(Envelope, DefectsNameTheirPlace) {
  EnvelopeScanner scanner;
  const std::string mail = "To: a@b\r\nSubject: x\r\nsubject: y\r\nTo: c@d\r\n\r\n";
  const Envelope& e = scanner.Scan(mail);
  EXPECT_EQ(e.subject, "x") << "the first counts";
  EXPECT_EQ(Specs(e.to), (std::vector<std::string>{"a@b", "c@d"}));
  ASSERT_EQ(e.defects.size(), 2u);
  EXPECT_EQ(e.defects[0].defect, Defect::kDuplicateField);
  EXPECT_EQ(e.defects[0].offset, mail.find("subject: y"));
  EXPECT_EQ(e.defects[1].offset, mail.find("To: c@d"));
}

TEST(Envelope, DefectNamesAreDistinct) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Defect::kDate); ++i) {
    const Defect defect = static_cast<Defect>(i);
    EXPECT_TRUE(names.insert(DefectName(defect)).second);
    EXPECT_EQ(IsLimit(defect), DefectName(defect).substr(0, 6) == "limit_");
  }
}

TEST(Envelope, AMailOfDefectsCostsNoMemory) {
  std::string mail;
  for (int i = 0; i < 3000; ++i) mail += "To : <a@b\r\n";
  EnvelopeScanner scanner;
  EXPECT_LT(scanner.Scan(mail + "\r\n").defects.size(), 100u);
}

// Spec of the hot path: once warm, no allocation.
TEST(Envelope, NoAllocationAfterWarmUp) {
  const std::string other = Replaced(kMail, "b@x.org", "b (comment) . c @ x.\r\n org");
  EnvelopeScanner scanner;
  scanner.Scan(kMail);
  scanner.Scan(other);
  const uint64_t before = test::Allocations();
  for (int i = 0; i < 100; ++i) {
    scanner.Scan(kMail);
    scanner.Scan(other);
  }
  EXPECT_EQ(test::Allocations(), before);
  EnvelopeScanner cold;
  cold.Scan(kMail);
  EXPECT_GT(test::Allocations(), before) << "the count counts";
}

// Others see one line, and other addresses in it (threat T03).
TEST(Envelope, LinesThatEndInCrAloneMakeNoAuthor) {
  EnvelopeScanner scanner;
  const Envelope& e = scanner.Scan("From: a@b.example\rTo: c@d.example\r\rx\r");
  ASSERT_EQ(e.from.size(), 1u);
  EXPECT_TRUE(e.from_ambiguous);
  EXPECT_FALSE(scanner.Scan("From: a@b.example").from_ambiguous);
}

}  // namespace
}  // namespace casecomm::scan
