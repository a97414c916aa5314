// SPDX-License-Identifier: Apache-2.0
// What all tables of host.h share: they are copied, checked, called through a fence, and released once.
#ifndef CASECOMM_CAPI_SEAM_CALL_H_
#define CASECOMM_CAPI_SEAM_CALL_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "arguments.h"
#include "casecomm/host.h"
#include "casecomm/status.h"
#include "errors.h"
#include "structs.h"

namespace casecomm::capi {

// A copied table. Its release runs when it ends.
template <typename Table>
class HostTable {
 public:
  explicit HostTable(const Table& table) noexcept : table_(table) {}
  HostTable(HostTable&& other) noexcept : table_(std::exchange(other.table_, Table{})) {}
  HostTable& operator=(HostTable&&) = delete;
  ~HostTable() {
    if (!table_.release) return;
    try {
      table_.release(table_.host);
    } catch (...) {  // there is nobody left to tell
    }
  }
  const Table* operator->() const { return &table_; }

 private:
  Table table_;
};

// A Seam, which is made of a HostTable and says by Seam::Whole whether a table has all that is required. `noun` is what
// errors call it: "store".
template <typename Base, typename Seam, typename Table>
Result<std::unique_ptr<Base>> SeamOf(const Table* table, std::string_view noun) {
  return Fenced([&]() -> Result<std::unique_ptr<Base>> {
    if (!table) return NullArgument("table");
    Table copy;
    if (!Read(table, &copy)) return WrongSize(noun);
    HostTable<Table> owned(copy);  // from here on it is released, whatever happens
    if (copy.reserved != 0) return BadArgument(noun, "a value that this library does not know was set");
    if (!Seam::Whole(copy)) {
      return Status(Code::kInvalidArgument, "table", std::string(noun),
                    "a required function or name of the table was missing");
    }
    return std::unique_ptr<Base>(std::make_unique<Seam>(std::move(owned)));
  });
}

// Runs a callback that answers a casecomm_status. What it wrote into its error is the answer, word for word; `name` is
// for a failure that says nothing: "store", "read".
template <typename Call>
Status CallHost(std::string_view noun, std::string_view function, Call&& call) {
  return Fenced([&]() -> Status {
    casecomm_error error = BlankError();
    const casecomm_status code = call(&error);
    Status status = Heard(code, error);
    if (status.ok() || !status.reason().empty() || !status.subject().empty() || !status.message().empty())
      return status;
    return Status(status.code(), {}, {}, std::string("the host's ").append(noun).append(" failed in ").append(function),
                  status.position());
  });
}

// What a host calls back. `take` answers a Status; the first failure is kept, and is the answer from then on.
template <typename Take>
casecomm_status Answer(Status* kept, Take&& take) {
  if (kept->ok()) *kept = Fenced(std::forward<Take>(take));
  return static_cast<casecomm_status>(kept->code());
}

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_SEAM_CALL_H_
