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
  bool grammatical = false;
  ParseIds(value, &scratch, &ids, &grammatical);
  return {ids.begin(), ids.end()};
}

std::string MessageId(std::string_view value) {
  Scratch scratch;
  bool grammatical = false;
  const std::string_view id = ParseMessageId(value, &scratch, &grammatical);
  return id.data() == nullptr ? "(none)" : std::string(id);
}

bool AreOfGrammar(std::string_view value) {
  Scratch scratch;
  std::vector<std::string_view> ids;
  bool grammatical = false;
  ParseIds(value, &scratch, &ids, &grammatical);
  return grammatical;
}

bool IsOfGrammar(std::string_view value) {
  Scratch scratch;
  bool grammatical = false;
  ParseMessageId(value, &scratch, &grammatical);
  return grammatical;
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

// RFC 5322, 3.6.4 and 4.5.4.
TEST(Ids, OfTheGrammar) {
  for (const char* value :
       {"<a@b>", "<a.b.c-d_1$=@mail.example.org>", "<CAB+7h-x.y=2Zabcdefghijk.lmnopqrstuv@mail.gmail.com>",
        "<a@[192.0.2.1]>", "(c)<a@b> (d (e))", " <a@b>\r\n ", "< a . b @ c . d >", "<\"a b\"@c>", "<\"a\\\">\".x@c>",
        "<a@[b\\]c]>", "<\xc3\xbc@b>"}) {
    EXPECT_TRUE(IsOfGrammar(value)) << value;
    EXPECT_TRUE(AreOfGrammar(value)) << value;
    EXPECT_TRUE(AreOfGrammar(std::string("<x@y.example>\r\n ") + value)) << value;
  }
  for (const char* value :
       {"", "<a@b><c@d>", "<a@b> (c) <d@e>", "Your message of \"Mon, 1 Jan\" <a@b>", "J. Doe <a@b> wrote"}) {
    EXPECT_TRUE(AreOfGrammar(value)) << value;
    EXPECT_FALSE(IsOfGrammar(value)) << value;
  }
}

TEST(Ids, OutsideTheGrammar) {
  for (const char* value : {"a@b",
                            "<a>",
                            "<a@b",
                            "a@b>",
                            "<<a@b>>",
                            "<<a@b>",
                            "<>",
                            "<@b>",
                            "<a@>",
                            "<a..b@c>",
                            "<.a@b>",
                            "<a.@b>",
                            "<a@.b>",
                            "<a@b.>",
                            "<a@b..c>",
                            "<a@b@c>",
                            "<a b@c>",
                            "<a@b c>",
                            "<a@b>,<c@d>",
                            "<a@b> (c",
                            "<a@b> )",
                            "<a,b@c>",
                            "<a:b@c>",
                            "<a@b[c]>",
                            "<a@[b>",
                            "<a@[[b]>",
                            "<\"a@b>",
                            "<a\\b@c>",
                            "<a\x7f@b>",
                            "<a@b>;",
                            ". <a@b>",
                            "<a@b> \"c",
                            "<0123456789abcd..e@f.example>",
                            "<0123456789abcde..f@g.example>",
                            "<0123456789abcdef(@g.example>"}) {
    EXPECT_FALSE(AreOfGrammar(value)) << value;
    EXPECT_FALSE(IsOfGrammar(value)) << value;
  }
}

// 16 bytes at a time and byte by byte see the same.
TEST(Ids, EveryByteAtEveryPlace) {
  const std::string id = "<0123456789.bcdefghijklmnop@0123456789.bcdefghijklmnop.example>";
  ASSERT_TRUE(IsOfGrammar(id));
  for (size_t at = 2; at < id.size() - 2; ++at) {
    if (id[at - 1] == '.' || id[at] == '.' || id[at + 1] == '.' || id[at - 1] == '@' || id[at] == '@' ||
        id[at + 1] == '@')
      continue;
    for (int c = 0; c < 256; ++c) {
      std::string other = id;
      other[at] = static_cast<char>(c);
      const bool wanted =
          c > 127 || (c > 32 && c < 127 &&
                      std::string_view("()<>[]:;@\\,\"").find(static_cast<char>(c)) == std::string_view::npos);
      ASSERT_EQ(IsOfGrammar(other), wanted) << at << " " << c;
      ASSERT_EQ(AreOfGrammar(other), wanted) << at << " " << c;
    }
  }
}

TEST(Ids, LongValuesCostLinearTime) {
  EXPECT_FALSE(AreOfGrammar(std::string(1 << 20, '<')));
  EXPECT_FALSE(AreOfGrammar(std::string(1 << 20, '(')));
  EXPECT_FALSE(IsOfGrammar("<" + std::string(1 << 20, '(')));
}

}  // namespace
}  // namespace casecomm::scan
