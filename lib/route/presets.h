// SPDX-License-Identifier: Apache-2.0
// The rule documents that ship: lib/route/presets/*.json, compiled in. Those whose names begin with "common/" are pieces.
#ifndef CASECOMM_ROUTE_PRESETS_H_
#define CASECOMM_ROUTE_PRESETS_H_

#include <span>
#include <string_view>

namespace casecomm::route {

struct ShippedDocument {
  std::string_view name, json;
};
std::span<const ShippedDocument> ShippedDocuments();

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_PRESETS_H_
