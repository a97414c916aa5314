// SPDX-License-Identifier: Apache-2.0
// Authentication-Results, beside the reading of the grammar rule by rule; and the verdict of a header.
#include <algorithm>

#include "identify/trust.h"
#include "scan/auth_results.h"
#include "tests/fuzz/fuzz.h"
#include "tests/scan/auth_results_oracle.h"

namespace casecomm::fuzz {

const char kName[] = "auth_results";

void RunOne(std::string_view value) {
  scan::AuthResultsReader reader(value);
  const bool pinned = reader.Is("mx.home.example");
  size_t claims = 0;
  bool proven = false;
  for (scan::AuthClaim claim; reader.Next(&claim); ++claims) {
    for (const std::string_view view : {claim.header_from, claim.header_d, claim.smtp_mailfrom}) {
      Require(Inside(view, value), "views stand in the value");
    }
    const bool pass = claim.result == scan::AuthResult::kPass;
    proven |= pass && ((claim.method == scan::AuthMethod::kDkim && claim.header_d == "bank.example") ||
                       (claim.method == scan::AuthMethod::kDmarc && claim.header_from == "bank.example"));
  }
  // The other reading is recursive in comments.
  if (std::count(value.begin(), value.end(), '(') < 500) {
    const testing::GrammarField field = testing::AuthResultsGrammar::Read(value);
    Require(field.ok == reader.ok(), "a value is of the grammar, or not");
    Require(!field.ok || field.claims.size() == claims, "as many claims");
    const bool is =
        field.id && base::LowerAscii(*field.id) == "mx.home.example" && (field.version.empty() || field.version == "1");
    Require(is == pinned, "of the server, or not");
  }

  scan::EnvelopeScanner scanner;
  const std::string raw = "Authentication-Results: " + std::string(value) + "\r\nFrom: ann@bank.example\r\n\r\n";
  const TrustPolicy policy{{"mx.home.example"}};
  const scan::Envelope& envelope = scanner.Scan(raw);
  const Trust trust = identify::TrustOf(envelope, policy);
  Require(trust != Trust::kPass || (envelope.authentication_results.size() > 1) || (pinned && proven && reader.ok()) ||
              value.find('\n') != value.npos || base::LowerAscii(value).find("bank.example") != value.npos,
          "a pass is said by a server of ours");
  Require(identify::TrustOf(envelope, TrustPolicy()) == Trust::kNone, "nothing pinned, nothing proven");
}

void ForEachInput(std::string_view mail, const Use& use) {
  ForEachField(mail, [&](const scan::RawField& field) {
    if (field.field == scan::Field::kAuthenticationResults) use(field.value);
  });
}

}  // namespace casecomm::fuzz
