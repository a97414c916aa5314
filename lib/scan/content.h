// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_CONTENT_H_
#define CASECOMM_SCAN_CONTENT_H_

#include "base/hash.h"
#include "casecomm/mail.h"
#include "scan/envelope.h"

namespace casecomm::scan {

// The whole reading of a mail whose envelope is already scanned: what ScanMail gives.
Mail ReadMail(const Envelope& envelope, const MailLimits& limits = {});

// The content key of deduplication (design.md section 3): SHA-256 over the unfolded From, To, Cc, Date,
// Subject and the digests of the decoded leaf parts. No Message-ID and no trace header stands in it.
base::Digest ContentKey(const Envelope& envelope, const MailLimits& limits = {});

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_CONTENT_H_
