// SPDX-License-Identifier: Apache-2.0
#include "identify/address_key.h"

#include <sodium.h>
#include <unicode/uidna.h>

#include <cstring>
#include <new>

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
    UIDNA* const made = uidna_openUTS46(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
        &error);
    if (error == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
    return U_SUCCESS(error) ? made : nullptr;
  }();
  return idna;
}

bool IsQuoted(std::string_view local) {
  return local.size() >= 2 && local.front() == '"' && local.back() == '"';
}

constexpr uint64_t kHighBits = 0x8080808080808080;

constexpr uint64_t Eight(uint8_t byte) {
  return 0x0101010101010101 * byte;
}

// Eight characters at once: bit 7 of each lane tells, without a carry into the next, whether it is A to Z.
uint64_t FoldEight(uint64_t text) {
  const uint64_t low = text & ~kHighBits;
  const uint64_t upper = (low + Eight(0x80 - 'A')) & ~(low + Eight(0x7f - 'Z')) & ~text & kHighBits;
  return text | upper >> 2;
}

uint64_t FoldEightAt(const char* from, char* to) {
  uint64_t eight;
  std::memcpy(&eight, from, sizeof eight);
  const uint64_t folded = FoldEight(eight);
  std::memcpy(to, &folded, sizeof folded);
  return eight;
}

// `from` with its ASCII letters in lower case at `to`. Whether all of it was ASCII.
bool Fold(std::string_view from, char* to) {
  constexpr size_t kWord = sizeof(uint64_t);
  uint64_t all = 0;
  if (from.size() >= kWord) {
    // The last word overlaps the one before: the same bytes are written twice.
    const size_t last = from.size() - kWord;
    for (size_t i = 0; i < last; i += kWord) all |= FoldEightAt(from.data() + i, to + i);
    all |= FoldEightAt(from.data() + last, to + last);
  } else {
    for (const char c : from) {
      all |= static_cast<uint8_t>(c);
      *to++ = base::FoldAscii(c);
    }
  }
  return (all & kHighBits) == 0;
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

CanonicalAddress::CanonicalAddress(std::string_view local, std::string_view domain) : local_(local), domain_(domain) {
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
  if (!Fold(domain, bytes_.data() + local_size + 1)) domain_size = DomainToAscii(domain_size, local_size + 1);
  bytes_[local_size] = '\0';
  local_ = {bytes_.data(), local_size};
  domain_ = {bytes_.data() + local_size + 1, domain_size};
}

CanonicalAddress::CanonicalAddress(std::string_view spec)
    : CanonicalAddress(spec.substr(0, spec.rfind('@')),
                       spec.rfind('@') == spec.npos ? std::string_view() : spec.substr(spec.rfind('@') + 1)) {}

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

// Makes A-labels of the `size` folded bytes at `at`; answers their size. A domain that UTS #46 refuses, or would first
// have to map (full-width letters, capitals beyond ASCII), is no U-label of RFC 5890: it stands for itself, so that no
// look-alike becomes the domain it resembles (T07).
size_t CanonicalAddress::DomainToAscii(size_t size, size_t at) {
  if (Uts46() == nullptr) return size;
  char* const domain = bytes_.data() + at;
  const auto capacity = static_cast<int32_t>(kCapacity - at);
  std::array<char, kCapacity> ascii, back;
  UErrorCode error = U_ZERO_ERROR;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const int32_t ascii_size =
      uidna_nameToASCII_UTF8(Uts46(), domain, static_cast<int32_t>(size), ascii.data(), capacity, &info, &error);
  if (error == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (U_FAILURE(error) || info.errors != 0) return size;
  const int32_t back_size =
      uidna_nameToUnicodeUTF8(Uts46(), ascii.data(), ascii_size, back.data(), kCapacity, &info, &error);
  if (error == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (U_FAILURE(error) || info.errors != 0 ||
      std::string_view(back.data(), static_cast<size_t>(back_size)) != std::string_view(domain, size)) {
    return size;
  }
  std::memcpy(domain, ascii.data(), static_cast<size_t>(ascii_size));
  return static_cast<size_t>(ascii_size);
}

uint64_t CanonicalAddress::Hash() const {
  if (local_.data() == bytes_.data()) return ProcessHash({bytes_.data(), local_.size() + 1 + domain_.size()});
  return ProcessHash(local_) ^ (ProcessHash(domain_) * 3);
}

}  // namespace casecomm::identify
