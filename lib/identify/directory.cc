// SPDX-License-Identifier: Apache-2.0
#include "identify/directory.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <tuple>
#include <utility>

#include "identify/address_key.h"
#include "identify/hash_index.h"

namespace casecomm::identify {
namespace {

// Copies of strings, packed, at addresses that stay.
class Arena {
 public:
  std::string_view Keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
      const size_t size = std::max(text.size(), kChunk);
      chunks_.push_back(std::make_unique<char[]>(size));
      free_ = chunks_.back().get();
      left_ = size;
    }
    char* const at = free_;
    std::memcpy(at, text.data(), text.size());
    free_ += text.size();
    left_ -= text.size();
    return {at, text.size()};
  }

 private:
  static constexpr size_t kChunk = 1 << 18;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* free_ = nullptr;
  size_t left_ = 0;
};

struct StoredAddress {
  AddressEntry entry;
  std::string_view local, domain;  // canonical
};

struct StoredLocator {
  uint64_t number;
  Locator locator;
};

// A part of a pool that may still move; becomes a span when the pool is complete.
struct Range {
  size_t begin = 0, end = 0;
};

template <typename T>
std::span<const T> Part(const std::vector<T>& pool, Range range) {
  return std::span<const T>(pool).subspan(range.begin, range.end - range.begin);
}

uint64_t LocatorHash(address::Kind kind, uint64_t number) {
  std::array<char, 9> key;
  key[0] = static_cast<char>(kind);
  std::memcpy(key.data() + 1, &number, sizeof number);
  return ProcessHash({key.data(), key.size()});
}

// In order of id, each id once: what an account holds does not depend on the order it was read in.
template <typename T>
void SortById(std::vector<T>* rows) {
  const auto id = [](const T& row) { return row.id; };
  std::ranges::stable_sort(*rows, {}, id);
  const auto doubled = std::ranges::unique(*rows, {}, id);
  rows->erase(doubled.begin(), doubled.end());
}

template <typename T>
HashIndex IndexById(const std::vector<T>& rows) {
  HashIndex index(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) index.Insert(ProcessHash(rows[i].id), static_cast<uint32_t>(i));
  return index;
}

template <typename T>
Position FindById(const HashIndex& index, const std::vector<T>& rows, std::string_view id) {
  static_assert(HashIndex::kNone == kNoPosition);
  return index.Find(ProcessHash(id), [&](uint32_t i) { return rows[i].id == id; });
}

}  // namespace

struct Directory::State {
  int64_t version = 0;
  Arena arena;
  std::vector<Person> people;
  std::vector<Record> records;
  std::vector<StoredAddress> addresses;
  std::vector<StoredLocator> locators;
  HashIndex people_by_id, records_by_id, addresses_by_key, locators_by_key;
  // What the spans above stand in.
  std::vector<std::string_view> emails;
  std::vector<Position> person_records, address_people, open_records;

  const AddressEntry* Find(const CanonicalAddress& key, uint64_t hash) const {
    const uint32_t i = addresses_by_key.Find(hash, [&](uint32_t candidate) {
      const StoredAddress& stored = addresses[candidate];
      return stored.local == key.local() && stored.domain == key.domain();
    });
    return i == HashIndex::kNone ? nullptr : &addresses[i].entry;
  }
};

struct Directory::Builder::State {
  struct RawPerson {
    std::string_view id, name;
    PersonKind kind;
    int64_t version;
    Range emails;
  };
  struct Assignment {
    std::string_view record, person;
  };
  struct RawLocator {
    address::Kind kind;
    uint64_t number;
    std::string_view subject;
    LocatorState state;
    int64_t version;
    SentTo sent_to;
  };

  Arena arena;
  std::vector<RawPerson> people;
  std::vector<std::string_view> emails;
  std::vector<Record> records;
  std::vector<Assignment> assignments;
  std::vector<RawLocator> locators;

  void BuildPeople(Directory::State* out);
  void BuildAssignments(Directory::State* out) const;
  void BuildAddresses(Directory::State* out) const;
  void BuildLocators(Directory::State* out) const;
};

Directory::Directory(std::unique_ptr<State> state) : state_(std::move(state)) {}
Directory::~Directory() = default;

int64_t Directory::version() const {
  return state_->version;
}
const Person& Directory::person(Position p) const {
  return state_->people[p];
}
const Record& Directory::record(Position r) const {
  return state_->records[r];
}
uint32_t Directory::person_count() const {
  return static_cast<uint32_t>(state_->people.size());
}
uint32_t Directory::record_count() const {
  return static_cast<uint32_t>(state_->records.size());
}

Position Directory::FindPerson(std::string_view id) const {
  return FindById(state_->people_by_id, state_->people, id);
}

Position Directory::FindRecord(std::string_view id) const {
  return FindById(state_->records_by_id, state_->records, id);
}

const Locator* Directory::FindLocator(address::Kind kind, uint64_t locator) const {
  const uint32_t i = state_->locators_by_key.Find(LocatorHash(kind, locator), [&](uint32_t candidate) {
    const StoredLocator& stored = state_->locators[candidate];
    return stored.number == locator && stored.locator.kind == kind;
  });
  return i == HashIndex::kNone ? nullptr : &state_->locators[i].locator;
}

const AddressEntry* Directory::FindAddress(std::string_view spec) const {
  const size_t at = spec.rfind('@');
  return at == spec.npos ? nullptr : FindAddress(spec.substr(0, at), spec.substr(at + 1));
}

const AddressEntry* Directory::FindAddress(std::string_view local, std::string_view domain) const {
  const CanonicalAddress key(local, domain);
  return state_->Find(key, key.Hash());
}

void Directory::FindAddresses(std::span<const AddressKey> keys, std::span<const AddressEntry*> entries) const {
  constexpr size_t kTogether = 16;
  const HashIndex& index = state_->addresses_by_key;
  for (; !keys.empty();) {
    const size_t count = std::min(keys.size(), kTogether);
    std::array<uint64_t, kTogether> hashes;
    std::array<uint32_t, kTogether> likely;
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = keys[i].hash != 0 ? keys[i].hash : CanonicalAddress(keys[i].local, keys[i].domain).Hash();
      index.Prefetch(hashes[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      likely[i] = index.Find(hashes[i], [](uint32_t) { return true; });
      if (likely[i] != HashIndex::kNone) __builtin_prefetch(&state_->addresses[likely[i]]);
    }
    for (size_t i = 0; i < count; ++i) {
      entries[i] = nullptr;
      if (likely[i] == HashIndex::kNone) continue;
      entries[i] = state_->Find(CanonicalAddress(keys[i].local, keys[i].domain), hashes[i]);
    }
    keys = keys.subspan(count);
    entries = entries.subspan(count);
  }
}

Directory::Builder::Builder() : state_(std::make_unique<State>()) {}
Directory::Builder::~Builder() = default;

void Directory::Builder::AddPerson(std::string_view id, PersonKind kind, std::string_view name,
                                   std::span<const std::string> emails, int64_t version) {
  const size_t begin = state_->emails.size();
  for (const std::string& email : emails) state_->emails.push_back(state_->arena.Keep(email));
  state_->people.push_back(
      {state_->arena.Keep(id), state_->arena.Keep(name), kind, version, {begin, state_->emails.size()}});
}

void Directory::Builder::AddRecord(std::string_view id, RecordKind kind, std::string_view name, RecordState state,
                                   int64_t version, SenderPolicy sender_policy) {
  state_->records.push_back({state_->arena.Keep(id), state_->arena.Keep(name), kind, state, version, sender_policy});
}

void Directory::Builder::AddAssignment(std::string_view record, std::string_view person) {
  state_->assignments.push_back({state_->arena.Keep(record), state_->arena.Keep(person)});
}

void Directory::Builder::AddLocator(address::Kind kind, uint64_t locator, std::string_view subject_id,
                                    LocatorState state, int64_t version, const SentTo& sent_to) {
  Arena& arena = state_->arena;
  state_->locators.push_back({kind,
                              locator,
                              arena.Keep(subject_id),
                              state,
                              version,
                              {arena.Keep(sent_to.person), arena.Keep(sent_to.email), sent_to.expires_us}});
}

void Directory::Builder::State::BuildPeople(Directory::State* out) {
  SortById(&people);
  out->people.reserve(people.size());
  for (const RawPerson& raw : people) {
    out->people.push_back({raw.id, raw.name, raw.kind, raw.version, {}, Part(out->emails, raw.emails)});
  }
  out->people_by_id = IndexById(out->people);
}

void Directory::Builder::State::BuildAssignments(Directory::State* out) const {
  std::vector<std::pair<Position, Position>> pairs;  // person, record
  pairs.reserve(assignments.size());
  for (const Assignment& assignment : assignments) {
    const Position person = FindById(out->people_by_id, out->people, assignment.person);
    const Position record = FindById(out->records_by_id, out->records, assignment.record);
    if (person != kNoPosition && record != kNoPosition) pairs.emplace_back(person, record);
  }
  std::ranges::sort(pairs);
  const auto doubled = std::ranges::unique(pairs);
  pairs.erase(doubled.begin(), doubled.end());

  out->person_records.reserve(pairs.size());
  for (const auto& pair : pairs) out->person_records.push_back(pair.second);
  for (size_t begin = 0; begin < pairs.size();) {
    size_t end = begin;
    while (end < pairs.size() && pairs[end].first == pairs[begin].first) ++end;
    out->people[pairs[begin].first].records = Part(out->person_records, {begin, end});
    begin = end;
  }
}

void Directory::Builder::State::BuildAddresses(Directory::State* out) const {
  struct Link {
    uint32_t address;
    bool contact;  // staff first
    Position person;
    auto operator<=>(const Link&) const = default;
  };
  std::vector<Link> links;
  links.reserve(out->emails.size());
  out->addresses_by_key = HashIndex(out->emails.size());
  for (Position p = 0; p < out->people.size(); ++p) {
    for (const std::string_view email : out->people[p].emails) {
      const size_t at = email.rfind('@');
      if (at == std::string_view::npos || at == 0 || at + 1 == email.size()) continue;
      const CanonicalAddress key(email.substr(0, at), email.substr(at + 1));
      const uint64_t hash = key.Hash();
      uint32_t address = out->addresses_by_key.Find(hash, [&](uint32_t candidate) {
        return out->addresses[candidate].local == key.local() && out->addresses[candidate].domain == key.domain();
      });
      if (address == HashIndex::kNone) {
        address = static_cast<uint32_t>(out->addresses.size());
        out->addresses.push_back({{}, out->arena.Keep(key.local()), out->arena.Keep(key.domain())});
        out->addresses_by_key.Insert(hash, address);
      }
      links.push_back({address, out->people[p].kind != PersonKind::kStaff, p});
    }
  }
  std::ranges::sort(links);
  const auto doubled = std::ranges::unique(links);
  links.erase(doubled.begin(), doubled.end());

  struct Ranges {
    Range people, cases, leads;
  };
  std::vector<Ranges> ranges(out->addresses.size());
  std::vector<Position> open;
  const auto keep_open = [&](Range owners, bool (*wanted)(RecordKind)) {
    open.clear();
    for (size_t i = owners.begin; i < owners.end; ++i) {
      for (const Position r : out->people[out->address_people[i]].records) {
        if (out->records[r].state == RecordState::kOpen && wanted(out->records[r].kind)) open.push_back(r);
      }
    }
    std::ranges::sort(open);
    const auto doubles = std::ranges::unique(open);
    const size_t begin = out->open_records.size();
    out->open_records.insert(out->open_records.end(), open.begin(), doubles.begin());
    return Range{begin, out->open_records.size()};
  };
  out->address_people.reserve(links.size());
  for (size_t i = 0; i < links.size();) {
    const uint32_t address = links[i].address;
    const size_t begin = i;
    for (; i < links.size() && links[i].address == address; ++i) out->address_people.push_back(links[i].person);
    Ranges& mine = ranges[address];
    mine.people = {begin, i};
    mine.cases = keep_open(mine.people, [](RecordKind kind) { return IsCaseLike(kind); });
    mine.leads = keep_open(mine.people, [](RecordKind kind) { return IsLeadLike(kind); });
  }
  for (size_t a = 0; a < ranges.size(); ++a) {
    AddressEntry& entry = out->addresses[a].entry;
    entry.people = Part(out->address_people, ranges[a].people);
    entry.staff = out->people[entry.people.front()].kind == PersonKind::kStaff;
    entry.open_cases = Part(out->open_records, ranges[a].cases);
    entry.open_leads = Part(out->open_records, ranges[a].leads);
  }
}

void Directory::Builder::State::BuildLocators(Directory::State* out) const {
  out->locators_by_key = HashIndex(locators.size());
  out->locators.reserve(locators.size());
  for (const RawLocator& raw : locators) {
    const bool drop = raw.kind == address::Kind::kDrop;
    const bool sent = raw.kind == address::Kind::kReply || raw.kind == address::Kind::kReturnPath;
    Locator locator{raw.kind, kNoPosition, raw.state, raw.version, kNoPosition, {}, {}, raw.sent_to.expires_us};
    locator.subject = drop ? FindById(out->people_by_id, out->people, raw.subject)
                           : FindById(out->records_by_id, out->records, raw.subject);
    if (locator.subject == kNoPosition) continue;
    if (sent) {
      const std::string_view email = raw.sent_to.email;
      const size_t at = email.rfind('@');
      locator.person = FindById(out->people_by_id, out->people, raw.sent_to.person);
      if (locator.person == kNoPosition || at == std::string_view::npos) continue;
      const CanonicalAddress key(email.substr(0, at), email.substr(at + 1));
      locator.email_local = out->arena.Keep(key.local());
      locator.email_domain = out->arena.Keep(key.domain());
    }
    out->locators_by_key.Insert(LocatorHash(raw.kind, raw.number), static_cast<uint32_t>(out->locators.size()));
    out->locators.push_back({raw.number, locator});
  }
}

std::shared_ptr<const Directory> Directory::Builder::Build(int64_t version) {
  auto built = std::make_unique<Directory::State>();
  built->version = version;
  built->arena = std::move(state_->arena);
  built->emails = std::move(state_->emails);
  built->records = std::move(state_->records);
  SortById(&built->records);
  built->records_by_id = IndexById(built->records);
  state_->BuildPeople(built.get());
  state_->BuildAssignments(built.get());
  state_->BuildAddresses(built.get());
  state_->BuildLocators(built.get());
  return std::shared_ptr<const Directory>(new Directory(std::move(built)));
}

}  // namespace casecomm::identify
