// SPDX-License-Identifier: Apache-2.0
#include "route/program.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace casecomm::route {
namespace {

std::vector<Program> Presets() {
  std::vector<Program> programs;
  for (const std::string_view name : Program::PresetNames()) programs.push_back(Program::Preset(name).value());
  return programs;
}

template <typename Value>
bool Is(const Facts& facts, Fact fact, Value value) {
  return facts[static_cast<size_t>(fact)] == static_cast<uint8_t>(value);
}

// All facts that one mail and one target can have together.
void EachConsistent(const std::function<void(const Facts&)>& call) {
  Facts facts{};
  const std::function<void(size_t)> fill = [&](size_t f) {
    if (f < facts.size()) {
      for (facts[f] = 0; facts[f] < FactValueCount(static_cast<Fact>(f)); ++facts[f]) fill(f + 1);
      facts[f] = 0;
      return;
    }
    const bool record = Is(facts, Fact::kAddress, AddressFact::kRecord);
    const bool drop = Is(facts, Fact::kAddress, AddressFact::kDrop);
    const bool known_locator =
        !Is(facts, Fact::kLocator, LocatorFact::kNone) && !Is(facts, Fact::kLocator, LocatorFact::kUnknown);
    if (Is(facts, Fact::kAddress, AddressFact::kOther)) return;
    if ((record || drop) == Is(facts, Fact::kLocator, LocatorFact::kNone)) return;
    if ((record && known_locator) == Is(facts, Fact::kRecordState, RecordStateFact::kNone)) return;
    if (!drop && !Is(facts, Fact::kForwarded, ForwardedFact::kNo)) return;
    if (!drop && !Is(facts, Fact::kRecipients, RecipientsFact::kNone)) return;
    if (Is(facts, Fact::kAuthor, AuthorFact::kOwner) && !(drop && known_locator)) return;
    call(facts);
  };
  fill(0);
}

const Rule& Match(const Program& program, const Facts& facts) {
  for (const Rule& rule : program.rules()) {
    bool holds = true;
    for (const Condition& condition : rule.when) holds = holds && condition.Holds(facts);
    if (holds) return rule;
  }
  ADD_FAILURE() << "no rule matched";
  return program.rules().back();
}

// What must become of a record address, in nested words rather than ordered rules (spec X-05, CB-26, threats section 4).
Action RecordAction(const Facts& facts, bool anyone) {
  if (!Is(facts, Fact::kLimit, LimitFact::kWithin)) return Action::kHold;
  if (Is(facts, Fact::kAuthor, AuthorFact::kAmbiguous)) return Action::kHold;
  const bool known = !Is(facts, Fact::kAuthor, AuthorFact::kUnknown);
  const bool open = Is(facts, Fact::kRecordState, RecordStateFact::kOpen);
  const bool by_policy = anyone || (known && open);
  if (Is(facts, Fact::kLocator, LocatorFact::kActive)) return by_policy ? Action::kFileRecord : Action::kHold;
  if (Is(facts, Fact::kLocator, LocatorFact::kGrace) && known && Is(facts, Fact::kTrust, TrustFact::kPass)) {
    return by_policy ? Action::kFileRecord : Action::kHold;
  }
  return Action::kHold;
}

Action DropAction(const Facts& facts) {
  if (!Is(facts, Fact::kLimit, LimitFact::kWithin)) return Action::kHold;
  if (!Is(facts, Fact::kAuthor, AuthorFact::kOwner)) return Action::kHold;
  if (Is(facts, Fact::kLocator, LocatorFact::kRetired)) return Action::kHold;
  if (Is(facts, Fact::kLocator, LocatorFact::kGrace) && !Is(facts, Fact::kTrust, TrustFact::kPass)) {
    return Action::kHold;
  }
  if (!Is(facts, Fact::kForwarded, ForwardedFact::kNo)) return Action::kUnassigned;
  return Is(facts, Fact::kRecipients, RecipientsFact::kSettled) ? Action::kFileRecipients : Action::kUnassigned;
}

TEST(Program, X05_every_combination_of_facts_ends_as_the_policy_says) {
  for (const Program& program : Presets()) {
    const bool anyone = program.policy() == "P0 anyone";
    std::set<std::string> reached;
    size_t count = 0;
    EachConsistent([&](const Facts& facts) {
      ++count;
      const Rule& rule = Match(program, facts);
      reached.insert(rule.name);
      Action expected = Action::kNotTracked;
      if (Is(facts, Fact::kAddress, AddressFact::kRecord)) expected = RecordAction(facts, anyone);
      if (Is(facts, Fact::kAddress, AddressFact::kDrop)) expected = DropAction(facts);
      if (Is(facts, Fact::kAddress, AddressFact::kUnroutable)) expected = Action::kHold;
      if (!Is(facts, Fact::kLimit, LimitFact::kWithin)) expected = Action::kHold;
      ASSERT_EQ(rule.action, expected) << rule.name;
    });
    // Nothing and unroutable; records by locator and state; drops by locator, author, forwarding and recipients.
    EXPECT_EQ(count, (2u * 4 + (3 * 2 + 1) * 4 + (3 * 5 + 4) * 3 * 6) * 3 * 2 * 3);
    // Each rule decides something, but the last, which is there so that none falls through.
    for (const Rule& rule : program.rules())
      EXPECT_EQ(reached.contains(rule.name), rule.name != "otherwise") << rule.name;
  }
}

TEST(Program, the_last_rule_takes_everything_and_no_other_does) {
  for (const Program& program : Presets()) {
    for (const Rule& rule : program.rules()) EXPECT_EQ(rule.when.empty(), &rule == &program.rules().back());
  }
}

TEST(Program, CB10_CF07_rules_have_own_names_own_sentences_and_reasons_of_the_table) {
  std::map<std::string, std::string> reasons;
  for (const Reason& reason : Reasons()) {
    EXPECT_TRUE(reasons.emplace(reason.word, reason.meaning).second) << reason.word;
  }
  std::set<std::string> used = {"mime_ambiguous", "scanner_hit",
                                "scanner_unavailable"};  // what is found past the rules
  for (const Program& program : Presets()) {
    std::set<std::string> names, sentences;
    for (const Rule& rule : program.rules()) {
      EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
      EXPECT_TRUE(sentences.insert(rule.sentence).second) << rule.sentence;
      EXPECT_TRUE(reasons.contains(rule.reason)) << rule.reason;
      used.insert(rule.reason);
    }
  }
  EXPECT_EQ(used.size(), reasons.size()) << "a reason is in the table that no rule gives";
}

TEST(Program, an_unknown_preset_is_not_found) {
  for (const std::string_view name : {"", "Casebook", "casebook ", "mycase"}) {
    const Result<Program> program = Program::Preset(name);
    ASSERT_FALSE(program.ok());
    EXPECT_EQ(program.status().code(), Code::kNotFound);
    EXPECT_EQ(program.status().subject(), name);
  }
}

TEST(Program, a_condition_reads_like_a_sentence) {
  EXPECT_EQ(ConditionText({Fact::kAuthor, 1u << static_cast<uint8_t>(AuthorFact::kOwner)}), "author is owner");
  EXPECT_EQ(ConditionText({Fact::kReply, 3}), "mail is new or reply");
}

std::string OutcomeText(Action action) {
  switch (action) {
    case Action::kFileRecord:
      return "filed on the record";
    case Action::kFileRecipients:
      return "filed on what the recipients settle";
    case Action::kUnassigned:
      return "unassigned";
    case Action::kHold:
      return "held";
    case Action::kNotTracked:
      return "not tracked";
  }
  return {};
}

// The tables of docs/decisions.md.
std::string ReasonsTable() {
  std::ostringstream out;
  out << "| reason | meaning |\n|---|---|\n";
  for (const Reason& reason : Reasons()) out << "| `" << reason.word << "` | " << reason.meaning << " |\n";
  return out.str();
}

std::string FactsTable() {
  std::ostringstream out;
  out << "| fact | values |\n|---|---|\n";
  for (size_t f = 0; f < static_cast<size_t>(Fact::kCount); ++f) {
    const Fact fact = static_cast<Fact>(f);
    out << "| " << FactName(fact) << " | ";
    for (uint8_t v = 0; v < FactValueCount(fact); ++v) out << (v > 0 ? ", " : "") << FactValueName(fact, v);
    out << " |\n";
  }
  return out.str();
}

std::string PresetTable(std::string_view name) {
  const Program program = Program::Preset(name).value();
  std::ostringstream out;
  out << "### " << name << ": " << program.policy() << "\n\n";
  out << "| | rule | when | outcome | reason | sentence |\n|---|---|---|---|---|---|\n";
  int number = 0;
  for (const Rule& rule : program.rules()) {
    std::string when;
    for (const Condition& condition : rule.when) when += (when.empty() ? "" : "; ") + ConditionText(condition);
    out << "| " << ++number << " | `" << rule.name << "` | " << (when.empty() ? "always" : when) << " | "
        << OutcomeText(rule.action) << " | `" << rule.reason << "` | " << rule.sentence << " |\n";
  }
  return out.str();
}

TEST(Program, Y01_the_document_shows_the_program_word_for_word) {
  std::ifstream file(CASECOMM_SOURCE_DIR "/docs/decisions.md", std::ios::binary);
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> tables = {ReasonsTable(), FactsTable()};
  for (const std::string_view name : Program::PresetNames()) tables.push_back(PresetTable(name));
  for (const std::string& table : tables) {
    EXPECT_NE(document.find(table), std::string::npos) << "docs/decisions.md should hold:\n" << table;
  }
}

}  // namespace
}  // namespace casecomm::route
