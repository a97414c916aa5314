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

using namespace std::string_view_literals;

struct Parameter {
  std::string_view name;
  std::string_view value;  // without its quotes
  bool quoted = false;
};

// Behind the comments at the front (RFC 2045, 5.1). One that does not end is none.
std::string_view SkipComments(std::string_view text) {
  text = TrimSpace(text);
  while (!text.empty() && text.front() == '(') {
    size_t end = 0, depth = 0;
    do {
      if (text[end] == '(') ++depth;
      if (text[end] == ')') --depth;
      end += text[end] == '\\' ? 2 : 1;
    } while (depth > 0 && end < text.size());
    if (depth > 0) break;
    text = TrimSpace(text.substr(end));
  }
  return text;
}

// RFC 2045, 5.1.
bool IsTokenChar(char c) {
  return static_cast<uint8_t>(c) > ' ' && c != 127 && "()<>@,;:\\\"/[]?="sv.find(c) == std::string_view::npos;
}

std::string_view TokenAt(std::string_view text, size_t pos) {
  size_t end = pos;
  while (end < text.size() && IsTokenChar(text[end])) ++end;
  return text.substr(pos, end - pos);
}

class Parameters {
 public:
  // `lenient`: a parameter may also follow what stands in front of it with a blank or a comma alone, as some programs
  // write it.
  Parameters(std::string_view value, bool lenient) : text_(value), lenient_(lenient) {
    pos_ = NextFrom(std::min(value.find_first_of("; \t\r\n,"), value.size()));
  }

  bool Next(Parameter* parameter) {
    while (pos_ < text_.size()) {
      ++pos_;  // the ";"
      const size_t end = text_.find_first_of("=;", pos_);
      if (end == text_.npos || text_[end] == ';') {
        pos_ = std::min(end, text_.size());
        continue;
      }
      parameter->name = SkipComments(text_.substr(pos_, end - pos_));
      parameter->name = TrimSpace(parameter->name.substr(0, parameter->name.find('(')));
      pos_ = end + 1;
      while (pos_ < text_.size() && IsSpace(text_[pos_])) ++pos_;
      // Without a quoted string behind it, it may be a name: (1).txt
      if (const std::string_view rest = SkipComments(text_.substr(pos_)); !rest.empty() && rest.front() == '"') {
        pos_ = static_cast<size_t>(rest.data() - text_.data());
      }
      parameter->quoted = pos_ < text_.size() && text_[pos_] == '"';
      if (parameter->quoted) {
        const size_t begin = ++pos_;
        while (pos_ < text_.size() && text_[pos_] != '"')
          pos_ += text_[pos_] == '\\' && pos_ + 1 < text_.size() ? 2 : 1;
        parameter->value = text_.substr(begin, pos_ - begin);
        pos_ = NextFrom(std::min(pos_ + 1, text_.size()));
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
  // Where the ";" stands, or what is taken for it, behind a word that ends at `pos`.
  size_t NextFrom(size_t pos) const {
    if (lenient_) {
      const size_t name = text_.find_first_not_of(" \t\r\n,", pos);
      if (name != text_.npos && name > 0 && text_[name] != ';') {
        const size_t end = name + TokenAt(text_, name).size();
        const size_t sign = end == name ? text_.npos : text_.find_first_not_of(" \t\r\n", end);
        if (sign != text_.npos && text_[sign] == '=') return name - 1;
      }
    }
    return std::min(text_.find(';', pos), text_.size());
  }

  const std::string_view text_;
  const bool lenient_;
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

// Whether a parameter of this name counts without the semicolon in front of it. A boundary does not: not all readers would
// find its parts.
bool IsLenient(std::string_view name) {
  return name != "boundary";
}

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
  Parameters parameters(value, IsLenient(name));
  for (Parameter parameter; parameters.Next(&parameter);) {
    if (!base::StartsWithFoldAscii(parameter.name, name)) continue;
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
    // RFC 2231, 7 has no quotes there: utf-8''"a%20b". They are of no name.
    if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    found.bytes = DecodePercent(text);
    found.extended = true;
    return found;
  }
  std::stable_sort(sections.begin(), sections.end(),
                   [](const Section& a, const Section& b) { return a.number < b.number; });
  // Where the first is missing and nothing else names it, the count begins where the sender began.
  uint32_t next = sections.empty() || plain ? 0 : sections.front().number;
  const uint32_t first = next;
  for (const Section& section : sections) {
    if (section.number + 1 == next) continue;  // said twice: the first counts
    if (section.number != next) break;         // a gap ends it
    std::string_view text = section.text;
    if (next == first && section.percent) found.charset = CutCharset(&text);
    found.bytes += section.percent ? DecodePercent(text) : std::string(text);
    ++next;
  }
  found.extended = next > first;
  if (!found.extended && !plain) return std::nullopt;
  if (!found.extended) found.bytes = std::move(*plain);
  return found;
}

// The readings of one parameter, each once and so many at most.
class Readings {
 public:
  void Add(std::string text) {
    if (readings_.size() < kMost && std::find(readings_.begin(), readings_.end(), text) == readings_.end()) {
      readings_.push_back(std::move(text));
    }
  }

  std::vector<std::string> Take() { return std::move(readings_); }

 private:
  static constexpr size_t kMost = 48;

  std::vector<std::string> readings_;
};

// Of repeated parameters: the first few and the last.
template <typename Value>
class Few {
 public:
  void Add(Value value) {
    if (values_.size() == kMost) values_.pop_back();
    values_.push_back(std::move(value));
  }

  const std::vector<Value>& values() const { return values_; }

 private:
  static constexpr size_t kMost = 6;

  std::vector<Value> values_;
};

// All parameters of one name, whatever their shape.
struct Shapes {
  Few<Parameter> plain, whole;
  std::vector<Section> sections;
};

// What a reader finds that looks for "name=" and knows no grammar.
std::optional<std::string_view> Sought(std::string_view value, std::string_view name) {
  for (size_t pos = 0; pos + name.size() < value.size(); ++pos) {
    if ((value[pos] | 0x20) != name[0] || !base::EqualFoldAscii(value.substr(pos, name.size()), name)) continue;
    size_t at = pos + name.size();
    while (at < value.size() && IsSpace(value[at])) ++at;
    if (at == value.size() || value[at] != '=') continue;
    std::string_view rest = TrimSpace(value.substr(at + 1));
    if (rest.empty() || rest.front() != '"') return rest.substr(0, rest.find_first_of("; \t\r\n\""));
    rest.remove_prefix(1);
    return rest.substr(0, rest.find('"'));
  }
  return std::nullopt;
}

Shapes ShapesOf(std::string_view value, std::string_view name, bool lenient) {
  Shapes shapes;
  Parameters parameters(value, lenient);
  for (Parameter parameter; parameters.Next(&parameter);) {
    if (!base::StartsWithFoldAscii(parameter.name, name)) continue;
    const std::string_view suffix = parameter.name.substr(name.size());
    Section section{};
    if (suffix.empty()) {
      shapes.plain.Add(parameter);
    } else if (suffix == "*") {
      shapes.whole.Add(parameter);
    } else if (suffix[0] == '*' && SectionNumber(suffix, &section.number, &section.percent)) {
      section.text = Plain(parameter);
      shapes.sections.push_back(std::move(section));
    }
  }
  return shapes;
}

std::string WithoutComments(std::string_view text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (depth == 0) out += c;
    if (c == ')' && depth > 0) --depth;
  }
  return std::string(TrimSpace(out));
}

// A parameter's value with each of its marks read and left.
void AddValue(const Parameter& parameter, Readings* out) {
  const std::string plain = Plain(parameter);
  out->Add(plain);
  const std::string raw = Unfold(parameter.value);
  out->Add(raw);
  std::string unquoted;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) ++i;
    unquoted += raw[i];
  }
  out->Add(unquoted);
  if (raw.find('%') != raw.npos) out->Add(DecodePercent(raw));
  // A reader of lines sees the first alone; one of C strings stops at NUL.
  out->Add(std::string(TrimSpace(parameter.value.substr(0, parameter.value.find_first_of("\r\n")))));
  out->Add(raw.substr(0, raw.find('\0')));
  std::string visible = raw;
  visible.erase(std::remove(visible.begin(), visible.end(), '\0'), visible.end());
  out->Add(std::move(visible));
  const size_t quote = raw.find('"');
  if (quote != raw.npos) {
    out->Add(raw.substr(0, quote));
    std::string without = raw;
    without.erase(std::remove(without.begin(), without.end(), '"'), without.end());
    out->Add(std::move(without));
  }
  out->Add(std::string(TrimSpace(raw)));
  if (!parameter.quoted) {
    out->Add(raw.substr(0, raw.find_first_of(" \t")));
    if (raw.find('(') != raw.npos) out->Add(WithoutComments(raw));
    if (raw.size() > 1 && raw.front() == '\'' && raw.back() == '\'') out->Add(raw.substr(1, raw.size() - 2));
  }
}

// RFC 2231 sections put together as readers do it that keep its rules less well.
void AddSections(std::vector<Section> sections, Readings* out) {
  if (sections.empty()) return;
  const auto join = [&](bool decode, bool first_of_each) {
    std::string text;
    for (size_t i = 0; i < sections.size(); ++i) {
      const bool same = first_of_each ? i > 0 && sections[i - 1].number == sections[i].number
                                      : i + 1 < sections.size() && sections[i + 1].number == sections[i].number;
      if (same) continue;
      std::string_view piece = sections[i].text;
      if (text.empty() && decode) CutCharset(&piece);
      text += decode ? DecodePercent(piece) : std::string(piece);
    }
    out->Add(std::move(text));
  };
  std::string as_written;
  for (const Section& section : sections) {
    std::string_view piece = section.text;
    if (section.percent && as_written.empty()) CutCharset(&piece);
    as_written += section.percent ? DecodePercent(piece) : std::string(piece);
  }
  out->Add(std::move(as_written));
  out->Add(sections.front().text);
  out->Add(sections.back().text);
  std::stable_sort(sections.begin(), sections.end(),
                   [](const Section& a, const Section& b) { return a.number < b.number; });
  out->Add(sections.front().text);
  for (const bool decode : {true, false}) {
    for (const bool first : {true, false}) join(decode, first);
  }
}

void AddShapes(const Shapes& shapes, Readings* out) {
  // The plain reading of each comes before the odd ones of any.
  for (const Parameter& parameter : shapes.plain.values()) out->Add(Plain(parameter));
  for (const Parameter& parameter : shapes.whole.values()) {
    const std::string plain = Plain(parameter);
    std::string_view text = plain;
    CutCharset(&text);
    out->Add(DecodePercent(text));
    out->Add(std::string(text));
    out->Add(plain);
  }
  AddSections(shapes.sections, out);
  for (const Parameter& parameter : shapes.plain.values()) AddValue(parameter, out);
}

}  // namespace

bool IsToken(std::string_view text) {
  return !text.empty() && TokenAt(text, 0).size() == text.size();
}

std::string FirstWord(std::string_view value) {
  value = SkipComments(value);
  value = value.substr(0, value.find_first_of("; \t\r\n(,"));
  while (!value.empty() && value.front() == '"') value.remove_prefix(1);
  while (!value.empty() && value.back() == '"') value.remove_suffix(1);
  return base::LowerAscii(value);
}

// type "/" subtype, both tokens, with blanks and comments between any two (RFC 2045, 5.1 and RFC 822, 3.1.4). What is no
// token ends it, in "text/plain>" as in "text/plain charset=x". A multipart whose name is cut so is none: not all readers
// would find its parts.
std::string MediaType(std::string_view value, std::string_view otherwise) {
  if (value.data() == nullptr) return std::string(otherwise);
  constexpr std::string_view kDefault = "text/plain";  // RFC 2045, 5.2
  value = SkipComments(value);
  if (!value.empty() && value.front() == '"') value.remove_prefix(1);
  const std::string_view type = TokenAt(value, 0);
  const std::string_view slash = SkipComments(value.substr(type.size()));
  if (type.empty() || slash.empty() || slash.front() != '/') return std::string(kDefault);
  const std::string_view rest = SkipComments(slash.substr(1));
  const std::string_view subtype = TokenAt(rest, 0);
  const bool more = subtype.size() < rest.size() && rest[subtype.size()] == '/';
  const bool cut = rest.data() != type.data() + type.size() + 1;
  if (subtype.empty() || more || (cut && base::EqualFoldAscii(type, "multipart"))) return std::string(kDefault);
  return base::LowerAscii(type) + "/" + base::LowerAscii(subtype);
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

bool IsWellFormed(std::string_view value, std::string_view name) {
  size_t found = 0, strict = 0;
  Parameters every(value, IsLenient(name));
  for (Parameter parameter; every.Next(&parameter);) {
    if (!base::EqualFoldAscii(parameter.name, name)) continue;
    ++found;
    const std::string_view token = TokenAt(parameter.value, 0);
    const bool ends = parameter.quoted ? parameter.value.data() + parameter.value.size() < value.data() + value.size()
                                       : SkipComments(parameter.value.substr(token.size())).empty();
    if (!ends || (!parameter.quoted && token.empty())) return false;
  }
  Parameters behind_semicolons(value, false);
  for (Parameter parameter; behind_semicolons.Next(&parameter);) {
    if (base::EqualFoldAscii(parameter.name, name)) ++strict;
  }
  return found == strict;
}

bool HasBrokenSections(std::string_view value, std::string_view name) {
  if (value.find('*') == value.npos) return false;
  std::vector<Section> sections = ShapesOf(value, name, IsLenient(name)).sections;
  std::sort(sections.begin(), sections.end(), [](const Section& a, const Section& b) { return a.number < b.number; });
  for (size_t i = 0; i < sections.size(); ++i) {
    if (sections[i].number != i) return true;
  }
  return false;
}

bool StandsPlainly(std::string_view value, std::string_view name) {
  size_t times = 0, plain = 0;  // the name stands in the value, and does so as parameters are written
  for (size_t pos = 0; pos + name.size() < value.size(); ++pos) {
    if ((value[pos] | 0x20) != name[0] || !base::EqualFoldAscii(value.substr(pos, name.size()), name)) continue;
    ++times;
    const size_t front = value.substr(0, pos).find_last_not_of(" \t\r\n");
    if (front == value.npos || value[front] != ';') continue;
    size_t at = pos + name.size();
    if (value[at] != '=' || ++at == value.size()) continue;
    const bool quoted = value[at] == '"';
    const size_t end = quoted ? value.find_first_of("\"\\%", at + 1) : value.find_first_of("; \t\r\n(\"\\%\0"sv, at);
    if (quoted && (end == value.npos || value[end] != '"' || IsSpace(value[end - 1]))) continue;
    const size_t next = value.find_first_not_of(" \t\r\n", quoted ? end + 1 : std::min(end, value.size()));
    if (next == value.npos || value[next] == ';') ++plain;
  }
  return times == plain && times < 2;
}

ParameterDoubt DoubtOf(std::string_view value, std::string_view name) {
  if (StandsPlainly(value, name)) return ParameterDoubt::kNone;
  std::vector<Parameter> found = ShapesOf(value, name, IsLenient(name)).plain.values();
  for (size_t i = 1; i < found.size(); ++i) {
    if (Plain(found[i]) != Plain(found[0])) return ParameterDoubt::kRepeated;
  }
  return EveryParameter(value, name).size() > 1 ? ParameterDoubt::kSyntax : ParameterDoubt::kNone;
}

std::vector<std::string> EveryParameter(std::string_view value, std::string_view name) {
  Readings readings;
  if (std::optional<Found> found = Find(value, name)) readings.Add(std::move(found->bytes));
  if (IsLenient(name)) AddShapes(ShapesOf(value, name, true), &readings);
  AddShapes(ShapesOf(value, name, false), &readings);
  if (const std::optional<std::string_view> sought = Sought(value, name)) readings.Add(Unfold(*sought));
  return readings.Take();
}

std::vector<std::string> EveryText(std::string_view value, std::string_view name, CharsetDecoder* charsets) {
  Readings readings;
  bool clean = true;
  if (std::optional<std::string> text = FindText(value, name, charsets, &clean)) readings.Add(std::move(*text));
  const std::vector<std::string> every = EveryParameter(value, name);
  for (const std::string& bytes : every) readings.Add(DecodeText(bytes, charsets, &clean));
  for (const bool lenient : {true, false}) {
    const Shapes shapes = ShapesOf(value, name, lenient);
    for (const Parameter& parameter : shapes.whole.values()) {
      const std::string plain = Plain(parameter);
      std::string_view text = plain;
      const std::string_view charset = CutCharset(&text);
      readings.Add(charsets->ToUtf8(DecodePercent(text), charset, &clean));
    }
  }
  for (const std::string& bytes : every) readings.Add(charsets->GuessUtf8(bytes, &clean));
  return readings.Take();
}

}  // namespace casecomm::scan
