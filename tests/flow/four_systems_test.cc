// SPDX-License-Identifier: Apache-2.0
// The four systems on one account: the document that docs/rules.md shows, and what becomes of mail by it (spec Y-05).
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "casecomm/rules.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

class FourSystems : public ::testing::Test {
 protected:
  FourSystems() {
    std::ifstream file(CASECOMM_SOURCE_DIR "/docs/four-systems.rules.json");
    const std::string json{std::istreambuf_iterator<char>(file), {}};
    const Result<RuleSet> rules = RuleSet::Parse(json);
    EXPECT_TRUE(rules.ok()) << rules.status().ToString();
    EXPECT_TRUE(firm_.As().SetRules(*rules).ok());
  }

  TargetDecision End(const std::string& from, const std::string& to, const std::string& extra = {}) {
    return firm_.ReceiveOne(Firm::Mail(from, to, extra, "text " + std::to_string(++sent_) + "\r\n")).targets.at(0);
  }

  Firm firm_{"casebook"};
  int sent_ = 0;
};

TEST_F(FourSystems, Y05_CB01_mail_to_a_record_is_tracked_on_it) {
  const TargetDecision filed = End("p1@mail.example.com", firm_.Record("C1"));
  EXPECT_EQ(filed.outcome, Outcome::kFiled);
  EXPECT_EQ(filed.record, "C1");
  EXPECT_EQ(End("stranger@else.example", firm_.Record("C1")).reason, "unknown_sender");
}

TEST_F(FourSystems, Y05_CF04_a_users_bcc_is_logged_and_what_it_does_not_settle_waits_for_the_user) {
  EXPECT_EQ(firm_.Log("p1@mail.example.com").records, std::vector<std::string>{"C1"});
  EXPECT_EQ(firm_.Log("p3@mail.example.com").targets.at(0).reason, "several_cases");
  EXPECT_EQ(firm_.As("U1").Unassigned()->items.size(), 1u);
}

TEST_F(FourSystems, Y05_TI01_TI04_TI05_an_answer_to_an_update_is_filed_if_its_recipient_wrote_it_and_else_goes_on) {
  const std::string reply = *firm_.As().ReplyAddress("C1", "P1");
  const TargetDecision filed = End("p1@mail.example.com", reply);
  EXPECT_EQ(filed.outcome, Outcome::kFiled);
  EXPECT_EQ(filed.rule, "reply_captured");
  EXPECT_EQ(filed.record, "C1");
  const TargetDecision other = End("p3@mail.example.com", reply);
  EXPECT_EQ(other.outcome, Outcome::kCatchAll);
  EXPECT_EQ(other.reason, "not_recipient");
  EXPECT_EQ(firm_.As().Forwards()->items.at(0).catch_all, "office@linden-ruiz.example");
}

TEST_F(FourSystems, Y05_a_stranger_who_writes_to_a_lead_reaches_the_office) {
  EXPECT_EQ(End("stranger@else.example", firm_.Record("L1")).outcome, Outcome::kCatchAll);
  EXPECT_EQ(End("stranger@else.example", firm_.Record("L1"), "Auto-Submitted: auto-replied\r\n").outcome,
            Outcome::kHeld)
      << "automatic mail sets off none";
}

TEST_F(FourSystems, Y05_all_else_is_held_but_what_the_firm_never_keeps) {
  EXPECT_EQ(End("p1@mail.example.com", "ann@firm.example.org").rule, "the_rest");
  EXPECT_EQ(End("ann@firm.example.org", "p1@mail.example.com").outcome, Outcome::kHeld);
  EXPECT_EQ(End("x@a.bulk.example", firm_.Record("C1")).rule, "blocked");
  EXPECT_EQ(End("partner@spouse-counsel.example", firm_.Record("C1")).outcome, Outcome::kNotTracked);
}

}  // namespace
}  // namespace casecomm
