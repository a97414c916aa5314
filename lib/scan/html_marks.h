// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_HTML_MARKS_H_
#define CASECOMM_SCAN_HTML_MARKS_H_

#include <gumbo.h>

#include <cstdint>

namespace casecomm::scan {

// What an element is to a reply, told by the names that mail clients give their elements (text_marks.h).
enum class Role : uint8_t { kNone, kQuote, kSignature, kSeparator };
Role RoleOf(const GumboElement& element);

// A paragraph of Outlook or Word, which has no empty line around it.
bool IsOutlookParagraph(const GumboElement& element);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HTML_MARKS_H_
