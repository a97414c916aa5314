// SPDX-License-Identifier: Apache-2.0
// The interpreter's lock, and what may happen around it: a fork, the end of the interpreter.
//
// When the interpreter ends, it unwinds every other thread that asks for the lock; unwound through frames of ours, which
// drop references on their way, that would crash. So at exit we first wait, up to some seconds, until no other thread is
// in Python code that a seam called; from then on threads that want the lock for us sleep until the process is gone.
#ifndef CASECOMM_BINDINGS_PYTHON_GIL_H_
#define CASECOMM_BINDINGS_PYTHON_GIL_H_

#include <Python.h>

#include <cstdint>

namespace casecomm::python {

// Lets other Python threads run.
class ReleaseGil {
 public:
  ReleaseGil();
  ~ReleaseGil() noexcept(false);  // while it waits for the lock, the interpreter may unwind this thread
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

// Whether Python code can no longer be relied on: classes and modules may be gone.
bool InterpreterIsEnding();

// How many forks lie between the process that loaded the module and this one.
uint64_t ForkGeneration();

// Once, when the module is loaded; the second is for Python's atexit.
void WatchForks();
void AwaitSeams();

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_GIL_H_
