// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_HOST_SCANNER_H_
#define CASECOMM_HOST_SCANNER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "casecomm/status.h"

namespace casecomm::host {

// A decoded part of an inbound mail. Borrowed for the call.
struct ScannedFile {
  std::string_view name;                       // safe (SafeFileName), or empty
  std::string_view declared_type, found_type;  // media types
  std::string_view bytes;   // decoded; archives as they stand: the library never unpacks one (threat T19)
  int64_t deadline_us = 0;  // of the clock seam: an answer behind it counts as none
};

struct ScannerAnswer {
  bool clean = false;
  std::string finding;  // of what is not clean: the scanner's word for it, told to people
};

// Judges files before their mail is filed (held reasons scanner_hit, scanner_unavailable). Called on the receiving thread with no lock
// held; must be thread-safe. A failure, an answer past the deadline and a file over the engine's `scanner_bytes` hold the mail.
class AttachmentScanner {
 public:
  virtual ~AttachmentScanner() = default;
  virtual Status Scan(const ScannedFile& file, ScannerAnswer* answer) = 0;
};

}  // namespace casecomm::host

#endif  // CASECOMM_HOST_SCANNER_H_
