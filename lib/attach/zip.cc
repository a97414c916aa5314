// SPDX-License-Identifier: Apache-2.0
// APPNOTE.TXT, 4.3.12 and 4.3.16:
//   end     "PK\5\6" disk(2) disk(2) entries(2) entries(2) size(4) offset(4) comment size(2) comment
//   entry   "PK\1\2" ... name size(2 at 28) extra size(2 at 30) comment size(2 at 32) ... name(at 46) extra comment
#include "attach/zip.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace casecomm::attach {
namespace {

using std::string_view;

constexpr string_view kEndMark("PK\x05\x06", 4), kEntryMark("PK\x01\x02", 4);
constexpr size_t kEndSize = 22, kEntrySize = 46, kLongestComment = 65535;

uint32_t Number(string_view bytes, size_t at, size_t size) {
  uint32_t number = 0;
  for (size_t i = size; i-- > 0;) number = number << 8 | static_cast<uint8_t>(bytes[at + i]);
  return number;
}

// The central directory, if the file's last bytes hold it whole. Nothing where the file does not end as a ZIP.
struct Directory {
  string_view entries;
  bool whole = false;
};

std::optional<Directory> FindDirectory(string_view end) {
  if (end.size() < kEndSize) return std::nullopt;
  const size_t lowest = end.size() - std::min(end.size(), kEndSize + kLongestComment);
  for (size_t at = end.rfind(kEndMark); at != string_view::npos && at >= lowest;
       at = at > 0 ? end.rfind(kEndMark, at - 1) : string_view::npos) {
    if (end.size() - at < kEndSize || Number(end, at + 20, 2) != end.size() - at - kEndSize) continue;
    const size_t size = Number(end, at + 12, 4);
    Directory directory;
    directory.whole = size <= at && (size == 0 || end.substr(at - size, kEntryMark.size()) == kEntryMark);
    if (directory.whole) directory.entries = end.substr(at - size, size);
    return directory;
  }
  return std::nullopt;
}

bool Next(string_view* entries, string_view* name) {
  if (entries->size() < kEntrySize || entries->substr(0, kEntryMark.size()) != kEntryMark) return false;
  const size_t name_size = Number(*entries, 28, 2);
  const size_t size = kEntrySize + name_size + Number(*entries, 30, 2) + Number(*entries, 32, 2);
  if (size > entries->size()) return false;
  *name = entries->substr(kEntrySize, name_size);
  entries->remove_prefix(size);
  return true;
}

// A format that is a ZIP is told by one name in it; of one that is none, "plain" is the type without macros.
struct Office {
  string_view folder, plain, macros;
};
constexpr Office kOffice[] = {
    {"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     "application/vnd.ms-word.document.macroenabled.12"},
    {"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     "application/vnd.ms-excel.sheet.macroenabled.12"},
    {"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
     "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
};

// ODF and EPUB: the first file is "mimetype", stored, and is the type.
constexpr string_view kStoredTypes[] = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.text-template",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.presentation-template",
    "application/vnd.oasis.opendocument.graphics",
    "application/vnd.oasis.opendocument.graphics-template",
    "application/epub+zip",
};
constexpr size_t kLocalSize = 30;

string_view StoredType(string_view front) {
  constexpr string_view kName = "mimetype";
  if (front.size() < kLocalSize || front.substr(kLocalSize, kName.size()) != kName) return {};
  if (Number(front, 8, 2) != 0 || Number(front, 26, 2) != kName.size()) return {};
  const size_t begin = kLocalSize + kName.size() + Number(front, 28, 2);
  const size_t size = Number(front, 18, 4);
  if (begin > front.size()) return {};
  const string_view type = front.substr(begin, size);
  const auto* const row = std::find(std::begin(kStoredTypes), std::end(kStoredTypes), type);
  return row == std::end(kStoredTypes) ? string_view() : *row;
}

}  // namespace

string_view TypeOfZip(const FileSample& file) {
  const std::optional<Directory> directory = FindDirectory(file.end());
  if (!directory || !directory->whole) return "application/zip";
  const Office* office = nullptr;
  bool types = false, macros = false, binary_sheet = false, java = false, android = false;
  string_view entries = directory->entries, name;
  while (Next(&entries, &name)) {
    for (const Office& row : kOffice) {
      if (office == nullptr && base::StartsWithFoldAscii(name, row.folder)) office = &row;
    }
    types |= name == "[Content_Types].xml";
    macros |= base::EndsWithFoldAscii(name, "vbaProject.bin") || base::StartsWithFoldAscii(name, "xl/macrosheets/");
    binary_sheet |= base::EndsWithFoldAscii(name, "xl/workbook.bin");
    java |= base::EndsWithFoldAscii(name, "META-INF/MANIFEST.MF") || base::EndsWithFoldAscii(name, ".class");
    android |= name == "AndroidManifest.xml";
  }
  if (!entries.empty()) return "application/zip";
  if (android) return "application/vnd.android.package-archive";
  if (types && office != nullptr) {
    if (binary_sheet) return "application/vnd.ms-excel.sheet.binary.macroenabled.12";
    return macros ? office->macros : office->plain;
  }
  if (const string_view stored = StoredType(file.front()); !stored.empty()) return stored;
  return java ? "application/java-archive" : "application/zip";
}

bool EndsInZip(const FileSample& file) {
  const auto directory = FindDirectory(file.end());
  return directory && !directory->entries.empty();
}

}  // namespace casecomm::attach
