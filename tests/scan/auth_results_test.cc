// SPDX-License-Identifier: Apache-2.0
#include "scan/auth_results.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/base/random.h"
#include "tests/scan/auth_results_oracle.h"
#include "tests/support/heap.h"

namespace casecomm::scan {
namespace {

constexpr const char* kMethodNames[] = {"other", "spf", "dkim", "dmarc"};
constexpr const char* kResultNames[] = {"other",   "pass",   "fail",      "none",     "softfail",
                                        "neutral", "policy", "temperror", "permerror"};

// Its claims in one line, or "broken".
std::string Read(std::string_view value) {
  AuthResultsReader reader(value);
  std::string line;
  for (AuthClaim claim; reader.Next(&claim);) {
    if (!line.empty()) line += "; ";
    line += kMethodNames[static_cast<size_t>(claim.method)];
    line += '=';
    line += kResultNames[static_cast<size_t>(claim.result)];
    const auto add = [&](const char* name, std::string_view text) {
      if (!text.empty()) line += std::string(" ") + name + '=' + std::string(text);
    };
    add("from", claim.header_from);
    add("d", claim.header_d);
    add("mailfrom", claim.smtp_mailfrom);
  }
  return reader.ok() ? line : "broken";
}

TEST(AuthResults, X04_what_the_grammar_has) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      // RFC 8601, appendix B
      {"example.org 1; none", ""},
      {"example.com; spf=pass smtp.mailfrom=example.net", "spf=pass mailfrom=example.net"},
      {"example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net",
       "other=pass; spf=pass mailfrom=example.net"},
      {"example.com;\r\n sender-id=fail header.from=example.com;\r\n dkim=pass (good signature) header.d=example.com",
       "other=fail from=example.com; dkim=pass d=example.com"},
      {"example.com;\r\n dkim=pass reason=\"good signature\"\r\n header.i=@mail-router.example.net;\r\n dkim=fail "
       "reason=\"bad signature\"\r\n header.i=@newyork.example.com",
       "dkim=pass; dkim=fail"},
      {"foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n policy "
       "(A "
       "dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462",
       "dkim=fail"},
      // case, versions, quotes
      {"x; DMARC=Pass Header.FROM=Example.org", "dmarc=pass from=Example.org"},
      {"x; dkim/1=pass header.d=a.b; dkim/2=pass header.d=a.b; spf / 01=pass",
       "dkim=pass d=a.b; other=pass d=a.b; other=pass"},
      {"\"x\"; dkim=pass header.d=\"a.b\"", "dkim=pass d=a.b"},
      {"x; dkim=pass header.d=\"a.\\b\"", "dkim=pass"},
      {"x; dkim=pass header.d=\"a.\r\n b\"", "dkim=pass"},
      {"x; dkim=pass header.b=\"a;b\\\"; dmarc=pass header.from=c.d\"", "dkim=pass"},
      {"x; dkim=pass (a;b \\) ; dmarc=pass header.from=c.d) header.d=e.f", "dkim=pass d=e.f"},
      {"x; dkim=pass reason=\"; dmarc=pass header.from=c.d\"", "dkim=pass"},
      // addresses
      {"x; spf=pass smtp.mailfrom=a@b.org", "spf=pass mailfrom=b.org"},
      {"x; spf=pass smtp.mailfrom=@b.org", "spf=pass mailfrom=b.org"},
      {"x; spf=pass smtp.mailfrom=bounce+a=c/d?e@b.org", "spf=pass mailfrom=b.org"},
      {"x; spf=pass smtp.mailfrom=\"a@evil.org ; \\\" \"@b.org", "spf=pass mailfrom=b.org"},
      {"x; spf=pass smtp.mailfrom=\"a@b.org\"", "spf=pass mailfrom=b.org"},
      {"x; spf=pass smtp.mailfrom=\"a@evil.org@b.org\"", "spf=pass"},
      {"x; dmarc=pass header.from=a@b.org", "dmarc=pass"},
      {"x; dmarc=pass header.from=b\xc3\xbc.org", "dmarc=pass from=b\xc3\xbc.org"},
      // a property twice says nothing
      {"x; dmarc=pass header.from=a.org header.from=b.org", "dmarc=pass"},
      {"x; dmarc=pass header.from=a.org header.from=a.org header.from=a.org header.d=c.d", "dmarc=pass d=c.d"},
      {"x; dkim=pass header.b=\"x\"header.d=c.d", "dkim=pass d=c.d"},
      {"x; none=pass", "other=pass"},
      {"x; reason=pass reason=reason reason.reason=reason", "other=pass"},
      {"x; spf=\r\n\tpass\r\n\t(c)", "spf=pass"},
      {"x; spf=\r pass", "spf=pass"},
      {"x; spf=hardfail; dkim=neutral; dkim=policy; dmarc=temperror; dmarc=permerror; spf=softfail; spf=none",
       "spf=other; dkim=neutral; dkim=policy; dmarc=temperror; dmarc=permerror; spf=softfail; spf=none"},
  };
  for (const auto& [value, expected] : rows) EXPECT_EQ(Read(value), expected) << value;
}

TEST(AuthResults, T02_what_it_has_not_breaks_the_value) {
  for (const std::string value : {
           "",
           "x",
           "x;",
           ";",
           "; none",
           "x none",
           "x; none; spf=pass",
           "x; spf=pass; none",
           "x; spf=pass;",
           "x;; spf=pass",
           "x; spf",
           "x; spf=",
           "x; =pass",
           "x; spf==pass",
           "x; spf=pass smtp.mailfrom",
           "x; spf=pass smtp.mailfrom=",
           "x; spf=pass smtp",
           "x; spf=pass action=none smtp.mailfrom=a.b",
           "x; spf=pass smtp.mailfrom=<>",
           "x; spf=pass smtp.mailfrom=a@b",
           "x; spf=pass smtp.mailfrom=a@-b.c",
           "x; spf=pass smtp.mailfrom=a@b.c.",
           "x; spf=pass smtp.mailfrom=.a@b.c",
           "x; spf=pass smtp.mailfrom=a..b@b.c",
           "x; spf=pass smtp.mailfrom=a@b.c@d.e",
           "x; spf=pass smtp.mailfrom=a=b",
           "x; spf=pass smtp.mailfrom=\"a\r\n b\"@c.d",
           "x; spf=pass smtp..mailfrom=a.b",
           "x; dkim-=pass",
           "x; dkim=pass- header.d=a.b",
           "x; dkim=pass header.d=a.b reason=late",
           "x; dkim=pass reason=a reason=b",
           "x; dkim=pass reason=\"a\"header.d=a.b",
           "x; dkim/=pass",
           "x; dkim/a=pass",
           "x y; dkim=pass",
           "x 1 1; dkim=pass",
           "x 1a; dkim=pass",
           "x@y; dkim=pass",
           "x; dkim=pass (a",
           "x; dkim=pass (a (b)",
           "x; dkim=pass a)",
           "x; dkim=pass (a\\)",
           "x; dkim=pass header.b=\"a",
           "x (a",
           "\"x; dkim=pass",
           "x; dkim=pass header.b=\"a\\\"",
           "x; dkim=pass header.b=\"a\\",
           "x; dkim=pass, dmarc=pass",
           "x; dkim=pass (a\r\nb)",
           "x; dkim=pass\r\nheader.d=a.b",
           "x; dkim=pass header.b=\"a\nb\"",
           "x; dkim=pass (\x7f)",
           "x; dkim=pass header.b=\xff",
           "x; dkim=pass (\xc3)",
           "x; dkim_x=pass",
       }) {
    EXPECT_EQ(Read(value), "broken") << value;
  }
  EXPECT_EQ(Read(std::string_view("x; dkim=pass (\0)", 16)), "broken");
}

TEST(AuthResults, T02_only_the_server_that_is_asked_for_in_a_version_that_is_known) {
  for (const std::string value :
       {"mx.example.org; none", "MX.Example.ORG 1; none", " (x) \"mx.example.org\"(y)\r\n 1 ; none",
        "mx.example.org(mx.evil.org); none", "mx.example.org; none of the grammar"}) {
    EXPECT_TRUE(AuthResultsReader(value).Is("mx.EXAMPLE.org")) << value;
  }
  for (const std::string value :
       {"mx.example.org 2; none", "mx.example.org 01; none", "mx.example.org 11; none", "mx.example.org.; none",
        "mx.example.org.evil.org; none", "evil.org (mx.example.org); none", "mx.example.orgs; none",
        "x.example.org; none", "\"mx.\\example.org\"; none", "(mx.example.org; none", "mx .example.org; none",
        "mx.\r\n example.org; none", "", "\"\"; none", "\"mx.example.org ; none"}) {
    EXPECT_FALSE(AuthResultsReader(value).Is("mx.example.org")) << value;
    EXPECT_FALSE(AuthResultsReader(value).Is("")) << value;
  }
}

// What the rule-by-rule reading finds, in the form of Read.
std::string ReadByTheGrammar(std::string_view value) {
  const testing::GrammarField field = testing::AuthResultsGrammar::Read(value);
  if (!field.ok) return "broken";
  std::string line;
  for (const testing::GrammarClaim& claim : field.claims) {
    if (!line.empty()) line += "; ";
    const auto named = [](const auto& names, const std::string& word) {
      for (const char* name : names) {
        if (word == name) return name;
      }
      return "other";
    };
    line += std::string(claim.version == "1" ? named(kMethodNames, claim.method) : "other") + '=' +
            named(kResultNames, claim.result);
    const auto add = [&](const char* name, const char* type, const char* property) {
      std::string text;
      int times = 0;
      for (const testing::GrammarProperty& p : claim.properties) {
        if (p.type != type || p.name != property || ++times > 1 || p.escaped) continue;
        const bool mailbox = std::string_view(type) == "smtp";
        if (!p.address) text = p.text;
        if (p.address && mailbox) text = p.text;
        const size_t at = text.find('@');
        if (mailbox && at != text.npos) text = text.find('@', at + 1) == text.npos ? text.substr(at + 1) : "";
      }
      if (times == 1 && !text.empty()) line += std::string(" ") + name + '=' + text;
    };
    add("from", "header", "from");
    add("d", "header", "d");
    add("mailfrom", "smtp", "mailfrom");
  }
  return line;
}

TEST(AuthResults, T02_reads_as_the_grammar_does) {
  test::Rng rng;
  PRINT_SEED(rng);
  testing::AuthResultsMaker<test::Rng> maker(&rng);
  const std::vector<std::string> ids = {"mx.home.example", "mx.evil.example"};
  const std::vector<std::string> domains = {"bank.example", "evil.example",
                                            "b\xc3\xbc"
                                            "cher.example"};
  size_t whole = 0, broken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string value = maker.Field(ids, domains);
    if (round % 4 != 0) value = maker.Mutant(std::move(value));
    const std::string expected = ReadByTheGrammar(value);
    ASSERT_EQ(Read(value), expected) << value;
    ++(expected == "broken" ? broken : whole);
    const testing::GrammarField field = testing::AuthResultsGrammar::Read(value);
    const bool is =
        field.id && base::LowerAscii(*field.id) == ids[0] && (field.version.empty() || field.version == "1");
    ASSERT_EQ(AuthResultsReader(value).Is(ids[0]), is) << value;
    ASSERT_TRUE(round % 4 != 0 || field.ok) << "the maker's are of the grammar: " << value;
  }
  EXPECT_GT(whole, 6'000u);
  EXPECT_GT(broken, 4'000u);
}

TEST(AuthResults, T18_ladders_take_linear_time_and_no_memory) {
  const auto many = [](std::string_view piece) {
    std::string text;
    while (text.size() < 1 << 20) text += piece;
    return text;
  };
  const std::string claims = many("; dkim=pass (c (d)) reason=\"x\" header.d=a.b header.b=\"c\\d\"");
  const std::string nested = std::string(1 << 20, '(') + std::string(1 << 20, ')');
  const std::vector<std::pair<std::string, bool>> rows = {
      {"x " + many("("), false},
      {"x " + nested + "; none", true},
      {"x " + nested + ")", false},
      {"x; spf=pass " + nested, true},
      {"x" + many("(()"), false},
      {"x" + claims, true},
      {"x; spf=pass" + many(" a.b=c"), true},
      {"x; spf=pass a.b=\"" + many("\\\"") + '"', true},
      {"x; spf=pass a.b=" + many("a."), true},
      {many("x") + "; none", true},
      {"x; spf=pass a.b=a@" + many("b.") + "c", true},
      {"x; spf=pass a.b=" + many("b.") + "=@c.d", true},
      {"x; spf=pass a.b=" + many("b.") + "@c.d", false},
      {"x;" + many("\r\n "), false},
      {"x; " + many("a-"), false},
      {"x" + many(";"), false},
      {"x " + many("1") + "; none", true},
      {"x; spf/" + many("1") + "=pass", true},
      {"x; none" + many(" "), true},
      {"x" + many("; none"), false},
  };
  for (const auto& [value, ok] : rows) {
    const uint64_t before = test::Allocations();
    const auto begin = std::chrono::steady_clock::now();
    AuthResultsReader reader(value);
    for (AuthClaim claim; reader.Next(&claim);) continue;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(test::Allocations(), before);
    EXPECT_LT(took.count(), 2.0) << value.substr(0, 40);  // it takes 5 ms
    EXPECT_EQ(reader.ok(), ok) << value.substr(0, 40);
  }
}

}  // namespace
}  // namespace casecomm::scan
