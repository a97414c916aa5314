// SPDX-License-Identifier: Apache-2.0
// The tables of host.h as the seams of casecomm/host/. Each function copies the table; what it makes calls the table's
// release when it is destroyed. When it fails, release has run already, unless the table was refused for its struct_size.
// So a call that is given several tables makes a seam of each before it looks at the first failure.
#ifndef CASECOMM_CAPI_SEAM_TABLES_H_
#define CASECOMM_CAPI_SEAM_TABLES_H_

#include <memory>

#include "casecomm/host.h"
#include "casecomm/host/clock.h"
#include "casecomm/host/observer.h"
#include "casecomm/host/random.h"
#include "casecomm/host/scanner.h"
#include "casecomm/host/sink.h"
#include "casecomm/host/source.h"
#include "casecomm/host/store.h"
#include "casecomm/status.h"

namespace casecomm::capi {

// NULL is the machine's clock, the operating system's random bytes, no observer and no scanner (null).
Result<std::unique_ptr<host::Clock>> ClockOf(const casecomm_host_clock* table);
Result<std::unique_ptr<host::Random>> RandomOf(const casecomm_host_random* table);
Result<std::unique_ptr<host::Observer>> ObserverOf(const casecomm_host_observer* table);
Result<std::unique_ptr<host::AttachmentScanner>> ScannerOf(const casecomm_host_scanner* table);

// NULL is invalid_argument, "bad_argument".
Result<std::unique_ptr<host::Store>> StoreOf(const casecomm_host_store* table);
Result<std::unique_ptr<host::Source>> SourceOf(const casecomm_host_source* table);
Result<std::unique_ptr<host::Sink>> SinkOf(const casecomm_host_mail_sink* table);

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_SEAM_TABLES_H_
