// SPDX-License-Identifier: Apache-2.0
// The checks around a mail sink.
#include <algorithm>

#include "base/text.h"
#include "casecomm/host/sink.h"

namespace casecomm::host {
namespace {

// The shape of an envelope address: what could break a line of a protocol, or name nobody, is refused.
bool IsAddrSpec(std::string_view address) {
  const size_t at = address.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < address.size() && base::IsUtf8(address) &&
         base::Printable(address) == address &&
         std::none_of(address.begin(), address.end(), [](char c) { return c == ' ' || c == '<' || c == '>'; });
}

Status Refuse(std::string_view reason, std::string_view subject, std::string message) {
  return Status(Code::kInvalidArgument, std::string(reason), base::Printable(subject), std::move(message));
}

Result<Delivery> SubmitChecked(Sink& sink, const OutboundMail& mail) {
  if (mail.raw.empty()) return Refuse("bad_mail", "", "the mail had no bytes");
  if (mail.recipients.empty()) return Refuse("bad_recipient", "", "the mail had no recipient");
  if (!mail.return_path.empty() && !IsAddrSpec(mail.return_path)) {
    return Refuse("bad_recipient", mail.return_path, "the return path was no addr-spec");
  }
  for (const std::string_view recipient : mail.recipients) {
    if (!IsAddrSpec(recipient)) return Refuse("bad_recipient", recipient, "a recipient was no addr-spec");
  }
  Delivery delivery;
  delivery.recipients.reserve(mail.recipients.size());  // now: a mail that went must not fail behind it
  const Status sent = Fenced([&] { return sink.Send(mail, &delivery); });
  if (!sent.ok() && std::all_of(delivery.recipients.begin(), delivery.recipients.end(),
                                [](const RecipientResult& r) { return r.state == DeliveryState::kUnknown; })) {
    return sent;
  }
  delivery.recipients.resize(mail.recipients.size());
  return delivery;
}

}  // namespace

Result<Delivery> Submit(Sink& sink, const OutboundMail& mail) {
  return Fenced([&] { return SubmitChecked(sink, mail); });
}

}  // namespace casecomm::host
