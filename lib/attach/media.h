// SPDX-License-Identifier: Apache-2.0
// Media types and the names their files wear.
#ifndef CASECOMM_ATTACH_MEDIA_H_
#define CASECOMM_ATTACH_MEDIA_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace casecomm::attach {

enum class Danger : uint8_t {
  kNone,      // a document, image, sound or film: among the types that are supported by default
  kHolds,     // what may hold anything: archives, mail, data
  kExecutes,  // what a common program runs: supported only where the list names the very type
};

// A row of the one table. Lists of words are separated by blanks, in lower case.
struct Media {
  std::string_view type;  // as it is found
  Danger danger;
  std::string_view extensions;  // that its files may have
  std::string_view also;        // other names that senders declare it by
  std::string_view found_as;    // what else its bytes may be found to be: CSV is text, a .doc may be RTF
};

std::span<const Media> AllMedia();

// Whether a list of the table holds the word.
bool Lists(std::string_view list, std::string_view word);

// The name that the table has for what libmagic calls so.
std::string_view TableName(std::string_view found);

// Whether a file found to be `found` may have this extension (lower case, without the dot): yes, no, or the table does
// not know the extension, and then it claims nothing.
enum class Agreement : uint8_t { kYes, kNo, kUnknown };
Agreement ExtensionAgrees(std::string_view extension, std::string_view found);
// The same of a declared media type. "application/octet-stream" and its like claim nothing.
Agreement DeclaredAgrees(std::string_view declared, std::string_view found);

}  // namespace casecomm::attach

#endif  // CASECOMM_ATTACH_MEDIA_H_
