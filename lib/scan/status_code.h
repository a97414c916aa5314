// SPDX-License-Identifier: Apache-2.0
// Enhanced status codes (RFC 3463) and what servers write in their place.
#ifndef CASECOMM_SCAN_STATUS_CODE_H_
#define CASECOMM_SCAN_STATUS_CODE_H_

#include <optional>
#include <string>
#include <string_view>

namespace casecomm::scan {

// The code at the front of a Status field's value (RFC 3464, 2.3.4), comments behind it left out.
std::optional<std::string> StatusOfField(std::string_view value);

// The first code "5.1.1" that stands in the text as a word of its own, one behind a reply code or "#" before others.
// No part of an IP address or a version.
std::optional<std::string> FindStatus(std::string_view text);

// The class of the first SMTP reply code in the text (RFC 5321, 4.2), "4" or "5"; 0 if there is none.
char ReplyClass(std::string_view text);

// The subject and detail ("1.1") that the words, or the reply code, of a server mean; empty if they say nothing known.
std::string_view DetailOfWords(std::string_view text);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_STATUS_CODE_H_
