// SPDX-License-Identifier: Apache-2.0
// What a person does with a state of a message, in one commit: the state, the content keys, notifications, threads, mentions
// and the act itself (threats.md, section 5).
#ifndef CASECOMM_FLOW_SETTLEMENT_H_
#define CASECOMM_FLOW_SETTLEMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "casecomm/decision.h"
#include "flow/context.h"
#include "flow/states.h"
#include "flow/threads.h"
#include "scan/envelope.h"
#include "store/rows.h"

namespace casecomm::flow {

// Three steps: Read, then FileOn or Turn, then Commit. One attempt: a commit that lost a race is aborted, and the whole is
// done again.
class Settlement {
 public:
  Settlement(Context& context, const wire::AccountRow& account)
      : context_(context), account_(account), number_(account.number), batch_(account.number) {}

  // The message and every state of it. not_found ("no_message").
  Status Read(const std::string& message);
  const wire::MessageRow& message() const { return message_; }
  const std::vector<wire::TargetRow>& states() const { return states_; }
  store::BatchBuilder& batch() { return batch_; }
  int64_t now_us() const { return now_us_; }

  struct Act {
    Event event;
    std::string actor, why;
    std::string address;  // of forwarded
    std::string contact;  // of linked
  };

  // From `state`, which is one of states(), on these records.
  Status FileOn(const wire::TargetRow& state, const std::vector<wire::RecordRow>& records,
                const scan::Envelope& envelope, const Act& act);
  // Into another state at the same destination.
  Status Turn(const wire::TargetRow& state, Outcome next, const scan::Envelope& envelope, const Act& act);
  // Answers where the message is now; aborted: somebody else changed it.
  Result<MailDecision> Commit();

 private:
  // Views of the destination.
  std::vector<host::Value> TargetKey(const std::string& destination) const;
  std::vector<host::Value> ContentKey(const std::string& destination) const;
  Status AddReceipt(const std::string& earlier, const std::string& destination);
  Status LeaveContent(const wire::TargetRow& state);
  Status ReturnContent(wire::TargetRow* row);
  void TakeContent(const std::string& destination);
  Result<wire::ThreadRow> HeadOf(const wire::TargetRow& state);
  void PutHead(const wire::ThreadRow& head);
  Status LeaveThread(const wire::TargetRow& state);
  Status ReturnThread(const wire::TargetRow& state);
  Status CloseNotices(const wire::TargetRow& state, bool filed_elsewhere, const std::string& actor);
  Status Notify(const wire::TargetRow& state);
  Status SettleMentions(const wire::TargetRow& state, bool waits, const scan::Envelope& envelope);
  Status AddAct(const wire::TargetRow& state, Outcome to, std::vector<std::string> records, const Act& act);
  bool FiledBeside(const wire::TargetRow& state) const;
  void Tell(const wire::TargetRow& row, const std::string& sentence);

  Context& context_;
  const wire::AccountRow& account_;
  const uint32_t number_;
  store::BatchBuilder batch_;
  int64_t now_us_ = 0;
  wire::MessageRow message_;
  std::vector<wire::TargetRow> states_;
  MailDecision decision_;
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_SETTLEMENT_H_
