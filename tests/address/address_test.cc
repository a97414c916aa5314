// SPDX-License-Identifier: Apache-2.0
#include "address/address.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/text.h"
#include "tests/base/random.h"
#include "tests/support/heap.h"

namespace casecomm::address {
namespace {

constexpr int64_t kNow = 1'790'000'000'000'000;
constexpr Kind kKinds[] = {Kind::kRecord, Kind::kDrop, Kind::kReply, Kind::kReturnPath, Kind::kMessageId};
constexpr std::string_view kDomain = "in.example.org";
constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";

KeyRing::Key KeyOf(uint8_t id, uint8_t fill, int64_t until = 0) {
  KeyRing::Key key;
  key.id = id;
  for (size_t i = 0; i < key.secret.size(); ++i) key.secret[i] = static_cast<uint8_t>(fill + i);
  key.verify_until_us = until;
  return key;
}

Signer SignerOf(std::vector<KeyRing::Key> keys) {
  KeyRing ring;
  ring.keys = std::move(keys);
  return Signer::Make(ring).value();
}

std::string_view LocalOf(std::string_view address) {
  return address.substr(0, address.rfind('@'));
}

std::string MintLocal(const Signer& signer, const Capability& c, std::string_view prefix = {}) {
  return std::string(LocalOf(signer.Mint(c, kDomain, prefix).value()));
}

Capability AnyCapability(test::Rng& rng, uint8_t key_id) {
  return {kKinds[rng.Below(std::size(kKinds))], key_id, static_cast<uint32_t>(1 + rng.Below(kMaxAccount)),
          rng.Below(kMaxLocator + 1)};
}

std::string AnyPrefix(test::Rng& rng, size_t most = kMaxPrefix) {
  const size_t size = rng.Below(most + 1);
  if (size < 2) return {};
  return rng.Text("abcxyz019", 1) + rng.Text("abcxyz019_-+", size - 2) + rng.Of("-+");
}

// The canonical form behind the slug, told a second time: lower case, i and l as 1, o as 0; empty for what has no
// place for a slug's end.
std::string Canonical(std::string_view local) {
  if (local.size() < 35) return {};
  const std::string_view slug = local.substr(0, local.size() - 35);
  if (!slug.empty() && slug.back() != '-' && slug.back() != '+') return {};
  std::string core = base::LowerAscii(local.substr(slug.size()));
  for (char& c : core) c = c == 'i' || c == 'l' ? '1' : c == 'o' ? '0' : c;
  return core;
}

// Calls `visit` with every edit of one step: substitute, delete, insert, transpose.
template <typename Visit>
void EachEdit(const std::string& text, std::string_view letters, Visit visit) {
  for (size_t i = 0; i < text.size(); ++i) {
    std::string edited = text;
    for (const char c : letters) {
      edited[i] = c;
      visit(edited);
    }
    edited = text;
    edited.erase(i, 1);
    visit(edited);
    if (i + 1 < text.size()) {
      edited = text;
      std::swap(edited[i], edited[i + 1]);
      visit(edited);
    }
  }
  for (size_t i = 0; i <= text.size(); ++i) {
    for (const char c : letters) visit(text.substr(0, i) + c + text.substr(i));
  }
}

TEST(Address, Y03_GoldenForms) {  // in mails all over the world: these never change
  const Signer signer = SignerOf({KeyOf(0, 1), KeyOf(31, 100)});
  EXPECT_EQ(signer.newest_key(), 31);
  struct Golden {
    Capability capability;
    std::string_view prefix, address;
  } const goldens[] = {
      {{Kind::kRecord, 0, 1, 0}, "", "q10-00000100000000-hbgkwnymxpzbrx7x@in.example.org"},
      {{Kind::kRecord, 31, kMaxAccount, kMaxLocator}, "", "q1z-zzzzzzzzzzzzzz-0ryv4h6wg4g4p37y@in.example.org"},
      {{Kind::kDrop, 0, 77, 123456789},
       "case-2026-17-",
       "case-2026-17-d10-00002d003nqk8n-p0mrdkbzsnxr996d@in.example.org"},
      {{Kind::kReply, 0, 77, 123456789}, "mail+", "mail+r10-00002d003nqk8n-6tsb0dd7gxmps86a@in.example.org"},
      {{Kind::kReturnPath, 0, 77, 123456789}, "", "b10-00002d003nqk8n-fezmtdjy5pg4wyfe@in.example.org"},
      {{Kind::kMessageId, 0, 77, 123456789}, "", "m10-00002d003nqk8n-vt1c96cswsv9c0qf@in.example.org"},
  };
  for (const Golden& golden : goldens) {
    const std::string address = signer.Mint(golden.capability, "In.Example.ORG", golden.prefix).value();
    EXPECT_EQ(address, golden.address);
    EXPECT_EQ(signer.Verify(LocalOf(address), kDomain, kNow), golden.capability);
  }
}

TEST(Address, WhatIsMintedIsReadBack) {
  test::Rng rng;
  PRINT_SEED(rng);
  const Signer signer = SignerOf({KeyOf(5, 9), KeyOf(17, 200)});
  for (int round = 0; round < 5'000; ++round) {
    const Capability c = AnyCapability(rng, rng.Below(2) ? 5 : 17);
    const std::string local = MintLocal(signer, c, AnyPrefix(rng));
    ASSERT_GE(local.size(), kCoreLength);
    ASSERT_LE(local.size(), 64u);
    ASSERT_EQ(signer.Verify(local, kDomain, kNow), c) << local;
    ASSERT_EQ(signer.Verify('"' + local + '"', kDomain, kNow), c) << local;
    std::string mixed = local;
    for (char& ch : mixed) {
      if (ch >= 'a' && ch <= 'z' && rng.Below(2)) ch = static_cast<char>(ch - 32);
    }
    ASSERT_EQ(signer.Verify(mixed, "IN.Example.oRG", kNow), c) << mixed;
  }
}

TEST(Address, LimitsOfTheFields) {
  const Signer signer = SignerOf({KeyOf(0, 1)});
  const auto reason = [&](const Capability& c, std::string_view domain = kDomain, std::string_view prefix = {}) {
    const Result<std::string> address = signer.Mint(c, domain, prefix);
    EXPECT_TRUE(address.ok() || address.status().code() == Code::kInvalidArgument ||
                address.status().code() == Code::kNotFound);
    return std::string(CodeName(address.status().code()));
  };
  for (const uint64_t locator : {uint64_t{0}, kMaxLocator - 1, kMaxLocator}) {
    EXPECT_EQ(reason({Kind::kRecord, 0, 1, locator}), "ok");
  }
  EXPECT_EQ(reason({Kind::kRecord, 0, 1, kMaxLocator + 1}), "invalid_argument");
  EXPECT_EQ(reason({Kind::kRecord, 0, 0, 1}), "invalid_argument");
  EXPECT_EQ(reason({Kind::kRecord, 0, kMaxAccount, 1}), "ok");
  EXPECT_EQ(reason({Kind::kRecord, 0, kMaxAccount + 1, 1}), "invalid_argument");
  EXPECT_EQ(reason({static_cast<Kind>('x'), 0, 1, 1}), "invalid_argument");
  EXPECT_EQ(reason({Kind::kRecord, 1, 1, 1}), "not_found");
  EXPECT_EQ(reason({Kind::kRecord, 32, 1, 1}), "not_found");

  const Capability good{Kind::kRecord, 0, 1, 1};
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label + '.' + label.substr(0, 61);
  EXPECT_EQ(longest.size(), 253u);
  EXPECT_EQ(reason(good, longest), "ok");
  EXPECT_EQ(reason(good, longest + 'a'), "invalid_argument");
  EXPECT_EQ(reason(good, label + "a.org"), "invalid_argument");
  for (const std::string_view domain : {"localhost", "xn--bcher-kva.example", "1.2.3", "a-b.c"}) {
    EXPECT_EQ(reason(good, domain), "ok") << domain;
  }
  for (const std::string_view domain : {"", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "a.b-", "a b.c", "a@b.c", "a_b.c",
                                        "b\xc3\xbc.c", "a\r\n.c", "[1.2.3.4]"}) {
    EXPECT_EQ(reason(good, domain), "invalid_argument") << domain;
  }
  for (const std::string_view prefix : {"a-", "a+", "Case.17-", "a_b--", "12345678901234567890123456789-"}) {
    EXPECT_EQ(reason(good, kDomain, prefix), prefix.size() <= 29 ? "ok" : "invalid_argument") << prefix;
  }
  for (const std::string_view prefix :
       {"a", "-", "+", "--", "-a-", ".a-", "a..b-", "a.", "a b-", "a@-", "\"a-", "\xc3\xbc-", "a\n-", "a/../b-"}) {
    EXPECT_EQ(reason(good, kDomain, prefix), "invalid_argument") << prefix;
  }
}

TEST(Address, RingsThatAreNoRings) {
  const auto code = [](std::vector<KeyRing::Key> keys) {
    KeyRing ring;
    ring.keys = std::move(keys);
    return Signer::Make(ring).status().code();
  };
  EXPECT_EQ(code({}), Code::kInvalidArgument);
  EXPECT_EQ(code({KeyOf(31, 1)}), Code::kOk);
  EXPECT_EQ(code({KeyOf(32, 1)}), Code::kInvalidArgument);
  EXPECT_EQ(code({KeyOf(255, 1)}), Code::kInvalidArgument);
  EXPECT_EQ(code({KeyOf(1, 1), KeyOf(2, 2), KeyOf(1, 3)}), Code::kInvalidArgument);
  EXPECT_EQ(code({KeyOf(1, 1, kNow), KeyOf(2, 2), KeyOf(3, 1)}), Code::kInvalidArgument) << "one secret, two ids";
  KeyRing::Key unset;
  EXPECT_EQ(code({unset}), Code::kInvalidArgument);
  unset.secret[31] = 1;
  EXPECT_EQ(code({unset}), Code::kOk);
}

TEST(Address, Y03_AKeyVerifiesUntilItsTime) {
  const Signer signer = SignerOf({KeyOf(3, 1, kNow), KeyOf(4, 2)});
  const Capability old_key{Kind::kRecord, 3, 9, 9}, new_key{Kind::kRecord, 4, 9, 9};
  const std::string old_local = MintLocal(signer, old_key), new_local = MintLocal(signer, new_key);
  EXPECT_EQ(signer.Verify(old_local, kDomain, kNow - 1), old_key);
  EXPECT_EQ(signer.Verify(old_local, kDomain, kNow), std::nullopt);
  EXPECT_EQ(signer.Verify(old_local, kDomain, kNow + 1), std::nullopt);
  EXPECT_EQ(signer.Verify(old_local, kDomain, INT64_MIN), old_key);
  EXPECT_EQ(signer.Verify(new_local, kDomain, INT64_MAX), new_key);
  EXPECT_EQ(SignerOf({KeyOf(4, 2)}).Verify(old_local, kDomain, 0), std::nullopt);
}

TEST(Address, T36_KindDomainKeyAndNumbersAreUnderTheTag) {
  const Signer signer = SignerOf({KeyOf(0, 1), KeyOf(1, 50)});
  const Signer other = SignerOf({KeyOf(0, 2), KeyOf(1, 51)});
  for (const Kind kind : kKinds) {
    const std::string local = MintLocal(signer, {kind, 0, 5, 6});
    for (const Kind as : kKinds) {
      std::string disguised = local;
      disguised[0] = static_cast<char>(as);
      EXPECT_EQ(signer.Verify(disguised, kDomain, kNow).has_value(), as == kind) << disguised;
    }
    std::string other_key = local;
    other_key[2] = '1';
    EXPECT_EQ(signer.Verify(other_key, kDomain, kNow), std::nullopt);
    EXPECT_EQ(other.Verify(local, kDomain, kNow), std::nullopt);
    for (const std::string_view domain : {"in.example.com", "in.example.or", "in.example.orgg", "n.example.org", "",
                                          "in-example.org", "in.example.org."}) {
      EXPECT_EQ(signer.Verify(local, domain, kNow), std::nullopt) << domain;
    }
    EXPECT_EQ(signer.Verify(local, std::string(254, 'a'), kNow), std::nullopt);
    EXPECT_EQ(signer.Verify(local, std::string(1 << 20, 'a'), kNow), std::nullopt);
  }
  const std::string a = MintLocal(signer, {Kind::kRecord, 0, 5, 6}), b = MintLocal(signer, {Kind::kRecord, 0, 5, 7}),
                    c = MintLocal(signer, {Kind::kRecord, 0, 4, 6});
  EXPECT_EQ(signer.Verify(a.substr(0, 19) + b.substr(19), kDomain, kNow), std::nullopt);
  EXPECT_EQ(signer.Verify(a.substr(0, 19) + c.substr(19), kDomain, kNow), std::nullopt);
}

// 1e6 forged addresses and all edits of 1e4; else a share.
bool WholeT36() {
  const char* const given = std::getenv("CASECOMM_T36");
  return given != nullptr && *given == '1';
}

TEST(Address, T36_ForgedAddressesAreRefused) {
  test::Rng rng;
  PRINT_SEED(rng);
  const Signer signer = SignerOf({KeyOf(0, 1), KeyOf(1, 50)});
  const std::string real = MintLocal(signer, {Kind::kRecord, 0, 5, 6});
  const int rounds = WholeT36() ? 1'000'000 : 10'000;
  for (int round = 0; round < rounds; ++round) {
    std::string forged = real;
    switch (rng.Below(3)) {
      case 0:
        forged.replace(19, 16, rng.Text(kDigits, 16));
        break;
      case 1:
        forged.replace(10, 8, rng.Text(kDigits, 8));
        break;
      default:
        forged = rng.Text("qdrbm", 1) + '1' + rng.Of("01") + '-' + rng.Text(kDigits, 14) + '-' + rng.Text(kDigits, 16);
    }
    if (forged == real) continue;
    ASSERT_EQ(signer.Verify(AnyPrefix(rng) + forged, kDomain, kNow), std::nullopt) << forged;
  }
}

// The longer alphabet holds digits in both cases, alias letters, separators and strangers.
TEST(Address, T36_OneEditIsRefusedUnlessTheCanonicalFormIsTheSame) {
  test::Rng rng;
  PRINT_SEED(rng);
  const Signer signer = SignerOf({KeyOf(1, 1), KeyOf(8, 50), KeyOf(0, 90)});
  const std::string letters = std::string(kDigits) + "iloILOuUQZA-+_.@\" \\" + std::string("\0\x80\xff", 3);
  uint64_t same = 0, refused = 0;
  const int rounds = WholeT36() ? 10'000 : 250;
  for (int round = 0; round < rounds; ++round) {
    static constexpr uint8_t kIds[] = {0, 1, 8};
    const Capability c = AnyCapability(rng, kIds[rng.Below(3)]);
    const std::string local = MintLocal(signer, c, AnyPrefix(rng, 12));
    const std::string canonical = Canonical(local);
    EachEdit(local, letters, [&](const std::string& edited) {
      const std::optional<Capability> proved = signer.Verify(edited, kDomain, kNow);
      if (Canonical(edited) == canonical) {
        ++same;
        ASSERT_EQ(proved, c) << local << " " << edited;
      } else {
        ++refused;
        ASSERT_EQ(proved, std::nullopt) << local << " " << edited;
      }
    });
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(same, 10'000u);
  EXPECT_GT(refused, 500'000u);
}

TEST(Address, T36_AliasLettersNameTheSameRecord) {
  const Signer signer = SignerOf({KeyOf(0, 1)});
  const Capability c{Kind::kRecord, 0, 32 * 32 + 1, 33};  // zeros and ones in both numbers
  const std::string local = MintLocal(signer, c);
  for (const char one : {'1', 'i', 'I', 'l', 'L'}) {
    for (const char zero : {'0', 'o', 'O'}) {
      std::string written = local;
      for (char& ch : written) ch = ch == '1' ? one : ch == '0' ? zero : ch;
      EXPECT_EQ(signer.Verify(written, kDomain, kNow), c) << written;
    }
  }
}

TEST(Address, FormsThatAreNotOurs) {
  const Signer signer = SignerOf({KeyOf(0, 1)});
  const std::string local = MintLocal(signer, {Kind::kRecord, 0, 5, 6});
  const std::string longest(kMaxPrefix - 1, 'x');
  EXPECT_TRUE(signer.Verify(longest + '-' + local, kDomain, kNow));
  EXPECT_TRUE(signer.Verify('"' + longest + '-' + local + '"', kDomain, kNow));
  EXPECT_TRUE(signer.Verify("-" + local, kDomain, kNow));
  EXPECT_TRUE(signer.Verify("any thing+" + local, kDomain, kNow));
  for (const std::string& text : {std::string(),
                                  std::string("\""),
                                  std::string("\"\""),
                                  std::string("mary.smith"),
                                  longest + "x-" + local,
                                  '"' + longest + "x-" + local + '"',
                                  '"' + local,
                                  local + '"',
                                  "\"\"" + local + "\"\"",
                                  "x" + local,
                                  "x." + local,
                                  "x=" + local,
                                  local + "-",
                                  local + "+tag",
                                  "<" + local + ">",
                                  local + "@in.example.org",
                                  " " + local,
                                  local + " ",
                                  std::string(35, '-'),
                                  std::string(35, '0'),
                                  std::string(1 << 20, 'q')}) {
    EXPECT_EQ(signer.Verify(text, kDomain, kNow), std::nullopt) << text.substr(0, 100);
  }
  std::string no_account = local;
  no_account.replace(4, 6, "000000");
  EXPECT_EQ(signer.Verify(no_account, kDomain, kNow), std::nullopt);
  std::string next_version = local;
  next_version[1] = '2';
  EXPECT_EQ(signer.Verify(next_version, kDomain, kNow), std::nullopt);
  EXPECT_EQ(Signer().Verify(local, kDomain, kNow), std::nullopt);
}

TEST(Address, VerifyingAllocatesNothing) {
  const Signer signer = SignerOf({KeyOf(0, 1)});
  const std::string good = MintLocal(signer, {Kind::kRecord, 0, 5, 6}, "a-long-prefix-for-the-test-"),
                    quoted = '"' + good + '"';
  std::string bad = good;
  bad.back() = bad.back() == '7' ? '8' : '7';
  const uint64_t before = test::Allocations();
  const bool accepted = signer.Verify(good, "IN.EXAMPLE.ORG", kNow) && signer.Verify(quoted, kDomain, kNow);
  const bool refused = !signer.Verify(bad, kDomain, kNow) && !signer.Verify("mary.smith", kDomain, kNow);
  const uint64_t after = test::Allocations();
  EXPECT_TRUE(accepted && refused);
  EXPECT_EQ(after, before);
  EXPECT_TRUE(signer.Mint({Kind::kRecord, 0, 5, 6}, kDomain).ok());
  EXPECT_GT(test::Allocations(), after) << "the counter counts";
}

TEST(Address, TagsOfNearbyCapabilitiesDiffer) {
  const Signer signer = SignerOf({KeyOf(0, 1)});
  std::set<std::string> tags;
  for (uint64_t locator = 0; locator < 500; ++locator) {
    for (const Kind kind : kKinds) tags.insert(MintLocal(signer, {kind, 0, 1, locator}).substr(19));
  }
  EXPECT_EQ(tags.size(), 2'500u);
}

}  // namespace
}  // namespace casecomm::address
