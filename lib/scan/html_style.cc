// SPDX-License-Identifier: Apache-2.0
#include "scan/html_style.h"

#include <algorithm>
#include <iterator>

namespace casecomm::scan {
namespace {

constexpr size_t kMostStyle = 4096;  // bytes of a style attribute that are kept

// What a value may be made of. A property takes up to four words of its kinds.
enum Kind : unsigned {
  kColor = 1,
  kSize = 2,       // a length or percentage, not below 0, bounded
  kWord = 4,       // one of kWords
  kNumber = 8,     // bounded, without unit
  kFamilies = 16,  // names of fonts
};

struct Property {
  std::string_view name;
  unsigned kinds;
};

constexpr Property kProperties[] = {
    {"color", kColor},
    {"background-color", kColor},
    {"background", kColor},
    {"font-family", kFamilies},
    {"font-size", kSize | kWord},
    {"font-weight", kNumber | kWord},
    {"font-style", kWord},
    {"font-variant", kWord},
    {"line-height", kNumber | kSize | kWord},
    {"letter-spacing", kSize | kWord},
    {"word-spacing", kSize | kWord},
    {"text-align", kWord},
    {"text-decoration", kColor | kWord},
    {"text-decoration-line", kWord},
    {"text-indent", kSize},
    {"text-transform", kWord},
    {"vertical-align", kSize | kWord},
    {"white-space", kWord},
    {"word-break", kWord},
    {"word-wrap", kWord},
    {"overflow-wrap", kWord},
    {"direction", kWord},
    {"margin", kSize | kWord},
    {"margin-top", kSize | kWord},
    {"margin-right", kSize | kWord},
    {"margin-bottom", kSize | kWord},
    {"margin-left", kSize | kWord},
    {"padding", kSize},
    {"padding-top", kSize},
    {"padding-right", kSize},
    {"padding-bottom", kSize},
    {"padding-left", kSize},
    {"border", kColor | kSize | kWord},
    {"border-top", kColor | kSize | kWord},
    {"border-right", kColor | kSize | kWord},
    {"border-bottom", kColor | kSize | kWord},
    {"border-left", kColor | kSize | kWord},
    {"border-color", kColor},
    {"border-style", kWord},
    {"border-width", kSize | kWord},
    {"border-radius", kSize},
    {"border-collapse", kWord},
    {"border-spacing", kSize},
    {"width", kSize | kWord},
    {"height", kSize | kWord},
    {"min-width", kSize},
    {"min-height", kSize},
    {"max-width", kSize | kWord},
    {"max-height", kSize | kWord},
    {"display", kWord},
    {"visibility", kWord},
    {"float", kWord},
    {"clear", kWord},
    {"table-layout", kWord},
    {"list-style", kWord},
    {"list-style-type", kWord},
    {"list-style-position", kWord},
    {"caption-side", kWord},
    {"empty-cells", kWord},
};

constexpr std::string_view kWords[] = {
    "auto",        "none",         "normal",      "inherit",     "initial",     "left",         "right",
    "center",      "justify",      "start",       "end",         "top",         "middle",       "bottom",
    "baseline",    "sub",          "super",       "text-top",    "text-bottom", "bold",         "bolder",
    "lighter",     "italic",       "oblique",     "small-caps",  "underline",   "overline",     "line-through",
    "uppercase",   "lowercase",    "capitalize",  "nowrap",      "pre",         "pre-wrap",     "pre-line",
    "break-word",  "break-all",    "keep-all",    "anywhere",    "ltr",         "rtl",          "solid",
    "dashed",      "dotted",       "double",      "groove",      "ridge",       "inset",        "outset",
    "hidden",      "thin",         "medium",      "thick",       "collapse",    "separate",     "block",
    "inline",      "inline-block", "table",       "table-row",   "table-cell",  "inline-table", "list-item",
    "visible",     "both",         "fixed",       "disc",        "circle",      "square",       "decimal",
    "lower-alpha", "upper-alpha",  "lower-roman", "upper-roman", "inside",      "outside",      "xx-small",
    "x-small",     "small",        "large",       "x-large",     "xx-large",    "smaller",      "larger",
    "show",        "hide",
};

struct Unit {
  std::string_view name;
  unsigned most;
};
constexpr Unit kUnits[] = {{"px", 4096}, {"pt", 3072}, {"%", 200},  {"em", 40},  {"rem", 40}, {"ex", 80},
                           {"ch", 200},  {"in", 40},   {"cm", 100}, {"mm", 999}, {"pc", 256}};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return c >= 'a' && c <= 'z';
}

// The length of the number at the front, at most `most`: digits and one point; 0 where there is none.
size_t NumberPrefix(std::string_view word, unsigned most) {
  size_t i = 0;
  unsigned value = 0;
  bool point = false, digit = false;
  for (; i < word.size() && i < 16; ++i) {
    if (word[i] == '.' && !point) {
      point = true;
    } else if (IsDigit(word[i])) {
      digit = true;
      if (!point) value = std::min(value * 10 + static_cast<unsigned>(word[i] - '0'), 1'000'000u);
    } else {
      break;
    }
  }
  return digit && value <= most ? i : 0;
}

bool IsSize(std::string_view word) {
  const size_t end = NumberPrefix(word, 1'000'000);
  if (end == 0) return false;
  const std::string_view unit = word.substr(end);
  if (unit.empty()) return word.find_first_not_of("0.") == word.npos;
  const auto* const row =
      std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& u) { return u.name == unit; });
  return row != std::end(kUnits) && NumberPrefix(word.substr(0, end), row->most) == end;
}

// A word of lower case: #rgb, rgb(1,2,3), or a name, which a browser that does not know it passes over.
bool IsColor(std::string_view word) {
  if (word.empty()) return false;
  if (word.front() == '#') {
    const size_t digits = word.size() - 1;
    return (digits == 3 || digits == 4 || digits == 6 || digits == 8) &&
           word.find_first_not_of("0123456789abcdef", 1) == word.npos;
  }
  if (word.back() == ')') {
    const std::string_view name = word.substr(0, word.find('('));
    const std::string_view values = word.substr(std::min(name.size() + 1, word.size() - 1));
    return (name == "rgb" || name == "rgba" || name == "hsl" || name == "hsla") && word.size() <= 48 &&
           values.find_first_not_of("0123456789.,% ") == values.size() - 1;
  }
  return word.size() <= 24 && std::all_of(word.begin(), word.end(), IsLetter);
}

bool IsWord(std::string_view word) {
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// The next word of a value: to a blank outside of parentheses. Blanks inside them are taken out.
std::string NextWord(std::string_view* value) {
  std::string word;
  bool in_function = false;
  size_t i = 0;
  for (; i < value->size(); ++i) {
    const char c = base::FoldAscii((*value)[i]);
    if (c == '(') in_function = true;
    if (IsSpace(c) || c == '\f') {
      if (in_function && word.back() != '(' && word.back() != ',' && word.back() != ' ') word += ' ';
      if (in_function) continue;
      break;
    }
    if (in_function && (c == ',' || c == ')') && word.back() == ' ') word.pop_back();
    word += c;
    if (c == ')') in_function = false;
  }
  value->remove_prefix(i);
  *value = TrimSpace(*value);
  return word;
}

// Names of fonts: letters, digits, blanks and commas; quoted where they were.
std::string Families(std::string_view value) {
  std::string families;
  char quote = 0;
  for (const char c : value) {
    const char low = base::FoldAscii(c);
    if (c == '"' || c == '\'') {
      if (quote != 0 && c != quote) return {};
      quote = quote == 0 ? c : '\0';
      families += '\'';
    } else if (IsLetter(low) || IsDigit(c) || c == '-' || c == '_' || c == ',' || c == ' ') {
      families += c;
    } else {
      return {};
    }
  }
  return quote == 0 && families.size() <= 256 ? families : std::string();
}

std::string SafeValue(std::string_view value, unsigned kinds) {
  if (const size_t bang = value.find('!'); bang != value.npos) {
    if (!base::EqualFoldAscii(TrimSpace(value.substr(bang + 1)), "important")) return {};
    value = TrimSpace(value.substr(0, bang));
  }
  if (kinds == kFamilies) return Families(value);
  std::string safe;
  for (int words = 0; !value.empty(); ++words) {
    const std::string word = NextWord(&value);
    const bool fits = ((kinds & kSize) != 0 && IsSize(word)) || ((kinds & kWord) != 0 && IsWord(word)) ||
                      ((kinds & kColor) != 0 && IsColor(word)) ||
                      ((kinds & kNumber) != 0 && NumberPrefix(word, 1000) == word.size() && !word.empty());
    if (!fits || words == 4) return {};
    if (!safe.empty()) safe += ' ';
    safe += word;
  }
  return safe;
}

}  // namespace

std::string SafeColor(std::string_view value) {
  value = TrimSpace(value);
  const std::string word = NextWord(&value);
  return value.empty() && IsColor(word) ? word : std::string();
}

std::string SafeStyle(std::string_view style) {
  std::string safe;
  ForEachDeclaration(style, [&](std::string_view name, std::string_view value) {
    const auto* const row = std::find_if(std::begin(kProperties), std::end(kProperties),
                                         [&](const Property& p) { return base::EqualFoldAscii(p.name, name); });
    if (row == std::end(kProperties)) return;
    const std::string kept = SafeValue(value, row->kinds);
    if (kept.empty() || safe.size() + row->name.size() + kept.size() + 2 > kMostStyle) return;
    if (!safe.empty()) safe += ';';
    safe.append(row->name).append(":").append(kept);
  });
  return safe;
}

}  // namespace casecomm::scan
