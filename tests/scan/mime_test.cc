// SPDX-License-Identifier: Apache-2.0
#include "scan/mime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/base/random.h"
#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

using testing::ElementsAre;

struct Walked {
  std::vector<std::string> leaves;  // type, "|", body
  std::vector<DefectAt> defects;
  bool over_limit = false;

  bool Has(Defect defect) const {
    for (const DefectAt& at : defects) {
      if (at.defect == defect) return true;
    }
    return false;
  }
};

Walked Walk(const std::string& mail, const MailLimits& limits = {}) {
  EnvelopeScanner scanner(limits);
  Walked walked;
  DefectLog log(&walked.defects);
  MimeWalker walker(scanner.Scan(mail), limits, &log);
  for (Leaf leaf; walker.Next(&leaf);) walked.leaves.push_back(leaf.type + "|" + std::string(leaf.body));
  walked.over_limit = walker.over_limit();
  return walked;
}

TEST(Mime, SinglePart) {
  EXPECT_THAT(Walk("Subject: x\r\n\r\nbody\r\n").leaves, ElementsAre("text/plain|body\r\n"));
  EXPECT_THAT(Walk("Content-Type: image/png\r\n\r\n").leaves, ElementsAre("image/png|"));
}

// RFC 2046, 5.1.1.
TEST(Mime, TheExampleOfTheRfc) {
  const Walked walked = Walk(
      Lines({"Content-type: multipart/mixed; boundary=\"simple boundary\"", "", "preamble", "--simple boundary", "",
             "This is implicitly typed plain US-ASCII text.", "It does NOT end with a linebreak.",
             "--simple boundary \t", "Content-type: text/plain; charset=us-ascii", "", "It DOES end with a linebreak.",
             "", "--simple boundary--", "epilogue", "--simple boundary", "", "not a part"}));
  EXPECT_THAT(
      walked.leaves,
      ElementsAre("text/plain|This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.",
                  "text/plain|It DOES end with a linebreak.\r\n"));
  EXPECT_TRUE(walked.defects.empty());
}

TEST(Mime, Nesting) {
  const Walked walked = Walk(Lines({"Content-Type: multipart/mixed; boundary=a",
                                    "",
                                    "--a",
                                    "Content-Type: multipart/alternative; boundary=a-b",
                                    "",
                                    "--a-b",
                                    "",
                                    "plain",
                                    "--a-b",
                                    "Content-Type: text/html",
                                    "",
                                    "<p>",
                                    "--a-b--",
                                    "",
                                    "--a",
                                    "Content-Type: multipart/digest; boundary=d",
                                    "",
                                    "--d",
                                    "",
                                    "Subject: inner",
                                    "",
                                    "--d",
                                    "Content-Type: text/x",
                                    "",
                                    "x",
                                    "--d--",
                                    "--a",
                                    "Content-Type: message/rfc822",
                                    "",
                                    "Content-Type: multipart/mixed; boundary=in",
                                    "",
                                    "--in",
                                    "",
                                    "hidden",
                                    "--in--",
                                    "--a--"}));
  EXPECT_THAT(
      walked.leaves,
      ElementsAre("text/plain|plain", "text/html|<p>", "message/rfc822|Subject: inner\r\n", "text/x|x",
                  "message/rfc822|Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nhidden\r\n--in--"));
  EXPECT_TRUE(walked.defects.empty());
}

TEST(Mime, BoundariesAreExact) {
  const Walked walked = Walk(Lines({"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "--bb", "--b-", "-- b",
                                    " --b", "--B", "--b--x", "--b--"}));
  EXPECT_THAT(walked.leaves, ElementsAre("text/plain|--bb\r\n--b-\r\n-- b\r\n --b\r\n--B\r\n--b--x"));
  const Walked prefix = Walk(Lines({"Content-Type: multipart/mixed; boundary=\"a--\"", "", "--a--",
                                    "Content-Type: multipart/mixed; boundary=\"a----\"", "", "--a----", "", "1",
                                    "--a------", "--a--", "", "2", "--a----"}));
  EXPECT_THAT(prefix.leaves, ElementsAre("text/plain|1", "text/plain|2"));
}

TEST(Mime, BrokenStructures) {
  const Walked open = Walk(Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "", "text"}));
  EXPECT_THAT(open.leaves, ElementsAre("text/plain|text\r\n"));
  EXPECT_TRUE(open.Has(Defect::kNoFinalBoundary));

  const Walked inner_open =
      Walk(Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "Content-Type: multipart/mixed; boundary=b",
                  "", "--b", "", "1", "--a", "", "2", "--a--"}));
  EXPECT_THAT(inner_open.leaves, ElementsAre("text/plain|1", "text/plain|2"));
  EXPECT_TRUE(inner_open.Has(Defect::kNoFinalBoundary));

  const Walked none = Walk(Lines({"Content-Type: multipart/mixed", "", "text"}));
  EXPECT_THAT(none.leaves, ElementsAre("multipart/mixed|text\r\n"));
  EXPECT_TRUE(none.Has(Defect::kNoBoundary));

  const Walked never = Walk(Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a",
                                   "Content-Type: multipart/mixed; boundary=b", "", "text", "--a", "", "2", "--a--"}));
  EXPECT_THAT(never.leaves, ElementsAre("multipart/mixed|text", "text/plain|2"));
  EXPECT_TRUE(never.Has(Defect::kNoBoundary));

  const Walked in_a_row =
      Walk(Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "--a", "", "1", "--a", "--a--"}));
  EXPECT_THAT(in_a_row.leaves, ElementsAre("text/plain|1"));

  const Walked in_header = Walk(
      Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "Content-Type: text/x", "--a", "", "2", "--a--"}));
  EXPECT_THAT(in_header.leaves, ElementsAre("text/x|", "text/plain|2"));
  EXPECT_TRUE(in_header.Has(Defect::kNoHeaderEnd));

  const Walked no_header =
      Walk(Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "just text", "Subject: x", "--a--"}));
  EXPECT_THAT(no_header.leaves, ElementsAre("text/plain|just text\r\nSubject: x"));
  EXPECT_TRUE(no_header.Has(Defect::kLineNoField));

  // A fold was lost: what tells of the body follows, so the header goes on.
  const Walked unfolded =
      Walk(Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "X-Y: z", "name=\"f.txt\"",
                  "Content-Type: text/x", "", "1", "--a", "prose", "", "Content-Type: text/y", "--a--"}));
  EXPECT_THAT(unfolded.leaves, ElementsAre("text/x|1", "text/plain|prose\r\n\r\nContent-Type: text/y"));
  EXPECT_TRUE(unfolded.Has(Defect::kLineNoField));

  const Walked nameless = Walk(Lines({"Subject: s", ": lost its name", "", "1"}));
  EXPECT_THAT(nameless.leaves, ElementsAre("text/plain|1\r\n"));

  const Walked twice = Walk(Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "Content-Type: text/x",
                                   "Content-Type: text/y", "", "--a--"}));
  EXPECT_THAT(twice.leaves, ElementsAre("text/x|"));
  EXPECT_TRUE(twice.Has(Defect::kDuplicateField));
}

TEST(Mime, LineEndsOfEveryKind) {
  for (const char* eol : {"\n", "\r"}) {
    const std::string mail = Replaced(
        Lines({"Content-Type: multipart/mixed; boundary=a", "", "--a", "", "1", "--a", "", "2", "--a--"}), "\r\n", eol);
    EXPECT_THAT(Walk(mail).leaves, ElementsAre("text/plain|1", "text/plain|2"));
  }
}

// Deep nesting ended known parsers; a tree of random shape comes out as it went in.
TEST(Mime, RandomTreesComeOutAsTheyWentIn) {
  test::Rng random;
  PRINT_SEED(random);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> want;
    std::string mail;
    std::vector<std::string> open;
    const auto enter = [&] {
      open.push_back("b" + std::to_string(random() % 3) + std::to_string(open.size()));
      mail += "Content-Type: multipart/mixed; boundary=" + open.back() + "\r\n\r\n";
    };
    enter();
    while (!open.empty()) {
      if (want.size() < 60 && random() % 3 != 0) {
        mail += "\r\n--" + open.back() + "\r\n";
        if (open.size() < 90 && random() % 2 == 0) {
          enter();
          mail += "\r\n--" + open.back() + "\r\n\r\nfirst";
          want.push_back("text/plain|first");
        } else {
          mail += "\r\n" + std::to_string(want.size());
          want.push_back("text/plain|" + std::to_string(want.size()));
        }
      } else {
        mail += "\r\n--" + open.back() + (want.empty() ? "\r\n\r\nx\r\n--" + open.back() : "") + "--";
        if (want.empty()) want.push_back("text/plain|x");
        open.pop_back();
      }
    }
    ASSERT_EQ(Walk(mail + "\r\n").leaves, want);
  }
}

TEST(Mime, TimeIsLinear) {
  const auto nested = [](size_t bytes) {
    std::string mail;
    for (int i = 0; i < 99; ++i) {
      const std::string boundary = std::string(60, 'p') + std::to_string(1000 + i);
      mail += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
    }
    mail += "\r\n";
    while (mail.size() < bytes) mail += "--" + std::string(60, 'p') + "0999\r\n";
    return mail;
  };
  const auto dashes = [](size_t bytes) {
    std::string mail = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n";
    while (mail.size() < bytes) mail += "--\r\n";
    return mail;
  };
  const auto blanks = [](size_t bytes) {
    return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b" + std::string(bytes, ' ') + "\r\n--" +
           std::string(bytes, ' ');
  };
  for (const auto& make : {std::function<std::string(size_t)>(nested), {dashes}, {blanks}}) {
    const std::string small = make(1 << 19), large = make(1 << 22);
    EXPECT_TRUE(CostsAtMost(
        30, [&] { Walk(small); }, [&] { Walk(large); }, 0.1));
  }
}

TEST(Mime, NamesOutsideTheGrammarAreTold) {
  const auto told = [](std::string_view parameters) {
    return HasDefect(ReadWhole(Lines({std::string("Content-Type: application/pdf; ").append(parameters), "", "x"})),
                     Defect::kParameterSyntax);
  };
  EXPECT_TRUE(told("name=my file.pdf"));
  EXPECT_TRUE(told("name=(1).pdf"));
  EXPECT_TRUE(told("x=\"1\" name=\"a\""));
  EXPECT_FALSE(told("name=\"my file.pdf\""));
  EXPECT_FALSE(told("name=\"a%20b.pdf\"")) << "some readers decode it, but it is of the grammar";
  EXPECT_FALSE(told("name=a.pdf (c)"));
}

}  // namespace
}  // namespace casecomm::scan
