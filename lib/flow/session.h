// SPDX-License-Identifier: Apache-2.0
// The verbs of one account and actor, a source file a concern: addresses.cc, load.cc, route.cc, lists.cc, query.cc,
// content.cc, link.cc, rules.cc.
#ifndef CASECOMM_FLOW_SESSION_H_
#define CASECOMM_FLOW_SESSION_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/check.h"
#include "casecomm/engine.h"
#include "flow/context.h"
#include "flow/page.h"

namespace casecomm {

class Session::Impl {
 public:
  Impl(flow::Context& context, std::shared_ptr<flow::Account> account, Actor actor)
      : context_(context), account_(std::move(account)), actor_(std::move(actor)) {}

  Status Load(std::string_view json);
  Result<std::string> RecordAddress(std::string_view record);
  Result<std::string> DropAddress(std::string_view person);
  Result<MailDecision> Route(std::string_view raw, const EnvelopeHint& envelope);
  Status RouteBatch(const std::vector<RouteRequest>& mails, RoutedBatch* routed);
  Result<MailDecision> Explain(std::string_view raw, const EnvelopeHint& envelope);
  Result<RuleSet> Rules();
  Status SetRules(const RuleSet* rules);  // null: back to the preset
  Result<Rehearsal> Rehearse(const route::Program& rules, std::string_view raw, const EnvelopeHint& envelope);
  Status RehearseStored(const route::Program& rules, const RehearsedCallback& rehearsed);
  Result<Page<PersonView>> People(const PageRequest& request);
  Result<Page<RecordView>> Records(const PageRequest& request);
  Result<Page<AssignmentView>> Assignments(const AssignmentFilter& filter, const PageRequest& request);
  Result<Page<AddressEntry>> Addresses(const PageRequest& request);
  Result<Page<ThreadSummary>> Threads(std::string_view record, const PageRequest& request);
  Result<Page<MessageView>> Messages(std::string_view thread, const PageRequest& request);
  Result<Page<UnassignedView>> Unassigned(const PageRequest& request);
  Result<RecordPage> ShowRecord(std::string_view record);
  Result<MailDecision> Link(const LinkRequest& request);
  Status ReadRaw(std::string_view message, const ByteSink& sink);
  Status ReadAttachment(std::string_view message, size_t position, const ByteSink& sink);

  static void Clear(RoutedBatch* routed);  // keeps its memory

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
  // What the actor is beside any record: staff or not, and not yet assigned.
  Result<access::Grant> PersonGrant();
  Result<access::Grant> GrantOn(const std::string& record);
  Result<std::optional<wire::PersonRow>> FindPerson(std::string_view id);

  Result<std::string> MintAddress(address::Kind kind, const wire::LocatorRow& locator) const;
  Result<std::string> FindAddress(address::Kind kind, std::string_view subject);

  // Begins a page of a list of this account and actor.
  Result<flow::Pager> OpenPage(const PageRequest& page, uint32_t collection, uint32_t index,
                               std::vector<std::string_view> scope = {}) const;
  Result<std::set<std::string>> Viewable(std::set<std::string> records);
  Result<wire::RecordRow> FindRecord(std::string_view record);
  Result<wire::ThreadRow> FindThread(std::string_view thread);
  Result<std::vector<MessageView>> ReadMessages(const std::vector<wire::TargetRow>& targets);
  Status AuthorizeMessage(std::string_view message);
  Result<std::string> StoredRaw(std::string_view message);
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
