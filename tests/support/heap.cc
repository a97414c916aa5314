// SPDX-License-Identifier: Apache-2.0
#include "tests/support/heap.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWN_MALLOC 0
#else
#define OWN_MALLOC 1
#endif

namespace {

struct Counts {
  uint64_t allocations = 0;
  bool refusing = false, and_after = false;
  uint64_t refuse_at = 0;
  casecomm::test::Refusals refusals;
};
// Constant initialization: the heap is asked before any constructor runs.
constinit thread_local Counts counts;
constinit std::atomic<int64_t> live{0};

}  // namespace

namespace casecomm::test {

uint64_t Allocations() {
  return counts.allocations;
}

void RefuseBlock(uint64_t n, bool and_after) {
  counts.refuse_at = n;
  counts.and_after = and_after;
  counts.refusals = {};
  counts.refusing = true;
}

Refusals StopRefusing() {
  counts.refusing = false;
  return counts.refusals;
}

bool RefusesNext() {
  if (!counts.refusing) return false;
  const uint64_t number = ++counts.refusals.asked;
  if (counts.refuse_at == 0 || number < counts.refuse_at) return false;
  if (number > counts.refuse_at && !counts.and_after) return false;
  ++counts.refusals.refused;
  return true;
}

int64_t LiveBlocks() {
  return OWN_MALLOC ? live.load() : -1;
}

}  // namespace casecomm::test

#if OWN_MALLOC

extern "C" {
// The C library's own, under its other names.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);
}

namespace {

bool Refused() {
  if (!casecomm::test::RefusesNext()) return false;
  errno = ENOMEM;
  return true;
}

void* Given(void* block) {
  if (block != nullptr) live.fetch_add(1, std::memory_order_relaxed);
  return block;
}

}  // namespace

extern "C" {

void* malloc(size_t size) noexcept {
  return Refused() ? nullptr : Given(__libc_malloc(size));
}
void* calloc(size_t count, size_t size) noexcept {
  return Refused() ? nullptr : Given(__libc_calloc(count, size));
}
void* realloc(void* block, size_t size) noexcept {
  if (Refused()) return nullptr;
  if (block == nullptr) return Given(__libc_malloc(size));
  void* const moved = __libc_realloc(block, size);
  if (moved == nullptr && size == 0) live.fetch_sub(1, std::memory_order_relaxed);
  return moved;
}
void* memalign(size_t alignment, size_t size) noexcept {
  return Refused() ? nullptr : Given(__libc_memalign(alignment, size));
}
void* aligned_alloc(size_t alignment, size_t size) noexcept {
  return memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) noexcept {
  *out = memalign(alignment, size);
  return *out != nullptr ? 0 : ENOMEM;
}
void free(void* block) noexcept {
  if (block != nullptr) live.fetch_sub(1, std::memory_order_relaxed);
  __libc_free(block);
}

}  // extern "C"

#endif  // OWN_MALLOC

namespace {

// Not inlined: the compiler would see malloc and delete meet, and warn.
[[gnu::noinline]] void* Allocate(size_t size) noexcept {
  ++counts.allocations;
  if (!OWN_MALLOC && casecomm::test::RefusesNext()) return nullptr;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void* operator new(size_t size) {
  if (void* const block = Allocate(size)) return block;
  throw std::bad_alloc();
}
// Sorting asks this one for a buffer, and does without.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return Allocate(size);
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, size_t) noexcept {
  std::free(block);
}
