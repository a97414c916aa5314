// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_DEFECTS_H_
#define CASECOMM_SCAN_DEFECTS_H_

#include <array>
#include <cstddef>
#include <vector>

#include "scan/envelope.h"

namespace casecomm::scan {

// Keeps the first few defects of each kind, so that a mail of nothing but defects costs no memory.
class DefectLog {
 public:
  explicit DefectLog(std::vector<DefectAt>* defects) : defects_(defects) {}

  void Add(Defect defect, size_t offset) {
    if (++counts_[static_cast<size_t>(defect)] <= kOfEachKind) {
      defects_->push_back({defect, offset});
    } else {
      --counts_[static_cast<size_t>(defect)];
    }
  }

 private:
  static constexpr int kOfEachKind = 16;

  std::vector<DefectAt>* defects_;
  std::array<int, 64> counts_{};
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_DEFECTS_H_
