// SPDX-License-Identifier: Apache-2.0
// Delivery reports and read receipts.
#ifndef CASECOMM_SCAN_REPORT_H_
#define CASECOMM_SCAN_REPORT_H_

#include <optional>
#include <vector>

#include "casecomm/mail.h"
#include "scan/envelope.h"

namespace casecomm::scan {

// What a delivery report says of each recipient: from its message/delivery-status part (RFC 3464), or read out of the
// text of the common forms that have none (qmail, Exim, Exchange, and so on). Only for mail that Classify calls a bounce.
std::vector<DeliveryReport> ReadDeliveryReports(const Envelope& envelope, const MailLimits& limits);

// From the message/disposition-notification part (RFC 8098, 3.1). Only for mail that Classify calls a receipt.
std::optional<ReadReceipt> ReadReadReceipt(const Envelope& envelope, const MailLimits& limits);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_REPORT_H_
