// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace casecomm::files {
namespace {

struct ErrorRow {
  int error;
  Code code;
  std::string_view message;
};

// Any other error is one of the machine and may pass.
constexpr ErrorRow kErrors[] = {
    {ENOENT, Code::kNotFound, "there is no such file or folder"},
    {ENOTDIR, Code::kNotFound, "there is no such file or folder"},
    {EACCES, Code::kPermissionDenied, "it may not be read by this user"},
    {EPERM, Code::kPermissionDenied, "it may not be read by this user"},
    {ELOOP, Code::kInvalidArgument, "it is a link that leads back to itself"},
    {ENAMETOOLONG, Code::kInvalidArgument, "the path is too long"},
};

bool EndsInEml(std::string_view path) {
  constexpr std::string_view kSuffix = ".eml";
  return path.size() > kSuffix.size() &&
         std::equal(kSuffix.begin(), kSuffix.end(), path.end() - kSuffix.size(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b | 0x20) : b); });
}

std::string Join(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

// Of a path that was there a moment ago.
Status ListedError(const std::string& path, int error) {
  if (error != ENOENT) return SystemError(path, error);
  struct stat link;
  if (lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) {
    return Status(Code::kNotFound, "dangling_link", path, "it is a link to a file that is not there");
  }
  return Status(Code::kUnavailable, "vanished", path, "it vanished while it was looked at");
}

// Whether it begins like an mbox.
Result<bool> BeginsWithFrom(const std::string& path) {
  Result<int> file = OpenRegular(path);
  if (!file.ok()) return file.status();
  std::array<char, 5> head;
  const ssize_t size = pread(*file, head.data(), head.size(), 0);
  const int error = errno;
  close(*file);
  if (size < 0) return SystemError(path, error);
  return std::string_view(head.data(), static_cast<size_t>(size)) == "From ";
}

// Whether it is called new or cur, and a Maildir's. The folder is looked for where the name says, not behind a link.
bool IsMaildirPart(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const size_t name = path.rfind('/') + 1;  // 0 without a slash
  const std::string_view part = path.substr(name);
  if (part != "new" && part != "cur") return false;
  struct stat other;
  const std::string sibling = std::string(path.substr(0, name)) + (part == "new" ? "cur" : "new");
  return stat(sibling.c_str(), &other) == 0 && S_ISDIR(other.st_mode);
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

}  // namespace

Status SystemError(const std::string& path, int error) {
  if (error == ENOMEM) throw std::bad_alloc();
  for (const ErrorRow& row : kErrors) {
    if (row.error == error) return Status(row.code, {}, path, std::string(row.message));
  }
  return Status(Code::kUnavailable, "file_error", path, std::string("it was not read: ") + std::strerror(error));
}

Result<int> OpenRegular(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return ListedError(path, errno);
  struct stat info;
  if (fstat(file, &info) != 0) {
    const int error = errno;
    close(file);
    return SystemError(path, error);
  }
  if (!S_ISREG(info.st_mode)) {
    close(file);
    return Status(Code::kInvalidArgument, "not_a_file", path, "it is neither a file nor a folder");
  }
  return file;
}

Result<std::optional<Entry>> Walk::Next() {
  if (!begun_) {
    Result<std::optional<Entry>> first = Begin();
    begun_ = true;
    if (!first.ok() || first->has_value()) return first;
  }
  while (!folders_.empty()) {
    const size_t depth = folders_.size() - 1;
    const Folder& folder = folders_[depth];
    if (folder.next == folder.names.size()) {
      folders_.pop_back();
      continue;
    }
    Result<std::optional<Entry>> entry = Child(folder, folder.names[folder.next]);
    ++folders_[depth].next;
    if (!entry.ok() || entry->has_value()) return entry;
  }
  return std::optional<Entry>();
}

// What it is, if it is mail; a folder is entered.
Result<std::optional<Entry>> Walk::Child(const Folder& folder, const std::string& name) {
  std::string path = Join(folder.path, name);
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return ListedError(path, errno);
  if (S_ISDIR(info.st_mode)) {
    const bool mails = folder.maildir && (name == "new" || name == "cur");
    if (Status s = Enter(std::move(path), mails); !s.ok()) return s;
  } else if (S_ISREG(info.st_mode)) {
    return File(std::move(path), folder.mails);
  }
  return std::optional<Entry>();
}

Result<std::optional<Entry>> Walk::Begin() {
  struct stat info;
  if (stat(root_.c_str(), &info) != 0) return SystemError(root_, errno);
  if (S_ISDIR(info.st_mode)) {
    if (Status s = Enter(root_, IsMaildirPart(root_)); !s.ok()) return s;
    return std::optional<Entry>();
  }
  Result<std::optional<Entry>> entry = File(root_, IsMaildirPart(root_.substr(0, root_.rfind('/') + 1)));
  if (entry.ok() && !entry->has_value()) {
    return Status(Code::kInvalidArgument, "not_mail", root_,
                  info.st_size == 0 ? "it is empty, so neither *.eml nor an mbox"
                                    : "it is neither *.eml nor an mbox (which begins with \"From \")");
  }
  return entry;
}

Status Walk::Enter(std::string path, bool mails) {
  const std::unique_ptr<DIR, CloseFolder> listing(opendir(path.c_str()));
  if (listing == nullptr) return folders_.empty() ? SystemError(path, errno) : ListedError(path, errno);
  struct stat info;
  if (fstat(dirfd(listing.get()), &info) != 0) return SystemError(path, errno);
  for (const Folder& above : folders_) {
    if (above.device == info.st_dev && above.inode == info.st_ino) {
      return Status(Code::kInvalidArgument, "link_loop", path, "it is a link that leads back to " + above.path);
    }
  }
  Folder folder;
  folder.mails = mails;
  folder.device = info.st_dev;
  folder.inode = info.st_ino;
  errno = 0;
  while (const dirent* entry = readdir(listing.get())) {
    const std::string_view name = entry->d_name;
    // In new and cur a leading dot marks what is no mail (maildir(5)).
    if (name == "." || name == ".." || (mails && name.starts_with('.'))) continue;
    folder.names.emplace_back(name);
  }
  if (errno != 0) return SystemError(path, errno);
  std::sort(folder.names.begin(), folder.names.end());
  const auto holds = [&](const char* name) {
    struct stat child;
    return std::binary_search(folder.names.begin(), folder.names.end(), name) &&
           fstatat(dirfd(listing.get()), name, &child, 0) == 0 && S_ISDIR(child.st_mode);
  };
  if (holds("new") && holds("cur")) {
    folder.maildir = true;
    std::erase(folder.names, "tmp");
  }
  folder.path = std::move(path);
  folders_.push_back(std::move(folder));
  return {};
}

Result<std::optional<Entry>> Walk::File(std::string path, bool is_mail) {
  if (is_mail || EndsInEml(path)) return std::optional(Entry{std::move(path), EntryKind::kMail});
  const Result<bool> mbox = BeginsWithFrom(path);
  if (!mbox.ok()) return mbox.status();
  if (*mbox) return std::optional(Entry{std::move(path), EntryKind::kMbox});
  if (any_file_) return std::optional(Entry{std::move(path), EntryKind::kMail});
  return std::optional<Entry>();
}

}  // namespace casecomm::files
