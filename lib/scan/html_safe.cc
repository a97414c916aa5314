// SPDX-License-Identifier: Apache-2.0
// The safe rendering: an allow-list of elements, attributes and styles, written anew from the tree (threat T24).
// Nothing of the source's markup is copied, and what was written is parsed again until it parses to itself.
#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "scan/html.h"
#include "scan/html_style.h"
#include "scan/html_tree.h"
#include "scan/html_url.h"
#include "scan/utf8.h"

namespace casecomm::scan {
namespace {

enum class Fate : uint8_t {
  kUnwrap,  // its content stands for it
  kKeep,
  kVoid,  // kept; it has no content and no end tag
  kDrop,  // with all it holds
};

struct TagFate {
  GumboTag tag;
  Fate fate;
};

// What is not named is unwrapped. No element is kept whose content is raw text to some parser.
constexpr TagFate kFates[] = {
    {GUMBO_TAG_A, Fate::kKeep},        {GUMBO_TAG_ABBR, Fate::kKeep},       {GUMBO_TAG_ACRONYM, Fate::kKeep},
    {GUMBO_TAG_ADDRESS, Fate::kKeep},  {GUMBO_TAG_ARTICLE, Fate::kKeep},    {GUMBO_TAG_ASIDE, Fate::kKeep},
    {GUMBO_TAG_B, Fate::kKeep},        {GUMBO_TAG_BDI, Fate::kKeep},        {GUMBO_TAG_BDO, Fate::kKeep},
    {GUMBO_TAG_BIG, Fate::kKeep},      {GUMBO_TAG_BLOCKQUOTE, Fate::kKeep}, {GUMBO_TAG_BR, Fate::kVoid},
    {GUMBO_TAG_CAPTION, Fate::kKeep},  {GUMBO_TAG_CENTER, Fate::kKeep},     {GUMBO_TAG_CITE, Fate::kKeep},
    {GUMBO_TAG_CODE, Fate::kKeep},     {GUMBO_TAG_COL, Fate::kVoid},        {GUMBO_TAG_COLGROUP, Fate::kKeep},
    {GUMBO_TAG_DD, Fate::kKeep},       {GUMBO_TAG_DEL, Fate::kKeep},        {GUMBO_TAG_DFN, Fate::kKeep},
    {GUMBO_TAG_DIV, Fate::kKeep},      {GUMBO_TAG_DL, Fate::kKeep},         {GUMBO_TAG_DT, Fate::kKeep},
    {GUMBO_TAG_EM, Fate::kKeep},       {GUMBO_TAG_FIGCAPTION, Fate::kKeep}, {GUMBO_TAG_FIGURE, Fate::kKeep},
    {GUMBO_TAG_FONT, Fate::kKeep},     {GUMBO_TAG_FOOTER, Fate::kKeep},     {GUMBO_TAG_H1, Fate::kKeep},
    {GUMBO_TAG_H2, Fate::kKeep},       {GUMBO_TAG_H3, Fate::kKeep},         {GUMBO_TAG_H4, Fate::kKeep},
    {GUMBO_TAG_H5, Fate::kKeep},       {GUMBO_TAG_H6, Fate::kKeep},         {GUMBO_TAG_HEADER, Fate::kKeep},
    {GUMBO_TAG_HR, Fate::kVoid},       {GUMBO_TAG_I, Fate::kKeep},          {GUMBO_TAG_IMG, Fate::kVoid},
    {GUMBO_TAG_INS, Fate::kKeep},      {GUMBO_TAG_KBD, Fate::kKeep},        {GUMBO_TAG_LI, Fate::kKeep},
    {GUMBO_TAG_MAIN, Fate::kKeep},     {GUMBO_TAG_MARK, Fate::kKeep},       {GUMBO_TAG_NAV, Fate::kKeep},
    {GUMBO_TAG_OL, Fate::kKeep},       {GUMBO_TAG_P, Fate::kKeep},          {GUMBO_TAG_PRE, Fate::kKeep},
    {GUMBO_TAG_Q, Fate::kKeep},        {GUMBO_TAG_S, Fate::kKeep},          {GUMBO_TAG_SAMP, Fate::kKeep},
    {GUMBO_TAG_SECTION, Fate::kKeep},  {GUMBO_TAG_SMALL, Fate::kKeep},      {GUMBO_TAG_SPAN, Fate::kKeep},
    {GUMBO_TAG_STRIKE, Fate::kKeep},   {GUMBO_TAG_STRONG, Fate::kKeep},     {GUMBO_TAG_SUB, Fate::kKeep},
    {GUMBO_TAG_SUP, Fate::kKeep},      {GUMBO_TAG_TABLE, Fate::kKeep},      {GUMBO_TAG_TBODY, Fate::kKeep},
    {GUMBO_TAG_TD, Fate::kKeep},       {GUMBO_TAG_TFOOT, Fate::kKeep},      {GUMBO_TAG_TH, Fate::kKeep},
    {GUMBO_TAG_THEAD, Fate::kKeep},    {GUMBO_TAG_TIME, Fate::kKeep},       {GUMBO_TAG_TR, Fate::kKeep},
    {GUMBO_TAG_TT, Fate::kKeep},       {GUMBO_TAG_U, Fate::kKeep},          {GUMBO_TAG_UL, Fate::kKeep},
    {GUMBO_TAG_VAR, Fate::kKeep},      {GUMBO_TAG_WBR, Fate::kVoid},        {GUMBO_TAG_HEAD, Fate::kDrop},
    {GUMBO_TAG_SCRIPT, Fate::kDrop},   {GUMBO_TAG_STYLE, Fate::kDrop},      {GUMBO_TAG_TITLE, Fate::kDrop},
    {GUMBO_TAG_TEMPLATE, Fate::kDrop}, {GUMBO_TAG_NOSCRIPT, Fate::kDrop},   {GUMBO_TAG_NOEMBED, Fate::kDrop},
    {GUMBO_TAG_NOFRAMES, Fate::kDrop}, {GUMBO_TAG_IFRAME, Fate::kDrop},     {GUMBO_TAG_OBJECT, Fate::kDrop},
    {GUMBO_TAG_EMBED, Fate::kDrop},    {GUMBO_TAG_APPLET, Fate::kDrop},     {GUMBO_TAG_PARAM, Fate::kDrop},
    {GUMBO_TAG_AUDIO, Fate::kDrop},    {GUMBO_TAG_VIDEO, Fate::kDrop},      {GUMBO_TAG_SOURCE, Fate::kDrop},
    {GUMBO_TAG_TRACK, Fate::kDrop},    {GUMBO_TAG_CANVAS, Fate::kDrop},     {GUMBO_TAG_SELECT, Fate::kDrop},
    {GUMBO_TAG_TEXTAREA, Fate::kDrop}, {GUMBO_TAG_DATALIST, Fate::kDrop},   {GUMBO_TAG_INPUT, Fate::kDrop},
    {GUMBO_TAG_KEYGEN, Fate::kDrop},   {GUMBO_TAG_BASE, Fate::kDrop},       {GUMBO_TAG_LINK, Fate::kDrop},
    {GUMBO_TAG_META, Fate::kDrop},     {GUMBO_TAG_BGSOUND, Fate::kDrop},    {GUMBO_TAG_MAP, Fate::kDrop},
    {GUMBO_TAG_AREA, Fate::kDrop},
};

constexpr auto kFateOf = [] {
  std::array<Fate, GUMBO_TAG_LAST + 1> fates{};
  for (const TagFate& row : kFates) fates[row.tag] = row.fate;
  return fates;
}();

enum class Check : uint8_t {
  kStyle,
  kWords,   // letters, digits and hyphens
  kText,    // any, bounded
  kLength,  // a number up to 4096, or percent
  kCount,   // a number up to 100
  kColor,
  kFlag,  // present or not
};

enum class On : uint8_t { kAny, kTable, kCell, kList, kImage, kFont, kRule, kQuote };

struct AttributeRule {
  std::string_view name;
  On on;
  Check check;
};

// href and src are looked at apart.
constexpr AttributeRule kAttributes[] = {
    {"style", On::kAny, Check::kStyle},          {"dir", On::kAny, Check::kWords},
    {"lang", On::kAny, Check::kWords},           {"title", On::kAny, Check::kText},
    {"align", On::kAny, Check::kWords},          {"hidden", On::kAny, Check::kFlag},
    {"valign", On::kTable, Check::kWords},       {"width", On::kTable, Check::kLength},
    {"height", On::kTable, Check::kLength},      {"bgcolor", On::kTable, Check::kColor},
    {"border", On::kTable, Check::kLength},      {"cellpadding", On::kTable, Check::kLength},
    {"cellspacing", On::kTable, Check::kLength}, {"span", On::kTable, Check::kCount},
    {"colspan", On::kCell, Check::kCount},       {"rowspan", On::kCell, Check::kCount},
    {"nowrap", On::kCell, Check::kFlag},         {"start", On::kList, Check::kLength},
    {"value", On::kList, Check::kLength},        {"type", On::kList, Check::kWords},
    {"reversed", On::kList, Check::kFlag},       {"alt", On::kImage, Check::kText},
    {"width", On::kImage, Check::kLength},       {"height", On::kImage, Check::kLength},
    {"border", On::kImage, Check::kLength},      {"hspace", On::kImage, Check::kLength},
    {"vspace", On::kImage, Check::kLength},      {"color", On::kFont, Check::kColor},
    {"face", On::kFont, Check::kText},           {"size", On::kFont, Check::kWords},
    {"width", On::kRule, Check::kLength},        {"size", On::kRule, Check::kCount},
    {"color", On::kRule, Check::kColor},         {"noshade", On::kRule, Check::kFlag},
    {"clear", On::kRule, Check::kWords},         {"type", On::kQuote, Check::kWords},
};

// The group that an element's attributes are of, beside kAny; cells are of the table as well.
On GroupOf(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_COLGROUP:
      return On::kTable;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
      return On::kCell;
    case GUMBO_TAG_OL:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_LI:
      return On::kList;
    case GUMBO_TAG_IMG:
      return On::kImage;
    case GUMBO_TAG_FONT:
      return On::kFont;
    case GUMBO_TAG_HR:
    case GUMBO_TAG_BR:
      return On::kRule;
    case GUMBO_TAG_BLOCKQUOTE:
      return On::kQuote;
    default:
      return On::kAny;
  }
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// A whole number up to `most`, with a percent sign behind it or not.
bool IsLength(std::string_view value, int most, bool percent) {
  if (percent && !value.empty() && value.back() == '%') value.remove_suffix(1);
  if (value.empty() || value.size() > 5 || !std::all_of(value.begin(), value.end(), IsDigit)) return false;
  int number = 0;
  for (const char c : value) number = number * 10 + (c - '0');
  return number <= most;
}

bool IsWords(std::string_view value) {
  return !value.empty() && value.size() <= 32 && std::all_of(value.begin(), value.end(), [](char c) {
    const char low = base::FoldAscii(c);
    return (low >= 'a' && low <= 'z') || IsDigit(c) || c == '-' || c == '+';
  });
}

// Characters that no HTML text has: controls but for tab and line end.
bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < ' ' && c != '\t' && c != '\n') || byte == 0x7F;
}

class Renderer {
 public:
  explicit Renderer(const CidResolver& cid) : cid_(cid) {}

  std::string Render(const GumboNode& document) {
    Enter(document);
    while (!open_.empty()) {
      Open& top = open_.back();
      const GumboVector* children = ChildrenOf(*top.node);
      if (top.next < children->length) {
        Enter(*static_cast<const GumboNode*>(children->data[top.next++]));
      } else {
        if (!top.name.empty()) out_.append("</").append(top.name).append(">");
        open_.pop_back();
      }
    }
    return std::move(out_);
  }

 private:
  struct Open {
    const GumboNode* node;
    std::string_view name;  // of the end tag; "" if there is none
    unsigned next = 0;
  };

  void Enter(const GumboNode& node) {
    switch (node.type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_WHITESPACE:
      case GUMBO_NODE_CDATA:
        return Text(node.v.text.text);
      case GUMBO_NODE_COMMENT:
      case GUMBO_NODE_TEMPLATE:
        return;
      case GUMBO_NODE_DOCUMENT:
        return open_.push_back({&node, {}});
      case GUMBO_NODE_ELEMENT:
        return EnterElement(node);
    }
  }

  void EnterElement(const GumboNode& node) {
    const GumboElement& element = node.v.element;
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return;
    if (element.tag == GUMBO_TAG_BODY) return EnterBody(node);
    Fate fate = kFateOf[TagOf(element)];
    if (fate == Fate::kDrop) return;
    std::string own;  // the attribute that the element is kept for
    if (element.tag == GUMBO_TAG_A && !Link(element, &own)) fate = Fate::kUnwrap;
    if (element.tag == GUMBO_TAG_IMG && !Image(element, &own)) return;
    if (fate == Fate::kUnwrap) return open_.push_back({&node, {}});

    const std::string_view name = gumbo_normalized_tagname(element.tag);
    out_.append("<").append(name).append(own);
    Attributes(element);
    out_ += '>';
    if (element.tag == GUMBO_TAG_PRE) pre_begin_ = out_.size();
    if (fate == Fate::kKeep) open_.push_back({&node, name});
  }

  // What the mail says of its whole page holds inside of it only.
  void EnterBody(const GumboNode& node) {
    std::string style;
    for (const auto& [attribute, property] : {std::pair{"bgcolor", "background-color:"}, std::pair{"text", "color:"}}) {
      const std::string color = SafeColor(AttributeOf(node.v.element, attribute));
      if (!color.empty()) style.append(property).append(color).append(";");
    }
    style = SafeStyle(style.append(AttributeOf(node.v.element, "style")));
    if (style.empty()) return open_.push_back({&node, {}});
    out_ += "<div";
    Attribute("style", style, &out_);
    out_ += '>';
    open_.push_back({&node, "div"});
  }

  static bool Link(const GumboElement& element, std::string* own) {
    const std::string url = SafeUrl(AttributeOf(element, "href"));
    if (url.empty()) return false;
    Attribute("href", url, own);
    Attribute("rel", "noopener noreferrer nofollow", own);
    Attribute("target", "_blank", own);
    return true;
  }

  // The Content-ID stays beside the address, so that a rendering can be rendered again.
  bool Image(const GumboElement& element, std::string* own) const {
    std::string id = CidOf(AttributeOf(element, "src"));
    if (id.empty()) id = AttributeOf(element, "data-cid");
    if (id.empty() || id.size() > 1024 || !IsUtf8(id) || std::any_of(id.begin(), id.end(), IsControl)) return false;
    const std::optional<std::string> address = cid_ ? cid_(id) : std::nullopt;
    if (!address) return false;
    Attribute("src", *address, own);
    Attribute("data-cid", id, own);
    return true;
  }

  void Attributes(const GumboElement& element) {
    const On group = GroupOf(element.tag);
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      const auto& attribute = *static_cast<const GumboAttribute*>(element.attributes.data[i]);
      const std::string_view name = attribute.name;
      const auto* const rule =
          std::find_if(std::begin(kAttributes), std::end(kAttributes), [&](const AttributeRule& r) {
            return r.name == name && (r.on == On::kAny || r.on == group || (r.on == On::kTable && group == On::kCell));
          });
      if (rule == std::end(kAttributes)) continue;
      if (const auto value = SafeAttribute(rule->check, attribute.value)) Attribute(name, *value, &out_);
    }
  }

  static std::optional<std::string> SafeAttribute(Check check, std::string_view value) {
    const auto if_holds = [&](bool holds) { return holds ? std::optional(std::string(value)) : std::nullopt; };
    const auto if_any = [](std::string safe) { return safe.empty() ? std::nullopt : std::optional(std::move(safe)); };
    switch (check) {
      case Check::kStyle:
        return if_any(SafeStyle(value));
      case Check::kColor:
        return if_any(SafeColor(value));
      case Check::kWords:
        return if_holds(IsWords(value));
      case Check::kText:
        return if_holds(value.size() <= 1024);
      case Check::kLength:
        return if_holds(IsLength(value, 4096, true));
      case Check::kCount:
        return if_holds(IsLength(value, 100, false));
      case Check::kFlag:
        return std::string();
    }
    return std::nullopt;
  }

  static void Attribute(std::string_view name, std::string_view value, std::string* out) {
    out->append(" ").append(name).append("=\"");
    for (const char c : value) {
      switch (c) {
        case '&':
          *out += "&amp;";
          break;
        case '<':
          *out += "&lt;";
          break;
        case '>':
          *out += "&gt;";
          break;
        case '"':
          *out += "&quot;";
          break;
        case '`':
          *out += "&#96;";
          break;
        case '\t':
        case '\n':
          *out += ' ';
          break;
        default:
          if (!IsControl(c)) *out += c;
      }
    }
    *out += '"';
  }

  void Text(std::string_view text) {
    if (out_.empty()) text.remove_prefix(std::min(text.find_first_not_of(" \t\n\r\f"), text.size()));
    if (text.empty()) return;
    // The parser takes away the first line end behind this tag.
    if (out_.size() == pre_begin_ && text.front() == '\n') out_ += '\n';
    for (const char c : text) {
      switch (c) {
        case '&':
          out_ += "&amp;";
          break;
        case '<':
          out_ += "&lt;";
          break;
        case '>':
          out_ += "&gt;";
          break;
        default:
          if (!IsControl(c)) out_ += c;
      }
    }
  }

  const CidResolver& cid_;
  std::string out_;
  std::vector<Open> open_;
  size_t pre_begin_ = std::string::npos;  // of the content of the last <pre>
};

std::optional<std::string> RenderOnce(std::string_view html, const CidResolver& cid) {
  const HtmlTree tree(html);
  if (tree.document() == nullptr) return std::nullopt;
  return Renderer(cid).Render(*tree.document());
}

}  // namespace

std::optional<std::string> SafeHtml(std::string_view html, const CidResolver& cid) {
  // Hosts show it in a page of today: with the doctype, so that a table ends the paragraph before it.
  constexpr std::string_view kDoctype = "<!DOCTYPE html>";
  constexpr int kMostRounds = 5;
  std::optional<std::string> rendered = RenderOnce(html, cid);
  for (int round = 0; rendered && round < kMostRounds; ++round) {
    if (rendered->size() + kDoctype.size() > kHtmlBytes) return std::nullopt;
    std::optional<std::string> again = RenderOnce(std::string(kDoctype) + *rendered, cid);
    if (again == rendered) return rendered;
    rendered = std::move(again);
  }
  return std::nullopt;
}

}  // namespace casecomm::scan
