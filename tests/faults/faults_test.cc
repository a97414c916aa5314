// SPDX-License-Identifier: Apache-2.0
// Memory runs out (threat T60): for every verb, its first block is refused, then its second, until it ends clean; each
// time once alone and once with all that follow. Whatever happens inside, the answer is a clean failure or the right one,
// the store holds what it held before or all that the verb writes, nothing leaks, and the verb made again succeeds.
//
// CASECOMM_FAULTS=all tries every block; else a share of them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "casecomm/json.h"
#include "tests/faults/hooks.h"
#include "tests/faults/verbs.h"
#include "tests/seams/temporary_folder.h"

namespace casecomm::faults {
namespace {

constexpr uint64_t kFewInMemory = 48, kFewInSqlite = 16;

bool All() {
  const char* const wanted = std::getenv("CASECOMM_FAULTS");
  return wanted != nullptr && std::string_view(wanted) == "all";
}

// In memory where that can be: a world is made anew thousands of times, and syncs.
std::string FolderParent() {
  const bool in_memory = std::filesystem::is_directory("/dev/shm") && ::access("/dev/shm", W_OK) == 0;
  return in_memory ? "/dev/shm/" : testing::TempDir();
}

// Which of `count` blocks are refused: all, or the first ones, the last ones and some between.
std::vector<uint64_t> Chosen(uint64_t count, uint64_t few) {
  std::vector<uint64_t> chosen;
  const uint64_t step = All() ? 1 : std::max<uint64_t>(count / few, 1);
  for (uint64_t n = 1; n <= count; ++n) {
    if (n <= few / 4 || n + few / 8 > count || n % step == 0) chosen.push_back(n);
  }
  return chosen;
}

// What a verb answers and writes when nothing is refused, called at this time on a fresh world.
struct Reference {
  std::string answer, before, after;
  std::string after_plain;          // without versions and ids: both hang on what was tried before
  std::vector<std::string> states;  // what each batch left
  uint64_t blocks = 0;
};

// Ids hang on how much chance was asked for before: each becomes its number in the order of appearance.
std::string WithoutIds(const std::string& text) {
  constexpr std::string_view kTime = "1ga4gc";  // how an id of these days begins
  constexpr size_t kIdSize = 26;
  std::map<std::string, size_t> numbers;
  std::string out;
  size_t at = 0;
  for (size_t id = text.find(kTime); id != std::string::npos; id = text.find(kTime, at)) {
    out += text.substr(at, id - at) + "#";
    out += std::to_string(numbers.emplace(text.substr(id, kIdSize), numbers.size()).first->second);
    at = std::min(id + kIdSize, text.size());
  }
  return out + text.substr(at);
}

// Where two texts begin to differ, for people.
std::string Difference(const std::string& a, const std::string& b) {
  const size_t same = static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const size_t from = same > 60 ? same - 60 : 0;
  return Printable(a.substr(from, 200)) + "\n  was to be\n" + Printable(b.substr(from, 200));
}

class Faults : public testing::TestWithParam<std::tuple<Verb, bool>> {
 protected:
  const Verb& verb() const { return std::get<0>(GetParam()); }
  bool sqlite() const { return std::get<1>(GetParam()); }

  std::unique_ptr<World> Fresh() {
    auto world = std::make_unique<World>(folder_.path(), sqlite());
    if (verb().prepare) verb().prepare(*world);
    return world;
  }

  Reference RunAt(int64_t now_us, uint64_t seed, bool record) {
    Reference reference;
    const auto world = Fresh();
    world->SetTime(now_us, seed);
    reference.before = world->Dump();
    world->stored->record = record;
    const Status status = verb().act(*world, &reference.answer);
    world->stored->record = false;
    EXPECT_TRUE(status.ok()) << status.ToString();
    reference.after = world->Dump();
    reference.after_plain = WithoutIds(world->Dump(/*with_versions=*/false));
    reference.states = std::move(world->stored->states);
    reference.blocks = world->refusals.asked;
    return reference;
  }

  // False if the world is no longer the one it was.
  bool Try(World& world, uint64_t block, bool and_after, const Reference& first, const Reference& again) {
    const std::string at = "block " + std::to_string(block) + (and_after ? " and all after" : " alone");
    SCOPED_TRACE(at);
    world.SetTime(kFirst, 2);
    world.refuse = block;
    world.and_after = and_after;
    std::string answer;
    const Status status = verb().act(world, &answer);
    world.refuse = 0;
    EXPECT_FALSE(world.escaped) << "an exception came out";
    const std::string state = world.Dump();
    if (status.ok()) {
      EXPECT_TRUE(answer == first.answer) << "a wrong success: " << Difference(answer, first.answer);
      EXPECT_TRUE(state == first.after) << Difference(state, first.after);
      return state == first.before;
    }
    ++failed_;
    EXPECT_TRUE(status.code() == Code::kResourceExhausted || status.code() == Code::kUnavailable)
        << CodeName(status.code()) << ": " << status.ToString();
    const bool unchanged = state == first.before;
    const bool whole = std::find(first.states.begin(), first.states.end(), state) != first.states.end();
    EXPECT_TRUE(unchanged || whole) << "neither what was there nor what a batch leaves: "
                                    << Difference(state, first.after);

    world.SetTime(kAgain, 3);
    std::string second;
    const Status retried = verb().act(world, &second);
    if (unchanged) {
      EXPECT_TRUE(retried.ok()) << "again: " << retried.ToString();
      second = WithoutIds(second);
      const std::string wanted = WithoutIds(again.answer);
      const std::string now = WithoutIds(world.Dump(/*with_versions=*/false));
      EXPECT_TRUE(second == wanted) << Difference(second, wanted);
      EXPECT_TRUE(now == again.after_plain) << Difference(now, again.after_plain);
    } else {
      EXPECT_TRUE(retried.ok() || retried.code() == verb().done_before) << "again: " << retried.ToString();
    }
    return unchanged && again.after == again.before;
  }

  const seams::TemporaryFolder folder_{FolderParent()};
  uint64_t tried_ = 0, failed_ = 0;
};

TEST_P(Faults, EndCleanly) {
  const uint64_t blocks = RunAt(kFirst, 2, /*record=*/false).blocks;
  const Reference first = RunAt(kFirst, 2, /*record=*/true), again = RunAt(kAgain, 3, /*record=*/true);
  ASSERT_EQ(first.before, again.before) << "the world is not the same every time";
  {
    const int64_t live = test::LiveBlocks();
    Fresh();
    ASSERT_EQ(test::LiveBlocks(), live) << "a world leaks by itself";
  }

  const std::vector<uint64_t> chosen = Chosen(blocks, sqlite() ? kFewInSqlite : kFewInMemory);
  std::unique_ptr<World> world;
  int64_t live = 0;  // blocks before that world
  for (const bool and_after : {false, true}) {
    for (const uint64_t block : chosen) {
      // What is made once in a process stays; a leak leaks again.
      for (int run = 0, leaked = 1; leaked != 0; ++run) {
        if (world == nullptr) {
          live = test::LiveBlocks();
          world = Fresh();
        }
        ++tried_;
        const bool same = Try(*world, block, and_after, first, again);
        if (HasFailure()) return;
        if (same && !verb().prepare && block != chosen.back()) break;
        world.reset();
        leaked = static_cast<int>(test::LiveBlocks() - live);
        ASSERT_TRUE(leaked == 0 || run < 2)
            << leaked << " leaked at block " << block << (and_after ? " and all after" : "");
      }
    }
  }
  std::printf("%s: %llu blocks, %llu refusals tried, %llu failures\n", verb().name.c_str(),
              static_cast<unsigned long long>(blocks), static_cast<unsigned long long>(tried_),
              static_cast<unsigned long long>(failed_));
  std::fflush(stdout);
  EXPECT_GT(failed_, 0u) << "nothing was refused";
}

// A destructor has nobody to tell: the store then keeps the mark of an engine at work, and no more.
TEST(FaultsOfTheEnd, ClosingNeverThrows) {
  const seams::TemporaryFolder folder(FolderParent());
  uint64_t refused = 0;
  for (const bool and_after : {false, true}) {
    for (uint64_t block = 1;; ++block) {
      World world(folder.path(), /*sqlite=*/false);
      const std::string before = world.Dump();
      world.session.reset();
      world.staff.reset();
      world.refuse = block;
      world.and_after = and_after;
      const Status closed = world.Call([&] {
        world.engine.reset();
        return Status();
      });
      ASSERT_TRUE(closed.ok());
      if (world.refusals.refused == 0) break;
      ++refused;
      EXPECT_EQ(world.Dump(), before) << block;
      world.Reopen();
    }
  }
  EXPECT_GT(refused, 4u);
}

std::vector<Verb> OnStore() {
  std::vector<Verb> verbs = Verbs();
  std::erase_if(verbs, [](const Verb& verb) { return !verb.touches_store; });
  return verbs;
}

std::string NameOf(const testing::TestParamInfo<std::tuple<Verb, bool>>& info) {
  return std::get<0>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(Memory, Faults, testing::Combine(testing::ValuesIn(Verbs()), testing::Values(false)), NameOf);
INSTANTIATE_TEST_SUITE_P(Sqlite, Faults, testing::Combine(testing::ValuesIn(OnStore()), testing::Values(true)), NameOf);

}  // namespace
}  // namespace casecomm::faults

int main(int argc, char** argv) {
  casecomm::faults::HookLibraries();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
