// SPDX-License-Identifier: Apache-2.0
// The combinations of facts are far too many to walk, but rules are boxes in their space: what one box leaves of another is
// a few smaller boxes, and one that is left is a witness.
#include "route/check.h"

#include <algorithm>
#include <set>
#include <vector>

namespace casecomm::route {
namespace {

constexpr size_t kMostSteps = 2'000'000;
constexpr size_t kToldRules = 5;

Box BoxOf(const Rule& rule) {
  Box box = Box::All();
  for (const Condition& condition : rule.when) box.allowed[condition.fact] &= condition.allowed;
  return box;
}

Facts FirstOf(const Box& box) {
  Facts facts;
  for (size_t f = 0; f < kMaxFacts; ++f) facts[f] = static_cast<uint8_t>(__builtin_ctz(box.allowed[f]));
  return facts;
}

// What no rule may do, whatever a document says: act on a target that is not there, and file, or send on, what an address that
// is retired, or in grace, or a limit, or a loop, or an author who cannot be told, asks to be held (threats.md, sections 4 and
// 5).
struct Forbidden {
  Action action;
  Box where;
};

template <typename... Values>
Box Where(Box box, Fact fact, Values... values) {
  box.allowed[static_cast<size_t>(fact)] &= ((uint32_t{1} << static_cast<uint8_t>(values)) | ...);
  return box;
}
template <typename... Values>
Box WhereNot(Box box, Fact fact, Values... values) {
  box.allowed[static_cast<size_t>(fact)] &= ~((uint32_t{1} << static_cast<uint8_t>(values)) | ...);
  return box;
}

const std::vector<Forbidden>& AllForbidden() {
  static const std::vector<Forbidden> rows = [] {
    std::vector<Forbidden> all;
    const Box any = Box::All();
    const Box grace = Where(any, Fact::kLocator, LocatorFact::kGrace);
    for (const Action action : {Action::kFileRecord, Action::kFileRecipients, Action::kUnassigned}) {
      if (action == Action::kFileRecord) {
        all.push_back(
            {action, WhereNot(any, Fact::kAddress, AddressFact::kRecord, AddressFact::kReply, AddressFact::kNone)});
        // Without an address only who took part in a thread that an id of ours proves (CB-11, T15).
        all.push_back({action, WhereNot(Where(any, Fact::kAddress, AddressFact::kNone), Fact::kThread,
                                        ThreadFact::kParticipant)});
      } else {
        all.push_back({action, WhereNot(any, Fact::kAddress, AddressFact::kDrop)});
      }
      all.push_back(
          {action, WhereNot(any, Fact::kLocator, LocatorFact::kActive, LocatorFact::kGrace, LocatorFact::kNone)});
    }
    for (const Action action : {Action::kFileRecord, Action::kFileRecipients, Action::kUnassigned, Action::kCatchAll}) {
      all.push_back({action, WhereNot(grace, Fact::kTrust, TrustFact::kPass)});
      all.push_back({action, Where(grace, Fact::kAuthor, AuthorFact::kUnknown)});
      all.push_back({action, Where(any, Fact::kAuthor, AuthorFact::kAmbiguous)});
      all.push_back({action, WhereNot(any, Fact::kLimit, LimitFact::kWithin)});
      all.push_back({action, Where(any, Fact::kBudget, BudgetFact::kReceived, BudgetFact::kRecord)});
    }
    // A reply address serves whom it was given to, while replies are captured; a program's answer is no reply (TI-02 to TI-04).
    const Box reply = Where(any, Fact::kAddress, AddressFact::kReply);
    const auto made_by_programs = {ClassFact::kList, ClassFact::kAutomatic, ClassFact::kReceipt, ClassFact::kBounce};
    all.push_back(
        {Action::kFileRecord, WhereNot(reply, Fact::kAuthor, AuthorFact::kRecipient, AuthorFact::kRecipientAlias)});
    all.push_back({Action::kFileRecord,
                   Where(Where(reply, Fact::kAuthor, AuthorFact::kRecipientAlias), Fact::kAliasesCount, YesNo::kNo)});
    all.push_back({Action::kFileRecord, Where(reply, Fact::kCaptureReplies, YesNo::kNo)});
    for (const ClassFact made : made_by_programs) {
      all.push_back({Action::kFileRecord, Where(reply, Fact::kClass, made)});
      // Automatic mail never triggers mail (X-02).
      all.push_back({Action::kCatchAll, Where(any, Fact::kClass, made)});
    }
    all.push_back({Action::kCatchAll, Where(any, Fact::kAddress, AddressFact::kNone)});
    all.push_back({Action::kCatchAll,
                   Where(any, Fact::kLocator, LocatorFact::kRetired, LocatorFact::kUnknown, LocatorFact::kExpired)});
    // Only a report is taken from a return path, and no person's mail from either (TI-03, T33).
    all.push_back({Action::kApply, WhereNot(any, Fact::kAddress, AddressFact::kReply, AddressFact::kReturnPath)});
    all.push_back({Action::kApply, WhereNot(any, Fact::kLocator, LocatorFact::kActive, LocatorFact::kGrace)});
    all.push_back({Action::kApply, WhereNot(grace, Fact::kTrust, TrustFact::kPass)});
    all.push_back({Action::kApply, WhereNot(any, Fact::kLimit, LimitFact::kWithin)});
    all.push_back({Action::kApply, Where(any, Fact::kClass, ClassFact::kNormal, ClassFact::kList)});
    all.push_back({Action::kApply,
                   WhereNot(Where(any, Fact::kAddress, AddressFact::kReturnPath), Fact::kClass, ClassFact::kBounce)});
    all.push_back(
        {Action::kFileRecipients, WhereNot(any, Fact::kRecipients, RecipientsFact::kCase, RecipientsFact::kLead)});
    // A drop address is for its user alone (CF-02).
    all.push_back({Action::kFileRecipients, WhereNot(any, Fact::kAuthor, AuthorFact::kOwner)});
    all.push_back({Action::kUnassigned, WhereNot(any, Fact::kAuthor, AuthorFact::kOwner)});
    return all;
  }();
  return rows;
}

class Checker {
 public:
  explicit Checker(const Program& program) : program_(program) {
    for (const Rule& rule : program.rules()) boxes_.push_back(BoxOf(rule));
  }

  std::optional<RuleFault> Run() {
    for (size_t r = 0; r < boxes_.size(); ++r) {
      if (auto fault = CheckRule(r)) return fault;
    }
    for (const Box& possible : Possible()) {
      const auto witness = Uncovered(possible, boxes_.size());
      if (steps_ > kMostSteps) return TooComplex();
      if (!witness) continue;
      return At(boxes_.size(), "missing_default",
                "expected a rule for every mail, found none for one where " + FactsText(*witness, Box::All()) +
                    R"(; a last rule without "when" takes what is left)");
    }
    return std::nullopt;
  }

 private:
  static RuleFault At(size_t rule, std::string_view reason, std::string message) {
    return {rule, Status(Code::kInvalidArgument, std::string(reason), "", std::move(message))};
  }
  RuleFault TooComplex() const {
    return At(boxes_.size(), "too_complex",
              "expected rules whose conditions can be held against each other, found too many that overlap");
  }

  std::optional<RuleFault> CheckRule(size_t r) {
    const Rule& rule = program_.rules()[r];
    blamed_.clear();
    bool possible = false, decides = false;
    for (const Box& world : Possible()) {
      const Box box = Intersection(boxes_[r], world);
      if (box.empty()) continue;
      possible = true;
      const auto witness = Uncovered(box, r);
      if (steps_ > kMostSteps) return TooComplex();
      if (!witness) continue;
      decides = true;
      if (const auto unfit = Unfit(rule.action, box, r)) {
        return At(r, "contradiction",
                  "expected facts that " + std::string(ActionName(rule.action)) + " can act on, found that rule " +
                      Name(r) + " also takes mail where " + *unfit);
      }
    }
    if (!possible)
      return At(r, "contradiction",
                "expected facts that can stand together, found that in rule " + Name(r) + " " + Clash(r));
    const auto takes_all = [](const Rule& other) { return other.when.empty(); };
    const auto before = program_.rules().begin() + static_cast<std::ptrdiff_t>(r);
    const bool is_default = rule.when.empty() && std::none_of(program_.rules().begin(), before, takes_all);
    if (decides || is_default) return std::nullopt;
    return At(r, "unreachable_rule",
              "expected a rule that decides some mail, found that rule " + Name(r) + " never does: " + Blamed(r));
  }

  // Facts in the box that none of the rules before `end` takes. Notes the rules that took a part.
  std::optional<Facts> Uncovered(Box box, size_t end, size_t begin = 0) {
    for (size_t r = begin; r < end; ++r) {
      if (++steps_ > kMostSteps) return std::nullopt;
      if (Intersection(box, boxes_[r]).empty()) continue;
      blamed_.insert(r);
      for (size_t f = 0; f < kMaxFacts; ++f) {
        const uint32_t outside = box.allowed[f] & ~boxes_[r].allowed[f];
        if (outside == 0) continue;
        Box piece = box;
        piece.allowed[f] = outside;
        if (auto witness = Uncovered(piece, end, r + 1)) return witness;
        box.allowed[f] &= boxes_[r].allowed[f];
      }
      return std::nullopt;
    }
    return FirstOf(box);
  }

  // A mail of the rule, among those that reach it, that its action may not act on, in words.
  std::optional<std::string> Unfit(Action action, const Box& box, size_t r) {
    for (const Forbidden& row : AllForbidden()) {
      if (row.action != action) continue;
      const Box unfit = Intersection(box, row.where);
      if (unfit.empty()) continue;
      if (const auto witness = Uncovered(unfit, r)) return FactsText(*witness, row.where);
    }
    return std::nullopt;
  }

  // The two conditions that never hold together; else all of them.
  std::string Clash(size_t r) const {
    const std::vector<Condition>& when = program_.rules()[r].when;
    const auto stand = [](const std::vector<Condition>& some) {
      Rule rule;
      rule.when = some;
      const Box box = BoxOf(rule);
      return std::ranges::any_of(Possible(), [&](const Box& world) { return !Intersection(box, world).empty(); });
    };
    for (size_t a = 0; a < when.size(); ++a) {
      if (!stand({when[a]})) return program_.ConditionText(when[a]) + " never holds";
      for (size_t b = a + 1; b < when.size(); ++b) {
        if (stand({when[a], when[b]})) continue;
        return program_.ConditionText(when[a]) + " never holds where " + program_.ConditionText(when[b]);
      }
    }
    std::string all;
    for (const Condition& condition : when) all += (all.empty() ? "" : " and ") + program_.ConditionText(condition);
    return all + " never hold together";
  }

  std::string Blamed(size_t r) const {
    for (const size_t before : blamed_) {
      const bool alone = std::ranges::all_of(Possible(), [&](const Box& world) {
        const Box box = Intersection(boxes_[r], world);
        if (box.empty()) return true;
        for (size_t f = 0; f < kMaxFacts; ++f) {
          if ((box.allowed[f] & ~boxes_[before].allowed[f]) != 0) return false;
        }
        return true;
      });
      if (alone) return "rule " + Name(before) + " takes all that it would";
    }
    std::string names;
    size_t told = 0;
    for (const size_t before : blamed_) {
      if (told++ == kToldRules) {
        names += " and " + std::to_string(blamed_.size() - kToldRules) + " more";
        break;
      }
      names += (names.empty() ? "" : ", ") + Name(before);
    }
    return "the rules before it take all that it would: " + names;
  }

  std::string Name(size_t r) const {
    const Rule& rule = program_.rules()[r];
    return '"' + rule.name + '"' + (rule.document.empty() ? "" : " of " + rule.document);
  }

  // The address, what rules ask for, and what `about` narrows: so the text stays short.
  std::string FactsText(const Facts& facts, const Box& about) const {
    const Box all = Box::All();
    std::string text;
    for (size_t f = 0; f < kFixedFacts + program_.lists().size(); ++f) {
      const bool told = f == 0 || program_.Asks(static_cast<Fact>(f)) || about.allowed[f] != all.allowed[f];
      if (!told) continue;
      text += (text.empty() ? "" : ", ") + program_.FactText(f) + " is " + std::string(Program::ValueText(f, facts[f]));
    }
    return text;
  }

  const Program& program_;
  std::vector<Box> boxes_;
  std::set<size_t> blamed_;
  size_t steps_ = 0;
};

}  // namespace

std::optional<RuleFault> Check(const Program& program) {
  return Checker(program).Run();
}

}  // namespace casecomm::route
