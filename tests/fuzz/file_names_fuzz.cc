// SPDX-License-Identifier: Apache-2.0
// A file of a mail: its name in the first line, its bytes behind it.
#include <algorithm>

#include "attach/inspect.h"
#include "base/text.h"
#include "casecomm/attachment.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {
namespace {

void CheckName(std::string_view name) {
  const std::string safe = SafeFileName(name);
  Require(SafeFileName(safe) == safe, "a safe name is itself");
  Require(base::IsUtf8(safe) && safe.size() <= 255, "a safe name is short and UTF-8");
  Require(base::Printable(safe) == safe, "a safe name shows what it is");
  Require(safe.find_first_of("/\\:*?\"<>|") == safe.npos, "a safe name is one segment");
  if (safe.empty()) return;
  Require(safe.front() != '.' && safe.front() != ' ', "a safe name is not hidden");
  Require(safe.back() != '.' && safe.back() != ' ', "a safe name ends in itself");
}

}  // namespace

const char kName[] = "file_names";

void RunOne(std::string_view input) {
  const auto [name, bytes] = FirstLine(input);
  CheckName(name);
  CheckName(input);

  std::string raw = "Content-Type: application/octet-stream; name=\"" + std::string(name) +
                    "\"\r\nContent-Disposition: attachment; filename=" + std::string(name) + "\r\n\r\n";
  raw += bytes;
  scan::EnvelopeScanner scanner;
  const scan::Envelope& envelope = scanner.Scan(raw);
  const InboundPolicy policy;
  const auto see = [&](const PartVerdict& verdict, std::string_view seen) {
    Require(seen.size() <= raw.size(), "nothing is unpacked");
    CheckName(verdict.name);
  };
  const attach::Inspection whole = attach::Inspect(envelope, {}, policy, attach::Sniffer::Shared(), see);
  for (const PartVerdict& verdict : whole.verdicts) {
    Require(SafeFileName(verdict.name) == verdict.name, "the name of a verdict is safe");
    Require(base::IsUtf8(verdict.sentence) && base::IsUtf8(verdict.declared_type), "a verdict is UTF-8");
    const auto reasons = attach::VerdictReasons();
    Require(std::any_of(reasons.begin(), reasons.end(),
                        [&](const attach::VerdictReason& r) { return r.word == verdict.reason; }),
            "a reason is one of the table");
  }
  const attach::Inspection blind = attach::Inspect(envelope, {}, policy, attach::Sniffer::Shared());
  Require(blind.verdicts.size() == whole.verdicts.size() && blind.ambiguous == whole.ambiguous,
          "a scanner changes no verdict");
  for (size_t i = 0; i < blind.verdicts.size(); ++i) {
    Require(blind.verdicts[i].reason == whole.verdicts[i].reason, "nor its reason");
    Require(blind.verdicts[i].found_type == whole.verdicts[i].found_type, "nor its type");
  }
}

void ForEachInput(std::string_view mail, const Use& use) {
  ForEachField(mail, [&](const scan::RawField& field) {
    if (field.field == scan::Field::kContentDisposition || field.field == scan::Field::kSubject) use(field.value);
  });
}

}  // namespace casecomm::fuzz
