// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_CONTENT_H_
#define CASECOMM_SCAN_CONTENT_H_

#include "base/hash.h"
#include "casecomm/mail.h"
#include "scan/envelope.h"

namespace casecomm::scan {

enum class Reading {
  kParts,  // header, class, reports, attachments and text: what is kept of a mail that is filed
  kWhole,  // and the text cut into what is new and what is not, HTML read for it, a forward unwrapped
};

// A mail whose envelope is already scanned: what ScanMail gives but for trust and verdicts.
Mail ReadMail(const Envelope& envelope, const MailLimits& limits = {}, Reading reading = Reading::kWhole);

// The content key of deduplication (design.md section 3): SHA-256 over the unfolded From, To, Cc, Date,
// Subject and the digests of the decoded leaf parts. No Message-ID and no trace header stands in it.
base::Digest ContentKey(const Envelope& envelope, const MailLimits& limits = {});

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_CONTENT_H_
