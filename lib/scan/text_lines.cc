// SPDX-License-Identifier: Apache-2.0
#include "scan/text_lines.h"

#include <algorithm>

namespace casecomm::scan {

TextLines::TextLines(std::string_view text) : text_(text), step_(text.size() <= kSmall ? 1 : kStep) {
  begins_.reserve(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) / step_ + 1);
  for (size_t pos = 0; pos < text.size(); ++size_) {
    if (size_ % step_ == 0) begins_.push_back(pos);
    pos = std::min(text.find('\n', pos), text.size() - 1) + 1;
  }
}

size_t TextLines::Begin(size_t line) const {
  if (line >= size_) return text_.size();
  if (step_ == 1) return begins_[line];
  const bool near = line >= line_ && line - line_ <= line % step_ + 1;
  if (!near) {
    line_ = line - line % step_;
    line_begin_ = begins_[line / step_];
  }
  for (; line_ < line; ++line_) line_begin_ = text_.find('\n', line_begin_) + 1;
  return line_begin_;
}

std::string_view TextLines::operator[](size_t line) const {
  const size_t begin = Begin(line);
  if (step_ == 1 && line + 1 < size_) return text_.substr(begin, begins_[line + 1] - 1 - begin);
  return text_.substr(begin, std::min(text_.find('\n', begin), text_.size()) - begin);
}

size_t TextLines::LineAt(size_t offset) const {
  const auto above = std::lower_bound(begins_.begin(), begins_.end(), offset);
  size_t line = static_cast<size_t>(above - begins_.begin()) * step_;
  if (line > 0) line -= step_ - 1;
  while (line < size_ && Begin(line) < offset) ++line;
  return std::min(line, size_);
}

}  // namespace casecomm::scan
