// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/firm.h"

namespace {

using casecomm::bench::Firm;
using casecomm::bench::FirmMail;
using casecomm::bench::Router;
using casecomm::route::Program;

constexpr const char* kPresets[] = {"casebook", "casefleet"};

// Directories are dear to make: the last one is kept. `entries` counts records and contacts.
const Firm& FirmOf(int64_t entries) {
  static std::unique_ptr<Firm> firm;
  static int64_t size = 0;
  if (size != entries) {
    firm.reset();
    firm = std::make_unique<Firm>(static_cast<uint32_t>(entries / 2));
    size = entries;
  }
  return *firm;
}

struct Setup {
  explicit Setup(const benchmark::State& state)
      : firm(FirmOf(state.range(1))),
        preset(kPresets[state.range(0)]),
        program(*Program::Preset(preset)),
        router(firm, program) {
    for (uint64_t seed = 0; seed < 2048; ++seed) mails.push_back(firm.Mail(preset, seed));
  }

  const FirmMail& Next() { return mails[next++ % mails.size()]; }

  const Firm& firm;
  const std::string preset;
  const Program program;
  Router router;
  std::vector<FirmMail> mails;
  size_t next = 0;
};

// The whole decision, scan included.
void BM_Route(benchmark::State& state) {
  Setup setup(state);
  for (const FirmMail& mail : setup.mails) {
    setup.router.Route(mail);
    if (!setup.router.IsTrue(mail)) {
      state.SkipWithError("a mail went the wrong way");
      return;
    }
  }
  for (auto _ : state) {
    setup.router.Route(setup.Next());
    benchmark::ClobberMemory();
  }
  state.SetLabel(setup.preset);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Route)
    ->ArgNames({"preset", "entries"})
    ->ArgsProduct({{0, 1}, {10'000}})
    ->ArgsProduct({{0, 1}, {1'000'000}});

// Without the scan: gather, identify, decide, of envelopes that stand ready.
void BM_RouteScanned(benchmark::State& state) {
  Setup setup(state);
  constexpr size_t kReady = 64;
  std::vector<std::unique_ptr<casecomm::scan::EnvelopeScanner>> scanners;
  std::vector<const casecomm::scan::Envelope*> envelopes;
  for (size_t i = 0; i < kReady; ++i) {
    scanners.push_back(std::make_unique<casecomm::scan::EnvelopeScanner>());
    envelopes.push_back(&scanners.back()->Scan(setup.mails[i].raw));
  }
  size_t next = 0;
  for (auto _ : state) {
    setup.router.Gather(setup.mails[next], *envelopes[next]);
    setup.router.Identify(*envelopes[next]);
    setup.router.Decide();
    benchmark::ClobberMemory();
    next = (next + 1) % kReady;
  }
  state.SetLabel(setup.preset);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_RouteScanned)->ArgNames({"preset", "entries"})->ArgsProduct({{0, 1}, {10'000}});

// The decision in words, as `explain` gives it.
void BM_Describe(benchmark::State& state) {
  Setup setup(state);
  const FirmMail& mail = setup.mails[0];
  setup.router.Route(mail);
  const casecomm::scan::Envelope& envelope = setup.router.scanner.Scan(mail.raw);
  for (auto _ : state) {
    benchmark::DoNotOptimize(casecomm::route::Describe(setup.program, envelope, setup.router.recipients,
                                                       setup.router.identified, setup.firm.directory(),
                                                       setup.router.decision, true));
  }
  state.SetLabel(setup.preset);
}
BENCHMARK(BM_Describe)->ArgNames({"preset", "entries"})->ArgsProduct({{0, 1}, {10'000}});

}  // namespace
