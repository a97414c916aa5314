// SPDX-License-Identifier: Apache-2.0
// A warm batch asks for no memory for its mail: operator new is counted.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/flow/host.h"

namespace {
std::atomic<size_t> allocations{0};
}  // namespace

// Not inlined: the compiler would see malloc and delete meet, and warn.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* const block = std::malloc(size == 0 ? 1 : size)) return block;
  throw std::bad_alloc();
}
// Sorting asks this one for a buffer; it must match the delete below.
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, size_t) noexcept {
  std::free(block);
}

namespace casecomm {
namespace {

using testing::Firm;

TEST(RouteBatch, AllocatesNothingForAMailOnceItIsWarm) {
  for (const char* preset : {"casebook", "casefleet"}) {
    Firm firm(preset);
    const std::vector<std::string> drop = {firm.Drop("U1"), "p1@mail.example.com"};
    const std::vector<std::string> raws = {
        Firm::Mail("p1@mail.example.com", firm.Record("C1") + ", " + firm.Record("C2"), "References: <a@x>\r\n"),
        Firm::Mail("ann@firm.example.org", "p1@mail.example.com, p3@mail.example.com"),
        Firm::Mail("stranger@x.example", "forged@in.example.org, more@in.example.org"),
        Firm::Mail("a@x.example", "b@x.example", "Delivered-To: " + drop[0] + "\r\n"),
    };
    std::vector<RouteRequest> few, many;
    for (const std::string& raw : raws) {
      few.push_back({raw, false, nullptr});
      few.push_back({raw, true, &drop});
    }
    for (int i = 0; i < 100; ++i) many.insert(many.end(), few.begin(), few.end());

    Session session = firm.As();
    RoutedBatch routed;
    const auto count = [&](const std::vector<RouteRequest>& mails) {
      const size_t before = allocations;
      const Status status = session.RouteBatch(mails, &routed);
      const size_t counted = allocations - before;
      EXPECT_TRUE(status.ok()) << status.ToString();
      EXPECT_GE(routed.target_count(), mails.size());
      return counted;
    };
    const size_t cold = count(many);
    const size_t of_few = count(few), of_many = count(many);
    EXPECT_EQ(of_many, of_few) << preset;  // the read of the directory's mark, and nothing by the mail
    EXPECT_LT(of_few, 60u);
    EXPECT_GT(cold, of_many) << "nothing was counted at all";
  }
}

}  // namespace
}  // namespace casecomm
