// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_FILES_H_
#define CASECOMM_FILES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "casecomm/host/source.h"
#include "casecomm/status.h"

namespace casecomm {

struct FileSourceOptions {
  std::vector<std::string> paths;                // read in this order
  std::vector<std::string> envelope_recipients;  // not empty: the envelope of every mail
  bool any_file = false;                         // a file that is neither *.eml nor an mbox is one mail, too
  uint64_t mail_bytes_limit = 256u << 20;        // a mail may have so many bytes
};

// Mail in files, named "files":
//
//   *.eml          one mail; a leading `From ` line is skipped
//   another file   an mbox, if it begins with `From `. Such a line begins a mail at the start and behind an empty line;
//                  `>From ` is unquoted (mboxrd); the empty line that ends a mail is not part of it
//   a Maildir      a folder that holds cur and new: their files are mails, whatever they are called (but for those that
//                  begin with a dot); tmp is left out. Its cur or new, or a file in them, may be named too
//   a folder       recursively in name order, byte by byte; files of other kinds are left out
//
// Nothing is moved or written, so Committed does nothing. Memory holds one mail and one mbox buffer beyond
// what was asked for; Next answers early once it has 32 MiB. Opening fails with not_found for a path that is
// not there, invalid_argument for a named file that is neither kind or no regular file, and for a folder
// without mail. Those, and what Next meets (permission_denied, unavailable for a file that vanished after its
// folder was listed, invalid_argument for a loop of links or a mail over the limit), name the path.
Result<std::unique_ptr<host::Source>> FileSource(FileSourceOptions options);

}  // namespace casecomm

#endif  // CASECOMM_FILES_H_
