// SPDX-License-Identifier: Apache-2.0
// How much mail came lately, of a record and of a sender (spec, threat T31).
#ifndef CASECOMM_FLOW_BUDGETS_H_
#define CASECOMM_FLOW_BUDGETS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "casecomm/host/store.h"
#include "scan/envelope.h"
#include "store/rows.h"

namespace casecomm::flow {

// When a mail came: what the host that delivered it wrote into its topmost Received field, so that an archive that is
// taken in at once counts where its mail belongs. What passed no host, as a user's own sent mail, is no part of a loop: its
// Date counts. Never later than now, and now where there is neither.
int64_t ArrivalTime(const scan::Envelope& envelope, int64_t now_us);

// What mail is counted by. The sender's is a hash of the canonical address: spelling does not matter, and nobody is named.
std::string RecordBudget(std::string_view record);
std::string SenderBudget(std::string_view local, std::string_view domain);

// The counts of one account that a batch looks at and adds to. Mail is counted in pieces of ten minutes, and the hour that
// ends at a time is the piece it falls into and the six before.
class BudgetBook {
 public:
  // Reads what the store has of these names in the hour that ends at `at_us`.
  Status Load(host::Store& store, uint32_t account, const std::set<std::string>& names, int64_t at_us);

  // Of a name that was loaded for this time: what the store had, and what was noted since.
  int64_t InLastHour(const std::string& name, int64_t at_us) const;

  // One mail more, for the rest of this batch.
  void Note(const std::string& name, int64_t at_us);
  // One mail that is stored.
  void Store(const std::string& name, int64_t at_us);

  // Adds what was stored, and erases pieces that no hour asks for any more.
  void Write(uint32_t account, store::BatchBuilder* batch) const;

 private:
  using Piece = std::pair<std::string, int64_t>;  // name, number of its ten minutes

  std::map<Piece, int64_t> loaded_;  // by the piece that the hour ends in: mail in the hour
  std::map<Piece, int64_t> noted_, stored_;
  std::set<Piece> old_;
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_BUDGETS_H_
