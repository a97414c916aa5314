// SPDX-License-Identifier: Apache-2.0
// What the C ABI costs, beside the C++ library in the same program.
#include <benchmark/benchmark.h>
#include <casecomm/casecomm.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "casecomm/engine.h"
#include "casecomm/stores.h"

namespace {

constexpr int kRecords = 1000, kMails = 256;
constexpr char kKeys[] = "casecomm-keys 1\n1 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 0\n";

casecomm_str S(std::string_view text) {
  return {text.data(), text.size()};
}

void Check(casecomm_status status) {
  if (status == CASECOMM_OK) return;
  std::cerr << "a call failed: " << casecomm_status_name(status).data << "\n";
  std::exit(1);
}

// A firm with open cases, each of a contact of its own.
std::string Document() {
  std::string people, records, assignments;
  for (int i = 0; i < kRecords; ++i) {
    const std::string n = std::to_string(i), comma = i == 0 ? "" : ", ";
    people +=
        comma + R"({"id": "P)" + n + R"(", "kind": "contact", "name": "N", "emails": ["p)" + n + R"(@c.example"]})";
    records += comma + R"({"id": "R)" + n + R"(", "kind": "case", "name": "Case"})";
    assignments += comma + R"({"record": "R)" + n + R"(", "person": "P)" + n + R"(", "role": "client"})";
  }
  return "{\"people\": [" + people + "], \"records\": [" + records + "], \"assignments\": [" + assignments + "]}";
}

std::string RawMail(int i, const std::string& address) {
  return "Received: from mx.c.example by mx.firm.example; Mon, 6 Oct 2025 10:00:00 +0000\r\nFrom: Client <p" +
         std::to_string(i % kRecords) + "@c.example>\r\nTo: Firm <" + address +
         ">\r\nSubject: Papers for the hearing\r\nDate: Mon, 6 Oct 2025 10:00:00 +0000\r\nMessage-ID: <m" +
         std::to_string(i) + "@c.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
         std::string(1200, 'x') + "\r\n";
}

struct C {
  C() {
    auto options = CASECOMM_INIT(casecomm_engine_options);
    Check(casecomm_store_memory(&options.store, nullptr));
    options.keys = S(kKeys);
    Check(casecomm_engine_open(&options, &engine, nullptr));
    auto actor = CASECOMM_INIT(casecomm_actor);
    actor.kind = CASECOMM_ACTOR_OPERATOR;
    auto spec = CASECOMM_INIT(casecomm_account_spec);
    spec.name = S("firm"), spec.domain = S("in.firm.example"), spec.preset = S("casebook");
    Check(casecomm_engine_create_account(engine, &spec, &actor, nullptr));
    Check(casecomm_engine_as(engine, S("firm"), &actor, &session, nullptr));
    Check(casecomm_session_load(session, S(Document()), nullptr));
    for (int i = 0; i < kMails; ++i) {
      casecomm_text text = nullptr;
      casecomm_str address{};
      Check(casecomm_session_record_address(session, S("R" + std::to_string(i)), &text, nullptr));
      Check(casecomm_text_read(text, &address, nullptr));
      raws.push_back(RawMail(i, std::string(address.data, address.size)));
      casecomm_text_release(text);
    }
    for (const std::string& raw : raws) {
      mails.push_back(CASECOMM_INIT(casecomm_mail));
      mails.back().raw = S(raw);
    }
    for (const casecomm_mail& mail : mails) pointers.push_back(&mail);
    Check(casecomm_routed_new(&routed, nullptr));
    casecomm_store_release(options.store);
  }
  casecomm_engine engine = nullptr;
  casecomm_session session = nullptr;
  casecomm_routed routed = nullptr;
  std::vector<std::string> raws;
  std::vector<casecomm_mail> mails;
  std::vector<const casecomm_mail*> pointers;
};

C& World() {
  static C& world = *new C;
  return world;
}

struct Cpp {
  Cpp() {
    casecomm::EngineOptions options;
    options.store = casecomm::MemoryStore();
    options.keys = casecomm::KeyRing::Parse(kKeys).value();
    engine = casecomm::Engine::Open(std::move(options)).value();
    const auto account = engine->CreateAccount({"firm", "in.firm.example", "casebook"}, casecomm::Actor::Operator());
    auto session = engine->As("firm", casecomm::Actor::Operator()).value();
    if (!account.ok() || !session.Load(Document()).ok()) std::exit(1);
    for (int i = 0; i < kMails; ++i) {
      raws.push_back(RawMail(i, session.RecordAddress("R" + std::to_string(i)).value()));
    }
    for (const std::string& raw : raws) requests.push_back({raw});
  }
  std::unique_ptr<casecomm::Engine> engine;
  std::vector<std::string> raws;
  std::vector<casecomm::RouteRequest> requests;
};

Cpp& CppWorld() {
  static Cpp& world = *new Cpp;
  return world;
}

void BM_DecisionRead(benchmark::State& state) {
  static const casecomm_decision decision = [] {  // shared by the threads; a session would not be
    casecomm_decision made = nullptr;
    Check(casecomm_session_route(World().session, World().pointers[0], &made, nullptr));
    return made;
  }();
  auto facts = CASECOMM_INIT(casecomm_decision_facts);
  for (auto _ : state) {
    Check(casecomm_decision_read(decision, &facts, nullptr));
    benchmark::DoNotOptimize(facts);
  }
}
BENCHMARK(BM_DecisionRead)->Threads(1)->Threads(2);

void BM_RefusedHandle(benchmark::State& state) {
  auto facts = CASECOMM_INIT(casecomm_decision_facts);
  auto error = CASECOMM_INIT(casecomm_error);
  for (auto _ : state) benchmark::DoNotOptimize(casecomm_decision_read(nullptr, &facts, &error));
}
BENCHMARK(BM_RefusedHandle);

void BM_SessionRoute(benchmark::State& state) {
  size_t next = 0;
  for (auto _ : state) {
    casecomm_decision decision = nullptr;
    Check(casecomm_session_route(World().session, World().pointers[next++ % kMails], &decision, nullptr));
    casecomm_decision_release(decision);
  }
}
BENCHMARK(BM_SessionRoute);

void BM_CppRoute(benchmark::State& state) {
  Cpp& world = CppWorld();
  auto session = world.engine->As("firm", casecomm::Actor::Operator()).value();
  size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(session.Route(world.raws[next++ % kMails]));
}
BENCHMARK(BM_CppRoute);

void BM_SessionRouteBatch(benchmark::State& state) {
  C& world = World();
  for (auto _ : state) {
    Check(casecomm_session_route_batch(world.session, world.pointers.data(), kMails, world.routed, nullptr));
  }
  auto columns = CASECOMM_INIT(casecomm_routed_columns);
  Check(casecomm_routed_read(world.routed, &columns, nullptr));
  for (int i = 0; i < kMails; ++i) {
    if (columns.outcomes[i] != CASECOMM_OUTCOME_FILED) state.SkipWithError("a mail went the wrong way");
  }
  state.SetItemsProcessed(state.iterations() * kMails);
  state.SetLabel("256 mails");
}
BENCHMARK(BM_SessionRouteBatch);

void BM_CppRouteBatch(benchmark::State& state) {
  Cpp& world = CppWorld();
  auto session = world.engine->As("firm", casecomm::Actor::Operator()).value();
  casecomm::RoutedBatch routed;
  for (auto _ : state) {
    if (!session.RouteBatch(world.requests, &routed).ok()) state.SkipWithError("the batch failed");
  }
  state.SetItemsProcessed(state.iterations() * kMails);
  state.SetLabel("256 mails");
}
BENCHMARK(BM_CppRouteBatch);

}  // namespace
