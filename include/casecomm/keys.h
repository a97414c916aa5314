// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_KEYS_H_
#define CASECOMM_KEYS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/host/random.h"
#include "casecomm/status.h"

namespace casecomm {

// The secrets that addresses are signed with. They come from the host, one ring for a store, and are never stored in
// it (threats T36, T44). A plain value; guard it like a password.
struct KeyRing {
  struct Key {
    uint8_t id = 0;  // 0 to 31, unique in the ring; stands in every address it signed
    std::array<uint8_t, 32> secret{};
    int64_t verify_until_us = 0;  // addresses of this key verify until then; 0: for ever
  };
  std::vector<Key> keys;  // the last one signs new addresses

  // A ring of one fresh key. Fails when the random source does.
  static Result<KeyRing> Generate(host::Random& random);

  // The text form a host may keep in a file of mode 0600: one line "casecomm-keys 1", then a line a key:
  // id, secret in hex, verify_until_us. Parse fails with invalid_argument and the position of the fault; Format throws
  // std::bad_alloc, and nothing else.
  std::string Format() const;
  static Result<KeyRing> Parse(std::string_view text);
};

}  // namespace casecomm

#endif  // CASECOMM_KEYS_H_
