// SPDX-License-Identifier: Apache-2.0
#include "scan/ids.h"

#include <algorithm>

#include "scan/field.h"
#include "scan/lines.h"

namespace casecomm::scan {
namespace {

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
        SkipComment();
      } else if (value_[pos_] == '<') {
        const size_t end = value_.find('>', pos_);
        if (end == value_.npos) {
          pos_ = value_.size();
          break;
        }
        std::string_view inside = value_.substr(pos_ + 1, end - pos_ - 1);
        inside.remove_prefix(inside.rfind('<') + 1);  // of "<<a@b>" the inner
        pos_ = end;
        if (!TrimSpace(inside).empty()) return inside;
      }
    }
    return {};
  }

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
  bool comments_ = true;
};

}  // namespace

void ParseIds(std::string_view value, Scratch* scratch, std::vector<std::string_view>* out) {
  Brackets brackets(value);
  for (std::string_view id = brackets.Next(); id.data() != nullptr; id = brackets.Next()) {
    out->push_back(Compact(id, scratch));
  }
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

std::string_view ParseMessageId(std::string_view value, Scratch* scratch) {
  Brackets brackets(value);
  const std::string_view id = brackets.Next();
  if (id.data() != nullptr) return Compact(id, scratch);
  while (!value.empty() && (value.front() == '<' || IsSpace(value.front()))) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '>' || IsSpace(value.back()))) value.remove_suffix(1);
  if (value.empty() || std::any_of(value.begin(), value.end(), IsSpace)) return {};
  return value;
}

}  // namespace casecomm::scan
