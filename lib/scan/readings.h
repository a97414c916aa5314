// SPDX-License-Identifier: Apache-2.0
// Ambiguous MIME, read in every way a mail client might (threat T20).
#ifndef CASECOMM_SCAN_READINGS_H_
#define CASECOMM_SCAN_READINGS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/mail.h"
#include "scan/envelope.h"
#include "scan/mime.h"

namespace casecomm::scan {

// A part that the walk of MimeWalker does not show, and some reader of the same bytes may: another boundary, another of several
// Content-Type, Content-Transfer-Encoding or Content-Disposition fields, another reading of damaged base64, text behind the end of a multipart that
// holds parts, a uuencoded file inside a text, a message that is entered, and so on.
struct OtherPart {
  Leaf leaf;            // its views stand in the mail, or in what `owner` holds
  std::string decoded;  // its bytes as that reader decodes them
  // A file of a message that is attached, as every reader that opens the message shows it: to be judged, but no
  // ambiguity.
  bool entered = false;
  std::shared_ptr<const std::string> owner;
};

// None for mail that has one reading, which costs no more than a walk. Bounded: `limits.parts` in all, and as many bytes of
// decoded parts as the mail has; past that `*over` turns true. Linear.
std::vector<OtherPart> ReadOtherwise(const Envelope& envelope, const MailLimits& limits, bool* over);

// Every name that some reader may give the part (threat T22): filename and name, in their plain, RFC 2231 and encoded-word shapes, the
// first and the last of repeated parameters, raw and decoded. Each once, the one of FileName in ReadMail first. UTF-8.
std::vector<std::string> CandidateNames(const Leaf& leaf);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_READINGS_H_
