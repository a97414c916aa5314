// SPDX-License-Identifier: Apache-2.0
// Lists: whose they are, in what order, and that pages are whole and keep their place.
#include <algorithm>
#include <set>

#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::All;
using testing::Firm;
using testing::ListSource;

template <typename Items>
std::vector<std::string> Ids(const Items& items) {
  std::vector<std::string> ids;
  for (const auto& item : items) ids.push_back(item.id);
  return ids;
}

using Strings = std::vector<std::string>;

// 300 contacts and cases beside the firm's own; U2 views every third case.
void AddMany(Firm& firm) {
  std::string people, records, assignments;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(1000 + i), comma = i == 0 ? "" : ",";
    people += comma + R"({"id":"X)" + n + R"(","kind":"contact","name":"X"})";
    records += comma + R"({"id":"N)" + n + R"(","kind":"case","name":"N"})";
    assignments += comma + R"({"record":"N)" + n + R"(","person":"X)" + n + R"(","role":"client"})";
    assignments += R"(,{"record":"N)" + n + R"(","person":"U2","role":")" + (i % 3 == 0 ? "viewer" : "other") + R"("})";
  }
  const Status loaded = firm.As().Load(R"({"people":[)" + people + R"(],"records":[)" + records +
                                       R"(],"assignments":[)" + assignments + "]}");
  ASSERT_TRUE(loaded.ok()) << loaded.ToString();
}

TEST(Lists, PeopleForStaffAndTheOperatorById) {
  Firm firm;
  const auto people = firm.As().People();
  ASSERT_TRUE(people.ok());
  EXPECT_EQ(Ids(people->items), (Strings{"P1", "P2", "P3", "P4", "P5", "P6", "U1", "U2"}));
  EXPECT_TRUE(people->next.empty());
  const PersonView& ann = people->items[6];
  EXPECT_EQ(ann.kind, "staff");
  EXPECT_EQ(ann.name, "Ann Adler");
  EXPECT_EQ(ann.emails, (Strings{"ann@firm.example.org", "ann@home.example.net"}));
  EXPECT_EQ(people->items[0].kind, "contact");
  EXPECT_EQ(firm.As("U2").People()->items.size(), 8u);
  EXPECT_EQ(firm.As("P1").People().status().reason(), "staff_only");
  EXPECT_EQ(firm.As("nobody").People().status().reason(), "staff_only");
}

TEST(Lists, RecordsThatTheActorMayView) {
  Firm firm;
  const auto records = firm.As().Records();
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(Ids(records->items), (Strings{"C1", "C2", "L1", "L2", "M1", "V1"}));
  EXPECT_EQ(records->items[3].kind, "intake");
  EXPECT_EQ(records->items[4].state, "closed");
  EXPECT_EQ(records->items[4].name, "Old Matter");
  EXPECT_EQ(Ids(firm.As("U1").Records()->items), Ids(records->items));
  EXPECT_EQ(Ids(firm.As("U2").Records()->items), Strings{"C1"});
  for (const char* person : {"P1", "nobody"}) {  // a client of C1 has no right on it (spec CB-12)
    const auto none = firm.As(person).Records();
    ASSERT_TRUE(none.ok());
    EXPECT_TRUE(none->items.empty() && none->next.empty());
  }
}

TEST(Lists, AssignmentsOfARecordOfAPersonAndOfAll) {
  Firm firm;
  const auto list = [&](const std::string& as, const AssignmentFilter& filter) {
    const auto page = firm.As(as).Assignments(filter);
    EXPECT_TRUE(page.ok()) << page.status().ToString();
    Strings lines;
    for (const AssignmentView& a : page->items) lines.push_back(a.record + " " + a.person + " " + a.role);
    return lines;
  };
  EXPECT_EQ(list("", {"C1", ""}), (Strings{"C1 P1 client", "C1 P3 other", "C1 U1 manager", "C1 U2 viewer"}));
  EXPECT_EQ(list("", {"", "P5"}), (Strings{"L1 P5 other", "L2 P5 client"}));
  EXPECT_EQ(list("", {}).size(), 18u);
  EXPECT_EQ(list("", {}).front(), "C1 P1 client");
  EXPECT_EQ(list("", {"none", ""}), Strings{});
  EXPECT_EQ(list("U2", {}), list("", {"C1", ""}));
  EXPECT_EQ(list("U2", {"C1", ""}).size(), 4u);
  EXPECT_EQ(list("U2", {"C2", ""}), Strings{});
  EXPECT_EQ(list("U2", {"", "P3"}), Strings{"C1 P3 other"});
  EXPECT_EQ(list("P1", {}), Strings{});
  EXPECT_EQ(list("P1", {"", "P1"}), Strings{});
  EXPECT_EQ(firm.As().Assignments({"C1", "P1"}).status().reason(), "bad_filter");
}

TEST(Lists, AddressesOfRecordsAndThenOfDrops) {
  Firm firm;
  const auto page = firm.As().Addresses();
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(Ids(page->items), (Strings{"C1", "C2", "L1", "L2", "M1", "V1", "U1", "U2"}));
  for (const AddressEntry& entry : page->items) {
    EXPECT_EQ(entry.address, entry.kind == "drop" ? firm.Drop(entry.id) : firm.Record(entry.id));
  }
  for (const uint32_t limit : {1u, 5u, 6u, 7u, 8u}) {
    const auto all = All([&](const PageRequest& p) { return firm.As().Addresses(p); }, limit);
    EXPECT_EQ(Ids(all), Ids(page->items)) << limit;
  }
  EXPECT_EQ(firm.As("U1").Addresses().status().reason(), "operator_only");
  // Who is no longer staff has no drop.
  ASSERT_TRUE(firm.As().Load(R"({"people":[{"id":"U1","kind":"contact","name":"Ann Adler"}]})").ok());
  EXPECT_EQ(Ids(firm.As().Addresses()->items), (Strings{"C1", "C2", "L1", "L2", "M1", "V1", "U2"}));
}

TEST(Lists, PagesOfAnySizeAreTheWholeList) {
  Firm firm;
  AddMany(firm);
  Session all = firm.As(), ben = firm.As("U2");
  const auto records = All([&](const PageRequest& p) { return ben.Records(p); }, 1000);
  ASSERT_EQ(records.size(), 101u);
  const auto assignments = All([&](const PageRequest& p) { return ben.Assignments({}, p); }, 1000);
  ASSERT_EQ(assignments.size(), 4u + 2 * 100);
  for (const uint32_t limit : {1u, 7u, 100u, 101u, 204u}) {
    EXPECT_EQ(All([&](const PageRequest& p) { return all.People(p); }, limit).size(), 308u);
    EXPECT_EQ(All([&](const PageRequest& p) { return all.Records(p); }, limit).size(), 306u);
    EXPECT_EQ(Ids(All([&](const PageRequest& p) { return ben.Records(p); }, limit)), Ids(records));
    const auto again = All([&](const PageRequest& p) { return ben.Assignments({}, p); }, limit);
    ASSERT_EQ(again.size(), assignments.size()) << limit;
    for (size_t i = 0; i < again.size(); ++i) {
      EXPECT_EQ(again[i].record + again[i].person, assignments[i].record + assignments[i].person);
    }
  }
}

TEST(Lists, WhatStaysIsListedOnceWhateverComesAndGoes) {
  Firm firm;
  AddMany(firm);
  PageRequest request;
  request.limit = 10;
  std::multiset<std::string> seen;
  for (int round = 0;; ++round) {
    const auto page = firm.As("U2").Records(request);
    ASSERT_TRUE(page.ok());
    for (const RecordView& record : page->items) seen.insert(record.id);
    if (page->next.empty()) break;
    request.cursor = page->next;
    // A record before the cursor, one behind it, and the row the cursor names is no longer theirs to see.
    const std::string n = std::to_string(round);
    const Status loaded = firm.As().Load(R"({"records":[{"id":"A)" + n + R"(","kind":"case","name":"a"},{"id":"Z)" + n +
                                         R"(","kind":"case","name":"z"}],"assignments":[{"record":"A)" + n +
                                         R"(","person":"U2","role":"viewer"},{"record":"Z)" + n +
                                         R"(","person":"U2","role":"viewer"},{"record":")" + page->items.back().id +
                                         R"(","person":"U2","role":"other"}]})");
    ASSERT_TRUE(loaded.ok()) << loaded.ToString();
  }
  EXPECT_EQ(seen.count("C1"), 1u);
  for (int i = 0; i < 300; i += 3) EXPECT_EQ(seen.count("N" + std::to_string(1000 + i)), 1u) << i;
  for (const std::string& id : seen) EXPECT_NE(id[0], 'A') << "it came before the cursor";
  EXPECT_EQ(seen.count("Z0"), 1u);
}

TEST(Lists, LimitsAndCursorsAreChecked) {
  Firm firm;
  Session session = firm.As();
  for (const uint32_t limit : {0u, 1001u, ~0u}) {
    PageRequest request;
    request.limit = limit;
    EXPECT_EQ(session.People(request).status().reason(), "bad_limit");
    EXPECT_EQ(session.Records(request).status().reason(), "bad_limit");
    EXPECT_EQ(firm.As("U2").Records(request).status().reason(), "bad_limit");
    EXPECT_EQ(session.Assignments({}, request).status().reason(), "bad_limit");
    EXPECT_EQ(session.Addresses(request).status().reason(), "bad_limit");
    EXPECT_EQ(session.Threads("C1", request).status().reason(), "bad_limit");
    EXPECT_EQ(session.Unassigned(request).status().reason(), "bad_limit");
  }
  PageRequest first;
  first.limit = 1;
  const std::string people = session.People(first)->next, records = session.Records(first)->next;
  const std::string of_c1 = session.Assignments({"C1", ""}, first)->next;
  const std::string of_u1 = session.Assignments({"", "U1"}, first)->next;
  for (const char c : people + of_u1) EXPECT_TRUE(c > ' ' && c < 0x7f) << c;
  const auto reason = [](const auto& page) { return std::string(page.status().reason()); };
  const auto at = [](const std::string& cursor) { return PageRequest{1, cursor}; };
  EXPECT_TRUE(session.People(at(people)).ok());
  EXPECT_TRUE(session.Assignments({"C1", ""}, at(of_c1)).ok());
  EXPECT_EQ(reason(session.People(at(records))), "bad_cursor");
  EXPECT_EQ(reason(session.Records(at(people))), "bad_cursor");
  EXPECT_EQ(reason(session.Assignments({"C2", ""}, at(of_c1))), "bad_cursor");
  EXPECT_EQ(reason(session.Assignments({}, at(of_c1))), "bad_cursor");
  EXPECT_EQ(reason(session.Assignments({"", "C1"}, at(of_c1))), "bad_cursor");
  EXPECT_EQ(reason(session.Assignments({"", "U2"}, at(of_u1))), "bad_cursor");
  EXPECT_EQ(reason(session.Addresses(at(records))), "bad_cursor");
  EXPECT_EQ(reason(session.Threads("C1", at(people))), "bad_cursor");
  EXPECT_EQ(reason(session.Unassigned(at(people))), "bad_cursor");
  EXPECT_EQ(reason(firm.As("U2").People(at(people))), "bad_cursor");  // another actor's list
  ASSERT_TRUE(firm.engine->CreateAccount({"other", "in.other.org", "casebook"}, Actor::Operator()).ok());
  EXPECT_EQ(reason(firm.engine->As("other", Actor::Operator())->People(at(people))), "bad_cursor");
  // Every cut and every changed character is noticed.
  for (size_t i = 0; i < people.size(); ++i) {
    EXPECT_EQ(reason(session.People(at(people.substr(0, i)))), i == 0 ? "" : "bad_cursor");
    std::string changed = people;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_EQ(reason(session.People(at(changed))), "bad_cursor") << i;
  }
  EXPECT_EQ(reason(session.People(at(people + "."))), "bad_cursor");
  EXPECT_EQ(reason(session.People(at(std::string("\0\xff\n", 3)))), "bad_cursor");
}

TEST(Lists, CursorsStayGoodAfterReopening) {
  Firm firm;
  const std::string next = firm.As().People({3, ""})->next;
  firm.Reopen();
  const auto rest = firm.As().People({100, next});
  ASSERT_TRUE(rest.ok()) << rest.status().ToString();
  EXPECT_EQ(Ids(rest->items), (Strings{"P4", "P5", "P6", "U1", "U2"}));
}

TEST(Lists, CB25_ThreadsNewestFirstAndMessagesOldestFirst) {
  Firm firm("casebook");
  const std::string c1 = firm.Record("C1");
  Strings threads;
  for (int i = 0; i < 7; ++i) {
    const auto decision = firm.ReceiveOne(Firm::Mail(
        "p1@mail.example.com", c1, "Message-ID: <" + std::to_string(i) + "@x>\r\n", std::to_string(i) + "\r\n"));
    threads.insert(threads.begin(), decision.targets.at(0).thread);
  }
  Strings messages;
  for (int i = 0; i < 5; ++i) {
    const auto decision =
        firm.ReceiveOne(Firm::Mail("p1@mail.example.com", c1, "In-Reply-To: <3@x>\r\n", "answer " + std::to_string(i)));
    EXPECT_EQ(decision.targets.at(0).thread, threads[3]);
    messages.push_back(decision.id);
  }
  std::rotate(threads.begin(), threads.begin() + 3, threads.begin() + 4);
  for (const uint32_t limit : {1u, 2u, 7u, 100u}) {
    EXPECT_EQ(Ids(All([&](const PageRequest& p) { return firm.As("U1").Threads("C1", p); }, limit)), threads) << limit;
    const auto got = All([&](const PageRequest& p) { return firm.As("U2").Messages(threads[0], p); }, limit);
    ASSERT_EQ(got.size(), 6u);
    for (size_t i = 0; i < messages.size(); ++i) EXPECT_EQ(got[i + 1].id, messages[i]);
  }
  const auto shown = firm.As().ShowRecord("C1");
  const auto listed = firm.As().Threads("C1");
  ASSERT_EQ(listed->items.size(), shown->threads.size());
  for (size_t i = 0; i < listed->items.size(); ++i) {
    EXPECT_EQ(listed->items[i].subject, "About the case");
    EXPECT_EQ(listed->items[i].record, "C1");
    EXPECT_EQ(listed->items[i].newest_at_us, shown->threads[i].newest_at_us);
    EXPECT_EQ(listed->items[i].first_at_us, shown->threads[i].first_at_us);
  }
  EXPECT_EQ(firm.As("U2").Threads("C2").status().reason(), "role_missing");
  EXPECT_EQ(firm.As("P1").Threads("C1").status().reason(), "role_missing");
  EXPECT_EQ(firm.As().Threads("none").status().reason(), "no_record");
  EXPECT_EQ(firm.As("U1").Threads("none").status().reason(), "role_missing");
}

TEST(Lists, T51_AThreadThatIsNotTheirsIsNoThread) {
  Firm firm("casebook");
  const auto decision = firm.ReceiveOne(Firm::Mail("p3@mail.example.com", firm.Record("C2")));
  const std::string thread = decision.targets.at(0).thread;
  EXPECT_EQ(firm.As("U1").Messages(thread)->items.size(), 1u);
  for (const char* person : {"U2", "P3", "nobody"}) {
    const Status foreign = firm.As(person).Messages(thread).status();
    const Status missing = firm.As(person).Messages(std::string(thread.size(), '0')).status();
    EXPECT_EQ(foreign.code(), Code::kNotFound);
    EXPECT_EQ(foreign.reason(), "no_thread");
    EXPECT_EQ(foreign.reason(), missing.reason());
    EXPECT_EQ(foreign.message(), missing.message());
    // Nor does a bad page tell that it is there.
    EXPECT_EQ(firm.As(person).Messages(thread, {0, ""}).status().reason(), "no_thread");
  }
  EXPECT_EQ(firm.As().Messages("none").status().reason(), "no_thread");
}

TEST(Lists, MessagesOfJoinedThreadsStandAmongThem) {
  Firm firm("casebook");
  const std::string c1 = firm.Record("C1");
  const auto receive = [&](const std::string& fields, const std::string& body) {
    const auto decision = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", c1, fields, body));
    return std::pair(decision.id, decision.targets.at(0).thread);
  };
  // Three threads; the second joins the first, and then both the third's are joined, so that an alias has an alias.
  const auto a = receive("Message-ID: <a@x>\r\n", "a");
  const auto b = receive("Message-ID: <b@x>\r\n", "b");
  const auto c = receive("Message-ID: <c@x>\r\n", "c");
  const auto d = receive("Message-ID: <d@x>\r\n", "d");
  const auto cd = receive("References: <c@x> <d@x>\r\nMessage-ID: <cd@x>\r\n", "cd");
  const auto bcd = receive("References: <b@x> <c@x>\r\nMessage-ID: <bcd@x>\r\n", "bcd");
  const auto all = receive("References: <a@x> <d@x>\r\n", "all");
  const auto threads = firm.As().Threads("C1");
  ASSERT_EQ(threads->items.size(), 1u);
  const Strings expected = {a.first, b.first, c.first, d.first, cd.first, bcd.first, all.first};
  for (const auto& thread : {a, b, c, d, all}) {  // an id that a host kept from before still leads there
    for (const uint32_t limit : {1u, 3u, 100u}) {
      const auto got = All([&](const PageRequest& p) { return firm.As("U2").Messages(thread.second, p); }, limit);
      EXPECT_EQ(Ids(got), expected) << limit;
    }
  }
  EXPECT_EQ(Ids(firm.As().ShowRecord("C1")->threads.at(0).messages), expected);
}

TEST(Lists, UnassignedByOwnerAndPagedForEach) {
  Firm firm;
  for (int i = 0; i < 6; ++i) {
    ListSource source;
    const bool ben = i % 2 == 0;
    source.AddTo(Firm::Mail(ben ? "ben@firm.example.org" : "ann@firm.example.org", "p3@mail.example.com", "",
                            std::to_string(i) + "\r\n"),
                 {firm.Drop(ben ? "U2" : "U1")});
    ASSERT_EQ(firm.Receive(source).at(0).outcome, Outcome::kUnassigned);
  }
  const auto owners = [](const auto& items) {
    std::string text;
    for (const UnassignedView& view : items) text += view.owner;
    return text;
  };
  for (const uint32_t limit : {1u, 2u, 3u, 4u, 100u}) {
    const auto all = All([&](const PageRequest& p) { return firm.As().Unassigned(p); }, limit);
    EXPECT_EQ(owners(all), "U1U1U1U2U2U2");
    const auto own = All([&](const PageRequest& p) { return firm.As("U2").Unassigned(p); }, limit);
    EXPECT_EQ(owners(own), "U2U2U2");
    for (const UnassignedView& view : all) EXPECT_FALSE(view.notification.empty());
    EXPECT_TRUE(std::is_sorted(own.begin(), own.end(), [](const UnassignedView& a, const UnassignedView& b) {
      return a.recorded_at_us < b.recorded_at_us;
    }));
  }
}

}  // namespace
}  // namespace casecomm
