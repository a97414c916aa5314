// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_TEXT_MARKS_H_
#define CASECOMM_SCAN_TEXT_MARKS_H_

#include <cstddef>
#include <cstdint>

namespace casecomm::scan {

// What the elements of an HTML body say of the text made from it, which plain text has to be asked for.
enum class MarkKind : uint8_t {
  kQuoteBegin,  // a blockquote or a container in which a client puts what it quotes: gmail_quote, yahoo_quoted, ...
  kQuoteEnd,
  kSignatureBegin,  // gmail_signature, moz-signature, Signature, ms-outlook-mobile-signature, ...
  kSignatureEnd,
  kSeparator,  // the line that a client draws above what it quotes: Outlook's border-top, divRplyFwdMsg, hr
};

// Marks of a text come in the order of their offsets; containers nest. An offset is always at the begin of a line, or the text's end.
struct TextMark {
  MarkKind kind;
  size_t offset;
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_TEXT_MARKS_H_
