// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

LinkRequest Request(const std::string& message, std::vector<std::string> records, const std::string& contact = {}) {
  LinkRequest request;
  request.message = message;
  request.records = std::move(records);
  request.contact = contact;
  return request;
}

size_t MessagesOn(Firm& firm, const std::string& record) {
  const auto page = firm.As().ShowRecord(record);
  EXPECT_TRUE(page.ok()) << page.status().ToString();
  size_t count = 0;
  for (const ThreadView& thread : page->threads) count += thread.messages.size();
  return count;
}

TEST(Link, CF01_EveryUserHasAnOwnDropAndNoContactHasOne) {
  Firm firm;
  EXPECT_NE(firm.Drop("U1"), firm.Drop("U2"));
  EXPECT_EQ(firm.As().DropAddress("P1").status().code(), Code::kNotFound);
  EXPECT_EQ(firm.As("U1").DropAddress("U1").status().code(), Code::kOk);
  EXPECT_EQ(firm.As("U2").DropAddress("U1").status().code(), Code::kPermissionDenied);
}

TEST(Link, CF01_WhoLeavesTheStaffLosesTheDropAndGetsTheSameBack) {
  Firm firm;
  const std::string drop = firm.Drop("U2");
  const auto log = [&](const std::string& body) {
    ListSource source;
    source.AddTo(Firm::Mail("ben@firm.example.org", "p1@mail.example.com", "", body), {drop});
    return firm.Receive(source).at(0);
  };
  EXPECT_EQ(log("1\r\n").outcome, Outcome::kFiled);
  const auto set_kind = [&](const std::string& kind) {
    const Status s = firm.As().Load(R"({"people":[{"id":"U2","kind":")" + kind +
                                    R"(","name":"Ben Brown","emails":["ben@firm.example.org"]}]})");
    ASSERT_TRUE(s.ok()) << s.ToString();
  };
  set_kind("contact");
  EXPECT_EQ(firm.As().DropAddress("U2").status().code(), Code::kNotFound);
  const auto held = log("2\r\n");
  EXPECT_EQ(held.outcome, Outcome::kHeld);
  EXPECT_EQ(held.targets[0].reason, "address_retired");
  set_kind("staff");
  EXPECT_EQ(firm.Drop("U2"), drop);
  EXPECT_EQ(log("3\r\n").outcome, Outcome::kFiled);
}

TEST(Link, CF09_UnassignedMailIsStoredForItsUserWithANotificationThatClosesWhenLinked) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com", "Message-ID: <u@firm.example.org>\r\n");
  ASSERT_EQ(decision.outcome, Outcome::kUnassigned);
  EXPECT_TRUE(decision.records.empty());
  const auto list = firm.As("U1").Unassigned();
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->items.size(), 1u);
  const UnassignedView& view = list->items[0];
  EXPECT_EQ(view.id, decision.id);
  EXPECT_EQ(view.owner, "U1");
  EXPECT_EQ(view.message_id, "u@firm.example.org");
  EXPECT_FALSE(view.notification.empty());
  EXPECT_EQ(view.candidates.size(), 2u);  // C1 and C2 of P3

  const auto linked = firm.As("U1").Link(Request(decision.id, {"C2"}));
  ASSERT_TRUE(linked.ok()) << linked.status().ToString();
  EXPECT_TRUE(firm.As("U1").Unassigned()->items.empty());
  EXPECT_EQ(firm.As("U1").Link(Request(decision.id, {"C2"})).status().reason(), "not_unassigned");
}

TEST(Link, CF09_OnlyTheOwnerAndTheOperatorSeeUnassignedMail) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  EXPECT_TRUE(firm.As("U2").Unassigned()->items.empty());
  EXPECT_EQ(firm.As().Unassigned()->items.size(), 1u);
  EXPECT_EQ(firm.As("P1").Unassigned().status().code(), Code::kPermissionDenied);
  EXPECT_EQ(firm.As("nobody").Unassigned().status().code(), Code::kPermissionDenied);
  EXPECT_TRUE(testing::RawOf(firm.As("U1"), decision.id).ok());
  const Status foreign = testing::RawOf(firm.As("U2"), decision.id).status();
  EXPECT_EQ(foreign.code(), Code::kNotFound);
  EXPECT_EQ(foreign.ToString(), decision.id + ": no message of this id is in the account");
  EXPECT_EQ(firm.As("U2").Link(Request(decision.id, {"C1"})).status().code(), Code::kNotFound);
}

TEST(Link, CF09_LinkingNeedsTheEditRightOnTheTarget) {
  Firm firm;
  ListSource source;
  source.AddTo(Firm::Mail("ben@firm.example.org", "p3@mail.example.com"), {firm.Drop("U2")});
  const auto decision = firm.Receive(source).at(0);
  ASSERT_EQ(decision.outcome, Outcome::kUnassigned);
  const Status viewer = firm.As("U2").Link(Request(decision.id, {"C1"})).status();
  EXPECT_EQ(viewer.code(), Code::kPermissionDenied);
  EXPECT_NE(viewer.ToString().find("C1"), std::string::npos);
  EXPECT_EQ(firm.As("U2").Link(Request(decision.id, {"C2"})).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(MessagesOn(firm, "C1"), 0u);
  EXPECT_EQ(firm.As("U2").Unassigned()->items.size(), 1u);
  ASSERT_TRUE(firm.As().Load(R"({"assignments":[{"record":"C1","person":"U2","role":"editor"}]})").ok());
  EXPECT_TRUE(firm.As("U2").Link(Request(decision.id, {"C1"})).ok());
}

TEST(Link, CF10_AContactMustBeLinkedFirst) {
  Firm firm;
  const auto decision = firm.Log("stranger@new.example.com");
  ASSERT_EQ(decision.outcome, Outcome::kUnassigned);
  const Status missing = firm.As("U1").Link(Request(decision.id, {"C1"})).status();
  EXPECT_EQ(missing.code(), Code::kFailedPrecondition);
  EXPECT_EQ(missing.reason(), "contact_needed");
  EXPECT_EQ(firm.As("U1").Link(Request(decision.id, {"C1"}, "P99")).status().code(), Code::kNotFound);
  EXPECT_EQ(firm.As("U1").Link(Request(decision.id, {"C1"}, "U2")).status().reason(), "not_a_contact");
  EXPECT_EQ(firm.As("U1").Unassigned()->items.size(), 1u);
  const auto linked = firm.As("U1").Link(Request(decision.id, {"C1"}, "P4"));
  ASSERT_TRUE(linked.ok()) << linked.status().ToString();
  EXPECT_NE(linked->targets[0].sentence.find("P4"), std::string::npos);
  EXPECT_NE(linked->targets[0].sentence.find("U1"), std::string::npos);
}

TEST(Link, CF10_ANewContactIsCreatedAndKnownFromThenOn) {
  Firm firm;
  const auto decision = firm.Log("stranger@new.example.com");
  LinkRequest request = Request(decision.id, {"C1"});
  request.new_contact_name = "Stella Stranger";
  request.new_contact_email = "not an address";
  EXPECT_EQ(firm.As("U1").Link(request).status().reason(), "bad_contact");
  request.new_contact_email = "p1@MAIL.example.com";
  EXPECT_EQ(firm.As("U1").Link(request).status().reason(), "contact_exists");
  request.new_contact_email = "stranger@new.example.com";
  ASSERT_TRUE(firm.As("U1").Link(request).ok());
  // Known now, but on no record: the next mail is unassigned for that reason, and needs no contact to be named.
  const auto next = firm.Log("stranger@new.example.com", "", "next\r\n");
  EXPECT_EQ(next.outcome, Outcome::kUnassigned);
  EXPECT_NE(next.targets[0].reason, decision.targets[0].reason);
  EXPECT_TRUE(firm.As("U1").Link(Request(next.id, {"C1"})).ok());
}

TEST(Link, CF10_AContactAmongTheHiddenRecipientsOrInTheForwardedOriginalIsConnected) {
  Firm firm;
  const auto hidden = firm.Log("stranger@new.example.com", "Bcc: p3@mail.example.com\r\n");
  ASSERT_EQ(hidden.outcome, Outcome::kUnassigned);
  const auto linked = firm.As("U1").Link(Request(hidden.id, {"C1"}));
  ASSERT_TRUE(linked.ok()) << linked.status().ToString();
  EXPECT_NE(linked->targets[0].sentence.find("P3"), std::string::npos);

  const auto forwarded = firm.ReceiveOne(
      "From: ann@firm.example.org\r\nTo: " + firm.Drop("U1") +
      "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
      "message/rfc822\r\n\r\nFrom: p1@mail.example.com\r\nTo: ann@firm.example.org\r\n\r\nHello\r\n--b--\r\n");
  ASSERT_EQ(forwarded.outcome, Outcome::kUnassigned);
  EXPECT_TRUE(firm.As("U1").Link(Request(forwarded.id, {"C1"})).ok());
}

TEST(Link, CF02_WhoReadsARecordDoesNotLearnADropAddressOrOtherRecords) {
  Firm firm;
  ASSERT_EQ(firm.Log("p1@mail.example.com, p3@mail.example.com").records, std::vector<std::string>{"C1"});
  const auto sentence = [&](const std::string& person) {
    return firm.As(person).ShowRecord("C1")->threads.at(0).messages.at(0).sentence;
  };
  EXPECT_NE(sentence("U1").find(firm.Drop("U1")), std::string::npos);
  EXPECT_EQ(sentence("U2"), "Filed on record C1: logged by user U1.");
  EXPECT_EQ(firm.As("U2").Explain("From: a@b.example\r\n\r\n").status().code(), Code::kPermissionDenied);
}

TEST(Link, CF12_MailOfACaseAndALeadComingAgainIsAReceiptOnEach) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  ASSERT_TRUE(firm.As("U1").Link(Request(decision.id, {"C1", "L1"})).ok());
  const auto again = firm.Log("p3@mail.example.com", "X-Trace: other\r\n");
  EXPECT_EQ(again.outcome, Outcome::kDuplicate);
  EXPECT_EQ(again.records, (std::vector<std::string>{"C1", "L1"}));
  for (const std::string record : {"C1", "L1"}) {
    EXPECT_EQ(firm.As().ShowRecord(record)->threads.at(0).messages.at(0).receipts, 1u) << record;
  }
}

TEST(Link, CF11_ToACaseALeadOrBoth) {
  Firm firm;
  const auto refused = [&](std::vector<std::string> records) {
    const auto decision = firm.Log("p3@mail.example.com", "", "to be refused\r\n");
    const std::string id = decision.id;
    return std::string(firm.As("U1").Link(Request(id, std::move(records))).status().reason());
  };
  EXPECT_EQ(refused({}), "bad_link");
  EXPECT_EQ(refused({"V1"}), "bad_link");
  EXPECT_EQ(refused({"C1", "C2"}), "bad_link");
  EXPECT_EQ(refused({"L1", "L2"}), "bad_link");
  EXPECT_EQ(refused({"C1", "C1"}), "bad_link");
  EXPECT_EQ(firm.As().Link(Request(firm.As().Unassigned()->items.front().id, {"C9"})).status().code(), Code::kNotFound);
  EXPECT_EQ(firm.As("U1").Unassigned()->items.size(), 1u);  // the same content: one message and receipts

  const auto both = firm.Log("p3@mail.example.com", "", "both\r\n");
  const auto linked = firm.As("U1").Link(Request(both.id, {"C1", "L2"}));
  ASSERT_TRUE(linked.ok()) << linked.status().ToString();
  EXPECT_EQ(linked->records, (std::vector<std::string>{"C1", "L2"}));
}

TEST(Link, CF12_ItShowsInTheFeedOfEach) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  ASSERT_TRUE(firm.As("U1").Link(Request(decision.id, {"C1", "L1"})).ok());
  for (const std::string record : {"C1", "L1"}) {
    const auto page = firm.As("U1").ShowRecord(record);
    ASSERT_TRUE(page.ok());
    ASSERT_EQ(page->threads.size(), 1u) << record;
    ASSERT_EQ(page->threads[0].messages.size(), 1u) << record;
    EXPECT_EQ(page->threads[0].messages[0].id, decision.id) << record;
    EXPECT_EQ(page->threads[0].messages[0].filed_by, "U1") << record;
  }
  EXPECT_EQ(MessagesOn(firm, "C2"), 0u);
}

TEST(Link, TheOperatorIsNamedInWhatIsStored) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  ASSERT_TRUE(firm.As().Link(Request(decision.id, {"C1"})).ok());
  EXPECT_EQ(firm.As().ShowRecord("C1")->threads[0].messages[0].filed_by, "operator");
}

TEST(Link, LinkedMailComingAgainIsADuplicateOnItsRecord) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  ASSERT_TRUE(firm.As("U1").Link(Request(decision.id, {"C2"})).ok());
  const auto again = firm.Log("p3@mail.example.com", "X-Trace: other\r\n");
  EXPECT_EQ(again.outcome, Outcome::kDuplicate);
  EXPECT_EQ(again.id, decision.id);
  EXPECT_EQ(again.records, std::vector<std::string>{"C2"});
  EXPECT_TRUE(firm.As("U1").Unassigned()->items.empty());
}

TEST(Link, IntoARecordThatHasTheContentAddsAReceipt) {
  Firm firm("casebook");
  const auto filed = firm.ReceiveOne(Firm::Mail("ann@firm.example.org", "p3@mail.example.com, " + firm.Record("C1")));
  ASSERT_EQ(filed.outcome, Outcome::kFiled);
  ListSource source;
  source.AddTo(Firm::Mail("ann@firm.example.org", "p3@mail.example.com, " + firm.Record("C1")), {firm.Drop("U1")});
  const auto logged = firm.Receive(source).at(0);
  ASSERT_EQ(logged.outcome, Outcome::kUnassigned);  // on C1 already; for the drop P3's two cases are no answer
  const std::string id = firm.As("U1").Unassigned()->items.front().id;
  const auto linked = firm.As("U1").Link(Request(id, {"C1"}));
  ASSERT_TRUE(linked.ok()) << linked.status().ToString();
  EXPECT_EQ(linked->outcome, Outcome::kDuplicate);
  const auto page = firm.As().ShowRecord("C1");
  ASSERT_EQ(page->threads.size(), 1u);
  EXPECT_EQ(page->threads[0].messages.size(), 1u);
  EXPECT_TRUE(firm.As("U1").Unassigned()->items.empty());
}

TEST(Link, JoinsTheThreadOfItsReferences) {
  Firm firm("casebook");
  const auto root =
      firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <root@x.example>\r\n"));
  const auto decision = firm.Log("p3@mail.example.com", "References: <root@x.example>\r\n");
  const auto linked = firm.As("U1").Link(Request(decision.id, {"C1"}));
  ASSERT_TRUE(linked.ok());
  EXPECT_EQ(linked->targets[0].thread, root.targets[0].thread);
}

TEST(Link, AFailedCommitChangesNothing) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  firm.control->commits_until_dead = 0;
  EXPECT_EQ(firm.As("U1").Link(Request(decision.id, {"C1"})).status().code(), Code::kUnavailable);
  firm.control->Revive();
  EXPECT_EQ(firm.As("U1").Unassigned()->items.size(), 1u);
  EXPECT_EQ(MessagesOn(firm, "C1"), 0u);
  EXPECT_TRUE(firm.As("U1").Link(Request(decision.id, {"C1"})).ok());
}

}  // namespace
}  // namespace casecomm
