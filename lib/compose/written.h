// SPDX-License-Identifier: Apache-2.0
// How pieces of a request stand in the mail.
#ifndef CASECOMM_COMPOSE_WRITTEN_H_
#define CASECOMM_COMPOSE_WRITTEN_H_

#include <string>
#include <string_view>

#include "casecomm/compose.h"

namespace casecomm::compose {

// With A-labels where the domain alone is not ASCII, so that any server takes it (RFC 5890).
std::string WrittenAddress(std::string_view address);

// type "/" subtype of tokens (RFC 2045, 5.1), and one that a file may have.
bool IsMediaType(std::string_view type);

// In lower case. A message that cannot stand as it is, which its type asks for, is a file of bytes.
std::string WrittenType(const ComposedFile& file);

bool IsMessage(std::string_view type);  // message/rfc822

}  // namespace casecomm::compose

#endif  // CASECOMM_COMPOSE_WRITTEN_H_
