// SPDX-License-Identifier: Apache-2.0
// Mail for the catch-all address: the host's own mailer sends it on, and says so (spec TI-05).
#include "flow/page.h"
#include "flow/session.h"
#include "store/collections.h"

namespace casecomm {

using host::Value;

Result<Page<ForwardView>> Session::Impl::Forwards(const PageRequest& request) {
  if (Status s = RequireOperator("list mail to be forwarded"); !s.ok()) return s;
  auto pager = OpenPage(request, store::kTargets, store::kTargetsByForward);
  if (!pager.ok()) return pager.status();
  if (Status s = pager->Read(context_.store(), {flow::Key(number())}); !s.ok()) return s;
  Page<ForwardView> page;
  auto targets = flow::Nouns(pager->Finish(&page.next), wire::ReadTarget);
  if (!targets.ok()) return targets.status();
  for (wire::TargetRow& row : *targets) {
    page.items.push_back({std::move(row.message), std::move(row.catch_all), std::move(row.target),
                          std::move(row.reason), std::move(row.sentence), row.recorded_us});
  }
  return page;
}

Status Session::Impl::TryForwarded(const std::string& message) {
  auto targets = flow::ReadNouns(context_.store(), store::kTargets, store::kPrimary,
                                 {flow::Key(number(), Value::Text(message))}, wire::ReadTarget);
  if (!targets.ok()) return targets.status();
  bool found = false;
  store::BatchBuilder batch(number());
  const int64_t now_us = context_.RecordTime();
  for (wire::TargetRow& row : *targets) {
    if (row.outcome != Outcome::kCatchAll) continue;
    found = true;
    if (row.forwarded_us != 0) continue;
    row.forwarded_us = now_us;
    batch.Require(store::kTargets, flow::Key(number(), Value::Text(message), Value::Text(row.destination)),
                  row.version);
    wire::Put(batch, number(), row);
  }
  if (!found) {
    return Status(Code::kNotFound, "no_forward", message, "no message of this id is for the catch-all address");
  }
  return batch.empty() ? Status() : store::CommitOne(context_.store(), batch.batch());
}

Status Session::Impl::Forwarded(std::string_view message) {
  if (Status s = RequireOperator("say that mail was forwarded"); !s.ok()) return s;
  const std::string id(message);
  return Retried("forwarded", id, "changing this message", [&] { return TryForwarded(id); });
}

Result<Page<ForwardView>> Session::Forwards(const PageRequest& page) {
  return Fenced([&] { return impl_->Forwards(page); });
}
Status Session::Forwarded(std::string_view message) {
  return Fenced([&] { return impl_->Forwarded(message); });
}

}  // namespace casecomm
