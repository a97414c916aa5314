// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_ATTACHMENT_H_
#define CASECOMM_ATTACHMENT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casecomm {

// Limits of outgoing attachments (spec CB-17, CB-18): each file and their sum must be smaller, equal is refused.
struct AttachmentPolicy {
  uint64_t file_bytes_below = 10u << 20;
  uint64_t total_bytes_below = 25u << 20;
};

// What of an inbound mail's files is taken along (spec TI-06 to TI-08).
struct InboundPolicy {
  uint32_t most_files = 5;  // accepted; each further one is listed as skipped
  uint64_t file_bytes_below = ~uint64_t{0};
  uint64_t total_bytes_below = ~uint64_t{0};
  // Supported media types, "image/png" or "image/*", lower case; empty: DefaultTypes().
  std::vector<std::string> types;

  // Documents, images, sound and film that no common program runs: no archive, no script, no HTML, no SVG.
  static const std::vector<std::string>& DefaultTypes();
};

// `name` as a file name that is safe anywhere (threat T21): one path segment of valid UTF-8 without control,
// bidirectional and invisible characters, leading dots, trailing dots and blanks, names that Windows reserves, at most 255 bytes with
// its extension kept. "" where nothing is left. SafeFileName(SafeFileName(x)) == SafeFileName(x). Throws std::bad_alloc only.
std::string SafeFileName(std::string_view name);

struct AttachmentVerdict {
  bool accepted = false;
  std::string reason;    // "accepted", "file_too_large", "total_too_large"
  std::string sentence;  // names the file, its size and the limit that decided
};

// The attachments of a draft. The check happens when a file is added (CB-19): a refused file leaves those before it in
// place. Any type (CB-20), any number of files (CB-21). A value; not shared between threads. Add throws std::bad_alloc, and
// nothing else; the draft is then as it was.
class AttachmentDraft {
 public:
  struct File {
    std::string name;
    uint64_t size;  // bytes as sent before transfer encoding
  };

  explicit AttachmentDraft(AttachmentPolicy policy = {}) : policy_(policy) {}

  AttachmentVerdict Add(std::string_view name, uint64_t size);
  void Remove(size_t position);  // does nothing past the end

  const std::vector<File>& files() const { return files_; }
  uint64_t total_bytes() const { return total_; }

 private:
  AttachmentPolicy policy_;
  std::vector<File> files_;
  uint64_t total_ = 0;
};

}  // namespace casecomm

#endif  // CASECOMM_ATTACHMENT_H_
