// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_IDS_H_
#define CASECOMM_SCAN_IDS_H_

#include <string_view>
#include <vector>

#include "scan/scratch.h"

namespace casecomm::scan {

// Appends the message ids of a References or In-Reply-To value (RFC 5322, 3.6.4 and 4.5.4), in order,
// repetitions kept, without <> and without the blanks that folding put inside. Phrases and comments between
// them are left out. A value without any "<" gives its words that hold an "@". `*grammatical` tells whether the value is
// of the grammar, its obsolete forms counted.
void ParseIds(std::string_view value, Scratch* scratch, std::vector<std::string_view>* out, bool* grammatical);

// The first id of a Message-ID value; or, without <>, the value if it is one word; else a view with null
// data(). `*grammatical` as above.
std::string_view ParseMessageId(std::string_view value, Scratch* scratch, bool* grammatical);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_IDS_H_
