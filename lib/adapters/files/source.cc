// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "adapters/files/mbox.h"
#include "adapters/files/walk.h"
#include "casecomm/files.h"

namespace casecomm {
namespace {

using files::Entry;
using files::EntryKind;
using files::MboxCutter;
using files::Walk;

constexpr size_t kBufferBytes = 256u << 10;
constexpr size_t kAnswerBytes = 32u << 20;

// An open file, closed with its owner.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() { Close(); }
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  bool open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  void Close() {
    if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

// The bytes read, 0 at the end of the file, -1 with errno.
ssize_t ReadSome(int descriptor, char* out, size_t size) {
  ssize_t got;
  do {
    got = read(descriptor, out, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

Status TooLarge(const std::string& path, uint64_t limit) {
  return Status(Code::kInvalidArgument, "mail_too_large", path,
                "a mail in it is larger than " + std::to_string(limit) + " bytes");
}

// Reads a file that is one mail.
Status ReadMail(const std::string& path, uint64_t limit, std::string* raw) {
  Result<int> opened = files::OpenRegular(path);
  if (!opened.ok()) return opened.status();
  const File file(*opened);
  struct stat info;
  if (fstat(file.descriptor(), &info) == 0 && info.st_size > 0) {
    if (static_cast<uint64_t>(info.st_size) > limit) return TooLarge(path, limit);
    raw->reserve(static_cast<size_t>(info.st_size) + 1);
  }
  for (;;) {  // to its real end: the size may be wrong by now
    const size_t before = raw->size();
    const size_t room = std::max(raw->capacity() - before, kBufferBytes / 16);
    raw->resize(before + room);
    const ssize_t got = ReadSome(file.descriptor(), raw->data() + before, room);
    if (got < 0) return files::SystemError(path, errno);
    raw->resize(before + static_cast<size_t>(got));
    if (got == 0) break;
    if (raw->size() > limit) return TooLarge(path, limit);
  }
  if (raw->starts_with("From ")) {
    const size_t end = raw->find('\n');
    raw->erase(0, end == std::string::npos ? raw->size() : end + 1);
  }
  return {};
}

// The lines of a file, each with its end; one buffer, whatever the size of the file.
class LineReader {
 public:
  explicit LineReader(std::string path, File file) : path_(std::move(path)), file_(std::move(file)) {}

  // False at the end of the file. The line is valid until the next call. Fails for a line over `limit`.
  Result<bool> Next(uint64_t limit, std::string_view* line) {
    long_line_.clear();
    for (;;) {
      const std::string_view rest = std::string_view(buffer_).substr(begin_, end_ - begin_);
      const size_t line_end = rest.find('\n');
      if (line_end != std::string_view::npos) {
        begin_ += line_end + 1;
        *line = rest.substr(0, line_end + 1);
        if (!long_line_.empty()) *line = long_line_ += *line;
        return true;
      }
      long_line_ += rest;
      begin_ = end_ = 0;
      if (long_line_.size() > limit) return TooLarge(path_, limit);
      const ssize_t got = ReadSome(file_.descriptor(), buffer_.data(), buffer_.size());
      if (got < 0) return files::SystemError(path_, errno);
      if (got == 0) {
        *line = long_line_;
        return !long_line_.empty();
      }
      end_ = static_cast<size_t>(got);
    }
  }

 private:
  const std::string path_;
  const File file_;
  std::string buffer_ = std::string(kBufferBytes, '\0');
  size_t begin_ = 0, end_ = 0;  // what of the buffer is unread
  std::string long_line_;       // what did not fit
};

// The mails of an open mbox, one after another.
class MboxReader {
 public:
  MboxReader(const std::string& path, File file) : path_(path), lines_(path, std::move(file)) {}

  const std::string& path() const { return path_; }
  int64_t index() const { return index_; }  // of the mail that Next gives

  // Nothing at the end. After a failure the reader is of no more use.
  Result<std::optional<std::string>> Next(uint64_t limit) {
    std::string mail;
    std::string_view line;
    for (;;) {
      const Result<bool> more = lines_.Next(limit, &line);
      if (!more.ok()) return more.status();
      const bool complete = *more ? cutter_.Line(line, &mail) : cutter_.End(&mail);
      if (complete) {
        ++index_;
        return std::optional(std::move(mail));
      }
      if (!*more) return std::optional<std::string>();
      if (cutter_.pending_bytes() > limit) return TooLarge(path_, limit);
    }
  }

 private:
  const std::string path_;
  LineReader lines_;
  MboxCutter cutter_;
  int64_t index_ = -1;
};

class FilesSource : public host::Source {
 public:
  explicit FilesSource(FileSourceOptions options) : options_(std::move(options)) {}

  // Whether every path can be read and holds a mail: looks no further than the first.
  Status Check() const {
    if (options_.paths.empty()) return Status(Code::kInvalidArgument, "no path was given");
    for (const std::string& path : options_.paths) {
      const Result<std::optional<Entry>> first = Walk(path, options_.any_file).Next();
      if (!first.ok()) return first.status();
      if (!first->has_value()) {
        return Status(Code::kInvalidArgument, "no_mail", path, "the folder holds no mail");
      }
    }
    return {};
  }

  std::string_view name() const override { return "files"; }

  Status Next(size_t limit, std::vector<host::InboundMail>* out) override {
    return Fenced([&]() -> Status {
      size_t bytes = 0;
      for (size_t count = 0; count < limit && bytes < kAnswerBytes; ++count) {
        host::InboundMail mail;
        mail.envelope_recipients = options_.envelope_recipients;
        mail.envelope_known = !options_.envelope_recipients.empty();
        out->emplace_back();  // so that what was read finds its place
        try {
          const Result<bool> more = NextMail(&mail);
          if (!more.ok() || !*more) {
            out->pop_back();
            return more.status();
          }
        } catch (...) {
          out->pop_back();
          throw;
        }
        bytes += mail.raw.size();
        out->back() = std::move(mail);
      }
      return {};
    });
  }

  Status Committed(const std::vector<const host::InboundMail*>&) override { return {}; }

 private:
  // What is thrown loses no mail: the next call comes back to it.
  Result<bool> NextMail(host::InboundMail* mail) {
    for (;;) {
      if (mbox_) {
        mail->path = entry_->path;
        Result<std::optional<std::string>> next = NextOfMbox();
        if (next.ok() && next->has_value()) {
          mail->raw = *std::move(*next);
          mail->index = mbox_given_++;
          return true;
        }
        mbox_.reset();
        entry_.reset();
        if (!next.ok()) return next.status();
      }
      if (!entry_) {
        if (!walk_) {
          if (next_path_ == options_.paths.size()) return false;
          walk_.emplace(options_.paths[next_path_], options_.any_file);
          ++next_path_;
        }
        Result<std::optional<Entry>> entry = walk_->Next();
        if (!entry.ok()) return entry.status();
        if (!entry->has_value()) {
          walk_.reset();
          continue;
        }
        entry_ = **std::move(entry);
        mbox_given_ = 0;
      }
      if (entry_->kind == EntryKind::kMail) {
        mail->path = entry_->path;
        const Status read = ReadMail(entry_->path, options_.mail_bytes_limit, &mail->raw);
        entry_.reset();
        if (!read.ok()) return read;
        return true;
      }
      const Result<int> opened = files::OpenRegular(entry_->path);
      if (!opened.ok()) {
        entry_.reset();
        return opened.status();
      }
      File file(*opened);
      mbox_.emplace(entry_->path, std::move(file));
    }
  }

  // Behind those given, also where the reader had to begin anew.
  Result<std::optional<std::string>> NextOfMbox() {
    try {
      for (;;) {
        Result<std::optional<std::string>> next = mbox_->Next(options_.mail_bytes_limit);
        if (!next.ok() || !next->has_value() || mbox_->index() >= mbox_given_) return next;
      }
    } catch (...) {
      mbox_.reset();
      throw;
    }
  }

  const FileSourceOptions options_;
  size_t next_path_ = 0;
  std::optional<Walk> walk_;        // of options_.paths[next_path_ - 1]
  std::optional<Entry> entry_;      // the walk's last, until all of it was given
  std::optional<MboxReader> mbox_;  // of entry_
  int64_t mbox_given_ = 0;          // mails of it
};

}  // namespace

Result<std::unique_ptr<host::Source>> FileSource(FileSourceOptions options) {
  return Fenced([&]() -> Result<std::unique_ptr<host::Source>> {
    auto source = std::make_unique<FilesSource>(std::move(options));
    if (Status s = source->Check(); !s.ok()) return s;
    return std::unique_ptr<host::Source>(std::move(source));
  });
}

}  // namespace casecomm
