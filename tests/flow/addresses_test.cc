// SPDX-License-Identifier: Apache-2.0
// Addresses of all kinds and their life; replies, reports and the catch-all address through the whole of receiving.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/collections.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::All;
using testing::Firm;
using testing::ListSource;

constexpr char kOffice[] = "office@firm.example.org";

void SetCatchAll(Firm& firm, const std::string& more = {}) {
  const auto rules = RuleSet::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "trackops", "settings": {)" +
                                    more + R"("catch_all": "office@firm.example.org"}})");
  ASSERT_TRUE(rules.ok()) << rules.status().ToString();
  ASSERT_TRUE(firm.As().SetRules(*rules).ok());
}

std::map<std::string, AddressEntry> ByAddress(Firm& firm) {
  std::map<std::string, AddressEntry> all;
  const auto list = [&](const PageRequest& page) { return firm.As().Addresses({/*all=*/true}, page); };
  for (const AddressEntry& entry : All(list, 3)) all[entry.address] = entry;
  return all;
}

TEST(Addresses, TI01_TI04_a_reply_is_filed_on_the_record_it_answers) {
  Firm firm("trackops");
  const std::string reply = *firm.As("U1").ReplyAddress("C1", "P1");
  EXPECT_EQ(reply[0], 'r');
  const MailDecision told = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", reply));
  EXPECT_EQ(told.outcome, Outcome::kFiled);
  EXPECT_EQ(told.records, std::vector<std::string>{"C1"});
  const auto page = firm.As("U1").ShowRecord("C1");
  ASSERT_EQ(page->threads.size(), 1u);
  EXPECT_EQ(page->threads[0].messages[0].reason, "reply_address");
  EXPECT_NE(page->threads[0].messages[0].sentence.find("Paul One"), std::string::npos);
}

TEST(Addresses, TI04_reply_addresses_are_for_people_assigned_at_an_address_of_theirs) {
  Firm firm("trackops");
  EXPECT_EQ(firm.As("U2").ReplyAddress("C1", "P1").status().reason(), "role_missing");  // a viewer
  EXPECT_EQ(firm.As("P1").ReplyAddress("C1", "P1").status().reason(), "role_missing");
  EXPECT_EQ(firm.As("U1").ReplyAddress("C1", "P2").status().reason(), "not_assigned");
  EXPECT_EQ(firm.As().ReplyAddress("none", "P1").status().reason(), "not_assigned");
  EXPECT_EQ(firm.As().ReturnPathAddress("C1", "P1", "p2@mail.example.com").status().reason(), "no_email");
  EXPECT_EQ(firm.As().ReplyAddress("C1", "U1", "ANN@home.example.net").status().ToString(), Status().ToString());
  EXPECT_NE(*firm.As().ReplyAddress("C1", "P1"), *firm.As().ReplyAddress("C1", "P1"));
}

TEST(Addresses, TI05_X09_what_is_not_the_recipients_waits_to_be_forwarded) {
  Firm firm("trackops");
  SetCatchAll(firm);
  const std::string reply = *firm.As().ReplyAddress("C1", "P1");
  ListSource source;
  source.Add(Firm::Mail("p2@mail.example.com", reply, "", "one\r\n"));
  source.Add(Firm::Mail("s@s.example", firm.Record("C2"), "", "two\r\n"));
  source.Add(Firm::Mail("p2@mail.example.com", reply, "", "one\r\n"), "again");
  const auto told = firm.Receive(source);
  EXPECT_EQ(told[0].outcome, Outcome::kCatchAll);
  EXPECT_EQ(told[1].outcome, Outcome::kCatchAll);
  EXPECT_EQ(told[2].outcome, Outcome::kDuplicate);
  EXPECT_TRUE(told[0].records.empty() && told[2].records.empty());

  Session session = firm.As();
  const auto waiting = All([&](const PageRequest& p) { return session.Forwards(p); }, 1);
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[0].id, told[0].id);
  EXPECT_EQ(waiting[0].catch_all, kOffice);
  EXPECT_EQ(waiting[0].target, "reply:C1:P1");
  EXPECT_EQ(waiting[0].reason, "not_recipient");
  EXPECT_EQ(waiting[1].target, "record:C2");
  EXPECT_EQ(waiting[1].reason, "unknown_sender");
  EXPECT_FALSE(testing::RawOf(session, told[1].id)->empty());

  EXPECT_EQ(firm.As("U1").Forwards().status().reason(), "operator_only");
  EXPECT_EQ(firm.As("U1").Forwarded(told[0].id).reason(), "operator_only");
  EXPECT_EQ(session.Forwarded("none").reason(), "no_forward");
  for (int twice = 0; twice < 2; ++twice) EXPECT_TRUE(session.Forwarded(told[0].id).ok());
  const auto left = session.Forwards();
  ASSERT_EQ(left->items.size(), 1u);
  EXPECT_EQ(left->items[0].id, told[1].id);
}

TEST(Addresses, TI05_without_a_catch_all_address_it_is_held) {
  Firm firm("trackops");
  const MailDecision told = firm.ReceiveOne(Firm::Mail("s@s.example", firm.Record("C1")));
  EXPECT_EQ(told.outcome, Outcome::kHeld);
  EXPECT_EQ(told.targets[0].reason, "no_catch_all");
  EXPECT_TRUE(firm.As().Forwards()->items.empty());
}

TEST(Addresses, T31_a_catch_all_address_at_a_domain_of_ours_is_refused) {
  Firm firm("trackops");
  ASSERT_TRUE(firm.engine->CreateAccount({"other", "IN.other.example", "casebook"}, Actor::Operator()).ok());
  for (const char* domain : {"in.example.org", "In.Other.example"}) {
    const auto rules = RuleSet::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "trackops",
        "settings": {"catch_all": "office@)" +
                                      std::string(domain) + "\"}}");
    ASSERT_TRUE(rules.ok());
    const Status refused = firm.As().SetRules(*rules);
    EXPECT_EQ(refused.reason(), "catch_all_loops");
    EXPECT_EQ(refused.subject(), "/settings/catch_all");
  }
}

TEST(Addresses, T31_mail_is_held_once_the_catch_all_address_is_at_a_domain_of_ours) {
  Firm firm("trackops");
  SetCatchAll(firm);
  const std::string catch_all = firm.As().Rules()->catch_all(), domain = catch_all.substr(catch_all.find('@') + 1);
  const std::string mail = Firm::Mail("s@s.example", firm.Record("C2"));
  ASSERT_EQ(firm.As().Explain(mail)->outcome, Outcome::kCatchAll);
  ASSERT_TRUE(firm.engine->CreateAccount({"other", domain, "casebook"}, Actor::Operator()).ok());
  EXPECT_EQ(firm.As().Explain(mail)->targets.at(0).reason, "catch_all_loops");
  const MailDecision told = firm.ReceiveOne(mail);
  EXPECT_EQ(told.outcome, Outcome::kHeld);
  EXPECT_EQ(told.targets.at(0).reason, "catch_all_loops");
  EXPECT_NE(told.targets.at(0).sentence.find(catch_all), std::string::npos);
  EXPECT_TRUE(firm.As().Forwards()->items.empty());
}

TEST(Addresses, TI03_X02_T33_programs_answers_and_reports_are_kept_with_their_address) {
  Firm firm("trackops");
  SetCatchAll(firm);
  const std::string reply = *firm.As().ReplyAddress("C1", "P1"), path = *firm.As().ReturnPathAddress("C1", "P1");
  const MailDecision away =
      firm.ReceiveOne(Firm::Mail("p1@mail.example.com", reply, "Auto-Submitted: auto-replied\r\n"));
  EXPECT_EQ(away.outcome, Outcome::kApplied);
  EXPECT_TRUE(away.records.empty());
  const std::string report =
      "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n";
  const std::string parts =
      "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
      "Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; p1@mail.example.com\r\nAction: failed\r\n"
      "Status: 5.1.1\r\n--b--\r\n";
  const MailDecision bounce = firm.ReceiveOne(Firm::Mail("daemon@mx.example.net", path, report, parts));
  EXPECT_EQ(bounce.outcome, Outcome::kApplied);
  EXPECT_EQ(bounce.targets[0].target, "return_path:C1:P1");
  EXPECT_FALSE(testing::RawOf(firm.As(), bounce.id)->empty());
  // The same report to no address of ours, to a record's, and what is no report to the return path: nothing is applied.
  for (const std::string& to :
       {std::string("x@elsewhere.example"), std::string("b10-x@in.example.org"), firm.Record("C1")}) {
    EXPECT_NE(firm.ReceiveOne(Firm::Mail("daemon@mx.example.net", to, report, parts)).outcome, Outcome::kApplied) << to;
  }
  EXPECT_EQ(firm.ReceiveOne(Firm::Mail("p1@mail.example.com", path)).targets[0].reason, "not_a_report");
  EXPECT_TRUE(firm.As().Forwards()->items.empty()) << "automatic mail never triggers mail";
  EXPECT_TRUE(firm.As().ShowRecord("C1")->threads.empty());
}

TEST(Addresses, T37_a_reply_address_ends_after_180_days) {
  Firm firm("trackops");
  const std::string reply = *firm.As().ReplyAddress("C1", "P1");
  const AddressEntry entry = ByAddress(firm).at(reply);
  constexpr int64_t kLife = int64_t{180} * 86400 * 1'000'000;
  EXPECT_EQ(entry.expires_at_us, entry.created_at_us + kLife);
  firm.clock->now_us = *entry.expires_at_us - 1;
  EXPECT_EQ(firm.ReceiveOne(Firm::Mail("p1@mail.example.com", reply, "", "one\r\n")).outcome, Outcome::kFiled);
  firm.clock->now_us = *entry.expires_at_us;
  const MailDecision late = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", reply, "", "two\r\n"));
  EXPECT_EQ(late.outcome, Outcome::kHeld);
  EXPECT_EQ(late.targets[0].reason, "address_retired");
}

TEST(Addresses, Y03_T37_rotating_leaves_the_old_address_in_grace_and_retiring_ends_it) {
  Firm firm("casebook");
  const std::string first = firm.Record("C1");
  const auto second = firm.As("U1").RotateRecordAddress("C1");
  ASSERT_TRUE(second.ok()) << second.status().ToString();
  EXPECT_NE(*second, first);
  EXPECT_EQ(firm.Record("C1"), *second);
  EXPECT_EQ(firm.As("U1").ShowRecord("C1")->address, *second);
  const auto receive = [&](const std::string& to, const std::string& from, std::optional<Trust> trust) {
    static int body = 0;
    ListSource source;
    source.Add(Firm::Mail(from, to, "", std::to_string(++body) + "\r\n"));
    source.mails.back().trust = trust;
    return firm.Receive(source)[0];
  };
  EXPECT_EQ(receive(*second, "s@s.example", {}).outcome, Outcome::kFiled);
  EXPECT_EQ(receive(first, "p1@mail.example.com", Trust::kPass).outcome, Outcome::kFiled);
  EXPECT_EQ(receive(first, "p1@mail.example.com", {}).outcome, Outcome::kHeld);
  EXPECT_EQ(receive(first, "s@s.example", Trust::kPass).outcome, Outcome::kHeld);

  ASSERT_TRUE(firm.As("U1").RetireAddress(first).ok());
  EXPECT_EQ(receive(first, "p1@mail.example.com", Trust::kPass).targets[0].reason, "address_retired");
  EXPECT_EQ(firm.Record("C1"), *second) << "retiring an old one leaves the new one";
  ASSERT_TRUE(firm.As().RetireAddress(*second).ok());
  const std::string third = firm.Record("C1");  // a record has an address always
  EXPECT_NE(third, *second);
  EXPECT_EQ(receive(*second, "p1@mail.example.com", Trust::kPass).outcome, Outcome::kHeld);
  EXPECT_EQ(receive(third, "s@s.example", {}).outcome, Outcome::kFiled);

  const auto all = ByAddress(firm);
  EXPECT_EQ(all.at(first).state, "retired");
  EXPECT_EQ(all.at(*second).state, "retired");
  EXPECT_EQ(all.at(third).state, "active");
  EXPECT_EQ(all.at(third).kind, "record");
}

TEST(Addresses, T37_T51_who_may_rotate_and_retire) {
  Firm firm("casebook");
  const std::string reply = *firm.As().ReplyAddress("C1", "P1"), drop = firm.Drop("U1");
  EXPECT_EQ(firm.As("U2").RotateRecordAddress("C1").status().reason(), "role_missing");
  EXPECT_EQ(firm.As("P1").RotateRecordAddress("C1").status().reason(), "role_missing");
  EXPECT_EQ(firm.As("U1").RotateDropAddress("U1").status().reason(), "operator_only");
  EXPECT_EQ(firm.As().RotateRecordAddress("none").status().reason(), "no_record");
  EXPECT_EQ(firm.As().RotateDropAddress("P1").status().reason(), "no_drop");
  for (const char* person : {"U2", "P1"}) {
    EXPECT_EQ(firm.As(person).RetireAddress(reply).reason(), "no_address");
    EXPECT_EQ(firm.As(person).RetireAddress(firm.Record("C1")).reason(), "no_address");
  }
  EXPECT_EQ(firm.As("U1").RetireAddress(drop).reason(), "no_address");
  for (const std::string& none : {std::string(), std::string("x"), std::string("x@in.example.org"), reply + "x"}) {
    EXPECT_EQ(firm.As().RetireAddress(none).reason(), "no_address") << none;
  }
  EXPECT_TRUE(firm.As("U1").RetireAddress(reply).ok());
  EXPECT_TRUE(firm.As("U1").RetireAddress(reply).ok()) << "a second time is no error";
}

TEST(Addresses, CF01_a_drop_that_was_retired_does_not_come_back_with_its_user) {
  Firm firm;
  const auto load = [&](const std::string& kind) {
    return firm.As().Load(R"({"people":[{"id":"U1","kind":")" + kind + R"(","name":"Ann Adler"}]})");
  };
  const std::string first = firm.Drop("U1"), second = *firm.As().RotateDropAddress("U1");
  ASSERT_TRUE(load("staff").ok());
  EXPECT_EQ(firm.Drop("U1"), second);
  EXPECT_EQ(ByAddress(firm).at(first).state, "grace");
  ASSERT_TRUE(load("contact").ok());
  EXPECT_EQ(firm.As().DropAddress("U1").status().reason(), "no_drop");
  ASSERT_TRUE(load("staff").ok());
  EXPECT_EQ(firm.Drop("U1"), second);
  EXPECT_EQ(ByAddress(firm).at(first).state, "retired");
  ASSERT_TRUE(firm.As().RetireAddress(second).ok());
  const std::string third = firm.Drop("U1");
  ASSERT_TRUE(load("staff").ok());
  EXPECT_EQ(firm.Drop("U1"), third);
  EXPECT_EQ(ByAddress(firm).at(second).state, "retired");
}

TEST(Addresses, T37_mail_planned_by_the_old_state_is_planned_anew) {
  Firm firm("casebook");
  const std::string address = firm.Record("C1");
  bool once = false;
  firm.control->before_commit = [&](std::vector<host::Batch>* batches) {
    const auto files = [](const host::Batch& batch) {
      return std::any_of(batch.puts.begin(), batch.puts.end(),
                         [](const host::Put& put) { return put.collection == store::kTargets; });
    };
    if (!std::any_of(batches->begin(), batches->end(), files) || std::exchange(once, true)) return;
    ASSERT_TRUE(firm.As().RetireAddress(address).ok());
  };
  const MailDecision told = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", address));
  firm.control->before_commit = nullptr;
  EXPECT_TRUE(once);
  EXPECT_EQ(told.outcome, Outcome::kHeld);
  EXPECT_EQ(told.targets[0].reason, "address_retired");
}

TEST(Addresses, T37_a_key_is_replaced_in_batches_and_again_where_it_ended) {
  Firm firm("casebook");
  std::string many;
  for (int i = 0; i < 600; ++i) {
    many += (i == 0 ? "" : ",") + std::string(R"({"id":"N)") + std::to_string(i) + R"(","kind":"case","name":"n"})";
  }
  ASSERT_TRUE(firm.As().Load(R"({"records":[)" + many + "]}").ok());
  const std::string old_record = firm.Record("C1"), old_drop = firm.Drop("U1");
  const std::string reply = *firm.As().ReplyAddress("C1", "P1");
  EXPECT_EQ(firm.As().ReplaceKey(0).status().reason(), "newest_key");
  EXPECT_EQ(firm.As("U1").ReplaceKey(0).status().reason(), "operator_only");

  KeyRing::Key key;
  key.id = 1;
  key.secret.fill(9);
  firm.keys.keys.push_back(key);
  firm.Reopen();
  EXPECT_EQ(firm.Record("C1"), old_record) << "a new key alone changes no address";
  int commits = 0;
  firm.control->before_commit = [&](std::vector<host::Batch>*) {
    if (++commits == 2) firm.control->failure = Status(Code::kUnavailable, "store_gone", "", "the store went away");
  };
  EXPECT_EQ(firm.As().ReplaceKey(0).status().reason(), "store_gone");
  firm.control->before_commit = nullptr;
  EXPECT_EQ(firm.As().ReplaceKey(0).value(), 609u - 500);
  EXPECT_EQ(firm.As().ReplaceKey(0).value(), 0u);

  EXPECT_NE(firm.Record("C1"), old_record);
  EXPECT_NE(firm.Drop("U1"), old_drop);
  EXPECT_EQ(firm.As().ReplaceKey(1).status().reason(), "newest_key");
  const auto all = ByAddress(firm);
  EXPECT_EQ(all.size(), 2 * 609u);
  EXPECT_EQ(all.at(old_record).state, "grace");
  EXPECT_EQ(all.at(old_drop).state, "grace");
  EXPECT_EQ(all.at(reply).state, "grace");
  size_t active = 0;
  for (const auto& [address, entry] : all) {
    if (entry.state != "active") continue;
    ++active;
    EXPECT_EQ(address[2], '1') << "signed with the new key";
  }
  EXPECT_EQ(active, 609u);
}

TEST(Addresses, X05_a_records_own_policy_is_stored_and_told_and_holds) {
  Firm firm("casebook");
  const auto policy = [&](const std::string& more) {
    return firm.As().Load(R"({"records":[{"id":"C1","kind":"case","name":"Mary Smith")" + more + "}]}");
  };
  const auto told = [&] { return firm.As().Records()->items[0].sender_policy; };
  EXPECT_EQ(told(), "anyone");
  ASSERT_TRUE(policy(R"(,"sender_policy":"known")").ok());
  EXPECT_EQ(told(), "known");
  ASSERT_TRUE(policy("").ok());
  EXPECT_EQ(told(), "known") << "what is not named stays";
  ListSource source;
  source.Add(Firm::Mail("s@s.example", firm.Record("C1") + ", " + firm.Record("C2")));
  const auto decision = firm.Receive(source)[0];
  ASSERT_EQ(decision.targets.size(), 2u);
  EXPECT_EQ(decision.targets[0].outcome, Outcome::kHeld);
  EXPECT_EQ(decision.targets[0].reason, "unknown_sender");
  EXPECT_EQ(decision.targets[1].outcome, Outcome::kFiled);
  ASSERT_TRUE(policy(R"(,"sender_policy":"anyone")").ok());
  EXPECT_EQ(firm.ReceiveOne(Firm::Mail("s@s.example", firm.Record("C1"), "", "again\r\n")).outcome, Outcome::kFiled);
}

}  // namespace
}  // namespace casecomm
