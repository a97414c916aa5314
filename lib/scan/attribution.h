// SPDX-License-Identifier: Apache-2.0
// The lines that clients write above what they quote: "On ..., Ann <ann@x.example> wrote:", "-----Original Message-----", in the
// languages of the table in attribution.cc.
#ifndef CASECOMM_SCAN_ATTRIBUTION_H_
#define CASECOMM_SCAN_ATTRIBUTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace casecomm::scan {

// How much a line says of itself. People write the weaker forms in prose, too: what stands below has to agree.
enum class AttributionKind : uint8_t {
  kNone,
  kNamed,    // "Ann wrote:"; or a day without a time
  kDated,    // day and time
  kPrecise,  // as programs write them: the day in digits, or seconds, or the offset of a zone
  kFull,     // day, time and address in the order of a client; or the like between dashes
};

inline constexpr size_t kAttributionLines = 8;

struct Attribution {
  AttributionKind kind = AttributionKind::kNone;
  size_t lines = 0;
};

// The attribution that begins at the first of `lines` (UTF-8, without line ends, no quote signs), over as many as the sender's
// program wrapped it. Reads at most kAttributionLines lines and 600 bytes of them.
Attribution ReadAttribution(std::span<const std::string_view> lines);

// Who wrote, and when, as an attribution of kFull that holds an address has it: "Ann Lee <ann@x.example>", "4/3/2023, 10:15 AM".
struct AttributionParts {
  size_t lines = 0;
  std::string author, date;
  std::string_view language;  // that has its verb; empty where several have
};

std::optional<AttributionParts> ReadAttributionParts(std::span<const std::string_view> lines);

// ">>> Ann Lee <ann@x.example> 4/3/2023 10:15 AM >>>", as GroupWise has it: no quote signs, though it looks so.
bool IsFramedAttribution(std::string_view line);

// Whether a line may be the last of an attribution, by its last character or word: most are not.
bool MayEndAttribution(std::string_view line);

// "-----Original Message-----" and the like: dashes on both sides, all above what is quoted whole.
bool IsOriginalTitle(std::string_view line);

// The same words with dashes on one side or on none, alone in their line. People write that, too: a header block must follow.
bool IsBareTitle(std::string_view line);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_ATTRIBUTION_H_
