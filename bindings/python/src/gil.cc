// SPDX-License-Identifier: Apache-2.0
#include "gil.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>

namespace casecomm::python {
namespace {

std::atomic<uint64_t> generation{0};

}  // namespace

bool InterpreterIsEnding() {
  return _Py_IsFinalizing() != 0;
}

ReleaseGil::ReleaseGil() {
  // Whoever holds the lock while the interpreter ends is the thread that ends it: nobody waits for the lock any more.
  if (!InterpreterIsEnding()) state_ = PyEval_SaveThread();
}

ReleaseGil::~ReleaseGil() noexcept(false) {
  if (!state_) return;
  while (InterpreterIsEnding()) pause();
  PyEval_RestoreThread(state_);
}

TakeGil::TakeGil() : taken_(Py_IsInitialized() && (!InterpreterIsEnding() || PyGILState_Check())) {
  if (taken_) state_ = PyGILState_Ensure();
}

TakeGil::~TakeGil() {
  if (taken_) PyGILState_Release(state_);
}

uint64_t ForkGeneration() {
  return generation.load(std::memory_order_relaxed);
}

void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
}

}  // namespace casecomm::python
