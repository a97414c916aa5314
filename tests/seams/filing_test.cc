// SPDX-License-Identifier: Apache-2.0
// A whole host in the terms of the C ABI, over the example store: it files like one over the library's own store, calls
// the library from inside its callbacks, and lives through the failure of each single callback.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "examples/host_store.h"
#include "tests/seams/tables.h"

namespace casecomm::seams {
namespace {

std::string_view View(casecomm_str text) {
  return {text.data, text.size};
}

// Counts callbacks, and makes one of them fail.
struct Callbacks {
  int calls = 0;
  int fails_at = 0;           // from 1; 0: none
  bool fails_behind = false;  // a commit fails when it is done, as if its answer had been lost
  bool failed = false;

  bool Due() {
    if (++calls != fails_at) return false;
    failed = true;
    return true;
  }
  static casecomm_status Say(casecomm_error* error) {
    std::snprintf(error->reason_name, sizeof error->reason_name, "disk_asleep");
    std::snprintf(error->subject, sizeof error->subject, "/dev/sd\u00DF");
    std::snprintf(error->message, sizeof error->message, "the disk did not wake up");
    error->position = 4242;
    return CASECOMM_PERMISSION_DENIED;
  }
};

// The example store; everything goes through the callbacks' count. When it is released it begins anew, empty.
struct OuterStore {
  explicit OuterStore(Callbacks* its_callbacks) : callbacks(its_callbacks) { Begin(); }
  ~OuterStore() { inner.release(inner.host); }

  casecomm_host_store Table() {
    casecomm_host_store table = CASECOMM_INIT(casecomm_host_store);
    table.host = this;
    table.release = [](void* self) {
      auto* const store = static_cast<OuterStore*>(self);
      ++store->released;
      store->inner.release(store->inner.host);
      store->Begin();
    };
    table.open = [](void* self, const casecomm_schema* given, casecomm_error* error) {
      return static_cast<OuterStore*>(self)->Open(given, error);
    };
    table.read = [](void* self, const casecomm_query* const* queries, size_t count, const casecomm_row_sink* sink,
                    casecomm_error* error) {
      auto* const store = static_cast<OuterStore*>(self);
      if (store->callbacks->Due()) return Callbacks::Say(error);
      if (store->on_read) store->on_read();
      return store->inner.read(store->inner.host, queries, count, sink, error);
    };
    table.commit = [](void* self, const casecomm_batch* const* batches, size_t count,
                      casecomm_batch_outcome* const* outcomes, casecomm_error* error) {
      auto* const store = static_cast<OuterStore*>(self);
      const bool due = store->callbacks->Due();
      if (due && !store->callbacks->fails_behind) return Callbacks::Say(error);
      if (store->on_commit) store->on_commit();
      const casecomm_status status = store->inner.commit(store->inner.host, batches, count, outcomes, error);
      return due ? Callbacks::Say(error) : status;
    };
    return table;
  }

  void Begin() {
    EXPECT_EQ(host_store_table(&inner), CASECOMM_OK);
    schema = nullptr;
  }

  casecomm_status Open(const casecomm_schema* its_schema, casecomm_error* error) {
    if (callbacks->Due()) return Callbacks::Say(error);
    schema = its_schema;
    return inner.open(inner.host, schema, error);
  }

  // Every row of every collection of the first accounts, as the store gives them.
  std::string Dump() const {
    if (!schema) return "not open";
    std::string dump;
    casecomm_row_sink sink = CASECOMM_INIT(casecomm_row_sink);
    sink.sink = &dump;
    sink.row = [](void* out, size_t, const casecomm_row* row) -> casecomm_status {
      auto* const text = static_cast<std::string*>(out);
      for (uint32_t i = 0; i < row->column_count; ++i) {
        *text += std::to_string(row->columns[i].integer) + std::string(View(row->columns[i].bytes)) + ",";
      }
      *text += std::string(View(row->body)) + "@" + std::to_string(row->version) + "\n";
      return CASECOMM_OK;
    };
    for (uint32_t number = 0; number < schema->collection_count; ++number) {
      casecomm_value accounts[3]{};
      casecomm_key prefixes[3];
      for (int i = 0; i < 3; ++i) {
        accounts[i].type = CASECOMM_VALUE_INT64;
        accounts[i].integer = i;
        prefixes[i] = {&accounts[i], 1};
      }
      casecomm_query query = CASECOMM_INIT(casecomm_query);
      query.collection = number;
      query.prefixes = prefixes;
      query.prefix_count = 3;
      const casecomm_query* const queries[] = {&query};
      casecomm_error error = CASECOMM_INIT(casecomm_error);
      EXPECT_EQ(inner.read(inner.host, queries, 1, &sink, &error), CASECOMM_OK);
      dump += "--\n";
    }
    return dump;
  }

  casecomm_host_store inner = CASECOMM_INIT(casecomm_host_store);
  const casecomm_schema* schema = nullptr;  // null: not open
  Callbacks* const callbacks;
  std::function<void()> on_read, on_commit;
  int released = 0;
};

// What a verb answered, with its error.
struct Answer {
  casecomm_status status = CASECOMM_OK;
  casecomm_error error = CASECOMM_INIT(casecomm_error);
};

// A host: steady clock, steady random bytes, an observer, a source, and one step of work after the other.
class Filing {
 public:
  // `store` NULL: the library's own, in memory.
  Filing(Callbacks* callbacks, OuterStore* store) : callbacks_(callbacks), store_(store) {}
  ~Filing() {
    casecomm_session_release(session_);
    casecomm_engine_release(engine_);
    casecomm_source_release(source_);
    casecomm_text_release(keys_);
  }

  struct Step {
    const char* name;
    Answer (Filing::*run)();
    bool all_or_nothing;  // a failure leaves every row as it was
  };
  static const std::vector<Step>& Steps() {
    static const std::vector<Step> steps{
        {"keys", &Filing::Keys, true},
        {"open", &Filing::Open, true},
        {"create account", &Filing::CreateAccount, true},
        {"accounts", &Filing::Accounts, true},
        {"as", &Filing::As, true},
        {"load", &Filing::Load, true},
        {"addresses", &Filing::Addresses, false},
        {"explain", &Filing::Explain, true},
        {"receive", &Filing::Receive, false},
        {"unassigned", &Filing::Unassigned, true},
        {"link", &Filing::Link, true},
        {"lists", &Filing::Lists, true},
        {"messages", &Filing::Messages, true},
        {"show", &Filing::Show, true},
    };
    return steps;
  }

  void RunAll() {
    for (const Step& step : Steps()) {
      const Answer answer = (this->*step.run)();
      ASSERT_EQ(answer.status, CASECOMM_OK) << step.name << ": " << answer.error.message;
    }
  }

  casecomm_engine engine() const { return engine_; }

  std::string transcript;  // documents, decisions and events, in order
  std::string shape;       // what is filed where, without ids
  std::vector<std::string> acknowledged;
  bool observes = true;
  std::function<void()> on_next, on_notice, on_received;
  int released = 0;  // of clock, random, observer, source

 private:
  // Takes what a call answered; the document, if there is one, goes into the transcript.
  Answer Told(casecomm_status status, const casecomm_error& error, casecomm_text* text, std::string* out = nullptr) {
    casecomm_str bytes{nullptr, 0};
    if (status == CASECOMM_OK) {
      EXPECT_EQ(casecomm_text_read(*text, &bytes, nullptr), CASECOMM_OK);
      if (out) *out = View(bytes);
      transcript += std::string(View(bytes)) + "\n";
    }
    casecomm_text_release(*text);
    *text = nullptr;
    return {status, error};
  }

  static void CountRelease(void* self) { ++static_cast<Filing*>(self)->released; }

  casecomm_host_random RandomTable() {
    casecomm_host_random table = CASECOMM_INIT(casecomm_host_random);
    table.host = this;
    table.release = &CountRelease;
    table.fill = [](void* self, void* out, size_t size, casecomm_error* error) -> casecomm_status {
      auto* const host = static_cast<Filing*>(self);
      if (host->callbacks_->Due()) return Callbacks::Say(error);
      for (size_t i = 0; i < size; ++i) {
        host->random_ = host->random_ * 6364136223846793005u + 1442695040888963407u;
        static_cast<unsigned char*>(out)[i] = static_cast<unsigned char>(host->random_ >> 56);
      }
      return CASECOMM_OK;
    };
    return table;
  }

  Answer Keys() {
    Answer answer;
    const auto random = RandomTable();
    answer.status = casecomm_keys_generate(&random, &keys_, &answer.error);
    return answer;
  }

  Answer Open() {
    Answer answer;
    casecomm_store store = nullptr;
    if (store_) {
      const auto table = store_->Table();
      EXPECT_EQ(casecomm_store_host(&table, &store, nullptr), CASECOMM_OK);
    } else {
      EXPECT_EQ(casecomm_store_memory(&store, nullptr), CASECOMM_OK);
    }
    casecomm_host_clock clock = CASECOMM_INIT(casecomm_host_clock);
    clock.host = this;
    clock.release = &CountRelease;
    clock.now_us = [](void* self) { return static_cast<Filing*>(self)->now_ += 1000; };
    const auto random = RandomTable();
    casecomm_host_observer observer = CASECOMM_INIT(casecomm_host_observer);
    observer.host = this;
    observer.release = &CountRelease;
    observer.notice = [](void* self, const casecomm_event* event) { static_cast<Filing*>(self)->Notice(*event); };
    casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
    options.store = store;
    EXPECT_EQ(casecomm_text_read(keys_, &options.keys, nullptr), CASECOMM_OK);
    options.clock = &clock;
    options.random = &random;
    options.observer = observes ? &observer : nullptr;
    answer.status = casecomm_engine_open(&options, &engine_, &answer.error);
    casecomm_store_release(store);
    return answer;
  }

  void Notice(const casecomm_event& event) {
    transcript += "event " + std::to_string(event.kind) + " " + std::string(View(event.account)) + " " +
                  std::string(View(event.actor)) + " " + std::string(View(event.subject)) + "\n";
    if (event.decision) {
      casecomm_decision_facts facts = CASECOMM_INIT(casecomm_decision_facts);
      EXPECT_EQ(casecomm_decision_read(event.decision, &facts, nullptr), CASECOMM_OK);
      transcript += "decided " + std::string(View(casecomm_outcome_name(facts.outcome))) + "\n";
      casecomm_decision_release(event.decision);  // against the rule, and harmless
      EXPECT_EQ(casecomm_decision_read(event.decision, &facts, nullptr), CASECOMM_INVALID_ARGUMENT);
    }
    if (on_notice) on_notice();
  }

  static casecomm_actor Operator() {
    casecomm_actor actor = CASECOMM_INIT(casecomm_actor);
    actor.kind = CASECOMM_ACTOR_OPERATOR;
    return actor;
  }

  Answer CreateAccount() {
    Answer answer;
    casecomm_account_spec spec = CASECOMM_INIT(casecomm_account_spec);
    spec.name = CStr("firm");
    spec.domain = CStr("in.firm.example");
    spec.preset = CStr("casebook");
    const casecomm_actor actor = Operator();
    answer.status = casecomm_engine_create_account(engine_, &spec, &actor, &answer.error);
    return answer;
  }

  Answer Accounts() {
    Answer answer;
    casecomm_list list = nullptr;
    answer.status = casecomm_engine_accounts(engine_, &list, &answer.error);
    return Listed(answer, &list, nullptr);
  }

  Answer As() {
    Answer answer;
    const casecomm_actor actor = Operator();
    answer.status = casecomm_engine_as(engine_, CStr("firm"), &actor, &session_, &answer.error);
    return answer;
  }

  Answer Load() {
    Answer answer;
    answer.status = casecomm_session_load(session_, CStr(R"({
        "people": [
          {"id": "U1", "kind": "staff", "name": "Ann Adler", "emails": ["ann@firm.example.org"]},
          {"id": "P1", "kind": "contact", "name": "Paul One", "emails": ["p1@mail.example.com"]},
          {"id": "P3", "kind": "contact", "name": "Petra Three", "emails": ["p3@mail.example.com"]}],
        "records": [
          {"id": "C1", "kind": "case", "name": "Mary Smith", "state": "open"},
          {"id": "C2", "kind": "case", "name": "John Doe", "state": "open"}],
        "assignments": [
          {"record": "C1", "person": "U1", "role": "manager"}, {"record": "C2", "person": "U1", "role": "editor"},
          {"record": "C1", "person": "P1", "role": "client"},
          {"record": "C1", "person": "P3", "role": "client"}, {"record": "C2", "person": "P3", "role": "client"}]})"),
                                          &answer.error);
    return answer;
  }

  Answer Addresses() {
    Answer answer;
    casecomm_text text = nullptr;
    answer.status = casecomm_session_record_address(session_, CStr("C1"), &text, &answer.error);
    answer = Told(answer.status, answer.error, &text, &c1_);
    if (answer.status != CASECOMM_OK) return answer;
    answer.status = casecomm_session_drop_address(session_, CStr("U1"), &text, &answer.error);
    return Told(answer.status, answer.error, &text, &u1_);
  }

  static std::string Mail(const std::string& from, const std::string& to, const std::string& body) {
    return "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + body +
           "\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\n" + body + "\r\n";
  }

  Answer Explain() {
    Answer answer;
    const std::string raw = Mail("p1@mail.example.com", c1_, "asked");
    casecomm_mail mail = CASECOMM_INIT(casecomm_mail);
    mail.raw = CStr(raw);
    casecomm_decision decision = nullptr;
    answer.status = casecomm_session_explain(session_, &mail, &decision, &answer.error);
    if (answer.status != CASECOMM_OK) return answer;
    casecomm_text text = nullptr;
    answer.status = casecomm_decision_json(decision, {nullptr, 0}, -1, CASECOMM_JSON_TRACE, &text, &answer.error);
    casecomm_decision_release(decision);
    return Told(answer.status, answer.error, &text);
  }

  // Two mails for C1, one by Bcc whose recipient may mean two cases, one that names nobody; the first comes twice.
  casecomm_status Next(size_t limit, casecomm_inbound_fn put, void* sink) {
    const std::vector<std::pair<std::string, std::string>> mails{
        {"uid 1", Mail("p1@mail.example.com", c1_, "first")},
        {"uid 2", Mail("p3@mail.example.com", c1_, "second")},
        {"uid 3", Mail("ann@firm.example.org", "p3@mail.example.com", "which case")},
        {"uid 4", Mail("who@else.example.com", "nobody@in.firm.example", "lost")},
        {"uid 5", Mail("p1@mail.example.com", c1_, "first")},
    };
    const casecomm_str drop = CStr(u1_);
    for (; limit > 0 && given_ < mails.size(); --limit, ++given_) {
      casecomm_inbound mail = CASECOMM_INIT(casecomm_inbound);
      mail.transport_key = CStr(mails[given_].first);
      mail.raw = CStr(mails[given_].second);
      mail.path = CStr(mails[given_].first);
      mail.index = -1;
      if (mails[given_].first == "uid 3") {
        mail.flags = CASECOMM_INBOUND_ENVELOPE_KNOWN;
        mail.envelope_recipients = &drop;
        mail.envelope_recipient_count = 1;
      }
      const casecomm_status status = put(sink, &mail);
      if (status != CASECOMM_OK) return status;
    }
    return CASECOMM_OK;
  }

  casecomm_source Source() {
    casecomm_host_source table = CASECOMM_INIT(casecomm_host_source);
    table.host = this;
    table.release = &CountRelease;
    table.name = CStr("imap:firm");
    table.next = [](void* self, size_t limit, casecomm_inbound_fn put, void* sink,
                    casecomm_error* error) -> casecomm_status {
      auto* const host = static_cast<Filing*>(self);
      if (host->callbacks_->Due()) return Callbacks::Say(error);
      if (host->on_next) host->on_next();
      return host->Next(limit, put, sink);
    };
    table.committed = [](void* self, const casecomm_str* keys, const uint64_t*, size_t count,
                         casecomm_error* error) -> casecomm_status {
      auto* const host = static_cast<Filing*>(self);
      if (host->callbacks_->Due()) return Callbacks::Say(error);
      for (size_t i = 0; i < count; ++i) host->acknowledged.emplace_back(View(keys[i]));
      return CASECOMM_OK;
    };
    casecomm_source source = nullptr;
    EXPECT_EQ(casecomm_source_host(&table, &source, nullptr), CASECOMM_OK);
    return source;
  }

  Answer Receive() {
    Answer answer;
    if (!source_) source_ = Source();
    given_ = acknowledged.size();  // what was not acknowledged comes again
    answer.status = casecomm_engine_receive(
        engine_, source_, CStr("firm"),
        [](void* self, const casecomm_received* received) {
          auto* const host = static_cast<Filing*>(self);
          casecomm_decision_facts facts = CASECOMM_INIT(casecomm_decision_facts);
          EXPECT_EQ(casecomm_decision_read(received->decision, &facts, nullptr), CASECOMM_OK);
          host->transcript += std::string(View(received->transport_key)) + ": " +
                              std::string(View(casecomm_outcome_name(facts.outcome))) + "\n";
          if (host->on_received) host->on_received();
        },
        this, &answer.error);
    return answer;
  }

  // Reads every item of a list as JSON; `each` sees the list and the position.
  Answer Listed(Answer answer, casecomm_list* list, const std::function<void(casecomm_list, size_t)>& each) {
    if (answer.status == CASECOMM_OK) {
      casecomm_list_facts facts = CASECOMM_INIT(casecomm_list_facts);
      EXPECT_EQ(casecomm_list_read(*list, &facts, nullptr), CASECOMM_OK);
      transcript += "a list of " + std::to_string(facts.count) + "\n";
      for (size_t i = 0; i < facts.count; ++i) {
        casecomm_text text = nullptr;
        const casecomm_status status = casecomm_list_json(*list, i, &text, nullptr);
        EXPECT_EQ(Told(status, answer.error, &text).status, CASECOMM_OK);
        if (each) each(*list, i);
      }
    }
    casecomm_list_release(*list);
    *list = nullptr;
    return answer;
  }

  Answer Unassigned() {
    Answer answer;
    casecomm_list list = nullptr;
    answer.status = casecomm_session_unassigned(session_, nullptr, &list, &answer.error);
    return Listed(answer, &list, [this](casecomm_list of, size_t i) {
      casecomm_unassigned item = CASECOMM_INIT(casecomm_unassigned);
      EXPECT_EQ(casecomm_list_unassigned(of, i, &item, nullptr), CASECOMM_OK);
      shape += "unassigned: " + std::string(View(item.subject)) + ", " + std::string(View(item.reason)) + "\n";
      unassigned_ = View(item.id);
    });
  }

  Answer Link() {
    Answer answer;
    const casecomm_str record = CStr("C2");
    casecomm_link_request request = CASECOMM_INIT(casecomm_link_request);
    request.message = CStr(unassigned_);
    request.records = &record;
    request.record_count = 1;
    request.contact = CStr("P3");
    answer.status = casecomm_session_link(session_, &request, nullptr, &answer.error);
    return answer;
  }

  Answer Lists() {
    casecomm_list list = nullptr;
    Answer answer;
    using List = casecomm_status (*)(casecomm_session, const casecomm_page*, casecomm_list*, casecomm_error*);
    for (const List verb : {&casecomm_session_people, &casecomm_session_records, &casecomm_session_addresses,
                            &casecomm_session_unassigned}) {
      answer.status = verb(session_, nullptr, &list, &answer.error);
      answer = Listed(answer, &list, nullptr);
      if (answer.status != CASECOMM_OK) return answer;
    }
    answer.status = casecomm_session_assignments(session_, {nullptr, 0}, {nullptr, 0}, nullptr, &list, &answer.error);
    return Listed(answer, &list, nullptr);
  }

  Answer Messages() {
    Answer answer;
    for (const char* record : {"C1", "C2"}) {
      casecomm_list list = nullptr;
      std::vector<std::string> threads;
      answer.status = casecomm_session_threads(session_, CStr(record), nullptr, &list, &answer.error);
      answer = Listed(answer, &list, [&](casecomm_list of, size_t i) {
        casecomm_thread thread = CASECOMM_INIT(casecomm_thread);
        EXPECT_EQ(casecomm_list_thread(of, i, &thread, nullptr), CASECOMM_OK);
        threads.emplace_back(View(thread.id));
      });
      for (const std::string& thread : threads) {
        answer.status = casecomm_session_messages(session_, CStr(thread), nullptr, &list, &answer.error);
        answer = Listed(answer, &list, [&](casecomm_list of, size_t i) {
          casecomm_message message = CASECOMM_INIT(casecomm_message);
          EXPECT_EQ(casecomm_list_message(of, i, &message, nullptr), CASECOMM_OK);
          filed_.push_back(std::string(record) + ": " + std::string(View(message.subject)) + ", " +
                           std::string(View(message.rule)) + ", " + std::string(View(message.filed_by)) + ", " +
                           std::to_string(message.receipts) + " receipts");
        });
        if (answer.status != CASECOMM_OK) break;
      }
      if (answer.status != CASECOMM_OK) {
        filed_.clear();
        return answer;
      }
    }
    std::sort(filed_.begin(), filed_.end());  // threads come newest first, and a retry makes others newest
    for (const std::string& line : filed_) shape += line + "\n";
    return answer;
  }

  Answer Show() {
    Answer answer;
    casecomm_text text = nullptr;
    answer.status = casecomm_session_show_record(session_, CStr("C1"), &text, &answer.error);
    return Told(answer.status, answer.error, &text);
  }

  Callbacks* const callbacks_;
  OuterStore* const store_;  // null: the library's own
  int64_t now_ = 1'700'000'000'000'000;
  uint64_t random_ = 1;
  casecomm_text keys_ = nullptr;
  casecomm_engine engine_ = nullptr;
  casecomm_session session_ = nullptr;
  casecomm_source source_ = nullptr;
  size_t given_ = 0;
  std::string c1_, u1_, unassigned_;
  std::vector<std::string> filed_;
};

TEST(CHost, FilesOverItsStoreAsOverTheLibrarysOwn) {
  Callbacks none;
  OuterStore store(&none);
  Filing over_its_own(&none, &store), over_memory(&none, nullptr);
  ASSERT_NO_FATAL_FAILURE(over_its_own.RunAll());
  ASSERT_NO_FATAL_FAILURE(over_memory.RunAll());
  EXPECT_EQ(over_its_own.transcript, over_memory.transcript);
  EXPECT_EQ(over_its_own.shape, over_memory.shape);
  EXPECT_NE(over_its_own.shape.find("unassigned: which case, "), std::string::npos) << over_its_own.shape;
  EXPECT_EQ(over_its_own.acknowledged, (std::vector<std::string>{"uid 1", "uid 2", "uid 3", "uid 4", "uid 5"}));
}

TEST(CHost, IsReleasedWholeWithTheLastHandle) {
  Callbacks none;
  OuterStore store(&none);
  int released = 0;
  {
    Filing filing(&none, &store);
    ASSERT_NO_FATAL_FAILURE(filing.RunAll());
    EXPECT_EQ(filing.released, 1) << "the random bytes of the keys";
    EXPECT_EQ(store.released, 0);
    released = filing.released;
  }
  EXPECT_EQ(released, 1);
  EXPECT_EQ(store.released, 1);
}

// Every callback calls the engine that called it.
TEST(CHost, MayCallTheLibraryFromItsCallbacks) {
  Callbacks none;
  OuterStore store(&none);
  Filing filing(&none, &store);
  int depth = 0, calls = 0, failures = 0;
  const auto call = [&] {
    if (depth > 0 || !filing.engine()) return;
    ++depth;
    ++calls;
    casecomm_list list = nullptr;
    if (casecomm_engine_accounts(filing.engine(), &list, nullptr) != CASECOMM_OK) ++failures;
    casecomm_list_release(list);
    --depth;
  };
  store.on_read = store.on_commit = filing.on_next = filing.on_notice = filing.on_received = call;
  ASSERT_NO_FATAL_FAILURE(filing.RunAll());
  EXPECT_GT(calls, 30);
  EXPECT_EQ(failures, 0);
}

TEST(CHost, ThatCallsItselfWithoutEndIsStopped) {
  Callbacks none;
  OuterStore store(&none);
  Filing filing(&none, &store);
  ASSERT_NO_FATAL_FAILURE(filing.RunAll());
  int depth = 0, deepest = 0, refused = 0;
  store.on_read = [&] {
    deepest = std::max(deepest, ++depth);
    casecomm_list list = nullptr;
    casecomm_error error = CASECOMM_INIT(casecomm_error);
    if (casecomm_engine_accounts(filing.engine(), &list, &error) != CASECOMM_OK) {
      EXPECT_EQ(error.reason, CASECOMM_REASON_TOO_DEEP);
      ++refused;
    }
    casecomm_list_release(list);
    --depth;
  };
  casecomm_list list = nullptr;
  EXPECT_EQ(casecomm_engine_accounts(filing.engine(), &list, nullptr), CASECOMM_OK);
  casecomm_list_release(list);
  EXPECT_EQ(deepest, CASECOMM_DEPTH_MAX);
  EXPECT_GE(refused, 1);
}

// Runs all steps with callback number n failing. Answers whether it was reached.
bool RunWithFailureAt(int n, bool fails_behind, const std::string& shape) {
  SCOPED_TRACE("callback " + std::to_string(n) + (fails_behind ? ", done" : ""));
  Callbacks callbacks;
  callbacks.fails_at = n;
  callbacks.fails_behind = fails_behind;
  OuterStore store(&callbacks);
  Filing filing(&callbacks, &store);
  filing.observes = false;
  for (const Filing::Step& step : Filing::Steps()) {
    SCOPED_TRACE(step.name);
    const std::string before = store.Dump();
    const bool failed_before = callbacks.failed;
    Answer answer = (filing.*step.run)();
    if (callbacks.failed == failed_before) {
      EXPECT_EQ(answer.status, CASECOMM_OK) << answer.error.message;
      continue;
    }
    if (answer.status == CASECOMM_OK) continue;
    EXPECT_EQ(answer.status, CASECOMM_PERMISSION_DENIED);
    EXPECT_EQ(answer.error.code, CASECOMM_PERMISSION_DENIED);
    EXPECT_EQ(answer.error.reason, CASECOMM_REASON_NONE);
    EXPECT_STREQ(answer.error.reason_name, "disk_asleep");
    EXPECT_STREQ(answer.error.subject, "/dev/sd\u00DF");
    EXPECT_STREQ(answer.error.message, "the disk did not wake up");
    EXPECT_EQ(answer.error.position, 4242);
    const bool unchanged = before == "not open" || store.Dump() == before;
    answer = (filing.*step.run)();
    // A commit whose answer was lost, or what follows a commit, may have failed: then all of it is done.
    const bool was_done =
        answer.status == CASECOMM_ALREADY_EXISTS || answer.error.reason == CASECOMM_REASON_NOT_UNASSIGNED;
    EXPECT_TRUE(answer.status == CASECOMM_OK || was_done) << answer.status << " " << answer.error.message;
    if (step.all_or_nothing && !fails_behind) {
      EXPECT_NE(unchanged, was_done);
    }
    if (testing::Test::HasFailure()) return false;
  }
  EXPECT_EQ(filing.shape, shape);
  return callbacks.failed && !testing::Test::HasFailure();
}

TEST(CHost, LivesThroughTheFailureOfEachCallback) {
  Callbacks none;
  OuterStore store(&none);
  Filing filing(&none, &store);
  filing.observes = false;
  ASSERT_NO_FATAL_FAILURE(filing.RunAll());
  int n = 1;
  while (RunWithFailureAt(n, /*fails_behind=*/false, filing.shape)) ++n;
  EXPECT_GT(n, none.calls);
  n = 1;
  while (!HasFailure() && RunWithFailureAt(n, /*fails_behind=*/true, filing.shape)) ++n;
  EXPECT_GT(n, none.calls);
}

}  // namespace
}  // namespace casecomm::seams
