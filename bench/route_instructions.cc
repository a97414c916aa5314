// SPDX-License-Identifier: Apache-2.0
// Counts the instructions of one decision: a figure without noise. Runs itself under valgrind's callgrind,
// which counts only what happens inside casecomm_bench_decide, and checks every outcome.
//
// usage: route_instructions [MAILS]        (10000 of them, 100000 records and as many contacts)
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bench/firm.h"

using casecomm::bench::Firm;
using casecomm::bench::FirmMail;
using casecomm::bench::Router;

// The name callgrind looks for.
extern "C" [[gnu::noinline]] void casecomm_bench_decide(Router* router, const FirmMail* mail) {
  router->Route(*mail);
}

namespace {

constexpr uint32_t kFirmSize = 100'000;
constexpr uint64_t kFirstSeed = 1'000'000;

// Under valgrind: every mail once, and whether all went where they should.
int DecideAll(const std::string& preset, uint64_t count) {
  const Firm firm(kFirmSize);
  const auto program = casecomm::route::Program::Preset(preset);
  if (!program.ok()) return 1;
  Router router(firm, *program);
  for (uint64_t seed = 0; seed < 64; ++seed) router.Route(firm.Mail(preset, seed));  // warm, not counted
  uint64_t wrong = 0;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + count; ++seed) {
    const FirmMail mail = firm.Mail(preset, seed);
    casecomm_bench_decide(&router, &mail);
    if (!router.IsTrue(mail)) {
      if (++wrong <= 3) std::fprintf(stderr, "%s: the mail of seed %ju went the wrong way\n", preset.c_str(), seed);
    }
  }
  if (wrong != 0) std::fprintf(stderr, "%s: %ju of %ju outcomes differ from the truth\n", preset.c_str(), wrong, count);
  return wrong == 0 ? 0 : 1;
}

struct Profile {
  uint64_t calls = 0;  // of casecomm_bench_decide
  uint64_t total = 0;  // instructions in it, and below
  uint64_t scan = 0, identify = 0, route = 0;
};

// Reads callgrind's output, written without name compression: "fn=" opens a function, "cfn=" and "calls=" a
// call from it whose cost, all included, stands on the next line as "<line> <cost>".
bool ReadProfile(const std::filesystem::path& path, Profile* profile) {
  std::ifstream file(path);
  std::string line, function, callee;
  bool cost_of_call = false;
  while (std::getline(file, line)) {
    if (line.starts_with("totals: ")) profile->total = std::strtoull(line.c_str() + 8, nullptr, 10);
    if (line.starts_with("fn=")) function = line.substr(3);
    if (line.starts_with("cfn=")) callee = line.substr(4);
    if (line.starts_with("calls=")) {
      cost_of_call = true;
      if (callee == "casecomm_bench_decide") profile->calls += std::strtoull(line.c_str() + 6, nullptr, 10);
      continue;
    }
    if (cost_of_call && function == "casecomm_bench_decide") {
      const uint64_t cost = std::strtoull(line.substr(line.find(' ')).c_str(), nullptr, 10);
      if (callee.starts_with("casecomm::scan::")) profile->scan += cost;
      if (callee.starts_with("casecomm::identify::")) profile->identify += cost;
      if (callee.starts_with("casecomm::route::")) profile->route += cost;
    }
    cost_of_call = false;
  }
  return profile->total != 0;
}

// Runs a command and waits; its exit code, or -1.
int Run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  int status = 0;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "10000";
  if (first == "--decide" && argc == 4) return DecideAll(argv[2], std::strtoull(argv[3], nullptr, 10));
  const uint64_t count = std::strtoull(first.c_str(), nullptr, 10);
  if (argc > 2 || count == 0) {
    std::fprintf(stderr, "usage: route_instructions [MAILS]\n");
    return 64;
  }

  std::string folder = (std::filesystem::temp_directory_path() / "route_instructions.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    std::perror("route_instructions");
    return 1;
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  int failed = 0;
  for (const char* preset : {"casebook", "casefleet"}) {
    const std::string out = folder + "/" + preset;
    const int code = Run({"valgrind", "--tool=callgrind", "--quiet", "--toggle-collect=casecomm_bench_decide",
                          "--compress-strings=no", "--compress-pos=no", "--callgrind-out-file=" + out, self, "--decide",
                          preset, std::to_string(count)});
    Profile profile;
    if (code != 0 || !ReadProfile(out, &profile)) {
      std::fprintf(stderr, code < 0 ? "%s: valgrind did not run\n" : "%s: failed\n", preset);
      failed = 1;
      continue;
    }
    const auto share = [&](uint64_t part) {
      return 100.0 * static_cast<double>(part) / static_cast<double>(profile.total);
    };
    std::printf(
        "%-9s  %ju mails, all where they should be: %ju instructions a decision"
        "  (scan %.1f %%, identify %.1f %%, route %.1f %%)\n",
        preset, count, profile.total / count, share(profile.scan), share(profile.identify), share(profile.route));
  }
  std::filesystem::remove_all(folder);
  return failed;
}
