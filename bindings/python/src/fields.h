// SPDX-License-Identifier: Apache-2.0
// How a plain value of the library becomes a Python class: its fields as read-only properties, made when they are asked
// for, and from them repr, ==, hash and __match_args__.
#ifndef CASECOMM_BINDINGS_PYTHON_FIELDS_H_
#define CASECOMM_BINDINGS_PYTHON_FIELDS_H_

#include <pybind11/pybind11.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "casecomm/decision.h"
#include "casecomm/host/observer.h"
#include "casecomm/host/sink.h"
#include "casecomm/mail.h"
#include "text.h"

namespace casecomm::python {

py::object EnumValue(Outcome outcome);
py::object EnumValue(host::EventKind kind);
py::object EnumValue(host::DeliveryState state);
py::object EnumValue(MailClass mail_class);
py::object EnumValue(TextPart part);
py::object EnumValue(Trust trust);

// An aware datetime in UTC; None where no datetime can say it.
py::object TimeOfMicros(int64_t us);
py::object TimeOfSeconds(const std::optional<int64_t>& seconds);

inline py::object ToPy(const std::string& text) {
  return Text(text);
}
inline py::object ToPy(bool value) {
  return py::bool_(value);
}
inline py::object ToPy(int32_t value) {
  return py::int_(value);
}
inline py::object ToPy(int64_t value) {
  return py::int_(value);
}
inline py::object ToPy(uint64_t value) {
  return py::int_(value);
}
inline py::object ToPy(Outcome outcome) {
  return EnumValue(outcome);
}
inline py::object ToPy(host::EventKind kind) {
  return EnumValue(kind);
}
inline py::object ToPy(MailClass mail_class) {
  return EnumValue(mail_class);
}
inline py::object ToPy(TextPart part) {
  return EnumValue(part);
}
inline py::object ToPy(Trust trust) {
  return EnumValue(trust);
}
template <typename T>
py::object ToPy(const std::optional<T>& value) {
  return value ? ToPy(*value) : py::none();
}
inline py::object ToPy(const std::vector<std::string>& texts) {
  py::tuple out(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) out[i] = Text(texts[i]);
  return out;
}

template <typename T>
class ValueClass {
 public:
  using Ptr = std::shared_ptr<T>;
  using Getter = std::function<py::object(const Ptr&)>;

  ValueClass(py::module_& module, const char* name, const char* doc)
      : class_(module, name, doc), name_(name), fields_(new std::vector<std::pair<const char*, Getter>>) {
    class_.attr("__module__") = "casecomm";
  }

  // A field that takes part in repr, == and hash.
  ValueClass& Field(const char* name, Getter getter, const char* doc) {
    fields_->emplace_back(name, getter);
    return Derived(name, std::move(getter), doc);
  }
  template <typename M, typename B>
  ValueClass& Field(const char* name, M B::*member, const char* doc) {
    return Field(
        name, [member](const Ptr& self) { return ToPy((*self).*member); }, doc);
  }
  // A list of values: they live as long as one of them does, none is copied.
  template <typename M, typename B>
  ValueClass& List(const char* name, std::vector<M> B::*member, const char* doc) {
    return Field(
        name,
        [member](const Ptr& self) -> py::object {
          std::vector<M>& items = (*self).*member;
          py::tuple out(items.size());
          for (size_t i = 0; i < items.size(); ++i) out[i] = py::cast(std::shared_ptr<M>(self, &items[i]));
          return out;
        },
        doc);
  }
  // A value or None, likewise.
  template <typename M, typename B>
  ValueClass& Optional(const char* name, std::optional<M> B::*member, const char* doc) {
    return Field(
        name,
        [member](const Ptr& self) -> py::object {
          std::optional<M>& item = (*self).*member;
          return item ? py::cast(std::shared_ptr<M>(self, &*item)) : py::none();
        },
        doc);
  }
  // What follows from the fields.
  ValueClass& Derived(const char* name, Getter getter, const char* doc) {
    class_.def_property_readonly(
        name, [getter = std::move(getter)](const Ptr& self) { return getter(self); }, doc);
    return *this;
  }

  // Adds what is made of the fields. More may be defined on the class that it answers.
  py::class_<T, Ptr>& Done() {
    py::tuple names(fields_->size());
    for (size_t i = 0; i < fields_->size(); ++i) names[i] = py::str((*fields_)[i].first);
    class_.attr("__match_args__") = names;
    class_.def("__repr__", [name = name_, fields = fields_](const Ptr& self) {
      std::string out = std::string(name) + "(";
      for (const auto& [field, get] : *fields) {
        if (out.back() != '(') out += ", ";
        out += std::string(field) + "=" + BytesOfText(py::repr(get(self)));
      }
      return py::str(out + ")");
    });
    class_.def("__eq__", [fields = fields_](const Ptr& self, const py::object& other) -> py::object {
      if (!py::isinstance<T>(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
      const Ptr that = other.cast<Ptr>();
      for (const auto& [field, get] : *fields) {
        if (!get(self).equal(get(that))) return py::bool_(false);
      }
      return py::bool_(true);
    });
    class_.def("__hash__", [fields = fields_](const Ptr& self) {
      py::tuple values(fields->size());
      for (size_t i = 0; i < fields->size(); ++i) values[i] = (*fields)[i].second(self);
      return py::hash(values);
    });
    return class_;
  }

 private:
  py::class_<T, Ptr> class_;
  const char* name_;
  std::vector<std::pair<const char*, Getter>>* fields_;  // lives as long as the class: for ever
};

}  // namespace casecomm::python

#endif  // CASECOMM_BINDINGS_PYTHON_FIELDS_H_
