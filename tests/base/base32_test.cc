// SPDX-License-Identifier: Apache-2.0
#include "base/base32.h"

#include <gtest/gtest.h>

#include "tests/base/random.h"

namespace casecomm::base {
namespace {

std::string Digits(uint64_t value, int digits) {
  std::string text;
  AppendBase32(&text, value, digits);
  return text;
}

TEST(Base32, WritesTheLowestBitsHighestDigitFirst) {
  EXPECT_EQ(Digits(0, 1), "0");
  EXPECT_EQ(Digits(31, 1), "z");
  EXPECT_EQ(Digits(32, 1), "0");
  EXPECT_EQ(Digits(32, 2), "10");
  EXPECT_EQ(Digits(1234567890, 7), "14sc0pj");
  EXPECT_EQ(Digits(~uint64_t{0}, 12), "zzzzzzzzzzzz");
  std::string all;
  for (uint64_t i = 0; i < 32; ++i) AppendBase32(&all, i, 1);
  EXPECT_EQ(all, "0123456789abcdefghjkmnpqrstvwxyz");
}

TEST(Base32, ReadsEveryByteAsADigitOrRefusesIt) {
  const std::string digits = "0123456789abcdefghjkmnpqrstvwxyz";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    size_t expected = digits.find(lower);
    if (lower == 'i' || lower == 'l') expected = 1;
    if (lower == 'o') expected = 0;
    uint64_t value = 99;
    ASSERT_EQ(ParseBase32({&c, 1}, &value), expected != digits.npos) << byte;
    if (expected != digits.npos) {
      ASSERT_EQ(value, expected) << byte;
    }
  }
}

TEST(Base32, RefusesNoneTooManyAndABadDigitAnywhere) {
  uint64_t value;
  EXPECT_FALSE(ParseBase32("", &value));
  EXPECT_TRUE(ParseBase32("000000000000", &value));
  EXPECT_FALSE(ParseBase32("0000000000000", &value));
  for (size_t at = 0; at < 12; ++at) {
    std::string text(12, '7');
    text[at] = 'u';
    EXPECT_FALSE(ParseBase32(text, &value)) << at;
  }
}

TEST(Base32, WhatIsWrittenReadsBack) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (int round = 0; round < 20'000; ++round) {
    const int digits = 1 + static_cast<int>(rng.Below(12));
    const uint64_t value = rng.Next() & ((uint64_t{1} << (5 * digits)) - 1);
    uint64_t read = 0;
    ASSERT_TRUE(ParseBase32(Digits(value, digits), &read));
    ASSERT_EQ(read, value);
  }
}

}  // namespace
}  // namespace casecomm::base
