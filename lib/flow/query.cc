// SPDX-License-Identifier: Apache-2.0
// What a person reads: threads, messages, a record's page, the unassigned list.
#include <algorithm>
#include <map>
#include <set>

#include "flow/session.h"
#include "flow/threads.h"
#include "record/words.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

std::set<std::string> MessagesOf(const std::vector<wire::TargetRow>& targets) {
  std::set<std::string> ids;
  for (const wire::TargetRow& target : targets) ids.insert(target.message);
  return ids;
}

Status NoThread(std::string_view thread) {
  return Status(Code::kNotFound, "no_thread", std::string(thread), "no thread of this id is in the account");
}

}  // namespace

Result<std::map<std::string, wire::MessageRow>> Session::Impl::MessageRows(const std::set<std::string>& ids) {
  std::vector<std::vector<Value>> prefixes;
  for (const std::string& id : ids) prefixes.push_back(flow::Key(number(), Value::Text(id)));
  auto rows =
      flow::ReadNouns(context_.store(), store::kMessages, store::kPrimary, std::move(prefixes), wire::ReadMessage);
  if (!rows.ok()) return rows.status();
  std::map<std::string, wire::MessageRow> messages;
  for (wire::MessageRow& row : *rows) {
    std::string id = row.id;
    messages[std::move(id)] = std::move(row);
  }
  for (const std::string& id : ids) {
    if (messages.count(id) == 0) {
      return Status(Code::kDataLoss, "store_damaged", id, "a message that has a state had no row of its own");
    }
  }
  return messages;
}

Result<wire::RecordRow> Session::Impl::FindRecord(std::string_view record, access::Action action) {
  if (Status s = Authorize(action, std::string(record)); !s.ok()) return s;
  auto found =
      flow::ReadNoun(context_.store(), store::kRecords, flow::Key(number(), Value::Text(record)), wire::ReadRecord);
  if (!found.ok()) return found.status();
  if (*found) return std::move(**found);
  return Status(Code::kNotFound, "no_record", std::string(record), "no record of this id is in the account");
}

// The thread of this id, or the one that it was joined to. The same words whether it is not there or not theirs: no
// oracle (threat T51).
Result<wire::ThreadRow> Session::Impl::FindThread(std::string_view thread) {
  std::set<std::string> seen;
  for (std::string id(thread); seen.insert(id).second;) {
    auto row =
        flow::ReadNoun(context_.store(), store::kThreads, flow::Key(number(), Value::Text(id)), wire::ReadThread);
    if (!row.ok()) return row.status();
    if (!*row) return NoThread(thread);
    if ((*row)->alias_of) {
      id = *(*row)->alias_of;
      continue;
    }
    const Status allowed = Authorize(access::Action::kViewRecord, (*row)->record);
    if (allowed.code() == Code::kPermissionDenied) return NoThread(thread);
    if (!allowed.ok()) return allowed;
    return std::move(**row);
  }
  return Status(Code::kDataLoss, "store_damaged", std::string(thread), "threads were joined in a circle");
}

Result<Page<ThreadSummary>> Session::Impl::Threads(std::string_view record, const PageRequest& request) {
  if (auto found = FindRecord(record); !found.ok()) return found.status();
  auto pager = OpenPage(request, store::kThreads, store::kThreadsByRecord, {record});
  if (!pager.ok()) return pager.status();
  const auto prefix = flow::Key(number(), Value::Text(record));
  if (Status s = pager->Read(context_.store(), {prefix}, /*descending=*/true); !s.ok()) return s;
  Page<ThreadSummary> page;
  auto threads = flow::Nouns(pager->Finish(&page.next), wire::ReadThread);
  if (!threads.ok()) return threads.status();
  for (wire::ThreadRow& row : *threads) {
    page.items.push_back(
        {std::move(row.id), std::move(row.record), std::move(row.subject), row.first_us, row.newest_us});
  }
  return page;
}

Result<Page<MessageView>> Session::Impl::Messages(std::string_view thread, const PageRequest& request) {
  auto found = FindThread(thread);
  if (!found.ok()) return found.status();
  auto pager = OpenPage(request, store::kTargets, store::kTargetsByThread, {thread});
  if (!pager.ok()) return pager.status();
  std::map<std::string, size_t> threads = {{found->id, 0}};
  if (Status s = flow::AddAliases(context_.store(), number(), &threads); !s.ok()) return s;
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [id, at] : threads) prefixes.push_back(flow::Key(number(), Value::Text(id)));
  if (Status s = pager->Read(context_.store(), std::move(prefixes)); !s.ok()) return s;
  Page<MessageView> page;
  auto targets = flow::Nouns(pager->Finish(&page.next), wire::ReadTarget);
  if (!targets.ok()) return targets.status();
  auto views = ReadMessages(*targets);
  if (!views.ok()) return views.status();
  page.items = std::move(*views);
  return page;
}

Result<RecordPage> Session::Impl::ShowRecord(std::string_view record) {
  auto row = FindRecord(record);
  if (!row.ok()) return row.status();
  RecordPage page;
  page.id = row->id;
  page.name = row->name;
  page.kind = record::WordOf(record::kRecordKinds, row->kind);
  page.state = record::WordOf(record::kRecordStates, row->state);
  auto address = FindAddress(address::Kind::kRecord, record);
  if (!address.ok()) return address.status();
  page.address = std::move(*address);

  host::Query query;
  query.collection = store::kThreads;
  query.index = store::kThreadsByRecord;
  query.prefixes = {flow::Key(number(), Value::Text(record))};
  query.descending = true;
  auto threads = store::ReadRows(context_.store(), {query});
  if (!threads.ok()) return threads.status();
  std::map<std::string, size_t> position;  // of a thread or an alias of it, on the page
  for (const store::StoredRow& stored_thread : threads->front()) {
    auto thread = wire::ReadThread(stored_thread);
    if (!thread.ok()) return thread.status();
    position[thread->id] = page.threads.size();
    page.threads.push_back({thread->id, thread->subject, thread->first_us, thread->newest_us, {}});
  }
  if (Status s = flow::AddAliases(context_.store(), number(), &position); !s.ok()) return s;

  std::vector<std::vector<Value>> prefixes;
  for (const auto& [thread, at] : position) prefixes.push_back(flow::Key(number(), Value::Text(thread)));
  auto targets = flow::ReadNouns(context_.store(), store::kTargets, store::kTargetsByThread, std::move(prefixes),
                                 wire::ReadTarget);
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
  auto messages = MessageRows(MessagesOf(targets));
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
    const wire::MessageRow& row = messages->at(target.message);
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

Result<Page<UnassignedView>> Session::Impl::Unassigned(const PageRequest& request) {
  if (Status s = RequireStaff("list unassigned mail"); !s.ok()) return s;
  auto pager = OpenPage(request, store::kTargets, store::kTargetsByUnassigned);
  if (!pager.ok()) return pager.status();
  auto prefix = is_operator() ? flow::Key(number()) : flow::Key(number(), Value::Text(actor_.person));
  if (Status s = pager->Read(context_.store(), {std::move(prefix)}); !s.ok()) return s;
  Page<UnassignedView> page;
  auto targets = flow::Nouns(pager->Finish(&page.next), wire::ReadTarget);
  if (!targets.ok()) return targets.status();
  auto messages = MessageRows(MessagesOf(*targets));
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

  for (wire::TargetRow& target : *targets) {
    const wire::MessageRow& row = messages->at(target.message);
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
    page.items.push_back(std::move(view));
  }
  return page;
}

}  // namespace casecomm
