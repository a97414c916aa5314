// SPDX-License-Identifier: Apache-2.0
#include "compose/written.h"

#include "base/text.h"
#include "compose/body.h"
#include "compose/field.h"
#include "identify/address_key.h"
#include "scan/params.h"

namespace casecomm::compose {
namespace {

constexpr size_t kLongestType = 127;  // RFC 6838, 4.2: twice, and more than any type has

}  // namespace

std::string WrittenAddress(std::string_view address) {
  const size_t at = address.rfind('@');
  if (IsPrintableAscii(address) || !IsPrintableAscii(address.substr(0, at))) return std::string(address);
  const identify::CanonicalAddress canonical(address.substr(0, at), address.substr(at + 1));
  return std::string(address.substr(0, at + 1)) + std::string(canonical.domain());
}

bool IsMediaType(std::string_view type) {
  const size_t slash = type.find('/');
  if (slash == type.npos || type.size() > kLongestType || !IsPrintableAscii(type)) return false;
  if (!scan::IsToken(type.substr(0, slash)) || !scan::IsToken(type.substr(slash + 1))) return false;
  if (base::EqualFoldAscii(type.substr(0, slash), "multipart")) return false;
  return !base::EqualFoldAscii(type.substr(0, slash), "message") || IsMessage(base::LowerAscii(type));
}

std::string WrittenType(const ComposedFile& file) {
  std::string type = base::LowerAscii(file.media_type);
  if (IsMessage(type) && !CanStandAsItIs(file.bytes)) return "application/octet-stream";
  return type;
}

bool IsMessage(std::string_view type) {
  return type == "message/rfc822";
}

}  // namespace casecomm::compose
