// SPDX-License-Identifier: Apache-2.0
// Clock, random, observer and scanner.
#include <cstring>

#include "errors.h"
#include "fields.h"
#include "names.h"
#include "seams.h"
#include "text.h"
#include "values.h"

namespace casecomm::python {
namespace {

void MustBe(Name& kind, const py::object& object, const char* what) {
  if (!kind.Is(object)) RaiseType(std::string(what) + ", not " + TypeName(object));
}

// It has no way to fail: after an exception, which the caller's boundary is sure to raise, the machine's clock serves.
class ClockSeam : public host::Clock {
 public:
  explicit ClockSeam(py::object clock) : clock_(std::move(clock)), machine_(host::SystemClock()) {}

  int64_t NowMicros() override {
    int64_t now = 0;
    bool told = false;
    {
      const TakeGil gil;
      if (gil.taken() && !SureToRaise()) {
        try {
          now = clock_.get().attr("now_us")().cast<int64_t>();
          told = true;
        } catch (py::error_already_set& e) {
          e.restore();
          (void)Capture(/*sure=*/true);
        } catch (const py::cast_error&) {
          PyErr_SetString(PyExc_TypeError, "Clock.now_us must answer an int of 64 bits");
          (void)Capture(/*sure=*/true);
        }
      }
    }
    return told ? now : machine_->NowMicros();
  }

 private:
  const HeldObject clock_;
  const std::unique_ptr<host::Clock> machine_;
};

class RandomSeam : public host::Random {
 public:
  explicit RandomSeam(py::object random) : random_(std::move(random)) {}

  Status Fill(void* out, size_t size) override {
    return InPython([&]() -> Status {
      const py::object filled = random_.get().attr("fill")(size);
      const Bytes bytes(filled, "what Random.fill answers");
      if (bytes.view().size() != size) {
        PyErr_Format(PyExc_ValueError, "Random.fill answered %zu bytes of %zu", bytes.view().size(), size);
        throw py::error_already_set();
      }
      if (size != 0) std::memcpy(out, bytes.view().data(), size);
      return {};
    });
  }

 private:
  const HeldObject random_;
};

class ObserverSeam : public host::Observer {
 public:
  explicit ObserverSeam(py::object observer) : observer_(std::move(observer)) {}

  void Notice(const host::Event& event) override {
    const TakeGil gil;
    if (!gil.taken()) return;
    try {
      OwnedEvent owned{
          event.kind, std::string(event.account), std::string(event.actor), std::string(event.subject), event.at_us,
          nullptr};
      if (event.decision) {
        owned.decision = std::make_shared<Decision>();
        static_cast<MailDecision&>(*owned.decision) = *event.decision;
      }
      observer_.get().attr("notice")(Share(std::move(owned)));
    } catch (py::error_already_set& e) {
      e.restore();
      PyErr_WriteUnraisable(observer_.get().ptr());
    } catch (const std::bad_alloc&) {
      PyErr_NoMemory();
      PyErr_WriteUnraisable(observer_.get().ptr());
    }
  }

 private:
  const HeldObject observer_;
};

class ScannerSeam : public host::AttachmentScanner {
 public:
  explicit ScannerSeam(py::object scanner) : scanner_(std::move(scanner)) {}

  Status Scan(const host::ScannedFile& file, host::ScannerAnswer* answer) override {
    static Name scanned("casecomm._seams", "ScannedFile");
    return InPython([&]() -> Status {
      const py::object finding =
          scanner_.get().attr("scan")(scanned(Text(file.name), Text(file.declared_type), Text(file.found_type),
                                              ToBytes(file.bytes), TimeOfMicros(file.deadline_us)));
      answer->clean = finding.is_none();
      if (!answer->clean) answer->finding = BytesOfText(finding);
      return {};
    });
  }

 private:
  const HeldObject scanner_;
};

}  // namespace

std::unique_ptr<host::Clock> PythonClock(py::object clock) {
  static Name kind("casecomm._seams", "Clock");
  MustBe(kind, clock, "clock must be a casecomm.Clock");
  return std::make_unique<ClockSeam>(std::move(clock));
}

std::unique_ptr<host::Random> PythonRandom(py::object random) {
  static Name kind("casecomm._seams", "Random");
  MustBe(kind, random, "random must be a casecomm.Random");
  return std::make_unique<RandomSeam>(std::move(random));
}

std::unique_ptr<host::Observer> PythonObserver(py::object observer) {
  static Name kind("casecomm._seams", "Observer");
  MustBe(kind, observer, "observer must be a casecomm.Observer");
  return std::make_unique<ObserverSeam>(std::move(observer));
}

std::unique_ptr<host::AttachmentScanner> PythonScanner(py::object scanner) {
  static Name kind("casecomm._seams", "Scanner");
  MustBe(kind, scanner, "scanner must be a casecomm.Scanner");
  return std::make_unique<ScannerSeam>(std::move(scanner));
}

}  // namespace casecomm::python
