// SPDX-License-Identifier: Apache-2.0
#include "base/ids.h"

#include <algorithm>

#include "base/base32.h"

namespace casecomm::base {
namespace {
constexpr uint64_t kMask40 = (uint64_t{1} << 40) - 1;
}

Result<std::string> IdMaker::Next(int64_t now_us) {
  uint64_t random[2];
  if (Status s = random_->Fill(random, sizeof random); !s.ok()) return s;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto now = static_cast<uint64_t>(std::max<int64_t>(now_us, 0)) & ((uint64_t{1} << 50) - 1);
  if (now > time_) {
    time_ = now;
    high_ = random[0] & kMask40;
    low_ = random[1] & kMask40;
  } else {  // the same microsecond, or a clock that stepped back: count on by a random step
    low_ += 1 + (random[0] & 0xffff);
    high_ += low_ >> 40;
    low_ &= kMask40;
    time_ += high_ >> 40;
    high_ &= kMask40;
  }
  std::string id;
  id.reserve(26);
  AppendBase32(&id, time_, 10);
  AppendBase32(&id, high_, 8);
  AppendBase32(&id, low_, 8);
  return id;
}

}  // namespace casecomm::base
