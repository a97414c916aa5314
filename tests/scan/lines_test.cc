// SPDX-License-Identifier: Apache-2.0
#include "scan/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/base/random.h"

namespace casecomm::scan {
namespace {

// Both engines find the same line ends; the fast one may name a place up to a block early, never late and never one
// that is not there.
TEST(Lines, BothEnginesAgree) {
  test::Rng random;
  PRINT_SEED(random);
  static constexpr std::string_view kBytes("\r\n\0\x80\xffxyz \t", 10);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 200, 'x');
    for (size_t changes = random() % 12; changes > 0 && !text.empty(); --changes) {
      text[random() % text.size()] = kBytes[random() % kBytes.size()];
    }
    const char before = kBytes[random() % kBytes.size()], after = kBytes[random() % kBytes.size()];
    const char eol = random() % 4 == 0 ? '\r' : '\n';
    std::vector<uint16_t> plain(text.size()), fast(text.size());
    const LineMarks want = MarkLinesPlain(text, before, after, eol, plain.data());
    const LineMarks got = MarkLinesFast(text, before, after, eol, fast.data());
    plain.resize(want.ends);
    fast.resize(got.ends);
    ASSERT_EQ(fast, plain);
    for (const auto member : {&LineMarks::suspect, &LineMarks::crlf, &LineMarks::bare_lf}) {
      ASSERT_LE(got.*member, want.*member);
      ASSERT_LT(want.*member - got.*member, 34u);
      ASSERT_EQ(got.*member == text.size(), want.*member == text.size());
    }
  }
}

TEST(Lines, TheIndexReadsOnOverItsPieces) {
  test::Rng random;
  PRINT_SEED(random);
  for (int round = 0; round < 200; ++round) {
    std::string text = "front";
    std::vector<size_t> want;
    while (text.size() < 10'000) {
      text += std::string(random() % (round % 2 == 0 ? 5 : 3000), 'x') + "\r\n";
      want.push_back(text.size());
    }
    LineIndex index(text, 5, '\n');
    for (const size_t end : want) ASSERT_EQ(index.Next(), end);
    EXPECT_EQ(index.Next(), text.size());
    EXPECT_FALSE(index.SuspectBefore(text.size()));
  }
}

TEST(Lines, Suspects) {
  for (size_t at = 0; at < 3000; at += 7) {
    for (const char bad : {'\0', '\r', '\x80', '\n'}) {
      std::string text = std::string(1500, 'x') + "\r\n" + std::string(1500, 'x') + "\r\n";
      text[at] = text[at] == 'x' ? bad : text[at];
      LineIndex index(text, 0, '\n');
      while (index.Next() != text.size()) {
      }
      EXPECT_EQ(index.SuspectBefore(text.size()), text[at] == bad && !(bad == '\r' && at == 1500)) << at;
    }
  }
}

TEST(Lines, GraphPrefix) {
  for (size_t length = 0; length < 70; ++length) {
    for (const char end : {' ', ':', '\x7f', '\x80', '\0', '\n'}) {
      EXPECT_EQ(GraphPrefix(std::string(length, 'a') + end + std::string(40, 'a'), ':'), length);
    }
    EXPECT_EQ(GraphPrefix(std::string(length, '~'), ':'), length);
  }
}

}  // namespace
}  // namespace casecomm::scan
