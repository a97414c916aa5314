// SPDX-License-Identifier: Apache-2.0
#include "attach/sample.h"

#include <algorithm>

#include "attach/signatures.h"

namespace casecomm::attach {
namespace {

// [MS-CFB], 2.6.1: sectors are multiples of 128 bytes, and so directory entries are aligned to it.
constexpr size_t kEntry = 128;
constexpr size_t kNameSizeAt = 64, kKindAt = 66, kColorAt = 67, kClassAt = 80;
constexpr uint8_t kStorage = 1, kStream = 2, kRoot = 5;

struct OleName {
  std::string_view name;
  OleStream stream;
};
constexpr OleName kOleNames[] = {
    {"WordDocument", kOleWord},
    {"Workbook", kOleExcel},
    {"Book", kOleExcel},
    {"PowerPoint Document", kOlePowerPoint},
    {"Macros", kOleMacros},
    {"_VBA_PROJECT", kOleMacros},
    {"_VBA_PROJECT_CUR", kOleMacros},
    {"VBA", kOleMacros},
    {"EncryptedPackage", kOleEncrypted},
    {"__properties_version1.0", kOleMail},
};

// {000C108x-0000-0000-C000-000000000046}: packages, patches and transforms of the Windows installer.
constexpr std::string_view kInstallerClass("\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", 15);

}  // namespace

void FileSample::Put(std::string_view bytes) {
  size_ += bytes.size();
  front_.append(bytes.substr(0, kFront - front_.size()));
  if (bytes.size() >= kEnd) {
    end_.assign(bytes.substr(bytes.size() - kEnd));
  } else {
    if (end_.size() + bytes.size() > 2 * kEnd) end_.erase(0, end_.size() - kEnd);
    end_.append(bytes);
  }
  if (ole_) ReadOle(bytes);
}

std::string_view FileSample::end() const {
  return std::string_view(end_).substr(end_.size() - std::min(end_.size(), kEnd));
}

void FileSample::ReadOle(std::string_view bytes) {
  const size_t known = std::min(kOleMagic.size(), front_.size());
  ole_ = front_.compare(0, known, kOleMagic.substr(0, known)) == 0;
  while (ole_ && !bytes.empty()) {
    if (entry_.empty() && bytes.size() >= kEntry) {
      ReadOleEntry(bytes.substr(0, kEntry));
      bytes.remove_prefix(kEntry);
      continue;
    }
    const size_t more = std::min(kEntry - entry_.size(), bytes.size());
    entry_.append(bytes.substr(0, more));
    bytes.remove_prefix(more);
    if (entry_.size() < kEntry) return;
    ReadOleEntry(entry_);
    entry_.clear();
  }
}

void FileSample::ReadOleEntry(std::string_view entry) {
  const auto byte = [&](size_t at) { return static_cast<uint8_t>(entry[at]); };
  const size_t name_size = byte(kNameSizeAt);
  const uint8_t kind = byte(kKindAt);
  if (byte(kNameSizeAt + 1) != 0 || name_size < 4 || name_size > kNameSizeAt || name_size % 2 != 0) return;
  if ((kind != kStorage && kind != kStream && kind != kRoot) || byte(kColorAt) > 1) return;
  std::string name;
  for (size_t i = 0; i + 2 < name_size; i += 2) {
    if (byte(i + 1) != 0) return;
    name += entry[i];
  }
  for (const OleName& row : kOleNames) {
    if (row.name == name) ole_streams_ |= row.stream;
  }
  const std::string_view id = entry.substr(kClassAt + 1, kInstallerClass.size());
  if (kind == kRoot && id == kInstallerClass) ole_streams_ |= kOleInstaller;
}

}  // namespace casecomm::attach
