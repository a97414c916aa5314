// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_ADAPTERS_FILES_MBOX_H_
#define CASECOMM_ADAPTERS_FILES_MBOX_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace casecomm::files {

// Cuts an mbox into mails while it streams by: feed it lines, take mails. Lines are given whole, with their
// ends (LF, CRLF, or none at the end of the file).
//
//   mbox      = *( "From " line *( line ) )     a "From " line counts at the start and behind an empty line
//   ">From "  preceded by any number of ">" loses one ">" (mboxrd)
class MboxCutter {
 public:
  // Takes the next line. True: a mail ended before it and stands in *mail.
  bool Line(std::string_view line, std::string* mail);

  // The end of the file. True: the last mail stands in *mail.
  bool End(std::string* mail);

  uint64_t pending_bytes() const { return mail_.size() - empty_line_; }  // of the mail that streams by

 private:
  void Take(std::string* mail);

  std::string mail_;
  bool inside_ = false;    // a "From " line was seen
  size_t empty_line_ = 0;  // length of the empty line that mail_ ends in, or 0
};

}  // namespace casecomm::files

#endif  // CASECOMM_ADAPTERS_FILES_MBOX_H_
