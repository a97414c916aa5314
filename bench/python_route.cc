// SPDX-License-Identifier: Apache-2.0
// The C++ side of python_bench.py: RouteBatch over the mails of a file, from the store that Python filled.
//
// usage: python_route STORE KEYS MAILS ROUNDS, where MAILS holds each mail behind its size (8 bytes, little endian).
// Prints the nanoseconds of the fastest round a mail.
#include <algorithm>
#include <chrono>
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
    const auto begin = std::chrono::steady_clock::now();
    const casecomm::Status status = session.RouteBatch(mails, &routed);
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
    if (!status.ok() || routed.mail_count() != mails.size()) return 1;
    best = std::min(best, taken.count() / static_cast<double>(mails.size()));
  }
  std::cout << best << "\n";
}
