// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_ENCODED_WORD_H_
#define CASECOMM_SCAN_ENCODED_WORD_H_

#include <string>
#include <string_view>

#include "scan/charset.h"

namespace casecomm::scan {

// Unstructured header text, or a phrase, unfolded and with its encoded words decoded (RFC 2047), as UTF-8. Blanks
// between two encoded words fall away; neighbours of one charset are joined as bytes, as senders cut characters in two.
// Never for an addr-spec (RFC 2047, 5). `clean` turns false as in CharsetDecoder::ToUtf8.
std::string DecodeText(std::string_view raw, CharsetDecoder* charsets, bool* clean);

// Without line ends, blanks kept (RFC 5322, 2.2.3).
std::string Unfold(std::string_view raw);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_ENCODED_WORD_H_
