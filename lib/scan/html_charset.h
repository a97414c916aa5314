// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_HTML_CHARSET_H_
#define CASECOMM_SCAN_HTML_CHARSET_H_

#include <string>
#include <string_view>

namespace casecomm::scan {

// The charset that the first 4 KiB of an HTML body name in a <meta>; "" if none. For a part that declares none itself.
std::string HtmlCharset(std::string_view bytes);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HTML_CHARSET_H_
