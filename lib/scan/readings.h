// SPDX-License-Identifier: Apache-2.0
// Ambiguous MIME, read in every way a mail client might (threat T20).
#ifndef CASECOMM_SCAN_READINGS_H_
#define CASECOMM_SCAN_READINGS_H_

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/mail.h"
#include "scan/envelope.h"
#include "scan/mime.h"
#include "scan/transfer.h"

namespace casecomm::scan {

// How bytes of the mail become those of a part.
struct PartCoding {
  TransferEncoding encoding = TransferEncoding::kIdentity;
  DecodingHabits habits = 0;
  bool yenc = false;  // instead of both
};

// A part that the walk of MimeWalker does not show, and some reader of the same bytes may: another boundary, another of several
// Content-Type, Content-Transfer-Encoding or Content-Disposition fields, another reading of damaged base64, text behind the end of a multipart that
// holds parts, a uuencoded file inside a text, a message that is entered, and so on.
class OtherReading {
 public:
  // Its bytes as that reader decodes them, anew with each call: they are not kept.
  void Decode(ByteSink* sink) const;
  // Whether they are those of `from`.
  bool IsPlain() const;

  Leaf leaf;              // its views stand in the mail, or in what `owners` hold
  std::string_view from;  // what is decoded
  PartCoding coding;
  // A file of a message that is attached, as every reader that opens the message shows it: to be judged, but no
  // ambiguity.
  bool entered = false;
  std::array<std::shared_ptr<const std::string>, 2> owners;
};

// Calls `see` for each until it answers false; for none in mail that has one reading, which costs no more than a walk.
// Bounded: `limits.parts` in all, and as many decoded bytes as the mail has; past that `*over` turns true. What has to be
// decoded to find more in it is kept: a fifth of what large mail takes itself at most, past that `*over` turns true, too
// (threat T18). Linear.
void ForEachOther(const Envelope& envelope, const MailLimits& limits, bool* over,
                  const std::function<bool(const OtherReading& other)>& see);

// One of them with its bytes.
struct OtherPart {
  Leaf leaf;
  std::string decoded;
  bool entered = false;
  std::array<std::shared_ptr<const std::string>, 2> owners;
};

// All of them.
std::vector<OtherPart> ReadOtherwise(const Envelope& envelope, const MailLimits& limits, bool* over);

// Every name that some reader may give the part (threat T22): filename and name, in their plain, RFC 2231 and encoded-word shapes, the
// first and the last of repeated parameters, raw and decoded. Each once, the one of FileName in ReadMail first. UTF-8.
std::vector<std::string> CandidateNames(const Leaf& leaf);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_READINGS_H_
