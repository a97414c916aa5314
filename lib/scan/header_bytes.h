// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_HEADER_BYTES_H_
#define CASECOMM_SCAN_HEADER_BYTES_H_

#include <cstddef>
#include <string_view>

#include "scan/defects.h"

namespace casecomm::scan {

// Where the header block begins: behind a byte order mark, empty lines and a "From " or ">From " line of an
// mbox.
size_t HeaderBegin(std::string_view raw, char eol);

// Flags what raw[begin, end) must not hold (RFC 5322, 2.2; RFC 6532, 3.1): NUL, CR without LF, line ends of
// two kinds, 8-bit bytes that are not UTF-8. The first place of each.
void CheckHeaderBytes(std::string_view raw, size_t begin, size_t end, DefectLog* log);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HEADER_BYTES_H_
