// SPDX-License-Identifier: Apache-2.0
// Every verb: the good way and its refusals; answers are those of the C++ library, byte for byte.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "casecomm/engine.h"
#include "casecomm/json.h"
#include "casecomm/stores.h"
#include "tests/capi/world.h"
#include "tests/seams/temporary_folder.h"

namespace casecomm::capi_test {
namespace {

std::string Json(casecomm_decision decision, uint32_t flags = CASECOMM_JSON_TRACE) {
  casecomm_text json = nullptr;
  EXPECT_EQ(casecomm_decision_json(decision, S("p"), 3, flags, &json, nullptr), CASECOMM_OK);
  return Taken(json);
}

// The C++ library on the store that the world has written.
class Cpp {
 public:
  explicit Cpp(const std::string& path) {
    EngineOptions options;
    options.store = SqliteStore({path, false, 10000}).value();
    options.keys = KeyRing::Parse(kKeys).value();
    engine_ = Engine::Open(std::move(options)).value();
  }
  casecomm::Session Session() { return engine_->As("", Actor::Operator()).value(); }
  Engine& engine() { return *engine_; }

 private:
  std::unique_ptr<Engine> engine_;
};

std::vector<std::string> SomeMails(World* world) {
  return {MailTo(world->Address("C1")),
          MailTo(world->Address("C1") + ", " + world->Address("C2"), "stranger@else.example"),
          MailTo(world->Address("C3"), "ann@firm.example.org"),
          MailTo("someone@else.example", "ann@firm.example.org"),
          MailTo("bob@client.example.com", "ann@firm.example.org"),
          "From: bob@client.example.com\r\n\r\n",
          "not a mail",
          ""};
}

TEST(Verbs, DecisionsAreThoseOfTheCppLibrary) {
  const seams::TemporaryFolder folder;
  World world(folder / "firm.db");
  world.Fill();
  Cpp cpp(folder / "firm.db");
  casecomm::Session session = cpp.Session();
  const std::string drop = world.Drop();
  for (const std::string& raw : SomeMails(&world)) {
    for (const bool known : {false, true}) {
      const casecomm_str recipient = S(drop);
      casecomm_mail mail = Mail(raw);
      EnvelopeHint hint;
      if (known) {
        mail.flags = CASECOMM_MAIL_ENVELOPE_KNOWN;
        mail.envelope_recipients = &recipient;
        mail.envelope_recipient_count = 1;
        hint.known = true;
        hint.recipients = {drop};
      }
      casecomm_decision decision = nullptr;
      world.Ok(casecomm_session_route(world.session, &mail, &decision, &world.error));
      EXPECT_EQ(Json(decision), ToJson(session.Route(raw, hint).value(), "p", 3, true));
      casecomm_decision_release(decision);
      world.Ok(casecomm_session_explain(world.session, &mail, &decision, &world.error));
      const MailDecision expected = session.Explain(raw, hint).value();
      EXPECT_EQ(Json(decision), ToJson(expected, "p", 3, true));
      EXPECT_EQ(Json(decision, 0), ToJson(expected, "p", 3, false));

      auto facts = CASECOMM_INIT(casecomm_decision_facts);
      world.Ok(casecomm_decision_read(decision, &facts, &world.error));
      EXPECT_EQ(facts.outcome, static_cast<int32_t>(expected.outcome));
      EXPECT_EQ(Text(casecomm_outcome_name(facts.outcome)), OutcomeName(expected.outcome));
      EXPECT_EQ(Text(facts.account), expected.account);
      EXPECT_EQ(facts.message_id.data != nullptr, expected.message_id.has_value());
      EXPECT_EQ(Text(facts.message_id), expected.message_id.value_or(""));
      ASSERT_EQ(facts.record_count, expected.records.size());
      for (size_t i = 0; i < facts.record_count; ++i) EXPECT_EQ(Text(facts.records[i]), expected.records[i]);
      ASSERT_EQ(facts.target_count, expected.targets.size());
      for (size_t i = 0; i < facts.target_count; ++i) {
        const casecomm_target& target = *facts.targets[i];
        const TargetDecision& wanted = expected.targets[i];
        EXPECT_EQ(target.struct_size, sizeof(casecomm_target));
        EXPECT_EQ(target.outcome, static_cast<int32_t>(wanted.outcome));
        EXPECT_EQ(Text(target.target), wanted.target);
        EXPECT_EQ(target.record.data != nullptr, wanted.record.has_value());
        EXPECT_EQ(Text(target.record), wanted.record.value_or(""));
        EXPECT_EQ(Text(target.thread), wanted.thread);
        EXPECT_EQ(Text(target.rule), wanted.rule);
        EXPECT_EQ(Text(target.reason), wanted.reason);
        EXPECT_EQ(Text(target.sentence), wanted.sentence);
        ASSERT_EQ(target.candidate_count, wanted.candidates.size());
        for (size_t c = 0; c < target.candidate_count; ++c) {
          EXPECT_EQ(Text(target.candidates[c]->address), wanted.candidates[c].address);
          EXPECT_EQ(Text(target.candidates[c]->person), wanted.candidates[c].person);
          EXPECT_EQ(Text(target.candidates[c]->record), wanted.candidates[c].record);
        }
      }
      ASSERT_EQ(facts.trace_count, expected.trace.size());
      for (size_t i = 0; i < facts.trace_count; ++i) {
        EXPECT_EQ(facts.trace[i]->matched, expected.trace[i].matched ? 1 : 0);
        EXPECT_EQ(Text(facts.trace[i]->target), expected.trace[i].target);
        EXPECT_EQ(Text(facts.trace[i]->rule), expected.trace[i].rule);
        EXPECT_EQ(Text(facts.trace[i]->condition), expected.trace[i].condition);
        EXPECT_EQ(Text(facts.trace[i]->value), expected.trace[i].value);
      }
      casecomm_decision_release(decision);
    }
    casecomm_text scanned = nullptr;
    world.Ok(casecomm_mail_scan(S(raw), casecomm_str{nullptr, 0}, -1, &scanned, &world.error));
    EXPECT_EQ(Taken(scanned), ToJson(ScanMail(raw), "", -1));
  }
  EXPECT_EQ(casecomm_outcome_name(0).data, nullptr);
  EXPECT_EQ(casecomm_outcome_name(10).data, nullptr);
}

TEST(Verbs, RulesAreThoseOfTheCppLibrary) {
  const seams::TemporaryFolder folder;
  World world(folder / "firm.db");
  world.Fill();
  constexpr char kHold[] = R"({"casecomm_rules": 1, "name": "hold", "rules": [{"rule": "all", "then": "hold"}]})";
  const std::string raw = MailTo(world.Address("C1"));
  const casecomm_mail mail = Mail(raw);

  casecomm_text text = nullptr;
  world.Ok(casecomm_rules_check(S(kHold), &text, &world.error));
  EXPECT_EQ(Taken(text), ToJson(casecomm::RuleSet::Parse(kHold).value()));
  const std::string broken = R"({"casecomm_rules": 1, "name": "x", "rules": []})";
  EXPECT_EQ(casecomm_rules_check(S(broken), &text, &world.error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(text, nullptr);
  EXPECT_EQ(world.error.reason, CASECOMM_REASON_MISSING_DEFAULT);
  EXPECT_STREQ(world.error.subject, "/rules");
  EXPECT_EQ(world.error.position, static_cast<int64_t>(broken.find("[]")));

  casecomm_decision decision = nullptr;
  world.Ok(casecomm_session_rehearse(world.session, S(kHold), &mail, &decision, &world.error));
  {
    Cpp cpp(folder / "firm.db");
    const auto rules = casecomm::RuleSet::Parse(kHold).value();
    EXPECT_EQ(Json(decision), ToJson(cpp.Session().Rehearse(rules, raw).value().then, "p", 3, true));
  }
  casecomm_decision_release(decision);
  EXPECT_EQ(casecomm_session_rehearse(world.session, S(broken), &mail, &decision, &world.error),
            CASECOMM_INVALID_ARGUMENT);

  // Of all that is stored: what each callback sees is what C++ says, and a callback's refusal ends it.
  std::vector<std::string> c, cplusplus;
  std::pair<std::vector<std::string>*, bool> host(&c, false);
  const auto heard = [](void* opaque, const casecomm_rehearsed* said, casecomm_error*) -> casecomm_status {
    auto& [lines, refuse] = *static_cast<std::pair<std::vector<std::string>*, bool>*>(opaque);
    if (refuse) return CASECOMM_UNAVAILABLE;
    lines->push_back(std::string(Text(said->message)) + (said->differs != 0 ? " differs " : " ") + Json(said->now) +
                     Json(said->then));
    return CASECOMM_OK;
  };
  world.Ok(casecomm_session_rehearse_stored(world.session, S(kHold), heard, &host, &world.error));
  {
    Cpp cpp(folder / "firm.db");
    const auto rules = casecomm::RuleSet::Parse(kHold).value();
    const auto same = [&](const std::string& message, const casecomm::Rehearsal& said) {
      cplusplus.push_back(message + (said.differs ? " differs " : " ") + ToJson(said.now, "p", 3, true) +
                          ToJson(said.then, "p", 3, true));
      return casecomm::Status();
    };
    ASSERT_TRUE(cpp.Session().RehearseStored(rules, same).ok());
  }
  EXPECT_EQ(c, cplusplus);
  EXPECT_GT(c.size(), 0u);
  host.second = true;
  EXPECT_EQ(casecomm_session_rehearse_stored(world.session, S(kHold), heard, &host, &world.error),
            CASECOMM_UNAVAILABLE);
  EXPECT_EQ(casecomm_session_rehearse_stored(world.session, S(broken), heard, &host, &world.error),
            CASECOMM_INVALID_ARGUMENT);

  const auto rule = [&] {
    casecomm_decision routed = nullptr;
    world.Ok(casecomm_session_route(world.session, &mail, &routed, &world.error));
    auto facts = CASECOMM_INIT(casecomm_decision_facts);
    world.Ok(casecomm_decision_read(routed, &facts, &world.error));
    const std::string name(Text(facts.targets[0]->rule));
    casecomm_decision_release(routed);
    return name;
  };
  const std::string before = rule();
  EXPECT_EQ(casecomm_session_set_rules(world.session, S(broken), &world.error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(rule(), before);
  world.Ok(casecomm_session_set_rules(world.session, S(kHold), &world.error));
  EXPECT_EQ(rule(), "all");
  world.Ok(casecomm_session_rules(world.session, &text, &world.error));
  EXPECT_EQ(Taken(text), kHold);
  world.Ok(casecomm_session_set_rules(world.session, S(""), &world.error));
  EXPECT_EQ(rule(), before);
}

TEST(Verbs, ABatchIsRoutedAsEachMail) {
  World world;
  const std::vector<std::string> raws = SomeMails(&world);
  const std::string drop = world.Drop();
  const casecomm_str recipients[] = {S(drop)};
  std::vector<casecomm_mail> mails;
  for (const std::string& raw : raws) {
    mails.push_back(Mail(raw));
    mails.push_back(Mail(raw));
    mails.back().flags = CASECOMM_MAIL_ENVELOPE_KNOWN;
    mails.back().envelope_recipients = recipients;
    mails.back().envelope_recipient_count = 1;
  }
  std::vector<const casecomm_mail*> pointers;
  for (const casecomm_mail& mail : mails) pointers.push_back(&mail);
  casecomm_routed routed = nullptr;
  world.Ok(casecomm_routed_new(&routed, &world.error));
  for (int round = 0; round < 3; ++round) {  // its memory is used again
    const size_t count = round == 1 ? 3 : pointers.size();
    world.Ok(casecomm_session_route_batch(world.session, pointers.data(), count, routed, &world.error));
    auto columns = CASECOMM_INIT(casecomm_routed_columns);
    world.Ok(casecomm_routed_read(routed, &columns, &world.error));
    ASSERT_EQ(columns.mail_count, count);
    EXPECT_EQ(columns.first_target[count], columns.target_count);
    for (size_t i = 0; i < count; ++i) {
      casecomm_decision decision = nullptr;
      world.Ok(casecomm_session_route(world.session, pointers[i], &decision, &world.error));
      auto facts = CASECOMM_INIT(casecomm_decision_facts);
      world.Ok(casecomm_decision_read(decision, &facts, &world.error));
      EXPECT_EQ(columns.outcomes[i], facts.outcome);
      ASSERT_EQ(columns.first_target[i + 1] - columns.first_target[i], facts.target_count);
      for (size_t t = 0; t < facts.target_count; ++t) {
        const size_t row = columns.first_target[i] + t;
        EXPECT_EQ(columns.target_outcomes[row], facts.targets[t]->outcome);
        EXPECT_EQ(Text(columns.rules[row]), Text(facts.targets[t]->rule));
        EXPECT_EQ(Text(columns.reasons[row]), Text(facts.targets[t]->reason));
        const casecomm_target& target = *facts.targets[t];
        if (target.record.data) {
          EXPECT_EQ(Text(columns.records[row]), Text(target.record));
        } else if (columns.records[row].data) {
          EXPECT_EQ(target.outcome, CASECOMM_OUTCOME_HELD);
          EXPECT_EQ("record:" + Text(columns.records[row]), Text(target.target));
        } else {
          EXPECT_NE(Text(target.target).substr(0, 7), "record:");
        }
        const bool by_drop = Text(target.target).substr(0, 5) == "drop:";
        EXPECT_TRUE(!by_drop || "drop:" + Text(columns.owners[row]) == Text(target.target));
      }
      casecomm_decision_release(decision);
    }
  }
  // One mail that is none fails the whole, and says which.
  Error error;
  pointers[2] = nullptr;
  EXPECT_EQ(Told(casecomm_session_route_batch(world.session, pointers.data(), 4, routed, &error), error),
            "3 bad_argument");
  EXPECT_EQ(error.position, 2);
  auto columns = CASECOMM_INIT(casecomm_routed_columns);
  world.Ok(casecomm_routed_read(routed, &columns, &world.error));
  EXPECT_EQ(columns.mail_count, 0u);
  EXPECT_EQ(columns.target_count, 0u);
  EXPECT_EQ(columns.first_target[0], 0u);
  world.Ok(casecomm_session_route_batch(world.session, nullptr, 0, routed, &world.error));
  casecomm_routed_release(routed);
}

TEST(Verbs, ListsAreThoseOfTheCppLibrary) {
  const seams::TemporaryFolder folder;
  World world(folder / "firm.db");
  world.Fill();
  Cpp cpp(folder / "firm.db");
  casecomm::Session session = cpp.Session();
  casecomm_list list = nullptr;
  const auto c = [&](casecomm_status status) {
    world.Ok(status);
    return world.First(list);
  };
  EXPECT_EQ(c(casecomm_session_people(world.session, nullptr, &list, &world.error)),
            ToJson(session.People().value().items.at(0)));
  EXPECT_EQ(c(casecomm_session_records(world.session, nullptr, &list, &world.error)),
            ToJson(session.Records().value().items.at(0)));
  EXPECT_EQ(c(casecomm_session_assignments(world.session, S(""), S("U1"), nullptr, &list, &world.error)),
            ToJson(session.Assignments({"", "U1"}).value().items.at(0)));
  EXPECT_EQ(c(casecomm_session_addresses(world.session, nullptr, &list, &world.error)),
            ToJson(session.Addresses().value().items.at(0)));
  const ThreadSummary thread = session.Threads("C1").value().items.at(0);
  EXPECT_EQ(c(casecomm_session_threads(world.session, S("C1"), nullptr, &list, &world.error)), ToJson(thread));
  const MessageView message = session.Messages(thread.id).value().items.at(0);
  EXPECT_EQ(c(casecomm_session_messages(world.session, S(thread.id), nullptr, &list, &world.error)), ToJson(message));
  EXPECT_EQ(c(casecomm_session_unassigned(world.session, nullptr, &list, &world.error)),
            ToJson(session.Unassigned().value().items.at(0)));
  EXPECT_EQ(c(casecomm_engine_accounts(world.engine, &list, &world.error)).find("{\"name\""), 0u);

  world.Ok(casecomm_session_messages(world.session, S(thread.id), nullptr, &list, &world.error));
  auto facts = CASECOMM_INIT(casecomm_message);
  world.Ok(casecomm_list_message(list, 0, &facts, &world.error));
  EXPECT_EQ(Text(facts.id), message.id);
  EXPECT_EQ(Text(facts.subject), "Papers");
  EXPECT_EQ(Text(facts.filed_by), "rules");
  EXPECT_EQ(facts.recorded_at_us, message.recorded_at_us);
  EXPECT_EQ(facts.flags, 0u) << "it has no Date";
  ASSERT_EQ(facts.attachment_count, 1u);
  EXPECT_EQ(Text(facts.attachments[0]->filename), "a.txt");
  EXPECT_EQ(facts.attachments[0]->size, 5);
  EXPECT_EQ(facts.attachments[0]->content_id.data, nullptr);
  ASSERT_EQ(facts.from_count, 1u);
  EXPECT_EQ(Text(facts.from[0]), "bob@client.example.com");
  EXPECT_EQ(facts.cc_count, 0u);
  Error error;
  auto person = CASECOMM_INIT(casecomm_person);
  EXPECT_EQ(Told(casecomm_list_person(list, 0, &person, &error), error), "3 wrong_item");
  EXPECT_EQ(Told(casecomm_list_message(list, 1, &facts, &error), error), "11 ");
  EXPECT_EQ(Told(casecomm_list_message(list, SIZE_MAX, &facts, &error), error), "11 ");
  casecomm_text json = nullptr;
  EXPECT_EQ(Told(casecomm_list_json(list, 1, &json, &error), error), "11 ");
  casecomm_list_release(list);

  casecomm_text page = nullptr;
  world.Ok(casecomm_session_show_record(world.session, S("C1"), &page, &world.error));
  EXPECT_EQ(Taken(page), ToJson(session.ShowRecord("C1").value()));
}

TEST(Verbs, PagesFollowOneAnother) {
  World world;
  auto page = CASECOMM_INIT(casecomm_page);
  page.limit = 1;
  std::string cursor, seen;
  for (int i = 0; i < 3; ++i) {
    page.cursor = S(cursor);
    casecomm_list list = nullptr;
    world.Ok(casecomm_session_records(world.session, &page, &list, &world.error));
    auto facts = CASECOMM_INIT(casecomm_list_facts);
    world.Ok(casecomm_list_read(list, &facts, &world.error));
    EXPECT_EQ(facts.count, 1u);
    cursor = Text(facts.next);
    EXPECT_EQ(cursor.empty(), i == 2);
    auto record = CASECOMM_INIT(casecomm_record);
    world.Ok(casecomm_list_record(list, 0, &record, &world.error));
    seen += Text(record.id) + Text(record.state) + " ";
    casecomm_list_release(list);
  }
  EXPECT_EQ(seen, "C1open C2open C3closed ");
  Error error;
  casecomm_list list = nullptr;
  page.cursor = S("no cursor");
  EXPECT_EQ(Told(casecomm_session_records(world.session, &page, &list, &error), error), "3 bad_cursor");
  EXPECT_EQ(list, nullptr);
}

TEST(Verbs, LinkFilesByHandAndSaysWhere) {
  World world;
  world.Fill();
  const std::string id = world.UnassignedMessage();
  const casecomm_str record = S("C2");
  auto request = CASECOMM_INIT(casecomm_link_request);
  request.message = S(id);
  request.records = &record;
  request.record_count = 1;
  request.new_contact_name = S("Newman");
  request.new_contact_email = S("stranger@else.example");
  casecomm_decision decision = nullptr;
  world.Ok(casecomm_session_link(world.session, &request, &decision, &world.error));
  auto facts = CASECOMM_INIT(casecomm_decision_facts);
  world.Ok(casecomm_decision_read(decision, &facts, &world.error));
  EXPECT_EQ(facts.outcome, CASECOMM_OUTCOME_FILED);
  ASSERT_EQ(facts.record_count, 1u);
  EXPECT_EQ(Text(facts.records[0]), "C2");
  casecomm_decision_release(decision);
  Error error;
  EXPECT_EQ(Told(casecomm_session_link(world.session, &request, nullptr, &error), error), "5 not_unassigned");
}

TEST(Verbs, ActsOnAStateAndItsListsAreWhatTheEngineSays) {
  World world;
  world.Fill();
  const std::string id = world.UnassignedMessage();
  auto request = CASECOMM_INIT(casecomm_act_request);
  request.act = CASECOMM_ACT_WITHDRAW;
  request.message = S(id);
  Error error;
  EXPECT_EQ(Told(casecomm_session_act(world.session, &request, nullptr, &error), error), "3 bad_why");
  request.why = S("private");
  casecomm_decision decision = nullptr;
  world.Ok(casecomm_session_act(world.session, &request, &decision, &world.error));
  auto facts = CASECOMM_INIT(casecomm_decision_facts);
  world.Ok(casecomm_decision_read(decision, &facts, &world.error));
  EXPECT_EQ(facts.outcome, CASECOMM_OUTCOME_WITHDRAWN);
  casecomm_decision_release(decision);
  for (const int32_t act : {0, 7, -1}) {
    request.act = act;
    EXPECT_EQ(Told(casecomm_session_act(world.session, &request, nullptr, &error), error), "3 bad_argument");
  }
  request.act = CASECOMM_ACT_RELEASE;
  EXPECT_EQ(Told(casecomm_session_act(world.session, &request, nullptr, &error), error), "9 no_such_exit");

  casecomm_list list = nullptr;
  const auto first = [&](casecomm_status status) {
    world.Ok(status);
    casecomm_text json = nullptr;
    const casecomm_status read = casecomm_list_json(list, 0, &json, &world.error);
    auto person = CASECOMM_INIT(casecomm_person);
    EXPECT_EQ(Told(casecomm_list_person(list, 0, &person, &error), error), "3 wrong_item");
    casecomm_list_release(list);
    return read == CASECOMM_OK ? Taken(json) : std::string("none");
  };
  const std::string withdrawn =
      first(casecomm_session_held(world.session, CASECOMM_OUTCOME_WITHDRAWN, nullptr, &list, &world.error));
  EXPECT_NE(withdrawn.find("\"state\":\"withdrawn\""), std::string::npos) << withdrawn;
  EXPECT_EQ(first(casecomm_session_held(world.session, 0, nullptr, &list, &world.error)), "none");
  EXPECT_EQ(Told(casecomm_session_held(world.session, CASECOMM_OUTCOME_FILED, nullptr, &list, &error), error),
            "3 bad_argument");
  const std::string act = first(casecomm_session_acts(world.session, S(id), nullptr, &list, &world.error));
  EXPECT_NE(act.find("\"why\":\"private\""), std::string::npos) << act;
  world.Ok(casecomm_session_suggestions(world.session, S(id), &list, &world.error));
  casecomm_list_release(list);
  EXPECT_EQ(first(casecomm_session_late_matches(world.session, nullptr, &list, &world.error)), "none");
  request.act = CASECOMM_ACT_RESTORE;
  world.Ok(casecomm_session_act(world.session, &request, nullptr, &world.error));
  EXPECT_EQ(world.UnassignedMessage(), id);
}

casecomm_status Append(void* host, const char* data, size_t size, casecomm_error*) {
  static_cast<std::string*>(host)->append(data, size);
  return CASECOMM_OK;
}

TEST(Verbs, BytesOfAMessageAndOfItsAttachments) {
  World world;
  world.Fill();
  const std::string id = world.MessageOfC1();
  std::string raw, attachment;
  world.Ok(casecomm_session_raw(world.session, S(id), Append, &raw, &world.error));
  EXPECT_EQ(raw.substr(0, 28), "From: bob@client.example.com");
  world.Ok(casecomm_session_attachment(world.session, S(id), 0, Append, &attachment, &world.error));
  EXPECT_EQ(attachment, "hello");
  Error error;
  EXPECT_EQ(Told(casecomm_session_attachment(world.session, S(id), 1, Append, &raw, &error), error), "5 no_attachment");
  EXPECT_EQ(Told(casecomm_session_attachment(world.session, S(id), SIZE_MAX, Append, &raw, &error), error),
            "5 no_attachment");
  EXPECT_EQ(Told(casecomm_session_raw(world.session, S("none"), Append, &raw, &error), error), "5 no_message");
  EXPECT_EQ(Told(casecomm_session_raw(world.session, S(id), nullptr, &raw, &error), error), "3 bad_argument");
  EXPECT_EQ(Told(casecomm_session_attachment(world.session, S(id), 0, nullptr, &raw, &error), error), "3 bad_argument");
}

TEST(Verbs, ActorsSeeWhatTheyMay) {
  World world;
  auto actor = CASECOMM_INIT(casecomm_actor);
  actor.kind = CASECOMM_ACTOR_PERSON;
  actor.person = S("U1");
  casecomm_session ann = nullptr;
  world.Ok(casecomm_engine_as(world.engine, S("firm"), &actor, &ann, &world.error));
  Error error;
  EXPECT_EQ(Told(casecomm_session_load(ann, S("{}"), &error), error), "7 operator_only");
  const auto spec = Spec("another");
  EXPECT_EQ(Told(casecomm_engine_create_account(world.engine, &spec, &actor, &error), error), "7 operator_only");
  casecomm_session_release(ann);
  casecomm_session none = nullptr;
  EXPECT_EQ(Told(casecomm_engine_as(world.engine, S("nobody"), &actor, &none, &error), error), "5 no_account");
  EXPECT_EQ(none, nullptr);
}

TEST(Verbs, FilesAreReceivedOnce) {
  const seams::TemporaryFolder folder;
  World world(folder / "firm.db");
  std::ofstream(folder / "a.eml") << MailTo(world.Address("C1"));
  const std::string path = folder / "a.eml";
  const casecomm_str paths[] = {S(path)};
  auto options = CASECOMM_INIT(casecomm_files_options);
  options.paths = paths;
  options.path_count = 1;
  std::vector<int32_t> outcomes;
  for (int i = 0; i < 2; ++i) {
    casecomm_source source = nullptr;
    world.Ok(casecomm_source_files(&options, &source, &world.error));
    world.Ok(casecomm_engine_receive(
        world.engine, source, S("firm"),
        [](void* host, const casecomm_received* received) {
          auto facts = CASECOMM_INIT(casecomm_decision_facts);
          EXPECT_EQ(casecomm_decision_read(received->decision, &facts, nullptr), CASECOMM_OK);
          static_cast<std::vector<int32_t>*>(host)->push_back(facts.outcome);
        },
        &outcomes, &world.error));
    casecomm_source_release(source);
  }
  EXPECT_EQ(outcomes, (std::vector<int32_t>{CASECOMM_OUTCOME_FILED, CASECOMM_OUTCOME_DUPLICATE}));
}

TEST(Verbs, ADraftJudgesEachFile) {
  World world;
  auto policy = CASECOMM_INIT(casecomm_attachment_policy);
  policy.file_bytes_below = 100;
  casecomm_draft draft = nullptr;
  world.Ok(casecomm_draft_new(&policy, &draft, &world.error));
  auto verdict = CASECOMM_INIT(casecomm_attachment_verdict);
  world.Ok(casecomm_draft_add(draft, S("small"), 99, &verdict, &world.error));
  EXPECT_EQ(verdict.accepted, 1);
  EXPECT_EQ(Text(verdict.reason), "accepted");
  for (const uint64_t size : {uint64_t{100}, UINT64_MAX}) {
    world.Ok(casecomm_draft_add(draft, S("large"), size, &verdict, &world.error));
    EXPECT_EQ(verdict.accepted, 0);
    EXPECT_EQ(Text(verdict.reason), "file_too_large");
    EXPECT_NE(Text(verdict.sentence).find("large"), std::string::npos);
  }
  auto facts = CASECOMM_INIT(casecomm_draft_facts);
  world.Ok(casecomm_draft_read(draft, &facts, &world.error));
  EXPECT_EQ(facts.file_count, 1u);
  EXPECT_EQ(facts.total_bytes, 99u);
  Error error;
  EXPECT_EQ(Told(casecomm_draft_remove(draft, 1, &error), error), "11 ");
  world.Ok(casecomm_draft_remove(draft, 0, &world.error));
  world.Ok(casecomm_draft_read(draft, &facts, &world.error));
  EXPECT_EQ(facts.total_bytes, 0u);
  casecomm_draft_release(draft);
}

TEST(Verbs, OutArgumentsAreNeeded) {
  World world;
  Error error;
  const casecomm_mail mail = Mail("x");
  const casecomm_actor actor = Operator();
  casecomm_text text = nullptr;
  world.Ok(casecomm_keys_generate(nullptr, &text, &error));
  const std::string told[] = {Told(casecomm_store_memory(nullptr, &error), error),
                              Told(casecomm_routed_new(nullptr, &error), error),
                              Told(casecomm_draft_new(nullptr, nullptr, &error), error),
                              Told(casecomm_text_read(text, nullptr, &error), error),
                              Told(casecomm_engine_as(world.engine, S(""), &actor, nullptr, &error), error),
                              Told(casecomm_engine_accounts(world.engine, nullptr, &error), error),
                              Told(casecomm_session_route(world.session, &mail, nullptr, &error), error),
                              Told(casecomm_session_record_address(world.session, S("C1"), nullptr, &error), error),
                              Told(casecomm_session_people(world.session, nullptr, nullptr, &error), error),
                              Told(casecomm_mail_scan(S("x"), S(""), -1, nullptr, &error), error)};
  for (const std::string& one : told) EXPECT_EQ(one, "3 bad_argument");
  EXPECT_EQ(Taken(text).find("casecomm-keys 1\n"), 0u);
  EXPECT_EQ(casecomm_version(), 0x00000200u);
}

// T44: the secret of the key ring is in no error, no answer and no file.
TEST(Secrets, T44_TheKeyIsNowhereToBeFound) {
  const seams::TemporaryFolder folder;
  std::string said;
  {
    World world(folder / "firm.db");
    world.Fill();
    const auto note = [&](casecomm_status status) {
      if (status != CASECOMM_OK) {
        said += std::string(world.error.reason_name) + " " + world.error.subject + " " + world.error.message + "\n";
      }
    };
    casecomm_engine engine = nullptr;
    casecomm_store store = nullptr;
    for (const std::string& keys :
         {std::string(kKeys) + kKeys, std::string(kKeys) + "x", "casecomm-keys 2\n3 " + std::string(kSecret) + " 0\n",
          "casecomm-keys 1\n99 " + std::string(kSecret) + " 0\n", "casecomm-keys 1\n3 " + std::string(kSecret) + "\n",
          "casecomm-keys 1\n3 " + std::string(kSecret) + " z\n",
          "casecomm-keys 1\n4 00" + std::string(kSecret) + " 0\n", std::string(kSecret),
          std::string("casecomm-keys 1\n3 ") + kSecret + " 0\n3 " + kSecret + " 0\n"}) {
      world.Ok(casecomm_store_memory(&store, &world.error));
      auto options = CASECOMM_INIT(casecomm_engine_options);
      options.store = store;
      options.keys = S(keys);
      EXPECT_NE(casecomm_engine_open(&options, &engine, &world.error), CASECOMM_OK);
      note(CASECOMM_UNKNOWN);
      casecomm_store_release(store);
    }
    casecomm_text text = nullptr;
    casecomm_list list = nullptr;
    note(casecomm_session_load(world.session, S("{\"x\": 1}"), &world.error));
    note(casecomm_session_record_address(world.session, S("none"), &text, &world.error));
    note(casecomm_session_show_record(world.session, S("none"), &text, &world.error));
    note(casecomm_session_threads(world.session, S("none"), nullptr, &list, &world.error));
    EXPECT_EQ(casecomm_session_show_record(world.session, S("C1"), &text, &world.error), CASECOMM_OK);
    said += Taken(text);
    world.Ok(casecomm_session_addresses(world.session, nullptr, &list, &world.error));
    said += world.First(list);
    for (const std::string& raw : SomeMails(&world)) {
      const casecomm_mail mail = Mail(raw);
      casecomm_decision decision = nullptr;
      world.Ok(casecomm_session_explain(world.session, &mail, &decision, &world.error));
      said += Json(decision);
      casecomm_decision_release(decision);
    }
    // The log is there as long as the store is open.
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      said.append(std::istreambuf_iterator<char>(file), {});
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    said.append(std::istreambuf_iterator<char>(file), {});
  }
  const auto ring = KeyRing::Parse(kKeys).value();
  const std::string raw(reinterpret_cast<const char*>(ring.keys[0].secret.data()), 32);
  const std::string hex = kSecret;
  EXPECT_GT(said.size(), 50'000u);
  for (size_t i = 0; i + 8 <= raw.size(); ++i) EXPECT_EQ(said.find(raw.substr(i, 8)), std::string::npos);
  for (size_t i = 0; i + 16 <= hex.size(); ++i) EXPECT_EQ(said.find(hex.substr(i, 16)), std::string::npos);
}

}  // namespace
}  // namespace casecomm::capi_test
