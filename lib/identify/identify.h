// SPDX-License-Identifier: Apache-2.0
// Envelope + Directory -> who wrote, and what each recipient names. Two steps: Gather needs no account and finds the
// accounts that a mail names; Identify reads it with one account's directory.
#ifndef CASECOMM_IDENTIFY_IDENTIFY_H_
#define CASECOMM_IDENTIFY_IDENTIFY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "casecomm/mail.h"
#include "casecomm/trust.h"
#include "identify/directory.h"
#include "scan/envelope.h"

namespace casecomm::identify {

using casecomm::Trust;

// Where an address stood. Bits, as one address may stand in several places.
enum Field : uint8_t { kEnvelope = 1, kTo = 2, kCc = 4, kBcc = 8, kDeliveryHeader = 16 };

enum class Own : uint8_t {
  kForeign,     // not at a domain of ours
  kVerified,    // proves itself
  kUnroutable,  // at a domain of ours and proves nothing
};

// An address among the recipients, each once however often and in whatever case it stood.
struct Recipient {
  std::string_view local, domain;
  uint8_t fields = 0;  // bits of Field
  Own own = Own::kForeign;
  address::Capability capability;  // when verified
  uint64_t hash = 0;               // of the address, for Directory::AddressKey
};

// How the mail came. Known envelope: delivery headers are not read (threat T16).
struct Arrival {
  bool envelope_known = false;
  std::span<const std::string> envelope_recipients;
  uint8_t trusted_headers = 15;  // bits of scan::DeliveryHeader: topmost field of each counts (spec CF-03)
  std::optional<Trust> verdict = std::nullopt;  // the host's own on the From domain, for TrustOf
};

inline constexpr size_t kMaxOwnAddresses = 16;  // checked a message; past that it is held (reason limit)

struct Recipients {
  std::vector<Recipient> all;      // envelope, To, Cc, Bcc, delivery headers: the order of first standing
  std::vector<uint32_t> accounts;  // that verified addresses name, each once
  bool too_many_own = false;
  bool unroutable = false;  // some recipient is
  int64_t now_us = 0;       // when they were gathered
  void Clear();             // keeps the memory

  std::vector<uint32_t> seen;  // Gather's own: finds an address among many
};

// `domains`: the accounts' intake domains, lower case. No allocation once `out` is warm.
void Gather(const scan::Envelope& envelope, const Arrival& arrival, std::span<const std::string> domains,
            const address::Signer& signer, int64_t now_us, Recipients* out);

enum class AuthorKind : uint8_t { kAmbiguous, kUnknown, kContact, kStaff };

struct Author {
  AuthorKind kind = AuthorKind::kAmbiguous;
  std::string_view local, domain;       // of the one From mailbox; empty when ambiguous
  const AddressEntry* entry = nullptr;  // when contact or staff
};

// What the author is to a reply address (spec TI-04): the person it was minted for, who is still assigned to its record, at
// the address that the mail was sent to, or at another of theirs.
enum class Addressee : uint8_t { kNo, kRecipient, kAlias };

// A target the mail asks for: an own address of this account.
struct Slot {
  uint32_t recipient;      // position in Recipients::all
  const Locator* locator;  // null: verified, but not (or no longer) in the directory
  bool expired = false;
  Addressee author = Addressee::kNo;  // of a reply address
  bool over_budget = false;           // of its record's mail; filled in by whoever counts it
};

// What a recipient means under CF-04 and CF-05. Own addresses and staff mean nothing there.
struct Counterpart {
  uint32_t recipient;
  const AddressEntry* entry;  // null: unknown
};

// What an id of ours among the references proves (spec CB-11).
enum class InThread : uint8_t {
  kNo,           // nothing
  kStranger,     // a thread of ours, in which the author took no part
  kParticipant,  // one in which the author wrote, or was written to
};

struct Identified {
  Author author;
  Trust trust = Trust::kNone;
  bool reply = false;                         // has In-Reply-To or References
  bool over_limit = false;                    // of scan, or too many own addresses
  MailClass mail_class = MailClass::kNormal;  // filled in by whoever asks scan for it
  bool attached_message = false;         // a message/rfc822 is attached; looked for only if a drop address is a slot
  uint32_t received = 0;                 // Received fields
  bool sender_over_budget = false;       // filled in by whoever counts
  InThread in_thread = InThread::kNo;    // filled in by whoever asks the store, of mail that names no address of ours
  Position thread_record = kNoPosition;  // of a participant
  bool thread_over_budget = false;       // of that record's mail
  std::vector<Slot> slots;
  std::vector<Counterpart> counterparts;
  uint32_t visible_recipients = 0;  // in the header's To, Cc and Bcc and a known envelope, each address once
  void Clear();
};

// Reads the mail for one account; `trust` is what TrustOf says of it. No allocation once `out` is warm.
void Identify(const scan::Envelope& envelope, const Recipients& recipients, uint32_t account,
              const Directory& directory, Trust trust, Identified* out);

}  // namespace casecomm::identify

#endif  // CASECOMM_IDENTIFY_IDENTIFY_H_
