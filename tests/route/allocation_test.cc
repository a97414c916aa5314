// SPDX-License-Identifier: Apache-2.0
// The hot end of the sentence asks for no memory once it is warm: operator new is counted.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "identify/trust.h"
#include "tests/route/routed.h"
#include "tests/support/heap.h"

namespace casecomm::route {
namespace {

using identify::RecordKind;
using testing::Mail;
using testing::World;

TEST(HotPath, no_allocation_once_warm) {
  World world;
  world.Staff("U1", {"ann@firm.org"}).Contact("C1", {"bob@x.org"}).Contact("C2", {"eve@x.org"});
  world.Record("R1", RecordKind::kCase).Record("R2", RecordKind::kCase).Assign("R1", "C1").Assign("R2", "C2");
  const std::string record = world.RecordAddress("R1"), drop = world.DropAddress("U1");
  const std::string reply = world.SentAddress(address::Kind::kReply, "R1", "C1", "Bob@X.org");
  const auto directory = world.Directory();
  std::string crowd = "To: bob@x.org";
  for (int i = 0; i < 200; ++i) crowd += ", \"u" + std::to_string(i) + "\"@x.org";
  const std::vector<std::string> mails = {
      Mail({"From: bob@x.org", "To: ann@firm.org, " + record, "References: <1@x.org>"}),
      Mail({"Delivered-To: " + drop, "From: \"ann\"@firm.org", "To: bob@x.org, eve@x.org", "Cc: stranger@s.org"}),
      Mail({"From: eve@x.org, bob@x.org", "To: info@in.firm.example, more@in.firm.example"}),
      Mail({"From: ann@firm.org", crowd, "Cc: " + record}),
      Mail({"From: ann@firm.org", "To: " + drop}),
      Mail({"From: a@b.org", "To: c@d.org"}),
      Mail({"From: bob@x.org", "To: " + reply, "Cc: " + record}),
      Mail({"Authentication-Results: mx1.firm.org; none",
            "Authentication-Results: MX2.firm.org (a (comment)) 1; spf=pass smtp.mailfrom=\"a b\"@b.org;\r\n"
            " dkim/1=pass reason=\"well; (signed)\" header.d=b.org header.b=\"x\\\"y\"; dmarc=pass header.from=b.org",
            "From: a@b.org", "To: c@d.org, " + record}),
  };
  const std::vector<std::string> domains = {std::string(testing::kDomain)};
  const TrustPolicy policy{{"mx.firm.org", "mx2.firm.org"}};
  const std::vector<std::string> known = {drop, "bob@x.org"};
  std::vector<scan::EnvelopeScanner> scanners(mails.size());
  std::vector<const scan::Envelope*> envelopes;
  for (size_t i = 0; i < mails.size(); ++i) envelopes.push_back(&scanners[i].Scan(mails[i]));

  identify::Recipients recipients;
  identify::Identified identified;
  Decision decision;
  uint64_t counted = 0;
  size_t targets = 0, passes = 0;
  for (int run = 0; run < 3; ++run) {
    targets = 0;
    const uint64_t before = test::Allocations();
    for (const scan::Envelope* envelope : envelopes) {
      for (const bool envelope_known : {false, true}) {
        const identify::Arrival arrival{envelope_known, known};
        for (const char* preset : {"casebook", "casefleet"}) {
          const Program& program = testing::Preset(preset[4] == 'b' ? "casebook" : "casefleet");
          identify::Gather(*envelope, arrival, domains, testing::TestSigner(), testing::kNow, &recipients);
          const Trust trust = identify::TrustOf(*envelope, policy, arrival.verdict);
          passes += trust == Trust::kPass;
          identify::Identify(*envelope, recipients, testing::kAccount, *directory, trust, &identified);
          Decide(program, recipients, identified, *directory, &decision);
          targets += decision.targets.size();
        }
      }
    }
    counted = test::Allocations() - before;
  }
  EXPECT_GT(targets, 2 * 2 * mails.size());
  EXPECT_EQ(passes, 3u * 4);
  EXPECT_EQ(counted, 0u);
  EXPECT_GT(test::Allocations(), 0u) << "nothing was counted at all";
}

}  // namespace
}  // namespace casecomm::route
