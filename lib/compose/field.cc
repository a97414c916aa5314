// SPDX-License-Identifier: Apache-2.0
#include "compose/field.h"

#include <sodium.h>

#include <algorithm>

#include "base/text.h"
#include "compose/escape.h"

namespace casecomm::compose {
namespace {

constexpr size_t kLine = 76;          // RFC 2047, 2: of a line with an encoded word
constexpr size_t kEncodedWord = 75;   // likewise, of the word
constexpr size_t kPlainWord = 200;    // a longer one is encoded, so that it can be folded
constexpr size_t kQuotedPhrase = 60;  // a longer one is encoded: a fold inside quotes is read in several ways
constexpr size_t kParameter = 60;     // a longer one is written in sections
constexpr std::string_view kOpenQ = "=?utf-8?q?", kOpenB = "=?utf-8?b?", kClose = "?=";

bool IsAtext(char c) {
  return base::IsLetterOrDigit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// What stands for itself in a Q word, also in a phrase (RFC 2047, 5 (3)).
bool IsPlainInQ(char c) {
  return base::IsLetterOrDigit(c) || std::string_view("!*+-/").find(c) != std::string_view::npos;
}

std::string Q(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (c == ' ') {
      word += '_';
    } else if (IsPlainInQ(c)) {
      word += c;
    } else {
      AppendEscaped('=', c, &word);
    }
  }
  return word;
}

std::string B(std::string_view text) {
  std::string word(sodium_base64_ENCODED_LEN(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(word.data(), word.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  word.pop_back();  // NUL
  return word;
}

// Bytes of the character at `pos` of UTF-8.
size_t CharSize(std::string_view text, size_t pos) {
  size_t end = pos + 1;
  while (end < text.size() && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) ++end;
  return end - pos;
}

bool NeedsWords(std::string_view word) {
  return !IsPrintableAscii(word) || word.size() > kPlainWord || word.find("=?") != word.npos;
}

}  // namespace

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void FieldWriter::Begin(std::string_view name) {
  line_ = out_->size();
  out_->append(name).append(":");
}

void FieldWriter::Token(std::string_view token) {
  // Not right behind the name: a line of blanks alone ends the header for some.
  const bool first = out_->back() == ':' && out_->find(':', line_) == out_->size() - 1;
  if (!first && out_->size() - line_ + 1 + token.size() > kLine) {
    out_->append("\r\n");
    line_ = out_->size();
  }
  out_->append(" ").append(token);
}

void FieldWriter::EncodedWords(std::string_view text) {
  const bool base64 = B(text).size() < Q(text).size();
  const std::string_view open = base64 ? kOpenB : kOpenQ;
  const auto size = [&](std::string_view piece) {
    return open.size() + (base64 ? (piece.size() + 2) / 3 * 4 : Q(piece).size()) + kClose.size();
  };
  // The end of the piece from `pos` whose word fits; `pos` if none does.
  const auto fits = [&](size_t pos, size_t room) {
    size_t end = pos, unpadded = pos;
    while (end < text.size() && size(text.substr(pos, end + CharSize(text, end) - pos)) <= room) {
      end += CharSize(text, end);
      if ((end - pos) % 3 == 0) unpadded = end;
    }
    // GMime reads words that follow each other as one, and stops at padding between them.
    return base64 && end < text.size() ? unpadded : end;
  };
  for (size_t pos = 0; pos < text.size();) {
    const size_t used = out_->size() - line_ + 1;
    size_t end = fits(pos, used < kLine ? std::min(kEncodedWord, kLine - used) : 0);
    if (end == pos) end = fits(pos, kEncodedWord);  // of the next line
    if (end == pos) end = pos + CharSize(text, pos);
    const std::string_view piece = text.substr(pos, end - pos);
    Token(std::string(open) + (base64 ? B(piece) : Q(piece)) + std::string(kClose));
    pos = end;
  }
}

void FieldWriter::Text(std::string_view name, std::string_view text) {
  struct Word {
    size_t begin, end;
    bool encoded;
  };
  std::vector<Word> words;
  for (size_t pos = 0; pos <= text.size();) {
    const size_t end = std::min(text.find(' ', pos), text.size());
    words.push_back({pos, end, NeedsWords(text.substr(pos, end - pos))});
    pos = end + 1;
  }
  // A blank beside another would be lost in a fold: it is written as a part of what stands around it.
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].begin != words[i].end) continue;
    for (size_t j = i == 0 ? 0 : i - 1; j < words.size() && j <= i + 1; ++j) words[j].encoded = true;
  }
  Begin(name);
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t begin = words[i].begin;
    if (!words[i].encoded) {
      Token(text.substr(begin, words[i].end - begin));
      continue;
    }
    while (i + 1 < words.size() && words[i + 1].encoded) ++i;  // the blanks between them are of the text
    EncodedWords(text.substr(begin, words[i].end - begin));
  }
  out_->append("\r\n");
}

void FieldWriter::Phrase(std::string_view name) {
  const bool words = std::all_of(name.begin(), name.end(), [](char c) { return IsAtext(c) || c == ' '; }) &&
                     name.find("  ") == name.npos && name.front() != ' ' && name.back() != ' ';
  if (NeedsWords(name) || name.size() > kQuotedPhrase) return EncodedWords(name);
  if (words) {
    for (size_t pos = 0; pos < name.size();) {
      const size_t end = std::min(name.find(' ', pos), name.size());
      Token(name.substr(pos, end - pos));
      pos = end + 1;
    }
    return;
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  Token(quoted + '"');
}

void FieldWriter::Addresses(std::string_view name, const std::vector<NamedAddress>& addresses) {
  if (addresses.empty()) return;
  Begin(name);
  for (size_t i = 0; i < addresses.size(); ++i) {
    const std::string_view comma = i + 1 < addresses.size() ? "," : "";
    if (addresses[i].name.empty()) {
      Token(addresses[i].address + std::string(comma));
    } else {
      Phrase(addresses[i].name);
      Token("<" + addresses[i].address + ">" + std::string(comma));
    }
  }
  out_->append("\r\n");
}

void FieldWriter::Ids(std::string_view name, const std::vector<std::string>& ids) {
  if (ids.empty()) return;
  Begin(name);
  for (const std::string& id : ids) Token("<" + id + ">");
  out_->append("\r\n");
}

void FieldWriter::Value(std::string_view name, std::string_view value) {
  Begin(name);
  Token(value);
}

void FieldWriter::Parameter(std::string_view name, std::string_view value) {
  const auto add = [&](const std::string& text) {
    out_->append(";");
    Token(text);
  };
  // Readers decode encoded words there, too, against RFC 2047, 5 (3).
  if (IsPrintableAscii(value) && value.size() <= kParameter && value.find("=?") == value.npos) {
    std::string quoted = std::string(name) + "=\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return add(quoted + '"');
  }
  // RFC 2231, 3 and 4.1. A character is not cut: some decode each section for itself.
  std::vector<std::string> sections;
  std::string section = "utf-8''";
  for (size_t pos = 0; pos < value.size();) {
    const size_t size = CharSize(value, pos);
    std::string piece;
    for (const char c : value.substr(pos, size)) {
      if (base::IsLetterOrDigit(c) || c == '.' || c == '-' || c == '_') {
        piece += c;
      } else {
        AppendEscaped('%', c, &piece);
      }
    }
    if (section.size() + piece.size() > kParameter) {
      sections.push_back(std::move(section));
      section.clear();
    }
    section += piece;
    pos += size;
  }
  sections.push_back(std::move(section));
  if (sections.size() == 1) return add(std::string(name) + "*=" + sections[0]);
  for (size_t i = 0; i < sections.size(); ++i) {
    add(std::string(name) + "*" + std::to_string(i) + "*=" + sections[i]);
  }
}

void FieldWriter::End() {
  out_->append("\r\n");
}

}  // namespace casecomm::compose
