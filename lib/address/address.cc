// SPDX-License-Identifier: Apache-2.0
#include "address/address.h"

#include <sodium.h>

#include <algorithm>

#include "base/base32.h"
#include "base/text.h"

namespace casecomm::address {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kMaxDomain = 253;  // RFC 1035, 3.1, as text
constexpr size_t kTagBytes = 10;
constexpr Kind kKinds[] = {Kind::kRecord, Kind::kDrop, Kind::kReply, Kind::kReturnPath, Kind::kMessageId};

// Where the fields of the 35 characters stand: K V kid '-' account locator '-' tag.
struct Field {
  size_t at, size;
};
constexpr Field kVersionField{1, 1}, kKeyField{2, 1}, kAccountField{4, 6}, kLocatorField{10, 8}, kTagHigh{19, 8},
    kTagLow{27, 8};
constexpr size_t kFirstDash = 3, kSecondDash = 18;
static_assert(kTagLow.at + kTagLow.size == kCoreLength);

bool Read(std::string_view core, Field field, uint64_t* value) {
  return base::ParseBase32(core.substr(field.at, field.size), value);
}

bool IsKind(char letter) {
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](Kind k) { return static_cast<char>(k) == letter; });
}

void PutBigEndian(uint64_t value, size_t bytes, unsigned char* out) {
  for (size_t i = 0; i < bytes; ++i) out[i] = static_cast<unsigned char>(value >> (8 * (bytes - 1 - i)));
}

using Tag = std::array<unsigned char, kTagBytes>;

// The signed bytes: version, kind, account as 4 and locator as 8 bytes, highest first, then the domain in
// lower case.
Tag ComputeTag(const std::array<uint8_t, 32>& secret, const Capability& c, std::string_view domain) {
  unsigned char text[2 + 4 + 8 + kMaxDomain];
  text[0] = kVersion;
  text[1] = static_cast<unsigned char>(c.kind);
  PutBigEndian(c.account, 4, text + 2);
  PutBigEndian(c.locator, 8, text + 6);
  for (size_t i = 0; i < domain.size(); ++i) text[14 + i] = static_cast<unsigned char>(base::FoldAscii(domain[i]));
  unsigned char hash[16];
  crypto_generichash(hash, sizeof hash, text, 14 + domain.size(), secret.data(), secret.size());
  Tag tag;
  std::copy_n(hash, kTagBytes, tag.begin());
  return tag;
}

// Letters, digits and hyphens in labels of 1 to 63, as RFC 5321, 4.1.2 has it.
bool IsDomain(std::string_view domain) {
  if (domain.empty() || domain.size() > kMaxDomain) return false;
  size_t label = 0;
  for (size_t i = 0; i <= domain.size(); ++i) {
    if (i == domain.size() || domain[i] == '.') {
      if (label == 0 || label > 63 || domain[i - 1] == '-' || domain[i - label] == '-') return false;
      label = 0;
    } else if (base::IsLetterOrDigit(domain[i]) || domain[i] == '-') {
      ++label;
    } else {
      return false;
    }
  }
  return true;
}

bool EndsPrefix(char c) {
  return c == '-' || c == '+';
}

// Fit to stand before the core in a dot-atom. No dash in front: programs would take the address for an
// option.
bool IsPrefix(std::string_view prefix) {
  if (prefix.empty()) return true;
  if (prefix.size() > kMaxPrefix || !EndsPrefix(prefix.back()) || !base::IsLetterOrDigit(prefix.front())) return false;
  for (size_t i = 0; i < prefix.size(); ++i) {
    const char c = prefix[i];
    if (c == '.' ? prefix[i - 1] == '.' : !base::IsLetterOrDigit(c) && !EndsPrefix(c) && c != '_') return false;
  }
  return true;
}

Status OutOfRange(std::string_view what) {
  return Status(Code::kInvalidArgument, "address_field", "", std::string(what));
}

}  // namespace

Result<Signer> Signer::Make(const KeyRing& ring) {
  const auto refuse = [](std::string message) {
    return Status(Code::kInvalidArgument, "key_ring", "", std::move(message));
  };
  if (sodium_init() < 0) return Status(Code::kInternal, "sodium_failed", "", "libsodium did not start");
  if (ring.keys.empty()) return refuse("the key ring held no key");
  Signer signer;
  for (const KeyRing::Key& key : ring.keys) {
    if (key.id >= signer.keys_.size()) return refuse("key id " + std::to_string(key.id) + " was over 31");
    if (sodium_is_zero(key.secret.data(), key.secret.size()) != 0) {
      return refuse("the secret of key " + std::to_string(key.id) + " was never set");
    }
    for (const Key& earlier : signer.keys_) {
      // Under another id it would outlive the end of the first.
      if (earlier.present && earlier.secret == key.secret) {
        return refuse("the secret of key " + std::to_string(key.id) + " stood twice in the ring");
      }
    }
    if (signer.keys_[key.id].present) return refuse("key id " + std::to_string(key.id) + " stood twice in the ring");
    signer.keys_[key.id] = {true, key.secret, key.verify_until_us};
  }
  signer.newest_ = ring.keys.back().id;
  return signer;
}

Result<std::string> Signer::Mint(const Capability& capability, std::string_view domain, std::string_view prefix) const {
  if (!IsKind(static_cast<char>(capability.kind))) return OutOfRange("the kind of the address was unknown");
  if (capability.account == 0 || capability.account > kMaxAccount) {
    return OutOfRange("account code " + std::to_string(capability.account) + " was not in 1 to 2^30 - 1");
  }
  if (capability.locator > kMaxLocator) {
    return OutOfRange("locator " + std::to_string(capability.locator) + " was over 2^40 - 1");
  }
  if (!IsDomain(domain)) return OutOfRange("the domain of the address was no domain name of ASCII letters");
  if (!IsPrefix(prefix)) {
    return OutOfRange(
        "the prefix of the address was not at most 29 letters, digits, '.', '_', '-' or '+' before a final "
        "'-' or '+'");
  }
  if (capability.key_id >= keys_.size() || !keys_[capability.key_id].present) {
    return Status(Code::kNotFound, "key_missing", "",
                  "key " + std::to_string(capability.key_id) + " was not in the ring");
  }

  std::string address;
  address.reserve(prefix.size() + kCoreLength + 1 + domain.size());
  address += prefix;
  address += static_cast<char>(capability.kind);
  base::AppendBase32(&address, kVersion, 1);
  base::AppendBase32(&address, capability.key_id, 1);
  address += '-';
  base::AppendBase32(&address, capability.account, 6);
  base::AppendBase32(&address, capability.locator, 8);
  address += '-';
  const Tag tag = ComputeTag(keys_[capability.key_id].secret, capability, domain);
  for (size_t half = 0; half < kTagBytes; half += 5) {
    uint64_t bits = 0;
    for (size_t i = 0; i < 5; ++i) bits = bits << 8 | tag[half + i];
    base::AppendBase32(&address, bits, 8);
  }
  address += '@';
  for (const char c : domain) address += base::FoldAscii(c);
  return address;
}

std::optional<Capability> Signer::Verify(std::string_view local, std::string_view domain, int64_t now_us) const {
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') local = local.substr(1, local.size() - 2);
  if (local.size() < kCoreLength || local.size() > kCoreLength + kMaxPrefix) return std::nullopt;
  if (domain.empty() || domain.size() > kMaxDomain) return std::nullopt;
  const std::string_view prefix = local.substr(0, local.size() - kCoreLength);
  const std::string_view core = local.substr(prefix.size());
  if (!prefix.empty() && !EndsPrefix(prefix.back())) return std::nullopt;
  if (core[kFirstDash] != '-' || core[kSecondDash] != '-') return std::nullopt;
  const char kind = base::FoldAscii(core[0]);
  if (!IsKind(kind)) return std::nullopt;

  uint64_t version, key_id, account, locator, tag_high, tag_low;
  if (!Read(core, kVersionField, &version) || version != kVersion || !Read(core, kKeyField, &key_id) ||
      !Read(core, kAccountField, &account) || account == 0 || !Read(core, kLocatorField, &locator) ||
      !Read(core, kTagHigh, &tag_high) || !Read(core, kTagLow, &tag_low)) {
    return std::nullopt;
  }
  const Key& key = keys_[key_id];
  if (!key.present || (key.verify_until_us != 0 && now_us >= key.verify_until_us)) return std::nullopt;

  const Capability capability{static_cast<Kind>(kind), static_cast<uint8_t>(key_id), static_cast<uint32_t>(account),
                              locator};
  Tag claimed;
  PutBigEndian(tag_high, 5, claimed.data());
  PutBigEndian(tag_low, 5, claimed.data() + 5);
  const Tag expected = ComputeTag(key.secret, capability, domain);
  if (sodium_memcmp(claimed.data(), expected.data(), kTagBytes) != 0) return std::nullopt;
  return capability;
}

}  // namespace casecomm::address
