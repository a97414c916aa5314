// SPDX-License-Identifier: Apache-2.0
// value = word *(";" name "=" (token / quoted-string))        RFC 2045, 5.1
// name  = attribute ["*" section] ["*"]                        RFC 2231, 7
#include "scan/params.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "scan/encoded_word.h"
#include "scan/field.h"
#include "scan/hex.h"

namespace casecomm::scan {
namespace {

struct Parameter {
  std::string_view name;
  std::string_view value;  // without its quotes
  bool quoted = false;
};

class Parameters {
 public:
  explicit Parameters(std::string_view value) : text_(value), pos_(std::min(value.find(';'), value.size())) {}

  bool Next(Parameter* parameter) {
    while (pos_ < text_.size()) {
      ++pos_;  // the ";"
      const size_t end = text_.find_first_of("=;", pos_);
      if (end == text_.npos || text_[end] == ';') {
        pos_ = std::min(end, text_.size());
        continue;
      }
      parameter->name = TrimSpace(text_.substr(pos_, end - pos_));
      pos_ = end + 1;
      while (pos_ < text_.size() && IsSpace(text_[pos_])) ++pos_;
      parameter->quoted = pos_ < text_.size() && text_[pos_] == '"';
      if (parameter->quoted) {
        const size_t begin = ++pos_;
        while (pos_ < text_.size() && text_[pos_] != '"')
          pos_ += text_[pos_] == '\\' && pos_ + 1 < text_.size() ? 2 : 1;
        parameter->value = text_.substr(begin, pos_ - begin);
        pos_ = std::min(text_.find(';', pos_), text_.size());
      } else {
        const size_t begin = pos_;
        pos_ = std::min(text_.find(';', pos_), text_.size());
        parameter->value = TrimSpace(text_.substr(begin, pos_ - begin));
      }
      return true;
    }
    return false;
  }

 private:
  const std::string_view text_;
  size_t pos_;  // at the ";" in front of the next parameter
};

// Folds and quoting gone. A backslash goes only in front of a quote or another: programs write the ones of a path alone.
std::string Plain(const Parameter& parameter) {
  const std::string unfolded = Unfold(parameter.value);
  if (!parameter.quoted) return unfolded;
  std::string text;
  text.reserve(unfolded.size());
  for (size_t i = 0; i < unfolded.size(); ++i) {
    if (unfolded[i] == '\\' && i + 1 < unfolded.size() && (unfolded[i + 1] == '"' || unfolded[i + 1] == '\\')) ++i;
    text += unfolded[i];
  }
  return text;
}

std::string DecodePercent(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '%' ? HexByte(text, i) : -1;
    bytes += byte < 0 ? text[i] : static_cast<char>(byte);
    if (byte >= 0) i += 2;
  }
  return bytes;
}

// RFC 2231, 4: charset "'" language "'" text. The text alone where a quote is missing.
std::string_view CutCharset(std::string_view* text) {
  const size_t first = text->find('\'');
  const size_t second = first == text->npos ? first : text->find('\'', first + 1);
  if (second == text->npos) return {};
  const std::string_view charset = text->substr(0, first);
  text->remove_prefix(second + 1);
  return charset;
}

struct Section {
  uint32_t number;
  bool percent;
  std::string text;
};

// What the parameters of one name say.
struct Found {
  std::string bytes;
  std::string charset;
  bool extended = false;  // written as RFC 2231 has it
};

constexpr uint32_t kMostSections = 10'000;

// The number of "*12" or "*12*"; false if it is none.
bool SectionNumber(std::string_view suffix, uint32_t* number, bool* percent) {
  *percent = suffix.back() == '*';
  if (*percent) suffix.remove_suffix(1);
  if (suffix.size() < 2 || suffix.size() > 6) return false;
  *number = 0;
  for (const char c : suffix.substr(1)) {
    if (c < '0' || c > '9') return false;
    *number = *number * 10 + static_cast<uint32_t>(c - '0');
  }
  return *number < kMostSections;
}

std::optional<Found> Find(std::string_view value, std::string_view name) {
  std::optional<std::string> plain, whole;
  std::vector<Section> sections;
  Parameters parameters(value);
  for (Parameter parameter; parameters.Next(&parameter);) {
    if (parameter.name.size() < name.size() || !base::EqualFoldAscii(parameter.name.substr(0, name.size()), name)) {
      continue;
    }
    const std::string_view suffix = parameter.name.substr(name.size());
    Section section{};
    if (suffix.empty()) {
      if (!plain) plain = Plain(parameter);
    } else if (suffix == "*") {
      if (!whole) whole = Plain(parameter);
    } else if (suffix[0] == '*' && SectionNumber(suffix, &section.number, &section.percent)) {
      section.text = Plain(parameter);
      sections.push_back(std::move(section));
    }
  }

  Found found;
  if (whole) {
    std::string_view text = *whole;
    found.charset = CutCharset(&text);
    found.bytes = DecodePercent(text);
    found.extended = true;
    return found;
  }
  std::stable_sort(sections.begin(), sections.end(),
                   [](const Section& a, const Section& b) { return a.number < b.number; });
  uint32_t next = 0;
  for (const Section& section : sections) {
    if (section.number + 1 == next) continue;  // said twice: the first counts
    if (section.number != next) break;         // a gap ends it
    std::string_view text = section.text;
    if (next == 0 && section.percent) found.charset = CutCharset(&text);
    found.bytes += section.percent ? DecodePercent(text) : std::string(text);
    ++next;
  }
  found.extended = next > 0;
  if (!found.extended && !plain) return std::nullopt;
  if (!found.extended) found.bytes = std::move(*plain);
  return found;
}

}  // namespace

std::string FirstWord(std::string_view value) {
  value = TrimSpace(value);
  value = value.substr(0, value.find_first_of("; \t\r\n("));
  while (!value.empty() && value.front() == '"') value.remove_prefix(1);
  while (!value.empty() && value.back() == '"') value.remove_suffix(1);
  return base::LowerAscii(value);
}

std::string MediaType(std::string_view value, std::string_view otherwise) {
  std::string type = FirstWord(value);
  const size_t slash = type.find('/');
  if (slash == type.npos) return std::string(value.data() == nullptr ? otherwise : "text/plain");
  if (slash == 0 || slash + 1 == type.size() || type.find('/', slash + 1) != type.npos) return "text/plain";
  return type;
}

std::optional<std::string> FindParameter(std::string_view value, std::string_view name) {
  std::optional<Found> found = Find(value, name);
  if (!found) return std::nullopt;
  return std::move(found->bytes);
}

std::optional<std::string> FindText(std::string_view value, std::string_view name, CharsetDecoder* charsets,
                                    bool* clean) {
  const std::optional<Found> found = Find(value, name);
  if (!found) return std::nullopt;
  if (found->extended && !found->charset.empty()) return charsets->ToUtf8(found->bytes, found->charset, clean);
  return DecodeText(found->bytes, charsets, clean);
}

}  // namespace casecomm::scan
