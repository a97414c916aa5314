// SPDX-License-Identifier: Apache-2.0
#include "key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "files.h"
#include "seams.h"

namespace tool {

using casecomm::Code;
using casecomm::KeyRing;
using casecomm::Result;
using casecomm::Status;

Result<KeyRing> ReadKeyFile(const std::string& path) {
  Result<std::string> text = ReadAll(path, 64u << 10);
  if (!text.ok()) {
    const Status& failure = text.status();
    if (failure.code() != Code::kNotFound) return failure;
    return Status(Code::kNotFound, "no_keys", path,
                  "there is no key ring; without the one that `casecomm init` wrote, addresses cannot be read");
  }
  Result<KeyRing> ring = KeyRing::Parse(*text);
  if (ring.ok()) return ring;
  const Status& failure = ring.status();
  return Status(failure.code(), std::string(failure.reason()), path, std::string(failure.message()),
                failure.position());
}

Result<KeyRing> CreateKeyFile(const std::string& path) {
  Result<KeyRing> ring = KeyRing::Generate(*Seams().random);
  if (!ring.ok()) return ring;
  // Written beside its place and linked there whole: a link, unlike a rename, never takes the place of another file.
  const std::string draft = path + "." + std::to_string(getpid());
  Status written;
  {
    const Descriptor file(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.ok()) return FileError(path, errno);
    if (fchmod(file.number(), 0600) != 0) written = FileError(path, errno);
    if (written.ok()) written = WriteDurably(file.number(), ring->Format(), path);
  }
  bool other_was_faster = false;
  if (written.ok() && link(draft.c_str(), path.c_str()) != 0) {
    if (errno == EEXIST) {
      other_was_faster = true;
    } else {
      written = FileError(path, errno);
    }
  }
  unlink(draft.c_str());
  if (written.ok()) written = SyncFolderOf(path);
  if (!written.ok()) return written;
  return other_was_faster ? ReadKeyFile(path) : ring;
}

}  // namespace tool
