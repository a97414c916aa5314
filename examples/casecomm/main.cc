// SPDX-License-Identifier: Apache-2.0
// casecomm: files mail on case records. The library's command line tool, itself a host: it sees public headers only.
#include <casecomm/status.h>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "arguments.h"
#include "commands.h"
#include "output.h"

namespace {

using casecomm::Code;
using casecomm::Result;
using casecomm::Status;

// sysexits.h: EX_USAGE, EX_DATAERR, EX_TEMPFAIL.
constexpr int kOk = 0, kWrongUse = 64, kBadData = 65, kMayPass = 75;

// An MTA's own limit is 1,000 s (Postfix): ours ends first, so that it hears 75.
constexpr unsigned kPipeSeconds = 300;

// Out of AddressSanitizer's sight: in front of what does not return it runs code of its own, which allocates, and no handler
// may do that.
extern "C" __attribute__((no_sanitize("address"))) void EndPipe(int) {
  _exit(kMayPass);
}

// From here on the process ends with 0 or 75, also when it crashes or hangs (threats, section 3, Pipe).
void GuardPipe() {
  static char stack[1 << 16];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_handler = EndPipe;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGALRM, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGXCPU,
                           SIGXFSZ, SIGUSR1, SIGUSR2, SIGSYS, SIGVTALRM, SIGPROF}) {
    sigaction(signal, &action, nullptr);
  }
  std::set_terminate([] { _exit(kMayPass); });
  alarm(kPipeSeconds);
}

// A closed standard descriptor would go to the next file opened, the store: hold its place with one that fails.
void HoldStandardDescriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) < 0) {
      const int held = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
      if (held != descriptor) _exit(kMayPass);
    }
  }
}

int ExitCode(const Status& status) {
  if (status.ok()) return kOk;
  if (tool::IsWrongUse(status)) return kWrongUse;
  return status.transient() ? kMayPass : kBadData;
}

void PrintError(std::string_view text) {
  const std::string line = "casecomm: " + std::string(text) + "\n";
  // Nobody is left to tell when this fails.
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

Status Run(const std::vector<std::string>& words, bool pipe) {
  const Result<tool::Arguments> arguments = tool::ParseArguments(words);
  if (!arguments.ok()) return arguments.status();
  if (pipe && (arguments->command == "help" || arguments->command == "version")) {
    return tool::WrongUse("ingest -", "it takes a mail, and answers no question");
  }
  tool::Output out(arguments->Has("--json"));
  const Status status = tool::FindCommand(arguments->command)->run(*arguments, out);
  out.Flush();
  // A pipe's mail is stored whether or not somebody reads about it.
  if (!status.ok() || pipe) return status;
  return out.status();
}

int Main(int argc, char** argv, bool pipe) {
  try {
    const Status status = Run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), pipe);
    if (!status.ok()) PrintError(status.ToString());
    return ExitCode(status);
  } catch (const std::exception& failure) {  // of the tool's own code: out of memory
    PrintError(failure.what());
    return kMayPass;
  }
}

}  // namespace

int main(int argc, char** argv) {
  HoldStandardDescriptors();
  std::signal(SIGPIPE, SIG_IGN);
  const bool pipe = tool::IsPipe(argc, argv);
  if (pipe) GuardPipe();
  const int code = Main(argc, argv, pipe);
  return pipe && code != kOk ? kMayPass : code;
}
