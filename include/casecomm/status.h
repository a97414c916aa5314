// SPDX-License-Identifier: Apache-2.0
// Status and Result<T>: the one error type of the library. No exception leaves a casecomm function.
#ifndef CASECOMM_STATUS_H_
#define CASECOMM_STATUS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace casecomm {

// Numbered like Abseil's canonical codes; written to disk and across the C ABI, do not change.
enum class Code : int32_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// "invalid_argument" for kInvalidArgument; never empty.
std::string_view CodeName(Code code);

// Success, or a failure that says what, where and why. Copies are cheap; any thread may read one.
//
//   reason    a stable word a program may compare ("store_newer"), empty when the code says enough
//   subject   what it is about: a path, an id, a JSON pointer; empty when there is none
//   message   one line of English, past tense, without the subject's name repeated
//   position  a byte offset into the subject, or -1
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : Status(code, {}, {}, std::move(message)) {}
  Status(Code code, std::string reason, std::string subject, std::string message, int64_t position = -1);

  // resource_exhausted, "out_of_memory". Making and copying it takes no memory.
  static Status OutOfMemory() noexcept;
  // What the exception in hand says, in a catch block: out_of_memory, or internal ("exception") with its words. A
  // thread that is being cancelled goes on ending.
  static Status FromException();

  bool ok() const { return rep_ == nullptr; }
  Code code() const { return rep_ ? rep_->code : Code::kOk; }
  std::string_view reason() const { return rep_ ? std::string_view(rep_->reason) : std::string_view(); }
  std::string_view subject() const { return rep_ ? std::string_view(rep_->subject) : std::string_view(); }
  std::string_view message() const { return rep_ ? std::string_view(rep_->message) : std::string_view(); }
  int64_t position() const { return rep_ ? rep_->position : -1; }

  // Trouble that may pass when the same call is made again: unavailable, aborted, deadline, exhausted.
  bool transient() const;

  // "subject: message (at byte 12)", one line, control bytes escaped (threat T25); "ok" for success.
  std::string ToString() const;

 private:
  struct Rep {
    Code code;
    std::string reason, subject, message;
    int64_t position;
  };
  std::shared_ptr<const Rep> rep_;
};

// A T or the Status that says why there is none. Never holds an ok Status.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::in_place_index<0>, std::move(value)) {}          // NOLINT: implicit
  Result(Status failure) : value_(std::in_place_index<1>, std::move(failure)) {  // NOLINT: implicit
    if (std::get<1>(value_).ok()) value_.template emplace<1>(Code::kInternal, "a result was made of an ok status");
  }

  bool ok() const { return value_.index() == 0; }
  Status status() const { return ok() ? Status() : std::get<1>(value_); }

  // Only when ok().
  T& value() & { return std::get<0>(value_); }
  const T& value() const& { return std::get<0>(value_); }
  T&& value() && { return std::get<0>(std::move(value_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Status> value_;
};

// Answers what `verb` does, a Status or a Result; what it throws becomes one.
template <typename Verb>
auto Fenced(Verb&& verb) -> decltype(verb()) {
  try {
    return verb();
  } catch (...) {
    return Status::FromException();
  }
}

}  // namespace casecomm

#endif  // CASECOMM_STATUS_H_
