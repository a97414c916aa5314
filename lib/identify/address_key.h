// SPDX-License-Identifier: Apache-2.0
// When two addresses are one (threats T07 to T09). The canonical form of an address: ASCII letters in lower
// case and no other letter touched, the local part without quotes and quoted pairs, no dot and no plus
// stripped, the domain as A-labels and without a final dot.
#ifndef CASECOMM_IDENTIFY_ADDRESS_KEY_H_
#define CASECOMM_IDENTIFY_ADDRESS_KEY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace casecomm::identify {

// A keyed hash of the process (libsodium's SipHash-2-4): differs from one process to the next, so that nobody
// can choose keys that collide. Never stored.
uint64_t ProcessHash(std::string_view bytes);

// No allocation for a domain in ASCII. The views live as long as this object and what it was made of.
class CanonicalAddress {
 public:
  CanonicalAddress(std::string_view local, std::string_view domain);
  explicit CanonicalAddress(std::string_view spec);  // cut at the last "@"; without one the domain is empty
  CanonicalAddress(const CanonicalAddress&) = delete;
  CanonicalAddress& operator=(const CanonicalAddress&) = delete;

  std::string_view local() const { return local_; }
  std::string_view domain() const { return domain_; }
  uint64_t Hash() const;

  bool operator==(const CanonicalAddress& o) const { return local_ == o.local_ && domain_ == o.domain_; }

 private:
  // RFC 5321 ends a path at 256 octets. What is longer than this is nobody's mailbox: it is compared as
  // written.
  static constexpr size_t kCapacity = 512;

  size_t Unquote(std::string_view quoted);
  size_t DomainToAscii(size_t size, size_t at);

  std::string_view local_, domain_;
  std::array<char, kCapacity> bytes_;
};

}  // namespace casecomm::identify

#endif  // CASECOMM_IDENTIFY_ADDRESS_KEY_H_
