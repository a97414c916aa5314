// SPDX-License-Identifier: Apache-2.0
// A whole host: an account in memory, one record, one mail, and where it went.
#include <casecomm/engine.h>
#include <casecomm/stores.h>

#include <iostream>

int main() {
  casecomm::EngineOptions options;
  options.store = casecomm::MemoryStore();
  options.keys = casecomm::KeyRing::Generate(*casecomm::host::SystemRandom()).value();
  const auto engine = casecomm::Engine::Open(std::move(options)).value();
  if (!engine->CreateAccount({"firm", "in.firm.example", "casebook"}, casecomm::Actor::Operator()).ok()) return 1;

  auto session = engine->As("firm", casecomm::Actor::Operator()).value();
  const auto loaded =
      session.Load(R"({"records": [{"id": "R1", "kind": "case", "name": "Ho v. Lee", "state": "open"}]})");
  if (!loaded.ok()) return std::cerr << loaded.ToString() << "\n", 1;
  const std::string mail = "From: ann@client.example\nTo: " + session.RecordAddress("R1").value() + "\n\nHello\n";

  const auto decision = session.Explain(mail).value();
  std::cout << casecomm::OutcomeName(decision.outcome) << ": " << decision.targets.at(0).sentence << "\n";
}
