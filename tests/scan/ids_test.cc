// SPDX-License-Identifier: Apache-2.0
#include "scan/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace casecomm::scan {
namespace {

std::vector<std::string> Ids(std::string_view value) {
  Scratch scratch;
  std::vector<std::string_view> ids;
  ParseIds(value, &scratch, &ids);
  return {ids.begin(), ids.end()};
}

std::string MessageId(std::string_view value) {
  Scratch scratch;
  const std::string_view id = ParseMessageId(value, &scratch);
  return id.data() == nullptr ? "(none)" : std::string(id);
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Ids, BracketedInOrderWithRepetitions) {
  EXPECT_THAT(Ids("<a@b> <c@d>\r\n\t<a@b>"), ElementsAre("a@b", "c@d", "a@b"));
  EXPECT_THAT(Ids("<a@b><c@d>,<e@f>"), ElementsAre("a@b", "c@d", "e@f"));
  EXPECT_THAT(Ids("<long-id-that-is\r\n -folded@x.org>"), ElementsAre("long-id-that-is-folded@x.org"));
  EXPECT_THAT(Ids("< a@b >"), ElementsAre("a@b"));
}

TEST(Ids, PhrasesAndCommentsAreNoIds) {
  EXPECT_THAT(Ids("Your message of \"Mon, 1 Jan\" <a@b>"), ElementsAre("a@b"));
  EXPECT_THAT(Ids("<a@b> (see <c@d> (or <e@f>)) <g@h>"), ElementsAre("a@b", "g@h"));
  EXPECT_THAT(Ids("( <a@b>"), ElementsAre("a@b")) << "a comment that is not closed is none";
  EXPECT_THAT(Ids("someone wrote"), IsEmpty());
}

TEST(Ids, BareWordsOnlyWhereNothingIsBracketed) {
  EXPECT_THAT(Ids("a@b, c@d"), ElementsAre("a@b", "c@d"));
  EXPECT_THAT(Ids("a@b <c@d>"), ElementsAre("c@d"));
  EXPECT_THAT(Ids("<<a@b>> <>"), ElementsAre("a@b"));
}

TEST(Ids, MessageId) {
  EXPECT_EQ(MessageId("<a@b>"), "a@b");
  EXPECT_EQ(MessageId("<a@b> <c@d>"), "a@b");
  EXPECT_EQ(MessageId("a@b"), "a@b");
  EXPECT_EQ(MessageId("<a@b"), "a@b");
  EXPECT_EQ(MessageId("no id at all"), "(none)");
  EXPECT_EQ(MessageId("<>"), "(none)");
}

}  // namespace
}  // namespace casecomm::scan
