// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_DATE_H_
#define CASECOMM_SCAN_DATE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace casecomm::scan {

// A Date value (RFC 5322, 3.3 and 4.3) as unix seconds. Tolerant: no day of the week or a wrong one, a full month name,
// hyphens between day, month and year, years of two and three digits, no seconds, "+01:00", the order of asctime. A
// zone that is missing or unknown is UTC. Nothing if the day does not exist or the time is past its range.
std::optional<int64_t> ParseDate(std::string_view value);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_DATE_H_
