// SPDX-License-Identifier: Apache-2.0
#include "access/check.h"

#include <gtest/gtest.h>

namespace casecomm::access {
namespace {

constexpr std::string_view kRoleNames[] = {"nothing known", "manager", "editor",       "viewer",
                                           "client",        "other",   "nothing known"};

// The whole space, role numbers and actions past the end with it, against the rule told in words.
TEST(Access, CB12_EveryGrantAndAction) {
  int allowed = 0;
  for (int bits = 0; bits < 8; ++bits) {
    for (uint8_t role = 0; role <= 6; ++role) {
      for (uint8_t action = 0; action <= 3; ++action) {
        const Grant grant{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, static_cast<Role>(role)};
        bool expected = false;
        if (action == 0) expected = grant.is_operator || (bits >= 6 && role >= 1 && role <= 3);
        if (action == 1) expected = grant.is_operator || (bits >= 6 && role >= 1 && role <= 2);
        const auto asked = static_cast<Action>(action);
        ASSERT_EQ(Allows(grant, asked), expected) << bits << " " << int{role} << " " << int{action};
        const Status status = Check(grant, asked, "ana", "case-1");
        ASSERT_EQ(status.ok(), expected);
        allowed += expected;
        if (expected) continue;
        EXPECT_EQ(status.code(), Code::kPermissionDenied);
        EXPECT_EQ(status.subject(), "case-1");
        EXPECT_NE(status.message().find("ana"), std::string_view::npos);
        if (action <= 1) {
          EXPECT_EQ(status.reason(), "role_missing");
          const std::string_view needed = action == 0 ? "manager, editor or viewer" : "manager or editor";
          EXPECT_NE(status.message().find(needed), std::string_view::npos) << status.message();
          const std::string standing = !grant.staff      ? "is a contact"
                                       : !grant.assigned ? "is not assigned"
                                                         : "is assigned as " + std::string(kRoleNames[role]);
          EXPECT_NE(status.message().find(standing), std::string_view::npos) << status.message();
        }
      }
    }
  }
  EXPECT_EQ(allowed, 4 * 7 * 2 + 3 + 2);
}

TEST(Access, SentencesNamePersonRecordAndRole) {
  EXPECT_EQ(Check({false, true, true, Role::kViewer}, Action::kEditRecord, "ana", "case-1").ToString(),
            "case-1: ana may not edit it: staff assigned as manager or editor may, and ana is assigned as viewer");
  EXPECT_EQ(
      Check({false, false, true, Role::kClient}, Action::kViewRecord, "c\n1", "case-1").ToString(),
      "case-1: c\\x0a1 may not view it: staff assigned as manager, editor or viewer may, and c\\x0a1 is a contact");
}

TEST(Access, DenyByDefault) {
  EXPECT_FALSE(Allows(Grant{}, Action::kViewRecord));
  EXPECT_FALSE(Allows(Grant{}, Action::kEditRecord));
}

}  // namespace
}  // namespace casecomm::access
