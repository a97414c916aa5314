// SPDX-License-Identifier: Apache-2.0
#include "route/decide.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "identify/address_key.h"
#include "route/recipients.h"

namespace casecomm::route {
namespace {

using identify::Identified;
using identify::kNoPosition;
using identify::Locator;
using identify::LocatorState;
using identify::Position;
using identify::Recipient;
using identify::Slot;

constexpr uint32_t kNoRecipient = ~uint32_t{0};

AuthorFact AuthorOf(const Identified& identified) {
  switch (identified.author.kind) {
    case identify::AuthorKind::kAmbiguous:
      return AuthorFact::kAmbiguous;
    case identify::AuthorKind::kUnknown:
      return AuthorFact::kUnknown;
    case identify::AuthorKind::kContact:
      return AuthorFact::kContact;
    case identify::AuthorKind::kStaff:
      return AuthorFact::kStaff;
  }
  return AuthorFact::kAmbiguous;
}

TrustFact TrustOf(const Identified& identified) {
  if (identified.trust == identify::Trust::kPass) return TrustFact::kPass;
  return identified.trust == identify::Trust::kFail ? TrustFact::kFail : TrustFact::kNone;
}

LocatorFact StateOf(const Slot& slot) {
  const Locator* const locator = slot.locator;
  if (locator == nullptr) return LocatorFact::kUnknown;
  if (slot.expired && locator->state != LocatorState::kRetired) return LocatorFact::kExpired;
  if (locator->state == LocatorState::kActive) return LocatorFact::kActive;
  return locator->state == LocatorState::kGrace ? LocatorFact::kGrace : LocatorFact::kRetired;
}

// Whether the one who wrote is the user whom the drop belongs to (CF-02).
bool IsOwner(const Identified& identified, Position owner) {
  const identify::AddressEntry* const author = identified.author.entry;
  return author != nullptr && std::ranges::find(author->people, owner) != author->people.end();
}

SeenInFact SeenIn(const Recipient& recipient) {
  if ((recipient.fields & identify::kEnvelope) != 0) return SeenInFact::kEnvelope;
  constexpr uint8_t kHeader = identify::kTo | identify::kCc | identify::kBcc;
  return (recipient.fields & kHeader) != 0 ? SeenInFact::kHeader : SeenInFact::kDeliveryHeader;
}

ClassFact ClassOf(MailClass mail_class) {
  return static_cast<ClassFact>(static_cast<int32_t>(mail_class) - static_cast<int32_t>(MailClass::kNormal));
}

RecordKindFact KindOf(identify::RecordKind kind) {
  return static_cast<RecordKindFact>(kind);
}

// What holds for the whole mail comes first, then the record's, which protects more than the sender's.
BudgetFact BudgetOf(const Identified& identified, const Settings& settings, bool record_over) {
  if (settings.max_received > 0 && identified.received > settings.max_received) return BudgetFact::kReceived;
  if (record_over) return BudgetFact::kRecord;
  return identified.sender_over_budget ? BudgetFact::kSender : BudgetFact::kWithin;
}

ForwardedFact ForwardedTo(const Recipient& drop, const Identified& identified) {
  constexpr uint8_t kVisible = identify::kEnvelope | identify::kTo | identify::kCc | identify::kBcc;
  const uint32_t itself = (drop.fields & kVisible) != 0 ? 1 : 0;
  if (identified.visible_recipients == itself) return ForwardedFact::kOnlyRecipient;
  if ((drop.fields & (identify::kTo | identify::kCc)) != 0 && identified.attached_message) {
    return ForwardedFact::kOriginalAttached;
  }
  return ForwardedFact::kNo;
}

// CF-08: a case if any recipient settles one, else a lead if any does; else what keeps the first one from it.
RecipientsFact AllRecipients(const Identified& identified) {
  RecipientsFact first = RecipientsFact::kNone, settled = RecipientsFact::kNone;
  for (const identify::Counterpart& counterpart : identified.counterparts) {
    const RecipientsFact means = Means(counterpart);
    if (means == RecipientsFact::kCase) return means;
    if (means == RecipientsFact::kLead) settled = means;
    if (first == RecipientsFact::kNone) first = means;
  }
  return settled == RecipientsFact::kLead ? settled : first;
}

class Decider {
 public:
  Decider(const Program& program, const identify::Recipients& recipients, const Identified& identified,
          const identify::Directory& directory, Decision* out)
      : program_(program), recipients_(recipients), identified_(identified), directory_(directory), out_(*out) {
    mail_.fill(0);
    Set(&mail_, Fact::kAuthor, AuthorOf(identified));
    Set(&mail_, Fact::kTrust, TrustOf(identified));
    Set(&mail_, Fact::kReply, identified.reply ? ReplyFact::kReply : ReplyFact::kNew);
    Set(&mail_, Fact::kClass, ClassOf(identified.mail_class));
    Set(&mail_, Fact::kSenderPolicy, program.settings().sender_policy);
    Set(&mail_, Fact::kClosedRecord, program.settings().closed_record);
    Set(&mail_, Fact::kAliasesCount, program.settings().aliases_count);
    Set(&mail_, Fact::kCaptureReplies, program.settings().capture_replies);
    if (!program.lists().empty()) SetLists();
    if (identified.over_limit) {
      Set(&mail_, Fact::kLimit, recipients.too_many_own ? LimitFact::kAddresses : LimitFact::kOver);
    }
  }

  void Run() {
    for (uint32_t i = 0; i < identified_.slots.size(); ++i) AskSlot(i);
    if (out_.asked.empty() && recipients_.unroutable) AskUnroutable();
    if (out_.asked.empty()) AskNothing();
    if (out_.targets.size() > 1) KeepEachDestinationOnce();
  }

 private:
  // The author's address, where one is the author.
  void SetLists() {
    if (identified_.author.kind == identify::AuthorKind::kAmbiguous) return;
    const identify::CanonicalAddress address(identified_.author.local, identified_.author.domain);
    for (size_t i = 0; i < program_.lists().size(); ++i) {
      mail_[kFixedFacts + i] = program_.lists()[i].Holds(address) ? 1 : 0;
    }
  }

  void AskSlot(uint32_t position) {
    const Slot& slot = identified_.slots[position];
    const Recipient& recipient = recipients_.all[slot.recipient];
    Facts facts = mail_;
    Set(&facts, Fact::kLocator, StateOf(slot));
    Set(&facts, Fact::kSeenIn, SeenIn(recipient));
    Set(&facts, Fact::kBudget, BudgetOf(identified_, program_.settings(), slot.over_budget));
    if (recipient.capability.kind != address::Kind::kDrop) {
      Set(&facts, Fact::kAddress, AddressOf(recipient.capability.kind));
      if (slot.locator != nullptr) SetRecord(directory_.record(slot.locator->subject), &facts);
      if (slot.author != identify::Addressee::kNo) {
        const bool same = slot.author == identify::Addressee::kRecipient;
        Set(&facts, Fact::kAuthor, same ? AuthorFact::kRecipient : AuthorFact::kRecipientAlias);
      }
    } else {
      Set(&facts, Fact::kAddress, AddressFact::kDrop);
      Set(&facts, Fact::kForwarded, ForwardedTo(recipient, identified_));
      Set(&facts, Fact::kRecipients, AllRecipients(identified_));
      if (slot.locator != nullptr && IsOwner(identified_, slot.locator->subject)) {
        Set(&facts, Fact::kAuthor, AuthorFact::kOwner);
      }
    }
    Ask(Asked::What::kSlot, position, facts, slot.locator);
  }

  void SetRecord(const identify::Record& record, Facts* facts) const {
    const bool open = record.state == identify::RecordState::kOpen;
    Set(facts, Fact::kRecordState, open ? RecordStateFact::kOpen : RecordStateFact::kClosed);
    Set(facts, Fact::kRecordKind, KindOf(record.kind));
    Set(facts, Fact::kSenderPolicy, identify::Joined(program_.settings().sender_policy, record.sender_policy));
  }

  // No address of ours: what is left is a thread that the mail answers.
  void AskNothing() {
    Facts facts = mail_;
    Set(&facts, Fact::kThread, identified_.in_thread);
    if (identified_.in_thread == identify::InThread::kParticipant) {
      SetRecord(directory_.record(identified_.thread_record), &facts);
      Set(&facts, Fact::kBudget, BudgetOf(identified_, program_.settings(), identified_.thread_over_budget));
    }
    Ask(Asked::What::kNothing, 0, facts, nullptr);
  }

  void AskUnroutable() {
    Facts facts = mail_;
    Set(&facts, Fact::kAddress, AddressFact::kUnroutable);
    Set(&facts, Fact::kBudget, BudgetOf(identified_, program_.settings(), /*record_over=*/false));
    for (uint32_t i = 0; i < recipients_.all.size() && out_.asked.size() < identify::kMaxOwnAddresses; ++i) {
      if (recipients_.all[i].own != identify::Own::kUnroutable) continue;
      Set(&facts, Fact::kSeenIn, SeenIn(recipients_.all[i]));
      Ask(Asked::What::kUnroutable, i, facts, nullptr);
    }
  }

  void Ask(Asked::What what, uint32_t position, const Facts& facts, const Locator* locator) {
    const auto asked = static_cast<uint16_t>(out_.asked.size());
    const uint16_t rule = Match(asked, facts);
    out_.asked.push_back({what, position, facts, rule});

    Target target{asked, Outcome::kHeld, kNoPosition, kNoPosition, kNoRecipient};
    if (what == Asked::What::kNothing) target.record = identified_.thread_record;
    if (locator != nullptr) {
      (locator->kind == address::Kind::kDrop ? target.owner : target.record) = locator->subject;
    }
    switch (program_.rules()[rule].action) {
      case Action::kFileRecord:
        if (target.record != kNoPosition) target.outcome = Outcome::kFiled;
        break;
      case Action::kFileRecipients:
        if (AddSettled(target, program_.rules()[rule])) return;
        break;
      case Action::kUnassigned:
        if (target.owner != kNoPosition) target.outcome = Outcome::kUnassigned;
        break;
      case Action::kNotTracked:
        target.outcome = Outcome::kNotTracked;
        break;
      case Action::kCatchAll:
        if (!program_.settings().catch_all.empty()) target.outcome = Outcome::kCatchAll;
        break;
      case Action::kApply:
        if (locator != nullptr) target.outcome = Outcome::kApplied;
        break;
      case Action::kHold:
        break;
    }
    out_.targets.push_back(target);
  }

  // The first rule that holds, with a step for each one tried. A program has one for all facts.
  uint16_t Match(uint16_t asked, const Facts& facts) {
    const std::vector<Rule>& rules = program_.rules();
    for (uint16_t r = 0;; ++r) {
      const std::vector<Condition>& when = rules[r].when;
      uint16_t c = 0;
      while (c < when.size() && when[c].Holds(facts)) ++c;
      const bool matched = c == when.size();
      out_.trace.push_back({asked, r, matched ? kMatched : c});
      if (matched) return r;
    }
  }

  // Of the kinds of settled recipients that the rule takes.
  bool AddSettled(Target target, const Rule& rule) {
    target.outcome = Outcome::kFiled;
    uint32_t taken = ~uint32_t{0};
    for (const Condition& condition : rule.when) {
      if (condition.fact == static_cast<size_t>(Fact::kRecipients)) taken = condition.allowed;
    }
    bool any = false;
    for (const identify::Counterpart& counterpart : identified_.counterparts) {
      const RecipientsFact means = Means(counterpart);
      if (!IsSettled(means) || (taken >> static_cast<uint8_t>(means) & 1) == 0) continue;
      target.record = SettledOn(*counterpart.entry);
      target.recipient = counterpart.recipient;
      out_.targets.push_back(target);
      any = true;
    }
    return any;
  }

  // What is applied: its locator. Else a record; else a drop's owner; else what was asked, which for unknown locators is
  // only their kind.
  auto Destination(const Target& target) const {
    constexpr uint64_t kApplied = uint64_t{1} << 40;
    const Asked& asked = out_.asked[target.asked];
    if (target.outcome == Outcome::kApplied) {
      const Slot& slot = identified_.slots[asked.position];
      const address::Capability& capability = recipients_.all[slot.recipient].capability;
      return std::tuple(kNoPosition, kNoPosition, kApplied | capability.locator);
    }
    const bool record = target.record != kNoPosition;
    const Position owner = record ? kNoPosition : target.owner;
    uint64_t other = 0;
    if (!record && owner == kNoPosition) {
      other = asked.what == Asked::What::kUnroutable ? 16 + asked.position
                                                     : asked.facts[static_cast<size_t>(Fact::kAddress)];
    }
    return std::tuple(target.record, owner, other);
  }

  // Sorts twice rather than comparing all with all: a hostile mail may name very many.
  void KeepEachDestinationOnce() {
    const auto asked_order = [](const Target& t) { return std::tuple(t.asked, t.recipient); };
    std::ranges::sort(out_.targets, {}, [&](const Target& t) {
      return std::tuple_cat(Destination(t), std::tuple(static_cast<int32_t>(t.outcome)), asked_order(t));
    });
    const auto doubled = std::ranges::unique(out_.targets, {}, [&](const Target& t) { return Destination(t); });
    out_.targets.erase(doubled.begin(), doubled.end());
    std::ranges::sort(out_.targets, {}, asked_order);
    bool forwarded = false;
    std::erase_if(out_.targets,
                  [&](const Target& t) { return t.outcome == Outcome::kCatchAll && std::exchange(forwarded, true); });
  }

  const Program& program_;
  const identify::Recipients& recipients_;
  const Identified& identified_;
  const identify::Directory& directory_;
  Decision& out_;
  Facts mail_;
};

}  // namespace

RecipientsFact Means(const identify::Counterpart& counterpart) {
  if (counterpart.entry == nullptr) return RecipientsFact::kUnknown;
  const size_t cases = counterpart.entry->open_cases.size();
  const size_t leads = counterpart.entry->open_leads.size();
  if (cases == 1) return RecipientsFact::kCase;
  if (cases == 0 && leads == 1) return RecipientsFact::kLead;
  if (cases > 1) return RecipientsFact::kSeveralCases;
  return leads > 1 ? RecipientsFact::kSeveralLeads : RecipientsFact::kNoOpenRecord;
}

identify::Position SettledOn(const identify::AddressEntry& entry) {
  return entry.open_cases.empty() ? entry.open_leads.front() : entry.open_cases.front();
}

AddressFact AddressOf(address::Kind kind) {
  switch (kind) {
    case address::Kind::kRecord:
      return AddressFact::kRecord;
    case address::Kind::kDrop:
      return AddressFact::kDrop;
    case address::Kind::kReply:
      return AddressFact::kReply;
    case address::Kind::kReturnPath:
      return AddressFact::kReturnPath;
    case address::Kind::kMessageId:
      break;
  }
  return AddressFact::kNone;
}

std::string_view ReasonOf(const Program& program, const Asked& asked, const Target& target) {
  const Rule& rule = program.rules()[asked.rule];
  const bool nowhere = rule.action == Action::kCatchAll && target.outcome == Outcome::kHeld;
  return nowhere ? kNoCatchAll : std::string_view(rule.reason);
}

void Decision::Clear() {
  asked.clear();
  targets.clear();
  trace.clear();
}

void Decide(const Program& program, const identify::Recipients& recipients, const Identified& identified,
            const identify::Directory& directory, Decision* out) {
  out->Clear();
  Decider(program, recipients, identified, directory, out).Run();
}

}  // namespace casecomm::route
