// SPDX-License-Identifier: Apache-2.0
// The words of the sentence that need no store but the directory: scan, identify, route. Examining a mail for filing
// and routing alone both go through here.
#ifndef CASECOMM_FLOW_ROUTER_H_
#define CASECOMM_FLOW_ROUTER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "casecomm/decision.h"
#include "identify/identify.h"
#include "route/decide.h"
#include "scan/envelope.h"
#include "scan/mail_class.h"

namespace casecomm::flow {

// The rule and the reason of mail that names other accounts only.
inline constexpr std::string_view kOtherAccount = "other_account";

// What the last mail read says, and the memory for it: no allocation once it is warm. Not shared between threads.
class Router {
 public:
  // What is read is seen at this moment, with these keys and intake domains. All must outlive the reading.
  struct View {
    const address::Signer& signer;
    const std::vector<std::string>& domains;
    int64_t now_us;
    const TrustPolicy& trust;
  };

  // Scans the mail, which must outlive what is asked below, and gathers whom it names.
  void Read(std::string_view raw, const identify::Arrival& arrival, const View& view);

  // The header alone; for what is read of a mail that was decided before.
  const scan::Envelope& Scan(std::string_view raw);

  const scan::Envelope& envelope() const { return *envelope_; }
  const identify::Recipients& recipients() const { return recipients_; }
  // Whether a home of this number decides it: the mail names the account, or no account at all.
  bool IsFor(uint32_t account) const;

  // Decides for one account: Identify and Judge.
  void Decide(const route::Program& program, uint32_t account, const identify::Directory& directory);
  // In between, what only a store tells may be filled in: budgets.
  identify::Identified& Identify(const route::Program& program, uint32_t account, const identify::Directory& directory);
  void Judge(const route::Program& program, const identify::Directory& directory);
  const identify::Identified& identified() const { return identified_; }
  const route::Decision& decision() const { return decision_; }
  // The last decision in words, with its account's name; `records` is not yet told.
  MailDecision Describe(const route::Program& program, const identify::Directory& directory, std::string_view account,
                        bool with_trace) const;

 private:
  bool AsksClass(const route::Program& program) const;

  scan::EnvelopeScanner scanner_;
  const scan::Envelope* envelope_ = nullptr;
  identify::Recipients recipients_;
  Trust trust_ = Trust::kNone;
  identify::Identified identified_;
  scan::Signs signs_;
  route::Decision decision_;
};

// What an account learns of mail that is another's: nothing else.
MailDecision OtherAccount(std::string_view account);

// Fills the mail's outcome and records from its targets.
void Summarize(MailDecision* decision);

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_ROUTER_H_
