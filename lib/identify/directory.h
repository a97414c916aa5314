// SPDX-License-Identifier: Apache-2.0
// An account as routing sees it: people by address, records and drops by locator, open records by person. A snapshot,
// immutable and shared by threads; a change makes a new one.
#ifndef CASECOMM_IDENTIFY_DIRECTORY_H_
#define CASECOMM_IDENTIFY_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "identify/sender_policy.h"

namespace casecomm::identify {

using Position = uint32_t;  // of a person or record in the snapshot
inline constexpr Position kNoPosition = ~Position{0};

// Stored numbers, do not change.
enum class PersonKind : uint8_t { kStaff = 1, kContact = 2 };
enum class RecordKind : uint8_t { kCase = 1, kIntake = 2, kProvider = 3, kLead = 4, kMatter = 5 };
enum class RecordState : uint8_t { kOpen = 1, kClosed = 2 };
enum class LocatorState : uint8_t { kActive = 1, kGrace = 2, kRetired = 3 };

// CF-04 and CF-05: a case is a case or matter, a lead is a lead or intake; providers are neither.
constexpr bool IsCaseLike(RecordKind k) {
  return k == RecordKind::kCase || k == RecordKind::kMatter;
}
constexpr bool IsLeadLike(RecordKind k) {
  return k == RecordKind::kLead || k == RecordKind::kIntake;
}

struct Person {
  std::string_view id, name;
  PersonKind kind;
  int64_t version;                    // of the stored row
  std::span<const Position> records;  // assigned to, open and closed, each once
  std::span<const std::string_view> emails;
};

struct Record {
  std::string_view id, name;
  RecordKind kind;
  RecordState state;
  int64_t version;
  SenderPolicy sender_policy;  // its own; joined with the account's
};

struct Locator {
  address::Kind kind;  // not kMessageId
  Position subject;    // a person of a drop, else a record
  LocatorState state;
  int64_t version;
  // Of reply addresses and return paths: whom the mail was sent to, at which address (canonical).
  Position person;  // else kNoPosition
  std::string_view email_local, email_domain;
  int64_t expires_us;  // 0: never
};

// Of a reply address or return path: the id of the person and the addr-spec that the mail was sent to, and its end.
struct SentTo {
  std::string_view person, email;
  int64_t expires_us = 0;  // 0: never
};

// Everybody who has one address, taken as one (spec CF-08): the union of their open records.
struct AddressEntry {
  std::span<const Position> people;      // at least one; staff first
  bool staff;                            // one of them is staff
  std::span<const Position> open_cases;  // case-like, open, each once
  std::span<const Position> open_leads;  // lead-like, open, each once
};

class Directory {
 public:
  class Builder;
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  int64_t version() const;  // of the account's directory when it was read

  const Person& person(Position p) const;
  const Record& record(Position r) const;
  uint32_t person_count() const;
  uint32_t record_count() const;

  Position FindPerson(std::string_view id) const;  // kNoPosition if there is none
  Position FindRecord(std::string_view id) const;
  const Locator* FindLocator(address::Kind kind, uint64_t locator) const;  // null if there is none

  // Who has this address: ASCII case folded, domains as A-labels, no dot or plus stripped (threats T07 to T09).
  // `local` may be quoted; quotes that need not be there do not count.
  const AddressEntry* FindAddress(std::string_view local, std::string_view domain) const;
  const AddressEntry* FindAddress(std::string_view spec) const;  // null without an "@"

  // The same for many at once: gathered, then looked up together. `entries` is as long as `keys`.
  struct AddressKey {
    std::string_view local, domain;
    uint64_t hash = 0;  // of Recipient::hash; 0: not known yet
  };
  void FindAddresses(std::span<const AddressKey> keys, std::span<const AddressEntry*> entries) const;

 private:
  struct State;
  explicit Directory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Takes copies of what it is given. Order does not matter; what names an unknown person or record is left out.
class Directory::Builder {
 public:
  Builder();
  ~Builder();
  void AddPerson(std::string_view id, PersonKind kind, std::string_view name, std::span<const std::string> emails,
                 int64_t version);
  void AddRecord(std::string_view id, RecordKind kind, std::string_view name, RecordState state, int64_t version,
                 SenderPolicy sender_policy = SenderPolicy::kAnyone);
  void AddAssignment(std::string_view record, std::string_view person);
  void AddLocator(address::Kind kind, uint64_t locator, std::string_view subject_id, LocatorState state,
                  int64_t version, const SentTo& sent_to = {});
  std::shared_ptr<const Directory> Build(int64_t version);  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace casecomm::identify

#endif  // CASECOMM_IDENTIFY_DIRECTORY_H_
