// SPDX-License-Identifier: Apache-2.0
#include "flow/receive.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "store/collections.h"

namespace casecomm::flow {
namespace {

using host::Value;

constexpr size_t kFillStep = 16;        // mails asked of the source at once, so that batch_bytes is kept roughly
constexpr int kAbortsBeforeSingly = 3;  // design.md, "Directory"
// The attempt rule (design.md, "States of inbound mail"): two attempts without an end, and a mail is held unread. Only
// an attempt alone counts, as among others any of them may have been the culprit, or none: first many go together, then
// few, then each alone.
constexpr int64_t kAttemptsBeforeHold = 2;
constexpr int64_t kBegunAmongFew = 0, kBegunAmongMany = -1, kNotBegun = -2;
constexpr size_t kFew = 14;  // about the root of a batch

// What is wrong with the data, and will be the next time: of one mail, it must not keep the others from being filed.
bool IsRefusal(const Status& status) {
  return status.code() == Code::kInvalidArgument || status.code() == Code::kOutOfRange;
}

constexpr std::string_view kRulesActor = "rules";  // nobody asked for it: the rules did it

}  // namespace

Status Receiver::Run(const ReceivedCallback& received) {
  auto unclean = context_.BeginReceiving();
  if (!unclean.ok()) return unclean.status();
  careful_ = *unclean;
  for (;;) {
    // A source that fails after some mails still gave those: they are filed before the failure is told.
    const Status filled = Fill();
    if (batch_.empty()) return filled;
    if (Status s = context_.RefreshAccounts(); !s.ok()) return s;
    decisions_.assign(batch_.size(), {});
    done_.clear();
    lost_.clear();
    unparsed_.clear();
    attempts_.assign(batch_.size(), kNotBegun);
    if (Status s = careful_ ? ProcessCarefully() : Process(0, batch_.size()); !s.ok()) return s;

    // Told before it is acknowledged: a death in between tells it twice, never not at all.
    for (size_t i = 0; received && i < batch_.size(); ++i) {
      std::sort(decisions_[i].begin(), decisions_[i].end(),
                [](const MailDecision& a, const MailDecision& b) { return a.account < b.account; });
      for (const MailDecision& decision : decisions_[i]) received(batch_[i], decision);
    }
    std::vector<const host::InboundMail*> mails;
    for (const host::InboundMail& mail : batch_) mails.push_back(&mail);
    if (Status s = source_.Committed(mails); !s.ok()) return s;
    if (!filled.ok()) return filled;
  }
}

Status Receiver::Fill() {
  batch_.clear();
  inspections_.Forget();
  size_t bytes = 0;
  while (batch_.size() < context_.batch_mails() && bytes < context_.batch_bytes()) {
    const size_t before = batch_.size();
    if (Status s = source_.Next(std::min(kFillStep, context_.batch_mails() - before), &batch_); !s.ok()) return s;
    if (batch_.size() == before) break;
    for (size_t i = before; i < batch_.size(); ++i) bytes += batch_[i].raw.size();
  }
  return {};
}

Status Receiver::Process(size_t begin, size_t end) {
  std::vector<size_t> mails(end - begin);
  std::iota(mails.begin(), mails.end(), begin);
  bool settled = false;
  for (int aborts = 0; aborts < kAbortsBeforeSingly; ++aborts) {
    const Status s = Try(mails, &settled);
    if (IsRefusal(s)) break;
    if (!s.ok() || settled) return s;
  }
  for (const size_t mail : mails) {
    settled = false;
    for (int aborts = 0; !settled; ++aborts) {
      if (aborts == kCommitAttempts) {
        return Status(Code::kUnavailable, "commit_contended", batch_[mail].path,
                      "other writers kept changing the rows this mail is filed by");
      }
      const Status s = Try({mail}, &settled);
      if (IsRefusal(s) && unparsed_.count(mail) == 0) {
        unparsed_[mail] = "Held unread: the store refused what was to be kept of this mail, " + s.ToString() + '.';
      } else if (!s.ok()) {
        return s;
      }
    }
  }
  return {};
}

Status Receiver::Try(const std::vector<size_t>& mails, bool* settled) {
  for (const std::string& account : std::exchange(lost_, {})) {
    context_.Notice(host::EventKind::kContended, account, kRulesActor, "receive");
  }
  return TryOnce(mails, settled);
}

Status Receiver::TryOnce(const std::vector<size_t>& mails, bool* settled) {
  Examiner examiner(context_, home_, /*with_trace=*/false, inspections_);
  std::vector<Job> jobs;
  std::vector<size_t> mail_of;  // of each job
  for (const size_t mail : mails) {
    if (unparsed_.count(mail) != 0) {
      jobs.push_back(examiner.HoldUnparsed(batch_[mail], source_.name(), unparsed_[mail]));
    } else if (Status s = examiner.Examine(batch_[mail], source_.name(), &jobs); !s.ok()) {
      return s;
    }
    mail_of.resize(jobs.size(), mail);
  }

  std::map<uint32_t, std::vector<size_t>> of_account;  // account -> jobs
  for (size_t job = 0; job < jobs.size(); ++job) {
    const uint32_t account = jobs[job].account->number();
    if (done_.count({mail_of[job], account}) == 0) of_account[account].push_back(job);
  }

  std::vector<Filing> filings;
  std::vector<uint32_t> accounts;
  for (const auto& [number, members] : of_account) {
    std::vector<Job*> members_of;
    for (const size_t job : members) members_of.push_back(&jobs[job]);
    filings.emplace_back(context_, *jobs[members.front()].account);
    if (Status s = filings.back().Plan(examiner, members_of, /*effect=*/true); !s.ok()) return s;
    accounts.push_back(number);
  }
  std::vector<host::Batch> batches;
  for (Filing& filing : filings) batches.push_back(std::move(filing.batch().batch()));

  store::BatchBuilder ended(kOperatorAccount);  // the attempts of these mails
  std::set<std::string> erased;                 // the same delivery may stand twice in a batch
  for (const size_t mail : mails) {
    if (!careful_) break;
    const std::string& key = keys_[mail];
    if (!erased.insert(key).second) continue;
    ended.Erase(store::kAttempts, Key(kOperatorAccount, Value::Text(source_.name()), Value::Bytes(key)));
  }
  if (!ended.empty()) batches.push_back(std::move(ended.batch()));

  std::vector<host::BatchOutcome> outcomes;
  if (Status s = context_.store().Commit(batches, &outcomes); !s.ok()) return s;
  if (outcomes.size() != batches.size()) {
    return Status(Code::kInternal, "store_contract", "", "the store answered a commit without an outcome a batch");
  }
  *settled = true;
  Status failure;
  for (size_t i = 0; i < accounts.size(); ++i) {
    const std::vector<size_t>& members = of_account[accounts[i]];
    const std::string& account = jobs[members.front()].account->row().name;
    if (!outcomes[i].status.ok()) {
      *settled = false;
      if (outcomes[i].status.code() == Code::kAborted) {
        lost_.push_back(account);
      } else if (failure.ok()) {
        failure = outcomes[i].status;
      }
      continue;
    }
    for (const size_t job : members) {
      const MailDecision& decision = jobs[job].decision;
      context_.Notice(host::EventKind::kReceived, account, kRulesActor, decision.id, &decision);
      done_.emplace(mail_of[job], accounts[i]);
      decisions_[mail_of[job]].push_back(std::move(jobs[job].decision));
    }
  }
  if (failure.ok() && batches.size() > accounts.size()) failure = outcomes.back().status;  // of the attempts
  return failure;
}

Status Receiver::ProcessCarefully() {
  std::vector<std::vector<Value>> prefixes;
  keys_.clear();
  for (const host::InboundMail& mail : batch_) {
    keys_.push_back(TransportKey(mail, base::AsBytes(base::Sha256Of(mail.raw))));
  }
  for (const std::string& key : keys_) {
    prefixes.push_back(Key(kOperatorAccount, Value::Text(source_.name()), Value::Bytes(key)));
  }
  auto rows = ReadMany(context_.store(), store::kAttempts, store::kPrimary, std::move(prefixes));
  if (!rows.ok()) return rows.status();
  std::map<std::string, int64_t> begun;
  for (const store::StoredRow& row : *rows) begun[row.text(2)] = row.integer(3);
  for (size_t mail = 0; mail < batch_.size(); ++mail) {
    const auto found = begun.find(keys_[mail]);
    if (found != begun.end()) attempts_[mail] = found->second;
    if (attempts_[mail] < kAttemptsBeforeHold) continue;
    unparsed_[mail] = "Held unread: " + std::to_string(attempts_[mail]) +
                      " earlier attempts to process this mail ended without a result, so it is not tried again.";
  }
  for (size_t begin = 0; begin < batch_.size();) {
    const int64_t state = attempts_[begin];
    const size_t most = state == kNotBegun ? batch_.size() : state == kBegunAmongMany ? kFew : 1;
    size_t end = begin + 1;
    while (end < batch_.size() && end - begin < most && attempts_[end] == state) ++end;
    std::vector<size_t> piece(end - begin);
    std::iota(piece.begin(), piece.end(), begin);
    if (unparsed_.count(begin) == 0) {
      if (Status s = CommitAttempts(piece, /*begun=*/true); !s.ok()) return s;
    }
    if (Status s = Fenced([&] { return Process(begin, end); }); !s.ok()) {
      // A failure that is told is an end: it does not count against the mail. If this fails too, it counts.
      const Status ignored = Fenced([&] { return CommitAttempts(piece, /*begun=*/false); });
      static_cast<void>(ignored);
      return s;
    }
    begin = end;
  }
  return {};
}

Status Receiver::CommitAttempts(const std::vector<size_t>& piece, bool begun) {
  store::BatchBuilder batch(kOperatorAccount);
  std::set<std::string> written;  // the same delivery may stand twice in a piece
  for (const size_t mail : piece) {
    const std::string& key = keys_[mail];
    if (!written.insert(key).second) continue;
    int64_t attempts = attempts_[mail];
    if (begun) {
      attempts = piece.size() == 1      ? std::max(attempts, kBegunAmongFew) + 1
                 : piece.size() <= kFew ? kBegunAmongFew
                                        : kBegunAmongMany;
    }
    const auto row = Key(kOperatorAccount, Value::Text(source_.name()), Value::Bytes(key));
    if (attempts == kNotBegun) {
      batch.Erase(store::kAttempts, row);
    } else {
      batch.Put(store::kAttempts, {row[0], row[1], row[2], Value::Int(attempts), Value::Int(context_.Now())});
    }
  }
  return store::CommitOne(context_.store(), batch.batch());
}

}  // namespace casecomm::flow
