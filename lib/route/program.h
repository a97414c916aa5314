// SPDX-License-Identifier: Apache-2.0
// A rule program: ordered rules over facts of a (mail, target) pair, each fact a small enumeration, each condition a set
// of allowed values. Rules are data; the presets are built in code until rule documents come.
#ifndef CASECOMM_ROUTE_PROGRAM_H_
#define CASECOMM_ROUTE_PROGRAM_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/decision.h"
#include "casecomm/status.h"

namespace casecomm::route {

// One table in program.cc names each fact and its values.
enum class Fact : uint8_t {
  kAddress,      // none, record, drop, unroutable, other
  kLocator,      // none, active, grace, retired, unknown
  kAuthor,       // ambiguous, unknown, contact, staff, owner
  kTrust,        // none, pass, fail
  kReply,        // new, reply
  kForwarded,    // no, yes                (CF-13)
  kRecipients,   // none, settled, unknown, no_open_record, several_cases, several_leads   (CF-04 to CF-08)
  kRecordState,  // none, open, closed
  kLimit,        // within, over
  kCount,
};
using Facts = std::array<uint8_t, static_cast<size_t>(Fact::kCount)>;

std::string_view FactName(Fact fact);
std::string_view FactValueName(Fact fact, uint8_t value);

struct Condition {
  Fact fact;
  uint32_t allowed;  // bit n: value n
};

// What a matched rule does with the target.
enum class Action : uint8_t {
  kFileRecord,      // on the record the address names
  kFileRecipients,  // on what the recipients settle (CF-04, CF-05)
  kUnassigned,      // for the drop's owner
  kHold,
  kNotTracked,
};

// The stable word and the sentence of a rule. {record} {person} {address} {author} {value} {recipients} are filled in.
struct Rule {
  std::string name;
  std::vector<Condition> when;
  Action action;
  std::string reason;
  std::string sentence;
};

// Ordered; the last rule has no condition, so that every target ends somewhere. Immutable; any thread.
class Program {
 public:
  // "casebook", "casefleet"; not_found for another name.
  static Result<Program> Preset(std::string_view name);
  static std::vector<std::string_view> PresetNames();

  const std::vector<Rule>& rules() const { return rules_; }
  std::string_view policy() const { return policy_; }  // "P0 anyone", "P1 known" (spec X-05)

 private:
  std::vector<Rule> rules_;
  std::string policy_;
};

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_PROGRAM_H_
