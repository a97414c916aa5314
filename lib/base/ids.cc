// SPDX-License-Identifier: Apache-2.0
#include "base/ids.h"

#include <algorithm>

#include "base/base32.h"

namespace casecomm::base {
namespace {

// 55 + 35 + 40 bits. 55 bits of microseconds last until the year 3111.
constexpr int kTimeDigits = 11, kHighDigits = 7, kLowDigits = 8;
constexpr uint64_t Mask(int digits) {
  return (uint64_t{1} << (5 * digits)) - 1;
}

}  // namespace

Result<std::string> IdMaker::Next(int64_t now_us) {
  uint64_t random[2];
  if (Status s = random_->Fill(random, sizeof random); !s.ok()) return s;
  const std::lock_guard<std::mutex> lock(mutex_);
  const uint64_t now = std::min(static_cast<uint64_t>(std::max<int64_t>(now_us, 0)), Mask(kTimeDigits));
  if (now > time_) {
    time_ = now;
    high_ = random[0] & Mask(kHighDigits);
    low_ = random[1] & Mask(kLowDigits);
  } else {  // the same microsecond, or a clock that stepped back: count on by a random step
    low_ += 1 + (random[0] & 0xffff);
    high_ += low_ >> (5 * kLowDigits);
    low_ &= Mask(kLowDigits);
    time_ += high_ >> (5 * kHighDigits);
    high_ &= Mask(kHighDigits);
  }
  std::string id;
  id.reserve(kTimeDigits + kHighDigits + kLowDigits);
  AppendBase32(&id, time_, kTimeDigits);
  AppendBase32(&id, high_, kHighDigits);
  AppendBase32(&id, low_, kLowDigits);
  return id;
}

}  // namespace casecomm::base
