// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_BINDINGS_PYTHON_VALUES_H_
#define CASECOMM_BINDINGS_PYTHON_VALUES_H_

#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>

#include "casecomm/decision.h"
#include "casecomm/engine.h"
#include "casecomm/host/observer.h"
#include "casecomm/mail.h"

namespace casecomm::python {

namespace py = pybind11;

// A decision, and whether it was explained: then its JSON holds the trace.
struct Decision : MailDecision {
  bool explained = false;
};

// An event that owns its texts.
struct OwnedEvent {
  host::EventKind kind;
  std::string account, actor, subject;
  int64_t at_us;
  std::shared_ptr<Decision> decision;
};

template <typename T>
py::object Share(T value) {
  return py::cast(std::make_shared<T>(std::move(value)));
}
py::object ShareDecision(MailDecision decision, bool explained);

// The Actor that a Python object is; None is the operator.
Actor ActorOf(py::handle object);

// The policies that a Python object is; None is the library's own.
TrustPolicy TrustPolicyOf(const py::object& policy);
InboundPolicy InboundPolicyOf(const py::object& policy);

// A casecomm.Trust, or None.
std::optional<Trust> TrustOf(const py::object& trust, const char* what);

void BindValues(py::module_& module);

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_VALUES_H_
