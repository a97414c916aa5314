// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_BASE_IDS_H_
#define CASECOMM_BASE_IDS_H_

#include <cstdint>
#include <mutex>
#include <string>

#include "casecomm/host/random.h"
#include "casecomm/status.h"

namespace casecomm::base {

// Makes the ids of stored messages, threads and notices: 26 digits of Crockford base32, 55 bits of
// microseconds since 1970 and 75 bits of randomness, so that ids sort by time and new rows land at the end of
// an index. Within one maker each id is greater than the one before, also when the clock steps back.
// Thread-safe.
class IdMaker {
 public:
  explicit IdMaker(host::Random* random) : random_(random) {}

  // Fails when the random source does (threat T46).
  Result<std::string> Next(int64_t now_us);

 private:
  host::Random* const random_;
  std::mutex mutex_;
  uint64_t time_ = 0;            // of the last id; guarded by mutex_
  uint64_t high_ = 0, low_ = 0;  // its 35 + 40 random bits; guarded by mutex_
};

}  // namespace casecomm::base

#endif  // CASECOMM_BASE_IDS_H_
