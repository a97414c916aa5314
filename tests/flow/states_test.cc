// SPDX-License-Identifier: Apache-2.0
#include "flow/states.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace casecomm::flow {
namespace {

// Written from threats.md, section 5, by hand: state, event, next; "before" where it goes back.
constexpr const char* kTable[][3] = {
    {"filed", "moved", "filed"},         {"filed", "withdrawn", "withdrawn"},      {"unassigned", "linked", "filed"},
    {"unassigned", "rerouted", "filed"}, {"unassigned", "withdrawn", "withdrawn"}, {"held", "released", "filed"},
    {"held", "rerouted", "filed"},       {"held", "forwarded", "catch_all"},       {"held", "rejected", "rejected"},
    {"catch_all", "rerouted", "filed"},  {"catch_all", "withdrawn", "withdrawn"},  {"rejected", "restored", "before"},
    {"withdrawn", "restored", "before"},
};
constexpr Outcome kStates[] = {Outcome::kFiled,      Outcome::kUnassigned, Outcome::kHeld,
                               Outcome::kCatchAll,   Outcome::kApplied,    Outcome::kDuplicate,
                               Outcome::kNotTracked, Outcome::kRejected,   Outcome::kWithdrawn};

TEST(States, X09_EveryStateAndEventIsAListedExitOrATypedError) {
  std::map<std::pair<std::string, std::string>, std::string> table;
  for (const auto& row : kTable) table[{row[0], row[1]}] = row[2];
  size_t exits = 0;
  for (const Outcome state : kStates) {
    for (size_t e = 0; e < static_cast<size_t>(Event::kCount); ++e) {
      const Event event{static_cast<uint8_t>(e)};
      const std::string from(OutcomeName(state)), word(EventName(event));
      for (const Outcome before : {Outcome::kHeld, Outcome::kFiled, Outcome::kUnassigned, Outcome::kCatchAll}) {
        const auto next = After(state, event, before, "m1");
        const auto row = table.find({from, word});
        ASSERT_EQ(next.ok(), row != table.end()) << from << " " << word;
        if (next.ok()) {
          EXPECT_EQ(OutcomeName(*next), row->second == "before" ? OutcomeName(before) : row->second) << from << word;
          continue;
        }
        const Status refused = next.status();
        EXPECT_EQ(refused.code(), Code::kFailedPrecondition);
        EXPECT_EQ(refused.reason(), "no_such_exit");
        EXPECT_EQ(refused.subject(), "m1");
        EXPECT_NE(refused.message().find(from), std::string::npos) << refused.ToString();
        // It says what can be done instead: every exit of the state, and nothing else.
        const std::string tail(refused.message().substr(refused.message().find(';')));
        for (size_t other = 0; other < static_cast<size_t>(Event::kCount); ++other) {
          const std::string name(EventName(Event{static_cast<uint8_t>(other)}));
          EXPECT_EQ(tail.find(name) != std::string::npos, table.count({from, name}) != 0) << tail << " " << name;
        }
      }
      exits += table.count({from, word});
    }
  }
  EXPECT_EQ(exits, std::size(kTable));
}

TEST(States, X09_EveryStateThatWaitsOrIsSetAsideHasAnExit) {
  const std::set<Outcome> terminal = {Outcome::kApplied, Outcome::kDuplicate, Outcome::kNotTracked};
  for (const Outcome state : kStates) {
    size_t exits = 0;
    for (const auto& row : kTable) exits += row[0] == OutcomeName(state);
    EXPECT_EQ(exits == 0, terminal.count(state) == 1) << OutcomeName(state);
    if (Waits(state) || IsSetAside(state)) {
      EXPECT_GT(exits, 0u);
    }
  }
}

}  // namespace
}  // namespace casecomm::flow
