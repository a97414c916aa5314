// SPDX-License-Identifier: Apache-2.0
#include "scan/body_text.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "scan/html_charset.h"
#include "scan/html_strip.h"
#include "scan/params.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

// CRLF and, in mail whose lines end in CR, CR to LF; trailing blanks and empty lines gone. In place.
void NormalizeText(std::string* text, char eol) {
  size_t to = 0;
  for (size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '\r' && i + 1 < text->size() && (*text)[i + 1] == '\n') continue;
    (*text)[to++] = c == '\r' && eol == '\r' ? '\n' : c;
  }
  text->resize(to);
  text->erase(text->find_last_not_of(" \t\r\n") + 1);
}

}  // namespace

LeafText ReadLeafText(const Leaf& leaf, char eol, size_t most, CharsetDecoder* charsets) {
  LeafText read;
  const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
  std::string decoded;
  std::string_view bytes = leaf.body;  // not copied where it stands in the mail as it is
  if (encoding != TransferEncoding::kIdentity) {
    decoded.reserve(std::min(most + 1, leaf.body.size()));
    FrontSink sink(most + 1, &decoded);
    read.encoding_ok = DecodeTransfer(leaf.body, encoding, &sink);
    bytes = decoded;
  }
  read.cut = bytes.size() > most;
  if (read.cut) {
    const size_t line = bytes.rfind(eol, most);
    bytes = bytes.substr(0, line == bytes.npos ? most : line + 1);
  }
  std::string charset = FindParameter(leaf.content_type, "charset").value_or("");
  charset.resize(std::min(charset.find_first_of(" \t("), charset.size()));  // a comment behind it (RFC 2045, 5.1)
  if (charset.empty() && leaf.type == "text/html") charset = HtmlCharset(bytes);
  read.text = charsets->ToUtf8(bytes, charset, &read.charset_ok, most + 1);
  if (read.text.size() > most) {
    read.cut = true;
    const size_t line = read.text.rfind('\n', most);
    read.text.resize(line == read.text.npos ? base::CutUtf8(read.text, most).size() : line + 1);
  }
  NormalizeText(&read.text, eol);
  return read;
}

HtmlText TextOfHtmlLeaf(const LeafText& html) {
  return html.cut ? HtmlText{StripTags(html.text), {}, true} : TextOfHtml(html.text);
}

}  // namespace casecomm::scan
