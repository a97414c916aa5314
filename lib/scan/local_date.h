// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_LOCAL_DATE_H_
#define CASECOMM_SCAN_LOCAL_DATE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace casecomm::scan {

// A date with a time of day as clients write them into text, in the languages of the table in local_date.cc: "Tuesday, January
// 14, 2025 9:12 AM", "mar. 14 janv. 2025 à 09:12", "2025年1月14日(火) 9:12", "14.01.2025 09:12", and RFC 5322. Unix seconds; a
// time without zone, or with one of no known name, is read as UTC. `language` (as HeaderBlock::language) settles the order of
// "02/03/2025" and months that two languages call alike; nothing where it does not, and nothing without a time of day.
std::optional<int64_t> ParseLocalDate(std::string_view text, std::string_view language);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_LOCAL_DATE_H_
