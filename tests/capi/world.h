// SPDX-License-Identifier: Apache-2.0
// A small host of the C ABI: an engine with one account, its people and records, and a session of its operator.
#ifndef CASECOMM_TESTS_CAPI_WORLD_H_
#define CASECOMM_TESTS_CAPI_WORLD_H_

#include <casecomm/casecomm.h>
#include <casecomm/host.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casecomm::capi_test {

inline casecomm_str S(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string Text(casecomm_str text) {
  return text.data ? std::string(text.data, text.size) : std::string();
}

struct Error : casecomm_error {
  Error() : casecomm_error(CASECOMM_INIT(casecomm_error)) {}
};

// "3 bad_handle": what a call answered and why.
inline std::string Told(casecomm_status status, const casecomm_error& error) {
  return status == CASECOMM_OK ? "ok" : std::to_string(status) + " " + error.reason_name;
}

// The text behind a handle, which is released.
inline std::string Taken(casecomm_text text) {
  casecomm_str view{};
  EXPECT_EQ(casecomm_text_read(text, &view, nullptr), CASECOMM_OK);
  std::string bytes = Text(view);
  casecomm_text_release(text);
  return bytes;
}

constexpr char kKeys[] = "casecomm-keys 1\n3 5ec2e7a1b2c3d4e5f60718293a4b5c6d7e8f9001122334455667788990aabbcc 0\n";
constexpr char kSecret[] = "5ec2e7a1b2c3d4e5f60718293a4b5c6d7e8f9001122334455667788990aabbcc";

constexpr char kFirm[] = R"({
  "people": [{"id": "U1", "kind": "staff", "name": "Ann", "emails": ["ann@firm.example.org"]},
             {"id": "P1", "kind": "contact", "name": "Bob", "emails": ["bob@client.example.com", "b@client.example.com"]}],
  "records": [{"id": "C1", "kind": "case", "name": "Ho v. Lee"}, {"id": "C2", "kind": "case", "name": "Wu"},
              {"id": "C3", "kind": "case", "name": "Old", "state": "closed"}],
  "assignments": [{"record": "C1", "person": "P1", "role": "client"}, {"record": "C2", "person": "U1", "role": "manager"}]
})";

inline casecomm_actor Operator() {
  auto actor = CASECOMM_INIT(casecomm_actor);
  actor.kind = CASECOMM_ACTOR_OPERATOR;
  return actor;
}

inline casecomm_account_spec Spec(std::string_view name, std::string_view preset = "casefleet") {
  auto spec = CASECOMM_INIT(casecomm_account_spec);
  spec.name = S(name);
  spec.domain = S("in.firm.example.org");
  spec.preset = S(preset);
  return spec;
}

inline casecomm_mail Mail(std::string_view raw) {
  auto mail = CASECOMM_INIT(casecomm_mail);
  mail.raw = S(raw);
  return mail;
}

// Bytes of a mail to somebody.
inline std::string MailTo(const std::string& to, const std::string& from = "bob@client.example.com",
                          const std::string& text = "Hello") {
  return "From: " + from + "\r\nTo: " + to + "\r\nSubject: About it\r\nMessage-ID: <" +
         std::to_string(std::hash<std::string>()(to + from + text)) + "@x.example>\r\n\r\n" + text + "\r\n";
}

// A source of given mails.
struct ListSource {
  struct Entry {
    std::string raw;
    std::vector<std::string> envelope;
  };
  std::vector<Entry> mails;
  size_t handed = 0;
  size_t committed = 0;
  int released = 0;
  std::function<void()> on_next;

  casecomm_host_source Table() {
    auto table = CASECOMM_INIT(casecomm_host_source);
    table.host = this;
    table.name = S("list");
    table.release = [](void* host) { ++static_cast<ListSource*>(host)->released; };
    table.next = [](void* host, size_t limit, casecomm_inbound_fn put, void* sink, casecomm_error*) -> casecomm_status {
      auto& self = *static_cast<ListSource*>(host);
      if (self.on_next) self.on_next();
      for (; limit > 0 && self.handed < self.mails.size(); --limit, ++self.handed) {
        const Entry& entry = self.mails[self.handed];
        std::vector<casecomm_str> envelope;
        for (const std::string& recipient : entry.envelope) envelope.push_back(S(recipient));
        auto mail = CASECOMM_INIT(casecomm_inbound);
        mail.flags = envelope.empty() ? 0 : CASECOMM_INBOUND_ENVELOPE_KNOWN;
        mail.envelope_recipients = envelope.data();
        mail.envelope_recipient_count = envelope.size();
        mail.raw = S(entry.raw);
        mail.path = S("here");
        mail.index = static_cast<int64_t>(self.handed);
        if (const casecomm_status s = put(sink, &mail); s != CASECOMM_OK) return s;
      }
      return CASECOMM_OK;
    };
    table.committed = [](void* host, const casecomm_str*, const uint64_t*, size_t count, casecomm_error*) {
      static_cast<ListSource*>(host)->committed += count;
      return casecomm_status{CASECOMM_OK};
    };
    return table;
  }
};

// Handles are released at the end, whatever a test released before.
struct World {
  explicit World(const std::string& sqlite = {}, const casecomm_host_observer* observer = nullptr,
                 const casecomm_host_store* host_store = nullptr,
                 const std::function<void(casecomm_engine_options*)>& more = {}) {
    if (host_store) {
      Ok(casecomm_store_host(host_store, &store, &error));
    } else if (sqlite.empty()) {
      Ok(casecomm_store_memory(&store, &error));
    } else {
      auto options = CASECOMM_INIT(casecomm_sqlite_options);
      options.path = S(sqlite);
      options.flags = CASECOMM_SQLITE_CREATE;
      Ok(casecomm_store_sqlite(&options, &store, &error));
    }
    auto options = CASECOMM_INIT(casecomm_engine_options);
    options.store = store;
    options.keys = S(kKeys);
    options.observer = observer;
    if (more) more(&options);
    Ok(casecomm_engine_open(&options, &engine, &error));
    const casecomm_actor actor = Operator();
    const casecomm_account_spec spec = Spec("firm");
    Ok(casecomm_engine_create_account(engine, &spec, &actor, &error));
    Ok(casecomm_engine_as(engine, S(""), &actor, &session, &error));
    Ok(casecomm_session_load(session, S(kFirm), &error));
  }
  ~World() {
    casecomm_session_release(session);
    casecomm_engine_release(engine);
    casecomm_store_release(store);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void Ok(casecomm_status status) { EXPECT_EQ(status, CASECOMM_OK) << error.reason_name << ": " << error.message; }

  std::string Address(const std::string& record) {
    casecomm_text text = nullptr;
    Ok(casecomm_session_record_address(session, S(record), &text, &error));
    return Taken(text);
  }
  std::string Drop() {
    casecomm_text text = nullptr;
    Ok(casecomm_session_drop_address(session, S("U1"), &text, &error));
    return Taken(text);
  }

  // Receives, and answers the JSON of each decision.
  std::vector<std::string> Receive(ListSource* list) {
    std::vector<std::string> decisions;
    const casecomm_host_source table = list->Table();
    casecomm_source source = nullptr;
    Ok(casecomm_source_host(&table, &source, &error));
    Ok(casecomm_engine_receive(
        engine, source, S(""),
        [](void* host, const casecomm_received* received) {
          casecomm_text json = nullptr;
          EXPECT_EQ(casecomm_decision_json(received->decision, received->path, received->index, 0, &json, nullptr),
                    CASECOMM_OK);
          static_cast<std::vector<std::string>*>(host)->push_back(Taken(json));
        },
        &decisions, &error));
    casecomm_source_release(source);
    return decisions;
  }

  // A message filed on C1 with an attachment, and one unassigned for Ann.
  void Fill() {
    ListSource list;
    list.mails.push_back({"From: bob@client.example.com\r\nTo: " + Address("C1") +
                              "\r\nSubject: Papers\r\nMessage-ID: <papers@x.example>\r\nMIME-Version: 1.0\r\n"
                              "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee there.\r\n--b\r\n"
                              "Content-Type: text/plain; name=\"a.txt\"\r\nContent-Disposition: attachment; "
                              "filename=\"a.txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n",
                          {}});
    list.mails.push_back({MailTo("stranger@else.example", "ann@firm.example.org"), {Drop()}});
    EXPECT_EQ(Receive(&list).size(), 2u);
    EXPECT_EQ(list.committed, 2u);
  }

  // The first item of a list, as JSON.
  std::string First(casecomm_list list) {
    casecomm_text json = nullptr;
    Ok(casecomm_list_json(list, 0, &json, &error));
    casecomm_list_release(list);
    return json ? Taken(json) : std::string();
  }
  std::string ThreadOfC1() {
    casecomm_list list = nullptr;
    Ok(casecomm_session_threads(session, S("C1"), nullptr, &list, &error));
    auto thread = CASECOMM_INIT(casecomm_thread);
    Ok(casecomm_list_thread(list, 0, &thread, &error));
    std::string id = Text(thread.id);
    casecomm_list_release(list);
    return id;
  }
  std::string MessageOfC1() {
    casecomm_list list = nullptr;
    Ok(casecomm_session_messages(session, S(ThreadOfC1()), nullptr, &list, &error));
    auto message = CASECOMM_INIT(casecomm_message);
    Ok(casecomm_list_message(list, 0, &message, &error));
    std::string id = Text(message.id);
    casecomm_list_release(list);
    return id;
  }
  std::string UnassignedMessage() {
    casecomm_list list = nullptr;
    Ok(casecomm_session_unassigned(session, nullptr, &list, &error));
    auto message = CASECOMM_INIT(casecomm_unassigned);
    Ok(casecomm_list_unassigned(list, 0, &message, &error));
    std::string id = Text(message.id);
    casecomm_list_release(list);
    return id;
  }

  // A mail that waits to be sent on, by rules that hold no longer.
  std::string Forward() {
    Ok(casecomm_session_set_rules(session, S(R"({"casecomm_rules": 1, "name": "forwards", "extends": "trackops",
        "settings": {"catch_all": "office@firm.example.org"}})"),
                                  &error));
    ListSource source;
    source.mails.push_back({MailTo(Address("C1"), "stranger@else.example"), {}});
    EXPECT_EQ(Receive(&source).size(), 1u);
    Ok(casecomm_session_set_rules(session, S(""), &error));
    casecomm_list list = nullptr;
    Ok(casecomm_session_forwards(session, nullptr, &list, &error));
    auto forward = CASECOMM_INIT(casecomm_forward);
    Ok(casecomm_list_forward(list, 0, &forward, &error));
    std::string id = Text(forward.id);
    casecomm_list_release(list);
    return id;
  }

  Error error;
  casecomm_store store = nullptr;
  casecomm_engine engine = nullptr;
  casecomm_session session = nullptr;
};

}  // namespace casecomm::capi_test

#endif  // CASECOMM_TESTS_CAPI_WORLD_H_
