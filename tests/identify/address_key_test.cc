// SPDX-License-Identifier: Apache-2.0
#include "identify/address_key.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/base/random.h"

namespace casecomm::identify {
namespace {

bool Same(std::string_view a_local, std::string_view a_domain, std::string_view b_local, std::string_view b_domain) {
  const CanonicalAddress a(a_local, a_domain), b(b_local, b_domain);
  EXPECT_EQ(a == b, b == a);
  if (a == b) {
    EXPECT_EQ(a.Hash(), b.Hash());
  }
  return a == b;
}

// The rule once more, as plainly as it can be said: A to Z fold, nothing else does.
std::string NaiveFold(const std::string& text) {
  std::string folded;
  for (const char c : text) folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return folded;
}

TEST(AddressKey, T08_exhaustive_words_are_equal_only_by_ascii_case) {
  const std::vector<std::string> letters = {"a", "A", ".", "+", "-", "i", "I", "\u0130", "\u0131"};
  std::vector<std::string> words = {""};
  for (size_t begin = 0, length = 1; length <= 5; ++length) {
    const size_t end = words.size();
    for (size_t w = begin; w < end; ++w) {
      for (const std::string& letter : letters) words.push_back(words[w] + letter);
    }
    begin = end;
  }
  words.erase(words.begin());
  ASSERT_EQ(words.size(), 9u + 81 + 729 + 6561 + 59049);

  // Equal canonical forms must be exactly the classes of the reference: then it is an equivalence.
  std::set<std::string> canonical, reference;
  std::set<std::pair<std::string, std::string>> both;
  std::set<uint64_t> hashes;
  for (const std::string& word : words) {
    const CanonicalAddress key(word, "x.example"), quoted('"' + word + '"', "X.Example.");
    EXPECT_TRUE(key == quoted) << word;
    EXPECT_EQ(key.Hash(), quoted.Hash()) << word;
    canonical.emplace(key.local());
    reference.insert(NaiveFold(word));
    both.emplace(key.local(), NaiveFold(word));
    hashes.insert(key.Hash());
  }
  EXPECT_EQ(canonical.size(), reference.size());
  EXPECT_EQ(both.size(), reference.size());
  EXPECT_EQ(hashes.size(), reference.size());
}

TEST(AddressKey, T08_quotes_that_need_not_be_there_do_not_count) {
  EXPECT_TRUE(Same("\"bob\"", "x.org", "Bob", "x.org"));
  EXPECT_TRUE(Same("\"b\\ob\"", "x.org", "bob", "x.org"));
  EXPECT_TRUE(Same("\"a\\ b\"", "x.org", "\"a b\"", "x.org"));
  EXPECT_FALSE(Same("\"bob \"", "x.org", "bob", "x.org"));
  EXPECT_FALSE(Same("\"\"", "x.org", "a", "x.org"));
  EXPECT_FALSE(Same("\"bob", "x.org", "bob", "x.org"));
  EXPECT_FALSE(Same("bob+tag", "x.org", "bob", "x.org"));
  EXPECT_FALSE(Same("b.ob", "x.org", "bob", "x.org"));
}

TEST(AddressKey, T04_a_quoted_at_sign_does_not_move_the_border) {
  EXPECT_FALSE(Same("\"a@b\"", "c", "a", "b@c"));
  EXPECT_FALSE(Same("a", "b.c", "a.b", "c"));
  const CanonicalAddress nul(std::string_view("\"a\0b\"", 5), "c"), split("a", std::string_view("b\0c", 3));
  EXPECT_FALSE(nul == split);
}

TEST(AddressKey, T07_domains_compare_as_a_labels) {
  EXPECT_TRUE(Same("a", "m\u00fcller.de", "a", "xn--mller-kva.de"));
  EXPECT_TRUE(Same("a", "m\u00fcller.DE.", "a", "XN--MLLER-KVA.de"));
  EXPECT_TRUE(Same("a", "example.com.", "a", "Example.COM"));
  EXPECT_FALSE(Same("a", "m\u00fcller.de", "a", "muller.de"));
  EXPECT_FALSE(Same("a", "example.com..", "a", "example.com"));
}

TEST(AddressKey, T07_look_alikes_never_match) {
  // Cyrillic, Greek, full-width, Kelvin sign, dotless i, soft hyphen, ideographic full stop, ligature, long s.
  const std::vector<std::string> alikes = {
      "p\u0430ypal.com",  "\u0440aypal.com", "payp\u0251l.com",  "\uff50\uff41\uff59\uff50\uff41\uff4c.com",
      "paypal\u3002com",  "paypa\u0131.com", "paypa\u00adl.com", "\u1d18aypal.com",
      "pay\u200bpal.com", "paypal.c\u043em", "paypal.\uff43om",  "paypa\u217c.com",
      "PAYPAL\uff0ecom",  "\u03c1aypal.com", "paypal\u2024com"};
  for (const std::string& alike : alikes) {
    EXPECT_FALSE(Same("a", alike, "a", "paypal.com")) << alike;
    EXPECT_TRUE(Same("a", alike, "A", alike)) << alike;
  }
  EXPECT_FALSE(Same("a", "\u212aelvin.org", "a", "kelvin.org"));
  EXPECT_FALSE(Same("a", "stra\u00dfe.de", "a", "strasse.de"));
  EXPECT_FALSE(Same("\uff41", "x.org", "a", "x.org"));
}

// A letter of an ASCII domain or local part, and what looks like it: of UTS #39's table, the ones that are drawn alike.
constexpr std::pair<char, const char*> kConfusables[] = {
    {'a', "\u0430"}, {'a', "\u0251"}, {'a', "\u03b1"},     {'a', "\uff41"}, {'a', "\U0001d41a"}, {'a', "\U0001d5ba"},
    {'b', "\u042c"}, {'b', "\uff42"}, {'b', "\U0001d41b"}, {'c', "\u0441"}, {'c', "\u03f2"},     {'c', "\u1d04"},
    {'c', "\u217d"}, {'c', "\uff43"}, {'d', "\u0501"},     {'d', "\u217e"}, {'d', "\uff44"},     {'e', "\u0435"},
    {'e', "\u212f"}, {'e', "\u04bd"}, {'e', "\uff45"},     {'f', "\u017f"}, {'f', "\uff46"},     {'f', "\U0001d41f"},
    {'g', "\u0261"}, {'g', "\u1d83"}, {'g', "\uff47"},     {'h', "\u04bb"}, {'h', "\u210e"},     {'h', "\uff48"},
    {'i', "\u0456"}, {'i', "\u0131"}, {'i', "\u0269"},     {'i', "\u2170"}, {'i', "\uff49"},     {'j', "\u0458"},
    {'j', "\u03f3"}, {'j', "\uff4a"}, {'k', "\u212a"},     {'k', "\u043a"}, {'k', "\uff4b"},     {'l', "\u04cf"},
    {'l', "\u217c"}, {'l', "\u2113"}, {'l', "1"},          {'l', "I"},      {'l', "\uff4c"},     {'m', "\u217f"},
    {'m', "\uff4d"}, {'m', "rn"},     {'n', "\u0578"},     {'n', "\u057c"}, {'n', "\uff4e"},     {'o', "\u043e"},
    {'o', "\u03bf"}, {'o', "\u0585"}, {'o', "0"},          {'o', "\uff4f"}, {'p', "\u0440"},     {'p', "\u03c1"},
    {'p', "\uff50"}, {'q', "\u051b"}, {'q', "\uff51"},     {'r', "\u0433"}, {'r', "\u1d26"},     {'r', "\uff52"},
    {'s', "\u0455"}, {'s', "\u017f"}, {'s', "\ua731"},     {'s', "\uff53"}, {'t', "\u03c4"},     {'t', "\uff54"},
    {'u', "\u03c5"}, {'u', "\u057d"}, {'u', "\u1d1c"},     {'u', "\uff55"}, {'v', "\u03bd"},     {'v', "\u0475"},
    {'v', "\u2174"}, {'v', "\uff56"}, {'w', "\u051d"},     {'w', "\u0461"}, {'w', "vv"},         {'w', "\uff57"},
    {'x', "\u0445"}, {'x', "\u00d7"}, {'x', "\u2179"},     {'x', "\uff58"}, {'y', "\u0443"},     {'y', "\u04af"},
    {'y', "\u0263"}, {'y', "\uff59"}, {'z', "\u1d22"},     {'z', "\uff5a"}, {'0', "\uff10"},     {'1', "\uff11"},
    {'3', "\u0417"}, {'5', "\u01bd"}, {'6', "\u0431"},     {'.', "\u3002"}, {'.', "\uff0e"},     {'.', "\uff61"},
    {'.', "\u2024"}, {'-', "\u2010"}, {'-', "\u2011"},     {'-', "\uff0d"}, {'-', "\u00ad"},     {'@', "\uff20"}};

TEST(AddressKey, T07_no_participant_has_a_look_alike_that_matches) {
  test::Rng random;
  PRINT_SEED(random);
  size_t compared = 0;
  for (size_t people = test::Runs("CASECOMM_T07", 1000); people > 0; --people) {
    const auto word = [&] { return random.Text("abcdefghijklmnopqrstuvwxyz013-", 2 + random.Below(8)); };
    const std::string local = word() + (random.Below(2) == 0 ? "." + word() : ""),
                      domain = word() + "." + word() + ".com";
    const CanonicalAddress person(local, domain);
    for (const auto& [letter, alike] : kConfusables) {
      const auto swapped = [&, letter = letter, alike = alike](std::string text) {
        const size_t at = text.find(letter, random.Below(text.size()));
        if (at != text.npos) text.replace(at, 1, alike);
        return text;
      };
      const std::string other_local = swapped(local), other_domain = swapped(domain);
      if (NaiveFold(other_local) != NaiveFold(local)) {
        ++compared;
        ASSERT_FALSE(CanonicalAddress(other_local, domain) == person) << other_local << '@' << domain;
      }
      if (NaiveFold(other_domain) != NaiveFold(domain)) {
        ++compared;
        ASSERT_FALSE(CanonicalAddress(local, other_domain) == person) << local << '@' << other_domain;
      }
    }
  }
  EXPECT_GT(compared, 1000u);
}

TEST(AddressKey, T09_a_domain_is_whole_labels) {
  test::Rng random;
  PRINT_SEED(random);
  const std::vector<std::string> pieces = {"example", "attacker-", ".", "com", "x", "-", "COM", "Example"};
  std::vector<std::string> domains;  // 1e5 pairs of them
  while (domains.size() < 317) {
    std::string domain;
    for (size_t n = 1 + random() % 4; n > 0; --n) domain += pieces[random() % pieces.size()];
    if (domain.back() != '.') domains.push_back(domain);
  }
  for (const std::string& a : domains) {
    for (const std::string& b : domains) EXPECT_EQ(Same("u", a, "u", b), NaiveFold(a) == NaiveFold(b)) << a << ' ' << b;
  }
}

TEST(AddressKey, T08_every_octet_folds_alone_at_every_place) {
  for (int octet = 0; octet < 256; ++octet) {
    for (size_t length = 1; length <= 20; ++length) {
      for (size_t place = 0; place < length; ++place) {
        std::string local(length, '\xff');
        local[place] = static_cast<char>(octet);
        if (length >= 2 && local.front() == '"' && local.back() == '"') continue;
        ASSERT_EQ(CanonicalAddress(local, "x.org").local(), NaiveFold(local)) << octet << ' ' << length << ' ' << place;
      }
    }
  }
}

TEST(AddressKey, over_long_addresses_compare_as_written) {
  const std::string local(600, 'a'), other = local + 'b', upper(600, 'A');
  EXPECT_TRUE(Same(local, "x.org", local, "x.org"));
  EXPECT_FALSE(Same(local, "x.org", other, "x.org"));
  EXPECT_FALSE(Same(local, "x.org", upper, "x.org"));
  const std::string at_capacity(512 - 1 - 5, 'A'), over(512 - 5, 'A');
  EXPECT_EQ(CanonicalAddress(at_capacity, "x.org").local(), NaiveFold(at_capacity));
  EXPECT_EQ(CanonicalAddress(over, "x.org").local(), over);
}

TEST(AddressKey, any_bytes_are_survived) {
  test::Rng random;
  PRINT_SEED(random);
  for (int i = 0; i < 20'000; ++i) {
    std::string local(random() % 12, ' '), domain(random() % 40, ' ');
    for (char& c : local) c = static_cast<char>(random());
    for (char& c : domain) c = random() % 3 != 0 ? static_cast<char>('a' + random() % 26) : static_cast<char>(random());
    const CanonicalAddress once(local, domain);
    const CanonicalAddress again(local, domain);
    EXPECT_TRUE(once == again);
    EXPECT_EQ(once.Hash(), again.Hash());
  }
}

}  // namespace
}  // namespace casecomm::identify
