// SPDX-License-Identifier: Apache-2.0
// Calls inside callbacks, at once from many threads, and one after the other's release.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/capi/world.h"

namespace casecomm::capi_test {
namespace {

// Runs `inside` from the callback that reads a stored message.
casecomm_status Inside(casecomm_session session, const std::string& message, std::function<void()> inside,
                       casecomm_error* error) {
  return casecomm_session_raw(
      session, S(message),
      [](void* host, const char*, size_t, casecomm_error*) {
        (*static_cast<std::function<void()>*>(host))();
        return casecomm_status{CASECOMM_OK};
      },
      &inside, error);
}

TEST(Calls, ASessionServesOneCallAtATime) {
  World world;
  world.Fill();
  Error error;
  casecomm_session other = nullptr;
  const casecomm_actor actor = Operator();
  world.Ok(casecomm_engine_as(world.engine, S(""), &actor, &other, &world.error));
  casecomm_text text = nullptr;
  int ran = 0;
  const auto inside = [&] {
    ++ran;
    EXPECT_EQ(Told(casecomm_session_record_address(world.session, S("C1"), &text, &error), error), "9 busy");
    EXPECT_EQ(error.reason, CASECOMM_REASON_BUSY);
    EXPECT_EQ(text, nullptr);
    world.Ok(casecomm_session_record_address(other, S("C1"), &text, &world.error));
    EXPECT_FALSE(Taken(text).empty());
  };
  world.Ok(Inside(world.session, world.MessageOfC1(), inside, &world.error));
  EXPECT_GE(ran, 1);
  EXPECT_FALSE(world.Address("C1").empty()) << "it serves again";
  casecomm_session_release(other);
}

TEST(Calls, ASourceServesOneCallAtATime) {
  World world;
  ListSource list;
  list.mails.push_back({MailTo(world.Address("C1")), {}});
  const casecomm_host_source table = list.Table();
  casecomm_source source = nullptr;
  world.Ok(casecomm_source_host(&table, &source, &world.error));
  Error error;
  list.on_next = [&] {
    EXPECT_EQ(Told(casecomm_engine_receive(world.engine, source, S(""), nullptr, nullptr, &error), error), "9 busy");
  };
  world.Ok(casecomm_engine_receive(world.engine, source, S(""), nullptr, nullptr, &world.error));
  EXPECT_EQ(list.committed, 1u);
  EXPECT_STREQ(error.reason_name, "busy");
  world.Ok(casecomm_engine_receive(world.engine, source, S(""), nullptr, nullptr, &world.error));
  casecomm_source_release(source);
  EXPECT_EQ(list.released, 1);
}

TEST(Calls, WhatIsReleasedInsideACallbackLivesToTheEndOfTheCall) {
  int released = 0;
  auto observer = CASECOMM_INIT(casecomm_host_observer);
  observer.host = &released;
  observer.release = [](void* host) { ++*static_cast<int*>(host); };
  observer.notice = [](void*, const casecomm_event*) {};
  World world({}, &observer);
  world.Fill();
  const std::string message = world.MessageOfC1();
  world.Ok(Inside(
      world.session, message,
      [&] {
        casecomm_engine_release(world.engine);
        casecomm_session_release(world.session);
        casecomm_store_release(world.store);
        EXPECT_EQ(released, 0);
      },
      &world.error));
  EXPECT_EQ(released, 1);
  Error error;
  EXPECT_EQ(Told(casecomm_session_load(world.session, S("{}"), &error), error), "3 bad_handle");
}

TEST(Calls, ASourceReleasedInsideItsOwnCallbackIsReadToTheEnd) {
  World world;
  ListSource list;
  list.mails.push_back({MailTo(world.Address("C1")), {}});
  const casecomm_host_source table = list.Table();
  casecomm_source source = nullptr;
  world.Ok(casecomm_source_host(&table, &source, &world.error));
  list.on_next = [&] {
    casecomm_source_release(source);
    EXPECT_EQ(list.released, 0);
  };
  world.Ok(casecomm_engine_receive(world.engine, source, S(""), nullptr, nullptr, &world.error));
  EXPECT_EQ(list.committed, 1u);
  EXPECT_EQ(list.released, 1);
}

// A decision that a callback is lent: read inside, also released there by mistake, none afterwards.
TEST(Calls, ALentDecisionEndsWithItsCallback) {
  struct Seen {
    std::vector<casecomm_decision> lent;
    casecomm_decision told = nullptr;
    bool release = false;
  } seen;
  auto observer = CASECOMM_INIT(casecomm_host_observer);
  observer.host = &seen;
  observer.notice = [](void* host, const casecomm_event* event) {
    if (event->kind == CASECOMM_EVENT_RECEIVED) static_cast<Seen*>(host)->told = event->decision;
  };
  World world({}, &observer);
  for (const bool release : {false, true}) {
    seen.release = release;
    ListSource list;
    list.mails.push_back({MailTo(world.Address("C1"), "bob@client.example.com", release ? "one" : "two"), {}});
    const casecomm_host_source table = list.Table();
    casecomm_source source = nullptr;
    world.Ok(casecomm_source_host(&table, &source, &world.error));
    world.Ok(casecomm_engine_receive(
        world.engine, source, S(""),
        [](void* host, const casecomm_received* received) {
          auto& mine = *static_cast<Seen*>(host);
          EXPECT_EQ(received->struct_size, sizeof(casecomm_received));
          EXPECT_EQ(Text(received->path), "here");
          EXPECT_EQ(received->index, 0);
          auto facts = CASECOMM_INIT(casecomm_decision_facts);
          EXPECT_EQ(casecomm_decision_read(received->decision, &facts, nullptr), CASECOMM_OK);
          EXPECT_EQ(facts.outcome, CASECOMM_OUTCOME_FILED);
          if (mine.release) {
            casecomm_decision_release(received->decision);
            EXPECT_EQ(casecomm_decision_read(received->decision, &facts, nullptr), CASECOMM_INVALID_ARGUMENT);
          }
          mine.lent.push_back(received->decision);
        },
        &seen, &world.error));
    casecomm_source_release(source);
  }
  ASSERT_EQ(seen.lent.size(), 2u);
  seen.lent.push_back(seen.told);
  for (const casecomm_decision lent : seen.lent) {
    Error error;
    auto facts = CASECOMM_INIT(casecomm_decision_facts);
    EXPECT_EQ(Told(casecomm_decision_read(lent, &facts, &error), error), "3 bad_handle");
    casecomm_decision_release(lent);
  }
}

// Each call opens a session of its own and reads the message from inside the reading.
struct Deeper {
  World* world;
  std::string message;
  int depth;
  std::string told;

  casecomm_status Go() {
    ++depth;
    Error error;
    casecomm_session session = nullptr;
    const casecomm_actor actor = Operator();
    casecomm_status status = casecomm_engine_as(world->engine, S(""), &actor, &session, &error);
    if (status == CASECOMM_OK) {
      status = casecomm_session_raw(
          session, S(message),
          [](void* host, const char*, size_t, casecomm_error*) { return static_cast<Deeper*>(host)->Go(); }, this,
          &error);
    }
    if (told.empty()) told = Told(status, error);
    casecomm_session_release(session);
    return status;
  }
};

TEST(Calls, NestOnlySoDeep) {
  World world;
  world.Fill();
  Deeper deeper{&world, world.MessageOfC1(), 0, {}};
  EXPECT_EQ(deeper.Go(), CASECOMM_FAILED_PRECONDITION);
  EXPECT_EQ(deeper.told, "9 too_deep");
  EXPECT_EQ(deeper.depth, CASECOMM_DEPTH_MAX + 1);
  EXPECT_FALSE(world.Address("C1").empty()) << "the depth is counted down again";
}

TEST(Calls, AHostsFailureEndsTheReadingAndIsItsAnswer) {
  World world;
  world.Fill();
  const std::string message = world.MessageOfC1();
  int pieces = 0;
  Error error;
  const casecomm_bytes_fn full = [](void* host, const char*, size_t, casecomm_error* e) {
    ++*static_cast<int*>(host);
    std::string("disk_full").copy(e->reason_name, sizeof e->reason_name - 1);
    return casecomm_status{CASECOMM_RESOURCE_EXHAUSTED};
  };
  EXPECT_EQ(Told(casecomm_session_raw(world.session, S(message), full, &pieces, &error), error), "8 disk_full");
  EXPECT_EQ(Told(casecomm_session_attachment(world.session, S(message), 0, full, &pieces, &error), error),
            "8 disk_full");
  EXPECT_EQ(pieces, 2);
}

TEST(Calls, TablesAreReleasedOnceAlsoWhenOpeningFails) {
  struct Counts {
    int clock = 0, random = 0, observer = 0;
  } counts;
  auto clock = CASECOMM_INIT(casecomm_host_clock);
  clock.host = &counts;
  clock.release = [](void* host) { ++static_cast<Counts*>(host)->clock; };
  clock.now_us = [](void*) { return int64_t{1'700'000'000'000'000}; };
  auto random = CASECOMM_INIT(casecomm_host_random);
  random.host = &counts;
  random.release = [](void* host) { ++static_cast<Counts*>(host)->random; };
  random.fill = [](void*, void*, size_t, casecomm_error*) { return casecomm_status{CASECOMM_UNAVAILABLE}; };
  auto observer = CASECOMM_INIT(casecomm_host_observer);
  observer.host = &counts;
  observer.release = [](void* host) { ++static_cast<Counts*>(host)->observer; };
  observer.notice = [](void*, const casecomm_event*) {};

  Error error;
  casecomm_store store = nullptr;
  ASSERT_EQ(casecomm_store_memory(&store, &error), CASECOMM_OK);
  auto options = CASECOMM_INIT(casecomm_engine_options);
  options.store = store;
  options.keys = S(kKeys);
  options.clock = &clock;
  options.random = &random;
  options.observer = &observer;
  casecomm_engine engine = nullptr;
  int tries = 0;
  const auto expect = [&](const std::string& told) {
    EXPECT_EQ(Told(casecomm_engine_open(&options, &engine, &error), error), told);
    ++tries;
    EXPECT_EQ(counts.clock, tries);
    EXPECT_EQ(counts.random, tries);
    EXPECT_EQ(counts.observer, tries);
  };
  options.reserved = 9;
  expect("3 bad_argument");
  options.reserved = 0;
  options.store = nullptr;
  expect("3 bad_handle");
  options.store = store;
  options.keys = S("casecomm-keys 1\n");
  expect("3 keys_syntax");
  options.keys = S(kKeys);
  clock.now_us = nullptr;
  expect("3 table");
  clock.now_us = [](void*) { return int64_t{1'700'000'000'000'000}; };

  EXPECT_EQ(casecomm_engine_open(&options, &engine, &error), CASECOMM_OK) << error.message;
  EXPECT_EQ(counts.clock, tries) << "not before the engine ends";
  const casecomm_engine first = engine;
  expect("9 store_used");
  casecomm_engine_release(first);
  EXPECT_EQ(counts.clock, tries + 1);
  EXPECT_EQ(counts.random, tries + 1);
  EXPECT_EQ(counts.observer, tries + 1);

  casecomm_text text = nullptr;
  EXPECT_EQ(casecomm_keys_generate(&random, &text, &error), CASECOMM_UNAVAILABLE);
  EXPECT_EQ(text, nullptr);
  EXPECT_EQ(counts.random, tries + 2);
  EXPECT_EQ(casecomm_keys_generate(&random, nullptr, &error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(counts.random, tries + 3);
  casecomm_store_release(store);
}

TEST(Calls, ManyThreadsShareAnEngineAndItsResults) {
  World world;
  world.Fill();
  const std::string address = world.Address("C1"), message = world.MessageOfC1();
  casecomm_list people = nullptr;
  world.Ok(casecomm_session_people(world.session, nullptr, &people, &world.error));
  casecomm_routed routed = nullptr;
  world.Ok(casecomm_routed_new(&routed, &world.error));
  std::atomic<int> served{0}, busy{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const casecomm_actor actor = Operator();
      casecomm_session session = nullptr;
      EXPECT_EQ(casecomm_engine_as(world.engine, S(""), &actor, &session, nullptr), CASECOMM_OK);
      const std::string raw = MailTo(address, "bob@client.example.com", std::to_string(t));
      const casecomm_mail mail = Mail(raw);
      const casecomm_mail* mails[] = {&mail, &mail};
      for (int i = 0; i < 40; ++i) {
        casecomm_decision decision = nullptr;
        EXPECT_EQ(casecomm_session_route(session, &mail, &decision, nullptr), CASECOMM_OK);
        auto facts = CASECOMM_INIT(casecomm_decision_facts);
        EXPECT_EQ(casecomm_decision_read(decision, &facts, nullptr), CASECOMM_OK);
        EXPECT_EQ(facts.outcome, CASECOMM_OUTCOME_FILED);
        casecomm_decision_release(decision);
        auto person = CASECOMM_INIT(casecomm_person);
        EXPECT_EQ(casecomm_list_person(people, 0, &person, nullptr), CASECOMM_OK);
        Error error;
        casecomm_text text = nullptr;
        const casecomm_status shared = i % 2 ? casecomm_session_record_address(world.session, S("C1"), &text, &error)
                                             : casecomm_session_route_batch(session, mails, 2, routed, &error);
        EXPECT_TRUE(shared == CASECOMM_OK || error.reason == CASECOMM_REASON_BUSY) << error.reason_name;
        ++(shared == CASECOMM_OK ? served : busy);
        casecomm_text_release(text);
      }
      casecomm_session_release(session);
      if (t == 0) casecomm_list_release(nullptr);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served + busy, 8 * 40);
  EXPECT_GT(served, 0);
  casecomm_list_release(people);
  casecomm_routed_release(routed);
}

TEST(Calls, ManyThreadsReleaseWhatOthersUse) {
  World world;
  const casecomm_mail mail = Mail("From: bob@client.example.com\nTo: x@y.example\n\n");
  std::atomic<casecomm_decision> shared{nullptr};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const casecomm_actor actor = Operator();
      casecomm_session session = nullptr;
      EXPECT_EQ(casecomm_engine_as(world.engine, S(""), &actor, &session, nullptr), CASECOMM_OK);
      for (int i = 0; i < 100; ++i) {
        casecomm_decision decision = nullptr;
        if (t % 2 == 0) {
          EXPECT_EQ(casecomm_session_route(session, &mail, &decision, nullptr), CASECOMM_OK);
          casecomm_decision_release(shared.exchange(decision));
        } else {
          casecomm_text json = nullptr;
          const casecomm_status status = casecomm_decision_json(shared, S(""), -1, 0, &json, nullptr);
          EXPECT_TRUE(status == CASECOMM_OK || status == CASECOMM_INVALID_ARGUMENT);
          casecomm_text_release(json);
        }
      }
      casecomm_session_release(session);
    });
  }
  for (std::thread& thread : threads) thread.join();
  casecomm_decision_release(shared);
}

}  // namespace
}  // namespace casecomm::capi_test
