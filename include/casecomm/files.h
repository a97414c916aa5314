// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_FILES_H_
#define CASECOMM_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "casecomm/host/source.h"
#include "casecomm/status.h"

namespace casecomm {

struct FileSourceOptions {
  std::vector<std::string> paths;                // read in this order
  std::vector<std::string> envelope_recipients;  // not empty: the envelope of every mail
};

// Mail in files: `*.eml` is one mail (a leading `From ` line is skipped), another file is an mbox if it begins with
// `From ` (mboxrd: `>From ` is unquoted), Maildirs and folders are read recursively in name order. Nothing is moved or
// written, so Committed does nothing. Fails with not_found for a path that is not there, invalid_argument for a named
// file that is neither, and for a folder without mail; each names the path.
Result<std::unique_ptr<host::Source>> FileSource(FileSourceOptions options);

}  // namespace casecomm

#endif  // CASECOMM_FILES_H_
