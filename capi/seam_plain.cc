// SPDX-License-Identifier: Apache-2.0
// Clock and random.
#include "seam_call.h"
#include "seam_tables.h"

namespace casecomm::capi {
namespace {

class HostClock : public host::Clock {
 public:
  explicit HostClock(HostTable<casecomm_host_clock> table) : table_(std::move(table)) {}
  static bool Whole(const casecomm_host_clock& table) { return table.now_us != nullptr; }
  int64_t NowMicros() override { return table_->now_us(table_->host); }

 private:
  const HostTable<casecomm_host_clock> table_;
};

class HostRandom : public host::Random {
 public:
  explicit HostRandom(HostTable<casecomm_host_random> table) : table_(std::move(table)) {}
  static bool Whole(const casecomm_host_random& table) { return table.fill != nullptr; }
  Status Fill(void* out, size_t size) override {
    return CallHost("random", "fill",
                    [&](casecomm_error* error) { return table_->fill(table_->host, out, size, error); });
  }

 private:
  const HostTable<casecomm_host_random> table_;
};

}  // namespace

Result<std::unique_ptr<host::Clock>> ClockOf(const casecomm_host_clock* table) {
  if (!table) return Fenced([]() -> Result<std::unique_ptr<host::Clock>> { return host::SystemClock(); });
  return SeamOf<host::Clock, HostClock>(table, "clock");
}

Result<std::unique_ptr<host::Random>> RandomOf(const casecomm_host_random* table) {
  if (!table) return Fenced([]() -> Result<std::unique_ptr<host::Random>> { return host::SystemRandom(); });
  return SeamOf<host::Random, HostRandom>(table, "random");
}

}  // namespace casecomm::capi
