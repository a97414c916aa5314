// SPDX-License-Identifier: Apache-2.0
// A first form of permissions: by person and assignment. Deny by default; the operator may all.
#ifndef CASECOMM_ACCESS_CHECK_H_
#define CASECOMM_ACCESS_CHECK_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "casecomm/status.h"

namespace casecomm::access {

// Stored numbers, do not change.
enum class Role : uint8_t { kManager = 1, kEditor = 2, kViewer = 3, kClient = 4, kOther = 5 };
enum class Action : uint8_t { kViewRecord, kEditRecord };

struct Grant {
  bool is_operator = false;
  bool staff = false;     // contacts never hold a right on a record (spec CB-12)
  bool assigned = false;  // to the record in question
  Role role = Role::kOther;
};

// Whether the grant carries the action: view for staff assigned as manager, editor or viewer; edit for manager or
// editor.
bool Allows(const Grant& grant, Action action);

// ok, or permission_denied that names the person, the record and the role that was missing.
Status Check(const Grant& grant, Action action, std::string_view person, std::string_view record);

}  // namespace casecomm::access

#endif  // CASECOMM_ACCESS_CHECK_H_
