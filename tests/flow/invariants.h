// SPDX-License-Identifier: Apache-2.0
// What must hold of a store after any test (threats.md, section 5): every stored message ends in a listed state, nothing
// is lost between the rows that speak of it.
#ifndef CASECOMM_TESTS_FLOW_INVARIANTS_H_
#define CASECOMM_TESTS_FLOW_INVARIANTS_H_

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "store/collections.h"
#include "store/rows.h"
#include "wire/rows.h"

namespace casecomm::testing {

inline std::vector<store::StoredRow> AllRows(host::Store& store, uint32_t collection, int64_t account) {
  host::Query query;
  query.collection = collection;
  query.prefixes = {{host::Value::Int(account)}};
  auto rows = store::ReadRows(store, {query});
  EXPECT_TRUE(rows.ok()) << rows.status().ToString();
  return rows.ok() ? std::move(rows->front()) : std::vector<store::StoredRow>();
}

inline void CheckAccount(host::Store& store, int64_t account) {
  std::map<std::string, wire::MessageRow> messages;
  for (const auto& stored : AllRows(store, store::kMessages, account)) {
    auto row = wire::ReadMessage(stored);
    ASSERT_TRUE(row.ok()) << row.status().ToString();
    const std::string id = row->id;
    messages[id] = std::move(*row);
  }
  std::set<std::string> raw;
  for (const auto& stored : AllRows(store, store::kRaw, account)) {
    raw.insert(stored.text(1));
    ASSERT_EQ(messages.count(stored.text(1)), 1u) << "raw bytes without a message";
    const auto digest = base::Sha256Of(stored.body);
    EXPECT_EQ(messages[stored.text(1)].raw_digest, base::AsBytes(digest)) << stored.text(1);
    EXPECT_EQ(messages[stored.text(1)].size, stored.body.size());
  }
  EXPECT_EQ(raw.size(), messages.size()) << "a message without its raw bytes";

  std::map<std::string, std::string> threads;  // id -> record
  std::set<std::string> empty;                 // threads whose mail was all withdrawn
  for (const auto& stored : AllRows(store, store::kThreads, account)) {
    const auto row = wire::ReadThread(stored);
    ASSERT_TRUE(row.ok()) << row.status().ToString();
    EXPECT_LE(row->first_us, row->newest_us) << row->id;
    threads[row->id] = row->record;
    if (row->empty) empty.insert(row->id);
  }
  std::set<std::pair<std::string, std::string>> open;  // message, person
  for (const auto& stored : AllRows(store, store::kNotifications, account)) {
    const auto row = wire::ReadNotification(stored);
    ASSERT_TRUE(row.ok()) << row.status().ToString();
    EXPECT_EQ(messages.count(row->message), 1u) << "a notification of no message";
    if (row->kind == "unassigned" && !row->closed_us) {
      EXPECT_TRUE(open.emplace(row->message, row->person).second) << "two open notifications of one message";
    }
  }
  std::set<std::string> ended;  // messages with a state
  std::set<std::string> waiting;
  std::set<std::pair<std::string, std::string>> unassigned;
  for (const auto& stored : AllRows(store, store::kTargets, account)) {
    const auto row = wire::ReadTarget(stored);
    ASSERT_TRUE(row.ok()) << row.status().ToString();
    EXPECT_EQ(messages.count(row->message), 1u) << "a target of no message";
    EXPECT_FALSE(row->sentence.empty());
    ended.insert(row->message);
    switch (row->outcome) {
      case Outcome::kFiled:
        ASSERT_TRUE(row->record && row->thread);
        ASSERT_EQ(threads.count(*row->thread), 1u) << "filed in no thread";
        EXPECT_EQ(threads[*row->thread], *row->record) << "filed in another record's thread";
        EXPECT_EQ(empty.count(*row->thread), 0u) << "filed in a thread that is not listed";
        break;
      case Outcome::kUnassigned:
        unassigned.emplace(row->message, row->owner.value_or(""));
        waiting.insert(row->message);
        break;
      case Outcome::kCatchAll:
        EXPECT_FALSE(row->catch_all.empty());
        EXPECT_FALSE(row->reason.empty());
        break;
      case Outcome::kApplied:
        EXPECT_TRUE(row->record && !row->person.empty() && row->locator != 0);
        EXPECT_FALSE(row->reason.empty());
        break;
      case Outcome::kHeld:
        waiting.insert(row->message);
        EXPECT_FALSE(row->reason.empty());
        break;
      case Outcome::kDuplicate:
        EXPECT_FALSE(row->reason.empty());
        break;
      case Outcome::kRejected:
      case Outcome::kWithdrawn:
        EXPECT_TRUE(row->before) << "nothing to restore it to";
        break;
      default:
        ADD_FAILURE() << "a target may not be stored as " << OutcomeName(row->outcome);
    }
  }
  EXPECT_EQ(ended.size(), messages.size()) << "a message without a state";
  EXPECT_EQ(unassigned, open) << "unassigned mail and open notifications differ";
  for (const auto& stored : AllRows(store, store::kMentions, account)) {
    const auto row = wire::ReadMention(stored);
    ASSERT_TRUE(row.ok()) << row.status().ToString();
    EXPECT_EQ(waiting.count(row->message), 1u) << "a mention of no message that waits";
    EXPECT_EQ(row->changed_us.has_value(), !row->changes.empty());
  }
  for (const auto& stored : AllRows(store, store::kActs, account)) {
    const auto row = wire::ReadAct(stored);
    ASSERT_TRUE(row.ok()) << row.status().ToString();
    EXPECT_EQ(messages.count(row->message), 1u) << "an act on no message";
    EXPECT_FALSE(row->actor.empty());
  }
  for (const auto& stored : AllRows(store, store::kTransportKeys, account)) {
    const auto row = wire::ReadTransportKey(stored);
    ASSERT_TRUE(row.ok()) << row.status().ToString();
    if (row->message) {
      EXPECT_EQ(messages.count(*row->message), 1u) << "a delivery of no message";
    } else {
      EXPECT_EQ(row->outcome, Outcome::kNotTracked);
      EXPECT_FALSE(row->reason.empty());
    }
  }
  for (const auto& stored : AllRows(store, store::kContentKeys, account)) {
    EXPECT_EQ(messages.count(stored.text(3)), 1u) << "content of no message";
  }
}

inline void CheckInvariants(host::Store& store) {
  CheckAccount(store, 0);
  for (const auto& account : AllRows(store, store::kAccounts, 0)) CheckAccount(store, account.integer(1));
}

}  // namespace casecomm::testing

#endif  // CASECOMM_TESTS_FLOW_INVARIANTS_H_
