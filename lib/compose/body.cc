// SPDX-License-Identifier: Apache-2.0
#include "compose/body.h"

#include <sodium.h>

#include <algorithm>

#include "compose/escape.h"

namespace casecomm::compose {
namespace {

constexpr size_t kLine = 76;       // RFC 2045, 6.7 (5) and 6.8
constexpr size_t kPlainLine = 78;  // RFC 5322, 2.1.1

bool IsPlain(char c) {
  return (c >= ' ' && c <= '~') || c == '\t';
}

// Whether relays leave the line alone: ASCII, short, no blank at its end, no "From " and no dot alone (RFC 5321, 4.5.2, and what
// programs do to mbox files).
bool IsQuietLine(std::string_view line, size_t longest) {
  if (line.size() > longest || line == "." || line.substr(0, 5) == "From ") return false;
  if (!line.empty() && (line.back() == ' ' || line.back() == '\t')) return false;
  return std::all_of(line.begin(), line.end(), IsPlain) && line.find(kBoundaryMark) == line.npos;
}

template <typename Use>
void ForEachLine(std::string_view text, const Use& use) {
  while (!text.empty()) {
    const size_t end = std::min(text.find("\r\n"), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
}

bool IsQuiet(std::string_view text, size_t longest) {
  bool quiet = true;
  ForEachLine(text, [&](std::string_view line) { quiet = quiet && IsQuietLine(line, longest); });
  return quiet;
}

void AppendQuotedLine(std::string_view line, std::string* out) {
  size_t begin = out->size();
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool risky = (i == 0 && (line.substr(0, 5) == "From " || line == ".")) || (last && (c == ' ' || c == '\t'));
    const bool plain = IsPlain(c) && c != '=' && !risky;
    const size_t size = plain ? 1 : 3;
    // A soft line break takes one column more, so that the last character of a line may stand where it would.
    if (out->size() - begin + size > kLine - (last ? 0 : 1)) {
      out->append("=\r\n");
      begin = out->size();
    }
    // A cut may put a dot or "From " at the begin of a line.
    const bool at_begin = out->size() == begin && i > 0 && (c == '.' || c == 'F');
    if (plain && !at_begin) {
      *out += c;
    } else {
      AppendEscaped('=', c, out);
    }
  }
  out->append("\r\n");
}

}  // namespace

std::string CanonicalText(std::string_view text) {
  std::string lines;
  lines.reserve(text.size() + text.size() / 16 + 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      lines.append("\r\n");
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (text[i] == '\n') {
      lines.append("\r\n");
    } else {
      lines += text[i];
    }
  }
  if (!lines.empty() && (lines.size() < 2 || lines.compare(lines.size() - 2, 2, "\r\n") != 0)) lines.append("\r\n");
  return lines;
}

EncodedBody EncodeText(std::string_view text) {
  if (IsQuiet(text, kPlainLine)) return {"7bit", std::string(text)};
  std::string quoted;
  quoted.reserve(text.size() + text.size() / 4);
  ForEachLine(text, [&](std::string_view line) { AppendQuotedLine(line, &quoted); });
  if (quoted.size() <= text.size() / 3 * 4 + text.size() / 57 * 2 + 78) return {"quoted-printable", std::move(quoted)};
  return {"base64", Base64Lines(text)};
}

std::string Base64Lines(std::string_view bytes) {
  constexpr size_t kBytesALine = kLine / 4 * 3;
  std::string lines;
  lines.reserve((bytes.size() + 2) / 3 * 4 + bytes.size() / kBytesALine * 2 + 2);
  char line[kLine + 1];
  for (size_t pos = 0; pos < bytes.size(); pos += kBytesALine) {
    const std::string_view piece = bytes.substr(pos, kBytesALine);
    sodium_bin2base64(line, sizeof line, reinterpret_cast<const unsigned char*>(piece.data()), piece.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    lines.append(line).append("\r\n");
  }
  return lines;
}

bool CanStandAsItIs(std::string_view message) {
  constexpr size_t kHardLine = 998;
  if (message.size() < 2 || message.compare(message.size() - 2, 2, "\r\n") != 0) return false;
  return message.find(kBoundaryMark) == message.npos && IsQuiet(message, kHardLine);
}

}  // namespace casecomm::compose
