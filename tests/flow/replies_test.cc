// SPDX-License-Identifier: Apache-2.0
// Replies that name no address of ours, by the thread that an id of ours proves (spec CB-11).
#include <gtest/gtest.h>

#include <string>

#include "address/address.h"
#include "casecomm/rules.h"
#include "store/collections.h"
#include "tests/flow/host.h"
#include "wire/rows.h"

namespace casecomm {
namespace {

using testing::Firm;

class RepliesByThread : public ::testing::Test {
 protected:
  RepliesByThread() {
    const MailDecision first = firm_.ReceiveOne(
        Firm::Mail("p1@mail.example.com", firm_.Record("C1"), "Cc: p3@mail.example.com\r\nMessage-ID: <plain@x>\r\n"));
    EXPECT_EQ(first.outcome, Outcome::kFiled);
    thread_ = first.targets.at(0).thread;
    account_ = testing::AllRows(*firm_.control->store, store::kAccounts, 0).at(0).integer(1);
    id_ = SignedId(77);
  }

  // An id of ours for the thread, as mail that is sent from the record carries it.
  std::string SignedId(uint64_t locator) {
    wire::LocatorRow row;
    row.locator = locator;
    row.kind = static_cast<char>(address::Kind::kMessageId);
    row.subject = thread_;
    row.state = 1;
    store::BatchBuilder batch(account_);
    wire::Put(batch, account_, row);
    EXPECT_TRUE(store::CommitOne(*firm_.control->store, batch.batch()).ok());
    const auto signer = address::Signer::Make(firm_.keys);
    return *signer->Mint({address::Kind::kMessageId, 0, static_cast<uint32_t>(account_), locator}, "in.example.org");
  }

  void On(const std::string& more = {}) {
    const auto rules = RuleSet::Parse(R"({"casecomm_rules": 1, "name": "threads", "extends": "casebook", "settings": {
        "track_replies_by_thread": "yes")" +
                                      more + "}}");
    ASSERT_TRUE(rules.ok()) << rules.status().ToString();
    ASSERT_TRUE(firm_.As().SetRules(*rules).ok());
  }

  TargetDecision Reply(const std::string& from, const std::string& id) {
    const std::string number = std::to_string(++sent_);
    return firm_
        .ReceiveOne(Firm::Mail(from, "ann@firm.example.org",
                               "Message-ID: <r" + number + "@x>\r\nIn-Reply-To: <" + id + ">\r\n", number + "\r\n"))
        .targets.at(0);
  }

  Firm firm_{"casebook"};
  int64_t account_ = 0;
  std::string thread_, id_;
  int sent_ = 0;
};

TEST_F(RepliesByThread, CB11_off_they_are_not_tracked) {
  EXPECT_EQ(Reply("p1@mail.example.com", id_).outcome, Outcome::kNotTracked);
}

TEST_F(RepliesByThread, CB11_on_who_took_part_is_tracked_in_that_thread) {
  On();
  for (const char* from : {"p1@mail.example.com", "P1@Mail.Example.Com", "p3@mail.example.com"}) {
    const TargetDecision filed = Reply(from, id_);
    EXPECT_EQ(filed.outcome, Outcome::kFiled) << from << filed.sentence;
    EXPECT_EQ(filed.rule, "thread_reply");
    EXPECT_EQ(filed.record, "C1");
    EXPECT_EQ(filed.target, "record:C1");
    EXPECT_EQ(filed.thread, thread_);
    EXPECT_NE(filed.sentence.find("record C1"), std::string::npos) << filed.sentence;
  }
  EXPECT_EQ(firm_.As().ShowRecord("C1")->threads.size(), 1u);
  const auto told = firm_.As().Explain(
      Firm::Mail("p1@mail.example.com", "ann@firm.example.org", "In-Reply-To: <" + id_ + ">\r\n", "asked"));
  EXPECT_EQ(told->targets.at(0).rule, "thread_reply");
  EXPECT_EQ(told->trace.back().target, "record:C1");
}

TEST_F(RepliesByThread, CB11_T15_neither_strangers_nor_ids_that_are_not_ours_are) {
  On();
  EXPECT_EQ(Reply("p2@mail.example.com", id_).outcome, Outcome::kNotTracked) << "a contact, of another record";
  EXPECT_EQ(Reply("p1@mail.example.com, p2@mail.example.com", id_).outcome, Outcome::kNotTracked);
  EXPECT_EQ(Reply("p1@mail.example.com", "plain@x").outcome, Outcome::kNotTracked) << "a true id of tracked mail";
  std::string forged = id_;
  forged[30] = forged[30] == '7' ? '8' : '7';
  EXPECT_EQ(Reply("p1@mail.example.com", forged).outcome, Outcome::kNotTracked);
  const auto signer = address::Signer::Make(firm_.keys);
  const std::string unknown =
      *signer->Mint({address::Kind::kMessageId, 0, static_cast<uint32_t>(account_), 78}, "in.example.org");
  EXPECT_EQ(Reply("p1@mail.example.com", unknown).outcome, Outcome::kNotTracked) << "of no thread";
}

TEST_F(RepliesByThread, CB11_X05_the_sender_policy_holds_for_them_too) {
  On(R"(, "sender_policy": "authenticated")");
  const TargetDecision held = Reply("p1@mail.example.com", id_);
  EXPECT_EQ(held.outcome, Outcome::kHeld);
  EXPECT_EQ(held.reason, "auth_none");
  EXPECT_EQ(firm_.As().Release({firm_.As().Held()->items.at(0).id, "", "they called"})->records,
            std::vector<std::string>{"C1"});
}

TEST_F(RepliesByThread, CB11_CB26_and_so_does_what_a_closed_record_takes) {
  ASSERT_TRUE(firm_.As().Load(R"({"records": [{"id": "C1", "kind": "case", "name": "One", "state": "closed"}]})").ok());
  On(R"(, "closed_record": "hold")");
  EXPECT_EQ(Reply("p1@mail.example.com", id_).reason, "record_closed");
  On(R"(, "closed_record": "file")");
  EXPECT_EQ(Reply("p1@mail.example.com", id_).reason, "record_closed_filed");
}

TEST_F(RepliesByThread, CB11_T31_a_loop_in_a_thread_is_broken) {
  On(R"(, "record_per_hour": 3)");
  size_t filed = 0;
  for (int i = 0; i < 10; ++i) filed += Reply("p1@mail.example.com", id_).outcome == Outcome::kFiled ? 1 : 0;
  EXPECT_EQ(filed, 2u) << "the first mail of the record counts";
}

TEST_F(RepliesByThread, CB11_an_address_of_ours_says_more) {
  On();
  const MailDecision decision = firm_.ReceiveOne(
      Firm::Mail("p1@mail.example.com", firm_.Record("C2"), "In-Reply-To: <" + id_ + ">\r\n", "to another record"));
  EXPECT_EQ(decision.records, std::vector<std::string>{"C2"});
}

}  // namespace
}  // namespace casecomm
