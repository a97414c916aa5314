// SPDX-License-Identifier: Apache-2.0
// The library's own stores, and key rings.
#include "casecomm/stores.h"

#include <string>

#include "casecomm/keys.h"
#include "engine.h"
#include "errors.h"
#include "names.h"
#include "seams.h"
#include "text.h"

namespace casecomm::python {
namespace {

// A store of the library's own until an engine takes it.
struct NativeStore {
  std::unique_ptr<host::Store> store;
  std::string repr;
};
struct NativeMemoryStore : NativeStore {};
struct NativeSqliteStore : NativeStore {};

}  // namespace

std::unique_ptr<host::Store> TakeStore(const py::object& store, PyObject** seam) {
  *seam = nullptr;
  if (!py::isinstance<NativeStore>(store)) {
    auto made = PythonStore(store);
    *seam = store.ptr();
    return made;
  }
  NativeStore& native = store.cast<NativeStore&>();
  if (!native.store) {
    Raise(Status(Code::kFailedPrecondition, "store_used", "", "an engine had taken the store before"));
  }
  return std::move(native.store);
}

KeyRing KeysOf(const py::object& keys) {
  if (!py::isinstance<KeyRing>(keys)) RaiseType("keys must be a casecomm.KeyRing, not " + TypeName(keys));
  return keys.cast<const KeyRing&>();
}

void BindStores(py::module_& m) {
  py::class_<NativeStore>(m, "_NativeStore").def("__repr__", [](const NativeStore& self) { return self.repr; });

  py::class_<NativeMemoryStore, NativeStore> memory(
      m, "MemoryStore",
      "Keeps everything in this process's memory; gone with its engine. Belongs to the first engine that takes it.");
  memory.attr("__module__") = "casecomm";
  memory.def(py::init([] {
    auto made = std::make_unique<NativeMemoryStore>();
    made->store = casecomm::MemoryStore();
    made->repr = "MemoryStore()";
    return made;
  }));

  py::class_<NativeSqliteStore, NativeStore> sqlite(
      m, "SqliteStore",
      "The embedded default: an SQLite file, which several processes of one machine may share. create makes it if it "
      "is "
      "not there; busy_timeout, in seconds or a timedelta, is how long to wait for another process's commit. Belongs "
      "to "
      "the first engine that takes it. Raises NotFound, PermissionDenied, DataLoss, FailedPrecondition, Unavailable.");
  sqlite.attr("__module__") = "casecomm";
  sqlite.def(py::init([](const py::object& path, bool create, const py::object& busy_timeout) {
               SqliteOptions options;
               options.path = BytesOfPath(path);
               options.create = create;
               options.busy_timeout_ms = static_cast<int>(Milliseconds(busy_timeout, "busy_timeout"));
               auto made = std::make_unique<NativeSqliteStore>();
               made->repr = "SqliteStore(" + BytesOfText(py::repr(PathText(options.path))) + ")";
               made->store = Library([&] { return casecomm::SqliteStore(options); });
               return made;
             }),
             py::arg("path"), py::kw_only(), py::arg("create") = false, py::arg("busy_timeout") = 10.0);
}

void BindKeys(py::module_& m) {
  py::class_<KeyRing> ring(
      m, "KeyRing",
      "The secrets that addresses are signed with: one ring for a store, never kept in it. Guard it like a password. "
      "It "
      "shows no secret but by format, and is not pickled.\n\n"
      ">>> ring = KeyRing.generate()\n>>> ring\nKeyRing(1 key)\n>>> KeyRing.parse(ring.format()).ids\n(0,)");
  ring.attr("__module__") = "casecomm";
  ring.def_static(
          "generate",
          [](const py::object& random) {
            const std::unique_ptr<host::Random> source = random.is_none() ? host::SystemRandom() : PythonRandom(random);
            return Library([&] { return KeyRing::Generate(*source); });
          },
          py::kw_only(), py::arg("random") = py::none(),
          "generate(*, random=None)\n--\n\nA ring of one fresh key; of the operating system's generator, or a Random.")
      .def_static(
          "parse",
          [](const py::object& text) {
            const std::string bytes = BytesOfText(text);
            return Library([&] { return KeyRing::Parse(bytes); });
          },
          py::arg("text"),
          "parse(text)\n--\n\nReads what format wrote. InvalidArgument with the position of the fault.")
      .def(
          "format", [](const KeyRing& self) { return Text(self.Format()); },
          "format(self)\n--\n\nThe text form, secrets included, to be kept in a file of mode 0600.")
      .def_property_readonly(
          "ids",
          [](const KeyRing& self) {
            py::tuple ids(self.keys.size());
            for (size_t i = 0; i < self.keys.size(); ++i) ids[i] = self.keys[i].id;
            return ids;
          },
          "The numbers of its keys; the last one signs new addresses.")
      .def("__len__", [](const KeyRing& self) { return self.keys.size(); })
      .def("__repr__",
           [](const KeyRing& self) {
             return "KeyRing(" + std::to_string(self.keys.size()) + (self.keys.size() == 1 ? " key)" : " keys)");
           })
      .def(
          "__reduce_ex__",
          [](const KeyRing&, const py::object&) -> py::object {
            RaiseType("a KeyRing is not pickled or copied: its secrets go where format is asked to put them");
          },
          py::arg("protocol"));
}

}  // namespace casecomm::python
