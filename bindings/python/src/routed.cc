// SPDX-License-Identifier: Apache-2.0
// route_many: many mails a call, answered in columns.
#include "casecomm/routed.h"

#include <memory>
#include <utility>
#include <vector>

#include "engine.h"
#include "errors.h"
#include "names.h"
#include "text.h"
#include "values.h"

namespace casecomm::python {
namespace {

// Columns of numbers are copied when they are asked for, columns of text hold on to the content that they are views of:
// so filling anew never pulls anything away.
struct PyRouted {
  std::shared_ptr<RoutedBatch> content = std::make_shared<RoutedBatch>();
  py::object numbers[3];

  template <typename T>
  py::object Numbers(size_t which, const std::vector<T>& column, const char* format) {
    if (!numbers[which]) {
      static_assert(sizeof(T) == 4);
      const py::bytes bytes(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(T));
      numbers[which] = py::memoryview(bytes).attr("cast")(format);
    }
    return numbers[which];
  }
};

// A column of text: a sequence of str, made when they are asked for.
struct Column {
  std::shared_ptr<const RoutedBatch> content;
  const std::vector<std::string_view>* texts;

  py::object At(size_t i) const {
    const std::string_view text = (*texts)[i];
    if (text.data() == nullptr) return py::none();
    return Text(text);
  }
  py::tuple All() const {
    py::tuple all(texts->size());
    for (size_t i = 0; i < texts->size(); ++i) all[i] = At(i);
    return all;
  }
};

py::object ColumnOf(const PyRouted& routed, std::vector<std::string_view> RoutedBatch::*member) {
  return py::cast(Column{routed.content, &((*routed.content).*member)});
}

// The mails and envelopes of one call, held for it.
class Requests {
 public:
  Requests(const py::object& raws, const py::object& envelopes, const py::object& trusts) {
    if (PyObject_CheckBuffer(raws.ptr())) RaiseType("raws must be an iterable of bytes-like mails, not one mail");
    const py::object all = py::reinterpret_steal<py::object>(PySequence_Tuple(raws.ptr()));
    if (!all) throw py::error_already_set();
    const auto count = static_cast<size_t>(PyTuple_GET_SIZE(all.ptr()));
    mails.resize(count);
    for (size_t i = 0; i < count; ++i) {
      PyObject* const raw = PyTuple_GET_ITEM(all.ptr(), static_cast<Py_ssize_t>(i));
      if (PyBytes_Check(raw)) {
        mails[i].raw = {PyBytes_AS_STRING(raw), static_cast<size_t>(PyBytes_GET_SIZE(raw))};
      } else {
        mails[i].raw = copies_.emplace_back(raw, "a mail").view();
      }
    }
    owner_ = all;
    if (!envelopes.is_none()) ReadEnvelopes(envelopes);
    if (!trusts.is_none()) ReadTrusts(trusts);
  }

  std::vector<RouteRequest> mails;

 private:
  void ReadEnvelopes(const py::object& envelopes) {
    recipients_.resize(mails.size());
    size_t i = 0;
    for (const py::handle envelope : py::iter(envelopes)) {
      if (i == mails.size()) throw py::value_error("there were more envelopes than mails");
      if (auto recipients = TextsOrNone(envelope, "an envelope")) {
        recipients_[i] = std::move(*recipients);
        mails[i].envelope_known = true;
        mails[i].recipients = &recipients_[i];
      }
      ++i;
    }
    if (i != mails.size()) throw py::value_error("there were fewer envelopes than mails");
  }

  void ReadTrusts(const py::object& trusts) {
    size_t i = 0;
    for (const py::handle trust : py::iter(trusts)) {
      if (i == mails.size()) throw py::value_error("there were more trusts than mails");
      mails[i++].trust = TrustOf(py::reinterpret_borrow<py::object>(trust), "one of trusts");
    }
    if (i != mails.size()) throw py::value_error("there were fewer trusts than mails");
  }

  py::object owner_;
  std::vector<Bytes> copies_;
  std::vector<std::vector<std::string>> recipients_;
};

void RouteInto(PySession& session, const Requests& requests, PyRouted& routed) {
  const PySession::Use use(session);
  // Nobody else sees it while it is being filled.
  std::shared_ptr<RoutedBatch> content = std::exchange(routed.content, std::make_shared<RoutedBatch>());
  for (py::object& column : routed.numbers) column = py::object();
  if (content.use_count() > 1) content = std::make_shared<RoutedBatch>();
  Library([&] { return use->RouteBatch(requests.mails, content.get()); });
  routed.content = std::move(content);
  for (py::object& column : routed.numbers) column = py::object();
}

}  // namespace

py::object RouteMany(PySession& session, const py::object& raws, const py::object& envelopes, const py::object& trusts,
                     const py::object& into) {
  const Requests requests(raws, envelopes, trusts);
  py::object out = into;
  if (into.is_none()) {
    out = py::cast(PyRouted());
  } else if (!py::isinstance<PyRouted>(into)) {
    RaiseType("into must be a casecomm.RoutedBatch, not " + TypeName(into));
  }
  RouteInto(session, requests, out.cast<PyRouted&>());
  return out;
}

void BindRouted(py::module_& m) {
  py::class_<Column> column(m, "_TextColumn", "A sequence of str.");
  column.def("__len__", [](const Column& self) { return self.texts->size(); })
      .def("__getitem__",
           [](const Column& self, py::ssize_t i) {
             const auto size = static_cast<py::ssize_t>(self.texts->size());
             if (i < 0) i += size;
             if (i < 0 || i >= size) throw py::index_error("past the end of the column");
             return self.At(static_cast<size_t>(i));
           })
      .def("__getitem__", [](const Column& self, const py::slice& slice) -> py::object { return self.All()[slice]; })
      .def("__iter__", [](const Column& self) { return py::iter(self.All()); })
      .def("__contains__", [](const Column& self, const py::object& text) { return self.All().contains(text); })
      .def("__reversed__",
           [](const Column& self) { return py::iter(self.All()[py::slice(py::none(), py::none(), py::int_(-1))]); })
      .def("index", [](const Column& self, const py::args& args) { return self.All().attr("index")(*args); })
      .def("count", [](const Column& self, const py::object& text) { return self.All().attr("count")(text); })
      .def("__eq__",
           [](const Column& self, const py::object& other) -> py::object {
             if (py::isinstance<Column>(other)) return py::bool_(self.All().equal(other.cast<Column&>().All()));
             if (PyTuple_Check(other.ptr()) || PyList_Check(other.ptr()))
               return py::bool_(self.All().equal(py::tuple(other)));
             return py::reinterpret_borrow<py::object>(Py_NotImplemented);
           })
      .def("__repr__", [](const Column& self) { return py::repr(self.All()); });
  column.attr("__hash__") = py::none();
  py::module_::import("collections.abc").attr("Sequence").attr("register")(column);

  py::class_<PyRouted> batch(m, "RoutedBatch",
                             "What many mails were decided to, a column a fact. Mail i has the targets first_target[i] "
                             "to first_target[i + 1] - 1, at "
                             "least one: targets(i). Filled anew by Session.route_many(..., into=batch); columns taken "
                             "before keep what they hold.");
  batch.attr("__module__") = "casecomm";
  batch.def(py::init<>())
      .def("__len__", [](const PyRouted& self) { return self.content->mail_count(); })
      .def_property_readonly(
          "mail_count", [](const PyRouted& self) { return self.content->mail_count(); }, "Rows of outcomes.")
      .def_property_readonly(
          "target_count", [](const PyRouted& self) { return self.content->target_count(); },
          "Rows of the target columns.")
      .def_property_readonly(
          "outcomes", [](PyRouted& self) { return self.Numbers(0, self.content->outcomes, "i"); },
          "A row a mail, as a memoryview of int32: Outcome's numbers, the first of its targets'.")
      .def_property_readonly(
          "first_target", [](PyRouted& self) { return self.Numbers(1, self.content->first_target, "I"); },
          "A row a mail, and one more for the end, as a memoryview of uint32.")
      .def_property_readonly(
          "target_outcomes", [](PyRouted& self) { return self.Numbers(2, self.content->target_outcomes, "i"); },
          "A row a target, as a memoryview of int32.")
      .def_property_readonly(
          "rules", [](const PyRouted& self) { return ColumnOf(self, &RoutedBatch::rules); },
          "A row a target: the rule that decided.")
      .def_property_readonly(
          "reasons", [](const PyRouted& self) { return ColumnOf(self, &RoutedBatch::reasons); },
          "A row a target: a stable word.")
      .def_property_readonly(
          "records", [](const PyRouted& self) { return ColumnOf(self, &RoutedBatch::records); },
          "A row a target: where it would be filed or is held; or None.")
      .def_property_readonly(
          "owners", [](const PyRouted& self) { return ColumnOf(self, &RoutedBatch::owners); },
          "A row a target: whose drop address it came by; or None.")
      .def(
          "targets",
          [](const PyRouted& self, py::ssize_t mail) {
            const auto count = static_cast<py::ssize_t>(self.content->mail_count());
            if (mail < 0) mail += count;
            if (mail < 0 || mail >= count) throw py::index_error("no such mail in the batch");
            const auto i = static_cast<size_t>(mail);
            return py::module_::import("builtins")
                .attr("range")(self.content->first_target[i], self.content->first_target[i + 1]);
          },
          py::arg("mail"), "targets(self, mail)\n--\n\nThe rows of a mail's targets, as a range.")
      .def("__repr__", [](const PyRouted& self) {
        return "<casecomm.RoutedBatch of " + std::to_string(self.content->mail_count()) + " mails>";
      });
}

}  // namespace casecomm::python
