// SPDX-License-Identifier: Apache-2.0
#include "gil.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace casecomm::python {
namespace {

constexpr std::chrono::seconds kPatience{5};

std::atomic<uint64_t> generation{0};
std::atomic<int> in_python{0};    // calls of seams, and threads about to take the lock
std::atomic<bool> ending{false};  // no new ones but of ending_thread
std::atomic<pthread_t> ending_thread{};
thread_local int my_calls = 0;  // of those, this thread's

bool EndsForMe() {
  return _Py_IsFinalizing() != 0 || (ending && !pthread_equal(ending_thread, pthread_self()));
}

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
  ++in_python;
  if (EndsForMe()) {
    in_python -= 1 + my_calls;
    for (;;) pause();
  }
  PyEval_RestoreThread(state_);
  --in_python;
}

TakeGil::TakeGil() : taken_(false) {
  if (!Py_IsInitialized()) return;
  ++in_python;
  if (EndsForMe() && !PyGILState_Check()) {
    --in_python;
    return;
  }
  ++my_calls;
  taken_ = true;
  state_ = PyGILState_Ensure();
}

TakeGil::~TakeGil() {
  if (!taken_) return;
  PyGILState_Release(state_);
  --my_calls;
  --in_python;
}

uint64_t ForkGeneration() {
  return generation.load(std::memory_order_relaxed);
}

void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] {
    generation.fetch_add(1, std::memory_order_relaxed);
    in_python = my_calls;  // the other threads are not here
  });
}

void AwaitSeams() {
  ending_thread = pthread_self();
  ending = true;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  PyThreadState* const state = PyEval_SaveThread();
  while (in_python > my_calls && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  PyEval_RestoreThread(state);
}

}  // namespace casecomm::python
