// SPDX-License-Identifier: Apache-2.0
#include "bench/firm.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <utility>

#include "bench/mail_s.h"

namespace casecomm::bench {
namespace {

using identify::RecordKind;
using identify::RecordState;

template <typename T>
T OrDie(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    std::abort();
  }
  return std::move(*result);
}

// Spread over the 40 bits, each record and person another.
uint64_t LocatorOf(uint64_t number) {
  return (number * 0x9e3779b97fu + 0x1234567u) & address::kMaxLocator;
}

std::string ContactEmail(uint32_t contact) {
  return "person" + std::to_string(contact) + "@contact.example";
}
std::string StaffEmail(uint32_t staff) {
  return "staff" + std::to_string(staff) + "@firm.example";
}

std::string Stranger(Numbers& numbers) {
  return "stranger" + std::to_string(numbers.Below(1'000'000'000)) + "@elsewhere.example";
}

// The address with the last letter of its tag changed.
std::string Forged(std::string address) {
  char& letter = address[address.find('@') - 1];
  letter = letter == '2' ? '3' : '2';
  return address;
}

}  // namespace

KeyRing FixedKeys() {
  KeyRing ring;
  for (uint8_t id = 0; id < 2; ++id) {
    KeyRing::Key key;
    key.id = id;
    key.secret.fill(static_cast<uint8_t>(0x5a + id));
    ring.keys.push_back(key);
  }
  return ring;
}

Firm::Firm(uint32_t size)
    : size_(size - size % 10), domains_{"in.example.org"}, signer_(OrDie(address::Signer::Make(FixedKeys()))) {
  identify::Directory::Builder builder;
  for (uint32_t i = 0; i < kStaff; ++i) {
    const std::string id = "u" + std::to_string(i);
    builder.AddPerson(id, identify::PersonKind::kStaff, "Staff " + id, std::vector{StaffEmail(i)}, 1);
    builder.AddLocator(address::Kind::kDrop, LocatorOf(size_ + i), id, identify::LocatorState::kActive, 1);
  }
  constexpr std::pair<RecordKind, RecordState> kRecords[10] = {
      {RecordKind::kCase, RecordState::kOpen},   {RecordKind::kCase, RecordState::kOpen},
      {RecordKind::kCase, RecordState::kOpen},   {RecordKind::kMatter, RecordState::kOpen},
      {RecordKind::kCase, RecordState::kOpen},   {RecordKind::kCase, RecordState::kOpen},
      {RecordKind::kLead, RecordState::kOpen},   {RecordKind::kCase, RecordState::kOpen},
      {RecordKind::kCase, RecordState::kClosed}, {RecordKind::kProvider, RecordState::kOpen}};
  for (uint32_t i = 0; i < size_; ++i) {
    const std::string record = "r" + std::to_string(i);
    const std::string person = "c" + std::to_string(i);
    const auto [kind, state] = kRecords[i % 10];
    builder.AddRecord(record, kind, "Record " + record, state, 1);
    builder.AddLocator(address::Kind::kRecord, LocatorOf(i), record, identify::LocatorState::kActive, 1);
    builder.AddPerson(person, identify::PersonKind::kContact, "Contact " + person, std::vector{ContactEmail(i)}, 1);
    builder.AddAssignment(record, person);
    if (i % 10 == 7) builder.AddAssignment("r" + std::to_string(i - 7), person);
  }
  directory_ = builder.Build(1);
}

std::string Firm::RecordAddress(uint32_t record) const {
  const address::Capability capability{address::Kind::kRecord, signer_.newest_key(), kAccount, LocatorOf(record)};
  return OrDie(signer_.Mint(capability, domains_[0]));
}

std::string Firm::DropAddress(uint32_t staff) const {
  const address::Capability capability{address::Kind::kDrop, signer_.newest_key(), kAccount, LocatorOf(size_ + staff)};
  return OrDie(signer_.Mint(capability, domains_[0]));
}

FirmMail Firm::Mail(std::string_view preset, uint64_t seed) const {
  return preset == "casebook" ? CasebookMail(seed) : CasefleetMail(seed);
}

// Read from a mailbox: the envelope is not known, Delivered-To stands in.
FirmMail Firm::CasebookMail(uint64_t seed) const {
  Numbers numbers(seed);
  const auto open_case = [&] { return static_cast<uint32_t>(numbers.Below(size_ / 10) * 10 + numbers.Below(6)); };
  const uint32_t record = open_case();
  FirmMail mail;
  MailS text;
  text.seed = seed;
  text.to = {Stranger(numbers)};
  text.cc = {Stranger(numbers)};
  const uint64_t dice = numbers.Below(100);
  if (dice < 40) {  // a contact writes to the record
    text.from = ContactEmail(record);
    text.to.insert(text.to.begin(), RecordAddress(record));
    mail.outcome = Outcome::kFiled;
    mail.records = {"r" + std::to_string(record)};
  } else if (dice < 60) {  // a stranger copies the record
    text.from = Stranger(numbers);
    text.cc.push_back(RecordAddress(record));
    mail.outcome = Outcome::kFiled;
    mail.records = {"r" + std::to_string(record)};
  } else if (dice < 65) {  // staff, to two records
    const uint32_t other = (record + 10) % size_;
    text.from = StaffEmail(static_cast<uint32_t>(numbers.Below(kStaff)));
    text.to = {RecordAddress(record)};
    text.cc = {RecordAddress(other)};
    mail.outcome = Outcome::kFiled;
    mail.records = {"r" + std::to_string(record), "r" + std::to_string(other)};
  } else if (dice < 90) {  // nothing of ours
    text.from = ContactEmail(record);
    text.to.push_back(StaffEmail(static_cast<uint32_t>(numbers.Below(kStaff))));
  } else {  // an address that proves nothing
    text.from = Stranger(numbers);
    text.to.insert(text.to.begin(), Forged(RecordAddress(record)));
    mail.outcome = Outcome::kHeld;
  }
  text.delivered_to = text.to[0];
  mail.raw = MakeMailS(text);
  std::sort(mail.records.begin(), mail.records.end());
  return mail;
}

// From an MTA: the envelope is known, and names the drop address that stands in no header.
FirmMail Firm::CasefleetMail(uint64_t seed) const {
  Numbers numbers(seed);
  const uint32_t ten = static_cast<uint32_t>(numbers.Below(size_ / 10) * 10);
  const uint32_t owner = static_cast<uint32_t>(numbers.Below(kStaff));
  FirmMail mail;
  MailS text;
  text.seed = seed;
  text.from = StaffEmail(owner);
  text.cc = {StaffEmail((owner + 1) % kStaff)};
  uint32_t contact = ten + static_cast<uint32_t>(numbers.Below(6));
  std::string drop = DropAddress(owner);
  const uint64_t dice = numbers.Below(100);
  if (dice < 50) {  // to the contact of one open case
    mail.outcome = Outcome::kFiled;
    mail.records = {"r" + std::to_string(contact)};
  } else if (dice < 60) {  // of one open lead
    contact = ten + 6;
    mail.outcome = Outcome::kFiled;
    mail.records = {"r" + std::to_string(contact)};
  } else if (dice < 75) {  // of two open cases, of none
    contact = ten + 7 + static_cast<uint32_t>(numbers.Below(2));
    mail.outcome = Outcome::kUnassigned;
  } else if (dice < 85) {  // from another than the owner
    text.from = StaffEmail((owner + 2) % kStaff);
    mail.outcome = Outcome::kHeld;
  } else if (dice < 90) {  // an address that proves nothing
    drop = Forged(drop);
    mail.outcome = Outcome::kHeld;
  } else {  // nothing of ours
    drop = Stranger(numbers);
  }
  text.to = {ContactEmail(contact)};
  text.delivered_to = text.to[0];
  mail.envelope_known = true;
  mail.envelope_recipients = {text.to[0], drop};
  mail.raw = MakeMailS(text);
  return mail;
}

bool Router::IsTrue(const FirmMail& mail) const {
  std::vector<std::string> records;
  for (const route::Target& target : decision.targets) {
    if (target.outcome != mail.outcome) return false;
    if (target.outcome == Outcome::kFiled) records.emplace_back(firm.directory().record(target.record).id);
  }
  std::sort(records.begin(), records.end());
  return !decision.targets.empty() && !decision.trace.empty() && records == mail.records;
}

}  // namespace casecomm::bench
