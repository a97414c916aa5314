// SPDX-License-Identifier: Apache-2.0
#include "route/document.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "base/text.h"
#include "document/reader.h"

namespace casecomm::route {
namespace {

namespace ondemand = document::ondemand;
using document::Path;
using document::Quoted;
using document::Word;

constexpr Word<Action> kActions[] = {{"file_record", Action::kFileRecord},
                                     {"file_recipients", Action::kFileRecipients},
                                     {"unassigned", Action::kUnassigned},
                                     {"hold", Action::kHold},
                                     {"not_tracked", Action::kNotTracked},
                                     {"catch_all", Action::kCatchAll},
                                     {"apply", Action::kApply}};
constexpr Word<SenderPolicy> kPolicies[] = {{"anyone", SenderPolicy::kAnyone},
                                            {"known", SenderPolicy::kKnown},
                                            {"authenticated", SenderPolicy::kAuthenticated},
                                            {"known_and_authenticated", SenderPolicy::kKnownAndAuthenticated},
                                            {"staff", SenderPolicy::kStaff}};
constexpr Word<ClosedRecord> kClosedRecords[] = {{"file", ClosedRecord::kFile}, {"hold", ClosedRecord::kHold}};
constexpr Word<bool> kNotify[] = {{"editors", true}};
constexpr Word<YesNo> kYesNo[] = {{"no", YesNo::kNo}, {"yes", YesNo::kYes}};

constexpr size_t kLongestName = 64, kLongestSentence = 1000, kMostEntries = 100'000;
constexpr int64_t kVersion = 1, kMostBudget = 1'000'000;

std::string_view CheckName(std::string_view name) {
  constexpr std::string_view kExpected = "a name of 1 to 64 small letters, digits and underscores";
  if (name.empty() || name.size() > kLongestName) return kExpected;
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return std::ranges::all_of(name, fits) ? std::string_view() : kExpected;
}

// Also of what ships: "common/drops".
std::string_view CheckIncluded(std::string_view name) {
  const std::string_view inner = name.starts_with("common/") ? name.substr(7) : name;
  return CheckName(inner).empty() ? std::string_view()
                                  : "the name of rules that ship, such as casebook or common/drops";
}

std::string_view CheckTitle(std::string_view name) {
  if (!name.empty() && name.size() <= 255 && base::Printable(name) == name) return {};
  return "a name of 1 to 255 bytes without control characters";
}

std::string_view CheckReason(std::string_view word) {
  const auto known = [&](const Reason& reason) { return reason.word == word; };
  return std::ranges::any_of(Reasons(), known) ? std::string_view() : "a reason that docs/decisions.md lists";
}

std::string_view CheckSentence(std::string_view text) {
  if (text.empty() || text.size() > kLongestSentence || base::Printable(text) != text) {
    return "a sentence of 1 to 1000 bytes without control characters";
  }
  for (size_t brace = text.find_first_of("{}"); brace != text.npos; brace = text.find_first_of("{}", brace)) {
    const size_t close = text.find('}', brace);
    const std::string_view name = text.substr(brace, close == text.npos ? text.npos : close + 1 - brace);
    if (std::ranges::find(Placeholders(), name) == Placeholders().end()) {
      return "a sentence whose braces hold one of record, person, subject, address, author, trust, from, limit, "
             "settled, "
             "recipients, catch_all";
    }
    brace += name.size();
  }
  return {};
}

// RFC 5321 without quotes and literals: it is handed to the host's mailer as it stands.
std::string_view CheckCatchAll(std::string_view address) {
  constexpr std::string_view kExpected = "an email address of a dot-atom of at most 64, @ and a domain name, in ASCII";
  const size_t at = address.find('@');
  if (at == address.npos || at > 64 || address.size() > 254) return kExpected;
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  // Words with a dot between two of them; how many, or 0.
  const auto words = [&](std::string_view text, std::string_view others) {
    size_t count = 1, letters = 0;
    for (const char c : text) {
      if (c == '.') {
        if (letters == 0) return size_t{0};
        ++count;
        letters = 0;
      } else if (!letter_or_digit(c) && others.find(c) == others.npos) {
        return size_t{0};
      } else {
        ++letters;
      }
    }
    return letters == 0 ? size_t{0} : count;
  };
  const std::string_view local = address.substr(0, at), domain = address.substr(at + 1);
  if (words(local, "!#$%&'*+-/=?^_`{|}~") == 0 || words(domain, "-") < 2) return kExpected;
  return {};
}

// What a rule says that says nothing else.
struct Default {
  Action action;
  std::string_view reason, sentence;
};
constexpr Default kDefaults[] = {
    {Action::kFileRecord, "record_address", "Filed on {record}: {author} wrote to its address {address}."},
    {Action::kFileRecipients, "recipients_settled",
     "Filed on {record}: {settled}; {author} sent it with the drop address {address}."},
    {Action::kUnassigned, "rule", "Unassigned for {person}: {author} sent it to the drop address {address}."},
    {Action::kHold, "rule", "Held for {subject}: {author} wrote to {address}."},
    {Action::kNotTracked, "no_address", "Not tracked: {author} wrote to {address}."},
    {Action::kCatchAll, "rule", "To be forwarded to the catch-all address {catch_all}: {author} wrote to {address}."},
    {Action::kApply, "automatic", "Kept with what was sent from {address}: a program of {author} answered it."},
};

class RulesReader : public document::Reader {
 public:
  explicit RulesReader(std::string_view json) : Reader(json) {}

  Result<Document> Read();

 private:
  template <typename Entry>
  using Field = document::Reader::Field<RulesReader, Entry>;

  // A rule as it is read: some of it is checked when the rest of the document is known.
  struct Draft {
    DocumentRule* rule;
    bool names_action = false;
  };
  struct ListReference {
    std::string name;
    At at;
  };

  static At Place(const Path& path, size_t position) { return {path.Pointer(), position}; }

  // -- Conditions

  Status ReadValue(ondemand::value& value, const Path& path, Fact fact, uint32_t* allowed) {
    std::string_view text;
    size_t position;
    if (Status s = ReadString(value, path, &text, &position); !s.ok()) return s;
    std::string names;
    for (uint8_t v = 0; v < FactValueCount(fact); ++v) {
      const std::string_view name = FactValueName(fact, v);
      if (name == text) {
        if ((*allowed >> v & 1) != 0) {
          return Fault("bad_value", path, position, "expected each value once, found " + Quoted(text) + " again");
        }
        *allowed |= uint32_t{1} << v;
        return {};
      }
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return Fault("bad_value", path, position, "expected one of " + names + "; found " + Quoted(text));
  }

  Status ReadFact(ondemand::value& value, const Path& path, Fact fact, Rule* rule) {
    ondemand::json_type type;
    size_t position;
    if (Status s = TypeOf(value, path, &type, &position); !s.ok()) return s;
    uint32_t allowed = 0;
    if (type == ondemand::json_type::array) {
      if (Status s = ReadArray(
              value, path,
              [&](ondemand::value& element, const Path& here) { return ReadValue(element, here, fact, &allowed); });
          !s.ok()) {
        return s;
      }
    } else if (Status s = ReadValue(value, path, fact, &allowed); !s.ok()) {
      return s;
    }
    if (allowed == 0) return Fault("bad_value", path, position, "expected at least one value, found none");
    if (allowed == (uint32_t{1} << FactValueCount(fact)) - 1) {
      return Fault("bad_value", path, position,
                   "expected a condition that some mail fails, found every value of " + std::string(FactName(fact)));
    }
    rule->when.push_back({static_cast<size_t>(fact), allowed});
    return {};
  }

  Status ReadListName(ondemand::value& value, const Path& path, bool in, Rule* rule) {
    std::string name;
    size_t position;
    if (Status s = ReadChecked(value, path, CheckName, &name, &position); !s.ok()) return s;
    size_t list = 0;
    while (list < references_.size() && references_[list].name != name) ++list;
    if (list == references_.size()) references_.push_back({name, Place(path, position)});
    if (references_.size() > kMaxLists) return TooManyLists(path, position);
    const size_t fact = kFixedFacts + list;
    if (std::ranges::any_of(rule->when, [&](const Condition& c) { return c.fact == fact; })) {
      return Fault("bad_value", path, position, "expected each list once in a rule, found " + Quoted(name) + " again");
    }
    rule->when.push_back({fact, in ? 2u : 1u});
    return {};
  }

  static Status TooManyLists(const Path& path, size_t position) {
    return Fault("bad_value", path, position, "expected at most " + std::to_string(kMaxLists) + " lists, found more");
  }

  Status When(ondemand::value& value, const Path& path, Draft* draft) {
    std::set<std::string> seen;
    return ReadMembers(value, path,
                       [&](std::string_view key, size_t key_at, ondemand::value& member, const Path& here) {
                         if (!seen.insert(std::string(key)).second) {
                           return Fault("duplicate_key", here, key_at, "expected the key once, found it again");
                         }
                         return ReadCondition(key, key_at, member, here, &draft->rule->rule);
                       });
  }

  Status ReadCondition(std::string_view key, size_t key_at, ondemand::value& value, const Path& path, Rule* rule) {
    if (key == "author_in") return ReadListName(value, path, true, rule);
    if (key == "author_not_in") return ReadNotIn(value, path, rule);
    std::string names;
    for (size_t f = 0; f < kFixedFacts; ++f) {
      const Fact fact = static_cast<Fact>(f);
      if (FactName(fact) == key) return ReadFact(value, path, fact, rule);
      names += std::string(FactName(fact)) + ", ";
    }
    return Fault("unknown_key", path, key_at,
                 "expected one of the keys " + names + "author_in, author_not_in; found " + Quoted(key));
  }

  Status ReadNotIn(ondemand::value& value, const Path& path, Rule* rule) {
    ondemand::json_type type;
    size_t position;
    if (Status s = TypeOf(value, path, &type, &position); !s.ok()) return s;
    if (type != ondemand::json_type::array) return ReadListName(value, path, false, rule);
    return ReadArray(value, path, [&](ondemand::value& element, const Path& here) {
      return ReadListName(element, here, false, rule);
    });
  }

  // -- Rules

  Status RuleName(ondemand::value& v, const Path& p, Draft* d) {
    size_t position;
    return ReadChecked(v, p, CheckName, &d->rule->rule.name, &position);
  }
  Status Then(ondemand::value& v, const Path& p, Draft* d) { return ReadWord(v, p, kActions, &d->rule->rule.action); }
  Status ReasonWord(ondemand::value& v, const Path& p, Draft* d) {
    size_t position;
    return ReadChecked(v, p, CheckReason, &d->rule->rule.reason, &position);
  }
  Status Say(ondemand::value& v, const Path& p, Draft* d) {
    size_t position;
    return ReadChecked(v, p, CheckSentence, &d->rule->rule.sentence, &position);
  }
  Status Notify(ondemand::value& v, const Path& p, Draft* d) {
    return ReadWord(v, p, kNotify, &d->rule->rule.notify_editors);
  }

  Status IncludeName(ondemand::value& v, const Path& p, Include* include) {
    return ReadChecked(v, p, CheckIncluded, &include->name, &include->at.position);
  }
  Status Except(ondemand::value& v, const Path& p, Include* include) {
    return ReadArray(v, p, [&](ondemand::value& element, const Path& here) {
      std::string name;
      size_t position;
      Status s = ReadChecked(element, here, CheckName, &name, &position);
      include->except.emplace_back(std::move(name), Place(here, position));
      return s;
    });
  }

  Status ReadRule(ondemand::value& value, const Path& path, std::vector<std::variant<DocumentRule, Include>>* rules) {
    static constexpr Field<Draft> kRule[] = {
        {"rule", true, &RulesReader::RuleName}, {"when", false, &RulesReader::When},
        {"then", true, &RulesReader::Then},     {"reason", false, &RulesReader::ReasonWord},
        {"say", false, &RulesReader::Say},      {"notify", false, &RulesReader::Notify}};
    static constexpr Field<Include> kInclude[] = {{"include", true, &RulesReader::IncludeName},
                                                  {"except", false, &RulesReader::Except}};
    size_t position;
    if (Status s = Expect(ondemand::json_type::object, value, path, &position); !s.ok()) return s;
    if (rules->size() == Program::kMaxRules) {
      return Fault("bad_value", path, position,
                   "expected at most " + std::to_string(Program::kMaxRules) + " rules, found more");
    }
    if (IsInclude(position)) {
      Include include;
      if (Status s = ReadEntry(value, path, kInclude, &include, &position); !s.ok()) return s;
      include.at.pointer = path.Pointer() + "/include";
      rules->emplace_back(std::move(include));
      return {};
    }
    DocumentRule rule;
    Draft draft{&rule};
    if (Status s = ReadEntry(value, path, kRule, &draft, &position); !s.ok()) return s;
    rule.at = Place(path, position);
    const auto* const says = std::ranges::find(kDefaults, rule.rule.action, &Default::action);
    if (rule.rule.reason.empty()) rule.rule.reason = says->reason;
    if (rule.rule.sentence.empty()) rule.rule.sentence = says->sentence;
    const bool files = rule.rule.action == Action::kFileRecord || rule.rule.action == Action::kFileRecipients;
    if (rule.rule.notify_editors && !files) {
      return Fault("bad_value", path, position,
                   "expected notify beside what files a mail, found it beside " + Quoted(ActionName(rule.rule.action)));
    }
    rules->emplace_back(std::move(rule));
    return {};
  }

  Status Rules(ondemand::value& v, const Path& p, Document* d) {
    d->rules.emplace();
    ondemand::json_type type;
    size_t position;
    if (Status s = TypeOf(v, p, &type, &position); !s.ok()) return s;
    d->rules_at = Place(p, position);
    return ReadArray(v, p,
                     [&](ondemand::value& element, const Path& here) { return ReadRule(element, here, &*d->rules); });
  }

  // -- The rest

  Status Version(ondemand::value& v, const Path& p, Document*) {
    int64_t version;
    return ReadInteger(v, p, kVersion, kVersion, &version);
  }
  Status Ignored(ondemand::value& v, const Path& p, Document*) {
    std::string_view ignored;
    size_t position;
    return ReadString(v, p, &ignored, &position);
  }
  Status Title(ondemand::value& v, const Path& p, Document* d) {
    size_t position;
    return ReadChecked(v, p, CheckTitle, &d->name, &position);
  }
  Status Extends(ondemand::value& v, const Path& p, Document* d) {
    std::string name;
    size_t position;
    if (Status s = ReadChecked(v, p, CheckName, &name, &position); !s.ok()) return s;
    d->extends = {std::move(name), Place(p, position)};
    return {};
  }

  Status PolicySetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadWord(v, p, kPolicies, &s->sender_policy.emplace());
  }
  Status ClosedSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadWord(v, p, kClosedRecords, &s->closed_record.emplace());
  }
  Status ReadBudget(ondemand::value& v, const Path& p, std::optional<int64_t>* budget) {
    return ReadInteger(v, p, 0, kMostBudget, &budget->emplace());
  }
  Status ReceivedSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadBudget(v, p, &s->max_received);
  }
  Status RecordSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadBudget(v, p, &s->record_per_hour);
  }
  Status SenderSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadBudget(v, p, &s->sender_per_hour);
  }
  Status AliasesSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadWord(v, p, kYesNo, &s->aliases_count.emplace());
  }
  Status CaptureSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadWord(v, p, kYesNo, &s->capture_replies.emplace());
  }
  Status ThreadSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    return ReadWord(v, p, kYesNo, &s->track_replies_by_thread.emplace());
  }
  Status CatchAllSetting(ondemand::value& v, const Path& p, SomeSettings* s) {
    size_t position;
    return ReadChecked(v, p, CheckCatchAll, &s->catch_all.emplace(), &position);
  }
  Status SettingsOf(ondemand::value& v, const Path& p, Document* d) {
    static constexpr Field<SomeSettings> kFields[] = {{"sender_policy", false, &RulesReader::PolicySetting},
                                                      {"closed_record", false, &RulesReader::ClosedSetting},
                                                      {"aliases_count", false, &RulesReader::AliasesSetting},
                                                      {"capture_replies", false, &RulesReader::CaptureSetting},
                                                      {"track_replies_by_thread", false, &RulesReader::ThreadSetting},
                                                      {"catch_all", false, &RulesReader::CatchAllSetting},
                                                      {"max_received", false, &RulesReader::ReceivedSetting},
                                                      {"record_per_hour", false, &RulesReader::RecordSetting},
                                                      {"sender_per_hour", false, &RulesReader::SenderSetting}};
    size_t position;
    return ReadEntry(v, p, kFields, &d->settings, &position);
  }

  Status Lists(ondemand::value& v, const Path& p, Document*) {
    return ReadMembers(v, p, [&](std::string_view key, size_t key_at, ondemand::value& member, const Path& here) {
      if (const std::string_view wrong = CheckName(key); !wrong.empty()) {
        return Fault("bad_value", here, key_at, "expected " + std::string(wrong) + ", found " + Quoted(key));
      }
      if (std::ranges::any_of(declared_, [&](const SenderList& list) { return list.name() == key; })) {
        return Fault("duplicate_key", here, key_at, "expected the key once, found it again");
      }
      if (declared_.size() == kMaxLists) return TooManyLists(here, key_at);
      return ReadList(member, here, &declared_.emplace_back(std::string(key)));
    });
  }

  Status ReadList(ondemand::value& value, const Path& path, SenderList* list) {
    size_t entries = 0;
    return ReadArray(value, path, [&](ondemand::value& element, const Path& here) -> Status {
      std::string_view text;
      size_t position;
      if (Status s = ReadString(element, here, &text, &position); !s.ok()) return s;
      if (++entries > kMostEntries) {
        return Fault("bad_value", here, position,
                     "expected at most " + std::to_string(kMostEntries) + " entries, found more");
      }
      const std::string_view wrong = list->Add(text);
      if (wrong.empty()) return {};
      return Fault("bad_value", here, position, "expected " + std::string(wrong) + ", found " + Quoted(text));
    });
  }

  // The lists that conditions name, in the order of their facts.
  Status PlaceLists(Document* d) {
    for (const ListReference& reference : references_) {
      const auto found = std::ranges::find(declared_, reference.name, &SenderList::name);
      if (found == declared_.end()) {
        return Status(Code::kInvalidArgument, "bad_value", reference.at.pointer,
                      "expected a list of the document's \"lists\", found " + Quoted(reference.name),
                      static_cast<int64_t>(reference.at.position));
      }
      found->Seal();
      d->lists.push_back(std::move(*found));
    }
    return {};
  }

  bool IsInclude(size_t object_at) const;

  std::vector<ListReference> references_;
  std::vector<SenderList> declared_;
};

Result<Document> RulesReader::Read() {
  static constexpr Field<Document> kFields[] = {
      {"$schema", false, &RulesReader::Ignored}, {"casecomm_rules", true, &RulesReader::Version},
      {"name", true, &RulesReader::Title},       {"about", false, &RulesReader::Ignored},
      {"extends", false, &RulesReader::Extends}, {"settings", false, &RulesReader::SettingsOf},
      {"lists", false, &RulesReader::Lists},     {"rules", false, &RulesReader::Rules}};
  Document read;
  if (Status s = ReadDocument(kFields, &read); !s.ok()) return s;
  if (Status s = PlaceLists(&read); !s.ok()) return s;
  return read;
}

// Whether the object that begins there is an include: its first key says so. A rule's keys may stand in any order.
bool RulesReader::IsInclude(size_t object_at) const {
  std::string_view rest = text().substr(object_at + 1);
  const size_t key = rest.find_first_not_of(" \t\r\n");
  if (key == rest.npos) return false;
  rest.remove_prefix(key);
  return rest.starts_with("\"include\"") || rest.starts_with("\"except\"");
}

}  // namespace

void SomeSettings::Apply(Settings* settings) const {
  if (sender_policy) settings->sender_policy = *sender_policy;
  if (closed_record) settings->closed_record = *closed_record;
  if (aliases_count) settings->aliases_count = *aliases_count;
  if (capture_replies) settings->capture_replies = *capture_replies;
  if (track_replies_by_thread) settings->track_replies_by_thread = *track_replies_by_thread;
  if (catch_all) settings->catch_all = *catch_all;
  if (max_received) settings->max_received = *max_received;
  if (record_per_hour) settings->record_per_hour = *record_per_hour;
  if (sender_per_hour) settings->sender_per_hour = *sender_per_hour;
}

Result<Document> ParseDocument(std::string_view json) {
  return RulesReader(json).Read();
}

}  // namespace casecomm::route
