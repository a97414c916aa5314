// SPDX-License-Identifier: Apache-2.0
// Engine and Session as Python holds them: what they need stays alive, closed ones refuse, none survives a fork.
#ifndef CASECOMM_BINDINGS_PYTHON_ENGINE_H_
#define CASECOMM_BINDINGS_PYTHON_ENGINE_H_

#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casecomm/engine.h"
#include "gil.h"

namespace casecomm::python {

namespace py = pybind11;

class PySession;

// Every member is guarded by the GIL.
class PyEngine : public std::enable_shared_from_this<PyEngine> {
 public:
  PyEngine(const py::object& store, const py::object& keys, const py::object& clock, const py::object& random,
           const py::object& observer, size_t batch_mails, size_t batch_bytes, const py::object& trust,
           const py::object& attachments, const py::object& scanner, size_t scanner_bytes,
           const py::object& scanner_timeout);
  ~PyEngine();

  // The engine, kept alive by the caller. FailedPrecondition "closed", "forked".
  std::shared_ptr<Engine> Live() const;
  bool closed() const { return !engine_; }
  bool forked() const { return born_ != ForkGeneration(); }

  // Lets go of the engine and of its sessions. Calls that run in other threads end well; the last one closes the store.
  void Close();

  // Lets go of an engine: without the GIL, as its store may have much to do; or not at all in a forked process.
  void LetGo(std::shared_ptr<Engine> engine) const;

  int Traverse(visitproc visit, void* arg) const;

 private:
  friend class PySession;

  std::shared_ptr<Engine> engine_;    // null: closed
  std::vector<PyObject*> seams_;      // Python objects that the engine holds, one reference each
  std::vector<PySession*> sessions_;  // alive
  const uint64_t born_ = ForkGeneration();
};

// Every member is guarded by the GIL.
class PySession {
 public:
  // `engine_object` is the Python object of `engine`.
  PySession(py::object engine_object, PyEngine& engine, Session session, std::shared_ptr<Engine> live);
  ~PySession();
  PySession(const PySession&) = delete;
  PySession& operator=(const PySession&) = delete;

  // One call: FailedPrecondition "closed", "forked", and "busy" while another one runs.
  class Use {
   public:
    explicit Use(PySession& session);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    Session* operator->() const { return &*session_.session_; }

   private:
    PySession& session_;
  };

  void Close();
  bool closed() const { return !session_ || closing_; }
  int Traverse(visitproc visit, void* arg) const;
  void Clear();

 private:
  friend class PyEngine;

  py::object engine_object_;
  PyEngine* engine_;  // null when cleared
  std::optional<Session> session_;
  std::shared_ptr<Engine> live_;
  bool busy_ = false;
  bool closing_ = false;  // let go when the running call ends
};

void BindStores(py::module_& module);
void BindKeys(py::module_& module);
void BindEngine(py::module_& module);
void BindSession(py::module_& module);
void BindRouted(py::module_& module);

// Moves the store out of a MemoryStore or SqliteStore, or wraps a casecomm.Store; `seam` is the object then held.
std::unique_ptr<host::Store> TakeStore(const py::object& store, PyObject** seam);
KeyRing KeysOf(const py::object& keys);

// Session.route_many.
py::object RouteMany(PySession& session, const py::object& raws, const py::object& envelopes, const py::object& trusts,
                     const py::object& into);

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_ENGINE_H_
