// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_COMPOSE_BODY_H_
#define CASECOMM_COMPOSE_BODY_H_

#include <string>
#include <string_view>

namespace casecomm::compose {

// A body in a transfer encoding (RFC 2045, 6), lines ended with CRLF, the last one too. It holds no boundary that begins with
// kBoundaryMark.
struct EncodedBody {
  std::string encoding;  // "7bit", "quoted-printable", "base64"
  std::string bytes;
};

inline constexpr std::string_view kBoundaryMark = "=_";

// Any line ends as CRLF, the last line with one.
std::string CanonicalText(std::string_view text);

// `text` is canonical. As it stands where any relay leaves it so, else quoted-printable, or base64 where that is shorter.
EncodedBody EncodeText(std::string_view text);

// Lines of 76.
std::string Base64Lines(std::string_view bytes);

// A message that is attached may not be encoded (RFC 2046, 5.2.1): whether it can stand as it is.
bool CanStandAsItIs(std::string_view message);

}  // namespace casecomm::compose

#endif  // CASECOMM_COMPOSE_BODY_H_
