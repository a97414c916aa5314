// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_ADAPTERS_FILES_WALK_H_
#define CASECOMM_ADAPTERS_FILES_WALK_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "casecomm/status.h"

namespace casecomm::files {

enum class EntryKind { kMail, kMbox };

struct Entry {
  std::string path;
  EntryKind kind;
};

// What a system call on `path` failed with, as a Status that names it; want of memory is thrown, so that nothing is
// passed over.
Status SystemError(const std::string& path, int error);

// Opens a regular file that was there a moment ago, or says why not; never waits for a FIFO. The caller
// closes it.
Result<int> OpenRegular(const std::string& path);

// The mail files at and under one path, in the order casecomm/files.h promises. Holds the names of the
// folders it stands in.
class Walk {
 public:
  Walk(std::string root, bool any_file) : root_(std::move(root)), any_file_(any_file) {}

  // The next file, or nothing at the end. After a failure the walk goes on behind what failed; after an exception it
  // stands where it stood.
  Result<std::optional<Entry>> Next();

 private:
  struct Folder {
    std::string path;
    std::vector<std::string> names;
    size_t next = 0;
    bool maildir = false;  // it holds new and cur
    bool mails = false;    // it is such a new or cur: every file is a mail
    dev_t device = 0;
    ino_t inode = 0;
  };

  Result<std::optional<Entry>> Begin();
  Result<std::optional<Entry>> Child(const Folder& folder, const std::string& name);
  Status Enter(std::string path, bool mails);
  Result<std::optional<Entry>> File(std::string path, bool is_mail);

  const std::string root_;
  const bool any_file_;
  bool begun_ = false;
  std::vector<Folder> folders_;  // from the root down
};

}  // namespace casecomm::files

#endif  // CASECOMM_ADAPTERS_FILES_WALK_H_
