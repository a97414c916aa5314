// SPDX-License-Identifier: Apache-2.0
// Who is believed about an author's domain, and what hangs on it: mail to an address in grace (spec X-04; threats T01, T10).
#include <set>

#include "address/address.h"
#include "flow/context.h"
#include "identify/directory.h"
#include "store/collections.h"
#include "store/rows.h"
#include "tests/flow/host.h"
#include "wire/rows.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

constexpr char kAuthor[] = "p1@mail.example.com";

class Grace : public ::testing::Test {
 protected:
  Grace() : firm_("casebook") {
    address_ = firm_.Record("C1");
    PutInGrace();
    firm_.trust.authserv_ids = {"mx.in.example.org"};
    firm_.Reopen();
  }

  // What a rotation of the record's address leaves of the old one.
  void PutInGrace() {
    const size_t at = address_.find('@');
    const auto signer = address::Signer::Make(firm_.keys);
    const auto named = signer->Verify(address_.substr(0, at), address_.substr(at + 1), firm_.clock->now_us);
    ASSERT_TRUE(named.has_value());
    host::Store& store = *firm_.control->store;
    const auto rows =
        flow::ReadMany(store, store::kLocators, store::kPrimary,
                       {flow::Key(named->account, host::Value::Int(static_cast<int64_t>(named->locator)))});
    ASSERT_TRUE(rows.ok()) << rows.status().ToString();
    ASSERT_EQ(rows->size(), 1u);
    wire::LocatorRow row = *wire::ReadLocator(rows->front());
    row.state = static_cast<uint8_t>(identify::LocatorState::kGrace);
    store::BatchBuilder batch(named->account);
    wire::Put(batch, named->account, row);
    ASSERT_TRUE(store::CommitOne(store, batch.batch()).ok());
  }

  std::string Mail(const std::string& top, const std::string& from = kAuthor) {
    const std::string body = "Hello " + std::to_string(++count_) + "\r\n";
    return top + "Received: from mail.example.com by mx.in.example.org; Mon, 2 Nov 2026 10:00:00 +0000\r\n" +
           Firm::Mail(from, address_, "", body);
  }

  // The same by every way in.
  TargetDecision Decide(const std::string& raw, std::optional<Trust> verdict = std::nullopt) {
    EnvelopeHint hint;
    hint.trust = verdict;
    RouteRequest request;
    request.raw = raw;
    request.trust = verdict;
    RoutedBatch routed;
    EXPECT_TRUE(firm_.As().RouteBatch({request}, &routed).ok());
    const auto route = firm_.As().Route(raw, hint), explained = firm_.As().Explain(raw, hint);
    EXPECT_TRUE(route.ok() && explained.ok());
    ListSource source;
    source.Add(raw);
    source.mails.back().trust = verdict;
    const auto received = firm_.Receive(source);
    EXPECT_EQ(received.size(), 1u);
    const TargetDecision target = received.at(0).targets.at(0);
    EXPECT_EQ(routed.target_outcomes.at(0), target.outcome);
    EXPECT_EQ(routed.rules.at(0), target.rule);
    EXPECT_EQ(route->targets.at(0).rule, target.rule);
    EXPECT_EQ(route->targets.at(0).sentence, target.sentence);
    EXPECT_EQ(explained->targets.at(0).rule, target.rule);
    EXPECT_EQ(explained->targets.at(0).sentence, target.sentence);
    return target;
  }

  Firm firm_;
  std::string address_;
  int count_ = 0;
};

const std::string kPass = "Authentication-Results: mx.in.example.org; dmarc=pass header.from=mail.example.com\r\n";

TEST_F(Grace, X04_a_pinned_pass_is_filed) {
  const TargetDecision target = Decide(Mail(kPass));
  EXPECT_EQ(target.outcome, Outcome::kFiled) << target.sentence;
  EXPECT_EQ(target.record, "C1");
}

TEST_F(Grace, T01_what_nobody_of_ours_proves_is_held) {
  const std::vector<std::string> tops = {
      "",
      "Authentication-Results: mx.evil.example; dmarc=pass header.from=mail.example.com\r\n",
      "Authentication-Results: mx.in.example.org; dmarc=fail header.from=mail.example.com\r\n",
      "Authentication-Results: mx.in.example.org; dmarc=pass header.from=evil.example\r\n",
      "Authentication-Results: mx.in.example.org; dmarc=pass header.from=mail.example.com;\r\n",
      "Authentication-Results: mx.in.example.org; spf=pass smtp.mailfrom=mail.example.com\r\n",
      "Received: from evil by x; Mon, 2 Nov 2026 10:00:00 +0000\r\n" + kPass,
      kPass + "X-Bad : x\r\n",
  };
  for (const std::string& top : tops) {
    const TargetDecision target = Decide(Mail(top));
    EXPECT_EQ(target.outcome, Outcome::kHeld) << top;
    EXPECT_EQ(target.rule, "grace_unauthenticated") << top;
    EXPECT_NE(target.sentence.find(top.find("fail") == top.npos ? "is: none" : "is: fail"), std::string::npos)
        << target.sentence;
  }
  EXPECT_EQ(Decide(Mail(kPass, "stranger@mail.example.com")).rule, "grace_unknown_author");
}

TEST_F(Grace, X04_the_hosts_own_verdict_goes_before_the_fields) {
  EXPECT_EQ(Decide(Mail(""), Trust::kPass).outcome, Outcome::kFiled);
  EXPECT_EQ(Decide(Mail(kPass), Trust::kFail).outcome, Outcome::kHeld);
  EXPECT_EQ(Decide(Mail(kPass), Trust::kNone).outcome, Outcome::kHeld);
  EXPECT_EQ(Decide(Mail("From: p3@mail.example.com\r\n"), Trust::kPass).rule, "author_ambiguous");
}

TEST_F(Grace, T10_spf_alone_is_a_matter_of_the_policy) {
  const std::string spf = "Authentication-Results: mx.in.example.org; spf=pass smtp.mailfrom=x@mail.example.com\r\n";
  EXPECT_EQ(Decide(Mail(spf)).outcome, Outcome::kHeld);
  firm_.trust.allow_spf = true;
  firm_.Reopen();
  EXPECT_EQ(Decide(Mail(spf)).outcome, Outcome::kFiled);
  firm_.trust.require_dkim = true;
  firm_.Reopen();
  EXPECT_EQ(Decide(Mail(spf)).outcome, Outcome::kHeld);
  EXPECT_EQ(Decide(Mail(kPass)).outcome, Outcome::kHeld);
  EXPECT_EQ(Decide(Mail("Authentication-Results: mx.in.example.org; dkim=pass header.d=mail.example.com\r\n")).outcome,
            Outcome::kFiled);
}

TEST_F(Grace, X04_nothing_pinned_nothing_believed) {
  firm_.trust = {};
  firm_.Reopen();
  EXPECT_EQ(Decide(Mail(kPass)).outcome, Outcome::kHeld);
}

TEST_F(Grace, X04_mail_of_an_unproven_domain_bears_the_badge) {
  const std::string active = firm_.Record("C2");
  ASSERT_EQ(firm_.ReceiveOne(kPass + Firm::Mail("p3@mail.example.com", active, "", "proven\r\n")).outcome,
            Outcome::kFiled);
  ASSERT_EQ(firm_.ReceiveOne(Firm::Mail("p3@mail.example.com", active, "", "claimed\r\n")).outcome, Outcome::kFiled);
  const auto record = firm_.As().ShowRecord("C2");
  ASSERT_TRUE(record.ok());
  std::multiset<std::vector<std::string>> badges;
  for (const ThreadView& thread : record->threads) {
    for (const MessageView& message : thread.messages) badges.insert(message.badges);
  }
  EXPECT_EQ(badges, (std::multiset<std::vector<std::string>>{{}, {"unverified"}}));
}

}  // namespace
}  // namespace casecomm
