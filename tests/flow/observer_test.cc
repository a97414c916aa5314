// SPDX-License-Identifier: Apache-2.0
// The observer: told once of each act, after its commit; and no lock is held while a seam is called.
#include <stdexcept>
#include <thread>

#include "casecomm/host/sink.h"
#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;
using testing::SharedStore;

struct Told {
  std::vector<std::string> lines;  // "kind account actor subject"
  std::function<void(const host::Event&)> then;
};

class TellingObserver : public host::Observer {
 public:
  explicit TellingObserver(std::shared_ptr<Told> told) : told_(std::move(told)) {}
  void Notice(const host::Event& event) override {
    told_->lines.push_back(std::string(host::EventKindName(event.kind)) + " " + std::string(event.account) + " " +
                           std::string(event.actor) + " " + std::string(event.subject));
    EXPECT_EQ(event.at_us, 5);
    const bool decides = event.kind == host::EventKind::kReceived || event.kind == host::EventKind::kLinked;
    EXPECT_EQ(event.decision != nullptr, decides);
    if (event.decision != nullptr) {
      EXPECT_EQ(event.decision->id, event.subject);
    }
    if (told_->then) told_->then(event);
  }

 private:
  const std::shared_ptr<Told> told_;
};

// An engine with an observer over a store that may lose races.
struct Observed {
  Observed() : control(std::make_shared<SharedStore::Control>()), told(std::make_shared<Told>()) {
    control->store = MemoryStore();
    EngineOptions options;
    options.store = std::make_unique<SharedStore>(control);
    KeyRing::Key key;
    key.secret.fill(7);
    options.keys.keys.push_back(key);
    auto clock = std::make_unique<testing::FakeClock>();
    clock->now_us = 5;
    options.clock = std::move(clock);
    options.random = std::make_unique<testing::CountingRandom>(1);
    options.observer = std::make_unique<TellingObserver>(told);
    engine = *Engine::Open(std::move(options));
  }

  void OpenFirm() {
    ASSERT_TRUE(engine->CreateAccount({"firm", "in.example.org", "casefleet"}, Actor::Operator()).ok());
    ASSERT_TRUE(As().Load(Firm::kFirm).ok());
    told->lines.clear();
  }

  Session As(const std::string& person = {}) {
    return *engine->As("firm", person.empty() ? Actor::Operator() : Actor::Person(person));
  }

  // Another writer changes the row of the first precondition of the next commits, so that they lose.
  void LoseNext(int commits) {
    control->before_commit = [this, commits](std::vector<host::Batch>* batches) mutable {
      if (commits-- <= 0) return;
      for (host::Batch& batch : *batches) {
        host::Precondition lost;
        lost.collection = 1;  // marks
        lost.key = {host::Value::Int(batch.account), host::Value::Text("never there")};
        lost.version = 99;
        batch.preconditions.push_back(lost);
      }
    };
  }

  std::shared_ptr<SharedStore::Control> control;
  std::shared_ptr<Told> told;
  std::unique_ptr<Engine> engine;
};

using Lines = std::vector<std::string>;

TEST(Observer, IsToldOnceOfEachAct) {
  Observed host;
  ASSERT_TRUE(host.engine->CreateAccount({"firm", "in.example.org", "casefleet"}, Actor::Operator()).ok());
  EXPECT_EQ(host.told->lines, Lines{"account_created firm operator firm"});
  host.told->lines.clear();
  ASSERT_TRUE(host.As().Load(Firm::kFirm).ok());
  EXPECT_EQ(host.told->lines, Lines{"loaded firm operator "});
  host.told->lines.clear();
  ASSERT_TRUE(host.As().Load(Firm::kFirm).ok());
  EXPECT_EQ(host.told->lines, Lines{}) << "nothing was written";

  ListSource source;
  source.AddTo(Firm::Mail("ann@firm.example.org", "p1@mail.example.com"), {*host.As().DropAddress("U1")});
  source.AddTo(Firm::Mail("ann@firm.example.org", "p3@mail.example.com"), {*host.As().DropAddress("U1")});
  source.Add(Firm::Mail("a@x.example", "b@x.example"));
  Lines expected;
  std::string unassigned;
  const Status received = host.engine->Receive(source, "firm", [&](const host::InboundMail&, const MailDecision& d) {
    expected.push_back("received firm rules " + d.id);
    if (d.outcome == Outcome::kUnassigned) unassigned = d.id;
  });
  ASSERT_TRUE(received.ok()) << received.ToString();
  EXPECT_EQ(expected.size(), 3u);
  EXPECT_EQ(host.told->lines, expected);
  host.told->lines.clear();

  EXPECT_FALSE(host.As("U1").Link({unassigned, {"V1"}, "", "", ""}).ok());
  EXPECT_FALSE(host.As().Load("{").ok());
  EXPECT_FALSE(host.engine->CreateAccount({"firm", "in.example.org", "casefleet"}, Actor::Operator()).ok());
  ASSERT_TRUE(host.As().Explain("To: x\r\n\r\n").ok());
  EXPECT_EQ(host.told->lines, Lines{});
  ASSERT_TRUE(host.As("U1").Link({unassigned, {"C1"}, "", "", ""}).ok());
  EXPECT_EQ(host.told->lines, Lines{"linked firm U1 " + unassigned});
}

TEST(Observer, IsToldAfterTheCommit) {
  Observed host;
  host.OpenFirm();
  int at_commit = -1;
  const int before = host.control->commits;
  host.told->then = [&](const host::Event& event) {
    at_commit = host.control->commits - before;
    EXPECT_TRUE(testing::RawOf(host.As(), std::string(event.subject)).ok());  // and may ask the engine
  };
  ListSource source;
  source.AddTo(Firm::Mail("ann@firm.example.org", "p1@mail.example.com"), {*host.As().DropAddress("U1")});
  ASSERT_TRUE(host.engine->Receive(source, "firm", nullptr).ok());
  EXPECT_EQ(at_commit, 2);  // the mark of a receiver, the mail
  EXPECT_EQ(host.told->lines.size(), 1u);

  host.told->lines.clear();
  host.told->then = nullptr;
  ListSource lost;
  lost.AddTo(Firm::Mail("ann@firm.example.org", "p1@mail.example.com", "", "other"), {*host.As().DropAddress("U1")});
  host.control->commits_until_dead = 0;
  EXPECT_EQ(host.engine->Receive(lost, "firm", nullptr).reason(), "store_gone");
  host.control->Revive();
  EXPECT_EQ(host.told->lines, Lines{});
}

TEST(Observer, IsToldOfLostRaces) {
  Observed host;
  host.OpenFirm();
  ListSource source;
  source.AddTo(Firm::Mail("ann@firm.example.org", "p3@mail.example.com"), {*host.As().DropAddress("U1")});
  ASSERT_TRUE(host.engine->Receive(source, "firm", nullptr).ok());
  const std::string id = host.As("U1").Unassigned()->items.at(0).id;
  host.told->lines.clear();

  host.LoseNext(2);
  ASSERT_TRUE(host.As("U1").Link({id, {"C1"}, "", "", ""}).ok());
  EXPECT_EQ(host.told->lines, (Lines{"contended firm U1 link", "contended firm U1 link", "linked firm U1 " + id}));
  host.told->lines.clear();

  host.LoseNext(1);
  ASSERT_TRUE(host.As().Load(R"({"people":[{"id":"N","kind":"contact","name":"N"}]})").ok());
  EXPECT_EQ(host.told->lines, (Lines{"contended firm operator load", "loaded firm operator "}));
  host.told->lines.clear();

  host.LoseNext(1);
  ASSERT_TRUE(host.engine->CreateAccount({"new", "in.new.org", "casebook"}, Actor::Operator()).ok());
  EXPECT_EQ(host.told->lines, (Lines{"contended new operator create_account", "account_created new operator new"}));
  host.told->lines.clear();

  for (const int lost : {2, 4}) {  // together, and singly from the fourth try on
    host.LoseNext(lost);
    ListSource more;
    more.AddTo(Firm::Mail("ann@firm.example.org", "p1@mail.example.com", "", std::to_string(lost)),
               {*host.As().DropAddress("U1")});
    ASSERT_TRUE(host.engine->Receive(more, "firm", nullptr).ok());
    ASSERT_EQ(host.told->lines.size(), static_cast<size_t>(lost) + 1);
    EXPECT_EQ(host.told->lines[0], "contended firm rules receive");
    EXPECT_EQ(host.told->lines.back().substr(0, 20), "received firm rules ");
    host.told->lines.clear();
  }
  host.control->before_commit = nullptr;
}

TEST(Observer, WhatItThrowsIsDropped) {
  Observed host;
  host.told->then = [](const host::Event& event) {
    if (event.kind == host::EventKind::kLoaded) throw 7;
    throw std::runtime_error("observer");
  };
  host.OpenFirm();
  ListSource source;
  source.AddTo(Firm::Mail("ann@firm.example.org", "p1@mail.example.com"), {*host.As().DropAddress("U1")});
  source.AddTo(Firm::Mail("ann@firm.example.org", "p3@mail.example.com"), {*host.As().DropAddress("U1")});
  int callbacks = 0;
  ASSERT_TRUE(host.engine->Receive(source, "firm", [&](const auto&, const auto&) { ++callbacks; }).ok());
  EXPECT_EQ(callbacks, 2);
  EXPECT_EQ(source.acknowledged.size(), 2u);
  ASSERT_TRUE(host.As().Link({host.As().Unassigned()->items.at(0).id, {"C1"}, "", "", ""}).ok());
  EXPECT_EQ(host.told->lines.size(), 3u);
}

TEST(Receive, ManyThreadsThatBeginAtOnceAreNoUncleanEnd) {
  Observed host;
  host.OpenFirm();
  // Each waits inside its first commit until another thread is in one, too: with a lock held nobody would come.
  std::atomic<int> inside{0};
  host.control->before_commit = [&](std::vector<host::Batch>*) {
    ++inside;
    for (int i = 0; inside < 2 && i < 20'000; ++i) std::this_thread::sleep_for(std::chrono::microseconds(100));
  };
  host.told->then = nullptr;
  std::atomic<int> met{0}, failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      ListSource source;
      if (!host.engine->Receive(source, "firm", nullptr).ok()) ++failed;
      if (inside >= 2) ++met;
    });
  }
  for (std::thread& thread : threads) thread.join();
  host.control->before_commit = nullptr;
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(met, 2) << "one waited for the other to come out of the store";
  // Neither took the other's mark for an unclean end: a mail is received without attempts.
  const int commits = host.control->commits;
  ListSource source;
  source.AddTo(Firm::Mail("ann@firm.example.org", "p1@mail.example.com"), {*host.As().DropAddress("U1")});
  ASSERT_TRUE(host.engine->Receive(source, "firm", nullptr).ok());
  EXPECT_EQ(host.control->commits, commits + 1);
}

TEST(Seams, NamesAreStable) {
  using host::DeliveryState;
  using host::EventKind;
  EXPECT_EQ(host::EventKindName(EventKind::kAccountCreated), "account_created");
  EXPECT_EQ(host::EventKindName(EventKind::kLoaded), "loaded");
  EXPECT_EQ(host::EventKindName(EventKind::kReceived), "received");
  EXPECT_EQ(host::EventKindName(EventKind::kLinked), "linked");
  EXPECT_EQ(host::EventKindName(EventKind::kContended), "contended");
  EXPECT_EQ(host::EventKindName(EventKind::kActed), "acted");
  EXPECT_EQ(host::EventKindName(EventKind{99}), "unknown");
  EXPECT_EQ(host::DeliveryStateName(DeliveryState::kSent), "sent");
  EXPECT_EQ(host::DeliveryStateName(DeliveryState::kTemporary), "temporary");
  EXPECT_EQ(host::DeliveryStateName(DeliveryState::kPermanent), "permanent");
  EXPECT_EQ(host::DeliveryStateName(DeliveryState::kUnknown), "unknown");
  EXPECT_EQ(host::DeliveryStateName(DeliveryState{-1}), "unknown");
}

class FakeSink : public host::Sink {
 public:
  std::vector<host::RecipientResult> results;
  Status status;
  int calls = 0;

  Status Send(const host::OutboundMail&, host::Delivery* delivery) override {
    ++calls;
    delivery->recipients = results;
    return status;
  }
};

TEST(Submit, RefusesWhatWouldBreakAProtocolBeforeTheSinkIsCalled) {
  FakeSink sink;
  const auto reason = [&](std::string_view from, std::vector<std::string_view> to, std::string_view raw = "To: x\r\n") {
    return std::string(host::Submit(sink, {from, std::move(to), raw}).status().reason());
  };
  const std::string nul("a\0b@x.org", 9);
  for (const std::string_view bad :
       {std::string_view(), std::string_view("nobody"), std::string_view("a@"), std::string_view("@x.org"),
        std::string_view("a b@x.org"), std::string_view("a@x.org\r\nRCPT TO:<b@x.org>"), std::string_view("a@x.org\n"),
        std::string_view("\ra@x.org"), std::string_view(nul), std::string_view("a\t@x.org"),
        std::string_view("a@x.org\x7f"), std::string_view("<a@x.org>"), std::string_view("a@x.org "),
        std::string_view("a\xff@x.org")}) {
    EXPECT_EQ(reason("from@x.org", {bad}), "bad_recipient") << bad;
    EXPECT_EQ(reason("from@x.org", {"good@x.org", bad}), "bad_recipient") << bad;
    if (!bad.empty()) {
      EXPECT_EQ(reason(bad, {"good@x.org"}), "bad_recipient") << bad;
    }
  }
  EXPECT_EQ(reason("from@x.org", {}), "bad_recipient");
  EXPECT_EQ(reason("from@x.org", {"good@x.org"}, ""), "bad_mail");
  EXPECT_EQ(sink.calls, 0);
  EXPECT_EQ(reason("", {"good@x.org", "j\xc3\xb6rg@x.org", "\"q\"@x.org"}), "");
  EXPECT_EQ(sink.calls, 1);
}

TEST(Submit, AnswersForEveryRecipient) {
  using host::DeliveryState;
  FakeSink sink;
  const host::OutboundMail mail = {"from@x.org", {"a@x.org", "b@x.org", "c@x.org"}, "To: x\r\n"};
  sink.results = {{DeliveryState::kSent, 250, "ok"}, {DeliveryState::kPermanent, 550, "no"}};
  auto delivery = host::Submit(sink, mail);
  ASSERT_TRUE(delivery.ok());
  ASSERT_EQ(delivery->recipients.size(), 3u);
  EXPECT_EQ(delivery->recipients[1].words, "no");
  EXPECT_EQ(delivery->recipients[2].state, DeliveryState::kUnknown);
  EXPECT_EQ(delivery->recipients[2].reply, 0);

  sink.status = Status(Code::kUnavailable, "gone", "server", "the server went away");
  delivery = host::Submit(sink, mail);  // some were settled: that is the answer
  ASSERT_TRUE(delivery.ok());
  EXPECT_EQ(delivery->recipients[0].state, DeliveryState::kSent);

  sink.results = {{DeliveryState::kUnknown, 0, ""}};
  EXPECT_EQ(host::Submit(sink, mail).status().reason(), "gone");
  sink.results.clear();
  EXPECT_EQ(host::Submit(sink, mail).status().ToString(), sink.status.ToString());
  sink.status = Status();
  delivery = host::Submit(sink, mail);
  ASSERT_TRUE(delivery.ok());
  EXPECT_EQ(delivery->recipients.size(), 3u);
  sink.results.assign(9, {DeliveryState::kSent, 250, ""});
  EXPECT_EQ(host::Submit(sink, mail)->recipients.size(), 3u);
}

}  // namespace
}  // namespace casecomm
