// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_HOST_SINK_H_
#define CASECOMM_HOST_SINK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/status.h"

namespace casecomm::host {

// What became of one recipient. Numbers do not change.
enum class DeliveryState : int32_t {
  kSent = 1,       // the server took responsibility
  kTemporary = 2,  // refused for now (4xx): trying again later is safe
  kPermanent = 3,  // refused for good (5xx)
  kUnknown = 4,    // it may or may not have been taken: never resent silently
};

// "sent", "temporary", "permanent", "unknown".
std::string_view DeliveryStateName(DeliveryState state);

// A mail ready to go. Borrowed for the call.
struct OutboundMail {
  std::string_view return_path;              // addr-spec of the envelope; empty for <>
  std::vector<std::string_view> recipients;  // addr-specs of the envelope, at least one
  std::string_view raw;                      // RFC 5322 bytes, sent unchanged
};

struct RecipientResult {
  DeliveryState state = DeliveryState::kUnknown;
  int32_t reply = 0;  // SMTP reply code; 0: there was none
  std::string words;  // what the server said
};

struct Delivery {
  std::vector<RecipientResult> recipients;  // in the mail's order
  std::string message_id;                   // really used, without <>; empty: the mail's own
};

// A mail sink: sends prebuilt bytes and answers for each recipient. Used by one thread at a time.
class Sink {
 public:
  virtual ~Sink() = default;

  // Fills `delivery` for as many recipients as are settled. A failure is of the whole attempt: recipients that it did
  // not settle by then are unknown.
  virtual Status Send(const OutboundMail& mail, Delivery* delivery) = 0;
};

// Sends through `sink` what can be sent: invalid_argument ("bad_recipient", "bad_mail"), before the sink is called, for
// an envelope address with blanks, control characters or no `@`, no recipient, or no bytes. The answer has a result for
// every recipient, those the sink left open as unknown. When the sink fails and settled nobody, its failure is the answer.
Result<Delivery> Submit(Sink& sink, const OutboundMail& mail);

}  // namespace casecomm::host

#endif  // CASECOMM_HOST_SINK_H_
