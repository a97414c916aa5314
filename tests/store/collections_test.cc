// SPDX-License-Identifier: Apache-2.0
#include "store/collections.h"

#include <gtest/gtest.h>

#include <string>

namespace casecomm::store {
namespace {

const host::Collection& At(uint32_t collection) {
  return LibrarySchema().collections[collection];
}

std::string IndexText(uint32_t collection, uint32_t index) {
  std::string text;
  for (uint32_t column : host::IndexOrder(At(collection), index))
    text += std::string(At(collection).columns[column].name) + " ";
  return text;
}

TEST(Collections, TheSchemaIsWellFormed) {
  EXPECT_TRUE(host::CheckSchema(LibrarySchema()).ok());
  EXPECT_EQ(LibrarySchema().collections.size(), static_cast<size_t>(kCollectionCount));
}

TEST(Collections, EachNumberNamesItsCollection) {
  const std::pair<uint32_t, std::string_view> names[] = {
      {kAccounts, "accounts"},
      {kMarks, "marks"},
      {kPeople, "people"},
      {kRecords, "records"},
      {kAssignments, "assignments"},
      {kLocators, "locators"},
      {kMessages, "messages"},
      {kRaw, "raw"},
      {kTargets, "targets"},
      {kThreads, "threads"},
      {kThreadKeys, "thread_keys"},
      {kTransportKeys, "transport_keys"},
      {kContentKeys, "content_keys"},
      {kReceipts, "receipts"},
      {kAttempts, "attempts"},
      {kNotifications, "notifications"},
      {kRules, "rules"},
      {kActs, "acts"},
      {kMentions, "mentions"},
      {kBudgets, "budgets"},
  };
  for (const auto& [number, name] : names) EXPECT_EQ(At(number).name, name);
  EXPECT_EQ(At(kRaw).kind, host::CollectionKind::kBlobs);
}

TEST(Collections, EachIndexNumberOrdersByWhatItsNameSays) {
  EXPECT_EQ(IndexText(kAccounts, kAccountsByName), "account_id name number ");
  EXPECT_EQ(IndexText(kAssignments, kAssignmentsByPerson), "account_id person record ");
  EXPECT_EQ(IndexText(kLocators, kLocatorsBySubject), "account_id kind subject locator ");
  EXPECT_EQ(IndexText(kLocators, kLocatorsByKey), "account_id key_id state locator ");
  EXPECT_EQ(IndexText(kTargets, kTargetsByForward), "account_id forward_us message destination ");
  EXPECT_EQ(IndexText(kTargets, kTargetsByThread), "account_id thread recorded_us message destination ");
  EXPECT_EQ(IndexText(kTargets, kTargetsByUnassigned), "account_id unassigned_owner recorded_us message destination ");
  EXPECT_EQ(IndexText(kTargets, kTargetsByHeld), "account_id held_us message destination ");
  EXPECT_EQ(IndexText(kTargets, kTargetsByAside), "account_id aside_state recorded_us message destination ");
  EXPECT_EQ(IndexText(kThreadKeys, kThreadKeysById), "account_id id_hash record ");
  EXPECT_EQ(IndexText(kMentions, kMentionsByMessage), "account_id message address_hash ");
  EXPECT_EQ(IndexText(kMentions, kMentionsByChanged), "account_id changed_us address_hash message ");
  EXPECT_EQ(IndexText(kThreads, kThreadsByRecord), "account_id record newest_us thread ");
  EXPECT_EQ(IndexText(kNotifications, kNotificationsByPerson), "account_id person open_us notification ");
  EXPECT_EQ(IndexText(kNotifications, kNotificationsByMessage), "account_id message notification ");
  EXPECT_EQ(IndexText(kThreadKeys, kPrimary), "account_id record id_hash ");
}

TEST(Collections, EveryTableAndIndexBeginsWithTheAccount) {
  for (const host::Collection& collection : LibrarySchema().collections) {
    EXPECT_EQ(collection.columns[0].name, "account_id");
    for (const host::Index& index : collection.indexes) EXPECT_EQ(index.columns[0], 0u) << collection.name;
  }
}

}  // namespace
}  // namespace casecomm::store
