// SPDX-License-Identifier: Apache-2.0
// The tracking table (spec CB-10) and routing by a drop address (CF-04 to CF-13), through the engine and both stores.
#include <filesystem>

#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

class Tracking : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string(GetParam()) == "sqlite") {
      const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
      std::string name = test->name();
      for (char& c : name) c = c == '/' ? '-' : c;
      folder_ = std::filesystem::temp_directory_path() / ("casecomm-" + name + "-" + std::to_string(::getpid()));
      std::filesystem::create_directory(folder_);
    }
  }
  void TearDown() override {
    firm_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  Firm& Open(const std::string& preset) {
    std::unique_ptr<host::Store> store = MemoryStore();
    if (!folder_.empty()) {
      auto opened = SqliteStore({(folder_ / "firm.db").string(), /*create=*/true, /*busy_timeout_ms=*/10000});
      EXPECT_TRUE(opened.ok()) << opened.status().ToString();
      store = std::move(*opened);
    }
    firm_ = std::make_unique<Firm>(preset, 200, std::move(store));
    return *firm_;
  }

  static constexpr char kUser[] = "ann@firm.example.org";
  static constexpr char kOther[] = "someone@else.example.com";
  static constexpr char kReply[] =
      "In-Reply-To: <untracked@else.example.com>\r\nReferences: <untracked@else.example.com>\r\n";

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Firm> firm_;
};

void ExpectTracked(const MailDecision& decision, const std::string& record) {
  EXPECT_EQ(decision.outcome, Outcome::kFiled);
  EXPECT_EQ(decision.records, std::vector<std::string>{record});
}

void ExpectNotTracked(const MailDecision& decision) {
  EXPECT_EQ(decision.outcome, Outcome::kNotTracked);
  EXPECT_TRUE(decision.records.empty());
  EXPECT_TRUE(decision.id.empty());
}

TEST_P(Tracking, CB10_T1_UserWritesElsewhere) {
  ExpectNotTracked(Open("casebook").ReceiveOne(Firm::Mail(kUser, kOther)));
}

TEST_P(Tracking, CB10_T2_UserNamesARecordAddressInToCcOrBcc) {
  Firm& firm = Open("casebook");
  const std::string record = firm.Record("C1");
  ExpectTracked(firm.ReceiveOne(Firm::Mail(kUser, record, "", "to\r\n")), "C1");
  ExpectTracked(firm.ReceiveOne(Firm::Mail(kUser, kOther, "Cc: " + record + "\r\n", "cc\r\n")), "C1");
  ListSource source;
  source.AddTo(Firm::Mail(kUser, kOther, "", "bcc\r\n"), {record});
  ExpectTracked(firm.Receive(source).at(0), "C1");
}

TEST_P(Tracking, CB10_T5_UserRepliesWithARecordAddressWhateverTheParent) {
  Firm& firm = Open("casebook");
  ExpectTracked(firm.ReceiveOne(Firm::Mail(kUser, firm.Record("C1"), kReply)), "C1");
  firm.ReceiveOne(Firm::Mail(kOther, firm.Record("C1"), "Message-ID: <tracked@else.example.com>\r\n"));
  ExpectTracked(
      firm.ReceiveOne(Firm::Mail(kUser, firm.Record("C1"), "In-Reply-To: <tracked@else.example.com>\r\n", "Yes\r\n")),
      "C1");
}

TEST_P(Tracking, CB10_T6_UserRepliesToUntrackedMail) {
  ExpectNotTracked(Open("casebook").ReceiveOne(Firm::Mail(kUser, kOther, kReply)));
}

TEST_P(Tracking, CB10_T7_SomeoneElseWritesToTheUser) {
  ExpectNotTracked(Open("casebook").ReceiveOne(Firm::Mail(kOther, kUser)));
}

TEST_P(Tracking, CB10_T8_SomeoneElseNamesARecordAddress) {
  Firm& firm = Open("casebook");
  ExpectTracked(firm.ReceiveOne(Firm::Mail(kOther, std::string(kUser) + ", " + firm.Record("C1"))), "C1");
}

TEST_P(Tracking, CB10_T9_SomeoneElseRepliesWithARecordAddress) {
  Firm& firm = Open("casebook");
  ExpectTracked(firm.ReceiveOne(Firm::Mail(kOther, kUser, "Cc: " + firm.Record("C1") + "\r\n" + kReply)), "C1");
}

TEST_P(Tracking, CB10_T10_SomeoneElseRepliesToUntrackedMail) {
  ExpectNotTracked(Open("casebook").ReceiveOne(Firm::Mail(kOther, kUser, kReply)));
}

TEST_P(Tracking, CB09_OfWhatAUserSendsOnlyMailToARecordAddressIsTracked) {
  Firm& firm = Open("casebook");
  ListSource source;
  for (int i = 0; i < 10; ++i) {
    source.Add(Firm::Mail(kUser, i == 4 ? firm.Record("C2") : kOther, "", std::to_string(i) + "\r\n"));
  }
  const auto decisions = firm.Receive(source);
  ASSERT_EQ(decisions.size(), 10u);
  for (size_t i = 0; i < decisions.size(); ++i) {
    EXPECT_EQ(decisions[i].outcome, i == 4 ? Outcome::kFiled : Outcome::kNotTracked) << i;
  }
}

TEST_P(Tracking, CB11_Off_AReplyToTrackedMailWithoutTheAddressIsNotTracked) {
  Firm& firm = Open("casebook");
  ExpectTracked(firm.ReceiveOne(Firm::Mail(kOther, firm.Record("C1"), "Message-ID: <t@else.example.com>\r\n")), "C1");
  ExpectNotTracked(firm.ReceiveOne(Firm::Mail(kUser, kOther, "In-Reply-To: <t@else.example.com>\r\n")));
}

TEST_P(Tracking, CB10_DifferentCausesHaveDifferentSentences) {
  Firm& firm = Open("casebook");
  std::vector<std::string> sentences;
  for (const char* from : {kUser, kOther}) {
    for (const std::string extra : {"", kReply}) {
      for (const std::string& to : {std::string("third@else.example.com"), firm.Record("C1")}) {
        const auto decision = firm.ReceiveOne(Firm::Mail(from, to, extra));
        std::string sentence = decision.targets.at(0).sentence;
        for (const char* name : {kUser, kOther}) {  // what is left is the cause
          for (size_t at; (at = sentence.find(name)) != std::string::npos;)
            sentence.erase(at, std::string(name).size());
        }
        sentences.push_back(sentence);
      }
    }
  }
  std::sort(sentences.begin(), sentences.end());
  EXPECT_EQ(std::unique(sentences.begin(), sentences.end()), sentences.end());
}

TEST_P(Tracking, CF04_CF05_CF06_CF07_TheRecipientsContactDecides) {
  Firm& firm = Open("casefleet");
  const struct {
    const char* to;
    Outcome outcome;
    std::vector<std::string> records;
  } rows[] = {
      {"p1@mail.example.com", Outcome::kFiled, {"C1"}},        // one open case (its other is closed)
      {"p2@mail.example.com", Outcome::kFiled, {"L1"}},        // one open lead
      {"p3@mail.example.com", Outcome::kUnassigned, {}},       // two cases
      {"p4@mail.example.com", Outcome::kUnassigned, {}},       // a provider and a closed matter
      {"p5@mail.example.com", Outcome::kUnassigned, {}},       // no case and two leads
      {"p6@mail.example.com", Outcome::kFiled, {"C2"}},        // a case and a lead: the case only
      {"unknown@else.example.com", Outcome::kUnassigned, {}},  // nobody known
      {"ben@firm.example.org", Outcome::kUnassigned, {}},      // staff do not count
      {"p1@mail.example.com, p2@mail.example.com", Outcome::kFiled, {"C1", "L1"}},  // CF-08: the union
      {"p3@mail.example.com, p6@mail.example.com", Outcome::kFiled, {"C2"}},        // the ambiguous one adds none
  };
  std::set<std::string> reasons;
  for (const auto& row : rows) {
    const auto decision = firm.Log(row.to);
    EXPECT_EQ(decision.outcome, row.outcome) << row.to;
    EXPECT_EQ(decision.records, row.records) << row.to;
    if (row.outcome == Outcome::kUnassigned) {
      EXPECT_TRUE(reasons.insert(decision.targets.at(0).reason).second) << decision.targets.at(0).reason;
    }
  }
  EXPECT_EQ(firm.As("U1").Unassigned()->items.size(), 5u);
}

TEST_P(Tracking, CF08_AnAmbiguousRecipientIsReportedWithItsCandidates) {
  Firm& firm = Open("casefleet");
  const auto decision = firm.Log("p3@mail.example.com, p6@mail.example.com");
  std::vector<Candidate> candidates;
  for (const auto& target : decision.targets) {
    candidates.insert(candidates.end(), target.candidates.begin(), target.candidates.end());
  }
  ASSERT_EQ(candidates.size(), 2u);
  EXPECT_EQ(candidates[0], (Candidate{"p3@mail.example.com", "P3", "C1"}));
  EXPECT_EQ(candidates[1], (Candidate{"p3@mail.example.com", "P3", "C2"}));
}

TEST_P(Tracking, CF02_MailToADropFromAnotherAuthorIsHeld) {
  Firm& firm = Open("casefleet");
  for (const std::string from : {"ben@firm.example.org", "p1@mail.example.com", "stranger@else.example.com"}) {
    ListSource source;
    source.AddTo(Firm::Mail(from, "p1@mail.example.com", "", from), {firm.Drop("U1")});
    const auto decision = firm.Receive(source).at(0);
    EXPECT_EQ(decision.outcome, Outcome::kHeld) << from;
    EXPECT_EQ(decision.targets.at(0).reason, "not_owner") << from;
  }
  ListSource source;  // any address of the owner's is the owner
  source.AddTo(Firm::Mail("ann@home.example.net", "p1@mail.example.com"), {firm.Drop("U1")});
  EXPECT_EQ(firm.Receive(source).at(0).records, std::vector<std::string>{"C1"});
}

TEST_P(Tracking, CF03_TheEnvelopeDecidesAndTrustedDeliveryHeadersStandIn) {
  Firm& firm = Open("casefleet");
  const std::string drop = firm.Drop("U1");
  const auto with = [&](const std::string& headers, const std::string& body) {
    return firm.ReceiveOne(headers + Firm::Mail(kUser, "p1@mail.example.com", "", body)).outcome;
  };
  EXPECT_EQ(with("Delivered-To: " + drop + "\r\n", "1\r\n"), Outcome::kFiled);
  EXPECT_EQ(with("X-Original-To: " + drop + "\r\nDelivered-To: inbound@mx.example\r\n", "2\r\n"), Outcome::kFiled);
  EXPECT_EQ(with("Envelope-To: <" + drop + ">\r\n", "3\r\n"), Outcome::kFiled);
  EXPECT_EQ(with("X-Envelope-To: " + drop + "\r\n", "4\r\n"), Outcome::kFiled);
  EXPECT_EQ(with("Received: by mx for <" + drop + ">; Mon, 2 Nov 2026 10:00:00 +0000\r\n", "5\r\n"),
            Outcome::kNotTracked);
  EXPECT_EQ(with("Delivered-To: x@mx.example\r\nDelivered-To: " + drop + "\r\n", "6\r\n"), Outcome::kNotTracked);
  ListSource source;  // the transport gave the envelope: the header is not believed (T16)
  source.AddTo("Delivered-To: " + drop + "\r\n" + Firm::Mail(kUser, "p1@mail.example.com", "", "7\r\n"), {kOther});
  EXPECT_EQ(firm.Receive(source).at(0).outcome, Outcome::kNotTracked);

  const auto explained =
      firm.As().Explain("Delivered-To: " + drop + "\r\n" + Firm::Mail(kUser, "p1@mail.example.com", "", "8\r\n"));
  ASSERT_TRUE(explained.ok());
  EXPECT_NE(explained->targets.at(0).sentence.find("header"), std::string::npos);
}

TEST_P(Tracking, CF13_ForwardedMailIsAlwaysLinkedByHand) {
  Firm& firm = Open("casefleet");
  const std::string drop = firm.Drop("U1");
  const std::string attached =
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
      "text/plain\r\n\r\nSee "
      "below\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: p1@mail.example.com\r\nTo: ann@firm.example.org\r\n"
      "Subject: earlier\r\n\r\nThe original\r\n--b--\r\n";
  const auto forward = [&](const std::string& to, const std::string& cc, const std::string& tail) {
    return firm.ReceiveOne("From: ann@firm.example.org\r\nTo: " + to + "\r\n" +
                           (cc.empty() ? "" : "Cc: " + cc + "\r\n") +
                           "Subject: Fwd: earlier\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n" + tail);
  };
  const std::string plain = "\r\nForwarded by hand\r\n";
  EXPECT_EQ(forward(drop, "", plain).targets.at(0).reason, "forwarded");
  EXPECT_EQ(forward("p1@mail.example.com", drop, attached).targets.at(0).reason, "forwarded");
  EXPECT_EQ(forward("p1@mail.example.com", drop, plain).outcome, Outcome::kFiled);
  ListSource source;  // a forward to a contact with the drop in Bcc falls under CF-04
  source.AddTo("From: ann@firm.example.org\r\nTo: p1@mail.example.com\r\nSubject: Fwd: x\r\n" + attached, {drop});
  EXPECT_EQ(firm.Receive(source).at(0).records, std::vector<std::string>{"C1"});
}

INSTANTIATE_TEST_SUITE_P(Stores, Tracking, ::testing::Values("memory", "sqlite"),
                         [](const auto& store) { return std::string(store.param); });

}  // namespace
}  // namespace casecomm
