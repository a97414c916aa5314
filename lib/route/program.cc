// SPDX-License-Identifier: Apache-2.0
#include "route/program.h"

#include <algorithm>
#include <map>
#include <utility>

#include "route/check.h"
#include "route/document.h"
#include "route/presets.h"

namespace casecomm::route {
namespace {

constexpr Reason kReasons[] = {
    {"record_address", "a record's address stands among the recipients"},
    {"thread_reply", "the author took part in a thread, and answers a mail of ours in it (spec CB-11)"},
    {"record_closed_filed", "the same, and the record is closed: filed with a notice"},
    {"recipients_settled", "a recipient's contact has one open case, or no open case and one open lead"},
    {"forwarded", "a mail forwarded to a drop address is always linked by hand"},
    {"no_recipient", "the mail has no recipient besides users and our own addresses"},
    {"unknown_recipient", "the first recipient belongs to nobody known"},
    {"no_open_record", "the first recipient's contact has no open case and no open lead"},
    {"several_cases", "the first recipient's contact has several open cases"},
    {"several_leads", "the first recipient's contact has no open case and several open leads"},
    {"limit", "the mail passes a limit of what is read"},
    {"author_ambiguous", "it cannot be told who wrote"},
    {"address_retired", "the address no longer stands for its record or user without doubt"},
    {"unknown_sender", "the sender policy files mail of known people only"},
    {"auth_none", "the sender policy files authenticated mail only, and nothing proves who wrote"},
    {"auth_fail", "the same, and the domain that the mail names as its author's says that it is not"},
    {"record_closed", "the record is closed"},
    {"not_owner", "a drop address is for its user alone"},
    {"unroutable", "an address at a domain of ours proves nothing"},
    {"loop", "the mail went through too many hosts, or the record gets more mail than people write"},
    {"rate", "the sender writes more than the account takes in an hour"},
    {"mime_ambiguous", "readers of its bytes differ on what the mail holds"},
    {"scanner_hit", "the host's scanner found something in a file"},
    {"scanner_unavailable", "a file could not be scanned"},
    {"reply_address", "whom an update was sent to answered at its reply address"},
    {"not_recipient", "the author is not whom the reply address was given to, or wrote from another address"},
    {"replies_off", "the account does not capture replies"},
    {"automatic", "a program made it: it is kept with what it answers"},
    {"delivery_report", "a report about mail of ours, at the return path of that mail"},
    {"not_a_report", "a return path takes delivery reports only"},
    {"no_catch_all", "the account has no catch-all address to forward it to"},
    {"no_address", "the mail names no address of ours"},
    {"rule", "no other rule fits"},
};

constexpr std::string_view kPlaceholders[] = {"{record}",  "{person}",     "{subject}",   "{address}",
                                              "{author}",  "{trust}",      "{from}",      "{limit}",
                                              "{settled}", "{recipients}", "{catch_all}", "{budget}"};

constexpr std::string_view kActionNames[] = {"file_record", "file_recipients", "unassigned", "hold",
                                             "not_tracked", "catch_all",       "apply"};

constexpr std::string_view kPolicies[] = {"P0 anyone", "P1 known", "P2 authenticated", "P3 known and authenticated",
                                          "P4 staff"};

const ShippedDocument* FindShipped(std::string_view name) {
  const auto all = ShippedDocuments();
  const auto found = std::ranges::find(all, name, &ShippedDocument::name);
  return found == all.end() ? nullptr : &*found;
}

bool IsPreset(std::string_view name) {
  return !name.starts_with("common/");
}

std::string PresetList() {
  std::string names;
  for (const std::string_view name : Program::PresetNames()) names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

Status Fault(std::string_view reason, const At& at, std::string message) {
  return Status(Code::kInvalidArgument, std::string(reason), at.pointer, std::move(message),
                static_cast<int64_t>(at.position));
}

}  // namespace

// From a document to a program: settings, includes followed, names held apart, rules checked.
class ProgramBuilder {
 public:
  Result<Program> Build(Document document) {
    program_.name_ = std::move(document.name);
    program_.lists_ = std::move(document.lists);
    if (document.extends) {
      if (Status s = Extend(document.extends->first, document.extends->second); !s.ok()) return s;
    }
    document.settings.Apply(&program_.settings_);
    if (document.rules) {
      for (const auto& entry : *document.rules) {
        if (Status s = Add(entry); !s.ok()) return s;
      }
    } else if (document.extends) {
      Include whole{document.extends->first, {}, document.extends->second};
      if (Status s = Follow(whole); !s.ok()) return s;
    } else {
      return Fault("missing_key", {}, "expected the key rules, or extends, found neither");
    }
    for (const Rule& rule : program_.rules_) NoteAsked(rule);
    if (const auto fault = Check(program_)) {
      const At at = fault->rule < places_.size() ? places_[fault->rule] : document.rules_at;
      return Fault(fault->status.reason(), at, std::string(fault->status.message()));
    }
    return std::move(program_);
  }

 private:
  Status Extend(const std::string& name, const At& at) {
    const ShippedDocument* const shipped = IsPreset(name) ? FindShipped(name) : nullptr;
    if (shipped == nullptr) {
      return Fault("unknown_rules", at, "expected one of the presets " + PresetList() + "; found \"" + name + '"');
    }
    auto preset = ParseDocument(shipped->json);
    if (!preset.ok()) return preset.status();
    preset->settings.Apply(&program_.settings_);
    return {};
  }

  void NoteAsked(const Rule& rule) {
    uint64_t asked = 0;
    uint32_t addresses = ~uint32_t{0};
    for (const Condition& condition : rule.when) {
      asked |= uint64_t{1} << condition.fact;
      if (condition.fact == static_cast<size_t>(Fact::kAddress)) addresses &= condition.allowed;
    }
    program_.asked_ |= asked;
    for (size_t a = 0; a < program_.asked_of_.size(); ++a) {
      if ((addresses >> a & 1) != 0) program_.asked_of_[a] |= asked;
    }
  }

  Status Add(const std::variant<DocumentRule, Include>& entry) {
    if (const auto* const include = std::get_if<Include>(&entry)) return Follow(*include);
    const auto& rule = std::get<DocumentRule>(entry);
    return Append(rule.rule, rule.at);
  }

  Status Append(Rule rule, const At& at) {
    if (program_.rules_.size() == Program::kMaxRules) {
      return Fault("bad_value", at, "expected at most " + std::to_string(Program::kMaxRules) + " rules, found more");
    }
    const auto [known, fresh] = names_.emplace(rule.name, rule.document);
    if (!fresh) {
      const std::string where = known->second.empty() ? "" : " of " + known->second;
      return Fault("duplicate_rule", at,
                   "expected each rule's name once, found \"" + rule.name + "\"" + where + " again");
    }
    program_.rules_.push_back(std::move(rule));
    places_.push_back(at);
    return {};
  }

  // Rules of a document that ships. Faults in what follows stand at the include.
  Status Follow(const Include& include) {
    const ShippedDocument* const shipped = FindShipped(include.name);
    if (shipped == nullptr) {
      std::string names;
      for (const ShippedDocument& document : ShippedDocuments()) {
        names += (names.empty() ? "" : ", ") + std::string(document.name);
      }
      return Fault("unknown_rules", include.at, "expected one of " + names + "; found \"" + include.name + '"');
    }
    auto document = ParseDocument(shipped->json);
    if (!document.ok()) return document.status();
    std::vector<std::pair<std::string, At>> left = include.except;
    if (Status s = Splice(*document, include, &left); !s.ok()) return s;
    if (left.empty()) return {};
    return Fault("bad_value", left.front().second,
                 "expected the name of a rule of " + include.name + ", found \"" + left.front().first + '"');
  }

  // `left`: exceptions that no rule had the name of yet.
  Status Splice(const Document& document, const Include& include, std::vector<std::pair<std::string, At>>* left) {
    for (const auto& entry : *document.rules) {
      if (const auto* const inner = std::get_if<Include>(&entry)) {
        auto piece = ParseDocument(FindShipped(inner->name)->json);
        if (!piece.ok()) return piece.status();
        Include outer = include;
        outer.name = inner->name;
        for (const auto& except : inner->except) outer.except.push_back(except);
        if (Status s = Splice(*piece, outer, left); !s.ok()) return s;
        continue;
      }
      DocumentRule rule = std::get<DocumentRule>(entry);
      const auto named = [&](const auto& except) { return except.first == rule.rule.name; };
      std::erase_if(*left, named);
      if (std::ranges::any_of(include.except, named)) continue;
      rule.rule.document = include.name;
      if (Status s = Append(std::move(rule.rule), include.at); !s.ok()) return s;
    }
    return {};
  }

  Program program_;
  std::vector<At> places_;                    // of the rules
  std::map<std::string, std::string> names_;  // of rules -> the document they came from
};

std::string_view ActionName(Action action) {
  return kActionNames[static_cast<size_t>(action)];
}

std::span<const Reason> Reasons() {
  return kReasons;
}

std::span<const std::string_view> Placeholders() {
  return kPlaceholders;
}

Result<Program> Program::Parse(std::string_view json) {
  if (json.size() > kMaxDocument) {
    return Status(Code::kInvalidArgument, "too_big", "",
                  "expected a rule document of at most " + std::to_string(kMaxDocument) + " bytes, found " +
                      std::to_string(json.size()));
  }
  auto document = ParseDocument(json);
  if (!document.ok()) return document.status();
  return ProgramBuilder().Build(std::move(*document));
}

Result<Program> Program::Preset(std::string_view name) {
  auto json = PresetDocument(name);
  if (!json.ok()) return json.status();
  return Parse(*json);
}

std::vector<std::string_view> Program::PresetNames() {
  std::vector<std::string_view> names;
  for (const ShippedDocument& document : ShippedDocuments()) {
    if (IsPreset(document.name)) names.push_back(document.name);
  }
  return names;
}

Result<std::string_view> Program::PresetDocument(std::string_view name) {
  const ShippedDocument* const shipped = IsPreset(name) ? FindShipped(name) : nullptr;
  if (shipped != nullptr) return shipped->json;
  return Status(Code::kNotFound, "unknown_preset", std::string(name), "was no preset; there are " + PresetList());
}

std::string_view Program::policy() const {
  return kPolicies[static_cast<size_t>(settings_.sender_policy)];
}

std::string Program::FactText(size_t fact) const {
  if (fact < kFixedFacts) return std::string(FactName(static_cast<Fact>(fact)));
  return "author_in " + lists_[fact - kFixedFacts].name();
}

std::string_view Program::ValueText(size_t fact, uint8_t value) {
  if (fact < kFixedFacts) return FactValueName(static_cast<Fact>(fact), value);
  return value == 0 ? "no" : "yes";
}

std::string Program::ConditionText(const Condition& condition) const {
  std::string text = FactText(condition.fact);
  std::string_view joint = " is ";
  for (uint8_t value = 0; condition.allowed >> value != 0; ++value) {
    if ((condition.allowed >> value & 1) == 0) continue;
    text.append(joint).append(ValueText(condition.fact, value));
    joint = " or ";
  }
  return text;
}

}  // namespace casecomm::route
