// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "casecomm/status.h"
#include "tests/capi/world.h"

namespace casecomm::capi_test {
namespace {

// Reads a stored message with a callback that fails with these words: how a text reaches the caller.
class Echo {
 public:
  Echo() {
    world_.Fill();
    message_ = world_.MessageOfC1();
  }

  casecomm_status Fail(casecomm_status code, std::string reason, std::string subject, std::string message,
                       int64_t position, casecomm_error* error) {
    code_ = code;
    said_ = CASECOMM_INIT(casecomm_error);
    reason.copy(said_.reason_name, sizeof said_.reason_name);
    subject.copy(said_.subject, sizeof said_.subject);
    message.copy(said_.message, sizeof said_.message);
    said_.position = position;
    return casecomm_session_raw(
        world_.session, S(message_),
        [](void* host, const char*, size_t, casecomm_error* out) {
          const auto& self = *static_cast<Echo*>(host);
          EXPECT_EQ(out->struct_size, sizeof(casecomm_error));
          EXPECT_EQ(out->position, -1);
          std::memcpy(out, &self.said_, sizeof self.said_);
          return self.code_;
        },
        this, error);
  }

  World world_;

 private:
  std::string message_;
  casecomm_status code_ = CASECOMM_OK;
  casecomm_error said_{};
};

TEST(Errors, AHostsOwnReachesTheCallerWordForWord) {
  Echo echo;
  Error error;
  EXPECT_EQ(echo.Fail(CASECOMM_DATA_LOSS, "my_reason", "gr\xc3\xb6\xc3\x9f", "it fell over", 42, &error),
            CASECOMM_DATA_LOSS);
  EXPECT_EQ(error.code, CASECOMM_DATA_LOSS);
  EXPECT_EQ(error.reason, 0) << "a host's own word";
  EXPECT_STREQ(error.reason_name, "my_reason");
  EXPECT_STREQ(error.subject, "gr\xc3\xb6\xc3\x9f");
  EXPECT_STREQ(error.message, "it fell over");
  EXPECT_EQ(error.position, 42);
  EXPECT_EQ(error.truncated, 0u);
  EXPECT_EQ(echo.Fail(CASECOMM_UNAVAILABLE, "sqlite", "", "", -1, &error), CASECOMM_UNAVAILABLE);
  EXPECT_EQ(error.reason, CASECOMM_REASON_SQLITE);
  EXPECT_EQ(error.position, -1);
}

TEST(Errors, ANumberThatIsNoCodeIsUnknown) {
  Echo echo;
  for (const casecomm_status code : {17, -1, 1000, INT32_MIN, INT32_MAX}) {
    Error error;
    EXPECT_EQ(echo.Fail(code, "x", "", "", -1, &error), CASECOMM_UNKNOWN);
    EXPECT_EQ(error.code, CASECOMM_UNKNOWN);
  }
  EXPECT_EQ(Text(casecomm_status_name(17)), "unknown");
  EXPECT_EQ(Text(casecomm_status_name(-1)), "unknown");
  EXPECT_EQ(Text(casecomm_status_name(CASECOMM_OK)), "ok");
  for (int code = 0; code <= 16; ++code) EXPECT_EQ(Text(casecomm_status_name(code)), CodeName(static_cast<Code>(code)));
}

TEST(Errors, TextsAreCutAtACharacter) {
  Echo echo;
  // A text of 64 bytes needs one more for its NUL.
  struct {
    std::string given, kept;
  } const rows[] = {
      {std::string(63, 'a'), std::string(63, 'a')},
      {std::string(64, 'a'), std::string(63, 'a')},
      {std::string(62, 'a') + "\xc3\xb6", std::string(62, 'a')},
      {std::string(61, 'a') + "\xc3\xb6", std::string(61, 'a') + "\xc3\xb6"},
      {std::string(61, 'a') + "\xe2\x82\xac", std::string(61, 'a')},
      {std::string(60, 'a') + "\xe2\x82\xac", std::string(60, 'a') + "\xe2\x82\xac"},
      {std::string(60, 'a') + "\xf0\x9f\x93\xa7", std::string(60, 'a')},
      {std::string(59, 'a') + "\xf0\x9f\x93\xa7", std::string(59, 'a') + "\xf0\x9f\x93\xa7"},
  };
  for (const auto& row : rows) {
    Error error;
    echo.Fail(CASECOMM_INTERNAL, row.given, "", "", -1, &error);
    EXPECT_STREQ(error.reason_name, row.kept.c_str());
    EXPECT_EQ(error.truncated, row.given == row.kept ? 0u : 1u * CASECOMM_TRUNCATED_REASON);
  }
}

TEST(Errors, WhatIsNotUtf8BecomesTheReplacementCharacter) {
  Echo echo;
  Error error;
  echo.Fail(CASECOMM_INTERNAL, "r", "a\xff\x62", "\xc3", -1, &error);
  EXPECT_STREQ(error.subject, "a\xef\xbf\xbd\x62");
  EXPECT_STREQ(error.message, "\xef\xbf\xbd");
  for (const char* bad :
       {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xf8\x88\x80\x80\x80"}) {
    echo.Fail(CASECOMM_INTERNAL, "r", bad, "", -1, &error);
    EXPECT_EQ(std::string(error.subject).substr(0, 3), "\xef\xbf\xbd") << bad;
    for (const char c : std::string(error.subject)) EXPECT_NE(std::string("\xef\xbf\xbd").find(c), std::string::npos);
  }
}

// Every size: nothing behind it is touched, texts end in NUL, fields that fit whole are right.
TEST(Errors, AnErrorMayHaveAnySize) {
  Echo echo;
  const std::string subject(100, 's'), message = "gr\xc3\xb6\xc3\x9f";
  for (uint32_t size = 0; size <= sizeof(casecomm_error) + 40; ++size) {
    union {
      casecomm_error error;
      unsigned char bytes[sizeof(casecomm_error) + 64];
    } box;
    std::memset(box.bytes, 0xa5, sizeof box.bytes);
    std::memcpy(box.bytes, &size, sizeof size);
    EXPECT_EQ(echo.Fail(CASECOMM_ABORTED, "busy", subject, message, 7, &box.error), CASECOMM_ABORTED);
    const size_t written = std::min<size_t>(size, sizeof(casecomm_error));
    for (size_t i = std::max<size_t>(written, 4); i < sizeof box.bytes; ++i) ASSERT_EQ(box.bytes[i], 0xa5) << size;
    const auto whole = [&](size_t offset, size_t length) { return written >= offset + length; };
    EXPECT_TRUE(written < 4 || box.error.struct_size == written);
    EXPECT_TRUE(!whole(4, 4) || box.error.code == CASECOMM_ABORTED);
    EXPECT_TRUE(!whole(8, 4) || box.error.reason == CASECOMM_REASON_BUSY);
    EXPECT_TRUE(!whole(16, 8) || box.error.position == 7);
    for (const size_t offset : {offsetof(casecomm_error, reason_name), offsetof(casecomm_error, subject),
                                offsetof(casecomm_error, message)}) {
      EXPECT_TRUE(written <= offset || std::memchr(box.bytes + offset, 0, written - offset) != nullptr) << size;
    }
    if (whole(12, 4)) {
      const auto room = [&](size_t offset) { return written > offset ? written - offset : 0; };
      EXPECT_EQ(box.error.truncated, (room(24) > 4 ? 0u : 1u) | (room(88) > 100 ? 0u : 2u) | (room(216) > 6 ? 0u : 4u))
          << size;
    }
  }
}

TEST(Errors, OnePastTheLargestIsLeftAlone) {
  World world;
  std::vector<unsigned char> bytes(sizeof(casecomm_error), 0xa5);
  const uint32_t size = CASECOMM_STRUCT_MAX + 1;
  std::memcpy(bytes.data(), &size, sizeof size);
  EXPECT_EQ(casecomm_session_load(world.session, S("x"), reinterpret_cast<casecomm_error*>(bytes.data())),
            CASECOMM_INVALID_ARGUMENT);
  for (size_t i = 4; i < bytes.size(); ++i) EXPECT_EQ(bytes[i], 0xa5);
}

TEST(Errors, NothingIsWrittenAfterSuccessAndNoErrorIsNeeded) {
  World world;
  casecomm_error error;
  std::memset(&error, 0xa5, sizeof error);
  casecomm_error before;
  std::memcpy(&before, &error, sizeof error);
  EXPECT_EQ(casecomm_session_load(world.session, S("{}"), &error), CASECOMM_OK);
  EXPECT_EQ(std::memcmp(&before, &error, sizeof error), 0);
  EXPECT_EQ(casecomm_session_load(world.session, S("{"), nullptr), CASECOMM_INVALID_ARGUMENT);
}

TEST(Errors, AFaultOfALoadDocumentHasItsPointerAndByte) {
  World world;
  Error error;
  const char json[] = R"({"records": [{"id": "C9", "kind": "shoe", "name": "x"}]})";
  EXPECT_EQ(casecomm_session_load(world.session, S(json), &error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_STREQ(error.subject, "/records/0/kind");
  EXPECT_EQ(error.position, static_cast<int64_t>(std::string(json).find("\"shoe\"")));
  EXPECT_NE(std::string(error.message), "");
}

TEST(Errors, EveryReasonHasItsNumber) {
  Echo echo;
#define CHECK_REASON(number, name, word, meaning)           \
  {                                                         \
    Error error;                                            \
    echo.Fail(CASECOMM_INTERNAL, word, "", "", -1, &error); \
    EXPECT_EQ(error.reason, number) << word;                \
    EXPECT_STREQ(error.reason_name, word);                  \
  }
  CASECOMM_REASON_TABLE(CHECK_REASON)
#undef CHECK_REASON
  for (const char* none : {"", "bus", "busyy", "zzz", "Busy"}) {
    Error error;
    echo.Fail(CASECOMM_INTERNAL, none, "", "", -1, &error);
    EXPECT_EQ(error.reason, 0) << none;
  }
}

}  // namespace
}  // namespace casecomm::capi_test
