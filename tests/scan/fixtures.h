// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_TESTS_SCAN_FIXTURES_H_
#define CASECOMM_TESTS_SCAN_FIXTURES_H_

#include <algorithm>
#include <string>
#include <string_view>

#include "casecomm/mail.h"
#include "scan/envelope.h"

namespace casecomm::scan {

// A mail of its lines, each ended with CRLF.
inline std::string Lines(std::initializer_list<std::string_view> lines) {
  std::string mail;
  for (const std::string_view line : lines) mail.append(line).append("\r\n");
  return mail;
}

inline bool HasDefect(const Mail& mail, Defect defect) {
  return std::any_of(mail.defects.begin(), mail.defects.end(),
                     [&](const MailDefect& at) { return at.name == DefectName(defect); });
}

inline bool HasDefect(const Envelope& envelope, Defect defect) {
  return std::any_of(envelope.defects.begin(), envelope.defects.end(),
                     [&](const DefectAt& at) { return at.defect == defect; });
}

inline std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t pos = text.find(what); pos != text.npos; pos = text.find(what, pos + with.size())) {
    text.replace(pos, what.size(), with);
  }
  return text;
}

}  // namespace casecomm::scan

#endif  // CASECOMM_TESTS_SCAN_FIXTURES_H_
