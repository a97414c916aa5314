// SPDX-License-Identifier: Apache-2.0
// What a person reads: a record's page, the unassigned list, a raw mail.
#include <algorithm>
#include <map>
#include <set>

#include "flow/session.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

// Stored numbers of identify::RecordKind and RecordState, as the load document spells them.
constexpr std::string_view kKindNames[] = {"", "case", "intake", "provider", "lead", "matter"};
constexpr std::string_view kStateNames[] = {"", "open", "closed"};

template <size_t N>
std::string NameOf(const std::string_view (&names)[N], uint8_t number) {
  return std::string(number < N ? names[number] : "");
}

Result<std::vector<wire::TargetRow>> ReadTargetRows(host::Store& store, uint32_t index,
                                                    std::vector<std::vector<Value>> prefixes) {
  return flow::ReadNouns(store, store::kTargets, index, std::move(prefixes), wire::ReadTarget);
}

Result<std::map<std::string, wire::MessageRow>> ReadMessageRows(host::Store& store, uint32_t account,
                                                                const std::vector<wire::TargetRow>& targets) {
  std::set<std::string_view> ids;
  for (const auto& target : targets) ids.insert(target.message);
  std::vector<std::vector<Value>> prefixes;
  for (const std::string_view id : ids) prefixes.push_back(flow::Key(account, Value::Text(id)));
  auto rows = flow::ReadNouns(store, store::kMessages, store::kPrimary, std::move(prefixes), wire::ReadMessage);
  if (!rows.ok()) return rows.status();
  std::map<std::string, wire::MessageRow> messages;
  for (wire::MessageRow& row : *rows) {
    std::string id = row.id;
    messages[std::move(id)] = std::move(row);
  }
  return messages;
}

}  // namespace

Result<RecordPage> Session::Impl::ShowRecord(std::string_view record) {
  const std::string id(record);
  if (Status s = Authorize(access::Action::kViewRecord, id); !s.ok()) return s;
  host::Store& store = context_.store();
  auto found = flow::ReadNoun(store, store::kRecords, flow::Key(number(), Value::Text(id)), wire::ReadRecord);
  if (!found.ok()) return found.status();
  if (!*found) return Status(Code::kNotFound, "no_record", id, "no record of this id is in the account");
  const wire::RecordRow& row = **found;
  RecordPage page;
  page.id = row.id;
  page.name = row.name;
  page.kind = NameOf(kKindNames, row.kind);
  page.state = NameOf(kStateNames, row.state);
  auto address = FindAddress(address::Kind::kRecord, id);
  if (!address.ok()) return address.status();
  page.address = std::move(*address);

  host::Query query;
  query.collection = store::kThreads;
  query.index = store::kThreadsByRecord;
  query.prefixes = {flow::Key(number(), Value::Text(id))};
  query.descending = true;
  auto threads = store::ReadRows(store, {query});
  if (!threads.ok()) return threads.status();
  std::map<std::string, size_t> position;  // of a thread or an alias of it, on the page
  std::vector<std::string> fresh;
  for (const store::StoredRow& stored_thread : threads->front()) {
    auto thread = wire::ReadThread(stored_thread);
    if (!thread.ok()) return thread.status();
    position[thread->id] = page.threads.size();
    fresh.push_back(thread->id);
    page.threads.push_back({thread->id, thread->subject, thread->first_us, thread->newest_us, {}});
  }
  while (!fresh.empty()) {  // aliases, and theirs
    std::vector<std::vector<Value>> prefixes;
    for (const std::string& thread : fresh) prefixes.push_back(flow::Key(number(), Value::Text(thread)));
    auto aliases =
        flow::ReadNouns(store, store::kThreads, store::kThreadsByAlias, std::move(prefixes), wire::ReadThread);
    if (!aliases.ok()) return aliases.status();
    std::vector<std::string> next;
    for (const wire::ThreadRow& thread : *aliases) {
      if (!position.emplace(thread.id, position.at(*thread.alias_of)).second) continue;
      next.push_back(thread.id);
    }
    fresh = std::move(next);
  }

  std::vector<std::vector<Value>> prefixes;
  for (const auto& [thread, at] : position) prefixes.push_back(flow::Key(number(), Value::Text(thread)));
  auto targets = ReadTargetRows(store, store::kTargetsByThread, std::move(prefixes));
  if (!targets.ok()) return targets.status();
  auto views = ReadMessages(*targets);
  if (!views.ok()) return views.status();
  for (size_t i = 0; i < targets->size(); ++i) {
    page.threads[position.at(*(*targets)[i].thread)].messages.push_back(std::move((*views)[i]));
  }
  for (ThreadView& thread : page.threads) {
    std::sort(thread.messages.begin(), thread.messages.end(), [](const MessageView& a, const MessageView& b) {
      return std::tie(a.recorded_at_us, a.id) < std::tie(b.recorded_at_us, b.id);
    });
  }
  return page;
}

// A view for each target, in their order.
Result<std::vector<MessageView>> Session::Impl::ReadMessages(const std::vector<wire::TargetRow>& targets) {
  auto messages = ReadMessageRows(context_.store(), number(), targets);
  if (!messages.ok()) return messages.status();
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [id, row] : *messages) prefixes.push_back(flow::Key(number(), Value::Text(id)));
  auto receipts = flow::ReadMany(context_.store(), store::kReceipts, store::kPrimary, std::move(prefixes));
  if (!receipts.ok()) return receipts.status();
  constexpr size_t kMessage = 1, kDestination = 3;
  std::map<std::pair<std::string, std::string>, uint64_t> repeats;  // message, destination
  for (const store::StoredRow& row : *receipts) ++repeats[{row.text(kMessage), row.text(kDestination)}];

  std::vector<MessageView> views;
  for (const wire::TargetRow& target : targets) {
    const auto found = messages->find(target.message);
    if (found == messages->end()) {
      return Status(Code::kDataLoss, "store_damaged", target.message, "a filed message had no row of its own");
    }
    const wire::MessageRow& row = found->second;
    MessageView view;
    view.id = row.id;
    view.message_id = row.message_id;
    view.from = row.from;
    view.to = row.to;
    view.cc = row.cc;
    view.subject = row.subject;
    view.date = row.date_s;
    view.recorded_at_us = target.recorded_us;
    view.rule = target.rule;
    view.reason = target.reason;
    // A drop address and the recipients' other records are its owner's to know (spec CF-02).
    const bool foreign_drop = !is_operator() && target.owner && *target.owner != actor_.person;
    view.sentence = foreign_drop
                        ? "Filed on record " + target.record.value_or("") + ": logged by user " + *target.owner + "."
                        : target.sentence;
    view.filed_by = target.filed_by;
    view.badges = target.badges;
    view.attachments = row.attachments;
    view.receipts = repeats[{target.message, target.destination}];
    views.push_back(std::move(view));
  }
  return views;
}

Result<std::vector<UnassignedView>> Session::Impl::Unassigned() {
  if (Status s = RequireStaff("list unassigned mail"); !s.ok()) return s;
  auto prefix = is_operator() ? flow::Key(number()) : flow::Key(number(), Value::Text(actor_.person));
  auto targets = ReadTargetRows(context_.store(), store::kTargetsByUnassigned, {std::move(prefix)});
  if (!targets.ok()) return targets.status();
  auto messages = ReadMessageRows(context_.store(), number(), *targets);
  if (!messages.ok()) return messages.status();
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [id, row] : *messages) prefixes.push_back(flow::Key(number(), Value::Text(id)));
  auto notices = flow::ReadNouns(context_.store(), store::kNotifications, store::kNotificationsByMessage,
                                 std::move(prefixes), wire::ReadNotification);
  if (!notices.ok()) return notices.status();
  std::map<std::pair<std::string, std::string>, std::string> open;  // message, person -> notification
  for (const wire::NotificationRow& notice : *notices) {
    if (!notice.closed_us && notice.kind == "unassigned") open[{notice.message, notice.person}] = notice.id;
  }

  std::vector<UnassignedView> views;
  for (wire::TargetRow& target : *targets) {
    const auto found = messages->find(target.message);
    if (found == messages->end()) {
      return Status(Code::kDataLoss, "store_damaged", target.message, "an unassigned message had no row of its own");
    }
    const wire::MessageRow& row = found->second;
    UnassignedView view;
    view.id = target.message;
    view.path = row.path;
    view.owner = target.owner.value_or("");
    view.message_id = row.message_id;
    view.subject = row.subject;
    view.from = row.from;
    view.to = row.to;
    view.reason = target.reason;
    view.sentence = target.sentence;
    view.notification = open[{view.id, view.owner}];
    view.recorded_at_us = target.recorded_us;
    view.candidates = std::move(target.candidates);
    views.push_back(std::move(view));
  }
  return views;
}

Result<std::string> Session::Impl::ReadRaw(std::string_view message) {
  auto stored = flow::ReadOne(context_.store(), store::kRaw, flow::Key(number(), Value::Text(message)));
  if (!stored.ok()) return stored.status();
  if (!*stored)
    return Status(Code::kNotFound, "no_message", std::string(message), "no message of this id is in the account");
  return std::move((*stored)->body);
}

Result<std::string> Session::Impl::RawMessage(std::string_view message) {
  if (is_operator()) return ReadRaw(message);
  auto targets = ReadTargetRows(context_.store(), store::kPrimary, {flow::Key(number(), Value::Text(message))});
  if (!targets.ok()) return targets.status();
  for (const wire::TargetRow& target : *targets) {
    const bool own = target.outcome == Outcome::kUnassigned && target.owner == actor_.person;
    if (own) return ReadRaw(message);
    if (target.outcome != Outcome::kFiled || !target.record) continue;
    const Status allowed = Authorize(access::Action::kViewRecord, *target.record);
    if (allowed.ok()) return ReadRaw(message);
    if (allowed.code() != Code::kPermissionDenied) return allowed;
  }
  // The same words whether it is not there or not theirs: no oracle (threat T51).
  return Status(Code::kNotFound, "no_message", std::string(message), "no message of this id is in the account");
}

}  // namespace casecomm
