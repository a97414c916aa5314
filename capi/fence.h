// SPDX-License-Identifier: Apache-2.0
// What every exported function that can fail goes through.
#ifndef CASECOMM_CAPI_FENCE_H_
#define CASECOMM_CAPI_FENCE_H_

#include <memory>
#include <utility>

#include "arguments.h"
#include "errors.h"
#include "handles.h"

namespace casecomm::capi {

inline constinit thread_local int calls_in_one_another = 0;

class Depth {
 public:
  Depth() { ++calls_in_one_another; }
  ~Depth() { --calls_in_one_another; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  bool ok() const { return calls_in_one_another <= CASECOMM_DEPTH_MAX; }
};

// Runs `call`, which answers a Status, and tells its failure. Nothing it throws comes out, but the end of a
// thread that is being cancelled.
template <typename Call>
casecomm_status Fence(casecomm_error* error, Call&& call) {
  const Depth depth;
  if (!depth.ok()) return Tell(kTooDeep, error);
  try {
    return Tell(call(), error);
  } catch (...) {
    return Tell(Status::FromException(), error);
  }
}

// The same for what makes a handle: `call` answers a Result<std::shared_ptr<object>>.
template <typename Handle, typename Call>
casecomm_status Give(Handle* out, casecomm_error* error, Call&& call) {
  if (out) *out = nullptr;
  return Fence(error, [&]() -> Status {
    if (!out) return NullArgument("out");
    Result<std::shared_ptr<ObjectOf<Handle>>> made = call();
    if (!made.ok()) return made.status();
    *out = Insert<Handle>(std::move(made).value());
    return {};
  });
}

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_FENCE_H_
