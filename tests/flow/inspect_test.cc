// SPDX-License-Identifier: Apache-2.0
// Inspecting the attachments: what holds a mail whatever the rules say of it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "store/collections.h"
#include "tests/attach/files.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using std::string;
using testing::File;
using testing::FilePart;
using testing::Firm;
using testing::ListSource;

struct Seen {
  string name, declared_type, found_type, bytes;
  int64_t deadline_us;
};

// Outlives the engine that the scanner is given to.
struct ScannerState {
  std::vector<Seen> seen;
  std::function<Status(const host::ScannedFile&, host::ScannerAnswer*)> answer;
  int released = 0;
};

class FakeScanner : public host::AttachmentScanner {
 public:
  explicit FakeScanner(ScannerState* state) : state_(*state) {}
  ~FakeScanner() override { ++state_.released; }
  Status Scan(const host::ScannedFile& file, host::ScannerAnswer* answer) override {
    state_.seen.push_back(
        {string(file.name), string(file.declared_type), string(file.found_type), string(file.bytes), file.deadline_us});
    answer->clean = true;
    return state_.answer ? state_.answer(file, answer) : Status();
  }

 private:
  ScannerState& state_;
};

class Inspected : public ::testing::Test {
 protected:
  Inspected() : firm_("casebook") {}
  ~Inspected() override { firm_.engine.reset(); }

  void Open(bool with_scanner = true, uint64_t scanner_bytes = 1 << 20) {
    firm_.engine.reset();
    EngineOptions options;
    options.store = std::make_unique<testing::SharedStore>(firm_.control);
    options.keys = firm_.keys;
    auto clock = std::make_unique<testing::FakeClock>();
    clock->now_us += 60'000'000;
    firm_.clock = clock.get();
    options.clock = std::move(clock);
    options.random = std::make_unique<testing::CountingRandom>(++seed_);
    if (with_scanner) options.scanner = std::make_unique<FakeScanner>(&scanner_);
    options.scanner_bytes = scanner_bytes;
    options.scanner_timeout_us = 5'000'000;
    auto opened = Engine::Open(std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.status().ToString();
    firm_.engine = std::move(*opened);
  }

  string MailTo(const string& to, const std::vector<FilePart>& parts, const string& header = {}) {
    return Firm::Mail("p1@mail.example.com", to, header + testing::MultipartHeader(), testing::MultipartBody(parts));
  }
  string MailToRecord(const std::vector<FilePart>& parts) { return MailTo(firm_.Record("C1"), parts); }

  // Held for what was found, and nowhere else.
  static void ExpectHeld(const MailDecision& decision, const string& reason, const string& words) {
    EXPECT_EQ(decision.outcome, Outcome::kHeld);
    EXPECT_TRUE(decision.records.empty());
    for (const TargetDecision& target : decision.targets) {
      EXPECT_EQ(target.outcome, Outcome::kHeld);
      EXPECT_EQ(target.rule, "inspect");
      EXPECT_EQ(target.reason, reason);
      EXPECT_FALSE(target.record.has_value());
      EXPECT_TRUE(target.thread.empty());
      EXPECT_NE(target.sentence.find(words), string::npos) << target.sentence;
    }
  }

  ScannerState scanner_;
  Firm firm_;
  uint64_t seed_ = 1000;
};

const FilePart& Pdf() {
  static const FilePart part = File("plan.pdf", "application/pdf", testing::PdfFile());
  return part;
}

// Two Content-Transfer-Encoding fields: some readers take the first.
FilePart TwoEncodings() {
  return {
      "Content-Type: application/octet-stream; name=\"a\xe2\x80\xae.txt\"\r\nContent-Transfer-Encoding: 7bit\r\n"
      "Content-Disposition: attachment\r\n",
      testing::ExeFile()};
}

TEST_F(Inspected, TI08_CleanMailIsFiledAndEachFileWasSeen) {
  Open();
  const string inner =
      "From: x@y.example.org\r\nSubject: inner\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\nContent-Type: text/csv; "
      "name=in.csv\r\n\r\na,b\r\n--in--\r\n";
  const string raw = MailToRecord({File("../plan.pdf", "application/pdf", testing::PdfFile()),
                                   {"Content-Type: image/png\r\nContent-Disposition: inline\r\n", testing::PngFile()},
                                   {"Content-Type: message/rfc822\r\n", inner, false}});
  const MailDecision decision = firm_.ReceiveOne(raw);
  EXPECT_EQ(decision.outcome, Outcome::kFiled);
  ASSERT_EQ(scanner_.seen.size(), 4u);
  EXPECT_EQ(scanner_.seen[0].name, "plan.pdf");
  EXPECT_EQ(scanner_.seen[0].declared_type, "application/pdf");
  EXPECT_EQ(scanner_.seen[0].found_type, "application/pdf");
  EXPECT_EQ(scanner_.seen[0].bytes, testing::PdfFile());
  EXPECT_EQ(scanner_.seen[0].deadline_us, firm_.clock->now_us + 5'000'000);
  EXPECT_EQ(scanner_.seen[1].bytes, testing::PngFile()) << "inline parts, too";
  EXPECT_EQ(scanner_.seen[2].bytes, inner) << "an attached message as it stands";
  EXPECT_EQ(scanner_.seen[3].name, "in.csv") << "and what is in it";
}

TEST_F(Inspected, T19_AHitHoldsTheMail) {
  Open();
  scanner_.answer = [](const host::ScannedFile& file, host::ScannerAnswer* answer) {
    answer->clean = file.name != "b.pdf";
    answer->finding = "Eicar\x1b[31m";
    return Status();
  };
  const string raw = MailToRecord({Pdf(), File("b.pdf", "application/pdf", testing::PdfFile()),
                                   File("c.pdf", "application/pdf", testing::PdfFile())});
  const MailDecision decision = firm_.ReceiveOne(raw);
  ExpectHeld(decision, "scanner_hit",
             "the scanner found \"Eicar\\x1b[31m\" in \"b.pdf\". By the rules alone: Filed on");
  EXPECT_EQ(decision.targets.at(0).target, "record:C1");
  EXPECT_EQ(scanner_.seen.size(), 2u) << "what is behind a hit changes nothing";
  EXPECT_TRUE(firm_.As().ShowRecord("C1")->threads.empty());
  EXPECT_EQ(*testing::RawOf(firm_.As(), decision.id), raw);
}

TEST_F(Inspected, T19_NoAnswerHoldsTheMail) {
  struct Case {
    string words;
    std::function<Status(const host::ScannedFile&, host::ScannerAnswer*)> answer;
  };
  const std::vector<Case> kCases = {
      {"the scanner failed (", [](auto&, auto*) { return Status(Code::kUnavailable, "scanner_down"); }},
      {"the scanner failed (", [](auto&, auto*) -> Status { throw std::runtime_error("no daemon"); }},
      {"the scanner failed (", [](auto&, auto*) -> Status { throw 7; }},
      {"answered too late",
       [this](const host::ScannedFile& file, auto*) {
         firm_.clock->now_us = file.deadline_us + 1;
         return Status();
       }},
  };
  Open();
  int number = 0;
  for (const Case& row : kCases) {
    scanner_.seen.clear();
    scanner_.answer = row.answer;
    const FilePart part = File("plan.pdf", "application/pdf", testing::PdfFile() + std::to_string(number++));
    ExpectHeld(firm_.ReceiveOne(MailToRecord({part, part})), "scanner_unavailable", row.words);
    EXPECT_EQ(scanner_.seen.size(), 1u) << "a scanner that does not answer is not asked again for this mail";
  }
}

TEST_F(Inspected, T19_TheDeadlineItselfIsInTime) {
  Open();
  scanner_.answer = [this](const host::ScannedFile& file, auto*) {
    firm_.clock->now_us = file.deadline_us;
    return Status();
  };
  EXPECT_EQ(firm_.ReceiveOne(MailToRecord({Pdf()})).outcome, Outcome::kFiled);
}

TEST_F(Inspected, T19_AFileOverTheLimitIsNotScannedButHeld) {
  const string zip = testing::Zip({{"bomb", string(300, '\0')}});
  Open(true, zip.size());
  EXPECT_EQ(firm_.ReceiveOne(MailToRecord({File("a.zip", "application/zip", zip)})).outcome, Outcome::kFiled);
  ASSERT_EQ(scanner_.seen.size(), 1u);
  EXPECT_EQ(scanner_.seen[0].bytes, zip) << "an archive comes as it stands";
  scanner_.seen.clear();
  ExpectHeld(firm_.ReceiveOne(MailToRecord({File("a.zip", "application/zip", zip + "x")})), "scanner_unavailable",
             "\"a.zip\" was not scanned: its ");
  EXPECT_TRUE(scanner_.seen.empty());
}

TEST_F(Inspected, T20_WhatReadersDifferOnIsHeld) {
  Open(/*with_scanner=*/false);
  ExpectHeld(firm_.ReceiveOne(MailToRecord({TwoEncodings()})), "mime_ambiguous",
             "only some readers of this mail see \"a.txt\" (application/x-dosexec) in it");
  EXPECT_EQ(firm_.ReceiveOne(MailToRecord({Pdf()})).outcome, Outcome::kFiled);
}

TEST_F(Inspected, T20_TheScannerSeesTheUnionOfAllReadings) {
  Open();
  scanner_.answer = [](const host::ScannedFile& file, host::ScannerAnswer* answer) {
    answer->clean = file.bytes != testing::ExeFile();
    return Status();
  };
  ExpectHeld(firm_.ReceiveOne(MailToRecord({TwoEncodings()})), "scanner_hit", "found something bad in \"a.txt\"");
  EXPECT_GE(scanner_.seen.size(), 2u);
}

TEST_F(Inspected, T18_WhatIsNotReadToItsEndIsHeld) {
  Open(/*with_scanner=*/false);
  string body;
  for (int i = 0; i < 10'100; ++i) body += "--=_b\r\n\r\nx\r\n";
  const string raw =
      Firm::Mail("p1@mail.example.com", firm_.Record("C1"), testing::MultipartHeader(), body + "--=_b--\r\n");
  ExpectHeld(firm_.ReceiveOne(raw), "limit", "it may hold more than was seen");
}

TEST_F(Inspected, MailThatIsNotFiledIsNotInspected) {
  Open();
  // Not tracked; and held by the rules.
  firm_.ReceiveOne(MailTo("someone@else.example.com", {Pdf()}));
  const MailDecision held = firm_.ReceiveOne(
      Firm::Mail("p1@mail.example.com", firm_.Drop("U1"), testing::MultipartHeader(), testing::MultipartBody({Pdf()})));
  EXPECT_EQ(held.outcome, Outcome::kHeld);
  EXPECT_EQ(held.targets.at(0).reason, "not_owner");
  EXPECT_TRUE(scanner_.seen.empty());
}

TEST_F(Inspected, UnassignedMailIsHeldToo) {
  Open();
  scanner_.answer = [](auto&, host::ScannerAnswer* answer) {
    answer->clean = false;
    return Status();
  };
  ListSource source;
  source.AddTo(Firm::Mail("ann@firm.example.org", "stranger@else.example.com", testing::MultipartHeader(),
                          testing::MultipartBody({Pdf()})),
               {firm_.Drop("U1")});
  const auto decisions = firm_.Receive(source);
  ASSERT_EQ(decisions.size(), 1u);
  ExpectHeld(decisions[0], "scanner_hit", "By the rules alone: Unassigned");
  EXPECT_EQ(decisions[0].targets.at(0).target, "drop:U1");
  EXPECT_TRUE(decisions[0].targets.at(0).candidates.empty());
  EXPECT_TRUE(testing::AllRows(*firm_.control->store, store::kNotifications, 1).empty());
}

TEST_F(Inspected, SeveralTargetsAndAccountsAreInspectedOnce) {
  Open();
  ASSERT_TRUE(firm_.engine->CreateAccount({"other", "in2.example.org", "casebook"}, Actor::Operator()).ok());
  auto other = firm_.engine->As("other", Actor::Operator());
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(other->Load(R"({"records": [{"id": "X1", "kind": "case", "name": "X", "state": "open"}]})").ok());
  const string to = firm_.Record("C1") + ", " + firm_.Record("C2") + ", " + *other->RecordAddress("X1");
  scanner_.answer = [](auto&, host::ScannerAnswer* answer) {
    answer->clean = false;
    return Status();
  };
  ListSource source;
  source.Add(MailTo(to, {Pdf()}));
  const auto decisions = firm_.Receive(source);
  ASSERT_EQ(decisions.size(), 2u);
  for (const MailDecision& decision : decisions) ExpectHeld(decision, "scanner_hit", "\"plan.pdf\"");
  EXPECT_EQ(decisions[0].targets.size() + decisions[1].targets.size(), 3u);
  EXPECT_EQ(scanner_.seen.size(), 1u);
}

TEST_F(Inspected, RepeatsAreNotScannedAgain) {
  Open();
  const string raw = MailToRecord({Pdf()});
  EXPECT_EQ(firm_.ReceiveOne(raw).outcome, Outcome::kFiled);
  EXPECT_EQ(firm_.ReceiveOne(raw).outcome, Outcome::kDuplicate);
  EXPECT_EQ(scanner_.seen.size(), 1u);
}

TEST_F(Inspected, Y01_ExplainTellsTheSameAndRouteDoesNotLook) {
  Open();
  scanner_.answer = [](auto&, host::ScannerAnswer* answer) {
    answer->clean = false;
    answer->finding = "Bad";
    return Status();
  };
  const string raw = MailToRecord({Pdf()});
  const auto routed = firm_.As().Route(raw);
  ASSERT_TRUE(routed.ok());
  EXPECT_EQ(routed->outcome, Outcome::kFiled);
  EXPECT_TRUE(scanner_.seen.empty());
  const auto explained = firm_.As().Explain(raw);
  ASSERT_TRUE(explained.ok());
  ExpectHeld(*explained, "scanner_hit", "\"Bad\"");
  ASSERT_FALSE(explained->trace.empty());
  EXPECT_EQ(explained->trace.back().rule, "inspect");
  EXPECT_TRUE(explained->trace.back().matched);
  const MailDecision received = firm_.ReceiveOne(raw);
  EXPECT_EQ(received.targets.at(0).sentence, explained->targets.at(0).sentence);
}

TEST_F(Inspected, NoLockIsHeldWhileTheScannerIsAsked) {
  Open();
  const string raw = MailToRecord({Pdf()});
  scanner_.answer = [&](auto&, auto*) {
    EXPECT_TRUE(firm_.As().Route(raw).ok());
    EXPECT_TRUE(firm_.As().ShowRecord("C1").ok());
    return firm_.As().Load(R"({"people": [{"id": "P9", "kind": "contact", "name": "Nine"}]})");
  };
  EXPECT_EQ(firm_.ReceiveOne(raw).outcome, Outcome::kFiled);
  EXPECT_EQ(scanner_.seen.size(), 1u);
}

TEST_F(Inspected, ACommitPlannedAnewDoesNotAskAgain) {
  Open();
  const string raw = MailToRecord({Pdf()});
  scanner_.answer = [&](auto&, auto*) {
    return firm_.As().Load(R"({"records": [{"id": "C1", "kind": "case", "name": "Changed", "state": "open"}]})");
  };
  const MailDecision decision = firm_.ReceiveOne(raw);
  EXPECT_EQ(decision.outcome, Outcome::kFiled);
  EXPECT_NE(decision.targets.at(0).sentence.find("Changed"), string::npos) << "the first plan was not given up";
  EXPECT_EQ(scanner_.seen.size(), 1u);
}

TEST_F(Inspected, TheScannerIsReleasedOnceAlsoWhereOpeningFails) {
  Open();
  firm_.engine.reset();
  EXPECT_EQ(scanner_.released, 1);
  EngineOptions options;
  options.scanner = std::make_unique<FakeScanner>(&scanner_);
  EXPECT_FALSE(Engine::Open(std::move(options)).ok());
  EXPECT_EQ(scanner_.released, 2);
}

}  // namespace
}  // namespace casecomm
