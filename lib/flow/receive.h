// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_FLOW_RECEIVE_H_
#define CASECOMM_FLOW_RECEIVE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "flow/context.h"
#include "flow/filing.h"

namespace casecomm::flow {

// Carries mail from a source to the store: batches, one atomic commit an account, acknowledged after the last
// of them.
class Receiver {
 public:
  Receiver(Context& context, host::Source& source, std::shared_ptr<Account> home)
      : context_(context), source_(source), home_(std::move(home)), inspections_(context) {}

  // Until the source has nothing new. Fails with the source's, the store's or the callback's trouble; what
  // was committed before stays, and is acknowledged.
  Status Run(const ReceivedCallback& received);

 private:
  // Fills batch_ with the next mails; none when the source has no more.
  Status Fill();

  // Files batch_[begin, end), so that each is durable when it returns ok.
  Status Process(size_t begin, size_t end);
  // The same after an unclean end: an attempt is committed before a mail is read.
  Status ProcessCarefully();
  // One try. `settled` tells whether every account's commit went through.
  Status TryOnce(const std::vector<size_t>& mails, bool* settled);
  // The same, and the observer is told which commits of the try before are planned anew.
  Status Try(const std::vector<size_t>& mails, bool* settled);
  // Writes that a piece is begun, as many mails as it has; or, with `begun` false, that it ended and what stood before.
  Status CommitAttempts(const std::vector<size_t>& piece, bool begun);

  Context& context_;
  host::Source& source_;
  const std::shared_ptr<Account> home_;

  std::vector<host::InboundMail> batch_;
  Inspections inspections_;                           // of batch_
  std::vector<std::vector<MailDecision>> decisions_;  // of each mail in batch_
  std::set<std::pair<size_t, uint32_t>> done_;        // mail, account: committed
  std::vector<std::string> lost_;                     // accounts whose commit lost a race in the last try
  std::map<size_t, std::string> unparsed_;            // mails to hold unread, and why
  bool careful_ = false;                              // after an unclean end
  std::vector<std::string> keys_;                     // of each mail in batch_, when careful_
  std::vector<int64_t> attempts_;                     // of each mail in batch_, as stored when it was filled
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_RECEIVE_H_
