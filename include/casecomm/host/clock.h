// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_HOST_CLOCK_H_
#define CASECOMM_HOST_CLOCK_H_

#include <cstdint>
#include <memory>

namespace casecomm::host {

// Where time comes from; the library has no other. Called on the calling thread; must be thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Microseconds since 1970-01-01 UTC. It may step back: what the library stores does not.
  virtual int64_t NowMicros() = 0;
};

// The machine's own clock. Throws std::bad_alloc, and nothing else.
std::unique_ptr<Clock> SystemClock();

}  // namespace casecomm::host

#endif  // CASECOMM_HOST_CLOCK_H_
