// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_HTML_STRIP_H_
#define CASECOMM_SCAN_HTML_STRIP_H_

#include <string>
#include <string_view>

namespace casecomm::scan {

// The text of HTML that is too much for a parser: tags cut out, comments, scripts and styles left out, the common
// entities decoded, blanks collapsed. UTF-8 in, UTF-8 out. Linear.
std::string StripTags(std::string_view html);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HTML_STRIP_H_
