// SPDX-License-Identifier: Apache-2.0
// Hash -> position, in 64-byte buckets of eight slots: a 36-bit tag and a 28-bit value each, a cache line a
// look-up and about ten bytes an entry. A hit is only a likely one: the caller confirms it against the whole
// key.
#ifndef CASECOMM_IDENTIFY_HASH_INDEX_H_
#define CASECOMM_IDENTIFY_HASH_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace casecomm::identify {

class HashIndex {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};
  static constexpr uint32_t kMaxValue = (uint32_t{1} << 28) - 2;

  // Empties it and makes room for `entries`; no more may be inserted.
  explicit HashIndex(size_t entries = 0) : buckets_(entries / kLoad + 1) {}

  void Insert(uint64_t hash, uint32_t value) {
    for (size_t b = Home(hash);; b = Next(b)) {
      for (uint64_t& slot : buckets_[b].slots) {
        if (slot == 0) {
          slot = hash << kValueBits | (value + 1);
          return;
        }
      }
    }
  }

  void Prefetch(uint64_t hash) const { __builtin_prefetch(&buckets_[Home(hash)]); }

  // The first value of this hash that `confirm(value)` accepts, or kNone.
  template <typename Confirm>
  uint32_t Find(uint64_t hash, const Confirm& confirm) const {
    for (size_t b = Home(hash);; b = Next(b)) {
      for (const uint64_t slot : buckets_[b].slots) {
        if (slot == 0) return kNone;
        if ((slot ^ hash << kValueBits) >> kValueBits != 0) continue;
        const auto value = static_cast<uint32_t>(slot & kValueMask) - 1;
        if (confirm(value)) return value;
      }
    }
  }

  size_t bytes() const { return buckets_.size() * sizeof(Bucket); }

 private:
  static constexpr int kValueBits = 28;
  static constexpr uint64_t kValueMask = (uint64_t{1} << kValueBits) - 1;
  static constexpr size_t kLoad = 6;  // of 8: a full bucket spills into the next

  struct alignas(64) Bucket {
    std::array<uint64_t, 8> slots{};  // 0: free; filled from the front
  };

  // The tag is the hash's low 36 bits, the bucket comes from the high 32.
  size_t Home(uint64_t hash) const { return static_cast<size_t>((hash >> 32) * buckets_.size() >> 32); }
  size_t Next(size_t bucket) const { return bucket + 1 == buckets_.size() ? 0 : bucket + 1; }

  std::vector<Bucket> buckets_;
};

}  // namespace casecomm::identify

#endif  // CASECOMM_IDENTIFY_HASH_INDEX_H_
