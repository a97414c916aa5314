// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>

#include "objects.h"
#include "seam_call.h"
#include "seam_tables.h"

namespace casecomm::capi {
namespace {

class HostObserver : public host::Observer {
 public:
  explicit HostObserver(HostTable<casecomm_host_observer> table) : table_(std::move(table)) {}
  static bool Whole(const casecomm_host_observer& table) { return table.notice != nullptr; }

  void Notice(const host::Event& event) override {
    std::optional<Lent<casecomm_decision>> decision;
    if (event.decision) decision.emplace(std::make_shared<DecisionObject>(*event.decision));
    auto told = Sized<casecomm_event>();
    told.kind = static_cast<int32_t>(event.kind);
    told.account = Str(event.account);
    told.actor = Str(event.actor);
    told.subject = Str(event.subject);
    told.at_us = event.at_us;
    told.decision = decision ? decision->get() : nullptr;
    table_->notice(table_->host, &told);
  }

 private:
  const HostTable<casecomm_host_observer> table_;
};

}  // namespace

Result<std::unique_ptr<host::Observer>> ObserverOf(const casecomm_host_observer* table) {
  if (!table) return std::unique_ptr<host::Observer>();
  return SeamOf<host::Observer, HostObserver>(table, "observer");
}

}  // namespace casecomm::capi
