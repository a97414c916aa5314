// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_COMPOSE_VERIFY_H_
#define CASECOMM_COMPOSE_VERIFY_H_

#include <string>
#include <string_view>

#include "casecomm/compose.h"

namespace casecomm::compose {

// Reads the mail as a stranger would, and says which piece of the request it does not give back; "" where it gives back all,
// and nothing else.
std::string WhatDiffers(const ComposeRequest& request, std::string_view mail);

}  // namespace casecomm::compose

#endif  // CASECOMM_COMPOSE_VERIFY_H_
