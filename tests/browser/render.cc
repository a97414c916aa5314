// SPDX-License-Identifier: Apache-2.0
// render SCRIPT HOST MUTANTS: a line of JSON for each payload and mutant: {"payload": ..., "safe": ...}.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "scan/charset.h"
#include "scan/html.h"
#include "tests/scan/html_payloads.h"

namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char escape[8];
    if (byte < ' ' || c == '"' || c == '\\') {
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

void Print(std::string_view payload) {
  // Its images are the mail's own: the server of the test knows them.
  const auto cid = [](std::string_view) { return std::optional<std::string>("/own.png"); };
  const std::string safe = casecomm::scan::SafeHtml(payload, cid).value_or("");
  std::printf("{\"payload\": %s, \"safe\": %s}\n", Quoted(payload).c_str(), Quoted(safe).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const casecomm::scan::HtmlPayloads payloads(argv[1], argv[2]);
  for (const std::string& payload : payloads.all()) {
    bool clean = true;
    Print(casecomm::scan::CharsetDecoder().ToUtf8(payload, "utf-8", &clean));
  }
  std::mt19937_64 random(24);
  casecomm::scan::CharsetDecoder charsets;
  for (long i = std::atol(argv[3]); i > 0; --i) {
    bool clean = true;
    Print(charsets.ToUtf8(payloads.Mutant(&random), "utf-8", &clean));
  }
  return 0;
}
