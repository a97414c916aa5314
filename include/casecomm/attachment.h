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
