// SPDX-License-Identifier: Apache-2.0
// What bench/peers.py measures of this library, in the same loop as the other parsers; and the mails that all of them read.
//
// usage: peers --mails N                                                     writes mails of kind S, each behind its length
//        peers envelope|mail|scan --time SECONDS | ... --rounds N < MAILS    measures
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bench/mail_s.h"
#include "casecomm/mail.h"
#include "scan/content.h"
#include "scan/envelope.h"
#include "tests/judges/judge.h"

namespace {

volatile size_t kept = 0;  // an answer that is used is not left out

void Envelope(std::string_view mail) {
  static casecomm::scan::EnvelopeScanner scanner;
  kept = scanner.Scan(mail).to.size();
}

void Mail(std::string_view mail) {
  static casecomm::scan::EnvelopeScanner scanner;
  kept = casecomm::scan::ReadMail(scanner.Scan(mail)).to.size();
}

void Scan(std::string_view mail) {
  kept = casecomm::ScanMail(mail).to.size();
}

struct Row {
  std::string_view name;
  casecomm::judge::Act act;
};

constexpr Row kRows[] = {{"envelope", Envelope}, {"mail", Mail}, {"scan", Scan}};

int WriteMails(uint64_t count) {
  for (uint64_t seed = 0; seed < count; ++seed) {
    const std::string mail = casecomm::bench::MakeMailS(seed);
    std::string framed;
    for (int shift = 0; shift < 32; shift += 8) framed += static_cast<char>(mail.size() >> shift & 0xff);
    framed += mail;
    if (std::fwrite(framed.data(), 1, framed.size(), stdout) != framed.size()) return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "--mails") return WriteMails(std::strtoull(argv[2], nullptr, 10));
  for (const Row& row : kRows) {
    if (words.size() == 3 && words[0] == row.name) return casecomm::judge::Measure(words[1], argv[3], row.act);
  }
  std::fprintf(stderr, "usage: peers --mails N | envelope|mail|scan --time SECONDS\n");
  return 64;
}
