// SPDX-License-Identifier: Apache-2.0
#include "base/base32.h"

#include <array>

namespace casecomm::base {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr uint8_t kNoDigit = 0xff;

constexpr std::array<uint8_t, 256> kValues = [] {
  std::array<uint8_t, 256> values{};
  for (auto& v : values) v = kNoDigit;
  for (uint8_t i = 0; i < 32; ++i) {
    const char c = kDigits[i];
    values[static_cast<uint8_t>(c)] = i;
    if (c >= 'a') values[static_cast<uint8_t>(c - 'a' + 'A')] = i;
  }
  for (const char c : {'i', 'I', 'l', 'L'}) values[static_cast<uint8_t>(c)] = 1;
  for (const char c : {'o', 'O'}) values[static_cast<uint8_t>(c)] = 0;
  return values;
}();

}  // namespace

void AppendBase32(std::string* out, uint64_t value, int digits) {
  for (int shift = 5 * (digits - 1); shift >= 0; shift -= 5) *out += kDigits[(value >> shift) & 31];
}

bool ParseBase32(std::string_view digits, uint64_t* value) {
  if (digits.empty() || digits.size() > 12) return false;
  uint64_t parsed = 0;
  for (const char c : digits) {
    const uint8_t digit = kValues[static_cast<uint8_t>(c)];
    if (digit == kNoDigit) return false;
    parsed = parsed << 5 | digit;
  }
  *value = parsed;
  return true;
}

}  // namespace casecomm::base
