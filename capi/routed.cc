// SPDX-License-Identifier: Apache-2.0
#include "casecomm/routed.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/casecomm.h"
#include "fence.h"
#include "objects.h"

namespace casecomm::capi {
namespace {

// Many readers, or one who fills.
class Filling {
 public:
  bool Enter() {
    int32_t nobody = 0;
    return users_.compare_exchange_strong(nobody, -1, std::memory_order_acquire);
  }
  void Leave() { users_.store(0, std::memory_order_release); }

  bool EnterReader() {
    int32_t readers = users_.load(std::memory_order_relaxed);
    do {
      if (readers < 0) return false;
    } while (!users_.compare_exchange_weak(readers, readers + 1, std::memory_order_acquire));
    return true;
  }
  void LeaveReader() { users_.fetch_sub(1, std::memory_order_release); }

 private:
  std::atomic<int32_t> users_{0};
};

constexpr uint32_t kNoTargets = 0;

casecomm_routed_columns NoColumns() {
  auto columns = Sized<casecomm_routed_columns>();
  columns.first_target = &kNoTargets;
  return columns;
}

void Copy(const std::vector<Outcome>& from, std::vector<int32_t>* to) {
  to->resize(from.size());
  for (size_t i = 0; i < from.size(); ++i) (*to)[i] = static_cast<int32_t>(from[i]);
}

// A view without data stays absent.
void Copy(const std::vector<std::string_view>& from, std::vector<casecomm_str>* to) {
  to->resize(from.size());
  for (size_t i = 0; i < from.size(); ++i) (*to)[i] = {from[i].data(), from[i].size()};
}

}  // namespace

struct RoutedObject {
  // Shows what is in `batch`.
  void Show() {
    Copy(batch.outcomes, &outcomes);
    Copy(batch.target_outcomes, &target_outcomes);
    Copy(batch.rules, &rules);
    Copy(batch.reasons, &reasons);
    Copy(batch.records, &records);
    Copy(batch.owners, &owners);
    columns.mail_count = batch.mail_count();
    columns.target_count = batch.target_count();
    columns.outcomes = outcomes.data();
    columns.first_target = batch.first_target.empty() ? &kNoTargets : batch.first_target.data();
    columns.target_outcomes = target_outcomes.data();
    columns.rules = rules.data();
    columns.reasons = reasons.data();
    columns.records = records.data();
    columns.owners = owners.data();
  }

  RoutedBatch batch;
  casecomm_routed_columns columns = NoColumns();
  std::vector<int32_t> outcomes, target_outcomes;
  std::vector<casecomm_str> rules, reasons, records, owners;

  std::vector<RouteRequest> requests;               // of the call that fills it
  std::deque<std::vector<std::string>> recipients;  // whose places do not change
  Filling busy;
};

namespace {

// Reads the caller's mails into `routed`. False, with the fault kept, for one that is NULL or malformed.
bool ReadMails(const casecomm_mail* const* mails, size_t count, RoutedObject* routed, Arguments* in) {
  routed->requests.clear();
  if (!in->Count(mails, count, "mails")) return false;
  size_t envelopes = 0;
  for (size_t i = 0; i < count; ++i) {
    Arguments one;
    const casecomm_mail asked = one.Mail(mails[i]);
    RouteRequest request;
    request.raw = one.Text(asked.raw, "mail.raw");
    request.envelope_known = (asked.flags & CASECOMM_MAIL_ENVELOPE_KNOWN) != 0;
    if (asked.envelope_recipients || asked.envelope_recipient_count != 0) {
      if (envelopes == routed->recipients.size()) routed->recipients.emplace_back();
      std::vector<std::string>& recipients = routed->recipients[envelopes++];
      one.Strings(asked.envelope_recipients, asked.envelope_recipient_count, "mail.envelope_recipients", &recipients);
      request.recipients = &recipients;
    }
    one.Text(asked.source, "mail.source");
    request.trust = one.Verdict(asked.trust, "mail.trust");
    if (!one.ok()) {
      const Status& fault = one.status();
      in->Refuse(Status(fault.code(), std::string(fault.reason()), std::string(fault.subject()),
                        std::string(fault.message()), static_cast<int64_t>(i)));
      return false;
    }
    routed->requests.push_back(request);
  }
  return true;
}

}  // namespace
}  // namespace casecomm::capi

using namespace casecomm::capi;
using casecomm::Result;
using casecomm::Status;

casecomm_status casecomm_routed_new(casecomm_routed* out, casecomm_error* error) {
  return Give(out, error, []() -> Result<std::shared_ptr<RoutedObject>> { return std::make_shared<RoutedObject>(); });
}

casecomm_status casecomm_session_route_batch(casecomm_session session, const casecomm_mail* const* mails,
                                             size_t mail_count, casecomm_routed routed, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto from = in.Take(session);
    const auto into = in.Take(routed);
    if (!in.ok()) return in.status();
    into->columns = NoColumns();
    if (!ReadMails(mails, mail_count, &*into, &in)) return in.status();
    Status done = from->session.RouteBatch(into->requests, &into->batch);
    into->requests.clear();
    if (done.ok()) into->Show();
    return done;
  });
}

casecomm_status casecomm_routed_read(casecomm_routed routed, casecomm_routed_columns* out, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(routed);
    in.Out(out);
    if (!in.ok()) return in.status();
    if (!object->busy.EnterReader()) return BusyHandle(Kind::kRouted);
    Write(object->columns, out);
    object->busy.LeaveReader();
    return Status();
  });
}

void casecomm_routed_release(casecomm_routed routed) {
  Release(routed);
}
