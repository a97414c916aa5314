// SPDX-License-Identifier: Apache-2.0
#include "scan/header_bytes.h"

#include <cstring>

#include "scan/field.h"
#include "scan/utf8.h"

namespace casecomm::scan {
size_t HeaderBegin(std::string_view raw, char eol) {
  size_t pos = raw.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
  for (;;) {  // empty lines, blanks in them or not
    size_t end = pos;
    while (end < raw.size() && (IsBlank(raw[end]) || (raw[end] == '\r' && eol == '\n'))) ++end;
    if (end == raw.size() || raw[end] != eol) break;
    pos = end + 1;
  }
  const std::string_view front = raw.substr(pos, 6);
  if (front.substr(0, 5) != "From " && front != ">From ") return pos;
  // RFC 5322, 4.5.2: "From :" is a field.
  const size_t behind = raw.find_first_not_of(" \t", pos + 5);
  if (front[0] == 'F' && behind != raw.npos && raw[behind] == ':') return pos;
  return NextLine(raw, pos, eol);
}

void CheckHeaderBytes(std::string_view raw, size_t begin, size_t end, DefectLog* log) {
  const std::string_view block = raw.substr(begin, end - begin);
  const void* const nul = std::memchr(block.data(), 0, block.size());
  if (nul != nullptr) log->Add(Defect::kNul, static_cast<size_t>(static_cast<const char*>(nul) - raw.data()));

  const size_t utf8 = Utf8Prefix(block);
  if (utf8 != block.size()) log->Add(Defect::kEightBitHeader, begin + utf8);

  bool bare_cr = false, crlf = false;
  size_t bare_lf = block.npos;
  for (size_t pos = block.find_first_of("\r\n"); pos < block.size(); ++pos) {
    const char* const next = static_cast<const char*>(std::memchr(block.data() + pos, '\n', block.size() - pos));
    const size_t line = next == nullptr ? block.size() : static_cast<size_t>(next - block.data());
    const size_t cr = block.substr(0, line).find('\r', pos);
    if (cr < line && (cr + 1 != line || line == block.size()) && !bare_cr) {
      bare_cr = true;
      log->Add(Defect::kBareCr, begin + cr);
    }
    if (line == block.size()) break;
    if (line > 0 && block[line - 1] == '\r') {
      crlf = true;
    } else if (bare_lf == block.npos) {
      bare_lf = line;
    }
    pos = line;
  }
  if (crlf && bare_lf != block.npos) log->Add(Defect::kBareLf, begin + bare_lf);
}

}  // namespace casecomm::scan
