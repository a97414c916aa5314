// SPDX-License-Identifier: Apache-2.0
// The default seams: the machine's clock, the operating system's random bytes.
#include <sodium.h>

#include <chrono>

#include "casecomm/host/clock.h"
#include "casecomm/host/random.h"

namespace casecomm::host {
namespace {

class MachineClock : public Clock {
 public:
  int64_t NowMicros() override {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

class SodiumRandom : public Random {
 public:
  Status Fill(void* out, size_t size) override {
    if (sodium_init() < 0) return Status(Code::kInternal, "random_failed", "", "libsodium did not start");
    randombytes_buf(out, size);
    return {};
  }
};

}  // namespace

std::unique_ptr<Clock> SystemClock() {
  return std::make_unique<MachineClock>();
}
std::unique_ptr<Random> SystemRandom() {
  return std::make_unique<SodiumRandom>();
}

}  // namespace casecomm::host
