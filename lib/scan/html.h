// SPDX-License-Identifier: Apache-2.0
// HTML bodies: their text, and a rendering that is safe to show. gumbo behind guards (docs/mail.md): past 256 open elements
// or 4 MiB a linear tag stripper gives the text, and there is no rendering.
#ifndef CASECOMM_SCAN_HTML_H_
#define CASECOMM_SCAN_HTML_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scan/text_marks.h"

namespace casecomm::scan {

struct HtmlText {
  std::string text;  // UTF-8, LF; blocks on lines of their own, list items, table rows; no trailing blanks
  std::vector<TextMark> marks;
  bool past_limit = false;  // the tag stripper gave the text; no marks
};

// `html` is well-formed UTF-8. Hidden elements, head, style and script give no text. Linear.
HtmlText TextOfHtml(std::string_view html);

// Answers the address under which the image `content_id` (without <>) is shown, or nothing to leave it out.
using CidResolver = std::function<std::optional<std::string>(std::string_view content_id)>;

// An HTML5 fragment that parses to what it was made from: the allow-list alone (threat T24). Nothing past the limits. Idempotent:
// rendering a rendering gives the same bytes.
std::optional<std::string> SafeHtml(std::string_view html, const CidResolver& cid);

// Text as HTML: "<pre>" and the text escaped.
std::string TextAsHtml(std::string_view text);

// What of `html` is past the guards: open elements, bytes.
bool HtmlPastLimits(std::string_view html);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HTML_H_
