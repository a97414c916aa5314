// SPDX-License-Identifier: Apache-2.0
// Identified mail -> Decision with its trace. The hot end of the sentence: no allocation once `out` is warm.
#ifndef CASECOMM_ROUTE_DECIDE_H_
#define CASECOMM_ROUTE_DECIDE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "casecomm/decision.h"
#include "identify/identify.h"
#include "route/program.h"

namespace casecomm::route {

inline constexpr uint16_t kMatched = 0xffff;

struct Step {
  uint16_t target;  // position in Decision::asked
  uint16_t rule;
  uint16_t condition;  // the first that failed, or kMatched
};

// What was asked of the program once: a slot, an unroutable recipient, or (neither being there) nothing.
struct Asked {
  enum class What : uint8_t { kNothing, kSlot, kUnroutable } what;
  uint32_t position;  // in Identified::slots or Recipients::all
  Facts facts;
  uint16_t rule;  // that matched
};

// A destination the mail ends at. A record is a destination once, however many addresses and recipients name
// it, and so is a drop's owner: the best outcome stays (Outcome's order), and of equal ones the first. What is applied is
// so at its address, and a mail goes to the catch-all address once.
struct Target {
  uint16_t asked;
  Outcome outcome;            // filed, unassigned, held, catch_all, applied, not_tracked
  identify::Position record;  // of filed, and of what came to an address of a record; else kNoPosition
  identify::Position owner;   // the drop's; else kNoPosition
  uint32_t recipient;         // the counterpart's position in Recipients::all that settled it; else ~0
};

// Of an address that proves itself.
AddressFact AddressOf(address::Kind kind);

// Nothing to forward to (spec TI-05).
inline constexpr std::string_view kNoCatchAll = "no_catch_all";

// Of the rule that decided; kNoCatchAll where it would forward and cannot.
std::string_view ReasonOf(const Program& program, const Asked& asked, const Target& target);

struct Decision {
  std::vector<Asked> asked;
  std::vector<Target> targets;  // at least one
  std::vector<Step> trace;
  void Clear();
};

// Unroutable recipients are asked about only where no slot is: they then mean an address of ours that proves
// nothing.
void Decide(const Program& program, const identify::Recipients& recipients, const identify::Identified& identified,
            const identify::Directory& directory, Decision* out);

// The decision in words: targets with names, reasons, sentences and candidates (of every ambiguous
// recipient), and the trace if it is asked for. `targets` stand in the order of decision.targets.
MailDecision Describe(const Program& program, const scan::Envelope& envelope, const identify::Recipients& recipients,
                      const identify::Identified& identified, const identify::Directory& directory,
                      const Decision& decision, bool with_trace);

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_DECIDE_H_
