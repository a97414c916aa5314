// SPDX-License-Identifier: Apache-2.0
// Status <-> casecomm_error. Nothing here allocates on the way out, as memory may be what ran out.
#ifndef CASECOMM_CAPI_ERRORS_H_
#define CASECOMM_CAPI_ERRORS_H_

#include <string_view>

#include "casecomm/casecomm.h"
#include "casecomm/status.h"

namespace casecomm::capi {

// A failure as views.
struct Failure {
  casecomm_status code;
  std::string_view reason, subject, message;
  int64_t position = -1;
};

inline constexpr Failure kTooDeep{
    CASECOMM_FAILED_PRECONDITION, "too_deep", {}, "calls from inside callbacks nested too deep"};
// The number of a reason's word, 0 if it is none of reasons.h.
int32_t ReasonNumber(std::string_view word);

// Fills the caller's error, which may be NULL or of any size, and answers the code.
casecomm_status Tell(const Failure& failure, casecomm_error* error) noexcept;
casecomm_status Tell(const Status& status, casecomm_error* error) noexcept;

// What a host's callback answered with `code` and wrote into `error`, word for word; ok for CASECOMM_OK.
Status Heard(casecomm_status code, const casecomm_error& error);

// An error as a host's callback is handed it.
casecomm_error BlankError();

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_ERRORS_H_
