// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;

std::map<std::string, std::string> AddressesOf(Firm& firm) {
  std::map<std::string, std::string> addresses;
  const auto entries = firm.As().Addresses();
  EXPECT_TRUE(entries.ok()) << entries.status().ToString();
  for (const AddressEntry& entry : entries->items) addresses[entry.kind + ":" + entry.id] = entry.address;
  return addresses;
}

TEST(Account, X05_TheSenderPolicyThatHoldsIsTold) {
  EXPECT_EQ(Firm("casebook").engine->Accounts()->front().policy, "P0 anyone");
  EXPECT_EQ(Firm("casefleet").engine->Accounts()->front().policy, "P1 known");
}

TEST(Account, BadSettingsAreRefusedAndNothingIsStored) {
  Firm firm;
  const auto reason = [&](const AccountSpec& spec, const Actor& actor = Actor::Operator()) {
    return std::string(firm.engine->CreateAccount(spec, actor).status().reason());
  };
  EXPECT_EQ(reason({"firm", "in.example.org", "casebook"}), "account_exists");
  EXPECT_EQ(reason({"", "in.example.org", "casebook"}), "bad_name");
  EXPECT_EQ(reason({"a\nb", "in.example.org", "casebook"}), "bad_name");
  EXPECT_EQ(reason({std::string(256, 'a'), "in.example.org", "casebook"}), "bad_name");
  for (const std::string domain :
       {"", "localhost", "a..b", ".a.b", "a.b.", "-a.b", "a-.b", "a_b.c", "a b.c", "\xc3\xa4.example", "a@b.c"}) {
    EXPECT_EQ(reason({"new", domain, "casebook"}), "bad_domain") << domain;
  }
  EXPECT_EQ(reason({"new", std::string(64, 'a') + ".example", "casebook"}), "bad_domain");
  EXPECT_FALSE(firm.engine->CreateAccount({"new", "in.example.org", "caseboat"}, Actor::Operator()).ok());
  EXPECT_EQ(reason({"new", "in.example.org", "casebook"}, Actor::Person("U1")), "operator_only");
  EXPECT_EQ(firm.engine->Accounts()->size(), 1u);
  const auto created = firm.engine->CreateAccount({"new", "IN.Example.ORG", "casebook"}, Actor::Operator());
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(created->domain, "in.example.org");
}

TEST(Account, SeveralAccountsNeedAName) {
  Firm firm;
  EXPECT_TRUE(firm.engine->As("", Actor::Operator()).ok());
  ASSERT_TRUE(firm.engine->CreateAccount({"new", "in.example.org", "casebook"}, Actor::Operator()).ok());
  EXPECT_EQ(firm.engine->As("", Actor::Operator()).status().reason(), "account_needed");
  EXPECT_EQ(firm.engine->As("none", Actor::Operator()).status().reason(), "no_account");
}

TEST(Account, OneThatIsMadeIsAnsweredSoWhateverFailsAfterwards) {
  Firm firm;
  firm.control->before_commit = [&](std::vector<host::Batch>*) { firm.control->reads_until_dead = 0; };
  EXPECT_TRUE(firm.engine->CreateAccount({"new", "in.example.org", "casebook"}, Actor::Operator()).ok());
  firm.control->before_commit = nullptr;
  firm.control->Revive();
  EXPECT_TRUE(firm.engine->As("new", Actor::Operator()).ok());
}

TEST(Account, CB02_TheAddressOfARecordIsReadByWhoMayViewIt) {
  Firm firm;
  const std::string address = firm.Record("C1");
  EXPECT_EQ(address.size(), 35u + 1 + std::string("in.example.org").size());
  EXPECT_EQ(*firm.As("U2").RecordAddress("C1"), address);
  EXPECT_EQ(firm.As("U2").RecordAddress("C2").status().code(), Code::kPermissionDenied);
  EXPECT_EQ(firm.As("P1").RecordAddress("C1").status().code(), Code::kPermissionDenied);
  EXPECT_EQ(firm.As().RecordAddress("C9").status().code(), Code::kNotFound);
}

TEST(Account, CB01_EveryRecordHasOneAddressThatStays) {
  Firm firm;
  const auto before = AddressesOf(firm);
  EXPECT_EQ(before.size(), 6u + 2u);
  ASSERT_TRUE(firm.As().Load(Firm::kFirm).ok());
  EXPECT_EQ(AddressesOf(firm), before);
  ASSERT_TRUE(firm.As().Load(R"({"records":[{"id":"C1","kind":"case","name":"Renamed","state":"closed"}]})").ok());
  firm.Reopen();
  EXPECT_EQ(AddressesOf(firm), before);
  EXPECT_EQ(firm.As().ShowRecord("C1")->name, "Renamed");
  EXPECT_EQ(firm.As().ShowRecord("C1")->state, "closed");
  EXPECT_EQ(firm.As().ShowRecord("C2")->name, "John Doe");  // what is not named stays
}

TEST(Account, WhatALoadDoesNotNameStays) {
  Firm firm;
  ASSERT_TRUE(firm.As()
                  .Load(R"({"people":[{"id":"U1","kind":"staff","name":"Ann Abel"}],
                          "records":[{"id":"M1","kind":"matter","name":"Older"}]})")
                  .ok());
  EXPECT_EQ(firm.As().ShowRecord("M1")->state, "closed");
  EXPECT_EQ(firm.As().ShowRecord("M1")->name, "Older");
  EXPECT_EQ(firm.Log("p1@mail.example.com").records, std::vector<std::string>{"C1"});  // her addresses still are hers
  ASSERT_TRUE(firm.As().Load(R"({"people":[{"id":"U1","kind":"staff","name":"Ann Abel","emails":[]}]})").ok());
  EXPECT_EQ(firm.Log("p1@mail.example.com", "", "again\r\n").outcome, Outcome::kHeld);
}

TEST(Account, LoadIsOneCommitOrNone) {
  Firm firm;
  const int before = firm.control->commits;
  ASSERT_TRUE(firm.As()
                  .Load(R"({"records":[{"id":"N1","kind":"case","name":"n","state":"open"},
                                           {"id":"N2","kind":"case","name":"n","state":"open"}]})")
                  .ok());
  EXPECT_EQ(firm.control->commits, before + 1);
  const Status unknown = firm.As().Load(R"({"records":[{"id":"N3","kind":"case","name":"n","state":"open"}],
      "assignments":[{"record":"N3","person":"U1","role":"manager"},{"record":"N3","person":"U7","role":"manager"}]})");
  EXPECT_EQ(unknown.code(), Code::kInvalidArgument);
  EXPECT_EQ(unknown.reason(), "unknown_person");
  EXPECT_EQ(unknown.subject(), "/assignments/1/person");
  EXPECT_GT(unknown.position(), 100);
  EXPECT_EQ(firm.As().ShowRecord("N3").status().code(), Code::kNotFound);
  EXPECT_EQ(firm.As().Load(R"({"assignments":[{"record":"N9","person":"U1","role":"manager"}]})").reason(),
            "unknown_record");
  EXPECT_EQ(firm.As("U1").Load("{}").code(), Code::kPermissionDenied);
  const int commits = firm.control->commits;
  EXPECT_TRUE(firm.As().Load("{}").ok());
  EXPECT_TRUE(firm.As().Load(Firm::kFirm).ok());  // nothing new: nothing written
  EXPECT_EQ(firm.control->commits, commits);
}

TEST(Account, LoadThatLosesARaceIsPlannedAnew) {
  Firm firm;
  int races = 0;
  firm.control->before_commit = [&](std::vector<host::Batch>*) {
    if (races++ > 0) return;
    const Status s = firm.As().Load(R"({"records":[{"id":"N1","kind":"case","name":"theirs","state":"open"}]})");
    EXPECT_TRUE(s.ok()) << s.ToString();
  };
  ASSERT_TRUE(firm.As().Load(R"({"records":[{"id":"N1","kind":"case","name":"ours","state":"open"}]})").ok());
  EXPECT_EQ(races, 3);  // ours lost, theirs, ours again
  EXPECT_EQ(firm.As().ShowRecord("N1")->name, "ours");
  const auto addresses = AddressesOf(firm);
  EXPECT_EQ(addresses.count("record:N1"), 1u);
  EXPECT_EQ(addresses.size(), 9u);
}

TEST(Account, AnotherEnginesLoadIsSeenByTheNextBatch) {
  Firm firm("casebook");
  EngineOptions options;
  options.store = std::make_unique<testing::SharedStore>(firm.control);
  options.keys = firm.keys;
  auto other = Engine::Open(std::move(options));
  ASSERT_TRUE(other.ok());
  auto session = (*other)->As("firm", Actor::Operator());
  ASSERT_TRUE(session->Load(R"({"records":[{"id":"N1","kind":"case","name":"n","state":"open"}]})").ok());
  const auto decision = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", *session->RecordAddress("N1")));
  EXPECT_EQ(decision.records, std::vector<std::string>{"N1"});
}

TEST(Account, AnotherStoresKeyRingIsRefused) {
  Firm firm;
  const auto open = [&](const KeyRing& keys) {
    EngineOptions options;
    options.store = std::make_unique<testing::SharedStore>(firm.control);
    options.keys = keys;
    return Engine::Open(std::move(options)).status();
  };
  KeyRing other = firm.keys;
  other.keys[0].secret.fill(8);
  EXPECT_EQ(open(other).reason(), "wrong_keys");
  other.keys[0].id = 3;
  EXPECT_EQ(open(other).reason(), "wrong_keys");
  KeyRing rotated = firm.keys;
  rotated.keys.push_back(other.keys[0]);
  EXPECT_TRUE(open(rotated).ok());
  EXPECT_TRUE(open(firm.keys).ok());
}

TEST(Account, WithoutAKeyRingTheEngineDoesNotOpen) {
  EngineOptions options;
  options.store = MemoryStore();
  EXPECT_EQ(Engine::Open(std::move(options)).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(Engine::Open(EngineOptions()).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace casecomm
