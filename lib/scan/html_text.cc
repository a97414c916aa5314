// SPDX-License-Identifier: Apache-2.0
// The text of an HTML body as a browser would show it, and what its elements tell the reply splitter.
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "scan/html.h"
#include "scan/html_marks.h"
#include "scan/html_strip.h"
#include "scan/html_style.h"
#include "scan/html_tree.h"
#include "scan/utf8.h"

namespace casecomm::scan {
namespace {

enum class Shape : uint8_t {
  kInline,
  kHidden,     // gives no text
  kLine,       // stands on lines of its own
  kParagraph,  // and with an empty line around it
  kList,
  kItem,
  kRow,
  kCell,
  kPreformatted,
  kBreak,
};

struct TagShape {
  GumboTag tag;
  Shape shape;
};

// What is not named is inline.
constexpr TagShape kShapes[] = {
    {GUMBO_TAG_HEAD, Shape::kHidden},
    {GUMBO_TAG_STYLE, Shape::kHidden},
    {GUMBO_TAG_SCRIPT, Shape::kHidden},
    {GUMBO_TAG_TITLE, Shape::kHidden},
    {GUMBO_TAG_TEMPLATE, Shape::kHidden},
    {GUMBO_TAG_NOSCRIPT, Shape::kHidden},
    {GUMBO_TAG_NOEMBED, Shape::kHidden},
    {GUMBO_TAG_NOFRAMES, Shape::kHidden},
    {GUMBO_TAG_IFRAME, Shape::kHidden},
    {GUMBO_TAG_OBJECT, Shape::kHidden},
    {GUMBO_TAG_APPLET, Shape::kHidden},
    {GUMBO_TAG_AUDIO, Shape::kHidden},
    {GUMBO_TAG_VIDEO, Shape::kHidden},
    {GUMBO_TAG_CANVAS, Shape::kHidden},

    {GUMBO_TAG_SELECT, Shape::kHidden},
    {GUMBO_TAG_TEXTAREA, Shape::kHidden},
    {GUMBO_TAG_DATALIST, Shape::kHidden},
    {GUMBO_TAG_ADDRESS, Shape::kLine},
    {GUMBO_TAG_ARTICLE, Shape::kLine},
    {GUMBO_TAG_ASIDE, Shape::kLine},
    {GUMBO_TAG_BODY, Shape::kLine},
    {GUMBO_TAG_CAPTION, Shape::kLine},
    {GUMBO_TAG_CENTER, Shape::kLine},
    {GUMBO_TAG_DD, Shape::kLine},
    {GUMBO_TAG_DETAILS, Shape::kLine},
    {GUMBO_TAG_DIR, Shape::kLine},
    {GUMBO_TAG_DIV, Shape::kLine},
    {GUMBO_TAG_DT, Shape::kLine},
    {GUMBO_TAG_FIELDSET, Shape::kLine},
    {GUMBO_TAG_FIGCAPTION, Shape::kLine},
    {GUMBO_TAG_FOOTER, Shape::kLine},
    {GUMBO_TAG_FORM, Shape::kLine},
    {GUMBO_TAG_HEADER, Shape::kLine},
    {GUMBO_TAG_HGROUP, Shape::kLine},
    {GUMBO_TAG_HR, Shape::kLine},
    {GUMBO_TAG_LEGEND, Shape::kLine},
    {GUMBO_TAG_MAIN, Shape::kLine},
    {GUMBO_TAG_MENU, Shape::kLine},
    {GUMBO_TAG_NAV, Shape::kLine},
    {GUMBO_TAG_SECTION, Shape::kLine},
    {GUMBO_TAG_SUMMARY, Shape::kLine},
    {GUMBO_TAG_TABLE, Shape::kLine},
    {GUMBO_TAG_TBODY, Shape::kLine},
    {GUMBO_TAG_THEAD, Shape::kLine},
    {GUMBO_TAG_TFOOT, Shape::kLine},
    {GUMBO_TAG_BLOCKQUOTE, Shape::kParagraph},
    {GUMBO_TAG_DL, Shape::kParagraph},
    {GUMBO_TAG_FIGURE, Shape::kParagraph},
    {GUMBO_TAG_H1, Shape::kParagraph},
    {GUMBO_TAG_H2, Shape::kParagraph},
    {GUMBO_TAG_H3, Shape::kParagraph},
    {GUMBO_TAG_H4, Shape::kParagraph},
    {GUMBO_TAG_H5, Shape::kParagraph},
    {GUMBO_TAG_H6, Shape::kParagraph},
    {GUMBO_TAG_P, Shape::kParagraph},
    {GUMBO_TAG_UL, Shape::kList},
    {GUMBO_TAG_OL, Shape::kList},
    {GUMBO_TAG_LI, Shape::kItem},
    {GUMBO_TAG_TR, Shape::kRow},
    {GUMBO_TAG_TD, Shape::kCell},
    {GUMBO_TAG_TH, Shape::kCell},
    {GUMBO_TAG_PRE, Shape::kPreformatted},
    {GUMBO_TAG_LISTING, Shape::kPreformatted},
    {GUMBO_TAG_XMP, Shape::kPreformatted},
    {GUMBO_TAG_PLAINTEXT, Shape::kPreformatted},
    {GUMBO_TAG_BR, Shape::kBreak},
};

constexpr auto kShapeOf = [] {
  std::array<Shape, GUMBO_TAG_LAST + 1> shapes{};
  for (const TagShape& row : kShapes) shapes[row.tag] = row.shape;
  return shapes;
}();

enum class Display : uint8_t { kAsItIs, kBlock, kInline };
enum class Blanks : uint8_t { kAsAround, kCollapse, kKeepLines, kKeep };

// What the style of an element says of its text.
struct Look {
  bool hidden = false;
  bool flat = false;  // no margin above: paragraphs of Outlook stand close
  Display display = Display::kAsItIs;
  Blanks blanks = Blanks::kAsAround;
};

bool IsZero(std::string_view value) {
  return !value.empty() && value.front() == '0' && value.find_first_of("123456789") == value.npos;
}

Look LookOf(std::string_view style) {
  Look look;
  bool no_height = false, cut = false;
  ForEachDeclaration(style, [&](std::string_view name, std::string_view value) {
    const auto is = [&](std::string_view word) { return base::EqualFoldAscii(name, word); };
    const auto says = [&](std::string_view word) { return base::EqualFoldAscii(value.substr(0, word.size()), word); };
    if (is("display")) {
      look.hidden |= says("none");
      const bool block = says("block") || says("list-item") || says("flex") ||
                         (says("table") && !says("table-cell") && !says("table-column"));
      look.display = block ? Display::kBlock : says("inline") ? Display::kInline : Display::kAsItIs;
    } else if (is("visibility")) {
      look.hidden |= says("hidden") || says("collapse");
    } else if (is("mso-hide")) {
      look.hidden |= says("all");
    } else if (is("max-height")) {
      no_height = IsZero(value);
    } else if (is("overflow")) {
      cut = says("hidden");
    } else if (is("margin") || is("margin-top")) {
      look.flat = IsZero(value.substr(0, value.find_first_of(" \t\r\n")));
    } else if (is("white-space")) {
      look.blanks = says("pre-line")                      ? Blanks::kKeepLines
                    : says("pre") || says("break-spaces") ? Blanks::kKeep
                                                          : Blanks::kCollapse;
    }
  });
  look.hidden |= no_height && cut;
  return look;
}

// Builds the text: breaks are held back until something follows them, so that none stand at the ends, and of breaks
// that meet the greatest holds.
class TextBuilder {
 public:
  void Break(unsigned lines) {
    if (!marker_.empty()) lines = 1;  // what begins an item stands beside its mark
    if (!in_fresh_cell_) breaks_ = std::max(breaks_, lines);
    blank_ = false;
  }

  void BeginItem(std::string marker) {
    Break(1);
    marker_ = std::move(marker);
  }
  void EndItem() {
    marker_.clear();
    Break(1);
  }

  void BeginRow() {
    Break(1);
    cell_ = Cell::kNone;
  }

  // Cells whose text is of one line share it.
  void BeginCell() {
    in_fresh_cell_ = tab_ = cell_ == Cell::kOneLine && line_open_ && waiting_.empty();
    breaks_ = tab_ ? 0 : cell_ == Cell::kLines ? std::max(breaks_, 1u) : breaks_;
    cell_begin_ = out_.text.size();
  }
  void EndCell() {
    in_fresh_cell_ = false;
    blank_ = false;
    const std::string_view own = std::string_view(out_.text).substr(std::min(cell_begin_, out_.text.size()));
    if (own.empty()) return;
    breaks_ = std::min(breaks_, 1u);
    cell_ = own.find('\n', 1) == own.npos && line_open_ ? Cell::kOneLine : Cell::kLines;
  }

  // Where the next text begins, on a line of its own. An end takes back a begin that holds nothing.
  void Mark(MarkKind kind) {
    in_fresh_cell_ = tab_ = false;
    Break(1);
    if (!waiting_.empty()) {
      const MarkKind last = waiting_.back();
      const bool nothing = (kind == MarkKind::kQuoteEnd && last == MarkKind::kQuoteBegin) ||
                           (kind == MarkKind::kSignatureEnd && last == MarkKind::kSignatureBegin);
      if (nothing) return waiting_.pop_back();
      if (kind == MarkKind::kSeparator && last == kind) return;
    }
    waiting_.push_back(kind);
  }

  void LineBreak() {
    Begin();
    EndLine(1);
    trailing_ += 1;
  }

  void Text(std::string_view text, Blanks blanks) {
    while (!text.empty()) {
      const char c = text.front();
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        text.remove_prefix(1);
        if (c == '\n' && blanks != Blanks::kCollapse) {
          LineBreak();
        } else if (blanks == Blanks::kKeep && (c == ' ' || c == '\t')) {
          Begin();
          out_.text += c;
        } else {
          blank_ |= line_open_ && breaks_ == 0;
        }
        continue;
      }
      const size_t word = Word(text);
      if (word > 0) {
        Begin();
        out_.text.append(text.substr(0, word));
        text.remove_prefix(word);
      } else {
        Special(&text);
      }
    }
  }

  HtmlText Finish() && {
    out_.text.erase(out_.text.find_last_not_of(" \t\n") + 1);
    for (const MarkKind kind : waiting_) out_.marks.push_back({kind, out_.text.size()});
    for (TextMark& mark : out_.marks) mark.offset = std::min(mark.offset, out_.text.size());
    return std::move(out_);
  }

 private:
  enum class Cell : uint8_t { kNone, kOneLine, kLines };

  // The length of the front without blanks, controls and what Special looks at.
  static size_t Word(std::string_view text) {
    size_t i = 0;
    while (i < text.size()) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c <= ' ' || c == 0x7F || c == 0xC2 || c == 0xCD || c == 0xE2 || c == 0xEF) break;
      ++i;
    }
    return i;
  }

  // One character that may be invisible: a no-break space is a blank, what only guides the layout is dropped.
  void Special(std::string_view* text) {
    const auto starts = [&](std::string_view bytes) { return text->substr(0, bytes.size()) == bytes; };
    for (const std::string_view dropped : {"\u00AD", "\u200B", "\uFEFF", "\u2060", "\u034F"}) {
      if (starts(dropped)) return text->remove_prefix(dropped.size());
    }
    if (starts("\u00A0") || starts("\u202F") || starts("\u2007")) {
      Begin();
      out_.text += ' ';
      return text->remove_prefix(starts("\u00A0") ? 2 : 3);
    }
    // Joiners shape the letters of some scripts and emoji; behind ASCII they do nothing.
    if (starts("\u200C") || starts("\u200D")) {
      if (line_open_ && breaks_ == 0 && !blank_ && static_cast<unsigned char>(out_.text.back()) >= 0x80) {
        out_.text.append(text->substr(0, 3));
      }
      return text->remove_prefix(3);
    }
    const auto c = static_cast<unsigned char>(text->front());
    const size_t size = c < 0x80 ? 1 : c < 0xE0 ? 2 : 3;
    if (c >= 0x80) {
      Begin();
      out_.text.append(text->substr(0, size));
    }
    text->remove_prefix(std::min(size, text->size()));
  }

  // Something follows: what was held back is written.
  void Begin() {
    if (breaks_ > 0) {
      if (line_open_) {
        EndLine(breaks_);
      } else if (trailing_ < breaks_ && !out_.text.empty()) {
        out_.text.append(breaks_ - trailing_, '\n');
      }
      breaks_ = 0;
      trailing_ = 0;
    } else if (tab_) {
      out_.text += '\t';
    } else if (blank_) {
      out_.text += ' ';
    }
    tab_ = blank_ = in_fresh_cell_ = false;
    trailing_ = 0;
    for (const MarkKind kind : waiting_) out_.marks.push_back({kind, out_.text.size()});
    waiting_.clear();
    out_.text += marker_;
    marker_.clear();
    line_open_ = true;
  }

  void EndLine(unsigned lines) {
    while (!out_.text.empty() && (out_.text.back() == ' ' || out_.text.back() == '\t')) out_.text.pop_back();
    out_.text.append(lines, '\n');
    line_open_ = false;
    blank_ = false;
  }

  HtmlText out_;
  std::vector<MarkKind> waiting_;  // for the next text
  std::string marker_;             // of a list item, likewise
  unsigned breaks_ = 0;            // line ends due before the next text
  unsigned trailing_ = 0;          // line ends written since the last text
  bool line_open_ = false;         // the last line has text, be it blank
  bool blank_ = false, tab_ = false;
  bool in_fresh_cell_ = false;  // of a row whose line goes on
  Cell cell_ = Cell::kNone;     // what the cells before in this row hold
  size_t cell_begin_ = 0;
};

class TextReader {
 public:
  HtmlText Read(const GumboNode& document) {
    Enter(document);
    while (!open_.empty()) {
      Open& top = open_.back();
      const GumboVector* children = ChildrenOf(*top.node);
      if (children != nullptr && top.next < children->length) {
        Enter(*static_cast<const GumboNode*>(children->data[top.next++]));
      } else {
        Leave();
      }
    }
    return std::move(builder_).Finish();
  }

 private:
  struct Open {
    const GumboNode* node;
    unsigned next = 0;
    Shape shape = Shape::kInline;
    unsigned breaks = 0;
    Role role = Role::kNone;
    Blanks blanks = Blanks::kCollapse;
    int number = 0;  // of the list's next item; 0: it has none
  };

  void Enter(const GumboNode& node) {
    const Blanks blanks = open_.empty() ? Blanks::kCollapse : open_.back().blanks;
    switch (node.type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_WHITESPACE:
      case GUMBO_NODE_CDATA:
        return builder_.Text(node.v.text.text, blanks);
      case GUMBO_NODE_COMMENT:
      case GUMBO_NODE_TEMPLATE:
        return;
      case GUMBO_NODE_DOCUMENT:
        return open_.push_back({&node});
      case GUMBO_NODE_ELEMENT:
        return EnterElement(node, blanks);
    }
  }

  void EnterElement(const GumboNode& node, Blanks blanks) {
    const GumboElement& element = node.v.element;
    Open open{&node};
    open.shape = kShapeOf[TagOf(element)];
    const Look look = LookOf(AttributeOf(element, "style"));
    open.role = RoleOf(element);
    // A separator may be hidden itself.
    if (open.role == Role::kSeparator) builder_.Mark(MarkKind::kSeparator);
    if (open.shape == Shape::kHidden || look.hidden || AttributeOf(element, "hidden").data() != nullptr) return;
    if (open.shape == Shape::kBreak) return builder_.LineBreak();
    open.blanks = look.blanks != Blanks::kAsAround     ? look.blanks
                  : open.shape == Shape::kPreformatted ? Blanks::kKeep
                                                       : blanks;
    if (look.display == Display::kBlock && open.shape == Shape::kInline) open.shape = Shape::kLine;
    if (look.display == Display::kInline && open.shape == Shape::kLine) open.shape = Shape::kInline;
    switch (open.shape) {
      case Shape::kLine:
        open.breaks = 1;
        break;
      case Shape::kParagraph:
      case Shape::kPreformatted:
        open.breaks = look.flat || IsOutlookParagraph(element) ? 1 : 2;
        break;
      case Shape::kList:
        open.breaks = lists_++ > 0 || look.flat ? 1 : 2;
        if (element.tag == GUMBO_TAG_OL) open.number = FirstNumber(element);
        break;
      default:
        break;
    }
    if (open.breaks > 0) builder_.Break(open.breaks);
    if (open.shape == Shape::kItem) builder_.BeginItem(Marker());
    if (open.shape == Shape::kRow) builder_.BeginRow();
    if (open.shape == Shape::kCell) builder_.BeginCell();
    if (open.role == Role::kQuote) builder_.Mark(MarkKind::kQuoteBegin);
    if (open.role == Role::kSignature) builder_.Mark(MarkKind::kSignatureBegin);
    open_.push_back(open);
  }

  void Leave() {
    const Open top = open_.back();
    open_.pop_back();
    if (top.role == Role::kQuote) builder_.Mark(MarkKind::kQuoteEnd);
    if (top.role == Role::kSignature) builder_.Mark(MarkKind::kSignatureEnd);
    if (top.breaks > 0) builder_.Break(top.breaks);
    if (top.shape == Shape::kList) --lists_;
    if (top.shape == Shape::kItem) builder_.EndItem();
    if (top.shape == Shape::kRow) builder_.Break(1);
    if (top.shape == Shape::kCell) builder_.EndCell();
  }

  static int FirstNumber(const GumboElement& list) {
    const std::string_view start = AttributeOf(list, "start");
    int number = 0;
    if (start.empty() || start.size() > 5) return 1;
    for (const char c : start) {
      if (c < '0' || c > '9') return 1;
      number = number * 10 + (c - '0');
    }
    return std::max(number, 1);
  }

  // "- " or "1. ", set in by two blanks for each list around it.
  std::string Marker() {
    std::string marker(lists_ > 1 ? 2 * size_t{lists_ - 1} : 0, ' ');
    for (size_t i = open_.size(); i-- > 0;) {
      if (open_[i].shape != Shape::kList) continue;
      if (open_[i].number > 0) return marker + std::to_string(open_[i].number++) + ". ";
      break;
    }
    return marker + "- ";
  }

  TextBuilder builder_;
  std::vector<Open> open_;
  unsigned lists_ = 0;
};

}  // namespace

HtmlText TextOfHtml(std::string_view html) {
  const HtmlTree tree(html);
  if (tree.document() != nullptr) return TextReader().Read(*tree.document());
  HtmlText stripped;
  stripped.text = StripTags(html);
  stripped.past_limit = true;
  return stripped;
}

}  // namespace casecomm::scan
