// SPDX-License-Identifier: Apache-2.0
#include "wire/rows.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "base/text.h"
#include "casecomm/stores.h"
#include "store/collections.h"

namespace casecomm::wire {
namespace {

using host::Value;
using store::BatchBuilder;
using store::StoredRow;

const std::string kOdd("caf\xE9 \0 \xC3\xA9 \xED\xA0\x80", 13);  // Latin-1, NUL, UTF-8, a surrogate

// Through a store and back: the one row of the batch.
StoredRow Stored(const BatchBuilder& batch) {
  const std::unique_ptr<host::Store> store = MemoryStore();
  EXPECT_TRUE(store->Open(store::LibrarySchema()).ok());
  const Status status = store::CommitOne(*store, batch.batch());
  EXPECT_TRUE(status.ok()) << status.ToString();
  host::Query query;
  query.collection = batch.batch().puts[0].collection;
  query.prefixes = {{Value::Int(batch.batch().account)}};
  auto rows = store::ReadRows(*store, {query});
  EXPECT_TRUE(rows.ok() && (*rows)[0].size() == 1);
  return (*rows)[0].empty() ? StoredRow() : (*rows)[0][0];
}

template <typename Row>
StoredRow Stored(const Row& row) {
  BatchBuilder batch(7);
  Put(batch, 7, row);
  return Stored(batch);
}

TEST(WireRows, AccountsAreOfAccountZero) {
  BatchBuilder batch(0);
  Put(batch, AccountRow{42, "N\u00FCrnberg", "in.example.org", "casebook", 123});
  const StoredRow stored = Stored(batch);
  EXPECT_EQ(stored.integer(1), 42);
  EXPECT_EQ(stored.text(2), "N\u00FCrnberg");
  const auto row = ReadAccount(stored);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->number, 42u);
  EXPECT_EQ(row->domain, "in.example.org");
  EXPECT_EQ(row->preset, "casebook");
  EXPECT_EQ(row->created_us, 123);
  EXPECT_EQ(row->version, stored.version);
}

TEST(WireRows, People) {
  const auto row = ReadPerson(Stored(PersonRow{"p1", kOdd, 2, {"a@b", "c@d"}, 5}));
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->id, "p1");
  EXPECT_EQ(row->name, kOdd);
  EXPECT_EQ(row->kind, 2);
  EXPECT_EQ(row->emails, (std::vector<std::string>{"a@b", "c@d"}));
  EXPECT_EQ(row->changed_us, 5);
}

TEST(WireRows, RecordsAndAssignments) {
  const auto record = ReadRecord(Stored(RecordRow{"r1", "Name", 3, 2, 9}));
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->kind, 3);
  EXPECT_EQ(record->state, 2);
  EXPECT_EQ(record->changed_us, 9);
  EXPECT_EQ(record->sender_policy, 0);
  RecordRow strict{"r1", "Name", 3, 2, 9};
  strict.sender_policy = 4;
  EXPECT_EQ(ReadRecord(Stored(strict))->sender_policy, 4);
  strict.sender_policy = 5;  // of a newer version: it may demand anything
  EXPECT_EQ(ReadRecord(Stored(strict)).status().code(), Code::kDataLoss);
  const auto assignment = ReadAssignment(Stored(AssignmentRow{"r1", "p1", 4}));
  ASSERT_TRUE(assignment.ok());
  EXPECT_EQ(assignment->record, "r1");
  EXPECT_EQ(assignment->person, "p1");
  EXPECT_EQ(assignment->role, 4);
}

TEST(WireRows, LocatorsOfAllBits) {
  for (uint64_t locator : {uint64_t{0}, (uint64_t{1} << 40) - 1, ~uint64_t{0}}) {
    const StoredRow stored = Stored(LocatorRow{locator, 'q', "r1", 1, 31, 77, "", "", 0, false});
    EXPECT_EQ(stored.integer(2), 'q');
    const auto row = ReadLocator(stored);
    ASSERT_TRUE(row.ok());
    EXPECT_EQ(row->locator, locator);
    EXPECT_EQ(row->kind, 'q');
    EXPECT_EQ(row->subject, "r1");
    EXPECT_EQ(row->state, 1);
    EXPECT_EQ(row->key_id, 31);
    EXPECT_EQ(row->created_us, 77);
    EXPECT_EQ(row->expires_us, 0);
  }
  const auto reply = ReadLocator(Stored(LocatorRow{5, 'r', "r1", 3, 1, 77, "p1", "p@x.org", 78, true}));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->person, "p1");
  EXPECT_EQ(reply->email, "p@x.org");
  EXPECT_EQ(reply->expires_us, 78);
  EXPECT_TRUE(reply->revoked);
}

MessageRow WholeMessage() {
  MessageRow row;
  row.id = "m1";
  row.message_id = kOdd;
  row.subject = "Hello";
  row.date_s = -5;
  row.from = {"a@b", kOdd};
  row.to = {"c@d"};
  row.cc = {"e@f", "g@h"};
  row.attachments = {{"f.txt", "text/plain", -1, true, "cid"}, {std::nullopt, "image/png", 12, false, std::nullopt}};
  row.defects = {{"limit", 99}};
  row.source = "files";
  row.path = kOdd;
  row.index = 3;
  row.envelope_recipients = {"x@y"};
  row.envelope_known = true;
  row.raw_digest = std::string(32, '\0');
  row.content_key = std::string(32, '\xFF');
  row.size = 1234;
  row.recorded_us = 5678;
  return row;
}

TEST(WireRows, MessagesComeBackWhole) {
  const MessageRow wanted = WholeMessage();
  const auto row = ReadMessage(Stored(wanted));
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->message_id, wanted.message_id);
  EXPECT_EQ(row->subject, wanted.subject);
  EXPECT_EQ(row->date_s, wanted.date_s);
  EXPECT_EQ(row->from, wanted.from);
  EXPECT_EQ(row->to, wanted.to);
  EXPECT_EQ(row->cc, wanted.cc);
  ASSERT_EQ(row->attachments.size(), 2u);
  EXPECT_EQ(row->attachments[0].filename, "f.txt");
  EXPECT_EQ(row->attachments[0].content_type, "text/plain");
  EXPECT_EQ(row->attachments[0].size, -1);
  EXPECT_TRUE(row->attachments[0].is_inline);
  EXPECT_EQ(row->attachments[0].content_id, "cid");
  EXPECT_EQ(row->attachments[1].filename, std::nullopt);
  EXPECT_EQ(row->attachments[1].content_id, std::nullopt);
  ASSERT_EQ(row->defects.size(), 1u);
  EXPECT_EQ(row->defects[0].name, "limit");
  EXPECT_EQ(row->defects[0].offset, 99);
  EXPECT_EQ(row->source, wanted.source);
  EXPECT_EQ(row->path, wanted.path);
  EXPECT_EQ(row->index, 3);
  EXPECT_EQ(row->envelope_recipients, wanted.envelope_recipients);
  EXPECT_TRUE(row->envelope_known);
  EXPECT_EQ(row->raw_digest, wanted.raw_digest);
  EXPECT_EQ(row->content_key, wanted.content_key);
  EXPECT_EQ(row->size, 1234u);
  EXPECT_EQ(row->recorded_us, 5678);
  EXPECT_EQ(row->verdict, std::nullopt);
  MessageRow judged = wanted;
  judged.verdict = Trust::kPass;
  EXPECT_EQ(ReadMessage(Stored(judged))->verdict, Trust::kPass);
}

TEST(WireRows, NoneAndEmptyAreTwoThings) {
  MessageRow row;
  row.id = "m1";
  row.subject = "";
  row.raw_digest = std::string(32, 'd');
  const StoredRow stored = Stored(row);
  const auto read = ReadMessage(stored);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->subject, "");
  EXPECT_EQ(read->message_id, std::nullopt);
  EXPECT_EQ(read->date_s, std::nullopt);
  EXPECT_EQ(read->index, -1);
  EXPECT_TRUE(stored.is_null(2));   // message_id
  EXPECT_FALSE(stored.is_null(3));  // subject
  EXPECT_TRUE(stored.is_null(4));   // from_address
  EXPECT_TRUE(stored.is_null(5));   // date_s
  EXPECT_TRUE(stored.is_null(9));   // content_key
}

TEST(WireRows, TextColumnsAreCleanAndShortWhateverTheMailHolds) {
  MessageRow row = WholeMessage();
  const StoredRow odd = Stored(row);
  EXPECT_EQ(odd.text(2), "caf\uFFFD \uFFFD \u00E9 \uFFFD\uFFFD\uFFFD");
  std::mt19937_64 random(20260103);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random() % 3000, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 4 ? 'a' + random() % 26 : random());
    row.subject = bytes;
    const StoredRow stored = Stored(row);
    EXPECT_TRUE(base::IsUtf8(stored.text(3)));
    EXPECT_EQ(stored.text(3).find('\0'), std::string::npos);
    EXPECT_LE(stored.text(3).size(), 1003u);
    EXPECT_EQ(ReadMessage(stored)->subject, bytes);
  }
  row.subject = std::string(999, 'x') + "\u00E9\u00E9";
  EXPECT_EQ(Stored(row).text(3), std::string(999, 'x') + "\u00E9") << "cut at a character";
}

TEST(WireRows, TargetsStandInTheIndexesOfTheirOutcome) {
  TargetRow row;
  row.message = "m1";
  row.destination = "record:r1";
  row.target = "drop:p1";
  row.record = "r1";
  row.owner = "p1";
  row.thread = "t1";
  row.outcome = Outcome::kFiled;
  row.reason = "one_open_case";
  row.rule = "drop";
  row.sentence = kOdd;
  row.filed_by = "rules";
  row.badges = {"unverified"};
  row.candidates = {{"a@b", "p2", "r2"}};
  row.recorded_us = 55;
  const StoredRow filed = Stored(row);
  EXPECT_EQ(filed.text(2), "record:r1");
  EXPECT_EQ(filed.text(8), "t1");
  EXPECT_TRUE(filed.is_null(11));
  EXPECT_TRUE(filed.is_null(12));
  const auto read = ReadTarget(filed);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->target, "drop:p1");
  EXPECT_EQ(read->record, "r1");
  EXPECT_EQ(read->owner, "p1");
  EXPECT_EQ(read->thread, "t1");
  EXPECT_EQ(read->outcome, Outcome::kFiled);
  EXPECT_EQ(read->reason, "one_open_case");
  EXPECT_EQ(read->rule, "drop");
  EXPECT_EQ(read->sentence, kOdd);
  EXPECT_EQ(read->filed_by, "rules");
  EXPECT_EQ(read->badges, row.badges);
  EXPECT_EQ(read->candidates, row.candidates);
  EXPECT_EQ(read->recorded_us, 55);

  row.outcome = Outcome::kUnassigned;
  row.destination = "unassigned:p1";
  row.record = row.thread = std::nullopt;
  const StoredRow unassigned = Stored(row);
  EXPECT_EQ(unassigned.text(11), "p1");
  EXPECT_TRUE(unassigned.is_null(8));
  EXPECT_TRUE(unassigned.is_null(12));
  EXPECT_EQ(ReadTarget(unassigned)->thread, std::nullopt);

  row.outcome = Outcome::kHeld;
  row.destination = "held";
  const StoredRow held = Stored(row);
  EXPECT_TRUE(held.is_null(11));
  EXPECT_EQ(held.integer(12), 55);
  EXPECT_TRUE(held.is_null(13));
  EXPECT_EQ(ReadTarget(held)->before, std::nullopt);

  row.outcome = Outcome::kCatchAll;
  row.destination = "catch_all:office@x.org";
  row.catch_all = "office@x.org";
  row.person = "p2";
  row.locator = (uint64_t{1} << 40) - 1;
  const StoredRow waiting = Stored(row);
  EXPECT_EQ(waiting.integer(14), 55);
  EXPECT_TRUE(waiting.is_null(12));
  row.forwarded_us = 60;
  const StoredRow gone = Stored(row);
  EXPECT_TRUE(gone.is_null(14));
  const auto forwarded = ReadTarget(gone);
  ASSERT_TRUE(forwarded.ok());
  EXPECT_EQ(forwarded->catch_all, "office@x.org");
  EXPECT_EQ(forwarded->person, "p2");
  EXPECT_EQ(forwarded->locator, row.locator);
  EXPECT_EQ(forwarded->forwarded_us, 60);
}

TEST(WireRows, WhatIsSetAsideKnowsWhereToGoBackTo) {
  TargetRow row;
  row.message = "m1";
  row.destination = "record:r1";
  row.thread.emplace("t1");
  row.origin = "unassigned:p1";
  row.contact = "p2";
  for (const Outcome aside : {Outcome::kCatchAll, Outcome::kRejected, Outcome::kWithdrawn}) {
    row.outcome = aside;
    row.before = Outcome::kFiled;
    const StoredRow stored = Stored(row);
    EXPECT_EQ(stored.integer(13), static_cast<int64_t>(aside));
    EXPECT_TRUE(stored.is_null(8)) << "no thread lists what is not filed";
    EXPECT_TRUE(stored.is_null(11));
    EXPECT_TRUE(stored.is_null(12));
    const auto back = ReadTarget(stored);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->thread, "t1") << "it is known where to go back to";
    EXPECT_EQ(back->before, Outcome::kFiled);
    EXPECT_EQ(back->origin, "unassigned:p1");
    EXPECT_EQ(back->contact, "p2");
  }
}

TEST(WireRows, ActsComeBackWhole) {
  ActRow act;
  act.message = "m1";
  act.id = "a1";
  act.destination = "held:record:r1";
  act.target = "record:r1";
  act.event = "rerouted";
  act.actor = "u1";
  act.why = kOdd;
  act.from = Outcome::kHeld;
  act.to = Outcome::kFiled;
  act.record = "r1";
  act.records = {"r2", "r3"};
  act.address = "all@x";
  act.reason = "limit";
  act.recorded_us = 9;
  const StoredRow stored = Stored(act);
  EXPECT_EQ(stored.text(4), "rerouted");
  EXPECT_TRUE(base::IsUtf8(stored.text(6)));
  const auto row = ReadAct(stored);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->id, "a1");
  EXPECT_EQ(row->destination, act.destination);
  EXPECT_EQ(row->target, act.target);
  EXPECT_EQ(row->actor, "u1");
  EXPECT_EQ(row->why, kOdd);
  EXPECT_EQ(row->from, Outcome::kHeld);
  EXPECT_EQ(row->to, Outcome::kFiled);
  EXPECT_EQ(row->record, "r1");
  EXPECT_EQ(row->owner, std::nullopt);
  EXPECT_EQ(row->records, act.records);
  EXPECT_EQ(row->address, "all@x");
  EXPECT_EQ(row->reason, "limit");
  EXPECT_EQ(row->recorded_us, 9);
}

TEST(WireRows, Y04_MentionsStandInTheIndexOfWhatChangedOnlyThen) {
  const StoredRow plain = Stored(MentionRow{-5, "m1", std::nullopt, {}, 0});
  EXPECT_TRUE(plain.is_null(3));
  EXPECT_EQ(ReadMention(plain)->hash, -5);
  const StoredRow changed = Stored(MentionRow{-5, "m1", 77, {"a", "b"}, 0});
  EXPECT_EQ(changed.integer(3), 77);
  const auto row = ReadMention(changed);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->message, "m1");
  EXPECT_EQ(row->changed_us, 77);
  EXPECT_EQ(row->changes, (std::vector<std::string>{"a", "b"}));
  const auto late = ReadChanges(Stored(ChangesRow{"late:1", {{-5, "a"}, {INT64_MAX, "b"}}, 77, 0}));
  ASSERT_TRUE(late.ok());
  EXPECT_EQ(late->mark, "late:1");
  ASSERT_EQ(late->changes.size(), 2u);
  EXPECT_EQ(late->changes[0].hash, -5);
  EXPECT_EQ(late->changes[1].what, "b");
  EXPECT_EQ(late->changed_us, 77);
}

TEST(WireRows, AnAliasOfAThreadIsInNoRecordsList) {
  const StoredRow thread = Stored(ThreadRow{"t1", "r1", std::nullopt, "s", 1, 2});
  EXPECT_EQ(thread.text(2), "r1");
  const StoredRow empty = Stored(ThreadRow{"t3", "r1", std::nullopt, "s", 1, 2, true});
  EXPECT_TRUE(empty.is_null(2));
  EXPECT_EQ(ReadThread(empty)->record, "r1");
  EXPECT_TRUE(ReadThread(empty)->empty);
  EXPECT_FALSE(ReadThread(thread)->empty);
  const StoredRow alias = Stored(ThreadRow{"t2", "r1", "t1", "s", 1, 2});
  EXPECT_TRUE(alias.is_null(2));
  const auto row = ReadThread(alias);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->record, "r1");
  EXPECT_EQ(row->alias_of, "t1");
  EXPECT_EQ(row->subject, "s");
  EXPECT_EQ(row->first_us, 1);
  EXPECT_EQ(row->newest_us, 2);
}

TEST(WireRows, TransportKeysAndReceipts) {
  const StoredRow stored =
      Stored(TransportKeyRow{"files", kOdd, std::nullopt, Outcome::kNotTracked, "list", "digest", 9});
  EXPECT_TRUE(stored.is_null(3));
  const auto row = ReadTransportKey(stored);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->source, "files");
  EXPECT_EQ(row->key, kOdd);
  EXPECT_EQ(row->message, std::nullopt);
  EXPECT_EQ(row->outcome, Outcome::kNotTracked);
  EXPECT_EQ(row->reason, "list");
  EXPECT_EQ(row->raw_digest, "digest");
  EXPECT_EQ(row->seen_us, 9);
  const StoredRow receipt = Stored(ReceiptRow{"m1", "x1", "record:r1", "files", kOdd, "digest", 9});
  EXPECT_EQ(receipt.text(1), "m1");
  EXPECT_EQ(receipt.text(2), "x1");
  EXPECT_EQ(receipt.text(3), "record:r1");
  EXPECT_EQ(receipt.text(5), kOdd);
  EXPECT_EQ(receipt.integer(7), 9);
}

TEST(WireRows, AClosedNotificationLeavesTheListOfOpenOnes) {
  NotificationRow row{"n1", "p1", "m1", "unassigned", kOdd, 5, std::nullopt, ""};
  EXPECT_EQ(Stored(row).integer(5), 5);
  row.closed_us = 8;
  row.closed_by = "p1";
  const StoredRow closed = Stored(row);
  EXPECT_TRUE(closed.is_null(5));
  const auto read = ReadNotification(closed);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->text, kOdd);
  EXPECT_EQ(read->person, "p1");
  EXPECT_EQ(read->message, "m1");
  EXPECT_EQ(read->kind, "unassigned");
  EXPECT_EQ(read->created_us, 5);
  EXPECT_EQ(read->closed_us, 8);
  EXPECT_EQ(read->closed_by, "p1");
}

TEST(WireRows, ADamagedRowIsDataLossThatNamesCollectionAndKey) {
  const StoredRow good = Stored(RecordRow{"r1", "Name", 3, 2, 9});
  StoredRow cut = good, other = good, narrow = good, empty = good;
  cut.body.resize(cut.body.size() - 1);
  other.columns[1].bytes = "r2";
  narrow.columns.pop_back();
  empty.body.clear();
  for (const StoredRow* row : {&cut, &other, &narrow, &empty}) {
    const Status status = ReadRecord(*row).status();
    EXPECT_EQ(status.code(), Code::kDataLoss);
    EXPECT_EQ(status.subject().substr(0, 10), "records 7 ");
  }
  // Every body of another kind, and every byte spoilt: an error or a row, never a crash.
  const StoredRow message = Stored(WholeMessage());
  for (size_t i = 0; i < message.body.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      StoredRow spoilt = message;
      spoilt.body[i] = static_cast<char>(spoilt.body[i] ^ (1 << bit));
      const auto row = ReadMessage(spoilt);
      EXPECT_TRUE(row.ok() || row.status().code() == Code::kDataLoss);
    }
  }
  StoredRow outcome = Stored(TransportKeyRow{"files", "k", std::nullopt, static_cast<Outcome>(99), "", "d", 1});
  EXPECT_EQ(ReadTransportKey(outcome).status().code(), Code::kDataLoss);
}

TEST(WireRows, FieldsOfANewerVersionAreIgnored) {
  StoredRow stored = Stored(RecordRow{"r1", "Name", 3, 2, 9});
  stored.body += std::string("\xFA\x7D\x03new", 6);  // field 2015, 3 bytes
  const auto row = ReadRecord(stored);
  ASSERT_TRUE(row.ok()) << row.status().ToString();
  EXPECT_EQ(row->name, "Name");
}

}  // namespace
}  // namespace casecomm::wire
