// SPDX-License-Identifier: Apache-2.0
#include "scan/transfer.h"

#include <algorithm>
#include <array>

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
      if (rest == body.npos) return clean;
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
  end_group();
  return clean;
}

bool DecodeQuotedPrintable(std::string_view body, Buffer& out) {
  bool clean = true;
  for (size_t begin = 0; begin < body.size();) {
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
        out.Put('=');
        clean = false;
      }
    }
    if (!soft) {
      for (const char c : line_end) out.Put(c);
    }
  }
  return clean;
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

TransferEncoding TransferEncodingOf(std::string_view value) {
  value = TrimSpace(value.substr(0, value.find_first_of(";(")));
  if (value.empty()) return TransferEncoding::kIdentity;
  const auto* const row = std::find_if(std::begin(kNames), std::end(kNames),
                                       [&](const Name& name) { return base::EqualFoldAscii(name.name, value); });
  return row == std::end(kNames) ? TransferEncoding::kUnknown : row->encoding;
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
