// SPDX-License-Identifier: Apache-2.0
// A list of senders by address or domain, for conditions of rules (spec X-12: block lists, never-log lists).
#ifndef CASECOMM_ROUTE_SENDER_LIST_H_
#define CASECOMM_ROUTE_SENDER_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "identify/address_key.h"

namespace casecomm::route {

// Addresses compare as everywhere: ASCII case folded, domains as A-labels (threats T07 to T09).
class SenderList {
 public:
  explicit SenderList(std::string name) : name_(std::move(name)) {}

  // "ann@x.org", "@x.org" (that domain and no other), or "@*.x.org" (every domain below it). Answers with what was expected
  // of an entry that is none of them, or nothing.
  std::string_view Add(std::string_view entry);
  void Seal();  // once, behind the last Add

  const std::string& name() const { return name_; }
  bool empty() const { return addresses_.empty() && domains_.empty() && parents_.empty(); }

  bool Holds(const identify::CanonicalAddress& address) const;  // no allocation

 private:
  std::string name_;
  std::vector<std::string> addresses_, domains_, parents_;  // canonical; sorted when sealed
};

}  // namespace casecomm::route

#endif  // CASECOMM_ROUTE_SENDER_LIST_H_
