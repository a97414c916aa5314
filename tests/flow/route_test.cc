// SPDX-License-Identifier: Apache-2.0
// Routing alone: one by one, in batches, and as Explain sees it, the same.
#include <random>

#include "address/address.h"
#include "casecomm/json.h"
#include "tests/base/random.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;

// A second account in the firm's store, with the same people and records.
Session AddOther(Firm& firm) {
  EXPECT_TRUE(firm.engine->CreateAccount({"other", "in.other.org", "casebook"}, Actor::Operator()).ok());
  Session other = *firm.engine->As("other", Actor::Operator());
  EXPECT_TRUE(other.Load(Firm::kFirm).ok());
  return other;
}

// Signed with the ring of the firm's store, of an account that it does not have.
std::string ForeignAddress(const Firm& firm) {
  const auto signer = address::Signer::Make(firm.keys);
  return *signer->Mint({address::Kind::kRecord, 0, 12345, 99}, "in.example.org");
}

RouteRequest Request(const std::string& raw) {
  RouteRequest request;
  request.raw = raw;
  return request;
}

// The rows of mail i are what the decision says.
void ExpectSame(const RoutedBatch& routed, size_t i, const MailDecision& decision) {
  EXPECT_EQ(routed.outcomes[i], decision.outcome);
  const size_t begin = routed.first_target[i];
  ASSERT_EQ(routed.first_target[i + 1] - begin, decision.targets.size());
  for (size_t t = 0; t < decision.targets.size(); ++t) {
    const TargetDecision& target = decision.targets[t];
    EXPECT_EQ(routed.target_outcomes[begin + t], target.outcome);
    EXPECT_EQ(routed.rules[begin + t], target.rule);
    EXPECT_EQ(routed.reasons[begin + t], target.reason);
    const std::string_view record = routed.records[begin + t], owner = routed.owners[begin + t];
    if (target.record) {
      EXPECT_EQ(record, *target.record);
    } else if (record.data() != nullptr) {
      EXPECT_EQ("record:" + std::string(record), target.target);
    } else {
      EXPECT_TRUE(target.target.rfind("record:", 0) != 0 || target.target == "record:?") << target.target;
    }
    if (target.target.rfind("drop:", 0) == 0 && target.target != "drop:?") {
      EXPECT_EQ("drop:" + std::string(owner), target.target);
    }
  }
}

struct Sample {
  std::string raw;
  EnvelopeHint envelope;
};

// Mail that names people, records, drops, forged and foreign addresses in all places.
class Samples {
 public:
  Samples(Firm& firm, Session other, uint64_t seed) : random_(seed) {
    for (const char* record : {"C1", "C2", "M1", "L1", "L2", "V1"}) addresses_.push_back(firm.Record(record));
    addresses_.push_back(firm.Drop("U1"));
    addresses_.push_back(firm.Drop("U2"));
    addresses_.push_back(*other.RecordAddress("C1"));
    addresses_.push_back(*other.DropAddress("U1"));
    addresses_.push_back(ForeignAddress(firm));
    addresses_.push_back("forged@in.example.org");
    std::string broken = addresses_[0];
    broken[broken.find('@') - 1] ^= 1;
    addresses_.push_back(broken);
    for (int i = 1; i <= 6; ++i) addresses_.push_back("p" + std::to_string(i) + "@mail.example.com");
    addresses_.insert(addresses_.end(), {"ann@firm.example.org", "ANN@HOME.example.net", "ben@firm.example.org",
                                         "stranger@else.example.com", "not an address", "\"q q\"@x.org"});
  }

  Sample Next() {
    Sample sample;
    std::string& raw = sample.raw;
    if (Dice(3) == 0) raw += "Delivered-To: " + Address() + "\r\n";
    raw += "From: " + (Dice(10) == 0 ? List() : Address()) + "\r\n";
    if (Dice(20) == 0) raw += "From: " + Address() + "\r\n";
    raw += "To: " + List() + "\r\n";
    if (Dice(2) == 0) raw += "Cc: " + List() + "\r\n";
    if (Dice(4) == 0) raw += "Bcc: " + List() + "\r\n";
    if (Dice(3) == 0) raw += "In-Reply-To: <a@b>\r\n";
    if (Dice(2) == 0) raw += "Message-ID: <" + std::to_string(random_()) + "@x>\r\n";
    raw += "Subject: s\r\n";
    if (Dice(6) == 0) {
      raw += "Content-Type: message/rfc822\r\n\r\nFrom: " + Address() + "\r\nTo: " + List() + "\r\n";
    }
    raw += "\r\nbody\r\n";
    if (Dice(30) == 0) raw.resize(Dice(raw.size() + 1));
    sample.envelope.known = Dice(2) == 0;
    for (size_t i = Dice(4); i > 0; --i) sample.envelope.recipients.push_back(Address());
    return sample;
  }

 private:
  size_t Dice(size_t sides) { return random_() % sides; }
  std::string Address() { return addresses_[Dice(addresses_.size())]; }
  std::string List() {
    std::string list = Address();
    for (size_t i = Dice(Dice(20) == 0 ? 60 : 4); i > 0; --i) list += ", " + Address();
    return list;
  }

  std::mt19937_64 random_;
  std::vector<std::string> addresses_;
};

void ExpectAllWaysAgree(const std::string& preset, uint64_t seed) {
  SCOPED_TRACE(preset + ", seed " + std::to_string(seed));
  Firm firm(preset);
  Samples samples(firm, AddOther(firm), seed);
  std::vector<Sample> mails;
  for (int i = 0; i < 400; ++i) mails.push_back(samples.Next());
  std::vector<RouteRequest> requests;
  for (const Sample& mail : mails) requests.push_back({mail.raw, mail.envelope.known, &mail.envelope.recipients});
  RoutedBatch routed;
  Session session = firm.As();
  const Status status = session.RouteBatch(requests, &routed);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(routed.mail_count(), mails.size());
  ASSERT_EQ(routed.first_target.size(), mails.size() + 1);
  EXPECT_EQ(routed.first_target.back(), routed.target_count());
  std::set<std::string_view> rules;
  for (size_t i = 0; i < mails.size(); ++i) {
    const auto route = session.Route(mails[i].raw, mails[i].envelope);
    const auto explain = session.Explain(mails[i].raw, mails[i].envelope);
    ASSERT_TRUE(route.ok() && explain.ok());
    EXPECT_EQ(ToJson(*route, "", -1, false), ToJson(*explain, "", -1, false)) << mails[i].raw;
    EXPECT_TRUE(route->trace.empty());
    ExpectSame(routed, i, *route);
    if (::testing::Test::HasFailure()) FAIL() << mails[i].raw;
    rules.insert(routed.rules.begin() + routed.first_target[i], routed.rules.begin() + routed.first_target[i + 1]);
  }
  EXPECT_EQ(rules.count("other_account"), 1u);
  EXPECT_GT(rules.size(), 6u);
}

TEST(Route, AgreesWithExplainAndInBatches) {
  const uint64_t seed = test::Rng().seed();
  for (const char* preset : {"casebook", "casefleet"}) {
    ExpectAllWaysAgree(preset, 1);
    ExpectAllWaysAgree(preset, seed);
  }
}

TEST(Route, SeesTheRulesOnlyNotTheStore) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"), "Message-ID: <a@x>\r\n");
  const MailDecision received = firm.ReceiveOne(raw);
  ASSERT_EQ(received.outcome, Outcome::kFiled);
  EXPECT_EQ(firm.As().Explain(raw)->outcome, Outcome::kDuplicate);
  const int commits = firm.control->commits, reads = firm.control->reads;
  const auto routed = firm.As().Route(raw);
  ASSERT_TRUE(routed.ok());
  EXPECT_EQ(firm.control->commits, commits);
  EXPECT_EQ(firm.control->reads, reads + 1) << "the directory's mark and nothing else";
  EXPECT_EQ(routed->outcome, Outcome::kFiled);
  EXPECT_EQ(routed->records, std::vector<std::string>{"C1"});
  EXPECT_EQ(routed->message_id, "a@x");
  EXPECT_TRUE(routed->id.empty() && routed->targets.at(0).thread.empty() && routed->trace.empty());
  EXPECT_EQ(routed->targets.at(0).sentence, received.targets.at(0).sentence);
}

TEST(Route, NamesOwnersAndHeldRecords) {
  Firm firm;
  const std::vector<std::string> drop = {firm.Drop("U1")};
  const std::string filed = Firm::Mail("ann@firm.example.org", "p1@mail.example.com");
  const std::string unassigned = Firm::Mail("ann@firm.example.org", "p3@mail.example.com");
  const std::string held = Firm::Mail("stranger@x.example", firm.Record("C1"));
  const std::string nothing = Firm::Mail("a@x.example", "b@x.example");
  const std::vector<RouteRequest> mails = {
      {filed, true, &drop}, {unassigned, true, &drop}, Request(held), Request(nothing)};
  RoutedBatch routed;
  ASSERT_TRUE(firm.As().RouteBatch(mails, &routed).ok());
  EXPECT_EQ(routed.outcomes,
            (std::vector<Outcome>{Outcome::kFiled, Outcome::kUnassigned, Outcome::kHeld, Outcome::kNotTracked}));
  EXPECT_EQ(routed.first_target, (std::vector<uint32_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(routed.records, (std::vector<std::string_view>{"C1", "", "C1", ""}));
  EXPECT_EQ(routed.owners, (std::vector<std::string_view>{"U1", "U1", "", ""}));
  EXPECT_EQ(routed.records[1].data(), nullptr);
  EXPECT_EQ(routed.owners[3].data(), nullptr);
}

TEST(Route, ABatchOutlivesTheEngineAndMayBeMoved) {
  RoutedBatch routed, moved;
  {
    Firm firm("casebook");
    const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
    ASSERT_TRUE(firm.As().RouteBatch({Request(raw)}, &routed).ok());
    ASSERT_TRUE(firm.As().Load(R"({"records":[{"id":"C1","kind":"case","name":"Renamed"}]})").ok());
    ASSERT_TRUE(firm.As().Route(raw).ok());  // the engine has another directory now
  }
  moved = std::move(routed);
  EXPECT_EQ(moved.records.at(0), "C1");
  EXPECT_EQ(moved.reasons.at(0).empty(), false);
  Firm firm("casebook");
  ASSERT_TRUE(firm.As().RouteBatch({}, &moved).ok());
  EXPECT_EQ(moved.mail_count(), 0u);
  EXPECT_EQ(moved.first_target, std::vector<uint32_t>{0});
  ASSERT_TRUE(firm.As().RouteBatch({Request("")}, &routed).ok());  // moved from, and good again
  EXPECT_EQ(routed.outcomes, std::vector<Outcome>{Outcome::kNotTracked});
}

TEST(Route, IsTheOperatorsAndEmptyAfterAFailure) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
  RoutedBatch routed;
  ASSERT_TRUE(firm.As().RouteBatch({Request(raw)}, &routed).ok());
  EXPECT_EQ(firm.As("U1").Route(raw).status().reason(), "operator_only");
  EXPECT_EQ(firm.As("U1").RouteBatch({Request(raw)}, &routed).reason(), "operator_only");
  EXPECT_EQ(routed.mail_count() + routed.target_count() + routed.first_target.size() + routed.rules.size(), 0u);
  ASSERT_TRUE(firm.As().RouteBatch({Request(raw)}, &routed).ok());
  firm.control->Die();
  EXPECT_EQ(firm.As().RouteBatch({Request(raw)}, &routed).reason(), "store_gone");
  EXPECT_EQ(routed.mail_count() + routed.target_count() + routed.first_target.size() + routed.owners.size(), 0u);
  firm.control->Revive();
}

TEST(Route, OneDirectoryReadABatch) {
  Firm firm("casebook");
  const std::string raw = Firm::Mail("p1@mail.example.com", firm.Record("C1"));
  RoutedBatch routed;
  Session session = firm.As();
  ASSERT_TRUE(session.RouteBatch({Request(raw)}, &routed).ok());
  const int reads = firm.control->reads;
  ASSERT_TRUE(session.RouteBatch(std::vector<RouteRequest>(500, Request(raw)), &routed).ok());
  EXPECT_EQ(firm.control->reads, reads + 1);
  ASSERT_TRUE(firm.As().Load(R"({"records":[{"id":"C1","kind":"case","name":"x","state":"closed"}]})").ok());
  const std::string reason(routed.reasons[0]);
  ASSERT_TRUE(session.RouteBatch({Request(raw)}, &routed).ok());
  EXPECT_NE(reason, routed.reasons[0]) << "a change of the directory is seen by the next batch";
}

}  // namespace
}  // namespace casecomm
