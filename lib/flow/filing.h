// SPDX-License-Identifier: Apache-2.0
// From bytes to one batch an account: examine each mail, look up what the store knows of it, plan what is
// written.
#ifndef CASECOMM_FLOW_FILING_H_
#define CASECOMM_FLOW_FILING_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "flow/budgets.h"
#include "flow/context.h"
#include "flow/inspect.h"
#include "flow/router.h"
#include "flow/threads.h"
#include "store/rows.h"

namespace casecomm::flow {

// The rule of what a person linked.
inline constexpr std::string_view kLinkedByHand = "linked_by_hand";

// A destination a mail is to be stored at.
struct Goal {
  size_t target;            // position in MailDecision::targets
  std::string destination;  // as wire::TargetRow's: what content is deduplicated at
  std::string record;       // of filed, and of what came to an address of a record
  std::string owner;        // of the drop
  std::string person;       // of a reply address or return path
  uint64_t locator = 0;     // and its locator
  std::string catch_all;    // where it is to be forwarded
  bool record_closed = false;
  bool notify_editors = false;  // the rule says so
  bool stored = false;          // planned to be, and not there before
};

// A row that the decision rests on (design.md, "Directory").
struct Dependency {
  uint32_t collection;
  store::OwnedValue key;  // behind the account
  int64_t version;
};

// A mail for one account, decided.
struct Job {
  const host::InboundMail* mail = nullptr;
  std::shared_ptr<Account> account;
  std::string source;
  std::string transport_key;  // bytes; empty: the delivery is not looked up (Explain)
  std::string raw_digest;
  MailDecision decision;
  std::vector<Goal> goals;
  std::vector<Dependency> dependencies;
  std::vector<std::string> badges;    // of what is filed
  bool unparsed = false;              // held without reading it (the attempt rule)
  std::optional<int64_t> arrived_us;  // counts against the budgets then; none: it does not
  std::string sender_budget;          // empty: not counted

  // Read when the mail is to be stored.
  wire::MessageRow message;
  bool automatic = false;         // a program made it: nobody is told of it (spec X-02, threat T32)
  std::vector<int64_t> mentions;  // of mail that waits for a person
  ThreadTraits traits;
};

// What the source calls the delivery; of sources that have no name for it, a digest of bytes and envelope recipients.
// `raw_digest` is the SHA-256 of the bytes, so that they are read once.
std::string TransportKey(const host::InboundMail& mail, std::string_view raw_digest);

// Scan, identify, route, inspect: for each account that the mail names. Not shared between threads.
class Examiner {
 public:
  // `home` takes the mail that names no account's address. `inspections` are of the same mails, and outlive the examiner.
  Examiner(Context& context, std::shared_ptr<Account> home, bool with_trace, Inspections& inspections);

  // Appends a job for each account. The first use of an account in an examiner's life refreshes its
  // directory.
  Status Examine(const host::InboundMail& mail, std::string_view source, std::vector<Job>* jobs);

  // The job of `home` alone; nothing for mail that is other accounts'.
  Result<std::optional<Job>> ExamineForHome(const host::InboundMail& mail, std::string_view source);

  // A job that holds the mail for `home` unread, with reason processing_error and this sentence.
  Job HoldUnparsed(const host::InboundMail& mail, std::string_view source, std::string sentence) const;
  // A job that holds a mail for the operator, because it names an address that proves itself, of an account that the
  // store does not have: another store's, under the same key ring.
  Job HoldForeign(const host::InboundMail& mail, std::string_view source, std::string_view raw_digest,
                  const identify::Recipient& recipient) const;

  // What the account's mail is decided by, the same for the examiner's whole life.
  Result<Snapshot> SnapshotOf(Account& account);

  // Fills what storing needs: the message row with its content key, and the thread traits. What is found in the mail's
  // parts turns filed and unassigned targets into held ones.
  void ReadContent(Job* job);

  // Of an account's mail: how much came lately.
  BudgetBook& BudgetsOf(const Account& account) { return budgets_[account.number()]; }

 private:
  Job MakeJob(const host::InboundMail& mail, std::string_view source, std::string_view raw_digest,
              std::shared_ptr<Account> account) const;
  Job MakeHeld(Job job, TargetDecision target) const;
  Result<std::shared_ptr<Account>> FindAccount(uint32_t number);
  void Read(const host::InboundMail& mail);
  Status Decide(Job* job);
  Status FillThread(const identify::Directory& directory, const Account& account, identify::Identified* identified);
  Status FillBudgets(const route::Program& program, const identify::Directory& directory, Job* job,
                     identify::Identified* identified);
  void Inspect(const scan::Envelope& envelope, bool over_limit, Job* job);

  Context& context_;
  const std::shared_ptr<Account> home_;
  const bool with_trace_;
  Inspections& inspections_;
  const std::vector<std::string> domains_;
  std::map<uint32_t, Snapshot> snapshots_;
  std::map<uint32_t, BudgetBook> budgets_;
  Router router_;
};

// Plans what becomes of the jobs of one account, in order, and what is written for it.
class Filing {
 public:
  Filing(Context& context, Account& account);

  // Completes each job's decision. With `effect` the batch is filled; without, nothing gets an id and it
  // stays empty.
  Status Plan(Examiner& examiner, const std::vector<Job*>& jobs, bool effect);

  store::BatchBuilder& batch() { return batch_; }

 private:
  Status LookUp(Examiner& examiner, const std::vector<Job*>& jobs);
  Status ReadTargets();
  Status ReadEditors(Examiner& examiner, const std::vector<Job*>& jobs);
  Status PlanJob(Job* job, bool effect);
  void RepeatDelivery(const wire::TransportKeyRow& seen, Job* job) const;
  Status RepeatContent(const std::string& message, const Goal& goal, Job* job, bool effect,
                       std::vector<TargetDecision>* targets);
  static std::string Whereabouts(const wire::TargetRow& row);
  static TargetDecision Repeated(const wire::TargetRow& row);
  Status StoreGoal(const Goal& goal, Job* job, TargetDecision* target);
  void Mention(const Goal& goal, const Job& job, bool is_new);
  void StoreMessage(Job* job);
  void CountMail(const Job& job, BudgetBook* budgets) const;
  Status AddReceipt(const Job& job, const std::string& message, const std::string& destination);
  Status Notify(const std::string& person, std::string_view kind, const std::string& message, std::string text,
                int64_t now_us);
  void Depend(const Job& job);
  void PutTransportKey(const Job& job, const std::optional<std::string>& message);

  using ContentKey = std::pair<std::string, std::string>;  // destination, content key

  Context& context_;
  Account& account_;
  ThreadBook threads_;
  store::BatchBuilder batch_;
  std::map<std::pair<std::string, std::string>, wire::TransportKeyRow> deliveries_;  // source, key: stored or planned
  std::map<ContentKey, std::string> contents_;                                       // stored or planned -> message
  std::map<std::string, std::vector<wire::TargetRow>> targets_;                      // of messages in the two above
  std::map<std::string, std::vector<std::string>> editors_;  // of records: staff to give notice to
  std::set<std::string> required_;                           // dependencies already in the batch
  std::set<std::pair<int64_t, std::string>> mentioned_;      // hash, message
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_FILING_H_
