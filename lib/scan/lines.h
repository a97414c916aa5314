// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_LINES_H_
#define CASECOMM_SCAN_LINES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace casecomm::scan {

// What one pass over a piece of text sees. Places are offsets into the piece, its size where there is none.
struct LineMarks {
  size_t ends = 0;       // line ends written
  size_t suspect;        // the first NUL, byte above 127, or CR without LF; at or shortly before it
  size_t crlf, bare_lf;  // the first LF with a CR in front, and without; likewise
};

// The end of each line, as a text is read in order: 32 bytes at a time where the processor can (AVX2, found at run
// time). On the way it notes whether the text holds anything that a header should not.
class LineIndex {
 public:
  LineIndex(std::string_view text, size_t begin, char eol) : text_(text), eol_(eol), scanned_(begin) {}

  // One past the end of the line that begins at `pos`, its line end included. Every line is asked for once, in order.
  size_t Next() {
    if (next_ == count_ && !Refill()) return text_.size();
    return base_ + ends_[next_++];
  }

  // Whether text up to `end` may hold bad bytes or line ends of two kinds: then a slow look is due.
  bool SuspectBefore(size_t end) const { return suspect_ < end || (crlf_ < end && bare_lf_ < end); }

 private:
  static constexpr size_t kFirstPiece = 256, kPiece = 1024;

  bool Refill();

  const std::string_view text_;
  const char eol_;
  size_t scanned_;
  size_t piece_ = kFirstPiece;  // grows: the header of a part is short
  size_t base_ = 0;             // of ends_
  size_t count_ = 0, next_ = 0;
  size_t suspect_ = std::string_view::npos, crlf_ = std::string_view::npos, bare_lf_ = std::string_view::npos;
  std::array<uint16_t, kPiece> ends_;
};

// The length of the front of printable ASCII (33 to 126) without `stop`.
size_t GraphPrefix(std::string_view text, char stop);

// The length of the front without control bytes (0 to 31, 127) and square brackets.
size_t QuietPrefix(std::string_view text);

// The two engines behind LineIndex, for tests: each must see what the other sees. `before` and `after` stand around the
// piece, NUL where nothing does. Ends are offsets one past the line end.
LineMarks MarkLinesPlain(std::string_view piece, char before, char after, char eol, uint16_t* ends);
LineMarks MarkLinesFast(std::string_view piece, char before, char after, char eol, uint16_t* ends);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_LINES_H_
