// SPDX-License-Identifier: Apache-2.0
// What a ZIP is a coat of. Names are read, nothing is unpacked (threat T19).
#ifndef CASECOMM_ATTACH_ZIP_H_
#define CASECOMM_ATTACH_ZIP_H_

#include <string_view>

#include "attach/sample.h"

namespace casecomm::attach {

// Of a file that begins as a ZIP: an office document, a program, or "application/zip". The names of its central directory
// decide, which is what programs go by; where it is not whole at the end of the file, it is a ZIP and nothing more.
std::string_view TypeOfZip(const FileSample& file);

// Whether the file ends as a ZIP does, whatever it begins with.
bool EndsInZip(const FileSample& file);

}  // namespace casecomm::attach

#endif  // CASECOMM_ATTACH_ZIP_H_
