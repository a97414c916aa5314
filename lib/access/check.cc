// SPDX-License-Identifier: Apache-2.0
#include "access/check.h"

#include "base/text.h"

namespace casecomm::access {
namespace {

// What a role carries on the records it is assigned to.
struct RoleRow {
  Role role;
  std::string_view name;
  bool view, edit;
};
constexpr RoleRow kRoles[] = {
    {Role::kManager, "manager", true, true}, {Role::kEditor, "editor", true, true},
    {Role::kViewer, "viewer", true, false},  {Role::kClient, "client", false, false},
    {Role::kOther, "other", false, false},
};

struct ActionRow {
  Action action;
  std::string_view verb;
  bool RoleRow::*carried;
  std::string_view roles;
};
constexpr ActionRow kActions[] = {
    {Action::kViewRecord, "view", &RoleRow::view, "manager, editor or viewer"},
    {Action::kEditRecord, "edit", &RoleRow::edit, "manager or editor"},
};

const RoleRow* Find(Role role) {
  for (const RoleRow& row : kRoles) {
    if (row.role == role) return &row;
  }
  return nullptr;
}

const ActionRow* Find(Action action) {
  for (const ActionRow& row : kActions) {
    if (row.action == action) return &row;
  }
  return nullptr;
}

// What the person is on the record instead.
std::string Standing(const Grant& grant) {
  if (!grant.staff) return "a contact";
  if (!grant.assigned) return "not assigned";
  const RoleRow* const role = Find(grant.role);
  return "assigned as " + std::string(role != nullptr ? role->name : "nothing known");
}

}  // namespace

bool Allows(const Grant& grant, Action action) {
  const ActionRow* const row = Find(action);
  if (row == nullptr) return false;
  if (grant.is_operator) return true;
  if (!grant.staff || !grant.assigned) return false;
  const RoleRow* const role = Find(grant.role);
  return role != nullptr && role->*(row->carried);
}

Status Check(const Grant& grant, Action action, std::string_view person, std::string_view record) {
  if (Allows(grant, action)) return {};
  const ActionRow* const row = Find(action);
  const std::string who = base::Printable(person);
  if (row == nullptr) {
    return Status(Code::kPermissionDenied, "action_unknown", std::string(record), who + " asked for an unknown action");
  }
  return Status(Code::kPermissionDenied, "role_missing", std::string(record),
                who + " may not " + std::string(row->verb) + " it: staff assigned as " + std::string(row->roles) +
                    " may, and " + who + " is " + Standing(grant));
}

}  // namespace casecomm::access
