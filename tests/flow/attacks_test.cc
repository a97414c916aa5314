// SPDX-License-Identifier: Apache-2.0
// What attackers do to have mail filed that should not be, or kept from being filed that should (threats.md, section 2).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "flow/router.h"
#include "store/collections.h"
#include "tests/base/random.h"
#include "tests/flow/host.h"
#include "wire/rows.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

size_t RowsOf(Firm& firm, uint32_t collection) {
  const int64_t account = testing::AllRows(*firm.control->store, store::kAccounts, 0).at(0).integer(1);
  return testing::AllRows(*firm.control->store, collection, account).size();
}

bool Has(const std::vector<std::string>& badges, const std::string& badge) {
  return std::find(badges.begin(), badges.end(), badge) != badges.end();
}

std::string Tracked(int n, const std::string& to) {
  return "From: p1@mail.example.com\r\nTo: " + to + "\r\nDate: Mon, 13 Nov 2023 10:00:00 +0000\r\nMessage-ID: <true" +
         std::to_string(n) + "@mail.example.com>\r\nSubject: Case 4711 (" + std::to_string(n) + ")\r\n\r\nText " +
         std::to_string(n) + "\r\n";
}

// Sent again by whoever saw it, as it was: with another envelope, new trace fields, another Message-ID.
TEST(Attacks, T13_a_mail_that_is_sent_again_leaves_a_receipt_and_nothing_else) {
  test::Rng random;
  PRINT_SEED(random);
  Firm firm("casebook");
  const std::string address = firm.Record("C1");
  constexpr size_t kMails = 20;
  for (int n = 0; n < static_cast<int>(kMails); ++n) {
    ASSERT_EQ(firm.ReceiveOne(Tracked(n, address)).outcome, Outcome::kFiled);
  }
  const size_t messages = RowsOf(firm, store::kMessages), threads = RowsOf(firm, store::kThreads);
  const size_t replays = test::Runs("CASECOMM_T13", 1000);
  for (size_t done = 0; done < replays;) {
    ListSource source;
    for (size_t i = 0; i < 200 && done < replays; ++i, ++done) {
      std::string again = Tracked(static_cast<int>(random.Next() % kMails), address);
      const std::string number = std::to_string(done);
      if (random.Next() % 2 == 0) again.replace(again.find("<true"), 5, "<other" + number);
      source.Add("Received: from evil.example by mx.example (" + number + ")\r\nX-Spam: no\r\n" + again);
    }
    for (const MailDecision& decision : firm.Receive(source)) {
      ASSERT_EQ(decision.outcome, Outcome::kDuplicate);
      ASSERT_EQ(decision.targets.at(0).reason, "duplicate_content");
    }
  }
  EXPECT_EQ(RowsOf(firm, store::kMessages), messages);
  EXPECT_EQ(RowsOf(firm, store::kThreads), threads);
  EXPECT_EQ(RowsOf(firm, store::kReceipts), replays);
}

TEST(Attacks, T13_a_date_a_week_before_the_mail_came_is_flagged) {
  Firm firm("casebook");  // it is 14 November 2023, 22:13 UTC
  const std::string address = firm.Record("C1");
  const auto badges = [&](const std::string& front, const std::string& date) {
    firm.ReceiveOne(front + "From: p1@mail.example.com\r\nTo: " + address + "\r\nDate: " + date + "\r\n\r\n" + date);
    return firm.As().ShowRecord("C1")->threads.at(0).messages.back().badges;  // the newest
  };
  const auto stale = [&](const std::string& front, const std::string& date) {
    return Has(badges(front, date), "stale_date");
  };
  const std::string now = "Received: by mx; Tue, 14 Nov 2023 22:13:19 +0000\r\n";
  EXPECT_TRUE(stale(now, "Tue, 07 Nov 2023 22:13:00 +0000"));
  EXPECT_FALSE(stale(now, "Wed, 08 Nov 2023 22:13:00 +0000"));
  EXPECT_FALSE(stale("", "Wed, 08 Nov 2022 22:13:00 +0000")) << "it passed no host, so that nobody sent it again";
  EXPECT_FALSE(stale("Received: by mx; Fri, 03 Nov 2023 10:00:00 +0000\r\n", "Fri, 03 Nov 2023 09:59:00 +0000"))
      << "an archive is old, and its mail was not late";
  EXPECT_TRUE(stale("Received: by mx; Fri, 03 Nov 2023 10:00:00 +0000\r\n", "Fri, 03 Feb 2023 09:59:00 +0000"));
}

// Who knows the Message-ID of a mail to come, or of one that came, keeps none of them from the record.
TEST(Attacks, T14_other_mail_of_the_same_message_id_is_filed_and_flagged) {
  test::Rng random;
  PRINT_SEED(random);
  Firm firm("casebook");
  const std::string address = firm.Record("C1");
  const auto mail = [&](const std::string& from, size_t pair, const std::string& text) {
    return "From: " + from + "\r\nTo: " + address + "\r\nMessage-ID: <same" + std::to_string(pair) +
           "@x.example>\r\n\r\n" + text + "\r\n";
  };
  const size_t pairs = test::Runs("CASECOMM_T14", 500);
  for (size_t done = 0; done < pairs;) {
    ListSource source;
    for (size_t i = 0; i < 40 && done < pairs; ++i, ++done) {
      const bool first = random.Below(2) == 0;
      const std::string true_one = mail("p1@mail.example.com", done, "true " + std::to_string(random.Next()));
      const std::string poison = mail("evil@else.example", done, "poison " + std::to_string(random.Next()));
      source.Add(first ? true_one : poison);
      source.Add(first ? poison : true_one);
    }
    for (const MailDecision& decision : firm.Receive(source)) ASSERT_EQ(decision.outcome, Outcome::kFiled);
    firm.clock->now_us += 7'200'000'000;  // no storm
  }
  const int64_t account = testing::AllRows(*firm.control->store, store::kAccounts, 0).at(0).integer(1);
  size_t filed = 0, flagged = 0;
  for (const store::StoredRow& row : testing::AllRows(*firm.control->store, store::kTargets, account)) {
    const auto target = wire::ReadTarget(row);
    ASSERT_TRUE(target.ok());
    filed += target->outcome == Outcome::kFiled ? 1 : 0;
    flagged += Has(target->badges, "message_id_again") ? 1 : 0;
  }
  EXPECT_EQ(filed, 2 * pairs);
  EXPECT_EQ(flagged, pairs);
}

TEST(Attacks, T14_a_mail_that_is_referred_to_before_it_comes_is_not_flagged) {
  Firm firm("casebook");
  const auto badges = [&](const std::string& extra, const std::string& record, const std::string& text) {
    EXPECT_EQ(firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record(record), extra, text)).outcome,
              Outcome::kFiled);
    return firm.As().ShowRecord(record)->threads.at(0).messages.back().badges;  // the newest
  };
  EXPECT_FALSE(Has(badges("Message-ID: <b@x>\r\nIn-Reply-To: <a@x>\r\n", "C1", "reply"), "message_id_again"));
  EXPECT_FALSE(Has(badges("Message-ID: <a@x>\r\n", "C1", "original"), "message_id_again"));
  EXPECT_FALSE(Has(badges("Message-ID: <a@x>\r\n", "M1", "on another record"), "message_id_again"));
  EXPECT_FALSE(Has(badges("References: <a@x>\r\n", "C1", "a reply without an id"), "message_id_again"));
  EXPECT_TRUE(Has(badges("Message-ID: <a@x>\r\n", "C1", "poison"), "message_id_again"));
  EXPECT_TRUE(Has(badges("Message-ID: <a@x>\r\n", "C1", "more of it"), "message_id_again"));
}

// References, In-Reply-To and subjects that are true of tracked mail, and no address of ours: nothing is filed.
TEST(Attacks, T15_ids_and_subjects_of_tracked_mail_file_nothing) {
  test::Rng random;
  PRINT_SEED(random);
  Firm firm("casebook");
  const std::string address = firm.Record("C1");
  for (int n = 0; n < 20; ++n) ASSERT_EQ(firm.ReceiveOne(Tracked(n, address)).outcome, Outcome::kFiled);
  const auto any = [&](const std::vector<std::string>& all) { return all[random.Next() % all.size()]; };
  const std::vector<std::string> people = {"p1@mail.example.com", "ann@firm.example.org", "evil@else.example",
                                           "p3@mail.example.com"};
  const std::string forged = address.substr(0, 20) + "0" + address.substr(21);  // by one symbol, in its tag
  const auto forge = [&] {
    const std::string id = "<true" + std::to_string(random.Next() % 20) + "@mail.example.com>";
    std::string mail = "From: " + any(people) + "\r\nTo: " + any(people) + "\r\n";
    if (random.Next() % 2 == 0) mail += "In-Reply-To: " + id + "\r\n";
    if (random.Next() % 2 == 0) mail += "References: <x@y> " + id + " <" + any({forged, address, "x@y"}) + ">\r\n";
    if (random.Next() % 4 == 0) mail += "Message-ID: " + id + "\r\n";
    if (random.Next() % 4 == 0) mail += "Message-ID: <" + address + ">\r\n";
    if (random.Next() % 4 == 0) mail += "Reply-To: " + address + "\r\nX-Record: C1\r\nSender: " + address + "\r\n";
    return mail + "Subject: Re: Case 4711 (" + std::to_string(random.Next() % 20) + ") [C1]\r\n\r\nforged " +
           std::to_string(random.Next()) + "\r\n";
  };
  std::vector<std::string> raw(200);
  std::vector<RouteRequest> requests(raw.size());
  RoutedBatch routed;
  Session session = firm.As();
  const size_t mails = test::Runs("CASECOMM_T15", 10'000);
  for (size_t done = 0; done < mails; done += raw.size()) {
    for (size_t i = 0; i < raw.size(); ++i) {
      raw[i] = forge();
      requests[i].raw = raw[i];
    }
    ASSERT_TRUE(session.RouteBatch(requests, &routed).ok());
    for (size_t i = 0; i < raw.size(); ++i) ASSERT_NE(routed.outcomes[i], Outcome::kFiled) << raw[i];
  }
  const size_t targets = RowsOf(firm, store::kTargets);
  ListSource source;
  for (int i = 0; i < 400; ++i) source.Add(forge());
  for (const MailDecision& decision : firm.Receive(source)) EXPECT_EQ(decision.outcome, Outcome::kNotTracked);
  EXPECT_EQ(RowsOf(firm, store::kTargets), targets);
}

}  // namespace
}  // namespace casecomm
