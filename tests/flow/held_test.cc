// SPDX-License-Identifier: Apache-2.0
// Held and unassigned mail has a way out (threats.md, section 5).
#include <algorithm>
#include <set>

#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

constexpr int64_t kDayUs = int64_t{24} * 60 * 60 * 1'000'000;

class ScannerOf : public host::AttachmentScanner {
 public:
  explicit ScannerOf(std::string finding) : finding_(std::move(finding)) {}
  Status Scan(const host::ScannedFile&, host::ScannerAnswer* answer) override {
    answer->clean = finding_.empty();
    answer->finding = finding_;
    return {};
  }

 private:
  const std::string finding_;
};

// Held at a record's address, as casefleet holds strangers: "held:record:ID".
MailDecision HeldAt(Firm& firm, const std::string& record, const std::string& body = "Hello\r\n",
                    const std::string& from = "stranger@new.example.com", const std::string& extra = {}) {
  const auto decision = firm.ReceiveOne(Firm::Mail(from, firm.Record(record), extra, body));
  EXPECT_EQ(decision.outcome, Outcome::kHeld) << decision.targets.at(0).sentence;
  return decision;
}

std::vector<MessageView> On(Session session, const std::string& record) {
  std::vector<MessageView> all;
  const auto page = session.ShowRecord(record);
  EXPECT_TRUE(page.ok()) << page.status().ToString();
  if (!page.ok()) return all;
  for (const ThreadView& thread : page->threads) {
    EXPECT_FALSE(thread.messages.empty()) << "a thread without mail is listed";
    all.insert(all.end(), thread.messages.begin(), thread.messages.end());
  }
  return all;
}

std::vector<HeldView> HeldOf(Session session, Outcome state = Outcome::kHeld) {
  return testing::All([&](const PageRequest& page) { return session.Held(page, state); }, 2);
}

std::vector<ActView> ActsOf(Session session, const std::string& message) {
  return testing::All([&](const PageRequest& page) { return session.Acts(message, page); }, 1);
}

TEST(Held, X09_HeldMailIsListedWithItsReasonAndAge) {
  Firm firm;
  const auto decision = HeldAt(firm, "C1");
  firm.clock->now_us += kDayUs - 2'000'000;
  auto held = HeldOf(firm.As());
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].id, decision.id);
  EXPECT_EQ(held[0].target, "held:record:C1");
  EXPECT_EQ(held[0].reason, "unknown_sender");
  EXPECT_EQ(held[0].sentence, decision.targets[0].sentence);
  EXPECT_EQ(held[0].from, std::vector<std::string>{"stranger@new.example.com"});
  EXPECT_EQ(held[0].subject, "About the case");
  EXPECT_GT(held[0].size, 0u);
  EXPECT_EQ(held[0].alert_days, 0);
  const std::pair<int64_t, int32_t> alerts[] = {{kDayUs, 1}, {6 * kDayUs, 7}, {22 * kDayUs, 7}, {kDayUs, 30}};
  for (const auto& [step, days] : alerts) {
    firm.clock->now_us += step;
    held = HeldOf(firm.As());
    EXPECT_EQ(held.at(0).alert_days, days) << held[0].age_us;
  }
  EXPECT_EQ(firm.As().Held({}, Outcome::kFiled).status().reason(), "bad_argument");
}

TEST(Held, X09_ReleaseFilesOnTheRecordWhoseAddressHeldIt) {
  Firm firm;
  const auto decision = HeldAt(firm, "C1", "Hello\r\n", "stranger@new.example.com", "Auto-Submitted: auto-replied\r\n");
  const auto released = firm.As("U1").Release({decision.id, "", "a new client"});
  ASSERT_TRUE(released.ok()) << released.status().ToString();
  EXPECT_EQ(released->outcome, Outcome::kFiled);
  EXPECT_EQ(released->records, std::vector<std::string>{"C1"});
  EXPECT_TRUE(HeldOf(firm.As()).empty());
  const auto mail = On(firm.As("U2"), "C1");
  ASSERT_EQ(mail.size(), 1u);
  EXPECT_EQ(mail[0].filed_by, "U1");
  EXPECT_EQ(mail[0].badges, (std::vector<std::string>{"unverified", "new_sender", "automatic", "released"}));
  EXPECT_EQ(mail[0].sentence, "Filed on record C1 \"Mary Smith\": released by U1.");
  const auto acts = ActsOf(firm.As("U2"), decision.id);
  ASSERT_EQ(acts.size(), 1u);
  EXPECT_EQ(acts[0].event, "released");
  EXPECT_EQ(acts[0].actor, "U1");
  EXPECT_EQ(acts[0].why, "a new client");
  EXPECT_EQ(acts[0].from, Outcome::kHeld);
  EXPECT_EQ(acts[0].to, Outcome::kFiled);
  EXPECT_EQ(acts[0].records, std::vector<std::string>{"C1"});
  EXPECT_EQ(firm.As("U1").Release({decision.id, "", ""}).status().reason(), "no_such_exit");
}

TEST(Held, X09_ASecondCopyOfWhatWasReleasedIsAReceiptOnTheRecord) {
  Firm firm;
  const auto decision = HeldAt(firm, "C1");
  ASSERT_TRUE(firm.As().Release({decision.id, "", ""}).ok());
  ListSource source;
  source.Add("X-Way: another\r\n" + Firm::Mail("stranger@new.example.com", firm.Record("C1")));
  const auto again = firm.Receive(source).at(0);
  EXPECT_EQ(again.outcome, Outcome::kDuplicate);
  EXPECT_EQ(again.id, decision.id);
  EXPECT_EQ(again.records, std::vector<std::string>{"C1"});
  EXPECT_EQ(On(firm.As(), "C1").at(0).receipts, 1u);
}

TEST(Held, X09_AReleasedReplyJoinsItsThread) {
  Firm firm;
  const auto first =
      firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <one@mail.example.com>\r\n"));
  ASSERT_EQ(first.outcome, Outcome::kFiled);
  const auto reply = HeldAt(firm, "C1", "Yes\r\n", "other@new.example.com", "In-Reply-To: <one@mail.example.com>\r\n");
  const auto released = firm.As().Release({reply.id, "record:C1", ""});
  ASSERT_TRUE(released.ok()) << released.status().ToString();
  EXPECT_EQ(released->targets.at(0).thread, first.targets.at(0).thread);
}

TEST(Held, T19_TheScannerIsAskedAgainAndItsWordStands) {
  Firm firm;
  const std::string file =
      "MIME-Version: 1.0\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n";
  const auto decision = HeldAt(firm, "C1", "%PDF-1.4\r\n", "stranger@new.example.com", file);
  const auto with_scanner = [&](std::string finding) {
    EngineOptions options;
    options.store = std::make_unique<testing::SharedStore>(firm.control);
    options.keys = firm.keys;
    options.scanner = std::make_unique<ScannerOf>(std::move(finding));
    auto engine = Engine::Open(std::move(options));
    EXPECT_TRUE(engine.ok());
    return std::move(*engine);
  };
  const auto strict = with_scanner("EICAR");
  const Status hit = strict->As("firm", Actor::Operator())->Release({decision.id, "", "I know them"}).status();
  EXPECT_EQ(hit.reason(), "scanner_hit") << hit.ToString();
  EXPECT_NE(hit.message().find("EICAR"), std::string::npos);
  EXPECT_EQ(strict->As("firm", Actor::Operator())->Reroute({decision.id, "", "so"}, {"C2"}).status().reason(),
            "scanner_hit");
  EXPECT_EQ(HeldOf(firm.As()).size(), 1u);
  EXPECT_TRUE(ActsOf(firm.As(), decision.id).empty());
  EXPECT_TRUE(with_scanner("")->As("firm", Actor::Operator())->Release({decision.id, "", ""}).ok());

  // What a scanner held, an engine without one does not let pass.
  ListSource source;
  source.Add(Firm::Mail("p1@mail.example.com", firm.Record("C1"), file, "%PDF-1.5\r\n"));
  MailDecision found;
  ASSERT_TRUE(
      strict->Receive(source, "firm", [&](const host::InboundMail&, const MailDecision& d) { found = d; }).ok());
  ASSERT_EQ(found.targets.at(0).reason, "scanner_hit");
  EXPECT_EQ(firm.As().Release({found.id, "", ""}).status().reason(), "scanner_unavailable");
  EXPECT_TRUE(firm.As().Reject({found.id, "", "malware"}).ok());

  // What came by a drop is its owner's also where its recipients settled a record.
  source.AddTo(Firm::Mail("ben@firm.example.org", "p1@mail.example.com", file, "%PDF-1.6\r\n"), {firm.Drop("U2")});
  ASSERT_TRUE(
      strict->Receive(source, "firm", [&](const host::InboundMail&, const MailDecision& d) { found = d; }).ok());
  ASSERT_EQ(found.targets.at(0).reason, "scanner_hit");
  EXPECT_EQ(HeldOf(firm.As("U2")).at(0).target, "held:record:C1");
  EXPECT_EQ(firm.As("U2").Release({found.id, "", ""}).status().reason(), "role_missing") << "a viewer of C1";
  EXPECT_TRUE(HeldOf(firm.As("U1")).empty());
  EXPECT_EQ(firm.As("U1").Reject({found.id, "", "no"}).status().reason(), "no_message");
}

TEST(Held, X12_WhoMayReviewIsTheEditorTheOwnerAndTheOperator) {
  Firm firm;
  const auto at_record = HeldAt(firm, "C1");
  ListSource source;
  source.AddTo(Firm::Mail("stranger@new.example.com", "p1@mail.example.com"), {firm.Drop("U2")});
  const auto at_drop = firm.Receive(source).at(0);
  ASSERT_EQ(at_drop.targets.at(0).reason, "not_owner");
  const auto nowhere = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", "guess@in.example.org"));
  ASSERT_EQ(nowhere.targets.at(0).reason, "unroutable");

  const std::pair<std::string, std::set<std::string>> sees[] = {
      {"", {at_record.id, at_drop.id, nowhere.id}}, {"U1", {at_record.id}}, {"U2", {at_drop.id}}};
  for (const auto& [actor, expected] : sees) {
    std::set<std::string> listed;
    for (const HeldView& view : HeldOf(firm.As(actor))) listed.insert(view.id);
    EXPECT_EQ(listed, expected) << actor;
    for (const auto* decision : {&at_record, &at_drop, &nowhere}) {
      const bool may = expected.count(decision->id) != 0;
      EXPECT_EQ(testing::RawOf(firm.As(actor), decision->id).ok(), may) << actor << " " << decision->id;
      EXPECT_EQ(firm.As(actor).Suggestions(decision->id).ok(), may);
      EXPECT_EQ(firm.As(actor).Acts(decision->id).ok(), may);
      if (may) continue;
      for (const auto& status : {firm.As(actor).Reject({decision->id, "", "no"}).status(),
                                 firm.As(actor).Release({decision->id, "", ""}).status(),
                                 firm.As(actor).Reroute({decision->id, "", "no"}, {"C1"}).status(),
                                 firm.As(actor).Forward({decision->id, "", ""}, "all@firm.example.org").status(),
                                 firm.As(actor).Restore({decision->id, "", ""}).status(),
                                 firm.As(actor).Withdraw({decision->id, "", "no"}).status()}) {
        EXPECT_EQ(status.ToString(),
                  firm.As(actor).Reject({"none", "", "no"}).status().ToString().replace(0, 4, decision->id));
        EXPECT_EQ(status.reason(), "no_message");
      }
    }
  }
  EXPECT_EQ(firm.As("P1").Held().status().reason(), "staff_only");
  EXPECT_EQ(firm.As("P1").Reject({at_record.id, "", "no"}).status().reason(), "no_message");
  // The owner settles the own drop's, and needs the edit right on the record it goes to.
  EXPECT_EQ(firm.As("U2").Reroute({at_drop.id, "", "mine"}, {"C1"}).status().reason(), "role_missing");
  EXPECT_EQ(firm.As("U2").Release({at_drop.id, "", ""}).status().reason(), "no_such_exit");
  EXPECT_TRUE(firm.As("U2").Reject({at_drop.id, "", "spam"}).ok());
}

TEST(Held, X09_AnActNeedsItsWhyAndOneTarget) {
  Firm firm;
  const auto decision =
      firm.ReceiveOne(Firm::Mail("stranger@new.example.com", firm.Record("C1") + ", " + firm.Record("C2")));
  ASSERT_EQ(decision.targets.size(), 2u);
  Session session = firm.As();
  for (const std::string& why : {std::string(), std::string(1001, 'x'), std::string("\xff"), std::string("a\0b", 3)}) {
    EXPECT_EQ(session.Reject({decision.id, "record:C1", why}).status().reason(), "bad_why") << why;
  }
  EXPECT_EQ(session.Withdraw({decision.id, "record:C1", ""}).status().reason(), "bad_why");
  EXPECT_EQ(session.Reroute({decision.id, "record:C1", ""}, {"L1"}).status().reason(), "bad_why");
  const Status several = session.Reject({decision.id, "", "spam"}).status();
  EXPECT_EQ(several.reason(), "target_needed");
  EXPECT_NE(several.message().find("held:record:C1, held:record:C2"), std::string::npos) << several.ToString();
  EXPECT_EQ(session.Reject({decision.id, "record:L1", "spam"}).status().reason(), "no_target");
  ASSERT_TRUE(session.Reject({decision.id, "record:C1", std::string(1000, 'x')}).ok());
  ASSERT_TRUE(session.Release({decision.id, "", ""}).ok());  // one is left that can be released
  EXPECT_EQ(On(session, "C2").size(), 1u);
  EXPECT_TRUE(On(session, "C1").empty());
}

TEST(Held, X09_RerouteFilesElsewhere) {
  Firm firm;
  const auto decision = HeldAt(firm, "C1");
  EXPECT_EQ(firm.As("U1").Reroute({decision.id, "", "wrong case"}, {}).status().reason(), "bad_link");
  EXPECT_EQ(firm.As().Reroute({decision.id, "", "wrong case"}, {"C9"}).status().reason(), "no_record");
  const auto rerouted = firm.As("U1").Reroute({decision.id, "", "wrong case"}, {"C2", "V1", "C2"});
  ASSERT_TRUE(rerouted.ok()) << rerouted.status().ToString();
  EXPECT_EQ(rerouted->records, (std::vector<std::string>{"C2", "V1"}));
  EXPECT_TRUE(On(firm.As(), "C1").empty());
  EXPECT_EQ(On(firm.As(), "C2").size(), 1u);
  EXPECT_EQ(On(firm.As(), "V1").size(), 1u);
  EXPECT_EQ(ActsOf(firm.As(), decision.id).at(0).why, "wrong case");
}

TEST(Held, CF10_UnassignedMailIsReroutedAsItIsLinked) {
  Firm firm;
  const auto unknown = firm.Log("nobody@new.example.com");
  EXPECT_EQ(firm.As("U1").Reroute({unknown.id, "", "mine"}, {"C1"}).status().reason(), "contact_needed");
  const auto known = firm.Log("p3@mail.example.com");
  EXPECT_EQ(firm.As("U1").Reroute({known.id, "", "mine"}, {"V1"}).status().reason(), "bad_link");
  ASSERT_TRUE(firm.As("U1").Reroute({known.id, "", "mine"}, {"C2", "L1"}).ok());
  EXPECT_EQ(On(firm.As(), "C2").size(), 1u);  // CF-12: in the feed of each
  EXPECT_EQ(On(firm.As(), "L1").size(), 1u);
}

TEST(Held, CF09_WithdrawnUnassignedMailClosesItsNotificationAndRestoringOpensOne) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  ASSERT_EQ(decision.outcome, Outcome::kUnassigned);
  ASSERT_TRUE(firm.As("U1").Withdraw({decision.id, "", "private"}).ok());
  EXPECT_TRUE(firm.As("U1").Unassigned()->items.empty());
  testing::CheckInvariants(*firm.control->store);
  EXPECT_EQ(firm.As("U1").Link({decision.id, {"C1"}, "", "", ""}).status().reason(), "not_unassigned");
  EXPECT_EQ(HeldOf(firm.As("U1"), Outcome::kWithdrawn).at(0).id, decision.id);
  EXPECT_TRUE(HeldOf(firm.As("U2"), Outcome::kWithdrawn).empty());
  ASSERT_TRUE(firm.As("U1").Restore({decision.id, "", ""}).ok());
  const auto list = firm.As("U1").Unassigned();
  ASSERT_EQ(list->items.size(), 1u);
  EXPECT_FALSE(list->items[0].notification.empty());
  EXPECT_EQ(list->items[0].candidates.size(), 2u);
  const auto linked = firm.As("U1").Link({decision.id, {"C1"}, "", "", ""});
  ASSERT_TRUE(linked.ok()) << linked.status().ToString();
}

TEST(Held, CF11_LinkIsAnActAndCanBeWithdrawn) {
  Firm firm;
  const auto decision = firm.Log("p3@mail.example.com");
  ASSERT_TRUE(firm.As("U1").Link({decision.id, {"C1", "L1"}, "", "", ""}).ok());
  auto acts = ActsOf(firm.As("U1"), decision.id);
  ASSERT_EQ(acts.size(), 1u);
  EXPECT_EQ(acts[0].event, "linked");
  EXPECT_EQ(acts[0].records, (std::vector<std::string>{"C1", "L1"}));
  EXPECT_TRUE(ActsOf(firm.As("U2"), decision.id).empty()) << "U2 may not view L1";

  const auto again = [&] {
    ListSource source;
    source.AddTo(
        "X-Way: " + std::to_string(acts.size()) + "\r\n" + Firm::Mail("ann@firm.example.org", "p3@mail.example.com"),
        {firm.Drop("U1")});
    return firm.Receive(source).at(0);
  };
  EXPECT_EQ(firm.As("U1").Withdraw({decision.id, "", "twice"}).status().reason(), "target_needed");
  ASSERT_TRUE(firm.As("U1").Withdraw({decision.id, "record:L1", "not a lead"}).ok());
  acts = ActsOf(firm.As("U1"), decision.id);
  EXPECT_EQ(again().outcome, Outcome::kDuplicate) << "it is still on C1";
  ASSERT_TRUE(firm.As("U1").Withdraw({decision.id, "", "nor a case"}).ok());
  acts = ActsOf(firm.As("U1"), decision.id);
  EXPECT_EQ(acts.size(), 3u);
  const auto fresh = again();
  EXPECT_EQ(fresh.outcome, Outcome::kUnassigned) << "nothing keeps the content any more";
  EXPECT_NE(fresh.id, decision.id);
}

TEST(Held, X09_WithdrawnMailLeavesItsListsAndComesBackWhereItWas) {
  Firm firm;
  const auto first =
      firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <one@mail.example.com>\r\n"));
  const auto second = firm.ReceiveOne(
      Firm::Mail("p1@mail.example.com", firm.Record("C1"), "In-Reply-To: <one@mail.example.com>\r\n", "two\r\n"));
  ASSERT_EQ(second.targets.at(0).thread, first.targets.at(0).thread);
  const auto before = On(firm.As(), "C1");
  ASSERT_EQ(before.size(), 2u);
  ASSERT_EQ(firm.As("U2").Withdraw({first.id, "", "no"}).status().reason(), "no_message") << "viewers may not";
  ASSERT_TRUE(firm.As("U1").Withdraw({first.id, "", "private"}).ok());
  ASSERT_EQ(On(firm.As(), "C1").size(), 1u);
  EXPECT_EQ(firm.As("U1").Messages(first.targets[0].thread)->items.size(), 1u);
  EXPECT_EQ(testing::RawOf(firm.As("U2"), first.id).status().reason(), "no_message");
  EXPECT_TRUE(testing::RawOf(firm.As("U1"), first.id).ok()) << "who may restore it may read it";
  ASSERT_TRUE(firm.As("U1").Withdraw({second.id, "", "private"}).ok());
  EXPECT_TRUE(On(firm.As(), "C1").empty());
  EXPECT_TRUE(firm.As("U1").Threads("C1")->items.empty());
  ASSERT_TRUE(firm.As("U1").Restore({first.id, "", ""}).ok());
  ASSERT_TRUE(firm.As("U1").Restore({second.id, "", ""}).ok());
  const auto after = On(firm.As(), "C1");
  ASSERT_EQ(after.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(after[i].id, before[i].id);
    EXPECT_EQ(after[i].recorded_at_us, before[i].recorded_at_us);
    EXPECT_EQ(after[i].sentence, before[i].sentence);
  }
  // A later reply finds the thread that was empty for a while.
  ASSERT_TRUE(firm.As("U1").Withdraw({first.id, "", "again"}).ok());
  ASSERT_TRUE(firm.As("U1").Withdraw({second.id, "", "again"}).ok());
  const auto third = firm.ReceiveOne(
      Firm::Mail("p1@mail.example.com", firm.Record("C1"), "References: <one@mail.example.com>\r\n", "three\r\n"));
  EXPECT_EQ(third.targets.at(0).thread, first.targets.at(0).thread);
  EXPECT_EQ(On(firm.As(), "C1").size(), 1u);
}

TEST(Held, X09_RestoredContentThatCameAgainIsAReceipt) {
  Firm firm;
  const auto held = HeldAt(firm, "C1");
  ASSERT_TRUE(firm.As().Reject({held.id, "", "spam"}).ok());
  EXPECT_EQ(HeldOf(firm.As(), Outcome::kRejected).at(0).id, held.id);
  ListSource source;
  source.Add("X-Way: another\r\n" + Firm::Mail("stranger@new.example.com", firm.Record("C1")));
  const auto again = firm.Receive(source).at(0);
  ASSERT_EQ(again.outcome, Outcome::kHeld) << "a rejected mail keeps no other from being seen";
  ASSERT_NE(again.id, held.id);
  const auto restored = firm.As().Restore({held.id, "", ""});
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(restored->outcome, Outcome::kDuplicate);
  EXPECT_EQ(HeldOf(firm.As()).size(), 1u);
  EXPECT_EQ(firm.As().Restore({held.id, "", ""}).status().reason(), "no_such_exit");
}

TEST(Held, X09_TI05_ForwardedMailGoesToTheCatchAllOfTheRulesIfNoOtherIsNamed) {
  Firm firm;
  const auto rules = RuleSet::Parse(
      R"({"casecomm_rules": 1, "name": "t", "extends": "casefleet", "settings": {"catch_all": "office@firm.example.org"}})");
  ASSERT_TRUE(firm.As().SetRules(*rules).ok());
  const auto held = HeldAt(firm, "C1");
  ASSERT_TRUE(firm.As().Forward({held.id, "", ""}).ok());
  EXPECT_EQ(firm.As().Forwards()->items.at(0).catch_all, "office@firm.example.org");
}

TEST(Held, X09_ForwardedMailIsTheCatchAllsAndKeepsItsCopy) {
  Firm firm;
  const auto held = HeldAt(firm, "C1");
  for (const std::string& bad :
       {std::string("nobody"), std::string("all@in.example.org"), std::string("all@IN.example.ORG"), firm.Record("C1"),
        std::string("a b@firm.example.org"), std::string()}) {
    EXPECT_EQ(firm.As().Forward({held.id, "", ""}, bad).status().reason(), "bad_recipient") << bad;
  }
  const auto forwarded = firm.As("U1").Forward({held.id, "", "not ours"}, "all@firm.example.org");
  ASSERT_TRUE(forwarded.ok()) << forwarded.status().ToString();
  EXPECT_EQ(forwarded->outcome, Outcome::kCatchAll);
  EXPECT_TRUE(HeldOf(firm.As()).empty());
  EXPECT_EQ(HeldOf(firm.As("U1"), Outcome::kCatchAll).at(0).forwarded_to, "all@firm.example.org");
  EXPECT_TRUE(testing::RawOf(firm.As("U1"), held.id).ok());
  EXPECT_EQ(ActsOf(firm.As("U1"), held.id).at(0).address, "all@firm.example.org");
  ASSERT_EQ(firm.As().Forwards()->items.size(), 1u);
  EXPECT_EQ(firm.As().Forwards()->items.at(0).catch_all, "all@firm.example.org");
  ASSERT_TRUE(firm.As().Forwarded(held.id).ok());
  EXPECT_TRUE(firm.As().Forwards()->items.empty());
  ASSERT_TRUE(firm.As("U1").Withdraw({held.id, "", "done"}).ok());
  ASSERT_TRUE(firm.As("U1").Restore({held.id, "", ""}).ok());
  ASSERT_TRUE(firm.As("U1").Reroute({held.id, "", "ours after all"}, {"C2"}).ok());
  EXPECT_EQ(On(firm.As(), "C2").size(), 1u);
  EXPECT_EQ(ActsOf(firm.As("U1"), held.id).size(), 4u);
}

TEST(Held, X09_ARecordThatHasTheContentGetsAReceipt) {
  Firm firm;
  const auto held = HeldAt(firm, "C1");
  const auto filed = firm.As().Reroute({held.id, "", "there"}, {"C2"});
  ASSERT_EQ(filed->outcome, Outcome::kFiled);
  // The same text to C1's address again: a receipt of what is on C2 now. To both addresses it is another content.
  const auto both = firm.ReceiveOne(Firm::Mail("stranger@new.example.com", firm.Record("C1"), "X-Way: b\r\n"));
  EXPECT_EQ(both.outcome, Outcome::kDuplicate);
  EXPECT_EQ(both.records, std::vector<std::string>{"C2"});
}

TEST(Held, X09_ALostRaceIsDoneAgainAndAFailedCommitChangesNothing) {
  Firm firm;
  const auto held = HeldAt(firm, "C1");
  Session session = firm.As();
  const auto dump = [&] {
    std::string all;
    for (uint32_t c = 0; c < store::kCollectionCount; ++c) {
      for (const auto& account : testing::AllRows(*firm.control->store, store::kAccounts, 0)) {
        for (const auto& row : testing::AllRows(*firm.control->store, c, account.integer(1))) {
          for (const auto& column : row.columns) all += std::to_string(column.integer) + "/" + column.bytes + ";";
          all += row.body + "\n";
        }
      }
    }
    return all;
  };
  const auto each = [&](const char* verb, auto act) {
    const std::string before = dump();
    firm.control->failure = Status(Code::kUnavailable, "store_io", "", "the disk failed");
    EXPECT_EQ(act().status().reason(), "store_io") << verb;
    EXPECT_EQ(dump(), before) << verb;
    int lost = 0;
    firm.control->before_commit = [&](std::vector<host::Batch>*) {
      if (lost++ < 2) firm.control->failure = Status(Code::kAborted, "precondition_failed", "", "lost a race");
    };
    const auto done = act();
    EXPECT_TRUE(done.ok()) << verb << done.status().ToString();
    EXPECT_GE(lost, 3) << verb;
    firm.control->before_commit = nullptr;
    EXPECT_NE(dump(), before) << verb;
    testing::CheckInvariants(*firm.control->store);
  };
  each("reject", [&] { return session.Reject({held.id, "", "no"}); });
  each("restore", [&] { return session.Restore({held.id, "", ""}); });
  each("forward", [&] { return session.Forward({held.id, "", ""}, "all@firm.example.org"); });
  each("withdraw", [&] { return session.Withdraw({held.id, "", "no"}); });
  each("restore again", [&] { return session.Restore({held.id, "", ""}); });
  each("reroute", [&] { return session.Reroute({held.id, "", "there"}, {"C2", "L1"}); });
  each("withdraw filed", [&] { return session.Withdraw({held.id, "record:C2", "no"}); });
  const auto other = HeldAt(firm, "C1", "other\r\n");
  each("release", [&] { return session.Release({other.id, "", ""}); });
}

TEST(Held, CF13_SuggestionsAreRankedWithReasons) {
  Firm firm;
  const auto filed =
      firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C2"), "Message-ID: <known@mail.example.com>\r\n"));
  ASSERT_EQ(filed.outcome, Outcome::kFiled);
  const std::string original =
      "From: p2@mail.example.com\r\nTo: p6@mail.example.com\r\nSubject: Original\r\n\r\nText\r\n";
  ListSource source;
  source.AddTo("From: ann@firm.example.org\r\nTo: " + firm.Drop("U1") +
                   "\r\nSubject: Fwd: about L2\r\nReferences: <known@mail.example.com>\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: message/rfc822\r\n\r\n" +
                   original,
               {firm.Drop("U1")});
  const auto decision = firm.Receive(source).at(0);
  ASSERT_EQ(decision.outcome, Outcome::kUnassigned) << decision.targets[0].sentence;
  ASSERT_EQ(decision.targets[0].reason, "forwarded");
  const auto suggestions = firm.As("U1").Suggestions(decision.id);
  ASSERT_TRUE(suggestions.ok()) << suggestions.status().ToString();
  std::vector<std::string> told;
  for (const SuggestionView& view : *suggestions) {
    std::string line = view.record + " " + std::to_string(view.score);
    for (const SuggestionReason& reason : view.reasons) {
      line += " " + reason.word;
      EXPECT_EQ(reason.sentence.back(), '.');
    }
    told.push_back(line);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"C2 82 thread_known original_recipient",
                                            "L1 50 original_author original_recipient", "L2 40 id_in_subject"}));
  EXPECT_EQ(HeldOf(firm.As()).size(), 0u);
  EXPECT_EQ(firm.As("U1").Unassigned()->items.size(), 1u) << "a suggestion does nothing";

  const auto held = HeldAt(firm, "C1", "hi\r\n", "p9@mail.example.com", "Cc: p1@mail.example.com\r\n");
  const auto named = firm.As().Suggestions(held.id);
  ASSERT_EQ(named->size(), 1u);
  EXPECT_EQ((*named)[0].record, "C1");
  EXPECT_EQ((*named)[0].score, 125u);  // its address, and a recipient's open record
  EXPECT_TRUE(firm.As("U1").Suggestions(held.id).ok());
}

std::vector<LateMatchView> Late(Session session) {
  return testing::All([&](const PageRequest& page) { return session.LateMatches(page); }, 1);
}

TEST(Held, Y04_WhatTheDirectoryOfNowWouldSettleIsOfferedAndNothingElse) {
  Firm firm;
  const auto stranger = HeldAt(firm, "C1", "one\r\n", "late@new.example.com");
  const auto other = HeldAt(firm, "C1", "two\r\n", "never@new.example.com");
  const auto several = firm.Log("p3@mail.example.com", "", "three\r\n");       // C1 and C2
  const auto nobody = firm.Log("new-client@new.example.com", "", "four\r\n");  // nobody has it
  EXPECT_TRUE(Late(firm.As()).empty());

  ASSERT_TRUE(
      firm.As()
          .Load(R"({"people":[{"id":"P9","kind":"contact","name":"Late Larry","emails":["late@NEW.example.com"]}]})")
          .ok());
  auto late = Late(firm.As("U1"));
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].id, stranger.id);
  EXPECT_EQ(late[0].targets.at(0).target, "held:record:C1");
  EXPECT_EQ(late[0].targets[0].outcome, Outcome::kFiled);
  EXPECT_EQ(late[0].targets[0].record, "C1");
  EXPECT_EQ(late[0].changes,
            std::vector<std::string>{"contact P9 \"Late Larry\" has the address late@NEW.example.com now"});
  EXPECT_TRUE(Late(firm.As("U2")).empty()) << "U2 may not edit C1";
  EXPECT_EQ(HeldOf(firm.As()).size(), 2u) << "it is only offered";

  // An alias and an assignment settle what was unassigned; a closed case leaves one open.
  ASSERT_TRUE(firm.As()
                  .Load(R"({"people":[{"id":"P1","kind":"contact","name":"Paul One",
      "emails":["p1@mail.example.com","new-client@new.example.com"]}],
      "records":[{"id":"C2","kind":"case","name":"John Doe","state":"closed"}]})")
                  .ok());
  std::set<std::string> offered;
  for (const LateMatchView& view : Late(firm.As("U1"))) offered.insert(view.id);
  EXPECT_EQ(offered, (std::set<std::string>{stranger.id, several.id, nobody.id}));
  for (const LateMatchView& view : Late(firm.As("U1"))) {
    EXPECT_EQ(view.targets.at(0).target, view.id == stranger.id ? "held:record:C1" : "unassigned:U1");
    EXPECT_EQ(view.targets[0].record, "C1");
  }

  // A person acts, and the offer is gone.
  ASSERT_TRUE(firm.As("U1").Release({stranger.id, "", ""}).ok());
  ASSERT_TRUE(firm.As("U1").Link({several.id, {"C1"}, "", "", ""}).ok());
  late = Late(firm.As());
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].id, nobody.id);
  // What is taken back is offered no more.
  ASSERT_TRUE(
      firm.As()
          .Load(R"({"people":[{"id":"P1","kind":"contact","name":"Paul One","emails":["p1@mail.example.com"]}]})")
          .ok());
  EXPECT_TRUE(Late(firm.As()).empty());
  EXPECT_EQ(HeldOf(firm.As()).at(0).id, other.id);
}

TEST(Held, Y04_AReopenedRecordOffersWhatItsAddressHeld) {
  Firm firm;
  const auto closed = firm.ReceiveOne(Firm::Mail("p5@mail.example.com", firm.Record("M1")));  // not on it
  ASSERT_EQ(closed.targets.at(0).reason, "record_closed");
  ASSERT_TRUE(firm.As().Load(R"({"records":[{"id":"M1","kind":"matter","name":"Old Matter","state":"open"}]})").ok());
  const auto late = Late(firm.As("U1"));
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].id, closed.id);
  EXPECT_EQ(late[0].changes.back(), "record M1 \"Old Matter\" is open now, a matter");
}

TEST(Held, Y04_ANewContactOfALinkOffersOtherMail) {
  Firm firm;
  const auto first = firm.Log("stella@new.example.com", "", "one\r\n");
  const auto held = HeldAt(firm, "C2", "two\r\n", "stella@new.example.com");
  ASSERT_TRUE(firm.As("U1").Link({first.id, {"C1"}, "", "Stella", "stella@new.example.com"}).ok());
  const auto late = Late(firm.As());
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].id, held.id);
}

TEST(Held, Y04_OffersSurviveADeathBehindTheLoad) {
  Firm firm;
  const auto held = HeldAt(firm, "C1", "one\r\n", "late@new.example.com");
  firm.control->commits_until_dead = 1;
  EXPECT_TRUE(firm.As()
                  .Load(R"({"people":[{"id":"P9","kind":"contact","name":"Larry","emails":["late@new.example.com"]}]})")
                  .ok());
  firm.Kill();
  const auto late = Late(firm.As());
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].id, held.id);
}

TEST(Held, Y04_MailDecidedByAnOldDirectoryIsNotStoredBehindAChange) {
  Firm firm;
  HeldAt(firm, "C1", "the first mail begins the receiving\r\n");
  bool raced = false;
  firm.control->before_commit = [&](std::vector<host::Batch>*) {
    if (std::exchange(raced, true)) return;
    EXPECT_TRUE(
        firm.As()
            .Load(R"({"people":[{"id":"P9","kind":"contact","name":"Larry","emails":["late@new.example.com"]}]})")
            .ok());
  };
  const auto decision = firm.ReceiveOne(Firm::Mail("late@new.example.com", firm.Record("C1")));
  EXPECT_EQ(decision.outcome, Outcome::kFiled) << "the sender was known when it was stored";
}

TEST(Held, Y04_RestoredMailIsLookedAtAnew) {
  Firm firm;
  const auto held = HeldAt(firm, "C1", "one\r\n", "late@new.example.com");
  ASSERT_TRUE(firm.As().Reject({held.id, "", "spam"}).ok());
  ASSERT_TRUE(firm.As()
                  .Load(R"({"people":[{"id":"P9","kind":"contact","name":"Larry","emails":["late@new.example.com"]}]})")
                  .ok());
  EXPECT_TRUE(Late(firm.As()).empty());
  ASSERT_TRUE(firm.As().Restore({held.id, "", "a client by now"}).ok());
  EXPECT_EQ(Late(firm.As()).size(), 1u);
}

// Mail that is no account's waits for the operator, and has a way out like any other.
TEST(Held, X05_MailOfNoAccountIsSettledByTheOperator) {
  Firm firm;
  ASSERT_TRUE(firm.engine->CreateAccount({"other", "in.other.example", "casebook"}, Actor::Operator()).ok());
  ListSource source;
  source.Add(Firm::Mail("stranger@new.example.com", "nobody@in.example.org"));
  source.Add(Firm::Mail("stranger@new.example.com", "typo@in.other.example"));
  std::vector<MailDecision> told;
  ASSERT_TRUE(firm.engine
                  ->Receive(source, "",
                            [&](const host::InboundMail&, const MailDecision& decision) { told.push_back(decision); })
                  .ok());
  ASSERT_EQ(told.size(), 2u);
  for (const MailDecision& decision : told) EXPECT_EQ(decision.outcome, Outcome::kHeld);

  EXPECT_EQ(firm.engine->As("operator", Actor::Person("U1")).status().reason(), "operator_only");
  Session session = *firm.engine->As("operator", Actor::Operator());
  ASSERT_EQ(HeldOf(session).size(), 2u);
  const std::string id = told[0].id;
  EXPECT_FALSE(testing::RawOf(session, id)->empty());
  EXPECT_TRUE(session.Suggestions(id)->empty());
  EXPECT_EQ(session.Reroute({id, "", "why"}, {"C1"}).status().reason(), "no_record");
  EXPECT_EQ(session.Forward({id, "", ""}, "office@else.example")->outcome, Outcome::kCatchAll);
  EXPECT_EQ(session.Forwards()->items.size(), 1u);
  EXPECT_EQ(session.Reject({told[1].id, "", "spam"})->outcome, Outcome::kRejected);
  EXPECT_EQ(HeldOf(session).size(), 0u);
  EXPECT_EQ(session.Restore({told[1].id, "", ""})->outcome, Outcome::kHeld);
  EXPECT_EQ(session.Acts(told[1].id)->items.size(), 2u);
  EXPECT_EQ(firm.engine->As("other", Actor::Operator())->Held()->items.size(), 0u);

  // It has nothing else.
  EXPECT_EQ(session.Load("{}").reason(), "operator_account");
  EXPECT_EQ(session.ResetRules().reason(), "operator_account");
  EXPECT_TRUE(session.People()->items.empty());
  EXPECT_EQ(session.RecordAddress("C1").status().reason(), "no_record");
  EXPECT_EQ(firm.engine->CreateAccount({"operator", "in.x.example", "casebook"}, Actor::Operator()).status().reason(),
            "bad_name");
  EXPECT_EQ(firm.engine->Accounts()->size(), 2u);
}

TEST(Held, T11_MailOfUnknownSendersIsInvisibleToWhoIsNotStaff) {
  Firm firm;
  std::vector<std::string> ids;
  for (int i = 0; i < 200; ++i) {
    const std::string site = "site" + std::to_string(i) + ".example.net";
    ids.push_back(HeldAt(firm, i % 2 == 0 ? "C1" : "C2", "Your code: " + std::to_string(i) + "\r\n", "signup@" + site,
                         "Message-ID: <code" + std::to_string(i) + "@" + site + ">\r\n")
                      .id);
  }
  for (const std::string& person : {std::string("P1"), std::string("P3"), std::string("nobody")}) {
    Session session = firm.As(person);
    EXPECT_EQ(session.Held().status().code(), Code::kPermissionDenied);
    EXPECT_EQ(session.Held({}, Outcome::kRejected).status().code(), Code::kPermissionDenied);
    EXPECT_EQ(session.Unassigned().status().code(), Code::kPermissionDenied);
    EXPECT_EQ(session.LateMatches().status().code(), Code::kPermissionDenied);
    EXPECT_EQ(session.ShowRecord("C1").status().code(), Code::kPermissionDenied);
    EXPECT_EQ(session.Threads("C1").status().code(), Code::kPermissionDenied);
    for (const std::string& id : ids) {
      EXPECT_EQ(testing::RawOf(session, id).status().reason(), "no_message");
      EXPECT_EQ(session.ReadAttachment(id, 0, [](std::string_view) { return Status(); }).reason(), "no_message");
      EXPECT_EQ(session.Suggestions(id).status().reason(), "no_message");
      EXPECT_EQ(session.Acts(id).status().reason(), "no_message");
      EXPECT_EQ(session.Release({id, "", ""}).status().reason(), "no_message");
    }
  }
  EXPECT_EQ(HeldOf(firm.As("U1")).size(), 200u);
}

TEST(Held, T11_AStaffEmailAtTheIntakeDomainIsRefused) {
  Firm firm;
  for (const std::string& email : {std::string("ann@in.example.org"), std::string("ann@IN.Example.org")}) {
    const Status refused =
        firm.As().Load(R"({"people":[{"id":"U1","kind":"staff","name":"Ann","emails":[")" + email + R"("]}]})");
    EXPECT_EQ(refused.code(), Code::kInvalidArgument);
    EXPECT_EQ(refused.reason(), "bad_value") << refused.ToString();
    EXPECT_EQ(refused.subject(), "/people/0/emails/0");
  }
  EXPECT_TRUE(firm.As()
                  .Load(R"({"people":[{"id":"U1","kind":"staff","name":"Ann","emails":["ann@sub.in.example.org"]}]})")
                  .ok());
}

}  // namespace
}  // namespace casecomm
