// SPDX-License-Identifier: Apache-2.0
// One list handle for items of every kind.
#ifndef CASECOMM_CAPI_LIST_H_
#define CASECOMM_CAPI_LIST_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "casecomm/casecomm.h"
#include "casecomm/host.h"
#include "casecomm/host/sink.h"
#include "casecomm/views.h"
#include "objects.h"

namespace casecomm::capi {

struct ListObject {
  explicit ListObject(std::string cursor) : next(std::move(cursor)) {}
  ListObject(const ListObject&) = delete;
  ListObject& operator=(const ListObject&) = delete;
  virtual ~ListObject() = default;

  virtual size_t count() const = 0;
  // Only below count().
  virtual std::string Json(size_t position) const = 0;

  const std::string next;
  std::string message_id;  // of a delivery; constant once the list is handed out
};

// Where the views of a list's items stand.
struct ItemViews {
  Views strings;
  std::deque<Listed<casecomm_attachment>> attachments;
  std::deque<Listed<casecomm_candidate>> candidates;
};

// The list as its typed reader sees it.
template <typename Facts>
struct FactsList : ListObject {
  using ListObject::ListObject;
  size_t count() const override { return facts.size(); }
  std::vector<Facts> facts;
};

using ListResult = Result<std::shared_ptr<ListObject>>;

ListResult ListOf(Result<std::vector<AccountInfo>> accounts);
ListResult ListOf(Result<Page<PersonView>> page);
ListResult ListOf(Result<Page<RecordView>> page);
ListResult ListOf(Result<Page<AssignmentView>> page);
ListResult ListOf(Result<Page<AddressEntry>> page);
ListResult ListOf(Result<Page<ThreadSummary>> page);
ListResult ListOf(Result<Page<MessageView>> page);
ListResult ListOf(Result<Page<UnassignedView>> page);
ListResult ListOf(Result<Page<ForwardView>> page);
ListResult ListOf(Result<host::Delivery> delivery);
// Items that are read as JSON alone.
ListResult ListOf(Result<Page<HeldView>> page);
ListResult ListOf(Result<Page<ActView>> page);
ListResult ListOf(Result<Page<LateMatchView>> page);
ListResult ListOf(Result<std::vector<SuggestionView>> suggestions);

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_LIST_H_
