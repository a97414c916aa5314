// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "bench/firm.h"

namespace {

using casecomm::address::Capability;
using casecomm::address::Kind;
using casecomm::address::Signer;

constexpr std::string_view kDomain = "in.example.org";

Signer MakeSigner() {
  return *Signer::Make(casecomm::bench::FixedKeys());
}

Capability CapabilityOf(uint64_t locator) {
  return {Kind::kRecord, 1, 1, locator};
}

// 1024 distinct local parts; `spoilt` is the place of a letter changed in each, counted from the end, 0 for
// none.
std::vector<std::string> Locals(const Signer& signer, size_t spoilt) {
  std::vector<std::string> locals;
  for (uint64_t i = 0; i < 1024; ++i) {
    std::string local = *signer.Mint(CapabilityOf(i * 1'000'003), kDomain);
    local.resize(local.find('@'));
    if (spoilt != 0) {
      char& letter = local[local.size() - spoilt];
      letter = letter == '2' ? '3' : '2';
    }
    locals.push_back(std::move(local));
  }
  return locals;
}

void Verify(benchmark::State& state, size_t spoilt, bool wanted) {
  const Signer signer = MakeSigner();
  const std::vector<std::string> locals = Locals(signer, spoilt);
  size_t next = 0;
  for (auto _ : state) {
    if (signer.Verify(locals[next++ % locals.size()], kDomain, 0).has_value() != wanted) {
      state.SkipWithError("an address was judged wrongly");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_VerifyGood(benchmark::State& state) {
  Verify(state, 0, true);
}
BENCHMARK(BM_VerifyGood);

void BM_VerifyForgedTag(benchmark::State& state) {
  Verify(state, 1, false);
}
BENCHMARK(BM_VerifyForgedTag);

void BM_VerifyForeignForm(benchmark::State& state) {
  const Signer signer = MakeSigner();
  for (auto _ : state) {
    benchmark::DoNotOptimize(signer.Verify("first.last.of.some-department.and-office", kDomain, 0));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_VerifyForeignForm);

void BM_Mint(benchmark::State& state) {
  const Signer signer = MakeSigner();
  uint64_t locator = 0;
  for (auto _ : state) benchmark::DoNotOptimize(signer.Mint(CapabilityOf(++locator), kDomain));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Mint);

}  // namespace
