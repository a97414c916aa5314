// SPDX-License-Identifier: Apache-2.0
#include "record/check.h"

#include <algorithm>

#include "base/text.h"

namespace casecomm::record {
namespace {

constexpr size_t kMaxLocal = 64, kMaxDomain = 255, kMaxLabel = 63;  // octets

// The blanks of Unicode past ASCII, as UTF-8 (category Zs).
constexpr std::string_view kWideBlanks[] = {"\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                            "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
                                            "\u200a", "\u202f", "\u205f", "\u3000"};

bool IsWide(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// Neither a C0 nor a C1 control nor DEL. C1 is C2 80 to C2 9F in UTF-8.
bool HasControl(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

bool HasBlank(std::string_view text) {
  if (text.find_first_of(" \t") != text.npos) return true;
  return std::any_of(std::begin(kWideBlanks), std::end(kWideBlanks),
                     [&](std::string_view blank) { return text.find(blank) != text.npos; });
}

bool IsAtext(char c) {
  static constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~";
  return base::IsLetterOrDigit(c) || IsWide(c) || kOthers.find(c) != kOthers.npos;
}

// Words of `allowed` characters, a dot between two of them.
template <typename Allowed>
bool IsDotted(std::string_view text, size_t longest, Allowed allowed) {
  size_t word = 0;
  for (const char c : text) {
    if (c == '.') {
      if (word == 0) return false;
      word = 0;
    } else if (!allowed(c) || ++word > longest) {
      return false;
    }
  }
  return word > 0;
}

bool IsQuotedString(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return false;
    if (text[i] == '\\' && ++i == text.size()) return false;
  }
  return true;
}

bool IsHost(std::string_view text) {
  if (!IsDotted(text, kMaxLabel, [](char c) { return base::IsLetterOrDigit(c) || IsWide(c) || c == '-'; }))
    return false;
  return text.front() != '-' && text.back() != '-' && text.find("-.") == text.npos && text.find(".-") == text.npos;
}

bool IsAddressLiteral(std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  return std::all_of(text.begin(), text.end(), [](char c) { return base::IsLetterOrDigit(c) || c == '.' || c == ':'; });
}

}  // namespace

std::string_view CheckId(std::string_view id) {
  if (id.empty() || id.size() > kMaxId) return "an id of 1 to 255 bytes";
  if (!base::IsUtf8(id) || HasControl(id)) return "an id of UTF-8 without control characters";
  return {};
}

std::string_view CheckName(std::string_view name) {
  if (name.size() > kMaxName) return "a name of at most 1000 bytes";
  if (!base::IsUtf8(name) || HasControl(name)) return "a name of UTF-8 without control characters";
  return {};
}

std::string_view CheckEmail(std::string_view email) {
  if (!base::IsUtf8(email) || base::Printable(email) != email) {
    return "an email address without control or invisible characters";
  }
  if (HasBlank(email)) return "an email address without blanks";
  if (email.find_first_of("<>") != email.npos) return "an email address without angle brackets";
  const size_t at = email.rfind('@');
  if (at == email.npos || at == 0 || at + 1 == email.size()) return "an email address of local part, @ and domain";
  const std::string_view local = email.substr(0, at), domain = email.substr(at + 1);
  if (local.size() > kMaxLocal) return "a local part of at most 64 octets";
  if (domain.size() > kMaxDomain) return "a domain of at most 255 octets";
  if (!IsDotted(local, kMaxLocal, IsAtext) && !IsQuotedString(local)) return "a local part by RFC 5321";
  if (!IsHost(domain) && !IsAddressLiteral(domain)) return "a domain of labels of 1 to 63 letters, digits and hyphens";
  return {};
}

}  // namespace casecomm::record
