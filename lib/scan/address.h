// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_ADDRESS_H_
#define CASECOMM_SCAN_ADDRESS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "scan/envelope.h"
#include "scan/scratch.h"

namespace casecomm::scan {

// What an address list held beside plain mailboxes. Bits.
enum AddressNote : uint8_t {
  kAddressGroup = 1,
  kAddressBroken = 2,    // not RFC 5322, not even its section 4
  kAddressObsolete = 4,  // RFC 5322, section 4: routes, blanks around dots, empty list elements
  kAddressEncodedWord = 8,
  kAddressFinalDot = 16,  // one behind the domain: not RFC 5322, and the same mailbox
  kAddressDots = 32,      // dots of the local part in a row, or at its end: not RFC 5322, and there are such mailboxes
  // Of these no two readers see different mailboxes.
  kAddressAlike = kAddressFinalDot | kAddressDots,
};

// Appends the mailboxes of an address list (RFC 5322, 3.4 and 4.4; 6532), in order, and gives the notes.
// Groups give their members. Where the grammar is broken, every address that some reader could see is given.
// One pass, no recursion, linear. Where a mailbox has a domain, local, "@" and domain stand side by side in
// memory.
uint8_t ParseAddresses(std::string_view list, Scratch* scratch, std::vector<Mailbox>* out);

// The addr-spec of a mailbox in one view: local and domain, or local alone.
inline std::string_view AddrSpec(const Mailbox& mailbox) {
  return mailbox.domain.empty()
             ? mailbox.local
             : std::string_view(mailbox.local.data(), mailbox.local.size() + 1 + mailbox.domain.size());
}

// The length of the RFC 2047 encoded word at the front, or 0. Blanks inside it are tolerated, line ends are
// not.
size_t EncodedWordLength(std::string_view text);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_ADDRESS_H_
