// SPDX-License-Identifier: Apache-2.0
// "Inspect the attachments": what keeps a mail from being filed whatever the rules say of it (threats T19, T20).
#ifndef CASECOMM_FLOW_INSPECT_H_
#define CASECOMM_FLOW_INSPECT_H_

#include <map>
#include <string>

#include "attach/inspect.h"
#include "casecomm/host/source.h"
#include "flow/context.h"
#include "scan/envelope.h"

namespace casecomm::flow {

// The rule of mail that is held for what it holds.
inline constexpr std::string_view kInspect = "inspect";
// Reasons that only the scanner can lift.
inline constexpr std::string_view kScannerHit = "scanner_hit", kScannerUnavailable = "scanner_unavailable";

struct Finding {
  std::string reason;    // "scanner_hit", "scanner_unavailable", "mime_ambiguous", "limit"; empty: nothing was found
  std::string sentence;  // names the file and what was found
};

// Of the mails of a batch: each is inspected once, however many accounts it names and however often its commit is
// planned anew. Calls the host's scanner, so no lock is held. Not shared between threads.
class Inspections {
 public:
  explicit Inspections(Context& context) : context_(context) {}

  // `envelope` is the mail's; `over_limit`: not all of its parts were read. The answer stands until Forget.
  const Finding& Of(const host::InboundMail& mail, const scan::Envelope& envelope, bool over_limit);

  // Before the mails change.
  void Forget() { findings_.clear(); }

 private:
  Finding Inspect(const scan::Envelope& envelope, bool over_limit);
  Finding Scan(const PartVerdict& verdict, std::string_view bytes);

  Context& context_;
  std::map<const host::InboundMail*, Finding> findings_;
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_INSPECT_H_
