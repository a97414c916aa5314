// SPDX-License-Identifier: Apache-2.0
// The text that mail programs write to say that a mail was not delivered.
#ifndef CASECOMM_SCAN_REPORT_TEXT_H_
#define CASECOMM_SCAN_REPORT_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace casecomm::scan {

// A recipient that a text tells of.
struct ToldRecipient {
  std::string address;
  std::string diagnostic;  // what stands behind it, on one line; what was said of all where it has nothing of its own
  std::string context;     // what follows it
};

// Where in the text (UTF-8, LF) the copy of the mail begins that was not delivered: "--- Below this line is a copy", or its
// first header field. The text's size where there is none.
size_t CopyBegin(std::string_view text);

// The recipients that a text without the copy names: `<address>:` and what follows, an address on a line of its own, or,
// where no such line stands, one behind words like "failed to deliver to". `known` are those that the header names;
// `others` are addresses that are none (the author's, the reader's) unless they stand on a line of their own.
std::vector<ToldRecipient> ToldRecipients(std::string_view text, const std::vector<std::string>& known,
                                          const std::vector<std::string>& others);

// "Message will be retried for 2 more days", "delayed", "THIS IS A WARNING MESSAGE ONLY".
bool TellsOfDelay(std::string_view text);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_REPORT_TEXT_H_
