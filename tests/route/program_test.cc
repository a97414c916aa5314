// SPDX-License-Identifier: Apache-2.0
#include "route/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "route/document.h"
#include "route/presets.h"

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

// All facts that one mail and one target can have together, written down apart from Possible(). What the presets never ask
// for stays at its first value: the class of what came to no reply address or return path, unless `every_class`.
void EachConsistent(const std::function<void(const Facts&)>& call, bool every_class = false) {
  Facts facts{};
  const auto fits = [&](size_t f) {
    const bool record = Is(facts, Fact::kAddress, AddressFact::kRecord);
    const bool drop = Is(facts, Fact::kAddress, AddressFact::kDrop);
    const bool reply = Is(facts, Fact::kAddress, AddressFact::kReply);
    const bool sent = reply || Is(facts, Fact::kAddress, AddressFact::kReturnPath);
    const bool known_locator =
        !Is(facts, Fact::kLocator, LocatorFact::kNone) && !Is(facts, Fact::kLocator, LocatorFact::kUnknown);
    const bool of_record = (record || sent) && known_locator;
    const bool none = Is(facts, Fact::kAddress, AddressFact::kNone);
    const bool participant = Is(facts, Fact::kThread, ThreadFact::kParticipant);
    switch (static_cast<Fact>(f)) {
      case Fact::kLocator:
        if (!sent && Is(facts, Fact::kLocator, LocatorFact::kExpired)) return false;
        return (record || drop || sent) != Is(facts, Fact::kLocator, LocatorFact::kNone);
      case Fact::kAuthor:
        if (Is(facts, Fact::kAuthor, AuthorFact::kOwner)) return drop && known_locator;
        if (Is(facts, Fact::kAuthor, AuthorFact::kRecipient) || Is(facts, Fact::kAuthor, AuthorFact::kRecipientAlias)) {
          return reply && known_locator;
        }
        return true;
      case Fact::kClass:
        return sent || every_class || facts[f] == 0;
      case Fact::kSeenIn:
        return facts[f] == 0;
      case Fact::kForwarded:
      case Fact::kRecipients:
        return drop || facts[f] == 0;
      case Fact::kRecordState:
        return none || of_record != (facts[f] == 0);
      case Fact::kRecordKind:
        return Is(facts, Fact::kRecordState, RecordStateFact::kNone) == (facts[f] == 0);
      case Fact::kBudget:
        return none || !Is(facts, Fact::kBudget, BudgetFact::kRecord) || ((record || reply) && known_locator);
      case Fact::kThread:  // of a participant's, and without an address only of that, a record is known
        if (!none) return facts[f] == 0;
        if (participant == Is(facts, Fact::kRecordState, RecordStateFact::kNone)) return false;
        return participant ? !Is(facts, Fact::kAuthor, AuthorFact::kAmbiguous)
                           : Is(facts, Fact::kBudget, BudgetFact::kWithin);
      case Fact::kAliasesCount:
      case Fact::kCaptureReplies:
        return reply || facts[f] == 0;
      default:
        return true;
    }
  };
  const std::function<void(size_t)> fill = [&](size_t f) {
    if (f == kFixedFacts) return call(facts);
    for (facts[f] = 0; facts[f] < FactValueCount(static_cast<Fact>(f)); ++facts[f]) {
      if (fits(f)) fill(f + 1);
    }
    facts[f] = 0;
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

// The table of sender policies of threats.md, section 4: known and proven, as rows.
bool PolicyFiles(const Facts& facts) {
  const bool unknown = Is(facts, Fact::kAuthor, AuthorFact::kUnknown);
  const bool staff = Is(facts, Fact::kAuthor, AuthorFact::kStaff);
  const bool pass = Is(facts, Fact::kTrust, TrustFact::kPass);
  switch (static_cast<SenderPolicy>(facts[static_cast<size_t>(Fact::kSenderPolicy)])) {
    case SenderPolicy::kAnyone:
      return true;
    case SenderPolicy::kKnown:
      return !unknown;
    case SenderPolicy::kAuthenticated:
      return pass;
    case SenderPolicy::kKnownAndAuthenticated:
      return !unknown && pass;
    case SenderPolicy::kStaff:
      return staff && pass;
  }
  return false;
}

// What must become of a record address, in nested words rather than ordered rules (spec X-05, CB-26, threats section 4).
Action RecordAction(const Facts& facts) {
  if (!Is(facts, Fact::kLimit, LimitFact::kWithin)) return Action::kHold;
  if (Is(facts, Fact::kAuthor, AuthorFact::kAmbiguous)) return Action::kHold;
  const bool known = !Is(facts, Fact::kAuthor, AuthorFact::kUnknown);
  const bool taken =
      Is(facts, Fact::kRecordState, RecordStateFact::kOpen) || Is(facts, Fact::kClosedRecord, ClosedRecord::kFile);
  const Action by_policy = PolicyFiles(facts) && taken ? Action::kFileRecord : Action::kHold;
  if (Is(facts, Fact::kLocator, LocatorFact::kActive)) return by_policy;
  if (Is(facts, Fact::kLocator, LocatorFact::kGrace) && known && Is(facts, Fact::kTrust, TrustFact::kPass)) {
    return by_policy;
  }
  return Action::kHold;
}

// A reply without an address, by who took part in its thread (CB-11).
Action ThreadAction(const Facts& facts) {
  const bool taken =
      Is(facts, Fact::kRecordState, RecordStateFact::kOpen) || Is(facts, Fact::kClosedRecord, ClosedRecord::kFile);
  return PolicyFiles(facts) && taken ? Action::kFileRecord : Action::kHold;
}

Action DropAction(const Facts& facts) {
  if (!Is(facts, Fact::kLimit, LimitFact::kWithin)) return Action::kHold;
  if (!Is(facts, Fact::kAuthor, AuthorFact::kOwner)) return Action::kHold;
  if (Is(facts, Fact::kLocator, LocatorFact::kRetired)) return Action::kHold;
  if (Is(facts, Fact::kLocator, LocatorFact::kGrace) && !Is(facts, Fact::kTrust, TrustFact::kPass)) {
    return Action::kHold;
  }
  if (!Is(facts, Fact::kForwarded, ForwardedFact::kNo)) return Action::kUnassigned;
  const bool settled =
      Is(facts, Fact::kRecipients, RecipientsFact::kCase) || Is(facts, Fact::kRecipients, RecipientsFact::kLead);
  return settled ? Action::kFileRecipients : Action::kUnassigned;
}

// A reply address serves whom it was given to (spec TI-02 to TI-05).
Action ReplyAction(const Facts& facts) {
  const bool recipient = Is(facts, Fact::kAuthor, AuthorFact::kRecipient);
  const bool alias = Is(facts, Fact::kAuthor, AuthorFact::kRecipientAlias);
  const bool pass = Is(facts, Fact::kTrust, TrustFact::kPass);
  const bool grace = Is(facts, Fact::kLocator, LocatorFact::kGrace);
  if (!Is(facts, Fact::kLimit, LimitFact::kWithin)) return Action::kHold;
  if (Is(facts, Fact::kAuthor, AuthorFact::kAmbiguous)) return Action::kHold;
  if (!grace && !Is(facts, Fact::kLocator, LocatorFact::kActive)) return Action::kHold;
  if (grace && (!pass || Is(facts, Fact::kAuthor, AuthorFact::kUnknown))) return Action::kHold;
  if (Is(facts, Fact::kClass, ClassFact::kList)) return Action::kHold;
  if (!Is(facts, Fact::kClass, ClassFact::kNormal)) return Action::kApply;
  if (Is(facts, Fact::kCaptureReplies, YesNo::kNo)) return Action::kCatchAll;
  if (!recipient && !(alias && Is(facts, Fact::kAliasesCount, YesNo::kYes))) return Action::kCatchAll;
  switch (static_cast<SenderPolicy>(facts[static_cast<size_t>(Fact::kSenderPolicy)])) {
    case SenderPolicy::kStaff:
      return Action::kHold;
    case SenderPolicy::kAuthenticated:
    case SenderPolicy::kKnownAndAuthenticated:
      if (!pass) return Action::kHold;
      break;
    default:
      break;
  }
  const bool open = Is(facts, Fact::kRecordState, RecordStateFact::kOpen);
  return open || Is(facts, Fact::kClosedRecord, ClosedRecord::kFile) ? Action::kFileRecord : Action::kHold;
}

Action ReturnPathAction(const Facts& facts) {
  const bool report = Is(facts, Fact::kLimit, LimitFact::kWithin) && Is(facts, Fact::kClass, ClassFact::kBounce);
  return report && Is(facts, Fact::kLocator, LocatorFact::kActive) ? Action::kApply : Action::kHold;
}

// TI-11: what trackops forwards rather than holds.
bool IsStrangersUpdate(const Facts& facts) {
  if (!Is(facts, Fact::kLimit, LimitFact::kWithin) || !Is(facts, Fact::kAuthor, AuthorFact::kUnknown)) return false;
  if (!Is(facts, Fact::kLocator, LocatorFact::kActive) || !Is(facts, Fact::kClass, ClassFact::kNormal)) return false;
  return !Is(facts, Fact::kSenderPolicy, SenderPolicy::kAnyone) &&
         !Is(facts, Fact::kSenderPolicy, SenderPolicy::kAuthenticated);
}

TEST(Program, X05_TI11_every_combination_of_facts_ends_as_the_policy_says) {
  for (const std::string_view name : {"casebook", "casefleet", "plain", "trackops"}) {
    const Program program = Program::Preset(name).value();
    const bool trackops = name == "trackops";
    std::set<std::string> reached;
    size_t count = 0;
    const auto check = [&](const Facts& facts) {
      ++count;
      const Rule& rule = Match(program, facts);
      reached.insert(rule.name);
      Action expected = Action::kNotTracked;
      if (Is(facts, Fact::kAddress, AddressFact::kRecord)) {
        expected = trackops && IsStrangersUpdate(facts) ? Action::kCatchAll : RecordAction(facts);
      }
      if (Is(facts, Fact::kThread, ThreadFact::kParticipant)) expected = ThreadAction(facts);
      if (Is(facts, Fact::kAddress, AddressFact::kDrop)) expected = DropAction(facts);
      if (Is(facts, Fact::kAddress, AddressFact::kReply)) expected = ReplyAction(facts);
      if (Is(facts, Fact::kAddress, AddressFact::kReturnPath)) expected = ReturnPathAction(facts);
      if (Is(facts, Fact::kAddress, AddressFact::kUnroutable)) expected = Action::kHold;
      if (!Is(facts, Fact::kLimit, LimitFact::kWithin)) expected = Action::kHold;
      if (!Is(facts, Fact::kBudget, BudgetFact::kWithin)) expected = Action::kHold;
      ASSERT_EQ(rule.action, expected) << rule.name;
      if (!trackops) return;  // it asks for the most facts, and what can stand together is the same for all
      Facts seen = facts;
      if (!Is(facts, Fact::kAddress, AddressFact::kNone)) Set(&seen, Fact::kSeenIn, SeenInFact::kHeader);
      ASSERT_EQ(std::ranges::count_if(Possible(), [&](const Box& world) { return world.Holds(seen); }), 1);
    };
    EachConsistent(check, trackops);
    // Nothing, a thread, and unroutable; records by locator, state and kind; drops by locator, author, forwarding and recipients; replies
    // and return paths by locator, author, state and kind; times class and settings of replies; times trust, mail, limit,
    // policy and closed_record; each with its budgets.
    const size_t others = 4u * 2 + 3 * 2 * 5 * 4 + 4 * 3 + (3 * 2 * 5 * 4 + 3) * 4 + (3 * 5 + 4) * 3 * 7 * 3;
    const size_t sent = (4u * 3 + 4 * 2 * 5 * 6 * 4) * 5 * 2 * 2 + (4u + 4 * 2 * 5 * 4) * 3 * 5;
    EXPECT_EQ(count, (others * (trackops ? 5 : 1) + sent) * 3 * 2 * 3 * 5 * 2);
    // Each rule decides something, but the last, which is there so that none falls through.
    for (const Rule& rule : program.rules())
      EXPECT_EQ(reached.contains(rule.name), rule.name != "otherwise") << rule.name;
  }
}

TEST(Program, X05_the_policy_of_an_account_is_its_presets_and_without_one_P3) {
  EXPECT_EQ(Program::Preset("casebook").value().policy(), "P0 anyone");
  EXPECT_EQ(Program::Preset("casefleet").value().policy(), "P1 known");
  EXPECT_EQ(Program::Preset("plain").value().policy(), "P3 known and authenticated");
  EXPECT_EQ(Program::Preset("trackops").value().policy(), "P1 known");
  EXPECT_EQ(Settings().sender_policy, SenderPolicy::kKnownAndAuthenticated);
}

TEST(Program, Y05_mycase_holds_all_inbound_mail) {
  const Program program = Program::Preset("mycase").value();
  EachConsistent([&](const Facts& facts) { ASSERT_EQ(Match(program, facts).action, Action::kHold); });
}

TEST(Program, CB10_CF07_rules_have_own_names_own_sentences_and_reasons_of_the_table) {
  std::map<std::string, std::string> reasons;
  for (const Reason& reason : Reasons()) {
    EXPECT_TRUE(reasons.emplace(reason.word, reason.meaning).second) << reason.word;
  }
  std::set<std::string> used = {"mime_ambiguous", "scanner_hit", "scanner_unavailable",
                                "no_catch_all"};  // what is found past the rules
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
  for (const std::string_view name : {"", "Casebook", "casebook ", "common/drops"}) {
    const Result<Program> program = Program::Preset(name);
    ASSERT_FALSE(program.ok());
    EXPECT_EQ(program.status().code(), Code::kNotFound);
    EXPECT_EQ(program.status().subject(), name);
  }
}

TEST(Program, a_condition_reads_like_a_sentence) {
  const Program program = Program::Preset("casebook").value();
  const auto text = [&](Fact fact, uint32_t allowed) {
    return program.ConditionText({static_cast<size_t>(fact), allowed});
  };
  EXPECT_EQ(text(Fact::kAuthor, 1u << static_cast<uint8_t>(AuthorFact::kOwner)), "author is owner");
  EXPECT_EQ(text(Fact::kReply, 3), "mail is new or reply");
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
    case Action::kCatchAll:
      return "to be forwarded";
    case Action::kApply:
      return "applied";
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
  for (size_t f = 0; f < kFixedFacts; ++f) {
    const Fact fact = static_cast<Fact>(f);
    out << "| " << FactName(fact) << " | ";
    for (uint8_t v = 0; v < FactValueCount(fact); ++v) out << (v > 0 ? ", " : "") << FactValueName(fact, v);
    out << " |\n";
  }
  return out.str();
}

// Of a document that ships: its rules, and where it includes others, their names.
std::string DocumentTable(const ShippedDocument& shipped) {
  const Document document = ParseDocument(shipped.json).value();
  std::ostringstream out;
  out << "### " << shipped.name << "\n\n";
  out << "| rule | when | outcome | reason | sentence |\n|---|---|---|---|---|\n";
  for (const auto& entry : *document.rules) {
    if (const auto* const include = std::get_if<Include>(&entry)) {
      out << "| the rules of `" << include->name << "` | | | | |\n";
      continue;
    }
    const Rule& rule = std::get<DocumentRule>(entry).rule;
    static const Program names = Program::Preset("casebook").value();
    std::string when;
    for (const Condition& condition : rule.when) when += (when.empty() ? "" : "; ") + names.ConditionText(condition);
    out << "| `" << rule.name << "` | " << (when.empty() ? "always" : when) << " | " << OutcomeText(rule.action)
        << (rule.notify_editors ? ", editors told" : "") << " | `" << rule.reason << "` | " << rule.sentence << " |\n";
  }
  return out.str();
}

std::string PresetsTable() {
  std::ostringstream out;
  out << "| preset | sender policy | closed record |\n|---|---|---|\n";
  for (const std::string_view name : Program::PresetNames()) {
    const Program program = Program::Preset(name).value();
    out << "| `" << name << "` | " << program.policy() << " | "
        << (program.settings().closed_record == ClosedRecord::kFile ? "file" : "hold") << " |\n";
  }
  return out.str();
}

TEST(Program, Y01_the_document_shows_the_rules_word_for_word) {
  std::ifstream file(CASECOMM_SOURCE_DIR "/docs/decisions.md", std::ios::binary);
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> tables = {ReasonsTable(), FactsTable(), PresetsTable()};
  for (const ShippedDocument& shipped : ShippedDocuments()) tables.push_back(DocumentTable(shipped));
  for (const std::string& table : tables) {
    EXPECT_NE(document.find(table), std::string::npos) << "docs/decisions.md should hold:\n" << table;
  }
}

}  // namespace
}  // namespace casecomm::route
