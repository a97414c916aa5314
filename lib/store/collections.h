// SPDX-License-Identifier: Apache-2.0
// What the library stores, declared once: a row of the table in collections.cc for each collection.
#ifndef CASECOMM_STORE_COLLECTIONS_H_
#define CASECOMM_STORE_COLLECTIONS_H_

#include "casecomm/host/store.h"

namespace casecomm::store {

// Positions in LibrarySchema().collections; and the columns of each, key columns first. Every index names them:
//
//   accounts        account_id(=0) number | name domain preset created_us              by_name(name)
//   marks           account_id name | value                  "directory": its row version is the directory's version;
//                                        of account 0: "receiving", "account:NAME" and, a digest of each key, "key:ID";
//                                        "late:ID": what a change says anew, until the mentions have it
//   people          account_id person | kind name changed_us
//   records         account_id record | kind name state changed_us
//   assignments     account_id record person | role                                    by_person(person)
//   locators        account_id locator | kind subject state key_id created_us          by_subject(kind, subject)
//                                                                                      by_key(key_id, state)
//   messages        account_id message | message_id subject from_address date_s recorded_us size raw_digest content_key
//                                        source path
//   raw             account_id message |                                    blob: the mail as it came
//   targets         account_id message destination | record owner outcome reason rule thread filed_by recorded_us
//                   unassigned_owner held_us aside_state forward_us     by_thread(thread, recorded_us)
//                                        by_unassigned(unassigned_owner, recorded_us) by_held(held_us)
//                                        by_aside(aside_state, recorded_us)  by_forward(forward_us)
//                                        the last four columns null unless it is so, forward_us once a copy went,
//                                        thread null unless filed; aside: catch_all, rejected, withdrawn
//   threads         account_id thread | record alias_of subject first_us newest_us     by_record(record, newest_us)
//                                                                      by_alias(alias_of)
//                                                   record null in an alias, and where no mail is filed any more
//   thread_keys     account_id record id_hash | thread message                         by_id(id_hash)
//                          message: whose own Message-ID it is, the first of them; null: mail only refers to it
//   transport_keys  account_id source transport_key | message outcome reason raw_digest seen_us
//                                                     message null: not tracked, this row is all that is left
//   content_keys    account_id destination content_key | message recorded_us
//   receipts        account_id message receipt | destination source transport_key raw_digest recorded_us
//   attempts        account_id source transport_key | attempts first_us
//                                  begun alone and not ended; -1 and 0: begun among many, among a few
//   notifications   account_id notification | person message kind open_us created_us closed_us
//                                     by_person(person, open_us) by_message(message)        open_us null when closed
//   rules           account_id name |                                       blob: a rule document; "account": its own
//   acts            account_id message act | destination event actor why recorded_us      what people did with held mail
//   mentions        account_id address_hash message | changed_us      by_message(message) by_changed(changed_us)
//                                        what held and unassigned mail names, for late matches (spec Y-04); changed_us null
//                                        until the directory says something new of it
//   budgets         account_id name window | count              counters: mail of a record or a sender in a piece of time
enum Collection : uint32_t {
  kAccounts,
  kMarks,
  kPeople,
  kRecords,
  kAssignments,
  kLocators,
  kMessages,
  kRaw,
  kTargets,
  kThreads,
  kThreadKeys,
  kTransportKeys,
  kContentKeys,
  kReceipts,
  kAttempts,
  kNotifications,
  kRules,
  kActs,
  kMentions,
  kBudgets,
  kCollectionCount,
};

const host::Schema& LibrarySchema();

// Index numbers for host::Query::index.
inline constexpr uint32_t kPrimary = 0;
inline constexpr uint32_t kAccountsByName = 1;
inline constexpr uint32_t kAssignmentsByPerson = 1;
inline constexpr uint32_t kLocatorsBySubject = 1;
inline constexpr uint32_t kLocatorsByKey = 2;
inline constexpr uint32_t kTargetsByThread = 1;
inline constexpr uint32_t kTargetsByUnassigned = 2;
inline constexpr uint32_t kTargetsByHeld = 3;
inline constexpr uint32_t kTargetsByAside = 4;
inline constexpr uint32_t kTargetsByForward = 5;
inline constexpr uint32_t kThreadsByRecord = 1;
inline constexpr uint32_t kThreadsByAlias = 2;
inline constexpr uint32_t kThreadKeysById = 1;
inline constexpr uint32_t kNotificationsByPerson = 1;
inline constexpr uint32_t kNotificationsByMessage = 2;
inline constexpr uint32_t kMentionsByMessage = 1;
inline constexpr uint32_t kMentionsByChanged = 2;

}  // namespace casecomm::store

#endif  // CASECOMM_STORE_COLLECTIONS_H_
