// SPDX-License-Identifier: Apache-2.0
// What a mail is before anything is done with it (spec X-02): one table of signs, each with its source.
#ifndef CASECOMM_SCAN_MAIL_CLASS_H_
#define CASECOMM_SCAN_MAIL_CLASS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "casecomm/mail.h"
#include "scan/envelope.h"

namespace casecomm::scan {

// What a sign says. Bits.
enum SignBit : uint8_t {
  kSignBounce = 1,
  kSignReceipt = 2,
  kSignAuto = 4,
  kSignAutoReply = 8,  // stands with kSignAuto
  kSignList = 16,
  // Nobody reads an answer to it: the class is automatic, though no field calls it so.
  kSignMute = 32,
};

struct SignAt {
  std::string_view name;  // of the table: "auto_submitted", "precedence_bulk", "report_delivery_status", ...
  uint8_t bits;
  size_t offset;  // of the field or line in the mail
};

struct Signs {
  std::vector<SignAt> found;  // in the order of the mail
  uint8_t bits = 0;           // of all of them; a report or receipt is no kSignAutoReply

  void Clear() { found.clear(), bits = 0; }  // keeps the memory
  bool Has(uint8_t bit) const { return (bits & bit) != 0; }
  MailClass Class() const;  // bounce before receipt before automatic before list before normal
  // Mail::is_auto: a field says that a program made it, or spread it to a list.
  bool IsAutomatic() const { return Has(kSignAuto | kSignList); }
};

// From the header alone where it is enough; the body is looked at only where the header of a mail hints at a report
// (RFC 3464, 8098) or at one of the forms older than those. Linear. No allocation once `out` is warm, but for reports and
// for subjects in encoded words of another charset than UTF-8 and Latin-1.
void Classify(const Envelope& envelope, const MailLimits& limits, Signs* out);

// The table, for docs and tests.
struct SignRow {
  std::string_view name;
  uint8_t bits;
  std::string_view where;   // "Auto-Submitted: other than no"
  std::string_view source;  // "RFC 3834, 5"
};
const std::vector<SignRow>& SignTable();

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_MAIL_CLASS_H_
