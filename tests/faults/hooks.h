// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_TESTS_FAULTS_HOOKS_H_
#define CASECOMM_TESTS_FAULTS_HOOKS_H_

namespace casecomm::faults {

// Makes SQLite and ICU ask the heap of tests/support for their memory where a sanitizer owns malloc, and warms up what
// they keep for the life of the process: a failure of ICU's own start stays for good, which is its rule and no verb's
// fault. Before anything else of the process.
void HookLibraries();

}  // namespace casecomm::faults

#endif  // CASECOMM_TESTS_FAULTS_HOOKS_H_
