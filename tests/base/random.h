// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_TESTS_BASE_RANDOM_H_
#define CASECOMM_TESTS_BASE_RANDOM_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace casecomm::test {

// Random numbers of a test. CASECOMM_SEED=n repeats a run; PRINT_SEED names the seed in every failure below
// it.
class Rng {
 public:
  using result_type = uint64_t;  // of the standard's generators, whose place it takes
  static constexpr result_type min() { return std::mt19937_64::min(); }
  static constexpr result_type max() { return std::mt19937_64::max(); }

  Rng() : seed_(Seed()), engine_(seed_) {}

  uint64_t operator()() { return engine_(); }

  uint64_t seed() const { return seed_; }
  uint64_t Next() { return engine_(); }
  uint64_t Below(uint64_t n) { return engine_() % n; }
  char Of(std::string_view letters) { return letters[Below(letters.size())]; }

  std::string Text(std::string_view letters, size_t size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text += Of(letters);
    return text;
  }

 private:
  static uint64_t Seed() {
    const char* const given = std::getenv("CASECOMM_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  }

  const uint64_t seed_;
  std::mt19937_64 engine_;
};

// How often a random test runs: as the variable says, for the whole; else the gate's share, of which a sanitizer, under
// which all takes some times as long, has a part.
inline size_t Runs(const char* variable, size_t share) {
  if (const char* const whole = std::getenv(variable)) return static_cast<size_t>(std::strtoull(whole, nullptr, 10));
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return std::max<size_t>(share / 5, 1);
#else
  return share;
#endif
}

#define PRINT_SEED(rng) SCOPED_TRACE("CASECOMM_SEED=" + std::to_string((rng).seed()))

}  // namespace casecomm::test

#endif  // CASECOMM_TESTS_BASE_RANDOM_H_
