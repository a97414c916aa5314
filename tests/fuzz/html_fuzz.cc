// SPDX-License-Identifier: Apache-2.0
// HTML: its text, and the safe rendering, which is parsed again by gumbo alone and held against lists of its own.
#include <gumbo.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.h"
#include "scan/charset.h"
#include "scan/html.h"
#include "scan/html_charset.h"
#include "scan/html_strip.h"
#include "scan/html_style.h"
#include "scan/html_url.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {
namespace {

const std::set<std::string_view>& Elements() {
  static const std::set<std::string_view> names = {
      "a",      "abbr",       "acronym", "address", "article", "aside", "b",       "bdi",        "bdo",
      "big",    "blockquote", "br",      "caption", "center",  "cite",  "code",    "col",        "colgroup",
      "dd",     "del",        "dfn",     "div",     "dl",      "dt",    "em",      "figcaption", "figure",
      "font",   "footer",     "h1",      "h2",      "h3",      "h4",    "h5",      "h6",         "header",
      "hr",     "i",          "img",     "ins",     "kbd",     "li",    "main",    "mark",       "nav",
      "ol",     "p",          "pre",     "q",       "s",       "samp",  "section", "small",      "span",
      "strike", "strong",     "sub",     "sup",     "table",   "tbody", "td",      "tfoot",      "th",
      "thead",  "time",       "tr",      "tt",      "u",       "ul",    "var",     "wbr"};
  return names;
}

const std::set<std::string_view>& Attributes() {
  static const std::set<std::string_view> names = {
      "style",   "dir",    "lang",        "title",       "align",  "hidden",  "valign",  "width",  "height",
      "bgcolor", "border", "cellpadding", "cellspacing", "span",   "colspan", "rowspan", "nowrap", "start",
      "value",   "type",   "reversed",    "alt",         "hspace", "vspace",  "color",   "face",   "size",
      "noshade", "clear",  "href",        "rel",         "target", "src",     "data-cid"};
  return names;
}

constexpr std::string_view kColorFunctions[] = {"rgb", "rgba", "hsl", "hsla"};

bool Begins(std::string_view text, std::string_view front) {
  return text.substr(0, front.size()) == front;
}

// Nothing is loaded, run or moved out of its place: no function but those of colours, no escape, no such property.
void CheckStyle(std::string_view style) {
  for (const std::string_view bad : {"\\", "/*", "@", "<", "{"})
    Require(style.find(bad) == style.npos, "a style is plain");
  for (size_t at = style.find('('); at != style.npos; at = style.find('(', at + 1)) {
    const std::string_view front = style.substr(0, at);
    const bool color = std::any_of(std::begin(kColorFunctions), std::end(kColorFunctions), [&](std::string_view f) {
      return front.size() > f.size() && front.substr(front.size() - f.size()) == f;
    });
    Require(color, "a style calls nothing");
  }
  for (size_t begin = 0; begin < style.size();) {
    const size_t end = std::min(style.find(';', begin), style.size());
    const std::string_view declaration = style.substr(begin, end - begin);
    for (const std::string_view bad :
         {"position:", "behavior:", "-moz-binding:", "content:", "filter:", "cursor:", "src:"}) {
      Require(!Begins(declaration, bad), "a style has no such property");
    }
    begin = end + 1;
  }
}

void CheckAttribute(std::string_view name, std::string_view value) {
  Require(Attributes().count(name) != 0, "only attributes of the list");
  if (name == "href") {
    Require(Begins(value, "http://") || Begins(value, "https://") || Begins(value, "mailto:") || Begins(value, "tel:"),
            "links lead to what runs nothing");
  }
  if (name == "src") Require(Begins(value, "cid-"), "images are the mail's own");
  if (name == "style") CheckStyle(base::LowerAscii(value));
}

void CheckNode(const GumboNode& node, bool root) {
  if (node.type == GUMBO_NODE_DOCUMENT || node.type == GUMBO_NODE_ELEMENT) {
    const GumboVector* children = &node.v.document.children;
    if (node.type == GUMBO_NODE_ELEMENT) {
      const GumboElement& element = node.v.element;
      children = &element.children;
      const std::string_view name = gumbo_normalized_tagname(element.tag);
      const bool implied = root && (name == "html" || name == "head" || name == "body");
      Require(element.tag_namespace == GUMBO_NAMESPACE_HTML, "only HTML");
      Require(implied || Elements().count(name) != 0, "only elements of the list");
      Require(!implied || element.attributes.length == 0, "nothing of a page");
      for (unsigned i = 0; i < element.attributes.length; ++i) {
        const auto& attribute = *static_cast<const GumboAttribute*>(element.attributes.data[i]);
        CheckAttribute(attribute.name, attribute.value);
      }
      root = implied;
    }
    for (unsigned i = 0; i < children->length; ++i) CheckNode(*static_cast<const GumboNode*>(children->data[i]), root);
    return;
  }
  Require(node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE, "nothing but elements and text");
}

void CheckText(const scan::HtmlText& text) {
  Require(base::IsUtf8(text.text), "text of HTML is UTF-8");
  Require(text.text.find('\r') == std::string::npos, "its lines end in LF");
  Require(text.text.empty() || (text.text.back() != '\n' && text.text.back() != ' '), "it has no blanks at its end");
  Require(!text.past_limit || text.marks.empty(), "the tag stripper gives no marks");
  size_t last = 0;
  int quotes = 0, signatures = 0;
  for (const scan::TextMark& mark : text.marks) {
    Require(mark.offset >= last && mark.offset <= text.text.size(), "marks come in order");
    Require(mark.offset == text.text.size() || mark.offset == 0 || text.text[mark.offset - 1] == '\n',
            "marks stand at the begin of a line");
    last = mark.offset;
    quotes += mark.kind == scan::MarkKind::kQuoteBegin ? 1 : mark.kind == scan::MarkKind::kQuoteEnd ? -1 : 0;
    signatures += mark.kind == scan::MarkKind::kSignatureBegin ? 1
                  : mark.kind == scan::MarkKind::kSignatureEnd ? -1
                                                               : 0;
    Require(quotes >= 0 && signatures >= 0, "no end without a begin");
  }
  Require(quotes == 0 && signatures == 0, "every begin has its end");
}

}  // namespace

const char kName[] = "html";

void RunOne(std::string_view input) {
  scan::CharsetDecoder charsets;
  bool clean = true;
  const std::string html = charsets.ToUtf8(input, scan::HtmlCharset(input), &clean);
  CheckText(scan::TextOfHtml(html));
  Require(base::IsUtf8(scan::StripTags(html)), "stripped text is UTF-8");
  const std::string style = scan::SafeStyle(html.substr(0, 4096));
  Require(scan::SafeStyle(style) == style, "a safe style is itself");
  CheckAttribute("style", style);
  const std::string url = scan::SafeUrl(html.substr(0, 4096));
  Require(scan::SafeUrl(url) == url, "a safe address is itself");
  if (!url.empty()) CheckAttribute("href", url);

  const auto cid = [](std::string_view id) -> std::optional<std::string> {
    return id.size() % 2 == 0 ? std::optional("cid-" + std::to_string(id.size())) : std::nullopt;
  };
  const std::optional<std::string> safe = scan::SafeHtml(html, cid);
  if (!safe) return;
  Require(base::IsUtf8(*safe), "a rendering is UTF-8");
  Require(scan::SafeHtml(*safe, cid) == safe, "a rendering of a rendering is itself");
  const std::string page = "<!DOCTYPE html>" + *safe;
  GumboOutput* const tree = gumbo_parse_with_options(&kGumboDefaultOptions, page.data(), page.size());
  CheckNode(*tree->document, true);
  gumbo_destroy_output(&kGumboDefaultOptions, tree);
  const std::string plain = scan::TextAsHtml(html);
  GumboOutput* const text = gumbo_parse_with_options(&kGumboDefaultOptions, plain.data(), plain.size());
  CheckNode(*text->document, true);
  gumbo_destroy_output(&kGumboDefaultOptions, text);
}

void ForEachInput(std::string_view mail, const Use& use) {
  ForEachText(mail, "text/html", use);
}

}  // namespace casecomm::fuzz
