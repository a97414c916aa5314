// SPDX-License-Identifier: Apache-2.0
// Rule documents: what says where mail goes (docs/rules.md, spec Y-05).
#ifndef CASECOMM_RULES_H_
#define CASECOMM_RULES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/decision.h"
#include "casecomm/status.h"

namespace casecomm {

// A rule as it stands in the program: in order, includes followed.
struct RuleView {
  std::string name;
  std::string document;           // that it came from: "common/drops"; empty: the document itself
  std::vector<std::string> when;  // "author is contact or staff"; all hold
  std::string action;  // "file_record", "file_recipients", "unassigned", "hold", "not_tracked", "catch_all", "apply"
  std::string reason;
  std::string sentence;
  bool notify_editors = false;
};

// A rule document that was read and checked: every mail is decided by one of its rules, and every rule decides some mail.
// Immutable and cheap to copy; any thread.
class RuleSet {
 public:
  // Fails with invalid_argument at the first fault: subject the JSON pointer, position the byte, reason one of json_syntax,
  // unknown_key, duplicate_key, missing_key, wrong_type, bad_value, too_big, unknown_rules, duplicate_rule, contradiction,
  // unreachable_rule, missing_default, too_complex; the message names what was expected, and the rules at fault.
  static Result<RuleSet> Parse(std::string_view json);
  // One that ships; not_found ("unknown_preset") for another name.
  static Result<RuleSet> Preset(std::string_view name);
  static std::vector<std::string> Presets();

  const std::string& name() const;
  std::string policy() const;           // the sender policy that holds: "P1 known" (spec X-05)
  std::string catch_all() const;        // an addr-spec; empty: none (spec TI-05)
  const std::string& document() const;  // as it was given, JSON
  std::vector<RuleView> Rules() const;

 private:
  friend class Session;
  struct State;
  explicit RuleSet(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// As `casecomm rules --json` prints it (docs/json.md).
std::string ToJson(const RuleSet& rules);

// Where one mail goes by the rules that hold, and where by others (spec Y-02).
struct Rehearsal {
  MailDecision now, then;  // with their traces
  bool differs = false;    // some target, its outcome or its record is another
};

}  // namespace casecomm

#endif  // CASECOMM_RULES_H_
