// SPDX-License-Identifier: Apache-2.0
// Rule documents: what is read, and a hundred that are broken, each with one fault that names the place and the way out.
#include "route/document.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/route/routed.h"

namespace casecomm::route {
namespace {

using testing::Mail;
using testing::Route;
using testing::World;

// A document around some rules; what no rule takes is held.
std::string Rules(const std::string& rules, const std::string& more = "") {
  return R"({"casecomm_rules": 1, "name": "test", )" + more + R"("rules": [)" + rules + (rules.empty() ? "" : ", ") +
         R"({"rule": "rest", "then": "hold"}]})";
}

std::string Rule1(const std::string& when, const std::string& then = R"("hold")", const std::string& more = "") {
  return R"({"rule": "one", "when": {)" + when + R"(}, "then": )" + then + more + "}";
}

TEST(RuleDocument, Y05_extends_a_preset_and_takes_its_settings_and_rules) {
  const Program program = Program::Parse(R"({"casecomm_rules": 1, "name": "mine", "extends": "casebook"})").value();
  const Program casebook = Program::Preset("casebook").value();
  EXPECT_EQ(program.name(), "mine");
  EXPECT_EQ(program.policy(), casebook.policy());
  ASSERT_EQ(program.rules().size(), casebook.rules().size());
  for (size_t i = 0; i < program.rules().size(); ++i) EXPECT_EQ(program.rules()[i].name, casebook.rules()[i].name);
}

TEST(RuleDocument, Y05_own_settings_and_rules_go_before_those_of_the_preset) {
  const Program program = Program::Parse(R"({
    "casecomm_rules": 1, "name": "mine", "extends": "casebook", "settings": {"closed_record": "hold"},
    "lists": {"vip": ["ann@x.org"]},
    "rules": [{"rule": "vip", "when": {"address": "record", "author_in": "vip"}, "then": "hold", "reason": "rule"},
              {"include": "casebook", "except": ["other_new"]}]})")
                              .value();
  EXPECT_EQ(program.settings().closed_record, ClosedRecord::kHold);
  EXPECT_EQ(program.settings().sender_policy, SenderPolicy::kAnyone);
  EXPECT_EQ(program.rules().front().name, "vip");
  for (const Rule& rule : program.rules()) EXPECT_NE(rule.name, "other_new");
  EXPECT_EQ(program.rules()[1].document, "common/limits");
}

TEST(RuleDocument, says_something_where_the_rule_says_nothing) {
  const Program program = Program::Parse(Rules("")).value();
  EXPECT_EQ(program.rules()[0].reason, "rule");
  EXPECT_EQ(program.rules()[0].sentence, "Held for {subject}: {author} wrote to {address}.");
}

TEST(RuleDocument, X12_T07_T09_lists_take_addresses_domains_and_domains_below) {
  World world;
  world.Record("R1", identify::RecordKind::kCase).Contact("C1", {"bob@x.org"});
  const std::string address = world.RecordAddress("R1");
  const auto directory = world.Directory();
  const Program program = Program::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "casebook",
        "lists": {"blocked": ["Bob@X.org", "@evil.example", "@*.spam.example", "\"a b\"@q.org", "@B\u00fccher.example"]},
        "rules": [{"rule": "blocked", "when": {"author_in": "blocked"}, "then": "not_tracked"},
                  {"include": "casebook"}]})")
                              .value();
  const auto outcome = [&](const std::string& from) {
    return Route(program, *directory, Mail({"From: " + from, "To: " + address})).outcome;
  };
  for (const std::string from : {"bob@x.org", "BOB@x.ORG", "any@evil.example", "a@b.spam.example", "a@b.c.spam.example",
                                 "\"a b\"@q.org", "x@xn--bcher-kva.example"}) {
    EXPECT_EQ(outcome(from), Outcome::kNotTracked) << from;
  }
  for (const std::string from : {"bob@y.org", "bo@x.org", "bobb@x.org", "a@notevil.example", "a@b.evil.example",
                                 "a@spam.example", "a@xspam.example", "ab@q.org"}) {
    EXPECT_EQ(outcome(from), Outcome::kFiled) << from;
  }
}

TEST(RuleDocument, X02_class_is_a_condition) {
  World world;
  world.Record("R1", identify::RecordKind::kCase);
  const Program program =
      Program::Parse(Rules(Rule1(R"("class": ["automatic", "bounce"])", R"("not_tracked")"))).value();
  EXPECT_TRUE(program.Asks(Fact::kClass));
  const Program casebook = Program::Preset("casebook").value();
  EXPECT_TRUE(casebook.Asks(Fact::kClass, AddressFact::kReply));
  for (const AddressFact most :
       {AddressFact::kNone, AddressFact::kRecord, AddressFact::kDrop, AddressFact::kUnroutable}) {
    EXPECT_FALSE(casebook.Asks(Fact::kClass, most)) << "most mail is not classified to be routed";
  }
}

TEST(RuleDocument, CF04_CF05_a_rule_may_take_cases_and_leave_leads) {
  World world;
  world.Staff("U1", {"ann@firm.org"}).Contact("C1", {"bob@x.org"}).Contact("C2", {"cy@x.org"});
  world.Record("R1", identify::RecordKind::kCase).Record("L1", identify::RecordKind::kLead);
  world.Assign("R1", "C1").Assign("L1", "C2");
  const std::string drop = world.DropAddress("U1");
  const auto directory = world.Directory();
  const Program program = Program::Parse(R"({"casecomm_rules": 1, "name": "t", "rules": [
      {"include": "common/limits"}, {"include": "common/checks"},
      {"rule": "cases", "when": {"address": "drop", "author": "owner", "recipients": "case"}, "then": "file_recipients"},
      {"rule": "leads", "when": {"address": "drop", "author": "owner", "recipients": "lead"}, "then": "unassigned"},
      {"rule": "rest", "then": "hold"}]})")
                              .value();
  const auto to = [&](const std::string& recipients) {
    return Route(program, *directory, Mail({"From: ann@firm.org", "To: " + recipients, "Bcc: " + drop}));
  };
  EXPECT_EQ(to("bob@x.org").records, std::vector<std::string>{"R1"});
  EXPECT_EQ(to("cy@x.org").outcome, Outcome::kUnassigned);
  EXPECT_EQ(to("cy@x.org, bob@x.org").records, std::vector<std::string>{"R1"}) << "the lead is not this rule's";
}

struct Broken {
  std::string json, reason, pointer, says;
};

std::vector<Broken> AllBroken() {
  const std::string one = Rule1(R"("address": "none")");
  const auto when = [](const std::string& conditions) { return Rules(Rule1(conditions)); };
  std::vector<Broken> all = {
      // JSON
      {"", "json_syntax", "", "the end"},
      {"{", "json_syntax", "", ""},
      {"[]", "wrong_type", "", "expected an object, found an array"},
      {"null", "wrong_type", "", "found null"},
      {"{\"casecomm_rules\": 1,}", "json_syntax", "", ""},
      {Rules(one) + "x", "json_syntax", "", "expected"},
      {Rules("{\"rule\": \"a\xff\", \"then\": \"hold\"}"), "json_syntax", "", ""},
      {Rules(one, "\"name\": \"again\", "), "duplicate_key", "/name", "once"},
      // the head
      {R"({"name": "t", "rules": []})", "missing_key", "", "casecomm_rules"},
      {R"({"casecomm_rules": 1, "rules": []})", "missing_key", "", "name"},
      {R"({"casecomm_rules": 2, "name": "t", "rules": []})", "bad_value", "/casecomm_rules", "from 1 to 1, found 2"},
      {R"({"casecomm_rules": 1.5, "name": "t", "rules": []})", "bad_value", "/casecomm_rules", "a whole number"},
      {R"({"casecomm_rules": "1", "name": "t", "rules": []})", "wrong_type", "/casecomm_rules", "a number"},
      {R"({"casecomm_rules": true, "name": "t"})", "wrong_type", "/casecomm_rules", "found a boolean"},
      {R"({"casecomm_rules": 99999999999999999999, "name": "t"})", "bad_value", "/casecomm_rules", "a whole number"},
      {R"({"casecomm_rules": 1, "name": "", "rules": []})", "bad_value", "/name", "1 to 255"},
      {R"({"casecomm_rules": 1, "name": "a\u0007", "rules": []})", "bad_value", "/name", "control"},
      {R"({"casecomm_rules": 1, "name": 7, "rules": []})", "wrong_type", "/name", "a string"},
      {R"({"casecomm_rules": 1, "name": "t"})", "missing_key", "", "rules, or extends"},
      {R"({"casecomm_rules": 1, "name": "t", "rule": []})", "unknown_key", "/rule", "expected one of the keys"},
      {R"({"casecomm_rules": 1, "name": "t", "rules": {}})", "wrong_type", "/rules", "an array"},
      {R"({"casecomm_rules": 1, "name": "t", "about": 1, "rules": []})", "wrong_type", "/about", "a string"},
      {R"({"casecomm_rules": 1, "name": "t", "extends": "casebok"})", "unknown_rules", "/extends", "casebook"},
      {R"({"casecomm_rules": 1, "name": "t", "extends": "common/drops"})", "bad_value", "/extends", "a name"},
      {R"({"casecomm_rules": 1, "name": "t", "extends": ["casebook"]})", "wrong_type", "/extends", "a string"},
      {R"({"casecomm_rules": 1, "name": "t", "extends": "Casebook"})", "bad_value", "/extends", "small letters"},
      // settings
      {Rules(one, R"("settings": [], )"), "wrong_type", "/settings", "an object"},
      {Rules(one, R"("settings": {"policy": "known"}, )"), "unknown_key", "/settings/policy", "sender_policy"},
      {Rules(one, R"("settings": {"sender_policy": "P1"}, )"), "bad_value", "/settings/sender_policy", "anyone, known"},
      {Rules(one, R"("settings": {"sender_policy": ["known"]}, )"), "wrong_type", "/settings/sender_policy",
       "a string"},
      {Rules(one, R"("settings": {"closed_record": "drop"}, )"), "bad_value", "/settings/closed_record", "file, hold"},
      {Rules(one, R"("settings": {"closed_record": "file", "closed_record": "file"}, )"), "duplicate_key",
       "/settings/closed_record", "once"},
      {Rules(one, R"("settings": {"sender_policy": null}, )"), "wrong_type", "/settings/sender_policy", "found null"},
      {Rules(one, R"("settings": {"max_received": -1}, )"), "bad_value", "/settings/max_received", "0 to 1000000"},
      {Rules(one, R"("settings": {"record_per_hour": 1000001}, )"), "bad_value", "/settings/record_per_hour",
       "0 to 1000000"},
      {Rules(one, R"("settings": {"sender_per_hour": "90"}, )"), "wrong_type", "/settings/sender_per_hour", "number"},
      // lists
      {Rules(one, R"("lists": [], )"), "wrong_type", "/lists", "an object"},
      {Rules(one, R"("lists": {"a": "x@y.org"}, )"), "wrong_type", "/lists/a", "an array"},
      {Rules(one, R"("lists": {"A": []}, )"), "bad_value", "/lists/A", "small letters"},
      {Rules(one, R"("lists": {"": []}, )"), "bad_value", "/lists/", "small letters"},
      {Rules(one, R"("lists": {"a": [], "a": []}, )"), "duplicate_key", "/lists/a", "once"},
      {Rules(one, R"("lists": {"a": [1]}, )"), "wrong_type", "/lists/a/0", "a string"},
      {Rules(one, R"("lists": {"a": ["x@y.org", "y.org"]}, )"), "bad_value", "/lists/a/1", "@domain"},
      {Rules(one, R"("lists": {"a": ["@"]}, )"), "bad_value", "/lists/a/0", "@domain"},
      {Rules(one, R"("lists": {"a": ["@*."]}, )"), "bad_value", "/lists/a/0", "@domain"},
      {Rules(one, R"("lists": {"a": ["@*x.org"]}, )"), "bad_value", "/lists/a/0", "@domain"},
      {Rules(one, R"("lists": {"a": ["Ann <a@x.org>"]}, )"), "bad_value", "/lists/a/0", "@domain"},
      {Rules(one, R"("lists": {"a": ["a@x..org"]}, )"), "bad_value", "/lists/a/0", "@domain"},
      {Rules(one, R"("lists": {"a": ["*@x.org "]}, )"), "bad_value", "/lists/a/0", "@domain"},
      {when(R"("author_in": "nobody")"), "bad_value", "/rules/0/when/author_in", "\"lists\""},
      {when(R"("author_in": ["a"])"), "wrong_type", "/rules/0/when/author_in", "a string"},
      {when(R"("author_not_in": [1])"), "wrong_type", "/rules/0/when/author_not_in/0", "a string"},
      {when(R"("author_not_in": ["a", "a"])"), "bad_value", "/rules/0/when/author_not_in/1", "again"},
      {when(R"("author_in": "a", "author_not_in": "a")"), "bad_value", "/rules/0/when/author_not_in", "again"},
      // rules
      {Rules("1"), "wrong_type", "/rules/0", "an object"},
      {Rules("{}"), "missing_key", "/rules/0", "rule"},
      {Rules(R"({"rule": "a"})"), "missing_key", "/rules/0", "then"},
      {Rules(R"({"then": "hold"})"), "missing_key", "/rules/0", "rule"},
      {Rules(R"({"rule": "A", "then": "hold"})"), "bad_value", "/rules/0/rule", "small letters"},
      {Rules(R"({"rule": "", "then": "hold"})"), "bad_value", "/rules/0/rule", "small letters"},
      {Rules(R"({"rule": "a b", "then": "hold"})"), "bad_value", "/rules/0/rule", "small letters"},
      {Rules("{\"rule\": \"" + std::string(65, 'a') + "\", \"then\": \"hold\"}"), "bad_value", "/rules/0/rule",
       "1 to 64"},
      {Rules(R"({"rule": "a", "then": "hold", "if": {}})"), "unknown_key", "/rules/0/if", "when"},
      {Rules(R"({"rule": "a", "rule": "b", "then": "hold"})"), "duplicate_key", "/rules/0/rule", "once"},
      {Rules(R"({"rule": "a", "then": "reject"})"), "bad_value", "/rules/0/then", "file_record"},
      {Rules(R"({"rule": "a", "then": {"hold": "limit"}})"), "wrong_type", "/rules/0/then", "a string"},
      {Rules(R"({"rule": "a", "then": "hold", "reason": "because"})"), "bad_value", "/rules/0/reason",
       "docs/decisions.md"},
      {Rules(R"({"rule": "a", "then": "hold", "say": ""})"), "bad_value", "/rules/0/say", "a sentence"},
      {Rules(R"({"rule": "a", "then": "hold", "say": "{who} wrote"})"), "bad_value", "/rules/0/say", "braces"},
      {Rules(R"({"rule": "a", "then": "hold", "say": "{author wrote"})"), "bad_value", "/rules/0/say", "braces"},
      {Rules(R"({"rule": "a", "then": "hold", "say": "author} wrote"})"), "bad_value", "/rules/0/say", "braces"},
      {Rules(R"({"rule": "a", "then": "hold", "say": "two\nlines"})"), "bad_value", "/rules/0/say", "control"},
      {Rules("{\"rule\": \"a\", \"then\": \"hold\", \"say\": \"" + std::string(1001, 'a') + "\"}"), "bad_value",
       "/rules/0/say", "1 to 1000"},
      {Rules(R"({"rule": "a", "then": "hold", "notify": "editors"})"), "bad_value", "/rules/0", "notify"},
      {Rules(R"({"rule": "a", "then": "hold", "notify": "all"})"), "bad_value", "/rules/0/notify", "editors"},
      {Rules(one + ", " + one), "duplicate_rule", "/rules/1", "\"one\""},
      {Rules(R"({"rule": "limit", "then": "hold", "when": {"limit": "over"}}, {"include": "common/limits"})"),
       "duplicate_rule", "/rules/1/include", "\"limit\""},
      // conditions
      {when(R"("address": "Record")"), "bad_value", "/rules/0/when/address", "none, record, drop"},
      {when(R"("address": 1)"), "wrong_type", "/rules/0/when/address", "a string"},
      {when(R"("address": [])"), "bad_value", "/rules/0/when/address", "at least one"},
      {when(R"("address": ["drop", "drop"])"), "bad_value", "/rules/0/when/address/1", "again"},
      {when(R"("trust": ["none", "pass", "fail"])"), "bad_value", "/rules/0/when/trust", "every value"},
      {when(R"("addres": "drop")"), "unknown_key", "/rules/0/when/addres", "address, locator"},
      {when(R"("address": "drop", "address": "record")"), "duplicate_key", "/rules/0/when/address", "once"},
      {when(R"("address": {"is": "drop"})"), "wrong_type", "/rules/0/when/address", "a string"},
      {when(R"("author": null)"), "wrong_type", "/rules/0/when/author", "found null"},
      {when(R"("class": "spam")"), "bad_value", "/rules/0/when/class", "automatic"},
      {when(R"("kind": ["case", "file"])"), "bad_value", "/rules/0/when/kind/1", "matter"},
      {Rules(R"({"rule": "a", "when": [], "then": "hold"})"), "wrong_type", "/rules/0/when", "an object"},
      // includes
      {Rules(R"({"include": "common/drop"})"), "unknown_rules", "/rules/0/include", "common/drops"},
      {Rules(R"({"include": "nothing"})"), "unknown_rules", "/rules/0/include", "casebook"},
      {Rules(R"({"include": "../casebook"})"), "bad_value", "/rules/0/include", "rules that ship"},
      {Rules(R"({"include": 1})"), "wrong_type", "/rules/0/include", "a string"},
      {Rules(R"({"include": "casebook", "then": "hold"})"), "unknown_key", "/rules/0/then", "except"},
      {Rules(R"({"include": "casebook", "except": "otherwise"})"), "wrong_type", "/rules/0/except", "an array"},
      {Rules(R"({"include": "casebook", "except": ["nothing"]})"), "bad_value", "/rules/0/except/0", "of casebook"},
      {Rules(R"({"include": "common/limits"}, {"include": "common/limits"})"), "duplicate_rule", "/rules/1/include",
       "\"limit\""},
      {Rules(R"({"except": ["limit"]})"), "missing_key", "/rules/0", "include"},
      // rules against each other
      {Rules(R"({"include": "casebook"}, )" + one), "unreachable_rule", "/rules/1", "\"one\""},
      {Rules(one + R"(, {"rule": "two", "when": {"address": "none", "author": "staff"}, "then": "hold"})"),
       "unreachable_rule", "/rules/1", "\"one\" takes all"},
      {Rules(R"({"rule": "a", "when": {"author": ["staff", "owner"]}, "then": "hold"},
                {"rule": "b", "when": {"author": ["ambiguous", "unknown", "contact"]}, "then": "hold"},
                {"rule": "c", "when": {"address": "drop"}, "then": "hold"})"),
       "unreachable_rule", "/rules/2", "\"a\", \"b\""},
      {Rules(R"({"rule": "all", "then": "hold"})"), "unreachable_rule", "/rules/1", "\"all\" takes all"},
      {when(R"("address": "drop", "record": "closed")"), "contradiction", "/rules/0", "record is closed"},
      {when(R"("address": "record", "author": "owner")"), "contradiction", "/rules/0", "author is owner"},
      {when(R"("address": "none", "locator": "active")"), "contradiction", "/rules/0", "locator is active"},
      {when(R"("record": "none", "kind": "case")"), "contradiction", "/rules/0", "kind is case"},
      {Rules(Rule1(R"("address": "drop")", R"("file_record")")), "contradiction", "/rules/0", "address is drop"},
      {Rules(Rule1(R"("address": "record")", R"("file_record")")), "contradiction", "/rules/0", "file_record"},
      {Rules(R"({"rule": "all", "then": "file_record"})"), "contradiction", "/rules/0", "\"all\" also takes"},
      {Rules(
           Rule1(R"("address": "drop", "author": "owner", "locator": "active", "limit": "within", "budget": "within")",
                 R"("file_recipients")")),
       "contradiction", "/rules/0", "recipients is none"},
      {Rules(Rule1(R"("address": "drop", "locator": "active", "limit": "within", "author": ["owner", "staff"])",
                   R"("unassigned")")),
       "contradiction", "/rules/0", "author is staff"},
      {Rules(Rule1(R"("address": "record", "locator": ["active", "retired"], "limit": "within", "author": "staff")",
                   R"("file_record")")),
       "contradiction", "/rules/0", "locator is retired"},
      {Rules(Rule1(R"("address": "record", "locator": "active", "limit": "within", "author": "staff")",
                   R"("file_record")")),
       "contradiction", "/rules/0", "budget is received"},
      {Rules(Rule1(
           R"("address": "record", "locator": "active", "limit": "within", "author": "staff", "budget": "record")",
           R"("file_record")")),
       "contradiction", "/rules/0", "budget is record"},
      {R"({"casecomm_rules": 1, "name": "t", "rules": []})", "missing_default", "/rules", "address is none"},
      {R"({"casecomm_rules": 1, "name": "t", "rules": [{"include": "casebook", "except": ["otherwise", "unroutable"]}]})",
       "missing_default", "/rules", "address is unroutable"},
      {R"({"casecomm_rules": 1, "name": "t", "rules": [{"rule": "a", "when": {"mail": "new"}, "then": "hold"}]})",
       "missing_default", "/rules", "mail is reply"},
  };
  return all;
}

TEST(RuleDocument, a_hundred_broken_files_are_each_refused_at_their_place) {
  const std::vector<Broken> all = AllBroken();
  EXPECT_GE(all.size(), 100u);
  for (const Broken& broken : all) {
    const Result<Program> program = Program::Parse(broken.json);
    ASSERT_FALSE(program.ok()) << broken.json;
    const Status& status = program.status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << broken.json;
    EXPECT_EQ(status.reason(), broken.reason) << broken.json << "\n" << status.ToString();
    if (broken.reason != "json_syntax") {
      EXPECT_EQ(status.subject(), broken.pointer) << broken.json << "\n" << status.ToString();
    }
    EXPECT_NE(status.message().find(broken.says), std::string::npos) << broken.json << "\n" << status.ToString();
    EXPECT_GE(status.position(), 0) << broken.json;
    EXPECT_LE(status.position(), static_cast<int64_t>(broken.json.size())) << broken.json;
  }
}

TEST(RuleDocument, too_large_a_document_is_refused_unread) {
  const Result<Program> program = Program::Parse(std::string(Program::kMaxDocument + 1, ' '));
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.status().reason(), "too_big");
}

}  // namespace
}  // namespace casecomm::route
