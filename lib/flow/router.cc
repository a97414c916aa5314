// SPDX-License-Identifier: Apache-2.0
#include "flow/router.h"

#include <algorithm>

#include "identify/trust.h"

namespace casecomm::flow {

void Router::Read(std::string_view raw, const identify::Arrival& arrival, const View& view) {
  identify::Gather(Scan(raw), arrival, view.domains, view.signer, view.now_us, &recipients_);
  trust_ = identify::TrustOf(*envelope_, view.trust, arrival.verdict);
}

const scan::Envelope& Router::Scan(std::string_view raw) {
  envelope_ = &scanner_.Scan(raw);
  return *envelope_;
}

bool Router::IsFor(uint32_t account) const {
  const auto& named = recipients_.accounts;
  return named.empty() || std::find(named.begin(), named.end(), account) != named.end();
}

// Most mail goes by rules that do not ask.
bool Router::AsksClass(const route::Program& program) const {
  using route::AddressFact;
  if (!program.Asks(route::Fact::kClass)) return false;
  for (const identify::Slot& slot : identified_.slots) {
    if (program.Asks(route::Fact::kClass, route::AddressOf(recipients_.all[slot.recipient].capability.kind)))
      return true;
  }
  if (!identified_.slots.empty()) return false;
  return program.Asks(route::Fact::kClass, recipients_.unroutable ? AddressFact::kUnroutable : AddressFact::kNone);
}

void Router::Decide(const route::Program& program, uint32_t account, const identify::Directory& directory) {
  Identify(program, account, directory);
  Judge(program, directory);
}

identify::Identified& Router::Identify(const route::Program& program, uint32_t account,
                                       const identify::Directory& directory) {
  identify::Identify(*envelope_, recipients_, account, directory, trust_, &identified_);
  if (AsksClass(program)) {
    scan::Classify(*envelope_, {}, &signs_);
    identified_.mail_class = signs_.Class();
  }
  return identified_;
}

void Router::Judge(const route::Program& program, const identify::Directory& directory) {
  route::Decide(program, recipients_, identified_, directory, &decision_);
}

MailDecision Router::Describe(const route::Program& program, const identify::Directory& directory,
                              std::string_view account, bool with_trace) const {
  MailDecision decision =
      route::Describe(program, *envelope_, recipients_, identified_, directory, decision_, with_trace);
  decision.account = account;
  return decision;
}

MailDecision OtherAccount(std::string_view account) {
  MailDecision decision;
  decision.account = account;
  TargetDecision target;
  target.target = "none";
  target.outcome = Outcome::kNotTracked;
  target.rule = kOtherAccount;
  target.reason = kOtherAccount;
  target.sentence = "Not tracked: the mail names an address of another account, and none of " + decision.account + ".";
  decision.targets.push_back(std::move(target));
  return decision;
}

void Summarize(MailDecision* decision) {
  decision->outcome = Outcome::kNotTracked;
  decision->records.clear();
  for (const TargetDecision& target : decision->targets) {
    decision->outcome = std::min(decision->outcome, target.outcome);
    const bool there = target.outcome == Outcome::kFiled || target.outcome == Outcome::kDuplicate;
    auto& records = decision->records;
    if (!there || !target.record || std::find(records.begin(), records.end(), *target.record) != records.end())
      continue;
    records.push_back(*target.record);
  }
}

}  // namespace casecomm::flow
