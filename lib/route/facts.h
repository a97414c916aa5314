// SPDX-License-Identifier: Apache-2.0
// What conditions of rules speak of: each fact of a (mail, target) pair is a small enumeration.
#ifndef CASECOMM_ROUTE_FACTS_H_
#define CASECOMM_ROUTE_FACTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "identify/sender_policy.h"

namespace casecomm::route {

// One table in facts.cc names each fact and its values, as documents and traces have them.
enum class Fact : uint8_t {
  kAddress,      // none, record, drop, unroutable, reply, return_path
  kLocator,      // none, active, grace, retired, unknown, expired
  kAuthor,       // ambiguous, unknown, contact, staff, owner, recipient, recipient_alias   (CF-02, TI-04)
  kTrust,        // none, pass, fail
  kClass,        // normal, list, automatic, receipt, bounce
  kReply,        // new, reply
  kForwarded,    // no, only_recipient, original_attached   (CF-13)
  kSeenIn,       // none, envelope, header, delivery_header   (CF-03)
  kRecipients,   // none, case, lead, unknown, no_open_record, several_cases, several_leads   (CF-04 to CF-08)
  kRecordState,  // none, open, closed
  kRecordKind,   // none, case, intake, provider, lead, matter
  kSenderPolicy,  // anyone, known, authenticated, known_and_authenticated, staff: the account's and the record's  
  kClosedRecord,    // file, hold   (CB-26)
  kLimit,           // within, over, addresses
  kBudget,          // within, received, record, sender   (X-03, X-12, T31)
  kAliasesCount,    // no, yes   (TI-04)
  kCaptureReplies,  // no, yes   (TI-02)
  kThread,          // none, stranger, participant   (CB-11)
  kCount,
};

// Behind the facts of the table stand the lists of a document, "author_in" of each: no, yes.
inline constexpr size_t kFixedFacts = static_cast<size_t>(Fact::kCount);
inline constexpr size_t kMaxLists = 10;
inline constexpr size_t kMaxFacts = kFixedFacts + kMaxLists;
using Facts = std::array<uint8_t, kMaxFacts>;

enum class AddressFact : uint8_t { kNone, kRecord, kDrop, kUnroutable, kReply, kReturnPath };
enum class LocatorFact : uint8_t { kNone, kActive, kGrace, kRetired, kUnknown, kExpired };
enum class AuthorFact : uint8_t { kAmbiguous, kUnknown, kContact, kStaff, kOwner, kRecipient, kRecipientAlias };
enum class TrustFact : uint8_t { kNone, kPass, kFail };
enum class ClassFact : uint8_t { kNormal, kList, kAutomatic, kReceipt, kBounce };
enum class ReplyFact : uint8_t { kNew, kReply };
enum class ForwardedFact : uint8_t { kNo, kOnlyRecipient, kOriginalAttached };
enum class SeenInFact : uint8_t { kNone, kEnvelope, kHeader, kDeliveryHeader };
enum class RecipientsFact : uint8_t { kNone, kCase, kLead, kUnknown, kNoOpenRecord, kSeveralCases, kSeveralLeads };
enum class RecordStateFact : uint8_t { kNone, kOpen, kClosed };
enum class RecordKindFact : uint8_t { kNone, kCase, kIntake, kProvider, kLead, kMatter };
using identify::SenderPolicy;
enum class ClosedRecord : uint8_t { kFile, kHold };
enum class LimitFact : uint8_t { kWithin, kOver, kAddresses };
enum class BudgetFact : uint8_t { kWithin, kReceived, kRecord, kSender };
enum class ThreadFact : uint8_t { kNone, kStranger, kParticipant };
enum class YesNo : uint8_t { kNo, kYes };

// A fixed fact's name and the names of its values.
std::string_view FactName(Fact fact);
std::string_view FactValueName(Fact fact, uint8_t value);
size_t FactValueCount(Fact fact);

template <typename Value>
void Set(Facts* facts, Fact fact, Value value) {
  (*facts)[static_cast<size_t>(fact)] = static_cast<uint8_t>(value);
}

// A set of values for each fact, bit n for value n: the facts that a rule, or a kind of target, takes.
struct Box {
  std::array<uint32_t, kMaxFacts> allowed;

  static Box All();  // every value of every fact, lists too
  bool Holds(const Facts& facts) const;
  bool empty() const;
};

// Where both hold.
Box Intersection(const Box& a, const Box& b);

// What facts can stand together, as boxes: a mail and a target have those of one of them. A drop has no record, who wrote to
// a record address is not its owner, and so on.
const std::vector<Box>& Possible();

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_FACTS_H_
