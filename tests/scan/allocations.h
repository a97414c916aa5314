// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_TESTS_SCAN_ALLOCATIONS_H_
#define CASECOMM_TESTS_SCAN_ALLOCATIONS_H_

#include <cstdint>

namespace casecomm::test {

// How often this thread asked for heap memory through operator new.
uint64_t Allocations();

}  // namespace casecomm::test

#endif  // CASECOMM_TESTS_SCAN_ALLOCATIONS_H_
