// SPDX-License-Identifier: Apache-2.0
#include "casecomm/keys.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/base/random.h"

namespace casecomm {
namespace {

const std::string kHead = "casecomm-keys 1\n";
const std::string kA = std::string(64, 'a'), kB = std::string(62, 'b') + "0c";

class FakeRandom : public host::Random {
 public:
  explicit FakeRandom(bool fails) : fails_(fails) {}
  Status Fill(void* out, size_t size) override {
    if (fails_) return Status(Code::kUnavailable, "no_entropy", "", "no random bytes were left");
    std::memset(out, 0x5a, size);
    return {};
  }

 private:
  const bool fails_;
};

TEST(Keys, T46_AFreshRingNeedsRandomBytes) {
  FakeRandom good(false), bad(true);
  const KeyRing ring = KeyRing::Generate(good).value();
  ASSERT_EQ(ring.keys.size(), 1u);
  EXPECT_EQ(ring.keys[0].verify_until_us, 0);
  for (const uint8_t byte : ring.keys[0].secret) EXPECT_EQ(byte, 0x5a);
  const Result<KeyRing> none = KeyRing::Generate(bad);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.status().reason(), "no_entropy");
}

TEST(Keys, HaveOneTextForm) {
  KeyRing ring;
  ring.keys.resize(2);
  ring.keys[0].id = 31;
  ring.keys[0].secret.fill(0xaa);
  ring.keys[0].verify_until_us = 1'700'000'000'000'000;
  ring.keys[1].id = 0;
  ring.keys[1].secret.fill(0xbb);
  ring.keys[1].secret[31] = 0x0c;
  const std::string text = kHead + "31 " + kA + " 1700000000000000\n0 " + kB + " 0\n";
  EXPECT_EQ(ring.Format(), text);
  EXPECT_EQ(KeyRing::Parse(text).value().Format(), text);
}

TEST(Keys, WhatIsWrittenReadsBack) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (int round = 0; round < 200; ++round) {
    KeyRing ring;
    const uint64_t first = rng.Below(32);
    for (uint64_t i = 0, n = 1 + rng.Below(32); i < n; ++i) {
      KeyRing::Key key;
      key.id = static_cast<uint8_t>((first + i) % 32);
      for (uint8_t& byte : key.secret) byte = static_cast<uint8_t>(rng.Next());
      key.verify_until_us = static_cast<int64_t>(rng.Next() >> (1 + rng.Below(63)));
      ring.keys.push_back(key);
    }
    const Result<KeyRing> read = KeyRing::Parse(ring.Format());
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    ASSERT_EQ(read->keys.size(), ring.keys.size());
    for (size_t i = 0; i < ring.keys.size(); ++i) {
      EXPECT_EQ(read->keys[i].id, ring.keys[i].id);
      EXPECT_EQ(read->keys[i].secret, ring.keys[i].secret);
      EXPECT_EQ(read->keys[i].verify_until_us, ring.keys[i].verify_until_us);
    }
  }
}

TEST(Keys, TheLastLineMayLackItsEndAndHexMayBeInEitherCase) {
  EXPECT_TRUE(KeyRing::Parse(kHead + "0 " + kA + " 0").ok());
  EXPECT_EQ(KeyRing::Parse(kHead + "0 " + std::string(64, 'A') + " 0").value().keys[0].secret[0], 0xaa);
}

TEST(Keys, AFaultHasItsPosition) {
  const std::string line = "0 " + kA + " 0\n";
  const int64_t head = static_cast<int64_t>(kHead.size()), one = static_cast<int64_t>(line.size());
  struct Case {
    std::string text;
    int64_t position;
  } const cases[] = {
      {"", 0},
      {"casecomm-keys 1", 0},
      {"casecomm-keys 2\n" + line, 0},
      {"\xef\xbb\xbf" + kHead + line, 0},
      {kHead, head},
      {kHead + "\n", head},
      {kHead + line + "\n", head + one},
      {kHead + "32 " + kA + " 0\n", head},
      {kHead + "-1 " + kA + " 0\n", head},
      {kHead + "00 " + kA + " 0\n", head},
      {kHead + "999999999999999999999 " + kA + " 0\n", head},
      {kHead + "x " + kA + " 0\n", head},
      {kHead + " 0 " + kA + " 0\n", head},
      {kHead + line + line, head + one},
      {kHead + "0\t" + kA + " 0\n", head + 1},
      {kHead + "0", head + 1},
      {kHead + "0  " + kA + " 0\n", head + 2},
      {kHead + "0 " + kA.substr(1) + " 0\n", head + 2 + 63},
      {kHead + "0 " + kA.substr(2) + " 0\n", head + 2 + 62},
      {kHead + "0 " + kA.substr(3) + "g", head + 2 + 61},
      {kHead + "0 " + kA + "a 0\n", head + 2 + 64},
      {kHead + "0 " + kA, head + 2 + 64},
      {kHead + "0 " + kA + " ", head + 3 + 64},
      {kHead + "0 " + kA + " -1\n", head + 3 + 64},
      {kHead + "0 " + kA + " 01\n", head + 3 + 64},
      {kHead + "0 " + kA + " 9223372036854775808\n", head + 3 + 64},
      {kHead + "0 " + kA + " 0 \n", head + 4 + 64},
      {kHead + "0 " + kA + " 0\r\n", head + 4 + 64},
      {kHead + "0 " + kA + " 0" + std::string(1, '\0'), head + 4 + 64},
  };
  for (const Case& c : cases) {
    const Result<KeyRing> ring = KeyRing::Parse(c.text);
    ASSERT_FALSE(ring.ok()) << c.text;
    EXPECT_EQ(ring.status().code(), Code::kInvalidArgument) << c.text;
    EXPECT_EQ(ring.status().position(), c.position) << c.text;
    EXPECT_EQ(ring.status().ToString().find("aaaa"), std::string::npos) << "T44: a message repeated the secret";
  }
  EXPECT_TRUE(KeyRing::Parse(kHead + "0 " + kA + " 9223372036854775807\n").ok());
}

}  // namespace
}  // namespace casecomm
