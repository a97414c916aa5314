// SPDX-License-Identifier: Apache-2.0
// What a file really is, by its bytes.
#ifndef CASECOMM_ATTACH_SNIFFER_H_
#define CASECOMM_ATTACH_SNIFFER_H_

#include <string>
#include <string_view>

#include "attach/sample.h"

namespace casecomm::attach {

// libmagic behind guards: it never unpacks, looks at no more than the front of a file, and is not asked about text, ZIP and OLE2 files,
// and programs, which signatures.h tells. What nobody knows is "application/octet-stream". Shared by threads: a handle each, kept for the next.
class Sniffer {
 public:
  // The process's own; its tables are loaded by the first call of TypeOf.
  static Sniffer& Shared();

  // The media type in lower case; "application/x-empty" for no bytes; "" where the tables cannot be loaded, and then nothing is accepted.
  std::string TypeOf(const FileSample& file);
  std::string TypeOf(std::string_view bytes);

  // `tables`: libmagic's compiled tables; empty for its own.
  explicit Sniffer(std::string tables = {});
  ~Sniffer();
  Sniffer(const Sniffer&) = delete;
  Sniffer& operator=(const Sniffer&) = delete;

 private:
  struct State;
  State* const state_;
};

}  // namespace casecomm::attach

#endif  // CASECOMM_ATTACH_SNIFFER_H_
