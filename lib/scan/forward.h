// SPDX-License-Identifier: Apache-2.0
// The original inside a forward (spec X-06).
#ifndef CASECOMM_SCAN_FORWARD_H_
#define CASECOMM_SCAN_FORWARD_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "casecomm/mail.h"
#include "scan/envelope.h"
#include "scan/text_marks.h"

namespace casecomm::scan {

struct InlineForward {
  size_t begin = 0;  // where the forwarder's own words end: the marker line ("Forwarded message"), or the header block
  ForwardedMail mail;
};

// An original written into `text`. `subject` is the forward's own (decoded): its prefix (Fwd:, WG:, TR: and the like) tells a forward from a
// reply where the client's header block is the same for both (Outlook). A marker line of a big client is enough by itself.
// Lines behind quote signs count where all of them are quoted ("> From: ..."). Linear.
std::optional<InlineForward> FindInlineForward(std::string_view text, std::span<const TextMark> marks,
                                               std::string_view subject);

// The first message/rfc822 or message/global part that is attached, read; nothing of a report's returned message.
std::optional<ForwardedMail> ReadAttachedForward(const Envelope& envelope, const MailLimits& limits);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_FORWARD_H_
