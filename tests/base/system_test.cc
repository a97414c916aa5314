// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>

#include "casecomm/host/clock.h"
#include "casecomm/host/random.h"

namespace casecomm::host {
namespace {

TEST(SystemClock, CountsMicrosecondsSince1970) {
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::system_clock;
  const auto now = [] { return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count(); };
  const auto clock = SystemClock();
  const int64_t before = now(), told = clock->NowMicros(), after = now();
  EXPECT_LE(before, told);
  EXPECT_LE(told, after);
}

TEST(SystemRandom, FillsTheBytesAskedForAndNoMore) {
  const auto random = SystemRandom();
  std::array<uint8_t, 66> first{}, second{};
  ASSERT_TRUE(random->Fill(first.data() + 1, 64).ok());
  ASSERT_TRUE(random->Fill(second.data() + 1, 64).ok());
  EXPECT_NE(first, second);
  EXPECT_EQ(first.front(), 0);
  EXPECT_EQ(first.back(), 0);
  ASSERT_TRUE(random->Fill(first.data(), 0).ok());
}

}  // namespace
}  // namespace casecomm::host
