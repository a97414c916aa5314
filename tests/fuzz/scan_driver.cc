// SPDX-License-Identifier: Apache-2.0
// Runs the fuzz target without libFuzzer: scan_fuzz FILE... replays files; scan_fuzz --mutate N SEED runs N random
// mutations of the built-in seeds. Prints the seed, so that a failure can be run again.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

const std::vector<std::string> kSeeds = {
    "",
    "\n",
    "From: Ann <ann@example.org>\r\nTo: Group: a@b, \"q\\\"x\"@c (c (d)) ;, <@r:x@y>\r\nSubject: =?utf-8?q?a=C3=BC?= "
    "=?utf-8?b?w7w=?=\r\nDate: Tue, 14 Jan 2025 09:12:00 +0100 (CET)\r\nMessage-ID: <a@b>\r\nReferences: <a@b>\r\n "
    "<c\r\n "
    "d@e>\r\nReturn-Path: <>\r\n\r\nbody\r\n",
    "Content-Type: multipart/mixed; boundary=\"a b\"\r\n\r\n--a b\r\nContent-Type: multipart/digest; "
    "boundary=c\r\n\r\n--c\r\n\r\n"
    "Subject: in\r\n\r\nx\r\n--c--\r\n--a b\r\nContent-Type: image/png; name*0*=utf-8''%C3%9C; "
    "name*1=b\r\nContent-Transfer-"
    "Encoding: base64\r\nContent-ID: <i@j>\r\n\r\nTWFu\r\nTQ==\r\nTWFu\r\n--a b--\r\n",
    "Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: quoted-printable\n\n=1B$B%F%9=\n=1B(B\n",
    "Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#0V%T\n`\nend\n",
    "Content-Type: message/rfc822\r\rSubject: mac\r\rbody\r",
    ">From x\r\nlost line\r\nSubject : \xff\xfe\r\n\tfold\r\nDelivered-To: a . b @ c\r\nOriginal-Recipient: "
    "rfc822;a@b\r\n\r\n",
};

// Pieces that mean something to some parser.
constexpr std::string_view kPieces[] = {
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    " ",
    "\t",
    ":",
    ";",
    ",",
    "<",
    ">",
    "@",
    "(",
    ")",
    "\"",
    "\\",
    "=",
    "=?",
    "?=",
    "=?utf-8?q?",
    "--",
    "--b",
    "%",
    "'",
    "*0*=",
    "\x1b$B",
    "\xff",
    "\xc3",
    "Content-Type: ",
    "multipart/mixed; boundary=b",
    "message/rfc822",
    "base64",
    "From: ",
    "From ",
    "filename=",
    "a@b",
};

void Run(const std::string& bytes) {
  // A block of its own exact size, so that a read past the end is seen.
  const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void Mutate(std::mt19937_64* random, std::string* bytes) {
  const size_t at = (*random)() % (bytes->size() + 1);
  switch ((*random)() % 6) {
    case 0:
      bytes->insert(at, std::string(kPieces[(*random)() % std::size(kPieces)]));
      break;
    case 1:
      bytes->erase(at, 1 + (*random)() % 16);
      break;
    case 2:
      if (at < bytes->size()) (*bytes)[at] = static_cast<char>((*random)());
      break;
    case 3:
      bytes->insert(at, bytes->substr((*random)() % (bytes->size() + 1), (*random)() % 64));
      break;
    case 4:
      bytes->insert(at, (*random)() % 300, static_cast<char>((*random)() % 128));
      break;
    default:
      bytes->insert(at, kSeeds[(*random)() % kSeeds.size()]);
  }
}

int MutateSeeds(uint64_t rounds, uint64_t seed) {
  std::printf("scan_fuzz: %llu mutations, seed %llu\n", static_cast<unsigned long long>(rounds),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  for (const std::string& one : kSeeds) Run(one);
  std::mt19937_64 random(seed);
  for (uint64_t round = 0; round < rounds; ++round) {
    std::string bytes = kSeeds[random() % kSeeds.size()];
    for (uint64_t changes = 1 + random() % 8; changes > 0; --changes) Mutate(&random, &bytes);
    Run(bytes);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--mutate") {
    return MutateSeeds(std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "scan_fuzz: cannot read %s\n", argv[i]);
      return 1;
    }
    Run(std::string(std::istreambuf_iterator<char>(file), {}));
  }
  std::printf("scan_fuzz: %d files\n", argc - 1);
  return 0;
}
