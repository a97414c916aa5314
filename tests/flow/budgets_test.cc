// SPDX-License-Identifier: Apache-2.0
// Budgets of records and senders, and the loop breaker: what circles, or comes too fast, is held (spec X-03, X-12).
#include "flow/budgets.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "casecomm/rules.h"
#include "store/collections.h"
#include "tests/base/random.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

constexpr int64_t kMinute = 60'000'000, kHour = 60 * kMinute;

// Mail of a loop: never the same twice, and it never gives its maker away by an id.
std::string Looping(int n, const std::string& from, const std::string& to, const std::string& front = {}) {
  return front + "From: " + from + "\r\nTo: " + to + "\r\nMessage-ID: <" + std::to_string(n * 7919) +
         "@loop.example>\r\nSubject: Re: again " + std::to_string(n) + "\r\n\r\nround " + std::to_string(n) + "\r\n";
}

void Set(Firm& firm, const std::string& settings) {
  const auto rules = RuleSet::Parse(R"({"casecomm_rules": 1, "name": "budgets", "extends": "casebook", "settings": {)" +
                                    settings + "}}");
  ASSERT_TRUE(rules.ok()) << rules.status().ToString();
  ASSERT_TRUE(firm.As().SetRules(*rules).ok());
}

// What became of each, one batch.
std::vector<MailDecision> ReceiveAll(Firm& firm, const std::vector<std::string>& mails) {
  ListSource source;
  for (const std::string& mail : mails) source.Add(mail);
  return firm.Receive(source);
}

size_t Filed(const std::vector<MailDecision>& decisions) {
  size_t filed = 0;
  for (const MailDecision& decision : decisions) filed += decision.outcome == Outcome::kFiled ? 1 : 0;
  return filed;
}

TEST(Budgets, X03_T31_past_ninety_in_an_hour_a_records_mail_is_held_whoever_writes_and_whatever_its_ids) {
  Firm firm("casebook");
  const std::string address = firm.Record("C1");
  const std::vector<std::string> spellings = {"p1@mail.example.com", "P1@Mail.Example.COM", "\"p1\"@mail.example.com",
                                              "someone@else.example"};
  std::vector<std::string> mails;
  for (int n = 0; n < 120; ++n) mails.push_back(Looping(n, spellings[static_cast<size_t>(n) % 4], address));
  const auto decisions = ReceiveAll(firm, mails);
  ASSERT_EQ(decisions.size(), 120u);
  for (size_t n = 0; n < decisions.size(); ++n) {
    const TargetDecision& target = decisions[n].targets.at(0);
    EXPECT_EQ(target.outcome, n < 90 ? Outcome::kFiled : Outcome::kHeld) << n;
    if (n < 90) continue;
    EXPECT_EQ(target.rule, "loop_record");
    EXPECT_EQ(target.reason, "loop");
    EXPECT_NE(target.sentence.find("over 90 in an hour"), std::string::npos) << target.sentence;
    EXPECT_NE(target.sentence.find("record C1"), std::string::npos) << target.sentence;
  }
  EXPECT_EQ(firm.ReceiveOne(Looping(200, "p3@mail.example.com", firm.Record("C2"))).outcome, Outcome::kFiled)
      << "another record's mail is not its business";
}

TEST(Budgets, T31_the_breaker_stays_open_while_it_storms_and_closes_an_hour_after) {
  Firm firm("casebook");
  Set(firm, R"("record_per_hour": 10)");
  const std::string address = firm.Record("C1");
  int n = 0;
  size_t filed = 0;
  for (int minute = 0; minute < 300; ++minute) {  // two a minute, five hours long
    filed += Filed(
        ReceiveAll(firm, {Looping(n, "p1@mail.example.com", address), Looping(n + 1, "p1@mail.example.com", address)}));
    n += 2;
    firm.clock->now_us += kMinute;
  }
  EXPECT_EQ(filed, 10u) << "what is held counts, so that a storm is not let through in pieces";
  firm.clock->now_us += kHour + 11 * kMinute;
  EXPECT_EQ(firm.ReceiveOne(Looping(n, "p1@mail.example.com", address)).outcome, Outcome::kFiled);
}

TEST(Budgets, T31_counts_are_stored_and_shared_and_old_ones_go) {
  Firm firm("casebook");
  Set(firm, R"("record_per_hour": 3)");
  const std::string address = firm.Record("C1");
  for (int n = 0; n < 3; ++n) {
    EXPECT_EQ(firm.ReceiveOne(Looping(n, "p1@mail.example.com", address)).outcome, Outcome::kFiled);
    firm.Reopen();
  }
  EXPECT_EQ(firm.ReceiveOne(Looping(3, "p1@mail.example.com", address)).outcome, Outcome::kHeld);
  const int64_t account = testing::AllRows(*firm.control->store, store::kAccounts, 0).at(0).integer(1);
  for (int hour = 0; hour < 30; ++hour) {
    firm.clock->now_us += kHour;
    firm.ReceiveOne(Looping(100 + hour, "p1@mail.example.com", address));
  }
  EXPECT_LE(testing::AllRows(*firm.control->store, store::kBudgets, account).size(), 4u);
}

TEST(Budgets, T31_over_fifty_received_fields_is_a_circle) {
  Firm firm("casebook");
  const std::string address = firm.Record("C1");
  const auto hops = [](int count) {
    std::string fields;
    for (int i = 0; i < count; ++i)
      fields += "Received: from a.example by b.example; Tue, 14 Nov 2023 22:13:20 +0000\r\n";
    return fields;
  };
  EXPECT_EQ(firm.ReceiveOne(Looping(1, "p1@mail.example.com", address, hops(50))).outcome, Outcome::kFiled);
  const MailDecision held = firm.ReceiveOne(Looping(2, "p1@mail.example.com", address, hops(51)));
  EXPECT_EQ(held.targets.at(0).rule, "loop_received");
  EXPECT_EQ(held.targets.at(0).reason, "loop");
  EXPECT_NE(held.targets.at(0).sentence.find("51 Received fields, over 50"), std::string::npos);
  EXPECT_EQ(firm.ReceiveOne(Looping(3, "p1@mail.example.com", "x@y.example", hops(51))).outcome, Outcome::kNotTracked)
      << "what names nobody of ours is not kept for it";
  EXPECT_EQ(firm.Log("p1@mail.example.com", hops(51)).targets.at(0).rule, "loop_received");
  Set(firm, R"("max_received": 0)");
  EXPECT_EQ(firm.ReceiveOne(Looping(4, "p1@mail.example.com", address, hops(500))).outcome, Outcome::kFiled);
}

TEST(Budgets, X12_a_sender_past_the_own_budget_is_held_on_every_record_and_others_are_not) {
  Firm firm("casebook");
  Set(firm, R"("sender_per_hour": 4, "record_per_hour": 0)");
  const std::string one = firm.Record("C1"), two = firm.Record("C2");
  for (int n = 0; n < 4; ++n) {
    const std::string from = n % 2 == 0 ? "p1@mail.example.com" : "P1@MAIL.example.com";
    EXPECT_EQ(firm.ReceiveOne(Looping(n, from, n < 2 ? one : two)).outcome, Outcome::kFiled);
  }
  const MailDecision held = firm.ReceiveOne(Looping(4, "p1@mail.example.com", one));
  EXPECT_EQ(held.targets.at(0).rule, "rate_sender");
  EXPECT_EQ(held.targets.at(0).reason, "rate");
  EXPECT_NE(held.targets.at(0).sentence.find("over 4 in an hour"), std::string::npos);
  EXPECT_EQ(firm.ReceiveOne(Looping(5, "p3@mail.example.com", one)).outcome, Outcome::kFiled);
  firm.clock->now_us += kHour + 11 * kMinute;
  EXPECT_EQ(firm.ReceiveOne(Looping(6, "p1@mail.example.com", one)).outcome, Outcome::kFiled);
}

TEST(Budgets, X12_no_address_stands_in_the_counts) {
  Firm firm("casebook");
  Set(firm, R"("sender_per_hour": 4)");
  firm.ReceiveOne(Looping(1, "p1@mail.example.com", firm.Record("C1")));
  const int64_t account = testing::AllRows(*firm.control->store, store::kAccounts, 0).at(0).integer(1);
  const auto rows = testing::AllRows(*firm.control->store, store::kBudgets, account);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].text(1), "record:C1");
  EXPECT_EQ(rows[1].text(1), flow::SenderBudget("P1", "Mail.Example.Com"));
  for (const auto& row : rows) EXPECT_EQ(row.text(1).find("mail"), std::string::npos) << row.text(1);
}

TEST(Budgets, an_archive_counts_where_its_mail_belongs) {
  Firm firm("casebook");
  const std::string address = firm.Record("C1");
  std::vector<std::string> mails;
  for (int n = 0; n < 400; ++n) {  // one every twenty minutes
    const std::string day = std::to_string(1 + n / 72), hour = std::to_string(n / 3 % 24);
    mails.push_back(Looping(n, "p1@mail.example.com", address,
                            "Received: by mx.example; " + day + " Mar 2021 " + (hour.size() < 2 ? "0" : "") + hour +
                                ":" + std::to_string(10 + n % 3 * 20) + ":00 +0000\r\n"));
  }
  EXPECT_EQ(Filed(ReceiveAll(firm, mails)), 400u);
}

TEST(Budgets, a_date_of_tomorrow_or_none_counts_now) {
  const auto arrived = [](const std::string& received) {
    const std::string mail = received + "From: a@b.example\r\n\r\n";
    scan::EnvelopeScanner scanner;
    return flow::ArrivalTime(scanner.Scan(mail), 1'700'000'000'000'000);
  };
  EXPECT_EQ(arrived(""), 1'700'000'000'000'000);
  EXPECT_EQ(arrived("Date: Tue, 14 Nov 2023 22:13:10 +0000\r\n"), 1'699'999'990'000'000) << "it passed no host";
  EXPECT_EQ(arrived("Date: Tue, 14 Nov 2023 22:13:10 +0000\r\nReceived: by x\r\n"), 1'700'000'000'000'000);
  EXPECT_EQ(arrived("Received: by x; Tue, 14 Nov 2099 22:13:20 +0000\r\n"), 1'700'000'000'000'000);
  EXPECT_EQ(arrived("Received: by x; nonsense\r\n"), 1'700'000'000'000'000);
  EXPECT_EQ(arrived("Received: by x\r\n"), 1'700'000'000'000'000);
  EXPECT_EQ(arrived("Received: by x; 1 Jan 1960 00:00:00 +0000\r\n"), 1'700'000'000'000'000);
  EXPECT_EQ(
      arrived(
          "Received: by x (a; b); Tue, 14 Nov 2023 22:13:10 +0000\r\nReceived: by y; 1 Jan 2001 00:00:00 +0000\r\n"),
      1'699'999'990'000'000);
}

TEST(Budgets, a_copy_of_what_is_there_counts_no_second_time) {
  Firm firm("casebook");
  Set(firm, R"("record_per_hour": 2)");
  const std::string address = firm.Record("C1");
  const std::string mail = Looping(1, "p1@mail.example.com", address);
  EXPECT_EQ(firm.ReceiveOne(mail).outcome, Outcome::kFiled);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(firm.ReceiveOne("X-Hop: " + std::to_string(i) + "\r\n" + mail).outcome, Outcome::kDuplicate) << i;
  }
  EXPECT_EQ(firm.ReceiveOne(Looping(2, "p1@mail.example.com", address)).outcome, Outcome::kFiled);
  EXPECT_EQ(firm.ReceiveOne(Looping(3, "p1@mail.example.com", address)).outcome, Outcome::kHeld);
}

TEST(Budgets, Y01_explain_looks_at_the_counts_and_adds_nothing) {
  Firm firm("casebook");
  Set(firm, R"("record_per_hour": 1)");
  const std::string address = firm.Record("C1");
  const std::string mail = Looping(2, "p1@mail.example.com", address);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(firm.As().Explain(mail)->outcome, Outcome::kFiled);
  firm.ReceiveOne(Looping(1, "p1@mail.example.com", address));
  const MailDecision told = *firm.As().Explain(mail);
  EXPECT_EQ(told.targets.at(0).rule, "loop_record");
  EXPECT_EQ(told.trace.back().rule, "loop_record");
  EXPECT_EQ(firm.As().Route(mail)->outcome, Outcome::kFiled) << "routing alone sees no store";
}

// Against a plain list of what came: never more than the budget in any hour, and never held with less than it in seventy
// minutes.
TEST(Budgets, T31_random_traffic_keeps_every_hour) {
  test::Rng random;
  PRINT_SEED(random);
  Firm firm("casebook");
  Set(firm, R"("record_per_hour": 7)");
  const std::string address = firm.Record("C1");
  std::vector<int64_t> came;
  size_t held = 0;
  for (int n = 0; n < 400; ++n) {
    firm.clock->now_us += static_cast<int64_t>(random.Below(n / 50 % 2 == 0 ? 20 : 3)) * kMinute;
    const int64_t now = firm.clock->now_us;
    const auto within = [&](int64_t span) {
      return std::count_if(came.begin(), came.end(), [&](int64_t at) { return at > now - span; });
    };
    const bool filed = firm.ReceiveOne(Looping(n, "p1@mail.example.com", address)).outcome == Outcome::kFiled;
    if (filed) {
      EXPECT_LT(within(kHour), 7) << n;
    } else {
      EXPECT_GE(within(kHour + 10 * kMinute), 7) << n;
    }
    held += filed ? 0 : 1;
    came.push_back(now);
    if (HasFailure()) return;
  }
  EXPECT_GT(held, 20u);
  EXPECT_LT(held, 380u);
}

}  // namespace
}  // namespace casecomm
