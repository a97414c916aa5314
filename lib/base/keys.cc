// SPDX-License-Identifier: Apache-2.0
// The text form of a key ring, to the byte:
//
//   ring = "casecomm-keys 1" LF key *(LF key) [LF]
//   key  = id SP secret SP verify-until     ; id 0 to 31, secret 64 hex digits, microseconds since 1970
//
// Numbers are decimal without sign or leading zero. No message repeats any of the text: it is secret (threat
// T44).
#include "casecomm/keys.h"

#include <bitset>
#include <charconv>

#include "base/text.h"

namespace casecomm {
namespace {

constexpr std::string_view kHeader = "casecomm-keys 1\n";
constexpr uint64_t kMaxKeyId = 31;

Status Fault(std::string message, size_t position) {
  return Status(Code::kInvalidArgument, "keys_syntax", "", std::move(message), static_cast<int64_t>(position));
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char folded = base::FoldAscii(c);
  return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<KeyRing> Ring() {
    if (!Skip(kHeader)) return Fault("expected the line \"casecomm-keys 1\"", 0);
    KeyRing ring;
    std::bitset<kMaxKeyId + 1> seen;
    do {
      const size_t start = position();
      KeyRing::Key key;
      uint64_t id, until;
      if (!Number(kMaxKeyId, &id)) return Fault("expected a key id of 0 to 31", start);
      if (seen[id]) return Fault("key id " + std::to_string(id) + " stood twice", start);
      seen[id] = true;
      if (!Skip(" ")) return Fault("expected one blank behind the key id", position());
      if (!Secret(&key.secret)) return Fault("expected a secret of 64 hex digits", position());
      if (!Skip(" ")) return Fault("expected one blank behind 64 hex digits", position());
      if (!Number(INT64_MAX, &until)) {
        return Fault("expected microseconds since 1970, or 0 for ever", position());
      }
      if (!at_end() && !Skip("\n")) return Fault("expected the end of the line", position());
      key.id = static_cast<uint8_t>(id);
      key.verify_until_us = static_cast<int64_t>(until);
      ring.keys.push_back(key);
    } while (!at_end());
    return ring;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  size_t position() const { return at_; }

  bool Skip(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  bool Number(uint64_t most, uint64_t* value) {
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), *value);
    if (error != std::errc() || *value > most || (*begin == '0' && end - begin > 1)) return false;
    at_ += static_cast<size_t>(end - begin);
    return true;
  }

  bool Secret(std::array<uint8_t, 32>* secret) {
    for (uint8_t& byte : *secret) {
      int nibbles[2];
      for (int& nibble : nibbles) {
        nibble = at_end() ? -1 : HexValue(text_[at_]);
        if (nibble < 0) return false;
        ++at_;
      }
      byte = static_cast<uint8_t>(nibbles[0] << 4 | nibbles[1]);
    }
    return true;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<KeyRing> KeyRing::Generate(host::Random& random) {
  return Fenced([&]() -> Result<KeyRing> {
    Key key;
    if (Status s = random.Fill(key.secret.data(), key.secret.size()); !s.ok()) return s;
    KeyRing ring;
    ring.keys.push_back(key);
    return ring;
  });
}

std::string KeyRing::Format() const {
  std::string text(kHeader);
  for (const Key& key : keys) {
    const std::string_view secret(reinterpret_cast<const char*>(key.secret.data()), key.secret.size());
    text += std::to_string(key.id) + ' ' + base::Hex(secret) + ' ' + std::to_string(key.verify_until_us) + '\n';
  }
  return text;
}

Result<KeyRing> KeyRing::Parse(std::string_view text) {
  return Fenced([&] { return Reader(text).Ring(); });
}

}  // namespace casecomm
