// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_DOCUMENT_WORD_H_
#define CASECOMM_DOCUMENT_WORD_H_

#include <string>
#include <string_view>

namespace casecomm::document {

// A word that a document has for a value.
template <typename E>
struct Word {
  std::string_view name;
  E value;
};

// "a, b, c" of all their names.
template <typename Words>
std::string Listed(const Words& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + std::string(word.name);
  return list;
}

}  // namespace casecomm::document

#endif  // CASECOMM_DOCUMENT_WORD_H_
