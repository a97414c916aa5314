// SPDX-License-Identifier: Apache-2.0
// The JSON form of what the library answers: one object, no line end, keys in a fixed order, UTF-8 (bytes
// that are not become U+FFFD), so that every door of the library prints the same bytes. What is absent is
// null. Control and invisible characters stand as \u escapes, so that a terminal may show it (threat T25).
// Fields: docs/json.md. These functions throw std::bad_alloc, and nothing else.
#ifndef CASECOMM_JSON_H_
#define CASECOMM_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "casecomm/decision.h"
#include "casecomm/host/sink.h"
#include "casecomm/mail.h"
#include "casecomm/rules.h"
#include "casecomm/views.h"

namespace casecomm {

// path and index stand first; path is null when empty, index when negative.
std::string ToJson(const Mail& mail, std::string_view path, int64_t index);
std::string ToJson(const MailDecision& decision, std::string_view path, int64_t index, bool with_trace);
std::string ToJson(const RecordPage& page);
std::string ToJson(const PersonView& person);
std::string ToJson(const RecordView& record);
std::string ToJson(const AssignmentView& assignment);
std::string ToJson(const AddressEntry& entry);
std::string ToJson(const ThreadSummary& thread);
std::string ToJson(const MessageView& message);
std::string ToJson(const UnassignedView& view);
std::string ToJson(const HeldView& view);
std::string ToJson(const ActView& act);
std::string ToJson(const SuggestionView& suggestion);
std::string ToJson(const LateMatchView& match);
std::string ToJson(const ForwardView& view);
std::string ToJson(const AccountInfo& account);
std::string ToJson(const host::RecipientResult& result);
std::string ToJson(const RuleView& rule);
std::string ToJson(const Rehearsal& rehearsal, std::string_view path, int64_t index);

// A JSON string literal with its quotes.
std::string JsonQuote(std::string_view text);

// Text of a mail made fit for a terminal or a log: control, bidirectional and zero-width characters and bytes
// that are not UTF-8 become \xNN or \u{NNNN}; one line.
std::string Printable(std::string_view text);

}  // namespace casecomm

#endif  // CASECOMM_JSON_H_
