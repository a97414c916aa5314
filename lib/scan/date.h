// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_DATE_H_
#define CASECOMM_SCAN_DATE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace casecomm::scan {

// A Date value (RFC 5322, 3.3 and 4.3) as unix seconds. Tolerant: no day of the week, a wrong one, or one of another
// language; a full month name; month and day in either order; hyphens, commas and dots between them; years of two and three
// digits; no seconds; dots in the time, AM and PM, 24:00; "+01:00", "GMT+0100", "+1"; the order of asctime, RFC 850, ISO 8601. A
// zone that is missing or unknown is UTC; one that stands in a comment alone counts. Nothing if the day does not exist
// or the time is past its range.
std::optional<int64_t> ParseDate(std::string_view value);

// Whether the value is a date of the grammar, its obsolete forms counted: what ParseDate reads of any other is what its sender
// must have meant. The day of the week must be the date's, the year 1900 or later.
bool IsDateOfGrammar(std::string_view value);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_DATE_H_
