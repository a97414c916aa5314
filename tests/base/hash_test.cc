// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace casecomm::base {
namespace {

std::string HexOf(const Digest& digest) {
  return Hex(AsBytes(digest));
}

TEST(Hash, IsSha256) {  // FIPS 180-4 examples
  EXPECT_EQ(HexOf(Sha256Of("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexOf(Sha256Of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, PiecesRunTogetherInUpdate) {
  Sha256 pieces;
  pieces.Update("a");
  pieces.Update({});
  pieces.Update("bc");
  EXPECT_EQ(pieces.Finish(), Sha256Of("abc"));
}

TEST(Hash, PiecesStayApartInField) {
  Sha256 left, right, framed;
  left.Field("ab");
  left.Field("c");
  right.Field("a");
  right.Field("bc");
  EXPECT_NE(left.Finish(), right.Finish());
  framed.Field("abc");
  EXPECT_EQ(framed.Finish(), Sha256Of(std::string_view("\0\0\0\0\0\0\0\3abc", 11)));
}

TEST(Hash, StableHashIsTheFirstEightBytesLowestFirst) {
  EXPECT_EQ(static_cast<uint64_t>(StableHash64("abc")), 0xeacf018fbf1678baU);
  EXPECT_EQ(static_cast<uint64_t>(StableHash64("")), 0x141cfc9842c4b0e3U);
}

}  // namespace
}  // namespace casecomm::base
