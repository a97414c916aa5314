// SPDX-License-Identifier: Apache-2.0
#include "casecomm/status.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <memory>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace casecomm {
namespace {

TEST(Status, EveryCodeHasItsNameAndNumber) {
  std::set<std::string_view> names;
  for (int32_t number = 0; number <= 16; ++number) {
    EXPECT_TRUE(names.insert(CodeName(static_cast<Code>(number))).second) << number;
  }
  EXPECT_EQ(CodeName(Code::kOk), "ok");
  EXPECT_EQ(CodeName(Code::kInvalidArgument), "invalid_argument");
  EXPECT_EQ(CodeName(Code::kAborted), "aborted");
  EXPECT_EQ(CodeName(Code::kUnauthenticated), "unauthenticated");
  EXPECT_EQ(CodeName(static_cast<Code>(17)), "unknown");
  EXPECT_EQ(CodeName(static_cast<Code>(-1)), "unknown");
}

TEST(Status, OkHasNothingToTell) {
  const Status ok;
  EXPECT_TRUE(ok.ok());
  EXPECT_EQ(ok.code(), Code::kOk);
  EXPECT_EQ(ok.message(), "");
  EXPECT_EQ(ok.position(), -1);
  EXPECT_EQ(ok.ToString(), "ok");
  EXPECT_TRUE(Status(Code::kOk, "unheard").ok());
}

TEST(Status, TellsWhatWhereAndWhy) {
  const Status failure(Code::kInvalidArgument, "bad_value", "/people/0/id", "expected an id", 12);
  EXPECT_FALSE(failure.ok());
  EXPECT_EQ(failure.reason(), "bad_value");
  EXPECT_EQ(failure.subject(), "/people/0/id");
  EXPECT_EQ(failure.position(), 12);
  EXPECT_EQ(failure.ToString(), "/people/0/id: expected an id (at byte 12)");
  const Status copy = failure;
  EXPECT_EQ(copy.ToString(), failure.ToString());
  EXPECT_EQ(Status(Code::kNotFound, "").ToString(), "not_found");
}

TEST(Status, T25_IsOneLineWithoutControls) {
  const Status failure(Code::kNotFound, "x", "a\nb\x1b[2J", "gone\r\n\u202e", 0);
  EXPECT_EQ(failure.ToString(), "a\\x0ab\\x1b[2J: gone\\x0d\\x0a\\u{202e} (at byte 0)");
}

TEST(Status, TroubleThatMayPass) {
  const std::set<Code> passing = {Code::kUnavailable, Code::kAborted, Code::kDeadlineExceeded,
                                  Code::kResourceExhausted};
  for (int32_t number = 0; number <= 16; ++number) {
    const auto code = static_cast<Code>(number);
    EXPECT_EQ(Status(code, "m").transient(), passing.count(code) == 1) << number;
  }
}

TEST(Result, HoldsAValueOrAFailure) {
  Result<std::unique_ptr<int>> value(std::make_unique<int>(7));
  ASSERT_TRUE(value.ok());
  EXPECT_TRUE(value.status().ok());
  EXPECT_EQ(**value, 7);
  EXPECT_EQ(*std::move(value).value(), 7);

  const Result<int> failure(Status(Code::kNotFound, "gone"));
  EXPECT_FALSE(failure.ok());
  EXPECT_EQ(failure.status().code(), Code::kNotFound);
}

TEST(Result, OfAnOkStatusIsAFailure) {
  const Result<int> result{Status()};
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), Code::kInternal);
}

TEST(Fenced, WhatIsThrownBecomesAStatus) {
  const auto caught = [](auto thrown) { return Fenced([&]() -> Status { throw thrown; }); };
  EXPECT_EQ(caught(std::bad_alloc()).reason(), "out_of_memory");
  EXPECT_EQ(caught(std::bad_alloc()).code(), Code::kResourceExhausted);
  EXPECT_EQ(caught(std::length_error("vector")).reason(), "out_of_memory");
  EXPECT_EQ(caught(std::runtime_error("the host's own words")).ToString(), "the host's own words");
  EXPECT_EQ(caught(std::runtime_error("x")).code(), Code::kInternal);
  EXPECT_EQ(caught(7).reason(), "exception");
  EXPECT_TRUE(Fenced([] { return Status(); }).ok());
  EXPECT_EQ(*Fenced([]() -> Result<int> { return 7; }), 7);
}

TEST(Fenced, OutOfMemoryOutlivesItsMaker) {
  std::vector<Status> held(100, Status::OutOfMemory());
  const Status last = held.back();
  held.clear();
  EXPECT_EQ(last.ToString(), "memory ran out");
}

// glibc ends a cancelled thread by an exception of its own, and the process where that is not thrown on.
TEST(Fenced, ACancelledThreadGoesOnEnding) {
  pthread_t thread;
  const auto wait = [](void*) -> void* {
    static_cast<void>(Fenced([]() -> Status {
      for (;;) ::pause();
    }));
    return nullptr;
  };
  ASSERT_EQ(::pthread_create(&thread, nullptr, wait, nullptr), 0);
  ASSERT_EQ(::pthread_cancel(thread), 0);
  void* result = nullptr;
  ASSERT_EQ(::pthread_join(thread, &result), 0);
  EXPECT_EQ(result, PTHREAD_CANCELED);
}

}  // namespace
}  // namespace casecomm
