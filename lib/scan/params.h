// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_PARAMS_H_
#define CASECOMM_SCAN_PARAMS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scan/charset.h"

namespace casecomm::scan {

// The first word of a Content-Type or Content-Disposition value in lower case: "text/plain", "attachment".
std::string FirstWord(std::string_view value);

// One or more of the characters of a token; bytes above 127 count (RFC 2045, 5.1).
bool IsToken(std::string_view text);

// The media type of a Content-Type value, or `otherwise` where it is absent or not type "/" subtype (RFC 2045, 5.2).
std::string MediaType(std::string_view value, std::string_view otherwise);

// A parameter as its bytes are written: quotes and folds gone, RFC 2231 sections joined and percent signs decoded, of no charset
// in particular. For boundary and charset.
std::optional<std::string> FindParameter(std::string_view value, std::string_view name);

// A parameter as text: RFC 2231 in all its shapes, else encoded words, which senders put there against RFC 2047, 5 (3).
// Where a name stands in several shapes, name* goes before name*0 and that before name (RFC 6266, 4.3); of equals the
// first. UTF-8.
std::optional<std::string> FindText(std::string_view value, std::string_view name, CharsetDecoder* charsets,
                                    bool* clean);

enum class ParameterDoubt {
  kNone,
  kSyntax,    // written so that readers cut it in different ways
  kRepeated,  // stands again, and differs
};

// Whether the parameter stands once at most, and so that nobody can take it for another. Cheap.
bool StandsPlainly(std::string_view value, std::string_view name);

// Whether readers may take different things for the parameter. Cheap where it is plain.
ParameterDoubt DoubtOf(std::string_view value, std::string_view name);

// Whether the parameter is written as RFC 2045, 5.1 has it, a token or a quoted string behind a semicolon, and read so: a
// comment in front of a token is not, as it may be a name. So is one that is not there.
bool IsWellFormed(std::string_view value, std::string_view name);

// Whether RFC 2231 sections of the parameter have a gap, no first one, or one of them twice.
bool HasBrokenSections(std::string_view value, std::string_view name);

// What the readers of a parameter may take it for, as bytes and as text: the one of FindParameter or FindText first, each
// once. Repeated parameters (the first few and the last), RFC 2231 sections in another order, past a gap or alone, quotes,
// comments, backslashes and percent signs read and left. Bounded; none where no reader finds one.
std::vector<std::string> EveryParameter(std::string_view value, std::string_view name);
std::vector<std::string> EveryText(std::string_view value, std::string_view name, CharsetDecoder* charsets);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_PARAMS_H_
