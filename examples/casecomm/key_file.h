// SPDX-License-Identifier: Apache-2.0
#ifndef EXAMPLES_CASECOMM_KEY_FILE_H_
#define EXAMPLES_CASECOMM_KEY_FILE_H_

#include <casecomm/keys.h>
#include <casecomm/status.h>

#include <string>

namespace tool {

// The key ring in the file. not_found if there is none.
casecomm::Result<casecomm::KeyRing> ReadKeyFile(const std::string& path);

// Makes the file with a fresh ring: mode 0600, whole and durable when this returns, never over another file. If another
// process was faster, its ring is the answer.
casecomm::Result<casecomm::KeyRing> CreateKeyFile(const std::string& path);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_KEY_FILE_H_
