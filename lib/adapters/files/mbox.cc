// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/mbox.h"

#include <utility>

namespace casecomm::files {
namespace {

constexpr std::string_view kFrom = "From ";

bool IsQuotedFrom(std::string_view line) {
  const size_t quotes = line.find_first_not_of('>');
  return quotes != std::string_view::npos && quotes > 0 && line.substr(quotes).starts_with(kFrom);
}

}  // namespace

bool MboxCutter::Line(std::string_view line, std::string* mail) {
  if (line.starts_with(kFrom) && (!inside_ || empty_line_ > 0)) {
    const bool ended = inside_;
    if (ended) Take(mail);
    inside_ = true;
    return ended;
  }
  if (IsQuotedFrom(line)) line.remove_prefix(1);
  mail_ += line;
  empty_line_ = line == "\n" ? 1 : line == "\r\n" ? 2 : 0;
  return false;
}

bool MboxCutter::End(std::string* mail) {
  if (!inside_) return false;
  Take(mail);
  inside_ = false;
  return true;
}

void MboxCutter::Take(std::string* mail) {
  mail_.resize(mail_.size() - empty_line_);
  *mail = std::exchange(mail_, {});
  empty_line_ = 0;
}

}  // namespace casecomm::files
