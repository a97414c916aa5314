// SPDX-License-Identifier: Apache-2.0
// What makes late matches cheap (spec Y-04): mail that waits for a person is found by the addresses and the record that it
// names, and only that which names something the directory has changed is decided again.
//
// A change of the directory says in its own commit what it changes, as rows "late:ID" of marks, and carries what earlier
// ones said to the mentions; who asks for late matches carries the rest. Mail that is kept waiting requires the directory
// that it was decided by, so that none is decided by the old one and stored behind the change: once a change is committed,
// all mail that it may settle is there to be found.
#ifndef CASECOMM_FLOW_MENTIONS_H_
#define CASECOMM_FLOW_MENTIONS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/mail.h"
#include "flow/context.h"
#include "scan/envelope.h"
#include "store/rows.h"

namespace casecomm::flow {

// Where in a mail an address stands that may be somebody's.
enum class Role : uint8_t { kAuthor, kRecipient, kOriginalAuthor, kOriginalRecipient };

struct Named {
  Role role;
  std::string address;  // addr-spec, as written
};

// Who wrote and who received, of the mail and of the original inside it, each address once, at most kMostNamed.
inline constexpr size_t kMostNamed = 100;
std::vector<Named> NamedIn(const scan::Envelope& envelope, const std::optional<ForwardedMail>& original,
                           const std::vector<std::string>& envelope_recipients);

// The key of a mention. Two that share one cost a look and no more: whatever is found is decided anew.
int64_t AddressMention(uint32_t account, std::string_view address);
int64_t RecordMention(uint32_t account, std::string_view record);

// The keys of a mail that waits.
std::vector<int64_t> MentionsOf(uint32_t account, const scan::Envelope& envelope,
                                const std::optional<ForwardedMail>& original,
                                const std::vector<std::string>& envelope_recipients);

// What one commit changes of the directory, in words.
class Changes {
 public:
  explicit Changes(uint32_t account) : account_(account) {}
  void OfAddress(std::string_view address, std::string what);
  void OfRecord(std::string_view record, std::string what);
  // Into the commit that makes the change.
  Status Write(Context& context, int64_t now_us, store::BatchBuilder* batch) const;

 private:
  const uint32_t account_;
  std::vector<wire::ChangeRow> changes_;
};

// Carries what changes of before said to the mentions, of a few changes; nothing is added where there are none.
Status PlanOffers(Context& context, uint32_t account, store::BatchBuilder* batch);
// The same for all, in commits of their own.
Status OfferChanges(Context& context, uint32_t account);

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_MENTIONS_H_
