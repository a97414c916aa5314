// SPDX-License-Identifier: Apache-2.0
// CaseFleet: mail logged by a personal drop address (spec section 2), against tests/route/casefleet_reference.h.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/base/random.h"
#include "tests/route/casefleet_reference.h"
#include "tests/route/routed.h"

namespace casecomm::route {
namespace {

namespace reference = casefleet_reference;
using identify::RecordKind;
using identify::RecordState;
using testing::Blanked;
using testing::KnownEnvelope;
using testing::Mail;
using testing::MailWithOriginal;
using testing::Preset;
using testing::Route;
using testing::World;

constexpr const char* kPresets[] = {"casefleet", "casebook"};

RecordKind KindNamed(const std::string& kind) {
  static const std::map<std::string, RecordKind> kKinds = {{"case", RecordKind::kCase},
                                                           {"matter", RecordKind::kMatter},
                                                           {"lead", RecordKind::kLead},
                                                           {"intake", RecordKind::kIntake},
                                                           {"provider", RecordKind::kProvider}};
  return kKinds.at(kind);
}

World WorldOf(const reference::Firm& firm) {
  World world;
  for (const reference::Person& person : firm.people) {
    person.staff ? world.Staff(person.id, person.emails) : world.Contact(person.id, person.emails);
  }
  for (const reference::Record& record : firm.records) {
    world.Record(record.id, KindNamed(record.kind), record.open ? RecordState::kOpen : RecordState::kClosed);
    for (const std::string& person : record.people) world.Assign(record.id, person);
  }
  return world;
}

std::string Joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : ", ") + one;
  return text;
}

// The mail as bytes and envelope: the drop address stands in Cc, or in the envelope only.
MailDecision RouteAs(const std::string& preset, const reference::Firm& firm, const reference::Mail& mail) {
  World world = WorldOf(firm);
  const std::string drop = world.DropAddress(mail.drop_owner);
  std::vector<std::string> lines = {"From: " + mail.author};
  if (!mail.recipients.empty()) lines.push_back("To: " + Joined(mail.recipients));
  if (mail.drop_is_visible) lines.push_back("Cc: " + drop);
  const std::string raw = mail.original_attached
                              ? MailWithOriginal(lines, Mail({"From: x@nowhere.org", "To: " + mail.author}))
                              : Mail(lines);
  return Route(Preset(preset), *world.Directory(), raw, KnownEnvelope(std::in_place, {drop}));
}

void ExpectAsReference(const reference::Firm& firm, const reference::Mail& mail) {
  const reference::Answer expected = reference::Route(firm, mail);
  for (const char* preset : kPresets) {
    const MailDecision got = RouteAs(preset, firm, mail);
    ASSERT_EQ(testing::Word(got.outcome), expected.outcome) << testing::Told(got);
    ASSERT_EQ(std::set<std::string>(got.records.begin(), got.records.end()), expected.records) << testing::Told(got);
    ASSERT_EQ(got.records.size(), expected.records.size());
    if (expected.outcome != "filed") {
      ASSERT_EQ(got.targets.size(), 1u);
      ASSERT_EQ(got.targets[0].reason, expected.cause) << testing::Told(got);
      ASSERT_EQ(got.targets[0].target, "drop:" + mail.drop_owner);
    }
    std::set<std::tuple<std::string, std::string, std::string>> offers;
    for (const TargetDecision& target : got.targets) {
      for (const Candidate& c : target.candidates) {
        ASSERT_TRUE(offers.emplace(c.address, c.person, c.record).second) << "offered twice";
      }
    }
    ASSERT_EQ(offers, expected.offers) << testing::Told(got);
  }
}

// Cases and leads of one contact, with closed ones and a provider mixed in if asked for.
void AddRecords(reference::Firm* firm, const std::vector<std::string>& people, int cases, int leads, bool noise) {
  const auto add = [&](const std::string& kind, bool open) {
    firm->records.push_back({"R" + std::to_string(firm->records.size()), kind, open, people});
  };
  if (noise) add("case", false);
  for (int i = 0; i < cases; ++i) add(i % 2 == 0 ? "case" : "matter", true);
  for (int i = 0; i < leads; ++i) add(i % 2 == 0 ? "lead" : "intake", true);
  if (noise) {
    add("provider", true);
    add("lead", false);
    add("matter", false);
    add("intake", false);
  }
}

reference::Firm Office() {
  reference::Firm firm;
  firm.people.push_back({"U1", true, {"ann@firm.org", "ann@home.org"}});
  firm.people.push_back({"U2", true, {"ben@firm.org"}});
  return firm;
}

enum Forwarded { kNot, kOnlyRecipient, kAttached };

reference::Mail MailTo(const std::vector<std::string>& recipients, Forwarded forwarded) {
  reference::Mail mail{"ann@firm.org", recipients, "U1", false, false};
  if (forwarded == kOnlyRecipient) mail.recipients.clear();
  if (forwarded == kAttached) mail.drop_is_visible = mail.original_attached = true;
  return mail;
}

// Open cases 0..2 x open leads 0..2 x contacts 0..2 x forwarded or not; for two contacts each has an own number of both,
// they share an address or do not, share their records or do not; closed records, providers, staff and strangers mixed in.
TEST(Casefleet, CF07_CF13_the_truth_table_agrees_with_the_reference) {
  size_t rows = 0;
  for (const Forwarded forwarded : {kNot, kOnlyRecipient, kAttached}) {
    for (const bool noise : {false, true}) {
      for (int extra = 0; extra < 4; ++extra) {  // a stranger first, a user first
        const auto recipients = [&](std::vector<std::string> contacts) {
          if ((extra & 1) != 0) contacts.insert(contacts.begin(), "stranger@s.org");
          if ((extra & 2) != 0) contacts.insert(contacts.begin(), "ben@firm.org");
          return contacts;
        };
        ExpectAsReference(Office(), MailTo(recipients({}), forwarded));
        ++rows;
        for (int one = 0; one < 9; ++one) {
          reference::Firm firm = Office();
          firm.people.push_back({"C1", false, {"c1@x.org"}});
          AddRecords(&firm, {"C1"}, one / 3, one % 3, noise);
          ExpectAsReference(firm, MailTo(recipients({"c1@x.org"}), forwarded));
          ++rows;
          for (int two = 0; two < 9; ++two) {
            reference::Firm both = firm;
            both.people.push_back({"C2", false, {"c2@x.org"}});
            AddRecords(&both, {"C2"}, two / 3, two % 3, noise);
            ExpectAsReference(both, MailTo(recipients({"c1@x.org", "c2@x.org"}), forwarded));
            both.people[2].emails.push_back("home@x.org");
            both.people[3].emails.push_back("home@x.org");
            ExpectAsReference(both, MailTo(recipients({"home@x.org"}), forwarded));
            rows += 2;
          }
          reference::Firm together = Office();
          together.people.push_back({"C1", false, {"c1@x.org", "home@x.org"}});
          together.people.push_back({"C2", false, {"c2@x.org", "home@x.org"}});
          AddRecords(&together, {"C1", "C2"}, one / 3, one % 3, noise);
          ExpectAsReference(together, MailTo(recipients({"c1@x.org", "c2@x.org"}), forwarded));
          ExpectAsReference(together, MailTo(recipients({"home@x.org"}), forwarded));
          rows += 2;
          if (HasFatalFailure()) return;
        }
      }
    }
  }
  EXPECT_EQ(rows, 3u * 2 * 4 * (1 + 9 * (1 + 9 * 2 + 2)));
}

TEST(Casefleet, CF08_random_firms_agree_with_the_reference) {
  test::Rng random;
  PRINT_SEED(random);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  const std::vector<std::string> kinds = {"case", "matter", "lead", "intake", "provider"};
  for (size_t round = test::Runs("CASECOMM_CF08", 3000); round > 0; --round) {
    reference::Firm firm = Office();
    const size_t contacts = below(5), addresses = 1 + below(4);
    for (size_t i = 0; i < contacts; ++i) {
      reference::Person person{"C" + std::to_string(i), below(12) == 0, {}};
      for (size_t n = below(3); n > 0; --n) {
        const std::string email = "a" + std::to_string(below(addresses)) + "@x.org";
        if (!reference::Has(person.emails, email)) person.emails.push_back(email);
      }
      firm.people.push_back(person);
    }
    for (size_t i = below(7); i > 0; --i) {
      reference::Record record{"R" + std::to_string(i), kinds[below(5)], below(4) != 0, {}};
      for (const reference::Person& person : firm.people) {
        if (below(3) == 0) record.people.push_back(person.id);
      }
      firm.records.push_back(record);
    }
    reference::Mail mail{below(8) == 0 ? "ben@firm.org" : "ann@home.org", {}, "U1", below(2) == 0, below(4) == 0};
    for (size_t i = 0; i < addresses + 1; ++i) {
      if (below(2) == 0) mail.recipients.push_back("a" + std::to_string(i) + "@x.org");
    }
    ExpectAsReference(firm, mail);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

class Drop : public ::testing::Test {
 protected:
  Drop() {
    firm_ = Office();
    firm_.people.push_back({"C1", false, {"case@x.org"}});
    firm_.people.push_back({"C2", false, {"lead@x.org"}});
    firm_.people.push_back({"C3", false, {"cases@x.org"}});
    firm_.people.push_back({"C4", false, {"leads@x.org"}});
    firm_.people.push_back({"C5", false, {"none@x.org"}});
    firm_.records = {{"R1", "case", true, {"C1"}},   {"L1", "lead", true, {"C1", "C2"}}, {"R2", "case", true, {"C3"}},
                     {"R3", "matter", true, {"C3"}}, {"L2", "lead", true, {"C4"}},       {"L3", "intake", true, {"C4"}},
                     {"X1", "case", false, {"C5"}},  {"P1", "provider", true, {"C5"}},   {"X2", "case", false, {"C1"}}};
    world_ = WorldOf(firm_);
    drop_ = world_.DropAddress("U1");
    other_drop_ = world_.DropAddress("U2");
    directory_ = world_.Directory();
  }

  MailDecision Send(const std::vector<std::string>& lines, const KnownEnvelope& known) const {
    return Route(Preset("casefleet"), *directory_, Mail(lines), known);
  }
  MailDecision SendTo(const std::string& to) const { return Send({"From: ann@firm.org", "To: " + to}, {{drop_}}); }

  static void ExpectNames(const std::string& sentence, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      EXPECT_NE(sentence.find(name), std::string::npos) << name << " is not in: " << sentence;
    }
  }

  reference::Firm firm_;
  World world_;
  std::string drop_, other_drop_;
  std::shared_ptr<const identify::Directory> directory_;
};

TEST_F(Drop, CF01_each_user_has_an_own_drop_address) {
  EXPECT_NE(drop_, other_drop_);
  const MailDecision mail = Send({"From: ben@firm.org", "To: stranger@s.org"}, {{other_drop_}});
  EXPECT_EQ(mail.targets[0].target, "drop:U2");
  EXPECT_EQ(mail.outcome, Outcome::kUnassigned);
}

TEST_F(Drop, CF02_mail_of_anyone_else_is_held_with_the_reason) {
  for (const std::string author : {"ben@firm.org", "case@x.org", "stranger@s.org"}) {
    for (const std::string to : {"case@x.org", "stranger@s.org", "lead@x.org"}) {
      const MailDecision mail = Send({"From: " + author, "To: " + to}, {{drop_}});
      EXPECT_EQ(mail.outcome, Outcome::kHeld);
      EXPECT_EQ(mail.targets[0].reason, "not_owner");
      EXPECT_EQ(mail.targets[0].target, "drop:U1");
      EXPECT_TRUE(mail.records.empty());
      ExpectNames(mail.targets[0].sentence, {author, "user U1 \"Name of U1\"", drop_});
    }
  }
  EXPECT_EQ(Send({"From: Ann <ANN@home.org>", "To: case@x.org"}, {{drop_}}).outcome, Outcome::kFiled);
}

TEST_F(Drop, CF02_each_drop_address_is_judged_by_its_own_user) {
  const MailDecision mail = Send({"From: ann@firm.org", "To: case@x.org"}, {{drop_, other_drop_}});
  ASSERT_EQ(mail.targets.size(), 2u);
  EXPECT_EQ(mail.targets[0].outcome, Outcome::kFiled);
  EXPECT_EQ(mail.targets[1].target, "drop:U2");
  EXPECT_EQ(mail.targets[1].reason, "not_owner");
}

TEST_F(Drop, CF03_the_envelope_or_else_the_delivery_header_brings_the_drop_address) {
  const std::vector<std::string> lines = {"From: ann@firm.org", "To: case@x.org"};
  EXPECT_EQ(Send(lines, {{drop_}}).records, std::vector<std::string>{"R1"});
  EXPECT_EQ(Send(lines, std::nullopt).outcome, Outcome::kNotTracked);
  for (const std::string header : {"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"}) {
    std::vector<std::string> with = lines;
    with.insert(with.begin(), header + ": <" + drop_ + ">");
    const MailDecision mail = Send(with, std::nullopt);
    EXPECT_EQ(mail.records, std::vector<std::string>{"R1"}) << header;
    ExpectNames(mail.targets[0].sentence, {"known from a delivery header only"});
    EXPECT_EQ(mail.trace[0].rule, "header_only");
    EXPECT_EQ(Send(with, KnownEnvelope(std::in_place)).outcome, Outcome::kNotTracked) << header;
    std::vector<std::string> below = lines;
    below.insert(below.begin(), {header + ": ann@firm.org", header + ": " + drop_});
    EXPECT_EQ(Send(below, std::nullopt).outcome, Outcome::kNotTracked) << header;
  }
}

TEST_F(Drop, CF04_one_open_case_takes_the_mail_whatever_leads_there_are) {
  const MailDecision mail = SendTo("Case <CASE@x.org>");
  EXPECT_EQ(mail.records, std::vector<std::string>{"R1"});
  EXPECT_EQ(mail.targets[0].target, "record:R1");
  EXPECT_EQ(mail.targets[0].reason, "recipients_settled");
  ExpectNames(mail.targets[0].sentence,
              {"record R1 \"Name of R1\"", "recipient CASE@x.org belongs to contact C1 \"Name of C1\"",
               "whose only open case is R1", "user U1 \"Name of U1\" (ann@firm.org)", drop_});
}

TEST_F(Drop, CF05_one_open_lead_and_no_open_case_takes_the_mail) {
  const MailDecision mail = SendTo("lead@x.org");
  EXPECT_EQ(mail.records, std::vector<std::string>{"L1"});
  ExpectNames(mail.targets[0].sentence, {"record L1 \"Name of L1\"", "contact C2", "L1 as the only open lead"});
}

TEST_F(Drop, CF06_anything_else_is_unassigned_and_the_sentence_names_the_value) {
  const std::vector<std::tuple<std::string, std::string, std::vector<std::string>>> table = {
      {"stranger@s.org", "unknown_recipient", {"stranger@s.org belongs to nobody known"}},
      {"none@x.org", "no_open_record", {"contact C5", "none@x.org", "no open case and no open lead"}},
      {"cases@x.org", "several_cases", {"contact C3", "2 open cases: R2, R3"}},
      {"leads@x.org", "several_leads", {"contact C4", "2 open leads: L2, L3"}},
      {"ben@firm.org", "no_recipient", {"users"}},
  };
  for (const auto& [to, reason, names] : table) {
    const MailDecision mail = SendTo(to);
    EXPECT_EQ(mail.outcome, Outcome::kUnassigned) << to;
    ASSERT_EQ(mail.targets.size(), 1u);
    EXPECT_EQ(mail.targets[0].reason, reason);
    EXPECT_EQ(mail.targets[0].record, std::nullopt);
    ExpectNames(mail.targets[0].sentence, names);
    ExpectNames(mail.targets[0].sentence, {"user U1", drop_});
  }
}

TEST_F(Drop, CF07_no_two_causes_share_a_sentence_even_without_names) {
  const std::string original = Mail({"From: case@x.org", "To: ann@firm.org"});
  std::vector<std::string> sentences;
  for (const char* to :
       {"case@x.org", "lead@x.org", "stranger@s.org", "none@x.org", "cases@x.org", "leads@x.org", "ben@firm.org"}) {
    sentences.push_back(SendTo(to).targets[0].sentence);
  }
  sentences.push_back(Send({"From: ann@firm.org"}, {{drop_}}).targets[0].sentence);
  sentences.push_back(Route(Preset("casefleet"), *directory_,
                            MailWithOriginal({"From: ann@firm.org", "To: case@x.org", "Cc: " + drop_}, original),
                            {{drop_}})
                          .targets[0]
                          .sentence);
  sentences.push_back(Send({"From: ben@firm.org", "To: case@x.org"}, {{drop_}}).targets[0].sentence);
  sentences.push_back(Send({"From: ben@firm.org, ann@firm.org", "To: case@x.org"}, {{drop_}}).targets[0].sentence);
  std::set<std::string> blanked;
  for (const std::string& sentence : sentences) {
    EXPECT_EQ(sentence.find_first_of("{}"), std::string::npos) << sentence;
    EXPECT_TRUE(blanked.insert(Blanked(sentence)).second) << sentence;
  }
  EXPECT_EQ(blanked.size(), 11u);
}

// What does not count is told, so that contacts of different causes read differently.
TEST_F(Drop, CF07_the_sentence_tells_what_did_not_count) {
  reference::Firm firm = Office();
  const std::vector<std::tuple<std::string, std::vector<std::pair<std::string, bool>>, std::string>> table = {
      {"C1", {}, "with no open case and no open lead (no record at all)"},
      {"C2", {{"case", false}, {"intake", false}}, "with no open case and no open lead (closed: R1, R2)"},
      {"C3", {{"provider", true}}, "with no open case and no open lead (only what is neither case nor lead: R3)"},
      {"C4",
       {{"provider", false}, {"matter", false}},
       "with no open case and no open lead (closed: R5; neither case nor lead: R4)"},
      {"C5", {{"case", true}, {"case", false}}, "whose only open case is R6;"},
      {"C6",
       {{"case", true}, {"lead", true}},
       "whose only open case is R8, beside 1 open lead that does not count: R9"},
      {"C7",
       {{"matter", true}, {"lead", true}, {"intake", true}},
       "whose only open case is R10, beside 2 open leads that do not count: R11, R12"},
  };
  for (const auto& [contact, records, expected] : table) {
    firm.people.push_back({contact, false, {contact + "@x.org"}});
    for (const auto& [kind, open] : records) {
      firm.records.push_back({"R" + std::to_string(firm.records.size() + 1), kind, open, {contact}});
    }
  }
  std::set<std::string> blanked;
  for (const auto& [contact, records, expected] : table) {
    const MailDecision mail = RouteAs("casefleet", firm, MailTo({contact + "@x.org"}, kNot));
    ASSERT_EQ(mail.targets.size(), 1u);
    ExpectNames(mail.targets[0].sentence, {expected});
    EXPECT_TRUE(blanked.insert(Blanked(mail.targets[0].sentence)).second) << mail.targets[0].sentence;
  }
}

TEST_F(Drop, CF07_people_who_share_an_address_have_each_closed_record_told_once) {
  reference::Firm firm = Office();
  firm.people.push_back({"C1", false, {"home@x.org"}});
  firm.people.push_back({"C2", false, {"home@x.org"}});
  firm.records = {{"R1", "case", false, {"C1", "C2"}}, {"R2", "lead", false, {"C2"}}};
  const MailDecision mail = RouteAs("casefleet", firm, MailTo({"home@x.org"}, kNot));
  ExpectNames(mail.targets[0].sentence, {"no open lead (closed: R1, R2)"});
}

TEST_F(Drop, CF08_the_targets_are_the_union_and_the_ambiguous_are_reported) {
  const MailDecision mail = SendTo("cases@x.org, case@x.org, stranger@s.org, lead@x.org, case@x.org, leads@x.org");
  EXPECT_EQ(mail.outcome, Outcome::kFiled);
  EXPECT_EQ(mail.records, (std::vector<std::string>{"R1", "L1"}));
  ASSERT_EQ(mail.targets.size(), 2u);
  EXPECT_EQ(mail.targets[0].candidates, (std::vector<Candidate>{{"cases@x.org", "C3", "R2"},
                                                                {"cases@x.org", "C3", "R3"},
                                                                {"leads@x.org", "C4", "L2"},
                                                                {"leads@x.org", "C4", "L3"}}));
  EXPECT_TRUE(mail.targets[1].candidates.empty());
  ExpectNames(mail.targets[0].sentence, {"whose only open case is R1", "2 open cases: R2, R3",
                                         "stranger@s.org belongs to nobody known", "2 open leads: L2, L3"});
  ExpectNames(mail.targets[1].sentence, {"recipient lead@x.org"});
}

TEST_F(Drop, CF08_without_a_settled_recipient_each_ones_cause_is_told) {
  const MailDecision mail = SendTo("leads@x.org, stranger@s.org, cases@x.org");
  EXPECT_EQ(mail.targets[0].reason, "several_leads");
  ExpectNames(mail.targets[0].sentence, {"2 open leads: L2, L3", "stranger@s.org belongs to nobody", "2 open cases"});
  EXPECT_EQ(mail.targets[0].candidates.size(), 4u);
}

TEST_F(Drop, CF13_mail_forwarded_to_the_drop_address_is_routed_by_hand) {
  const std::vector<KnownEnvelope> envelopes = {std::nullopt, {{drop_}}};
  for (const KnownEnvelope& known : envelopes) {
    for (const std::string field : {"To", "Cc", "Bcc"}) {
      const MailDecision mail = Send({"From: ann@firm.org", field + ": " + drop_}, known);
      EXPECT_EQ(mail.outcome, Outcome::kUnassigned);
      EXPECT_EQ(mail.targets[0].reason, "forwarded");
      EXPECT_EQ(mail.targets[0].rule, "drop_forwarded_alone");
    }
  }
  EXPECT_EQ(Send({"From: ann@firm.org"}, {{drop_}}).targets[0].reason, "forwarded");
  EXPECT_EQ(Send({"Delivered-To: " + drop_, "From: ann@firm.org"}, std::nullopt).targets[0].reason, "forwarded");
  // With another envelope recipient it is not alone.
  EXPECT_EQ(Send({"From: ann@firm.org"}, {{drop_, "case@x.org"}}).records, std::vector<std::string>{"R1"});
}

TEST_F(Drop, CF13_suggestions_come_from_the_original) {
  const std::string original =
      Mail({"From: case@x.org", "To: cases@x.org, ann@firm.org", "Cc: stranger@s.org, CASE@X.org, lead@x.org"});
  const std::vector<Candidate> expected = {
      {"case@x.org", "C1", "R1"}, {"cases@x.org", "C3", "R2"}, {"cases@x.org", "C3", "R3"}, {"lead@x.org", "C2", "L1"}};
  const MailDecision alone = Route(Preset("casefleet"), *directory_,
                                   MailWithOriginal({"From: ann@firm.org", "To: " + drop_}, original), {{drop_}});
  EXPECT_EQ(alone.targets[0].rule, "drop_forwarded_alone");
  EXPECT_EQ(alone.targets[0].candidates, expected);
  for (const std::string field : {"To", "Cc"}) {
    const MailDecision attached =
        Route(Preset("casefleet"), *directory_,
              MailWithOriginal({"From: ann@firm.org", field + ": lead@x.org, " + drop_}, original), {{drop_}});
    EXPECT_EQ(attached.targets[0].rule, "drop_forwarded_original");
    EXPECT_EQ(attached.outcome, Outcome::kUnassigned);
    EXPECT_EQ(attached.targets[0].candidates, expected);
  }
}

TEST_F(Drop, CF13_an_encoded_original_forwards_like_a_plain_one) {
  const std::string part = "\r\n--b\r\nContent-Type: message/rfc822\r\n";
  const std::string base64 = part + "Content-Transfer-Encoding: base64\r\n\r\nRnJvbTogYUBiCg==";
  const std::string quoted = part + "Content-Transfer-Encoding: quoted-printable\r\n\r\nFrom: cases=40x.org";
  const std::string plain = part + "\r\n" + Mail({"From: lead@x.org"});
  const std::vector<std::pair<std::string, std::vector<Candidate>>> table = {
      {base64, {}}, {quoted, {}}, {base64 + plain, {{"lead@x.org", "C2", "L1"}}}};
  for (const auto& [parts, candidates] : table) {
    const MailDecision mail = Route(
        Preset("casefleet"), *directory_,
        Mail({"From: ann@firm.org", "To: case@x.org", "Cc: " + drop_, "Content-Type: multipart/mixed; boundary=b"},
             parts + "\r\n--b--\r\n"),
        {{drop_}});
    EXPECT_EQ(mail.outcome, Outcome::kUnassigned) << parts;
    EXPECT_EQ(mail.targets[0].rule, "drop_forwarded_original") << parts;
    EXPECT_EQ(mail.targets[0].candidates, candidates) << parts;
  }
}

TEST_F(Drop, CF13_a_forward_to_a_contact_with_the_drop_address_in_bcc_is_cf04) {
  const std::string original = Mail({"From: cases@x.org", "To: ann@firm.org"});
  const MailDecision mail = Route(Preset("casefleet"), *directory_,
                                  MailWithOriginal({"From: ann@firm.org", "To: case@x.org"}, original), {{drop_}});
  EXPECT_EQ(mail.records, std::vector<std::string>{"R1"});
}

TEST_F(Drop, CF13_an_original_forwards_only_to_the_drop_address_that_stands_in_to_or_cc) {
  const std::string original = Mail({"From: cases@x.org", "To: ann@firm.org"});
  const MailDecision mail =
      Route(Preset("casefleet"), *directory_,
            MailWithOriginal({"From: ann@firm.org", "To: case@x.org", "Cc: " + other_drop_}, original),
            {{drop_, other_drop_}});
  ASSERT_EQ(mail.targets.size(), 2u);
  EXPECT_EQ(mail.targets[0].rule, "drop_settled");
  EXPECT_EQ(mail.targets[1].reason, "not_owner");
}

TEST_F(Drop, a_drop_address_that_was_rotated_is_one_destination) {
  World world = WorldOf(firm_);
  const std::string now = world.DropAddress("U1");
  const std::string before = world.DropAddress("U1", identify::LocatorState::kRetired);
  const auto directory = world.Directory();
  for (const bool forth : {true, false}) {
    const std::vector<std::string> known = {forth ? now : before, forth ? before : now};
    const MailDecision mail =
        Route(Preset("casefleet"), *directory, Mail({"From: ann@firm.org", "To: stranger@s.org"}), known);
    ASSERT_EQ(mail.targets.size(), 1u);
    EXPECT_EQ(mail.outcome, Outcome::kUnassigned);
    EXPECT_EQ(mail.targets[0].reason, "unknown_recipient");
  }
  const MailDecision held =
      Route(Preset("casefleet"), *directory, Mail({"From: ann@firm.org", "To: case@x.org"}), {{before}});
  EXPECT_EQ(held.outcome, Outcome::kHeld);
  EXPECT_EQ(held.targets[0].reason, "address_retired");
}

}  // namespace
}  // namespace casecomm::route
