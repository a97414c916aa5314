// SPDX-License-Identifier: Apache-2.0
// An attachment scanner of the host's.
#include <memory>
#include <utility>

#include "objects.h"
#include "seam_call.h"
#include "seam_tables.h"

namespace casecomm::capi {
namespace {

// Where the answer of one call of `scan` goes. The first finding counts.
struct Finding {
  host::ScannerAnswer* answer;
  Status status;
};

casecomm_status OnFound(void* sink, casecomm_str finding) {
  auto* const found = static_cast<Finding*>(sink);
  return Answer(&found->status, [&] {
    Arguments in;
    std::string taken = in.String(finding, "finding");
    if (in.ok() && found->answer->clean) {
      found->answer->clean = false;
      found->answer->finding = std::move(taken);
    }
    return in.status();
  });
}

class HostScanner : public host::AttachmentScanner {
 public:
  explicit HostScanner(HostTable<casecomm_host_scanner> table) : table_(std::move(table)) {}
  static bool Whole(const casecomm_host_scanner& table) { return table.scan != nullptr; }

  Status Scan(const host::ScannedFile& file, host::ScannerAnswer* answer) override {
    auto seen = Sized<casecomm_scanned_file>();
    seen.name = Str(file.name);
    seen.declared_type = Str(file.declared_type);
    seen.found_type = Str(file.found_type);
    seen.bytes = Str(file.bytes);
    seen.deadline_us = file.deadline_us;
    answer->clean = true;
    Finding finding{answer, {}};
    auto sink = Sized<casecomm_finding_sink>();
    sink.sink = &finding;
    sink.found = OnFound;
    Status status = CallHost("scanner", "scan",
                             [&](casecomm_error* error) { return table_->scan(table_->host, &seen, &sink, error); });
    return status.ok() ? finding.status : status;
  }

 private:
  const HostTable<casecomm_host_scanner> table_;
};

}  // namespace

Result<std::unique_ptr<host::AttachmentScanner>> ScannerOf(const casecomm_host_scanner* table) {
  if (!table) return std::unique_ptr<host::AttachmentScanner>();
  return SeamOf<host::AttachmentScanner, HostScanner>(table, "scanner");
}

}  // namespace casecomm::capi
