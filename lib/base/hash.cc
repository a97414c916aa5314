// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <sodium.h>

namespace casecomm::base {
namespace {

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

struct Sha256::State {
  crypto_hash_sha256_state sodium;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->sodium);
}
Sha256::~Sha256() = default;

void Sha256::Update(std::string_view bytes) {
  crypto_hash_sha256_update(&state_->sodium, Data(bytes), bytes.size());
}

void Sha256::Field(std::string_view bytes) {
  std::array<char, 8> length;
  for (size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(static_cast<uint64_t>(bytes.size()) >> (56 - 8 * i));
  Update({length.data(), length.size()});
  Update(bytes);
}

Digest Sha256::Finish() {
  Digest digest;
  crypto_hash_sha256_final(&state_->sodium, digest.data());
  return digest;
}

Digest Sha256Of(std::string_view bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), Data(bytes), bytes.size());
  return digest;
}

int64_t StableHash64(std::string_view bytes) {
  const Digest digest = Sha256Of(bytes);
  uint64_t hash = 0;
  for (size_t i = 0; i < 8; ++i) hash |= static_cast<uint64_t>(digest[i]) << (8 * i);
  return static_cast<int64_t>(hash);
}

}  // namespace casecomm::base
