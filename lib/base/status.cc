// SPDX-License-Identifier: Apache-2.0
#include "casecomm/status.h"

#include <cxxabi.h>

#include <exception>
#include <new>
#include <stdexcept>

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

Status Status::OutOfMemory() noexcept {
  // Never destroyed: another thread may hold it while the process ends. Its texts fit into their strings.
  alignas(Rep) static unsigned char place[sizeof(Rep)];
  static const Rep* const rep = new (place) Rep{Code::kResourceExhausted, "out_of_memory", {}, "memory ran out", -1};
  Status status;
  status.rep_ = std::shared_ptr<const Rep>(std::shared_ptr<const Rep>(), rep);  // owns nothing, so counts nothing
  return status;
}

// A forced unwind is caught without an object: the reference to it binds to nothing, which UBSan would end the program for.
__attribute__((no_sanitize("null"))) Status Status::FromException() {
  try {
    throw;
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  } catch (const std::length_error&) {  // more than any memory could hold
    return OutOfMemory();
  } catch (const std::exception& e) {
    try {
      return Status(Code::kInternal, "exception", "", e.what());
    } catch (const std::bad_alloc&) {
      return OutOfMemory();
    }
  } catch (...) {
    try {
      return Status(Code::kInternal, "exception", "", "something was thrown that is no std::exception");
    } catch (const std::bad_alloc&) {
      return OutOfMemory();
    }
  }
}

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
