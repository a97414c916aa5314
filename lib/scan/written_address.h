// SPDX-License-Identifier: Apache-2.0
// Addresses as clients write them into text, where nobody keeps to RFC 5322.
#ifndef CASECOMM_SCAN_WRITTEN_ADDRESS_H_
#define CASECOMM_SCAN_WRITTEN_ADDRESS_H_

#include <string>
#include <string_view>
#include <vector>

namespace casecomm::scan {

// Either may be empty, not both. The domain is in lower case.
struct WrittenAddress {
  std::string name, address;
};

// "Ann Smith <ann@x.example>", "Smith, Ann [mailto:ann@x.example]; bob@y.example", "<a@x.example<mailto:a@x.example>>", "'Ann'
// (ann@x.example)", "Smith, Ann; Jones, Bob". `list` is UTF-8, folds in it. In order; a name that only repeats its address is dropped.
std::vector<WrittenAddress> ReadWrittenAddresses(std::string_view list);

// The author: the first of them; of "list@x.example On Behalf Of Bob" it is Bob.
WrittenAddress ReadWrittenAuthor(std::string_view value);

// Without line ends; a run of blanks around one is a single blank.
std::string OnOneLine(std::string_view text);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_WRITTEN_ADDRESS_H_
