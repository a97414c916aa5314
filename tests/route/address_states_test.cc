// SPDX-License-Identifier: Apache-2.0
// The life of addresses (threat T37): every kind, state of the locator, state of the key, policy and author, against a table
// written by hand.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/route/routed.h"

namespace casecomm::route {
namespace {

using address::Kind;
using testing::kAccount;
using testing::kDomain;
using testing::kNow;
using testing::Mail;

constexpr uint8_t kNewest = 9, kOld = 1, kPast = 2, kMissing = 3;
enum class State { kActive, kGrace, kRetired, kExpired, kUnknown };

KeyRing::Key KeyOf(uint8_t id, int64_t verify_until_us) {
  KeyRing::Key key{id, {}, verify_until_us};
  key.secret.fill(static_cast<uint8_t>(id + 40));
  return key;
}

// Signs under every key, also under those that are gone.
const address::Signer& Everyone() {
  static const address::Signer signer = [] {
    KeyRing ring;
    for (const uint8_t id : {kOld, kPast, kMissing, kNewest}) ring.keys.push_back(KeyOf(id, 0));
    return address::Signer::Make(ring).value();
  }();
  return signer;
}

const address::Signer& Ours() {
  static const address::Signer signer = [] {
    KeyRing ring;
    ring.keys = {KeyOf(kOld, kNow + 1), KeyOf(kPast, kNow), KeyOf(kNewest, 0)};
    return address::Signer::Make(ring).value();
  }();
  return signer;
}

struct Writer {
  std::string address;
  bool known, staff;
  Trust trust;
};
const std::vector<Writer> kWriters = {
    {"ann@firm.org", true, true, Trust::kPass}, {"ann@firm.org", true, true, Trust::kNone},
    {"bob@x.org", true, false, Trust::kPass},   {"bob@x.org", true, false, Trust::kFail},
    {"s@s.org", false, false, Trust::kPass},    {"s@s.org", false, false, Trust::kNone},
};

// What becomes of a mail to it, in words.
Outcome Expected(Kind kind, State state, uint8_t key, size_t policy, const Writer& writer) {
  const bool pass = writer.trust == Trust::kPass;
  if (key == kPast || key == kMissing) return Outcome::kHeld;  // it proves nothing
  if (state != State::kActive && state != State::kGrace) return Outcome::kHeld;
  if (state == State::kGrace && !(writer.known && pass)) return Outcome::kHeld;
  static const bool kKnown[] = {false, true, false, true, true}, kProven[] = {false, false, true, true, true};
  switch (kind) {
    case Kind::kRecord:
      if (policy == 4 && !writer.staff) return Outcome::kHeld;
      return (kKnown[policy] && !writer.known) || (kProven[policy] && !pass) ? Outcome::kHeld : Outcome::kFiled;
    case Kind::kDrop:
      return writer.staff ? Outcome::kFiled : Outcome::kHeld;
    case Kind::kReply:
      if (writer.address != "bob@x.org") return Outcome::kCatchAll;
      return policy == 4 || (kProven[policy] && !pass) ? Outcome::kHeld : Outcome::kFiled;
    default:
      return Outcome::kHeld;  // a person's mail to a return path
  }
}

TEST(AddressStates, T37_X05_every_kind_state_key_policy_and_author) {
  const std::vector<std::string> policies = {"anyone", "known", "authenticated", "known_and_authenticated", "staff"};
  size_t rows = 0, filed = 0, stale_filed = 0;
  for (size_t policy = 0; policy < policies.size(); ++policy) {
    const Program program = Program::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "casebook",
        "settings": {"catch_all": "office@firm.org", "sender_policy": ")" +
                                           policies[policy] + "\"}}")
                                .value();
    for (const Kind kind : {Kind::kRecord, Kind::kDrop, Kind::kReply, Kind::kReturnPath}) {
      for (const State state : {State::kActive, State::kGrace, State::kRetired, State::kExpired, State::kUnknown}) {
        const bool sent = kind == Kind::kReply || kind == Kind::kReturnPath;
        if (state == State::kExpired && !sent) continue;
        identify::Directory::Builder builder;
        const std::vector<std::string> ann = {"ann@firm.org"}, bob = {"bob@x.org"};
        builder.AddPerson("U1", identify::PersonKind::kStaff, "Ann", ann, 1);
        builder.AddPerson("C7", identify::PersonKind::kContact, "Bob", bob, 1);
        builder.AddRecord("R1", identify::RecordKind::kCase, "Case", identify::RecordState::kOpen, 1);
        builder.AddAssignment("R1", "C7");
        if (state != State::kUnknown) {
          const auto stored = state == State::kExpired
                                  ? identify::LocatorState::kActive
                                  : static_cast<identify::LocatorState>(1 + static_cast<int>(state));
          builder.AddLocator(kind, 5, kind == Kind::kDrop ? "U1" : "R1", stored, 1,
                             {"C7", "bob@x.org", sent ? (state == State::kExpired ? kNow : kNow + 1) : 0});
        }
        const auto directory = builder.Build(1);
        for (const uint8_t key : {kNewest, kOld, kPast, kMissing}) {
          const std::string address = Everyone().Mint({kind, key, kAccount, 5}, kDomain).value();
          for (const Writer& writer : kWriters) {
            const std::string raw = Mail({"From: " + writer.address, "To: bob@x.org", "Cc: " + address});
            scan::EnvelopeScanner scanner;
            const scan::Envelope& envelope = scanner.Scan(raw);
            const std::vector<std::string> domains = {std::string(kDomain)};
            identify::Recipients recipients;
            identify::Gather(envelope, {}, domains, Ours(), kNow, &recipients);
            identify::Identified identified;
            identify::Identify(envelope, recipients, kAccount, *directory, writer.trust, &identified);
            Decision decision;
            Decide(program, recipients, identified, *directory, &decision);
            ASSERT_EQ(decision.targets.size(), 1u);
            const Outcome outcome = decision.targets[0].outcome;
            EXPECT_EQ(outcome, Expected(kind, state, key, policy, writer))
                << policies[policy] << " " << static_cast<char>(kind) << " state " << static_cast<int>(state) << " key "
                << int{key} << " " << writer.address << " " << static_cast<int>(writer.trust) << " by "
                << program.rules()[decision.asked[0].rule].name;
            ++rows;
            filed += outcome == Outcome::kFiled ? 1 : 0;
            const bool stale = state > State::kGrace || key == kPast || key == kMissing;
            stale_filed += stale && outcome == Outcome::kFiled ? 1 : 0;
          }
        }
      }
    }
  }
  EXPECT_EQ(rows, 5u * (4 + 4 + 5 + 5) * 4 * 6);
  EXPECT_EQ(filed, 100u);
  EXPECT_EQ(stale_filed, 0u);
}

}  // namespace
}  // namespace casecomm::route
