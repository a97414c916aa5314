// SPDX-License-Identifier: Apache-2.0
#include "attach/sniffer.h"

namespace casecomm::attach {

struct Sniffer::State {};
Sniffer::Sniffer() : state_(new State) {}
Sniffer::~Sniffer() {
  delete state_;
}
Sniffer& Sniffer::Shared() {
  static Sniffer sniffer;
  return sniffer;
}
std::string Sniffer::TypeOf(std::string_view) {
  return {};
}

}  // namespace casecomm::attach
