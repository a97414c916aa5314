// SPDX-License-Identifier: Apache-2.0
#include "route/sender_list.h"

#include <algorithm>
#include <compare>

namespace casecomm::route {
namespace {

constexpr std::string_view kExpected = R"("name@domain", "@domain" or "@*.domain")";

// Compares a stored "local@domain" with the two halves, without joining them.
struct Halves {
  std::string_view local, domain;
};
bool operator<(std::string_view whole, const Halves& halves) {
  const size_t at = whole.rfind('@');
  const int local = whole.substr(0, at).compare(halves.local);
  return local != 0 ? local < 0 : whole.substr(at + 1) < halves.domain;
}

bool IsDomain(std::string_view domain) {
  if (domain.empty() || domain.size() > 255 || domain.front() == '.' || domain.back() == '.') return false;
  if (domain.find("..") != std::string_view::npos) return false;
  return domain.find_first_of("@*\" \t\r\n<>(),;:\\") == std::string_view::npos;
}

bool Has(const std::vector<std::string>& sorted, std::string_view text) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), text);
  return at != sorted.end() && *at == text;
}

}  // namespace

std::string_view SenderList::Add(std::string_view entry) {
  const size_t at = entry.rfind('@');
  if (at == std::string_view::npos || entry.size() > 320) return kExpected;
  const std::string_view local = entry.substr(0, at);
  std::string_view domain = entry.substr(at + 1);
  const bool below = local.empty() && domain.starts_with("*.");
  if (below) domain.remove_prefix(2);
  if (!IsDomain(domain)) return kExpected;
  const bool quoted = local.size() > 2 && local.front() == '"' && local.back() == '"';
  if (local.find_first_of(quoted ? "\r\n" : " \t\r\n<>\"") != std::string_view::npos) return kExpected;
  const identify::CanonicalAddress key(local, domain);
  if (below) {
    parents_.push_back('.' + std::string(key.domain()));
  } else if (local.empty()) {
    domains_.emplace_back(key.domain());
  } else {
    addresses_.push_back(std::string(key.local()) + '@' + std::string(key.domain()));
  }
  return {};
}

void SenderList::Seal() {
  const auto halves_less = [](const std::string& a, const std::string& b) {
    const size_t at = b.rfind('@');
    return a < Halves{std::string_view(b).substr(0, at), std::string_view(b).substr(at + 1)};
  };
  std::sort(addresses_.begin(), addresses_.end(), halves_less);
  std::sort(domains_.begin(), domains_.end());
  std::sort(parents_.begin(), parents_.end());
}

bool SenderList::Holds(const identify::CanonicalAddress& address) const {
  const Halves halves{address.local(), address.domain()};
  const auto at =
      std::lower_bound(addresses_.begin(), addresses_.end(), halves,
                       [](const std::string& whole, const Halves& h) { return std::string_view(whole) < h; });
  if (at != addresses_.end() && at->size() == halves.local.size() + 1 + halves.domain.size() &&
      std::string_view(*at).starts_with(halves.local) && std::string_view(*at).ends_with(halves.domain) &&
      (*at)[halves.local.size()] == '@') {
    return true;
  }
  if (Has(domains_, halves.domain)) return true;
  // Label by label: "a.b.org" asks for ".b.org" and ".org".
  for (size_t dot = halves.domain.find('.'); dot != std::string_view::npos; dot = halves.domain.find('.', dot + 1)) {
    if (Has(parents_, halves.domain.substr(dot))) return true;
  }
  return false;
}

}  // namespace casecomm::route
