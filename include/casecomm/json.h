// SPDX-License-Identifier: Apache-2.0
// The JSON form of what the library answers: one object, no line end, keys in a fixed order, UTF-8 (bytes that are not
// become U+FFFD), so that every door of the library prints the same bytes. Fields: docs/json.md.
#ifndef CASECOMM_JSON_H_
#define CASECOMM_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "casecomm/decision.h"
#include "casecomm/engine.h"
#include "casecomm/mail.h"

namespace casecomm {

// path and index stand first; index is null when negative.
std::string ToJson(const Mail& mail, std::string_view path, int64_t index);
std::string ToJson(const MailDecision& decision, std::string_view path, int64_t index, bool with_trace);
std::string ToJson(const RecordPage& page);
std::string ToJson(const UnassignedView& view);

// A JSON string literal with its quotes.
std::string JsonQuote(std::string_view text);

}  // namespace casecomm

#endif  // CASECOMM_JSON_H_
