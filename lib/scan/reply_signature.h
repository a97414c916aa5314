// SPDX-License-Identifier: Apache-2.0
// What stands below an author's words without being a quote: "-- " and what is behind it, "Sent from my iPhone" in the
// languages of the table in reply_signature.cc, the footers of mailing lists.
#ifndef CASECOMM_SCAN_REPLY_SIGNATURE_H_
#define CASECOMM_SCAN_REPLY_SIGNATURE_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scan/text_lines.h"

namespace casecomm::scan {

// A line that a program puts below a mail: "Sent from my iPhone", "Get Outlook for iOS".
bool IsProgramLine(std::string_view line);

// Which of `lines` (UTF-8, without line ends) are a signature: pairs of first line and one past the last, in order. They are a piece
// of what the author wrote, from a quote or the begin of the text to the next quote or its end.
std::vector<std::pair<size_t, size_t>> FindSignatures(const LineRange& lines);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_REPLY_SIGNATURE_H_
