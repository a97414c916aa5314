// SPDX-License-Identifier: Apache-2.0
#include "identify/address_key.h"

#include <sodium.h>
#include <unicode/uidna.h>

#include <cstring>

#include "base/text.h"

namespace casecomm::identify {
namespace {

using ShortHashKey = std::array<unsigned char, crypto_shorthash_KEYBYTES>;

const ShortHashKey& ProcessKey() {
  static const ShortHashKey key = [] {
    ShortHashKey fresh{};
    // A failing sodium_init leaves a key of zeros: slower for an attacker's keys, never wrong.
    if (sodium_init() >= 0) randombytes_buf(fresh.data(), fresh.size());
    return fresh;
  }();
  return key;
}

const UIDNA* Uts46() {
  static const UIDNA* const idna = [] {
    UErrorCode error = U_ZERO_ERROR;
    UIDNA* const made = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                                            UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                                        &error);
    return U_SUCCESS(error) ? made : nullptr;
  }();
  return idna;
}

bool IsAscii(std::string_view text) {
  uint8_t all = 0;
  for (const char c : text) all = static_cast<uint8_t>(all | static_cast<uint8_t>(c));
  return all < 0x80;
}

bool IsQuoted(std::string_view local) {
  return local.size() >= 2 && local.front() == '"' && local.back() == '"';
}

void Fold(std::string_view from, char* to) {
  for (const char c : from) *to++ = base::FoldAscii(c);
}

}  // namespace

uint64_t ProcessHash(std::string_view bytes) {
  static_assert(crypto_shorthash_BYTES == sizeof(uint64_t));
  std::array<unsigned char, crypto_shorthash_BYTES> digest;
  crypto_shorthash(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                   ProcessKey().data());
  uint64_t hash;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

CanonicalAddress::CanonicalAddress(std::string_view local, std::string_view domain)
    : local_(local), domain_(domain) {
  if (!domain.empty() && domain.back() == '.') domain.remove_suffix(1);
  // One octet between the two for Hash.
  if (local.size() + 1 + domain.size() > kCapacity) return;

  size_t local_size = local.size();
  if (IsQuoted(local)) {
    local_size = Unquote(local);
  } else {
    Fold(local, bytes_.data());
  }
  size_t domain_size = domain.size();
  if (IsAscii(domain)) {
    Fold(domain, bytes_.data() + local_size + 1);
  } else {
    domain_size = DomainToAscii(domain, local_size + 1);
  }
  bytes_[local_size] = '\0';
  local_ = {bytes_.data(), local_size};
  domain_ = {bytes_.data() + local_size + 1, domain_size};
}

// The content of a quoted string into bytes_, folded; answers its size.
size_t CanonicalAddress::Unquote(std::string_view quoted) {
  const std::string_view inner = quoted.substr(1, quoted.size() - 2);
  size_t size = 0;
  for (size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\' && i + 1 < inner.size()) ++i;
    bytes_[size++] = base::FoldAscii(inner[i]);
  }
  return size;
}

// The A-labels into bytes_ at `at`; answers their size. A domain that UTS #46 refuses, or would first have to
// map (full-width letters, capitals beyond ASCII), is no U-label of RFC 5890: it stands for itself, so that
// no look-alike becomes the domain it resembles (T07).
size_t CanonicalAddress::DomainToAscii(std::string_view domain, size_t at) {
  char* const out = bytes_.data() + at;
  std::array<char, kCapacity> ascii, back;
  UErrorCode error = U_ZERO_ERROR;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  Fold(domain, out);
  if (Uts46() == nullptr) return domain.size();
  const auto capacity = static_cast<int32_t>(kCapacity - at);
  const int32_t ascii_size = uidna_nameToASCII_UTF8(Uts46(), out, static_cast<int32_t>(domain.size()),
                                                    ascii.data(), capacity, &info, &error);
  if (U_FAILURE(error) || info.errors != 0 || ascii_size > capacity) return domain.size();
  const int32_t back_size =
      uidna_nameToUnicodeUTF8(Uts46(), ascii.data(), ascii_size, back.data(), kCapacity, &info, &error);
  if (U_FAILURE(error) || info.errors != 0 ||
      std::string_view(back.data(), static_cast<size_t>(back_size)) != std::string_view(out, domain.size())) {
    return domain.size();
  }
  std::memcpy(out, ascii.data(), static_cast<size_t>(ascii_size));
  return static_cast<size_t>(ascii_size);
}

uint64_t CanonicalAddress::Hash() const {
  if (local_.data() == bytes_.data()) return ProcessHash({bytes_.data(), local_.size() + 1 + domain_.size()});
  return ProcessHash(local_) ^ (ProcessHash(domain_) * 3);
}

}  // namespace casecomm::identify
