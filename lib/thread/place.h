// SPDX-License-Identifier: Apache-2.0
// Envelope + neighbours -> the thread a mail joins (spec X-08): a signed id decides; else references within
// the record.
#ifndef CASECOMM_THREAD_PLACE_H_
#define CASECOMM_THREAD_PLACE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "scan/envelope.h"

namespace casecomm::thread {

// The ids by which a mail is found and finds others: its own first, then In-Reply-To, then References, of both the
// first and the last 19; each once, at most 41. Ids with blanks, controls or angle brackets, or longer than a line, are
// left out, and so is what is an address of the mail; an "@" is not asked for. Views into the envelope.
std::vector<std::string_view> Keys(const scan::Envelope& envelope);

// The locator of a thread of this account that an id of ours names and proves ("m10-...-...@domain" as minted by
// address): newest first, In-Reply-To before References, of both the first and the last 19; nothing if none does.
std::optional<uint64_t> SignedThread(const scan::Envelope& envelope, const address::Signer& signer, uint32_t account,
                                     std::string_view domain, int64_t now_us);

// A thread of the record that already has one of the keys, aliases resolved.
struct Neighbour {
  std::string thread;
  int64_t first_at_us = 0;
};

struct Placement {
  std::string thread;              // empty: a new one
  std::vector<std::string> joins;  // threads that become aliases of it: a plain reference joins, the older id stays
  bool by_signature = false;
};

// `signed_thread`: the thread behind SignedThread, if it is one of this record. It decides: what the plain
// references name joins it. Else the oldest neighbour (then the smaller id) takes the mail and the others.
Placement Place(const std::optional<Neighbour>& signed_thread, const std::vector<Neighbour>& by_reference);

}  // namespace casecomm::thread

#endif  // CASECOMM_THREAD_PLACE_H_
