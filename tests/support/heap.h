// SPDX-License-Identifier: Apache-2.0
// The heap of a test program: counts what is asked of it, and refuses on demand. Linking casecomm_test_heap replaces
// operator new and, where no sanitizer owns it, malloc with all its kin, so that libraries of others are counted and
// refused too.
#ifndef CASECOMM_TESTS_SUPPORT_HEAP_H_
#define CASECOMM_TESTS_SUPPORT_HEAP_H_

#include <cstddef>
#include <cstdint>

namespace casecomm::test {

// How often this thread asked operator new for memory.
uint64_t Allocations();

// From here on the n-th block that this thread asks for is refused (counted from 1; 0: none), and with `and_after` all
// behind it.
void RefuseBlock(uint64_t n, bool and_after);

struct Refusals {
  uint64_t asked = 0;    // blocks since RefuseBlock
  uint64_t refused = 0;  // of those
};
// Ends that.
Refusals StopRefusing();

// Whether the next block is to be refused; counts it. For the hooks of libraries that a sanitizer hides from us.
bool RefusesNext();

// Blocks of the whole process that are not given back; -1 under a sanitizer, which looks for leaks itself.
int64_t LiveBlocks();

}  // namespace casecomm::test

#endif  // CASECOMM_TESTS_SUPPORT_HEAP_H_
