// SPDX-License-Identifier: Apache-2.0
#include "record/document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "tests/base/random.h"

namespace casecomm::record {
namespace {

using access::Role;
using identify::PersonKind;
using identify::RecordKind;
using identify::RecordState;

TEST(Document, IsReadWhole) {
  const std::string json = R"({
    "$schema": "load.schema.json",
    "people": [
      {"id": "u1", "kind": "staff", "name": "Ana Lopez", "emails": ["ana@firm.example", "Ana.Lopez@mail.example"]},
      {"emails": [], "name": "", "kind": "contact", "id": "c/1 \u00e9\"\\"},
      {"id": "c2", "kind": "contact", "name": "No \ud83d\ude00"}
    ],
    "records": [
      {"id": "r1", "kind": "case", "name": "Lopez v. State", "state": "closed"},
      {"id": "u1", "kind": "lead", "name": "Same id, another kind of thing", "sender_policy": "known_and_authenticated"}
    ],
    "assignments": [{"record": "r1", "person": "u1", "role": "manager"}, {"record": "old", "person": "u1", "role": "other"}]
  })";
  const Result<LoadDocument> load = ParseLoadDocument(json);
  ASSERT_TRUE(load.ok()) << load.status().ToString();
  ASSERT_EQ(load->people.size(), 3u);
  EXPECT_EQ(load->people[0].id, "u1");
  EXPECT_EQ(load->people[0].kind, PersonKind::kStaff);
  EXPECT_EQ(load->people[0].name, "Ana Lopez");
  EXPECT_EQ(load->people[0].emails, (std::vector<std::string>{"ana@firm.example", "Ana.Lopez@mail.example"}));
  EXPECT_EQ(load->people[1].id, "c/1 \u00e9\"\\");
  EXPECT_EQ(load->people[1].kind, PersonKind::kContact);
  EXPECT_TRUE(load->people[1].emails.empty());
  EXPECT_EQ(load->people[2].name, "No \U0001f600");
  EXPECT_TRUE(load->people[2].emails.empty());
  ASSERT_EQ(load->records.size(), 2u);
  EXPECT_EQ(load->records[0].kind, RecordKind::kCase);
  EXPECT_EQ(load->records[0].state, RecordState::kClosed);
  EXPECT_EQ(load->records[1].kind, RecordKind::kLead);
  EXPECT_EQ(load->records[1].state, RecordState::kOpen);
  EXPECT_EQ(load->records[0].sender_policy, std::nullopt);
  EXPECT_EQ(load->records[1].sender_policy, identify::SenderPolicy::kKnownAndAuthenticated);
  ASSERT_EQ(load->assignments.size(), 2u);
  EXPECT_EQ(load->assignments[0].record, "r1");
  EXPECT_EQ(load->assignments[0].person, "u1");
  EXPECT_EQ(load->assignments[0].role, Role::kManager);
  EXPECT_EQ(load->assignments[0].position, static_cast<int64_t>(json.find("{\"record\": \"r1\"")));
  EXPECT_EQ(load->assignments[1].position, static_cast<int64_t>(json.find("{\"record\": \"old\"")));
}

TEST(Document, EveryTopLevelKeyMayBeAbsent) {
  for (const std::string_view json :
       {"{}", " \r\n\t{ } \n", R"({"people":[]})", R"({"records":[],"assignments":[]})", R"({"$schema":""})"}) {
    const Result<LoadDocument> load = ParseLoadDocument(json);
    ASSERT_TRUE(load.ok()) << json << load.status().ToString();
    EXPECT_TRUE(load->people.empty() && load->records.empty() && load->assignments.empty());
  }
}

TEST(Document, KeysAreComparedWithoutTheirEscapes) {
  const Result<LoadDocument> load =
      ParseLoadDocument(R"({"peop\u006ce":[{"\u0069d":"\u0061","kind":"st\u0061ff","name":"n"}]})");
  ASSERT_TRUE(load.ok()) << load.status().ToString();
  EXPECT_EQ(load->people[0].id, "a");
  EXPECT_EQ(load->people[0].kind, PersonKind::kStaff);
}

// -- Faults. The fault stands behind "@@" in the text, which is cut out; without a mark, at the end. --------------------

struct Broken {
  std::string json;
  std::string reason, pointer;
  std::string says;
};

std::string Person(std::string fields) {
  return R"({"people":[{"id":"a","kind":"staff","name":"n"},)" + fields + "]}";
}
std::string Record(std::string fields) {
  return R"({"records":[)" + fields + "]}";
}
std::string Assigned(std::string fields) {
  return R"({"assignments":[)" + fields + "]}";
}
std::string Email(std::string email) {
  return R"({"people":[{"id":"a","kind":"staff","name":"n","emails":[@@")" + email + "\"]}]}";
}
std::string Id(std::string id) {
  return R"({"records":[{"id":@@")" + id + R"(","kind":"case","name":"n"}]})";
}
std::string Name(std::string name) {
  return R"({"records":[{"id":"i","kind":"case","name":@@")" + name + "\"}]}";
}

std::vector<Broken> BrokenDocuments() {
  const std::string nul(1, '\0');
  const std::string half_mega(1 << 19, '[');
  std::vector<Broken> cases = {
      // No JSON at all, or no end of it.
      {"", "json_syntax", "", "found the end"},
      {"   ", "json_syntax", "", "found the end"},
      {"{", "json_syntax", "", "found the end"},
      {R"({"people":[)", "json_syntax", "", "found the end"},
      {R"({"people":[@@}})", "json_syntax", "/people/0", ""},
      {R"({"people":[{"id":@@"a)", "json_syntax", "", ""},
      {R"({"people":[]@@)", "json_syntax", "", "found the end"},
      {R"({"people":[]}@@])", "json_syntax", "", "found \"]\""},
      {R"({"people":[]} @@{})", "json_syntax", "", "found \"{\""},
      {R"({"people":[]} @@garbage)", "json_syntax", "", "found \"g\""},
      {R"({"people":[]} @@})", "json_syntax", "", "found \"}\""},
      {"{}@@" + nul, "json_syntax", "", "found \"\\x00\""},
      {"@@" + nul + "{}", "json_syntax", "", ""},
      {"@@\xef\xbb\xbf{}", "json_syntax", "", ""},
      {R"({"people":[],@@})", "json_syntax", "", ""},
      {R"({"people" @@[]})", "json_syntax", "", ""},
      {R"({"people":[] @@"records":[]})", "json_syntax", "", ""},
      {R"({@@people:[]})", "json_syntax", "", ""},
      {R"({@@'people':[]})", "json_syntax", "", ""},
      {R"({"people":@@})", "json_syntax", "/people", ""},
      {R"({"people":[@@,]})", "json_syntax", "/people/0", ""},
      {Person("@@"), "json_syntax", "/people/1", ""},
      {R"({"people":@@nul})", "wrong_type", "/people", "found null"},
      {"{\"people\":[{\"id\":\"a@@\xff\"}]}", "json_syntax", "", "found \"\\xff\""},
      {"{\"people\":[{\"id\":\"@@\xed\xa0\x80\"}]}", "json_syntax", "", "found \"\\xed\""},
      {"{\"people\":[{\"id\":\"a@@" + nul + "b\"}]}", "json_syntax", "", "found \"\\x00\""},
      {"{\"people\":[{\"id\":\"a@@\nb\"}]}", "json_syntax", "", "found \"\\x0a\""},
      {R"({"people":[{"id":@@"a\x","kind":"staff","name":"n"}]})", "json_syntax", "/people/0/id", ""},
      {R"({"people":[{"id":@@"\ud800","kind":"staff","name":"n"}]})", "json_syntax", "/people/0/id", ""},
      {R"({"people":[{"id":@@"\u00g0","kind":"staff","name":"n"}]})", "json_syntax", "/people/0/id", ""},
      {R"({@@"\q":[]})", "json_syntax", "", ""},
      {"@@" + half_mega, "wrong_type", "", "found an array"},
      {R"({"people":@@)" + std::string(200'000, '{') + std::string(200'000, '}') + "}", "wrong_type", "/people",
       "found an object"},
      // Types.
      {"@@[]", "wrong_type", "", "expected an object, found an array"},
      {"@@\"x\"", "wrong_type", "", "found a string"},
      {"@@12", "wrong_type", "", "found a number"},
      {" @@null", "wrong_type", "", "found null"},
      {"@@true", "wrong_type", "", "found a boolean"},
      {R"({"people":@@{}})", "wrong_type", "/people", "expected an array, found an object"},
      {R"({"records":@@null})", "wrong_type", "/records", "found null"},
      {R"({"$schema":@@1})", "wrong_type", "/$schema", "expected a string, found a number"},
      {Person("@@[]"), "wrong_type", "/people/1", "expected an object, found an array"},
      {Person("@@\"b\""), "wrong_type", "/people/1", "found a string"},
      {Person(R"({"id":@@7,"kind":"staff","name":"n"})"), "wrong_type", "/people/1/id",
       "expected a string, found a number"},
      {Person(R"({"id":@@)" + std::string(1'000'000, '9') + R"(,"kind":"staff","name":"n"})"), "wrong_type",
       "/people/1/id", "found a number"},
      {Person(R"({"id":"b","kind":@@true,"name":"n"})"), "wrong_type", "/people/1/kind", "found a boolean"},
      {Person(R"({"id":"b","kind":"staff","name":@@null})"), "wrong_type", "/people/1/name", "found null"},
      {Person(R"({"id":"b","kind":"staff","name":"n","emails":@@"a@b"})"), "wrong_type", "/people/1/emails",
       "expected an array, found a string"},
      {Person(R"({"id":"b","kind":"staff","name":"n","emails":["a@b",@@1]})"), "wrong_type", "/people/1/emails/1",
       "found a number"},
      {Record(R"({"id":@@)" + half_mega + std::string(1 << 19, ']') + "}"), "wrong_type", "/records/0/id",
       "found an array"},
      {Assigned(R"({"record":"r","person":"p","role":@@3})"), "wrong_type", "/assignments/0/role", "found a number"},
      // Keys.
      {R"({"people":[],@@"persons":[]})", "unknown_key", "/persons", "$schema, people, records, assignments"},
      {Person(R"({"id":"b",@@"mail":"x"})"), "unknown_key", "/people/1/mail", "id, kind, name, emails"},
      {Person(R"({"id":"b",@@"a/b~c":"x"})"), "unknown_key", "/people/1/a~1b~0c", "found \"a/b~c\""},
      {Person(R"({"id":"b",@@"":"x"})"), "unknown_key", "/people/1/", ""},
      {Person(R"({"id":"b",@@"ID":"x"})"), "unknown_key", "/people/1/ID", ""},
      {Record(R"({@@"status":"open"})"), "unknown_key", "/records/0/status", "id, kind, name, state"},
      {Assigned(R"({@@"id":"open"})"), "unknown_key", "/assignments/0/id", "record, person, role"},
      {R"({"people":[],@@"people":[]})", "duplicate_key", "/people", ""},
      {R"({"people":[],@@"peop\u006ce":[]})", "duplicate_key", "/people", ""},
      {Person(R"({"id":"b",@@"id":"c","kind":"staff","name":"n"})"), "duplicate_key", "/people/1/id", ""},
      {Person(R"(@@{"kind":"staff","name":"n"})"), "missing_key", "/people/1", "the key id"},
      {Person(R"(@@{"id":"b","name":"n"})"), "missing_key", "/people/1", "the key kind"},
      {Person(R"(@@{"id":"b","kind":"staff"})"), "missing_key", "/people/1", "the key name"},
      {Person("@@{}"), "missing_key", "/people/1", "the key id"},
      {Record(R"(@@{"id":"b","kind":"case","state":"open"})"), "missing_key", "/records/0", "the key name"},
      {Assigned(R"(@@{"record":"r","person":"p"})"), "missing_key", "/assignments/0", "the key role"},
      {Assigned(R"(@@{"record":"r","role":"other"})"), "missing_key", "/assignments/0", "the key person"},
      // Words.
      {Person(R"({"id":"b","kind":@@"boss","name":"n"})"), "bad_value", "/people/1/kind",
       "one of staff, contact; found \"boss\""},
      {Person(R"({"id":"b","kind":@@"Staff","name":"n"})"), "bad_value", "/people/1/kind", "found \"Staff\""},
      {Record(R"({"id":"b","kind":@@"","name":"n"})"), "bad_value", "/records/0/kind",
       "one of case, intake, provider, lead, matter"},
      {Record(R"({"id":"b","kind":"case","name":"n","state":@@"opened"})"), "bad_value", "/records/0/state",
       "one of open, closed"},
      {Assigned(R"({"record":"r","person":"p","role":@@"owner"})"), "bad_value", "/assignments/0/role",
       "one of manager, editor, viewer, client, other"},
      // Ids and names.
      {Id(""), "bad_value", "/records/0/id", "1 to 255 bytes"},
      {Id(std::string(256, 'x')), "bad_value", "/records/0/id", "1 to 255 bytes"},
      {Id("a\\u0000b"), "bad_value", "/records/0/id", "control"},
      {Id("a\\nb"), "bad_value", "/records/0/id", "control"},
      {Id("a\\u007f"), "bad_value", "/records/0/id", "control"},
      {Id("a\\u0085"), "bad_value", "/records/0/id", "control"},
      {Name(std::string(1001, 'x')), "bad_value", "/records/0/name", "at most 1000 bytes"},
      {Name("a\\r\\nBcc: x"), "bad_value", "/records/0/name", "control"},
      {Person(R"({"id":@@"a","kind":"staff","name":"n"})"), "duplicate_id", "/people/1/id", "found \"a\" again"},
      {Person(R"({"id":@@"\u0061","kind":"contact","name":"n"})"), "duplicate_id", "/people/1/id", "found \"a\" again"},
      {R"({"records":[{"id":"r","kind":"case","name":"n"},{"name":"n","kind":"lead","id":@@"r"}]})", "duplicate_id",
       "/records/1/id", "found \"r\" again"},
      {R"({"assignments":[{"record":"r","person":"p","role":"other"},@@{"record":"r","person":"p","role":"client"}]})",
       "duplicate_id", "/assignments/1", "\"p\" on \"r\""},
      // Emails.
      {R"({"people":[{"id":"a","kind":"staff","name":"n","emails":["A@B.example","x@y",@@"a@b.EXAMPLE"]}]})",
       "bad_value", "/people/0/emails/2", "again"},
  };
  for (const std::string email : {"",
                                  "a",
                                  "@",
                                  "a@",
                                  "@b",
                                  "a b@c",
                                  " a@c",
                                  "a@c ",
                                  "<a@c>",
                                  "Ana <a@c>",
                                  "a@b@c",
                                  "a..b@c",
                                  ".a@c",
                                  "a.@c",
                                  "a@.c",
                                  "a@c.",
                                  "a@c..d",
                                  "a@-c",
                                  "a@c-",
                                  "a@c-.d",
                                  "a@c.-d",
                                  "a@c_d",
                                  "a(x)@c",
                                  "a,b@c",
                                  "a@c,d",
                                  "a:b@c",
                                  "a;@c",
                                  "a\\\"b@c",
                                  "\\\"a@c",
                                  "a\\\\@c",
                                  "\\\"a b\\\"@c",
                                  "\\\"a\\\"b\\\"@c",
                                  "\\\"a\\\\\\\"@c",
                                  "a@[",
                                  "a@[]",
                                  "a@[1.2.3.4",
                                  "a@[1 2]",
                                  "a@[<]",
                                  "a\\u00a0b@c",
                                  "a@c\\u3000d",
                                  "a\\u0000@c",
                                  "a\\u200b@c",
                                  "\\u202ea@c",
                                  "a\\u0085@c",
                                  "mailto:a@c",
                                  "a@c/d"}) {
    cases.push_back({Email(email), "bad_value", "/people/0/emails/0", "expected "});
  }
  cases.push_back({Email(std::string(65, 'a') + "@b"), "bad_value", "/people/0/emails/0", "at most 64 octets"});
  cases.push_back(
      {Email("\u00fc" + std::string(63, 'a') + "@b"), "bad_value", "/people/0/emails/0", "at most 64 octets"});
  cases.push_back({Email("a@" + std::string(64, 'b') + ".c"), "bad_value", "/people/0/emails/0", "labels of 1 to 63"});
  std::string long_domain;
  for (int i = 0; i < 128; ++i) long_domain += "b.";
  cases.push_back(
      {Email("a@" + long_domain.substr(0, 255) + "c"), "bad_value", "/people/0/emails/0", "at most 255 octets"});
  return cases;
}

TEST(Document, EveryFaultHasItsReasonPointerAndPosition) {
  const std::vector<Broken> cases = BrokenDocuments();
  EXPECT_GE(cases.size(), 100u);
  for (const Broken& c : cases) {
    std::string json = c.json;
    const size_t mark = json.find("@@");
    const size_t position = mark == json.npos ? json.size() : mark;
    if (mark != json.npos) json.erase(mark, 2);
    const std::string shown = base::Printable(base::CutUtf8(json, 200));
    const Result<LoadDocument> load = ParseLoadDocument(json);
    ASSERT_FALSE(load.ok()) << shown;
    const Status status = load.status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << shown;
    EXPECT_EQ(status.reason(), c.reason) << shown << "\n" << status.ToString();
    EXPECT_EQ(status.subject(), c.pointer) << shown << "\n" << status.ToString();
    EXPECT_EQ(status.position(), static_cast<int64_t>(position)) << shown << "\n" << status.ToString();
    EXPECT_NE(status.message().find(c.says), std::string_view::npos) << shown << "\n" << status.ToString();
    EXPECT_NE(status.message().find("expected"), std::string_view::npos) << status.ToString();
    EXPECT_LE(status.ToString().size(), 600u) << shown;
  }
}

TEST(Document, AHugeNumberAndADeepTreeAreRefusedAtOnce) {
  std::string json = R"({"people":[{"id":)" + std::string(100'000'000, '1') + R"(,"kind":"staff","name":"n"}]})";
  EXPECT_EQ(ParseLoadDocument(json).status().reason(), "wrong_type");
  json = R"({"people":)" + std::string(10'000'000, '[') + std::string(10'000'000, ']') + '}';
  EXPECT_EQ(ParseLoadDocument(json).status().subject(), "/people/0");
}

TEST(Document, Limits) {
  const std::string label(63, 'b');
  const std::string domain = label + '.' + label + '.' + label + '.' + label;
  ASSERT_EQ(domain.size(), 255u);
  std::string accepted[] = {Id("x"), Id(std::string(255, 'x')), Id("\u00e9 /~\\\""), Name(""),
                            Name(std::string(1000, 'x'))};
  for (const std::string& email :
       {std::string(64, 'a') + "@b", "a@" + domain, std::string("a@localhost"), std::string("o'neil+tag=x/y@b.example"),
        std::string("!#$%&'*+-/=?^_`{|}~@b"), std::string("\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a"),
        std::string("\\\"a@b\\\"@c"), std::string("\\\"a\\\\\\\"b\\\"@c"), std::string("a@[192.0.2.1]"),
        std::string("a@[IPv6:2001:db8::1]"), std::string("a@xn--bcher-kva.example"), std::string("1@2.3")}) {
    std::string json = Email(email);
    json.erase(json.find("@@"), 2);
    EXPECT_TRUE(ParseLoadDocument(json).ok()) << email << ParseLoadDocument(json).status().ToString();
  }
  for (std::string& json : accepted) {
    json.erase(json.find("@@"), 2);
    EXPECT_TRUE(ParseLoadDocument(json).ok()) << json << ParseLoadDocument(json).status().ToString();
  }
  const std::string two_people = R"({"people":[{"id":"a","kind":"staff","name":"n","emails":["x@y"]},)"
                                 R"({"id":"b","kind":"staff","name":"n","emails":["X@y"]}]})";
  EXPECT_TRUE(ParseLoadDocument(two_people).ok()) << "an address may belong to two people";
}

// -- Properties --------------------------------------------------------------------------------------------------------

constexpr std::string_view kPersonKinds[] = {"", "staff", "contact"};
constexpr std::string_view kRecordKinds[] = {"", "case", "intake", "provider", "lead", "matter"};
constexpr std::string_view kRecordStates[] = {"", "open", "closed"};
constexpr std::string_view kRoles[] = {"", "manager", "editor", "viewer", "client", "other"};

// A JSON literal, some characters escaped at random.
std::string Literal(test::Rng& rng, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string literal = "\"";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x80 && (c == '"' || c == '\\' || rng.Below(10) == 0)) {
      literal += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      literal += c;
    }
  }
  return literal + '"';
}

std::string Blank(test::Rng& rng) {
  return rng.Text(" \t\r\n", rng.Below(3));
}

// An object of the given members in any order.
std::string Object(test::Rng& rng, std::vector<std::pair<std::string, std::string>> members) {
  std::shuffle(members.begin(), members.end(), std::mt19937_64(rng.Next()));
  std::string json = "{";
  for (size_t i = 0; i < members.size(); ++i) {
    json += (i ? "," : "") + Blank(rng) + Literal(rng, members[i].first) + Blank(rng) + ':' + Blank(rng) +
            members[i].second;
  }
  return json + Blank(rng) + '}';
}

std::string Array(test::Rng& rng, const std::vector<std::string>& elements) {
  std::string json = "[";
  for (size_t i = 0; i < elements.size(); ++i) json += (i ? "," : "") + Blank(rng) + elements[i];
  return json + Blank(rng) + ']';
}

LoadDocument AnyDocument(test::Rng& rng) {
  LoadDocument load;
  const auto text = [&] {
    return rng.Text("abz09 /~\"\\{}[],:", 1 + rng.Below(20)) + (rng.Below(3) ? "" : "\u00e9\U0001f600");
  };
  for (size_t i = 0, n = rng.Below(6); i < n; ++i) {
    PersonEntry person{std::to_string(i) + text(), text(), static_cast<PersonKind>(1 + rng.Below(2)), {}, false, {}};
    for (size_t e = 0, m = rng.Below(4); e < m; ++e)
      person.emails.push_back(rng.Text("abAB\"", 0) + "m" + std::to_string(e) + "@x.example");
    load.people.push_back(person);
  }
  for (size_t i = 0, n = rng.Below(6); i < n; ++i) {
    load.records.push_back({std::to_string(i) + text(),
                            text(),
                            static_cast<RecordKind>(1 + rng.Below(5)),
                            static_cast<RecordState>(1 + rng.Below(2)),
                            false,
                            {}});
  }
  for (size_t i = 0, n = rng.Below(6); i < n; ++i) {
    load.assignments.push_back({text(), std::to_string(i), static_cast<Role>(1 + rng.Below(5)), 0});
  }
  return load;
}

std::string Write(test::Rng& rng, const LoadDocument& load) {
  std::vector<std::string> people, records, assignments;
  for (const PersonEntry& p : load.people) {
    std::vector<std::string> emails;
    for (const std::string& email : p.emails) emails.push_back(Literal(rng, email));
    std::vector<std::pair<std::string, std::string>> members = {
        {"id", Literal(rng, p.id)},
        {"name", Literal(rng, p.name)},
        {"kind", Literal(rng, kPersonKinds[static_cast<size_t>(p.kind)])}};
    if (!emails.empty() || rng.Below(2)) members.push_back({"emails", Array(rng, emails)});
    people.push_back(Object(rng, members));
  }
  for (const RecordEntry& r : load.records) {
    std::vector<std::pair<std::string, std::string>> members = {
        {"id", Literal(rng, r.id)},
        {"name", Literal(rng, r.name)},
        {"kind", Literal(rng, kRecordKinds[static_cast<size_t>(r.kind)])}};
    if (r.state != RecordState::kOpen || rng.Below(2)) {
      members.push_back({"state", Literal(rng, kRecordStates[static_cast<size_t>(r.state)])});
    }
    records.push_back(Object(rng, members));
  }
  for (const AssignmentEntry& a : load.assignments) {
    assignments.push_back(Object(rng, {{"record", Literal(rng, a.record)},
                                       {"person", Literal(rng, a.person)},
                                       {"role", Literal(rng, kRoles[static_cast<size_t>(a.role)])}}));
  }
  return Blank(rng) +
         Object(rng, {{"people", Array(rng, people)},
                      {"records", Array(rng, records)},
                      {"assignments", Array(rng, assignments)}}) +
         Blank(rng);
}

TEST(Document, WhatIsWrittenReadsBack) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (int round = 0; round < 1'000; ++round) {
    const LoadDocument load = AnyDocument(rng);
    const std::string json = Write(rng, load);
    const Result<LoadDocument> read = ParseLoadDocument(json);
    ASSERT_TRUE(read.ok()) << json << "\n" << read.status().ToString();
    ASSERT_EQ(read->people.size(), load.people.size());
    for (size_t i = 0; i < load.people.size(); ++i) {
      ASSERT_EQ(read->people[i].id, load.people[i].id);
      ASSERT_EQ(read->people[i].name, load.people[i].name);
      ASSERT_EQ(read->people[i].kind, load.people[i].kind);
      ASSERT_EQ(read->people[i].emails, load.people[i].emails);
    }
    ASSERT_EQ(read->records.size(), load.records.size());
    for (size_t i = 0; i < load.records.size(); ++i) {
      ASSERT_EQ(read->records[i].id, load.records[i].id);
      ASSERT_EQ(read->records[i].name, load.records[i].name);
      ASSERT_EQ(read->records[i].kind, load.records[i].kind);
      ASSERT_EQ(read->records[i].state, load.records[i].state);
    }
    ASSERT_EQ(read->assignments.size(), load.assignments.size());
    for (size_t i = 0; i < load.assignments.size(); ++i) {
      ASSERT_EQ(read->assignments[i].record, load.assignments[i].record);
      ASSERT_EQ(read->assignments[i].person, load.assignments[i].person);
      ASSERT_EQ(read->assignments[i].role, load.assignments[i].role);
      ASSERT_EQ(json[static_cast<size_t>(read->assignments[i].position)], '{');
    }
  }
}

TEST(Document, DamageIsAnswered) {
  static const std::set<std::string_view> kReasons = {"json_syntax", "unknown_key", "duplicate_key", "missing_key",
                                                      "wrong_type",  "bad_value",   "duplicate_id"};
  test::Rng rng;
  PRINT_SEED(rng);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string json = Write(rng, AnyDocument(rng));
    for (uint64_t edits = 1 + rng.Below(3); edits > 0 && !json.empty(); --edits) {
      const size_t at = rng.Below(json.size());
      switch (rng.Below(5)) {
        case 0:
          json[at] = static_cast<char>(rng.Next());
          break;
        case 1:
          json[at] = rng.Of("{}[]\",:\\0n");
          break;
        case 2:
          json.erase(at, 1 + rng.Below(5));
          break;
        case 3:
          json.insert(at, rng.Text("{}[]\",:\\0n", 1 + rng.Below(3)));
          break;
        default:
          json.resize(at);
      }
    }
    const Result<LoadDocument> load = ParseLoadDocument(json);
    if (load.ok()) continue;
    ++refused;
    const Status status = load.status();
    ASSERT_EQ(status.code(), Code::kInvalidArgument) << json;
    ASSERT_EQ(kReasons.count(status.reason()), 1u) << status.ToString();
    ASSERT_GE(status.position(), 0) << json << "\n" << status.ToString();
    ASSERT_LE(status.position(), static_cast<int64_t>(json.size())) << json << "\n" << status.ToString();
    ASSERT_TRUE(status.subject().empty() || status.subject()[0] == '/');
  }
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace casecomm::record
