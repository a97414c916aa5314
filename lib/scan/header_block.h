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
  size_t begin = 0, end = 0;                     // of its lines, the blank line behind it included
  std::string_view from, to, cc, date, subject;  // as written, on one line or folded; empty where absent
};

// The block whose first line begins at `pos` of `text` (UTF-8, LF), which is the begin of a line. At least two labels of one
// language, From among them or Subject with Date, in lines that follow each other (bold stars "*From:*" and blanks around
// labels are tolerated, quote signs are not). Reads no further than the block and at most 40 lines.
std::optional<HeaderBlock> ReadHeaderBlock(std::string_view text, size_t pos);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HEADER_BLOCK_H_
