// SPDX-License-Identifier: Apache-2.0
// Handles for the seams that a host plugs in.
#include <memory>
#include <utility>

#include "casecomm/host.h"
#include "fence.h"
#include "list.h"
#include "objects.h"
#include "seam_tables.h"

using namespace casecomm::capi;

namespace {

// The seam is made before anything can fail, so that its table is released whatever fails.
template <typename Handle, typename Seam>
casecomm_status GiveSeam(Handle* out, casecomm_error* error, casecomm::Result<std::unique_ptr<Seam>> seam) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<ObjectOf<Handle>>> {
    if (!seam.ok()) return seam.status();
    return std::make_shared<ObjectOf<Handle>>(std::move(*seam));
  });
}

}  // namespace

casecomm_status casecomm_store_host(const casecomm_host_store* table, casecomm_store* out, casecomm_error* error) {
  return GiveSeam(out, error, StoreOf(table));
}

casecomm_status casecomm_source_host(const casecomm_host_source* table, casecomm_source* out, casecomm_error* error) {
  return GiveSeam(out, error, SourceOf(table));
}

casecomm_status casecomm_mail_sink_host(const casecomm_host_mail_sink* table, casecomm_mail_sink* out,
                                        casecomm_error* error) {
  return GiveSeam(out, error, SinkOf(table));
}

casecomm_status casecomm_mail_sink_submit(casecomm_mail_sink sink, const casecomm_outbound* mail, casecomm_list* out,
                                          casecomm_error* error) {
  return Give(out, error, [&]() -> ListResult {
    Arguments in;
    const casecomm_outbound given = in.Struct(mail, "mail");
    in.Zero(given.reserved, "mail.reserved");
    casecomm::host::OutboundMail outbound;
    outbound.return_path = in.Text(given.return_path, "mail.return_path");
    outbound.raw = in.Text(given.raw, "mail.raw");
    const bool counted = in.Count(given.recipients, given.recipient_count, "mail.recipients");
    for (size_t i = 0; counted && i < given.recipient_count; ++i) {
      outbound.recipients.push_back(in.Text(given.recipients[i], "mail.recipients"));
    }
    const auto taken = in.Take(sink);
    if (!in.ok()) return in.status();
    return ListOf(casecomm::host::Submit(*taken->sink, outbound));
  });
}
