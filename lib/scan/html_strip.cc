// SPDX-License-Identifier: Apache-2.0
#include "scan/html_strip.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "base/text.h"

namespace casecomm::scan {
namespace {

// Elements whose content is no text.
constexpr std::string_view kNoText[] = {"script", "style", "title", "textarea", "xmp", "noframes", "noembed", "iframe"};

constexpr std::string_view kInline[] = {"a",    "b",     "i",   "u",   "s",    "em",     "strong", "span",
                                        "font", "small", "big", "sub", "sup",  "tt",     "code",   "img",
                                        "abbr", "q",     "ins", "del", "mark", "strike", "wbr",    "o:p"};

struct Entity {
  std::string_view name, text;
};
constexpr Entity kEntities[] = {{"amp", "&"},    {"lt", "<"},    {"gt", ">"},   {"quot", "\""}, {"nbsp", " "},
                                {"apos", "'"},   {"shy", ""},    {"zwnj", ""},  {"copy", "©"},  {"euro", "€"},
                                {"hellip", "…"}, {"ndash", "–"}, {"mdash", "—"}};

bool IsLetter(char c) {
  return base::FoldAscii(c) >= 'a' && base::FoldAscii(c) <= 'z';
}

void AppendUtf8(uint32_t c, std::string* out) {
  if (c == 0xA0) c = ' ';
  if (c == 0xAD || c == 0x200B || c == 0xFEFF || c < 0x20) return;
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    *out += static_cast<char>(c);
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned char kLead[] = {0, 0xC0, 0xE0, 0xF0};
  *out += static_cast<char>(kLead[more] | (c >> (6 * more)));
  for (int i = more; i-- > 0;) *out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

class Stripper {
 public:
  explicit Stripper(std::string_view html) : html_(html) {}

  std::string Strip() {
    while (pos_ < html_.size()) {
      const char c = html_[pos_];
      if (c == '<') {
        Tag();
      } else if (c == '&') {
        Reference();
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        blank_ = true;
        ++pos_;
      } else {
        ++pos_;
        if (static_cast<unsigned char>(c) >= ' ' && c != 0x7F) Put({&c, 1});
      }
    }
    return std::move(out_);
  }

 private:
  void Put(std::string_view text) {
    if (!out_.empty() && line_) {
      out_ += '\n';
    } else if (!out_.empty() && blank_) {
      out_ += ' ';
    }
    line_ = blank_ = false;
    out_ += text;
  }

  void SkipTo(std::string_view end) {
    const size_t at = html_.find(end, pos_);
    pos_ = at == html_.npos ? html_.size() : at + end.size();
  }

  void Tag() {
    const char next = pos_ + 1 < html_.size() ? html_[pos_ + 1] : ' ';
    if (html_.substr(pos_, 4) == "<!--") return SkipTo("-->");
    if (next == '!' || next == '?') return SkipTo(">");
    const bool end = next == '/';
    size_t name = pos_ + 1 + end;
    if (name >= html_.size() || !IsLetter(html_[name])) {
      ++pos_;
      return Put("<");
    }
    size_t stop = name;
    while (stop < html_.size() && stop - name < 16 && html_[stop] != '>' && html_[stop] != '/' &&
           static_cast<unsigned char>(html_[stop]) > ' ') {
      ++stop;
    }
    const std::string tag = base::LowerAscii(html_.substr(name, stop - name));
    SkipTo(">");
    if (std::find(std::begin(kInline), std::end(kInline), tag) == std::end(kInline)) line_ = true;
    if (!end && std::find(std::begin(kNoText), std::end(kNoText), tag) != std::end(kNoText)) SkipContent(tag);
  }

  // To the end tag of an element, or to the end.
  void SkipContent(std::string_view tag) {
    while (true) {
      SkipTo("</");
      if (pos_ == html_.size()) return;
      if (base::EqualFoldAscii(html_.substr(pos_, tag.size()), tag)) return SkipTo(">");
    }
  }

  void Reference() {
    const size_t end = html_.substr(pos_, 12).find(';');
    if (end == html_.npos || end < 2) {
      ++pos_;
      return Put("&");
    }
    const std::string_view name = html_.substr(pos_ + 1, end - 1);
    std::string text;
    bool known = false;
    if (name.front() == '#') {
      known = Number(name.substr(1), &text);
    } else {
      const auto* const row =
          std::find_if(std::begin(kEntities), std::end(kEntities), [&](const Entity& e) { return e.name == name; });
      known = row != std::end(kEntities);
      if (known) text = row->text;
    }
    pos_ += known ? end + 1 : 1;
    if (!known) text = "&";
    if (text == " ") {
      blank_ = true;
    } else if (!text.empty()) {
      Put(text);
    }
  }

  static bool Number(std::string_view digits, std::string* text) {
    const bool hex = !digits.empty() && base::FoldAscii(digits.front()) == 'x';
    if (hex) digits.remove_prefix(1);
    uint32_t value = 0;
    for (const char c : digits) {
      const char low = base::FoldAscii(c);
      const bool decimal = c >= '0' && c <= '9';
      if (!decimal && !(hex && low >= 'a' && low <= 'f')) return false;
      value = value * (hex ? 16 : 10) + static_cast<uint32_t>(decimal ? c - '0' : low - 'a' + 10);
      if (value > 0x10FFFF) value = 0x110000;
    }
    if (digits.empty()) return false;
    AppendUtf8(value, text);
    return true;
  }

  const std::string_view html_;
  size_t pos_ = 0;
  std::string out_;
  bool blank_ = false, line_ = false;
};

}  // namespace

std::string StripTags(std::string_view html) {
  return Stripper(html).Strip();
}

}  // namespace casecomm::scan
