// SPDX-License-Identifier: Apache-2.0
// Random walks of acts on mail against an automaton that is written from threats.md, section 5, alone: 10,000 walks, or as
// many as CASECOMM_WALKS says. And what inbound mail never changes.
#include <map>
#include <set>
#include <string>

#include "tests/base/random.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using test::Rng;
using testing::Firm;
using testing::ListSource;

// One message as the reference has it: its states by destination.
struct State {
  std::string is, before, origin;
};

class Reference {
 public:
  std::map<std::string, State> states;
  std::set<std::string> elsewhere;  // destinations whose content is another message's by now

  // What becomes of it, or the reason that it is refused for.
  std::string Do(const std::string& verb, const std::string& at, const std::string& record) {
    State& state = states.at(at);
    const bool held = state.is == "held", aside = state.is == "rejected" || state.is == "withdrawn";
    if (verb == "release" || verb == "reroute") {
      const bool may = held || (verb == "reroute" && (state.is == "unassigned" || state.is == "catch_all"));
      const std::string own = "held:record:";
      if (!may || (verb == "release" && at.compare(0, own.size(), own) != 0)) return "no_such_exit";
      const std::string to = "record:" + (verb == "release" ? at.substr(own.size()) : record);
      states.erase(at);
      if (states.count(to) == 0 || states[to].is != "filed") states[to] = {"filed", "", at};
      return "";
    }
    if (verb == "forward" && held) return Turn(&state, "catch_all");
    if (verb == "reject" && held) return Turn(&state, "rejected");
    if (verb == "withdraw" && (state.is == "filed" || state.is == "unassigned" || state.is == "catch_all")) {
      return Turn(&state, "withdrawn");
    }
    if (verb == "restore" && aside) {
      state.is = elsewhere.count(at) != 0 ? "duplicate" : state.before;
      state.before.clear();
      return "";
    }
    return "no_such_exit";
  }

  // Whether the same content is a receipt at the destination.
  bool Keeps(const std::string& destination) const {
    if (elsewhere.count(destination) != 0) return true;
    for (const auto& [at, state] : states) {
      const bool lives = state.is != "rejected" && state.is != "withdrawn";
      if (lives && (at == destination || state.origin == destination)) return true;
    }
    return false;
  }

 private:
  static std::string Turn(State* state, const std::string& next) {
    if (next != "catch_all") state->before = state->is;
    state->is = next;
    return "";
  }
};

std::map<std::string, std::string> Stored(Firm& firm, int64_t account, const std::string& message) {
  host::Query query;
  query.collection = store::kTargets;
  query.prefixes = {{host::Value::Int(account), host::Value::Text(message)}};
  std::map<std::string, std::string> states;
  const auto rows = store::ReadRows(*firm.control->store, {query});
  EXPECT_TRUE(rows.ok());
  for (const auto& stored : rows->front()) {
    const auto row = wire::ReadTarget(stored);
    EXPECT_TRUE(row.ok());
    states[row->destination] = OutcomeName(row->outcome);
  }
  return states;
}

Result<MailDecision> Do(Session session, const std::string& verb, const ActRequest& request,
                        const std::string& record) {
  if (verb == "release") return session.Release(request);
  if (verb == "reroute") return session.Reroute(request, {record});
  if (verb == "forward") return session.Forward(request, "all@firm.example.org");
  if (verb == "reject") return session.Reject(request);
  if (verb == "withdraw") return session.Withdraw(request);
  return session.Restore(request);
}

TEST(HeldWalk, X09_RandomWalksEndWhereTheAutomatonDoesAndNothingIsLost) {
  Rng rng;
  SCOPED_TRACE("CASECOMM_SEED=" + std::to_string(rng.seed()));
  const std::vector<std::string> verbs = {"release", "reroute", "forward", "reject", "withdraw", "restore"};
  const std::vector<std::string> records = {"C1", "C2", "L1"};
  const size_t walks = test::Runs("CASECOMM_WALKS", 10'000);
  constexpr size_t kWalksAFirm = 250;
  std::map<std::string, size_t> done;
  for (size_t walk = 0; walk < walks;) {
    Firm firm;  // checks the invariants at its end: every message has a state and its raw bytes
    const int64_t account = testing::AllRows(*firm.control->store, store::kAccounts, 0).at(0).integer(1);
    const std::string to_both = firm.Record("C1") + ", " + firm.Record("C2");
    std::map<std::string, size_t> expected;  // state -> rows
    size_t accepted = 0;
    for (size_t of_firm = 0; of_firm < kWalksAFirm && walk < walks; ++of_firm, ++walk) {
      const std::string body = "walk " + std::to_string(walk) + "\r\n";
      const uint64_t kind = rng.Below(5);
      const std::string from = kind == 2   ? "p1@mail.example.com"
                               : kind == 3 ? "ann@firm.example.org"
                                           : "who@new.example.com";
      const std::string to = kind == 1   ? to_both
                             : kind == 3 ? "p3@mail.example.com"
                             : kind == 4 ? "guess@in.example.org"
                                         : firm.Record("C1");
      const auto send = [&](const std::string& extra) {
        ListSource source;
        source.Add(Firm::Mail(from, to, extra, body));
        if (kind == 3) {
          source.mails.back().envelope_known = true;
          source.mails.back().envelope_recipients = {firm.Drop("U1")};
        }
        ++accepted;
        return firm.Receive(source).at(0);
      };
      const auto decision = send({});
      Reference reference;
      for (const auto& [at, state] : Stored(firm, account, decision.id)) reference.states[at] = {state, "", ""};
      ASSERT_EQ(reference.states.size(), kind == 1 ? 2u : 1u);
      const std::string first = reference.states.begin()->first;
      const uint64_t steps = 1 + rng.Below(7);
      for (uint64_t step = 0; step < steps; ++step) {
        if (kind == 0 && rng.Below(6) == 0) {
          const bool kept = reference.Keeps(first);
          const auto again = send("X-Copy: " + std::to_string(step) + "\r\n");
          ASSERT_EQ(again.outcome, kept ? Outcome::kDuplicate : Outcome::kHeld) << body;
          if (!kept) {
            reference.elsewhere.insert(first);
            ++expected["held"];
          }
          continue;
        }
        auto at = reference.states.begin();
        std::advance(at, static_cast<int64_t>(rng.Below(reference.states.size())));
        const std::string destination = at->first, verb = verbs[rng.Below(verbs.size())];
        const std::string record = records[rng.Below(records.size())];
        const std::string was = at->second.is;
        const std::string refused = reference.Do(verb, destination, record);
        const auto answer = Do(firm.As(), verb, {decision.id, destination, "walk"}, record);
        ASSERT_EQ(answer.status().reason(), refused)
            << was << " " << verb << " " << destination << " " << answer.status().ToString();
        ++done[was + " " + verb];
        std::map<std::string, std::string> wanted;
        for (const auto& [key, state] : reference.states) wanted[key] = state.is;
        ASSERT_EQ(Stored(firm, account, decision.id), wanted) << was << " " << verb << " " << destination;
      }
      for (const auto& [key, state] : reference.states) ++expected[state.is];
    }
    // Accepted mail = messages and receipts; every message's states are those of the reference, summed over all.
    std::map<std::string, size_t> states;
    for (const auto& stored : testing::AllRows(*firm.control->store, store::kTargets, account)) {
      ++states[std::string(OutcomeName(wire::ReadTarget(stored)->outcome))];
    }
    EXPECT_EQ(states, expected);
    size_t received = testing::AllRows(*firm.control->store, store::kMessages, account).size();
    for (const auto& stored : testing::AllRows(*firm.control->store, store::kReceipts, account)) {
      received += stored.text(5).empty() ? 0 : 1;  // by a delivery, not by an act
    }
    EXPECT_EQ(received, accepted);
  }
  if (walks < 1000) return;
  for (const char* pair :
       {"filed withdraw", "unassigned reroute", "unassigned withdraw", "held release", "held reroute", "held forward",
        "held reject", "catch_all reroute", "catch_all withdraw", "rejected restore", "withdrawn restore"}) {
    EXPECT_GT(done[pair], 0u) << pair;
  }
}

// Everything of these collections, whole.
std::string Snapshot(Firm& firm, int64_t account) {
  std::string all;
  for (const uint32_t collection : {uint32_t{store::kPeople}, uint32_t{store::kRecords}, uint32_t{store::kAssignments},
                                    uint32_t{store::kLocators}, uint32_t{store::kRules}}) {
    for (const auto& row : testing::AllRows(*firm.control->store, collection, account)) {
      for (const auto& column : row.columns) all += std::to_string(column.integer) + "/" + column.bytes + ";";
      all += row.body + "#" + std::to_string(row.version) + "\n";
    }
  }
  return all;
}

TEST(HeldWalk, T12_MailNeverChangesPeopleAssignmentsOrRights) {
  Rng rng;
  SCOPED_TRACE("CASECOMM_SEED=" + std::to_string(rng.seed()));
  const size_t mails = test::Runs("CASECOMM_MAILS", 10'000);
  constexpr size_t kMailsAFirm = 2000;
  for (size_t sent = 0; sent < mails;) {
    Firm firm(rng.Below(2) == 0 ? "casebook" : "casefleet");
    const int64_t account = testing::AllRows(*firm.control->store, store::kAccounts, 0).at(0).integer(1);
    const std::string before = Snapshot(firm, account);
    ASSERT_FALSE(before.empty());
    const std::vector<std::string> addresses = {"ann@firm.example.org",
                                                "ben@firm.example.org",
                                                "p1@mail.example.com",
                                                "p3@mail.example.com",
                                                "p5@mail.example.com",
                                                "new@new.example.com",
                                                firm.Record("C1"),
                                                firm.Record("M1"),
                                                firm.Drop("U1"),
                                                "guess@in.example.org",
                                                "\"x\\\" y\"@new.example.com"};
    const auto any = [&] { return addresses[rng.Below(addresses.size())]; };
    ListSource source;
    for (size_t i = 0; i < kMailsAFirm && sent < mails; ++i, ++sent) {
      std::string extra;
      if (rng.Below(2) == 0) extra += "Cc: " + any() + ", " + any() + "\r\n";
      if (rng.Below(4) == 0) extra += "Reply-To: " + any() + "\r\n";
      if (rng.Below(4) == 0) extra += "Sender: " + any() + "\r\n";
      if (rng.Below(4) == 0) extra += "Delivered-To: " + any() + "\r\n";
      if (rng.Below(8) == 0) extra += "From: " + any() + "\r\n";
      if (rng.Below(8) == 0) extra += "X-CaseComm-Assign: C1 manager\r\n";
      source.Add(Firm::Mail(any(), any(), extra, "mail " + std::to_string(sent) + "\r\n"));
    }
    firm.Receive(source);
    EXPECT_EQ(Snapshot(firm, account), before);
  }
}

}  // namespace
}  // namespace casecomm
