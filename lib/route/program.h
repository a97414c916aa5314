// SPDX-License-Identifier: Apache-2.0
// A rule program: ordered rules over the facts of a (mail, target) pair, each condition a set of allowed values. It is read
// from a rule document (docs/rules.md, docs/rules.schema.json); the presets are documents, too, which ship in the library.
#ifndef CASECOMM_ROUTE_PROGRAM_H_
#define CASECOMM_ROUTE_PROGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/status.h"
#include "route/facts.h"
#include "route/sender_list.h"

namespace casecomm::route {

struct Condition {
  size_t fact;       // a Fact, or kFixedFacts and the position of a list
  uint32_t allowed;  // bit n: value n

  bool Holds(const Facts& facts) const { return (allowed >> facts[fact] & 1) != 0; }
};

// What a matched rule does with the target.
enum class Action : uint8_t {
  kFileRecord,      // on the record the address names
  kFileRecipients,  // on what the recipients settle (CF-04, CF-05), those that the rule takes
  kUnassigned,      // for the drop's owner
  kHold,
  kNotTracked,
  kCatchAll,  // forwarded to the account's catch-all address; without one held (TI-05)
  kApply,     // kept with what was sent from the address, and never treated as a person's mail (TI-03)
};
std::string_view ActionName(Action action);  // "file_record", ...

// Every reason a rule gives, and what it means: stable words that hosts compare.
struct Reason {
  std::string_view word, meaning;
};
std::span<const Reason> Reasons();

// In the sentence {record} {person} {subject} {address} {author} {trust} {from} {limit} {settled} {recipients} {catch_all} {budget} are
// filled in.
std::span<const std::string_view> Placeholders();

struct Rule {
  std::string name;
  std::vector<Condition> when;
  Action action = Action::kHold;
  std::string reason;  // a word of Reasons()
  std::string sentence;
  bool notify_editors = false;  // of what is filed: the staff who may edit the record are told (CB-26)
  std::string document;         // that it came from, where that is another one: "casebook", "common/drops"
};

struct Settings {
  SenderPolicy sender_policy = SenderPolicy::kKnownAndAuthenticated;  // of an account without a preset
  ClosedRecord closed_record = ClosedRecord::kHold;
  // Budgets; 0: none. Past so many Received fields a mail goes in circles, and past so much mail in an hour a record's
  // correspondents do (threat T31); of a sender's mail to the account.
  int64_t max_received = 50, record_per_hour = 90, sender_per_hour = 0;
  YesNo aliases_count = YesNo::kNo;            // TI-04
  YesNo capture_replies = YesNo::kYes;         // TI-02
  YesNo track_replies_by_thread = YesNo::kNo;  // CB-11
  std::string catch_all;                       // an addr-spec; empty: none (TI-05)
};

// Immutable; any thread. Every mail and target matches a rule.
class Program {
 public:
  // A document of the caller's, at most kMaxDocument bytes. Fails with invalid_argument at the first fault: reason, subject
  // (JSON pointer) and position as document::Reader gives them, or unknown_rules (an include that ships with no library),
  // duplicate_rule, contradiction, unreachable_rule, missing_default, too_complex.
  static constexpr size_t kMaxDocument = size_t{1} << 20;
  static constexpr size_t kMaxRules = 1000;
  static Result<Program> Parse(std::string_view json);

  // One that ships: "casebook", "casefleet", "mycase"; not_found for another name.
  static Result<Program> Preset(std::string_view name);
  static std::vector<std::string_view> PresetNames();
  static Result<std::string_view> PresetDocument(std::string_view name);  // as JSON

  const std::string& name() const { return name_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const Settings& settings() const { return settings_; }
  const std::vector<SenderList>& lists() const { return lists_; }
  std::string_view policy() const;  // "P0 anyone", "P1 known" (spec X-05)
  // Whether some rule's answer depends on it; of those that take this kind of address.
  bool Asks(Fact fact) const { return (asked_ >> static_cast<size_t>(fact) & 1) != 0; }
  bool Asks(Fact fact, AddressFact address) const {
    return (asked_of_[static_cast<size_t>(address)] >> static_cast<size_t>(fact) & 1) != 0;
  }

  // "author is contact or staff", "author_in blocked is yes".
  std::string ConditionText(const Condition& condition) const;
  std::string FactText(size_t fact) const;
  static std::string_view ValueText(size_t fact, uint8_t value);

 private:
  friend class ProgramBuilder;

  std::string name_;
  std::vector<Rule> rules_;
  Settings settings_;
  std::vector<SenderList> lists_;
  uint64_t asked_ = 0;
  std::array<uint64_t, 6> asked_of_{};  // by AddressFact
};

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_PROGRAM_H_
