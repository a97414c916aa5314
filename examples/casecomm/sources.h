// SPDX-License-Identifier: Apache-2.0
// The tool's own mail sources: what a host writes to bring mail its own way.
#ifndef EXAMPLES_CASECOMM_SOURCES_H_
#define EXAMPLES_CASECOMM_SOURCES_H_

#include <casecomm/host/source.h>
#include <casecomm/status.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "output.h"

namespace tool {

// One mail on standard input, from an MTA. Fails with unavailable if it cannot be read whole.
class PipeSource : public casecomm::host::Source {
 public:
  // Nothing at all on standard input: an MTA that died before it wrote, which must hear of it, or a mail of no bytes.
  enum class Empty { kFails, kIsMail };

  PipeSource(std::vector<std::string> envelope_recipients, Empty empty)
      : envelope_recipients_(std::move(envelope_recipients)), empty_(empty) {}

  std::string_view name() const override { return "pipe"; }
  casecomm::Status Next(size_t limit, std::vector<casecomm::host::InboundMail>* out) override;
  casecomm::Status Committed(const std::vector<const casecomm::host::InboundMail*>& mails) override;

 private:
  const std::vector<std::string> envelope_recipients_;
  const Empty empty_;
  bool read_ = false;
};

// The file of `ingest --ack`: a line for each mail that is safely stored, so that the next run leaves it out.
//
//   line = path [TAB index-in-mbox] LF      control bytes and "\" in the path as \xNN
class AckFile {
 public:
  // Makes the file if it is not there. Cuts off a last line without LF, which a killed run left. unavailable while
  // another run has it open.
  static casecomm::Result<std::unique_ptr<AckFile>> Open(const std::string& path);
  ~AckFile();
  AckFile(const AckFile&) = delete;
  AckFile& operator=(const AckFile&) = delete;

  // Whether an earlier run stored this mail.
  bool Lists(const casecomm::host::InboundMail& mail) const;

  // Adds mails, durably.
  casecomm::Status Add(const std::vector<const casecomm::host::InboundMail*>& mails);

 private:
  AckFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  const std::string path_;
  const int descriptor_;
  std::set<std::string> listed_;
};

// Another source, which stops when what was reported cannot be written out, and keeps an AckFile.
class ReportingSource : public casecomm::host::Source {
 public:
  // `ack` may be null.
  ReportingSource(std::unique_ptr<casecomm::host::Source> inner, std::unique_ptr<AckFile> ack, Output* out)
      : inner_(std::move(inner)), ack_(std::move(ack)), out_(out) {}

  std::string_view name() const override { return inner_->name(); }
  casecomm::Status Next(size_t limit, std::vector<casecomm::host::InboundMail>* out) override;
  casecomm::Status Committed(const std::vector<const casecomm::host::InboundMail*>& mails) override;

  uint64_t left_out() const { return left_out_; }  // mails that the AckFile lists

 private:
  const std::unique_ptr<casecomm::host::Source> inner_;
  const std::unique_ptr<AckFile> ack_;
  Output* const out_;
  uint64_t left_out_ = 0;
};

// Gives every mail at the paths, "-" being one mail on standard input. Any file is mail.
using MailVisitor = std::function<casecomm::Status(const casecomm::host::InboundMail&)>;
casecomm::Status ForEachMail(const std::vector<std::string>& paths, const std::vector<std::string>& envelope,
                             const MailVisitor& visit);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_SOURCES_H_
