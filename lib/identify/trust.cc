// SPDX-License-Identifier: Apache-2.0
#include "identify/trust.h"

#include <algorithm>

#include "identify/address_key.h"
#include "scan/auth_results.h"

namespace casecomm::identify {
namespace {

using scan::AuthClaim;
using scan::AuthMethod;
using scan::AuthResult;

// What the believed fields say of the From domain.
struct Findings {
  bool broken = false;  // a field breaks the grammar
  bool dkim_pass = false, spf_pass = false;
  std::optional<AuthResult> dmarc;
  bool dmarc_differs = false;

  void Add(const AuthClaim& claim, const CanonicalAddress& author) {
    const auto aligned = [&](std::string_view domain) {
      return !domain.empty() && CanonicalAddress({}, domain).domain() == author.domain();
    };
    const bool pass = claim.result == AuthResult::kPass;
    switch (claim.method) {
      case AuthMethod::kDkim:
        dkim_pass |= pass && aligned(claim.header_d);
        break;
      case AuthMethod::kSpf:
        spf_pass |= pass && aligned(claim.smtp_mailfrom);
        break;
      case AuthMethod::kDmarc:
        if (!aligned(claim.header_from)) break;
        dmarc_differs |= dmarc && *dmarc != claim.result;
        dmarc = claim.result;
        break;
      case AuthMethod::kOther:
        break;
    }
  }
};

Findings Read(const scan::Envelope& envelope, const TrustPolicy& policy, const CanonicalAddress& author) {
  Findings findings;
  for (const scan::AuthField& field : envelope.authentication_results) {
    if (field.received_above > policy.received_above) break;
    scan::AuthResultsReader reader(field.value);
    const auto is = [&](const std::string& id) { return reader.Is(id); };
    if (std::ranges::none_of(policy.authserv_ids, is)) continue;
    for (AuthClaim claim; reader.Next(&claim);) findings.Add(claim, author);
    findings.broken |= !reader.ok();
  }
  return findings;
}

bool HasStructuralDefect(const scan::Envelope& envelope) {
  return std::ranges::any_of(envelope.defects, [](const scan::DefectAt& at) { return scan::IsStructural(at.defect); });
}

}  // namespace

const scan::Mailbox* OneAuthor(const scan::Envelope& envelope) {
  if (envelope.from_ambiguous || envelope.from.size() != 1) return nullptr;
  const scan::Mailbox& from = envelope.from.front();
  return from.local.empty() || from.domain.empty() ? nullptr : &from;
}

Trust TrustOf(const scan::Envelope& envelope, const TrustPolicy& policy) {
  if (policy.authserv_ids.empty() || envelope.authentication_results.empty()) return Trust::kNone;
  const scan::Mailbox* const from = OneAuthor(envelope);
  if (from == nullptr) return Trust::kNone;
  const CanonicalAddress author({}, from->domain);
  const Findings findings = Read(envelope, policy, author);
  if (findings.broken || findings.dmarc_differs) return Trust::kNone;
  const bool proven =
      findings.dkim_pass ||
      (!policy.require_dkim && (findings.dmarc == AuthResult::kPass || (policy.allow_spf && findings.spf_pass)));
  if (proven && !HasStructuralDefect(envelope)) return Trust::kPass;
  return findings.dmarc == AuthResult::kFail ? Trust::kFail : Trust::kNone;
}

Trust TrustOf(const scan::Envelope& envelope, const TrustPolicy& policy, const std::optional<Trust>& verdict) {
  if (!verdict) return TrustOf(envelope, policy);
  if (OneAuthor(envelope) == nullptr) return Trust::kNone;
  return *verdict == Trust::kPass && HasStructuralDefect(envelope) ? Trust::kNone : *verdict;
}

}  // namespace casecomm::identify
