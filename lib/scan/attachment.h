// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_ATTACHMENT_H_
#define CASECOMM_SCAN_ATTACHMENT_H_

#include <cstddef>
#include <functional>
#include <string_view>

#include "casecomm/mail.h"
#include "scan/envelope.h"
#include "scan/mime.h"
#include "scan/transfer.h"

namespace casecomm::scan {

// Whether a leaf is a file of the mail: what a person would call an attachment. `disposition` is its first word,
// `named` whether it has a file name.
bool IsAttachment(const Leaf& leaf, std::string_view disposition, bool named);

// Whether a file is a text that clients show in the mail, as RFC 2183, 2.1 has it of what is inline: where a mail has no
// body, such a file is what its author wrote.
bool ShowsAsBody(const Leaf& leaf, std::string_view disposition);

// Whether it is a mail itself, or a report of one: it is given as it stands, without a size.
bool IsAttachedMessage(const Leaf& leaf);

// Calls `see` for each leaf in MIME order until it answers false. `file`: it is one of ReadMail's attachments, and not a
// body. Answers whether a limit ended the walk.
bool ForEachLeaf(const Envelope& envelope, const MailLimits& limits,
                 const std::function<bool(const Leaf& leaf, bool file)>& see);

// Of the bytes that a file is given as.
TransferEncoding EncodingOf(const Leaf& leaf);

enum class AttachmentRead {
  kWhole,
  kDamaged,  // what could be decoded was given; or the encoding is unknown, and the bytes were given as they stand
  kNone,     // there are not so many
};

// Decodes the file that stands at `position` of ReadMail's attachments.
AttachmentRead ReadAttachment(const Envelope& envelope, size_t position, ByteSink* sink, const MailLimits& limits = {});

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_ATTACHMENT_H_
