// SPDX-License-Identifier: Apache-2.0
//   payload  = [CFWS] value [CFWS version] ( [CFWS] ";" [CFWS] "none" / 1*resinfo ) [CFWS]
//   resinfo  = [CFWS] ";" [CFWS] keyword ["/" version] "=" keyword [CFWS "reason" "=" value] [CFWS 1*propspec]
//   propspec = keyword "." keyword "=" ( value / [[local-part] "@"] domain-name ) [CFWS]
// with [CFWS] around each of "/", "=" and "."; value = token / quoted-string of RFC 2045, 5.1; keyword of RFC 5321, 4.1.2;
// CFWS of RFC 5322, 3.2.2; domain-name of RFC 6376, 3.5. Outside ASCII: any UTF-8 (RFC 6532).
#include "scan/auth_results.h"

#include <array>
#include <iterator>

#include "base/text.h"
#include "scan/field.h"
#include "scan/utf8.h"

namespace casecomm::scan {
namespace {

// Kinds of characters. Bits.
enum Kind : uint8_t {
  kKeyword = 1,  // ALPHA, DIGIT, "-"
  kLocal = 2,    // atext of RFC 5322, "."
  kToken = 4,    // RFC 2045, 5.1
  kDomain = 8,   // letters, digits, "-" and "."
  kDigit = 16,
  kText = 32,  // of comments and quoted strings: no control, no blank
};

constexpr auto kKinds = [] {
  std::array<uint8_t, 256> kinds{};
  for (size_t c = '!'; c < 256; ++c) kinds[c] = kText;
  kinds[127] = 0;
  for (size_t c = 128; c < 256; ++c) kinds[c] |= kLocal | kToken | kDomain;
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")) {
    kinds[static_cast<uint8_t>(c)] |= kKeyword | kLocal | kToken | kDomain;
  }
  for (const char c : std::string_view("0123456789")) kinds[static_cast<uint8_t>(c)] |= kDigit;
  for (const char c : std::string_view("!#$%&'*+^_`{|}~.")) kinds[static_cast<uint8_t>(c)] |= kLocal | kToken;
  for (const char c : std::string_view("/=?")) kinds[static_cast<uint8_t>(c)] |= kLocal;
  kinds['.'] |= kDomain;
  return kinds;
}();

bool IsOf(char c, Kind kind) {
  return (kKinds[static_cast<uint8_t>(c)] & kind) != 0;
}

// Words between dots: none of them empty, nor with a "-" at an end where `labels` are asked for.
bool AreDotted(std::string_view text, bool labels) {
  for (;;) {
    const size_t dot = text.find('.');
    const std::string_view word = text.substr(0, dot);
    if (word.empty() || (labels && (word.front() == '-' || word.back() == '-'))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

template <typename Enum>
struct Word {
  std::string_view word;
  Enum value;
};

constexpr Word<AuthMethod> kMethods[] = {
    {"spf", AuthMethod::kSpf}, {"dkim", AuthMethod::kDkim}, {"dmarc", AuthMethod::kDmarc}};

constexpr Word<AuthResult> kResults[] = {
    {"pass", AuthResult::kPass},           {"fail", AuthResult::kFail},           {"none", AuthResult::kNone},
    {"softfail", AuthResult::kSoftFail},   {"neutral", AuthResult::kNeutral},     {"policy", AuthResult::kPolicy},
    {"temperror", AuthResult::kTempError}, {"permerror", AuthResult::kPermError},
};

template <typename Enum, size_t n>
Enum Named(const Word<Enum> (&words)[n], std::string_view name) {
  for (const Word<Enum>& word : words) {
    if (base::EqualFoldAscii(word.word, name)) return word.value;
  }
  return Enum{};
}

struct Property {
  std::string_view type, name;
  std::string_view AuthClaim::*value;
  bool mailbox;  // it may be an address, of which the domain counts
};

constexpr Property kProperties[] = {
    {"header", "from", &AuthClaim::header_from, false},
    {"header", "d", &AuthClaim::header_d, false},
    {"smtp", "mailfrom", &AuthClaim::smtp_mailfrom, true},
};

}  // namespace

struct AuthResultsReader::Value {
  std::string_view text;    // a token, or what stands between quotes; empty if a quoted pair or a fold is in it
  std::string_view domain;  // of an address

  std::string_view Domain() const {
    if (!domain.empty()) return domain;
    const size_t at = text.find('@');
    if (at == text.npos) return text;
    return text.find('@', at + 1) == text.npos ? text.substr(at + 1) : std::string_view();
  }
};

AuthResultsReader::AuthResultsReader(std::string_view value) : text_(value) {
  ok_ = ReadFront();
}

bool AuthResultsReader::Is(std::string_view authserv_id) const {
  return !id_.empty() && base::EqualFoldAscii(id_, authserv_id) && (version_.empty() || version_ == "1");
}

bool AuthResultsReader::Next(AuthClaim* claim) {
  if (!ok_ || AtEnd()) return false;
  *claim = {};
  ok_ = ReadClaim(claim);
  return ok_;
}

// Up to the first claim, or to the end of a value that has none.
bool AuthResultsReader::ReadFront() {
  Value id;
  if (!SkipComments() || !TakeValue(&id)) return false;
  id_ = id.text;
  const size_t end = pos_;
  if (!SkipComments()) return false;
  if (pos_ != end) version_ = TakeWhile(kDigit);
  if (!IsUtf8(text_) || !SkipComments() || !At(';')) return false;

  const size_t claims = pos_++;
  if (!SkipComments()) return false;
  const bool none = base::EqualFoldAscii(TakeKeyword(), "none");
  if (!SkipComments()) return false;
  if (!none || !AtEnd()) pos_ = claims;
  return true;
}

bool AuthResultsReader::ReadClaim(AuthClaim* claim) {
  if (!Take(';') || !SkipComments()) return false;
  const std::string_view method = TakeKeyword();
  if (method.empty() || !SkipComments()) return false;
  std::string_view version = "1";
  if (Take('/')) {
    if (!SkipComments()) return false;
    version = TakeWhile(kDigit);
    if (version.empty() || !SkipComments()) return false;
  }
  if (!Take('=') || !SkipComments()) return false;
  const std::string_view result = TakeKeyword();
  if (version == "1") claim->method = Named(kMethods, method);
  claim->result = Named(kResults, result);
  return !result.empty() && ReadProperties(claim);
}

bool AuthResultsReader::ReadProperties(AuthClaim* claim) {
  bool reason = true;     // may stand here
  bool touching = false;  // the next may follow without a blank
  std::array<bool, std::size(kProperties)> seen{};
  for (;;) {
    const size_t before = pos_;
    if (!SkipComments()) return false;
    if (AtEnd() || At(';')) return true;
    if (pos_ == before && !touching) return false;
    const std::string_view type = TakeKeyword();
    if (type.empty() || !SkipComments()) return false;
    Value value;
    if (reason && base::EqualFoldAscii(type, "reason") && Take('=')) {
      if (!SkipComments() || !TakeValue(&value)) return false;
      reason = false;
      continue;
    }
    if (!Take('.') || !SkipComments()) return false;
    const std::string_view name = TakeKeyword();
    if (name.empty() || !SkipComments() || !Take('=')) return false;
    if (!SkipComments() || !TakePropertyValue(&value)) return false;
    reason = false;
    touching = true;
    for (size_t i = 0; i < seen.size(); ++i) {
      const Property& property = kProperties[i];
      if (!base::EqualFoldAscii(type, property.type) || !base::EqualFoldAscii(name, property.name)) continue;
      claim->*property.value = seen[i] ? std::string_view() : property.mailbox ? value.Domain() : value.text;
      seen[i] = true;
    }
  }
}

bool AuthResultsReader::Take(char c) {
  if (!At(c)) return false;
  ++pos_;
  return true;
}

// A blank, or a line end with a blank behind it.
bool AuthResultsReader::SkipFold() {
  size_t end = pos_;
  if (end < text_.size() && text_[end] == '\r') ++end;
  if (end < text_.size() && text_[end] == '\n') ++end;
  if (end == text_.size() || !IsBlank(text_[end])) return false;
  pos_ = end + 1;
  return true;
}

bool AuthResultsReader::SkipQuotedPair() {
  if (!At('\\') || pos_ + 1 == text_.size()) return false;
  if (!IsBlank(text_[pos_ + 1]) && !IsOf(text_[pos_ + 1], kText)) return false;
  pos_ += 2;
  return true;
}

bool AuthResultsReader::SkipComments() {
  size_t depth = 0;
  while (!AtEnd()) {
    if (SkipFold()) continue;
    if (Take('(')) {
      ++depth;
    } else if (depth == 0) {
      return true;
    } else if (Take(')')) {
      --depth;
    } else if (At('\\')) {
      if (!SkipQuotedPair()) return false;
    } else if (IsOf(text_[pos_], kText)) {
      ++pos_;
    } else {
      return false;
    }
  }
  return depth == 0;
}

std::string_view AuthResultsReader::TakeWhile(uint8_t kind) {
  const size_t begin = pos_;
  while (!AtEnd() && (kKinds[static_cast<uint8_t>(text_[pos_])] & kind) != 0) ++pos_;
  return text_.substr(begin, pos_ - begin);
}

// Empty if there is none here.
std::string_view AuthResultsReader::TakeKeyword() {
  const std::string_view word = TakeWhile(kKeyword);
  return word.empty() || word.back() == '-' ? std::string_view() : word;
}

bool AuthResultsReader::TakeQuoted(Value* value) {
  if (!Take('"')) return false;
  const size_t begin = pos_;
  bool plain = true;
  while (!At('"')) {
    if (AtEnd()) return false;
    if (SkipQuotedPair()) {
      plain = false;
    } else if (IsSpace(text_[pos_])) {
      plain &= IsBlank(text_[pos_]);
      if (!SkipFold()) return false;
    } else if (text_[pos_] != '\\' && IsOf(text_[pos_], kText)) {
      ++pos_;
    } else {
      return false;
    }
  }
  if (plain) value->text = text_.substr(begin, pos_ - begin);
  ++pos_;
  return true;
}

bool AuthResultsReader::TakeValue(Value* value) {
  if (At('"')) return TakeQuoted(value);
  value->text = TakeWhile(kToken);
  return !value->text.empty();
}

// Behind the "@".
bool AuthResultsReader::TakeDomain(Value* value) {
  value->text = {};
  value->domain = TakeWhile(kDomain);
  return value->domain.find('.') != std::string_view::npos && AreDotted(value->domain, /*labels=*/true);
}

bool AuthResultsReader::TakePropertyValue(Value* value) {
  if (At('"')) {
    const size_t begin = pos_;
    if (!TakeQuoted(value)) return false;
    if (!Take('@')) return true;
    // RFC 5321, 4.1.2: no fold in a quoted local part
    return text_.substr(begin, pos_ - begin).find_first_of("\t\r\n") == std::string_view::npos && TakeDomain(value);
  }
  const std::string_view word = TakeWhile(kLocal);
  if (Take('@')) return (word.empty() || AreDotted(word, /*labels=*/false)) && TakeDomain(value);
  value->text = word;
  return !word.empty() && word.find_first_of("/=?") == std::string_view::npos;
}

}  // namespace casecomm::scan
