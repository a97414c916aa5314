// SPDX-License-Identifier: Apache-2.0
#ifndef EXAMPLES_CASECOMM_FILES_H_
#define EXAMPLES_CASECOMM_FILES_H_

#include <casecomm/status.h>

#include <string>
#include <string_view>

namespace tool {

// A file descriptor, closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  const int number_;
};

// The failure of a system call on `path`, from errno.
casecomm::Status FileError(const std::string& path, int error);

// All bytes, at most `limit`. "-" is standard input.
casecomm::Result<std::string> ReadAll(const std::string& path, size_t limit);

// Writes all bytes.
casecomm::Status WriteAll(int descriptor, std::string_view bytes, const std::string& path);

// Writes all bytes and makes them durable.
casecomm::Status WriteDurably(int descriptor, std::string_view bytes, const std::string& path);

// Makes durable which files the path's folder holds.
casecomm::Status SyncFolderOf(const std::string& path);

bool Exists(const std::string& path);

// The failure of a document that was read from `path`, at its line and column.
casecomm::Status PlaceFailure(const casecomm::Status& failure, const std::string& path, std::string_view text);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_FILES_H_
