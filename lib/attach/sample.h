// SPDX-License-Identifier: Apache-2.0
// What is kept of a file while its bytes pass by, to tell its type.
#ifndef CASECOMM_ATTACH_SAMPLE_H_
#define CASECOMM_ATTACH_SAMPLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scan/transfer.h"

namespace casecomm::attach {

// Streams that an OLE2 compound file has: bits for a set of them. They tell what the file is, and its directory may stand anywhere.
enum OleStream : uint32_t {
  kOleWord = 1,
  kOleExcel = 2,
  kOlePowerPoint = 4,
  kOleMail = 8,
  kOleMacros = 16,
  kOleEncrypted = 32,
  kOleInstaller = 64,
};

// The front and the end of a file, its size, and its OLE2 streams. The bytes in between are not kept.
class FileSample final : public scan::ByteSink {
 public:
  static constexpr size_t kFront = 64 << 10;
  static constexpr size_t kEnd = 256 << 10;  // the directory of a ZIP of some thousand files

  void Put(std::string_view bytes) override;

  uint64_t size() const { return size_; }
  std::string_view front() const { return front_; }
  // The last bytes; of a small file all of it.
  std::string_view end() const;
  uint32_t ole_streams() const { return ole_streams_; }

 private:
  void ReadOle(std::string_view bytes);
  void ReadOleEntry(std::string_view entry);

  std::string front_, end_;
  uint64_t size_ = 0;
  std::string entry_;  // of an OLE2 directory, where a piece ended inside one
  bool ole_ = true;    // until the first bytes say otherwise
  uint32_t ole_streams_ = 0;
};

}  // namespace casecomm::attach

#endif  // CASECOMM_ATTACH_SAMPLE_H_
