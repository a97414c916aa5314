// SPDX-License-Identifier: Apache-2.0
// Lists a page at a time. A cursor is the index key of the last row given, sealed with what list it is of.
#ifndef CASECOMM_FLOW_PAGE_H_
#define CASECOMM_FLOW_PAGE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "casecomm/views.h"
#include "store/rows.h"

namespace casecomm::flow {

// Of the rows, those whose position `keep` says yes to, in their order.
template <typename Keep>
void KeepRows(std::vector<store::StoredRow>* rows, const Keep& keep) {
  size_t kept = 0;
  for (size_t i = 0; i < rows->size(); ++i) {
    if (!keep(i)) continue;
    if (kept != i) (*rows)[kept] = std::move((*rows)[i]);
    ++kept;
  }
  rows->resize(kept);
}

// Reads one page. Open, then Read (again for a further part of the list), then Finish.
class Pager {
 public:
  // Takes those rows out that are not to be listed.
  using Filter = std::function<Status(std::vector<store::StoredRow>*)>;

  // The list goes by an index of a collection; `scope` tells it from others by the same index: account, actor, of what.
  // invalid_argument ("bad_limit", "bad_cursor").
  static Result<Pager> Open(const PageRequest& page, uint32_t collection, uint32_t index,
                            const std::vector<std::string_view>& scope);

  // The index key behind the account where the page begins; empty: at the start.
  const std::vector<store::OwnedValue>& after() const { return after_; }
  bool full() const { return rows_.size() > limit_; }

  // Reads rows of the prefixes, until the page is full and one more was seen, or there are no more. They are those
  // behind the cursor unless it is a part of the list that begins behind the cursor's.
  Status Read(host::Store& store, std::vector<std::vector<host::Value>> prefixes, bool descending = false,
              const Filter& filter = nullptr, bool behind_cursor = true);

  // The rows of the page, and the cursor of the next: empty if there is none.
  std::vector<store::StoredRow> Finish(std::string* next);

 private:
  using Position = std::vector<store::OwnedValue>;

  Pager(size_t limit, uint32_t collection, uint32_t index, std::string scope);
  Position PositionOf(const store::StoredRow& row) const;
  bool ParseCursor(std::string_view cursor);

  size_t limit_;
  uint32_t collection_, index_;
  std::vector<uint32_t> order_;  // columns of the index behind the account
  std::string scope_;
  Position after_;
  std::vector<store::StoredRow> rows_;
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_PAGE_H_
