// SPDX-License-Identifier: Apache-2.0
#include <unicode/uchar.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "casecomm/attachment.h"

namespace casecomm {
namespace {

constexpr size_t kNameBytes = 255;      // of common file systems
constexpr size_t kExtensionBytes = 32;  // a longer one is no extension, but part of the name

// Devices of Windows, with any extension. Digits stand for COM0 to COM9.
constexpr std::string_view kReserved[] = {"con", "prn", "aux", "nul", "com#", "lpt#", "conin$", "conout$", "clock$"};

// What a file system, a shell or a code page takes for a separator, a stream or a wildcard: the characters themselves
// and those that look alike or become them where text is narrowed to a code page.
constexpr UChar32 kNoName[] = {
    '"',    '*',    ':',    '<',    '>',    '?',    '|',    0xa5,   0x1735, 0x2044, 0x20a9, 0x2215,
    0x2216, 0x2223, 0x2236, 0x27cb, 0x27cd, 0x29f5, 0x29f8, 0x29f9, 0xa789, 0xfe13, 0xfe55, 0xfe64,
    0xfe65, 0xfe68, 0xff02, 0xff0a, 0xff0f, 0xff1a, 0xff1c, 0xff1e, 0xff1f, 0xff3c, 0xff5c,
};

constexpr UChar32 kDots[] = {'.', 0x2024, 0xfe52, 0xff0e};                // one dot each
constexpr UChar32 kDotLike[] = {0x2025, 0x2026, 0x3002, 0xfe19, 0xff61};  // kept inside, not at an end

template <size_t n>
bool In(const UChar32 (&list)[n], UChar32 c) {
  return std::find(std::begin(list), std::end(list), c) != std::end(list);
}

bool IsSeparator(char c) {
  return c == '/' || c == '\\';
}

bool IsBlank(UChar32 c) {
  return c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029 ||
         c == 0x2800 || u_charType(c) == U_SPACE_SEPARATOR;
}

// Takes no place on the screen, moves what does, or means nothing to anybody else.
bool IsInvisible(UChar32 c) {
  const int8_t type = u_charType(c);
  return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
         u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT);
}

// Some file systems keep what they forbid there.
bool IsPrivate(UChar32 c) {
  return c >= 0xf000 && c <= 0xf0ff;
}

bool IsMark(UChar32 c) {
  const int8_t type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_COMBINING_SPACING_MARK;
}

bool IsDotOrBlank(UChar32 c) {
  return c == '.' || c == ' ' || In(kDotLike, c);
}

// The character at the front and how many bytes it has; -1 and one byte where none is well-formed.
UChar32 First(std::string_view text, size_t* length) {
  const auto lead = static_cast<uint8_t>(text.front());
  *length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0x80) return lead;
  const std::string_view character = text.substr(0, *length);
  if (base::Utf8Prefix(character) != *length) {
    *length = 1;
    return -1;
  }
  UChar32 c = lead & (0x7f >> *length);
  for (const char tail : character.substr(1)) c = c << 6 | (tail & 0x3f);
  return c;
}

UChar32 Last(std::string_view text, size_t* length) {
  size_t begin = text.size() - 1;
  while (begin > 0 && (static_cast<uint8_t>(text[begin]) & 0xc0) == 0x80) --begin;
  return First(text.substr(begin), length);
}

// Each character as it may stand in a name; runs of blanks are one.
std::string Characters(std::string_view segment) {
  std::string out;
  out.reserve(segment.size());
  while (!segment.empty()) {
    size_t length;
    const UChar32 c = First(segment, &length);
    if (c < 0) {
      out += '_';
      length = 1;
    } else if (IsBlank(c)) {
      if (out.empty() || out.back() != ' ') out += ' ';
    } else if (In(kNoName, c) || IsPrivate(c)) {
      out += '_';
    } else if (In(kDots, c)) {
      out += '.';
    } else if (!IsInvisible(c)) {
      out += segment.substr(0, length);
    }
    segment.remove_prefix(length);
  }
  return out;
}

std::string_view TrimEnd(std::string_view name) {
  for (size_t length; !name.empty() && IsDotOrBlank(Last(name, &length));) name.remove_suffix(length);
  return name;
}

std::string_view Trim(std::string_view name) {
  const auto goes = [](UChar32 c) { return IsDotOrBlank(c) || IsMark(c); };
  for (size_t length; !name.empty() && goes(First(name, &length));) name.remove_prefix(length);
  return TrimEnd(name);
}

// A letter or digit as Windows compares it in a device's name: capitals, full-width forms, and superscript digits.
char DeviceLetter(UChar32 c) {
  if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0;
  if (c == 0xb9) c = '1';
  if (c == 0xb2 || c == 0xb3) c -= 0x80;
  return c > 0 && c < 0x80 ? base::FoldAscii(static_cast<char>(c)) : '?';
}

bool IsReserved(std::string_view name) {
  name = TrimEnd(name.substr(0, name.find('.')));
  std::string device;
  while (!name.empty() && device.size() < 8) {
    size_t length;
    device += DeviceLetter(First(name, &length));
    name.remove_prefix(length);
  }
  return std::any_of(std::begin(kReserved), std::end(kReserved), [&](std::string_view word) {
    return std::equal(word.begin(), word.end(), device.begin(), device.end(),
                      [](char w, char c) { return w == '#' ? c >= '0' && c <= '9' : w == c; });
  });
}

std::string Shorten(std::string name) {
  if (name.size() <= kNameBytes) return name;
  const size_t dot = std::min(name.rfind('.'), name.size());
  const std::string extension = name.size() - dot <= kExtensionBytes ? name.substr(dot) : std::string();
  return std::string(TrimEnd(base::CutUtf8(name, kNameBytes - extension.size()))) + extension;
}

std::string Clean(std::string_view segment) {
  std::string name(Trim(Characters(segment)));
  if (name.empty()) return name;
  // A shell's home, a program's option.
  if (name.front() == '~' || name.front() == '-') name.front() = '_';
  if (IsReserved(name)) name.insert(0, 1, '_');
  return Shorten(std::move(name));
}

}  // namespace

std::string SafeFileName(std::string_view name) {
  // The last piece of the path that is a name.
  while (!name.empty()) {
    size_t begin = name.size();
    while (begin > 0 && !IsSeparator(name[begin - 1])) --begin;
    std::string clean = Clean(name.substr(begin));
    if (!clean.empty()) return clean;
    name = name.substr(0, begin > 0 ? begin - 1 : 0);
  }
  return {};
}

}  // namespace casecomm
