// SPDX-License-Identifier: Apache-2.0
// What is kept of a mail that is filed, and how it is read afterwards (spec; threat T17).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "casecomm/mail.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

// The mail as it is stored, read.
Mail Stored(Firm& firm, const MailDecision& decision) {
  const auto raw = testing::RawOf(firm.As(), decision.id);
  EXPECT_TRUE(raw.ok()) << raw.status().ToString();
  return raw.ok() ? ScanMail(*raw) : Mail();
}

TEST(Reading, X06_AForwardIsUnwrappedAndTheForwarderStaysTheActor) {
  Firm firm("casebook");
  const std::string block =
      "---------- Forwarded message ---------\r\nFrom: Pat One <p1@mail.example.com>\r\n"
      "Date: Tue, 14 Nov 2023 at 09:00\r\nSubject: The keys\r\nTo: <ann@firm.example.org>\r\n\r\nI lost the keys.\r\n";
  const std::string attached =
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
      "Please see to it.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: Pat One <p1@mail.example.com>\r\n"
      "To: <ann@firm.example.org>\r\nDate: Tue, 14 Nov 2023 09:00:00 +0000\r\nSubject: The keys\r\n\r\n"
      "I lost the keys.\r\n--b--\r\n";
  for (const std::string& tail : {"\r\nPlease see to it.\r\n\r\n" + block, attached}) {
    const std::string raw = "From: ann@firm.example.org\r\nTo: " + firm.Record("C1") +
                            "\r\nSubject: Fwd: The keys\r\nDate: Tue, 14 Nov 2023 10:00:00 +0000\r\n" + tail;
    const MailDecision decision = firm.ReceiveOne(raw);
    ASSERT_EQ(decision.outcome, Outcome::kFiled);
    EXPECT_NE(decision.targets.at(0).sentence.find("user U1"), std::string::npos) << decision.targets[0].sentence;
    const Mail mail = Stored(firm, decision);
    EXPECT_EQ(mail.from, std::vector<std::string>{"ann@firm.example.org"});
    ASSERT_TRUE(mail.forwarded.has_value());
    EXPECT_EQ(mail.forwarded->from, "p1@mail.example.com");
    EXPECT_EQ(mail.forwarded->from_name, "Pat One");
    EXPECT_EQ(mail.forwarded->to, std::vector<std::string>{"ann@firm.example.org"});
    EXPECT_EQ(mail.forwarded->date, 1'699'952'400);
    EXPECT_EQ(mail.forwarded->subject, "The keys");
    EXPECT_EQ(mail.forwarded->text, "I lost the keys.");
    EXPECT_EQ(mail.visible_text, "Please see to it.");
  }
}

TEST(Reading, X07_TheNewTextOfAReplyIsApartAndNothingIsDestroyed) {
  Firm firm("casebook");
  const std::string plain =
      "\r\nYes, gladly.\r\n\r\nOn Tue, 14 Nov 2023 at 09:00, Ann <ann@firm.example.org> wrote:\r\n> Will you come?\r\n"
      "> Ann\r\n\r\n-- \r\nPat\r\n";
  const std::string html =
      "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<div>Yes, gladly.</div><div class=\"gmail_quote\">On Tue, "
      "14 Nov 2023 at "
      "09:00, Ann &lt;ann@firm.example.org&gt; wrote:<blockquote class=\"gmail_quote\">Will you "
      "come?</blockquote></div>\r\n";
  for (const std::string& tail : {plain, html}) {
    const std::string raw = "From: p1@mail.example.com\r\nTo: " + firm.Record("C1") +
                            "\r\nSubject: Re: Tuesday\r\nIn-Reply-To: <q@firm.example.org>\r\n" + tail;
    const MailDecision decision = firm.ReceiveOne(raw);
    ASSERT_EQ(decision.outcome, Outcome::kFiled);
    EXPECT_EQ(*testing::RawOf(firm.As(), decision.id), raw);
    const Mail mail = Stored(firm, decision);
    EXPECT_EQ(mail.visible_text, "Yes, gladly.");
    EXPECT_NE(mail.quoted_text.find("Will you come?"), std::string::npos);
    EXPECT_EQ(mail.signature, tail == plain ? "-- \nPat" : "");
    int64_t end = 0;  // each byte of the text is of one span
    for (const TextSpan& span : mail.spans) {
      EXPECT_EQ(span.begin, end);
      end = span.end;
    }
    EXPECT_EQ(end, static_cast<int64_t>(mail.Body().size()));
  }
}

// Whatever a host upstream takes for the end of a mail: to us it is one mail, its author is in its own header, and what is
// smuggled in stays text.
TEST(Reading, T17_AMailOfAnyMixOfLineEndsStaysOne) {
  Firm firm("casebook");
  const std::string record = firm.Record("C1");
  static constexpr const char* kEnds[] = {"\r\n", "\n", "\r"};
  size_t mixes = 0;
  ListSource source;
  std::vector<std::string> raw;
  for (size_t mix = 0; mix < 6561; ++mix) {  // 3^8
    size_t left = mix;
    const auto end = [&] {
      const char* const chosen = kEnds[left % 3];
      left /= 3;
      return std::string(chosen);
    };
    // Before and behind the dot, and each line of what would be the next mail.
    raw.push_back("From: stranger@else.example\r\nTo: nobody@else.example\r\nSubject: " + std::to_string(mix) +
                  "\r\n\r\nText" + end() + "." + end() + "MAIL FROM:<p1@mail.example.com>" + end() + "RCPT TO:<" +
                  record + ">" + end() + "DATA" + end() + "From: p1@mail.example.com" + end() + "To: " + record +
                  end() + end() + "Smuggled\r\n");
  }
  for (const std::string& one : raw) {
    const Mail mail = ScanMail(one);
    ASSERT_EQ(mail.from, std::vector<std::string>{"stranger@else.example"});
    ASSERT_EQ(mail.to, std::vector<std::string>{"nobody@else.example"});
    ASSERT_NE(mail.text.value_or("").find("Smuggled"), std::string::npos);
    ++mixes;
    if (mixes % 9 == 0) source.Add(one);
  }
  const std::vector<MailDecision> told = firm.Receive(source);
  EXPECT_EQ(told.size(), 729u);
  for (const MailDecision& decision : told) EXPECT_EQ(decision.outcome, Outcome::kNotTracked);
  EXPECT_EQ(mixes, 6561u);
}

}  // namespace
}  // namespace casecomm
