// SPDX-License-Identifier: Apache-2.0
// A rule program: ordered rules over facts of a (mail, target) pair, each fact a small enumeration, each
// condition a set of allowed values. Rules are data; the presets are built in code until rule documents come.
#ifndef CASECOMM_ROUTE_PROGRAM_H_
#define CASECOMM_ROUTE_PROGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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
  kForwarded,    // no, only_recipient, original_attached   (CF-13)
  kRecipients,   // none, settled, unknown, no_open_record, several_cases, several_leads   (CF-04 to CF-08)
  kRecordState,  // none, open, closed
  kLimit,        // within, over, addresses
  kCount,
};
using Facts = std::array<uint8_t, static_cast<size_t>(Fact::kCount)>;

enum class AddressFact : uint8_t { kNone, kRecord, kDrop, kUnroutable, kOther };
enum class LocatorFact : uint8_t { kNone, kActive, kGrace, kRetired, kUnknown };
enum class AuthorFact : uint8_t { kAmbiguous, kUnknown, kContact, kStaff, kOwner };
enum class TrustFact : uint8_t { kNone, kPass, kFail };
enum class ReplyFact : uint8_t { kNew, kReply };
enum class ForwardedFact : uint8_t { kNo, kOnlyRecipient, kOriginalAttached };
enum class RecipientsFact : uint8_t { kNone, kSettled, kUnknown, kNoOpenRecord, kSeveralCases, kSeveralLeads };
enum class RecordStateFact : uint8_t { kNone, kOpen, kClosed };
enum class LimitFact : uint8_t { kWithin, kOver, kAddresses };

std::string_view FactName(Fact fact);
std::string_view FactValueName(Fact fact, uint8_t value);
size_t FactValueCount(Fact fact);

struct Condition {
  Fact fact;
  uint32_t allowed;  // bit n: value n

  bool Holds(const Facts& facts) const { return (allowed >> facts[static_cast<size_t>(fact)] & 1) != 0; }
};

// "author is contact or staff".
std::string ConditionText(const Condition& condition);

// What a matched rule does with the target.
enum class Action : uint8_t {
  kFileRecord,      // on the record the address names
  kFileRecipients,  // on what the recipients settle (CF-04, CF-05)
  kUnassigned,      // for the drop's owner
  kHold,
  kNotTracked,
};

// Every reason a rule gives, and what it means: stable words that hosts compare.
struct Reason {
  std::string_view word, meaning;
};
std::span<const Reason> Reasons();

// The reason is a word of Reasons(). In the sentence {record} {person} {subject} {address} {author} {trust}
// {from} {limit} {settled} {recipients} are filled in.
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
