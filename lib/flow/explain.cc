// SPDX-License-Identifier: Apache-2.0
#include "flow/filing.h"
#include "flow/session.h"

namespace casecomm {

Result<MailDecision> Session::Impl::Explain(std::string_view raw, const EnvelopeHint& envelope) {
  if (Status s = RequireOperator("ask where a mail would go"); !s.ok()) return s;
  host::InboundMail mail;
  mail.raw = raw;
  mail.envelope_known = envelope.known;
  mail.envelope_recipients = envelope.recipients;

  flow::Examiner examiner(context_, account_, /*with_trace=*/true);
  std::vector<flow::Job> jobs;
  if (Status s = examiner.Examine(mail, envelope.source, &jobs); !s.ok()) return s;
  for (flow::Job& job : jobs) {
    if (job.account->number() != number()) continue;
    flow::Filing filing(context_, *account_);
    if (Status s = filing.Plan(examiner, {&job}, /*effect=*/false); !s.ok()) return s;
    return std::move(job.decision);
  }
  // Another account's mail: this one is not named, and learns nothing else.
  MailDecision decision;
  decision.account = account_->row().name;
  TargetDecision target;
  target.target = "none";
  target.outcome = Outcome::kNotTracked;
  target.rule = "other_account";
  target.reason = "other_account";
  target.sentence = "Not tracked: the mail names an address of another account, and none of " + decision.account + ".";
  decision.targets.push_back(std::move(target));
  return decision;
}

}  // namespace casecomm
