// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>

namespace casecomm::capi {
namespace {

struct Reason {
  std::string_view word;
  int32_t number;
};

constexpr auto kReasons = [] {
#define ENTRY(number, name, word, meaning) Reason{word, number},
  std::array table = {CASECOMM_REASON_TABLE(ENTRY)};
#undef ENTRY
  std::sort(table.begin(), table.end(), [](const Reason& a, const Reason& b) { return a.word < b.word; });
  return table;
}();

// Bytes of the well-formed character at the front of `text`, which is not empty; 0 if there is none (RFC 3629). NUL
// counts as none: it would end the text.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  const size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                        : (lead & 0xf0) == 0xe0        ? 3
                        : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                       : 0;
  if (length == 0 || length > text.size()) return 0;
  const uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

// Copies whole characters and a NUL into `room` bytes; ill-formed bytes become U+FFFD. False if not all had room.
bool Copy(std::string_view text, char* out, size_t room) {
  static constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  if (room == 0) return text.empty();
  size_t used = 0;
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    const std::string_view character = length == 0 ? kReplacement : text.substr(0, length);
    if (used + character.size() >= room) break;
    std::memcpy(out + used, character.data(), character.size());
    used += character.size();
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  out[used] = 0;
  return text.empty();
}

template <size_t n>
std::string Text(const char (&field)[n]) {
  return {field, strnlen(field, n)};
}

}  // namespace

int32_t ReasonNumber(std::string_view word) {
  const auto found = std::lower_bound(kReasons.begin(), kReasons.end(), word,
                                      [](const Reason& reason, std::string_view w) { return reason.word < w; });
  return found != kReasons.end() && found->word == word ? found->number : 0;
}

casecomm_status Tell(const Failure& failure, casecomm_error* error) noexcept {
  if (!error) return failure.code;
  uint32_t size = 0;
  std::memcpy(&size, error, sizeof size);
  if (size > CASECOMM_STRUCT_MAX) return failure.code;
  size = std::min(size, static_cast<uint32_t>(sizeof(casecomm_error)));

  casecomm_error told{};
  told.struct_size = size;
  told.code = failure.code;
  told.reason = ReasonNumber(failure.reason);
  told.position = failure.position;
  const auto room = [size](size_t offset, size_t length) {
    return size > offset ? std::min<size_t>(size - offset, length) : 0;
  };
  if (!Copy(failure.reason, told.reason_name, room(offsetof(casecomm_error, reason_name), sizeof told.reason_name))) {
    told.truncated |= CASECOMM_TRUNCATED_REASON;
  }
  if (!Copy(failure.subject, told.subject, room(offsetof(casecomm_error, subject), sizeof told.subject))) {
    told.truncated |= CASECOMM_TRUNCATED_SUBJECT;
  }
  if (!Copy(failure.message, told.message, room(offsetof(casecomm_error, message), sizeof told.message))) {
    told.truncated |= CASECOMM_TRUNCATED_MESSAGE;
  }
  std::memcpy(error, &told, size);
  return failure.code;
}

casecomm_status Tell(const Status& status, casecomm_error* error) noexcept {
  if (status.ok()) return CASECOMM_OK;
  return Tell(Failure{static_cast<casecomm_status>(status.code()), status.reason(), status.subject(), status.message(),
                      status.position()},
              error);
}

Status Heard(casecomm_status code, const casecomm_error& error) {
  if (code == CASECOMM_OK) return {};
  const bool known = code > CASECOMM_OK && code <= CASECOMM_UNAUTHENTICATED;
  return {known ? static_cast<Code>(code) : Code::kUnknown, Text(error.reason_name), Text(error.subject),
          Text(error.message), error.position};
}

casecomm_error BlankError() {
  casecomm_error error{};
  error.struct_size = sizeof error;
  error.position = -1;
  return error;
}

}  // namespace casecomm::capi
