// SPDX-License-Identifier: Apache-2.0
#include "identify/identify.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "tests/base/random.h"
#include "tests/identify/world.h"

namespace casecomm::identify {
namespace {

using testing::kAccount;
using testing::KnownEnvelope;
using testing::Mail;
using testing::MailWithOriginal;
using testing::Mint;
using testing::ReadMail;
using testing::World;

class Identification : public ::testing::Test {
 protected:
  Identification() {
    world_.Staff("U1", {"ann@firm.org"}).Contact("C1", {"bob@x.org"}).Record("R1", RecordKind::kCase);
    world_.Assign("R1", "C1");
    record_ = world_.RecordAddress("R1");
    drop_ = world_.DropAddress("U1");
    directory_ = world_.Directory();
  }

  ReadMail Read(const std::vector<std::string>& lines, const KnownEnvelope& known = {}, uint8_t trusted = 15) const {
    return ReadMail(Mail(lines), *directory_, known, trusted);
  }

  // Where each address stood, by its folded text.
  static std::map<std::string, int> Fields(const ReadMail& mail) {
    std::map<std::string, int> fields;
    for (const Recipient& r : mail.recipients.all) {
      const std::string address = base::LowerAscii(std::string(r.local) + '@' + std::string(r.domain));
      EXPECT_TRUE(fields.emplace(address, r.fields).second) << address << " stood twice";
    }
    return fields;
  }

  World world_;
  std::string record_, drop_;
  std::shared_ptr<const Directory> directory_;
};

using FieldsOf = std::map<std::string, int>;

TEST_F(Identification, each_address_stands_once_with_all_its_fields) {
  const ReadMail mail = Read(
      {"From: ann@firm.org", "To: Bob <BOB@X.org>, \"bob\"@x.org", "Cc: carl@y.org", "Bcc: Carl@Y.ORG, dora@z.org"},
      {{"bob@x.org", "carl@y.org", "eve@e.org"}});
  EXPECT_EQ(Fields(mail), (FieldsOf{{"bob@x.org", kEnvelope | kTo},
                                    {"carl@y.org", kEnvelope | kCc | kBcc},
                                    {"eve@e.org", kEnvelope},
                                    {"dora@z.org", kBcc}}));
  EXPECT_EQ(mail.identified.visible_recipients, 4u);
}

TEST_F(Identification, CF03_without_an_envelope_trusted_delivery_headers_count_topmost_one_each) {
  const std::vector<std::string> lines = {"Delivered-To: a@d.org",
                                          "X-Original-To: b@d.org",
                                          "Delivered-To: c@d.org",
                                          "Envelope-To: e@d.org",
                                          "X-Envelope-To: f@d.org",
                                          "X-Delivered-To: g@d.org",
                                          "Received: from m by n for <h@d.org>; Mon, 1 Jan 2024 00:00:00 +0000",
                                          "From: ann@firm.org",
                                          "To: bob@x.org"};
  const FieldsOf all = {{"bob@x.org", kTo},
                        {"a@d.org", kDeliveryHeader},
                        {"b@d.org", kDeliveryHeader},
                        {"e@d.org", kDeliveryHeader},
                        {"f@d.org", kDeliveryHeader}};
  EXPECT_EQ(Fields(Read(lines)), all);
  EXPECT_EQ(Read(lines).identified.visible_recipients, 1u);
  EXPECT_EQ(Read(lines).identified.counterparts.size(), 1u);

  for (uint8_t trusted = 0; trusted < 128; ++trusted) {
    FieldsOf expected = {{"bob@x.org", kTo}};
    const std::vector<std::string> addresses = {"a@d.org", "b@d.org", "e@d.org", "f@d.org", "g@d.org"};
    for (size_t bit = 0; bit < addresses.size(); ++bit) {
      if ((trusted >> bit & 1) != 0) expected[addresses[bit]] = kDeliveryHeader;
    }
    EXPECT_EQ(Fields(Read(lines, {}, trusted)), expected) << int{trusted};
  }
}

TEST_F(Identification, T16_a_known_envelope_silences_the_delivery_headers_even_when_it_is_empty) {
  const std::vector<std::string> lines = {"Delivered-To: " + record_, "From: ann@firm.org", "To: bob@x.org"};
  EXPECT_EQ(Fields(Read(lines, KnownEnvelope(std::in_place))), (FieldsOf{{"bob@x.org", kTo}}));
  EXPECT_EQ(Fields(Read(lines, {{"q@q.org"}})), (FieldsOf{{"bob@x.org", kTo}, {"q@q.org", kEnvelope}}));
  EXPECT_EQ(Read(lines).identified.slots.size(), 1u);
}

TEST_F(Identification, own_addresses_prove_themselves_or_are_unroutable) {
  std::string forged = record_;
  forged[forged.find('@') - 1] = forged[forged.find('@') - 1] == 'x' ? 'y' : 'x';
  const ReadMail mail = Read({"From: ann@firm.org", "To: " + record_ + ", " + forged + ", info@IN.firm.example",
                              "Cc: " + drop_ + ", " + record_ + ".evil.example, q@mail.in.firm.example"});
  const auto& all = mail.recipients.all;
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0].own, Own::kVerified);
  EXPECT_EQ(all[0].capability.kind, address::Kind::kRecord);
  EXPECT_EQ(all[1].own, Own::kUnroutable);
  EXPECT_EQ(all[2].own, Own::kUnroutable);
  EXPECT_EQ(all[3].own, Own::kVerified);
  EXPECT_EQ(all[4].own, Own::kForeign);
  EXPECT_EQ(all[5].own, Own::kForeign);
  EXPECT_TRUE(mail.recipients.unroutable);
  EXPECT_EQ(mail.recipients.accounts, std::vector<uint32_t>{kAccount});
  ASSERT_EQ(mail.identified.slots.size(), 2u);
  EXPECT_EQ(mail.identified.slots[0].recipient, 0u);
  EXPECT_EQ(mail.identified.slots[1].recipient, 3u);
  ASSERT_NE(mail.identified.slots[1].locator, nullptr);
  EXPECT_EQ(mail.identified.slots[1].locator->subject, directory_->FindPerson("U1"));
  EXPECT_EQ(mail.identified.counterparts.size(), 2u);
}

TEST_F(Identification, CB01_an_own_address_is_known_in_any_case_and_in_quotes) {
  std::string upper = record_;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const size_t at = record_.find('@');
  const std::string quoted = '"' + record_.substr(0, at) + '"' + record_.substr(at);
  const ReadMail mail = Read({"From: ann@firm.org", "To: " + upper, "Cc: " + quoted, "Bcc: " + record_ + '.'});
  ASSERT_EQ(mail.recipients.all.size(), 1u);
  EXPECT_EQ(mail.recipients.all[0].own, Own::kVerified);
  EXPECT_EQ(mail.identified.slots.size(), 1u);
}

TEST_F(Identification, addresses_of_other_accounts_name_them_and_are_nothing_here) {
  const std::string theirs = Mint(address::Kind::kRecord, 1000, kAccount + 1);
  const std::string thread = Mint(address::Kind::kMessageId, 5);
  const ReadMail mail = Read({"From: ann@firm.org", "To: " + theirs + ", " + record_ + ", " + thread});
  EXPECT_EQ(mail.recipients.accounts, (std::vector<uint32_t>{kAccount + 1, kAccount}));
  ASSERT_EQ(mail.identified.slots.size(), 1u);
  EXPECT_EQ(mail.identified.slots[0].recipient, 1u);
  EXPECT_TRUE(mail.identified.counterparts.empty());
  EXPECT_FALSE(mail.recipients.unroutable);
}

TEST_F(Identification, a_locator_that_the_directory_does_not_know_is_a_slot_without_one) {
  const ReadMail mail = Read({"From: ann@firm.org", "To: " + Mint(address::Kind::kRecord, 999'999)});
  ASSERT_EQ(mail.identified.slots.size(), 1u);
  EXPECT_EQ(mail.identified.slots[0].locator, nullptr);
}

TEST_F(Identification, at_most_sixteen_own_addresses_are_checked) {
  for (const size_t count : {15u, 16u, 17u, 40u}) {
    std::string to = "To: x@x.org";
    for (size_t i = 0; i < count; ++i) to += ", " + Mint(address::Kind::kRecord, 5000 + i);
    to += ", " + Mint(address::Kind::kRecord, 5000);
    const ReadMail mail = Read({"From: ann@firm.org", to});
    EXPECT_EQ(mail.recipients.too_many_own, count > kMaxOwnAddresses) << count;
    EXPECT_EQ(mail.identified.over_limit, count > kMaxOwnAddresses) << count;
    EXPECT_EQ(mail.identified.slots.size(), std::min<size_t>(count, kMaxOwnAddresses)) << count;
  }
}

TEST_F(Identification, CF13_staff_and_own_addresses_are_no_counterparts) {
  const ReadMail mail = Read(
      {"From: ann@firm.org", "To: ANN@firm.org, bob@x.org, eve@e.org", "Cc: " + drop_, "Bcc: info@in.firm.example"},
      {{"only@envelope.org", "bob@x.org"}});
  std::vector<std::string> names;
  for (const Counterpart& c : mail.identified.counterparts) {
    names.emplace_back(mail.recipients.all[c.recipient].local);
    EXPECT_EQ(c.entry != nullptr, names.back() == "bob");
  }
  EXPECT_EQ(names, (std::vector<std::string>{"only", "bob", "eve"}));
  EXPECT_EQ(mail.identified.visible_recipients, 6u);
}

TEST_F(Identification, X04_the_author_is_the_one_from_mailbox) {
  EXPECT_EQ(Read({"From: Ann <ANN@Firm.ORG>"}).identified.author.kind, AuthorKind::kStaff);
  EXPECT_EQ(Read({"From: \"bob\"@x.org"}).identified.author.kind, AuthorKind::kContact);
  EXPECT_EQ(Read({"From: bob+x@x.org"}).identified.author.kind, AuthorKind::kUnknown);
  EXPECT_EQ(Read({"From: bob@x.org (ann@firm.org)"}).identified.author.kind, AuthorKind::kContact);
  EXPECT_EQ(Read({"From: \"ann@firm.org\" <bob@x.org>"}).identified.author.kind, AuthorKind::kContact);
  EXPECT_EQ(Read({"From: bob@x.org"}).identified.trust, Trust::kNone);
}

TEST_F(Identification, T03_several_or_no_from_mailboxes_are_no_author) {
  const std::vector<std::vector<std::string>> ambiguous = {{"To: bob@x.org"},
                                                           {"From:"},
                                                           {"From: ann@firm.org, bob@x.org"},
                                                           {"From: ann@firm.org", "From: bob@x.org"},
                                                           {"From: ann@firm.org", "From: ann@firm.org"},
                                                           {"From: team: ann@firm.org;"},
                                                           {"From: team:;"},
                                                           {"From: Ann"},
                                                           {"From: ann@"},
                                                           {"From: @firm.org"},
                                                           {"From: <@relay.org:ann@firm.org>"}};
  for (const auto& lines : ambiguous) {
    const ReadMail mail = Read(lines);
    EXPECT_EQ(mail.identified.author.kind, AuthorKind::kAmbiguous) << lines.front();
    EXPECT_EQ(mail.identified.author.entry, nullptr) << lines.front();
  }
}

TEST_F(Identification, T06_no_other_header_makes_the_author) {
  const std::vector<std::string> base = {"From: eve@e.org", "To: bob@x.org"};
  const std::vector<std::string> headers = {"Reply-To",    "Sender",        "Return-Path",     "X-From",
                                            "X-Sender",    "Resent-From",   "X-Original-From", "Errors-To",
                                            "Resent-From", "X-Google-From", "On-Behalf-Of",    "Mail-Reply-To"};
  for (const std::string& header : headers) {
    for (const bool front : {true, false}) {
      std::vector<std::string> lines = base;
      lines.insert(front ? lines.begin() : lines.end(), header + ": ann@firm.org");
      const ReadMail mail = Read(lines);
      EXPECT_EQ(mail.identified.author.kind, AuthorKind::kUnknown) << header;
      EXPECT_EQ(mail.identified.author.local, "eve") << header;
    }
  }
}

TEST_F(Identification, T04_an_encoded_word_is_never_an_address) {
  const ReadMail mail = Read({"From: =?utf-8?q?ann=40firm.org?= <eve@e.org>"});
  EXPECT_EQ(mail.identified.author.kind, AuthorKind::kUnknown);
  const ReadMail inside = Read({"From: =?utf-8?q?ann?=@firm.org"});
  EXPECT_NE(inside.identified.author.kind, AuthorKind::kStaff);
  const ReadMail quoted = Read({"From: \"ann@firm.org\"@evil.org"});
  EXPECT_NE(quoted.identified.author.kind, AuthorKind::kStaff);
}

// A user's address, hidden in a From field behind encoded words, quotes, routes and percent signs: never the author.
TEST_F(Identification, T04_no_disguise_of_a_users_address_makes_its_author) {
  test::Rng random;
  PRINT_SEED(random);
  const std::string address = "ann@firm.org";
  const auto encoded = [&](std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string word = random.Below(2) == 0 ? "=?utf-8?q?" : "=?us-ascii?Q?";
    const bool all = random.Below(2) == 0;
    for (const char c : text) {
      if (all || c == '@' || random.Below(3) == 0) {
        word += std::string("=") + kHex[static_cast<uint8_t>(c) >> 4] + kHex[static_cast<uint8_t>(c) & 15];
      } else {
        word += c;
      }
    }
    return word + "?=";
  };
  const std::string base64 = "=?utf-8?b?YW5uQGZpcm0ub3Jn?=";  // the whole of it
  size_t authors = 0;
  const size_t mails = test::Runs("CASECOMM_T04", 3000);
  for (size_t i = 0; i < mails; ++i) {
    const size_t cut = 1 + random.Below(address.size() - 1);
    const std::string evil = "e" + random.Text("abc.\"", random.Below(3)) + "ve@evil.org";
    const std::string whole = random.Below(4) == 0 ? base64 : encoded(address);
    const std::vector<std::string> disguises = {whole,
                                                "<" + whole + ">",
                                                whole + " <" + evil + ">",
                                                encoded(address.substr(0, cut)) + address.substr(cut),
                                                "<" + encoded(address.substr(0, cut)) + address.substr(cut) + ">",
                                                address.substr(0, cut) + encoded(address.substr(cut)),
                                                "<ann@" + encoded("firm.org") + ">",
                                                "<" + encoded("ann") + "@firm.org>",
                                                "\"" + address + "\"@evil.org",
                                                "\"" + address + "\" <" + evil + ">",
                                                "<\"" + address + "\"@evil.org>",
                                                "<@firm.org:" + evil + ">",
                                                "<@" + address + ":" + evil + ">",
                                                "<@a,@" + address + ":" + evil + ">",
                                                "<" + address + "@evil.org>",
                                                "<ann%firm.org@evil.org>",
                                                "(" + address + ") " + evil,
                                                evil + " (" + address + ")",
                                                "ann@firm.org." + std::string("evil.org"),
                                                "<ann\\@firm.org@evil.org>"};
    const std::string from = disguises[random.Below(disguises.size())];
    const ReadMail mail = Read({"From: " + from});
    ASSERT_NE(mail.identified.author.kind, AuthorKind::kStaff) << from;
    ASSERT_NE(mail.identified.author.domain, "firm.org") << from;
    authors += mail.identified.author.kind == AuthorKind::kUnknown ? 1 : 0;
  }
  EXPECT_GT(authors, mails / 20) << "hardly one was read at all";
  EXPECT_EQ(Read({"From: " + address}).identified.author.kind, AuthorKind::kStaff);
}

TEST_F(Identification, a_reply_has_in_reply_to_or_references) {
  EXPECT_FALSE(Read({"From: a@b.org", "Subject: Re: x"}).identified.reply);
  EXPECT_TRUE(Read({"From: a@b.org", "In-Reply-To: <1@b.org>"}).identified.reply);
  EXPECT_TRUE(Read({"From: a@b.org", "References: <1@b.org>"}).identified.reply);
}

TEST_F(Identification, CF13_an_attached_original_is_looked_for_only_where_it_decides) {
  const std::string original = Mail({"From: bob@x.org", "To: ann@firm.org"});
  const auto attached = [&](const std::vector<std::string>& lines, const KnownEnvelope& known = {}) {
    return ReadMail(MailWithOriginal(lines, original), *directory_, known).identified.attached_message;
  };
  EXPECT_TRUE(attached({"From: ann@firm.org", "To: bob@x.org", "Cc: " + drop_}));
  EXPECT_TRUE(attached({"From: ann@firm.org", "To: bob@x.org, " + drop_}, {{drop_}}));
  EXPECT_FALSE(attached({"From: ann@firm.org", "To: " + drop_}));
  EXPECT_FALSE(attached({"From: ann@firm.org", "To: bob@x.org"}, {{drop_}}));
  EXPECT_FALSE(attached({"From: ann@firm.org", "To: bob@x.org", "Bcc: " + drop_}));
  EXPECT_FALSE(attached({"From: ann@firm.org", "To: bob@x.org, " + record_}));
  const ReadMail plain = Read({"From: ann@firm.org", "To: bob@x.org, " + drop_});
  EXPECT_FALSE(plain.identified.attached_message);
}

TEST_F(Identification, many_recipients_are_told_apart_like_few) {
  test::Rng random;
  PRINT_SEED(random);
  for (const size_t count : {31u, 32u, 33u, 34u, 64u, 65u, 500u}) {
    std::map<std::string, int> expected;
    std::string to = "To: ", cc = "Cc: ";
    for (size_t i = 0; i < 2 * count; ++i) {
      const std::string name = (random() % 2 == 0 ? "User" : "user") + std::to_string(random() % count) + "@x.org";
      const bool in_to = random() % 2 == 0;
      std::string& line = in_to ? to : cc;
      line += (line.size() > 4 ? ", " : "") + name;
      expected[base::LowerAscii(name)] |= in_to ? kTo : kCc;
    }
    EXPECT_EQ(Fields(Read({"From: a@b.org", to, cc})), expected);
  }
}

TEST_F(Identification, T18_half_a_million_addresses_are_no_trouble) {
  std::string to = "To: a@b.c";
  for (int i = 0; i < 500'000; ++i) to += ",u" + std::to_string(i) + "@x";
  const std::string raw = Mail({to});
  MailLimits limits;
  limits.header_bytes = 1 << 30;
  scan::EnvelopeScanner scanner(limits);
  const scan::Envelope& envelope = scanner.Scan(raw);
  Recipients recipients;
  Identified identified;
  const auto begin = std::chrono::steady_clock::now();
  Gather(envelope, {}, {}, testing::TestSigner(), testing::kNow, &recipients);
  Identify(envelope, recipients, kAccount, *directory_, Trust::kPass, &identified);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(identified.counterparts.size(), 500'001u);
  // It takes 0.2 s. Comparing each with each takes minutes.
  EXPECT_LT(took.count(), 15.0);
}

TEST_F(Identification, what_was_read_before_does_not_matter) {
  const std::vector<std::string> first = {"From: ann@firm.org", "References: <1@a>",
                                          "To: bob@x.org, " + drop_ + ", " + record_ + ", info@in.firm.example"};
  const std::vector<std::string> second = {"From: a@b.org, c@d.org", "To: x@x.org"};
  ReadMail used = Read(first);
  const ReadMail fresh = Read(second);
  used.raw = Mail(second);
  used.envelope = &used.scanner.Scan(used.raw);
  const std::vector<std::string> domains = {std::string(testing::kDomain)};
  Gather(*used.envelope, {}, domains, testing::TestSigner(), testing::kNow, &used.recipients);
  Identify(*used.envelope, used.recipients, kAccount, *directory_, Trust::kNone, &used.identified);
  EXPECT_EQ(Fields(used), Fields(fresh));
  EXPECT_EQ(used.recipients.unroutable, fresh.recipients.unroutable);
  EXPECT_TRUE(used.recipients.accounts.empty());
  EXPECT_TRUE(used.identified.slots.empty());
  EXPECT_EQ(used.identified.author.kind, AuthorKind::kAmbiguous);
  EXPECT_EQ(used.identified.reply, false);
  EXPECT_EQ(used.identified.visible_recipients, 1u);
  EXPECT_EQ(used.identified.counterparts.size(), 1u);
}

}  // namespace
}  // namespace casecomm::identify
