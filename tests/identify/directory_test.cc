// SPDX-License-Identifier: Apache-2.0
#include "identify/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "identify/hash_index.h"
#include "tests/base/random.h"
#include "tests/identify/world.h"

namespace casecomm::identify {
namespace {

using testing::World;

std::set<std::string> RecordIds(const Directory& directory, std::span<const Position> records) {
  std::set<std::string> ids;
  for (const Position r : records) ids.emplace(directory.record(r).id);
  EXPECT_EQ(ids.size(), records.size()) << "a record stood twice";
  return ids;
}

using Ids = std::set<std::string>;

TEST(Directory, an_empty_account_knows_nobody) {
  const auto directory = World().Directory();
  EXPECT_EQ(directory->version(), 42);
  EXPECT_EQ(directory->person_count(), 0u);
  EXPECT_EQ(directory->record_count(), 0u);
  EXPECT_EQ(directory->FindPerson("P"), kNoPosition);
  EXPECT_EQ(directory->FindRecord(""), kNoPosition);
  EXPECT_EQ(directory->FindAddress("a", "x.org"), nullptr);
  EXPECT_EQ(directory->FindLocator(address::Kind::kRecord, 1), nullptr);
}

TEST(Directory, CF08_people_who_share_an_address_count_as_one_with_the_records_of_both) {
  World world;
  world.Contact("C1", {"home@x.org", "c1@x.org"}).Contact("C2", {"HOME@X.org."});
  world.Record("R1", RecordKind::kCase).Record("R2", RecordKind::kMatter).Record("L1", RecordKind::kLead);
  world.Record("I1", RecordKind::kIntake).Record("P1", RecordKind::kProvider);
  world.Record("X1", RecordKind::kCase, RecordState::kClosed).Record("X2", RecordKind::kLead, RecordState::kClosed);
  for (const char* record : {"R1", "L1", "P1", "X1", "X2"}) world.Assign(record, "C1");
  for (const char* record : {"R1", "R2", "I1"}) world.Assign(record, "C2");
  const auto directory = world.Directory();

  const AddressEntry* const shared = directory->FindAddress("home", "x.org");
  ASSERT_NE(shared, nullptr);
  EXPECT_EQ(shared->people.size(), 2u);
  EXPECT_FALSE(shared->staff);
  EXPECT_EQ(RecordIds(*directory, shared->open_cases), (Ids{"R1", "R2"}));
  EXPECT_EQ(RecordIds(*directory, shared->open_leads), (Ids{"I1", "L1"}));
  const AddressEntry* const own = directory->FindAddress("\"C1\"", "x.org");
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(RecordIds(*directory, own->open_cases), (Ids{"R1"}));
  EXPECT_EQ(RecordIds(*directory, own->open_leads), (Ids{"L1"}));
  const Person& c1 = directory->person(directory->FindPerson("C1"));
  EXPECT_EQ(RecordIds(*directory, c1.records), (Ids{"L1", "P1", "R1", "X1", "X2"}));
  EXPECT_EQ(c1.version, 11);
  EXPECT_EQ(c1.emails.size(), 2u);
  EXPECT_EQ(c1.emails[0], "home@x.org");
}

TEST(Directory, staff_come_first_and_make_the_address_a_users) {
  World world;
  world.Contact("A", {"desk@x.org"}).Staff("U", {"desk@x.org"});
  const auto directory = world.Directory();
  const AddressEntry* const entry = directory->FindAddress("desk", "x.org");
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->staff);
  ASSERT_EQ(entry->people.size(), 2u);
  EXPECT_EQ(directory->person(entry->people[0]).id, "U");
}

TEST(Directory, what_names_nobody_is_left_out) {
  World world;
  world.Contact("C", {"c@x.org", "no-at-sign", "@x.org", "c@", "c@x.org"}).Record("R", RecordKind::kCase);
  world.Assign("R", "nobody").Assign("nothing", "C").Assign("R", "C").Assign("R", "C");
  world.RecordAddress("nothing");
  world.DropAddress("R");
  const auto directory = world.Directory();
  const AddressEntry* const entry = directory->FindAddress("c", "x.org");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->people.size(), 1u);
  EXPECT_EQ(RecordIds(*directory, entry->open_cases), (Ids{"R"}));
  EXPECT_EQ(directory->FindAddress("no-at-sign", ""), nullptr);
  EXPECT_EQ(directory->FindAddress("", "x.org"), nullptr);
  EXPECT_EQ(directory->FindLocator(address::Kind::kRecord, 1000), nullptr);
  EXPECT_EQ(directory->FindLocator(address::Kind::kDrop, 1001), nullptr);
}

TEST(Directory, a_locator_belongs_to_its_kind) {
  World world;
  world.Staff("S", {}).Record("S", RecordKind::kCase);
  world.RecordAddress("S", LocatorState::kGrace);
  const auto directory = world.Directory();
  const Locator* const locator = directory->FindLocator(address::Kind::kRecord, 1000);
  ASSERT_NE(locator, nullptr);
  EXPECT_EQ(locator->state, LocatorState::kGrace);
  EXPECT_EQ(locator->subject, directory->FindRecord("S"));
  EXPECT_EQ(directory->FindLocator(address::Kind::kDrop, 1000), nullptr);
  EXPECT_EQ(directory->FindLocator(address::Kind::kRecord, 1001), nullptr);
}

TEST(Directory, the_order_it_was_read_in_does_not_matter) {
  World world;
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i * 7 % 40);
    world.Contact("C" + n, {"c" + n + "@x.org", "shared" + std::to_string(i % 5) + "@x.org"});
    world.Record("R" + n, i % 2 == 0 ? RecordKind::kCase : RecordKind::kLead);
    world.Assign("R" + n, "C" + n).Assign("R" + n, "C" + std::to_string(i));
  }
  const auto forth = world.Directory(false), back = world.Directory(true);
  ASSERT_EQ(forth->person_count(), back->person_count());
  for (Position p = 0; p < forth->person_count(); ++p) {
    EXPECT_EQ(forth->person(p).id, back->person(p).id);
    EXPECT_TRUE(std::ranges::equal(forth->person(p).records, back->person(p).records));
  }
  for (int i = 0; i < 5; ++i) {
    const AddressEntry* const a = forth->FindAddress("shared" + std::to_string(i), "x.org");
    const AddressEntry* const b = back->FindAddress("shared" + std::to_string(i), "x.org");
    ASSERT_TRUE(a != nullptr && b != nullptr);
    EXPECT_TRUE(std::ranges::equal(a->people, b->people));
    EXPECT_TRUE(std::ranges::equal(a->open_cases, b->open_cases));
    EXPECT_TRUE(std::ranges::equal(a->open_leads, b->open_leads));
  }
}

TEST(Directory, many_look_ups_at_once_answer_as_one_by_one) {
  World world;
  for (int i = 0; i < 100; ++i) world.Contact("C" + std::to_string(i), {std::to_string(i) + "@x.org"});
  const auto directory = world.Directory();
  for (size_t count = 0; count <= 50; ++count) {
    std::vector<std::string> locals;
    for (size_t i = 0; i < count; ++i) locals.push_back(std::to_string(i * 31 % 200));
    std::vector<Directory::AddressKey> keys;
    for (const std::string& local : locals) keys.push_back({local, "X.org"});
    std::vector<const AddressEntry*> entries(count);
    directory->FindAddresses(keys, entries);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(entries[i], directory->FindAddress(locals[i], "x.org"));
      EXPECT_EQ(entries[i] != nullptr, i * 31 % 200 < 100);
    }
  }
}

TEST(Directory, a_hundred_thousand_people_and_records_are_all_found) {
  constexpr int kCount = 100'000;
  Directory::Builder builder;
  std::vector<std::string> emails(1);
  for (int i = 0; i < kCount; ++i) {
    const std::string n = std::to_string(i);
    emails[0] = "person" + n + "@firm" + std::to_string(i % 997) + ".example";
    builder.AddPerson("C" + n, PersonKind::kContact, "Contact " + n, emails, 1);
    builder.AddRecord("R" + n, RecordKind::kCase, "Case " + n, RecordState::kOpen, 1);
    builder.AddAssignment("R" + n, "C" + n);
    builder.AddLocator(address::Kind::kRecord, static_cast<uint64_t>(i) * 7919, "R" + n, LocatorState::kActive, 1);
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto directory = builder.Build(1);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  RecordProperty("build_ms", static_cast<int>(took.count() * 1000));
  ASSERT_EQ(directory->person_count(), static_cast<uint32_t>(kCount));
  for (int i = 0; i < kCount; ++i) {
    const std::string n = std::to_string(i);
    const AddressEntry* const entry =
        directory->FindAddress("PERSON" + n, "firm" + std::to_string(i % 997) + ".example");
    ASSERT_NE(entry, nullptr);
    ASSERT_EQ(entry->open_cases.size(), 1u);
    ASSERT_EQ(directory->record(entry->open_cases[0]).id, "R" + n);
    const Locator* const locator = directory->FindLocator(address::Kind::kRecord, static_cast<uint64_t>(i) * 7919);
    ASSERT_NE(locator, nullptr);
    ASSERT_EQ(locator->subject, entry->open_cases[0]);
    ASSERT_EQ(directory->FindAddress("person" + n, "firm" + std::to_string((i + 1) % 997) + ".example"), nullptr);
  }
}

TEST(HashIndex, every_entry_is_found_and_costs_few_bytes) {
  test::Rng random;
  PRINT_SEED(random);
  for (const size_t count : {0u, 1u, 6u, 7u, 8u, 9u, 1000u, 60'000u}) {
    HashIndex index(count);
    std::vector<uint64_t> hashes(count);
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = random();
      index.Insert(hashes[i], static_cast<uint32_t>(i));
    }
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(index.Find(hashes[i], [&](uint32_t v) { return hashes[v] == hashes[i]; }), i);
    }
    EXPECT_EQ(index.Find(random(), [](uint32_t) { return false; }), HashIndex::kNone);
    if (count >= 1000) {
      EXPECT_LE(static_cast<double>(index.bytes()), 12.0 * static_cast<double>(count));
    }
  }
}

TEST(HashIndex, equal_hashes_are_told_apart_by_the_whole_key) {
  HashIndex index(40);
  for (uint32_t i = 0; i < 40; ++i) index.Insert(~uint64_t{0}, i);
  for (uint32_t i = 0; i < 40; ++i) {
    EXPECT_EQ(index.Find(~uint64_t{0}, [&](uint32_t v) { return v == i; }), i);
  }
  EXPECT_EQ(index.Find(0, [](uint32_t) { return true; }), HashIndex::kNone);
}

}  // namespace
}  // namespace casecomm::identify
