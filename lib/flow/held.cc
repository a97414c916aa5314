// SPDX-License-Identifier: Apache-2.0
// What waits for a person: held mail, what was set aside, what was done with it, and what could be filed by now.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "flow/inspect.h"
#include "flow/mentions.h"
#include "flow/router.h"
#include "flow/session.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

constexpr int64_t kDayUs = int64_t{24} * 60 * 60 * 1'000'000;
constexpr int32_t kAlertDays[] = {1, 7, 30};

int32_t AlertOf(int64_t age_us) {
  int32_t passed = 0;
  for (const int32_t days : kAlertDays) {
    if (age_us >= days * kDayUs) passed = days;
  }
  return passed;
}

HeldView View(const wire::TargetRow& state, const wire::MessageRow& message, int64_t now_us) {
  HeldView view;
  view.id = state.message;
  view.target = state.destination;
  view.state = state.outcome;
  view.reason = state.reason;
  view.rule = state.rule;
  view.sentence = state.sentence;
  view.path = message.path;
  view.message_id = message.message_id;
  view.subject = message.subject;
  view.from = message.from;
  view.to = message.to;
  view.recorded_at_us = state.recorded_us;
  view.age_us = std::max<int64_t>(0, now_us - state.recorded_us);
  view.alert_days = AlertOf(view.age_us);
  view.size = message.size;
  view.forwarded_to = state.catch_all;
  return view;
}

}  // namespace

Result<Page<HeldView>> Session::Impl::Held(Outcome state, const PageRequest& request) {
  if (Status s = RequireStaff("list held mail"); !s.ok()) return s;
  const bool held = state == Outcome::kHeld;
  if (!held && state != Outcome::kCatchAll && !flow::IsSetAside(state)) {
    return Status(Code::kInvalidArgument, "bad_argument", "state",
                  "the list is of held mail, or of what is in the catch-all, rejected or withdrawn");
  }
  const std::string_view name = OutcomeName(state);
  auto pager = OpenPage(request, store::kTargets, held ? store::kTargetsByHeld : store::kTargetsByAside, {name});
  if (!pager.ok()) return pager.status();
  auto prefix = flow::Key(number());
  if (!held) prefix.push_back(Value::Int(static_cast<int64_t>(state)));
  const auto settled = [&](std::vector<store::StoredRow>* rows) -> Status {
    auto states = flow::Nouns(*rows, wire::ReadTarget);
    if (!states.ok()) return states.status();
    auto may = MaySettle(*states);
    if (!may.ok()) return may.status();
    flow::KeepRows(rows, [&](size_t i) { return (*may)[i]; });
    return {};
  };
  if (Status s = pager->Read(context_.store(), {std::move(prefix)}, /*descending=*/false,
                             is_operator() ? flow::Pager::Filter() : settled);
      !s.ok()) {
    return s;
  }
  Page<HeldView> page;
  auto states = flow::Nouns(pager->Finish(&page.next), wire::ReadTarget);
  if (!states.ok()) return states.status();
  std::set<std::string> ids;
  for (const wire::TargetRow& row : *states) ids.insert(row.message);
  auto messages = MessageRows(ids);
  if (!messages.ok()) return messages.status();
  const int64_t now_us = context_.Now();
  for (const wire::TargetRow& row : *states) page.items.push_back(View(row, messages->at(row.message), now_us));
  return page;
}

Result<Page<ActView>> Session::Impl::Acts(std::string_view message, const PageRequest& request) {
  if (Status s = AuthorizeMessage(message); !s.ok()) return s;
  auto pager = OpenPage(request, store::kActs, store::kPrimary, {message});
  if (!pager.ok()) return pager.status();
  // Of those who may settle the state or edit its record, and of those who may view what it was filed on.
  const auto seen = [&](std::vector<store::StoredRow>* rows) -> Status {
    auto acts = flow::Nouns(*rows, wire::ReadAct);
    if (!acts.ok()) return acts.status();
    std::vector<wire::TargetRow> states;
    std::set<std::string> records;
    for (const wire::ActRow& act : *acts) {
      wire::TargetRow& state = states.emplace_back();
      state.outcome = act.from;
      state.record = act.record;
      state.owner = act.owner;
      state.reason = act.reason;
      records.insert(act.records.begin(), act.records.end());
    }
    auto may = MaySettle(states);
    if (!may.ok()) return may.status();
    auto viewable = Viewable(std::move(records));
    if (!viewable.ok()) return viewable.status();
    flow::KeepRows(rows, [&](size_t i) {
      const auto& filed_on = (*acts)[i].records;
      const bool views = !filed_on.empty() && std::all_of(filed_on.begin(), filed_on.end(), [&](const std::string& id) {
        return viewable->count(id) != 0;
      });
      return (*may)[i] || views;
    });
    return {};
  };
  if (Status s = pager->Read(context_.store(), {flow::Key(number(), Value::Text(message))}, /*descending=*/false,
                             is_operator() ? flow::Pager::Filter() : seen);
      !s.ok()) {
    return s;
  }
  Page<ActView> page;
  auto acts = flow::Nouns(pager->Finish(&page.next), wire::ReadAct);
  if (!acts.ok()) return acts.status();
  for (wire::ActRow& act : *acts) {
    page.items.push_back({std::move(act.id), std::move(act.destination), std::move(act.event), std::move(act.actor),
                          std::move(act.why), act.from, act.to, std::move(act.records), std::move(act.address),
                          act.recorded_us});
  }
  return page;
}

// What the rules and the directory of now would do with the states of a message that wait, where that is to file it on a
// record the actor may edit. Mail that was held for what is in it, or unread, no directory settles.
Result<std::vector<TargetDecision>> Session::Impl::LateTargets(const flow::Snapshot& snapshot,
                                                               const wire::MessageRow& message,
                                                               const std::vector<wire::TargetRow>& states) {
  std::vector<TargetDecision> late;
  auto may = MaySettle(states);
  if (!may.ok()) return may.status();
  std::map<std::string, std::string> waiting;  // what asked -> the state
  for (size_t i = 0; i < states.size(); ++i) {
    const wire::TargetRow& state = states[i];
    const bool of_content = state.rule == flow::kInspect || message.content_key.empty();
    if (flow::Waits(state.outcome) && (*may)[i] && !of_content) waiting[state.target] = state.destination;
  }
  if (waiting.empty()) return late;
  auto raw = StoredRaw(message.id);
  if (!raw.ok()) return raw.status();
  flow::Router router;
  ReadFor(&router, *raw, message.envelope_known, message.envelope_recipients, message.verdict);
  if (!router.IsFor(number())) return late;
  router.Decide(*snapshot.program, number(), *snapshot.directory);
  MailDecision decision =
      router.Describe(*snapshot.program, *snapshot.directory, account_->row().name, /*with_trace=*/false);
  std::set<std::string> records;
  for (size_t i = 0; i < decision.targets.size(); ++i) {
    const route::Target& decided = router.decision().targets[i];
    TargetDecision& target = decision.targets[i];
    if (decided.outcome != Outcome::kFiled) continue;
    const bool drop = decided.owner != identify::kNoPosition;  // a decision names the record that it files on
    const auto state =
        waiting.find(drop ? "drop:" + std::string(snapshot.directory->person(decided.owner).id) : target.target);
    if (state == waiting.end()) continue;
    target.target = state->second;
    records.insert(*target.record);
    late.push_back(std::move(target));
  }
  auto editable = Allowed(access::Action::kEditRecord, std::move(records));
  if (!editable.ok()) return editable.status();
  late.erase(std::remove_if(late.begin(), late.end(),
                            [&](const TargetDecision& target) { return editable->count(*target.record) == 0; }),
             late.end());
  return late;
}

Result<Page<LateMatchView>> Session::Impl::LateMatches(const PageRequest& request) {
  if (Status s = RequireStaff("list late matches"); !s.ok()) return s;
  if (Status s = flow::OfferChanges(context_, number()); !s.ok()) return s;
  auto pager = OpenPage(request, store::kMentions, store::kMentionsByChanged);
  if (!pager.ok()) return pager.status();
  auto snapshot = context_.FreshSnapshot(*account_);
  if (!snapshot.ok()) return snapshot.status();

  std::map<std::string, LateMatchView> views;
  const auto settled = [&](std::vector<store::StoredRow>* rows) -> Status {
    auto mentions = flow::Nouns(*rows, wire::ReadMention);
    if (!mentions.ok()) return mentions.status();
    std::set<std::string> ids;
    for (const wire::MentionRow& mention : *mentions) ids.insert(mention.message);
    auto messages = MessageRows(ids);
    if (!messages.ok()) return messages.status();
    std::vector<std::vector<Value>> prefixes;
    for (const std::string& id : ids) prefixes.push_back(flow::Key(number(), Value::Text(id)));
    auto targets = flow::ReadNouns(context_.store(), store::kTargets, store::kPrimary, prefixes, wire::ReadTarget);
    if (!targets.ok()) return targets.status();
    auto all = flow::ReadNouns(context_.store(), store::kMentions, store::kMentionsByMessage, std::move(prefixes),
                               wire::ReadMention);
    if (!all.ok()) return all.status();
    std::map<std::string, std::vector<wire::TargetRow>> states;
    for (wire::TargetRow& target : *targets) states[target.message].push_back(std::move(target));
    std::map<std::string, std::vector<const wire::MentionRow*>> changed;  // of each message, in the list's order
    for (const wire::MentionRow& mention : *all) {
      if (mention.changed_us) changed[mention.message].push_back(&mention);
    }
    for (auto& [id, mention] : changed) {
      std::sort(mention.begin(), mention.end(), [](const wire::MentionRow* a, const wire::MentionRow* b) {
        return std::tie(a->changed_us, a->hash) < std::tie(b->changed_us, b->hash);
      });
    }
    size_t kept = 0;
    for (size_t i = 0; i < rows->size(); ++i) {
      const wire::MentionRow& mention = (*mentions)[i];
      const auto& its = changed[mention.message];
      // A message is listed once, where its first change stands.
      if (its.empty() || its.front()->hash != mention.hash) continue;
      const wire::MessageRow& message = messages->at(mention.message);
      auto late = LateTargets(*snapshot, message, states[mention.message]);
      if (!late.ok()) return late.status();
      if (late->empty()) continue;
      LateMatchView& view = views[message.id];
      view.id = message.id;
      view.message_id = message.message_id;
      view.subject = message.subject;
      view.from = message.from;
      view.to = message.to;
      view.recorded_at_us = message.recorded_us;
      view.targets = std::move(*late);
      for (const wire::MentionRow* changes : its) {
        for (const std::string& change : changes->changes) {
          if (std::find(view.changes.begin(), view.changes.end(), change) == view.changes.end()) {
            view.changes.push_back(change);
          }
        }
      }
      if (kept != i) (*rows)[kept] = std::move((*rows)[i]);
      ++kept;
    }
    rows->resize(kept);
    return {};
  };
  // The index leaves out rows that nothing changed for.
  if (Status s = pager->Read(context_.store(), {flow::Key(number())}, /*descending=*/false, settled); !s.ok()) return s;
  Page<LateMatchView> page;
  auto mentions = flow::Nouns(pager->Finish(&page.next), wire::ReadMention);
  if (!mentions.ok()) return mentions.status();
  for (const wire::MentionRow& mention : *mentions) page.items.push_back(std::move(views[mention.message]));
  return page;
}

Result<Page<HeldView>> Session::Held(const PageRequest& page, Outcome state) {
  return Fenced([&] { return impl_->Held(state, page); });
}
Result<Page<ActView>> Session::Acts(std::string_view message, const PageRequest& page) {
  return Fenced([&] { return impl_->Acts(message, page); });
}
Result<std::vector<SuggestionView>> Session::Suggestions(std::string_view message) {
  return Fenced([&] { return impl_->Suggestions(message); });
}
Result<Page<LateMatchView>> Session::LateMatches(const PageRequest& page) {
  return Fenced([&] { return impl_->LateMatches(page); });
}

}  // namespace casecomm
