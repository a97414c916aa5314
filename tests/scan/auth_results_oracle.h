// SPDX-License-Identifier: Apache-2.0
// RFC 8601, 2.2 read rule by rule, each rule a function of its name, on a value whose folds are undone first: slow, recursive and
// nothing shared with the reader that it judges. Where a word may end in two places it takes the last, as that reader says.
#ifndef TESTS_SCAN_AUTH_RESULTS_ORACLE_H_
#define TESTS_SCAN_AUTH_RESULTS_ORACLE_H_

#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace casecomm::testing {

struct GrammarProperty {
  std::string type, name;  // lower case
  std::string text;        // a value, decoded; or the domain of an address
  bool address = false;    // it was [local-part] "@" domain-name
  bool escaped = false;    // it was quoted with a quoted pair or a fold in it
};
struct GrammarClaim {
  std::string method, version = "1", result;  // lower case
  std::vector<GrammarProperty> properties;
};
struct GrammarField {
  bool ok = false;
  std::optional<std::string> id;  // also of a value that breaks behind it; none if it was escaped
  std::string version;
  std::vector<GrammarClaim> claims;
};

class AuthResultsGrammar {
 public:
  static GrammarField Read(std::string_view value) {
    AuthResultsGrammar grammar;
    GrammarField field;
    if (!grammar.Unfold(value)) grammar.broken_fold_ = true;
    field.ok = grammar.Payload(&field) && !grammar.broken_fold_ && base::IsUtf8(value);
    return field;
  }

 private:
  static constexpr char kFold = '\x01';  // stands for a fold: no character of the grammar

  // Every line end with a blank behind it becomes kFold. False at a line end without one: the text is cut there.
  bool Unfold(std::string_view value) {
    for (size_t i = 0; i < value.size(); ++i) {
      const char c = value[i];
      if (c == kFold) {
        text_ += '\x02';
        continue;
      }
      if (c != '\r' && c != '\n') {
        text_ += c;
        continue;
      }
      if (c == '\r' && i + 1 < value.size() && value[i + 1] == '\n') ++i;
      if (i + 1 == value.size() || (value[i + 1] != ' ' && value[i + 1] != '\t')) {
        text_ += '\x02';
        return false;
      }
      text_ += kFold;
      ++i;
    }
    return true;
  }

  char Now() const { return i_ < text_.size() ? text_[i_] : '\0'; }
  bool End() const { return i_ == text_.size(); }
  bool Literal(char c) {
    if (End() || Now() != c) return false;
    ++i_;
    return true;
  }
  static bool Utf8Byte(char c) { return static_cast<unsigned char>(c) >= 128; }
  static bool Alnum(char c) { return !Utf8Byte(c) && std::isalnum(static_cast<unsigned char>(c)) != 0; }
  static bool Printable(char c) { return Utf8Byte(c) || (c > 32 && c < 127); }

  bool Fws() {
    bool any = false;
    while (!End() && (Now() == ' ' || Now() == '\t' || Now() == kFold)) {
      any = true;
      ++i_;
    }
    return any;
  }
  bool QuotedPair() {
    return Literal('\\') && !End() && (Printable(Now()) || Now() == ' ' || Now() == '\t') && ++i_ > 0;
  }
  bool Comment() {
    if (!Literal('(')) return false;
    for (;;) {
      Fws();
      if (End()) return false;
      if (Now() == ')') return Literal(')');
      if (Now() == '(') {
        if (!Comment()) return false;
      } else if (Now() == '\\') {
        if (!QuotedPair()) return false;
      } else if (Printable(Now())) {
        ++i_;
      } else {
        return false;
      }
    }
  }
  // [CFWS]; false only where a comment is broken. `any`: whether there was some.
  bool Cfws(bool* any = nullptr) {
    const size_t begin = i_;
    for (;;) {
      Fws();
      if (Now() != '(' || End()) break;
      if (!Comment()) return false;
    }
    if (any != nullptr) *any = i_ != begin;
    return true;
  }

  std::optional<std::string> Keyword() {
    std::string word;
    while (!End() && (Alnum(Now()) || Now() == '-')) word += text_[i_++];
    if (word.empty() || word.back() == '-') return std::nullopt;
    return base::LowerAscii(word);
  }
  std::optional<std::string> Digits() {
    std::string word;
    while (!End() && Now() >= '0' && Now() <= '9') word += text_[i_++];
    if (word.empty()) return std::nullopt;
    return word;
  }
  static bool TokenChar(char c) {
    return Printable(c) && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
  }
  std::optional<std::string> QuotedString(bool* escaped) {
    std::string word;
    if (!Literal('"')) return std::nullopt;
    while (!End() && Now() != '"') {
      if (Now() == '\\') {
        if (!QuotedPair()) return std::nullopt;
        *escaped = true;
        word += text_[i_ - 1];
      } else if (Now() == ' ' || Now() == '\t' || Printable(Now())) {
        word += text_[i_++];
      } else if (Now() == kFold) {
        *escaped = true;
        ++i_;
      } else {
        return std::nullopt;
      }
    }
    if (!Literal('"')) return std::nullopt;
    return word;
  }
  std::optional<std::string> Value(bool* escaped) {
    if (Now() == '"' && !End()) return QuotedString(escaped);
    std::string word;
    while (!End() && TokenChar(Now())) word += text_[i_++];
    if (word.empty()) return std::nullopt;
    return word;
  }
  std::optional<std::string> DomainName() {
    std::string name;
    int labels = 0;
    do {
      std::string label;
      while (!End() && (Alnum(Now()) || Utf8Byte(Now()) || Now() == '-')) label += text_[i_++];
      if (label.empty() || label.front() == '-' || label.back() == '-') return std::nullopt;
      name += (labels++ == 0 ? "" : ".") + label;
    } while (Literal('.'));
    if (labels < 2) return std::nullopt;
    return name;
  }
  // The length of a Dot-string with "@" behind it at the front, if there is one.
  bool DotStringAt() {
    size_t end = i_;
    bool atom = false;
    for (; end < text_.size() && text_[end] != '@'; ++end) {
      const char c = text_[end];
      if (c == '.') {
        if (!atom) return false;
        atom = false;
      } else if (Alnum(c) || Utf8Byte(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos) {
        atom = true;
      } else {
        return false;
      }
    }
    if (end == text_.size() || (!atom && end != i_)) return false;
    i_ = end;
    return true;
  }
  bool PValue(GrammarProperty* property) {
    if (!Cfws()) return false;
    const size_t begin = i_;
    if (DotStringAt()) {
      property->address = Literal('@');
      const auto domain = DomainName();
      property->text = domain.value_or("");
      return domain.has_value();
    }
    i_ = begin;
    const bool quoted = Now() == '"';
    const auto value = Value(&property->escaped);
    if (!value) return false;
    property->text = *value;
    if (!quoted || Now() != '@' || End()) return true;
    const std::string local = text_.substr(begin, i_ - begin);
    if (local.find(kFold) != std::string::npos || local.find('\t') != std::string::npos) return false;
    ++i_;
    const auto domain = DomainName();
    property->address = true;
    property->escaped = false;
    property->text = domain.value_or("");
    return domain.has_value();
  }
  bool PropSpec(const std::string& type, GrammarClaim* claim) {
    GrammarProperty property;
    property.type = type;
    if (!Literal('.') || !Cfws()) return false;
    const auto name = Keyword();
    if (!name || !Cfws() || !Literal('=') || !PValue(&property)) return false;
    property.name = *name;
    claim->properties.push_back(property);
    return true;
  }
  bool ResInfo(GrammarClaim* claim) {
    if (!Literal(';') || !Cfws()) return false;
    const auto method = Keyword();
    if (!method || !Cfws()) return false;
    claim->method = *method;
    if (Literal('/')) {
      if (!Cfws()) return false;
      const auto version = Digits();
      if (!version || !Cfws()) return false;
      claim->version = *version;
    }
    if (!Literal('=') || !Cfws()) return false;
    const auto result = Keyword();
    if (!result) return false;
    claim->result = *result;
    bool reason_seen = false;
    for (;;) {
      bool blank = false;
      if (!Cfws(&blank)) return false;
      if (End() || Now() == ';') return true;
      if (!blank && claim->properties.empty()) return false;
      const auto word = Keyword();
      if (!word || !Cfws()) return false;
      if (*word == "reason" && Now() == '=' && !reason_seen && claim->properties.empty()) {
        bool escaped = false;
        ++i_;
        if (!Cfws() || !Value(&escaped)) return false;
        reason_seen = true;
      } else if (!PropSpec(*word, claim)) {
        return false;
      }
    }
  }
  bool Payload(GrammarField* field) {
    bool escaped = false, blank = false;
    if (!Cfws()) return false;
    const auto id = Value(&escaped);
    if (!id) return false;
    if (!escaped) field->id = *id;
    if (!Cfws(&blank)) return false;
    if (blank) field->version = Digits().value_or("");
    if (!Cfws() || Now() != ';' || End()) return false;
    const size_t begin = i_;
    if (Literal(';') && Cfws() && Keyword() == "none" && Cfws() && End()) return true;
    i_ = begin;
    while (!End()) {
      GrammarClaim claim;
      if (!ResInfo(&claim)) return false;
      field->claims.push_back(claim);
    }
    return true;
  }

  std::string text_;
  size_t i_ = 0;
  bool broken_fold_ = false;
};

// A value at random: of the grammar, mostly, with comments and folds where it has them.
template <typename Rng>
class AuthResultsMaker {
 public:
  explicit AuthResultsMaker(Rng* rng) : rng_(*rng) {}

  std::string Field(const std::vector<std::string>& ids, const std::vector<std::string>& domains) {
    std::string field = Gap() + Quote(Of(ids));
    if (rng_.Below(8) == 0) field += ' ' + Gap() + (rng_.Below(3) == 0 ? "2" : "1");
    if (rng_.Below(12) == 0) return field + Gap() + ';' + Gap() + Case("none") + Gap();
    for (uint64_t claims = 1 + rng_.Below(3); claims > 0; --claims) field += Gap() + ';' + Gap() + Claim(domains);
    return field + Gap();
  }

  // A few changes of its bytes: any, and pieces that mean something.
  std::string Mutant(std::string value) {
    static const std::vector<std::string> pieces = {";",
                                                    "; dmarc=pass header.from=",
                                                    "(",
                                                    ")",
                                                    "\"",
                                                    "\\",
                                                    "@",
                                                    "=",
                                                    ".",
                                                    "/",
                                                    "1",
                                                    " ",
                                                    "\r\n ",
                                                    "none",
                                                    "pass",
                                                    "fail",
                                                    "reason=",
                                                    "header.d=",
                                                    "bank.example",
                                                    "evil.example",
                                                    "mx.home.example",
                                                    "\t",
                                                    "\x80",
                                                    "\xc3\xbc",
                                                    "; none",
                                                    ","};
    for (uint64_t changes = 1 + rng_.Below(3); changes > 0; --changes) {
      const size_t at = rng_.Below(value.size() + 1);
      switch (rng_.Below(5)) {
        case 0:
          value.insert(at, Of(pieces));
          break;
        case 1:
          value.erase(at, 1 + rng_.Below(4));
          break;
        case 2:
          value.insert(at, value.substr(rng_.Below(value.size() + 1), rng_.Below(24)));
          break;
        case 3:
          if (at < value.size()) value[at] = static_cast<char>(rng_.Below(256));
          break;
        default:
          value.insert(at, 1, rng_.Of(";()\"\\@=./ 1-"));
      }
    }
    return value;
  }

  const std::string& Of(const std::vector<std::string>& words) { return words[rng_.Below(words.size())]; }

 private:
  std::string Gap() {
    static const std::vector<std::string> gaps = {"",
                                                  "",
                                                  "",
                                                  " ",
                                                  "\r\n ",
                                                  "(c)",
                                                  " (a ; b=c \\) (d \"( ) ) ) ",
                                                  "\r\n\t(; dmarc=pass header.from=bank.example)"};
    return Of(gaps);
  }
  std::string Case(std::string word) {
    if (rng_.Below(4) == 0) {
      for (char& c : word) {
        if (c >= 'a' && c <= 'z' && rng_.Below(2) == 0) c = static_cast<char>(c - 32);
      }
    }
    return word;
  }
  std::string Quote(const std::string& word) {
    const uint64_t how = rng_.Below(12);
    if (how == 0) return "\"" + word + "\"";
    if (how == 1) return "\"" + word.substr(0, 1) + "\\" + word.substr(1) + "\"";
    return Case(word);
  }
  std::string Claim(const std::vector<std::string>& domains) {
    static const std::vector<std::string> methods = {"spf", "dkim", "dmarc", "dmarc", "iprev", "x-none"};
    static const std::vector<std::string> results = {"pass", "pass", "fail", "none", "softfail", "temperror", "passed"};
    const std::string& method = Of(methods);
    std::string claim = Case(method);
    if (rng_.Below(10) == 0) claim += Gap() + "/" + Gap() + (rng_.Below(2) == 0 ? "1" : "2");
    claim += Gap() + "=" + Gap() + Case(Of(results));
    if (rng_.Below(6) == 0) claim += " " + Gap() + "reason" + Gap() + "=" + Gap() + Quote("because");
    if (rng_.Below(4) != 0) {
      const std::string own = method == "spf" ? "smtp.mailfrom" : method == "dkim" ? "header.d" : "header.from";
      claim += " " + Gap() + Case(own) + Gap() + "=" + Gap() + Quote(Of(domains));
    }
    for (uint64_t properties = rng_.Below(3); properties > 0; --properties) {
      static const std::vector<std::string> names = {"header.from", "header.d", "smtp.mailfrom",   "header.i",
                                                     "header.b",    "policy.p", "smtp . mailfrom", "header (x). (y) d"};
      claim += " " + Gap() + Case(Of(names)) + Gap() + "=" + Gap();
      const uint64_t how = rng_.Below(6);
      claim += how == 0   ? "user+x=y@" + Of(domains)
               : how == 1 ? "\"a b\"@" + Of(domains)
               : how == 2 ? "@" + Of(domains)
                          : Quote(Of(domains));
    }
    return claim;
  }

  Rng& rng_;
};

}  // namespace casecomm::testing

#endif  // TESTS_SCAN_AUTH_RESULTS_ORACLE_H_
