// SPDX-License-Identifier: Apache-2.0
// Random rule documents, worlds and mail: the compiled program tries the rules that a naive interpreter of the documents
// tries, stops where it stops, and tells the same of each that failed.
#include "tests/route/interpreter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "identify/address_key.h"
#include "tests/base/random.h"
#include "tests/route/routed.h"

namespace casecomm::route {
namespace {

using identify::LocatorState;
using identify::RecordKind;
using identify::RecordState;
using testing::Interpreter;
using testing::Mail;
using testing::ReadMail;
using testing::World;

constexpr char kShipped[] = CASECOMM_SOURCE_DIR "/lib/route/presets";

class Random {
 public:
  uint64_t seed() const { return rng_.seed(); }
  size_t Below(size_t n) { return rng_.Below(n); }
  bool Chance(size_t of) { return Below(of) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  test::Rng rng_;
};

// Conditions over random facts, each with some of its values; never all.
std::string RandomWhen(Random& random) {
  std::string when;
  std::set<size_t> used;
  for (size_t n = 1 + random.Below(3); n > 0; --n) {
    const size_t f = random.Below(kFixedFacts + 1);
    if (!used.insert(f).second) continue;
    when += when.empty() ? "" : ", ";
    if (f == kFixedFacts) {
      when += random.Chance(2) ? R"("author_in": "some")" : R"("author_not_in": ["some", "others"])";
      continue;
    }
    const Fact fact = static_cast<Fact>(f);
    std::vector<std::string> values;
    for (uint8_t v = 0; v < FactValueCount(fact); ++v) {
      if (random.Chance(2)) values.push_back('"' + std::string(FactValueName(fact, v)) + '"');
    }
    if (values.empty() || values.size() == FactValueCount(fact)) {
      values = {'"' + std::string(FactValueName(fact, static_cast<uint8_t>(random.Below(FactValueCount(fact))))) + '"'};
    }
    when += '"' + std::string(FactName(fact)) + "\": ";
    if (values.size() == 1) {
      when += values[0];
    } else {
      for (size_t v = 0; v < values.size(); ++v) when += (v == 0 ? "[" : ", ") + values[v];
      when += "]";
    }
  }
  return when;
}

std::string RandomDocument(Random& random) {
  static const std::vector<std::string> kEnds = {R"({"include": "casebook"})", R"({"include": "casefleet"})",
                                                 R"({"include": "plain", "except": ["other_new", "drop_settled"]})",
                                                 R"({"include": "trackops"})", R"({"rule": "rest", "then": "hold"})"};
  static const std::vector<std::string> kHeads = {
      R"("extends": "casebook", )",
      R"("extends": "casefleet", )",
      R"("extends": "trackops", "settings": {"catch_all": "office@firm.example"}, )",
      R"("extends": "trackops", "settings": {"aliases_count": "yes", "sender_policy": "authenticated"}, )",
      R"("settings": {"capture_replies": "no", "catch_all": "office@firm.example", "sender_policy": "anyone"}, )",
      "",
      R"("settings": {"sender_policy": "authenticated", "max_received": 74}, )",
      R"("extends": "mycase", "settings": {"closed_record": "file", "max_received": 0}, )",
      R"("settings": {"sender_policy": "staff", "closed_record": "file"}, )"};
  std::string json = R"({"casecomm_rules": 1, "name": "random", )" + random.Of(kHeads);
  json += R"("lists": {"some": ["u0@firm.org", "@y.org", "@*.z.org"], "others": ["c1@x.org"]}, "rules": [)";
  const size_t rules = 1 + random.Below(5);
  for (size_t r = 0; r < rules; ++r) {
    static const std::vector<std::string> kActs = {
        R"("then": "catch_all", "when": {"address": ["record", "reply", "return_path"], "class": "normal", )"
        R"("locator": "active", "limit": "within", "author": ["contact", "staff"], )",
        R"("then": "apply", "when": {"address": "reply", "class": ["receipt", "bounce"], "locator": "active", )"
        R"("limit": "within", "author": ["contact", "recipient"], )"};
    json += R"({"rule": "r)" + std::to_string(r) + R"(", )";
    if (random.Chance(4)) {
      json += random.Of(kActs) + R"("trust": ["none", "pass"]}}, )";
      continue;
    }
    json +=
        R"("when": {)" + RandomWhen(random) + R"(}, "then": ")" + (random.Chance(2) ? "hold" : "not_tracked") + "\"}, ";
  }
  return json + random.Of(kEnds) + "]}";
}

struct Place {
  World world;
  std::vector<std::string> own, others;

  explicit Place(Random& random) {
    for (int i = 0; i < 2; ++i) world.Staff("U" + std::to_string(i), {"u" + std::to_string(i) + "@firm.org"});
    for (int i = 0; i < 6; ++i) {
      const std::string n = std::to_string(i);
      world.Contact("C" + n, {"c" + n + "@x.org"});
      world.Record("R" + n, static_cast<RecordKind>(1 + random.Below(5)),
                   random.Chance(4) ? RecordState::kClosed : RecordState::kOpen);
      world.Policy(static_cast<SenderPolicy>(random.Chance(2) ? 0 : random.Below(identify::kSenderPolicies)));
      world.Assign("R" + n, "C" + n);
      if (random.Chance(2)) world.Assign("R" + n, "C" + std::to_string(random.Below(6)));
      own.push_back(world.RecordAddress("R" + n, static_cast<LocatorState>(1 + random.Below(3))));
      others.push_back("c" + n + "@x.org");
    }
    for (int i = 0; i < 2; ++i) own.push_back(world.DropAddress("U" + std::to_string(i)));
    own.push_back(testing::Mint(address::Kind::kRecord, 777));
    own.push_back("typo@in.firm.example");
    for (int i = 0; i < 6; ++i) {
      const std::string n = std::to_string(i);
      const auto kind = random.Chance(4) ? address::Kind::kReturnPath : address::Kind::kReply;
      const auto state = random.Chance(2) ? LocatorState::kActive : static_cast<LocatorState>(1 + random.Below(3));
      const std::string email = random.Chance(4) ? "old" + n + "@x.org" : "c" + n + "@x.org";
      own.push_back(
          world.SentAddress(kind, "R" + n, "C" + n, email, state, testing::kNow + (random.Chance(5) ? 0 : 1)));
    }
    own.push_back(testing::Mint(address::Kind::kReply, 778));
    for (const char* more : {"u0@firm.org", "u1@firm.org", "s@y.org", "t@a.z.org"}) others.push_back(more);
  }

  std::string MailOf(Random& random) const {
    const auto any = [&] { return random.Chance(3) ? random.Of(own) : random.Of(others); };
    std::vector<std::string> lines = {"From: " + (random.Chance(2) ? random.Of(others) : any())};
    if (random.Chance(10)) lines[0] += ", " + any();
    for (const std::string field : {"To", "Cc", "Bcc", "Delivered-To"}) {
      if (random.Chance(2)) lines.push_back(field + ": " + any());
    }
    if (random.Chance(2)) lines.push_back("Bcc: " + own[6 + random.Below(2)]);
    if (random.Chance(3)) lines.push_back("In-Reply-To: <1@x.org>");
    return Mail(lines);
  }
};

std::string BudgetWord(const identify::Identified& identified, const Asked& asked, int64_t max_received) {
  const bool nothing = asked.what == Asked::What::kNothing;
  if (nothing && identified.in_thread != identify::InThread::kParticipant) return "within";
  if (max_received != 0 && int64_t{identified.received} > max_received) return "received";
  if (asked.what == Asked::What::kSlot && identified.slots[asked.position].over_budget) return "record";
  if (nothing && identified.thread_over_budget) return "record";
  return identified.sender_over_budget ? "sender" : "within";
}

TEST(Interpreter, Y01_Y05_the_compiled_program_is_what_the_document_says) {
  const size_t documents = test::Runs("CASECOMM_RULES", 300);
  Random random;
  PRINT_SEED(random);
  size_t read = 0, compared = 0;
  std::set<std::string> decided;
  while (read < documents) {
    const std::string json = RandomDocument(random);
    const Result<Program> program = Program::Parse(json);
    if (!program.ok()) continue;  // rules that never decide, and the like: what document_test is about
    ++read;
    const Interpreter interpreter(json, kShipped);
    const Place place(random);
    const auto directory = place.world.Directory();
    for (int i = 0; i < 10; ++i) {
      ReadMail mail(place.MailOf(random), *directory);
      mail.identified.trust = static_cast<Trust>(random.Below(3));
      mail.identified.mail_class = static_cast<MailClass>(1 + random.Below(5));
      mail.identified.received = static_cast<uint32_t>(random.Below(4) * 25);
      mail.identified.sender_over_budget = random.Chance(8);
      for (identify::Slot& slot : mail.identified.slots) {
        slot.over_budget = slot.locator != nullptr && slot.locator->kind == address::Kind::kRecord && random.Chance(8);
      }
      if (mail.identified.slots.empty() && !mail.recipients.unroutable && random.Chance(2)) {
        const bool known = mail.identified.author.kind != identify::AuthorKind::kAmbiguous;
        mail.identified.in_thread = static_cast<identify::InThread>(random.Below(known ? 3 : 2));
        if (mail.identified.in_thread == identify::InThread::kParticipant) {
          mail.identified.thread_record = static_cast<identify::Position>(random.Below(directory->record_count()));
          mail.identified.thread_over_budget = random.Chance(8);
        }
      }
      Decision decision;
      Decide(*program, mail.recipients, mail.identified, *directory, &decision);
      const MailDecision told =
          Describe(*program, *mail.envelope, mail.recipients, mail.identified, *directory, decision, true);
      std::string author;
      if (mail.identified.author.kind != identify::AuthorKind::kAmbiguous) {
        author = std::string(mail.identified.author.local) + "@" + std::string(mail.identified.author.domain);
      }
      std::vector<TraceStep> trace = told.trace;
      std::erase_if(trace, [](const TraceStep& step) { return step.rule == "header_only"; });
      size_t step = 0;
      for (const Asked& asked : decision.asked) {
        testing::Words words;
        for (size_t f = 0; f < kFixedFacts; ++f) {
          words[std::string(FactName(static_cast<Fact>(f)))] = FactValueName(static_cast<Fact>(f), asked.facts[f]);
        }
        for (const char* setting : {"sender_policy", "closed_record", "aliases_count", "capture_replies"}) {
          words.erase(setting);
        }
        const auto* const slot = asked.what == Asked::What::kSlot ? &mail.identified.slots[asked.position] : nullptr;
        if (slot != nullptr && slot->locator != nullptr && slot->locator->kind != address::Kind::kDrop) {
          const auto policy = static_cast<uint8_t>(directory->record(slot->locator->subject).sender_policy);
          words["record_policy"] = FactValueName(Fact::kSenderPolicy, policy);
        }
        const bool nothing = asked.what == Asked::What::kNothing;
        constexpr const char* kThreads[] = {"none", "stranger", "participant"};
        words["thread"] = nothing ? kThreads[static_cast<size_t>(mail.identified.in_thread)] : "none";
        if (words["thread"] == "participant") {
          const auto policy = static_cast<uint8_t>(directory->record(mail.identified.thread_record).sender_policy);
          words["record_policy"] = FactValueName(Fact::kSenderPolicy, policy);
        }
        words["budget"] = BudgetWord(mail.identified, asked, interpreter.number("max_received"));
        for (const Interpreter::Tried& tried : interpreter.Run(words, author)) {
          ASSERT_LT(step, trace.size()) << json;
          EXPECT_EQ(trace[step].rule, tried.rule) << json;
          EXPECT_EQ(trace[step].matched, tried.matched) << json;
          EXPECT_EQ(trace[step].condition.substr(0, tried.fact.size()), tried.fact) << json;
          EXPECT_EQ(trace[step].value, tried.value) << json;
          ++step;
          ++compared;
          if (!tried.matched) continue;
          decided.insert(tried.rule);
          EXPECT_EQ(program->rules()[asked.rule].name, tried.rule) << json;
          EXPECT_EQ(ActionName(program->rules()[asked.rule].action), interpreter.rule(tried.rule)["then"]) << json;
        }
      }
      ASSERT_EQ(step, trace.size()) << json;
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(compared, documents * 10);
  EXPECT_GT(decided.size(), 20u) << "too few rules ever decided";
}

}  // namespace
}  // namespace casecomm::route
