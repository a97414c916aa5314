// SPDX-License-Identifier: Apache-2.0
// The verbs of one account and actor, a source file a concern: addresses.cc, address_life.cc, forwards.cc, load.cc, route.cc,
// lists.cc, query.cc, content.cc, link.cc, acts.cc, held.cc, suggest.cc, rules.cc.
#ifndef CASECOMM_FLOW_SESSION_H_
#define CASECOMM_FLOW_SESSION_H_

#include <functional>
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
#include "flow/locators.h"
#include "flow/page.h"
#include "flow/settlement.h"

namespace casecomm {
namespace flow {
class Router;
}

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
  Status CheckCatchAll(std::string_view address);
  Result<Rehearsal> Rehearse(const route::Program& rules, std::string_view raw, const EnvelopeHint& envelope);
  Status RehearseStored(const route::Program& rules, const RehearsedCallback& rehearsed);
  Result<Page<PersonView>> People(const PageRequest& request);
  Result<Page<RecordView>> Records(const PageRequest& request);
  Result<Page<AssignmentView>> Assignments(const AssignmentFilter& filter, const PageRequest& request);
  Result<Page<AddressEntry>> Addresses(const AddressFilter& filter, const PageRequest& request);
  Result<Page<ThreadSummary>> Threads(std::string_view record, const PageRequest& request);
  Result<Page<MessageView>> Messages(std::string_view thread, const PageRequest& request);
  Result<Page<UnassignedView>> Unassigned(const PageRequest& request);
  Result<RecordPage> ShowRecord(std::string_view record);
  Result<MailDecision> Link(const LinkRequest& request);

  Result<MailDecision> Act(flow::Event event, const ActRequest& request, const std::vector<std::string>& records,
                           const std::string& address);
  Result<Page<HeldView>> Held(Outcome state, const PageRequest& request);
  Result<Page<ActView>> Acts(std::string_view message, const PageRequest& request);
  Result<std::vector<SuggestionView>> Suggestions(std::string_view message);
  Result<Page<LateMatchView>> LateMatches(const PageRequest& request);

  Status ReadRaw(std::string_view message, const ByteSink& sink);
  Status ReadAttachment(std::string_view message, size_t position, const ByteSink& sink);

  // address_life.cc
  Result<std::string> ReplyAddress(std::string_view record, std::string_view person, std::string_view email);
  Result<std::string> ReturnPathAddress(std::string_view record, std::string_view person, std::string_view email);
  Result<std::string> RotateRecordAddress(std::string_view record);
  Result<std::string> RotateDropAddress(std::string_view person);
  Status RetireAddress(std::string_view address);
  Result<uint64_t> ReplaceKey(uint32_t key_id);
  // forwards.cc
  Result<Page<ForwardView>> Forwards(const PageRequest& request);
  Status Forwarded(std::string_view message);

  static void Clear(RoutedBatch* routed);  // keeps its memory

 private:
  uint32_t number() const { return account_->number(); }
  bool is_operator() const { return actor_.kind == Actor::Kind::kOperator; }
  // How what the actor does is signed in the store: "operator" or the person's id.
  std::string actor_name() const { return is_operator() ? "operator" : actor_.person; }

  // permission_denied unless the operator acts.
  Status RequireOperator(std::string_view verb) const;
  Status RequireAccount() const;  // the operator's own has mail that waits, and nothing else
  // ok for the operator and for staff.
  Status RequireStaff(std::string_view verb);
  Status Authorize(access::Action action, const std::string& record);
  // What the actor is beside any record: staff or not, and not yet assigned.
  Result<access::Grant> PersonGrant();
  Result<access::Grant> GrantOn(const std::string& record);
  Result<std::optional<wire::PersonRow>> FindPerson(std::string_view id);

  Result<std::string> MintAddress(address::Kind kind, const wire::LocatorRow& locator) const;
  Result<std::string> FindAddress(address::Kind kind, std::string_view subject);
  static Status NoAddressOf(address::Kind kind, std::string_view subject);

  // A change of locators, committed with the directory's mark; planned anew as often as another change comes first. A plan
  // without a change is none.
  using PlanAddresses = std::function<Status(int64_t now_us, flow::LocatorMint& mint)>;
  Status ChangeAddresses(std::string_view verb, const PlanAddresses& plan);
  Result<std::vector<wire::LocatorRow>> LocatorsOf(address::Kind kind, std::string_view subject);
  Result<std::string> SentAddress(address::Kind kind, std::string_view record, std::string_view person,
                                  std::string_view email);
  Result<std::string> Rotate(address::Kind kind, std::string_view subject);
  Status TryForwarded(const std::string& message);

  // Begins a page of a list of this account and actor.
  Result<flow::Pager> OpenPage(const PageRequest& page, uint32_t collection, uint32_t index,
                               std::vector<std::string_view> scope = {}) const;
  Result<std::set<std::string>> Viewable(std::set<std::string> records) {
    return Allowed(access::Action::kViewRecord, std::move(records));
  }
  Result<std::set<std::string>> Allowed(access::Action action, std::set<std::string> records);
  // Of a record that the actor may do this with.
  Result<wire::RecordRow> FindRecord(std::string_view record, access::Action action = access::Action::kViewRecord);
  Result<wire::ThreadRow> FindThread(std::string_view thread);
  Result<std::vector<MessageView>> ReadMessages(const std::vector<wire::TargetRow>& targets);
  Status AuthorizeMessage(std::string_view message);
  Result<std::string> StoredRaw(std::string_view message);
  Result<wire::TargetRow> UnassignedTarget(const std::string& message, const std::vector<wire::TargetRow>& states);
  static std::vector<std::string> LinkAddresses(const scan::Envelope& envelope, const wire::MessageRow& message,
                                                const wire::TargetRow& unassigned);
  Result<std::string> LinkContact(const LinkRequest& request, const std::vector<std::string>& addresses, int64_t now_us,
                                  store::BatchBuilder* batch);
  Result<std::vector<wire::RecordRow>> LinkRecords(const LinkRequest& request);
  Result<MailDecision> TryLink(const LinkRequest& request);

  Result<std::vector<bool>> MaySettle(const std::vector<wire::TargetRow>& states);
  Result<wire::TargetRow> StateFor(flow::Event event, const ActRequest& request,
                                   const std::vector<wire::TargetRow>& states);
  Result<std::vector<wire::RecordRow>> EditableRecords(const std::string& message, const std::vector<std::string>& ids);
  Status InspectAgain(const wire::TargetRow& state, const std::string& message, const std::string& raw,
                      const scan::Envelope& envelope);
  Status CheckForward(std::string_view address);
  Result<std::map<std::string, wire::MessageRow>> MessageRows(const std::set<std::string>& ids);
  Result<std::vector<TargetDecision>> LateTargets(const flow::Snapshot& snapshot, const wire::MessageRow& message,
                                                  const std::vector<wire::TargetRow>& states);
  Result<MailDecision> TryAct(flow::Event event, const ActRequest& request, const std::vector<std::string>& records,
                              const std::string& address);
  // Does `attempt` again while other writers win, and tells of it; if they win too often, it says what they kept doing.
  template <typename Attempt>
  auto Retried(std::string_view verb, const std::string& subject, std::string_view kept, const Attempt& attempt)
      -> decltype(attempt()) {
    for (int attempts = 0; attempts < flow::kCommitAttempts; ++attempts) {
      if (attempts > 0) context_.Notice(host::EventKind::kContended, account_->row().name, actor_name(), verb);
      auto done = attempt();
      if (StatusOf(done).code() != Code::kAborted) return done;
    }
    return Status(Code::kUnavailable, "commit_contended", subject, "other writers kept " + std::string(kept));
  }
  static const Status& StatusOf(const Status& status) { return status; }
  template <typename T>
  static Status StatusOf(const Result<T>& result) {
    return result.status();
  }

  // The same of an act on a message, and tells of its end.
  template <typename Attempt>
  Result<MailDecision> Contending(host::EventKind kind, std::string_view verb, const std::string& message,
                                  const Attempt& attempt) {
    Result<MailDecision> decision = Retried(verb, message, "changing this message", attempt);
    if (decision.ok()) context_.Notice(kind, account_->row().name, actor_name(), message, &*decision);
    return decision;
  }

  // Commits what `plan` fills the batch with, together with the directory's mark; nothing if that is nothing. `what` is told
  // to the observer.
  using PlanDirectory = std::function<Status(int64_t now_us, store::BatchBuilder* batch)>;
  Status ChangeDirectory(std::string_view verb, std::string_view what, const PlanDirectory& plan);

  // Reads a mail with this engine's keys, domains and trust.
  void ReadFor(flow::Router* router, std::string_view raw, bool envelope_known,
               const std::vector<std::string>& recipients, std::optional<Trust> verdict);

  flow::Context& context_;
  const std::shared_ptr<flow::Account> account_;
  const Actor actor_;
};

}  // namespace casecomm

#endif  // CASECOMM_FLOW_SESSION_H_
