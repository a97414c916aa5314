// SPDX-License-Identifier: Apache-2.0
#include "casecomm/status.h"

#include "base/text.h"

namespace casecomm {

std::string_view CodeName(Code code) {
  static constexpr std::string_view kNames[] = {
      "ok",        "cancelled",      "unknown",           "invalid_argument",   "deadline_exceeded",
      "not_found", "already_exists", "permission_denied", "resource_exhausted", "failed_precondition",
      "aborted",   "out_of_range",   "unimplemented",     "internal",           "unavailable",
      "data_loss", "unauthenticated"};
  const auto number = static_cast<size_t>(code);
  return number < std::size(kNames) ? kNames[number] : std::string_view("unknown");
}

Status::Status(Code code, std::string reason, std::string subject, std::string message, int64_t position)
    : rep_(code == Code::kOk ? nullptr
                             : std::make_shared<const Rep>(
                                   Rep{code, std::move(reason), std::move(subject), std::move(message), position})) {}

bool Status::transient() const {
  return code() == Code::kUnavailable || code() == Code::kAborted || code() == Code::kDeadlineExceeded ||
         code() == Code::kResourceExhausted;
}

std::string Status::ToString() const {
  if (ok()) return "ok";
  std::string text;
  if (!rep_->subject.empty()) text = rep_->subject + ": ";
  text += rep_->message.empty() ? std::string(CodeName(rep_->code)) : rep_->message;
  if (rep_->position >= 0) text += " (at byte " + std::to_string(rep_->position) + ")";
  return base::Printable(text);
}

}  // namespace casecomm
