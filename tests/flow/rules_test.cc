// SPDX-License-Identifier: Apache-2.0
// The rules of an account: set, read, gone back from, and rehearsed.
#include "casecomm/rules.h"

#include <set>

#include "base/text.h"
#include "store/collections.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

std::string MailTo(const std::string& address, const std::string& from = "p1@mail.example.com",
                   const std::string& subject = "s") {
  return "From: " + from + "\r\nTo: " + address + "\r\nSubject: " + subject + "\r\n\r\nhello\r\n";
}

RuleSet Parsed(const std::string& json) {
  auto rules = RuleSet::Parse(json);
  EXPECT_TRUE(rules.ok()) << rules.status().ToString();
  return *rules;
}

int64_t Number(Firm& firm) {
  return testing::AllRows(*firm.control->store, store::kAccounts, 0).at(0).integer(1);
}

const char kBlocks[] = R"({"casecomm_rules": 1, "name": "blocks", "extends": "casebook",
  "lists": {"blocked": ["p1@mail.example.com"]},
  "rules": [{"rule": "blocked", "when": {"author_in": "blocked"}, "then": "hold"}, {"include": "casebook"}]})";

TEST(Rules, Y05_hold_from_the_next_batch_on_and_go_back_to_the_preset) {
  Firm firm("casefleet");
  const std::string address = firm.Record("C1");
  const auto end = [&](const std::string& subject) {
    ListSource source;
    source.Add(MailTo(address, "p1@mail.example.com", subject));
    return firm.Receive(source).at(0).targets.at(0);
  };
  EXPECT_EQ(end("one").outcome, Outcome::kFiled);
  Session old = firm.As();
  ASSERT_TRUE(firm.As().SetRules(Parsed(kBlocks)).ok());
  EXPECT_EQ(end("two").rule, "blocked");
  EXPECT_EQ(old.Route(MailTo(address))->targets.at(0).rule, "blocked")
      << "a session that was there before sees them, too";
  EXPECT_EQ(firm.As().Rules()->name(), "blocks");
  EXPECT_EQ(firm.As().Rules()->document(), kBlocks);
  EXPECT_EQ(firm.engine->Accounts()->at(0).policy, "P0 anyone");
  firm.Reopen();
  EXPECT_EQ(end("three").rule, "blocked") << "they are stored";
  ASSERT_TRUE(firm.As().ResetRules().ok());
  EXPECT_EQ(end("four").outcome, Outcome::kFiled);
  EXPECT_EQ(firm.As().Rules()->name(), "casefleet");
  EXPECT_EQ(firm.engine->Accounts()->at(0).policy, "P1 known");
}

TEST(Rules, X05_an_account_without_a_preset_is_P3) {
  Firm firm("casebook");
  const auto info = firm.engine->CreateAccount({"bare", "in.bare.org", ""}, Actor::Operator());
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->preset, "plain");
  EXPECT_EQ(info->policy, "P3 known and authenticated");
  Session bare = *firm.engine->As("bare", Actor::Operator());
  ASSERT_TRUE(bare.Load(Firm::kFirm).ok());
  const std::string mail = MailTo(*bare.RecordAddress("C1"));
  EXPECT_EQ(bare.Route(mail)->targets.at(0).reason, "auth_none");
  EnvelopeHint proven, failed;
  proven.trust = Trust::kPass;
  failed.trust = Trust::kFail;
  EXPECT_EQ(bare.Route(mail, proven)->outcome, Outcome::kFiled);
  EXPECT_EQ(bare.Route(mail, failed)->targets.at(0).reason, "auth_fail");
}

TEST(Rules, X09_X12_a_never_log_list_leaves_key_digest_time_and_reason_only) {
  Firm firm("casebook");
  ASSERT_TRUE(firm.As()
                  .SetRules(Parsed(R"({"casecomm_rules": 1, "name": "never", "extends": "casebook",
    "lists": {"never_logged": ["@counsel.example"]},
    "rules": [{"rule": "never_logged", "when": {"author_in": "never_logged"}, "then": "not_tracked", "reason": "rule"},
              {"include": "casebook"}]})"))
                  .ok());
  const std::string address = firm.Record("C1");
  const MailDecision decision =
      firm.ReceiveOne("From: Xyzzy Priv <xyzzy@counsel.example>\r\nTo: " + address +
                      ", ann@firm.example.org\r\nSubject: xyzzy subject\r\nMessage-ID: <xyzzy@counsel.example>\r\n"
                      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nxyzzy text\r\n--b\r\n"
                      "Content-Disposition: attachment; filename=xyzzy.txt\r\n\r\nxyzzy file\r\n--b--\r\n");
  EXPECT_EQ(decision.outcome, Outcome::kNotTracked);
  EXPECT_EQ(decision.targets.at(0).rule, "never_logged");
  EXPECT_TRUE(decision.id.empty());
  size_t keys = 0;
  for (uint32_t collection = 0; collection < store::kCollectionCount; ++collection) {
    for (const int64_t account : {int64_t{0}, Number(firm)}) {
      for (const store::StoredRow& row : testing::AllRows(*firm.control->store, collection, account)) {
        if (collection == store::kTransportKeys) ++keys;
        std::string all = row.body;
        for (size_t c = 0; c < row.columns.size(); ++c) all += ' ' + row.text(c);
        EXPECT_EQ(base::LowerAscii(all).find("xyzzy"), std::string::npos)
            << store::LibrarySchema().collections[collection].name;
      }
    }
  }
  EXPECT_EQ(keys, 1u);
  EXPECT_TRUE(firm.As().ShowRecord("C1")->threads.empty());
}

TEST(Rules, are_the_operators_to_change_and_staffs_to_read) {
  Firm firm;
  const RuleSet rules = Parsed(kBlocks);
  for (const char* person : {"U1", "P1"}) {
    EXPECT_EQ(firm.As(person).SetRules(rules).code(), Code::kPermissionDenied);
    EXPECT_EQ(firm.As(person).ResetRules().code(), Code::kPermissionDenied);
    EXPECT_EQ(firm.As(person).Rehearse(rules, MailTo("x@y.z")).status().code(), Code::kPermissionDenied);
  }
  EXPECT_TRUE(firm.As("U1").Rules().ok());
  EXPECT_EQ(firm.As("P1").Rules().status().code(), Code::kPermissionDenied);
}

TEST(Rules, a_change_that_loses_a_race_is_made_all_the_same) {
  Firm firm;
  int races = 3;
  firm.control->before_commit = [&](std::vector<host::Batch>*) {
    if (races-- <= 0) return;
    const auto keep = std::exchange(firm.control->before_commit, nullptr);
    EXPECT_TRUE(
        firm.As()
            .Load(R"({"people": [{"id": "N)" + std::to_string(races) + R"(", "kind": "contact", "name": "n"}]})")
            .ok());
    firm.control->before_commit = keep;
  };
  EXPECT_TRUE(firm.As().SetRules(Parsed(kBlocks)).ok());
  firm.control->before_commit = nullptr;
  EXPECT_EQ(firm.As().Rules()->name(), "blocks");
}

TEST(Rules, CB26_a_rule_may_tell_the_editors_of_what_it_files) {
  Firm firm("casebook");
  ASSERT_TRUE(firm.As()
                  .SetRules(Parsed(R"({"casecomm_rules": 1, "name": "told", "extends": "casebook", "rules": [
      {"include": "common/limits"}, {"include": "common/checks"},
      {"rule": "told", "when": {"address": "record", "kind": "case"}, "then": "file_record", "notify": "editors"},
      {"rule": "rest", "then": "hold"}]})"))
                  .ok());
  ListSource source;
  source.Add(MailTo(firm.Record("C1")));
  EXPECT_EQ(firm.Receive(source).at(0).targets.at(0).rule, "told");
  EXPECT_EQ(testing::AllRows(*firm.control->store, store::kNotifications, Number(firm)).size(), 1u)
      << "U1 manages C1, U2 only views it";
}

TEST(Rehearse, Y02_tells_where_mail_goes_now_and_then_and_changes_nothing) {
  Firm firm("casebook");
  const RuleSet rules = Parsed(kBlocks);
  const std::string address = firm.Record("C1");
  const int commits = firm.control->commits;
  const auto moved = firm.As().Rehearse(rules, MailTo(address));
  ASSERT_TRUE(moved.ok());
  EXPECT_TRUE(moved->differs);
  EXPECT_EQ(moved->now.targets.at(0).rule, "other_new");
  EXPECT_EQ(moved->then.targets.at(0).rule, "blocked");
  EXPECT_EQ(moved->then.trace.at(0).rule, "blocked");
  EXPECT_TRUE(moved->then.trace.at(0).matched);
  const auto same = firm.As().Rehearse(rules, MailTo(address, "p2@mail.example.com"));
  ASSERT_TRUE(same.ok());
  EXPECT_FALSE(same->differs);
  EXPECT_EQ(firm.control->commits, commits);
}

TEST(Rehearse, Y02_goes_over_all_that_is_stored) {
  Firm firm("casebook");
  ListSource source;
  for (int i = 0; i < 250; ++i) {
    source.Add(
        MailTo(firm.Record("C1"), i % 10 == 0 ? "p1@mail.example.com" : "p2@mail.example.com", std::to_string(i)));
  }
  ASSERT_EQ(firm.Receive(source).size(), 250u);
  const int commits = firm.control->commits;
  std::set<std::string> seen, moved;
  const Status status =
      firm.As().RehearseStored(Parsed(kBlocks), [&](const std::string& message, const Rehearsal& rehearsal) -> Status {
        EXPECT_TRUE(seen.insert(message).second);
        if (rehearsal.differs) moved.insert(message);
        return {};
      });
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(seen.size(), 250u);
  EXPECT_EQ(moved.size(), 25u);
  EXPECT_EQ(firm.control->commits, commits);
  const Status ended = firm.As().RehearseStored(Parsed(kBlocks), [&](const std::string&, const Rehearsal&) {
    return Status(Code::kUnavailable, "enough", "", "was enough");
  });
  EXPECT_EQ(ended.reason(), "enough");
}

TEST(Rehearse, T51_tells_nothing_of_another_accounts_mail) {
  Firm firm("casebook");
  ASSERT_TRUE(firm.engine->CreateAccount({"other", "in.other.org", "casebook"}, Actor::Operator()).ok());
  Session other = *firm.engine->As("other", Actor::Operator());
  ASSERT_TRUE(other.Load(Firm::kFirm).ok());
  const auto rehearsal = firm.As().Rehearse(Parsed(kBlocks), MailTo(*other.RecordAddress("C1")));
  ASSERT_TRUE(rehearsal.ok());
  EXPECT_FALSE(rehearsal->differs);
  EXPECT_EQ(rehearsal->then.targets.at(0).reason, "other_account");
}

}  // namespace
}  // namespace casecomm
