// SPDX-License-Identifier: Apache-2.0
#include "route/facts.h"

#include <algorithm>
#include <initializer_list>

namespace casecomm::route {
namespace {

struct FactRow {
  std::string_view name;
  std::vector<std::string_view> values;
};

const FactRow& Row(Fact fact) {
  static const std::array<FactRow, kFixedFacts> kRows = {{
      {"address", {"none", "record", "drop", "unroutable", "reply", "return_path"}},
      {"locator", {"none", "active", "grace", "retired", "unknown", "expired"}},
      {"author", {"ambiguous", "unknown", "contact", "staff", "owner", "recipient", "recipient_alias"}},
      {"trust", {"none", "pass", "fail"}},
      {"class", {"normal", "list", "automatic", "receipt", "bounce"}},
      {"mail", {"new", "reply"}},
      {"forwarded", {"no", "only_recipient", "original_attached"}},
      {"seen_in", {"none", "envelope", "header", "delivery_header"}},
      {"recipients", {"none", "case", "lead", "unknown", "no_open_record", "several_cases", "several_leads"}},
      {"record", {"none", "open", "closed"}},
      {"kind", {"none", "case", "intake", "provider", "lead", "matter"}},
      {"sender_policy", {"anyone", "known", "authenticated", "known_and_authenticated", "staff"}},
      {"closed_record", {"file", "hold"}},
      {"limit", {"within", "over", "addresses"}},
      {"budget", {"within", "received", "record", "sender"}},
      {"aliases_count", {"no", "yes"}},
      {"capture_replies", {"no", "yes"}},
      {"thread", {"none", "stranger", "participant"}},
  }};
  return kRows[static_cast<size_t>(fact)];
}

// A box of all facts but those named.
class BoxOf {
 public:
  BoxOf() : box_(Box::All()) {}
  template <typename Value>
  BoxOf& Is(Fact fact, std::initializer_list<Value> values) {
    uint32_t allowed = 0;
    for (const Value value : values) allowed |= uint32_t{1} << static_cast<uint8_t>(value);
    box_.allowed[static_cast<size_t>(fact)] = allowed;
    return *this;
  }
  template <typename Value>
  BoxOf& Is(Fact fact, Value value) {
    return Is(fact, {value});
  }
  template <typename Value>
  BoxOf& IsNot(Fact fact, Value value) {
    box_.allowed[static_cast<size_t>(fact)] &= ~(uint32_t{1} << static_cast<uint8_t>(value));
    return *this;
  }
  operator Box() const { return box_; }

 private:
  Box box_;
};

BoxOf WithoutRecord(BoxOf box) {
  return box.Is(Fact::kRecordState, RecordStateFact::kNone).Is(Fact::kRecordKind, RecordKindFact::kNone);
}
BoxOf WithoutThread(BoxOf box) {
  return box.Is(Fact::kThread, ThreadFact::kNone);
}
BoxOf WithoutBudgetOfRecord(BoxOf box) {
  return box.IsNot(Fact::kBudget, BudgetFact::kRecord);
}
BoxOf WithoutDrop(BoxOf box) {
  return box.Is(Fact::kForwarded, ForwardedFact::kNo)
      .Is(Fact::kRecipients, RecipientsFact::kNone)
      .IsNot(Fact::kAuthor, AuthorFact::kOwner);
}
BoxOf WithoutRecipient(BoxOf box) {
  return box.IsNot(Fact::kAuthor, AuthorFact::kRecipient).IsNot(Fact::kAuthor, AuthorFact::kRecipientAlias);
}
BoxOf Slot(AddressFact address) {
  const BoxOf slot = WithoutThread(BoxOf().Is(Fact::kAddress, address).IsNot(Fact::kSeenIn, SeenInFact::kNone));
  return address == AddressFact::kReply ? slot : WithoutRecipient(slot);
}
BoxOf OfRecord(BoxOf box) {
  return box.IsNot(Fact::kRecordState, RecordStateFact::kNone).IsNot(Fact::kRecordKind, RecordKindFact::kNone);
}

std::vector<Box> MakePossible() {
  const auto known = {LocatorFact::kActive, LocatorFact::kGrace, LocatorFact::kRetired};
  const auto sent = {LocatorFact::kActive, LocatorFact::kGrace, LocatorFact::kRetired, LocatorFact::kExpired};
  const BoxOf none = WithoutRecord(WithoutDrop(WithoutRecipient(BoxOf().Is(Fact::kLocator, LocatorFact::kNone))));
  return {
      BoxOf(none)
          .Is(Fact::kAddress, AddressFact::kNone)
          .Is(Fact::kSeenIn, SeenInFact::kNone)
          .Is(Fact::kBudget, BudgetFact::kWithin)
          .IsNot(Fact::kThread, ThreadFact::kParticipant),
      OfRecord(WithoutDrop(WithoutRecipient(BoxOf().Is(Fact::kLocator, LocatorFact::kNone))))
          .Is(Fact::kAddress, AddressFact::kNone)
          .Is(Fact::kSeenIn, SeenInFact::kNone)
          .IsNot(Fact::kAuthor, AuthorFact::kAmbiguous)
          .Is(Fact::kThread, ThreadFact::kParticipant),
      WithoutThread(WithoutBudgetOfRecord(none))
          .Is(Fact::kAddress, AddressFact::kUnroutable)
          .IsNot(Fact::kSeenIn, SeenInFact::kNone),
      WithoutBudgetOfRecord(WithoutRecord(WithoutDrop(Slot(AddressFact::kRecord))))
          .Is(Fact::kLocator, LocatorFact::kUnknown),
      OfRecord(WithoutDrop(Slot(AddressFact::kRecord))).Is(Fact::kLocator, known),
      WithoutBudgetOfRecord(WithoutRecord(Slot(AddressFact::kDrop)))
          .Is(Fact::kLocator, LocatorFact::kUnknown)
          .IsNot(Fact::kAuthor, AuthorFact::kOwner),
      WithoutBudgetOfRecord(WithoutRecord(Slot(AddressFact::kDrop))).Is(Fact::kLocator, known),
      WithoutBudgetOfRecord(WithoutRecord(WithoutDrop(WithoutRecipient(Slot(AddressFact::kReply)))))
          .Is(Fact::kLocator, LocatorFact::kUnknown),
      OfRecord(WithoutDrop(Slot(AddressFact::kReply))).Is(Fact::kLocator, sent),
      WithoutBudgetOfRecord(WithoutRecord(WithoutDrop(Slot(AddressFact::kReturnPath))))
          .Is(Fact::kLocator, LocatorFact::kUnknown),
      WithoutBudgetOfRecord(OfRecord(WithoutDrop(Slot(AddressFact::kReturnPath)))).Is(Fact::kLocator, sent),
  };
}

}  // namespace

std::string_view FactName(Fact fact) {
  return Row(fact).name;
}
std::string_view FactValueName(Fact fact, uint8_t value) {
  return Row(fact).values[value];
}
size_t FactValueCount(Fact fact) {
  return Row(fact).values.size();
}

Box Box::All() {
  Box box;
  for (size_t f = 0; f < kMaxFacts; ++f) {
    const size_t values = f < kFixedFacts ? FactValueCount(static_cast<Fact>(f)) : 2;
    box.allowed[f] = (uint32_t{1} << values) - 1;
  }
  return box;
}

bool Box::Holds(const Facts& facts) const {
  for (size_t f = 0; f < kMaxFacts; ++f) {
    if ((allowed[f] >> facts[f] & 1) == 0) return false;
  }
  return true;
}

bool Box::empty() const {
  return std::ranges::find(allowed, 0u) != allowed.end();
}

Box Intersection(const Box& a, const Box& b) {
  Box both;
  for (size_t f = 0; f < kMaxFacts; ++f) both.allowed[f] = a.allowed[f] & b.allowed[f];
  return both;
}

const std::vector<Box>& Possible() {
  static const std::vector<Box> possible = MakePossible();
  return possible;
}

}  // namespace casecomm::route
