// SPDX-License-Identifier: Apache-2.0
// The verbs that read a mail and do nothing with it.
#include <new>
#include <stdexcept>
#include <utility>

#include "attach/inspect.h"
#include "attach/sniffer.h"
#include "casecomm/mail.h"
#include "identify/trust.h"
#include "scan/content.h"
#include "scan/envelope.h"

namespace casecomm {

Mail ScanMail(std::string_view raw, const ScanOptions& options) {
  try {
    scan::EnvelopeScanner scanner(options.limits);
    const scan::Envelope& envelope = scanner.Scan(raw);
    Mail mail = scan::ReadMail(envelope, options.limits);
    mail.trust = identify::TrustOf(envelope, options.trust);
    attach::Inspection inspection =
        attach::Inspect(envelope, options.limits, options.attachments, attach::Sniffer::Shared());
    mail.verdicts = std::move(inspection.verdicts);
    mail.ambiguous = inspection.ambiguous;
    return mail;
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  Mail mail;
  mail.over_limit = true;
  try {
    mail.defects.push_back({"out_of_memory", 0});
  } catch (const std::bad_alloc&) {
  }
  return mail;
}

}  // namespace casecomm
