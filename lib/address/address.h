// SPDX-License-Identifier: Apache-2.0
// Addresses that prove themselves (spec Y-03, threats.md section 4):
//
//   [slug '-' | base '+'] kind version kid '-' account(6) locator(8) '-' tag(16) '@' domain
//
// in Crockford base32, lower case; 35 characters behind the optional prefix, at most 64 octets in all. The
// tag is the first 80 bits of keyed BLAKE2b-128 over version, kind, account, locator and domain, so that it
// is checked with no look-up. The prefix is cosmetic and ignored.
#ifndef CASECOMM_ADDRESS_ADDRESS_H_
#define CASECOMM_ADDRESS_ADDRESS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "casecomm/keys.h"
#include "casecomm/status.h"

namespace casecomm::address {

// The letter in the address. Written to the world, do not change.
enum class Kind : char {
  kRecord = 'q',
  kDrop = 'd',
  kReply = 'r',
  kReturnPath = 'b',
  kMessageId = 'm',  // the left side of a Message-ID of ours: the locator is a thread's
};

inline constexpr uint32_t kMaxAccount = (uint32_t{1} << 30) - 1;
inline constexpr uint64_t kMaxLocator = (uint64_t{1} << 40) - 1;
inline constexpr size_t kCoreLength = 35;
inline constexpr size_t kMaxPrefix = 29;

struct Capability {
  Kind kind = Kind::kRecord;
  uint8_t key_id = 0;
  uint32_t account = 0;  // 30 bits, not 0
  uint64_t locator = 0;  // 40 bits
  bool operator==(const Capability& o) const {
    return kind == o.kind && key_id == o.key_id && account == o.account && locator == o.locator;
  }
};

// A key ring made ready. Immutable; any thread.
class Signer {
 public:
  // Fails with invalid_argument for an empty ring, a doubled id or secret, an id over 31, or a secret of
  // zeros, which nobody set.
  static Result<Signer> Make(const KeyRing& ring);

  uint8_t newest_key() const { return newest_; }

  // The address of a capability under its key, domain in lower case. `prefix` is "" or begins with a letter or digit and
  // ends in '-' or '+'; between them letters, digits and ". _ - +". Fails with not_found for a key that is not in the
  // ring, invalid_argument for a field out of range, no domain name of ASCII letters, or a prefix of another form.
  Result<std::string> Mint(const Capability& capability, std::string_view domain, std::string_view prefix = {}) const;

  // What the local part proves at this domain, or nothing: wrong form, unknown or expired key, wrong tag, all alike.
  // `local` may be in either case and in quotes; without them it is at most 64 octets. Compares in constant time. No
  // allocation.
  std::optional<Capability> Verify(std::string_view local, std::string_view domain, int64_t now_us) const;

 private:
  struct Key {
    bool present = false;
    std::array<uint8_t, 32> secret{};
    int64_t verify_until_us = 0;
  };
  std::array<Key, 32> keys_;
  uint8_t newest_ = 0;
};

}  // namespace casecomm::address

#endif  // CASECOMM_ADDRESS_ADDRESS_H_
