// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/mail_s.h"
#include "casecomm/mail.h"
#include "scan/content.h"
#include "scan/envelope.h"

namespace {

using casecomm::bench::MakeMailS;

// 256 mails stand in the second-level cache at best; 8192 come from memory, as in a mailbox that is read
// once.
std::vector<std::string> Mails(int64_t count) {
  std::vector<std::string> mails;
  for (int64_t i = 0; i < count; ++i) mails.push_back(MakeMailS(static_cast<uint64_t>(i)));
  return mails;
}

void Count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(casecomm::bench::kMailSBytes));
}

void BM_Envelope(benchmark::State& state) {
  const std::vector<std::string> mails = Mails(state.range(0));
  casecomm::scan::EnvelopeScanner scanner;
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(&scanner.Scan(mails[next]));
    next = next + 1 == mails.size() ? 0 : next + 1;
  }
  Count(state);
}
BENCHMARK(BM_Envelope)->Arg(16)->Arg(8192);

void BM_ScanMail(benchmark::State& state) {
  const std::vector<std::string> mails = Mails(state.range(0));
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(casecomm::ScanMail(mails[next]));
    next = next + 1 == mails.size() ? 0 : next + 1;
  }
  Count(state);
}
BENCHMARK(BM_ScanMail)->Arg(16)->Arg(8192);

void BM_ContentKey(benchmark::State& state) {
  const std::vector<std::string> mails = Mails(state.range(0));
  casecomm::scan::EnvelopeScanner scanner;
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(casecomm::scan::ContentKey(scanner.Scan(mails[next])));
    next = next + 1 == mails.size() ? 0 : next + 1;
  }
  Count(state);
}
BENCHMARK(BM_ContentKey)->Arg(16);

}  // namespace
