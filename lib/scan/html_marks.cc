// SPDX-License-Identifier: Apache-2.0
#include "scan/html_marks.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scan/html_style.h"
#include "scan/html_tree.h"

namespace casecomm::scan {
namespace {

struct NameRole {
  std::string_view
      name;  // class or id, lower case; a name that ends in '*' is the front of one, that begins so the end
  Role role;
};

constexpr NameRole kNames[] = {
    {"gmail_quote", Role::kQuote},
    {"gmail_quote_container", Role::kQuote},
    {"gmail_extra", Role::kQuote},
    {"yahoo_quoted", Role::kQuote},
    {"ydp*yahoo_quoted", Role::kQuote},
    {"yahooquoted", Role::kQuote},
    {"protonmail_quote", Role::kQuote},
    {"tutanota_quote", Role::kQuote},
    {"zmail_extra", Role::kQuote},
    {"hmquote", Role::kQuote},
    {"appleoriginalcontents", Role::kQuote},
    {"front-blockquote", Role::kQuote},
    {"mail-editor-reference-message-container", Role::kQuote},
    {"ms-outlook-mobile-reference-message", Role::kQuote},
    {"olk_src_body_section", Role::kQuote},
    {"mailru-blockquote", Role::kQuote},
    {"mail-quote-collapse", Role::kQuote},
    {"divrplyfwdmsg", Role::kSeparator},
    {"appendonsend", Role::kSeparator},
    {"outlookmessageheader", Role::kSeparator},
    {"moz-forward-container", Role::kSeparator},
    {"stopspelling", Role::kSeparator},
    {"gmail_signature", Role::kSignature},
    {"gmail_signature_prefix", Role::kSignature},
    {"moz-signature", Role::kSignature},
    {"signature", Role::kSignature},
    {"ms-outlook-mobile-signature", Role::kSignature},
    {"ms-outlook-ios-signature", Role::kSignature},
    {"protonmail_signature_block", Role::kSignature},
    {"tutanota_signature", Role::kSignature},
    {"applemailsignature", Role::kSignature},
    {"zm-_id_-sgn", Role::kSignature},
    {"ydp*signature", Role::kSignature},
    {"-x-evo-signature", Role::kSignature},
    {"-x-evo-signature-wrapper", Role::kSignature},
    {"front-signature", Role::kSignature},
    {"sh-signature", Role::kSignature},
};

bool Matches(std::string_view pattern, std::string_view name) {
  const size_t star = pattern.find('*');
  if (star == pattern.npos) return base::EqualFoldAscii(pattern, name);
  const std::string_view front = pattern.substr(0, star), end = pattern.substr(star + 1);
  return name.size() >= front.size() + end.size() && base::EqualFoldAscii(front, name.substr(0, front.size())) &&
         base::EqualFoldAscii(end, name.substr(name.size() - end.size()));
}

Role RoleOfName(std::string_view name) {
  // Outlook on the web renames what it quotes, once for each time.
  while (name.size() > 2 && base::FoldAscii(name[0]) == 'x' && name[1] == '_') name.remove_prefix(2);
  if (name.size() > 64) return Role::kNone;
  const auto* const row =
      std::find_if(std::begin(kNames), std::end(kNames), [&](const NameRole& r) { return Matches(r.name, name); });
  return row == std::end(kNames) ? Role::kNone : row->role;
}

// Calls use(word) for the words of a class or id until it gives true.
template <typename Use>
bool AnyWord(std::string_view words, const Use& use) {
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find_first_of(" \t\r\n\f", begin), words.size());
    if (end > begin && use(words.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

// Outlook draws a line above the header block of what it quotes, and no other border.
bool IsOutlookLine(std::string_view style) {
  bool top = false, no_other = false;
  ForEachDeclaration(style, [&](std::string_view name, std::string_view value) {
    const std::string low = base::LowerAscii(value.substr(0, 64));
    if (base::EqualFoldAscii(name, "border")) no_other = low.substr(0, 4) == "none";
    if (!base::EqualFoldAscii(name, "border-top")) return;
    const bool thin = low.find("1.0pt") != low.npos || low.find("1pt") != low.npos;
    top = low.find("solid") != low.npos && thin &&
          (low.find("#e1e1e1") != low.npos || low.find("#b5c4df") != low.npos || low.find("rgb(225") != low.npos ||
           low.find("rgb(181") != low.npos);
  });
  return top && no_other;
}

// A quotation by its element alone; the blockquotes that clients use to set text in are none.
bool IsBlockQuote(const GumboElement& element) {
  if (element.tag != GUMBO_TAG_BLOCKQUOTE) return false;
  if (base::EqualFoldAscii(AttributeOf(element, "type"), "cite")) return true;
  const bool set_in = AnyWord(AttributeOf(element, "class"), [](std::string_view word) {
    return base::EqualFoldAscii(word, "webkit-indent-blockquote");
  });
  bool margin = false, no_border = false;
  ForEachDeclaration(AttributeOf(element, "style"), [&](std::string_view name, std::string_view value) {
    if (base::EqualFoldAscii(name, "border")) no_border = base::EqualFoldAscii(value.substr(0, 4), "none");
    if (base::EqualFoldAscii(name, "margin")) {
      margin = value.find("0px 0px 0px 40px") != value.npos || value.find("0 0 0 40px") != value.npos;
    }
  });
  return !set_in && !(margin && no_border);
}

}  // namespace

Role RoleOf(const GumboElement& element) {
  if (element.attributes.length == 0) return element.tag == GUMBO_TAG_BLOCKQUOTE ? Role::kQuote : Role::kNone;
  Role role = Role::kNone;
  const auto known = [&](std::string_view word) { return (role = RoleOfName(word)) != Role::kNone; };
  if (AnyWord(AttributeOf(element, "id"), known) || AnyWord(AttributeOf(element, "class"), known)) return role;
  if (IsBlockQuote(element)) return Role::kQuote;
  if (element.tag == GUMBO_TAG_HR && AttributeOf(element, "tabindex") == "-1") return Role::kSeparator;
  if (element.tag == GUMBO_TAG_DIV && IsOutlookLine(AttributeOf(element, "style"))) return Role::kSeparator;
  return Role::kNone;
}

bool IsOutlookParagraph(const GumboElement& element) {
  return AnyWord(AttributeOf(element, "class"), [](std::string_view word) {
    while (word.substr(0, 2) == "x_") word.remove_prefix(2);
    return base::EqualFoldAscii(word.substr(0, 9), "MsoNormal") || base::EqualFoldAscii(word, "MsoListParagraph") ||
           base::EqualFoldAscii(word, "MsoPlainText");
  });
}

}  // namespace casecomm::scan
