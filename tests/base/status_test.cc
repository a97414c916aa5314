// SPDX-License-Identifier: Apache-2.0
#include "casecomm/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

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

}  // namespace
}  // namespace casecomm
