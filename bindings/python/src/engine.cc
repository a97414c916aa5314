// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <algorithm>
#include <utility>

#include "errors.h"
#include "fields.h"
#include "gc.h"
#include "seams.h"
#include "text.h"
#include "values.h"

namespace casecomm::python {
namespace {

[[noreturn]] void RaiseForked(const char* what) {
  Raise(Status(Code::kFailedPrecondition, "forked", "",
               std::string(what) + " was opened before this process was forked"));
}
[[noreturn]] void RaiseClosed(const char* what) {
  Raise(Status(Code::kFailedPrecondition, "closed", "", std::string(what) + " was closed"));
}

// The engine for one call: let go of in the right way, should it have been closed meanwhile.
class EngineUse {
 public:
  explicit EngineUse(const PyEngine& engine) : engine_(engine), live_(engine.Live()) {}
  ~EngineUse() {
    if (live_.use_count() == 1) engine_.LetGo(std::move(live_));
  }
  EngineUse(const EngineUse&) = delete;
  EngineUse& operator=(const EngineUse&) = delete;
  Engine* operator->() const { return live_.get(); }
  const std::shared_ptr<Engine>& live() const { return live_; }

 private:
  const PyEngine& engine_;
  std::shared_ptr<Engine> live_;
};

// A source while an engine receives from it: counts what is acknowledged, ends the receiving when on_received raised or a
// signal came.
class Watched : public host::Source {
 public:
  explicit Watched(host::Source& source) : source_(source) {}

  std::string_view name() const override { return source_.name(); }

  Status Next(size_t limit, std::vector<host::InboundMail>* out) override {
    if (!stopped.ok()) return stopped;
    const Status status = InPython([]() -> Status {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      return {};
    });
    return status.ok() ? source_.Next(limit, out) : status;
  }

  Status Committed(const std::vector<const host::InboundMail*>& mails) override {
    if (!stopped.ok()) return stopped;
    const Status status = source_.Committed(mails);
    if (status.ok()) acknowledged += mails.size();
    return status;
  }

  Status stopped;
  size_t acknowledged = 0;

 private:
  host::Source& source_;
};

// `object_of` gives the Python object of a mail.
template <typename F>
size_t ReceiveFrom(const PyEngine& self, host::Source& source, const std::string& home, const py::object& on_received,
                   F&& object_of) {
  const EngineUse engine(self);
  Watched watched(source);
  ReceivedCallback callback;
  if (!on_received.is_none()) {
    callback = [&](const host::InboundMail& mail, const MailDecision& decision) {
      if (!watched.stopped.ok()) return;
      watched.stopped = InPython([&]() -> Status {
        on_received(object_of(mail), ShareDecision(decision, /*explained=*/false));
        return {};
      });
    };
  }
  Library([&] { return engine->Receive(watched, home, callback); });
  return watched.acknowledged;
}

size_t Receive(const PyEngine& self, const py::object& source, const std::string& home, const py::object& on_received) {
  if (!on_received.is_none() && !PyCallable_Check(on_received.ptr())) {
    RaiseType("on_received must be callable, not " + TypeName(on_received));
  }
  if (py::isinstance<NativeSource>(source)) {
    const NativeSource::Use use(source.cast<NativeSource&>());
    return ReceiveFrom(self, *use, home, on_received, ObjectOfMail);
  }
  PythonSource seam(source);
  return ReceiveFrom(self, seam, home, on_received, [&](const host::InboundMail& mail) { return seam.ObjectOf(mail); });
}

py::object OpenSession(const py::object& self, const std::string& account, const py::object& actor) {
  PyEngine& engine = self.cast<PyEngine&>();
  const EngineUse use(engine);
  const Actor who = ActorOf(actor);
  Session session = Library([&] { return use->As(account, who); });
  if (engine.closed()) RaiseClosed("the engine");
  return py::cast(std::make_unique<PySession>(self, engine, std::move(session), use.live()));
}

}  // namespace

PyEngine::PyEngine(const py::object& store, const py::object& keys, const py::object& clock, const py::object& random,
                   const py::object& observer, size_t batch_mails, size_t batch_bytes, const py::object& trust,
                   const py::object& attachments, const py::object& scanner, size_t scanner_bytes,
                   const py::object& scanner_timeout) {
  EngineOptions options;
  options.keys = KeysOf(keys);
  if (!clock.is_none()) options.clock = PythonClock(clock), seams_.push_back(clock.ptr());
  if (!random.is_none()) options.random = PythonRandom(random), seams_.push_back(random.ptr());
  if (!observer.is_none()) options.observer = PythonObserver(observer), seams_.push_back(observer.ptr());
  options.batch_mails = batch_mails;
  options.batch_bytes = batch_bytes;
  options.trust = TrustPolicyOf(trust);
  options.attachments = InboundPolicyOf(attachments);
  if (!scanner.is_none()) options.scanner = PythonScanner(scanner), seams_.push_back(scanner.ptr());
  options.scanner_bytes = scanner_bytes;
  options.scanner_timeout_us = Milliseconds(scanner_timeout, "scanner_timeout") * 1000;
  PyObject* seam = nullptr;
  options.store = TakeStore(store, &seam);
  if (seam) seams_.push_back(seam);
  engine_ = Library([&]() -> Result<std::shared_ptr<Engine>> {
    auto opened = Engine::Open(std::move(options));
    if (!opened.ok()) return opened.status();
    return std::shared_ptr<Engine>(std::move(*opened));
  });
}

PyEngine::~PyEngine() {
  Close();
}

std::shared_ptr<Engine> PyEngine::Live() const {
  if (!engine_) RaiseClosed("the engine");
  if (forked()) RaiseForked("the engine");
  return engine_;
}

void PyEngine::Close() {
  std::shared_ptr<Engine> engine = std::move(engine_);
  engine_.reset();
  if (!engine) return;
  seams_.clear();
  while (!sessions_.empty()) sessions_.back()->Close();
  LetGo(std::move(engine));
}

void PyEngine::LetGo(std::shared_ptr<Engine> engine) const {
  if (!engine) return;
  if (forked()) {  // its locks and files are the parent's
    new std::shared_ptr<Engine>(std::move(engine));
    return;
  }
  const ReleaseGil released;
  engine.reset();
}

int PyEngine::Traverse(visitproc visit, void* arg) const {
  for (PyObject* seam : seams_) Py_VISIT(seam);
  return 0;
}

PySession::PySession(py::object engine_object, PyEngine& engine, Session session, std::shared_ptr<Engine> live)
    : engine_object_(std::move(engine_object)), engine_(&engine), session_(std::move(session)), live_(std::move(live)) {
  engine.sessions_.push_back(this);
}

PySession::~PySession() {
  Close();
}

PySession::Use::Use(PySession& session) : session_(session) {
  if (session.closed()) RaiseClosed("the session");
  if (session.engine_->forked()) RaiseForked("the session");
  if (session.busy_) Raise(Status(Code::kFailedPrecondition, "busy", "", "the session was in use by another call"));
  session.busy_ = true;
}

PySession::Use::~Use() {
  session_.busy_ = false;
  if (session_.closing_) session_.Close();
}

void PySession::Close() {
  if (!engine_) return;
  auto& siblings = engine_->sessions_;
  siblings.erase(std::remove(siblings.begin(), siblings.end(), this), siblings.end());
  closing_ = true;
  if (busy_ || !session_) return;
  if (engine_->forked()) {
    new Session(std::move(*session_));
  }
  session_.reset();
  engine_->LetGo(std::move(live_));
}

void PySession::Clear() {
  Close();
  engine_ = nullptr;
  engine_object_ = py::object();
}

int PySession::Traverse(visitproc visit, void* arg) const {
  Py_VISIT(engine_object_.ptr());
  return 0;
}

void BindEngine(py::module_& m) {
  py::class_<PyEngine, std::shared_ptr<PyEngine>> engine(
      m, "Engine",
      "Opens a store, receives mail, answers for what it did. Shared by threads; a context manager.\n\n"
      "store: a MemoryStore, a SqliteStore, or a Store of your own. keys: the KeyRing that its addresses are signed "
      "with; "
      "another store's is FailedPrecondition, \"wrong_keys\". clock, random, observer: seams of your own. batch_mails, "
      "batch_bytes: mails a commit, and raw bytes about. Does not survive a fork: in the child every call raises "
      "FailedPrecondition, \"forked\"; after close, \"closed\".\n\n"
      ">>> with Engine(MemoryStore(), KeyRing.generate()) as engine:\n"
      "...     engine.create_account('firm', domain='in.firm.example', preset='casebook').policy\n'P0 anyone'",
      Collected<PyEngine>([](PyEngine& self) { self.Close(); }));
  engine.attr("__module__") = "casecomm";
  const EngineOptions defaults;
  engine
      .def(py::init<const py::object&, const py::object&, const py::object&, const py::object&, const py::object&,
                    size_t, size_t, const py::object&, const py::object&, const py::object&, size_t,
                    const py::object&>(),
           py::arg("store"), py::arg("keys"), py::kw_only(), py::arg("clock") = py::none(),
           py::arg("random") = py::none(), py::arg("observer") = py::none(),
           py::arg("batch_mails") = defaults.batch_mails, py::arg("batch_bytes") = defaults.batch_bytes,
           py::arg("trust") = py::none(), py::arg("attachments") = py::none(), py::arg("scanner") = py::none(),
           py::arg("scanner_bytes") = defaults.scanner_bytes,
           py::arg("scanner_timeout") = static_cast<double>(defaults.scanner_timeout_us) / 1e6)
      .def_static(
          "check_account",
          [](const std::string& name, const std::string& domain, const std::string& preset) {
            Library([&] { return Engine::CheckAccount({name, domain, preset}); });
          },
          py::arg("name"), py::kw_only(), py::arg("domain"), py::arg("preset"),
          "check_account(name, *, domain, preset)\n--\n\nRaises what create_account refuses whatever the store holds: "
          "InvalidArgument (\"bad_name\", \"bad_domain\"), or NotFound for an unknown preset.")
      .def(
          "create_account",
          [](const PyEngine& self, const std::string& name, const std::string& domain, const std::string& preset,
             const py::object& actor) {
            const EngineUse use(self);
            const Actor who = ActorOf(actor);
            return Share(Library([&] { return use->CreateAccount({name, domain, preset}, who); }));
          },
          py::arg("name"), py::kw_only(), py::arg("domain"), py::arg("preset"), py::arg("actor") = py::none(),
          "create_account(self, name, *, domain, preset, actor=None)\n--\n\nMakes an account: its name, unique in the "
          "store; "
          "the domain of its addresses; 'casebook' or 'casefleet'. Answers its AccountInfo.")
      .def(
          "accounts",
          [](const PyEngine& self) {
            const EngineUse use(self);
            py::list out;
            for (AccountInfo& account : Library([&] { return use->Accounts(); })) out.append(Share(std::move(account)));
            return out;
          },
          "accounts(self)\n--\n\nEvery account of the store, as AccountInfo.")
      .def("session", &OpenSession, py::arg("account") = "", py::kw_only(), py::arg("actor") = py::none(),
           "session(self, account='', *, actor=None)\n--\n\nOne account seen by one Actor; None is the operator. An "
           "empty "
           "name means the only account; with several it is InvalidArgument.")
      .def("receive", &Receive, py::arg("source"), py::kw_only(), py::arg("home") = "",
           py::arg("on_received") = py::none(),
           "receive(self, source, *, home='', on_received=None)\n--\n\nReceives until the Source has nothing new: "
           "batches, "
           "one atomic commit an account, acknowledged after the last of them. Answers how many mails were "
           "acknowledged.\n\n"
           "Mail that names no account's address goes by the rules of `home`, an account's name, or, without one and "
           "with "
           "several accounts, to the operator's own. on_received(mail, decision) is told in the order of the source, "
           "after "
           "the commit and before the mail is acknowledged; what it raises ends the receiving, its batch filed and not "
           "acknowledged. An interrupt from the keyboard ends it between two batches.")
      .def(
          "close", [](PyEngine& self) { self.Close(); },
          "close(self)\n--\n\nLets go of the engine, its sessions and its store. A second time does nothing. Calls "
          "that run "
          "in other threads end well.")
      .def_property_readonly("closed", &PyEngine::closed, "Whether it was.")
      .def("__enter__",
           [](const py::object& self) {
             (void)self.cast<PyEngine&>().Live();
             return self;
           })
      .def("__exit__", [](PyEngine& self, const py::args&) { self.Close(); })
      .def("__repr__",
           [](const PyEngine& self) { return self.closed() ? "<casecomm.Engine, closed>" : "<casecomm.Engine>"; });
}

}  // namespace casecomm::python
