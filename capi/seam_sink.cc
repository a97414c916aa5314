// SPDX-License-Identifier: Apache-2.0
// A mail sink of the host's.
#include <string>
#include <utility>
#include <vector>

#include "objects.h"
#include "seam_call.h"
#include "seam_tables.h"

namespace casecomm::capi {
namespace {

using host::Delivery;
using host::DeliveryState;
using host::RecipientResult;

// Where the answers of one call of `send` go. A malformed one is refused and changes nothing.
struct Answers {
  Delivery* delivery;
  std::vector<bool> answered;

  Status Take(size_t position, const casecomm_recipient_result* given) {
    Arguments in;
    const casecomm_recipient_result result = in.Struct(given, "result");
    in.Zero(result.reserved, "result.reserved");
    if (result.state < CASECOMM_DELIVERY_SENT || result.state > CASECOMM_DELIVERY_UNKNOWN) {
      in.Refuse(BadArgument("result.state", "the state was none of CASECOMM_DELIVERY_..."));
    }
    if (position >= answered.size()) in.Refuse(BadArgument("position", "the mail has no such recipient"));
    RecipientResult taken{static_cast<DeliveryState>(result.state), result.reply,
                          in.String(result.words, "result.words")};
    if (!in.ok() || answered[position]) return in.status();
    if (delivery->recipients.size() <= position) delivery->recipients.resize(position + 1);
    delivery->recipients[position] = std::move(taken);
    answered[position] = true;
    return {};
  }
};

casecomm_status OnRecipient(void* sink, size_t position, const casecomm_recipient_result* result) {
  Status status;
  return Answer(&status, [&] { return static_cast<Answers*>(sink)->Take(position, result); });
}

casecomm_status OnMessageId(void* sink, casecomm_str message_id) {
  Status status;
  return Answer(&status, [&] {
    Arguments in;
    std::string taken = in.String(message_id, "message_id");
    if (in.ok()) static_cast<Answers*>(sink)->delivery->message_id = std::move(taken);
    return in.status();
  });
}

class HostSink : public host::Sink {
 public:
  explicit HostSink(HostTable<casecomm_host_mail_sink> table) : table_(std::move(table)) {}
  static bool Whole(const casecomm_host_mail_sink& table) { return table.send != nullptr; }

  Status Send(const host::OutboundMail& mail, Delivery* delivery) override {
    std::vector<casecomm_str> recipients;
    for (const std::string_view recipient : mail.recipients) recipients.push_back(Str(recipient));
    auto outbound = Sized<casecomm_outbound>();
    outbound.return_path = Str(mail.return_path);
    outbound.recipients = recipients.data();
    outbound.recipient_count = recipients.size();
    outbound.raw = Str(mail.raw);
    Answers answers{delivery, std::vector<bool>(mail.recipients.size())};
    auto sink = Sized<casecomm_delivery_sink>();
    sink.sink = &answers;
    sink.recipient = &OnRecipient;
    sink.message_id = &OnMessageId;
    return CallHost("mail sink", "send",
                    [&](casecomm_error* error) { return table_->send(table_->host, &outbound, &sink, error); });
  }

 private:
  const HostTable<casecomm_host_mail_sink> table_;
};

}  // namespace

Result<std::unique_ptr<host::Sink>> SinkOf(const casecomm_host_mail_sink* table) {
  return SeamOf<host::Sink, HostSink>(table, "mail_sink");
}

}  // namespace casecomm::capi
