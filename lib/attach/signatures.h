// SPDX-License-Identifier: Apache-2.0
// What is told of a file without libmagic: what matters for safety and what it misreads or reads slowly.
#ifndef CASECOMM_ATTACH_SIGNATURES_H_
#define CASECOMM_ATTACH_SIGNATURES_H_

#include <string_view>

#include "attach/sample.h"

namespace casecomm::attach {

inline constexpr std::string_view kOleMagic("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);

// The media type by the file's own marks: text and what stands in it, executables, compound files, the common formats. ""
// where none is known.
std::string_view TypeBySignature(const FileSample& file);

// `type`, unless the file is another thing, too: markup that a browser would run inside an image, a script in a picture's
// clothes, an archive behind anything. What two programs read as two things is of the dangerous type, or
// "application/octet-stream".
std::string_view TypeOfPolyglot(const FileSample& file, std::string_view type);

}  // namespace casecomm::attach

#endif  // CASECOMM_ATTACH_SIGNATURES_H_
