// SPDX-License-Identifier: Apache-2.0
// Who may ask, and the addresses of records and drops.
#include "flow/session.h"
#include "store/collections.h"

namespace casecomm {

using host::Value;

Status Session::Impl::RequireOperator(std::string_view verb) const {
  if (is_operator()) return {};
  return Status(Code::kPermissionDenied, "operator_only", actor_.person, "only the operator may " + std::string(verb));
}

Status Session::Impl::RequireAccount() const {
  if (number() != flow::kOperatorAccount) return {};
  return Status(Code::kFailedPrecondition, "operator_account", "operator",
                "the operator's own account has no people, records or rules");
}

Status Session::Impl::RequireStaff(std::string_view verb) {
  if (is_operator()) return {};
  auto grant = PersonGrant();
  if (!grant.ok()) return grant.status();
  if (grant->staff) return {};
  return Status(Code::kPermissionDenied, "staff_only", actor_.person, "only staff may " + std::string(verb));
}

Result<std::optional<wire::PersonRow>> Session::Impl::FindPerson(std::string_view id) {
  return flow::ReadNoun(context_.store(), store::kPeople, flow::Key(number(), Value::Text(id)), wire::ReadPerson);
}

Result<access::Grant> Session::Impl::PersonGrant() {
  access::Grant grant;
  grant.is_operator = is_operator();
  if (grant.is_operator) return grant;
  auto person = FindPerson(actor_.person);
  if (!person.ok()) return person.status();
  grant.staff = *person && (*person)->kind == static_cast<uint8_t>(identify::PersonKind::kStaff);
  return grant;
}

Result<access::Grant> Session::Impl::GrantOn(const std::string& record) {
  auto grant = PersonGrant();
  if (!grant.ok() || grant->is_operator) return grant;
  auto row = flow::ReadNoun(context_.store(), store::kAssignments,
                            flow::Key(number(), Value::Text(record), Value::Text(actor_.person)), wire::ReadAssignment);
  if (!row.ok()) return row.status();
  if (*row) {
    grant->assigned = true;
    grant->role = access::Role{(*row)->role};
  }
  return grant;
}

Status Session::Impl::Authorize(access::Action action, const std::string& record) {
  auto grant = GrantOn(record);
  if (!grant.ok()) return grant.status();
  return access::Check(*grant, action, actor_.person, record);
}

Result<std::string> Session::Impl::MintAddress(address::Kind kind, const wire::LocatorRow& locator) const {
  return context_.signer().Mint({kind, locator.key_id, number(), locator.locator}, account_->row().domain);
}

Result<std::string> Session::Impl::FindAddress(address::Kind kind, std::string_view subject) {
  auto rows = LocatorsOf(kind, subject);
  if (!rows.ok()) return rows.status();
  for (const wire::LocatorRow& row : *rows) {
    if (row.state == static_cast<uint8_t>(identify::LocatorState::kActive)) return MintAddress(kind, row);
  }
  return NoAddressOf(kind, subject);
}

Status Session::Impl::NoAddressOf(address::Kind kind, std::string_view subject) {
  return Status(Code::kNotFound, kind == address::Kind::kDrop ? "no_drop" : "no_record", std::string(subject),
                kind == address::Kind::kDrop ? "no staff person of this id is in the account"
                                             : "no record of this id is in the account");
}

Result<std::string> Session::Impl::RecordAddress(std::string_view record) {
  if (Status s = Authorize(access::Action::kViewRecord, std::string(record)); !s.ok()) return s;
  return FindAddress(address::Kind::kRecord, record);
}

Result<std::string> Session::Impl::DropAddress(std::string_view person) {
  if (!is_operator() && actor_.person != person) {
    return Status(Code::kPermissionDenied, "not_owner", std::string(person),
                  "a drop address is for its own user alone");
  }
  return FindAddress(address::Kind::kDrop, person);
}

}  // namespace casecomm
