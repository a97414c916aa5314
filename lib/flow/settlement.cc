// SPDX-License-Identifier: Apache-2.0
#include "flow/settlement.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "flow/filing.h"
#include "flow/mentions.h"
#include "scan/content.h"
#include "store/collections.h"

namespace casecomm::flow {
namespace {

using host::Value;

std::string Quoted(const wire::RecordRow& record) {
  return record.id + " \"" + record.name + "\"";
}

// The rule of what a person filed.
std::string_view RuleOf(Event event) {
  if (event == Event::kLinked) return kLinkedByHand;
  return event == Event::kReleased ? "released_by_hand" : "rerouted_by_hand";
}

std::string HowFiled(const Settlement::Act& act) {
  std::string text = std::string(EventName(act.event)) + " by " + act.actor;
  if (!act.contact.empty()) text += ", with contact " + act.contact;
  return text;
}

// What a turned state is told as; the row keeps what the rules said of it.
std::string Turned(const wire::TargetRow& row, const Settlement::Act& act) {
  const std::string by = " by " + act.actor + (act.why.empty() ? "." : ": " + act.why);
  switch (act.event) {
    case Event::kForwarded:
      return "Forwarded to " + act.address + by;
    case Event::kRejected:
      return "Rejected" + by;
    case Event::kWithdrawn:
      return "Withdrawn" + by;
    default:
      return "Restored, so that it is " + std::string(OutcomeName(row.outcome)) + " again," + by;
  }
}

}  // namespace

std::vector<Value> Settlement::TargetKey(const std::string& destination) const {
  return Key(number_, Value::Text(message_.id), Value::Text(destination));
}

std::vector<Value> Settlement::ContentKey(const std::string& destination) const {
  return Key(number_, Value::Text(destination), Value::Bytes(message_.content_key));
}

Status Settlement::Read(const std::string& message) {
  now_us_ = context_.RecordTime();
  auto row = ReadNoun(context_.store(), store::kMessages, Key(number_, Value::Text(message)), wire::ReadMessage);
  if (!row.ok()) return row.status();
  if (!*row) return Status(Code::kNotFound, "no_message", message, "no message of this id is in the account");
  message_ = std::move(**row);
  auto states = ReadNouns(context_.store(), store::kTargets, store::kPrimary, {Key(number_, Value::Text(message))},
                          wire::ReadTarget);
  if (!states.ok()) return states.status();
  states_ = std::move(*states);
  decision_.account = account_.name;
  decision_.id = message_.id;
  decision_.message_id = message_.message_id;
  decision_.outcome = Outcome::kWithdrawn;  // the last of the order
  return {};
}

void Settlement::Tell(const wire::TargetRow& row, const std::string& sentence) {
  TargetDecision target;
  target.target = row.target;
  if (row.outcome == Outcome::kFiled || row.outcome == Outcome::kDuplicate) target.record = row.record;
  target.outcome = row.outcome;
  target.rule = row.rule;
  target.reason = row.reason;
  if (row.outcome == Outcome::kFiled) target.thread = row.thread.value_or("");
  target.sentence = sentence;
  decision_.outcome = std::min(decision_.outcome, row.outcome);
  if (target.record) decision_.records.push_back(*target.record);
  decision_.targets.push_back(std::move(target));
}

Status Settlement::AddReceipt(const std::string& earlier, const std::string& destination) {
  wire::ReceiptRow receipt;
  receipt.message = earlier;
  receipt.destination = destination;
  receipt.source = message_.source;
  receipt.raw_digest = message_.raw_digest;
  receipt.recorded_us = now_us_;
  return PutNew(context_, number_, std::move(receipt), &batch_);
}

Status Settlement::AddAct(const wire::TargetRow& state, Outcome to, std::vector<std::string> records, const Act& act) {
  wire::ActRow row;
  row.message = message_.id;
  row.destination = state.destination;
  row.target = state.target;
  row.event = EventName(act.event);
  row.actor = act.actor;
  row.why = act.why;
  row.from = state.outcome;
  row.to = to;
  row.record = state.record;
  row.owner = state.owner;
  row.records = std::move(records);
  row.address = act.address;
  row.reason = state.reason;
  row.recorded_us = now_us_;
  return PutNew(context_, number_, std::move(row), &batch_);
}

Status Settlement::FileOn(const wire::TargetRow& state, const std::vector<wire::RecordRow>& records,
                          const scan::Envelope& envelope, const Act& act) {
  const auto traits = ThreadTraits::Of(envelope, message_.subject.value_or(""), context_, account_, now_us_);
  ThreadBook threads(number_);
  std::vector<std::vector<Value>> content_keys;
  const bool keyed = !message_.content_key.empty();  // what was held unread has no key, and is nobody's duplicate
  std::vector<std::string> destinations;
  for (const wire::RecordRow& record : records) {
    threads.Want(record.id, traits);
    destinations.push_back("record:" + record.id);
  }
  for (const std::string& destination : destinations) {
    if (keyed) content_keys.push_back(ContentKey(destination));
  }
  if (Status s = threads.Load(context_.store()); !s.ok()) return s;
  auto contents = ReadMany(context_.store(), store::kContentKeys, store::kPrimary, std::move(content_keys));
  if (!contents.ok()) return contents.status();
  std::map<std::string, std::string> earlier;  // destination -> message that has the content
  for (const store::StoredRow& row : *contents) earlier[row.text(1)] = row.text(3);

  std::vector<std::string> filed_on;
  for (size_t i = 0; i < records.size(); ++i) {
    const wire::RecordRow& record = records[i];
    const std::string& destination = destinations[i];
    batch_.Require(store::kRecords, Key(number_, Value::Text(record.id)), record.version);
    wire::TargetRow row;
    row.message = message_.id;
    row.destination = destination;
    row.target = state.target;
    row.record = record.id;
    row.owner = state.owner;
    row.rule = RuleOf(act.event);
    row.filed_by = act.actor;
    row.origin = state.destination;
    if (!act.contact.empty()) row.contact = act.contact;
    const auto found = earlier.find(destination);
    if (found != earlier.end()) {
      if (Status s = AddReceipt(found->second, destination); !s.ok()) return s;
      row.outcome = Outcome::kDuplicate;
      row.reason = "duplicate_content";
      row.sentence = "Record " + Quoted(record) + " has the same content already as message " + found->second +
                     "; a receipt was added.";
    } else {
      auto thread = context_.NewId();
      if (!thread.ok()) return thread.status();
      Placed placed = threads.Place(record.id, traits, message_.id, std::move(*thread), &now_us_);
      row.thread = std::move(placed.thread);
      row.outcome = Outcome::kFiled;
      row.reason = EventName(act.event);
      row.sentence = "Filed on record " + Quoted(record) + ": " + HowFiled(act) + ".";
      row.badges = state.badges;
      if (placed.id_again) row.badges.emplace_back(kMessageIdAgain);
      if (act.event != Event::kLinked) {
        if (record.state == static_cast<uint8_t>(identify::RecordState::kClosed))
          row.badges.emplace_back("record_closed");
        row.badges.emplace_back("released");
      }
      if (keyed) TakeContent(destination);
    }
    row.recorded_us = now_us_;
    filed_on.push_back(record.id);
    // The record may have this very message, by its own address: that row stays as it is.
    const bool there = row.outcome == Outcome::kDuplicate && found->second == message_.id;
    if (!there) {
      const bool known = std::any_of(states_.begin(), states_.end(),
                                     [&](const wire::TargetRow& other) { return other.destination == destination; });
      if (!known) batch_.Require(store::kTargets, TargetKey(destination), 0);
      wire::Put(batch_, number_, row);
    }
    Tell(row, row.sentence);
  }
  batch_.Erase(store::kTargets, TargetKey(state.destination));
  threads.Write(batch_);
  if (Status s = CloseNotices(state, /*filed_elsewhere=*/true, act.actor); !s.ok()) return s;
  if (Status s = SettleMentions(state, /*waits=*/false, envelope); !s.ok()) return s;
  return AddAct(state, Outcome::kFiled, std::move(filed_on), act);
}

Status Settlement::Turn(const wire::TargetRow& state, Outcome next, const scan::Envelope& envelope, const Act& act) {
  wire::TargetRow row = state;
  row.outcome = next;
  row.before.reset();
  if (IsSetAside(next)) {
    row.before = state.outcome;
    if (Status s = LeaveContent(state); !s.ok()) return s;
    if (state.outcome == Outcome::kFiled) {
      if (Status s = LeaveThread(state); !s.ok()) return s;
    }
    if (Status s = CloseNotices(state, FiledBeside(state), act.actor); !s.ok()) return s;
  } else if (act.event == Event::kForwarded) {
    row.catch_all = act.address;
  } else if (Status s = ReturnContent(&row); !s.ok()) {
    return s;
  }
  if (act.event == Event::kRestored && row.outcome == Outcome::kFiled) {
    if (Status s = ReturnThread(row); !s.ok()) return s;
  }
  if (act.event == Event::kRestored && row.outcome == Outcome::kUnassigned) {
    if (Status s = Notify(row); !s.ok()) return s;
  }
  wire::Put(batch_, number_, row);
  if (Status s = SettleMentions(state, Waits(row.outcome), envelope); !s.ok()) return s;
  Tell(row, row.outcome == Outcome::kDuplicate ? row.sentence : Turned(row, act));
  return AddAct(state, row.outcome, {}, act);
}

void Settlement::TakeContent(const std::string& destination) {
  const auto key = ContentKey(destination);
  batch_.Require(store::kContentKeys, key, 0);
  batch_.Put(store::kContentKeys, {key[0], key[1], key[2], Value::Text(message_.id), Value::Int(now_us_)});
}

// The content may come again, here and by the way that it came: nothing keeps it any more.
Status Settlement::LeaveContent(const wire::TargetRow& state) {
  if (message_.content_key.empty()) return {};
  std::vector<std::vector<Value>> keys = {ContentKey(state.destination)};
  const bool last = std::none_of(states_.begin(), states_.end(), [&](const wire::TargetRow& other) {
    return other.destination != state.destination && other.origin == state.origin && !IsSetAside(other.outcome);
  });
  if (!state.origin.empty() && last) keys.push_back(ContentKey(state.origin));
  auto rows = ReadMany(context_.store(), store::kContentKeys, store::kPrimary, std::move(keys));
  if (!rows.ok()) return rows.status();
  for (const store::StoredRow& row : *rows) {
    if (row.text(3) != message_.id) continue;
    const auto key = ContentKey(row.text(1));
    batch_.Require(store::kContentKeys, key, row.version);
    batch_.Erase(store::kContentKeys, key);
  }
  return {};
}

// The content is there again; where the same came meanwhile, this is a receipt of it.
Status Settlement::ReturnContent(wire::TargetRow* row) {
  if (message_.content_key.empty()) return {};
  std::set<std::string> wanted = {row->destination};
  if (!row->origin.empty()) wanted.insert(row->origin);
  std::vector<std::vector<Value>> keys;
  for (const std::string& destination : wanted) keys.push_back(ContentKey(destination));
  auto rows = ReadMany(context_.store(), store::kContentKeys, store::kPrimary, std::move(keys));
  if (!rows.ok()) return rows.status();
  std::map<std::string, std::string> there;
  for (const store::StoredRow& stored : *rows) there[stored.text(1)] = stored.text(3);
  if (const auto other = there.find(row->destination); other != there.end() && other->second != message_.id) {
    row->outcome = Outcome::kDuplicate;
    row->reason = "duplicate_content";
    row->sentence = "The same content came meanwhile as message " + other->second + "; a receipt was added.";
    row->thread.reset();
    return AddReceipt(other->second, row->destination);
  }
  for (const std::string& destination : wanted) {
    if (there.count(destination) == 0) TakeContent(destination);
  }
  return {};
}

Result<wire::ThreadRow> Settlement::HeadOf(const wire::TargetRow& state) {
  const std::string thread = state.thread.value_or("");
  auto head = FindHead(context_.store(), number_, thread);
  if (!head.ok()) return head.status();
  if (*head) return std::move(**head);
  return Status(Code::kDataLoss, "store_damaged", thread, "a filed message's thread had no row of its own");
}

void Settlement::PutHead(const wire::ThreadRow& head) {
  batch_.Require(store::kThreads, Key(number_, Value::Text(head.id)), head.version);
  wire::Put(batch_, number_, head);
}

// A thread is listed while mail is filed in it. Its newest time stays: lists do not jump back.
Status Settlement::LeaveThread(const wire::TargetRow& state) {
  auto head = HeadOf(state);
  if (!head.ok()) return head.status();
  std::map<std::string, size_t> threads = {{head->id, 0}};
  if (Status s = AddAliases(context_.store(), number_, &threads); !s.ok()) return s;
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [id, at] : threads) prefixes.push_back(Key(number_, Value::Text(id)));
  auto queries = QueriesOf(store::kTargets, store::kTargetsByThread, std::move(prefixes));
  for (host::Query& query : queries) query.limit = 2;  // this one and another
  auto rows = store::ReadRows(context_.store(), queries);
  if (!rows.ok()) return rows.status();
  size_t filed = 0;
  for (const auto& part : *rows) filed += part.size();
  head->empty = filed <= 1;
  PutHead(*head);
  return {};
}

Status Settlement::ReturnThread(const wire::TargetRow& state) {
  auto head = HeadOf(state);
  if (!head.ok()) return head.status();
  head->empty = false;
  PutHead(*head);
  return {};
}

bool Settlement::FiledBeside(const wire::TargetRow& state) const {
  return std::any_of(states_.begin(), states_.end(), [&](const wire::TargetRow& other) {
    return other.destination != state.destination && other.outcome == Outcome::kFiled;
  });
}

// Those of what waited for its owner; and those of filed mail, once it is filed nowhere.
Status Settlement::CloseNotices(const wire::TargetRow& state, bool filed_elsewhere, const std::string& actor) {
  auto notices = ReadNouns(context_.store(), store::kNotifications, store::kNotificationsByMessage,
                           {Key(number_, Value::Text(message_.id))}, wire::ReadNotification);
  if (!notices.ok()) return notices.status();
  for (wire::NotificationRow& notice : *notices) {
    if (notice.closed_us) continue;
    const bool of_owner = notice.kind == "unassigned";
    if (of_owner ? state.outcome != Outcome::kUnassigned || notice.person != state.owner
                 : state.outcome != Outcome::kFiled || filed_elsewhere) {
      continue;
    }
    notice.closed_us = now_us_;
    notice.closed_by = actor;
    batch_.Require(store::kNotifications, Key(number_, Value::Text(notice.id)), notice.version);
    wire::Put(batch_, number_, notice);
  }
  return {};
}

Status Settlement::Notify(const wire::TargetRow& state) {
  wire::NotificationRow notice;
  notice.person = state.owner.value_or("");
  notice.message = message_.id;
  notice.kind = "unassigned";
  notice.text = state.sentence;
  notice.created_us = now_us_;
  return PutNew(context_, number_, std::move(notice), &batch_);
}

// They stand while some state of the message waits. What comes back to waiting is looked at anew: the directory may have
// changed meanwhile.
Status Settlement::SettleMentions(const wire::TargetRow& state, bool waits, const scan::Envelope& envelope) {
  if (waits) {
    const auto original = scan::ReadMail(envelope).forwarded;
    auto hashes = MentionsOf(number_, envelope, original, message_.envelope_recipients);
    if (state.record) hashes.push_back(RecordMention(number_, *state.record));
    for (const int64_t hash : std::set<int64_t>(hashes.begin(), hashes.end())) {
      wire::Put(batch_, number_, wire::MentionRow{hash, message_.id, now_us_, {"the message was restored"}, 0});
    }
    return {};
  }
  const bool other_waits = std::any_of(states_.begin(), states_.end(), [&](const wire::TargetRow& other) {
    return other.destination != state.destination && Waits(other.outcome);
  });
  if (other_waits) return {};
  auto rows = ReadNouns(context_.store(), store::kMentions, store::kMentionsByMessage,
                        {Key(number_, Value::Text(message_.id))}, wire::ReadMention);
  if (!rows.ok()) return rows.status();
  for (const wire::MentionRow& row : *rows) {
    const auto key = Key(number_, Value::Int(row.hash), Value::Text(row.message));
    batch_.Require(store::kMentions, key, row.version);
    batch_.Erase(store::kMentions, key);
  }
  return {};
}

Result<MailDecision> Settlement::Commit() {
  // Of all states: what was said of one may rest on the others.
  for (const wire::TargetRow& state : states_) {
    batch_.Require(store::kTargets, TargetKey(state.destination), state.version);
  }
  if (Status s = store::CommitOne(context_.store(), batch_.batch()); !s.ok()) return s;
  return std::move(decision_);
}

}  // namespace casecomm::flow
