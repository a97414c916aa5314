// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer.
//
//   X_fuzz [--mails PATH] [--words DICTIONARY] [--mutate N SEED] PATH...
//   X_fuzz --extract FOLDER --mails PATH
//
// PATHs are inputs, or folders of them: each is run once. --mails names mail, or folders of it: what it holds for the target
// is run. --mutate then runs N random changes of the PATHs; the seed is printed, so that a failure can be run again. A failing
// input is written to X_fuzz.failed in the folder for temporary files. --extract writes the inputs of mail to files.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace casecomm::fuzz {
namespace {

constexpr size_t kMostInput = 256 << 10;

std::vector<uint8_t> current;
std::string failed_path;

void SaveFailed() {
  std::FILE* const file = std::fopen(failed_path.c_str(), "wb");
  if (file == nullptr) return;
  std::fwrite(current.data(), 1, current.size(), file);
  std::fclose(file);
  std::fprintf(stderr, "%s_fuzz: the input is in %s\n", kName, failed_path.c_str());
}

void OnSignal(int number) {
  SaveFailed();
  signal(number, SIG_DFL);
  raise(number);
}

void Run(std::string_view bytes) {
  // A block of its own exact size, so that a read past the end is seen.
  current = std::vector<uint8_t>(bytes.begin(), bytes.end());
  current.shrink_to_fit();
  LLVMFuzzerTestOneInput(current.data(), current.size());
}

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s_fuzz: %s\n", kName, what.c_str());
  std::exit(1);
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail("cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::filesystem::path> FilesOf(const std::string& path) {
  if (!std::filesystem::exists(path)) Fail("there is no " + path);
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(path))
    files.push_back(path);
  else {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// A dictionary as libFuzzer reads it: a quoted word a line, \xNN and \\ in it.
std::vector<std::string> WordsOf(const std::string& path) {
  std::vector<std::string> words;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t begin = line.find('"'), end = line.rfind('"');
    if (line.empty() || line[0] == '#' || begin == end) continue;
    std::string word;
    for (size_t i = begin + 1; i < end; ++i) {
      if (line[i] != '\\') {
        word += line[i];
      } else if (line[++i] == 'x') {
        word += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        word += line[i];
      }
    }
    words.push_back(word);
  }
  if (words.empty()) Fail("no words in " + path);
  return words;
}

class Mutator {
 public:
  Mutator(const std::vector<std::string>& seeds, const std::vector<std::string>& words, uint64_t seed)
      : seeds_(seeds), words_(words), random_(seed) {}

  std::string Next() {
    std::string bytes = Of(seeds_);
    for (uint64_t changes = 1 + Below(8); changes > 0; --changes) Change(&bytes);
    if (bytes.size() > kMostInput) bytes.resize(kMostInput);
    return bytes;
  }

 private:
  uint64_t Below(uint64_t n) { return random_() % n; }
  const std::string& Of(const std::vector<std::string>& all) { return all[Below(all.size())]; }

  void Change(std::string* bytes) {
    const size_t at = Below(bytes->size() + 1);
    switch (Below(7)) {
      case 0:
      case 1:
        bytes->insert(at, Of(words_));
        break;
      case 2:
        bytes->erase(at, 1 + Below(16));
        break;
      case 3:
        if (at < bytes->size()) (*bytes)[at] = static_cast<char>(Below(256));
        break;
      case 4:
        bytes->insert(at, bytes->substr(Below(bytes->size() + 1), Below(64)));
        break;
      case 5:
        bytes->insert(at, Below(300), static_cast<char>(Below(128)));
        break;
      default:
        bytes->insert(at, Of(seeds_));
    }
  }

  const std::vector<std::string>& seeds_;
  const std::vector<std::string>& words_;
  std::mt19937_64 random_;
};

int Main(int argc, char** argv) {
  std::vector<std::string> seeds, words = {"\r\n"};
  std::string extract, mails;
  uint64_t rounds = 0, seed = 0;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto value = [&](size_t i) {
    return i < arguments.size() ? arguments[i] : (Fail("an argument is missing"), "");
  };
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--mails") {
      mails = value(++i);
    } else if (arguments[i] == "--words") {
      words = WordsOf(value(++i));
    } else if (arguments[i] == "--extract") {
      extract = value(++i);
    } else if (arguments[i] == "--mutate") {
      rounds = std::strtoull(value(++i).c_str(), nullptr, 10);
      seed = std::strtoull(value(++i).c_str(), nullptr, 10);
    } else {
      for (const auto& file : FilesOf(arguments[i])) seeds.push_back(ReadFile(file));
    }
  }
  if (seeds.empty() && mails.empty()) Fail("nothing to run");
  failed_path = (std::filesystem::temp_directory_path() / (std::string(kName) + "_fuzz.failed")).string();
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) signal(number, OnSignal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(SaveFailed);

  size_t inputs = 0;
  if (!mails.empty()) {
    for (const auto& file : FilesOf(mails)) {
      const std::string mail = ReadFile(file);
      ForEachInput(mail, [&](std::string_view input) {
        ++inputs;
        if (extract.empty()) return Run(input);
        const std::string name = base::Hex(base::AsBytes(base::Sha256Of(input))).substr(0, 16);
        std::ofstream(extract + '/' + name, std::ios::binary) << input;
      });
    }
  }
  std::printf("%s_fuzz: %zu inputs of mail, %zu seeds, %llu mutations, seed %llu\n", kName, inputs, seeds.size(),
              static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  for (const std::string& one : seeds) Run(one);
  if (rounds > 0 && seeds.empty()) Fail("nothing to change");
  Mutator mutator(seeds, words, seed);
  for (uint64_t round = 0; round < rounds; ++round) Run(mutator.Next());
  return 0;
}

}  // namespace
}  // namespace casecomm::fuzz

int main(int argc, char** argv) {
  return casecomm::fuzz::Main(argc, argv);
}
