// SPDX-License-Identifier: Apache-2.0
// The verbs of one account and actor, a source file each: addresses.cc, load.cc, explain.cc, query.cc,
// link.cc.
#ifndef CASECOMM_FLOW_SESSION_H_
#define CASECOMM_FLOW_SESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/check.h"
#include "casecomm/engine.h"
#include "flow/context.h"

namespace casecomm {

class Session::Impl {
 public:
  Impl(flow::Context& context, std::shared_ptr<flow::Account> account, Actor actor)
      : context_(context), account_(std::move(account)), actor_(std::move(actor)) {}

  Status Load(std::string_view json);
  Result<std::string> RecordAddress(std::string_view record);
  Result<std::string> DropAddress(std::string_view person);
  Result<std::vector<AddressEntry>> Addresses();
  Result<MailDecision> Explain(std::string_view raw, const EnvelopeHint& envelope);
  Result<RecordPage> ShowRecord(std::string_view record);
  Result<std::vector<UnassignedView>> Unassigned();
  Result<MailDecision> Link(const LinkRequest& request);
  Result<std::string> RawMessage(std::string_view message);

 private:
  uint32_t number() const { return account_->number(); }
  bool is_operator() const { return actor_.kind == Actor::Kind::kOperator; }
  // How what the actor does is signed in the store: "operator" or the person's id.
  std::string actor_name() const { return is_operator() ? "operator" : actor_.person; }

  // permission_denied unless the operator acts.
  Status RequireOperator(std::string_view verb) const;
  // ok for the operator and for staff.
  Status RequireStaff(std::string_view verb);
  Status Authorize(access::Action action, const std::string& record);
  Result<access::Grant> GrantOn(const std::string& record);
  Result<std::optional<wire::PersonRow>> FindPerson(std::string_view id);

  Result<std::string> MintAddress(address::Kind kind, const wire::LocatorRow& locator) const;
  Result<std::string> FindAddress(address::Kind kind, std::string_view subject);

  Result<std::vector<MessageView>> ReadMessages(const std::vector<wire::TargetRow>& targets);
  Result<std::string> ReadRaw(std::string_view message);
  Result<wire::TargetRow> UnassignedTarget(const std::string& message);
  Result<std::string> LinkContact(const LinkRequest& request, const std::vector<std::string>& addresses, int64_t now_us,
                                  store::BatchBuilder* batch);
  Result<std::vector<wire::RecordRow>> LinkRecords(const LinkRequest& request);
  Result<MailDecision> TryLink(const LinkRequest& request);

  flow::Context& context_;
  const std::shared_ptr<flow::Account> account_;
  const Actor actor_;
};

}  // namespace casecomm

#endif  // CASECOMM_FLOW_SESSION_H_
