// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz.h"

#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "scan/attachment.h"
#include "scan/body_text.h"
#include "scan/header_bytes.h"

namespace casecomm::fuzz {
namespace {

// Of this thread's own processor time, so that a busy machine is no finding. Sanitizers are slower than users.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
constexpr double kMostSeconds = 4;
#else
constexpr double kMostSeconds = 1;
#endif

double Now() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s_fuzz: does not hold: %s\n", kName, what);
  std::abort();
}

bool Inside(std::string_view part, std::string_view whole) {
  return part.data() == nullptr ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::pair<std::string_view, std::string_view> FirstLine(std::string_view input) {
  const size_t end = input.find('\n');
  if (end == input.npos) return {input, input.substr(input.size())};
  return {input.substr(0, end), input.substr(end + 1)};
}

void ForEachField(std::string_view mail, const std::function<void(const scan::RawField&)>& use) {
  std::vector<scan::DefectAt> defects;
  scan::DefectLog log(&defects);
  const char eol = scan::LineEndOf(mail);
  scan::FieldReader reader(mail, scan::HeaderBegin(mail, eol), eol, {}, &log);
  for (scan::RawField field; reader.Next(&field);) use(field);
}

void ForEachText(std::string_view mail, std::string_view type, const Use& use) {
  scan::EnvelopeScanner scanner;
  scan::CharsetDecoder charsets;
  scan::ForEachLeaf(scanner.Scan(mail), {}, [&](const scan::Leaf& leaf, bool) {
    if (leaf.type.substr(0, type.size()) == type) {
      use(scan::ReadLeafText(leaf, scan::LineEndOf(mail), 1 << 20, &charsets).text);
    }
    return true;
  });
}

}  // namespace casecomm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const double begin = casecomm::fuzz::Now();
  casecomm::fuzz::RunOne({reinterpret_cast<const char*>(data), size});
  casecomm::fuzz::Require(casecomm::fuzz::Now() - begin < casecomm::fuzz::kMostSeconds, "an input takes no second");
  return 0;
}
