// SPDX-License-Identifier: Apache-2.0
#include "identify/identify.h"

#include <algorithm>
#include <array>

#include "identify/address_key.h"
#include "identify/trust.h"

namespace casecomm::identify {
namespace {

constexpr uint8_t kVisible = kEnvelope | kTo | kCc | kBcc;

// Past so many recipients an address is found by its hash; below, a walk is faster.
constexpr size_t kFew = 32;

class Gatherer {
 public:
  Gatherer(std::span<const std::string> domains, const address::Signer& signer, int64_t now_us, Recipients* out)
      : domains_(domains), signer_(signer), now_us_(now_us), out_(*out) {}

  void Add(std::string_view local, std::string_view domain, Field field) {
    const CanonicalAddress key(local, domain);
    const uint64_t hash = key.Hash();
    if (Recipient* known = Find(key, hash)) {
      known->fields = static_cast<uint8_t>(known->fields | field);
      return;
    }
    Recipient recipient{local, domain, field, Own::kForeign, {}, hash};
    if (const std::string* ours = OwnDomain(key.domain())) Prove(*ours, &recipient);
    out_.all.push_back(recipient);
    if (out_.all.size() > kFew) Remember(hash);
  }

  void Add(const std::vector<scan::Mailbox>& mailboxes, Field field) {
    for (const scan::Mailbox& mailbox : mailboxes) Add(mailbox.local, mailbox.domain, field);
  }

  void AddSpec(std::string_view spec, Field field) {
    const size_t at = spec.rfind('@');
    if (at == std::string_view::npos) return Add(spec, {}, field);
    Add(spec.substr(0, at), spec.substr(at + 1), field);
  }

 private:
  // Whole labels or nothing (threat T09).
  const std::string* OwnDomain(std::string_view domain) const {
    for (const std::string& ours : domains_) {
      if (ours == domain) return &ours;
    }
    return nullptr;
  }

  void Prove(const std::string& domain, Recipient* recipient) {
    recipient->own = Own::kUnroutable;
    if (++own_ > kMaxOwnAddresses) {
      out_.too_many_own = true;
    } else if (const auto capability = signer_.Verify(recipient->local, domain, now_us_)) {
      recipient->own = Own::kVerified;
      recipient->capability = *capability;
      if (std::ranges::find(out_.accounts, capability->account) == out_.accounts.end()) {
        out_.accounts.push_back(capability->account);
      }
      return;
    }
    out_.unroutable = true;
  }

  Recipient* Find(const CanonicalAddress& key, uint64_t hash) {
    const auto same = [&](const Recipient& r) { return r.hash == hash && CanonicalAddress(r.local, r.domain) == key; };
    if (out_.all.size() <= kFew) {
      for (Recipient& recipient : out_.all) {
        if (same(recipient)) return &recipient;
      }
      return nullptr;
    }
    const size_t mask = out_.seen.size() - 1;
    for (size_t i = hash & mask; out_.seen[i] != 0; i = (i + 1) & mask) {
      Recipient& recipient = out_.all[out_.seen[i] - 1];
      if (same(recipient)) return &recipient;
    }
    return nullptr;
  }

  // Enters the newest recipient into the table, which holds all once there are more than a few, at most half
  // full.
  void Remember(uint64_t hash) {
    const size_t count = out_.all.size();
    if (count == kFew + 1 || 2 * count > out_.seen.size()) {
      size_t slots = out_.seen.size();
      while (slots < 4 * count) slots = std::max<size_t>(2 * slots, 4 * kFew);
      out_.seen.assign(slots, 0);
      for (size_t i = 0; i < count; ++i) Enter(out_.all[i].hash, i);
    } else {
      Enter(hash, count - 1);
    }
  }

  void Enter(uint64_t hash, size_t position) {
    const size_t mask = out_.seen.size() - 1;
    size_t i = hash & mask;
    while (out_.seen[i] != 0) i = (i + 1) & mask;
    out_.seen[i] = static_cast<uint32_t>(position) + 1;
  }

  const std::span<const std::string> domains_;
  const address::Signer& signer_;
  const int64_t now_us_;
  Recipients& out_;
  size_t own_ = 0;
};

bool IsOfAccount(const Recipient& recipient, uint32_t account) {
  return recipient.own == Own::kVerified && recipient.capability.account == account &&
         recipient.capability.kind != address::Kind::kMessageId;
}

Addressee AddresseeOf(const Locator& locator, const Author& author, const Directory& directory) {
  if (locator.kind != address::Kind::kReply || author.entry == nullptr) return Addressee::kNo;
  if (std::ranges::find(author.entry->people, locator.person) == author.entry->people.end()) return Addressee::kNo;
  if (!std::ranges::binary_search(directory.person(locator.person).records, locator.subject)) return Addressee::kNo;
  const CanonicalAddress key(author.local, author.domain);
  const bool same = key.local() == locator.email_local && key.domain() == locator.email_domain;
  return same ? Addressee::kRecipient : Addressee::kAlias;
}

// CF-04 asks whom the mail was sent to: a delivery header tells only where one copy went.
bool MayBeCounterpart(const Recipient& recipient) {
  return recipient.own == Own::kForeign && (recipient.fields & kVisible) != 0;
}

bool WantsAttachedMessage(const Recipients& recipients, const Identified& identified) {
  return std::ranges::any_of(identified.slots, [&](const Slot& slot) {
    const Recipient& recipient = recipients.all[slot.recipient];
    return recipient.capability.kind == address::Kind::kDrop && (recipient.fields & (kTo | kCc)) != 0 &&
           identified.visible_recipients > 1;
  });
}

}  // namespace

void Recipients::Clear() {
  all.clear();
  accounts.clear();
  too_many_own = false;
  unroutable = false;
  now_us = 0;
}

void Identified::Clear() {
  author = {};
  trust = Trust::kNone;
  reply = false;
  over_limit = false;
  mail_class = MailClass::kNormal;
  attached_message = false;
  received = 0;
  sender_over_budget = false;
  in_thread = InThread::kNo;
  thread_record = kNoPosition;
  thread_over_budget = false;
  slots.clear();
  counterparts.clear();
  visible_recipients = 0;
}

void Gather(const scan::Envelope& envelope, const Arrival& arrival, std::span<const std::string> domains,
            const address::Signer& signer, int64_t now_us, Recipients* out) {
  out->Clear();
  out->now_us = now_us;
  Gatherer gatherer(domains, signer, now_us, out);
  if (arrival.envelope_known) {
    for (const std::string& spec : arrival.envelope_recipients) gatherer.AddSpec(spec, kEnvelope);
  }
  gatherer.Add(envelope.to, kTo);
  gatherer.Add(envelope.cc, kCc);
  gatherer.Add(envelope.bcc, kBcc);
  if (arrival.envelope_known) return;
  for (const scan::Delivery& delivery : envelope.delivery) {
    if (!delivery.topmost || (arrival.trusted_headers & static_cast<uint8_t>(delivery.header)) == 0) continue;
    gatherer.Add(delivery.mailbox.local, delivery.mailbox.domain, kDeliveryHeader);
  }
}

void Identify(const scan::Envelope& envelope, const Recipients& recipients, uint32_t account,
              const Directory& directory, Trust trust, Identified* out) {
  out->Clear();
  out->trust = trust;
  out->reply = !envelope.in_reply_to.empty() || !envelope.references.empty();
  out->received = envelope.received;
  out->over_limit = envelope.over_limit || recipients.too_many_own;

  // The author and the first recipients are looked up together; a mail with more goes in rounds.
  constexpr size_t kRound = 16;
  std::array<Directory::AddressKey, kRound> keys;
  std::array<const AddressEntry*, kRound> entries;
  std::array<uint32_t, kRound> asked;
  constexpr uint32_t kAuthor = ~uint32_t{0};
  size_t count = 0;
  const auto look_up = [&] {
    directory.FindAddresses(std::span(keys).first(count), std::span(entries).first(count));
    for (size_t i = 0; i < count; ++i) {
      if (asked[i] == kAuthor) {
        out->author.entry = entries[i];
      } else if (entries[i] == nullptr || !entries[i]->staff) {
        out->counterparts.push_back({asked[i], entries[i]});
      }
    }
    count = 0;
  };
  const auto ask = [&](uint32_t who, std::string_view local, std::string_view domain, uint64_t hash) {
    if (count == kRound) look_up();
    asked[count] = who;
    keys[count++] = {local, domain, hash};
  };

  if (const scan::Mailbox* const author = OneAuthor(envelope)) {
    out->author = {AuthorKind::kUnknown, author->local, author->domain, nullptr};
    ask(kAuthor, author->local, author->domain, 0);
  }
  for (uint32_t i = 0; i < recipients.all.size(); ++i) {
    const Recipient& recipient = recipients.all[i];
    if ((recipient.fields & kVisible) != 0) ++out->visible_recipients;
    if (IsOfAccount(recipient, account)) {
      const Locator* const locator = directory.FindLocator(recipient.capability.kind, recipient.capability.locator);
      const bool expired = locator != nullptr && locator->expires_us != 0 && recipients.now_us >= locator->expires_us;
      out->slots.push_back({i, locator, expired});
    } else if (MayBeCounterpart(recipient)) {
      ask(i, recipient.local, recipient.domain, recipient.hash);
    }
  }
  look_up();
  if (out->author.entry != nullptr) {
    out->author.kind = out->author.entry->staff ? AuthorKind::kStaff : AuthorKind::kContact;
  }
  for (Slot& slot : out->slots) {
    if (slot.locator != nullptr) slot.author = AddresseeOf(*slot.locator, out->author, directory);
  }
  if (WantsAttachedMessage(recipients, *out)) {
    out->attached_message = scan::AttachedMessage(envelope).data() != nullptr;
  }
}

}  // namespace casecomm::identify
