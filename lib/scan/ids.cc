// SPDX-License-Identifier: Apache-2.0
#include "scan/ids.h"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cstdint>

#include "scan/field.h"
#include "scan/lines.h"

namespace casecomm::scan {
namespace {

// RFC 5322, 3.2.3 with RFC 6532, 3.1. Bytes above 127 that are not UTF-8 are told of the whole header.
constexpr auto kAtext = [] {
  std::array<bool, 256> atext{};
  for (size_t c = 33; c < 256; ++c) atext[c] = c != 127;
  for (const char c : std::string_view("()<>[]:;@\\,.\"")) atext[static_cast<uint8_t>(c)] = false;
  return atext;
}();

bool IsAtext(char c) {
  return kAtext[static_cast<uint8_t>(c)];
}

// The length of the front that is ASCII of atext and single dots.
size_t DotAtomPrefix(std::string_view text) {
  size_t pos = 0;
#if defined(__x86_64__)
  const auto all = [](char c) { return _mm_set1_epi8(c); };
  unsigned dot_before = 0;
  for (; pos + 16 <= text.size(); pos += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + pos));
    const __m128i odd = _mm_or_si128(bytes, all(1));
    __m128i bad = _mm_or_si128(_mm_cmpeq_epi8(odd, all(')')), _mm_cmpeq_epi8(odd, all(';')));  // ( ) : ;
    bad = _mm_or_si128(bad, _mm_cmpeq_epi8(odd, all(']')));                                    // \ ]
    bad = _mm_or_si128(bad, _mm_cmpeq_epi8(_mm_or_si128(bytes, all(2)), all('>')));            // < >
    bad = _mm_or_si128(bad, _mm_or_si128(_mm_cmpeq_epi8(bytes, all('[')), _mm_cmpeq_epi8(bytes, all(','))));
    bad = _mm_or_si128(bad, _mm_or_si128(_mm_cmpeq_epi8(bytes, all('@')), _mm_cmpeq_epi8(bytes, all('"'))));
    bad = _mm_or_si128(bad, _mm_cmpeq_epi8(bytes, all(127)));
    // Signed: bytes above 127 are below the space.
    bad = _mm_or_si128(bad, _mm_cmplt_epi8(bytes, all(33)));
    const auto dots = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, all('.'))));
    const unsigned stop = static_cast<unsigned>(_mm_movemask_epi8(bad)) | (dots & (dots << 1 | dot_before));
    if (stop != 0) return pos + static_cast<size_t>(__builtin_ctz(stop));
    dot_before = dots >> 15;
  }
#endif
  for (; pos < text.size(); ++pos) {
    const char c = text[pos];
    const bool dot = c == '.' && (pos == 0 || text[pos - 1] != '.');
    if (!dot && (!IsAtext(c) || static_cast<uint8_t>(c) >= 0x80)) break;
  }
  return pos;
}

// Whether the text is dot-atom-text "@" dot-atom-text, as almost all ids are.
bool IsPlainId(std::string_view text) {
  const size_t sign = DotAtomPrefix(text);
  if (sign == 0 || sign + 1 >= text.size() || text[sign] != '@') return false;
  if (DotAtomPrefix(text.substr(sign + 1)) != text.size() - sign - 1) return false;
  return text.front() != '.' && text[sign - 1] != '.' && text[sign + 1] != '.' && text.back() != '.';
}

// The id of text[begin, end), blanks cut out.
std::string_view Compact(std::string_view text, Scratch* scratch) {
  text = TrimSpace(text);
  if (GraphPrefix(text, '\0') == text.size() || std::none_of(text.begin(), text.end(), IsSpace)) return text;
  char* const begin = scratch->Reserve(text.size());
  char* to = begin;
  for (const char c : text) {
    if (!IsSpace(c)) *to++ = c;
  }
  return scratch->Commit(static_cast<size_t>(to - begin));
}

// Walks the ids in <>.
class Brackets {
 public:
  explicit Brackets(std::string_view value) : value_(value) {}

  // The text inside the next <>, or null data().
  std::string_view Next() {
    for (; pos_ < value_.size(); ++pos_) {
      if (value_[pos_] == '(' && comments_) {
        plain_ = false;
        SkipComment();
      } else if (value_[pos_] == '<') {
        const size_t end = value_.find('>', pos_);
        if (end == value_.npos) {
          plain_ = false;
          pos_ = value_.size();
          break;
        }
        std::string_view inside = value_.substr(pos_ + 1, end - pos_ - 1);
        const size_t inner = inside.rfind('<') + 1;  // of "<<a@b>"
        plain_ = plain_ && inner == 0;
        inside.remove_prefix(inner);
        pos_ = end + 1;
        if (!TrimSpace(inside).empty()) return inside;
        plain_ = false;
        --pos_;
      } else {
        plain_ = plain_ && IsSpace(value_[pos_]);
      }
    }
    return {};
  }

  // Whether nothing but blanks stood between the ids so far.
  bool plain() const { return plain_; }

 private:
  void SkipComment() {
    size_t depth = 0;
    for (size_t pos = pos_; pos < value_.size(); ++pos) {
      if (value_[pos] == '\\') {
        ++pos;
      } else if (value_[pos] == '(') {
        ++depth;
      } else if (value_[pos] == ')' && --depth == 0) {
        pos_ = pos;
        return;
      }
    }
    comments_ = false;  // not closed: no comment here nor later, and never sought again
  }

  const std::string_view value_;
  size_t pos_ = 0;
  bool comments_ = true, plain_ = true;
};

// The grammar itself, with the obsolete forms (RFC 5322, 4.5.4):
//   ids    = *(phrase / msg-id)           msg-id = [CFWS] "<" local "@" domain ">" [CFWS]
//   local  = word *("." word)             domain = atom *("." atom) / domain-literal
//   phrase = word *(word / ".")           with CFWS between any two tokens
class IdGrammar {
 public:
  explicit IdGrammar(std::string_view value) : text_(value) {}

  bool Ids() {
    bool phrase = false;
    while (Cfws()) {
      if (pos_ == text_.size()) return true;
      if (text_[pos_] == '<') {
        if (!Id()) return false;
        phrase = false;
      } else if (!(phrase && Take('.'))) {
        if (!Word()) return false;
        phrase = true;
      }
    }
    return false;
  }

  bool OneId() { return Cfws() && Id() && Cfws() && pos_ == text_.size(); }

 private:
  bool Take(char c) {
    if (pos_ == text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  // A quoted string.
  bool Quoted() {
    for (++pos_; pos_ < text_.size(); ++pos_) {
      if (text_[pos_] == '\\') {
        ++pos_;
      } else if (text_[pos_] == '"') {
        return Take('"');
      }
    }
    return false;
  }

  bool Comment() {
    size_t depth = 0;
    for (; pos_ < text_.size(); ++pos_) {
      if (text_[pos_] == '\\') {
        ++pos_;
      } else if (text_[pos_] == '(') {
        ++depth;
      } else if (text_[pos_] == ')' && --depth == 0) {
        return Take(')');
      }
    }
    return false;
  }

  bool Cfws() {
    while (pos_ < text_.size()) {
      if (text_[pos_] == '(') {
        if (!Comment()) return false;
      } else if (IsSpace(text_[pos_])) {
        ++pos_;
      } else {
        break;
      }
    }
    return true;
  }

  bool Atom() {
    const size_t begin = pos_;
    while (pos_ < text_.size() && IsAtext(text_[pos_])) ++pos_;
    return pos_ > begin;
  }
  bool Word() { return pos_ < text_.size() && text_[pos_] == '"' ? Quoted() : Atom(); }

  bool Id() {
    if (!Take('<')) return false;
    do {
      if (!Cfws() || !Word() || !Cfws()) return false;
    } while (Take('.'));
    if (!Take('@') || !Cfws()) return false;
    if (pos_ < text_.size() && text_[pos_] == '[') {
      return Literal() && Cfws() && Take('>');
    }
    do {
      if (!Cfws() || !Atom() || !Cfws()) return false;
    } while (Take('.'));
    return Take('>');
  }

  bool Literal() {
    for (++pos_; pos_ < text_.size() && text_[pos_] != '['; ++pos_) {
      if (text_[pos_] == '\\') {
        ++pos_;
      } else if (text_[pos_] == ']') {
        return Take(']');
      }
    }
    return false;
  }

  const std::string_view text_;
  size_t pos_ = 0;
};

}  // namespace

void ParseIds(std::string_view value, Scratch* scratch, std::vector<std::string_view>* out, bool* grammatical) {
  Brackets brackets(value);
  bool plain = true;
  for (std::string_view id = brackets.Next(); id.data() != nullptr; id = brackets.Next()) {
    if (IsPlainId(id)) {
      out->push_back(id);
    } else {
      plain = false;
      out->push_back(Compact(id, scratch));
    }
  }
  *grammatical = (plain && brackets.plain()) || IdGrammar(value).Ids();
  if (value.find('<') != value.npos) return;
  const auto separator = [](char c) { return IsSpace(c) || c == ',' || c == ';'; };
  for (size_t pos = 0; pos < value.size();) {
    size_t end = pos;
    while (end < value.size() && !separator(value[end])) ++end;
    const std::string_view word = value.substr(pos, end - pos);
    if (word.find('@') != word.npos && word.find_first_of("\"'()>") == word.npos) out->push_back(word);
    pos = end + 1;
  }
}

std::string_view ParseMessageId(std::string_view value, Scratch* scratch, bool* grammatical) {
  value = TrimSpace(value);
  if (value.size() > 2 && value.front() == '<' && value.back() == '>') {
    const std::string_view inside = value.substr(1, value.size() - 2);
    *grammatical = IsPlainId(inside);
    if (*grammatical) return inside;
  }
  *grammatical = IdGrammar(value).OneId();
  Brackets brackets(value);
  const std::string_view id = brackets.Next();
  if (id.data() != nullptr) return Compact(id, scratch);
  while (!value.empty() && (value.front() == '<' || IsSpace(value.front()))) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '>' || IsSpace(value.back()))) value.remove_suffix(1);
  if (value.empty() || std::any_of(value.begin(), value.end(), IsSpace)) return {};
  return value;
}

}  // namespace casecomm::scan
