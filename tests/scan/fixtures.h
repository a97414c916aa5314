// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_TESTS_SCAN_FIXTURES_H_
#define CASECOMM_TESTS_SCAN_FIXTURES_H_

#include <gtest/gtest.h>
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "casecomm/mail.h"
#include "scan/content.h"
#include "scan/envelope.h"

namespace casecomm::scan {

// A mail of its lines, each ended with CRLF.
inline std::string Lines(std::initializer_list<std::string_view> lines) {
  std::string mail;
  for (const std::string_view line : lines) mail.append(line).append("\r\n");
  return mail;
}

// A mail read whole, as this room reads it.
inline Mail ReadWhole(std::string_view raw, const MailLimits& limits = {}) {
  EnvelopeScanner scanner(limits);
  return ReadMail(scanner.Scan(raw), limits);
}

inline bool HasDefect(const Mail& mail, Defect defect) {
  return std::any_of(mail.defects.begin(), mail.defects.end(),
                     [&](const MailDefect& at) { return at.name == DefectName(defect); });
}

inline bool HasDefect(const Envelope& envelope, Defect defect) {
  return std::any_of(envelope.defects.begin(), envelope.defects.end(),
                     [&](const DefectAt& at) { return at.defect == defect; });
}

inline std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t pos = text.find(what); pos != text.npos; pos = text.find(what, pos + with.size())) {
    text.replace(pos, what.size(), with);
  }
  return text;
}

// The processor time of this thread that a piece of work takes, the least of three runs: other load does not count, nor
// does what the kernel takes to hand out pages that the run before gave back, which begins at some size at once.
template <typename Work>
double CpuSeconds(const Work& work) {
  static const bool kept = mallopt(M_TRIM_THRESHOLD, 1 << 30) == 1 && mallopt(M_MMAP_THRESHOLD, 1 << 30) == 1;
  static_cast<void>(kept);
  const auto now = [] {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
  };
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const double begin = now();
    work();
    best = std::min(best, now() - begin);
  }
  return best;
}

// Whether `large` takes at most `factor` times the processor time of `small`, and `constant` seconds, for what does not grow
// with the input or no longer fits into a cache. Each round keeps the least that either ever took, so that a busy machine
// only makes for more rounds; what grows faster fails all. Sanitizers make allocation cost what it does not: there the work
// is only done.
template <typename Small, typename Large>
::testing::AssertionResult CostsAtMost(double factor, const Small& small, const Large& large, double constant = 0.003) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static_cast<void>(factor), static_cast<void>(constant);
  small();
  large();
  return ::testing::AssertionSuccess();
#else
  constexpr int kRounds = 8;
  double one = 1e9, more = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    one = std::min(one, CpuSeconds(small));
    more = std::min(more, CpuSeconds(large));
    if (more < factor * one + constant) return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << more << " s, and the smaller " << one << " s";
#endif
}

}  // namespace casecomm::scan

#endif  // CASECOMM_TESTS_SCAN_FIXTURES_H_
