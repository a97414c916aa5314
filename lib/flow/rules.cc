// SPDX-License-Identifier: Apache-2.0
// The rules of an account: read, changed, and rehearsed against mail.
#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "casecomm/json.h"
#include "flow/router.h"
#include "flow/rule_set.h"
#include "flow/session.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

// What makes two decisions one: where the mail ends, whatever rule says so.
std::vector<std::tuple<std::string, Outcome, std::string>> Ends(const MailDecision& decision) {
  std::vector<std::tuple<std::string, Outcome, std::string>> ends;
  for (const TargetDecision& target : decision.targets) {
    ends.emplace_back(target.target, target.outcome, target.record.value_or(""));
  }
  std::sort(ends.begin(), ends.end());
  return ends;
}

}  // namespace

Result<RuleSet> RuleSet::Parse(std::string_view json) {
  return Fenced([&]() -> Result<RuleSet> {
    auto program = route::Program::Parse(json);
    if (!program.ok()) return program.status();
    return RuleSet(std::make_shared<const State>(State{std::string(json), std::move(*program)}));
  });
}

Result<RuleSet> RuleSet::Preset(std::string_view name) {
  return Fenced([&]() -> Result<RuleSet> {
    auto document = route::Program::PresetDocument(name);
    if (!document.ok()) return document.status();
    return Parse(*document);
  });
}

std::vector<std::string> RuleSet::Presets() {
  std::vector<std::string> names;
  for (const std::string_view name : route::Program::PresetNames()) names.emplace_back(name);
  return names;
}

const std::string& RuleSet::name() const {
  return state_->program.name();
}
std::string RuleSet::policy() const {
  return std::string(state_->program.policy());
}
std::string RuleSet::catch_all() const {
  return state_->program.settings().catch_all;
}
const std::string& RuleSet::document() const {
  return state_->document;
}

std::vector<RuleView> RuleSet::Rules() const {
  std::vector<RuleView> views;
  for (const route::Rule& rule : state_->program.rules()) {
    RuleView& view = views.emplace_back();
    view.name = rule.name;
    view.document = rule.document;
    for (const route::Condition& condition : rule.when) view.when.push_back(state_->program.ConditionText(condition));
    view.action = route::ActionName(rule.action);
    view.reason = rule.reason;
    view.sentence = rule.sentence;
    view.notify_editors = rule.notify_editors;
  }
  return views;
}

std::string ToJson(const RuleSet& rules) {
  std::string all;
  for (const RuleView& rule : rules.Rules()) all += (all.empty() ? "" : ",") + ToJson(rule);
  return "{\"name\":" + JsonQuote(rules.name()) + ",\"policy\":" + JsonQuote(rules.policy()) + ",\"rules\":[" + all +
         "]}";
}

Result<RuleSet> Session::Impl::Rules() {
  if (Status s = RequireStaff("read the rules"); !s.ok()) return s;
  auto document = context_.ReadRules(account_->row());
  if (!document.ok()) return document.status();
  return RuleSet::Parse(*document);
}

// What is forwarded to an address of ours comes back (threat T31).
Status Session::Impl::CheckCatchAll(std::string_view address) {
  if (address.empty()) return {};
  if (Status s = context_.RefreshAccounts(); !s.ok()) return s;
  if (!context_.TakesMailAt(address)) return {};
  return Status(Code::kInvalidArgument, "catch_all_loops", "/settings/catch_all",
                "expected an address elsewhere, found one at " +
                    base::LowerAscii(address.substr(address.rfind('@') + 1)) +
                    ", a domain of the store's own addresses");
}

Status Session::Impl::SetRules(const RuleSet* rules) {
  if (Status s = RequireOperator("change the rules"); !s.ok()) return s;
  if (rules != nullptr) {
    if (Status s = CheckCatchAll(rules->catch_all()); !s.ok()) return s;
  }
  return ChangeDirectory("set_rules", "rules", [&](int64_t, store::BatchBuilder* batch) -> Status {
    const auto key = flow::Key(number(), Value::Text(flow::kOwnRules));
    if (rules != nullptr) {
      batch->Put(store::kRules, key, rules->document());
    } else {
      batch->Erase(store::kRules, key);
    }
    return {};
  });
}

Result<Rehearsal> Session::Impl::Rehearse(const route::Program& rules, std::string_view raw,
                                          const EnvelopeHint& envelope) {
  if (Status s = RequireOperator("ask where a mail would go"); !s.ok()) return s;
  auto snapshot = context_.FreshSnapshot(*account_);
  if (!snapshot.ok()) return snapshot.status();
  Rehearsal rehearsal;
  const std::string& account = account_->row().name;
  flow::Router router;
  ReadFor(&router, raw, envelope.known, envelope.recipients, envelope.trust);
  if (!router.IsFor(number())) {
    rehearsal.now = rehearsal.then = flow::OtherAccount(account);
    return rehearsal;
  }
  const auto decide = [&](const route::Program& program, MailDecision* out) {
    router.Decide(program, number(), *snapshot->directory);
    *out = router.Describe(program, *snapshot->directory, account, /*with_trace=*/true);
    flow::Summarize(out);
  };
  decide(*snapshot->program, &rehearsal.now);
  decide(rules, &rehearsal.then);
  rehearsal.differs = Ends(rehearsal.now) != Ends(rehearsal.then);
  return rehearsal;
}

Status Session::Impl::RehearseStored(const route::Program& rules, const RehearsedCallback& rehearsed) {
  if (Status s = RequireOperator("ask where mail would go"); !s.ok()) return s;
  std::string last;
  for (;;) {
    host::Query query;
    query.collection = store::kMessages;
    query.prefixes = {flow::Key(number())};
    query.limit = 100;
    if (!last.empty()) query.after = {Value::Text(last)};
    auto rows = store::ReadRows(context_.store(), {query});
    if (!rows.ok()) return rows.status();
    if (rows->front().empty()) return {};
    auto messages = flow::Nouns(rows->front(), wire::ReadMessage);
    if (!messages.ok()) return messages.status();
    for (const wire::MessageRow& message : *messages) {
      auto raw = StoredRaw(message.id);
      if (!raw.ok()) return raw.status();
      EnvelopeHint hint;
      hint.known = message.envelope_known;
      hint.recipients = message.envelope_recipients;
      hint.trust = message.verdict;
      auto one = Rehearse(rules, *raw, hint);
      if (!one.ok()) return one.status();
      if (Status s = rehearsed(message.id, *one); !s.ok()) return s;
    }
    last = messages->back().id;
  }
}

Status Session::SetRules(const RuleSet& rules) {
  return Fenced([&] { return impl_->SetRules(&rules); });
}
Status Session::ResetRules() {
  return Fenced([&] { return impl_->SetRules(nullptr); });
}
Result<RuleSet> Session::Rules() {
  return Fenced([&] { return impl_->Rules(); });
}
Result<Rehearsal> Session::Rehearse(const RuleSet& rules, std::string_view raw, const EnvelopeHint& envelope) {
  return Fenced([&] { return impl_->Rehearse(rules.state_->program, raw, envelope); });
}
Status Session::RehearseStored(const RuleSet& rules, const RehearsedCallback& rehearsed) {
  return Fenced([&] { return impl_->RehearseStored(rules.state_->program, rehearsed); });
}

}  // namespace casecomm
