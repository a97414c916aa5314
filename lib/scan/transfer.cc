// SPDX-License-Identifier: Apache-2.0
#include "scan/transfer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "scan/field.h"
#include "scan/hex.h"

namespace casecomm::scan {
namespace {

struct Name {
  std::string_view name;
  TransferEncoding encoding;
};

constexpr Name kNames[] = {
    {"7bit", TransferEncoding::kIdentity},
    {"8bit", TransferEncoding::kIdentity},
    {"binary", TransferEncoding::kIdentity},
    {"base64", TransferEncoding::kBase64},
    {"quoted-printable", TransferEncoding::kQuotedPrintable},
    {"uuencode", TransferEncoding::kUuencode},
    {"x-uuencode", TransferEncoding::kUuencode},
    {"uue", TransferEncoding::kUuencode},
    {"x-uue", TransferEncoding::kUuencode},
};

// What a name is taken for that holds these letters and digits.
struct Alike {
  std::string_view letters;
  TransferEncoding encoding;
};

constexpr Alike kAlike[] = {
    {"base64", TransferEncoding::kBase64},          {"b64", TransferEncoding::kBase64},
    {"quoted", TransferEncoding::kQuotedPrintable}, {"printable", TransferEncoding::kQuotedPrintable},
    {"uue", TransferEncoding::kUuencode},
};

// Collects single bytes for a sink; Flush at the end, which may throw.
class Buffer {
 public:
  explicit Buffer(ByteSink* sink) : sink_(sink) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void Put(char c) {
    if (size_ == bytes_.size()) Flush();
    bytes_[size_++] = c;
  }

  void Flush() {
    if (size_ != 0) sink_->Put({bytes_.data(), size_});
    size_ = 0;
  }

 private:
  ByteSink* const sink_;
  std::array<char, 4096> bytes_;
  size_t size_ = 0;
};

constexpr uint8_t kForeign = 255, kWhite = 254, kPadding = 253;

constexpr auto kBase64 = [] {
  std::array<uint8_t, 256> values{};
  values.fill(kForeign);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < kAlphabet.size(); ++i) values[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  for (const char c : {' ', '\t', '\r', '\n'}) values[static_cast<uint8_t>(c)] = kWhite;
  values['='] = kPadding;
  return values;
}();

// Whether the text is nothing but whole base64 groups and white space: a further encoded body, and no prose.
bool IsWholeBase64(std::string_view text) {
  int digits = 0, padding = 0;
  bool any = false;
  for (const char c : text) {
    const uint8_t value = kBase64[static_cast<uint8_t>(c)];
    if (value == kWhite) continue;
    if (value == kForeign) return false;
    any = true;
    if (value == kPadding) {
      if (digits < 2) return false;
      ++padding;
    } else if (padding != 0) {
      return false;
    } else {
      ++digits;
    }
    if (digits + padding == 4) digits = padding = 0;
  }
  return any && digits + padding == 0;
}

// RFC 2045, 6.8: padding ends the data. But where one encoded body stands behind another, as some gateways join them,
// both are read, so that nothing is hidden behind the padding.
bool DecodeBase64(std::string_view body, Buffer& out) {
  bool clean = true;
  uint32_t bits = 0;
  int digits = 0;  // of the group at hand
  bool joined = false;
  const auto end_group = [&] {
    if (digits == 1) clean = false;
    if (digits >= 2) out.Put(static_cast<char>(digits == 2 ? bits >> 4 : bits >> 10));
    if (digits == 3) out.Put(static_cast<char>(bits >> 2 & 0xff));
  };
  for (size_t i = 0; i < body.size(); ++i) {
    const uint8_t value = kBase64[static_cast<uint8_t>(body[i])];
    if (value == kWhite) continue;
    if (value == kForeign) {
      clean = false;
    } else if (value == kPadding) {
      end_group();
      const int missing = digits < 2 ? 0 : 3 - digits;  // padding that is still to come
      digits = 0;
      bits = 0;
      if (joined) continue;
      const size_t rest = body.find_first_not_of(missing == 1 ? "= \t\r\n" : " \t\r\n", i + 1);
      if (rest == body.npos) return clean && (missing != 1 || body.find('=', i + 1) != body.npos);
      clean = false;
      if (!IsWholeBase64(body.substr(rest))) return false;
      joined = true;
      i = rest - 1;
    } else {
      bits = bits << 6 | value;
      if (++digits == 4) {
        out.Put(static_cast<char>(bits >> 16 & 0xff));
        out.Put(static_cast<char>(bits >> 8 & 0xff));
        out.Put(static_cast<char>(bits & 0xff));
        digits = 0;
        bits = 0;
      }
    }
  }
  // RFC 2045, 6.8: the last group is padded. Where it is not, others leave it out.
  const bool padded = digits == 0;
  end_group();
  return clean && padded;
}

constexpr DecodingHabits kBase64Habits[] = {
    kStopsAtPadding, kReadsOn, kStopsAtPadding | kStopsAtForeign, kStopsAtForeign, kStopsAtPadding | kUrlAlphabet,
    kUrlAlphabet,
};

void DecodeBase64As(std::string_view body, DecodingHabits habits, Buffer& out) {
  uint32_t bits = 0;
  int digits = 0;
  const auto end_group = [&] {
    if (digits >= 2) out.Put(static_cast<char>(digits == 2 ? bits >> 4 : bits >> 10));
    if (digits == 3) out.Put(static_cast<char>(bits >> 2 & 0xff));
    digits = 0;
    bits = 0;
  };
  for (const char c : body) {
    uint8_t value = kBase64[static_cast<uint8_t>(c)];
    if ((habits & kUrlAlphabet) != 0 && (c == '-' || c == '_')) value = c == '-' ? 62 : 63;
    if (value == kWhite) continue;
    if (value == kForeign) {
      if ((habits & kStopsAtForeign) != 0) break;
    } else if (value == kPadding) {
      end_group();
      if ((habits & kStopsAtPadding) != 0) break;
    } else {
      bits = bits << 6 | value;
      if (++digits < 4) continue;
      for (const int shift : {16, 8, 0}) out.Put(static_cast<char>(bits >> shift & 0xff));
      digits = 0;
      bits = 0;
    }
  }
  end_group();
}

// Whether no escape begins at the "=" at `pos`, nor a soft line end.
bool IsBrokenEscape(std::string_view body, size_t pos) {
  if (HexByte(body, pos) >= 0) return false;
  const size_t rest = body.find_first_not_of(" \t\r", pos + 1);
  return rest != body.npos && body[rest] != '\n';
}

// `drop`: broken escapes lose their "=".
bool DecodeEscapes(std::string_view body, bool drop, Buffer& out) {
  bool clean = true;
  for (size_t begin = 0; begin < body.size();) {
    const size_t line_begin = begin;
    const size_t next = NextLine(body, begin, '\n');
    std::string_view line = LineText(body, begin, next, '\n');
    const std::string_view line_end = body.substr(begin + line.size(), next - begin - line.size());
    begin = next;
    while (!line.empty() && IsBlank(line.back())) line.remove_suffix(1);  // RFC 2045, 6.7 (3)
    const bool soft = !line.empty() && line.back() == '=';
    if (soft) line.remove_suffix(1);
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] != '=') {
        out.Put(line[i]);
      } else if (HexByte(line, i) >= 0) {
        out.Put(static_cast<char>(HexByte(line, i)));
        i += 2;
      } else {
        if (!drop || !IsBrokenEscape(body, line_begin + i)) out.Put('=');
        clean = false;
      }
    }
    if (!soft) {
      for (const char c : line_end) out.Put(c);
    }
  }
  return clean;
}

bool DecodeQuotedPrintable(std::string_view body, Buffer& out) {
  return DecodeEscapes(body, false, out);
}

// "begin", a mode, and the name of a file.
bool IsWholeBegin(std::string_view line) {
  const std::string_view rest = line.substr(6);
  const size_t mode = rest.find_first_not_of("01234567");
  return mode != rest.npos && mode >= 3 && mode <= 6 && rest[mode] == ' ' && !TrimSpace(rest.substr(mode)).empty();
}

// Lines of a length character and groups of four; "begin MODE NAME" in front and "end" behind.
bool DecodeUuencode(std::string_view body, Buffer& out) {
  bool clean = true, on = false, ended = false;
  const auto value = [](char c) { return static_cast<uint32_t>(c - ' ') & 63; };
  for (size_t begin = 0; begin < body.size() && !ended;) {
    const size_t next = NextLine(body, begin, '\n');
    const std::string_view line = LineText(body, begin, next, '\n');
    begin = next;
    if (!on) {
      on = line.substr(0, 6) == "begin ";
      clean = clean && (!on || IsWholeBegin(line));
      continue;
    }
    const std::string_view word = TrimSpace(line);
    if (word.empty() || word == "end" || word == "`") {
      ended = true;
      continue;
    }
    const size_t size = value(line[0]);
    const auto at = [&](size_t i) { return i < line.size() ? value(line[i]) : 0; };
    if (line.size() < 1 + (size * 4 + 2) / 3) clean = false;
    for (size_t i = 0; i < size; ++i) {
      const size_t group = 1 + i / 3 * 4;
      const uint32_t bits = at(group) << 18 | at(group + 1) << 12 | at(group + 2) << 6 | at(group + 3);
      out.Put(static_cast<char>(bits >> (16 - 8 * (i % 3)) & 0xff));
    }
  }
  return clean && on && ended;
}

}  // namespace

uint8_t Base64Value(char c) {
  return kBase64[static_cast<uint8_t>(c)];
}

TransferEncoding TransferEncodingOf(std::string_view value) {
  value = TrimSpace(value.substr(0, value.find_first_of(";(")));
  if (value.empty()) return TransferEncoding::kIdentity;
  const auto* const row = std::find_if(std::begin(kNames), std::end(kNames),
                                       [&](const Name& name) { return base::EqualFoldAscii(name.name, value); });
  return row == std::end(kNames) ? TransferEncoding::kUnknown : row->encoding;
}

std::vector<TransferEncoding> EveryTransferEncoding(std::string_view value) {
  const TransferEncoding named = TransferEncodingOf(value);
  std::vector<TransferEncoding> every = {named};
  const std::string_view text = TrimSpace(value);
  const bool exact = std::any_of(std::begin(kNames), std::end(kNames),
                                 [&](const Name& name) { return base::EqualFoldAscii(name.name, text); });
  if (exact || text.empty()) return every;
  const auto add = [&](TransferEncoding encoding) {
    if (std::find(every.begin(), every.end(), encoding) == every.end()) every.push_back(encoding);
  };
  std::string letters;
  for (const char c : text) {
    const char lower = base::FoldAscii(c);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) letters += lower;
  }
  for (const Alike& alike : kAlike) {
    if (letters.find(alike.letters) != letters.npos) add(alike.encoding);
  }
  // Who knows none of it reads the bytes as they stand; that is what DecodeTransfer does for kUnknown.
  if (every.size() > 1 && named != TransferEncoding::kUnknown) add(TransferEncoding::kIdentity);
  if (named != TransferEncoding::kUnknown && named != TransferEncoding::kIdentity) add(TransferEncoding::kIdentity);
  return every;
}

bool DecodesAlike(std::string_view body, TransferEncoding encoding) {
  if (encoding == TransferEncoding::kBase64) {
    const size_t padding = std::min(body.find('='), body.size());
    if (body.find_first_not_of("= \t\r\n", padding) != body.npos) return false;
    const std::string_view data = body.substr(0, padding);
    return std::none_of(data.begin(), data.end(), [](char c) { return kBase64[static_cast<uint8_t>(c)] == kForeign; });
  }
  if (encoding == TransferEncoding::kQuotedPrintable) {
    for (size_t pos = body.find('='); pos != body.npos; pos = body.find('=', pos + 1)) {
      if (IsBrokenEscape(body, pos)) return false;
    }
  }
  if (encoding == TransferEncoding::kUuencode) {
    SizeSink size;
    return DecodeTransfer(body, encoding, &size);
  }
  return true;
}

std::vector<DecodingHabits> EveryHabit(std::string_view body, TransferEncoding encoding) {
  std::vector<DecodingHabits> every;
  if (DecodesAlike(body, encoding)) return every;
  if (encoding == TransferEncoding::kQuotedPrintable) every.push_back(kDropsEscapes);
  if (encoding == TransferEncoding::kUuencode) every.push_back(kLeavesIt);
  if (encoding != TransferEncoding::kBase64) return every;
  const bool url = body.find_first_of("-_") != body.npos;
  for (const DecodingHabits habits : kBase64Habits) {
    if (url || (habits & kUrlAlphabet) == 0) every.push_back(habits);
  }
  return every;
}

void DecodeAs(std::string_view body, TransferEncoding encoding, DecodingHabits habits, ByteSink* sink) {
  if (habits == 0) {
    DecodeTransfer(body, encoding, sink);
    return;
  }
  if (habits == kLeavesIt) {
    sink->Put(body);
    return;
  }
  Buffer out(sink);
  if (habits == kDropsEscapes) {
    DecodeEscapes(body, true, out);
  } else {
    DecodeBase64As(body, habits, out);
  }
  out.Flush();
}

std::vector<std::string> DecodeOtherwise(std::string_view body, TransferEncoding encoding) {
  std::vector<std::string> all(1);
  StringSink main(&all[0]);
  DecodeTransfer(body, encoding, &main);
  for (const DecodingHabits habits : EveryHabit(body, encoding)) {
    std::string other;
    StringSink sink(&other);
    DecodeAs(body, encoding, habits, &sink);
    if (std::find(all.begin(), all.end(), other) == all.end()) all.push_back(std::move(other));
  }
  all.erase(all.begin());
  return all;
}

bool DecodeTransfer(std::string_view body, TransferEncoding encoding, ByteSink* sink) {
  bool (*decode)(std::string_view, Buffer&) = nullptr;
  switch (encoding) {
    case TransferEncoding::kBase64:
      decode = DecodeBase64;
      break;
    case TransferEncoding::kQuotedPrintable:
      decode = DecodeQuotedPrintable;
      break;
    case TransferEncoding::kUuencode:
      decode = DecodeUuencode;
      break;
    case TransferEncoding::kIdentity:
    case TransferEncoding::kUnknown:
      break;
  }
  if (decode != nullptr) {
    Buffer out(sink);
    const bool clean = decode(body, out);
    out.Flush();
    return clean;
  }
  if (!body.empty()) sink->Put(body);
  return encoding == TransferEncoding::kIdentity;
}

}  // namespace casecomm::scan
