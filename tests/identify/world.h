// SPDX-License-Identifier: Apache-2.0
// A small account for tests: people, records, assignments, and the addresses that are handed out for them.
#ifndef TESTS_IDENTIFY_WORLD_H_
#define TESTS_IDENTIFY_WORLD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "identify/directory.h"
#include "identify/identify.h"
#include "scan/envelope.h"

namespace casecomm::testing {

inline constexpr uint32_t kAccount = 7;
inline constexpr std::string_view kDomain = "in.firm.example";
inline constexpr int64_t kNow = 1'700'000'000'000'000;

inline const address::Signer& TestSigner() {
  static const address::Signer signer = [] {
    KeyRing ring;
    ring.keys.push_back({3, {}, 0});
    for (size_t i = 0; i < 32; ++i) ring.keys[0].secret[i] = static_cast<uint8_t>(i * 7 + 1);
    return address::Signer::Make(ring).value();
  }();
  return signer;
}

inline std::string Mint(address::Kind kind, uint64_t locator, uint32_t account = kAccount,
                        std::string_view prefix = {}) {
  return TestSigner().Mint({kind, TestSigner().newest_key(), account, locator}, kDomain, prefix).value();
}

// Whom a reply address or return path was made for.
struct Sent {
  std::string person, email;
  int64_t expires_us = 0;
  auto operator<=>(const Sent&) const = default;
};

class World {
 public:
  World& Person(const std::string& id, identify::PersonKind kind, const std::string& name,
                std::vector<std::string> emails) {
    people_.push_back({id, kind, name, std::move(emails)});
    return *this;
  }
  World& Staff(const std::string& id, std::vector<std::string> emails) {
    return Person(id, identify::PersonKind::kStaff, "Name of " + id, std::move(emails));
  }
  World& Contact(const std::string& id, std::vector<std::string> emails) {
    return Person(id, identify::PersonKind::kContact, "Name of " + id, std::move(emails));
  }
  World& Record(const std::string& id, identify::RecordKind kind,
                identify::RecordState state = identify::RecordState::kOpen, const std::string& name = {}) {
    records_.push_back({id, kind, name.empty() ? "Name of " + id : name, state, {}});
    return *this;
  }
  // Of the record named last.
  World& Policy(identify::SenderPolicy policy) {
    records_.back().policy = policy;
    return *this;
  }
  World& Assign(const std::string& record, const std::string& person) {
    assignments_.push_back({record, person});
    return *this;
  }

  // The address of a record or a user's drop. Several may be asked for: each has an own locator and state.
  std::string RecordAddress(const std::string& id, identify::LocatorState state = identify::LocatorState::kActive) {
    return Address(address::Kind::kRecord, id, state);
  }
  std::string DropAddress(const std::string& id, identify::LocatorState state = identify::LocatorState::kActive) {
    return Address(address::Kind::kDrop, id, state);
  }
  // Of a record, for a person who was sent to at `email`; it ends then.
  std::string SentAddress(address::Kind kind, const std::string& id, const std::string& person,
                          const std::string& email, identify::LocatorState state = identify::LocatorState::kActive,
                          int64_t expires_us = kNow + 1) {
    return Address(kind, id, state, {person, email, expires_us});
  }

  std::shared_ptr<const identify::Directory> Directory(bool backwards = false) const {
    identify::Directory::Builder builder;
    const auto each = [&](const auto& all, const auto& add) {
      for (size_t i = 0; i < all.size(); ++i) add(all[backwards ? all.size() - 1 - i : i]);
    };
    const auto assignments = [&] {
      each(assignments_, [&](const auto& a) { builder.AddAssignment(a.record, a.person); });
    };
    const auto locators = [&] {
      for (const auto& [key, number] : locators_) {
        builder.AddLocator(key.kind, number, key.id, key.state, 1,
                           {key.sent.person, key.sent.email, key.sent.expires_us});
      }
    };
    if (backwards) {
      locators();
      assignments();
    }
    each(people_, [&](const auto& p) { builder.AddPerson(p.id, p.kind, p.name, p.emails, 11); });
    each(records_, [&](const auto& r) { builder.AddRecord(r.id, r.kind, r.name, r.state, 12, r.policy); });
    if (!backwards) {
      assignments();
      locators();
    }
    return builder.Build(42);
  }

 private:
  struct PersonRow {
    std::string id;
    identify::PersonKind kind;
    std::string name;
    std::vector<std::string> emails;
  };
  struct RecordRow {
    std::string id;
    identify::RecordKind kind;
    std::string name;
    identify::RecordState state;
    identify::SenderPolicy policy;
  };
  struct AssignmentRow {
    std::string record, person;
  };
  struct LocatorKey {
    address::Kind kind;
    std::string id;
    identify::LocatorState state;
    Sent sent;
    auto operator<=>(const LocatorKey&) const = default;
  };

  std::string Address(address::Kind kind, const std::string& id, identify::LocatorState state, const Sent& sent = {}) {
    const auto [at, fresh] = locators_.try_emplace({kind, id, state, sent}, 1000 + locators_.size());
    return Mint(kind, at->second);
  }

  std::vector<PersonRow> people_;
  std::vector<RecordRow> records_;
  std::vector<AssignmentRow> assignments_;
  std::map<LocatorKey, uint64_t> locators_;
};

// The envelope recipients of a mail, where they are known.
using KnownEnvelope = std::optional<std::vector<std::string>>;

// A mail read as far as identify reads it. Views stand in this object.
struct ReadMail {
  std::string raw;
  KnownEnvelope known;
  scan::EnvelopeScanner scanner;
  const scan::Envelope* envelope = nullptr;
  identify::Recipients recipients;
  identify::Identified identified;

  ReadMail(std::string bytes, const identify::Directory& directory, const KnownEnvelope& known_recipients = {},
           uint8_t trusted_headers = 15)
      : raw(std::move(bytes)), known(known_recipients) {
    envelope = &scanner.Scan(raw);
    identify::Arrival arrival;
    arrival.envelope_known = known.has_value();
    if (known) arrival.envelope_recipients = *known;
    arrival.trusted_headers = trusted_headers;
    const std::vector<std::string> domains = {"other.example", std::string(kDomain)};
    identify::Gather(*envelope, arrival, domains, TestSigner(), kNow, &recipients);
    identify::Identify(*envelope, recipients, kAccount, directory, identify::Trust::kNone, &identified);
  }
};

// Header lines and a body with CRLF.
inline std::string Mail(const std::vector<std::string>& lines, std::string_view body = "Hello.") {
  std::string raw;
  for (const std::string& line : lines) raw += line + "\r\n";
  return raw.append("\r\n").append(body).append("\r\n");
}

// The same with an original message attached.
inline std::string MailWithOriginal(std::vector<std::string> lines, const std::string& original) {
  lines.push_back("MIME-Version: 1.0");
  lines.push_back("Content-Type: multipart/mixed; boundary=\"b0\"");
  return Mail(lines,
              "--b0\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--b0\r\nContent-Type: message/rfc822\r\n"
              "Content-Disposition: attachment\r\n\r\n" +
                  original + "\r\n--b0--");
}

}  // namespace casecomm::testing

#endif  // TESTS_IDENTIFY_WORLD_H_
