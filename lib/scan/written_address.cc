// SPDX-License-Identifier: Apache-2.0
// A list is cut at ";" and at the "," that stands behind an address. Of a piece the first address counts, and for a name what stands in
// front of it. "," alone parts names only where each of them is of several words: "Smith, Ann" is one.
#include "scan/written_address.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "scan/header_block.h"

namespace casecomm::scan {
namespace {

constexpr std::string_view kNotInAddress = " \t\r\n<>[]()\",;:\\";
constexpr std::pair<std::string_view, std::string_view> kQuotePairs[] = {{"«", "»"}, {"„", "”"}, {"„", "“"},
                                                                         {"“", "”"}, {"”", "”"}, {"»", "«"}};
constexpr std::string_view kOpening = "<[(", kQuotes = "\"'";
constexpr std::string_view kOnBehalfOf[] = {
    "on behalf of", "im auftrag von", "de la part de", "en nombre de",  "per conto di", "em nome de",    "namens",
    "w imieniu",    "от имени",       "від імені",     "på uppdrag av", "på vegne af",  "på vegne av",   "puolesta",
    "jménem",       "v mene",         "nevében",       "în numele",     "adına",        "εκ μέρους του", "代表",
};

bool IsQuoted(std::string_view text) {
  return text.size() >= 2 && text.front() == text.back() && kQuotes.find(text.front()) != kQuotes.npos;
}

// The address whose "@" stands at `sign`; empty where there is none.
std::string_view AddressAt(std::string_view text, size_t sign) {
  size_t begin = sign, end = sign + 1;
  while (begin > 0 && kNotInAddress.find(text[begin - 1]) == kNotInAddress.npos && text[begin - 1] != '@') --begin;
  while (end < text.size() && kNotInAddress.find(text[end]) == kNotInAddress.npos && text[end] != '@') ++end;
  if (begin < sign && text[begin] == '\'') ++begin;
  while (end > sign + 1 && (text[end - 1] == '.' || text[end - 1] == '\'' || text[end - 1] == '*')) --end;
  if (begin == sign || end == sign + 1) return {};
  return text.substr(begin, end - begin);
}

// Brackets, quotes and blanks around a name.
std::string NameOf(std::string_view text) {
  text = TrimBlanks(text);
  while (!text.empty() && (kOpening.find(text.back()) != kOpening.npos || text.back() == ',')) {
    text = TrimBlanks(text.substr(0, text.size() - 1));
  }
  while (IsQuoted(text)) text = TrimBlanks(text.substr(1, text.size() - 2));
  for (const auto& [opening, closing] : kQuotePairs) {
    if (text.size() < opening.size() + closing.size() || !text.starts_with(opening) || !text.ends_with(closing))
      continue;
    text = TrimBlanks(text.substr(opening.size(), text.size() - opening.size() - closing.size()));
  }
  while (!text.empty() && text.front() == '"') text.remove_prefix(1);
  if (text == "'") text = {};
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    name += text[i];
  }
  return name;
}

// "<ann@x", "[mailto:ann@x", "(ann@x".
bool IsInBrackets(std::string_view front) {
  constexpr std::string_view kMailto = "mailto:";
  if (front.size() >= kMailto.size() && base::EqualFoldAscii(front.substr(front.size() - kMailto.size()), kMailto))
    return true;
  return !front.empty() && kOpening.find(front.back()) != kOpening.npos;
}

// "ann@x.example <ann@x.example>", "ann@home <ann@x.example>": what stands in brackets is the address.
std::string_view AddressIn(std::string_view piece) {
  std::string_view first;
  for (size_t sign = piece.find('@'); sign != piece.npos; sign = piece.find('@', sign + 1)) {
    const std::string_view address = AddressAt(piece, sign);
    if (address.empty()) continue;
    if (IsInBrackets(piece.substr(0, static_cast<size_t>(address.data() - piece.data())))) return address;
    if (first.empty()) first = address;
  }
  return first;
}

WrittenAddress ReadPiece(std::string_view piece) {
  const std::string_view address = AddressIn(piece);
  if (address.empty()) return {NameOf(piece), {}};
  const size_t at = address.find('@'), begin = static_cast<size_t>(address.data() - piece.data());
  WrittenAddress out{{}, std::string(address.substr(0, at)) + base::LowerAscii(address.substr(at))};
  const std::string_view front = piece.substr(0, begin);
  out.name = NameOf(front.substr(0, front.find_last_of(kOpening)));
  if (out.name.empty()) {  // "ann@x.example (Ann)"
    const std::string_view behind = TrimBlanks(piece.substr(begin + address.size()));
    if (behind.size() > 2 && behind.front() == '(' && behind.back() == ')')
      out.name = NameOf(behind.substr(1, behind.size() - 2));
  }
  if (base::EqualFoldAscii(out.name, out.address)) out.name.clear();
  return out;
}

// At the separators outside of quotes and brackets that `parts` tells.
template <typename Parts>
std::vector<std::string_view> Cut(std::string_view list, const Parts& parts) {
  std::vector<std::string_view> pieces;
  size_t begin = 0;
  const bool quotes = std::count(list.begin(), list.end(), '"') % 2 == 0;
  bool address = false, quoted = false;
  int depth = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (c == '"' && quotes) quoted = !quoted;
    if (quoted) continue;
    if (c == '<' || c == '[') ++depth;
    if ((c == '>' || c == ']') && depth > 0) --depth;
    if (c == '@') address = true;
    if (depth > 0 || !parts(c, address)) continue;
    pieces.push_back(list.substr(begin, i - begin));
    begin = i + 1;
    address = false;
  }
  pieces.push_back(list.substr(begin));
  return pieces;
}

bool IsSeveralWords(std::string_view piece) {
  return TrimBlanks(piece).find(' ') != piece.npos;
}

}  // namespace

std::string OnOneLine(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = std::min(text.find('\n', pos), text.size());
    const std::string_view line = TrimBlanks(text.substr(pos, end - pos));
    if (!out.empty() && !line.empty()) out += ' ';
    out += line;
    pos = end + 1;
  }
  return out;
}

std::vector<WrittenAddress> ReadWrittenAddresses(std::string_view list) {
  const std::string line = OnOneLine(list);
  std::vector<std::string_view> pieces =
      Cut(line, [](char c, bool address) { return c == ';' || (c == ',' && address); });
  if (pieces.size() == 1 && line.find('@') == line.npos) {
    std::vector<std::string_view> names = Cut(line, [](char c, bool) { return c == ','; });
    if (std::all_of(names.begin(), names.end(), IsSeveralWords)) pieces = std::move(names);
  }
  std::vector<WrittenAddress> out;
  for (const std::string_view piece : pieces) {
    WrittenAddress written = ReadPiece(piece);
    const bool group = written.address.empty() && !written.name.empty() && written.name.back() == ':';
    if (!group && (!written.name.empty() || !written.address.empty())) out.push_back(std::move(written));
  }
  return out;
}

WrittenAddress ReadWrittenAuthor(std::string_view value) {
  const std::string line = OnOneLine(value);
  std::string_view author = line;
  for (const std::string_view phrase : kOnBehalfOf) {
    for (size_t pos = 0; pos + phrase.size() < line.size(); ++pos) {
      if (pos == 0 || line[pos - 1] != ' ' || line[pos + phrase.size()] != ' ') continue;
      if (!base::EqualFoldAscii(std::string_view(line).substr(pos, phrase.size()), phrase)) continue;
      author = TrimBlanks(std::string_view(line).substr(pos + phrase.size()));
    }
  }
  std::vector<WrittenAddress> all = ReadWrittenAddresses(author);
  return all.empty() ? WrittenAddress() : std::move(all.front());
}

}  // namespace casecomm::scan
