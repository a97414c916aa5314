// SPDX-License-Identifier: Apache-2.0
// A firm as large as asked, and distinct mails of kind S to it whose way is known by how they were made.
#ifndef CASECOMM_BENCH_FIRM_H_
#define CASECOMM_BENCH_FIRM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "casecomm/decision.h"
#include "casecomm/keys.h"
#include "identify/directory.h"
#include "identify/identify.h"
#include "identify/trust.h"
#include "route/decide.h"
#include "route/program.h"
#include "scan/envelope.h"

namespace casecomm::bench {

// Two keys with fixed secrets.
KeyRing FixedKeys();

struct FirmMail {
  std::string raw;
  bool envelope_known = false;
  std::vector<std::string> envelope_recipients;
  Outcome outcome = Outcome::kNotTracked;  // the truth: what becomes of it,
  std::vector<std::string> records;        // and where it is filed, in the order of the ids
};

// `size` records, as many contacts, and 50 staff with a drop address each. Record and contact i belong
// together; by i % 10 the record is an open case (0 to 5), an open lead (6), the second open case of its
// contact (7), a closed case (8) or a provider (9).
class Firm {
 public:
  static constexpr uint32_t kAccount = 1;
  static constexpr uint32_t kStaff = 50;
  static constexpr int64_t kNowMicros = 1'760'000'000'000'000;

  explicit Firm(uint32_t size);

  // The seed decides everything. Presets: "casebook", "casefleet".
  FirmMail Mail(std::string_view preset, uint64_t seed) const;

  const address::Signer& signer() const { return signer_; }
  const identify::Directory& directory() const { return *directory_; }
  const std::vector<std::string>& domains() const { return domains_; }

  std::string RecordAddress(uint32_t record) const;
  std::string DropAddress(uint32_t staff) const;

 private:
  FirmMail CasebookMail(uint64_t seed) const;
  FirmMail CasefleetMail(uint64_t seed) const;

  const uint32_t size_;
  const std::vector<std::string> domains_;
  const address::Signer signer_;
  std::shared_ptr<const identify::Directory> directory_;
};

// The working memory of one decision, kept warm from mail to mail.
struct Router {
  Router(const Firm& f, const route::Program& p) : firm(f), program(p) {}

  void Gather(const FirmMail& mail, const scan::Envelope& envelope) {
    const identify::Arrival arrival{.envelope_known = mail.envelope_known,
                                    .envelope_recipients = mail.envelope_recipients};
    identify::Gather(envelope, arrival, firm.domains(), firm.signer(), Firm::kNowMicros, &recipients);
  }
  void Identify(const scan::Envelope& envelope) {
    identify::Identify(envelope, recipients, Firm::kAccount, firm.directory(), identify::TrustOf(envelope, trust),
                       &identified);
  }
  void Decide() { route::Decide(program, recipients, identified, firm.directory(), &decision); }

  // From bytes to decision, trace written.
  void Route(const FirmMail& mail) {
    const scan::Envelope& envelope = scanner.Scan(mail.raw);
    Gather(mail, envelope);
    Identify(envelope);
    Decide();
  }

  // Whether the last decision is the mail's truth.
  bool IsTrue(const FirmMail& mail) const;

  const Firm& firm;
  const route::Program& program;
  const TrustPolicy trust;
  scan::EnvelopeScanner scanner;
  identify::Recipients recipients;
  identify::Identified identified;
  route::Decision decision;
};

}  // namespace casecomm::bench

#endif  // CASECOMM_BENCH_FIRM_H_
