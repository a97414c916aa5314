// SPDX-License-Identifier: Apache-2.0
// Casebook: mail tracked on records (spec section 1), by the presets.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/route/routed.h"

namespace casecomm::route {
namespace {

using identify::LocatorState;
using identify::RecordKind;
using identify::RecordState;
using testing::Blanked;
using testing::kAccount;
using testing::KnownEnvelope;
using testing::Mail;
using testing::Mint;
using testing::Preset;
using testing::Route;
using testing::World;

class Casebook : public ::testing::Test {
 protected:
  Casebook() {
    world_.Staff("U1", {"ann@firm.org"}).Staff("U2", {"ben@firm.org"}).Contact("C7", {"bob@x.org"});
    world_.Record("R1", RecordKind::kCase, RecordState::kOpen, "Mary Smith");
    world_.Record("R2", RecordKind::kProvider).Record("X1", RecordKind::kCase, RecordState::kClosed, "Old Case");
    world_.Assign("R1", "C7");
    r1_ = world_.RecordAddress("R1");
    r2_ = world_.RecordAddress("R2");
    closed_ = world_.RecordAddress("X1");
    grace_ = world_.RecordAddress("R1", LocatorState::kGrace);
    retired_ = world_.RecordAddress("R1", LocatorState::kRetired);
    drop_ = world_.DropAddress("U1");
    directory_ = world_.Directory();
  }

  MailDecision Send(const std::vector<std::string>& lines, const KnownEnvelope& known = {},
                    const std::string& preset = "casebook") const {
    return Route(Preset(preset), *directory_, Mail(lines), known);
  }

  // The one target of a mail.
  TargetDecision Only(const std::vector<std::string>& lines, const KnownEnvelope& known = {},
                      const std::string& preset = "casebook") const {
    const MailDecision mail = Send(lines, known, preset);
    EXPECT_EQ(mail.targets.size(), 1u);
    EXPECT_EQ(mail.outcome, mail.targets[0].outcome);
    return mail.targets[0];
  }

  static void ExpectNames(const std::string& sentence, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      EXPECT_NE(sentence.find(name), std::string::npos) << name << " is not in: " << sentence;
    }
    EXPECT_EQ(sentence.find_first_of("{}"), std::string::npos) << sentence;
  }

  World world_;
  std::string r1_, r2_, closed_, grace_, retired_, drop_;
  std::shared_ptr<const identify::Directory> directory_;
};

struct Row {
  std::string name;
  bool user, reply, record_address;
  Outcome outcome;
  std::string rule;
};

// The table of CB-10 but for T3 and T4, which begin on the record.
const std::vector<Row> kTable = {
    {"T1", true, false, false, Outcome::kNotTracked, "user_new_untracked"},
    {"T2", true, false, true, Outcome::kFiled, "user_new"},
    {"T5", true, true, true, Outcome::kFiled, "user_reply"},
    {"T6", true, true, false, Outcome::kNotTracked, "user_reply_untracked"},
    {"T7", false, false, false, Outcome::kNotTracked, "other_new_untracked"},
    {"T8", false, false, true, Outcome::kFiled, "other_new"},
    {"T9", false, true, true, Outcome::kFiled, "other_reply"},
    {"T10", false, true, false, Outcome::kNotTracked, "other_reply_untracked"},
};

class CasebookTable : public Casebook {
 protected:
  std::vector<std::string> Lines(const Row& row, const std::string& field, const std::string& author) const {
    std::vector<std::string> lines = {"From: " + author, "To: dora@z.org"};
    if (!row.user) lines[1] = "To: ann@firm.org";
    if (row.reply) lines.push_back("In-Reply-To: <parent@x.org>");
    if (row.record_address && field != "envelope") lines.push_back(field + ": " + r1_);
    return lines;
  }

  KnownEnvelope Known(const Row& row, const std::string& field) const {
    if (field != "envelope") return std::nullopt;
    std::vector<std::string> recipients = {"dora@z.org"};
    if (row.record_address) recipients.push_back(r1_);
    return recipients;
  }

  // Every author and field of the row, under both presets as far as their policies agree.
  void Check(const std::string& name) const {
    const Row* row = nullptr;
    for (const Row& each : kTable) {
      if (each.name == name) row = &each;
    }
    ASSERT_NE(row, nullptr);
    const std::vector<std::string> authors = row->user ? std::vector<std::string>{"ann@firm.org", "ben@firm.org"}
                                                       : std::vector<std::string>{"bob@x.org", "eve@e.org"};
    for (const std::string& author : authors) {
      for (const std::string field : {"To", "Cc", "Bcc", "Delivered-To", "envelope"}) {
        for (const std::string preset : {"casebook", "casefleet"}) {
          if (preset == "casefleet" && author == "eve@e.org" && row->record_address) continue;
          const TargetDecision target = Only(Lines(*row, field, author), Known(*row, field), preset);
          EXPECT_EQ(target.outcome, row->outcome) << field << author;
          EXPECT_EQ(target.rule, row->rule) << field << author;
          EXPECT_EQ(target.target, row->record_address ? "record:R1" : "none");
          EXPECT_EQ(target.record, row->record_address ? std::optional<std::string>("R1") : std::nullopt);
          EXPECT_EQ(target.reason, row->record_address ? "record_address" : "no_address");
          ExpectNames(target.sentence, {author});
          if (row->record_address) ExpectNames(target.sentence, {"record R1 \"Mary Smith\"", r1_});
          EXPECT_EQ(target.sentence.find("known from a delivery header only") != std::string::npos,
                    field == "Delivered-To" && row->record_address);
        }
      }
    }
  }
};

TEST_F(CasebookTable, CB10_T1_a_users_new_mail_without_a_record_address) {
  Check("T1");
}
TEST_F(CasebookTable, CB10_T2_a_users_new_mail_with_a_record_address) {
  Check("T2");
}
TEST_F(CasebookTable, CB10_T5_a_users_reply_with_a_record_address) {
  Check("T5");
}
TEST_F(CasebookTable, CB10_T6_a_users_reply_without_a_record_address) {
  Check("T6");
}
TEST_F(CasebookTable, CB10_T7_someone_elses_new_mail_without_a_record_address) {
  Check("T7");
}
TEST_F(CasebookTable, CB10_T8_someone_elses_new_mail_with_a_record_address) {
  Check("T8");
}
TEST_F(CasebookTable, CB10_T9_someone_elses_reply_with_a_record_address) {
  Check("T9");
}
TEST_F(CasebookTable, CB10_T10_someone_elses_reply_without_a_record_address) {
  Check("T10");
}

TEST_F(CasebookTable, CB10_no_two_rows_share_a_sentence_even_without_names) {
  for (const std::string author : {"bob@x.org", "eve@e.org"}) {
    std::vector<std::string> sentences;
    for (const Row& row : kTable) {
      sentences.push_back(Blanked(Only(Lines(row, "Cc", row.user ? "ann@firm.org" : author)).sentence));
    }
    for (size_t a = 0; a < sentences.size(); ++a) {
      for (size_t b = a + 1; b < sentences.size(); ++b) EXPECT_NE(sentences[a], sentences[b]);
    }
  }
}

TEST_F(Casebook, CB01_mail_of_anyone_to_any_kind_of_record_is_tracked_on_it) {
  World world;
  world.Staff("U1", {"ann@firm.org"});
  const std::vector<RecordKind> kinds = {RecordKind::kCase, RecordKind::kIntake, RecordKind::kProvider,
                                         RecordKind::kLead, RecordKind::kMatter};
  std::vector<std::string> addresses;
  for (size_t i = 0; i < kinds.size(); ++i) {
    world.Record("R" + std::to_string(i), kinds[i]);
    addresses.push_back(world.RecordAddress("R" + std::to_string(i)));
  }
  const auto directory = world.Directory();
  for (size_t i = 0; i < kinds.size(); ++i) {
    const MailDecision mail =
        Route(Preset("casebook"), *directory, Mail({"From: anyone@any.org", "To: " + addresses[i]}));
    EXPECT_EQ(mail.outcome, Outcome::kFiled);
    EXPECT_EQ(mail.records, std::vector<std::string>{"R" + std::to_string(i)});
  }
}

TEST_F(Casebook, CB01_one_mail_goes_to_every_record_it_names_once) {
  const std::string other_spelling = Mint(address::Kind::kRecord, 1000, kAccount, "smith-");
  const MailDecision mail = Send({"From: bob@x.org", "To: " + r2_ + ", " + r1_, "Cc: " + other_spelling + ", " + r1_});
  EXPECT_EQ(mail.records, (std::vector<std::string>{"R2", "R1"}));
  ASSERT_EQ(mail.targets.size(), 2u);
  EXPECT_EQ(mail.targets[0].target, "record:R2");
  EXPECT_EQ(mail.targets[1].target, "record:R1");
}

TEST_F(Casebook, CB03_an_address_in_the_envelope_alone_is_a_recipient) {
  EXPECT_EQ(Only({"From: bob@x.org", "To: ann@firm.org"}, {{r1_}}).record, "R1");
  EXPECT_EQ(Only({"From: bob@x.org"}, {{r1_}}).record, "R1");
}

TEST_F(Casebook, CB09_only_what_is_addressed_to_a_record_is_tracked) {
  const std::vector<std::vector<std::string>> not_addressed = {
      {"From: ann@firm.org", "To: bob@x.org", "Subject: " + r1_},
      {"From: ann@firm.org", "To: \"" + r1_ + "\" <bob@x.org>"},
      {"From: ann@firm.org", "To: bob@x.org (" + r1_ + ")"},
      {"From: ann@firm.org", "To: bob@x.org", "Reply-To: " + r1_},
      {"From: ann@firm.org", "To: bob@x.org", "Sender: " + r1_},
      {"From: ann@firm.org", "To: bob@x.org", "X-Case: " + r1_},
      {"From: ann@firm.org", "To: bob@x.org", "Resent-To: " + r1_},
      {"Return-Path: <" + r1_ + ">", "From: ann@firm.org", "To: bob@x.org"},
      {"Received: from a by b for <" + r1_ + ">; Mon, 1 Jan 2024 00:00:00 +0000", "From: ann@firm.org",
       "To: bob@x.org"},
      {"From: ann@firm.org", "To: bob@x.org", "References: <" + r1_ + ">"}};
  for (const auto& lines : not_addressed) {
    EXPECT_EQ(Only(lines).outcome, Outcome::kNotTracked) << lines.back();
  }
  EXPECT_EQ(Route(Preset("casebook"), *directory_, Mail({"From: ann@firm.org", "To: bob@x.org"}, r1_)).outcome,
            Outcome::kNotTracked);
}

TEST_F(Casebook, CB11_off_no_reply_is_tracked_by_its_thread) {
  for (const std::string preset : {"casebook", "casefleet"}) {
    for (const std::string author : {"ann@firm.org", "bob@x.org", "eve@e.org"}) {
      const TargetDecision target = Only({"From: " + author, "To: ben@firm.org", "In-Reply-To: <1@in.firm.example>",
                                          "References: <" + r1_ + "> <1@in.firm.example>"},
                                         {}, preset);
      EXPECT_EQ(target.outcome, Outcome::kNotTracked);
      ExpectNames(target.sentence, {"a reply is not tracked by its thread alone", author});
    }
  }
}

TEST_F(Casebook, CB26_mail_to_a_closed_record_is_filed_with_a_notice_or_held) {
  for (const std::string author : {"ann@firm.org", "bob@x.org", "eve@e.org"}) {
    for (const std::string reply : {"X-None: 1", "In-Reply-To: <1@a.org>"}) {
      const std::vector<std::string> lines = {"From: " + author, "To: " + closed_, reply};
      const TargetDecision filed = Only(lines);
      EXPECT_EQ(filed.outcome, Outcome::kFiled);
      EXPECT_EQ(filed.record, "X1");
      EXPECT_EQ(filed.reason, "record_closed_filed");
      ExpectNames(filed.sentence, {"record X1 \"Old Case\"", "closed", "with a notice", author, closed_});

      const TargetDecision held = Only(lines, {}, "casefleet");
      EXPECT_EQ(held.outcome, Outcome::kHeld);
      EXPECT_EQ(held.record, std::nullopt);
      EXPECT_EQ(held.target, "record:X1");
      EXPECT_EQ(held.reason, author == "eve@e.org" ? "unknown_sender" : "record_closed");
      ExpectNames(held.sentence, {"record X1 \"Old Case\"", author, closed_});
    }
  }
}

TEST_F(Casebook, CB26_reopening_keeps_the_address) {
  World world;
  world.Record("X1", RecordKind::kCase);
  const std::string address = world.RecordAddress("X1");
  EXPECT_EQ(Route(Preset("casebook"), *world.Directory(), Mail({"From: a@b.org", "To: " + address})).targets[0].reason,
            "record_address");
}

TEST_F(Casebook, X05_casebook_files_mail_of_anyone_and_casefleet_of_known_people) {
  EXPECT_EQ(Preset("casebook").policy(), "P0 anyone");
  EXPECT_EQ(Preset("casefleet").policy(), "P1 known");
  const std::vector<std::string> stranger = {"From: eve@e.org", "To: " + r1_};
  EXPECT_EQ(Only(stranger).outcome, Outcome::kFiled);
  const TargetDecision held = Only(stranger, {}, "casefleet");
  EXPECT_EQ(held.outcome, Outcome::kHeld);
  EXPECT_EQ(held.reason, "unknown_sender");
  ExpectNames(held.sentence, {"record R1 \"Mary Smith\"", "unknown sender eve@e.org", r1_});
  for (const std::string known : {"ann@firm.org", "bob@x.org", "\"BOB\"@X.org"}) {
    EXPECT_EQ(Only({"From: " + known, "To: " + r1_}, {}, "casefleet").outcome, Outcome::kFiled) << known;
  }
}

TEST_F(Casebook, X05_a_firm_mixes_record_and_drop_addresses) {
  for (const std::string preset : {"casebook", "casefleet"}) {
    const MailDecision mail =
        Send({"From: ann@firm.org", "To: bob@x.org", "Cc: " + r2_}, {{drop_, "bob@x.org"}}, preset);
    ASSERT_EQ(mail.targets.size(), 2u);
    EXPECT_EQ(mail.targets[0].rule, "drop_settled");
    EXPECT_EQ(mail.targets[1].rule, "user_new");
    EXPECT_EQ(mail.records, (std::vector<std::string>{"R1", "R2"}));
  }
}

TEST_F(Casebook, T07_a_final_dot_of_the_authors_domain_does_not_count) {
  for (const std::string preset : {"casebook", "casefleet"}) {
    const TargetDecision target = Only({"From: ann@firm.org.", "To: dora@z.org, " + r1_}, {}, preset);
    EXPECT_EQ(target.outcome, Outcome::kFiled);
    EXPECT_EQ(target.rule, "user_new");
  }
}

TEST_F(Casebook, X04_mail_whose_author_cannot_be_told_is_held) {
  for (const std::string preset : {"casebook", "casefleet"}) {
    for (const std::string& address : {r1_, closed_, drop_, grace_, retired_}) {
      const TargetDecision target = Only({"From: ann@firm.org, bob@x.org", "To: dora@z.org, " + address}, {}, preset);
      EXPECT_EQ(target.outcome, Outcome::kHeld);
      EXPECT_EQ(target.reason, "author_ambiguous");
      ExpectNames(target.sentence, {address, "2 addresses: ann@firm.org, bob@x.org"});
    }
    const TargetDecision none = Only({"To: " + r1_}, {}, preset);
    EXPECT_EQ(none.reason, "author_ambiguous");
    ExpectNames(none.sentence, {"no From address"});
    EXPECT_EQ(Only({"To: dora@z.org"}, {}, preset).rule, "nobody_untracked");
  }
}

TEST_F(Casebook, Y03_retired_unknown_and_grace_addresses_are_held) {
  const std::string lost = Mint(address::Kind::kRecord, 424242);
  for (const std::string preset : {"casebook", "casefleet"}) {
    const TargetDecision retired = Only({"From: ann@firm.org", "To: " + retired_}, {}, preset);
    EXPECT_EQ(retired.reason, "address_retired");
    EXPECT_EQ(retired.rule, "address_retired");
    EXPECT_EQ(retired.target, "record:R1");
    ExpectNames(retired.sentence, {"record R1 \"Mary Smith\"", retired_});

    const TargetDecision unknown = Only({"From: ann@firm.org", "To: " + lost}, {}, preset);
    EXPECT_EQ(unknown.reason, "address_retired");
    EXPECT_EQ(unknown.rule, "address_unknown");
    EXPECT_EQ(unknown.target, "record:?");
    ExpectNames(unknown.sentence, {lost});
    EXPECT_EQ(Only({"From: ann@firm.org", "To: " + Mint(address::Kind::kDrop, 424242)}, {}, preset).target, "drop:?");

    EXPECT_EQ(Only({"From: eve@e.org", "To: " + grace_}, {}, preset).rule, "grace_unknown_author");
    EXPECT_EQ(Only({"From: bob@x.org", "To: " + grace_}, {}, preset).rule, "grace_unauthenticated");
  }
}

TEST_F(Casebook, Y03_a_grace_address_takes_known_and_authenticated_mail) {
  testing::ReadMail mail(Mail({"From: bob@x.org", "To: " + grace_}), *directory_);
  Decision decision;
  for (const auto trust : {identify::Trust::kNone, identify::Trust::kPass, identify::Trust::kFail}) {
    mail.identified.trust = trust;
    Decide(Preset("casebook"), mail.recipients, mail.identified, *directory_, &decision);
    ASSERT_EQ(decision.targets.size(), 1u);
    EXPECT_EQ(decision.targets[0].outcome, trust == identify::Trust::kPass ? Outcome::kFiled : Outcome::kHeld);
  }
}

TEST_F(Casebook, X01_a_record_is_a_destination_once_and_filing_wins) {
  for (const bool retired_first : {true, false}) {
    const std::string to = retired_first ? retired_ + ", " + r1_ : r1_ + ", " + retired_;
    const TargetDecision target = Only({"From: bob@x.org", "To: " + to});
    EXPECT_EQ(target.outcome, Outcome::kFiled);
    EXPECT_EQ(target.rule, "other_new");
  }
  const MailDecision both = Send({"From: ann@firm.org", "To: bob@x.org, " + r1_}, {{drop_}});
  ASSERT_EQ(both.targets.size(), 1u);
  EXPECT_EQ(both.targets[0].rule, "drop_settled");
  EXPECT_EQ(both.records, std::vector<std::string>{"R1"});
}

TEST_F(Casebook, unroutable_addresses_are_held_each_for_itself_and_only_where_nothing_else_is_ours) {
  const std::vector<std::string> lines = {"From: bob@x.org", "To: one@in.firm.example, TWO@IN.firm.example"};
  const MailDecision mail = Send(lines);
  ASSERT_EQ(mail.targets.size(), 2u);
  EXPECT_EQ(mail.outcome, Outcome::kHeld);
  EXPECT_EQ(mail.targets[0].target, "unroutable:one@in.firm.example");
  EXPECT_EQ(mail.targets[1].target, "unroutable:TWO@in.firm.example");
  EXPECT_EQ(mail.targets[0].reason, "unroutable");
  ExpectNames(mail.targets[0].sentence, {"one@in.firm.example", "bob@x.org"});
  EXPECT_EQ(Only({"From: bob@x.org", "To: one@in.firm.example, " + r1_}).outcome, Outcome::kFiled);
}

TEST_F(Casebook, limits_hold_all_that_a_mail_names) {
  std::string many = "To: " + r1_;
  for (size_t i = 0; i < 16; ++i) many += ", " + Mint(address::Kind::kRecord, 7000 + i);
  const MailDecision own = Send({"From: bob@x.org", many});
  EXPECT_EQ(own.outcome, Outcome::kHeld);
  for (const TargetDecision& target : own.targets) {
    EXPECT_EQ(target.rule, "limit_addresses");
    EXPECT_EQ(target.reason, "limit");
    ExpectNames(target.sentence, {"16", "contact C7 \"Name of C7\" (bob@x.org)"});
    ExpectNames(target.sentence, {target.target == "record:R1" ? "record R1 \"Mary Smith\"" : "nobody known"});
    EXPECT_EQ(target.sentence.find(r1_) != std::string::npos, target.target == "record:R1") << target.sentence;
  }
  std::string unread = "To: x0@in.firm.example";
  for (size_t i = 1; i < 3000; ++i) unread += ", x" + std::to_string(i) + "@in.firm.example";
  EXPECT_EQ(Send({"From: bob@x.org", unread}).targets.size(), 16u);

  std::vector<std::string> lines = {"From: bob@x.org", "To: " + r1_};
  for (size_t i = 0; i < 10'100; ++i) lines.push_back("X-N: 1");
  const TargetDecision over = Only(lines);
  EXPECT_EQ(over.rule, "limit");
  EXPECT_EQ(over.outcome, Outcome::kHeld);
  EXPECT_EQ(over.target, "record:R1");
  ExpectNames(over.sentence, {"limit_header_lines", "record R1 \"Mary Smith\"", r1_, "contact C7", "bob@x.org"});
  lines[1] = "To: " + drop_;
  ExpectNames(Only(lines).sentence, {"limit_header_lines", "user U1 \"Name of U1\"", drop_, "bob@x.org"});
  lines[1] = "To: one@in.firm.example";
  ExpectNames(Only(lines).sentence, {"limit_header_lines", "nobody known", "one@in.firm.example", "bob@x.org"});
  lines[1] = "To: dora@z.org";
  EXPECT_EQ(Only(lines).reason, "limit");
  ExpectNames(Only(lines).sentence, {"limit_header_lines", "no address of ours", "bob@x.org"});
}

TEST_F(Casebook, Y01_the_trace_tells_each_rule_and_the_first_condition_that_failed) {
  const MailDecision mail = Send({"Message-ID: <m@x.org>", "From: bob@x.org", "To: " + r1_});
  EXPECT_EQ(mail.message_id, "m@x.org");
  const std::vector<Rule>& rules = Preset("casebook").rules();
  ASSERT_GE(mail.trace.size(), 5u);
  for (size_t i = 0; i < mail.trace.size(); ++i) {
    EXPECT_EQ(mail.trace[i].target, "record:R1");
    EXPECT_EQ(mail.trace[i].rule, rules[i].name);
    EXPECT_EQ(mail.trace[i].matched, i + 1 == mail.trace.size());
    EXPECT_EQ(mail.trace[i].condition.empty(), mail.trace[i].matched);
  }
  EXPECT_EQ(mail.trace[0].condition, "limit is over");
  EXPECT_EQ(mail.trace[0].value, "within");
  EXPECT_EQ(mail.trace[5].condition, "author is ambiguous");
  EXPECT_EQ(mail.trace[5].value, "contact");
  EXPECT_EQ(mail.trace.back().rule, "other_new");
}

TEST_F(Casebook, CF03_the_trace_says_when_only_a_delivery_header_names_the_address) {
  const auto marked = [](const MailDecision& mail) {
    size_t count = 0;
    for (const TraceStep& step : mail.trace) count += step.rule == "header_only" ? 1 : 0;
    return count;
  };
  EXPECT_EQ(marked(Send({"Delivered-To: " + r1_, "From: bob@x.org", "To: ann@firm.org"})), 1u);
  EXPECT_EQ(marked(Send({"Delivered-To: " + r1_, "From: bob@x.org", "To: " + r1_})), 0u);
  EXPECT_EQ(marked(Send({"From: bob@x.org", "To: ann@firm.org"}, {{r1_}})), 0u);
}

TEST_F(Casebook, T25_sentences_show_no_control_characters) {
  World world;
  world.Record("R1", RecordKind::kCase, RecordState::kOpen, "Evil \x1b[2J\nname \u202e");
  const std::string address = world.RecordAddress("R1");
  const MailDecision mail =
      Route(Preset("casebook"), *world.Directory(), Mail({"From: \"e\x1b\x07v\"@e.org", "To: " + address}));
  const std::string& sentence = mail.targets[0].sentence;
  for (const char c : sentence) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << sentence;
  EXPECT_EQ(sentence.find("\u202e"), std::string::npos);
}

}  // namespace
}  // namespace casecomm::route
