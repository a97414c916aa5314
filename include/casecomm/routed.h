// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_ROUTED_H_
#define CASECOMM_ROUTED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/decision.h"
#include "casecomm/trust.h"

namespace casecomm {

// One mail to be routed: its bytes, and the envelope if the transport gave it. Borrowed for the call.
struct RouteRequest {
  std::string_view raw;                                  // RFC 5322 bytes
  bool envelope_known = false;                           // else delivery headers stand in (spec CF-03)
  const std::vector<std::string>* recipients = nullptr;  // the envelope's addr-specs; null: none
  std::optional<Trust> trust = std::nullopt;             // as in host::InboundMail
};

// What a batch was decided to, a column a fact: no text is made. Mail i has the targets first_target[i] to
// first_target[i + 1] - 1, at least one. Texts are views, valid as long as the batch is neither filled anew nor
// destroyed. A value that may be read by many threads at once.
class RoutedBatch {
 public:
  RoutedBatch();
  ~RoutedBatch();
  RoutedBatch(RoutedBatch&&) noexcept;
  RoutedBatch& operator=(RoutedBatch&&) noexcept;

  size_t mail_count() const { return outcomes.size(); }
  size_t target_count() const { return target_outcomes.size(); }

  std::vector<Outcome> outcomes;          // a row a mail: the first of its targets' in Outcome's order
  std::vector<uint32_t> first_target;     // a row a mail, and one more for the end
  std::vector<Outcome> target_outcomes;   // a row a target, as are those below
  std::vector<std::string_view> rules;    // the rule that decided
  std::vector<std::string_view> reasons;  // a stable word
  std::vector<std::string_view> records;  // where it would be filed, or whose address it came to; data() null: none
  std::vector<std::string_view> owners;   // whose drop address it came by; data() is null: by none

 private:
  friend class Session;
  struct State;  // what the views point into, and the scanner's memory
  std::unique_ptr<State> state_;
};

}  // namespace casecomm

#endif  // CASECOMM_ROUTED_H_
