// SPDX-License-Identifier: Apache-2.0
// Every verb of the C++ API, each once as it succeeds.
#ifndef CASECOMM_TESTS_FAULTS_VERBS_H_
#define CASECOMM_TESTS_FAULTS_VERBS_H_

#include <functional>
#include <string>
#include <vector>

#include "tests/faults/world.h"

namespace casecomm::faults {

struct Verb {
  std::string name;
  // Calls it inside World::Call and spells its answer.
  std::function<Status(World&, std::string* answer)> act;
  std::function<void(World&)> prepare = nullptr;
  bool touches_store = true;  // so that SQLite is worth a run
  // What a second call may fail with when the first failed behind its commit.
  Code done_before = Code::kOk;
};

// For parameters of tests, by name.
inline std::ostream& operator<<(std::ostream& out, const Verb& verb) {
  return out << verb.name;
}

std::vector<Verb> Verbs();

}  // namespace casecomm::faults

#endif  // CASECOMM_TESTS_FAULTS_VERBS_H_
