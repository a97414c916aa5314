// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <utility>

#include "store/collections.h"
#include "store/rows.h"
#include "tests/flow/host.h"
#include "wire/rows.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

std::vector<store::StoredRow> Rows(Firm& firm, uint32_t collection, int64_t account) {
  return testing::AllRows(*firm.control->store, collection, account);
}

int64_t AccountNumber(Firm& firm) {
  const auto rows = Rows(firm, store::kAccounts, 0);
  return rows.front().integer(1);
}

TEST(Receive, FilesOnTheRecordAndShowsIt) {
  Firm firm("casebook");
  const auto decision = firm.ReceiveOne(
      Firm::Mail("someone@else.example.com", firm.Record("C1"), "Message-ID: <a@else.example.com>\r\n"));
  EXPECT_EQ(decision.outcome, Outcome::kFiled);
  EXPECT_EQ(decision.records, std::vector<std::string>{"C1"});
  EXPECT_EQ(decision.message_id, "a@else.example.com");
  ASSERT_EQ(decision.targets.size(), 1u);
  EXPECT_EQ(decision.targets[0].target, "record:C1");
  EXPECT_FALSE(decision.targets[0].thread.empty());

  const auto page = firm.As().ShowRecord("C1");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  ASSERT_EQ(page->threads.size(), 1u);
  EXPECT_EQ(page->threads[0].id, decision.targets[0].thread);
  ASSERT_EQ(page->threads[0].messages.size(), 1u);
  const MessageView& view = page->threads[0].messages[0];
  EXPECT_EQ(view.id, decision.id);
  EXPECT_EQ(view.from, std::vector<std::string>{"someone@else.example.com"});
  EXPECT_EQ(view.filed_by, "rules");
  EXPECT_EQ(view.badges, (std::vector<std::string>{"unverified", "new_sender"}));
  EXPECT_TRUE(firm.As().ShowRecord("C2")->threads.empty());
}

TEST(Receive, KeepsTheRawBytes) {
  Firm firm("casebook");
  const std::string raw =
      Firm::Mail("p1@mail.example.com", firm.Record("C1"), "", std::string("\xff\x80 body\r\n\0x", 11));
  const auto decision = firm.ReceiveOne(raw);
  const auto stored = testing::RawOf(firm.As(), decision.id);
  ASSERT_TRUE(stored.ok()) << stored.status().ToString();
  EXPECT_EQ(*stored, raw);
}

TEST(Receive, X09_NotTrackedLeavesKeyDigestTimeAndReasonOnly) {
  Firm firm("casebook");
  const auto decision = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", "ann@firm.example.org"));
  EXPECT_EQ(decision.outcome, Outcome::kNotTracked);
  EXPECT_TRUE(decision.id.empty());
  const int64_t account = AccountNumber(firm);
  for (const uint32_t collection : {store::kMessages, store::kRaw, store::kTargets, store::kThreads,
                                    store::kContentKeys, store::kThreadKeys, store::kNotifications, store::kReceipts}) {
    EXPECT_TRUE(Rows(firm, collection, account).empty()) << store::LibrarySchema().collections[collection].name;
  }
  const auto keys = Rows(firm, store::kTransportKeys, account);
  ASSERT_EQ(keys.size(), 1u);
  const auto row = wire::ReadTransportKey(keys[0]);
  ASSERT_TRUE(row.ok());
  EXPECT_FALSE(row->message.has_value());
  EXPECT_EQ(row->outcome, Outcome::kNotTracked);
  EXPECT_EQ(row->reason, decision.targets[0].reason);
  EXPECT_EQ(row->raw_digest.size(), 32u);
  EXPECT_EQ(keys[0].body.find("p1@mail"), std::string::npos);
}

TEST(Receive, TheSameDeliveryAgainIsADuplicateAndStoresNothing) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
  const auto first = firm.ReceiveOne(raw);
  const auto second = firm.ReceiveOne(raw);
  EXPECT_EQ(second.outcome, Outcome::kDuplicate);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.records, std::vector<std::string>{"C1"});
  ASSERT_EQ(second.targets.size(), 1u);
  EXPECT_EQ(second.targets[0].reason, "duplicate_delivery");
  EXPECT_EQ(second.targets[0].thread, first.targets[0].thread);
  const int64_t account = AccountNumber(firm);
  EXPECT_EQ(Rows(firm, store::kMessages, account).size(), 1u);
  EXPECT_TRUE(Rows(firm, store::kReceipts, account).empty());
}

TEST(Receive, X01_TheSameContentByAnotherWayIsAReceipt) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <a@b.example>\r\n");
  const auto first = firm.ReceiveOne(raw);
  const auto second =
      firm.ReceiveOne("Received: from relay\r\nReturn-Path: <x@y.example>\r\n" +
                      Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <rewritten@c.example>\r\n"));
  EXPECT_EQ(second.outcome, Outcome::kDuplicate);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.targets[0].reason, "duplicate_content");
  const auto page = firm.As().ShowRecord("C1");
  ASSERT_EQ(page->threads.size(), 1u);
  ASSERT_EQ(page->threads[0].messages.size(), 1u);
  EXPECT_EQ(page->threads[0].messages[0].receipts, 1u);
}

TEST(Receive, ARepeatOfHeldMailIsOnNoRecord) {
  Firm firm("casefleet");
  const std::string raw = Firm::Mail("stranger@else.example.com", firm.Record("C1"));
  const auto held = firm.ReceiveOne(raw);
  ASSERT_EQ(held.outcome, Outcome::kHeld);
  EXPECT_TRUE(held.records.empty());
  for (const std::string& again : {raw, "Received: from relay\r\n" + raw}) {
    const auto repeat = firm.ReceiveOne(again);
    EXPECT_EQ(repeat.outcome, Outcome::kDuplicate);
    EXPECT_TRUE(repeat.records.empty());
    ASSERT_EQ(repeat.targets.size(), 1u);
    EXPECT_FALSE(repeat.targets[0].record.has_value());
    EXPECT_NE(repeat.targets[0].sentence.find("held"), std::string::npos);
  }
}

TEST(Receive, ARepeatOfUnassignedMailIsOnNoRecordWhateverTheRulesSayNow) {
  Firm firm("casefleet");
  ListSource first, second;
  const std::string raw = Firm::Mail("ann@firm.example.org", "new@else.example.com");
  first.AddTo(raw, {firm.Drop("U1")});
  second.AddTo(raw, {firm.Drop("U1")});
  EXPECT_EQ(firm.Receive(first).at(0).outcome, Outcome::kUnassigned);
  ASSERT_TRUE(firm.As()
                  .Load(R"({"people":[{"id":"N","kind":"contact","name":"n","emails":["new@else.example.com"]}],
                          "assignments":[{"record":"C2","person":"N","role":"client"}]})")
                  .ok());
  EnvelopeHint hint;
  hint.known = true;
  hint.recipients = {firm.Drop("U1")};
  hint.source = "list";
  const auto explained = firm.As().Explain(raw, hint);
  const auto repeat = firm.Receive(second).at(0);
  EXPECT_EQ(repeat.outcome, Outcome::kDuplicate);
  EXPECT_TRUE(repeat.records.empty());
  ASSERT_TRUE(explained.ok());
  EXPECT_EQ(explained->outcome, repeat.outcome);
  EXPECT_EQ(explained->records, repeat.records);
  EXPECT_EQ(explained->targets.at(0).sentence, repeat.targets.at(0).sentence);
}

TEST(Receive, X01_OneMailOnTwoRecordsIsStoredOnce) {
  Firm firm("casebook");
  const auto decision =
      firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1") + ", " + firm.Record("C2")));
  EXPECT_EQ(decision.records, (std::vector<std::string>{"C1", "C2"}));
  const int64_t account = AccountNumber(firm);
  EXPECT_EQ(Rows(firm, store::kRaw, account).size(), 1u);
  EXPECT_EQ(Rows(firm, store::kTargets, account).size(), 2u);
  EXPECT_EQ(firm.As().ShowRecord("C1")->threads[0].messages[0].id, decision.id);
  EXPECT_EQ(firm.As().ShowRecord("C2")->threads[0].messages[0].id, decision.id);
}

TEST(Receive, X01_KnownContentOnAFurtherRecordIsFiledThereUnderTheSameMessage) {
  Firm firm("casebook");
  const std::string both = firm.Record("C1") + ", " + firm.Record("C2");
  const std::string raw = Firm::Mail("p1@mail.example.com", both);
  ListSource source;
  source.AddTo(Firm::Mail("p1@mail.example.com", "x@y.example"), {firm.Record("C1")});
  source.AddTo(Firm::Mail("p1@mail.example.com", "x@y.example"), {firm.Record("C1"), firm.Record("C2")});
  const auto decisions = firm.Receive(source);
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(decisions[1].id, decisions[0].id);
  EXPECT_EQ(decisions[1].outcome, Outcome::kFiled);
  EXPECT_EQ(decisions[1].records, (std::vector<std::string>{"C1", "C2"}));
  EXPECT_EQ(Rows(firm, store::kRaw, AccountNumber(firm)).size(), 1u);
  EXPECT_EQ(firm.As().ShowRecord("C1")->threads[0].messages[0].receipts, 1u);
  EXPECT_EQ(firm.As().ShowRecord("C2")->threads[0].messages[0].receipts, 0u);
}

TEST(Receive, T14_SameMessageIdWithOtherContentIsFiledToo) {
  Firm firm("casebook");
  const std::string id = "Message-ID: <same@evil.example>\r\n";
  const auto first = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1"), id, "one\r\n"));
  const auto second = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1"), id, "two\r\n"));
  EXPECT_EQ(second.outcome, Outcome::kFiled);
  EXPECT_NE(second.id, first.id);
}

TEST(Receive, DuplicatesInsideOneBatchAreSeen) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
  ListSource source;
  source.Add(raw);
  source.Add(raw);
  source.Add("Received: from relay\r\n" + raw);
  const auto decisions = firm.Receive(source);
  ASSERT_EQ(decisions.size(), 3u);
  EXPECT_EQ(decisions[0].outcome, Outcome::kFiled);
  EXPECT_EQ(decisions[1].targets[0].reason, "duplicate_delivery");
  EXPECT_EQ(decisions[2].targets[0].reason, "duplicate_content");
  EXPECT_EQ(firm.As().ShowRecord("C1")->threads[0].messages.size(), 1u);
}

TEST(Receive, AcknowledgesAfterTheCommitOnly) {
  Firm firm("casebook");
  ListSource source;
  source.Add(Firm::Mail("p1@mail.example.com", firm.Record("C1")));
  const int before = firm.control->commits;
  int commits_at_ack = -1;
  source.on_acknowledge = [&] { commits_at_ack = firm.control->commits; };
  firm.Receive(source);
  EXPECT_EQ(commits_at_ack, before + 2);  // the mark of receiving, then the mail
  EXPECT_EQ(source.acknowledged.size(), 1u);
}

TEST(Receive, AFailedCommitIsNotAcknowledgedAndLosesNothing) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
  ListSource source;
  source.Add(raw);
  firm.control->commits_until_dead = 1;  // the mark goes through, the mail does not
  Status status;
  const auto decisions = firm.Receive(source, &status);
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_TRUE(status.transient());
  EXPECT_TRUE(decisions.empty());
  EXPECT_TRUE(source.acknowledged.empty());
  firm.control->Revive();
  EXPECT_EQ(firm.ReceiveOne(raw).outcome, Outcome::kFiled);
}

TEST(Receive, MailsBeforeASourceFailureAreFiledAndAcknowledged) {
  Firm firm("casebook");
  ListSource source;
  source.Add(Firm::Mail("p1@mail.example.com", firm.Record("C1")));
  source.next_failure = Status(Code::kDataLoss, "broken", "mail.mbox", "the file ended inside a mail");
  Status status;
  const auto decisions = firm.Receive(source, &status);
  EXPECT_EQ(status.ToString(), "mail.mbox: the file ended inside a mail");
  EXPECT_EQ(decisions.size(), 1u);
  EXPECT_EQ(source.acknowledged.size(), 1u);
}

TEST(Receive, ALostRaceIsPlannedAnewWithTheNewDirectory) {
  Firm firm("casefleet");
  Firm* const other = &firm;
  const std::string raw = Firm::Mail("ann@firm.example.org", "p2@mail.example.com");
  const std::string drop = firm.Drop("U1");
  auto second = firm.engine->As("firm", Actor::Operator());
  bool closed = false;
  firm.control->before_commit = [&](std::vector<host::Batch>* batches) {
    const auto files = [](const host::Batch& b) {
      return std::any_of(b.puts.begin(), b.puts.end(),
                         [](const host::Put& p) { return p.collection == store::kMessages; });
    };
    if (closed || std::none_of(batches->begin(), batches->end(), files)) return;
    closed = true;  // between the decision and its commit the only lead is closed
    const Status s = other->As().Load(R"({"records":[{"id":"L1","kind":"lead","name":"New Lead","state":"closed"}]})");
    EXPECT_TRUE(s.ok()) << s.ToString();
  };
  ListSource source;
  source.AddTo(raw, {drop});
  const auto decisions = firm.Receive(source);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_TRUE(closed);
  EXPECT_EQ(decisions[0].outcome, Outcome::kUnassigned);
}

TEST(Receive, AbortsThatNeverEndAreTemporaryTrouble) {
  Firm firm("casebook");
  firm.control->before_commit = [&](std::vector<host::Batch>* batches) {
    for (host::Batch& batch : *batches) {
      if (batch.account == 0) continue;
      batch.preconditions.push_back({store::kMarks, {host::Value::Int(batch.account), host::Value::Text("none")}, 99});
    }
  };
  ListSource source;
  source.Add(Firm::Mail("p1@mail.example.com", firm.Record("C1")));
  Status status;
  EXPECT_TRUE(firm.Receive(source, &status).empty());
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_EQ(status.reason(), "commit_contended");
  EXPECT_TRUE(source.acknowledged.empty());
}

TEST(Receive, AfterAnUncleanEndTwoAttemptsAndThenItIsHeldUnread) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
  const auto die_while_reading = [&](int commits_before) {
    ListSource source;
    source.Add(raw);
    firm.control->commits_until_dead = commits_before;
    Status status;
    EXPECT_TRUE(firm.Receive(source, &status).empty());
    EXPECT_TRUE(source.acknowledged.empty());
    firm.Kill();
  };
  die_while_reading(1);  // the mark of receiving
  EXPECT_TRUE(Rows(firm, store::kAttempts, 0).empty());
  die_while_reading(1);  // the first attempt
  ASSERT_EQ(Rows(firm, store::kAttempts, 0).size(), 1u);
  EXPECT_EQ(Rows(firm, store::kAttempts, 0)[0].integer(3), 1);
  die_while_reading(1);  // the second
  EXPECT_EQ(Rows(firm, store::kAttempts, 0)[0].integer(3), 2);

  const auto decision = firm.ReceiveOne(raw);
  EXPECT_EQ(decision.outcome, Outcome::kHeld);
  ASSERT_EQ(decision.targets.size(), 1u);
  EXPECT_EQ(decision.targets[0].reason, "processing_error");
  EXPECT_EQ(*testing::RawOf(firm.As(), decision.id), raw);
  EXPECT_TRUE(Rows(firm, store::kAttempts, 0).empty());
}

TEST(Receive, WhatTheStoreRefusesOfOneMailKeepsNoOtherFromBeingFiled) {
  Firm firm("casebook");
  const std::string poison =
      Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <poison@x>\r\n", "two\r\n");
  ListSource source;
  source.Add(Firm::Mail("p1@mail.example.com", firm.Record("C1"), "", "one\r\n"));
  source.Add(poison);
  source.Add(Firm::Mail("p1@mail.example.com", firm.Record("C1"), "", "three\r\n"));
  firm.control->before_commit = [](std::vector<host::Batch>* batches) {
    for (host::Batch& batch : *batches) {
      for (host::Put& put : batch.puts) {
        for (host::Value& column : put.columns) {
          if (put.collection == store::kMessages && column.bytes == "poison@x") column = host::Value::Text("\xff");
        }
      }
    }
  };
  Status status;
  const auto decisions = firm.Receive(source, &status);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(decisions.size(), 3u);
  EXPECT_EQ(decisions[0].outcome, Outcome::kFiled);
  EXPECT_EQ(decisions[1].outcome, Outcome::kHeld);
  EXPECT_EQ(decisions[1].targets[0].reason, "processing_error");
  EXPECT_THAT(decisions[1].targets[0].sentence, ::testing::HasSubstr("messages.message_id"));
  EXPECT_EQ(*testing::RawOf(firm.As(), decisions[1].id), poison);
  EXPECT_EQ(decisions[2].outcome, Outcome::kFiled);
  EXPECT_EQ(source.acknowledged.size(), 3u);
}

TEST(Receive, AnAddressOfOursThatIsNoUtf8IsHeldLikeOthers) {
  Firm firm("casebook");
  const auto decision = firm.ReceiveOne("From: p1@mail.example.com\r\nDelivered-To: \xe2@" +
                                        std::string("in.example.org") + "\r\n\r\nHello\r\n");
  EXPECT_EQ(decision.outcome, Outcome::kHeld);
  ASSERT_EQ(decision.targets.size(), 1u);
  EXPECT_EQ(decision.targets[0].target, "unroutable:\\xe2@" + std::string("in.example.org"));
}

TEST(Receive, AfterAnUncleanEndInnocentMailIsFiledAndLeavesNoAttempt) {
  Firm firm("casebook");
  std::vector<std::string> raws;
  for (int i = 0; i < 5; ++i) {
    raws.push_back(Firm::Mail("p1@mail.example.com", firm.Record("C1"), "", "mail " + std::to_string(i) + "\r\n"));
  }
  for (int round = 0; round < 2; ++round) {
    ListSource source;
    for (const auto& raw : raws) source.Add(raw);
    firm.control->commits_until_dead = 1;
    Status status;
    firm.Receive(source, &status);
    EXPECT_FALSE(status.ok());
    firm.Kill();
  }
  EXPECT_EQ(Rows(firm, store::kAttempts, 0).size(), 5u);
  ListSource source;
  for (const auto& raw : raws) source.Add(raw);
  for (const MailDecision& decision : firm.Receive(source)) EXPECT_EQ(decision.outcome, Outcome::kFiled);
  EXPECT_TRUE(Rows(firm, store::kAttempts, 0).empty());
  EXPECT_EQ(firm.As().ShowRecord("C1")->threads.size(), 5u);
}

TEST(Receive, AfterUncleanEndsOnlyTheCulpritIsHeld) {
  Firm firm("casebook", 50);
  std::vector<std::string> raws;
  for (int i = 0; i < 60; ++i) {
    raws.push_back(Firm::Mail("p1@mail.example.com", firm.Record("C1"), "",
                              (i == 33 ? "poison " : "mail ") + std::to_string(i) + "\r\n"));
  }
  const auto hold_poison = [&](std::vector<host::Batch>* batches) {  // to commit it is to die of it
    for (const host::Batch& batch : *batches) {
      const bool held = std::any_of(batch.puts.begin(), batch.puts.end(), [](const host::Put& put) {
        return put.collection == store::kTargets && put.columns[5].integer == static_cast<int64_t>(Outcome::kHeld);
      });
      for (const host::Put& put : batch.puts) {
        if (held || put.collection != store::kRaw || put.body.find("poison") == std::string_view::npos) continue;
        firm.control->Die();
        batches->clear();
        return;
      }
    }
  };
  int deaths = 0;
  std::vector<MailDecision> decisions;
  for (;; ++deaths) {
    ASSERT_LT(deaths, 8);
    ListSource source;
    for (const auto& raw : raws) source.Add(raw);
    firm.control->before_commit = hold_poison;
    Status status;
    decisions = firm.Receive(source, &status);
    firm.control->before_commit = nullptr;
    if (status.ok()) break;
    firm.Kill();
  }
  EXPECT_EQ(deaths, 5);  // unmarked, among many, among few, alone, alone
  ASSERT_EQ(decisions.size(), 60u);
  for (size_t i = 0; i < decisions.size(); ++i) {
    EXPECT_EQ(decisions[i].outcome == Outcome::kHeld, i == 33) << i << OutcomeName(decisions[i].outcome);
  }
  EXPECT_EQ(firm.As().ShowRecord("C1")->threads.size(), 59u);
  EXPECT_TRUE(Rows(firm, store::kAttempts, 0).empty());
}

TEST(Receive, AFailureThatIsToldIsNoAttempt) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
  const auto fail = [&](int commits_before) {
    ListSource source;
    source.Add(raw);
    firm.control->commits_until_dead = commits_before;
    Status status;
    firm.Receive(source, &status);
    EXPECT_FALSE(status.ok());
  };
  fail(1);  // a death: the mark stays
  firm.Kill();
  for (int i = 0; i < 4; ++i) {  // and then a store that refuses the mail, but lives
    int commits = 0;
    firm.control->before_commit = [&](std::vector<host::Batch>*) {
      if (++commits == 2) firm.control->failure = Status(Code::kUnavailable, "disk_full");  // behind the attempt
    };
    ListSource source;
    source.Add(raw);
    Status status;
    firm.Receive(source, &status);
    EXPECT_FALSE(status.ok());
    EXPECT_TRUE(source.acknowledged.empty());
    firm.control->before_commit = nullptr;
    EXPECT_TRUE(Rows(firm, store::kAttempts, 0).empty()) << i;
  }
  EXPECT_EQ(firm.ReceiveOne(raw).outcome, Outcome::kFiled);
}

TEST(Receive, ACleanEndLeavesNoMark) {
  Firm firm("casebook");
  firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1")));
  EXPECT_EQ(Rows(firm, store::kMarks, 0).size(), 3u);  // the account's name, the key, and receiving
  firm.Reopen();
  EXPECT_EQ(Rows(firm, store::kMarks, 0).size(), 2u);
}

TEST(Receive, MailThatNamesTwoAccountsIsFiledInEachAndSaysNothingOfTheOther) {
  Firm firm("casebook");
  ASSERT_TRUE(firm.engine->CreateAccount({"other", "in.other.example", "casebook"}, Actor::Operator()).ok());
  auto other = firm.engine->As("other", Actor::Operator());
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(other->Load(R"({"records":[{"id":"X9","kind":"case","name":"Other","state":"open"}]})").ok());
  ListSource source;
  source.Add(Firm::Mail("p1@mail.example.com", firm.Record("C1") + ", " + *other->RecordAddress("X9")));
  const auto decisions = firm.Receive(source);
  ASSERT_EQ(decisions.size(), 2u);
  std::set<std::string> seen;
  for (const auto& decision : decisions) {
    EXPECT_EQ(decision.outcome, Outcome::kFiled);
    ASSERT_EQ(decision.records.size(), 1u);
    seen.insert(decision.account + "/" + decision.records[0]);
    const std::string foreign = decision.account == "firm" ? "X9" : "C1";
    for (const auto& target : decision.targets) EXPECT_EQ(target.sentence.find(foreign), std::string::npos);
  }
  EXPECT_EQ(seen, (std::set<std::string>{"firm/C1", "other/X9"}));
  EXPECT_EQ(source.acknowledged.size(), 1u);
  EXPECT_EQ(other->ShowRecord("C1").status().code(), Code::kNotFound);
}

TEST(Receive, AnAddressOfAnotherStoreUnderTheSameKeysIsHeldForTheOperator) {
  Firm theirs("casebook"), ours("casebook");
  ASSERT_TRUE(theirs.engine->CreateAccount({"gone", "in.example.org", "casebook"}, Actor::Operator()).ok());
  auto gone = theirs.engine->As("gone", Actor::Operator());
  ASSERT_TRUE(gone->Load(R"({"records":[{"id":"G1","kind":"case","name":"g","state":"open"}]})").ok());
  const std::string address = *gone->RecordAddress("G1");
  const auto decision = ours.ReceiveOne(Firm::Mail("p1@mail.example.com", address));
  EXPECT_EQ(decision.outcome, Outcome::kHeld);
  EXPECT_EQ(decision.targets.at(0).reason, "unroutable");
  EXPECT_NE(decision.targets.at(0).sentence.find(address), std::string::npos);
  EXPECT_EQ(Rows(ours, store::kRaw, 0).size(), 1u);
}

TEST(Receive, AnAccountMadeByAnotherProcessMeanwhileIsFound) {
  Firm firm("casebook");
  EngineOptions options;
  options.store = std::make_unique<testing::SharedStore>(firm.control);
  options.keys = firm.keys;
  auto other = Engine::Open(std::move(options));
  ASSERT_TRUE(other.ok());
  std::string address;
  class Late : public ListSource {  // the account is made while the batch is filled
   public:
    std::function<void()> before;
    Status Next(size_t limit, std::vector<host::InboundMail>* out) override {
      if (before) std::exchange(before, nullptr)();
      return ListSource::Next(limit, out);
    }
  } source;
  source.before = [&] {
    ASSERT_TRUE((*other)->CreateAccount({"late", "in.example.org", "casebook"}, Actor::Operator()).ok());
    auto late = (*other)->As("late", Actor::Operator());
    ASSERT_TRUE(late->Load(R"({"records":[{"id":"N1","kind":"case","name":"n","state":"open"}]})").ok());
    source.Add(Firm::Mail("p1@mail.example.com", *late->RecordAddress("N1")));
  };
  const auto decisions = firm.Receive(source);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].account, "late");
  EXPECT_EQ(decisions[0].records, std::vector<std::string>{"N1"});
}

TEST(Receive, T51_AnotherAccountsEnvelopeRecipientIsNotKept) {
  Firm firm("casebook");
  ASSERT_TRUE(firm.engine->CreateAccount({"other", "in.other.example", "casebook"}, Actor::Operator()).ok());
  auto other = firm.engine->As("other", Actor::Operator());
  ASSERT_TRUE(other->Load(R"({"records":[{"id":"X9","kind":"case","name":"Other","state":"open"}]})").ok());
  const std::string foreign = *other->RecordAddress("X9"), own = firm.Record("C1");
  ListSource source;
  source.AddTo(Firm::Mail("p1@mail.example.com", "x@y.example"), {own, foreign});
  ASSERT_EQ(firm.Receive(source).size(), 2u);
  for (const auto& account : testing::AllRows(*firm.control->store, store::kAccounts, 0)) {
    const auto messages = Rows(firm, store::kMessages, account.integer(1));
    ASSERT_EQ(messages.size(), 1u);
    const auto row = wire::ReadMessage(messages[0]);
    const std::string& kept = account.text(2) == "firm" ? own : foreign;
    EXPECT_EQ(row->envelope_recipients, std::vector<std::string>{kept});
  }
}

TEST(Receive, AForgedAddressIsHeldForAPerson) {
  Firm firm("casebook");
  std::string forged = firm.Record("C1");
  forged[25] = forged[25] == '7' ? '8' : '7';  // a digit of the tag
  const auto decision = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", forged));
  EXPECT_EQ(decision.outcome, Outcome::kHeld);
  EXPECT_EQ(decision.targets[0].reason, "unroutable");
  EXPECT_TRUE(firm.As().ShowRecord("C1")->threads.empty());
}

TEST(Receive, CB26_ClosedRecordIsFiledWithANotice) {
  Firm firm("casebook");
  ASSERT_TRUE(firm.As().Load(R"({"assignments":[{"record":"M1","person":"P2","role":"manager"}]})").ok());
  const auto decision = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("M1")));
  EXPECT_EQ(decision.outcome, Outcome::kFiled);
  EXPECT_NE(decision.targets[0].sentence.find("closed"), std::string::npos);
  const auto page = firm.As().ShowRecord("M1");
  const auto& badges = page->threads[0].messages[0].badges;
  EXPECT_NE(std::find(badges.begin(), badges.end(), "record_closed"), badges.end());
  const auto notices = Rows(firm, store::kNotifications, AccountNumber(firm));
  ASSERT_EQ(notices.size(), 1u);  // the contact who is a manager of it holds no right on it
  const auto notice = wire::ReadNotification(notices[0]);
  EXPECT_EQ(notice->person, "U1");
  EXPECT_EQ(notice->kind, "record_closed");
  EXPECT_EQ(notice->message, decision.id);

  const std::string address = firm.Record("M1");
  ASSERT_TRUE(firm.As().Load(R"({"records":[{"id":"M1","kind":"matter","name":"Old Matter","state":"open"}]})").ok());
  EXPECT_EQ(firm.Record("M1"), address);  // reopening keeps the address
  const auto after = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", address, "", "again\r\n"));
  EXPECT_EQ(after.targets[0].sentence.find("closed"), std::string::npos);
}

TEST(Receive, X02_T32_AutomaticMailIsFiledMarkedAndToldToNobody) {
  const auto received = [](const std::string& fields) {
    Firm firm("casebook");
    EXPECT_EQ(firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("M1"), fields)).outcome, Outcome::kFiled);
    const auto badges = firm.As().ShowRecord("M1")->threads[0].messages[0].badges;
    const bool marked = std::find(badges.begin(), badges.end(), "automatic") != badges.end();
    return std::make_pair(marked, Rows(firm, store::kNotifications, AccountNumber(firm)).size());
  };
  using Answer = std::pair<bool, size_t>;
  EXPECT_EQ(received(""), Answer(false, 1));
  EXPECT_EQ(received("Auto-Submitted: auto-replied\r\n"), Answer(true, 0));
  EXPECT_EQ(received("Precedence: bulk\r\n"), Answer(true, 0));
  EXPECT_EQ(received("X-Auto-Response-Suppress: All\r\n"), Answer(false, 1))
      << "a person's mail may ask for no answers";
  EXPECT_EQ(received("List-Id: <l.example.org>\r\n"), Answer(false, 1)) << "people write to lists";
}

TEST(Receive, ExplainSaysWhatReceivingDoesAndChangesNothing) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <a@b.example>\r\n");
  const int commits = firm.control->commits;
  const auto explained = firm.As().Explain(raw);
  ASSERT_TRUE(explained.ok()) << explained.status().ToString();
  EXPECT_EQ(firm.control->commits, commits);
  EXPECT_FALSE(explained->trace.empty());
  EXPECT_TRUE(explained->id.empty());
  const auto received = firm.ReceiveOne(raw);
  ASSERT_EQ(explained->targets.size(), received.targets.size());
  EXPECT_EQ(explained->outcome, received.outcome);
  EXPECT_EQ(explained->targets[0].rule, received.targets[0].rule);
  EXPECT_EQ(explained->targets[0].sentence, received.targets[0].sentence);
  EXPECT_EQ(firm.As().Explain(raw)->outcome, Outcome::kDuplicate);
}

TEST(Receive, X08_RepliesJoinTheThreadAndALateParentJoinsItsReplies) {
  Firm firm("casebook");
  const std::string to = firm.Record("C1");
  const auto id = [](const std::string& own, const std::string& refs) {
    return "Message-ID: <" + own + "@x.example>\r\n" + (refs.empty() ? "" : "References: " + refs + "\r\n");
  };
  const auto root = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", to, id("root", ""), "1\r\n"));
  const auto reply = firm.ReceiveOne(Firm::Mail("p2@mail.example.com", to, id("r1", "<root@x.example>"), "2\r\n"));
  EXPECT_EQ(reply.targets[0].thread, root.targets[0].thread);
  const auto alone = firm.ReceiveOne(Firm::Mail("p3@mail.example.com", to, id("z2", "<z1@x.example>"), "3\r\n"));
  EXPECT_NE(alone.targets[0].thread, root.targets[0].thread);
  // It answers both: the younger thread becomes an alias of the older.
  const auto both =
      firm.ReceiveOne(Firm::Mail("p3@mail.example.com", to, id("z1", "<root@x.example> <z2@x.example>"), "4\r\n"));
  EXPECT_EQ(both.targets[0].thread, root.targets[0].thread);
  auto page = firm.As().ShowRecord("C1");
  ASSERT_EQ(page->threads.size(), 1u);
  EXPECT_EQ(page->threads[0].messages.size(), 4u);
  const auto late = firm.ReceiveOne(Firm::Mail("p3@mail.example.com", to, id("z9", "<z2@x.example>"), "5\r\n"));
  EXPECT_EQ(late.targets[0].thread, root.targets[0].thread);
  // A reference joins within its record only.
  const auto elsewhere =
      firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C2"), id("q", "<root@x.example>"), "6\r\n"));
  EXPECT_NE(elsewhere.targets[0].thread, root.targets[0].thread);
}

TEST(Receive, X08_JoiningInsideOneBatchGivesTheSameThreads) {
  for (const size_t batch : {1u, 2u, 200u}) {
    Firm firm("casebook", batch);
    ListSource source;
    const std::string to = firm.Record("C1");
    for (const auto& [own, ref] : std::vector<std::pair<std::string, std::string>>{{"a", ""},
                                                                                   {"b", ""},
                                                                                   {"c", "<a@x.example> <b@x.example>"},
                                                                                   {"d", "<b@x.example>"},
                                                                                   {"e", "<zz@x.example>"}}) {
      source.Add(
          Firm::Mail("p1@mail.example.com", to,
                     "Message-ID: <" + own + "@x.example>\r\n" + (ref.empty() ? "" : "References: " + ref + "\r\n"),
                     own + "\r\n"));
    }
    const auto decisions = firm.Receive(source);
    ASSERT_EQ(decisions.size(), 5u);
    EXPECT_EQ(decisions[2].targets[0].thread, decisions[0].targets[0].thread) << batch;
    EXPECT_EQ(decisions[3].targets[0].thread, decisions[0].targets[0].thread) << batch;
    EXPECT_NE(decisions[4].targets[0].thread, decisions[0].targets[0].thread) << batch;
    const auto page = firm.As().ShowRecord("C1");
    ASSERT_EQ(page->threads.size(), 2u) << batch;
    EXPECT_EQ(page->threads[1].messages.size(), 4u) << batch;
  }
}

TEST(Receive, CB25_ThreadsStandNewestActivityFirst) {
  Firm firm("casebook");
  const std::string to = firm.Record("C1");
  const auto mail = [&](const std::string& own, const std::string& ref) {
    firm.clock->now_us += 1000;
    return firm
        .ReceiveOne(Firm::Mail(
            "p1@mail.example.com", to,
            "Message-ID: <" + own + "@x.example>\r\n" + (ref.empty() ? "" : "In-Reply-To: <" + ref + "@x.example>\r\n"),
            own + "\r\n"))
        .targets[0]
        .thread;
  };
  const std::string first = mail("a", ""), second = mail("b", "");
  EXPECT_EQ(firm.As().ShowRecord("C1")->threads[0].id, second);
  EXPECT_EQ(mail("c", "a"), first);
  const auto page = firm.As().ShowRecord("C1");
  ASSERT_EQ(page->threads.size(), 2u);
  EXPECT_EQ(page->threads[0].id, first);
  EXPECT_EQ(page->threads[1].id, second);
}

TEST(Receive, RecordedTimesNeverRunBackwardsWhenTheClockDoes) {
  Firm firm("casebook");
  const std::string to = firm.Record("C1");
  for (int i = 0; i < 4; ++i) {
    firm.clock->now_us -= 3'600'000'000;
    if (i == 2) firm.Reopen();
    firm.clock->now_us = 1'600'000'000'000'000 - i;
    firm.ReceiveOne(Firm::Mail("p1@mail.example.com", to,
                               "Message-ID: <" + std::to_string(i) + "@x.example>\r\nReferences: <0@x.example>\r\n",
                               std::to_string(i) + "\r\n"));
  }
  const auto page = firm.As().ShowRecord("C1");
  ASSERT_EQ(page->threads.size(), 1u);
  const auto& messages = page->threads[0].messages;
  ASSERT_EQ(messages.size(), 4u);
  for (size_t i = 1; i < messages.size(); ++i) {
    EXPECT_LT(messages[i - 1].recorded_at_us, messages[i].recorded_at_us);
    EXPECT_EQ(messages[i].message_id, std::to_string(i) + "@x.example");
  }
}

}  // namespace
}  // namespace casecomm
