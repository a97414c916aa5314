// SPDX-License-Identifier: Apache-2.0
#include "sources.h"

#include <casecomm/files.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <utility>

#include "files.h"

namespace tool {

using casecomm::Code;
using casecomm::Result;
using casecomm::Status;
using casecomm::host::InboundMail;
using casecomm::host::Source;

namespace {

constexpr size_t kMailBytes = 256u << 20;
constexpr size_t kAckFileBytes = size_t{4} << 30;

std::string AckLine(const InboundMail& mail) {
  std::string line;
  for (const char c : mail.path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '\\' || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(byte));
      line += escape;
    } else {
      line += c;
    }
  }
  return mail.index < 0 ? line : line + '\t' + std::to_string(mail.index);
}

}  // namespace

Status PipeSource::Next(size_t limit, std::vector<InboundMail>* out) {
  if (read_ || limit == 0) return {};
  Result<std::string> raw = ReadAll("-", kMailBytes);
  if (!raw.ok()) return raw.status();
  read_ = true;
  InboundMail mail;
  mail.raw = *std::move(raw);
  if (mail.raw.compare(0, 5, "From ") == 0) {  // some MTAs write it in front
    const size_t end = mail.raw.find('\n');
    mail.raw.erase(0, end == std::string::npos ? end : end + 1);
  }
  if (mail.raw.empty() && empty_ == Empty::kFails) {
    return Status(Code::kUnavailable, "no_mail", "", "no mail came on standard input");
  }
  mail.path = "-";
  mail.envelope_recipients = envelope_recipients_;
  mail.envelope_known = !envelope_recipients_.empty();
  out->push_back(std::move(mail));
  return {};
}

// The acknowledgement is the exit code.
Status PipeSource::Committed(const std::vector<const InboundMail*>&) {
  return {};
}

Result<std::unique_ptr<AckFile>> AckFile::Open(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) return FileError(path, errno);
  std::unique_ptr<AckFile> file(new AckFile(path, descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return Status(Code::kUnavailable, "ack_file_in_use", path, "another run has it open");
  }
  const Result<std::string> text = ReadAll(path, kAckFileBytes);
  if (!text.ok()) return text.status();
  const size_t whole = text->rfind('\n') == std::string::npos ? 0 : text->rfind('\n') + 1;
  if (ftruncate(descriptor, static_cast<off_t>(whole)) != 0) return FileError(path, errno);
  for (size_t begin = 0; begin < whole;) {
    const size_t end = text->find('\n', begin);
    file->listed_.insert(text->substr(begin, end - begin));
    begin = end + 1;
  }
  if (Status s = SyncFolderOf(path); !s.ok()) return s;
  return file;
}

AckFile::~AckFile() {
  close(descriptor_);
}

bool AckFile::Lists(const InboundMail& mail) const {
  return listed_.count(AckLine(mail)) > 0;
}

Status AckFile::Add(const std::vector<const InboundMail*>& mails) {
  std::string lines;
  for (const InboundMail* mail : mails) lines += AckLine(*mail) + '\n';
  return WriteDurably(descriptor_, lines, path_);
}

Status ReportingSource::Next(size_t limit, std::vector<InboundMail>* out) {
  out_->Flush();
  // Every mail of an answer may be one to leave out, and an empty answer would say that there is nothing more.
  const size_t before = out->size();
  while (out->size() == before) {
    if (!out_->status().ok()) return out_->status();
    std::vector<InboundMail> mails;
    const Status status = inner_->Next(limit, &mails);
    const size_t given = mails.size();
    const auto listed = [&](const InboundMail& mail) { return ack_ != nullptr && ack_->Lists(mail); };
    mails.erase(std::remove_if(mails.begin(), mails.end(), listed), mails.end());
    left_out_ += given - mails.size();
    out->insert(out->end(), std::make_move_iterator(mails.begin()), std::make_move_iterator(mails.end()));
    if (!status.ok() || given == 0) return status;
  }
  return {};
}

Status ReportingSource::Committed(const std::vector<const InboundMail*>& mails) {
  if (Status s = inner_->Committed(mails); !s.ok()) return s;
  return ack_ != nullptr ? ack_->Add(mails) : Status();
}

Status ForEachMail(const std::vector<std::string>& paths, const std::vector<std::string>& envelope,
                   const MailVisitor& visit) {
  for (const std::string& path : paths) {
    std::unique_ptr<Source> source;
    if (path == "-") {
      source = std::make_unique<PipeSource>(envelope, PipeSource::Empty::kIsMail);
    } else {
      casecomm::FileSourceOptions options;
      options.paths = {path};
      options.envelope_recipients = envelope;
      options.any_file = true;
      Result<std::unique_ptr<Source>> files = casecomm::FileSource(std::move(options));
      if (!files.ok()) return files.status();
      source = *std::move(files);
    }
    for (;;) {
      std::vector<InboundMail> mails;
      const Status status = source->Next(16, &mails);
      for (const InboundMail& mail : mails) {
        if (Status s = visit(mail); !s.ok()) return s;
      }
      if (!status.ok()) return status;
      if (mails.empty()) break;
    }
  }
  return {};
}

}  // namespace tool
