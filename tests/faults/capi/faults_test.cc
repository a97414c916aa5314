// SPDX-License-Identifier: Apache-2.0
// Memory runs out in every function of the C ABI (threat T60), as in ../faults_test.cc: each block refused alone, and with
// all behind it. The answer is a clean code, an out-handle is NULL, what the API shows of the store is as before or as
// after, nothing leaks, and the call made again succeeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string_view>

#include "tests/capi/world.h"
#include "tests/faults/hooks.h"
#include "tests/support/heap.h"

namespace casecomm::faults {
namespace {

using capi_test::kKeys;
using capi_test::ListSource;
using capi_test::MailTo;
using capi_test::Operator;
using capi_test::S;
using capi_test::Taken;

constexpr uint64_t kFew = 40;
constexpr char kRules[] = R"({"casecomm_rules": 1, "name": "a document of some length", "extends": "casebook"})";

// A firm with mail, and a handle of every kind.
struct World : capi_test::World {
  casecomm_decision decision = nullptr;
  casecomm_routed routed = nullptr;
  casecomm_draft draft = nullptr;
  casecomm_reading reading = nullptr;
  casecomm_text text = nullptr;
  casecomm_mail_sink sink = nullptr;
  casecomm_list accounts = nullptr, people = nullptr, records = nullptr, assignments = nullptr, addresses = nullptr,
                threads = nullptr, messages = nullptr, unassigned = nullptr, results = nullptr, forwards = nullptr;
  std::string address, thread, message, waiting, raw, forward;
  uint64_t refuse = 0;
  bool and_after = false;
  test::Refusals refusals;

  World() {
    Fill();
    address = Address("C1");
    thread = ThreadOfC1();
    message = MessageOfC1();
    waiting = UnassignedMessage();
    raw = MailTo(address);
    const casecomm_mail mail = capi_test::Mail(raw);
    Ok(casecomm_session_explain(session, &mail, &decision, &error));
    Ok(casecomm_routed_new(&routed, &error));
    Ok(casecomm_draft_new(nullptr, &draft, &error));
    Ok(casecomm_mail_read(S(raw), nullptr, &reading, &error));
    Ok(casecomm_session_record_address(session, S("C1"), &text, &error));
    Ok(casecomm_engine_accounts(engine, &accounts, &error));
    Ok(casecomm_session_people(session, nullptr, &people, &error));
    Ok(casecomm_session_records(session, nullptr, &records, &error));
    Ok(casecomm_session_assignments(session, S(""), S(""), nullptr, &assignments, &error));
    Ok(casecomm_session_addresses(session, nullptr, &addresses, &error));
    Ok(casecomm_session_threads(session, S("C1"), nullptr, &threads, &error));
    Ok(casecomm_session_messages(session, S(thread), nullptr, &messages, &error));
    Ok(casecomm_session_unassigned(session, nullptr, &unassigned, &error));
    forward = Forward();
    Ok(casecomm_session_forwards(session, nullptr, &forwards, &error));
    const casecomm_host_mail_sink table = SinkTable();
    Ok(casecomm_mail_sink_host(&table, &sink, &error));
    const casecomm_str to = S("bob@client.example.com");
    const casecomm_outbound outbound = Outbound(&to);
    Ok(casecomm_mail_sink_submit(sink, &outbound, &results, &error));
  }
  ~World() {
    for (casecomm_list list :
         {accounts, people, records, assignments, addresses, threads, messages, unassigned, results, forwards}) {
      casecomm_list_release(list);
    }
    casecomm_mail_sink_release(sink);
    casecomm_text_release(text);
    casecomm_draft_release(draft);
    casecomm_reading_release(reading);
    casecomm_routed_release(routed);
    casecomm_decision_release(decision);
  }

  static casecomm_host_mail_sink SinkTable() {
    auto table = CASECOMM_INIT(casecomm_host_mail_sink);
    table.send = [](void*, const casecomm_outbound*, const casecomm_delivery_sink* answers, casecomm_error*) {
      auto result = CASECOMM_INIT(casecomm_recipient_result);
      result.state = CASECOMM_DELIVERY_SENT;
      result.words = S("taken, and more words than fit into a short string");
      return answers->recipient(answers->sink, 0, &result);
    };
    return table;
  }
  static casecomm_outbound Outbound(const casecomm_str* to) {
    auto mail = CASECOMM_INIT(casecomm_outbound);
    mail.recipients = to;
    mail.recipient_count = 1;
    mail.raw = S("Subject: x\r\n\r\n");
    return mail;
  }

  // All that the lists show, without what chance and the clock put into it.
  std::string Shown() {
    std::string all;
    const auto add = [&](casecomm_list list) {
      auto facts = CASECOMM_INIT(casecomm_list_facts);
      Ok(casecomm_list_read(list, &facts, &error));
      for (size_t i = 0; i < facts.count; ++i) {
        casecomm_text json = nullptr;
        Ok(casecomm_list_json(list, i, &json, &error));
        all += Taken(json) + "\n";
      }
      casecomm_list_release(list);
    };
    casecomm_list list = nullptr;
    Ok(casecomm_engine_accounts(engine, &list, &error));
    add(list);
    Ok(casecomm_session_people(session, nullptr, &list, &error));
    add(list);
    Ok(casecomm_session_records(session, nullptr, &list, &error));
    add(list);
    Ok(casecomm_session_assignments(session, S(""), S(""), nullptr, &list, &error));
    add(list);
    Ok(casecomm_session_threads(session, S("C1"), nullptr, &list, &error));
    add(list);
    Ok(casecomm_session_messages(session, S(thread), nullptr, &list, &error));
    add(list);
    Ok(casecomm_session_unassigned(session, nullptr, &list, &error));
    add(list);
    std::string steady;
    for (size_t at = 0; at < all.size();) {
      size_t end = at;
      while (end < all.size() &&
             (std::isdigit(static_cast<unsigned char>(all[end])) || std::islower(static_cast<unsigned char>(all[end]))))
        ++end;
      const size_t size = std::max<size_t>(end - at, 1);
      steady += size >= 14 ? "#" : all.substr(at, size);
      at += size;
    }
    return steady;
  }
};

struct Verb {
  const char* name;
  std::function<casecomm_status(World&, casecomm_error*)> act;
  // What a second call may answer when the first failed behind its commit.
  casecomm_status done_before = CASECOMM_OK;
};

// For parameters of tests, by name.
std::ostream& operator<<(std::ostream& out, const Verb& verb) {
  return out << verb.name;
}

// A handle that a verb made, released when memory is there again.
struct Made {
  uint64_t handle = 0;
  void (*release)(uint64_t) = nullptr;
  bool wrong = false;  // a handle without success, or the other way round
} made;

template <typename Handle, void (*kRelease)(Handle), typename Call>
auto Makes(Call call) {
  return [call](World& w, casecomm_error* error) {
    Handle out = reinterpret_cast<Handle>(uint64_t{0xabab});
    const casecomm_status status = call(w, &out, error);
    made.wrong = (status == CASECOMM_OK) != (out != nullptr);
    made.handle = reinterpret_cast<uint64_t>(out);
    made.release = [](uint64_t handle) { kRelease(reinterpret_cast<Handle>(handle)); };
    return status;
  };
}
template <typename Call>
auto MakesText(Call call) {
  return Makes<casecomm_text, casecomm_text_release>(call);
}
template <typename Call>
auto MakesList(Call call) {
  return Makes<casecomm_list, casecomm_list_release>(call);
}
template <typename Call>
auto MakesDecision(Call call) {
  return Makes<casecomm_decision, casecomm_decision_release>(call);
}

template <casecomm_status (*kList)(casecomm_session, const casecomm_page*, casecomm_list*, casecomm_error*)>
auto Lists() {
  return MakesList(
      [](World& w, casecomm_list* out, casecomm_error* error) { return kList(w.session, nullptr, out, error); });
}

template <typename Item, casecomm_status (*kRead)(casecomm_list, size_t, Item*, casecomm_error*)>
auto Reads(casecomm_list World::*list) {
  return [list](World& w, casecomm_error* error) {
    auto item = CASECOMM_INIT(Item);
    return kRead(w.*list, 0, &item, error);
  };
}

casecomm_status Rehearsed(void*, const casecomm_rehearsed*, casecomm_error*) {
  return CASECOMM_OK;
}

casecomm_status Drop(void*, const char*, size_t, casecomm_error*) {
  return CASECOMM_OK;
}

std::vector<Verb> Verbs() {
  static const casecomm_actor actor = Operator();
  static const casecomm_account_spec spec = capi_test::Spec("another firm with a name of some length");
  return {
      {"KeysGenerate", MakesText([](World&, casecomm_text* out, casecomm_error* error) {
         return casecomm_keys_generate(nullptr, out, error);
       })},
      {"TextRead",
       [](World& w, casecomm_error* error) {
         casecomm_str view{};
         return casecomm_text_read(w.text, &view, error);
       }},
      {"StoreMemory",
       Makes<casecomm_store, casecomm_store_release>(
           [](World&, casecomm_store* out, casecomm_error* error) { return casecomm_store_memory(out, error); })},
      {"SourceHost",
       Makes<casecomm_source, casecomm_source_release>([](World&, casecomm_source* out, casecomm_error* error) {
         static ListSource list;
         static const casecomm_host_source table = list.Table();
         return casecomm_source_host(&table, out, error);
       })},
      {"MailSinkHost", Makes<casecomm_mail_sink, casecomm_mail_sink_release>(
                           [](World&, casecomm_mail_sink* out, casecomm_error* error) {
                             const casecomm_host_mail_sink table = World::SinkTable();
                             return casecomm_mail_sink_host(&table, out, error);
                           })},
      {"MailSinkSubmit", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         const casecomm_str to = S("bob@client.example.com");
         const casecomm_outbound mail = World::Outbound(&to);
         return casecomm_mail_sink_submit(w.sink, &mail, out, error);
       })},
      {"EngineOpen",
       Makes<casecomm_engine, casecomm_engine_release>([](World&, casecomm_engine* out, casecomm_error* error) {
         *out = nullptr;
         casecomm_store store = nullptr;  // serves one engine only
         if (const casecomm_status made_store = casecomm_store_memory(&store, error); made_store != CASECOMM_OK) {
           return made_store;
         }
         auto options = CASECOMM_INIT(casecomm_engine_options);
         options.store = store;
         options.keys = S(kKeys);
         const casecomm_status status = casecomm_engine_open(&options, out, error);
         casecomm_store_release(store);
         return status;
       })},
      {"CreateAccount",
       [](World& w, casecomm_error* error) { return casecomm_engine_create_account(w.engine, &spec, &actor, error); },
       CASECOMM_ALREADY_EXISTS},
      {"Accounts", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         return casecomm_engine_accounts(w.engine, out, error);
       })},
      {"As",
       Makes<casecomm_session, casecomm_session_release>([](World& w, casecomm_session* out, casecomm_error* error) {
         return casecomm_engine_as(w.engine, S("firm"), &actor, out, error);
       })},
      {"Receive",
       [](World& w, casecomm_error* error) {
         const test::Refusals before = test::StopRefusing();  // the source is the test's own
         static_cast<void>(before);
         ListSource list;
         list.mails.push_back({MailTo(w.address, "bob@client.example.com", "a new one"), {}});
         const casecomm_host_source table = list.Table();
         casecomm_source source = nullptr;
         EXPECT_EQ(casecomm_source_host(&table, &source, error), CASECOMM_OK);
         test::RefuseBlock(w.refuse, w.and_after);
         const casecomm_status status = casecomm_engine_receive(w.engine, source, S(""), nullptr, nullptr, error);
         w.refusals = test::StopRefusing();
         casecomm_source_release(source);
         EXPECT_TRUE(status == CASECOMM_OK || list.committed == 0) << "acknowledged and failed";
         return status;
       }},
      {"MailScan", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_mail_scan(S(w.raw), S("path"), 3, out, error);
       })},
      {"MailSafeHtml", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_mail_safe_html(S(w.raw), S("/a/prefix/of/some/length/"), out, error);
       })},
      {"FileNameSafe", MakesText([](World&, casecomm_text* out, casecomm_error* error) {
         return casecomm_file_name_safe(S("../a name that is longer than a short string.txt "), out, error);
       })},
      {"MailRead",
       Makes<casecomm_reading, casecomm_reading_release>([](World& w, casecomm_reading* out, casecomm_error* error) {
         const casecomm_str server = S("mx.firm.example");
         auto trust = CASECOMM_INIT(casecomm_trust_policy);
         trust.authserv_ids = &server;
         trust.authserv_id_count = 1;
         auto options = CASECOMM_INIT(casecomm_scan_options);
         options.trust = &trust;
         return casecomm_mail_read(S(w.raw), &options, out, error);
       })},
      {"ReadingRead",
       [](World& w, casecomm_error* error) {
         auto facts = CASECOMM_INIT(casecomm_mail_facts);
         return casecomm_reading_read(w.reading, &facts, error);
       }},
      {"ReadingJson", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_reading_json(w.reading, S("path"), 1, out, error);
       })},
      {"DecisionRead",
       [](World& w, casecomm_error* error) {
         auto facts = CASECOMM_INIT(casecomm_decision_facts);
         return casecomm_decision_read(w.decision, &facts, error);
       }},
      {"DecisionJson", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_decision_json(w.decision, S("path"), 1, CASECOMM_JSON_TRACE, out, error);
       })},
      {"Load",
       [](World& w, casecomm_error* error) {
         return casecomm_session_load(
             w.session, S(R"({"records": [{"id": "C9", "kind": "case", "name": "A case of some length, the ninth"}]})"),
             error);
       }},
      {"RecordAddress", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_record_address(w.session, S("C1"), out, error);
       })},
      {"DropAddress", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_drop_address(w.session, S("U1"), out, error);
       })},
      {"ReplyAddress", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_reply_address(w.session, S("C1"), S("P1"), S(""), out, error);
       })},
      {"ReturnPathAddress", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_return_path_address(w.session, S("C1"), S("P1"), S(""), out, error);
       })},
      {"RotateRecordAddress", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_rotate_record_address(w.session, S("C1"), out, error);
       })},
      {"RotateDropAddress", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_rotate_drop_address(w.session, S("U1"), out, error);
       })},
      {"RetireAddress",
       [](World& w, casecomm_error* error) { return casecomm_session_retire_address(w.session, S(w.address), error); }},
      {"ReplaceKey",
       [](World& w, casecomm_error* error) {
         uint64_t replaced = 0;
         return casecomm_session_replace_key(w.session, 30, &replaced, error);
       }},
      {"Forwarded",
       [](World& w, casecomm_error* error) { return casecomm_session_forwarded(w.session, S(w.forward), error); }},
      {"Route", MakesDecision([](World& w, casecomm_decision* out, casecomm_error* error) {
         const casecomm_mail mail = capi_test::Mail(w.raw);
         return casecomm_session_route(w.session, &mail, out, error);
       })},
      {"RoutedNew",
       Makes<casecomm_routed, casecomm_routed_release>(
           [](World&, casecomm_routed* out, casecomm_error* error) { return casecomm_routed_new(out, error); })},
      {"RouteBatch",
       [](World& w, casecomm_error* error) {
         const casecomm_mail mail = capi_test::Mail(w.raw);
         const casecomm_mail* const mails[] = {&mail, &mail, &mail};
         const casecomm_status status = casecomm_session_route_batch(w.session, mails, 3, w.routed, error);
         auto columns = CASECOMM_INIT(casecomm_routed_columns);
         if (casecomm_routed_read(w.routed, &columns, nullptr) == CASECOMM_OK) {
           EXPECT_EQ(columns.mail_count, status == CASECOMM_OK ? 3u : 0u);
         }
         return status;
       }},
      {"Explain", MakesDecision([](World& w, casecomm_decision* out, casecomm_error* error) {
         const casecomm_mail mail = capi_test::Mail(w.raw);
         return casecomm_session_explain(w.session, &mail, out, error);
       })},
      {"RulesCheck", MakesText([](World&, casecomm_text* out, casecomm_error* error) {
         return casecomm_rules_check(S(kRules), out, error);
       })},
      {"Rules", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_rules(w.session, out, error);
       })},
      {"SetRules",
       [](World& w, casecomm_error* error) { return casecomm_session_set_rules(w.session, S(kRules), error); }},
      {"Rehearse", MakesDecision([](World& w, casecomm_decision* out, casecomm_error* error) {
         const casecomm_mail mail = capi_test::Mail(w.raw);
         return casecomm_session_rehearse(w.session, S(kRules), &mail, out, error);
       })},
      {"RehearseStored",
       [](World& w, casecomm_error* error) {
         return casecomm_session_rehearse_stored(w.session, S(kRules), Rehearsed, nullptr, error);
       }},
      {"ShowRecord", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_session_show_record(w.session, S("C1"), out, error);
       })},
      {"Link",
       [](World& w, casecomm_error* error) {
         auto request = CASECOMM_INIT(casecomm_link_request);
         const casecomm_str record = S("C2");
         request.message = S(w.waiting);
         request.records = &record;
         request.record_count = 1;
         request.contact = S("P1");
         casecomm_decision out = nullptr;
         const casecomm_status status = casecomm_session_link(w.session, &request, &out, error);
         // What is filed stays filed, also where no memory is left to tell of it.
         made.wrong = status != CASECOMM_OK && out != nullptr;
         made.handle = reinterpret_cast<uint64_t>(out);
         made.release = [](uint64_t handle) { casecomm_decision_release(reinterpret_cast<casecomm_decision>(handle)); };
         return status;
       },
       CASECOMM_NOT_FOUND},
      {"Act",
       [](World& w, casecomm_error* error) {
         auto request = CASECOMM_INIT(casecomm_act_request);
         request.act = CASECOMM_ACT_WITHDRAW;
         request.message = S(w.waiting);
         request.why = S("not ours");
         casecomm_decision out = nullptr;
         const casecomm_status status = casecomm_session_act(w.session, &request, &out, error);
         made.wrong = status != CASECOMM_OK && out != nullptr;
         made.handle = reinterpret_cast<uint64_t>(out);
         made.release = [](uint64_t handle) { casecomm_decision_release(reinterpret_cast<casecomm_decision>(handle)); };
         return status;
       },
       CASECOMM_FAILED_PRECONDITION},
      {"Held", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         return casecomm_session_held(w.session, 0, nullptr, out, error);
       })},
      {"Acts", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         return casecomm_session_acts(w.session, S(w.message), nullptr, out, error);
       })},
      {"Suggestions", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         return casecomm_session_suggestions(w.session, S(w.message), out, error);
       })},
      {"LateMatches", Lists<casecomm_session_late_matches>()},
      {"Raw",
       [](World& w, casecomm_error* error) {
         return casecomm_session_raw(w.session, S(w.message), Drop, nullptr, error);
       }},
      {"Attachment",
       [](World& w, casecomm_error* error) {
         return casecomm_session_attachment(w.session, S(w.message), 0, Drop, nullptr, error);
       }},
      {"People", Lists<casecomm_session_people>()},
      {"Records", Lists<casecomm_session_records>()},
      {"Assignments", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         return casecomm_session_assignments(w.session, S("C1"), S(""), nullptr, out, error);
       })},
      {"Addresses", Lists<casecomm_session_addresses>()},
      {"AllAddresses", Lists<casecomm_session_all_addresses>()},
      {"Forwards", Lists<casecomm_session_forwards>()},
      {"Threads", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         return casecomm_session_threads(w.session, S("C1"), nullptr, out, error);
       })},
      {"Messages", MakesList([](World& w, casecomm_list* out, casecomm_error* error) {
         return casecomm_session_messages(w.session, S(w.thread), nullptr, out, error);
       })},
      {"Unassigned", Lists<casecomm_session_unassigned>()},
      {"ListRead",
       [](World& w, casecomm_error* error) {
         auto facts = CASECOMM_INIT(casecomm_list_facts);
         return casecomm_list_read(w.people, &facts, error);
       }},
      {"ListJson", MakesText([](World& w, casecomm_text* out, casecomm_error* error) {
         return casecomm_list_json(w.messages, 0, out, error);
       })},
      {"ListAccount", Reads<casecomm_account, casecomm_list_account>(&World::accounts)},
      {"ListPerson", Reads<casecomm_person, casecomm_list_person>(&World::people)},
      {"ListRecord", Reads<casecomm_record, casecomm_list_record>(&World::records)},
      {"ListAssignment", Reads<casecomm_assignment, casecomm_list_assignment>(&World::assignments)},
      {"ListAddress", Reads<casecomm_address, casecomm_list_address>(&World::addresses)},
      {"ListThread", Reads<casecomm_thread, casecomm_list_thread>(&World::threads)},
      {"ListMessage", Reads<casecomm_message, casecomm_list_message>(&World::messages)},
      {"ListUnassigned", Reads<casecomm_unassigned, casecomm_list_unassigned>(&World::unassigned)},
      {"ListForward", Reads<casecomm_forward, casecomm_list_forward>(&World::forwards)},
      {"ListRecipientResult", Reads<casecomm_recipient_result, casecomm_list_recipient_result>(&World::results)},
      {"DraftNew",
       Makes<casecomm_draft, casecomm_draft_release>(
           [](World&, casecomm_draft* out, casecomm_error* error) { return casecomm_draft_new(nullptr, out, error); })},
      {"DraftAdd",
       [](World& w, casecomm_error* error) {
         auto verdict = CASECOMM_INIT(casecomm_attachment_verdict);
         const casecomm_status status =
             casecomm_draft_add(w.draft, S("a file with a name of some length.pdf"), 10, &verdict, error);
         auto facts = CASECOMM_INIT(casecomm_draft_facts);
         if (casecomm_draft_read(w.draft, &facts, nullptr) == CASECOMM_OK) {
           EXPECT_EQ(facts.file_count, status == CASECOMM_OK ? 1u : 0u);
           if (facts.file_count > 0) static_cast<void>(casecomm_draft_remove(w.draft, 0, nullptr));
         }
         return status;
       }},
  };
}

class CApiFaults : public testing::TestWithParam<Verb> {
 protected:
  // One call, with its blocks refused as the world says.
  casecomm_status Call(World& world, casecomm_error* error) {
    made = {};
    world.refusals = {};
    test::RefuseBlock(world.refuse, world.and_after);
    const casecomm_status status = GetParam().act(world, error);
    const test::Refusals refusals = test::StopRefusing();
    if (world.refusals.asked == 0) world.refusals = refusals;
    EXPECT_FALSE(made.wrong) << "a handle without success, or none with it";
    if (made.handle != 0 && made.release != nullptr) made.release(made.handle);
    return status;
  }

  // False if what the store shows is not as it was.
  bool Try(World& world, uint64_t block, bool and_after) {
    SCOPED_TRACE("block " + std::to_string(block) + (and_after ? " and all after" : " alone"));
    capi_test::Error error;
    world.refuse = block;
    world.and_after = and_after;
    const casecomm_status status = Call(world, &error);
    world.refuse = 0;
    const std::string shown = world.Shown();
    if (status == CASECOMM_OK) {
      EXPECT_EQ(shown, after_);
      return shown == before_;
    }
    ++failed_;
    EXPECT_TRUE(status == CASECOMM_RESOURCE_EXHAUSTED || status == CASECOMM_UNAVAILABLE)
        << status << " " << error.reason_name << " " << error.message;
    EXPECT_EQ(error.code, status);
    EXPECT_TRUE(shown == before_ || shown == after_) << "neither what was there nor what the verb leaves:\n" << shown;
    const casecomm_status again = Call(world, &error);
    EXPECT_TRUE(again == CASECOMM_OK || (shown != before_ && again == GetParam().done_before))
        << "again: " << again << " " << error.reason_name << " " << error.message;
    EXPECT_EQ(world.Shown(), after_);
    return before_ == after_;
  }

  std::string before_, after_;
  uint64_t failed_ = 0;
};

TEST_P(CApiFaults, EndCleanly) {
  uint64_t blocks = 0;
  for (int run = 0; run < 2; ++run) {  // what is made once in a process is made in the first
    World world;
    capi_test::Error error;
    before_ = world.Shown();
    ASSERT_EQ(Call(world, &error), CASECOMM_OK) << error.reason_name << " " << error.message;
    after_ = world.Shown();
    blocks = world.refusals.asked;
  }
  const char* const wanted = std::getenv("CASECOMM_FAULTS");
  const bool all = wanted != nullptr && std::string_view(wanted) == "all";
  const uint64_t step = all ? 1 : std::max<uint64_t>(blocks / kFew, 1);
  std::unique_ptr<World> world;
  int64_t live = 0;
  for (const bool and_after : {false, true}) {
    for (uint64_t block = 1; block <= blocks; ++block) {
      if (block > kFew / 4 && block + kFew / 4 < blocks && block % step != 0) continue;
      // What is made once in a process stays; a leak leaks again.
      for (int run = 0; run < 4; ++run) {
        if (world == nullptr) {
          live = test::LiveBlocks();
          world = std::make_unique<World>();
        }
        const bool same = Try(*world, block, and_after);
        if (HasFailure()) return;
        if (same && block != blocks) break;
        world.reset();
        if (test::LiveBlocks() == live) break;
        ASSERT_LT(run, 3) << test::LiveBlocks() - live << " leaked at block " << block
                          << (and_after ? " and all after" : "");
      }
    }
  }
  std::printf("%s: %llu blocks, %llu failures\n", GetParam().name, static_cast<unsigned long long>(blocks),
              static_cast<unsigned long long>(failed_));
  std::fflush(stdout);
  EXPECT_TRUE(failed_ > 0 || blocks == 0) << "nothing was refused";
}

std::string NameOf(const testing::TestParamInfo<Verb>& verb) {
  return verb.param.name;
}

INSTANTIATE_TEST_SUITE_P(Functions, CApiFaults, testing::ValuesIn(Verbs()), NameOf);

}  // namespace
}  // namespace casecomm::faults

int main(int argc, char** argv) {
  casecomm::faults::HookLibraries();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
