// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_BODY_TEXT_H_
#define CASECOMM_SCAN_BODY_TEXT_H_

#include <cstddef>
#include <string>

#include "scan/charset.h"
#include "scan/html.h"
#include "scan/mime.h"

namespace casecomm::scan {

// A text leaf as people read it: decoded, UTF-8, LF, without blanks and empty lines at its end.
struct LeafText {
  std::string text;
  bool encoding_ok = true;  // of the transfer encoding
  bool charset_ok = true;
  bool cut = false;  // there is more than `most`
};

// `eol` is LineEndOf the mail; no more than about `most` decoded bytes are read, and no more than about as many stand in
// UTF-8, whole lines where there are any.
LeafText ReadLeafText(const Leaf& leaf, char eol, size_t most, CharsetDecoder* charsets);

// The text of an HTML leaf. Of one that is cut, as of one past the limits of HTML, the tags are stripped.
HtmlText TextOfHtmlLeaf(const LeafText& html);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_BODY_TEXT_H_
