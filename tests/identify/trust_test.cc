// SPDX-License-Identifier: Apache-2.0
// Whether the author's domain is proven: spec X-04; threats T01, T02, T05, T06, T10.
#include "identify/trust.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/base/random.h"
#include "tests/identify/world.h"
#include "tests/scan/auth_results_oracle.h"

namespace casecomm::identify {
namespace {

using testing::Mail;

constexpr std::string_view kPinned = "mx.home.example";

TrustPolicy Pinned(uint32_t received_above = 0) {
  TrustPolicy policy;
  policy.authserv_ids = {"mx0.home.example", std::string(kPinned)};
  policy.received_above = received_above;
  return policy;
}

std::string Results(std::string_view claims, std::string_view id = kPinned) {
  return "Authentication-Results: " + std::string(id) + "; " + std::string(claims);
}

std::string_view TrustOfRaw(std::string_view raw, const TrustPolicy& policy,
                            std::optional<Trust> verdict = std::nullopt) {
  static scan::EnvelopeScanner scanner;
  switch (TrustOf(scanner.Scan(raw), policy, verdict)) {
    case Trust::kPass:
      return "pass";
    case Trust::kFail:
      return "fail";
    case Trust::kNone:
      break;
  }
  return "none";
}

std::string_view TrustOfLines(const std::vector<std::string>& lines, const TrustPolicy& policy = Pinned(),
                              std::optional<Trust> verdict = std::nullopt) {
  return TrustOfRaw(Mail(lines), policy, verdict);
}

int Rounds(const char* variable, size_t share) {
  return static_cast<int>(test::Runs(variable, share));
}

const std::string kFrom = "From: Ann <ann@bank.example>";
const std::string kPassing = Results("dmarc=pass header.from=bank.example");

// ---- T10 ----

struct VerdictRow {
  const char* verdicts;  // spf, dkim, dmarc: pass, fail, none
  // With each policy: default, allow_spf, require_dkim, both, nothing pinned. Pass, Fail, None.
  const char* aligned;    // spf and dkim are of the From domain
  const char* unaligned;  // they are of another; DMARC speaks of the From domain always
};

constexpr VerdictRow kVerdicts[] = {
    {"ppp", "PPPPN", "PPNNN"}, {"ppf", "PPPPN", "FFFFN"}, {"ppn", "PPPPN", "NNNNN"}, {"pfp", "PPNNN", "PPNNN"},
    {"pff", "FPFFN", "FFFFN"}, {"pfn", "NPNNN", "NNNNN"}, {"pnp", "PPNNN", "PPNNN"}, {"pnf", "FPFFN", "FFFFN"},
    {"pnn", "NPNNN", "NNNNN"}, {"fpp", "PPPPN", "PPNNN"}, {"fpf", "PPPPN", "FFFFN"}, {"fpn", "PPPPN", "NNNNN"},
    {"ffp", "PPNNN", "PPNNN"}, {"fff", "FFFFN", "FFFFN"}, {"ffn", "NNNNN", "NNNNN"}, {"fnp", "PPNNN", "PPNNN"},
    {"fnf", "FFFFN", "FFFFN"}, {"fnn", "NNNNN", "NNNNN"}, {"npp", "PPPPN", "PPNNN"}, {"npf", "PPPPN", "FFFFN"},
    {"npn", "PPPPN", "NNNNN"}, {"nfp", "PPNNN", "PPNNN"}, {"nff", "FFFFN", "FFFFN"}, {"nfn", "NNNNN", "NNNNN"},
    {"nnp", "PPNNN", "PPNNN"}, {"nnf", "FFFFN", "FFFFN"}, {"nnn", "NNNNN", "NNNNN"},
};
static_assert(std::size(kVerdicts) == 27);

TEST(TrustTable, T10_every_verdict_alignment_and_policy) {
  std::vector<TrustPolicy> policies(4, Pinned());
  policies.emplace_back();
  policies[1].allow_spf = policies[3].allow_spf = true;
  policies[2].require_dkim = policies[3].require_dkim = true;
  policies[4].allow_spf = true;
  const auto word = [](char verdict) { return verdict == 'p' ? "pass" : verdict == 'f' ? "fail" : "none"; };
  int rows = 0;
  for (const VerdictRow& row : kVerdicts) {
    for (const bool aligned : {true, false}) {
      // A shared host's own domain, and one that ends as the author's does.
      const std::string domain = aligned                  ? "bank.example"
                                 : row.verdicts[0] == 'p' ? "host.example"
                                                          : "evil-bank.example";
      const std::string results = Results(std::string("spf=") + word(row.verdicts[0]) + " smtp.mailfrom=x@" + domain +
                                          "; dkim=" + word(row.verdicts[1]) + " header.d=" + domain +
                                          "; dmarc=" + word(row.verdicts[2]) + " (p=reject) header.from=bank.example");
      for (size_t policy = 0; policy < policies.size(); ++policy) {
        const char expected = (aligned ? row.aligned : row.unaligned)[policy];
        const std::string_view verdict = TrustOfLines({results, kFrom}, policies[policy]);
        EXPECT_EQ(verdict, expected == 'P'   ? "pass"
                           : expected == 'F' ? "fail"
                                             : "none")
            << results << ", policy " << policy;
        ++rows;
      }
    }
  }
  EXPECT_EQ(rows, 270);
}

// ---- whose word, and about whom ----

TEST(TrustOfMail, X04_only_a_pinned_server_above_the_boundary) {
  const std::string received = "Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000";
  const std::string forged = Results("dmarc=pass header.from=bank.example", "mx.evil.example");
  EXPECT_EQ(TrustOfLines({kPassing, kFrom}), "pass");
  EXPECT_EQ(TrustOfLines({kPassing, kFrom}, {}), "none");
  EXPECT_EQ(TrustOfLines({forged, kFrom}), "none");
  EXPECT_EQ(TrustOfLines({kPassing, received, kFrom}), "pass");
  EXPECT_EQ(TrustOfLines({received, kPassing, kFrom}), "none") << "the sender wrote it";
  EXPECT_EQ(TrustOfLines({received, kPassing, received, kFrom}, Pinned(1)), "pass");
  EXPECT_EQ(TrustOfLines({received, received, kPassing, kFrom}, Pinned(1)), "none");
  EXPECT_EQ(TrustOfLines({Results("dmarc=fail header.from=bank.example"), received, kPassing, kFrom}), "fail");
  EXPECT_EQ(TrustOfLines({kFrom}), "none");
  EXPECT_EQ(TrustOfLines({Results("none"), kFrom}), "none");
  EXPECT_EQ(TrustOfLines({"X-Authentication-Results: mx.home.example; dmarc=pass header.from=bank.example", kFrom}),
            "none");
  EXPECT_EQ(
      TrustOfLines({"ARC-Authentication-Results: i=1; mx.home.example; dmarc=pass header.from=bank.example", kFrom}),
      "none");
  EXPECT_EQ(TrustOfLines({Results("dmarc=pass header.from=bank.example", "mx0.home.example 1"), kFrom}), "pass");
  EXPECT_EQ(TrustOfLines({Results("dmarc=pass header.from=bank.example", "MX.Home.Example 2"), kFrom}), "none");
}

TEST(TrustOfMail, T02_a_broken_field_of_a_pinned_server_and_a_contradiction_are_no_pass) {
  const std::string broken = Results("dmarc=pass header.from=bank.example;");
  EXPECT_EQ(TrustOfLines({broken, kFrom}), "none");
  EXPECT_EQ(TrustOfLines({kPassing, broken, kFrom}), "none");
  EXPECT_EQ(TrustOfLines({kPassing, Results("(", "mx.evil.example"), kFrom}), "pass") << "not of ours, so of no weight";
  EXPECT_EQ(TrustOfLines({Results("dmarc=fail header.from=bank.example;"), kFrom}), "none");
  const std::string failing = Results("dmarc=fail header.from=bank.example");
  EXPECT_EQ(TrustOfLines({failing, kFrom}), "fail");
  EXPECT_EQ(TrustOfLines({kPassing, kPassing, kFrom}), "pass");
  EXPECT_EQ(TrustOfLines({kPassing, failing, kFrom}), "none");
  EXPECT_EQ(TrustOfLines({failing, Results("dkim=pass header.d=bank.example"), kPassing, kFrom}), "none");
  EXPECT_EQ(TrustOfLines({Results("dmarc=pass header.from=bank.example; dmarc=none header.from=bank.example"), kFrom}),
            "none");
  EXPECT_EQ(TrustOfLines({Results("dmarc=pass header.from=bank.example; dmarc=fail header.from=evil.example"), kFrom}),
            "pass");
  EXPECT_EQ(TrustOfLines({Results("dmarc=pass header.from=evil.example header.from=bank.example"), kFrom}), "none");
  EXPECT_EQ(TrustOfLines({Results("dmarc=pass (; header.from=bank.example) header.from=evil.example"), kFrom}), "none");
  EXPECT_EQ(
      TrustOfLines({Results("dmarc=fail\r\n (dmarc=pass) reason=\"; dmarc=pass header.from=bank.example\""), kFrom}),
      "none");
}

TEST(TrustOfMail, T07_T09_domains_are_compared_whole_as_a_labels) {
  const auto verdict = [](std::string_view author, std::string_view proven) {
    return TrustOfLines({Results("dkim=pass header.d=" + std::string(proven)), "From: a@" + std::string(author)});
  };
  EXPECT_EQ(verdict("Bank.Example", "BANK.example"), "pass");
  EXPECT_EQ(verdict("b\xc3\xbc"
                    "cher.example",
                    "xn--bcher-kva.example"),
            "pass");
  EXPECT_EQ(verdict("xn--bcher-kva.example",
                    "b\xc3\xbc"
                    "cher.example"),
            "pass");
  for (const auto& [author, proven] :
       std::vector<std::pair<const char*, const char*>>{{"bank.example", "evil-bank.example"},
                                                        {"bank.example", "bank.example.evil.org"},
                                                        {"mail.bank.example", "bank.example"},
                                                        {"bank.example", "mail.bank.example"},
                                                        {"bank.example", "example"},
                                                        {"bank.example", "bank"},
                                                        {"bank.example", "ank.example"},
                                                        {"bank.example", "b\xd0\xb0nk.example"},
                                                        {"b\xd0\xb0nk.example", "bank.example"},
                                                        {"bank.example",
                                                         "\xef\xbd\x82"
                                                         "ank.example"}}) {
    EXPECT_EQ(verdict(author, proven), "none") << author << ' ' << proven;
  }
  TrustPolicy spf = Pinned();
  spf.allow_spf = true;
  EXPECT_EQ(TrustOfLines({Results("spf=pass smtp.mailfrom=\"a@bank.example\""), kFrom}, spf), "pass");
  EXPECT_EQ(TrustOfLines({Results("spf=pass smtp.mailfrom=\"bank.example@\"@evil.example"), kFrom}, spf), "none");
  EXPECT_EQ(TrustOfLines({Results("spf=pass smtp.helo=bank.example"), kFrom}, spf), "none");
  EXPECT_EQ(TrustOfLines({Results("spf=pass"), "From: a"}, spf), "none") << "no domain is no domain of anybody";
}

TEST(TrustOfMail, T03_T04_without_one_author_there_is_none) {
  for (const std::string from :
       {"From: ann@bank.example, bob@bank.example", "From: ann@bank.example\r\nFrom: ann@bank.example",
        "Subject: no From", "From:", "From: Group: ann@bank.example;", "From: <@a,@b:ann@bank.example>",
        "From: =?utf-8?q?ann?=@bank.example", "From: ann", "From: ann@bank.example <ann@bank.example",
        "From: @bank.example"}) {
    EXPECT_EQ(TrustOfLines({kPassing, from}), "none") << from;
    EXPECT_EQ(TrustOfLines({Results("dmarc=fail header.from=bank.example"), from}), "none") << from;
    EXPECT_EQ(TrustOfLines({from}, {}, Trust::kPass), "none") << from;
    EXPECT_EQ(TrustOfLines({from}, {}, Trust::kFail), "none") << from;
  }
}

TEST(TrustOfMail, X04_the_hosts_own_verdict_goes_before_the_fields) {
  const std::string failing = Results("dmarc=fail header.from=bank.example");
  EXPECT_EQ(TrustOfLines({kFrom}, {}, Trust::kPass), "pass");
  EXPECT_EQ(TrustOfLines({failing, kFrom}, Pinned(), Trust::kPass), "pass");
  EXPECT_EQ(TrustOfLines({kPassing, kFrom}, Pinned(), Trust::kNone), "none");
  EXPECT_EQ(TrustOfLines({kPassing, kFrom}, Pinned(), Trust::kFail), "fail");
  EXPECT_EQ(TrustOfLines({kFrom, "Subject : x"}, {}, Trust::kPass), "none");
  EXPECT_EQ(TrustOfLines({kFrom, "Subject : x"}, {}, Trust::kFail), "fail");
}

// ---- T05 ----

TEST(TrustOfMail, T05_structural_defects_cap_the_verdict) {
  const std::string mail = Mail({kPassing, kFrom, "To: x@y.example"});
  ASSERT_EQ(TrustOfRaw(mail, Pinned()), "pass");
  for (const std::string line :
       {"Subject : x", "Subject: a\rb", "Subject: a\nX-B: c", "lost line", "Sender: a@b.c\r\nSender: d@e.f",
        "Subject: a\r\nSubject: b", "To: other@y.example", "Content-Type: text/plain\r\nContent-Type: text/html"}) {
    EXPECT_EQ(TrustOfLines({kPassing, kFrom, "To: x@y.example", line, "X-End: x"}), "none") << line;
    EXPECT_EQ(
        TrustOfLines({Results("dmarc=fail header.from=bank.example"), kFrom, "To: x@y.example", line, "X-End: x"}),
        "fail")
        << line;
  }
  EXPECT_EQ(TrustOfLines({kPassing, kFrom, "From : x@evil.example"}), "none");
  EXPECT_EQ(TrustOfLines({kPassing, "From : ann@bank.example"}), "none");
  EXPECT_EQ(TrustOfLines({kPassing, kFrom, std::string("Subject: a\0b", 12)}), "none");
  EXPECT_EQ(TrustOfRaw(kPassing + "\r\n" + kFrom + "\r\n", Pinned()), "none") << "the header does not end";
  EXPECT_EQ(TrustOfLines({kPassing, kFrom, "X: " + std::string(1 << 20, 'x')}), "none");
  EXPECT_EQ(TrustOfLines({kPassing, kFrom,
                          "Subject: b\xfc"
                          "cher",
                          "To: a@b, <"}),
            "pass")
      << "no other header is made of that";
}

// Every byte at every place of headers that pass: what is left of them passes only as a reader of the changed lines says.
TEST(TrustOfMail, T05_every_byte_at_every_place) {
  const int share = Rounds("CASECOMM_T05", 4);
  test::Rng rng;
  PRINT_SEED(rng);
  testing::AuthResultsMaker<test::Rng> maker(&rng);
  size_t passed = 0, capped = 0;
  for (int header = 0; header < share; ++header) {
    const std::vector<std::string> lines = {
        "Authentication-Results: " + std::string(kPinned) + "; dmarc=pass header.from=bank.example",
        "Received: from x" + std::to_string(header) + " by y",
        "Authentication-Results:" +
            maker.Field({std::string(kPinned), "mx.evil.example"}, {"bank.example", "evil.example"}),
        kFrom, "Subject: " + rng.Text("abc :;\t", rng.Below(12)) + "x"};
    const std::string mail = Mail(lines, "");
    ASSERT_EQ(TrustOfRaw(mail, Pinned()), "pass") << mail;
    const size_t end = mail.size() - 4;
    scan::EnvelopeScanner scanner;
    for (size_t at = 0; at < end; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        for (const bool insert : {false, true}) {
          std::string changed = mail;
          if (insert) {
            changed.insert(at, 1, static_cast<char>(byte));
          } else {
            changed[at] = static_cast<char>(byte);
          }
          const scan::Envelope& envelope = scanner.Scan(changed);
          const Trust trust = TrustOf(envelope, Pinned());
          if (trust != Trust::kPass) {
            ++capped;
            continue;
          }
          ++passed;
          ASSERT_EQ(base::LowerAscii(envelope.from.at(0).domain), "bank.example") << at << ' ' << byte;
          ASSERT_EQ(changed.find('\0'), changed.npos) << at;
          const bool line_end = byte == '\r' || byte == '\n' || mail[at] == '\r' || mail[at] == '\n';
          ASSERT_FALSE(line_end && (insert ? byte == '\r' || byte == '\n' : changed[at] != mail[at]))
              << at << ' ' << byte;
        }
      }
    }
  }
  EXPECT_GT(passed, 0u);
  EXPECT_GT(capped, 0u);
}

// ---- T06, T01 ----

TEST(TrustOfMail, T06_no_other_header_makes_the_author) {
  test::Rng rng;
  PRINT_SEED(rng);
  const std::vector<std::string> names = {"Reply-To",     "Sender",          "Return-Path",
                                          "X-From",       "X-Original-From", "X-Sender",
                                          "Resent-From",  "Errors-To",       "X-Google-Original-From",
                                          "Envelope-From"};
  const std::vector<std::string> values = {"<ann@bank.example>",
                                           "a@evil.example",
                                           "x@evil.example, ann@bank.example",
                                           "",
                                           "<>",
                                           "\"ann@bank.example\" <e@evil.example>"};
  for (int round = Rounds("CASECOMM_T06", 2'000); round > 0; --round) {
    const bool ours = rng.Below(2) == 0;
    const std::vector<std::string> lines = {Results("dmarc=pass header.from=bank.example"),
                                            ours ? kFrom : "From: eve@evil.example"};
    std::vector<std::string> mutated = lines;
    std::vector<std::string> left = names;
    for (uint64_t more = 1 + rng.Below(4); more > 0; --more) {
      const size_t name = rng.Below(left.size());
      mutated.insert(mutated.begin() + static_cast<ptrdiff_t>(rng.Below(mutated.size() + 1)),
                     left[name] + ": " + values[rng.Below(values.size())]);
      left.erase(left.begin() + static_cast<ptrdiff_t>(name));
    }
    scan::EnvelopeScanner scanner;
    const std::string raw = Mail(mutated);
    const scan::Mailbox* const author = OneAuthor(scanner.Scan(raw));
    ASSERT_NE(author, nullptr) << raw;
    ASSERT_EQ(author->local, ours ? "ann" : "eve") << raw;
    ASSERT_EQ(TrustOfRaw(raw, Pinned()), ours ? "pass" : "none") << raw;
  }
}

TEST(TrustOfMail, T01_whatever_a_sender_writes_is_no_pass) {
  test::Rng rng;
  PRINT_SEED(rng);
  testing::AuthResultsMaker<test::Rng> maker(&rng);
  const std::vector<std::string> border = {
      Results("none"), Results("dmarc=fail header.from=bank.example"),
      Results(
          "spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example; dmarc=none header.from=bank.example")};
  for (int round = Rounds("CASECOMM_T01", 2'000); round > 0; --round) {
    std::vector<std::string> lines = {maker.Of(border), "Received: from evil by mx.home.example"};
    for (uint64_t more = 1 + rng.Below(4); more > 0; --more) {
      lines.push_back("Authentication-Results:" + maker.Field({std::string(kPinned)}, {"bank.example"}));
    }
    lines.insert(lines.begin() + static_cast<ptrdiff_t>(1 + rng.Below(lines.size())), kFrom);
    ASSERT_NE(TrustOfLines(lines), "pass") << Mail(lines);
  }
}

// ---- T02 ----

// The definition of pass and fail, word by word, on what the rule-by-rule reading finds. `fields`: values and how many
// Received fields stand above.
std::string_view ByDefinition(const std::vector<std::pair<std::string, uint32_t>>& fields, const TrustPolicy& policy) {
  bool broken = false, dkim = false, spf = false;
  std::vector<std::string> dmarc;
  for (const auto& [value, above] : fields) {
    if (above > policy.received_above) continue;
    const testing::GrammarField field = testing::AuthResultsGrammar::Read(value);
    bool pinned = false;
    for (const std::string& id : policy.authserv_ids) pinned |= field.id && base::LowerAscii(*field.id) == id;
    if (!pinned || (!field.version.empty() && field.version != "1")) continue;
    broken |= !field.ok;
    for (const testing::GrammarClaim& claim : field.claims) {
      if (claim.version != "1") continue;
      const auto is_bank = [&](const std::string& type, const std::string& name) {
        const testing::GrammarProperty* only = nullptr;
        for (const testing::GrammarProperty& property : claim.properties) {
          if (property.type != type || property.name != name) continue;
          if (only != nullptr) return false;
          only = &property;
        }
        if (only == nullptr || only->escaped) return false;
        std::string domain = base::LowerAscii(only->text);
        if (type == "smtp" && !only->address && std::count(domain.begin(), domain.end(), '@') == 1) {
          domain.erase(0, domain.find('@') + 1);
        }
        if (!domain.empty() && domain.back() == '.') domain.pop_back();
        return domain == "bank.example" && (type == "smtp" || !only->address);
      };
      const bool pass = claim.result == "pass";
      if (claim.method == "dkim" && pass && is_bank("header", "d")) dkim = true;
      if (claim.method == "spf" && pass && is_bank("smtp", "mailfrom")) spf = true;
      if (claim.method == "dmarc" && is_bank("header", "from")) dmarc.push_back(claim.result);
    }
  }
  // Results that RFC 8601, 2.7 does not know are one to us.
  const std::set<std::string> known = {"pass",    "fail",   "none",      "softfail",
                                       "neutral", "policy", "temperror", "permerror"};
  for (std::string& result : dmarc) {
    if (known.count(result) == 0) result = "other";
  }
  for (const std::string& result : dmarc) broken |= result != dmarc.front();
  if (broken) return "none";
  const bool by_dmarc = !dmarc.empty() && dmarc.front() == "pass";
  if (dkim || (!policy.require_dkim && (by_dmarc || (policy.allow_spf && spf)))) return "pass";
  return !dmarc.empty() && dmarc.front() == "fail" ? "fail" : "none";
}

TEST(TrustOfMail, T02_mutants_are_judged_as_the_definition_says) {
  test::Rng rng;
  PRINT_SEED(rng);
  testing::AuthResultsMaker<test::Rng> maker(&rng);
  const std::vector<std::string> ids = {std::string(kPinned), std::string(kPinned), "mx0.home.example",
                                        "mx.evil.example"};
  const std::vector<std::string> domains = {"bank.example", "bank.example", "evil.example", "evilbank.example"};
  const int rounds = Rounds("CASECOMM_T02", 6'000);
  int passes = 0, fails = 0;
  for (int round = 0; round < rounds; ++round) {
    TrustPolicy policy = Pinned(static_cast<uint32_t>(rng.Below(3)));
    policy.allow_spf = rng.Below(2) == 0;
    policy.require_dkim = rng.Below(4) == 0;
    std::vector<std::string> lines;
    std::vector<std::pair<std::string, uint32_t>> fields;
    uint32_t received = 0;
    for (uint64_t more = 1 + rng.Below(4); more > 0; --more) {
      if (rng.Below(3) == 0) {
        lines.push_back("Received: from x by y");
        ++received;
        continue;
      }
      std::string value = maker.Field(ids, domains);
      if (rng.Below(3) == 0) value = maker.Mutant(std::move(value));
      // A bare line end and a NUL are defects of the header, and judged above.
      for (size_t i = 0; i < value.size(); ++i) {
        const bool fold = value[i] == '\r' ? value.substr(i, 2) == "\r\n" && i + 2 < value.size() &&
                                                 (value[i + 2] == ' ' || value[i + 2] == '\t')
                                           : value[i] != '\n' || (i > 0 && value[i - 1] == '\r');
        if (!fold || value[i] == '\0') value[i--] = '!';
      }
      lines.push_back("Authentication-Results:" + value);
      fields.emplace_back(value, received);
    }
    lines.insert(lines.begin() + static_cast<ptrdiff_t>(rng.Below(lines.size() + 1)), kFrom);
    const std::string_view expected = ByDefinition(fields, policy);
    ASSERT_EQ(TrustOfLines(lines, policy), expected)
        << Mail(lines) << policy.received_above << policy.allow_spf << policy.require_dkim;
    passes += expected == "pass";
    fails += expected == "fail";

    // What a sender adds below the boundary never raises the verdict; results there do not even lower it.
    while (received <= policy.received_above) {
      lines.push_back("Received: from x by y");
      ++received;
    }
    lines.push_back("Authentication-Results:" + maker.Field(ids, domains));
    ASSERT_EQ(TrustOfLines(lines, policy), expected) << Mail(lines);
    const std::vector<std::string> attack = {kFrom, "Sender: ann@bank.example", "From : ann@bank.example",
                                             "Reply-To: ann@bank.example", "lost line\r\nX-A: b"};
    lines.push_back(maker.Of(attack));
    const std::string_view attacked = TrustOfLines(lines, policy);
    ASSERT_TRUE(attacked == expected || attacked != "pass") << Mail(lines);
  }
  EXPECT_GT(passes, rounds / 50);
  EXPECT_GT(fails, rounds / 200);
}

}  // namespace
}  // namespace casecomm::identify
