// SPDX-License-Identifier: Apache-2.0
#include "scan/html_charset.h"

#include <algorithm>

#include "base/text.h"

namespace casecomm::scan {

std::string HtmlCharset(std::string_view bytes) {
  const std::string front = base::LowerAscii(bytes.substr(0, 4096));
  for (size_t meta = front.find("<meta"); meta != front.npos; meta = front.find("<meta", meta + 5)) {
    const std::string_view tag = std::string_view(front).substr(meta, front.find('>', meta) - meta);
    size_t at = tag.find("charset");
    if (at == tag.npos) continue;
    at = tag.find_first_not_of(" \t\r\n", at + 7);
    if (at == tag.npos || tag[at] != '=') continue;
    at = tag.find_first_not_of(" \t\r\n\"'", at + 1);
    if (at == tag.npos) continue;
    const std::string_view name = tag.substr(at, tag.find_first_of(" \t\r\n\"';/", at) - at);
    // Text whose tags can be read in ASCII is of no such charset (HTML, 13.2.3.2).
    return name.substr(0, 6) == "utf-16" || name.substr(0, 6) == "utf-32" ? "utf-8" : std::string(name);
  }
  return {};
}

}  // namespace casecomm::scan
