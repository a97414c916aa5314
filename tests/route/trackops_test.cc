// SPDX-License-Identifier: Apache-2.0
// Trackops: updates by email (spec section 4), by the presets; and the sender policies of records (X-05).
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/route/routed.h"

namespace casecomm::route {
namespace {

using address::Kind;
using identify::LocatorState;
using identify::RecordKind;
using identify::RecordState;
using testing::kNow;
using testing::Mail;
using testing::World;

constexpr char kOffice[] = "office@firm.org";

Program Rules(const std::string& settings) {
  return Program::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "trackops", "settings": {)" + settings + "}}")
      .value();
}

class Trackops : public ::testing::Test {
 protected:
  Trackops() {
    world_.Staff("U1", {"ann@firm.org"}).Contact("C7", {"bob@x.org", "Bob@Home.example"}).Contact("C8", {"eve@x.org"});
    world_.Record("R1", RecordKind::kCase, RecordState::kOpen, "Mary Smith").Record("R2", RecordKind::kCase);
    world_.Assign("R1", "C7").Assign("R1", "C8");
    r1_ = world_.RecordAddress("R1");
    reply_ = world_.SentAddress(Kind::kReply, "R1", "C7", "bob@x.org");
  }

  TargetDecision Only(const Program& program, const std::vector<std::string>& lines, Trust trust = Trust::kNone,
                      MailClass mail_class = MailClass::kNormal) {
    if (directory_ == nullptr) directory_ = world_.Directory();
    testing::ReadMail mail(Mail(lines), *directory_);
    mail.identified.trust = trust;
    mail.identified.mail_class = mail_class;
    Decision decision;
    Decide(program, mail.recipients, mail.identified, *directory_, &decision);
    const MailDecision told =
        Describe(program, *mail.envelope, mail.recipients, mail.identified, *directory_, decision, true);
    EXPECT_EQ(told.targets.size(), 1u) << testing::Told(told);
    EXPECT_EQ(told.targets[0].sentence.find_first_of("{}"), std::string::npos) << told.targets[0].sentence;
    EXPECT_NE(told.targets[0].rule, "otherwise");
    return told.targets[0];
  }

  World world_;
  std::string r1_, reply_;
  std::shared_ptr<const identify::Directory> directory_;
  const Program rules_ = Rules(R"("catch_all": "office@firm.org")");
};

TEST_F(Trackops, TI04_a_reply_of_whom_the_update_was_sent_to_is_filed) {
  for (const std::string author : {"bob@x.org", "Bob <BOB@X.ORG>", "\"bob\"@x.org"}) {
    const TargetDecision told = Only(rules_, {"From: " + author, "To: " + reply_});
    EXPECT_EQ(told.outcome, Outcome::kFiled) << told.sentence;
    EXPECT_EQ(told.record, "R1");
    EXPECT_EQ(told.target, "record:R1");
    EXPECT_EQ(told.reason, "reply_address");
  }
}

TEST_F(Trackops, TI04_another_address_of_the_person_counts_only_if_aliases_count) {
  const std::vector<std::string> lines = {"From: bob@home.example", "To: " + reply_};
  const TargetDecision refused = Only(rules_, lines);
  EXPECT_EQ(refused.outcome, Outcome::kCatchAll);
  EXPECT_EQ(refused.rule, "reply_other_address");
  EXPECT_EQ(refused.reason, "not_recipient");
  const TargetDecision taken = Only(Rules(R"("catch_all": "office@firm.org", "aliases_count": "yes")"), lines);
  EXPECT_EQ(taken.outcome, Outcome::kFiled);
}

TEST_F(Trackops, TI04_who_lost_the_address_or_the_record_is_no_recipient) {
  World world;
  world.Contact("C7", {"bob@new.example"}).Contact("C9", {"bob@x.org"}).Contact("C8", {"eve@x.org"});
  world.Record("R1", RecordKind::kCase).Assign("R1", "C7").Assign("R1", "C9");
  const std::string moved = world.SentAddress(Kind::kReply, "R1", "C7", "bob@x.org");
  const std::string unassigned = world.SentAddress(Kind::kReply, "R1", "C8", "eve@x.org");
  directory_ = world.Directory();
  // C7 wrote from it once; it is another's now.
  EXPECT_EQ(Only(rules_, {"From: bob@x.org", "To: " + moved}).rule, "reply_not_recipient");
  EXPECT_EQ(Only(rules_, {"From: bob@new.example", "To: " + moved}).rule, "reply_other_address");
  EXPECT_EQ(Only(rules_, {"From: eve@x.org", "To: " + unassigned}).rule, "reply_not_recipient");
}

TEST_F(Trackops, TI05_anyone_else_goes_to_the_catch_all_address_and_nothing_is_filed) {
  for (const std::string author : {"eve@x.org", "ann@firm.org", "stranger@s.org"}) {
    const TargetDecision told = Only(rules_, {"From: " + author, "To: " + reply_});
    EXPECT_EQ(told.outcome, Outcome::kCatchAll);
    EXPECT_EQ(told.record, std::nullopt);
    EXPECT_EQ(told.target, "reply:R1:C7");
    EXPECT_EQ(told.reason, "not_recipient");
    for (const std::string& name :
         {std::string(kOffice), author, reply_, std::string("Mary Smith"), std::string("C7")}) {
      EXPECT_NE(told.sentence.find(name), std::string::npos) << name << " is not in: " << told.sentence;
    }
  }
}

TEST_F(Trackops, TI05_without_a_catch_all_address_it_is_held) {
  const Program& none = testing::Preset("trackops");
  const std::vector<std::string> answer = {"From: eve@x.org", "To: " + reply_}, fresh = {"From: s@s.org", "To: " + r1_};
  for (const auto& lines : {answer, fresh}) {
    const TargetDecision told = Only(none, lines);
    EXPECT_EQ(told.outcome, Outcome::kHeld);
    EXPECT_EQ(told.reason, "no_catch_all");
    EXPECT_TRUE(told.sentence.starts_with("Held, because the account has no catch-all address.")) << told.sentence;
  }
}

TEST_F(Trackops, TI02_where_replies_are_not_captured_they_go_to_the_catch_all_address) {
  const Program off = Rules(R"("catch_all": "office@firm.org", "capture_replies": "no")");
  const TargetDecision told = Only(off, {"From: bob@x.org", "To: " + reply_});
  EXPECT_EQ(told.outcome, Outcome::kCatchAll);
  EXPECT_EQ(told.reason, "replies_off");
}

TEST_F(Trackops, TI03_T32_a_programs_answer_is_kept_and_never_filed_or_forwarded) {
  for (const MailClass made : {MailClass::kAutomatic, MailClass::kReceipt, MailClass::kBounce}) {
    for (const std::string author : {"bob@x.org", "stranger@s.org"}) {
      const TargetDecision told = Only(rules_, {"From: " + author, "To: " + reply_}, Trust::kPass, made);
      EXPECT_EQ(told.outcome, Outcome::kApplied);
      EXPECT_EQ(told.record, std::nullopt);
    }
  }
  EXPECT_EQ(Only(rules_, {"From: bob@x.org", "To: " + reply_}, Trust::kPass, MailClass::kList).outcome, Outcome::kHeld);
  EXPECT_EQ(Only(rules_, {"From: s@s.org", "To: " + r1_}, Trust::kPass, MailClass::kAutomatic).outcome, Outcome::kHeld);
}

TEST_F(Trackops, X02_T33_a_return_path_takes_reports_and_nothing_else) {
  const std::string path = world_.SentAddress(Kind::kReturnPath, "R1", "C7", "bob@x.org");
  for (const MailClass each : {MailClass::kNormal, MailClass::kList, MailClass::kAutomatic, MailClass::kReceipt}) {
    const TargetDecision told = Only(rules_, {"From: bob@x.org", "To: " + path}, Trust::kPass, each);
    EXPECT_EQ(told.outcome, Outcome::kHeld);
    EXPECT_EQ(told.reason, "not_a_report");
  }
  const TargetDecision told = Only(rules_, {"From: daemon@mx.org", "To: " + path}, Trust::kNone, MailClass::kBounce);
  EXPECT_EQ(told.outcome, Outcome::kApplied);
  EXPECT_EQ(told.target, "return_path:R1:C7");
  EXPECT_EQ(told.reason, "delivery_report");
  // Without an address of ours a report says nothing to us, whatever it names (T33).
  EXPECT_EQ(Only(rules_, {"From: daemon@mx.org", "To: b@in.firm.example"}, Trust::kPass, MailClass::kBounce).outcome,
            Outcome::kHeld);
}

TEST_F(Trackops, T37_a_reply_address_ends_on_time_and_when_it_is_retired) {
  const auto at = [&](int64_t expires_us, LocatorState state) {
    const std::string address = world_.SentAddress(Kind::kReply, "R1", "C7", "bob@x.org", state, expires_us);
    directory_ = nullptr;
    return Only(rules_, {"From: bob@x.org", "To: " + address}, Trust::kPass).rule;
  };
  EXPECT_EQ(at(kNow + 1, LocatorState::kActive), "reply_captured");
  EXPECT_EQ(at(kNow, LocatorState::kActive), "reply_expired");
  EXPECT_EQ(at(kNow - 1, LocatorState::kGrace), "reply_expired");
  EXPECT_EQ(at(kNow + 1, LocatorState::kGrace), "reply_captured");
  EXPECT_EQ(at(kNow + 1, LocatorState::kRetired), "reply_retired");
  EXPECT_EQ(at(kNow, LocatorState::kRetired), "reply_retired");
}

TEST_F(Trackops, TI10_TI11_the_address_of_a_case_takes_new_updates_of_known_people) {
  for (const std::string author : {"bob@x.org", "eve@x.org", "ann@firm.org"}) {
    EXPECT_EQ(Only(rules_, {"From: " + author, "To: " + r1_}).outcome, Outcome::kFiled) << author;
  }
  const TargetDecision told = Only(rules_, {"From: stranger@s.org", "To: " + r1_}, Trust::kPass);
  EXPECT_EQ(told.outcome, Outcome::kCatchAll);
  EXPECT_EQ(told.reason, "unknown_sender");
  EXPECT_EQ(told.record, std::nullopt);
}

TEST_F(Trackops, TI05_X01_a_mail_goes_to_the_catch_all_address_once_and_where_it_is_filed_not_at_all) {
  const std::string second = world_.SentAddress(Kind::kReply, "R2", "C8", "eve@x.org");
  const auto directory = world_.Directory();
  const auto outcomes = [&](const std::string& from, const std::string& to) {
    std::string text;
    for (const TargetDecision& t : testing::Route(rules_, *directory, Mail({"From: " + from, "To: " + to})).targets) {
      text += testing::Word(t.outcome) + " " + t.target + ";";
    }
    return text;
  };
  EXPECT_EQ(outcomes("stranger@s.org", reply_ + ", " + second), "catch_all reply:R1:C7;");
  EXPECT_EQ(outcomes("ann@firm.org", r1_ + ", " + reply_), "filed record:R1;");
  EXPECT_EQ(outcomes("bob@x.org", r1_ + ", " + reply_), "filed record:R1;");
  EXPECT_EQ(outcomes("ann@firm.org", r1_ + ", " + second), "filed record:R1;catch_all reply:R2:C8;");
}

// X-05, the lattice: what a policy demands, as sets of words.
std::set<std::string> Demands(SenderPolicy policy) {
  switch (policy) {
    case SenderPolicy::kAnyone:
      return {};
    case SenderPolicy::kKnown:
      return {"known"};
    case SenderPolicy::kAuthenticated:
      return {"proven"};
    case SenderPolicy::kKnownAndAuthenticated:
      return {"known", "proven"};
    case SenderPolicy::kStaff:
      return {"known", "proven", "staff"};
  }
  return {};
}

TEST(RecordPolicy, X05_the_policy_of_a_record_joins_the_accounts_and_is_never_looser) {
  for (uint8_t a = 0; a < identify::kSenderPolicies; ++a) {
    for (uint8_t b = 0; b < identify::kSenderPolicies; ++b) {
      const auto account = static_cast<SenderPolicy>(a), record = static_cast<SenderPolicy>(b);
      std::set<std::string> both = Demands(account);
      both.merge(Demands(record));
      EXPECT_EQ(Demands(identify::Joined(account, record)), both) << int{a} << int{b};
    }
  }
}

// The 20 rows of threats.md, section 4, for every pair of policies: the account's and the record's own.
TEST(RecordPolicy, X05_T01_every_sender_under_every_pair_of_policies) {
  const std::vector<std::string> words = {"anyone", "known", "authenticated", "known_and_authenticated", "staff"};
  size_t rows = 0, filed = 0;
  for (uint8_t a = 0; a < identify::kSenderPolicies; ++a) {
    const Program program = Program::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "casebook",
        "settings": {"sender_policy": ")" + words[a] +
                                           "\"}}")
                                .value();
    for (uint8_t r = 0; r < identify::kSenderPolicies; ++r) {
      World world;
      world.Staff("U1", {"ann@firm.org"}).Contact("C7", {"bob@x.org"});
      world.Record("R1", RecordKind::kCase).Policy(static_cast<SenderPolicy>(r));
      world.Record("R2", RecordKind::kCase);
      const std::string strict = world.RecordAddress("R1"), plain = world.RecordAddress("R2");
      const auto directory = world.Directory();
      const std::set<std::string> alone = Demands(static_cast<SenderPolicy>(a));
      std::set<std::string> demands = alone;
      demands.merge(Demands(static_cast<SenderPolicy>(r)));
      for (const std::string author : {"ann@firm.org", "bob@x.org", "s@s.org"}) {
        for (const Trust trust : {Trust::kPass, Trust::kNone, Trust::kFail}) {
          testing::ReadMail mail(Mail({"From: " + author, "To: " + strict + ", " + plain}), *directory);
          mail.identified.trust = trust;
          Decision decision;
          Decide(program, mail.recipients, mail.identified, *directory, &decision);
          ASSERT_EQ(decision.targets.size(), 2u);
          const auto takes = [&](const std::set<std::string>& all) {
            if (all.contains("staff") && author != "ann@firm.org") return false;
            if (all.contains("known") && author == "s@s.org") return false;
            return !all.contains("proven") || trust == Trust::kPass;
          };
          EXPECT_EQ(decision.targets[0].outcome == Outcome::kFiled, takes(demands)) << int{a} << int{r} << author;
          EXPECT_EQ(decision.targets[1].outcome == Outcome::kFiled, takes(alone)) << int{a} << int{r} << author;
          ++rows;
          filed += takes(demands) ? 1 : 0;
        }
      }
    }
  }
  EXPECT_EQ(rows, 5u * 5 * 9);
  EXPECT_GT(filed, 9u);
}

TEST(RulesDocument, TI05_a_catch_all_address_is_a_plain_one) {
  const auto parse = [](const std::string& address) {
    return Program::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "trackops", "settings": {"catch_all": ")" +
                          address + "\"}}");
  };
  for (const char* good : {"a@b.c", "o.f+f_ice@Firm.example", "x@a-b.example.org"})
    EXPECT_TRUE(parse(good).ok()) << good;
  for (const char* bad : {"", "@b.c", "a@", "a@b", "a b@c.d", "a@b.c, d@e.f", "a..b@c.d", ".a@b.c", "a@b..c",
                          "a@[1.2.3.4]", "\\u00e9@b.c", "a@b.c\\r\\nBcc: x@y.z", "<a@b.c>", "a@b@c.d"}) {
    EXPECT_EQ(parse(bad).status().reason(), "bad_value") << bad;
    EXPECT_EQ(parse(bad).status().subject(), "/settings/catch_all");
  }
}

// What no rule may do, whatever it says: each a contradiction.
TEST(RulesDocument, T37_X02_the_floor_of_reply_addresses_and_of_forwarding) {
  const auto reason = [](const std::string& then, const std::string& when) {
    const std::string json = R"({"casecomm_rules": 1, "name": "t", "extends": "trackops", "rules": [{"rule": "mine",
        "then": ")" + then + R"(", "when": {)" +
                             when + R"(}}, {"include": "trackops"}]})";
    return std::string(Program::Parse(json).status().reason());
  };
  const std::string reply =
      R"("address": "reply", "limit": "within", "budget": "within", "trust": "pass", "capture_replies": "yes", )";
  const std::string live = R"("locator": "active", "class": "normal", )";
  EXPECT_EQ(reason("file_record", reply + live + R"("author": "recipient")"), "");
  EXPECT_EQ(reason("file_record", reply + live + R"("author": "contact")"), "contradiction");
  EXPECT_EQ(reason("file_record", reply + live + R"("author": "recipient_alias")"), "contradiction");
  EXPECT_EQ(reason("file_record", reply + live + R"("author": "recipient_alias", "aliases_count": "yes")"), "");
  for (const char* state : {"expired", "retired"}) {
    EXPECT_EQ(reason("file_record", reply + R"("class": "normal", "author": "recipient", "locator": ")" + state + '"'),
              "contradiction");
  }
  EXPECT_EQ(reason("file_record", reply + R"("locator": "active", "class": "automatic", "author": "recipient")"),
            "contradiction");
  EXPECT_EQ(reason("file_record", R"("address": "return_path", "locator": "active")"), "contradiction");
  const std::string record = R"("address": "record", "limit": "within", "budget": "within", "author": "unknown", )";
  EXPECT_EQ(reason("catch_all", record + live + R"("trust": "pass")"), "");
  EXPECT_EQ(reason("catch_all", record + R"("locator": "active", "class": "bounce")"), "contradiction");
  EXPECT_EQ(reason("catch_all", record + R"("locator": "retired", "class": "normal")"), "contradiction");
  EXPECT_EQ(reason("catch_all", R"("address": "none", "class": "normal", "author": "unknown", "limit": "within")"),
            "contradiction");
  const std::string report = R"("locator": "active", "limit": "within", "trust": "pass", )";
  EXPECT_EQ(reason("apply", report + R"("address": "return_path", "class": "bounce")"), "");
  EXPECT_EQ(reason("apply", report + R"("address": "return_path", "class": "automatic")"), "contradiction");
  EXPECT_EQ(reason("apply", report + R"("address": "reply", "class": "normal")"), "contradiction");
  EXPECT_EQ(reason("apply", report + R"("address": "record", "class": "bounce")"), "contradiction");
}

}  // namespace
}  // namespace casecomm::route
