// SPDX-License-Identifier: Apache-2.0
// Whether the author's domain is proven (spec X-04; threats T01, T02, T10).
#ifndef CASECOMM_IDENTIFY_TRUST_H_
#define CASECOMM_IDENTIFY_TRUST_H_

#include <optional>

#include "casecomm/trust.h"
#include "scan/envelope.h"

namespace casecomm::identify {

// The one From mailbox, whole, or null: then nobody is the author (threats T03, T04, T06).
const scan::Mailbox* OneAuthor(const scan::Envelope& envelope);

// pass := exactly one From mailbox, and no structural defect of the header, and, in Authentication-Results fields of a pinned authserv-id
// above the trusted boundary, dmarc=pass with header.from the From domain, or dkim=pass with header.d the From domain; with allow_spf also
// spf=pass with smtp.mailfrom of the From domain; with require_dkim the dkim alone. Domains are compared as A-labels, whole.
// fail := no pass, and a dmarc=fail for the From domain there. Everything else is none: fail closed.
// A pinned field that breaks the grammar, or two results of dmarc for the From domain that differ, are none. No allocation.
Trust TrustOf(const scan::Envelope& envelope, const TrustPolicy& policy);

// The same where the host may have judged the From domain itself: its verdict goes before the fields. It needs the one
// author, too, and is no pass where the header has a structural defect: the host may have read another From.
Trust TrustOf(const scan::Envelope& envelope, const TrustPolicy& policy, const std::optional<Trust>& verdict);

}  // namespace casecomm::identify

#endif  // CASECOMM_IDENTIFY_TRUST_H_
