// SPDX-License-Identifier: Apache-2.0
// A reply's new text apart from what it quotes (spec X-07).
#ifndef CASECOMM_SCAN_REPLY_H_
#define CASECOMM_SCAN_REPLY_H_

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "casecomm/mail.h"
#include "scan/text_marks.h"

namespace casecomm::scan {

// More than people answer in one mail.
inline constexpr size_t kMostSpans = 100'000;

// Cuts `text` (UTF-8, LF) into visible, quoted and signature spans that cover it whole, in order; a span begins and ends at
// the begin of a line. An attribution line ("On ... wrote:", in any of the languages of the table in attribution.cc) and a
// client's header block belong to the quote below them. Answers between quotes stay visible. `marks`: what HTML said of it; empty for plain text.
// At most kMostSpans: what is behind the last but one is visible whole. Linear in text and marks; neighbours of one kind are one span; an empty text has none.
std::vector<TextSpan> SplitReply(std::string_view text, std::span<const TextMark> marks = {});

// The pieces of one kind, each without blanks at its ends, joined by an empty line; empty pieces left out.
std::string JoinSpans(std::string_view text, std::span<const TextSpan> spans, TextPart part);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_REPLY_H_
