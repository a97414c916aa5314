// SPDX-License-Identifier: Apache-2.0
#include "fence.h"

#include <new>
#include <stdexcept>

namespace casecomm::capi {

casecomm_status TellCaught(casecomm_error* error) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return Tell(kOutOfMemory, error);
  } catch (const std::length_error&) {
    return Tell(kOutOfMemory, error);
  } catch (...) {
    return Tell(kException, error);
  }
}

}  // namespace casecomm::capi
