// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_HTML_STYLE_H_
#define CASECOMM_SCAN_HTML_STYLE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scan/field.h"

namespace casecomm::scan {

// Calls use(name, value) for each declaration of a style attribute, as written but for the blanks around them. A
// semicolon in quotes or parentheses ends none.
template <typename Use>
void ForEachDeclaration(std::string_view style, const Use& use) {
  size_t begin = 0;
  char quote = 0;
  unsigned open = 0;
  for (size_t i = 0; i <= style.size(); ++i) {
    const char c = i < style.size() ? style[i] : ';';
    if (i < style.size() && quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++open;
    } else if (c == ')') {
      open -= open > 0;
    } else if (i == style.size() || (c == ';' && open == 0)) {
      const std::string_view declaration = style.substr(begin, i - begin);
      if (const size_t colon = declaration.find(':'); colon != declaration.npos) {
        use(TrimSpace(declaration.substr(0, colon)), TrimSpace(declaration.substr(colon + 1)));
      }
      begin = i + 1;
    }
  }
}

// The declarations that may stand in a safe rendering, written anew: "color:red;width:10px". No url, no function but
// those of colours, no position, nothing that reaches out of its box or grows without bound. SafeStyle(SafeStyle(x)) ==
// SafeStyle(x).
std::string SafeStyle(std::string_view style);

// A colour of an attribute: a name, #rgb, rgb(...); "" where it is none.
std::string SafeColor(std::string_view value);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HTML_STYLE_H_
