// SPDX-License-Identifier: Apache-2.0
// The facts, the reasons and the presets, each as a table. docs/decisions.md shows the presets to people; a
// test holds the two together.
#include "route/program.h"

#include <utility>

namespace casecomm::route {
namespace {

struct FactRow {
  std::string_view name;
  std::vector<std::string_view> values;
};

const FactRow& Row(Fact fact) {
  static const std::array<FactRow, static_cast<size_t>(Fact::kCount)> kRows = {{
      {"address", {"none", "record", "drop", "unroutable", "other"}},
      {"locator", {"none", "active", "grace", "retired", "unknown"}},
      {"author", {"ambiguous", "unknown", "contact", "staff", "owner"}},
      {"trust", {"none", "pass", "fail"}},
      {"mail", {"new", "reply"}},
      {"forwarded", {"no", "only_recipient", "original_attached"}},
      {"recipients", {"none", "settled", "unknown", "no_open_record", "several_cases", "several_leads"}},
      {"record", {"none", "open", "closed"}},
      {"limit", {"within", "over", "addresses"}},
  }};
  return kRows[static_cast<size_t>(fact)];
}

constexpr Reason kReasons[] = {
    {"record_address", "a record's address stands among the recipients"},
    {"record_closed_filed", "the same, and the record is closed: filed with a notice"},
    {"recipients_settled", "a recipient's contact has one open case, or no open case and one open lead"},
    {"forwarded", "a mail forwarded to a drop address is always linked by hand"},
    {"no_recipient", "the mail has no recipient besides users and our own addresses"},
    {"unknown_recipient", "the first recipient belongs to nobody known"},
    {"no_open_record", "the first recipient's contact has no open case and no open lead"},
    {"several_cases", "the first recipient's contact has several open cases"},
    {"several_leads", "the first recipient's contact has no open case and several open leads"},
    {"limit", "the mail passes a limit of what is read"},
    {"author_ambiguous", "it cannot be told who wrote"},
    {"address_retired", "the address no longer stands for its record or user without doubt"},
    {"unknown_sender", "the sender policy files mail of known people only"},
    {"record_closed", "the record is closed"},
    {"not_owner", "a drop address is for its user alone"},
    {"unroutable", "an address at a domain of ours proves nothing"},
    {"mime_ambiguous", "readers of its bytes differ on what the mail holds"},
    {"scanner_hit", "the host's scanner found something in a file"},
    {"scanner_unavailable", "a file could not be scanned"},
    {"no_address", "the mail names no address of ours"},
    {"rule", "no other rule fits"},
};

template <typename... Values>
Condition Is(Fact fact, Values... values) {
  return {fact, ((uint32_t{1} << static_cast<uint8_t>(values)) | ...)};
}

enum class Policy { kAnyone, kKnown };

const Condition kRecordAddress = Is(Fact::kAddress, AddressFact::kRecord);
const Condition kDropAddress = Is(Fact::kAddress, AddressFact::kDrop);
const Condition kSlotAddress = Is(Fact::kAddress, AddressFact::kRecord, AddressFact::kDrop);
const Condition kNoAddress = Is(Fact::kAddress, AddressFact::kNone);
const Condition kByUser = Is(Fact::kAuthor, AuthorFact::kStaff);
const Condition kBySomeoneElse = Is(Fact::kAuthor, AuthorFact::kUnknown, AuthorFact::kContact);
const Condition kNew = Is(Fact::kReply, ReplyFact::kNew);
const Condition kReply = Is(Fact::kReply, ReplyFact::kReply);
const Condition kGrace = Is(Fact::kLocator, LocatorFact::kGrace);
const Condition kClosed = Is(Fact::kRecordState, RecordStateFact::kClosed);

Condition RecipientsAre(RecipientsFact value) {
  return Is(Fact::kRecipients, value);
}

void AddLimits(std::vector<Rule>* rules) {
  rules->insert(rules->end(),
                {
                    {"limit",
                     {Is(Fact::kLimit, LimitFact::kOver)},
                     Action::kHold,
                     "limit",
                     "Held for {subject}: the mail of {author} names {address} and passes a limit ({limit}), so it was "
                     "not read to its end and may name more than was seen."},
                    {"limit_addresses",
                     {Is(Fact::kLimit, LimitFact::kAddresses)},
                     Action::kHold,
                     "limit",
                     "Held for {subject}: the mail of {author} names {address}, and more addresses at our domains than "
                     "the {limit} that are checked."},
                });
}

// What holds for record and drop addresses alike, whatever the policy.
void AddAddressChecks(std::vector<Rule>* rules) {
  rules->insert(rules->end(),
                {
                    {"author_ambiguous",
                     {kSlotAddress, Is(Fact::kAuthor, AuthorFact::kAmbiguous)},
                     Action::kHold,
                     "author_ambiguous",
                     "Held for {subject}: {address} was named, but who wrote cannot be told, because {from}."},
                    {"address_unknown",
                     {kSlotAddress, Is(Fact::kLocator, LocatorFact::kUnknown)},
                     Action::kHold,
                     "address_retired",
                     "Held: {author} wrote to {address}, which we once gave out but which belongs to no record or user "
                     "now."},
                    {"address_retired",
                     {kSlotAddress, Is(Fact::kLocator, LocatorFact::kRetired)},
                     Action::kHold,
                     "address_retired",
                     "Held for {subject}: {author} wrote to {address}, an address that has been retired."},
                    {"grace_unknown_author",
                     {kSlotAddress, kGrace, Is(Fact::kAuthor, AuthorFact::kUnknown)},
                     Action::kHold,
                     "address_retired",
                     "Held for {subject}: {address} is being replaced and takes mail of known people only, and "
                     "{author} is not "
                     "one of them."},
                    {"grace_unauthenticated",
                     {kSlotAddress, kGrace, Is(Fact::kTrust, TrustFact::kNone, TrustFact::kFail)},
                     Action::kHold,
                     "address_retired",
                     "Held for {subject}: {address} is being replaced and takes authenticated mail only, and the "
                     "authentication "
                     "of mail from {author} is: {trust}."},
                });
}

void AddPolicy(Policy policy, std::vector<Rule>* rules) {
  if (policy == Policy::kAnyone) {
    rules->push_back({"record_closed_filed",
                      {kRecordAddress, kClosed},
                      Action::kFileRecord,
                      "record_closed_filed",
                      "Filed on {record} with a notice, because the record is closed: {author} wrote to its address "
                      "{address}."});
    return;
  }
  rules->push_back({"unknown_sender",
                    {kRecordAddress, Is(Fact::kAuthor, AuthorFact::kUnknown)},
                    Action::kHold,
                    "unknown_sender",
                    "Held for {record}: only mail of known people is filed on it, and {author} wrote to its address "
                    "{address}."});
  rules->push_back({"record_closed",
                    {kRecordAddress, kClosed},
                    Action::kHold,
                    "record_closed",
                    "Held for {record}, because the record is closed: {author} wrote to its address {address}."});
}

// The rows of CB-10 with a record address: T2, T5, T8, T9.
void AddRecordRows(std::vector<Rule>* rules) {
  rules->insert(rules->end(),
                {
                    {"user_new",
                     {kRecordAddress, kByUser, kNew},
                     Action::kFileRecord,
                     "record_address",
                     "Filed on {record}: a user's own new mail, from {author}, names its address {address}."},
                    {"user_reply",
                     {kRecordAddress, kByUser, kReply},
                     Action::kFileRecord,
                     "record_address",
                     "Filed on {record}: a user's own reply, from {author}, names its address {address}; "
                     "whether the mail that "
                     "it answers was tracked does not matter."},
                    {"other_new",
                     {kRecordAddress, kBySomeoneElse, kNew},
                     Action::kFileRecord,
                     "record_address",
                     "Filed on {record}: a new mail of someone else, {author}, names its address {address}."},
                    {"other_reply",
                     {kRecordAddress, kBySomeoneElse, kReply},
                     Action::kFileRecord,
                     "record_address",
                     "Filed on {record}: a reply of someone else, {author}, names its address {address}; "
                     "whether the mail that "
                     "it answers was tracked does not matter."},
                });
}

// CF-02, CF-13, CF-04 to CF-08.
void AddDropRows(std::vector<Rule>* rules) {
  rules->insert(rules->end(),
                {
                    {"drop_not_owner",
                     {kDropAddress, Is(Fact::kAuthor, AuthorFact::kUnknown, AuthorFact::kContact, AuthorFact::kStaff)},
                     Action::kHold,
                     "not_owner",
                     "Held for {person}: the drop address {address} is for {person} alone, and the author is "
                     "{author}."},
                    {"drop_forwarded_alone",
                     {kDropAddress, Is(Fact::kForwarded, ForwardedFact::kOnlyRecipient)},
                     Action::kUnassigned,
                     "forwarded",
                     "Unassigned for {person}: {author} sent it to the drop address {address} and nobody else, so it "
                     "counts as "
                     "forwarded and is linked by hand."},
                    {"drop_forwarded_original",
                     {kDropAddress, Is(Fact::kForwarded, ForwardedFact::kOriginalAttached)},
                     Action::kUnassigned,
                     "forwarded",
                     "Unassigned for {person}: {author} put the drop address {address} in To or Cc with an original "
                     "message "
                     "attached, so it counts as forwarded and is linked by hand."},
                    {"drop_settled",
                     {kDropAddress, RecipientsAre(RecipientsFact::kSettled)},
                     Action::kFileRecipients,
                     "recipients_settled",
                     "Filed on {record}: {settled}; {author} sent it with the drop address {address}."},
                    {"drop_no_recipient",
                     {kDropAddress, RecipientsAre(RecipientsFact::kNone)},
                     Action::kUnassigned,
                     "no_recipient",
                     "Unassigned for {person}: besides the drop address {address}, {author} wrote only to users and to "
                     "addresses "
                     "of ours."},
                    {"drop_unknown_recipient",
                     {kDropAddress, RecipientsAre(RecipientsFact::kUnknown)},
                     Action::kUnassigned,
                     "unknown_recipient",
                     "Unassigned for {person}: {author} sent it with the drop address {address} to a recipient whom "
                     "nobody "
                     "knows: {recipients}."},
                    {"drop_no_open_record",
                     {kDropAddress, RecipientsAre(RecipientsFact::kNoOpenRecord)},
                     Action::kUnassigned,
                     "no_open_record",
                     "Unassigned for {person}: {author} sent it with the drop address {address} to a contact without "
                     "an open "
                     "case or lead: {recipients}."},
                    {"drop_several_cases",
                     {kDropAddress, RecipientsAre(RecipientsFact::kSeveralCases)},
                     Action::kUnassigned,
                     "several_cases",
                     "Unassigned for {person}: {author} sent it with the drop address {address} to a contact with more "
                     "than one "
                     "open case: {recipients}."},
                    {"drop_several_leads",
                     {kDropAddress, RecipientsAre(RecipientsFact::kSeveralLeads)},
                     Action::kUnassigned,
                     "several_leads",
                     "Unassigned for {person}: {author} sent it with the drop address {address} to a contact with no "
                     "open case "
                     "and more than one open lead: {recipients}."},
                });
}

// The rows of CB-10 without an address of ours: T1, T6, T7, T10. CB-11 is off: no rule looks at the thread.
void AddRest(std::vector<Rule>* rules) {
  rules->insert(rules->end(),
                {
                    {"unroutable",
                     {Is(Fact::kAddress, AddressFact::kUnroutable)},
                     Action::kHold,
                     "unroutable",
                     "Held: {author} wrote to {address}, which is at a domain of ours but is no address that we gave "
                     "out, or one "
                     "that has expired."},
                    {"user_new_untracked",
                     {kNoAddress, kByUser, kNew},
                     Action::kNotTracked,
                     "no_address",
                     "Not tracked: a user's own new mail, from {author}, names neither a record address nor a drop "
                     "address."},
                    {"user_reply_untracked",
                     {kNoAddress, kByUser, kReply},
                     Action::kNotTracked,
                     "no_address",
                     "Not tracked: a user's own reply, from {author}, names neither a record address nor a drop "
                     "address, and a "
                     "reply is not tracked by its thread alone."},
                    {"other_new_untracked",
                     {kNoAddress, kBySomeoneElse, kNew},
                     Action::kNotTracked,
                     "no_address",
                     "Not tracked: a new mail of someone else, {author}, names neither a record address nor a drop "
                     "address."},
                    {"other_reply_untracked",
                     {kNoAddress, kBySomeoneElse, kReply},
                     Action::kNotTracked,
                     "no_address",
                     "Not tracked: a reply of someone else, {author}, names neither a record address nor a drop "
                     "address, and a "
                     "reply is not tracked by its thread alone."},
                    {"nobody_untracked",
                     {kNoAddress, Is(Fact::kAuthor, AuthorFact::kAmbiguous)},
                     Action::kNotTracked,
                     "no_address",
                     "Not tracked: the mail names neither a record address nor a drop address, and who wrote cannot be "
                     "told, "
                     "because {from}."},
                    {"otherwise", {}, Action::kHold, "rule", "Held: no other rule fits this mail of {author}."},
                });
}

std::vector<Rule> Rules(Policy policy) {
  std::vector<Rule> rules;
  AddLimits(&rules);
  AddAddressChecks(&rules);
  AddPolicy(policy, &rules);
  AddRecordRows(&rules);
  AddDropRows(&rules);
  AddRest(&rules);
  return rules;
}

struct PresetRow {
  std::string_view name, policy_name;
  Policy policy;
};

constexpr PresetRow kPresets[] = {
    {"casebook", "P0 anyone", Policy::kAnyone},
    {"casefleet", "P1 known", Policy::kKnown},
};

}  // namespace

std::string_view FactName(Fact fact) {
  return Row(fact).name;
}
std::string_view FactValueName(Fact fact, uint8_t value) {
  return Row(fact).values[value];
}
size_t FactValueCount(Fact fact) {
  return Row(fact).values.size();
}

std::string ConditionText(const Condition& condition) {
  std::string text(FactName(condition.fact));
  std::string_view joint = " is ";
  for (uint8_t value = 0; value < FactValueCount(condition.fact); ++value) {
    if ((condition.allowed >> value & 1) == 0) continue;
    text.append(joint).append(FactValueName(condition.fact, value));
    joint = " or ";
  }
  return text;
}

std::span<const Reason> Reasons() {
  return kReasons;
}

Result<Program> Program::Preset(std::string_view name) {
  for (const PresetRow& preset : kPresets) {
    if (preset.name != name) continue;
    Program program;
    program.rules_ = Rules(preset.policy);
    program.policy_ = preset.policy_name;
    return program;
  }
  return Status(Code::kNotFound, "unknown_preset", std::string(name),
                "was no preset; there are casebook and casefleet");
}

std::vector<std::string_view> Program::PresetNames() {
  std::vector<std::string_view> names;
  for (const PresetRow& preset : kPresets) names.push_back(preset.name);
  return names;
}

}  // namespace casecomm::route
