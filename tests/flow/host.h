// SPDX-License-Identifier: Apache-2.0
// A small host for tests of the engine: fakes of every seam, each of which counts what it is asked.
#ifndef CASECOMM_TESTS_FLOW_HOST_H_
#define CASECOMM_TESTS_FLOW_HOST_H_

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "casecomm/engine.h"
#include "casecomm/stores.h"
#include "tests/flow/invariants.h"

namespace casecomm::testing {

class FakeClock : public host::Clock {
 public:
  int64_t now_us = 1'700'000'000'000'000;
  int64_t NowMicros() override { return now_us; }
};

// Not random at all, but never twice the same.
class CountingRandom : public host::Random {
 public:
  explicit CountingRandom(uint64_t seed) : state_(seed) {}
  Status Fill(void* out, size_t size) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (size_t i = 0; i < size; ++i) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      static_cast<uint8_t*>(out)[i] = static_cast<uint8_t>(state_ >> 56);
    }
    return {};
  }

 private:
  std::mutex mutex_;
  uint64_t state_;  // guarded by mutex_
};

// A store that outlives its engine, and may fail or lose races on demand.
class SharedStore : public host::Store {
 public:
  struct Control {
    std::shared_ptr<host::Store> store;
    std::atomic<int> opens{0}, reads{0}, commits{0};
    std::atomic<int> reads_until_dead{-1};  // that many reads more, then every call fails, as if the process were gone
    std::atomic<int> commits_until_dead{-1};
    void Die() { reads_until_dead = 0, commits_until_dead = 0; }
    void Revive() { reads_until_dead = -1, commits_until_dead = -1; }
    std::function<void(std::vector<host::Batch>*)> before_commit;  // may change the store behind the caller's back
    Status failure;                                                // not ok: the answer of the next commit
  };
  explicit SharedStore(std::shared_ptr<Control> control) : control_(std::move(control)) {}

  Status Open(const host::Schema& schema) override {
    return control_->opens++ == 0 ? control_->store->Open(schema) : Status();
  }
  Status Read(const std::vector<host::Query>& queries, host::RowSink& sink) override {
    if (Dead(&control_->reads_until_dead)) return Gone();
    ++control_->reads;
    return control_->store->Read(queries, sink);
  }
  Status Commit(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) override {
    if (Dead(&control_->commits_until_dead)) return Gone();
    ++control_->commits;
    std::vector<host::Batch> changed = batches;
    if (control_->before_commit) control_->before_commit(&changed);
    if (!control_->failure.ok()) return std::exchange(control_->failure, {});
    return control_->store->Commit(changed, outcomes);
  }

 private:
  static Status Gone() { return Status(Code::kUnavailable, "store_gone", "", "the store went away"); }
  bool Dead(std::atomic<int>* left) {
    if (*left < 0) return false;
    if (*left > 0) {
      --*left;
      return false;
    }
    control_->Die();
    return true;
  }

  const std::shared_ptr<Control> control_;
};

// Hands out what it was given, once, and remembers what was acknowledged.
class ListSource : public host::Source {
 public:
  std::deque<host::InboundMail> mails;
  std::vector<std::string> acknowledged;  // paths
  std::function<void()> on_acknowledge;
  Status next_failure;  // told when the mails are used up

  void Add(std::string raw, std::string path = {}) {
    host::InboundMail mail;
    mail.raw = std::move(raw);
    mail.path = path.empty() ? "mail-" + std::to_string(added_++) : std::move(path);
    mails.push_back(std::move(mail));
  }
  void AddTo(std::string raw, std::vector<std::string> envelope) {
    Add(std::move(raw));
    mails.back().envelope_known = true;
    mails.back().envelope_recipients = std::move(envelope);
  }

  std::string_view name() const override { return "list"; }
  Status Next(size_t limit, std::vector<host::InboundMail>* out) override {
    for (; limit > 0 && !mails.empty(); --limit) {
      out->push_back(std::move(mails.front()));
      mails.pop_front();
    }
    return mails.empty() ? next_failure : Status();
  }
  Status Committed(const std::vector<const host::InboundMail*>& batch) override {
    if (on_acknowledge) on_acknowledge();
    for (const host::InboundMail* mail : batch) acknowledged.push_back(mail->path);
    return {};
  }

 private:
  int added_ = 0;
};

// An engine over a store that stays, with one account and a small firm:
//   staff   U1 ann@firm.example.org (manager of all), U2 ben@firm.example.org (viewer of C1)
//   contact P1 one case C1; P2 one lead L1; P3 cases C1 and C2; P4 nothing; P5 leads L1 and L2; P6 case C2 and lead L1
//   records C1, C2 (case), M1 (matter, closed), L1 (lead), L2 (intake), V1 (provider)
class Firm {
 public:
  explicit Firm(std::string preset = "casefleet", size_t batch_mails = 200,
                std::unique_ptr<host::Store> store = MemoryStore())
      : control(std::make_shared<SharedStore::Control>()), preset_(std::move(preset)), batch_mails_(batch_mails) {
    control->store = std::move(store);
    KeyRing::Key key;
    key.secret.fill(7);
    keys.keys.push_back(key);
    Reopen();
    const auto created = engine->CreateAccount({"firm", "in.example.org", preset_}, Actor::Operator());
    EXPECT_TRUE(created.ok()) << created.status().ToString();
    const Status loaded = As().Load(kFirm);
    EXPECT_TRUE(loaded.ok()) << loaded.ToString();
  }

  ~Firm() {
    engine.reset();
    CheckInvariants(*control->store);
  }

  // Closes the engine and opens another over the same store.
  void Reopen() {
    engine.reset();
    EngineOptions options;
    options.store = std::make_unique<SharedStore>(control);
    options.keys = keys;
    auto fake = std::make_unique<FakeClock>();
    if (clock != nullptr) fake->now_us = last_us_ + 1'000'000;
    clock = fake.get();
    options.clock = std::move(fake);
    options.random = std::make_unique<CountingRandom>(++seed_);
    options.batch_mails = batch_mails_;
    options.trust = trust;
    auto opened = Engine::Open(std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.status().ToString();
    engine = std::move(*opened);
    last_us_ = clock->now_us;
  }

  // As a process that is killed: the engine goes without a word to the store.
  void Kill() {
    control->Die();
    engine.reset();
    control->Revive();
    Reopen();
  }

  Session As(const std::string& person = {}) {
    auto session = engine->As("firm", person.empty() ? Actor::Operator() : Actor::Person(person));
    EXPECT_TRUE(session.ok()) << session.status().ToString();
    return *session;
  }
  std::string Record(const std::string& id) { return *As().RecordAddress(id); }
  std::string Drop(const std::string& id) { return *As().DropAddress(id); }

  std::vector<MailDecision> Receive(ListSource& source, Status* status = nullptr) {
    std::vector<MailDecision> decisions;
    const Status s = engine->Receive(
        source, "firm", [&](const host::InboundMail&, const MailDecision& decision) { decisions.push_back(decision); });
    if (status != nullptr) {
      *status = s;
    } else {
      EXPECT_TRUE(s.ok()) << s.ToString();
    }
    return decisions;
  }
  MailDecision ReceiveOne(const std::string& raw) {
    ListSource source;
    source.Add(raw);
    auto decisions = Receive(source);
    EXPECT_EQ(decisions.size(), 1u);
    return decisions.empty() ? MailDecision() : decisions.front();
  }
  // Logged by U1: to `to`, with the drop in the envelope only.
  MailDecision Log(const std::string& to, const std::string& extra = {}, const std::string& body = "Hello\r\n") {
    ListSource source;
    source.AddTo(Mail("ann@firm.example.org", to, extra, body), {Drop("U1")});
    auto decisions = Receive(source);
    EXPECT_EQ(decisions.size(), 1u);
    return decisions.empty() ? MailDecision() : decisions.front();
  }

  static std::string Mail(const std::string& from, const std::string& to, const std::string& extra = {},
                          const std::string& body = "Hello\r\n") {
    return "From: " + from + "\r\nTo: " + to +
           "\r\nSubject: About the case\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n" + extra + "\r\n" + body;
  }

  static constexpr char kFirm[] = R"({
    "people": [
      {"id": "U1", "kind": "staff", "name": "Ann Adler", "emails": ["ann@firm.example.org", "ann@home.example.net"]},
      {"id": "U2", "kind": "staff", "name": "Ben Brown", "emails": ["ben@firm.example.org"]},
      {"id": "P1", "kind": "contact", "name": "Paul One", "emails": ["p1@mail.example.com"]},
      {"id": "P2", "kind": "contact", "name": "Paula Two", "emails": ["p2@mail.example.com"]},
      {"id": "P3", "kind": "contact", "name": "Petra Three", "emails": ["p3@mail.example.com"]},
      {"id": "P4", "kind": "contact", "name": "Peter Four", "emails": ["p4@mail.example.com"]},
      {"id": "P5", "kind": "contact", "name": "Pia Five", "emails": ["p5@mail.example.com"]},
      {"id": "P6", "kind": "contact", "name": "Piet Six", "emails": ["p6@mail.example.com"]}],
    "records": [
      {"id": "C1", "kind": "case", "name": "Mary Smith", "state": "open"},
      {"id": "C2", "kind": "case", "name": "John Doe", "state": "open"},
      {"id": "M1", "kind": "matter", "name": "Old Matter", "state": "closed"},
      {"id": "L1", "kind": "lead", "name": "New Lead", "state": "open"},
      {"id": "L2", "kind": "intake", "name": "New Intake", "state": "open"},
      {"id": "V1", "kind": "provider", "name": "Provider", "state": "open"}],
    "assignments": [
      {"record": "C1", "person": "U1", "role": "manager"}, {"record": "C2", "person": "U1", "role": "editor"},
      {"record": "L1", "person": "U1", "role": "manager"}, {"record": "L2", "person": "U1", "role": "manager"},
      {"record": "M1", "person": "U1", "role": "manager"}, {"record": "V1", "person": "U1", "role": "manager"},
      {"record": "C1", "person": "U2", "role": "viewer"},
      {"record": "C1", "person": "P1", "role": "client"}, {"record": "M1", "person": "P1", "role": "client"},
      {"record": "L1", "person": "P2", "role": "client"},
      {"record": "C1", "person": "P3", "role": "other"}, {"record": "C2", "person": "P3", "role": "client"},
      {"record": "V1", "person": "P4", "role": "other"}, {"record": "M1", "person": "P4", "role": "other"},
      {"record": "L1", "person": "P5", "role": "other"}, {"record": "L2", "person": "P5", "role": "client"},
      {"record": "C2", "person": "P6", "role": "other"}, {"record": "L1", "person": "P6", "role": "client"}]})";

  std::shared_ptr<SharedStore::Control> control;
  KeyRing keys;
  TrustPolicy trust;           // of the next engine
  FakeClock* clock = nullptr;  // the open engine's
  std::unique_ptr<Engine> engine;

 private:
  const std::string preset_;
  const size_t batch_mails_;
  uint64_t seed_ = 0;
  int64_t last_us_ = 0;
};

// A stored mail whole.
inline Result<std::string> RawOf(Session session, const std::string& message) {
  std::string raw;
  const Status read = session.ReadRaw(message, [&](std::string_view piece) {
    raw += piece;
    return Status();
  });
  if (!read.ok()) return read;
  return raw;
}

// All items of a list, page by page of `limit`.
template <typename List>
auto All(List list, uint32_t limit) {
  PageRequest request;
  request.limit = limit;
  auto page = list(request);
  EXPECT_TRUE(page.ok()) << page.status().ToString();
  auto items = page->items;
  while (!page->next.empty()) {
    EXPECT_EQ(page->items.size(), limit) << "a page that is not the last was not full";
    request.cursor = page->next;
    page = list(request);
    EXPECT_TRUE(page.ok()) << page.status().ToString();
    EXPECT_FALSE(page->items.empty());
    items.insert(items.end(), page->items.begin(), page->items.end());
  }
  return items;
}

}  // namespace casecomm::testing

#endif  // CASECOMM_TESTS_FLOW_HOST_H_
