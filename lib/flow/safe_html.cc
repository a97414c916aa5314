// SPDX-License-Identifier: Apache-2.0
// A mail's body as HTML that a host may show.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "casecomm/mail.h"
#include "scan/attachment.h"
#include "scan/charset.h"
#include "scan/defects.h"
#include "scan/envelope.h"
#include "scan/field.h"
#include "scan/html.h"
#include "scan/html_charset.h"
#include "scan/mime.h"
#include "scan/params.h"
#include "scan/transfer.h"

namespace casecomm {
namespace {

// A part's text as UTF-8. HTML may name its charset itself where the part does not.
std::string TextOf(const scan::Leaf& leaf, scan::CharsetDecoder* charsets) {
  std::string bytes;
  scan::StringSink sink(&bytes);
  scan::DecodeTransfer(leaf.body, scan::TransferEncodingOf(leaf.transfer_encoding), &sink);
  std::string charset = scan::FindParameter(leaf.content_type, "charset").value_or("");
  charset.resize(std::min(charset.find_first_of(" \t("), charset.size()));  // a comment behind it (RFC 2045, 5.1)
  if (charset.empty() && leaf.type == "text/html") charset = scan::HtmlCharset(bytes);
  bool clean = true;
  return charsets->ToUtf8(bytes, charset, &clean);
}

struct Bodies {
  std::optional<std::string> html, text;
  // Positions in Mail::attachments of those that are images, by their Content-ID; of two the first.
  std::map<std::string, size_t, std::less<>> images;
};

Bodies BodiesOf(std::string_view raw, const MailLimits& limits) {
  scan::EnvelopeScanner scanner(limits);
  std::vector<scan::DefectAt> unused;
  scan::DefectLog log(&unused);
  scan::CharsetDecoder charsets;
  scan::MimeWalker walker(scanner.Scan(raw), limits, &log);
  Bodies bodies;
  size_t position = 0;
  for (scan::Leaf leaf; walker.Next(&leaf);) {
    bool clean = true;
    const bool named = scan::FindText(leaf.disposition, "filename", &charsets, &clean) ||
                       scan::FindText(leaf.content_type, "name", &charsets, &clean);
    if (!scan::IsAttachment(leaf, scan::FirstWord(leaf.disposition), named)) {
      if (leaf.type == "text/html" && !bodies.html) bodies.html = TextOf(leaf, &charsets);
      if (leaf.type == "text/plain" && !bodies.text) bodies.text = TextOf(leaf, &charsets);
      continue;
    }
    std::string_view id = scan::TrimSpace(leaf.content_id);
    if (!id.empty() && id.front() == '<') id.remove_prefix(1);
    if (!id.empty() && id.back() == '>') id.remove_suffix(1);
    // A browser runs what stands in SVG where it is opened by itself.
    const bool image = leaf.type.substr(0, 6) == "image/" && leaf.type.substr(6, 3) != "svg";
    if (image && !id.empty()) bodies.images.emplace(id, position);
    ++position;
  }
  return bodies;
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

}  // namespace

std::string RenderSafeHtml(std::string_view raw, std::string_view cid_prefix, const MailLimits& limits) {
  const Bodies bodies = BodiesOf(raw, limits);
  if (bodies.html) {
    const auto cid = [&](std::string_view id) -> std::optional<std::string> {
      const auto image = bodies.images.find(id);
      if (image == bodies.images.end()) return std::nullopt;
      return std::string(cid_prefix) + std::to_string(image->second);
    };
    if (std::optional<std::string> safe = scan::SafeHtml(*bodies.html, cid)) return *std::move(safe);
    if (!bodies.text || IsBlank(*bodies.text)) return scan::TextAsHtml(scan::TextOfHtml(*bodies.html).text);
  }
  return scan::TextAsHtml(bodies.text.value_or(""));
}

}  // namespace casecomm
