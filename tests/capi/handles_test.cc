// SPDX-License-Identifier: Apache-2.0
#include "capi/handles.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/capi/world.h"

namespace casecomm::capi_test {
namespace {

using capi::HandleTable;
using capi::Kind;

TEST(HandleTable, AHandleIsOneKindsAndNoAddress) {
  HandleTable table;
  const uint64_t handle = table.Insert(Kind::kText, std::make_shared<int>(7));
  EXPECT_GE(handle >> 60, 1u);
  EXPECT_EQ(*static_cast<int*>(table.Pin(Kind::kText, handle).get()), 7);
  EXPECT_EQ(table.Pin(Kind::kList, handle), nullptr);
  EXPECT_EQ(table.Remove(Kind::kList, handle), nullptr);
  EXPECT_EQ(table.Pin(Kind::kText, 0), nullptr);
  EXPECT_EQ(table.Pin(Kind::kText, handle + 1), nullptr);
  EXPECT_EQ(table.Pin(Kind::kText, handle + 16), nullptr);            // the shard's next slot
  EXPECT_EQ(table.Pin(Kind::kText, handle + (1ull << 28)), nullptr);  // the next generation
  EXPECT_EQ(table.Pin(Kind::kText, UINT64_MAX), nullptr);
  EXPECT_NE(table.Pin(Kind::kText, handle), nullptr);
}

TEST(HandleTable, AReleasedHandleStaysDeadWhenItsSlotIsUsedAgain) {
  HandleTable table;
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const uint64_t handle = table.Insert(Kind::kText, std::make_shared<int>(i));
    EXPECT_TRUE(seen.insert(handle).second);
    EXPECT_NE(table.Remove(Kind::kText, handle), nullptr);
    EXPECT_EQ(table.Remove(Kind::kText, handle), nullptr);
  }
  for (const uint64_t handle : seen) EXPECT_EQ(table.Pin(Kind::kText, handle), nullptr);
  EXPECT_LT(table.Insert(Kind::kText, std::make_shared<int>(1)) & 0xfffffff, 16u) << "slots are used again";
}

TEST(HandleTable, ASlotWhoseGenerationsAreUsedUpIsNeverUsedAgain) {
  HandleTable table(/*last_generation=*/3);
  std::set<uint64_t> seen;
  for (int i = 0; i < 16 * 20; ++i) {
    const uint64_t handle = table.Insert(Kind::kDraft, std::make_shared<int>(i));
    EXPECT_TRUE(seen.insert(handle).second) << "the handle was given twice";
    table.Remove(Kind::kDraft, handle);
  }
}

TEST(HandleTable, TheObjectEndsOutsideTheLock) {
  HandleTable table;
  struct Nested {
    HandleTable* table;
    uint64_t other;
    ~Nested() { EXPECT_NE(table->Remove(Kind::kText, other), nullptr); }
  };
  std::vector<uint64_t> others;
  for (int i = 0; i < 16; ++i) others.push_back(table.Insert(Kind::kText, std::make_shared<int>(i)));
  for (const uint64_t other : others) {
    auto nested = std::make_shared<Nested>();
    nested->table = &table;
    nested->other = other;
    table.Remove(Kind::kText, table.Insert(Kind::kText, std::move(nested)));
    EXPECT_EQ(table.Pin(Kind::kText, other), nullptr);
  }
}

TEST(HandleTable, ManyThreadsInsertPinAndRemove) {
  HandleTable table;
  std::atomic<int> alive{0};
  struct Counted {
    std::atomic<int>* alive;
    explicit Counted(std::atomic<int>* a) : alive(a) { ++*alive; }
    ~Counted() { --*alive; }
  };
  std::atomic<uint64_t> shared{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3000; ++i) {
        const uint64_t handle = table.Insert(Kind::kList, std::make_shared<Counted>(&alive));
        const uint64_t old = shared.exchange(handle);
        const auto pinned = table.Pin(Kind::kList, handle);  // others may have removed it
        table.Remove(Kind::kList, old);
        if (pinned) {
          EXPECT_EQ(std::static_pointer_cast<Counted>(pinned)->alive, &alive);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  table.Remove(Kind::kList, shared);
  EXPECT_EQ(alive, 0);
}

template <typename Handle>
Handle Number(uint64_t number) {
  return reinterpret_cast<Handle>(number);
}

// What a host may pass by mistake for a handle.
template <typename Handle>
std::vector<Handle> Wrong(void* another_kind) {
  static int something = 0;
  return {nullptr,
          Number<Handle>(1),
          Number<Handle>(16),
          Number<Handle>(UINT64_MAX),
          Number<Handle>(uint64_t{0x17fffffff} << 28),  // a store's, of a generation to come
          Number<Handle>(0xdeadbeefdeadbeef),
          reinterpret_cast<Handle>(&something),
          reinterpret_cast<Handle>(another_kind)};
}

template <typename Handle>
void ExpectRefused(void* another_kind, Handle released,
                   const std::vector<std::function<casecomm_status(Handle, casecomm_error*)>>& calls) {
  std::vector<Handle> wrong = Wrong<Handle>(another_kind);
  wrong.push_back(released);
  for (size_t i = 0; i < wrong.size(); ++i) {
    for (size_t call = 0; call < calls.size(); ++call) {
      Error error;
      EXPECT_EQ(Told(calls[call](wrong[i], &error), error), "3 bad_handle") << "handle " << i << ", call " << call;
      EXPECT_EQ(error.reason, CASECOMM_REASON_BAD_HANDLE);
    }
  }
}

casecomm_status Nothing(void*, const char*, size_t, casecomm_error*) {
  return CASECOMM_OK;
}

casecomm_status NothingRehearsed(void*, const casecomm_rehearsed*, casecomm_error*) {
  return CASECOMM_OK;
}

TEST(Handles, EveryFunctionOfASessionRefusesWhatIsNone) {
  World world;
  casecomm_session released = nullptr;
  const casecomm_actor actor = Operator();
  world.Ok(casecomm_engine_as(world.engine, S(""), &actor, &released, &world.error));
  casecomm_session_release(released);
  casecomm_routed routed = nullptr;
  world.Ok(casecomm_routed_new(&routed, &world.error));
  const casecomm_mail mail = Mail("From: a@b.c\n\n");
  const casecomm_mail* mails[] = {&mail};
  const auto request = CASECOMM_INIT(casecomm_link_request);
  const auto act = CASECOMM_INIT(casecomm_act_request);
  casecomm_text text{};
  casecomm_list list{};
  casecomm_decision decision{};
  const auto none = [&](casecomm_status s) {
    EXPECT_EQ(text, nullptr);
    EXPECT_EQ(list, nullptr);
    EXPECT_EQ(decision, nullptr);
    text = Number<casecomm_text>(7), list = Number<casecomm_list>(7), decision = Number<casecomm_decision>(7);
    return s;
  };
  using Call = std::function<casecomm_status(casecomm_session, casecomm_error*)>;
  const casecomm_str x = S("x");
  text = nullptr;
  ExpectRefused<casecomm_session>(
      world.engine, released,
      {Call([&](auto s, auto* e) { return casecomm_session_load(s, S("{}"), e); }),
       Call([&](auto s, auto* e) { return casecomm_session_set_rules(s, S(""), e); }),
       Call([&](auto s, auto* e) { return casecomm_session_retire_address(s, x, e); }),
       Call([&](auto s, auto* e) { return casecomm_session_replace_key(s, 9, nullptr, e); }),
       Call([&](auto s, auto* e) { return casecomm_session_forwarded(s, x, e); }),
       Call([&](auto s, auto* e) { return casecomm_session_raw(s, x, Nothing, nullptr, e); }),
       Call([&](auto s, auto* e) { return casecomm_session_attachment(s, x, 0, Nothing, nullptr, e); }),
       Call([&](auto s, auto* e) { return casecomm_session_rehearse_stored(s, x, NothingRehearsed, nullptr, e); }),
       Call([&](auto s, auto* e) { return casecomm_session_route_batch(s, mails, 1, routed, e); })});
  ExpectRefused<casecomm_session>(world.engine, released,
                                  {Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_record_address(s, x, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_drop_address(s, x, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_reply_address(s, x, x, x, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_return_path_address(s, x, x, x, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_rotate_record_address(s, x, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_rotate_drop_address(s, x, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_show_record(s, x, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, text = nullptr;
                                     return none(casecomm_session_route(s, &mail, &decision, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, text = nullptr;
                                     return none(casecomm_session_explain(s, &mail, &decision, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, decision = nullptr;
                                     return none(casecomm_session_rules(s, &text, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, text = nullptr;
                                     return none(casecomm_session_rehearse(s, x, &mail, &decision, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, text = nullptr;
                                     return none(casecomm_session_link(s, &request, &decision, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     list = nullptr, text = nullptr;
                                     return none(casecomm_session_act(s, &act, &decision, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_held(s, 0, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_acts(s, x, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_suggestions(s, x, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_late_matches(s, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_people(s, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_records(s, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_assignments(s, x, S(""), nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_addresses(s, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_all_addresses(s, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_forwards(s, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_threads(s, x, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_messages(s, x, nullptr, &list, e));
                                   }),
                                   Call([&](auto s, auto* e) {
                                     text = nullptr, decision = nullptr;
                                     return none(casecomm_session_unassigned(s, nullptr, &list, e));
                                   })});
  casecomm_routed_release(routed);
}

TEST(Handles, EveryOtherFunctionRefusesWhatIsNone) {
  World world;
  const casecomm_mail mail = Mail("From: a@b.c\n\n");
  const casecomm_mail* mails[] = {&mail};
  const casecomm_actor actor = Operator();
  const casecomm_account_spec spec = Spec("x");

  casecomm_list list = nullptr;
  world.Ok(casecomm_session_people(world.session, nullptr, &list, &world.error));
  casecomm_list_release(list);
  auto list_facts = CASECOMM_INIT(casecomm_list_facts);
  auto account = CASECOMM_INIT(casecomm_account);
  auto person = CASECOMM_INIT(casecomm_person);
  auto record = CASECOMM_INIT(casecomm_record);
  auto assignment = CASECOMM_INIT(casecomm_assignment);
  auto address = CASECOMM_INIT(casecomm_address);
  auto thread = CASECOMM_INIT(casecomm_thread);
  auto message = CASECOMM_INIT(casecomm_message);
  auto unassigned = CASECOMM_INIT(casecomm_unassigned);
  auto result = CASECOMM_INIT(casecomm_recipient_result);
  casecomm_text text = nullptr;
  ExpectRefused<casecomm_list>(world.session, list,
                               {[&](auto h, auto* e) { return casecomm_list_read(h, &list_facts, e); },
                                [&](auto h, auto* e) { return casecomm_list_json(h, 0, &text, e); },
                                [&](auto h, auto* e) { return casecomm_list_account(h, 0, &account, e); },
                                [&](auto h, auto* e) { return casecomm_list_person(h, 0, &person, e); },
                                [&](auto h, auto* e) { return casecomm_list_record(h, 0, &record, e); },
                                [&](auto h, auto* e) { return casecomm_list_assignment(h, 0, &assignment, e); },
                                [&](auto h, auto* e) { return casecomm_list_address(h, 0, &address, e); },
                                [&](auto h, auto* e) { return casecomm_list_thread(h, 0, &thread, e); },
                                [&](auto h, auto* e) { return casecomm_list_message(h, 0, &message, e); },
                                [&](auto h, auto* e) { return casecomm_list_unassigned(h, 0, &unassigned, e); },
                                [&](auto h, auto* e) { return casecomm_list_recipient_result(h, 0, &result, e); }});

  casecomm_decision decision = nullptr;
  world.Ok(casecomm_session_route(world.session, &mail, &decision, &world.error));
  casecomm_decision_release(decision);
  auto decision_facts = CASECOMM_INIT(casecomm_decision_facts);
  ExpectRefused<casecomm_decision>(
      world.engine, decision,
      {[&](auto h, auto* e) { return casecomm_decision_read(h, &decision_facts, e); },
       [&](auto h, auto* e) { return casecomm_decision_json(h, S(""), -1, 0, &text, e); }});

  world.Ok(casecomm_keys_generate(nullptr, &text, &world.error));
  casecomm_text_release(text);
  casecomm_str view{};
  ExpectRefused<casecomm_text>(world.engine, text, {[&](auto h, auto* e) { return casecomm_text_read(h, &view, e); }});

  casecomm_routed routed = nullptr;
  world.Ok(casecomm_routed_new(&routed, &world.error));
  casecomm_routed_release(routed);
  auto columns = CASECOMM_INIT(casecomm_routed_columns);
  ExpectRefused<casecomm_routed>(
      world.session, routed,
      {[&](auto h, auto* e) { return casecomm_routed_read(h, &columns, e); },
       [&](auto h, auto* e) { return casecomm_session_route_batch(world.session, mails, 1, h, e); }});

  casecomm_draft draft = nullptr;
  world.Ok(casecomm_draft_new(nullptr, &draft, &world.error));
  casecomm_draft_release(draft);
  auto verdict = CASECOMM_INIT(casecomm_attachment_verdict);
  auto draft_facts = CASECOMM_INIT(casecomm_draft_facts);
  ExpectRefused<casecomm_draft>(world.session, draft,
                                {[&](auto h, auto* e) { return casecomm_draft_add(h, S("a"), 1, &verdict, e); },
                                 [&](auto h, auto* e) { return casecomm_draft_remove(h, 0, e); },
                                 [&](auto h, auto* e) { return casecomm_draft_read(h, &draft_facts, e); }});

  ListSource mine;
  const casecomm_host_source table = mine.Table();
  casecomm_source source = nullptr;
  world.Ok(casecomm_source_host(&table, &source, &world.error));
  casecomm_source_release(source);
  EXPECT_EQ(mine.released, 1);
  ExpectRefused<casecomm_source>(world.session, source, {[&](auto h, auto* e) {
                                   return casecomm_engine_receive(world.engine, h, S(""), nullptr, nullptr, e);
                                 }});

  casecomm_store store = nullptr;
  world.Ok(casecomm_store_memory(&store, &world.error));
  casecomm_store_release(store);
  casecomm_engine engine = nullptr;
  ExpectRefused<casecomm_store>(world.session, store, {[&](auto h, auto* e) {
                                  auto options = CASECOMM_INIT(casecomm_engine_options);
                                  options.store = h;
                                  options.keys = S(kKeys);
                                  return casecomm_engine_open(&options, &engine, e);
                                }});
  EXPECT_EQ(engine, nullptr);

  const casecomm_engine dead = world.engine;
  casecomm_engine_release(dead);
  casecomm_session session = nullptr;
  ExpectRefused<casecomm_engine>(
      world.session, dead,
      {[&](auto h, auto* e) { return casecomm_engine_create_account(h, &spec, &actor, e); },
       [&](auto h, auto* e) { return casecomm_engine_accounts(h, &list, e); },
       [&](auto h, auto* e) { return casecomm_engine_as(h, S(""), &actor, &session, e); },
       [&](auto h, auto* e) { return casecomm_engine_receive(h, source, S(""), nullptr, nullptr, e); }});
}

TEST(Handles, ReleaseOfWhatIsNoneDoesNothing) {
  World world;
  for (casecomm_session none : Wrong<casecomm_session>(world.engine)) casecomm_session_release(none);
  casecomm_engine_release(reinterpret_cast<casecomm_engine>(world.session));
  casecomm_store_release(nullptr);
  casecomm_source_release(nullptr);
  casecomm_mail_sink_release(nullptr);
  casecomm_engine_release(nullptr);
  casecomm_decision_release(nullptr);
  casecomm_routed_release(nullptr);
  casecomm_list_release(nullptr);
  casecomm_text_release(nullptr);
  casecomm_draft_release(nullptr);
  EXPECT_FALSE(world.Address("C1").empty());

  // A handle that was released stays dead when its place is taken by others, and does them no harm.
  casecomm_text first = nullptr;
  world.Ok(casecomm_session_record_address(world.session, S("C1"), &first, &world.error));
  casecomm_text_release(first);
  std::vector<casecomm_text> others(64);
  for (casecomm_text& other : others) {
    world.Ok(casecomm_session_record_address(world.session, S("C1"), &other, &world.error));
  }
  casecomm_str view{};
  Error error;
  EXPECT_EQ(Told(casecomm_text_read(first, &view, &error), error), "3 bad_handle");
  casecomm_text_release(first);
  for (const casecomm_text other : others) EXPECT_FALSE(Taken(other).empty());
}

TEST(Handles, WhatIsStillNeededOutlivesItsHandle) {
  int released = 0;
  auto observer = CASECOMM_INIT(casecomm_host_observer);
  observer.host = &released;
  observer.release = [](void* host) { ++*static_cast<int*>(host); };
  observer.notice = [](void*, const casecomm_event*) {};
  World world({}, &observer);
  casecomm_store_release(world.store);
  casecomm_engine_release(world.engine);
  EXPECT_EQ(released, 0);
  EXPECT_FALSE(world.Address("C2").empty());
  casecomm_session_release(world.session);
  EXPECT_EQ(released, 1);
}

}  // namespace
}  // namespace casecomm::capi_test
