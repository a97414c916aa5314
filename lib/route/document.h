// SPDX-License-Identifier: Apache-2.0
// A rule document as it stands: parsed, each value known; includes not yet followed.
//
//   {"casecomm_rules": 1, "name": "firm", "extends": "casebook",
//    "settings": {"sender_policy": "known", "closed_record": "hold"},
//    "lists": {"blocked": ["@spam.example"]},
//    "rules": [{"rule": "blocked", "when": {"author_in": "blocked"}, "then": "hold", "reason": "rule", "say": "..."},
//              {"include": "casebook", "except": ["other_new"]}]}
#ifndef CASECOMM_ROUTE_DOCUMENT_H_
#define CASECOMM_ROUTE_DOCUMENT_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "casecomm/status.h"
#include "route/program.h"

namespace casecomm::route {

// Where something of a document stands, for faults that show later.
struct At {
  std::string pointer;
  size_t position = 0;
};

struct Include {
  std::string name;
  std::vector<std::pair<std::string, At>> except;  // names of rules left out
  At at;
};

struct DocumentRule {
  Rule rule;
  At at;
};

// What a document sets, and leaves.
struct SomeSettings {
  std::optional<SenderPolicy> sender_policy;
  std::optional<ClosedRecord> closed_record;
  std::optional<YesNo> aliases_count, capture_replies, track_replies_by_thread;
  std::optional<std::string> catch_all;
  std::optional<int64_t> max_received, record_per_hour, sender_per_hour;

  void Apply(Settings* settings) const;
};

struct Document {
  std::string name;
  std::optional<std::pair<std::string, At>> extends;
  SomeSettings settings;
  std::vector<SenderList> lists;  // facts behind the fixed ones, in this order; sealed
  std::optional<std::vector<std::variant<DocumentRule, Include>>> rules;
  At rules_at;
};

// The grammar alone; faults as Program::Parse tells them.
Result<Document> ParseDocument(std::string_view json);

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_DOCUMENT_H_
