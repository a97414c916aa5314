// SPDX-License-Identifier: Apache-2.0
#include "list.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "casecomm/casecomm.h"
#include "casecomm/host.h"
#include "casecomm/json.h"
#include "fence.h"
#include "objects.h"

namespace casecomm::capi {
namespace {

casecomm_account FactsOf(const AccountInfo& account, ItemViews*) {
  auto facts = Sized<casecomm_account>();
  facts.name = Str(account.name);
  facts.domain = Str(account.domain);
  facts.preset = Str(account.preset);
  facts.policy = Str(account.policy);
  return facts;
}

casecomm_person FactsOf(const PersonView& person, ItemViews* views) {
  auto facts = Sized<casecomm_person>();
  facts.id = Str(person.id);
  facts.kind = Str(person.kind);
  facts.name = Str(person.name);
  facts.emails = views->strings.Strings(person.emails);
  facts.email_count = person.emails.size();
  return facts;
}

casecomm_record FactsOf(const RecordView& record, ItemViews*) {
  auto facts = Sized<casecomm_record>();
  facts.id = Str(record.id);
  facts.kind = Str(record.kind);
  facts.name = Str(record.name);
  facts.state = Str(record.state);
  facts.sender_policy = Str(record.sender_policy);
  return facts;
}

casecomm_assignment FactsOf(const AssignmentView& assignment, ItemViews*) {
  auto facts = Sized<casecomm_assignment>();
  facts.record = Str(assignment.record);
  facts.person = Str(assignment.person);
  facts.role = Str(assignment.role);
  return facts;
}

casecomm_address FactsOf(const AddressEntry& entry, ItemViews*) {
  auto facts = Sized<casecomm_address>();
  facts.id = Str(entry.id);
  facts.kind = Str(entry.kind);
  facts.address = Str(entry.address);
  facts.state = Str(entry.state);
  facts.person = Str(entry.person);
  facts.email = Str(entry.email);
  facts.created_at_us = entry.created_at_us;
  facts.expires_at_us = entry.expires_at_us.value_or(0);
  return facts;
}

casecomm_forward FactsOf(const ForwardView& view, ItemViews*) {
  auto facts = Sized<casecomm_forward>();
  facts.id = Str(view.id);
  facts.catch_all = Str(view.catch_all);
  facts.target = Str(view.target);
  facts.reason = Str(view.reason);
  facts.sentence = Str(view.sentence);
  facts.recorded_at_us = view.recorded_at_us;
  return facts;
}

casecomm_thread FactsOf(const ThreadSummary& thread, ItemViews*) {
  auto facts = Sized<casecomm_thread>();
  facts.id = Str(thread.id);
  facts.record = Str(thread.record);
  facts.subject = Str(thread.subject);
  facts.first_at_us = thread.first_at_us;
  facts.newest_at_us = thread.newest_at_us;
  return facts;
}

casecomm_message FactsOf(const MessageView& message, ItemViews* views) {
  const auto& attachments = views->attachments.emplace_back(message.attachments, AttachmentView);
  auto facts = Sized<casecomm_message>();
  facts.flags = message.date ? CASECOMM_MESSAGE_DATE_KNOWN : 0;
  facts.id = Str(message.id);
  facts.message_id = OptionalStr(message.message_id);
  facts.from = views->strings.Strings(message.from);
  facts.from_count = message.from.size();
  facts.to = views->strings.Strings(message.to);
  facts.to_count = message.to.size();
  facts.cc = views->strings.Strings(message.cc);
  facts.cc_count = message.cc.size();
  facts.subject = OptionalStr(message.subject);
  facts.date = message.date.value_or(0);
  facts.recorded_at_us = message.recorded_at_us;
  facts.rule = Str(message.rule);
  facts.reason = Str(message.reason);
  facts.sentence = Str(message.sentence);
  facts.filed_by = Str(message.filed_by);
  facts.badges = views->strings.Strings(message.badges);
  facts.badge_count = message.badges.size();
  facts.attachments = attachments.data();
  facts.attachment_count = attachments.size();
  facts.receipts = message.receipts;
  return facts;
}

casecomm_unassigned FactsOf(const UnassignedView& unassigned, ItemViews* views) {
  const auto& candidates = views->candidates.emplace_back(unassigned.candidates, CandidateView);
  auto facts = Sized<casecomm_unassigned>();
  facts.id = Str(unassigned.id);
  facts.path = Str(unassigned.path);
  facts.owner = Str(unassigned.owner);
  facts.message_id = OptionalStr(unassigned.message_id);
  facts.subject = OptionalStr(unassigned.subject);
  facts.from = views->strings.Strings(unassigned.from);
  facts.from_count = unassigned.from.size();
  facts.to = views->strings.Strings(unassigned.to);
  facts.to_count = unassigned.to.size();
  facts.reason = Str(unassigned.reason);
  facts.sentence = Str(unassigned.sentence);
  facts.notification = Str(unassigned.notification);
  facts.recorded_at_us = unassigned.recorded_at_us;
  facts.candidates = candidates.data();
  facts.candidate_count = candidates.size();
  return facts;
}

casecomm_recipient_result FactsOf(const host::RecipientResult& result, ItemViews*) {
  auto facts = Sized<casecomm_recipient_result>();
  facts.state = static_cast<int32_t>(result.state);
  facts.reply = result.reply;
  facts.words = Str(result.words);
  return facts;
}

template <typename View, typename Facts>
struct ItemList final : FactsList<Facts> {
  ItemList(std::vector<View> its_items, std::string cursor)
      : FactsList<Facts>(std::move(cursor)), items(std::move(its_items)) {
    this->facts.reserve(items.size());
    for (const View& item : items) this->facts.push_back(FactsOf(item, &views));
  }
  std::string Json(size_t position) const override { return ToJson(items[position]); }

  const std::vector<View> items;
  ItemViews views;
};

template <typename Facts, typename View>
ListResult Made(Result<Page<View>> page) {
  if (!page.ok()) return page.status();
  return std::shared_ptr<ListObject>(
      std::make_shared<ItemList<View, Facts>>(std::move(page.value().items), std::move(page.value().next)));
}

template <typename View>
struct JsonList final : ListObject {
  JsonList(std::vector<View> its_items, std::string cursor)
      : ListObject(std::move(cursor)), items(std::move(its_items)) {}
  size_t count() const override { return items.size(); }
  std::string Json(size_t position) const override { return ToJson(items[position]); }

  const std::vector<View> items;
};

template <typename View>
ListResult MadeOfJson(Result<Page<View>> page) {
  if (!page.ok()) return page.status();
  return std::shared_ptr<ListObject>(
      std::make_shared<JsonList<View>>(std::move(page.value().items), std::move(page.value().next)));
}

// The item at a position of a list of such items.
template <typename Facts>
casecomm_status ReadItem(casecomm_list list, size_t position, Facts* out, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(list);
    in.Out(out);
    if (!in.ok()) return in.status();
    const auto* items = dynamic_cast<const FactsList<Facts>*>(object.get());
    if (!items) {
      return Status(Code::kInvalidArgument, "wrong_item", "list", "the list held items of another kind");
    }
    if (position >= items->facts.size()) return Status(Code::kOutOfRange, "the list had no item at this position");
    Write(items->facts[position], out);
    return Status();
  });
}

}  // namespace

ListResult ListOf(Result<std::vector<AccountInfo>> accounts) {
  if (!accounts.ok()) return accounts.status();
  return Made<casecomm_account>(Result<Page<AccountInfo>>(Page<AccountInfo>{std::move(accounts).value(), {}}));
}
ListResult ListOf(Result<Page<PersonView>> page) {
  return Made<casecomm_person>(std::move(page));
}
ListResult ListOf(Result<Page<RecordView>> page) {
  return Made<casecomm_record>(std::move(page));
}
ListResult ListOf(Result<Page<AssignmentView>> page) {
  return Made<casecomm_assignment>(std::move(page));
}
ListResult ListOf(Result<Page<AddressEntry>> page) {
  return Made<casecomm_address>(std::move(page));
}
ListResult ListOf(Result<Page<ThreadSummary>> page) {
  return Made<casecomm_thread>(std::move(page));
}
ListResult ListOf(Result<Page<MessageView>> page) {
  return Made<casecomm_message>(std::move(page));
}
ListResult ListOf(Result<Page<UnassignedView>> page) {
  return Made<casecomm_unassigned>(std::move(page));
}
ListResult ListOf(Result<Page<HeldView>> page) {
  return MadeOfJson(std::move(page));
}
ListResult ListOf(Result<Page<ActView>> page) {
  return MadeOfJson(std::move(page));
}
ListResult ListOf(Result<Page<LateMatchView>> page) {
  return MadeOfJson(std::move(page));
}
ListResult ListOf(Result<std::vector<SuggestionView>> suggestions) {
  if (!suggestions.ok()) return suggestions.status();
  return MadeOfJson(Result<Page<SuggestionView>>(Page<SuggestionView>{std::move(suggestions).value(), {}}));
}

ListResult ListOf(Result<Page<ForwardView>> page) {
  return Made<casecomm_forward>(std::move(page));
}
ListResult ListOf(Result<host::Delivery> delivery) {
  if (!delivery.ok()) return delivery.status();
  auto list = Made<casecomm_recipient_result>(
      Result<Page<host::RecipientResult>>(Page<host::RecipientResult>{std::move(delivery.value().recipients), {}}));
  if (list.ok()) list.value()->message_id = std::move(delivery.value().message_id);
  return list;
}

}  // namespace casecomm::capi

using namespace casecomm::capi;
using casecomm::Code;
using casecomm::Status;

casecomm_status casecomm_list_read(casecomm_list list, casecomm_list_facts* out, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(list);
    in.Out(out);
    if (!in.ok()) return in.status();
    auto facts = Sized<casecomm_list_facts>();
    facts.count = object->count();
    facts.next = Str(object->next);
    if (!object->message_id.empty()) facts.message_id = Str(object->message_id);
    Write(facts, out);
    return Status();
  });
}

casecomm_status casecomm_list_json(casecomm_list list, size_t position, casecomm_text* out, casecomm_error* error) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<TextObject>> {
    Arguments in;
    const auto object = in.Pin(list);
    if (!in.ok()) return in.status();
    if (position >= object->count()) return Status(Code::kOutOfRange, "the list had no item at this position");
    return TextOf(object->Json(position));
  });
}

casecomm_status casecomm_list_account(casecomm_list list, size_t position, casecomm_account* out,
                                      casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_person(casecomm_list list, size_t position, casecomm_person* out, casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_record(casecomm_list list, size_t position, casecomm_record* out, casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_assignment(casecomm_list list, size_t position, casecomm_assignment* out,
                                         casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_address(casecomm_list list, size_t position, casecomm_address* out,
                                      casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_thread(casecomm_list list, size_t position, casecomm_thread* out, casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_message(casecomm_list list, size_t position, casecomm_message* out,
                                      casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_unassigned(casecomm_list list, size_t position, casecomm_unassigned* out,
                                         casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_forward(casecomm_list list, size_t position, casecomm_forward* out,
                                      casecomm_error* error) {
  return ReadItem(list, position, out, error);
}
casecomm_status casecomm_list_recipient_result(casecomm_list list, size_t position, casecomm_recipient_result* out,
                                               casecomm_error* error) {
  return ReadItem(list, position, out, error);
}

void casecomm_list_release(casecomm_list list) {
  Release(list);
}
