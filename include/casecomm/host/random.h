// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_HOST_RANDOM_H_
#define CASECOMM_HOST_RANDOM_H_

#include <cstddef>
#include <memory>

#include "casecomm/status.h"

namespace casecomm::host {

// Where unpredictable bytes come from: locators, ids. Called on the calling thread; must be thread-safe.
class Random {
 public:
  virtual ~Random() = default;

  // Fills `size` bytes at `out`, or fails and the verb that asked fails with it (threat T46).
  virtual Status Fill(void* out, size_t size) = 0;
};

// The operating system's generator, through libsodium. Throws std::bad_alloc, and nothing else.
std::unique_ptr<Random> SystemRandom();

}  // namespace casecomm::host

#endif  // CASECOMM_HOST_RANDOM_H_
