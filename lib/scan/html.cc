// SPDX-License-Identifier: Apache-2.0
#include "scan/html.h"

#include "scan/html_tree.h"

namespace casecomm::scan {

bool HtmlPastLimits(std::string_view html) {
  return HtmlTree(html).document() == nullptr;
}

std::string TextAsHtml(std::string_view text) {
  std::string html = "<pre>";
  if (text.substr(0, 1) == "\n") html += '\n';  // the first line end behind the tag is none (HTML, 13.2.6.4.7)
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t') html += c;
    }
  }
  return html + "</pre>";
}

}  // namespace casecomm::scan
