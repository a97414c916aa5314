// SPDX-License-Identifier: Apache-2.0
#include "scan/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

#include "base/text.h"
#include "scan/utf8.h"

namespace casecomm::scan {
namespace {

struct Alias {
  std::string_view name, icu;
};

constexpr std::string_view kAscii = "us-ascii", kUtf8 = "utf-8", kUnknown = "";

// Names of mail that ICU does not know, or reads otherwise than mail means them. Sorted.
constexpr Alias kAliases[] = {
    {"ansi_x3.4-1968", kAscii},
    {"ascii", kAscii},
    {"big5", "windows-950-2000"},
    {"cp-850", "ibm-850"},
    {"cp949", "windows-949-2000"},
    {"csgb2312", "gb18030"},
    {"cswindows31j", "ibm-943_P15A-2003"},
    {"default", kUtf8},
    {"euc-kr", "windows-949-2000"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"iso-8859-1", "windows-1252"},
    {"iso-8859-11", "windows-874-2000"},
    {"iso-8859-6-e", "iso-8859-6"},
    {"iso-8859-6-i", "iso-8859-6"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-9", "windows-1254"},
    {"iso8859-1", "windows-1252"},
    {"iso8859-9", "windows-1254"},
    {"iso_8859-1", "windows-1252"},
    {"iso_8859-9", "windows-1254"},
    {"ks_c_5601", "windows-949-2000"},
    {"ks_c_5601-1987", "windows-949-2000"},
    {"ks_c_5601-1989", "windows-949-2000"},
    {"ksc5601", "windows-949-2000"},
    {"latin1", "windows-1252"},
    {"latin5", "windows-1254"},
    {"tis-620", "windows-874-2000"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"unicode-1-1-utf-8", kUtf8},
    {"unknown-8bit", kUnknown},
    {"us-ascii", kAscii},
    {"utf-8", kUtf8},
    {"utf8", kUtf8},
    {"windows-874", "windows-874-2000"},
    {"x-gbk", "gb18030"},
    {"x-sjis", "ibm-943_P15A-2003"},
    {"x-unknown", kUnknown},
    {"x-user-defined", kUnknown},
};
static_assert(std::is_sorted(std::begin(kAliases), std::end(kAliases),
                             [](const Alias& a, const Alias& b) { return a.name < b.name; }));

constexpr size_t kLongestName = 40;

// ICU reads options behind a comma and the like: only plain names reach it.
bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
  });
}

// The name as it stands in a header: quotes and blanks around it, and a language behind "*" (RFC 2231, section 5), cut.
std::string Canonical(std::string_view charset) {
  charset = charset.substr(0, charset.find('*'));
  const size_t first = charset.find_first_not_of(" \t\r\n\"'");
  if (first == charset.npos) return {};
  charset = charset.substr(first, charset.find_last_not_of(" \t\r\n\"'") - first + 1);
  std::string lower = base::LowerAscii(charset);
  // What stands behind a name and is of none is looked past, as others do: "euc-kr%".
  while (!lower.empty() && !IsPlainName(lower) && !IsPlainName(std::string_view(lower).substr(lower.size() - 1))) {
    lower.pop_back();
  }
  const auto* alias = std::lower_bound(std::begin(kAliases), std::end(kAliases), lower,
                                       [](const Alias& a, const std::string& name) { return a.name < name; });
  if (alias != std::end(kAliases) && alias->name == lower) return std::string(alias->icu);
  return IsPlainName(lower) ? std::move(lower) : std::string(kUnknown);
}

void Replace(const void* context, UConverterToUnicodeArgs* args, const char* bytes, int32_t length,
             UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  if (reason == UCNV_IRREGULAR && length > 0 && bytes[0] == '\x1b') {
    *error = U_ZERO_ERROR;  // one escape sequence behind another: joined encoded words of ISO-2022 have that
    return;
  }
  *static_cast<bool*>(const_cast<void*>(context)) = false;
  static constexpr UChar kReplacement = 0xfffd;
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &kReplacement, 1, 0, error);
}

// U+FFFD for each maximal part of an ill-formed sequence, as the WHATWG decoder does it, one byte at a time here.
std::string RepairUtf8(std::string_view bytes, size_t most) {
  std::string out;
  out.reserve(bytes.size() + 16);
  while (!bytes.empty() && out.size() < most) {
    const size_t good = Utf8Prefix(bytes);
    out += bytes.substr(0, good);
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    out += "\xef\xbf\xbd";
    bytes.remove_prefix(1);
    while (!bytes.empty() && (static_cast<uint8_t>(bytes[0]) & 0xc0) == 0x80) bytes.remove_prefix(1);
  }
  return out;
}

UConverter* AsConverter(void* converter) {
  return static_cast<UConverter*>(converter);
}

// Null if ICU has none of this name.
UConverter* OpenConverter(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  UConverter* const converter = ucnv_open(name, &error);
  if (error == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  return U_SUCCESS(error) ? converter : nullptr;
}

}  // namespace

CharsetDecoder::~CharsetDecoder() {
  ucnv_close(AsConverter(source_));
  ucnv_close(AsConverter(target_));
}

bool CharsetDecoder::Open(std::string_view name) {
  if (name == name_) return source_ != nullptr;
  if (target_ == nullptr) target_ = OpenConverter("UTF-8");
  if (target_ == nullptr) throw std::bad_alloc();  // ICU has it always, but for want of memory
  ucnv_close(AsConverter(std::exchange(source_, nullptr)));
  name_.clear();
  source_ = OpenConverter(std::string(name).c_str());
  name_ = name;
  return source_ != nullptr;
}

std::string CharsetDecoder::Convert(std::string_view bytes, size_t most, bool* clean) {
  UErrorCode error = U_ZERO_ERROR;
  ucnv_setToUCallBack(AsConverter(source_), Replace, clean, nullptr, nullptr, &error);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  char buffer[4096];
  UChar pivot[1024];
  UChar *pivot_source = pivot, *pivot_target = pivot;
  const char* source = bytes.data();
  UBool reset = true;
  do {
    error = U_ZERO_ERROR;
    char* target = buffer;
    ucnv_convertEx(AsConverter(target_), AsConverter(source_), &target, buffer + sizeof buffer, &source,
                   bytes.data() + bytes.size(), pivot, &pivot_source, &pivot_target, pivot + std::size(pivot), reset,
                   true, &error);
    out.append(buffer, static_cast<size_t>(target - buffer));
    reset = false;
  } while (error == U_BUFFER_OVERFLOW_ERROR && out.size() < most);
  if (error == U_BUFFER_OVERFLOW_ERROR) error = U_ZERO_ERROR;  // the rest is left out
  if (error == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (U_FAILURE(error)) *clean = false;
  return out;
}

std::string CharsetDecoder::ToUtf8(std::string_view bytes, std::string_view charset, bool* clean, size_t most) {
  std::string name = charset.empty() ? std::string(kAscii) : Canonical(charset);
  if (name == kUtf8) {
    if (IsUtf8(bytes)) return std::string(bytes);
    *clean = false;
    return RepairUtf8(bytes, most);
  }
  if (name == kAscii) {
    if (IsAscii(bytes)) return std::string(bytes);
    *clean = false;
    name = kUnknown;
  }
  if (name == kUnknown || !Open(name)) {
    *clean = false;
    if (IsUtf8(bytes)) return std::string(bytes);
    if (!Open("windows-1252")) return RepairUtf8(bytes, most);
  }
  return Convert(bytes, most, clean);
}

}  // namespace casecomm::scan
