// SPDX-License-Identifier: Apache-2.0
// What must hold for every mail: random ones, changed in ways that must not matter.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/base/random.h"
#include "tests/route/routed.h"

namespace casecomm::route {
namespace {

using identify::LocatorState;
using identify::RecordKind;
using identify::RecordState;
using testing::KnownEnvelope;
using testing::Mail;
using testing::Mint;
using testing::Preset;
using testing::Route;
using testing::Told;
using testing::World;

class Properties : public ::testing::Test {
 protected:
  Properties() {
    for (int i = 0; i < 3; ++i) world_.Staff("U" + std::to_string(i), {"u" + std::to_string(i) + "@firm.org"});
    for (int i = 0; i < 12; ++i) {
      const std::string n = std::to_string(i);
      world_.Contact("C" + n, {"c" + n + "@x.org", "shared" + std::to_string(i % 4) + "@x.org"});
      world_.Record("R" + n, static_cast<RecordKind>(1 + i % 5),
                    i % 6 == 5 ? RecordState::kClosed : RecordState::kOpen);
      world_.Assign("R" + n, "C" + n).Assign("R" + n, "C" + std::to_string(i * 5 % 12));
    }
    for (int i = 0; i < 12; ++i) {
      addresses_.push_back("c" + std::to_string(i) + "@x.org");
      own_.push_back(world_.RecordAddress("R" + std::to_string(i), i == 3   ? LocatorState::kRetired
                                                                   : i == 4 ? LocatorState::kGrace
                                                                            : LocatorState::kActive));
    }
    for (int i = 0; i < 3; ++i) own_.push_back(world_.DropAddress("U" + std::to_string(i)));
    own_.push_back(Mint(address::Kind::kRecord, 777));
    own_.push_back("typo@in.firm.example");
    for (const char* other : {"u0@firm.org", "u1@firm.org", "shared0@x.org", "shared1@x.org", "s@s.org", "t@t.org"}) {
      addresses_.push_back(other);
    }
    directory_ = world_.Directory();
  }

  size_t Below(size_t n) { return random_.Below(n); }
  const std::string& Any() { return Below(4) == 0 ? own_[Below(own_.size())] : addresses_[Below(addresses_.size())]; }
  std::string Preset() { return Below(2) == 0 ? "casebook" : "casefleet"; }

  // Header lines with an author, mostly a user, and some recipients.
  std::vector<std::string> Lines() {
    std::vector<std::string> lines = {"From: " +
                                      (Below(2) == 0 ? "u" + std::to_string(Below(3)) + "@firm.org" : Any())};
    if (Below(20) == 0) lines[0] += ", " + Any();
    for (const std::string field : {"To", "Cc", "Bcc"}) {
      if (Below(2) == 0) continue;
      std::string line = field + ": " + Any();
      for (size_t n = Below(3); n > 0; --n) line += ", " + Any();
      lines.push_back(line);
    }
    if (Below(3) == 0) lines.push_back("In-Reply-To: <1@x.org>");
    return lines;
  }

  KnownEnvelope Known() {
    std::vector<std::string> recipients;
    for (size_t n = Below(4); n > 0; --n) recipients.push_back(Any());
    return recipients;
  }

  MailDecision Send(const std::string& preset, const std::vector<std::string>& lines,
                    const KnownEnvelope& known) const {
    return Route(testing::Preset(preset), *directory_, Mail(lines), known);
  }

  test::Rng random_;
  World world_;
  std::vector<std::string> addresses_, own_;
  std::shared_ptr<const identify::Directory> directory_;
};

TEST_F(Properties, T16_CF03_delivery_headers_never_change_mail_whose_envelope_is_known) {
  PRINT_SEED(random_);
  const std::vector<std::string> names = {"Delivered-To",   "X-Original-To",      "Envelope-To",   "X-Envelope-To",
                                          "X-Delivered-To", "Original-Recipient", "Apparently-To", "Received"};
  const size_t mails = test::Runs("CASECOMM_T16", 3000);
  size_t would_change = 0;
  for (size_t i = 0; i < mails; ++i) {
    const std::vector<std::string> lines = Lines();
    const KnownEnvelope known = Known();
    const std::string preset = Preset();
    std::vector<std::string> forged = lines;
    for (size_t n = 1 + Below(3); n > 0; --n) {
      forged.insert(forged.begin() + static_cast<std::ptrdiff_t>(Below(forged.size() + 1)),
                    names[Below(names.size())] + ": " + Any());
    }
    ASSERT_EQ(Told(Send(preset, lines, known)), Told(Send(preset, forged, known)));
    if (Told(Send(preset, lines, {})) != Told(Send(preset, forged, {}))) ++would_change;
  }
  EXPECT_GT(would_change, mails / 30) << "the forged headers were never of those that count";
}

TEST_F(Properties, T06_T15_other_headers_neither_make_the_author_nor_a_destination) {
  PRINT_SEED(random_);
  const std::vector<std::string> names = {"Reply-To", "Sender",     "Return-Path", "X-From",   "X-Envelope-From",
                                          "X-To",     "Message-ID", "X-Case",      "Received", "Resent-From"};
  for (size_t i = test::Runs("CASECOMM_T06", 3000); i > 0; --i) {
    const std::vector<std::string> lines = Lines();
    const KnownEnvelope known = Below(2) == 0 ? Known() : KnownEnvelope();
    const std::string preset = Preset();
    std::vector<std::string> more = lines;
    std::set<std::string> used;
    for (size_t n = 1 + Below(3); n > 0; --n) {
      const std::string& name = names[Below(names.size())];
      if (used.insert(name).second) more.push_back(name + ": <" + Any() + ">");
    }
    ASSERT_EQ(Told(Send(preset, lines, known)), Told(Send(preset, more, known)));

    // A reference may make a reply of a new mail, and nothing else of it.
    std::vector<std::string> replying = lines;
    replying.push_back("References: <" + Any() + "> <1@x.org>");
    const MailDecision a = Send(preset, lines, known), b = Send(preset, replying, known);
    ASSERT_EQ(a.outcome, b.outcome);
    ASSERT_EQ(a.records, b.records);
  }
}

TEST_F(Properties, T12_deciding_changes_nothing_and_depends_on_nothing_else) {
  PRINT_SEED(random_);
  const auto again = world_.Directory(true);
  for (int i = 0; i < 1500; ++i) {
    const std::vector<std::string> lines = Lines();
    const KnownEnvelope known = Below(2) == 0 ? Known() : KnownEnvelope();
    const std::string preset = Preset();
    const std::string first = Told(Send(preset, lines, known));
    ASSERT_EQ(first, Told(Send(preset, lines, known)));
    ASSERT_EQ(first, Told(Route(testing::Preset(preset), *again, Mail(lines), known)));
  }
}

TEST_F(Properties, T08_the_case_of_an_address_does_not_matter) {
  PRINT_SEED(random_);
  const auto fates = [](const MailDecision& mail) {
    std::string text;
    for (const TargetDecision& t : mail.targets) {
      text += testing::Word(t.outcome) + ' ' + t.record.value_or("-") + ' ' + t.rule + '\n';
    }
    return text;
  };
  for (int i = 0; i < 1500; ++i) {
    const std::vector<std::string> lines = Lines();
    std::vector<std::string> shouted = lines;
    for (std::string& line : shouted) {
      for (size_t c = line.find(':'); c < line.size(); ++c) {
        if (line[c] >= 'a' && line[c] <= 'z' && Below(2) == 0) line[c] = static_cast<char>(line[c] - 32);
      }
    }
    const std::string preset = Preset();
    ASSERT_EQ(fates(Send(preset, lines, {})), fates(Send(preset, shouted, {})));
  }
}

TEST_F(Properties, X09_every_mail_ends_somewhere_and_no_destination_stands_twice) {
  PRINT_SEED(random_);
  for (int i = 0; i < 3000; ++i) {
    const std::vector<std::string> lines = Lines();
    const MailDecision mail = Send(Preset(), lines, Below(2) == 0 ? Known() : KnownEnvelope());
    ASSERT_FALSE(mail.targets.empty());
    std::set<std::string> targets, filed;
    Outcome first = Outcome::kNotTracked;
    for (const TargetDecision& target : mail.targets) {
      EXPECT_TRUE(targets.insert(target.target).second) << Told(mail);
      EXPECT_EQ(target.record.has_value(), target.outcome == Outcome::kFiled);
      if (target.record) filed.insert(*target.record);
      first = std::min(first, target.outcome);
      EXPECT_NE(target.rule, "otherwise");
      EXPECT_EQ(target.sentence.find_first_of("{}"), std::string::npos) << target.sentence;
    }
    EXPECT_EQ(mail.outcome, first);
    EXPECT_EQ(std::set<std::string>(mail.records.begin(), mail.records.end()), filed);
    EXPECT_EQ(mail.records.size(), filed.size());
    // Filed means: named by an address of ours in the mail, or settled for a user who wrote it.
    for (const TargetDecision& target : mail.targets) {
      if (target.rule != "drop_settled") continue;
      EXPECT_TRUE(lines[0].starts_with("From: u")) << Told(mail);
    }
  }
}

}  // namespace
}  // namespace casecomm::route
