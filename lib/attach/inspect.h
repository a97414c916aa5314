// SPDX-License-Identifier: Apache-2.0
// Part + policy -> verdict (spec TI-06 to TI-08; threats T19 to T23).
#ifndef CASECOMM_ATTACH_INSPECT_H_
#define CASECOMM_ATTACH_INSPECT_H_

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "attach/sniffer.h"
#include "casecomm/attachment.h"
#include "casecomm/mail.h"
#include "scan/envelope.h"

namespace casecomm::attach {

struct Inspection {
  std::vector<PartVerdict> verdicts;  // of the attachments, in MIME order, then of what only other readers see
  bool ambiguous = false;             // readers of these bytes differ on what the mail holds
  bool over_limit = false;            // not all of it was read
};

// A file at hand while its verdict is made; bytes are decoded, valid during the call.
using SeeFile = std::function<void(const PartVerdict& verdict, std::string_view bytes)>;

// Judges every file of the mail. One decoded file stands in memory at a time, and without `see` only its ends. `see` (may be
// empty) is told of each with its bytes: how the host's scanner sees the union of all readings.
Inspection Inspect(const scan::Envelope& envelope, const MailLimits& limits, const InboundPolicy& policy,
                   Sniffer& sniffer, const SeeFile& see = {});

// Every reason of a verdict, and what it means: stable words that hosts compare.
struct VerdictReason {
  std::string_view word, meaning;
};
std::span<const VerdictReason> VerdictReasons();

}  // namespace casecomm::attach

#endif  // CASECOMM_ATTACH_INSPECT_H_
