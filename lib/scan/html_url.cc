// SPDX-License-Identifier: Apache-2.0
#include "scan/html_url.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "scan/hex.h"

namespace casecomm::scan {
namespace {

constexpr size_t kMostUrl = 8192;

// The front that an address needs, in lower case. Without the slashes a browser would read the rest as relative to the
// page's own address.
constexpr std::string_view kFronts[] = {"http://", "https://", "mailto:", "tel:"};

bool IsControlOrBlank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

// As a browser begins: controls and blanks at the ends, tabs and line ends anywhere are not there.
std::string Stripped(std::string_view url) {
  while (!url.empty() && IsControlOrBlank(url.front())) url.remove_prefix(1);
  while (!url.empty() && IsControlOrBlank(url.back())) url.remove_suffix(1);
  std::string kept;
  kept.reserve(url.size());
  for (const char c : url) {
    if (c != '\t' && c != '\n' && c != '\r') kept += c;
  }
  return kept;
}

}  // namespace

std::string SafeUrl(std::string_view url) {
  const std::string kept = Stripped(url);
  if (kept.size() > kMostUrl) return {};
  const auto* const front = std::find_if(std::begin(kFronts), std::end(kFronts), [&](std::string_view f) {
    return base::EqualFoldAscii(std::string_view(kept).substr(0, f.size()), f);
  });
  if (front == std::end(kFronts) || kept.size() == front->size()) return {};
  std::string safe(*front);
  for (const char c : std::string_view(kept).substr(front->size())) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7F) return {};
    if (std::string_view(" \"'<>`\\{}|^").find(c) != std::string_view::npos) {
      safe += '%' + base::Hex({&c, 1});
    } else {
      safe += c;
    }
  }
  const char first = safe[front->size()];
  if (first == '/' || (safe[0] == 'h' && first == '%')) return {};  // no host
  return safe;
}

std::string CidOf(std::string_view url) {
  const std::string kept = Stripped(url);
  if (kept.size() > 1024 || !base::EqualFoldAscii(std::string_view(kept).substr(0, 4), "cid:")) return {};
  std::string id;
  for (size_t i = 4; i < kept.size(); ++i) {
    const int byte = kept[i] == '%' ? HexByte(kept, i) : -1;
    if (byte >= 0) i += 2;
    id += byte >= 0 ? static_cast<char>(byte) : kept[i];
  }
  return id;
}

}  // namespace casecomm::scan
