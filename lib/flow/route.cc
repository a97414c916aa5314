// SPDX-License-Identifier: Apache-2.0
// Where mail would go: by the rules and the directory alone, or as receiving would see it.
#include <algorithm>
#include <utility>

#include "flow/filing.h"
#include "flow/routed_state.h"
#include "flow/router.h"
#include "flow/session.h"

namespace casecomm {
namespace {

void AddOtherAccount(RoutedBatch* routed) {
  routed->outcomes.push_back(Outcome::kNotTracked);
  routed->target_outcomes.push_back(Outcome::kNotTracked);
  routed->rules.push_back(flow::kOtherAccount);
  routed->reasons.push_back(flow::kOtherAccount);
  routed->records.emplace_back();
  routed->owners.emplace_back();
}

void AddDecision(const route::Program& program, const identify::Directory& directory, const route::Decision& decision,
                 RoutedBatch* routed) {
  Outcome outcome = Outcome::kNotTracked;
  for (const route::Target& target : decision.targets) {
    const route::Rule& rule = program.rules()[decision.asked[target.asked].rule];
    const bool record = target.record != identify::kNoPosition, owner = target.owner != identify::kNoPosition;
    routed->target_outcomes.push_back(target.outcome);
    routed->rules.emplace_back(rule.name);
    routed->reasons.emplace_back(route::ReasonOf(program, decision.asked[target.asked], target));
    routed->records.push_back(record ? directory.record(target.record).id : std::string_view());
    routed->owners.push_back(owner ? directory.person(target.owner).id : std::string_view());
    outcome = std::min(outcome, target.outcome);
  }
  routed->outcomes.push_back(outcome);
}

}  // namespace

RoutedBatch::RoutedBatch() = default;
RoutedBatch::~RoutedBatch() = default;
RoutedBatch::RoutedBatch(RoutedBatch&&) noexcept = default;
RoutedBatch& RoutedBatch::operator=(RoutedBatch&&) noexcept = default;

void Session::Impl::ReadFor(flow::Router* router, std::string_view raw, bool envelope_known,
                            const std::vector<std::string>& recipients, std::optional<Trust> verdict) {
  const std::vector<std::string> domains = context_.domains();
  identify::Arrival arrival{envelope_known, recipients};
  arrival.verdict = verdict;
  router->Read(raw, arrival, {context_.signer(), domains, context_.Now(), context_.trust()});
}

Result<MailDecision> Session::Impl::Route(std::string_view raw, const EnvelopeHint& envelope) {
  if (Status s = RequireOperator("ask where a mail would go"); !s.ok()) return s;
  auto snapshot = context_.FreshSnapshot(*account_);
  if (!snapshot.ok()) return snapshot.status();
  flow::Router router;
  ReadFor(&router, raw, envelope.known, envelope.recipients, envelope.trust);
  if (!router.IsFor(number())) return flow::OtherAccount(account_->row().name);
  const auto& [directory, program] = *snapshot;
  router.Decide(*program, number(), *directory);
  MailDecision decision = router.Describe(*program, *directory, account_->row().name, /*with_trace=*/false);
  flow::Summarize(&decision);
  return decision;
}

void Session::Impl::Clear(RoutedBatch* routed) {
  routed->outcomes.clear();
  routed->first_target.clear();
  routed->target_outcomes.clear();
  routed->rules.clear();
  routed->reasons.clear();
  routed->records.clear();
  routed->owners.clear();
}

Status Session::Impl::RouteBatch(const std::vector<RouteRequest>& mails, RoutedBatch* routed) {
  Clear(routed);
  if (Status s = RequireOperator("ask where mail would go"); !s.ok()) return s;
  auto snapshot = context_.FreshSnapshot(*account_);
  if (!snapshot.ok()) return snapshot.status();
  if (routed->state_ == nullptr) routed->state_ = std::make_unique<RoutedBatch::State>();
  RoutedBatch::State& state = *routed->state_;
  state.snapshot = std::move(*snapshot);

  const std::vector<std::string> domains = context_.domains();
  const flow::Router::View view{context_.signer(), domains, context_.Now(), context_.trust()};
  const auto& [directory, program] = state.snapshot;
  for (const RouteRequest& mail : mails) {
    routed->first_target.push_back(static_cast<uint32_t>(routed->target_count()));
    identify::Arrival arrival;
    arrival.envelope_known = mail.envelope_known;
    if (mail.recipients != nullptr) arrival.envelope_recipients = *mail.recipients;
    arrival.verdict = mail.trust;
    state.router.Read(mail.raw, arrival, view);
    if (!state.router.IsFor(number())) {
      AddOtherAccount(routed);
      continue;
    }
    state.router.Decide(*program, number(), *directory);
    AddDecision(*program, *directory, state.router.decision(), routed);
  }
  routed->first_target.push_back(static_cast<uint32_t>(routed->target_count()));
  return {};
}

Result<MailDecision> Session::Impl::Explain(std::string_view raw, const EnvelopeHint& envelope) {
  if (Status s = RequireOperator("ask where a mail would go"); !s.ok()) return s;
  host::InboundMail mail;
  mail.raw = raw;
  mail.envelope_known = envelope.known;
  mail.envelope_recipients = envelope.recipients;
  mail.trust = envelope.trust;

  flow::Inspections inspections(context_);
  flow::Examiner examiner(context_, account_, /*with_trace=*/true, inspections);
  auto job = examiner.ExamineForHome(mail, envelope.source);
  if (!job.ok()) return job.status();
  if (!*job) return flow::OtherAccount(account_->row().name);
  flow::Filing filing(context_, *account_);
  if (Status s = filing.Plan(examiner, {&**job}, /*effect=*/false); !s.ok()) return s;
  return std::move((*job)->decision);
}

}  // namespace casecomm
