// SPDX-License-Identifier: Apache-2.0
// field = name ":" 1*( " " token / CRLF " " token ) CRLF      lines of at most 76 where blanks allow it (RFC 5322, 2.1.1)
#ifndef CASECOMM_COMPOSE_FIELD_H_
#define CASECOMM_COMPOSE_FIELD_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/compose.h"

namespace casecomm::compose {

// Whether RFC 5322 and its encodings can carry the text without one: printable ASCII.
bool IsPrintableAscii(std::string_view text);

// Writes header fields, one after the other, folded. What it is given was checked: no control characters, UTF-8, addresses by
// their grammar.
class FieldWriter {
 public:
  explicit FieldWriter(std::string* out) : out_(out) {}

  // Unstructured text; encoded words where it is not plain (RFC 2047).
  void Text(std::string_view name, std::string_view text);
  void Addresses(std::string_view name, const std::vector<NamedAddress>& addresses);
  void Ids(std::string_view name, const std::vector<std::string>& ids);  // without <>
  // A value of tokens, its parameters, quoted or as RFC 2231 has it, and the end of the field.
  void Value(std::string_view name, std::string_view value);
  void Parameter(std::string_view name, std::string_view value);
  void End();

 private:
  void Begin(std::string_view name);
  // A piece that is not cut, behind a blank or a fold, where either may stand.
  void Token(std::string_view token);
  // Encoded words for the text, the first in what is left of the line.
  void EncodedWords(std::string_view text);
  void Phrase(std::string_view name);

  std::string* const out_;
  size_t line_ = 0;  // where the line begins in *out_
};

}  // namespace casecomm::compose

#endif  // CASECOMM_COMPOSE_FIELD_H_
