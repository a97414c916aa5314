// SPDX-License-Identifier: Apache-2.0
// What is read of a large mail never stands in memory a second time (threat T18).
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "scan/content.h"
#include "scan/envelope.h"
#include "scan/readings.h"
#include "scan/reply.h"
#include "scan/transfer.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace casecomm::scan {
namespace {

constexpr size_t kSize = 16 << 20;
constexpr uint32_t kText = 256 << 10;

std::string Large(std::string_view front, std::string_view unit, std::string_view end) {
  std::string mail;
  mail.reserve(kSize);
  mail += front;
  while (mail.size() + unit.size() + end.size() <= kSize) mail += unit;
  return mail += end;
}

const std::string kLine64 = std::string(76, 'Q') + "\r\n";

std::string File(std::string_view encoding) {
  return "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf; "
         "name=a.pdf\r\nContent-Transfer-Encoding: " +
         std::string(encoding) + "\r\n\r\n";
}

// What other readers see is decoded, as the inspection does it.
size_t ReadAll(const std::string& mail) {
  MailLimits limits;
  limits.text_bytes = kText;
  EnvelopeScanner scanner(limits);
  const Envelope& envelope = scanner.Scan(mail);
  const Mail read = ReadMail(envelope, limits);
  bool over = false;
  size_t others = 0;
  ForEachOther(envelope, limits, &over, [&](const OtherReading& other) {
    SizeSink size;
    other.Decode(&size);
    others += size.size() > 0 ? 1 : 0;
    return true;
  });
  return over ? 1000 : others;
}

// By how much the peak of a child grows, in parts of the mail's size; `work` answers what is expected.
double Grown(size_t size, const std::function<bool()>& work) {
  int ends[2];
  if (pipe(ends) != 0) return 99;
  const pid_t child = fork();
  if (child == 0) {
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    const bool right = work();
    getrusage(RUSAGE_SELF, &after);
    const double grown = right ? static_cast<double>(after.ru_maxrss - before.ru_maxrss) * 1024 : 99.0 * kSize;
    _exit(write(ends[1], &grown, sizeof grown) == sizeof grown ? 0 : 1);
  }
  double grown = 99.0 * kSize;
  close(ends[1]);
  EXPECT_EQ(read(ends[0], &grown, sizeof grown), static_cast<ssize_t>(sizeof grown));
  close(ends[0]);
  int status = 1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  return grown / static_cast<double>(size);
}

double GrownBy(const std::string& mail, size_t others) {
  return Grown(mail.size(), [&] { return ReadAll(mail) == others; });
}

TEST(Memory, T18_NoPartIsKeptDecoded) {
  ReadAll("From: a@b.example\r\n\r\nx");  // the tables
  EXPECT_LT(GrownBy(Large("From: a@b.example\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                          "=C3=BC as it stands in a mail=\r\n", ""),
                    0),
            0.2);
  EXPECT_LT(GrownBy(Large("From: c@b.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: "
                          "message/rfc822\r\n\r\n" +
                              File("base64"),
                          kLine64, "--b--\r\n--o--\r\n"),
                    1),
            0.2);
  EXPECT_LT(GrownBy(Large(File("base64\r\nContent-Transfer-Encoding: 8bit"), kLine64, "--b--\r\n"), 1), 0.2);
  // Foreign characters: habits of readers differ.
  EXPECT_LT(GrownBy(Large(File("base64"), std::string(76, 'Q') + "-\r\n", "--b--\r\n"), 2), 0.2);
}

TEST(Memory, T18_ATextOfShortLinesTakesLittleMoreThanItself) {
  constexpr size_t kLines = 4 << 20;
  SplitReply("On Mon, Jan 13, 2025 at 9:12 AM Ann <a@b.example> wrote:\n> x\n");  // the tables
  const std::string empty = std::string(kLines, '\n') + "x";
  EXPECT_LT(Grown(kLines, [&] { return SplitReply(empty).size() == 1; }), 2.5);
  std::string quotes;
  quotes.reserve(kLines);
  while (quotes.size() + 4 <= kLines) quotes += ">\na\n";
  EXPECT_LT(Grown(kLines,
                  [&] {
                    const std::vector<TextSpan> spans = SplitReply(quotes);
                    return spans.size() == kMostSpans && spans.back().part == TextPart::kVisible &&
                           spans.back().end == static_cast<int64_t>(kLines);
                  }),
            2);
}

// A message that is encoded has to be decoded whole before it is walked: the larger the mail, the less of that.
TEST(Memory, T18_CopiesOfALargeMailAreFew) {
  const auto mail = [](size_t filler) {
    std::string raw =
        "From: c@b.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: "
        "message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYWJjZA0KDQp4\r\n";
    raw.reserve(filler + (20u << 20));
    // "Subject: abcd" and 10 MB.
    for (int i = 0; i < 180'000; ++i) raw += kLine64;
    raw += "--o\r\nContent-Type: text/plain\r\n\r\n";
    while (raw.size() < filler) raw += "A line of a text as it stands in a mail, of no interest.\r\n";
    return raw += "\r\n--o--\r\n";
  };
  for (const auto& [filler, want] : {std::pair<size_t, bool>{0, false}, {108u << 20, true}}) {
    const std::string raw = mail(filler);
    EnvelopeScanner scanner;
    bool over = !want;
    ForEachOther(scanner.Scan(raw), {}, &over, [](const OtherReading&) { return true; });
    EXPECT_EQ(over, want) << filler;
  }
}

}  // namespace
}  // namespace casecomm::scan

#endif
