// SPDX-License-Identifier: Apache-2.0
#ifndef EXAMPLES_CASECOMM_OUTPUT_H_
#define EXAMPLES_CASECOMM_OUTPUT_H_

#include <casecomm/status.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tool {

enum class Color { kGreen, kYellow, kDim, kBold };

// Standard output as whole lines, and a progress line on a terminal. A failure to write is kept; nothing is written
// after it.
class Output {
 public:
  explicit Output(bool json);
  ~Output() { ClearProgress(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool json() const { return json_; }
  bool terminal() const { return terminal_; }
  void Line(std::string_view text);  // adds the line end
  void Bytes(std::string_view bytes);

  // Columns of the terminal, or of COLUMNS; 0 if nobody says: then nothing is wrapped.
  size_t width() const { return width_; }
  // A text between words on lines of that width, each indented.
  void Wrapped(size_t indent, std::string_view text);
  void Flush();
  casecomm::Status status() const { return status_; }

  // On standard error, if that is a terminal and it has taken longer than two seconds.
  void Progress(uint64_t mails);

  // The text in colour, where people read it on a terminal.
  std::string Paint(Color color, std::string_view text) const;

 private:
  using Clock = std::chrono::steady_clock;
  void ClearProgress();

  const bool json_;
  const bool terminal_;  // standard output is one
  const size_t width_;
  const bool error_terminal_;  // standard error is one
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point last_progress_;
  bool progress_shown_ = false;
  std::string buffer_;
  casecomm::Status status_;
};

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_OUTPUT_H_
