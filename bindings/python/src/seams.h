// SPDX-License-Identifier: Apache-2.0
// Seams written in Python, as the library sees them. Each holds its object until it is destroyed, which may be on any
// thread, and takes the GIL for each call.
#ifndef CASECOMM_BINDINGS_PYTHON_SEAMS_H_
#define CASECOMM_BINDINGS_PYTHON_SEAMS_H_

#include <pybind11/pybind11.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "casecomm/host/clock.h"
#include "casecomm/host/observer.h"
#include "casecomm/host/random.h"
#include "casecomm/host/scanner.h"
#include "casecomm/host/sink.h"
#include "casecomm/host/source.h"
#include "casecomm/host/store.h"
#include "gil.h"

namespace casecomm::python {

namespace py = pybind11;

// A reference that may be dropped on any thread, with the GIL or without. At the interpreter's end it is kept.
class HeldObject {
 public:
  explicit HeldObject(py::object object) : object_(std::move(object)) {}
  ~HeldObject() {
    const TakeGil gil;
    if (gil.taken() && !InterpreterIsEnding()) {
      object_ = py::object();
    } else {
      object_.release();
    }
  }
  HeldObject(const HeldObject&) = delete;
  HeldObject& operator=(const HeldObject&) = delete;

  const py::object& get() const { return object_; }

 private:
  py::object object_;
};

// Each is a TypeError if the object is no casecomm.Store, Clock, Random, Observer, Scanner.
std::unique_ptr<host::Store> PythonStore(py::object store);
std::unique_ptr<host::Clock> PythonClock(py::object clock);
std::unique_ptr<host::Random> PythonRandom(py::object random);
std::unique_ptr<host::Observer> PythonObserver(py::object observer);
std::unique_ptr<host::AttachmentScanner> PythonScanner(py::object scanner);

// Also gives back the objects that stand behind the mails it handed out.
class PythonSource : public host::Source {
 public:
  // TypeError if it is no casecomm.Source. Needs the GIL, also to be destroyed.
  explicit PythonSource(py::object source);

  std::string_view name() const override { return name_; }
  Status Next(size_t limit, std::vector<host::InboundMail>* out) override;
  Status Committed(const std::vector<const host::InboundMail*>& mails) override;

  // The object that `mail` was made of. Asked in the order of the source, any number of times.
  py::object ObjectOf(const host::InboundMail& mail);

 private:
  struct Handed {
    std::string transport_key, path;
    py::object mail, raw;

    bool Is(const host::InboundMail& other) const;
  };

  const py::object source_;
  std::string name_;
  std::deque<Handed> handed_;  // and not committed
};

// A mail of the library as the Python class, and back (TypeError).
py::object ObjectOfMail(const host::InboundMail& mail);
host::InboundMail MailOfObject(py::handle object);

// casecomm.submit and casecomm.FileSource.
void BindMailSeams(py::module_& module);

// A source of the library's own, as Python holds it. One call at a time: a second is FailedPrecondition, "busy".
class NativeSource {
 public:
  explicit NativeSource(std::unique_ptr<host::Source> source) : source_(std::move(source)) {}

  class Use {
   public:
    explicit Use(NativeSource& source);
    ~Use() { source_.busy_ = false; }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    host::Source& operator*() const { return *source_.source_; }
    host::Source* operator->() const { return source_.source_.get(); }

   private:
    NativeSource& source_;
  };

  Status later;  // what came after some mails of `next`: told by the next call

 private:
  const std::unique_ptr<host::Source> source_;
  const uint64_t born_ = ForkGeneration();
  bool busy_ = false;  // guarded by the GIL
};

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_SEAMS_H_
