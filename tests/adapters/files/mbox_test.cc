// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/mbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/base/random.h"

namespace casecomm::files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Cut(std::string_view mbox) {
  MboxCutter cutter;
  std::vector<std::string> mails;
  std::string mail;
  while (!mbox.empty()) {
    const size_t end = std::min(mbox.find('\n'), mbox.size() - 1) + 1;
    if (cutter.Line(mbox.substr(0, end), &mail)) mails.push_back(mail);
    mbox.remove_prefix(end);
  }
  if (cutter.End(&mail)) mails.push_back(mail);
  return mails;
}

TEST(MboxCutter, CutsAtFromLinesAfterEmptyLines) {
  EXPECT_THAT(Cut("From a\nA: 1\n\nx\n\nFrom b\nB: 2\n\ny\n"), ElementsAre("A: 1\n\nx\n", "B: 2\n\ny\n"));
}

TEST(MboxCutter, FromInsideAParagraphStays) {
  EXPECT_THAT(Cut("From a\nA: 1\n\nx\nFrom here on\n\n"), ElementsAre("A: 1\n\nx\nFrom here on\n"));
}

TEST(MboxCutter, UnquotesOneMark) {
  EXPECT_THAT(Cut("From a\n\n>From x\n>>From y\n>Fromage\n > From z\n"),
              ElementsAre("\nFrom x\n>From y\n>Fromage\n > From z\n"));
}

TEST(MboxCutter, AQuotedFromLineBeginsNoMail) {
  EXPECT_THAT(Cut("From a\nA: 1\n\n>From b\nB: 2\n"), ElementsAre("A: 1\n\nFrom b\nB: 2\n"));
}

TEST(MboxCutter, KeepsCrLf) {
  EXPECT_THAT(Cut("From a\r\nA: 1\r\n\r\nx\r\n\r\nFrom b\r\nB: 2\r\n\r\n"),
              ElementsAre("A: 1\r\n\r\nx\r\n", "B: 2\r\n"));
}

TEST(MboxCutter, OnlyTheLastEmptyLineIsTheMboxs) {
  EXPECT_THAT(Cut("From a\nA: 1\n\nx\n\n\n\nFrom b\nB: 2\n"), ElementsAre("A: 1\n\nx\n\n\n", "B: 2\n"));
}

TEST(MboxCutter, NoLineEndAtTheEnd) {
  EXPECT_THAT(Cut("From a\nA: 1\n\nx"), ElementsAre("A: 1\n\nx"));
  EXPECT_THAT(Cut("From a\nA: 1\n\nFrom b"), ElementsAre("A: 1\n", ""));
  EXPECT_THAT(Cut("From a"), ElementsAre(""));
  EXPECT_THAT(Cut(""), IsEmpty());
}

// Any mails, written as mboxrd writes them, come back whole.
TEST(MboxCutter, RandomMailsComeBack) {
  test::Rng random;
  PRINT_SEED(random);
  const std::vector<std::string> lines = {"From x", ">From x",    ">>From ", "",  "",
                                          "text",   "Subject: a", "From",    ">", "\r"};
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> mails(random() % 5 + 1);
    std::string mbox;
    for (std::string& mail : mails) {
      mbox += "From someone Thu Jan  1 00:00:00 1970\n";
      for (size_t n = random() % 8; n > 0; --n) {
        const std::string& line = lines[random() % lines.size()];
        mail += line + "\n";
        const size_t quotes = line.find_first_not_of('>');
        if (quotes != std::string::npos && line.substr(quotes).starts_with("From ")) mbox += '>';
        mbox += line + "\n";
      }
      mbox += "\n";
    }
    ASSERT_EQ(Cut(mbox), mails) << mbox;
  }
}

}  // namespace
}  // namespace casecomm::files
