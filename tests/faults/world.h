// SPDX-License-Identifier: Apache-2.0
// A firm with some mail, made the same every time: same clock, same random bytes, so that what a verb writes and answers
// can be compared to the byte.
#ifndef CASECOMM_TESTS_FAULTS_WORLD_H_
#define CASECOMM_TESTS_FAULTS_WORLD_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "casecomm/engine.h"
#include "casecomm/stores.h"
#include "tests/support/heap.h"

namespace casecomm::faults {

// When the verb under test is called the first time, and again.
inline constexpr int64_t kBefore = 1'700'000'000'000'000, kFirst = kBefore + 10'000'000, kAgain = kFirst + 10'000'000;

// The same for every engine of a world.
struct Clock : host::Clock {
  explicit Clock(std::shared_ptr<const int64_t> now) : now_us(std::move(now)) {}
  const std::shared_ptr<const int64_t> now_us;
  int64_t NowMicros() override { return *now_us; }
};

struct Random : host::Random {
  explicit Random(std::shared_ptr<uint64_t> s) : state(std::move(s)) {}
  const std::shared_ptr<uint64_t> state;
  Status Fill(void* out, size_t size) override;
};

// The store behind an engine that comes and goes. While `record` is set, the state that each batch leaves is kept.
struct Stored {
  std::unique_ptr<host::Store> store;
  bool open = false;
  bool record = false;
  std::vector<std::string> states;
};

// Every row of every collection.
std::string Dump(host::Store& store, bool with_versions = true);

class World {
 public:
  // `sqlite`: a database in this folder; else in memory.
  World(const std::string& folder, bool sqlite);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Options of a further engine over the same store.
  EngineOptions Options();
  // From here on it is `now_us`, and the random bytes are those of `seed`.
  void SetTime(int64_t now_us, uint64_t seed);
  std::string Dump(bool with_versions = true) { return faults::Dump(*stored->store, with_versions); }
  // Closes the engine, which tells the store so, or, with `killed`, does not.
  void Close(bool killed);
  void Reopen();

  // Runs one call of the library while its `refuse`-th block (0: none), or all from it on, are refused.
  template <typename Verb>
  auto Call(Verb&& verb) -> decltype(verb()) {
    test::RefuseBlock(refuse, and_after);
    try {
      auto answer = verb();
      refusals = test::StopRefusing();
      return answer;
    } catch (...) {
      refusals = test::StopRefusing();
      escaped = true;
      return Status(Code::kInternal, "an exception came out");
    }
  }

  uint64_t refuse = 0;
  bool and_after = false;
  test::Refusals refusals;
  bool escaped = false;

  const std::string folder;
  std::shared_ptr<Stored> stored = std::make_shared<Stored>();
  std::unique_ptr<Engine> engine;
  std::optional<Session> session, staff;  // the operator's, U1's
  std::string filed, unassigned;          // ids of messages
  std::string thread;
  std::string record_address, drop_address;

 private:
  void Fill();

  const std::shared_ptr<int64_t> now_us_ = std::make_shared<int64_t>(kBefore);
  const std::shared_ptr<uint64_t> seed_ = std::make_shared<uint64_t>(1);
};

// A mail with an attachment and charsets that take ICU.
std::string MailText(const std::string& from, const std::string& to, const std::string& subject);

// A source of mails that were given to it.
struct ListSource : host::Source {
  std::vector<host::InboundMail> mails;
  size_t given = 0, committed = 0;
  void Add(std::string raw, std::vector<std::string> envelope = {});
  std::string_view name() const override { return "list"; }
  Status Next(size_t limit, std::vector<host::InboundMail>* out) override;
  Status Committed(const std::vector<const host::InboundMail*>& done) override;
};

}  // namespace casecomm::faults

#endif  // CASECOMM_TESTS_FAULTS_WORLD_H_
