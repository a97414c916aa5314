// SPDX-License-Identifier: Apache-2.0
// Structs that say their own size.
#ifndef CASECOMM_CAPI_STRUCTS_H_
#define CASECOMM_CAPI_STRUCTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "casecomm/casecomm.h"
#include "casecomm/host.h"

namespace casecomm::capi {

// The size of each input in the version of the library that first had it. Numbers do not change.
template <typename T>
inline constexpr uint32_t kFirstSize = 0;
#define CASECOMM_FIRST_SIZE(type, size)              \
  template <>                                        \
  inline constexpr uint32_t kFirstSize<type> = size; \
  static_assert(sizeof(type) >= size && sizeof(type) <= CASECOMM_STRUCT_MAX)
CASECOMM_FIRST_SIZE(casecomm_sqlite_options, 32);
CASECOMM_FIRST_SIZE(casecomm_files_options, 48);
CASECOMM_FIRST_SIZE(casecomm_engine_options, 72);
CASECOMM_FIRST_SIZE(casecomm_actor, 24);
CASECOMM_FIRST_SIZE(casecomm_account_spec, 56);
CASECOMM_FIRST_SIZE(casecomm_mail, 56);
CASECOMM_FIRST_SIZE(casecomm_link_request, 88);
CASECOMM_FIRST_SIZE(casecomm_act_request, 88);
CASECOMM_FIRST_SIZE(casecomm_page, 24);
CASECOMM_FIRST_SIZE(casecomm_attachment_policy, 24);
CASECOMM_FIRST_SIZE(casecomm_host_clock, 32);
CASECOMM_FIRST_SIZE(casecomm_host_random, 32);
CASECOMM_FIRST_SIZE(casecomm_host_observer, 32);
CASECOMM_FIRST_SIZE(casecomm_host_store, 48);
CASECOMM_FIRST_SIZE(casecomm_host_source, 56);
CASECOMM_FIRST_SIZE(casecomm_host_mail_sink, 32);
CASECOMM_FIRST_SIZE(casecomm_row, 48);
CASECOMM_FIRST_SIZE(casecomm_inbound, 80);
CASECOMM_FIRST_SIZE(casecomm_outbound, 56);
CASECOMM_FIRST_SIZE(casecomm_recipient_result, 32);
CASECOMM_FIRST_SIZE(casecomm_trust_policy, 32);
CASECOMM_FIRST_SIZE(casecomm_inbound_policy, 40);
CASECOMM_FIRST_SIZE(casecomm_scan_options, 24);
CASECOMM_FIRST_SIZE(casecomm_host_scanner, 32);
#undef CASECOMM_FIRST_SIZE

// Copies an input: what it does not have is zero. False, and `out` is all zero, for one smaller than the first version,
// past CASECOMM_STRUCT_MAX, or with bytes that are not zero behind what this library knows.
template <typename T>
bool Read(const T* in, T* out) {
  static_assert(kFirstSize<T> != 0);
  *out = T{};
  uint32_t size = 0;
  std::memcpy(&size, in, sizeof size);
  if (size < kFirstSize<T> || size > CASECOMM_STRUCT_MAX) return false;
  if (size > sizeof(T)) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(in);
    if (std::any_of(bytes + sizeof(T), bytes + size, [](unsigned char byte) { return byte != 0; })) return false;
  }
  std::memcpy(out, in, std::min<size_t>(size, sizeof(T)));
  return true;
}

// Whether an output may be written: it has room for struct_size, and is not past CASECOMM_STRUCT_MAX.
template <typename T>
bool Writable(const T* out) {
  uint32_t size = 0;
  std::memcpy(&size, out, sizeof size);
  return size >= sizeof size && size <= CASECOMM_STRUCT_MAX;
}

// Writes what fits into a writable output.
template <typename T>
void Write(const T& value, T* out) {
  uint32_t size = 0;
  std::memcpy(&size, out, sizeof size);
  size = std::min(size, static_cast<uint32_t>(sizeof(T)));
  std::memcpy(out, &value, size);
  std::memcpy(out, &size, sizeof size);
}

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_STRUCTS_H_
