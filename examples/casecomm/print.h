// SPDX-License-Identifier: Apache-2.0
// The forms for people. Whatever comes from a mail is made printable first (threat T25).
#ifndef EXAMPLES_CASECOMM_PRINT_H_
#define EXAMPLES_CASECOMM_PRINT_H_

#include <casecomm/decision.h>
#include <casecomm/engine.h>
#include <casecomm/mail.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "output.h"

namespace tool {

// For each target of a mail: where it went, which mail it was, and why.
class DecisionPrinter {
 public:
  explicit DecisionPrinter(Output* out) : out_(out) {}

  void Print(const casecomm::MailDecision& decision, std::string_view path, int64_t index);
  void PrintTrace(const casecomm::MailDecision& decision);
  void PrintSummary(uint64_t left_out);  // how many mails ended how
  uint64_t mails() const { return mails_; }

 private:
  Output* const out_;
  size_t path_width_ = 0, where_width_ = 4;
  uint64_t mails_ = 0;
  std::map<casecomm::Outcome, uint64_t> counts_;
};

// "key":"value", quoted.
std::string JsonField(std::string_view key, std::string_view value);

void PrintMail(const casecomm::Mail& mail, std::string_view path, int64_t index, Output* out);
void PrintRecord(const casecomm::RecordPage& page, Output* out);
void PrintAddress(const casecomm::AddressEntry& entry, Output* out);
void PrintPerson(const casecomm::PersonView& person, Output* out);
void PrintRecordLine(const casecomm::RecordView& record, Output* out);
void PrintAssignment(const casecomm::AssignmentView& assignment, Output* out);
void PrintThread(const casecomm::ThreadSummary& thread, Output* out);
void PrintMessage(const casecomm::MessageView& message, Output* out);
void PrintForward(const casecomm::ForwardView& view, Output* out);
void PrintUnassigned(const casecomm::UnassignedView& view, Output* out);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_PRINT_H_
