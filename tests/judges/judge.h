// SPDX-License-Identifier: Apache-2.0
// What the judge programs share. A judge reads mails from its input, each behind its length in four bytes, lowest first, and
// answers one line of JSON for each: a Reading. A parser that takes a mail for longer than
// --seconds of CPU, or for more memory than --megabytes, dies, and who started it sees so.
#ifndef CASECOMM_TESTS_JUDGES_JUDGE_H_
#define CASECOMM_TESTS_JUDGES_JUDGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casecomm::judge {

// A leaf of the MIME tree, decoded.
struct Part {
  std::string type, bytes;
};

// What a person would call a file of the mail, by the rule of lib/scan/attachment.h.
struct File {
  std::optional<std::string> filename;
  std::string type;
  std::optional<std::string> bytes;  // absent for a message
};

struct Reading {
  std::optional<std::string> message_id, subject;
  std::vector<std::string> in_reply_to, references;
  std::vector<std::string> from, sender, reply_to, to, cc;
  std::optional<int64_t> date;
  std::vector<File> files;
  std::vector<Part> parts;          // leaves, those inside attached messages too
  std::optional<std::string> text;  // of the first text/plain that is no file: decoded bytes, in its own charset
  std::vector<std::pair<std::string, int64_t>> defects;
  bool ambiguous = false;
};

enum class Depth {
  kHeaders,  // addresses, ids, subject and date
  kWhole,
};

// What a judge program is: it may end the process, but leaves no exception.
using Reader = void (*)(std::string_view mail, Depth depth, Reading* reading);

// The rule of what a file is: disposition attachment, a name, or a type that is neither text nor report.
bool IsFile(std::string_view type, std::string_view disposition, bool named, bool whole);

// What measuring does with one mail.
using Act = void (*)(std::string_view mail);

// Does it with the mails of the input: once uncounted, then again and again for so many seconds of CPU, and prints mails, bytes and
// CPU seconds. With --rounds so often, and prints nothing: for who counts instructions. An exit code.
int Measure(std::string_view option, const char* amount, Act act);

// main of a judge.
//   JUDGE [--seconds N] [--megabytes N]                              answers the mails of its input
//   JUDGE headers|whole --time SECONDS | headers|whole --rounds N    measures
int Main(int argc, char** argv, Reader reader);

}  // namespace casecomm::judge

#endif  // CASECOMM_TESTS_JUDGES_JUDGE_H_
