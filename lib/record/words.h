// SPDX-License-Identifier: Apache-2.0
// The words that a load document and the library's answers have for kinds, states and roles.
#ifndef CASECOMM_RECORD_WORDS_H_
#define CASECOMM_RECORD_WORDS_H_

#include <string>
#include <string_view>

#include "access/check.h"
#include "document/word.h"
#include "identify/directory.h"

namespace casecomm::record {

using document::Word;

inline constexpr Word<identify::PersonKind> kPersonKinds[] = {{"staff", identify::PersonKind::kStaff},
                                                              {"contact", identify::PersonKind::kContact}};
inline constexpr Word<identify::RecordKind> kRecordKinds[] = {{"case", identify::RecordKind::kCase},
                                                              {"intake", identify::RecordKind::kIntake},
                                                              {"provider", identify::RecordKind::kProvider},
                                                              {"lead", identify::RecordKind::kLead},
                                                              {"matter", identify::RecordKind::kMatter}};
inline constexpr Word<identify::RecordState> kRecordStates[] = {{"open", identify::RecordState::kOpen},
                                                                {"closed", identify::RecordState::kClosed}};
inline constexpr Word<identify::SenderPolicy> kSenderPolicies[] = {
    {"anyone", identify::SenderPolicy::kAnyone},
    {"known", identify::SenderPolicy::kKnown},
    {"authenticated", identify::SenderPolicy::kAuthenticated},
    {"known_and_authenticated", identify::SenderPolicy::kKnownAndAuthenticated},
    {"staff", identify::SenderPolicy::kStaff}};
inline constexpr Word<access::Role> kRoles[] = {{"manager", access::Role::kManager},
                                                {"editor", access::Role::kEditor},
                                                {"viewer", access::Role::kViewer},
                                                {"client", access::Role::kClient},
                                                {"other", access::Role::kOther}};

// Of a stored number; empty for one that no table has.
template <typename E, size_t N>
std::string WordOf(const Word<E> (&words)[N], uint8_t number) {
  for (const Word<E>& word : words) {
    if (static_cast<uint8_t>(word.value) == number) return std::string(word.name);
  }
  return {};
}

}  // namespace casecomm::record

#endif  // CASECOMM_RECORD_WORDS_H_
