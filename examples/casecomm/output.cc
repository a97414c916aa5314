// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace tool {
namespace {

constexpr size_t kBufferBytes = 64u << 10;
constexpr std::chrono::milliseconds kPatience{2000}, kStep{200};

// Writes all of it; the error number, or 0.
int WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

bool WantsColor() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

size_t FindWidth() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  return columns == nullptr ? 0 : std::strtoul(columns, nullptr, 10);
}

// Columns that UTF-8 text takes, about: one a character.
size_t Columns(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

Output::Output(bool json)
    : json_(json),
      terminal_(isatty(STDOUT_FILENO) == 1),
      width_(FindWidth()),
      error_terminal_(isatty(STDERR_FILENO) == 1) {}

void Output::Wrapped(size_t indent, std::string_view text) {
  std::string line(indent, ' ');
  size_t columns = indent;
  bool line_has_word = false;
  while (!text.empty()) {
    const size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (line_has_word && width_ > 0 && columns + 1 + Columns(word) > width_) {
      Line(line);
      line.assign(indent, ' ');
      columns = indent;
      line_has_word = false;
    }
    if (line_has_word) line += ' ';
    line += word;
    columns += Columns(word) + (line_has_word ? 1 : 0);
    line_has_word = true;
  }
  Line(line);
}

void Output::Line(std::string_view text) {
  buffer_ += text;
  Bytes("\n");
}

void Output::Bytes(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void Output::Flush() {
  if (!buffer_.empty() && status_.ok()) {
    if (terminal_) ClearProgress();
    if (const int error = WriteAll(STDOUT_FILENO, buffer_); error != 0) {
      status_ = casecomm::Status(casecomm::Code::kUnavailable, "output", "standard output",
                                 std::string("it was not written: ") + std::strerror(error));
    }
  }
  buffer_.clear();
}

void Output::Progress(uint64_t mails) {
  if (!error_terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now - begun_ < kPatience || now - last_progress_ < kStep) return;
  last_progress_ = now;
  progress_shown_ = true;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const auto rate = static_cast<uint64_t>(static_cast<double>(mails) / seconds);
  WriteAll(STDERR_FILENO, "\r\x1b[K" + std::to_string(mails) + " mails, " + std::to_string(rate) + " a second");
}

void Output::ClearProgress() {
  if (progress_shown_) WriteAll(STDERR_FILENO, "\r\x1b[K");
  progress_shown_ = false;
}

std::string Output::Paint(Color color, std::string_view text) const {
  static constexpr std::string_view kCodes[] = {"\x1b[32m", "\x1b[33m", "\x1b[2m", "\x1b[1m"};
  if (!terminal_ || json_ || !WantsColor()) return std::string(text);
  return std::string(kCodes[static_cast<size_t>(color)]).append(text) + "\x1b[0m";
}

}  // namespace tool
