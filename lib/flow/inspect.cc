// SPDX-License-Identifier: Apache-2.0
#include "flow/inspect.h"

#include <algorithm>
#include <limits>

#include "attach/sniffer.h"
#include "base/text.h"
#include "scan/readings.h"

namespace casecomm::flow {
namespace {

constexpr size_t kWords = 200;  // of the host's, told in a sentence

std::string FileText(const PartVerdict& verdict) {
  return verdict.name.empty() ? "a file without a name" : '"' + base::Printable(verdict.name) + '"';
}

// Whether all of the mail is read, and every reader sees the same in it.
bool HasOneReading(const scan::Envelope& envelope, const MailLimits& limits) {
  bool over = false, one = true;
  scan::ForEachOther(envelope, limits, &over, [&](const scan::OtherReading& other) { return one = other.entered; });
  return one && !over;
}

Finding NotScanned(const PartVerdict& verdict, const std::string& why) {
  return {std::string(kScannerUnavailable), FileText(verdict) + " was not scanned: " + why + "."};
}

}  // namespace

const Finding& Inspections::Of(const host::InboundMail& mail, const scan::Envelope& envelope, bool over_limit) {
  const auto known = findings_.find(&mail);
  if (known != findings_.end()) return known->second;
  return findings_[&mail] = Inspect(envelope, over_limit);
}

Finding Inspections::Inspect(const scan::Envelope& envelope, bool over_limit) {
  const MailLimits limits;
  // Without a scanner only the readings matter, and most mail has one.
  if (context_.scanner() == nullptr && !over_limit && HasOneReading(envelope, limits)) return {};
  Finding finding;
  attach::SeeFile see;
  if (context_.scanner() != nullptr) {
    see = [&](const PartVerdict& verdict, std::string_view bytes) {
      if (finding.reason.empty()) finding = Scan(verdict, bytes);
    };
  }
  const attach::Inspection inspection =
      attach::Inspect(envelope, limits, context_.attachments(), attach::Sniffer::Shared(), see);
  if (!finding.reason.empty()) return finding;
  const auto ambiguous = std::find_if(inspection.verdicts.begin(), inspection.verdicts.end(),
                                      [](const PartVerdict& verdict) { return verdict.reason == "ambiguous"; });
  if (ambiguous != inspection.verdicts.end()) {
    return {"mime_ambiguous",
            "only some readers of this mail see " + FileText(*ambiguous) + " (" + ambiguous->found_type + ") in it."};
  }
  if (over_limit || inspection.over_limit) {
    return {"limit", "the mail passes a limit of what is read, so that it may hold more than was seen."};
  }
  return {};
}

Finding Inspections::Scan(const PartVerdict& verdict, std::string_view bytes) {
  if (bytes.size() > context_.scanner_bytes()) {
    return NotScanned(verdict, "its " + std::to_string(bytes.size()) + " bytes are more than the " +
                                   std::to_string(context_.scanner_bytes()) + " that are given to the scanner");
  }
  host::ScannedFile file;
  file.name = verdict.name;
  file.declared_type = verdict.declared_type;
  file.found_type = verdict.found_type;
  file.bytes = bytes;
  const int64_t now_us = context_.Now();
  const int64_t longest_us = std::numeric_limits<int64_t>::max() - std::max<int64_t>(now_us, 0);
  file.deadline_us = now_us + std::clamp<int64_t>(context_.scanner_timeout_us(), 0, longest_us);
  host::ScannerAnswer answer;
  const Status scanned = Fenced([&] { return context_.scanner()->Scan(file, &answer); });
  if (!scanned.ok()) {
    return NotScanned(verdict,
                      "the scanner failed (" + base::Printable(base::CutUtf8(scanned.ToString(), kWords)) + ")");
  }
  if (context_.Now() > file.deadline_us) return NotScanned(verdict, "the scanner answered too late");
  if (!answer.clean) {
    const std::string finding = base::Printable(base::CutUtf8(answer.finding, kWords));
    return {std::string(kScannerHit), "the scanner found " + (finding.empty() ? "something bad" : '"' + finding + '"') +
                                          " in " + FileText(verdict) + "."};
  }
  return {};
}

}  // namespace casecomm::flow
