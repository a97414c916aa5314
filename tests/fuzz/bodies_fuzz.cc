// SPDX-License-Identifier: Apache-2.0
// Bodies: transfer encodings and charsets. The first line names both: "base64 utf-8".
#include "base/text.h"
#include "scan/attachment.h"
#include "scan/body_text.h"
#include "scan/transfer.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {

const char kName[] = "bodies";

void RunOne(std::string_view input) {
  const auto [names, body] = FirstLine(input);
  const size_t blank = std::min(names.find(' '), names.size());
  const std::string_view encoding_name = names.substr(0, blank);
  const std::string_view charset = names.substr(std::min(blank + 1, names.size()));

  scan::CharsetDecoder charsets;
  const auto encodings = scan::EveryTransferEncoding(encoding_name);
  Require(!encodings.empty() && encodings[0] == scan::TransferEncodingOf(encoding_name),
          "its own encoding comes first");
  for (const scan::TransferEncoding encoding : encodings) {
    std::string decoded;
    scan::StringSink whole(&decoded);
    scan::SizeSink size;
    const bool undamaged = scan::DecodeTransfer(body, encoding, &whole);
    Require(scan::DecodeTransfer(body, encoding, &size) == undamaged, "decoding is a function");
    Require(size.size() == static_cast<int64_t>(decoded.size()), "its size is the same");
    // A line of uuencode that lost its blanks is as long as its first letter says.
    const size_t most = encoding == scan::TransferEncoding::kUuencode ? 32 : 1;
    Require(decoded.size() <= most * body.size(), "nothing grows by decoding");
    const std::vector<std::string> others = scan::DecodeOtherwise(body, encoding);
    Require(!scan::DecodesAlike(body, encoding) || others.empty(), "what all decode alike has one reading");
    for (size_t i = 0; i < others.size(); ++i) {
      Require(others[i] != decoded, "another reading is another");
      for (size_t j = 0; j < i; ++j) Require(others[i] != others[j], "each reading stands once");
    }

    bool clean = true;
    const std::string text = charsets.ToUtf8(decoded, charset, &clean);
    Require(base::IsUtf8(text), "text is UTF-8");
    scan::CharsetDecoder fresh;
    bool again = true;
    Require(fresh.ToUtf8(decoded, charset, &again) == text && again == clean, "the converter's past does not matter");
  }
  bool clean = false;
  const std::string guess = charsets.GuessUtf8(body, &clean);
  Require(base::IsUtf8(guess) && !clean, "a guess is UTF-8, and never makes clean");
  Require(!base::IsUtf8(body) || guess == body, "UTF-8 stays as it is");

  scan::Leaf leaf;
  leaf.type = "text/plain";
  const std::string type = "text/plain; charset=\"" + std::string(charset) + '"';
  leaf.content_type = type;
  leaf.transfer_encoding = encoding_name;
  leaf.body = body;
  for (const size_t most : {size_t{64}, size_t{1} << 20}) {
    const scan::LeafText text = scan::ReadLeafText(leaf, '\n', most, &charsets);
    Require(base::IsUtf8(text.text), "a leaf's text is UTF-8");
    Require(text.text.empty() || (text.text.back() != '\n' && text.text.back() != ' '),
            "a text has no blanks at its end");
  }
}

void ForEachInput(std::string_view mail, const Use& use) {
  scan::EnvelopeScanner scanner;
  scan::ForEachLeaf(scanner.Scan(mail), {}, [&](const scan::Leaf& leaf, bool) {
    use(std::string(leaf.transfer_encoding) + " utf-8\n" + std::string(leaf.body));
    return true;
  });
}

}  // namespace casecomm::fuzz
