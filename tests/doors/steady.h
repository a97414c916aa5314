// SPDX-License-Identifier: Apache-2.0
// Seams that repeat themselves, so that four programs make the same ids: the time and the random bytes follow from the
// number in CASECOMM_STEP alone. The C and the Python door have the same arithmetic.
#ifndef CASECOMM_TESTS_DOORS_STEADY_H_
#define CASECOMM_TESTS_DOORS_STEADY_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "casecomm/host/clock.h"
#include "casecomm/host/random.h"

namespace casecomm::doors {

inline uint64_t Step() {
  const char* const step = std::getenv("CASECOMM_STEP");
  return step == nullptr ? 0 : std::strtoull(step, nullptr, 10);
}

class SteadyClock final : public host::Clock {
 public:
  int64_t NowMicros() override { return 1'700'000'000'000'000 + static_cast<int64_t>(Step()) * 1'000'000; }
};

// splitmix64, one word after another, little-endian.
class SteadyRandom final : public host::Random {
 public:
  Status Fill(void* out, size_t size) override {
    auto* bytes = static_cast<unsigned char*>(out);
    for (size_t i = 0; i < size; ++i) {
      if (i % 8 == 0) word_ = Next();
      bytes[i] = static_cast<unsigned char>(word_ >> (i % 8 * 8));
    }
    return {};
  }

 private:
  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  uint64_t state_ = Step() << 32;
  uint64_t word_ = 0;
};

}  // namespace casecomm::doors

#endif  // CASECOMM_TESTS_DOORS_STEADY_H_
