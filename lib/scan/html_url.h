// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_HTML_URL_H_
#define CASECOMM_SCAN_HTML_URL_H_

#include <string>
#include <string_view>

namespace casecomm::scan {

// The address of a link as a browser reads it (WHATWG URL), if it is an absolute http, https, mailto or tel one; ""
// else. SafeUrl(SafeUrl(x)) == SafeUrl(x).
std::string SafeUrl(std::string_view url);

// The Content-ID that a "cid:" address names, percent signs decoded (RFC 2392); "" where it is no such address.
std::string CidOf(std::string_view url);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HTML_URL_H_
