// SPDX-License-Identifier: Apache-2.0
#include "flow/filing.h"

#include <algorithm>
#include <deque>

#include "access/check.h"
#include "base/base32.h"
#include "base/text.h"
#include "flow/mentions.h"
#include "flow/reference.h"
#include "flow/states.h"
#include "scan/content.h"
#include "store/collections.h"

namespace casecomm::flow {

using host::Value;

namespace {

// A mail that says it was written so long before it came may be an old one that is sent again (threat T13).
constexpr int64_t kStaleSeconds = 7 * 24 * 3600;

// Where a goal's content may be already: what a record has, its address need not hold for anybody (threat T13).
std::vector<std::string> Destinations(const Goal& goal) {
  std::vector<std::string> all = {goal.destination};
  if (std::string record = "record:" + goal.record; !goal.record.empty() && record != goal.destination) {
    all.push_back(std::move(record));
  }
  return all;
}

}  // namespace

std::string TransportKey(const host::InboundMail& mail, std::string_view raw_digest) {
  if (!mail.transport_key.empty()) return mail.transport_key;
  base::Sha256 digest;
  digest.Field(raw_digest);
  digest.Field(mail.envelope_known ? "known" : "unknown");
  for (const std::string& recipient : mail.envelope_recipients) digest.Field(recipient);
  return std::string(base::AsBytes(digest.Finish()));
}

Examiner::Examiner(Context& context, std::shared_ptr<Account> home, bool with_trace, Inspections& inspections)
    : context_(context),
      home_(std::move(home)),
      with_trace_(with_trace),
      inspections_(inspections),
      domains_(context.domains()) {}

Result<Snapshot> Examiner::SnapshotOf(Account& account) {
  Snapshot& known = snapshots_[account.number()];
  if (known.directory == nullptr) {
    auto fresh = context_.FreshSnapshot(account);
    if (!fresh.ok()) return fresh.status();
    known = std::move(*fresh);
  }
  return known;
}

Job Examiner::MakeJob(const host::InboundMail& mail, std::string_view source, std::string_view raw_digest,
                      std::shared_ptr<Account> account) const {
  Job job;
  job.mail = &mail;
  job.decision.account = account->row().name;
  job.account = std::move(account);
  job.source = source;
  job.raw_digest = raw_digest;
  if (source.empty()) return job;
  job.transport_key = TransportKey(mail, job.raw_digest);
  return job;
}

void Examiner::Read(const host::InboundMail& mail) {
  identify::Arrival arrival;
  arrival.envelope_known = mail.envelope_known;
  arrival.envelope_recipients = mail.envelope_recipients;
  arrival.verdict = mail.trust;
  router_.Read(mail.raw, arrival, {context_.signer(), domains_, context_.Now(), context_.trust()});
}

Status Examiner::Examine(const host::InboundMail& mail, std::string_view source, std::vector<Job>* jobs) {
  Read(mail);
  const identify::Recipients& recipients = router_.recipients();
  std::vector<std::shared_ptr<Account>> accounts;
  for (const uint32_t number : recipients.accounts) {
    auto account = FindAccount(number);
    if (!account.ok()) return account.status();
    if (*account != nullptr) accounts.push_back(std::move(*account));
  }
  const std::string digest(base::AsBytes(base::Sha256Of(mail.raw)));
  if (accounts.empty() && !recipients.accounts.empty()) {
    for (const identify::Recipient& recipient : recipients.all) {
      if (recipient.own != identify::Own::kVerified) continue;
      jobs->push_back(HoldForeign(mail, source, digest, recipient));
      return {};
    }
  }
  if (accounts.empty()) accounts.push_back(home_);
  for (auto& account : accounts) {
    jobs->push_back(MakeJob(mail, source, digest, account));
    if (Status s = Decide(&jobs->back()); !s.ok()) return s;
  }
  return {};
}

Result<std::optional<Job>> Examiner::ExamineForHome(const host::InboundMail& mail, std::string_view source) {
  Read(mail);
  if (!router_.IsFor(home_->number())) return std::optional<Job>();
  Job job = MakeJob(mail, source, base::AsBytes(base::Sha256Of(mail.raw)), home_);
  if (Status s = Decide(&job); !s.ok()) return s;
  return std::optional<Job>(std::move(job));
}

namespace {

// What the rules alone would not hold.
void HoldInstead(std::string_view reason, const std::string& because, Goal* goal, TargetDecision* target) {
  goal->destination = "held:" + target->target;
  target->outcome = Outcome::kHeld;
  target->record.reset();
  target->candidates.clear();
  target->reason = reason;
  target->sentence = "Held, because " + because + " By the rules alone: " + target->sentence;
}

}  // namespace

Status Examiner::Decide(Job* job) {
  auto found = SnapshotOf(*job->account);
  if (!found.ok()) return found.status();
  const identify::Directory& directory = *found->directory;
  const route::Program& program = *found->program;
  identify::Identified& found_out = router_.Identify(program, job->account->number(), directory);
  if (program.settings().track_replies_by_thread == route::YesNo::kYes) {
    if (Status s = FillThread(directory, *job->account, &found_out); !s.ok()) return s;
  }
  if (program.Asks(route::Fact::kBudget)) {
    if (Status s = FillBudgets(program, directory, job, &found_out); !s.ok()) return s;
  }
  router_.Judge(program, directory);
  job->decision = router_.Describe(program, directory, job->account->row().name, with_trace_);
  const identify::Identified& identified = router_.identified();
  const route::Decision& decision = router_.decision();

  const identify::Author& author = identified.author;
  if (author.entry != nullptr) {
    for (const identify::Position p : author.entry->people) {
      const identify::Person& person = directory.person(p);
      job->dependencies.push_back({store::kPeople, store::OwnedValue(Value::Text(person.id)), person.version});
    }
  }
  if (identified.trust != identify::Trust::kPass) job->badges.emplace_back("unverified");
  if (author.kind == identify::AuthorKind::kUnknown) job->badges.emplace_back("new_sender");

  for (size_t i = 0; i < decision.targets.size(); ++i) {
    const route::Target& target = decision.targets[i];
    if (target.outcome == Outcome::kNotTracked) continue;
    Goal goal;
    goal.target = i;
    if (target.record != identify::kNoPosition) {
      const identify::Record& record = directory.record(target.record);
      goal.record = record.id;
      goal.record_closed = record.state == identify::RecordState::kClosed;
      job->dependencies.push_back({store::kRecords, store::OwnedValue(Value::Text(record.id)), record.version});
    }
    if (target.owner != identify::kNoPosition) goal.owner = directory.person(target.owner).id;
    const route::Asked& asked = decision.asked[target.asked];
    goal.notify_editors = program.rules()[asked.rule].notify_editors;
    if (asked.what == route::Asked::What::kSlot) {
      const identify::Slot& slot = identified.slots[asked.position];
      if (slot.locator != nullptr) {
        const uint64_t locator = router_.recipients().all[slot.recipient].capability.locator;
        job->dependencies.push_back(
            {store::kLocators, store::OwnedValue(Value::Int(static_cast<int64_t>(locator))), slot.locator->version});
        if (slot.locator->person != identify::kNoPosition) {
          goal.person = directory.person(slot.locator->person).id;
          goal.locator = locator;
        }
      }
    }
    switch (target.outcome) {
      case Outcome::kFiled:
        goal.destination = "record:" + goal.record;
        break;
      case Outcome::kUnassigned:
        goal.destination = "unassigned:" + goal.owner;
        break;
      case Outcome::kCatchAll:
        goal.catch_all = program.settings().catch_all;
        goal.destination = "catch_all:" + goal.catch_all;
        // A later account may have taken the domain since the rules were set (threat T31).
        if (Context::IsAtOneOf(domains_, goal.catch_all)) {
          HoldInstead("catch_all_loops",
                      "the catch-all address " + goal.catch_all + " is at a domain of the store's own.", &goal,
                      &job->decision.targets[i]);
        }
        break;
      case Outcome::kApplied:
        goal.destination = "applied:" + job->decision.targets[i].target + ":";
        base::AppendBase32(&goal.destination, goal.locator, 8);
        break;
      default:
        goal.destination = "held:" + job->decision.targets[i].target;
    }
    job->goals.push_back(std::move(goal));
  }
  return {};
}

// Only of mail that names no address of ours: an address says more.
Status Examiner::FillThread(const identify::Directory& directory, const Account& account,
                            identify::Identified* identified) {
  if (!identified->slots.empty() || router_.recipients().unroutable) return {};
  auto reference = FindReference(context_, account.row(), router_.envelope(), identified->author);
  if (!reference.ok()) return reference.status();
  if (!*reference) return {};
  const identify::Position record = directory.FindRecord((*reference)->record);
  const bool participant = (*reference)->participant && record != identify::kNoPosition;
  identified->in_thread = participant ? identify::InThread::kParticipant : identify::InThread::kStranger;
  if (participant) identified->thread_record = record;
  return {};
}

// Mail is over a budget when as much as it allows came in the hour before.
Status Examiner::FillBudgets(const route::Program& program, const identify::Directory& directory, Job* job,
                             identify::Identified* identified) {
  const route::Settings& settings = program.settings();
  std::vector<std::pair<std::string, bool*>> watched;  // a record's budget, and what tells that it is passed
  if (settings.record_per_hour > 0) {
    for (identify::Slot& slot : identified->slots) {
      // Reports of what was sent to many come in many.
      if (slot.locator == nullptr || slot.locator->kind == address::Kind::kDrop ||
          slot.locator->kind == address::Kind::kReturnPath) {
        continue;
      }
      watched.emplace_back(RecordBudget(directory.record(slot.locator->subject).id), &slot.over_budget);
    }
    if (identified->thread_record != identify::kNoPosition) {
      watched.emplace_back(RecordBudget(directory.record(identified->thread_record).id),
                           &identified->thread_over_budget);
    }
  }
  std::set<std::string> names;
  for (const auto& [name, over] : watched) names.insert(name);
  const identify::Author& author = identified->author;
  if (settings.sender_per_hour > 0 && author.kind != identify::AuthorKind::kAmbiguous && !identified->slots.empty()) {
    job->sender_budget = SenderBudget(author.local, author.domain);
    names.insert(job->sender_budget);
  }
  if (names.empty()) return {};
  const int64_t arrived_us = ArrivalTime(router_.envelope(), context_.Now());
  job->arrived_us = arrived_us;
  BudgetBook& book = BudgetsOf(*job->account);
  if (Status s = book.Load(context_.store(), job->account->number(), names, arrived_us); !s.ok()) return s;
  for (const auto& [name, over] : watched) *over = book.InLastHour(name, arrived_us) >= settings.record_per_hour;
  identified->sender_over_budget =
      !job->sender_budget.empty() && book.InLastHour(job->sender_budget, arrived_us) >= settings.sender_per_hour;
  for (const std::string& name : names) book.Note(name, arrived_us);
  return {};
}

// One that another process made a moment ago is read now; null if the store has none of this number.
Result<std::shared_ptr<Account>> Examiner::FindAccount(uint32_t number) {
  auto account = context_.FindAccount(number);
  if (account != nullptr) return account;
  if (Status s = context_.RefreshAccounts(); !s.ok()) return s;
  return context_.FindAccount(number);
}

Job Examiner::MakeHeld(Job job, TargetDecision target) const {
  target.outcome = Outcome::kHeld;
  Goal goal;
  goal.target = 0;
  goal.destination = "held:" + target.target;
  job.goals.push_back(std::move(goal));
  job.decision.outcome = Outcome::kHeld;
  job.decision.targets.push_back(std::move(target));
  return job;
}

Job Examiner::HoldUnparsed(const host::InboundMail& mail, std::string_view source, std::string sentence) const {
  TargetDecision target;
  target.target = "none";
  target.rule = "attempts";
  target.reason = "processing_error";
  target.sentence = std::move(sentence);
  Job job = MakeHeld(MakeJob(mail, source, base::AsBytes(base::Sha256Of(mail.raw)), home_), std::move(target));
  job.unparsed = true;
  return job;
}

Job Examiner::HoldForeign(const host::InboundMail& mail, std::string_view source, std::string_view raw_digest,
                          const identify::Recipient& recipient) const {
  const std::string address = base::Printable(std::string(recipient.local) + "@" + std::string(recipient.domain));
  TargetDecision target;
  target.target = "unroutable:" + address;
  target.rule = "unknown_account";
  target.reason = "unroutable";
  target.sentence = "Held: " + address + " is signed with a key of ours, but its account is not in this store.";
  return MakeHeld(MakeJob(mail, source, raw_digest, context_.FindAccount(kOperatorAccount)), std::move(target));
}

void Examiner::Inspect(const scan::Envelope& envelope, bool over_limit, Job* job) {
  for (Goal& goal : job->goals) {
    TargetDecision& target = job->decision.targets[goal.target];
    if (target.outcome == Outcome::kHeld) continue;
    const Finding& finding = inspections_.Of(*job->mail, envelope, over_limit);
    if (finding.reason.empty()) return;
    if (with_trace_) job->decision.trace.push_back({target.target, std::string(kInspect), true, "", ""});
    HoldInstead(finding.reason, finding.sentence, &goal, &target);
    target.rule = kInspect;
  }
}

void Examiner::ReadContent(Job* job) {
  wire::MessageRow& row = job->message;
  const host::InboundMail& inbound = *job->mail;
  row.source = job->source;
  row.path = inbound.path;
  row.index = inbound.index;
  row.envelope_known = inbound.envelope_known;
  // Another account's address is not this one's to keep (threat T51).
  for (const std::string& recipient : inbound.envelope_recipients) {
    const size_t at = recipient.rfind('@');
    const auto own = at == std::string::npos
                         ? std::nullopt
                         : context_.signer().Verify(std::string_view(recipient).substr(0, at),
                                                    std::string_view(recipient).substr(at + 1), context_.Now());
    if (!own || own->account == job->account->number()) row.envelope_recipients.push_back(recipient);
  }
  row.raw_digest = job->raw_digest;
  row.size = inbound.raw.size();
  row.verdict = inbound.trust;
  if (job->unparsed) return;

  const scan::Envelope& envelope = router_.Scan(inbound.raw);
  Mail mail = scan::ReadMail(envelope, {}, scan::Reading::kParts);
  job->automatic = mail.mail_class > MailClass::kList;
  row.message_id = std::move(mail.message_id);
  row.subject = std::move(mail.subject);
  row.date_s = mail.date;
  const int64_t arrived_us = job->arrived_us ? *job->arrived_us : ArrivalTime(envelope, context_.Now());
  if (row.date_s && *row.date_s < arrived_us / 1'000'000 - kStaleSeconds) {
    job->badges.emplace_back("stale_date");
  }
  row.from = std::move(mail.from);
  row.to = std::move(mail.to);
  row.cc = std::move(mail.cc);
  row.attachments = std::move(mail.attachments);
  row.defects = std::move(mail.defects);
  row.content_key = base::AsBytes(scan::ContentKey(envelope));
  Inspect(envelope, mail.over_limit, job);
  const bool waits = std::any_of(job->decision.targets.begin(), job->decision.targets.end(),
                                 [](const TargetDecision& target) { return Waits(target.outcome); });
  if (waits) {
    job->mentions =
        MentionsOf(job->account->number(), envelope, scan::ReadMail(envelope).forwarded, row.envelope_recipients);
  }
  job->traits = ThreadTraits::Of(envelope, row.subject.value_or(""), context_, job->account->row(), context_.Now());
}

Filing::Filing(Context& context, Account& account)
    : context_(context), account_(account), threads_(account.number()), batch_(account.number()) {}

Status Filing::Plan(Examiner& examiner, const std::vector<Job*>& jobs, bool effect) {
  if (Status s = LookUp(examiner, jobs); !s.ok()) return s;
  for (Job* job : jobs) {
    if (Status s = PlanJob(job, effect); !s.ok()) return s;
    if (effect) CountMail(*job, &examiner.BudgetsOf(account_));
    Summarize(&job->decision);  // told of where the mail ends, not of where the rules would put it
  }
  if (!effect) return {};
  threads_.Write(batch_);
  examiner.BudgetsOf(account_).Write(account_.number(), &batch_);
  if (!mentioned_.empty()) {
    auto snapshot = examiner.SnapshotOf(account_);
    if (!snapshot.ok()) return snapshot.status();
    batch_.Require(store::kMarks, Key(account_.number(), Value::Text(kDirectoryMark)), snapshot->directory->version());
  }
  return {};
}

Status Filing::LookUp(Examiner& examiner, const std::vector<Job*>& jobs) {
  const uint32_t account = account_.number();
  std::vector<std::vector<Value>> prefixes;
  for (const Job* job : jobs) {
    if (job->transport_key.empty()) continue;
    prefixes.push_back(Key(account, Value::Text(job->source), Value::Bytes(job->transport_key)));
  }
  auto deliveries =
      ReadNouns(context_.store(), store::kTransportKeys, store::kPrimary, std::move(prefixes), wire::ReadTransportKey);
  if (!deliveries.ok()) return deliveries.status();
  for (wire::TransportKeyRow& row : *deliveries) {
    if (row.message) targets_[*row.message];
    auto key = std::make_pair(row.source, row.key);
    deliveries_[std::move(key)] = std::move(row);
  }

  prefixes.clear();
  std::deque<std::string> contents_asked;  // what the prefixes borrow
  for (Job* job : jobs) {
    const auto seen = deliveries_.find({job->source, job->transport_key});
    if (job->goals.empty() || (seen != deliveries_.end() && seen->second.message)) continue;
    examiner.ReadContent(job);
    for (const Goal& goal : job->goals) {
      if (!job->unparsed) {
        for (const std::string& destination : Destinations(goal)) {
          contents_asked.push_back(destination);
          prefixes.push_back(Key(account, Value::Text(contents_asked.back()), Value::Bytes(job->message.content_key)));
        }
      }
      if (job->decision.targets[goal.target].outcome == Outcome::kFiled) threads_.Want(goal.record, job->traits);
    }
  }
  auto contents = ReadMany(context_.store(), store::kContentKeys, store::kPrimary, std::move(prefixes));
  if (!contents.ok()) return contents.status();
  for (const store::StoredRow& row : *contents) {
    contents_[{row.text(1), row.text(2)}] = row.text(3);
    targets_[row.text(3)];
  }
  if (Status s = ReadTargets(); !s.ok()) return s;
  if (Status s = ReadEditors(examiner, jobs); !s.ok()) return s;
  return threads_.Load(context_.store());
}

Status Filing::ReadTargets() {
  std::vector<std::vector<Value>> prefixes;
  for (const auto& [message, rows] : targets_) prefixes.push_back(Key(account_.number(), Value::Text(message)));
  auto rows = ReadNouns(context_.store(), store::kTargets, store::kPrimary, std::move(prefixes), wire::ReadTarget);
  if (!rows.ok()) return rows.status();
  for (wire::TargetRow& row : *rows) targets_[row.message].push_back(std::move(row));
  return {};
}

// Whom a rule tells of what it files (spec CB-26): the staff that may edit the record.
Status Filing::ReadEditors(Examiner& examiner, const std::vector<Job*>& jobs) {
  std::set<std::string> records;
  for (const Job* job : jobs) {
    for (const Goal& goal : job->goals) {
      if (goal.notify_editors && job->decision.targets[goal.target].outcome == Outcome::kFiled) {
        records.insert(goal.record);
      }
    }
  }
  if (records.empty()) return {};
  auto snapshot = examiner.SnapshotOf(account_);
  if (!snapshot.ok()) return snapshot.status();
  const identify::Directory& directory = *snapshot->directory;
  std::vector<std::vector<Value>> prefixes;
  for (const std::string& record : records) prefixes.push_back(Key(account_.number(), Value::Text(record)));
  auto rows =
      ReadNouns(context_.store(), store::kAssignments, store::kPrimary, std::move(prefixes), wire::ReadAssignment);
  if (!rows.ok()) return rows.status();
  for (const wire::AssignmentRow& row : *rows) {
    const identify::Position person = directory.FindPerson(row.person);
    if (person == identify::kNoPosition) continue;
    access::Grant grant;
    grant.staff = directory.person(person).kind == identify::PersonKind::kStaff;
    grant.assigned = true;
    grant.role = access::Role{row.role};
    if (access::Allows(grant, access::Action::kEditRecord)) editors_[row.record].push_back(row.person);
  }
  return {};
}

Status Filing::PlanJob(Job* job, bool effect) {
  const auto seen = deliveries_.find({job->source, job->transport_key});
  if (seen != deliveries_.end() && seen->second.message) {
    RepeatDelivery(seen->second, job);
    return {};
  }
  if (job->goals.empty()) {
    // A row that says so already stays as it is; the mail was decided again, and to the same end.
    if (effect && seen == deliveries_.end()) PutTransportKey(*job, std::nullopt);
    return {};
  }

  const auto known = [&](Goal* goal) -> const std::string* {
    if (job->unparsed) return nullptr;
    for (std::string& destination : Destinations(*goal)) {
      const auto found = contents_.find({destination, job->message.content_key});
      if (found == contents_.end()) continue;
      goal->destination = std::move(destination);
      return &found->second;
    }
    return nullptr;
  };
  std::string message;  // stored once, however many destinations it has (spec X-01)
  for (Goal& goal : job->goals) {
    if (const std::string* earlier = known(&goal); message.empty() && earlier != nullptr) message = *earlier;
  }
  const bool is_new = message.empty();
  if (effect) {
    if (is_new) {
      auto id = context_.NewId();
      if (!id.ok()) return id.status();
      message = std::move(*id);
    }
    job->message.id = message;
    job->message.recorded_us = context_.RecordTime();
    Depend(*job);
    PutTransportKey(*job, message);
  }

  std::vector<TargetDecision> targets;
  size_t next_goal = 0;
  for (size_t i = 0; i < job->decision.targets.size(); ++i) {
    TargetDecision& target = job->decision.targets[i];
    if (next_goal == job->goals.size() || job->goals[next_goal].target != i) {
      targets.push_back(std::move(target));
      continue;
    }
    Goal& goal = job->goals[next_goal++];
    if (const std::string* earlier = known(&goal)) {
      if (Status s = RepeatContent(*earlier, goal, job, effect, &targets); !s.ok()) return s;
      continue;
    }
    if (effect) {
      if (Status s = StoreGoal(goal, job, &target); !s.ok()) return s;
      goal.stored = true;
      if (Waits(target.outcome)) Mention(goal, *job, is_new);
    } else if (target.outcome == Outcome::kFiled) {
      target.thread = threads_.Find(goal.record, job->traits);
    }
    targets.push_back(std::move(target));
  }
  job->decision.targets = std::move(targets);
  if (effect && is_new) StoreMessage(job);
  job->decision.id = message;
  return {};
}

// Where an earlier message is now, in words.
std::string Filing::Whereabouts(const wire::TargetRow& row) {
  if (row.outcome == Outcome::kCatchAll) return " for the catch-all address";
  if (row.outcome == Outcome::kApplied) return " and is kept with what it answers";
  if (row.outcome != Outcome::kFiled && row.outcome != Outcome::kDuplicate) {
    return " and is " + std::string(OutcomeName(row.outcome));
  }
  return row.record ? " and is on record " + *row.record : std::string();
}

TargetDecision Filing::Repeated(const wire::TargetRow& row) {
  TargetDecision target;
  target.target = row.target;
  if (row.outcome == Outcome::kFiled || row.outcome == Outcome::kDuplicate) target.record = row.record;
  target.outcome = Outcome::kDuplicate;
  target.thread = row.thread.value_or("");
  target.rule = row.rule;
  return target;
}

void Filing::RepeatDelivery(const wire::TransportKeyRow& seen, Job* job) const {
  TargetDecision decided;
  if (!job->decision.targets.empty()) {
    decided.target = job->decision.targets.front().target;
    decided.rule = job->decision.targets.front().rule;
  }
  decided.outcome = Outcome::kDuplicate;
  job->decision.id = *seen.message;
  job->decision.targets.clear();
  const auto add = [&](TargetDecision target, const std::string& where) {
    target.reason = "duplicate_delivery";
    target.sentence =
        "The same delivery was received before as message " + *seen.message + where + "; nothing is stored again.";
    job->decision.targets.push_back(std::move(target));
  };
  if (const auto rows = targets_.find(*seen.message); rows != targets_.end()) {
    for (const wire::TargetRow& row : rows->second) add(Repeated(row), Whereabouts(row));
  }
  if (job->decision.targets.empty()) add(std::move(decided), "");
}

Status Filing::RepeatContent(const std::string& message, const Goal& goal, Job* job, bool effect,
                             std::vector<TargetDecision>* targets) {
  const TargetDecision& decided = job->decision.targets[goal.target];
  const auto add = [&](TargetDecision target, const std::string& destination, const std::string& where) -> Status {
    target.reason = "duplicate_content";
    target.sentence =
        "The same content is already there as message " + message + where + "; only a receipt of this one is kept.";
    targets->push_back(std::move(target));
    return effect ? AddReceipt(*job, message, destination) : Status();
  };
  // What waited may have been filed since, on a record or two: the answer is where the mail is now.
  bool found = false;
  if (const auto rows = targets_.find(message); rows != targets_.end()) {
    for (const wire::TargetRow& row : rows->second) {
      const bool by_hand = row.origin == goal.destination ||
                           (row.origin.empty() && row.rule == kLinkedByHand && row.target == decided.target);
      const bool filed = row.outcome == Outcome::kFiled && by_hand;
      if (row.destination != goal.destination && !filed) continue;
      found = true;
      if (Status s = add(Repeated(row), row.destination, Whereabouts(row)); !s.ok()) return s;
    }
  }
  if (found) return {};
  TargetDecision target;
  target.target = decided.target;
  target.rule = decided.rule;
  target.outcome = Outcome::kDuplicate;
  return add(std::move(target), goal.destination, "");
}

Status Filing::StoreGoal(const Goal& goal, Job* job, TargetDecision* target) {
  wire::MessageRow& message = job->message;
  wire::TargetRow row;
  row.message = message.id;
  row.destination = goal.destination;
  row.target = target->target;
  row.outcome = target->outcome;
  row.reason = target->reason;
  row.rule = target->rule;
  row.sentence = target->sentence;
  row.filed_by = "rules";
  row.candidates = target->candidates;
  if (!goal.record.empty()) row.record = goal.record;
  if (!goal.owner.empty()) row.owner = goal.owner;
  row.person = goal.person;
  row.locator = goal.locator;
  if (target->outcome == Outcome::kCatchAll) row.catch_all = goal.catch_all;

  if (target->outcome == Outcome::kFiled || target->outcome == Outcome::kHeld) {  // held: for when it is released
    row.badges = job->badges;
    if (job->automatic) row.badges.emplace_back("automatic");
  }
  if (target->outcome == Outcome::kFiled) {
    auto thread_id = context_.NewId();
    if (!thread_id.ok()) return thread_id.status();
    Placed placed = threads_.Place(goal.record, job->traits, message.id, std::move(*thread_id), &message.recorded_us);
    row.thread = std::move(placed.thread);
    if (placed.id_again) row.badges.emplace_back(kMessageIdAgain);
    if (goal.record_closed) row.badges.emplace_back("record_closed");
    target->thread = *row.thread;
    target->record = goal.record;
  }
  row.recorded_us = message.recorded_us;

  if (target->outcome == Outcome::kUnassigned) {
    if (Status s = Notify(goal.owner, "unassigned", message.id, target->sentence, message.recorded_us); !s.ok()) {
      return s;
    }
  }
  if (target->outcome == Outcome::kFiled && goal.notify_editors && !job->automatic) {
    for (const std::string& person : editors_[goal.record]) {
      if (Status s = Notify(person, goal.record_closed ? "record_closed" : "filed", message.id, target->sentence,
                            message.recorded_us);
          !s.ok()) {
        return s;
      }
    }
  }

  if (!job->unparsed) {
    const auto key = Key(account_.number(), Value::Text(goal.destination), Value::Bytes(message.content_key));
    batch_.Require(store::kContentKeys, key, 0);
    batch_.Put(store::kContentKeys, {key[0], key[1], key[2], Value::Text(message.id), Value::Int(message.recorded_us)});
    contents_[{goal.destination, message.content_key}] = message.id;
  }
  wire::Put(batch_, account_.number(), row);
  targets_[message.id].push_back(std::move(row));
  return {};
}

// What was stored now; a mail that was here before counts no second time.
void Filing::CountMail(const Job& job, BudgetBook* budgets) const {
  if (!job.arrived_us) return;
  std::set<std::string> records;
  bool any = false;
  for (const Goal& goal : job.goals) {
    if (!goal.stored) continue;
    any = true;
    if (!goal.record.empty()) records.insert(goal.record);
  }
  for (const std::string& record : records) budgets->Store(RecordBudget(record), *job.arrived_us);
  if (any && !job.sender_budget.empty()) budgets->Store(job.sender_budget, *job.arrived_us);
}

// What the mail names, so that a change of the directory finds it (spec Y-04). One that is stored already may be offered:
// that must not be taken back.
void Filing::Mention(const Goal& goal, const Job& job, bool is_new) {
  if (account_.number() == kOperatorAccount || job.unparsed) return;
  std::vector<int64_t> hashes = job.mentions;
  if (!goal.record.empty()) hashes.push_back(RecordMention(account_.number(), goal.record));
  for (const int64_t hash : hashes) {
    if (!mentioned_.emplace(hash, job.message.id).second) continue;
    wire::MentionRow row;
    row.hash = hash;
    row.message = job.message.id;
    if (!is_new) {
      row.changed_us = job.message.recorded_us;
      row.changes.emplace_back("the same mail came again");
    }
    wire::Put(batch_, account_.number(), row);
  }
}

void Filing::StoreMessage(Job* job) {
  wire::Put(batch_, account_.number(), job->message);
  batch_.PutBorrowed(store::kRaw, Key(account_.number(), Value::Text(job->message.id)), job->mail->raw);
}

Status Filing::AddReceipt(const Job& job, const std::string& message, const std::string& destination) {
  wire::ReceiptRow receipt;
  receipt.message = message;
  receipt.destination = destination;
  receipt.source = job.source;
  receipt.transport_key = job.transport_key;
  receipt.raw_digest = job.raw_digest;
  receipt.recorded_us = job.message.recorded_us;
  return PutNew(context_, account_.number(), std::move(receipt), &batch_);
}

Status Filing::Notify(const std::string& person, std::string_view kind, const std::string& message, std::string text,
                      int64_t now_us) {
  wire::NotificationRow notice;
  notice.person = person;
  notice.message = message;
  notice.kind = kind;
  notice.text = std::move(text);
  notice.created_us = now_us;
  return PutNew(context_, account_.number(), std::move(notice), &batch_);
}

void Filing::Depend(const Job& job) {
  for (const Dependency& dependency : job.dependencies) {
    const Value key = dependency.key.View();
    if (!required_
             .insert(std::to_string(dependency.collection) + "/" + std::to_string(key.integer) + "/" +
                     std::string(key.bytes))
             .second) {
      continue;
    }
    batch_.Require(dependency.collection, Key(account_.number(), key), dependency.version);
  }
}

void Filing::PutTransportKey(const Job& job, const std::optional<std::string>& message) {
  wire::TransportKeyRow row;
  row.source = job.source;
  row.key = job.transport_key;
  row.message = message;
  row.raw_digest = job.raw_digest;
  row.seen_us = message ? job.message.recorded_us : context_.RecordTime();
  if (!message) {
    row.outcome = Outcome::kNotTracked;
    row.reason = job.decision.targets.front().reason;
  } else {
    row.outcome = job.decision.outcome;
  }
  auto& known = deliveries_[{job.source, job.transport_key}];
  batch_.Require(store::kTransportKeys,
                 Key(account_.number(), Value::Text(job.source), Value::Bytes(job.transport_key)), known.version);
  wire::Put(batch_, account_.number(), row);
  known = std::move(row);
}

}  // namespace casecomm::flow
