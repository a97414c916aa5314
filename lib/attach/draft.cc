// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "casecomm/attachment.h"

namespace casecomm {
namespace {

std::string Bytes(uint64_t size) {
  return std::to_string(size) + (size == 1 ? " byte" : " bytes");
}

}  // namespace

AttachmentVerdict AttachmentDraft::Add(std::string_view name, uint64_t size) {
  const std::string file = "\"" + base::Printable(name) + "\" of " + Bytes(size);
  if (size >= policy_.file_bytes_below) {
    return {false, "file_too_large",
            file + " was refused: each file must be smaller than " + Bytes(policy_.file_bytes_below)};
  }
  // total_ never passes the limit, so that the difference does not wrap and the sum is not formed.
  if (size >= policy_.total_bytes_below - total_) {
    return {false, "total_too_large",
            file + " was refused: with the " + Bytes(total_) + " before it the sum must stay smaller than " +
                Bytes(policy_.total_bytes_below)};
  }
  AttachmentVerdict accepted{true, "accepted",
                             file + " was added: smaller than the limit of " + Bytes(policy_.file_bytes_below) +
                                 " a file, and the sum of " + Bytes(total_ + size) + " is smaller than " +
                                 Bytes(policy_.total_bytes_below)};
  files_.push_back({std::string(name), size});
  total_ += size;
  return accepted;
}

void AttachmentDraft::Remove(size_t position) {
  if (position >= files_.size()) return;
  total_ -= files_[position].size;
  files_.erase(files_.begin() + static_cast<ptrdiff_t>(position));
}

}  // namespace casecomm
