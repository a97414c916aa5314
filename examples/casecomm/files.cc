// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tool {

using casecomm::Code;
using casecomm::Result;
using casecomm::Status;

namespace {

struct ErrorRow {
  int error;
  Code code;
};

// Any other error is one of the machine and may pass.
constexpr ErrorRow kErrors[] = {
    {ENOENT, Code::kNotFound},         {ENOTDIR, Code::kNotFound},
    {EACCES, Code::kPermissionDenied}, {EPERM, Code::kPermissionDenied},
    {EROFS, Code::kPermissionDenied},  {EISDIR, Code::kInvalidArgument},
    {ELOOP, Code::kInvalidArgument},   {ENAMETOOLONG, Code::kInvalidArgument},
    {EEXIST, Code::kAlreadyExists},
};

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

Status FileError(const std::string& path, int error) {
  const auto row =
      std::find_if(std::begin(kErrors), std::end(kErrors), [&](const ErrorRow& r) { return r.error == error; });
  return Status(row == std::end(kErrors) ? Code::kUnavailable : row->code, "file_error", path, std::strerror(error));
}

Result<std::string> ReadAll(const std::string& path, size_t limit) {
  const std::string name = path == "-" ? "standard input" : path;
  const Descriptor file(path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return FileError(name, errno);
  std::string bytes;
  for (;;) {
    const size_t before = bytes.size();
    bytes.resize(before + std::max<size_t>(before, 64u << 10));
    const ssize_t got = read(file.number(), bytes.data() + before, bytes.size() - before);
    const int error = errno;
    bytes.resize(before + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return bytes;
    if (got < 0 && error != EINTR) return FileError(name, error);
    if (bytes.size() > limit) {
      return Status(Code::kInvalidArgument, "too_large", name, "it is larger than " + std::to_string(limit) + " bytes");
    }
  }
}

Status WriteAll(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return FileError(path, errno);
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Status WriteDurably(int descriptor, std::string_view bytes, const std::string& path) {
  if (Status s = WriteAll(descriptor, bytes, path); !s.ok()) return s;
  return fsync(descriptor) == 0 ? Status() : FileError(path, errno);
}

Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.ok() || fsync(opened.number()) != 0) return FileError(folder, errno);
  return {};
}

bool Exists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

Status PlaceFailure(const Status& failure, const std::string& path, std::string_view text) {
  std::string subject = path == "-" ? "standard input" : path;
  if (failure.position() < 0 && failure.code() != Code::kInvalidArgument) return failure;
  if (failure.position() >= 0) {
    const std::string_view before = text.substr(0, static_cast<size_t>(failure.position()));
    const size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    subject += ":" + std::to_string(std::count(before.begin(), before.end(), '\n') + 1) + ":" +
               std::to_string(before.size() - line_begin + 1);
  }
  if (!failure.subject().empty()) subject += ": " + std::string(failure.subject());
  return Status(failure.code(), std::string(failure.reason()), subject, std::string(failure.message()),
                failure.position());
}

}  // namespace tool
