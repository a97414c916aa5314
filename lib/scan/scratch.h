// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_SCRATCH_H_
#define CASECOMM_SCAN_SCRATCH_H_

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace casecomm::scan {

// Memory for the few strings that do not stand in the mail as they are. What it gave stays in place until
// Reset, which keeps the memory: once warm it does not allocate.
class Scratch {
 public:
  // Room for at most `size` bytes, of which Commit keeps the first `used`. One reservation at a time.
  char* Reserve(size_t size) {
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const size_t capacity = size > kBlock ? size : kBlock;
      blocks_.push_back({std::unique_ptr<char[]>(new char[capacity]), capacity});
      used_ = 0;
    }
    return blocks_[block_].bytes.get() + used_;
  }

  std::string_view Commit(size_t used) {
    const std::string_view kept(blocks_[block_].bytes.get() + used_, used);
    used_ += used;
    return kept;
  }

  void Reset() { block_ = used_ = 0; }

 private:
  static constexpr size_t kBlock = 16 << 10;

  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  std::vector<Block> blocks_;
  size_t block_ = 0;
  size_t used_ = 0;
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_SCRATCH_H_
