// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_BASE_HASH_H_
#define CASECOMM_BASE_HASH_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace casecomm::base {

using Digest = std::array<uint8_t, 32>;

inline std::string_view AsBytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// SHA-256 of pieces. Update(x), Update(y) equals Update(xy); where pieces must not run together, use Field.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(std::string_view bytes);
  void Field(std::string_view bytes);  // the length as 8 bytes, then the bytes
  Digest Finish();                     // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest Sha256Of(std::string_view bytes);

// The first 8 bytes of the SHA-256, lowest first, as a number that fits int64 columns: stable across
// processes, versions and machines.
int64_t StableHash64(std::string_view bytes);

}  // namespace casecomm::base

#endif  // CASECOMM_BASE_HASH_H_
