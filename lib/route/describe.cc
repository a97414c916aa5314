// SPDX-License-Identifier: Apache-2.0
// A decision in words: the sentences of the program's rules with the names of this mail filled in.
#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "route/decide.h"
#include "route/recipients.h"

namespace casecomm::route {
namespace {

using identify::AddressEntry;
using identify::Directory;
using identify::kNoPosition;
using identify::Person;
using identify::PersonKind;
using identify::Position;
using identify::Recipient;

// Sentences are for people: of long lists only the head is told, the candidates hold all.
constexpr size_t kTold = 5;

std::string Quoted(std::string_view name) {
  return '"' + base::Printable(name) + '"';
}

// As written, the domain in lower case: data, not yet fit for a terminal.
std::string AddressData(std::string_view local, std::string_view domain) {
  std::string address(local);
  if (!domain.empty()) address.append(1, '@').append(base::LowerAscii(domain));
  return address;
}

std::string AddressText(std::string_view local, std::string_view domain) {
  return base::Printable(AddressData(local, domain));
}

std::string RecordText(const Directory& directory, Position record) {
  if (record == kNoPosition) return "no record";
  return "record " + base::Printable(directory.record(record).id) + ' ' + Quoted(directory.record(record).name);
}

std::string PersonText(const Person& person) {
  return (person.kind == PersonKind::kStaff ? "user " : "contact ") + base::Printable(person.id) + ' ' +
         Quoted(person.name);
}

// The first few of `all`, joined by `joint`, and how many there are besides.
template <typename Items, typename Tell>
std::string Listed(const Items& all, std::string_view joint, const Tell& tell) {
  std::string text;
  for (size_t i = 0; i < std::min(all.size(), kTold); ++i) {
    if (i > 0) text += joint;
    text += tell(all[i]);
  }
  if (all.size() > kTold) text.append(joint).append(std::to_string(all.size() - kTold) + " more");
  return text;
}

// "contact C7 "Bob"", or all who share the address (CF-08).
std::string PeopleText(const Directory& directory, const AddressEntry& entry) {
  return Listed(entry.people, " and ", [&](Position p) { return PersonText(directory.person(p)); });
}

std::string Ids(const Directory& directory, std::span<const Position> records) {
  return Listed(records, ", ", [&](Position r) { return base::Printable(directory.record(r).id); });
}

// Why people have no open case and no open lead: closed records and providers do not count (CF-07).
std::string NothingOpen(const Directory& directory, const AddressEntry& entry) {
  std::vector<Position> closed, neither;
  for (const Position p : entry.people) {
    for (const Position r : directory.person(p).records) {
      const identify::RecordKind kind = directory.record(r).kind;
      (identify::IsCaseLike(kind) || identify::IsLeadLike(kind) ? closed : neither).push_back(r);
    }
  }
  for (std::vector<Position>* const records : {&closed, &neither}) {
    std::ranges::sort(*records);
    const auto doubled = std::ranges::unique(*records);
    records->erase(doubled.begin(), doubled.end());
  }
  if (closed.empty() && neither.empty()) return "no record at all";
  if (closed.empty()) return "only what is neither case nor lead: " + Ids(directory, neither);
  const std::string text = "closed: " + Ids(directory, closed);
  return neither.empty() ? text : text + "; neither case nor lead: " + Ids(directory, neither);
}

// CF-07: leads beside a case.
std::string BesideLeads(const Directory& directory, const AddressEntry& entry) {
  const size_t count = entry.open_leads.size();
  if (count == 0) return {};
  return ", beside " + std::to_string(count) +
         (count == 1 ? " open lead that does not count: " : " open leads that do not count: ") +
         Ids(directory, entry.open_leads);
}

// What the recipient means under CF-04 to CF-07, with the value that says so.
std::string CounterpartText(const Directory& directory, const identify::Recipients& recipients,
                            const identify::Counterpart& counterpart) {
  const Recipient& recipient = recipients.all[counterpart.recipient];
  const std::string address = AddressText(recipient.local, recipient.domain);
  if (counterpart.entry == nullptr) return address + " belongs to nobody known";
  const AddressEntry& entry = *counterpart.entry;
  const std::string belongs = "recipient " + address + " belongs to " + PeopleText(directory, entry) + ", ";
  const auto count = [](std::span<const Position> records) { return std::to_string(records.size()); };
  switch (Means(counterpart)) {
    case RecipientsFact::kCase:
    case RecipientsFact::kLead:
      if (entry.open_cases.empty()) {
        return belongs + "with no open case and " + Ids(directory, entry.open_leads) + " as the only open lead";
      }
      return belongs + "whose only open case is " + Ids(directory, entry.open_cases) + BesideLeads(directory, entry);
    case RecipientsFact::kSeveralCases:
      return belongs + "with " + count(entry.open_cases) + " open cases: " + Ids(directory, entry.open_cases);
    case RecipientsFact::kSeveralLeads:
      return belongs + "with no open case and " + count(entry.open_leads) +
             " open leads: " + Ids(directory, entry.open_leads);
    default:
      return belongs + "with no open case and no open lead (" + NothingOpen(directory, entry) + ')';
  }
}

// The records that the address may mean: its cases, or without any its leads; each with every person it came
// by.
void AddCandidates(const Directory& directory, std::string_view local, std::string_view domain,
                   const AddressEntry& entry, std::vector<Candidate>* out) {
  for (const Position record : entry.open_cases.empty() ? entry.open_leads : entry.open_cases) {
    for (const Position p : entry.people) {
      const Person& person = directory.person(p);
      if (!std::ranges::binary_search(person.records, record)) continue;
      out->push_back({AddressData(local, domain), std::string(person.id), std::string(directory.record(record).id)});
    }
  }
}

class Describer {
 public:
  Describer(const Program& program, const scan::Envelope& envelope, const identify::Recipients& recipients,
            const identify::Identified& identified, const Directory& directory, const Decision& decision)
      : program_(program),
        envelope_(envelope),
        recipients_(recipients),
        identified_(identified),
        directory_(directory),
        decision_(decision) {}

  MailDecision Describe(bool with_trace) const {
    MailDecision mail;
    if (envelope_.message_id.data() != nullptr) mail.message_id = std::string(envelope_.message_id);
    for (size_t i = 0; i < decision_.targets.size(); ++i) {
      const Target& target = decision_.targets[i];
      const bool first = i == 0 || decision_.targets[i - 1].asked != target.asked;
      mail.targets.push_back(Describe(target, first));
      const TargetDecision& told = mail.targets.back();
      if (i == 0 || told.outcome < mail.outcome) mail.outcome = told.outcome;
      if (told.record) mail.records.push_back(*told.record);
    }
    if (with_trace) AddTrace(&mail.trace);
    return mail;
  }

 private:
  // `first`: of the targets that came of one address. It carries the candidates.
  TargetDecision Describe(const Target& target, bool first) const {
    const Asked& asked = decision_.asked[target.asked];
    const Rule& rule = program_.rules()[asked.rule];
    TargetDecision told;
    told.outcome = target.outcome;
    if (target.outcome == Outcome::kFiled) {
      told.record = std::string(directory_.record(target.record).id);
      told.target = "record:" + *told.record;
    } else {
      told.target = TargetName(asked);
    }
    told.rule = rule.name;
    told.reason = ReasonOf(program_, asked, target);
    told.sentence = Fill(rule.sentence, target, asked);
    if (told.reason == kNoCatchAll && rule.reason != kNoCatchAll) {
      told.sentence = "Held, because the account has no catch-all address. By the rules alone: " + told.sentence;
    }
    if (first) told.sentence += Others(target);
    if (HeaderOnly(asked)) told.sentence += " The address is known from a delivery header only.";
    if (first && target.owner != kNoPosition && target.outcome != Outcome::kHeld) {
      told.candidates = Candidates(asked);
    }
    return told;
  }

  const Recipient* AskedRecipient(const Asked& asked) const {
    switch (asked.what) {
      case Asked::What::kSlot:
        return &recipients_.all[identified_.slots[asked.position].recipient];
      case Asked::What::kUnroutable:
        return &recipients_.all[asked.position];
      case Asked::What::kNothing:
        return nullptr;
    }
    return nullptr;
  }

  // Spec CF-03: only headers of a delivering agent speak for it.
  bool HeaderOnly(const Asked& asked) const {
    const Recipient* const recipient = AskedRecipient(asked);
    return recipient != nullptr && recipient->fields == identify::kDeliveryHeader;
  }

  const identify::Locator* AskedLocator(const Asked& asked) const {
    return asked.what == Asked::What::kSlot ? identified_.slots[asked.position].locator : nullptr;
  }

  std::string TargetName(const Asked& asked) const {
    const Recipient* const recipient = AskedRecipient(asked);
    if (recipient == nullptr) {
      const Position record = identified_.thread_record;
      return record == kNoPosition ? "none" : "record:" + std::string(directory_.record(record).id);
    }
    if (asked.what == Asked::What::kUnroutable) return "unroutable:" + AddressText(recipient->local, recipient->domain);
    const identify::Locator* const locator = AskedLocator(asked);
    const auto record = [&] { return locator ? std::string(directory_.record(locator->subject).id) : "?"; };
    const auto sent = [&](std::string_view kind) {
      std::string name(kind);
      name += record();
      if (locator != nullptr) name.append(1, ':').append(directory_.person(locator->person).id);
      return name;
    };
    switch (recipient->capability.kind) {
      case address::Kind::kRecord:
        return "record:" + record();
      case address::Kind::kReply:
        return sent("reply:");
      case address::Kind::kReturnPath:
        return sent("return_path:");
      default:
        return "drop:" + (locator ? std::string(directory_.person(locator->subject).id) : "?");
    }
  }

  std::string Fill(std::string_view sentence, const Target& target, const Asked& asked) const {
    struct Slot {
      std::string_view name;
      std::string (Describer::*text)(const Target&, const Asked&) const;
    };
    static constexpr Slot kSlots[] = {
        {"{record}", &Describer::Record},      {"{person}", &Describer::Owner},
        {"{subject}", &Describer::Subject},    {"{address}", &Describer::Address},
        {"{author}", &Describer::Author},      {"{trust}", &Describer::Trust},
        {"{from}", &Describer::From},          {"{limit}", &Describer::Limit},
        {"{settled}", &Describer::Settled},    {"{recipients}", &Describer::AllRecipients},
        {"{catch_all}", &Describer::CatchAll}, {"{budget}", &Describer::Budget},
    };
    std::string text;
    while (!sentence.empty()) {
      const size_t brace = std::min(sentence.find('{'), sentence.size());
      text += sentence.substr(0, brace);
      sentence.remove_prefix(brace);
      for (const Slot& slot : kSlots) {
        if (!sentence.starts_with(slot.name)) continue;
        text += (this->*slot.text)(target, asked);
        sentence.remove_prefix(slot.name.size());
        break;
      }
    }
    return text;
  }

  std::string Record(const Target& target, const Asked&) const { return RecordText(directory_, target.record); }

  // The drop's user, or whom a reply address or return path was made for.
  std::string Owner(const Target& target, const Asked& asked) const {
    const identify::Locator* const locator = AskedLocator(asked);
    if (locator != nullptr && locator->person != kNoPosition) return PersonText(directory_.person(locator->person));
    return target.owner == kNoPosition ? "no user" : PersonText(directory_.person(target.owner));
  }

  std::string CatchAll(const Target&, const Asked&) const {
    const std::string& address = program_.settings().catch_all;
    return address.empty() ? "(none)" : address;
  }

  std::string Subject(const Target& target, const Asked& asked) const {
    if (target.record == kNoPosition && target.owner == kNoPosition) return "nobody known";
    return target.record != kNoPosition ? Record(target, asked) : Owner(target, asked);
  }

  std::string Address(const Target&, const Asked& asked) const {
    const Recipient* const recipient = AskedRecipient(asked);
    return recipient == nullptr ? "no address of ours" : AddressText(recipient->local, recipient->domain);
  }

  std::string Author(const Target&, const Asked&) const {
    const identify::Author& author = identified_.author;
    if (author.kind == identify::AuthorKind::kAmbiguous) return "an author who cannot be told";
    const std::string address = AddressText(author.local, author.domain);
    if (author.entry == nullptr) return "unknown sender " + address;
    return PeopleText(directory_, *author.entry) + " (" + address + ')';
  }

  std::string Trust(const Target&, const Asked& asked) const {
    return std::string(FactValueName(Fact::kTrust, asked.facts[static_cast<size_t>(Fact::kTrust)]));
  }

  // Why nobody is the author.
  std::string From(const Target&, const Asked&) const {
    if (envelope_.from.empty()) return "it has no From address";
    if (envelope_.from.size() == 1) {
      return "its From field stands several times or in a form that names nobody for sure, with " +
             AddressText(envelope_.from.front().local, envelope_.from.front().domain);
    }
    return "its From names " + std::to_string(envelope_.from.size()) + " addresses: " +
           Listed(envelope_.from, ", ", [](const scan::Mailbox& m) { return AddressText(m.local, m.domain); });
  }

  std::string Limit(const Target&, const Asked&) const {
    if (recipients_.too_many_own) return std::to_string(identify::kMaxOwnAddresses);
    for (const scan::DefectAt& at : envelope_.defects) {
      if (scan::IsLimit(at.defect)) {
        return std::string(scan::DefectName(at.defect)) + " at byte " + std::to_string(at.offset);
      }
    }
    return "of size";
  }

  std::string Budget(const Target&, const Asked& asked) const {
    const Settings& settings = program_.settings();
    switch (BudgetFact{asked.facts[static_cast<size_t>(Fact::kBudget)]}) {
      case BudgetFact::kReceived:
        return std::to_string(identified_.received) + " Received fields, over " + std::to_string(settings.max_received);
      case BudgetFact::kRecord:
        return "over " + std::to_string(settings.record_per_hour) + " in an hour";
      case BudgetFact::kSender:
        return "over " + std::to_string(settings.sender_per_hour) + " in an hour";
      case BudgetFact::kWithin:
        break;
    }
    return "within its budgets";
  }

  // Counterparts stand in the order of their recipients.
  const identify::Counterpart* SettledBy(const Target& target) const {
    const auto& all = identified_.counterparts;
    const auto found = std::ranges::lower_bound(all, target.recipient, {}, &identify::Counterpart::recipient);
    return found == all.end() || found->recipient != target.recipient ? nullptr : &*found;
  }

  std::string Settled(const Target& target, const Asked&) const {
    const identify::Counterpart* const by = SettledBy(target);
    return by == nullptr ? "no recipient" : CounterpartText(directory_, recipients_, *by);
  }

  std::string AllRecipients(const Target&, const Asked&) const {
    return Listed(identified_.counterparts, "; ", [&](const identify::Counterpart& counterpart) {
      return CounterpartText(directory_, recipients_, counterpart);
    });
  }

  // CF-08: recipients that added no target where another one did.
  std::string Others(const Target& target) const {
    if (target.recipient == ~uint32_t{0}) return {};
    std::vector<const identify::Counterpart*> others;
    for (const identify::Counterpart& counterpart : identified_.counterparts) {
      if (!IsSettled(Means(counterpart))) others.push_back(&counterpart);
    }
    if (others.empty()) return {};
    return " It was filed nowhere else by these: " +
           Listed(
               others, "; ",
               [&](const identify::Counterpart* other) { return CounterpartText(directory_, recipients_, *other); }) +
           '.';
  }

  std::vector<Candidate> Candidates(const Asked& asked) const {
    std::vector<Candidate> candidates;
    if (asked.facts[static_cast<size_t>(Fact::kForwarded)] != static_cast<uint8_t>(ForwardedFact::kNo)) {
      AddOriginal(&candidates);
      return candidates;
    }
    for (const identify::Counterpart& counterpart : identified_.counterparts) {
      if (counterpart.entry == nullptr || IsSettled(Means(counterpart))) continue;
      const Recipient& recipient = recipients_.all[counterpart.recipient];
      AddCandidates(directory_, recipient.local, recipient.domain, *counterpart.entry, &candidates);
    }
    return candidates;
  }

  // CF-13: a forwarded mail's suggestions come from who wrote and who received the original.
  void AddOriginal(std::vector<Candidate>* candidates) const {
    const std::string_view original = scan::AttachedMessage(envelope_);
    if (original.data() == nullptr) return;
    scan::EnvelopeScanner scanner;
    const scan::Envelope& inner = scanner.Scan(original);
    std::unordered_set<const AddressEntry*> seen;
    for (const auto* mailboxes : {&inner.from, &inner.to, &inner.cc, &inner.bcc}) {
      for (const scan::Mailbox& mailbox : *mailboxes) {
        const AddressEntry* const entry = directory_.FindAddress(mailbox.local, mailbox.domain);
        if (entry == nullptr || entry->staff || !seen.insert(entry).second) continue;
        AddCandidates(directory_, mailbox.local, mailbox.domain, *entry, candidates);
      }
    }
  }

  void AddTrace(std::vector<TraceStep>* trace) const {
    uint16_t previous = 0xffff;
    for (const Step& step : decision_.trace) {
      const Asked& asked = decision_.asked[step.target];
      const std::string target = TargetName(asked);
      if (step.target != previous && HeaderOnly(asked)) {
        trace->push_back(
            {target, "header_only", false, "address is in To, Cc, Bcc or a known envelope", "delivery header only"});
      }
      previous = step.target;
      const Rule& rule = program_.rules()[step.rule];
      if (step.condition == kMatched) {
        trace->push_back({target, rule.name, true, {}, {}});
        continue;
      }
      const Condition& failed = rule.when[step.condition];
      trace->push_back({target, rule.name, false, program_.ConditionText(failed),
                        std::string(Program::ValueText(failed.fact, asked.facts[failed.fact]))});
    }
  }

  const Program& program_;
  const scan::Envelope& envelope_;
  const identify::Recipients& recipients_;
  const identify::Identified& identified_;
  const Directory& directory_;
  const Decision& decision_;
};

}  // namespace

MailDecision Describe(const Program& program, const scan::Envelope& envelope, const identify::Recipients& recipients,
                      const identify::Identified& identified, const identify::Directory& directory,
                      const Decision& decision, bool with_trace) {
  return Describer(program, envelope, recipients, identified, directory, decision).Describe(with_trace);
}

}  // namespace casecomm::route
