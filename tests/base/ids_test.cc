// SPDX-License-Identifier: Apache-2.0
#include "base/ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

#include "base/base32.h"
#include "tests/base/random.h"

namespace casecomm::base {
namespace {

constexpr int64_t kNow = 1'790'000'000'000'000;  // 2026

// Answers the same byte for ever, or fails from the n-th call on; counts the calls.
class FakeRandom : public host::Random {
 public:
  explicit FakeRandom(int byte, int fails_at = -1) : byte_(byte), fails_at_(fails_at) {}
  Status Fill(void* out, size_t size) override {
    if (calls_++ == fails_at_) return Status(Code::kUnavailable, "no_entropy", "", "no random bytes were left");
    std::memset(out, byte_, size);
    return {};
  }
  int calls() const { return calls_; }

 private:
  const int byte_, fails_at_;
  int calls_ = 0;
};

TEST(Ids, AreTwentySixDigitsWithTheTimeInFront) {
  FakeRandom zeros(0);
  IdMaker maker(&zeros);
  const std::string id = maker.Next(kNow).value();
  ASSERT_EQ(id.size(), 26u);
  uint64_t time = 0;
  ASSERT_TRUE(ParseBase32(std::string_view(id).substr(0, 11), &time));
  EXPECT_EQ(time, static_cast<uint64_t>(kNow));
  EXPECT_EQ(id.substr(11), "000000000000000");
}

TEST(Ids, SortByTimeAcrossMakersAlsoInTheNextCentury) {
  const auto random = host::SystemRandom();
  std::string last;
  for (const int64_t now : {int64_t{0}, int64_t{1}, int64_t{1} << 50, kNow, int64_t{1} << 51,
                            int64_t{4'102'444'800'000'000}, int64_t{1} << 52, (int64_t{1} << 55) - 1}) {
    IdMaker maker(random.get());
    const std::string id = maker.Next(now).value();
    EXPECT_LT(last, id) << now;
    last = id;
  }
}

TEST(Ids, GrowWhateverTheClockDoes) {
  test::Rng rng;
  PRINT_SEED(rng);
  const auto random = host::SystemRandom();
  IdMaker maker(random.get());
  std::string last;
  int64_t now = kNow;
  for (int round = 0; round < 50'000; ++round) {
    now += static_cast<int64_t>(rng.Below(5)) - 2;
    if (rng.Below(1000) == 0) now -= 3'600'000'000;
    const std::string id = maker.Next(now).value();
    ASSERT_EQ(id.size(), 26u);
    ASSERT_LT(last, id);
    last = id;
  }
  EXPECT_GT(maker.Next(INT64_MAX).value(), last);
  EXPECT_EQ(maker.Next(INT64_MIN).value().size(), 26u);
}

TEST(Ids, CarryWhenTheRandomPartIsFull) {
  FakeRandom ones(0xff);
  IdMaker maker(&ones);
  const std::string full = maker.Next(kNow).value();
  EXPECT_EQ(full.substr(11), "zzzzzzzzzzzzzzz");
  const std::string next = maker.Next(kNow).value();
  EXPECT_LT(full, next);
  uint64_t time = 0;
  ASSERT_TRUE(ParseBase32(std::string_view(next).substr(0, 11), &time));
  EXPECT_EQ(time, static_cast<uint64_t>(kNow) + 1);
}

TEST(Ids, T46_FailWithTheRandomSource) {
  for (int n = 0; n < 5; ++n) {
    FakeRandom random(7, n);
    IdMaker maker(&random);
    std::string last;
    for (int i = 0; i < 5; ++i) {
      const Result<std::string> id = maker.Next(kNow);
      ASSERT_EQ(id.ok(), i != n);
      if (i == n) {
        EXPECT_EQ(id.status().code(), Code::kUnavailable);
        EXPECT_EQ(id.status().reason(), "no_entropy");
      } else {
        EXPECT_LT(last, *id);
        last = *id;
      }
    }
    EXPECT_EQ(random.calls(), 5);
  }
}

TEST(Ids, OneMakerServesManyThreads) {
  const auto random = host::SystemRandom();
  IdMaker maker(random.get());
  std::vector<std::string> ids[4];
  std::vector<std::thread> threads;
  for (auto& mine : ids) {
    threads.emplace_back([&maker, &mine] {
      for (int i = 0; i < 2'000; ++i) mine.push_back(maker.Next(kNow).value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> all;
  for (const auto& mine : ids) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_EQ(all.size(), 8'000u);
}

}  // namespace
}  // namespace casecomm::base
