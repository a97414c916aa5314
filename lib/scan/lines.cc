// SPDX-License-Identifier: Apache-2.0
#include "scan/lines.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace casecomm::scan {
namespace {

// Continues the marks of a piece at `pos`, byte by byte.
void MarkFrom(size_t pos, std::string_view piece, char before, char after, char eol, uint16_t* ends, LineMarks* marks) {
  for (; pos < piece.size(); ++pos) {
    const char c = piece[pos];
    if (static_cast<uint8_t>(c - 1) < 127 && c != '\r' && c != '\n') continue;
    if (c == '\n') {
      const bool cr = (pos == 0 ? before : piece[pos - 1]) == '\r';
      size_t& first = cr ? marks->crlf : marks->bare_lf;
      first = std::min(first, pos);
    } else if (c != '\r' || (pos + 1 == piece.size() ? after : piece[pos + 1]) != '\n') {
      marks->suspect = std::min(marks->suspect, pos);
    }
    if (c == eol) ends[marks->ends++] = static_cast<uint16_t>(pos + 1);
  }
}

LineMarks NoMarks(std::string_view piece) {
  return {0, piece.size(), piece.size(), piece.size()};
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) LineMarks MarkLinesAvx2(std::string_view piece, char before, char after, char eol,
                                                        uint16_t* ends) {
  const __m256i lf_bytes = _mm256_set1_epi8('\n'), cr_bytes = _mm256_set1_epi8('\r'), zero = _mm256_setzero_si256();
  const char* const data = piece.data();
  const size_t blocks_end = piece.size() & ~size_t{31};
  const bool by_cr = eol == '\r';
  uint16_t* end = ends;
  size_t suspect = piece.size(), crlf = piece.size(), bare_lf = piece.size();
  uint32_t carry = before == '\r' ? 1 : 0;  // the byte in front of the block is a CR
  uint32_t outside = carry;                 // a CR in front of the piece was judged with the piece before
  size_t pos = 0;
  for (; pos < blocks_end; pos += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + pos));
    // Signed: bytes above 127 are below the CR, as are LF and NUL.
    if (carry == 0 && _mm256_movemask_epi8(_mm256_cmpgt_epi8(bytes, cr_bytes)) == -1) continue;
    const uint32_t lf = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, lf_bytes)));
    const uint32_t cr = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, cr_bytes)));
    const uint32_t bad =
        static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(bytes, _mm256_cmpeq_epi8(bytes, zero))));
    const uint32_t behind_cr = cr << 1 | carry;
    carry = cr >> 31;
    const uint32_t bare_cr = behind_cr & ~lf & ~outside;
    outside = 0;
    if (__builtin_expect((bad | bare_cr) != 0, 0) && suspect == piece.size()) suspect = pos == 0 ? 0 : pos - 1;
    uint32_t left = by_cr ? cr : lf;
    if ((lf | left) == 0) continue;
    if ((lf & behind_cr) != 0 && crlf == piece.size()) crlf = pos;
    if ((lf & ~behind_cr) != 0 && bare_lf == piece.size()) bare_lf = pos;
    for (; left != 0; left &= left - 1) {
      *end++ = static_cast<uint16_t>(pos + static_cast<size_t>(__builtin_ctz(left)) + 1);
    }
  }
  LineMarks marks = {static_cast<size_t>(end - ends), suspect, crlf, bare_lf};
  // A CR at the end of the last block is judged here, where what follows it is seen.
  const char next = pos < piece.size() ? piece[pos] : after;
  if (pos > 0 && carry != 0 && next != '\n') marks.suspect = std::min(marks.suspect, pos - 1);
  MarkFrom(pos, piece, before, after, eol, ends, &marks);
  return marks;
}

using MarkLines = LineMarks (*)(std::string_view, char, char, char, uint16_t*);

MarkLines Choose() {
  return __builtin_cpu_supports("avx2") != 0 ? MarkLinesAvx2 : MarkLinesPlain;
}

#endif

}  // namespace

LineMarks MarkLinesPlain(std::string_view piece, char before, char after, char eol, uint16_t* ends) {
  LineMarks marks = NoMarks(piece);
  MarkFrom(0, piece, before, after, eol, ends, &marks);
  return marks;
}

LineMarks MarkLinesFast(std::string_view piece, char before, char after, char eol, uint16_t* ends) {
#if defined(__x86_64__)
  static const MarkLines kMark = Choose();
  return kMark(piece, before, after, eol, ends);
#else
  return MarkLinesPlain(piece, before, after, eol, ends);
#endif
}

bool LineIndex::Refill() {
  next_ = count_ = 0;
  while (count_ == 0 && scanned_ < text_.size()) {
    base_ = scanned_;
    const std::string_view piece = text_.substr(base_, piece_);
    scanned_ += piece.size();
    const char before = base_ == 0 ? '\0' : text_[base_ - 1], after = scanned_ == text_.size() ? '\0' : text_[scanned_];
    const LineMarks marks = MarkLinesFast(piece, before, after, eol_, ends_.data());
    count_ = marks.ends;
    if (marks.suspect < piece.size()) suspect_ = std::min(suspect_, base_ + marks.suspect);
    if (marks.crlf < piece.size()) crlf_ = std::min(crlf_, base_ + marks.crlf);
    if (marks.bare_lf < piece.size()) bare_lf_ = std::min(bare_lf_, base_ + marks.bare_lf);
    piece_ = std::min(piece_ * 2, kPiece);
  }
  return count_ != 0;
}

size_t GraphPrefix(std::string_view text, char stop) {
  size_t pos = 0;
#if defined(__x86_64__)
  const __m128i space = _mm_set1_epi8(' '), rubout = _mm_set1_epi8(127), stops = _mm_set1_epi8(stop);
  for (; pos + 16 <= text.size(); pos += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + pos));
    const __m128i other = _mm_or_si128(_mm_cmpeq_epi8(bytes, rubout), _mm_cmpeq_epi8(bytes, stops));
    // Signed: bytes above 127 are below the space.
    const int graph = _mm_movemask_epi8(_mm_andnot_si128(other, _mm_cmpgt_epi8(bytes, space)));
    if (graph != 0xffff) return pos + static_cast<size_t>(__builtin_ctz(~static_cast<unsigned>(graph)));
  }
#endif
  while (pos < text.size() && text[pos] > ' ' && text[pos] < 127 && text[pos] != stop) ++pos;
  return pos;
}

size_t QuietPrefix(std::string_view text) {
  size_t pos = 0;
#if defined(__x86_64__)
  const __m128i space = _mm_set1_epi8(' '), rubout = _mm_set1_epi8(127), open = _mm_set1_epi8('['),
                close = _mm_set1_epi8(']');
  for (; pos + 16 <= text.size(); pos += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + pos));
    const __m128i bracket = _mm_or_si128(_mm_cmpeq_epi8(bytes, open), _mm_cmpeq_epi8(bytes, close));
    const __m128i other = _mm_or_si128(bracket, _mm_cmpeq_epi8(bytes, rubout));
    const int quiet = _mm_movemask_epi8(_mm_andnot_si128(other, _mm_cmpeq_epi8(_mm_max_epu8(bytes, space), bytes)));
    if (quiet != 0xffff) return pos + static_cast<size_t>(__builtin_ctz(~static_cast<unsigned>(quiet)));
  }
#endif
  while (pos < text.size() && static_cast<uint8_t>(text[pos]) >= ' ' && text[pos] != 127 && text[pos] != '[' &&
         text[pos] != ']') {
    ++pos;
  }
  return pos;
}

}  // namespace casecomm::scan
