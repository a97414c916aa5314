// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_TESTS_SEAMS_TEMPORARY_FOLDER_H_
#define CASECOMM_TESTS_SEAMS_TEMPORARY_FOLDER_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace casecomm::seams {

// A folder of its own, gone with all that is in it at the end of the scope.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& parent = testing::TempDir()) : path_(parent + "casecomm-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();
    EXPECT_FALSE(path_.empty());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace casecomm::seams

#endif  // CASECOMM_TESTS_SEAMS_TEMPORARY_FOLDER_H_
