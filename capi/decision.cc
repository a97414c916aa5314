// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <utility>

#include "casecomm/casecomm.h"
#include "casecomm/json.h"
#include "fence.h"
#include "objects.h"

namespace casecomm::capi {

casecomm_candidate CandidateView(const Candidate& candidate) {
  auto view = Sized<casecomm_candidate>();
  view.address = Str(candidate.address);
  view.person = Str(candidate.person);
  view.record = Str(candidate.record);
  return view;
}

namespace {

casecomm_trace_step TraceStepView(const TraceStep& step) {
  auto view = Sized<casecomm_trace_step>();
  view.matched = step.matched ? 1 : 0;
  view.target = Str(step.target);
  view.rule = Str(step.rule);
  view.condition = Str(step.condition);
  view.value = Str(step.value);
  return view;
}

}  // namespace

DecisionObject::DecisionObject(MailDecision made) : decision(std::move(made)), facts(Sized<casecomm_decision_facts>()) {
  targets_ = {decision.targets, [&](const TargetDecision& target) {
                const Listed<casecomm_candidate>& candidates =
                    candidates_.emplace_back(target.candidates, CandidateView);
                auto view = Sized<casecomm_target>();
                view.outcome = static_cast<int32_t>(target.outcome);
                view.target = Str(target.target);
                view.record = OptionalStr(target.record);
                view.thread = Str(target.thread);
                view.rule = Str(target.rule);
                view.reason = Str(target.reason);
                view.sentence = Str(target.sentence);
                view.candidates = candidates.data();
                view.candidate_count = candidates.size();
                return view;
              }};
  trace_ = {decision.trace, TraceStepView};

  facts.outcome = static_cast<int32_t>(decision.outcome);
  facts.account = Str(decision.account);
  facts.id = Str(decision.id);
  facts.message_id = OptionalStr(decision.message_id);
  facts.records = views_.Strings(decision.records);
  facts.record_count = decision.records.size();
  facts.targets = targets_.data();
  facts.target_count = targets_.size();
  facts.trace = trace_.data();
  facts.trace_count = trace_.size();
}

}  // namespace casecomm::capi

using namespace casecomm::capi;

casecomm_str casecomm_outcome_name(int32_t outcome) {
  if (outcome < CASECOMM_OUTCOME_FILED || outcome > CASECOMM_OUTCOME_WITHDRAWN) return {nullptr, 0};
  return Str(casecomm::OutcomeName(static_cast<casecomm::Outcome>(outcome)));
}

casecomm_status casecomm_decision_read(casecomm_decision decision, casecomm_decision_facts* out,
                                       casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(decision);
    in.Out(out);
    if (in.ok()) Write(object->facts, out);
    return in.status();
  });
}

casecomm_status casecomm_decision_json(casecomm_decision decision, casecomm_str path, int64_t index, uint32_t flags,
                                       casecomm_text* out, casecomm_error* error) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<TextObject>> {
    Arguments in;
    const auto object = in.Pin(decision);
    const std::string_view from = in.Text(path, "path");
    in.Only(flags, CASECOMM_JSON_TRACE, "flags");
    if (!in.ok()) return in.status();
    return TextOf(casecomm::ToJson(object->decision, from, index, (flags & CASECOMM_JSON_TRACE) != 0));
  });
}

void casecomm_decision_release(casecomm_decision decision) {
  Release(decision);
}
