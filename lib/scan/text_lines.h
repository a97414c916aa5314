// SPDX-License-Identifier: Apache-2.0
// The lines of a text by their number, without a table of them all: a text of nothing but line ends has as many lines as bytes.
#ifndef CASECOMM_SCAN_TEXT_LINES_H_
#define CASECOMM_SCAN_TEXT_LINES_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace casecomm::scan {

// Lines end in LF; behind the last LF stands none if nothing does. Neighbours are found at once, others after a look at a few
// lines. Not shared between threads, though const.
class TextLines {
 public:
  explicit TextLines(std::string_view text);

  size_t size() const { return size_; }
  std::string_view operator[](size_t line) const;  // without LF
  // Where it begins in the text; the text's size for size().
  size_t Begin(size_t line) const;
  // The first line that begins at `offset` or behind it; size() if none does.
  size_t LineAt(size_t offset) const;

 private:
  static constexpr size_t kSmall = 64u << 10;  // a text whose lines all have a place in the table
  static constexpr size_t kStep = 16;

  const std::string_view text_;
  const size_t step_;
  size_t size_ = 0;
  std::vector<size_t> begins_;                // of each step_-th line
  mutable size_t line_ = 0, line_begin_ = 0;  // asked for last
};

// Some of them, counted from 0.
class LineRange {
 public:
  LineRange(const TextLines& lines, size_t first, size_t size) : lines_(lines), first_(first), size_(size) {}

  size_t size() const { return size_; }
  std::string_view operator[](size_t line) const { return lines_[first_ + line]; }

 private:
  const TextLines& lines_;
  const size_t first_, size_;
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_TEXT_LINES_H_
