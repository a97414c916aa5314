// SPDX-License-Identifier: Apache-2.0
// The header that clients write into the text above what they quote or forward: "From: ... Sent: ... To: ... Subject: ...",
// in the languages of the table in header_block.cc.
#ifndef CASECOMM_SCAN_HEADER_BLOCK_H_
#define CASECOMM_SCAN_HEADER_BLOCK_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace casecomm::scan {

struct HeaderBlock {
  size_t begin = 0, end = 0;  // of its lines, the blank line behind it included
  // As written, on one line or folded; a null data() where the label is absent.
  std::string_view from, to, cc, date, subject;
  std::string_view language;  // that most of its labels are of: "en", "pt", "zh-hans"
};

// The block whose first line begins at `pos` of `text` (UTF-8, LF), which is the begin of a line. At least two labels of one
// language, From among them, or Subject with Date, or To with a date as a Date field has it, in lines that follow each other
// (bold stars "*From:*" and blanks around labels are tolerated, quote signs are not), and an address or a Subject among the
// values. Reads no further than the block and at most 40 lines.
std::optional<HeaderBlock> ReadHeaderBlock(std::string_view text, size_t pos);

// The same of labels that stand in one line without anything between them, as Yahoo's plain text has them behind its marker:
// "From: Ann <ann@x.example>To: Bob <bob@y.example>Sent: ...Subject: ...". Looks at the first 4 KiB of the line.
std::optional<HeaderBlock> ReadHeaderLine(std::string_view text, size_t pos);

// A label, or another short text, for comparing: NFKC, case folded, without invisible characters. Empty if it is not UTF-8.
std::string FoldLabel(std::string_view text);

// Without the blanks of Unicode, and what does not show, at both ends.
std::string_view TrimAnyBlanks(std::string_view text);
inline std::string_view TrimBlanks(std::string_view text) {
  const auto shows = [](char c) { return c > ' ' && c < 0x7f; };  // most lines begin and end so
  return !text.empty() && shows(text.front()) && shows(text.back()) ? text : TrimAnyBlanks(text);
}

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HEADER_BLOCK_H_
