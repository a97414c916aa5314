// SPDX-License-Identifier: Apache-2.0
// The interpreter's lock, and what may happen around it: a fork, the end of the interpreter.
#ifndef CASECOMM_BINDINGS_PYTHON_GIL_H_
#define CASECOMM_BINDINGS_PYTHON_GIL_H_

#include <Python.h>

#include <cstdint>

namespace casecomm::python {

// Lets other Python threads run. A thread that comes back when the interpreter is ending sleeps until the process is
// gone: to be ended inside the library would take the process down.
class ReleaseGil {
 public:
  ReleaseGil();
  // While it waits for the lock, the interpreter may end this thread by unwinding it.
  ~ReleaseGil() noexcept(false);
  ReleaseGil(const ReleaseGil&) = delete;
  ReleaseGil& operator=(const ReleaseGil&) = delete;

 private:
  PyThreadState* state_ = nullptr;
};

// Takes the lock for a seam's callback, from any thread, held already or not. Not taken when the interpreter is ending.
class TakeGil {
 public:
  TakeGil();
  ~TakeGil();
  TakeGil(const TakeGil&) = delete;
  TakeGil& operator=(const TakeGil&) = delete;

  bool taken() const { return taken_; }

 private:
  bool taken_;
  PyGILState_STATE state_{};
};

bool InterpreterIsEnding();

// How many forks lie between the process that loaded the module and this one.
uint64_t ForkGeneration();
void WatchForks();  // once, when the module is loaded

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_GIL_H_
