// SPDX-License-Identifier: Apache-2.0
// The C++ side of python_bench.py: RouteBatch over the mails of a file, from the store that Python filled.
//
// usage: python_route STORE KEYS MAILS ROUNDS, where MAILS holds each mail behind its size (8 bytes, little endian).
// Prints the nanoseconds of CPU time a mail, of the fastest round.
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "casecomm/engine.h"
#include "casecomm/stores.h"

namespace {

std::string ReadAll(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Of this thread: other people's work on a shared machine does not count.
int64_t CpuNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

template <typename T>
T OrDie(casecomm::Result<T> result) {
  if (!result.ok()) {
    std::cerr << result.status().ToString() << "\n";
    std::exit(1);
  }
  return std::move(*result);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  casecomm::EngineOptions options;
  casecomm::SqliteOptions store;
  store.path = argv[1];
  options.store = OrDie(casecomm::SqliteStore(store));
  options.keys = OrDie(casecomm::KeyRing::Parse(ReadAll(argv[2])));
  const auto engine = OrDie(casecomm::Engine::Open(std::move(options)));
  casecomm::Session session = OrDie(engine->As("", casecomm::Actor::Operator()));

  // Each mail in a block of its own, as Python has them.
  const std::string all = ReadAll(argv[3]);
  std::vector<std::string> raws;
  for (size_t at = 0; at < all.size();) {
    uint64_t size;
    std::memcpy(&size, all.data() + at, sizeof size);
    raws.emplace_back(all, at + sizeof size, size);
    at += sizeof size + size;
  }
  std::vector<casecomm::RouteRequest> mails(raws.size());
  for (size_t i = 0; i < raws.size(); ++i) mails[i].raw = raws[i];

  casecomm::RoutedBatch routed;
  double best = 1e18;
  for (int round = 0; round < std::atoi(argv[4]); ++round) {
    const int64_t begin = CpuNanoseconds();
    const casecomm::Status status = session.RouteBatch(mails, &routed);
    const int64_t taken = CpuNanoseconds() - begin;
    if (!status.ok() || routed.mail_count() != mails.size()) return 1;
    best = std::min(best, static_cast<double>(taken) / static_cast<double>(mails.size()));
  }
  std::cout << best << "\n";
}
