// SPDX-License-Identifier: Apache-2.0
#include "scan/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Parsed {
  std::vector<std::string> specs;  // local, "|", domain
  std::vector<std::string> displays;
  uint8_t notes = 0;
};

Parsed Parse(std::string_view list) {
  Scratch scratch;
  std::vector<Mailbox> mailboxes;
  Parsed parsed;
  parsed.notes = ParseAddresses(list, &scratch, &mailboxes);
  for (const Mailbox& mailbox : mailboxes) {
    parsed.specs.push_back(std::string(mailbox.local) + "|" + std::string(mailbox.domain));
    parsed.displays.emplace_back(mailbox.display);
    const std::string whole = mailbox.domain.empty() ? std::string(mailbox.local)
                                                     : std::string(mailbox.local) + "@" + std::string(mailbox.domain);
    EXPECT_EQ(AddrSpec(mailbox), whole) << list;
  }
  return parsed;
}

TEST(Address, PlainForms) {
  const Parsed bare = Parse("ann@example.org");
  EXPECT_THAT(bare.specs, ElementsAre("ann|example.org"));
  EXPECT_EQ(bare.notes, 0);

  const Parsed list = Parse("Ann Lee <ann@example.org>, \"Roe, J.\" <j.roe@Example.NET> ,\r\n <x@y.z>");
  EXPECT_THAT(list.specs, ElementsAre("ann|example.org", "j.roe|Example.NET", "x|y.z"));
  EXPECT_THAT(list.displays, ElementsAre("Ann Lee", "\"Roe, J.\"", ""));
  EXPECT_EQ(list.notes, 0);

  EXPECT_THAT(Parse("").specs, IsEmpty());
  EXPECT_EQ(Parse("").notes, 0);
  EXPECT_THAT(Parse("user@[192.0.2.1], u@[IPv6:2001:db8::1]").specs,
              ElementsAre("user|[192.0.2.1]", "u|[IPv6:2001:db8::1]"));
  EXPECT_EQ(Parse("John Q. Public <j@x.org>").notes, 0) << "obs-phrase has one reading";
}

TEST(Address, QuotedLocalPartsStayAsWritten) {
  const Parsed parsed = Parse("\"a@b\"@c.org, \"a \\\" , <x@y>\"@d.org");
  EXPECT_THAT(parsed.specs, ElementsAre("\"a@b\"|c.org", "\"a \\\" , <x@y>\"|d.org"));
  EXPECT_EQ(parsed.notes, 0);
  EXPECT_THAT(Parse("\"a\r\n b\"@c.org").specs, ElementsAre("\"a b\"|c.org"));
  for (const char* folded : {"\"a\rb\"@c", "a\\\rb@c", "a\\\nb@c", "a@[1\r\n 2]"}) {
    for (const std::string& spec : Parse(folded).specs) EXPECT_EQ(spec.find_first_of("\r\n"), spec.npos) << folded;
  }
}

TEST(Address, CommentsAndFoldsAreCutOut) {
  EXPECT_THAT(Parse("a@[ 1.2.3.4\t]").specs, ElementsAre("a|[1.2.3.4]"));
  EXPECT_THAT(Parse("a@[ipv6:20\t01:db8:\r\n :1]").specs, ElementsAre("a|[ipv6:2001:db8::1]"));
  const Parsed parsed = Parse("pete(his account)@silly.test(his host), (c (d\\) e)) Ann\r\n (x) <a@b.org> (y)");
  EXPECT_THAT(parsed.specs, ElementsAre("pete|silly.test", "a|b.org"));
  EXPECT_EQ(parsed.notes, 0);
  const Parsed obsolete = Parse("john (c) . doe @ x\r\n . y .");
  EXPECT_THAT(obsolete.specs, ElementsAre("john.doe|x.y"));
  EXPECT_NE(obsolete.notes & kAddressObsolete, 0);
}

TEST(Address, Groups) {
  const Parsed parsed = Parse("A Group:Ed Jones <joe@a.test>,joe@where.test,John <jdoe@one.test>; , after@x.org");
  EXPECT_THAT(parsed.specs, ElementsAre("joe|a.test", "joe|where.test", "jdoe|one.test", "after|x.org"));
  EXPECT_EQ(parsed.notes, kAddressGroup);
  const Parsed none = Parse("Undisclosed recipients:;");
  EXPECT_THAT(none.specs, IsEmpty());
  EXPECT_EQ(none.notes, kAddressGroup);
  EXPECT_EQ(Parse("a:b:c@d;").notes, kAddressGroup | kAddressBroken) << "groups do not nest";
  EXPECT_THAT(Parse("a:b:c@d;").specs, ElementsAre("c|d"));
  EXPECT_EQ(Parse("a@b; c@d").notes, kAddressBroken) << "a semicolon outside of a group";
  EXPECT_THAT(Parse("a@b; c@d").specs, ElementsAre("a|b", "c|d"));
}

TEST(Address, RoutesAreObsolete) {
  const Parsed parsed = Parse("Mary <@machine.tld,@b.tld:mary@example.net>, b@c");
  EXPECT_THAT(parsed.specs, ElementsAre("mary|example.net", "b|c"));
  EXPECT_THAT(parsed.displays, ElementsAre("Mary", ""));
  EXPECT_EQ(parsed.notes, kAddressObsolete);
  EXPECT_EQ(Parse("a@b,,c@d").notes, kAddressObsolete);
  EXPECT_THAT(Parse("<@only.route>").specs, IsEmpty());
}

TEST(Address, EncodedWordsAreNeverDecodedInAnAddrSpec) {
  const Parsed phrase = Parse("=?utf-8?q?Doe,_J_<x@y>?= <a@b.org>");
  EXPECT_THAT(phrase.specs, ElementsAre("a|b.org"));
  EXPECT_THAT(phrase.displays, ElementsAre("=?utf-8?q?Doe,_J_<x@y>?="));
  EXPECT_EQ(phrase.notes, 0);
  EXPECT_EQ(Parse("=?utf-8?q?J. Doe?= <a@b.org>").notes, 0) << "a blank and a dot, to all words of a phrase";
  EXPECT_NE(Parse("=?utf-8?q?J) Doe?= <a@b.org>").notes & kAddressBroken, 0) << "to some no word";
  const Parsed local = Parse("=?utf-8?q?a=40evil.test?=@b.org");
  EXPECT_THAT(local.specs, ElementsAre("=?utf-8?q?a=40evil.test?=|b.org"));
  EXPECT_NE(local.notes & kAddressEncodedWord, 0);
  const Parsed angle = Parse("<=?utf-8?b?YUBi?=>");
  EXPECT_THAT(angle.specs, ElementsAre("=?utf-8?b?YUBi?=|"));
  EXPECT_NE(angle.notes & kAddressEncodedWord, 0);
  EXPECT_THAT(Parse("=?utf-8?b?YUBi?=").specs, IsEmpty()) << "a phrase alone names nobody";
}

struct Broken {
  const char* list;
  std::vector<std::string> specs;
};

TEST(Address, BrokenFormsGiveWhatSomeReaderSeesAndAreFlagged) {
  const Broken kCases[] = {
      {"ann", {"ann|"}},
      {"Ann Lee", {}},
      {"Ann Lee ann@x.org", {"ann|x.org"}},
      {"a@b c@d", {"a|b", "c|d"}},
      {"a@b@c", {"a@b|c"}},
      {"<a@b", {"a|b"}},
      {"<a@b, c@d>", {"a|b", "c|d"}},
      {"<a@b> <c@d>", {"a|b", "c|d"}},
      {"<<a@b>>", {"a|b"}},
      {"a@b>", {"a|b"}},
      {"A <a@b> rest, c@d", {"a|b", "c|d"}},
      {"x@y <a@b>", {"a|b"}},
      {"<a b@c>", {"a b|c"}},
      {"a@", {"a|"}},
      {"@b", {}},
      {"<mailto:a@b>", {"mailto:a|b"}},
      {"a\\@b@c", {"a\\@b|c"}},
      {"a@b (open", {"a|b"}},
      {"\"open <a@b>", {"\"open <a@b>|"}},
      {"a@b..", {"a|b"}},
      {"a@b. .", {"a|b"}},
      {"a@.", {"a|"}},
      {"a@b. c@d", {"a@b.c|d"}},
      {".@b", {".|b"}},
      {"a) <b@c>", {"b|c"}},
      {"<>", {}},
  };
  for (const Broken& broken : kCases) {
    const Parsed parsed = Parse(broken.list);
    EXPECT_EQ(parsed.specs, broken.specs) << broken.list;
    EXPECT_NE(parsed.notes & (kAddressBroken | kAddressObsolete), 0) << broken.list;
  }
}

// Mobile carriers gave such addresses out; every reader takes them as they stand.
TEST(Address, DotsInARowAreFlaggedAndNoDoubt) {
  for (const char* dots : {"two..dot@d.org", "dot.@d.org", "Ann <dot.@d.org>"}) {
    EXPECT_NE(Parse(dots).notes & kAddressDots, 0) << dots;
    EXPECT_NE(Parse("(a\\)b) " + std::string(dots)).notes & kAddressBroken, 0)
        << "behind a comment some readers lose what is not of the grammar";
    EXPECT_EQ(Parse(dots).notes & kAddressBroken, 0) << dots;
  }
  for (const char* odd : {"a . . b@d.org", "dot.@ d.org", "dot. @d.org", "dot.@d.org(c)x", "a@d.org.,"}) {
    EXPECT_NE(Parse(odd).notes & kAddressBroken, 0) << "readers do not agree on " << odd;
  }
  EXPECT_EQ(Parse("\"two..dot\"@d.org").notes, 0);
  EnvelopeScanner scanner;
  const Envelope& envelope = scanner.Scan("From: dot.@d.org\r\n\r\n");
  EXPECT_FALSE(envelope.from_ambiguous);
  EXPECT_TRUE(std::any_of(envelope.defects.begin(), envelope.defects.end(),
                          [](const DefectAt& at) { return at.defect == Defect::kAddressSyntax; }));
}

// RFC 5322, 4.4: obs-local-part, obs-domain, obs-dtext, obs-mbox-list, obs-angle-addr, obs-route, obs-phrase.
TEST(Address, ObsoleteForms) {
  const std::pair<const char*, const char*> forms[] = {
      {"partially.\"quoted\"@d.org", "partially.\"quoted\"|d.org"},
      {"\"first\".last@d.org", "\"first\".last|d.org"},
      {"first.\"\".last@d.org", "first.\"\".last|d.org"},
      {"first . last @ d . org", "first.last|d.org"},
      {"first (a) . (b) last@d (c) . org", "first.last|d.org"},
      {"foo@[\\1.2.3.4]", "foo|[\\1.2.3.4]"},
      {"<@a.org,@b.org:x@d.org>", "x|d.org"},
      {",, x@d.org ,", "x|d.org"},
  };
  for (const auto& [list, spec] : forms) {
    const auto parsed = Parse(list);
    EXPECT_EQ(parsed.notes, kAddressObsolete) << list;
    ASSERT_EQ(parsed.specs.size(), 1u) << list;
    EXPECT_EQ(parsed.specs[0], spec) << list;
  }
  EXPECT_EQ(Parse("g:,, a@b , ,;").notes, kAddressGroup | kAddressObsolete) << "obs-group-list";
  EXPECT_EQ(Parse("\"foo\"(yay)@(hoopla)[1.2.3.4]").notes, 0) << "comments are no obsolete form there";
}

TEST(Address, CharactersThatNoAddrSpecHas) {
  for (const char* broken :
       {"[test]@d.org", "a[b@d.org",  "a@1.2.3.4]", "a@.org", "a@b..org",    "a@...org",    "a@b\x14",
        "\x19@b",       "\x18 <a@b>", "a@\xff",     "a\r@b",  "a@\"\"",      "[x] y <a@b>", "\\ <a@b>",
        ".x <a@b>",     "..x: a@b;",  ". : a@b;",   ": a@b;", "a@b c <d@e>", "a@\x7f"}) {
    EXPECT_NE(Parse(broken).notes & kAddressBroken, 0) << broken;
  }
}

TEST(Address, AFinalDotOfTheDomainDoesNotCount) {
  for (const char* list : {"a@b.org.", "A <a@b.org.>", "a@b.org. (c)", "a@b.org <a@b.org.>", "a@b.org. <a@b.org>"}) {
    const Parsed parsed = Parse(list);
    EXPECT_THAT(parsed.specs, ElementsAre("a|b.org")) << list;
    EXPECT_EQ(parsed.notes, kAddressFinalDot) << list;
  }
  EXPECT_THAT(Parse("a@b., c@d.").specs, ElementsAre("a|b", "c|d"));
  EXPECT_EQ(Parse("a.@b").notes & kAddressFinalDot, 0) << "the local part's dot is its own";
}

TEST(Address, APhraseThatIsTheAddressItselfIsNoAmbiguity) {
  EXPECT_EQ(Parse("a@B.org <a@b.org>").notes, 0);
  EXPECT_NE(Parse("boss@b.org <a@b.org>").notes & kAddressBroken, 0);
  EXPECT_NE(Parse("% a@b.org <a@b.org>").notes & kAddressBroken, 0) << "others read no address, or another";
  EXPECT_NE(Parse("a@b.org \"Ann\" <a@b.org>").notes & kAddressBroken, 0);
  EXPECT_EQ(Parse("(x) a@b.org (y) <a@b.org>").notes & kAddressBroken, 0);
  EXPECT_THAT(Parse("a@b via List <l@x.org>").specs, ElementsAre("l|x.org"));
  EXPECT_EQ(Parse("\"boss@b.org\" <a@b.org>").notes, 0) << "quoted, it is a name";
}

TEST(Address, EncodedWordLength) {
  EXPECT_EQ(EncodedWordLength("=?utf-8?q?a?= x"), 13u);
  EXPECT_EQ(EncodedWordLength("=?utf-8*en?B?"
                              "?="),
            15u);
  for (const char* text :
       {"=?utf-8?x?a?=", "=??q?a?=", "=?utf-8?q?a", "=?utf-8?q?a\r\n b?=", "=?u t?q?a?=", "=?a?q?b?x", "="}) {
    EXPECT_EQ(EncodedWordLength(text), 0u) << text;
  }
}

// Each of these cost some known parser quadratic time or its stack.
TEST(Address, HostileListsCostLinearTime) {
  const auto repeat = [](std::string_view piece, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += piece;
    return text;
  };
  for (const std::string_view piece :
       {"a:", "(", ")", "\"", "<", "@[", "=?", "=?a?q?", "a@b ", "a ", "\\", "<@a", ",", "a.", ". "}) {
    const std::string small = repeat(piece, 1u << 17), large = repeat(piece, 1u << 20);
    // Eight times the bytes: quadratic time would be 64 times as long.
    EXPECT_TRUE(CostsAtMost(
        30, [&] { Parse(small); }, [&] { Parse(large); }, 0.1))
        << piece;
  }
}

TEST(Address, HalfAMillionAddresses) {
  std::string list;
  for (int i = 0; i < 500'000; ++i) list += "u@x.org,";
  EXPECT_EQ(Parse(list).specs.size(), 500'000u);
}

}  // namespace
}  // namespace casecomm::scan
