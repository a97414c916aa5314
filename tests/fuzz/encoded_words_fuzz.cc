// SPDX-License-Identifier: Apache-2.0
// Header text: encoded words, folds, parameters in all their shapes.
#include "base/text.h"
#include "scan/address.h"
#include "scan/encoded_word.h"
#include "scan/header_block.h"
#include "scan/params.h"
#include "scan/utf8.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {

const char kName[] = "encoded_words";

void RunOne(std::string_view value) {
  scan::CharsetDecoder charsets;
  bool clean = true;
  const std::string text = scan::DecodeText(value, &charsets, &clean);
  Require(base::IsUtf8(text), "header text is UTF-8");
  const std::string line = scan::Unfold(value);
  Require(line.find_first_of("\r\n") == line.npos && scan::Unfold(line) == line, "unfolding leaves no line end");
  const bool plain = line.find("=?") == line.npos;
  Require(clean || !plain || !scan::IsAscii(value), "ASCII without encoded words is clean");
  Require(text == line || !plain || !base::IsUtf8(line), "and UTF-8 stays as it is");
  const size_t word = scan::EncodedWordLength(value);
  Require(word <= value.size(), "an encoded word stands in the text");
  Require(word == 0 || (value.substr(0, 2) == "=?" && value.substr(word - 2, 2) == "?="),
          "an encoded word has its ends");
  Require(base::IsUtf8(scan::FoldLabel(line)), "a folded label is UTF-8");

  for (const std::string_view name : {"name", "filename", "boundary", "charset"}) {
    const auto found = scan::FindText(value, name, &charsets, &clean);
    Require(!found || base::IsUtf8(*found), "a parameter's text is UTF-8");
    const std::vector<std::string> all = scan::EveryText(value, name, &charsets);
    Require(!found || (!all.empty() && all[0] == *found), "of all texts that of FindText comes first");
    for (size_t i = 0; i < all.size(); ++i) {
      Require(base::IsUtf8(all[i]), "every text is UTF-8");
      for (size_t j = 0; j < i; ++j) Require(all[i] != all[j], "each text stands once");
    }
    const auto bytes = scan::FindParameter(value, name);
    const std::vector<std::string> every = scan::EveryParameter(value, name);
    Require(!bytes || (!every.empty() && every[0] == *bytes), "of all parameters that of FindParameter comes first");
    scan::DoubtOf(value, name);
  }
  const std::string type = scan::MediaType(value, "text/plain");
  Require(scan::IsUtf8(type) || !base::IsUtf8(value), "a media type of UTF-8 is UTF-8");
  Require(base::LowerAscii(type) == type, "a media type is in lower case");
}

void ForEachInput(std::string_view mail, const Use& use) {
  ForEachField(mail, [&](const scan::RawField& field) { use(field.value); });
}

}  // namespace casecomm::fuzz
