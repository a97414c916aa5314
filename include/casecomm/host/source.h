// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_HOST_SOURCE_H_
#define CASECOMM_HOST_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/status.h"
#include "casecomm/trust.h"

namespace casecomm::host {

// A mail as a transport hands it over. Owns its bytes.
struct InboundMail {
  std::string
      transport_key;  // the same for the same delivery, and only then; empty: the digest of bytes and recipients
  bool envelope_known = false;                   // the transport gave the envelope recipients
  std::vector<std::string> envelope_recipients;  // addr-specs
  std::string raw;                               // RFC 5322 bytes
  std::string path;                              // where it came from, for people: a file, a folder
  int64_t index = -1;                            // in an mbox, from 0; -1 elsewhere
  // The host's own verdict on the domain of From (of its milter, LMTP server or mail API): goes before what the header
  // says (spec X-04). Absent: Authentication-Results fields decide, by EngineOptions::trust.
  std::optional<Trust> trust = std::nullopt;
};

// A mail source: it lists what is new, and is told what was committed. Used by one thread at a time.
class Source {
 public:
  virtual ~Source() = default;

  // A stable name, part of the deduplication key: "files", "imap:host/user".
  virtual std::string_view name() const = 0;

  // Appends up to `limit` further mails. Appending none says that there is nothing more now. After a failure the mails
  // appended before it are still good.
  virtual Status Next(size_t limit, std::vector<InboundMail>* out) = 0;

  // The library has made durable what became of these mails, which came from Next: acknowledge them (threat T58).
  // Never called before the commit. A failure ends the receiving; the mails stay filed.
  virtual Status Committed(const std::vector<const InboundMail*>& mails) = 0;
};

}  // namespace casecomm::host

#endif  // CASECOMM_HOST_SOURCE_H_
