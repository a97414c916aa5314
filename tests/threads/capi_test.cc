// SPDX-License-Identifier: Apache-2.0
// Eight threads by the sharing rules of casecomm.h (threat T67): they share an engine, a decision, a list, a text and a
// filled routed batch; each has a session, a source and a routed batch of its own, and releases what it made while the
// others read.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/capi/world.h"

namespace casecomm {
namespace {

using capi_test::ListSource;
using capi_test::MailTo;
using capi_test::Operator;
using capi_test::S;

constexpr int kThreads = 8, kRounds = 6;

struct Shared {
  casecomm_engine engine;
  casecomm_decision decision;
  casecomm_list people;
  casecomm_text text;
  casecomm_routed routed;
  std::string address, thread, message;
};

// Counts what was not CASECOMM_OK.
class Checks {
 public:
  explicit Checks(std::atomic<int>* failures) : failures_(failures) {}
  void operator()(casecomm_status status) { *failures_ += status != CASECOMM_OK; }

 private:
  std::atomic<int>* const failures_;
};

void ReadShared(const Shared& shared, Checks ok) {
  auto facts = CASECOMM_INIT(casecomm_decision_facts);
  ok(casecomm_decision_read(shared.decision, &facts, nullptr));
  casecomm_text json = nullptr;
  ok(casecomm_decision_json(shared.decision, S(""), -1, CASECOMM_JSON_TRACE, &json, nullptr));
  casecomm_text_release(json);
  auto person = CASECOMM_INIT(casecomm_person);
  ok(casecomm_list_person(shared.people, 0, &person, nullptr));
  ok(casecomm_list_json(shared.people, 0, &json, nullptr));
  casecomm_text_release(json);
  casecomm_str view{};
  ok(casecomm_text_read(shared.text, &view, nullptr));
  auto columns = CASECOMM_INIT(casecomm_routed_columns);
  ok(casecomm_routed_read(shared.routed, &columns, nullptr));
}

void Work(const Shared& shared, int number, std::atomic<int>* received, Checks ok) {
  const casecomm_actor actor = Operator();
  for (int round = 0; round < kRounds; ++round) {
    const std::string own = MailTo(shared.address, "bob@client.example.com",
                                   "thread " + std::to_string(number) + " round " + std::to_string(round));
    casecomm_session session = nullptr;
    ok(casecomm_engine_as(shared.engine, S("firm"), &actor, &session, nullptr));

    ListSource list;
    list.mails.push_back({own, {}});
    list.mails.push_back({MailTo(shared.address, "bob@client.example.com", "of all " + std::to_string(round)), {}});
    const casecomm_host_source table = list.Table();
    casecomm_source source = nullptr;
    ok(casecomm_source_host(&table, &source, nullptr));
    ok(casecomm_engine_receive(
        shared.engine, source, S(""),
        [](void* host, const casecomm_received*) { ++*static_cast<std::atomic<int>*>(host); }, received, nullptr));
    casecomm_source_release(source);

    const casecomm_mail mail = capi_test::Mail(own);
    casecomm_decision decision = nullptr;
    ok(casecomm_session_route(session, &mail, &decision, nullptr));
    casecomm_decision_release(decision);
    ok(casecomm_session_explain(session, &mail, &decision, nullptr));
    casecomm_decision_release(decision);
    casecomm_routed routed = nullptr;
    ok(casecomm_routed_new(&routed, nullptr));
    const casecomm_mail* const mails[] = {&mail, &mail};
    ok(casecomm_session_route_batch(session, mails, 2, routed, nullptr));
    casecomm_routed_release(routed);

    casecomm_list page = nullptr;
    ok(casecomm_session_messages(session, S(shared.thread), nullptr, &page, nullptr));
    casecomm_list_release(page);
    ok(casecomm_session_records(session, nullptr, &page, nullptr));
    casecomm_list_release(page);
    ok(casecomm_session_raw(
        session, S(shared.message),
        [](void*, const char*, size_t, casecomm_error*) { return casecomm_status{CASECOMM_OK}; }, nullptr, nullptr));
    if (number == 0) {
      const std::string load =
          R"({"records": [{"id": "N)" + std::to_string(round) + R"(", "kind": "case", "name": "n"}]})";
      ok(casecomm_session_load(session, S(load), nullptr));
    }
    ReadShared(shared, ok);
    casecomm_session_release(session);
  }
}

TEST(CApiThreads, ShareWhatTheHeaderSays) {
  capi_test::World world;
  world.Fill();
  Shared shared{};
  shared.engine = world.engine;
  shared.address = world.Address("C1");
  shared.thread = world.ThreadOfC1();
  shared.message = world.MessageOfC1();
  const std::string bytes = MailTo(shared.address);
  const casecomm_mail mail = capi_test::Mail(bytes);
  const casecomm_mail* const mails[] = {&mail};
  world.Ok(casecomm_session_explain(world.session, &mail, &shared.decision, &world.error));
  world.Ok(casecomm_session_people(world.session, nullptr, &shared.people, &world.error));
  world.Ok(casecomm_session_record_address(world.session, S("C1"), &shared.text, &world.error));
  world.Ok(casecomm_routed_new(&shared.routed, &world.error));
  world.Ok(casecomm_session_route_batch(world.session, mails, 1, shared.routed, &world.error));

  std::atomic<int> failures{0}, received{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&, number] { Work(shared, number, &received, Checks(&failures)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(received, kThreads * kRounds * 2);

  // All release the same handles at once: once each is enough, and harms nobody.
  threads.clear();
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&] {
      casecomm_decision_release(shared.decision);
      casecomm_list_release(shared.people);
      casecomm_text_release(shared.text);
      casecomm_routed_release(shared.routed);
    });
  }
  for (std::thread& thread : threads) thread.join();
  casecomm_str view{};
  EXPECT_EQ(casecomm_text_read(shared.text, &view, nullptr), CASECOMM_INVALID_ARGUMENT);
}

// A session serves one call at a time: of many at once, each is answered or told that it is busy, and none is harmed.
TEST(CApiThreads, ASessionThatIsSharedAllTheSameIsBusy) {
  capi_test::World world;
  world.Fill();
  std::atomic<int> answered{0}, busy{0}, other{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&] {
      for (int round = 0; round < 40; ++round) {
        casecomm_text page = nullptr;
        capi_test::Error error;
        const casecomm_status status = casecomm_session_show_record(world.session, S("C1"), &page, &error);
        const bool told = status == CASECOMM_FAILED_PRECONDITION && std::string(error.reason_name) == "busy";
        ++(status == CASECOMM_OK ? answered : told ? busy : other);
        casecomm_text_release(page);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(other, 0);
  EXPECT_GT(answered, 0);
  EXPECT_EQ(answered + busy, kThreads * 40);
}

}  // namespace
}  // namespace casecomm
